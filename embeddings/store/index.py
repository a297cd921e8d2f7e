"""The vectors of all windows, for searching: segments on disk, and the newest in memory.

A window is known by its id; ids ascend and are never used twice. A segment holds all windows of a range of ids, each
range at least about twice as large as the next, so that a vector is written again only as often as the archive doubles
(a log-structured merge: O'Neil et al., Acta Informatica 33, 1996). What dies is left out by whoever asks, and goes
when its segment is written again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from filelock import FileLock, Timeout

from embeddings.store import Vector, segments
from embeddings.store.segments import Manifest, Refused, Segment
from embeddings.store.vectors import Bits, Found, Ids, Vectors, sample_of

LOCK = "build.lock"

FRESH = 20_000
"""So many new windows make a segment; fewer stay in memory."""

EXACT = 65_536
"""Up to so many windows are compared one and all: that takes 10 ms, and half as much room again as all else."""

IN_MEMORY = 200_000
"""So many windows in memory, where files are missing, are kept exactly; with more, all there are by codes."""

_OUTGROWN = 4
_RETRIES = 5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which windows a search may find: bit ``i % 8``, the lowest first, of byte ``i // 8`` is window ``i``."""

    bits: Bits

    @classmethod
    def ranges(cls, starts: Ids, ends: Ids) -> Allowed:
        """The windows of these ranges of ids, half-open, ascending and apart."""
        edges = np.concatenate([starts, ends])
        changes = np.zeros(int(edges.max(initial=0)) // 8 + 1, dtype=np.uint8)
        np.bitwise_xor.at(changes, edges // 8, (1 << edges % 8).astype(np.uint8))
        # Whether a window is allowed changes at every edge: a running exclusive or, within each byte and over them.
        within = _RUNNING[changes]
        before = np.bitwise_xor.accumulate(within >> 7)
        within[1:] ^= before[:-1] * np.uint8(255)
        return cls(within)

    def count(self, first: int = 0, last: int | None = None) -> int:
        """How many windows are allowed from ``first`` to ``last``, both included."""
        end = 8 * len(self.bits) if last is None else min(last + 1, 8 * len(self.bits))
        if first >= end:
            return 0
        whole = self.bits[first // 8 : -(-end // 8)]
        before = int(np.bitwise_count(whole[0] & ((1 << first % 8) - 1)))
        after = int(np.bitwise_count(whole[-1] >> (end % 8))) if end % 8 else 0
        return int(np.bitwise_count(whole).sum(dtype=np.int64)) - before - after

    @property
    def newest(self) -> int:
        """The greatest id that is allowed, 0 if none is."""
        places = np.flatnonzero(self.bits)
        return int(8 * places[-1] + int(self.bits[places[-1]]).bit_length() - 1) if len(places) else 0


def _running(byte: int) -> int:
    """A byte whose every bit tells whether an odd number of bits is set up to there."""
    return sum((bin(byte & ((2 << bit) - 1)).count("1") % 2) << bit for bit in range(8))


_RUNNING = np.array([_running(byte) for byte in range(256)], dtype=np.uint8)


class Source(Protocol):
    """The rows, as one snapshot sees them."""

    @property
    def position(self) -> str:
        """Where the journal stood."""

    def vectors(self, first: int, last: int) -> Iterator[tuple[Ids, Vector]]:
        """The windows alive from ``first`` to ``last``, both included, ascending, some thousands at a time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A segment to be written: of which ids, for how many windows, and the one that it can be made of by adding."""

    first: int
    last: int
    windows: int
    exact: bool
    base: Segment | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What an index is at the moment: windows covered, segments, bytes on disk, and whether all of it is exact."""

    windows: int
    segments: int
    size: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """One index that takes part in a search, and the ids that it is asked for."""

    vectors: Vectors
    first: int
    last: int


class Index:
    """The vectors of all windows, for searching: segments on disk, and the newest in memory."""

    def __init__(self, folder: Path, *, encoder: str, dimension: int, threads: int = 1) -> None:
        """Nothing is read before ``refresh``, and nothing written before ``build``, which makes the folder."""
        self._folder, self._threads = folder, threads
        self._nothing = Manifest(encoder, dimension)
        self._known = False
        self.reset()

    def reset(self) -> None:
        """Forget all that is in memory."""
        self._signature: tuple[int, ...] | None = None
        self._generation = ""
        self._segments: tuple[Segment, ...] = ()
        self._open: dict[str, Vectors] = {}
        self._forget_newest()

    def _forget_newest(self) -> None:
        self._newest = Vectors.exact(self._nothing.dimension, threads=self._threads)
        self._last = self._covered

    def close(self) -> None:
        """Let go of the files."""
        self.reset()

    @property
    def _covered(self) -> int:
        return self._segments[-1].last if self._segments else 0

    @property
    def last(self) -> int:
        """The newest window that is covered: those after it are to be added."""
        return self._last

    @property
    def exact(self) -> bool:
        """Whether what it finds are the nearest, in their order, but for rounding."""
        return all(part.vectors.is_exact for part in self._parts())

    def describe(self) -> Shape:
        """What it is made of."""
        windows = sum(len(part.vectors) for part in self._parts())
        return Shape(windows, len(self._segments), sum(segment.size for segment in self._segments), self.exact)

    def _parts(self) -> list[_Part]:
        parts = [_Part(self._open[segment.file], segment.first, segment.last) for segment in self._segments]
        return [*parts, _Part(self._newest, self._covered + 1, self._last)]

    # Keeping step.

    def refresh(self, known: Callable[[str], bool]) -> bool:
        """Take up what has been published; ``known`` says whether the journal once stood at a position.

        A list with a segment of an unknown position is left alone: it may be newer than the snapshot that is asked.
        """
        for _ in range(_RETRIES):
            seen = segments.signature(self._folder)
            if seen is None or seen == self._signature:
                return False
            manifest = self._listed()
            self._generation = manifest.generation
            if not all(known(segment.position) for segment in manifest.segments):
                return False
            opened = self._opened(manifest.segments)
            # What could not be opened may have been replaced in this moment.
            if len(opened) == len(manifest.segments) or seen == segments.signature(self._folder):
                self._take_up(manifest.segments[: len(opened)], opened)
                self._signature = seen
                return True
        return False

    def _listed(self) -> Manifest:
        try:
            manifest = segments.listed(self._folder)
        except Refused as refused:
            _log.info("vectors are read from the rows: %s", refused)
            return self._nothing
        same = (manifest.encoder, manifest.dimension) == (self._nothing.encoder, self._nothing.dimension)
        # Another encoder's is replaced by the next build, unless somebody else has done so before.
        return manifest if same else replace(self._nothing, generation=manifest.generation)

    def _opened(self, listed: Sequence[Segment]) -> dict[str, Vectors]:
        """The segments by their files, as far as they can be used: those after a gap would not be found."""
        opened: dict[str, Vectors] = {}
        for segment in listed:
            try:
                opened[segment.file] = self._open.get(segment.file) or self._opened_one(segment)
            except Refused as refused:
                _log.info("vectors are read from the rows: %s", refused)
                break
        return opened

    def _opened_one(self, segment: Segment) -> Vectors:
        # What comes while the archive is open was written a moment ago, and somebody is waiting for an answer.
        path = segments.check(self._folder, segment, thoroughly=not self._known)
        try:
            return Vectors.mapped(path, threads=self._threads)
        except RuntimeError as error:
            raise Refused(str(error)) from error

    def _take_up(self, found: tuple[Segment, ...], opened: dict[str, Vectors]) -> None:
        before = self._covered
        self._segments, self._open, self._known = found, opened, True
        if not before <= self._covered < self._last:
            self._forget_newest()
        else:
            self._newest.take_out_to(self._covered)

    def add(self, ids: Ids, new: Vector) -> None:
        """Take the newest windows, ascending and all after ``last``, into memory."""
        if not len(ids):
            return
        self._newest.add(ids, new)
        self._last = int(ids[-1])
        if len(self._newest) > IN_MEMORY and self._newest.is_exact:
            self._newest = self._newest.coded()

    # Asking.

    def nearest(self, vector: Vector, count: int, *, allowed: Allowed | None) -> Ids:
        """The ids of the nearest windows, best first by the index's own estimate, at least ``count`` if there are.

        Where a part is approximate there are more, for the best to be among them: score them by their vectors.
        """
        exact: list[Found] = []
        estimated: list[Found] = []
        most = 0
        parts = [
            (part.vectors, len(part.vectors) if allowed is None else allowed.count(part.first, part.last))
            for part in self._parts()
        ]
        bits, in_all = None if allowed is None else allowed.bits, sum(left for _, left in parts)
        for vectors, left in parts:
            wanted = vectors.candidates(count, left, in_all=in_all)
            found = vectors.search(vector, wanted, bits=bits, allowed=left, in_all=in_all)
            (exact if vectors.is_exact else estimated).append(found)
            most = max(most, wanted)
        # Estimates err to both sides: they would push out what is known exactly.
        return _best([_best(exact, count), _best(estimated, most)])[1]

    # Writing.

    def overdue(self, alive: Allowed) -> Plan | None:
        """The segment that should be written next, by how many windows are new and how many have died."""
        counted = [(segment, alive.count(segment.first, segment.last)) for segment in self._segments]
        fresh = alive.count(self._covered + 1)
        return due(counted, fresh, newest=max(self._covered, alive.newest))

    def build(self, plan: Plan, source: Source, *, alive: Allowed) -> bool:
        """Write the plan's segment and publish it; False when somebody else is building, or has built since.

        ``source`` and ``alive`` must be of a snapshot that began after the last ``refresh``.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with self._alone(patience=0):
                if segments.signature(self._folder) and self._listed().generation != self._generation:
                    return False
                new = self._written(plan, source, alive)
                kept = [segment for segment in self._segments if not plan.first <= segment.first <= plan.last]
                self._publish(sorted([*kept, *new], key=lambda segment: segment.first))
        except Timeout:
            return False
        return True

    def forget(self, ids: Ids) -> None:
        """Leave nothing of these windows in memory or in a file; waits for whoever is building.

        Their rows must have gone before: a build that began earlier and is not finished will not be published.
        """
        self._newest.take_out(ids)
        if not self._folder.exists():
            return
        with self._alone(patience=-1):
            manifest = self._listed()
            self._publish([left for segment in manifest.segments for left in self._without(segment, ids)], manifest)

    @contextmanager
    def _alone(self, *, patience: float) -> Iterator[None]:
        with FileLock(self._folder / LOCK).acquire(timeout=patience, poll_interval=0.02):
            yield

    def _publish(self, found: Sequence[Segment], manifest: Manifest | None = None) -> None:
        segments.publish(self._folder, replace(manifest or self._nothing, segments=tuple(found)))
        segments.sweep(self._folder, found)

    def _written(self, plan: Plan, source: Source, alive: Allowed) -> list[Segment]:
        index = self._base(plan, alive)
        edges = [(plan.first, plan.last)]
        if index is None:
            index = self._empty(plan, source)
        elif plan.base:
            edges = [(plan.first, plan.base.first - 1), (plan.base.last + 1, plan.last)]
        for first, last in edges:
            for ids, new in source.vectors(first, last) if first <= last else ():
                index.add(ids, new)
        if not len(index):
            return []
        trained = 0 if plan.exact else plan.base.trained if plan.base else plan.windows
        return [self._filed(index, plan.first, plan.last, trained, source.position)]

    def _base(self, plan: Plan, alive: Allowed) -> Vectors | None:
        """The plan's base without what has died, in memory; nothing where there is none, or it has been damaged."""
        if plan.base is None:
            return None
        try:
            index = Vectors.read(segments.check(self._folder, plan.base, thoroughly=True), threads=self._threads)
        except (Refused, RuntimeError) as error:
            _log.info("vectors are read from the rows: %s", error)
            return None
        index.keep(alive.bits)
        return index

    def _empty(self, plan: Plan, source: Source) -> Vectors:
        if plan.exact:
            return Vectors.exact(self._nothing.dimension, threads=self._threads)
        sample = sample_of(source.vectors, plan.first, plan.last, plan.windows)
        return Vectors.approximate(sample, plan.windows, threads=self._threads)

    def _without(self, segment: Segment, ids: Ids) -> list[Segment]:
        """The segment without these windows; none if nothing is left of it, or if it is broken."""
        if not len(ids) or not (segment.first <= ids.max() and ids.min() <= segment.last):
            return [segment]
        try:
            index = Vectors.read(segments.check(self._folder, segment, thoroughly=True), threads=self._threads)
        except (Refused, RuntimeError) as error:
            _log.info("vectors are read from the rows: %s", error)
            return []
        if not index.take_out(ids):
            return [segment]
        return [self._filed(index, segment.first, segment.last, segment.trained, segment.position)]

    def _filed(self, index: Vectors, first: int, last: int, trained: int, position: str) -> Segment:
        file, size, digest = segments.written(self._folder, index.write)
        return Segment(file, first, last, len(index), trained, position, size, digest)


def due(counted: Sequence[tuple[Segment, int]], fresh: int, *, newest: int) -> Plan | None:
    """The segment to be written next, from the segments with how many of their windows are alive, and the new ones."""
    first, total = len(counted), sum(alive for _, alive in counted) + fresh
    if fresh >= FRESH:
        merged = fresh
        while first and counted[first - 1][1] <= 2 * merged:
            first -= 1
            merged += counted[first][1]
        return _plan(counted[first:], merged, counted[first - 1][0].last + 1 if first else 1, newest, total)
    for segment, alive in counted:
        # What was written while all were compared one and all takes ten times the room.
        if 2 * alive < segment.windows or (total > EXACT and not segment.trained):
            return _plan([(segment, alive)], alive, segment.first, segment.last, total)
    return None


def _plan(merged: Sequence[tuple[Segment, int]], windows: int, first: int, last: int, total: int) -> Plan:
    exact = total <= EXACT
    # Cells that were made for a fourth of what they hold are still fine enough, and nothing need be read again.
    usable = [one for one, _ in merged if not exact and one.trained * _OUTGROWN >= windows]
    return Plan(first, last, windows, exact, max(usable, key=lambda one: one.windows, default=None))


def _best(found: Sequence[Found], count: int | None = None) -> Found:
    """The best of what was found here and there."""
    if not found:
        return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
    scores = np.concatenate([each[0] for each in found])
    order = np.argsort(-scores, kind="stable")[:count]
    return scores[order], np.concatenate([each[1] for each in found])[order]
