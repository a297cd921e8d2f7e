"""The same copy under several mastheads: signatures of texts, and how like two of them are; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.words import STOP_WORDS, words

if TYPE_CHECKING:
    from datasketch import MinHash

Signature = NDArray[np.uint32]
"""What near-duplicates of a text are found by, 1 KB: how many different shingles it has, then MinHash values.

The last three bits of each value say in which eighth of the text its shingle stands (Broder 1997, with a place).
Empty for a text that is too short to tell.
"""

NO_SIGNATURE: Signature = np.zeros(0, dtype=np.uint32)

SHORTEST = 30
"""Different pairs of telling words, some fifty words as printed: fewer are a caption, a score or a standing line that
many articles have, and each eighth would hold too few to judge by."""
LONGEST = 250_000
"""Characters that are looked at; whoever carries a longer text carries its beginning, and memory stays bounded."""
SAME_COPY = 0.45
"""The least likeness of two texts that are one copy; measured, see docs/duplicates.md."""

_REPEATED = 0.8
"""The share of a passage's words that stand in another that says the same."""
_NUMBERS = frozenset(
    words(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion "
        "dozen half"
    )
)
_DENIALS = frozenset(
    words(
        "no not never nobody none nor without don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't "
        "isn't aren't wasn't weren't hasn't haven't hadn't"
    )
)

SAME_COPY_OF_ONE_DESK = 0.75
"""The same where one outlet has both: a desk builds tomorrow's story on today's text."""

_VALUES = 255
_EIGHTHS = 8
_PLACE = np.uint32(_EIGHTHS - 1)
_NUMBER_WEIGHT = 3
_DIGIT = re.compile(r"\d")
_ROWS = 3
_KEY = 8
_LEAST_SHARE = 0.4
"""A text shorter than so much of the other is compared as if it were so long: a paragraph is not the copy."""


def signature(text: str) -> Signature:
    """The signature of a text, the same on every machine; NO_SIGNATURE for one too short to tell."""
    pairs = _pairs(text[:LONGEST])
    if len(set(pairs)) < SHORTEST:
        return NO_SIGNATURE
    shingles = _weighted(pairs)
    bounds = [len(shingles) * eighth // _EIGHTHS for eighth in range(_EIGHTHS + 1)]
    least = np.array([_least(shingles[start:end]) for start, end in pairwise(bounds)])
    values = least.min(axis=0) & ~_PLACE | least.argmin(axis=0).astype(np.uint32)
    return np.concatenate([np.array([len(set(shingles))], dtype=np.uint32), values])


def bands(signature: Signature) -> tuple[bytes, ...]:
    """Keys of eight bytes: two texts with one in common may be one copy, two with none are not; none for no text."""
    values = (signature[1:] & ~_PLACE).astype("<u4").reshape(-1, _ROWS)
    return tuple(
        blake2b(band.tobytes(), digest_size=_KEY, salt=number.to_bytes(2, "little")).digest()
        for number, band in enumerate(values)
    )


def likeness(one: Signature, other: Signature) -> float:
    """How much of the shorter text stands in the other where least of it does, from 0 to 1.

    It is the mean share over the weaker half of the shorter text's eighths. An edited copy is edited everywhere and
    keeps something in each; a new story with the old background, or with the same standing lines, has whole eighths
    of its own.
    """
    if not len(one) or not len(other):
        return 0.0
    shorter, longer = sorted((one, other), key=lambda each: (int(each[0]), each.tobytes()))
    same = (shorter[1:] | _PLACE) == (longer[1:] | _PLACE)
    places = shorter[1:] & _PLACE
    drawn, found = (np.bincount(of, minlength=_EIGHTHS) for of in (places, places[same]))
    # Nothing is drawn from an eighth that repeats an earlier one.
    shared = np.sort(found[drawn > 0] / drawn[drawn > 0])
    # A shingle that both have is the least of both as often as the shorter text is long beside the two together.
    size, other_size = float(shorter[0]), float(longer[0])
    together = (size + other_size) / (1 + same.mean())
    weaker = shared[: (len(shared) + 1) // 2].mean()
    return min(1.0, float(weaker * together / max(size, _LEAST_SHARE * other_size)))


def are_copies(one: Signature, other: Signature, *, one_desk: bool = False) -> bool:
    """Whether two texts are the same copy, whole, cut, or with small edits; ``one_desk`` if one outlet has both."""
    return likeness(one, other) >= (SAME_COPY_OF_ONE_DESK if one_desk else SAME_COPY)


def repeats(passage: str, other: str) -> bool:
    """Whether a passage says nothing that one of a copy does not.

    Most of its words stand there, and every number; a word that denies stands in both or in neither.
    """
    mine, theirs = _words(passage), _words(other)
    numbers = {word for word in mine if word in _NUMBERS or _DIGIT.search(word)}
    exact = numbers <= theirs and mine & _DENIALS == theirs & _DENIALS
    return exact and bool(mine) and len(mine & theirs) >= _REPEATED * len(mine)


@lru_cache(maxsize=1 << 14)
def _words(passage: str) -> frozenset[str]:
    # A story's copies come up together, and the same paragraphs again and again.
    return frozenset(words(passage))


def _pairs(text: str) -> list[str]:
    """Every two neighbouring words of those that are no function words, in order."""
    telling = [word for word in words(text) if word not in STOP_WORDS]
    return [f"{one} {two}" for one, two in pairwise(telling)]


def _weighted(pairs: Sequence[str]) -> list[bytes]:
    """The pairs as shingles, one with a number in it thrice.

    Reports of results, prices and weather are made of one another's words around numbers of their own.
    """
    times = ((pair, _NUMBER_WEIGHT if _DIGIT.search(pair) else 1) for pair in pairs)
    return [f"{pair} {time}".encode() for pair, weight in times for time in range(weight)]


def _least(shingles: Sequence[bytes]) -> Signature:
    sketch = _blank().copy()
    sketch.update_batch(shingles)
    return np.asarray(sketch.hashvalues, dtype=np.uint32)


@cache
def _blank() -> MinHash:
    # Not at the top: it brings half of scipy along, and whoever only asks an archive needs none of it.
    from datasketch import MinHash

    return MinHash(_VALUES, seed=1, scheme="affine32")
