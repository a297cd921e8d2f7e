"""The files of vectors, written in the background by a connection of its own: nobody waits who writes or asks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

from embeddings.errors import StoreError
from embeddings.store import Vector
from embeddings.store.index import Allowed, Index, Plan
from embeddings.store.rows import DATABASE, Encoding, Position, Rows, translated
from embeddings.store.searched import FOLDER
from embeddings.store.vectors import Ids

EVERY = 20_000
"""So many new windows, and it is looked whether a file is to be written."""

AT_CLOSE = 200_000
"""So many windows a file may have that only takes the place of others while somebody waits for the archive to close."""

_log = logging.getLogger(__name__)


_STEP = 8_192


class Rewriting:
    """The rows as the index reads them: some at a time, for a long look at them would keep SQLite's log from ending.

    What goes meanwhile may be missing of what it reads. The position is asked for at the end, and nobody takes up what
    was written before they have come so far.
    """

    def __init__(self, rows: Rows, dimension: int) -> None:
        self._rows, self._dimension = rows, dimension

    @property
    def position(self) -> str:
        """Where the journal stood."""
        return self._rows.position().label

    def vectors(self, first: int, last: int) -> Iterator[tuple[Ids, Vector]]:
        """The windows alive from ``first`` to ``last``, both included, ascending."""
        for start in range(first, last + 1, _STEP):
            yield from self._rows.windows.vectors(start, min(start + _STEP - 1, last), dimension=self._dimension)


class Builder:
    """Writes the files of an archive's index when they are due; what fails costs only time at the next start."""

    def __init__(self, folder: Path, encoding: Encoding, *, threads: int) -> None:
        self._folder, self._encoding, self._threads = folder, encoding, threads
        self._thread: Thread | None = None
        self._new = 0
        self._closing = False

    def wrote(self, windows: int) -> None:
        """So many new windows are on file: begin to write files in the background where there are enough."""
        self._new += windows
        if self._new >= EVERY and not (self._thread and self._thread.is_alive()):
            self._new = 0
            self._thread = Thread(target=self._build, name="index", daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Wait for the file that is being written, and write what is due and small."""
        self._closing = True
        if self._thread:
            self._thread.join()
        self._build()

    def _build(self) -> None:
        try:
            with translated(self._folder):
                rows = Rows.reading(self._folder / DATABASE)
                try:
                    self._until_done(rows)
                finally:
                    rows.close()
        except (StoreError, OSError, RuntimeError) as error:
            _log.warning("the vectors' files were not written, the next start will take longer: %s", error)

    def _until_done(self, rows: Rows) -> None:
        encoder, dimension = self._encoding
        if rows.encoding() != self._encoding:
            return
        index = Index(self._folder / FOLDER, encoder=encoder, dimension=dimension, threads=self._threads)
        try:
            while self._built_one(rows, index):
                pass
        finally:
            index.close()

    def _built_one(self, rows: Rows, index: Index) -> bool:
        # Before the snapshot begins: a build that began before somebody purged is then known by its list, and dropped.
        index.refresh(lambda label: rows.passed(Position.of(label)))
        with rows.snapshot():
            alive = Allowed.ranges(*rows.windows.ranges())
            plan = index.overdue(alive)
            if plan is None or (self._closing and self._may_wait(plan, alive.count(index.last + 1))):
                return False
        return index.build(plan, Rewriting(rows, self._encoding.dimension), alive=alive)

    @staticmethod
    def _may_wait(plan: Plan, uncovered: int) -> bool:
        """Whether the next start is about as quick without this file."""
        return plan.windows > AT_CLOSE and uncovered < EVERY
