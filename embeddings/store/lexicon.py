"""The lists of the words that are asked for: which paragraphs hold each, kept in memory and in step with the rows.

A list is numbers that ascend. Beside it stands what tells quickly whether a paragraph is on it: a bit for each
paragraph where the word is common, and a sieve where it is rare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.store.catalogue import Catalogue
from embeddings.store.rows import Rows
from embeddings.store.vectors import Bits, Ids, Mask

READ = 200_000
"""A word that more paragraphs hold, and more than a sixteenth of all, tells little: its list is not read."""

_MEMORY = 512 << 20
_MEMORY_EACH = 150
"""Bytes that lists may take, and for each paragraph of a large archive."""
_COMMON = 16
_COUNTED = 20_000
"""Up to so many paragraphs are looked at one by one to tell which have the word in their headline, too."""
_SPARSE = 128
"""A word is rare that not one in so many paragraphs holds."""
_SHORT = 4_096
"""The numbers of a shorter list are looked for among those that are asked for: it has no sieve."""
_SIEVE = 1 << 20
"""Bits of a sieve, a power of two: it is passed by one number in a dozen that is not on the list, or fewer."""
_SCATTERED = 20_000
"""So many new bits are set one by one."""
_STALE = 0.01
"""A very common word is counted anew when the archive has grown by so much."""


class Marks:
    """Bits that stand for a list that only grows; brought up to the list whenever they are asked for."""

    def __init__(self) -> None:
        self._bits = np.zeros(0, dtype=np.uint8)
        self._held = 0

    @property
    def size(self) -> int:
        """Bytes that they take."""
        return self._bits.nbytes

    def _new(self, paragraphs: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """What the list has grown by since."""
        new, self._held = paragraphs[self._held :], len(paragraphs)
        return new

    def _set(self, numbers: NDArray[np.uint32]) -> None:
        np.bitwise_or.at(self._bits, numbers >> 3, (1 << (numbers & 7)).astype(np.uint8))


class Bitmap(Marks):
    """A bit for each paragraph."""

    def of(self, paragraphs: NDArray[np.uint32], last: int) -> Bits:
        """A bit for each paragraph up to ``last`` and some more, the lowest of a byte first."""
        needed = (last // 64 + 1) * 8
        if needed > len(self._bits):
            # A whole number of eights, with room for what comes next.
            self._bits = np.concatenate([self._bits, np.zeros(needed + needed // 64 * 8 - len(self._bits), np.uint8)])
        new = self._new(paragraphs)
        if len(new) > _SCATTERED:
            held = np.zeros(8 * len(self._bits), dtype=np.bool_)
            held[new] = True
            self._bits |= np.packbits(held, bitorder="little")
        else:
            self._set(new)
        return self._bits[:needed]


class Places:
    """Paragraphs that ascend, with where the bit of each stands, worked out once for all words."""

    def __init__(self, ids: Ids) -> None:
        self.ids = ids
        self.bytes = ids >> 3
        self.folded = self.bytes & (_SIEVE // 8 - 1)
        """Its byte in a sieve."""
        self.bits = (1 << (ids & 7)).astype(np.uint8)

    def on(self, numbers: NDArray[np.uint32]) -> Mask:
        """Which of them are among some others that ascend."""
        held = np.zeros(len(self.ids), dtype=np.bool_)
        if len(held):
            places = np.minimum(np.searchsorted(self.ids, numbers.astype(np.int64)), len(held) - 1)
            held[places[self.ids[places] == numbers]] = True
        return held

    def set_in(self, bits: Bits) -> Mask:
        """Which of them have their bit set."""
        return np.asarray((bits[self.bytes] & self.bits) > 0)


Together = Places | NDArray[np.uint64]
"""Some paragraphs: a bit each while they may be many, then one by one."""


class Sieve(Marks):
    """A bit for each number's lowest digits: it nearly always tells that a number is not on the list."""

    def holds(self, paragraphs: NDArray[np.uint32], asked: Places) -> Mask:
        """Which of the numbers asked for are on the list."""
        if not len(self._bits):
            self._bits = np.zeros(_SIEVE // 8, dtype=np.uint8)
        self._set(self._new(paragraphs) & np.uint32(_SIEVE - 1))
        held = (self._bits[asked.folded] & asked.bits) > 0
        likely = np.flatnonzero(held)
        held[likely] = holds(paragraphs, asked.ids[likely])
        return np.asarray(held)


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of a word: how many paragraphs hold it in their text, and which, unless they are very many.

    ``headlines`` are the places of the articles that have it in theirs, and ``holding`` how many paragraphs have it
    in one or the other. Some of them may be gone by now. It is known up to the paragraph ``last`` and the serving
    ``served``, and but for what went after the first ``gone``.
    """

    frequency: int
    holding: float
    paragraphs: NDArray[np.uint32] | None
    headlines: Ids
    last: int
    served: int
    gone: int
    bitmap: Bitmap = field(default_factory=Bitmap)
    sieve: Sieve = field(default_factory=Sieve)

    @property
    def size(self) -> int:
        """Bytes that its lists take."""
        listed = 0 if self.paragraphs is None else self.paragraphs.nbytes
        return self.headlines.nbytes + listed + self.bitmap.size + self.sieve.size

    def bits(self, last: int) -> Bits:
        """Which paragraphs up to this one hold it, a bit each; of one whose list is read."""
        assert self.paragraphs is not None
        return self.bitmap.of(self.paragraphs, last)

    def holds(self, asked: Places, last: int) -> Mask:
        """Which of these paragraphs, of those up to the last, hold it; of one whose list is read."""
        assert self.paragraphs is not None
        if not self.is_rare(last):
            return asked.set_in(self.bits(last))
        # The bits of a rare word would take more room than its list.
        return asked.on(self.paragraphs) if len(self.paragraphs) < _SHORT else self.sieve.holds(self.paragraphs, asked)

    def is_rare(self, last: int) -> bool:
        """Whether so few of the paragraphs up to this one hold it that its list is the better way to tell which."""
        return self.paragraphs is not None and len(self.paragraphs) * _SPARSE < last


class Lexicon:
    """The lists of the words that were asked for last, kept in step with a catalogue."""

    def __init__(self, catalogue: Catalogue, *, read: int = READ) -> None:
        """``read`` is how many paragraphs may hold a word whose list is read whatever their share."""
        self._catalogue, self._most = catalogue, read
        self._known: dict[str, Word] = {}
        self._sizes: dict[str, int] = {}
        self._size = 0

    def words(self, rows: Rows, asked: Sequence[str]) -> dict[str, Word]:
        """What is known of each of these words."""
        return {word: self._word(rows, word) for word in asked}

    def _word(self, rows: Rows, word: str) -> Word:
        known = self._known.pop(word, None)
        fresh = self._read(rows, word) if known is None else self._kept_up(rows, word, known)
        # The last asked for stands last, and goes last.
        self._known[word] = fresh
        # Its bits may grow when the question is worked on: they count from the next time that it is asked for.
        self._size += fresh.size - self._sizes.get(word, 0)
        self._sizes[word] = fresh.size
        most = max(_MEMORY, _MEMORY_EACH * self._catalogue.paragraphs)
        while self._size > most and len(self._known) > 1:
            gone = next(iter(self._known))
            del self._known[gone]
            self._size -= self._sizes.pop(gone)
        return fresh

    def _read(self, rows: Rows, word: str) -> Word:
        catalogue = self._catalogue
        most = max(self._most, catalogue.paragraphs // _COMMON)
        found, count = rows.words.up_to(most, word)
        headlines = catalogue.places(rows.words.heading(word))
        return self._known_now(count, None if found is None else found.astype(np.uint32), headlines)

    def _known_now(self, frequency: int, found: NDArray[np.uint32] | None, headlines: Ids) -> Word:
        catalogue = self._catalogue
        return Word(
            frequency=frequency,
            holding=_holding(catalogue, frequency, found, headlines),
            paragraphs=found,
            headlines=headlines,
            last=catalogue.last_paragraph,
            served=catalogue.last_serving,
            gone=len(catalogue.gone),
        )

    def _kept_up(self, rows: Rows, word: str, known: Word) -> Word:
        """What is known of a word, with what came and went since."""
        catalogue = self._catalogue
        if (known.served, known.gone) == (catalogue.last_serving, len(catalogue.gone)):
            return known
        came = catalogue.places(rows.words.heading(word, after=known.served))
        headlines = np.concatenate([known.headlines, came])
        if known.paragraphs is None:
            if catalogue.last_paragraph - known.last > _STALE * known.last:
                return self._read(rows, word)
            return replace(known, headlines=headlines, served=catalogue.last_serving, gone=len(catalogue.gone))
        new = rows.words.holding(word, after=known.last).astype(np.uint32)
        dead = sum(_within(known.paragraphs, *each) for each in catalogue.gone[known.gone :])
        found = np.concatenate([known.paragraphs, new]) if len(new) else known.paragraphs
        return replace(
            self._known_now(known.frequency + len(new) - dead, found, headlines), bitmap=known.bitmap, sieve=known.sieve
        )


def _holding(catalogue: Catalogue, frequency: int, found: NDArray[np.uint32] | None, headlines: Ids) -> float:
    """How many paragraphs have a word in their text or headline; of very many, about how many."""
    heads = headlines[catalogue["alive"][headlines]]
    below = float(catalogue["paragraphs"][heads].sum(dtype=np.int64))
    if found is None or len(found) > _COUNTED:
        # As if headlines and texts had nothing to do with one another.
        return below + frequency * (1 - below / max(catalogue.paragraphs, 1))
    owners = catalogue.owners(found)
    owners = owners[catalogue["alive"][owners]]
    return below + int(np.count_nonzero(~holds(heads, owners)))


def holds(numbers: NDArray[Any], asked: NDArray[Any]) -> Mask:
    """Which of the numbers asked for are among others that ascend."""
    if not len(numbers):
        return np.zeros(len(asked), dtype=np.bool_)
    sought = asked.astype(numbers.dtype)
    places = np.searchsorted(numbers, sought)
    return np.asarray(numbers[np.minimum(places, len(numbers) - 1)] == sought)


def _within(numbers: NDArray[np.uint32], first: int, last: int) -> int:
    """How many of numbers that ascend lie from the first to the last, both included."""
    return int(np.searchsorted(numbers, last, side="right") - np.searchsorted(numbers, first))
