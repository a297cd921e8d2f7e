"""Words as PostgreSQL's full text keeps them, and which of a question's words are looked up how; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

_LONGEST = 255
"""Bytes of a word that is kept as it is; PostgreSQL takes none above 2,046."""
_LAST_PLACE = 16_383
"""Positions above it cannot be told apart."""


class Frequency(NamedTuple):
    """How many paragraphs hold a word in their text, and how many there or in their headline."""

    body: int
    anywhere: int


def kept(word: str) -> str:
    """A word as it is kept: one that is no text to PostgreSQL, or too long for it, by its hash."""
    raw = word.encode("utf-8", "surrogatepass")
    if len(raw) > _LONGEST or "\0" in word or any("\ud800" <= char <= "\udfff" for char in word):
        return blake2b(raw, digest_size=16).hexdigest()
    return word


def vector_of(body: Sequence[str], headline: Sequence[str]) -> str:
    """The text of a ``tsvector``: words of the body with their places, then those of the headline with weight A."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(body, 1):
        places.setdefault(kept(word), []).append(str(min(place, _LAST_PLACE)))
    for place, word in enumerate(headline, len(body) + 2):
        places.setdefault(kept(word), []).append(f"{min(place, _LAST_PLACE)}A")
    return " ".join(f"{quoted(word)}:{','.join(found)}" for word, found in places.items())


def quoted(word: str) -> str:
    """A word that nobody takes for a part of the language of queries."""
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def counted(bodies: Iterable[Sequence[str]], headline: Sequence[str]) -> dict[str, Frequency]:
    """How many of these paragraphs hold each word."""
    body: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    for words in bodies:
        here = set(map(kept, words))
        body.update(here)
        anywhere.update(here | set(map(kept, headline)))
    return {word: Frequency(body[word], number) for word, number in anywhere.items()}


def in_a_row(phrases: Iterable[Sequence[str]]) -> str:
    """A query for paragraphs whose body has the words of a phrase one after another; empty for no phrase."""
    asked = (" <-> ".join(f"{quoted(kept(word))}:D" for word in phrase) for phrase in phrases if phrase)
    return " | ".join(f"({phrase})" for phrase in asked)
