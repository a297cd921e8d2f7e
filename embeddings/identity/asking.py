"""How what a reporter types can be parted into a name and what the words should be about; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from embeddings.identity.countries import COUNTRIES, countries_named
from embeddings.identity.spellings import EASTERN_SURNAMES, GIVEN_NAMES, plain
from embeddings.identity.titles import BODY_WORDS, PARTICLES, ROLE_WORDS, SUFFIXES

_LONGEST = 7
_TOPIC = re.compile(r"\s*(?:[:;,–—]|\s-|(?<=\s)(?:about|on|regarding|concerning|re|over)(?=\s))\s*", re.IGNORECASE)
_ASKING = frozenset(
    """
    what did does do has have had is was quote quotes quotation quotations statement statements remark remarks comment
    comments word words by from of says said say saying show find me all everything anything tell
    """.split()
)
_BETWEEN = _ASKING | frozenset("about on regarding concerning re over and to with the his her their".split())


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to part what was asked: the words of a name, and those before and after it."""

    name: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    whole: bool = False
    """Whether nothing but a name seems to be typed, and so it may be unfinished."""
    following: str = ""
    """The word right behind the name, if no "about" or colon parts them."""

    @property
    def breaks_a_name(self) -> bool:
        """Whether it takes a part of another name for the whole: Clinton of Chelsea Clinton, Kim of Kim Davis."""
        if plain(self.following) in SUFFIXES or (len(self.name) == 1 and plain(self.following) in BODY_WORDS):
            return True
        if len(self.name) > 1:
            return False
        if self.before:
            return self.is_named(self.before[-1], unless=_BETWEEN | ROLE_WORDS)
        first = plain(self.name[0])
        return (first in GIVEN_NAMES or first in EASTERN_SURNAMES) and self.shows_case and self.is_named(self.following)

    def is_named(self, word: str, *, unless: frozenset[str] = frozenset()) -> bool:
        """Whether a word beside the name looks like more of it; in a question without capitals any word may be."""
        if not word or word.lower() in unless or set(countries_named((plain(word),))) & COUNTRIES:
            return False
        return (
            word in PARTICLES or not self.shows_case or (word[0].isupper() and not (word.isupper() and len(word) > 1))
        )

    @property
    def shows_case(self) -> bool:
        """Whether capitals in it tell names from other words."""
        words = (*self.before, *self.name, *self.after)
        return any(word[0].isupper() for word in words) and not all(word.isupper() for word in words)


def readings(asked: str) -> list[Reading]:
    """The ways to read what was asked, the likeliest first: all of it a name, a name at its head, one within it."""
    words = asked.strip(' "“”?!.').split()
    start = next((place for place, word in enumerate(words) if word.lower() not in _ASKING), 0)
    typed = tuple(words[start:])
    return list(dict.fromkeys(_readings(typed))) if typed else []


def _readings(words: tuple[str, ...]) -> Iterator[Reading]:
    text = " ".join(words)
    yield Reading(words, whole=True)
    if (parted := _TOPIC.search(text)) and parted.start():
        name, topic = tuple(text[: parted.start()].split()), tuple(text[parted.end() :].split())
        yield Reading(name, after=topic, whole=True)
        yield from (replace(each, after=each.after + topic) for each in _stretches(name))
    yield from _stretches(words)


def _stretches(words: tuple[str, ...]) -> Iterator[Reading]:
    count = len(words)
    places = [(start, end) for start in range(count) for end in range(start + 1, min(start + _LONGEST, count) + 1)]
    for start, end in sorted(places, key=lambda place: (place[0] > 0, place[0] - place[1], place[0])):
        following = words[end] if end < count else ""
        yield Reading(words[start:end], before=words[:start], after=words[end:], following=following)


def covers(one: Reading, other: Reading) -> bool:
    """Whether one reading begins no later than the other and takes more words for the name."""
    return len(one.before) <= len(other.before) and len(one.name) > len(other.name)


def topic_of(reading: Reading) -> str | None:
    """What was typed besides the name."""
    return trimmed((*reading.before, *reading.after))


def trimmed(words: Sequence[str]) -> str | None:
    """The words without those at both ends that only join them to a name."""
    left = list(words)
    while left and (left[0].lower() in _BETWEEN or not any(char.isalnum() for char in left[0])):
        left = left[1:]
    while left and left[-1].lower() in _BETWEEN - {"me"}:
        left = left[:-1]
    return " ".join(left).strip(' ,;:.?!"“”') or None
