"""What a question asks for: its telling words, quoted phrases, days and outlets; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from embeddings.dates import Days, dated_words
from embeddings.errors import BadQuestion
from embeddings.words import telling_words, words

MOST_CHARACTERS = 2_000
"""Longer is a text, not a question."""
_LEAST_PHRASE = 3
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]|(?<!\w)[‘']([^‘’']+(?:['’]\w[^‘’']*)*)[’'](?!\w)")
_BEFORE = re.compile(
    r"\b(?:in|by|from|of|per|via|to|only|and|both|,)\s+"
    r"(?:the\s+|an?\s+)?[\"“‘']?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^[\"”’']?(?:['’]s)?[\"”’']?\s+"
    r"(?:\w+\s+)?(?:articles?|reports?|story|stories|piece|copy|coverage|wire|reported|reporting|says|said|wrote|claims?|suggests?|"
    r"described?|mentions?|indicates?|noted?|published)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as the archive understands it.

    ``words`` are analysed, without function words and repeats. ``phrases`` are quoted runs of words to be found
    exactly. ``about`` are the days that it names; ``reference`` is the day that recency counts from, None when
    the day of asking is unknown. ``outlets`` are those it names as its source.
    """

    text: str
    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    outlets: frozenset[str]
    about: tuple[Days, ...]
    reference: date | None


def understand(text: str, *, asked: date | None, outlets: Iterable[str] = (), latest: date | None = None) -> Question:
    """Read a question; ``latest`` is the archive's newest day. Raises BadQuestion for none and for far too much."""
    asking = " ".join(text.split())
    if not words(asking):
        raise BadQuestion('There is no question to look up: ask one, as in: onrecord ask "What did the minister say?"')
    if len(asking) > MOST_CHARACTERS:
        raise BadQuestion(
            f"A question of {len(asking):,} characters is too long (at most {MOST_CHARACTERS:,}): "
            "ask for the one thing that you want to know"
        )
    named = named_outlets(asking, outlets)
    quoted = (match.group(1) or match.group(2) for match in _QUOTED.finditer(asking))
    phrases = dict.fromkeys(tuple(words(phrase)) for phrase in quoted if phrase.strip() not in named)
    return Question(
        text=asking,
        words=tuple(telling_words(asking)),
        phrases=tuple(phrase for phrase in phrases if len(phrase) >= _LEAST_PHRASE),
        outlets=frozenset(named),
        about=tuple(dated.days for dated in dated_words(asking, asked=asked, latest=latest)),
        # In an archive that ends before the question, its newest day is as recent as it gets.
        reference=min(asked, latest) if asked and latest else asked,
    )


def named_outlets(text: str, outlets: Iterable[str]) -> set[str]:
    """The outlets that the text names as a source: "in the Xinhua story", "TechCrunch reported", "only IANS"."""
    taken: list[tuple[int, int]] = []
    named = set()
    for outlet in sorted(outlets, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(outlet)}(?!\w)", text):
            start, end = match.span()
            if any(start < e and s < end for s, e in taken):
                continue
            taken.append((start, end))
            if _BEFORE.search(text, 0, start) or _AFTER.match(text[end:]):
                named.add(outlet)
    return named
