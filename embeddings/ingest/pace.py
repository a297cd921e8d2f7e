"""Where the time of a run goes, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from threading import Lock
from time import perf_counter
from typing import TypeVar

_Item = TypeVar("_Item")


class Stage(StrEnum):
    """What is done with an article on its way in."""

    READING = "reading"
    DECIDING = "deciding"
    EXTRACTING = "extracting"
    """Looking for quotations."""
    ENCODING = "encoding"
    ANALYSING = "analysing"
    """Words for full text, and signatures that near-duplicates are found by."""
    WRITING = "writing"


class Pace:
    """Seconds by the clock that each stage took, summed over all threads and processes; these may count at once.

    ``waited`` are the seconds for which the next batch was not ready to be written, which is nobody's work.
    ``encoded`` counts the texts that were encoded, and ``taken`` those whose vectors were there already. ``total`` is
    how many bytes there are to read in all, where that is known. Threads may share it.
    """

    def __init__(self, *, total: int | None = None) -> None:
        self._lock = Lock()
        self._seconds = dict.fromkeys(Stage, 0.0)
        self._started = perf_counter()
        self._total, self._passed = total, 0
        self.waited, self.encoded, self.taken = 0.0, 0, 0

    @property
    def seconds(self) -> Mapping[Stage, float]:
        """The seconds of every stage."""
        with self._lock:
            return dict(self._seconds)

    @property
    def shares(self) -> Mapping[Stage, float]:
        """The part of all work that each stage was, from 0 to 1."""
        seconds = self.seconds
        return {stage: spent / (sum(seconds.values()) or 1.0) for stage, spent in seconds.items()}

    @property
    def elapsed(self) -> float:
        """Seconds since it was made."""
        return perf_counter() - self._started

    @property
    def left(self) -> float | None:
        """Seconds that what is left to be read will take at this pace; None where nobody can tell."""
        if not self._total or not 0 < self._passed < self._total:
            return None
        return self.elapsed * (self._total - self._passed) / self._passed

    def passed(self, count: int) -> None:
        """So many more bytes have been read."""
        self._passed += count

    def add(self, stage: Stage, seconds: float) -> None:
        """A stage took so much longer."""
        with self._lock:
            self._seconds[stage] += seconds

    def texts(self, *, encoded: int, taken: int) -> None:
        """So many more texts were encoded, and so many more had their vectors already."""
        with self._lock:
            self.encoded += encoded
            self.taken += taken

    @contextmanager
    def spent(self, stage: Stage) -> Iterator[None]:
        """What happens inside is this stage's."""
        started = perf_counter()
        try:
            yield
        finally:
            self.add(stage, perf_counter() - started)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What happens inside is waiting."""
        started = perf_counter()
        try:
            yield
        finally:
            self.waited += perf_counter() - started

    def timed(self, stage: Stage, items: Iterable[_Item]) -> Iterator[_Item]:
        """The items, of which each one's making is this stage's."""
        remaining = iter(items)
        while True:
            with self.spent(stage):
                try:
                    item = next(remaining)
                except StopIteration:
                    return
            yield item
