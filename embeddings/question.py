"""What a question asks for: its telling words, quoted phrases, days and outlets; pure."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from embeddings.dates import Days, dated_words
from embeddings.errors import BadQuestion
from embeddings.words import telling_words, words

MOST_CHARACTERS = 2_000
"""Longer is a text, not a question."""
_LEAST_PHRASE = 3
_CAPITALISED = re.compile(r"(^\W*|[.?!:]\s+)?\b([A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)")
_CALENDAR = frozenset(words(" ".join((*calendar.month_name, *calendar.day_name, *calendar.day_abbr))))
_RUN = r"((?:[A-Z][\w’'-]*\s+)*[A-Z][\w’'-]*)"
_ASKS_FOR_WORDS = re.compile(
    rf"(?i:\b(?:what|how|when|where|why|which)\b.*?\b(?:did|does|has|have|had)\s+(?:\w+\s+){{0,3}}?){_RUN}\s+"
    r"(?:say|said|tell|told|think|comment|commented|announce|announced|state|stated|reply|replied|respond|describe)\b"
    rf"|(?i:\b(?:quotes?|quotations?|words|remarks|comments|statements?)\s+(?:by|from|of)\s+(?:the\s+)?){_RUN}"
)
_TITLES = frozenset(
    words(
        """
        president prime minister foreign defence interior finance health harbour secretary general governor mayor
        senator representative chief officer king queen prince princess pope chancellor chairman chairwoman chair
        spokesman spokeswoman ambassador envoy commander captain colonel judge justice dr mr mrs ms sir lord lady
        professor deputy vice first leader director
        """
    )
)
_FRAME = frozenset(
    words(
        """
        say says said tell told think thought comment commented announce announced state stated reply respond
        describe quote quotes quotation quotations words remarks comments statement statements story article report
        show find give list
        """
    )
)
_LETTERS = re.compile(r"[^\W_]+")
_JOINING = re.compile(r"[.'’]")
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]|(?<!\w)[‘']([^‘’']+(?:['’]\w[^‘’']*)*)[’'](?!\w)")
_BEFORE = re.compile(
    # No bare "in": agencies are named after places, and "in" is what stands before a place.
    r"\b(?:(?:by|from|per|via|according to|only|and|both|,)\s+(?:the\s+|an?\s+)?|in\s+the\s+)[\"“‘']?$",
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

    ``words`` are analysed, without function words and repeats; ``names`` are those of them that are printed as
    names, outlets and days left out. ``speaker`` is who is asked for in "what did NAME say" and "quotes by NAME",
    without titles, and ``topic`` the words that say about what. ``phrases`` are quoted runs of words to be found
    exactly. ``about`` are the days that it names; ``reference`` is the day that recency counts from, None when
    the day of asking is unknown. ``outlets`` are those it names as its source.
    """

    text: str
    words: tuple[str, ...]
    names: tuple[str, ...] = ()
    speaker: frozenset[str] = frozenset()
    topic: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...]
    outlets: frozenset[str]
    about: tuple[Days, ...]
    reference: date | None


def understand(text: str, *, asked: date | None, outlets: Iterable[str] = (), latest: date | None = None) -> Question:
    """Read a question; ``latest`` is the archive's newest day. Raises BadQuestion for none and for far too much."""
    asking, outlets = " ".join(text.split()), list(outlets)
    if any("\ud800" <= character <= "\udfff" for character in asking):
        raise BadQuestion("The question holds bytes that are no text: type it again, in UTF-8")
    if not words(asking):
        raise BadQuestion("There is no question to look up: ask one, as in “What did the minister say?”")
    if len(asking) > MOST_CHARACTERS:
        raise BadQuestion(
            f"A question of {len(asking):,} characters is too long (at most {MOST_CHARACTERS:,}): "
            "ask for the one thing that you want to know"
        )
    named = named_outlets(asking, outlets)
    quoted = (match.group(1) or match.group(2) for match in _QUOTED.finditer(asking))
    phrases = dict.fromkeys(tuple(words(phrase)) for phrase in quoted if phrase.strip() not in named)
    names = _names(asking, outlets)
    speaker = _speaker(asking, names)
    about = tuple(dated.days for dated in dated_words(asking, asked=asked, latest=latest))
    return Question(
        text=asking,
        words=tuple(dict.fromkeys((*telling_words(asking), *_weekdays(about)))),
        names=tuple(names),
        speaker=speaker,
        topic=_topic(asking, named, names) if speaker else frozenset(),
        phrases=tuple(phrase for phrase in phrases if len(phrase) >= _LEAST_PHRASE),
        outlets=frozenset(named),
        about=about,
        # In an archive that ends before the question, its newest day is as recent as it gets.
        reference=min(asked, latest) if asked and latest else asked,
    )


def _speaker(text: str, names: Iterable[str]) -> frozenset[str]:
    found = _ASKS_FOR_WORDS.search(text)
    if not found:
        return frozenset()
    asked = words(next(group for group in found.groups() if group))
    return frozenset(asked).intersection(names) - _TITLES


def _topic(text: str, outlets: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    said = words(" ".join((*outlets, *names)))
    return frozenset(telling_words(text)) - set(said) - set(names) - _FRAME - _CALENDAR


def _weekdays(about: Iterable[Days]) -> list[str]:
    """The weekdays of single days, for that is how news copy calls them."""
    return [word for days in about if days.first and days.first == days.last for word in words(f"{days.first:%A}")]


def _names(text: str, outlets: Iterable[str]) -> list[str]:
    """The analysed words of capitalised runs; at the start of a sentence only a run of two or more is a name."""
    for outlet in sorted(outlets, key=len, reverse=True):
        text = text.replace(outlet, " ")
    runs = (match for match in _CAPITALISED.finditer(text) if match.group(1) is None or " " in match.group(2))
    return [word for word in telling_words(" ".join(run.group(2) for run in runs)) if word not in _CALENDAR]


def sources_named(asked: str, sources: Collection[str]) -> frozenset[str]:
    """The sources of this name, whatever its capitals, accents and points, and with or without "the" before it.

    The last words of a name mean it, too, where no other name ends in them: "Ledger" for The Port Averel Ledger.
    """
    if asked in sources:
        return frozenset((asked,))
    named: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        named[_plain(source)].add(source)
    mine = _plain(asked)
    ended = [name for name in named if mine and name.endswith(f" {mine}")]
    return frozenset(named.get(mine) or (named[ended[0]] if len(ended) == 1 else ()))


def _plain(name: str) -> str:
    folded = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.sub(r"^the (?=.)", "", " ".join(_LETTERS.findall(_JOINING.sub("", folded))))


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
