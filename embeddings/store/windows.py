"""The rows of windows: which paragraph each belongs to, its vector, its text's digest, and its sentences' vectors."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.store import Encoded, Entry, Vector
from embeddings.store.codes import packed, unpacked

Numbers = NDArray[np.int64]

_BATCH = 4_096


class WindowRows:
    """The windows of one connection; transactions are its owner's business."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _all(self, query: str, *values: object) -> list[Any]:
        return self._connection.execute(query, values).fetchall()

    # Writing.

    def insert(self, paragraph: int, entry: Entry) -> int:
        """File an entry's, whose paragraphs are numbered from this one on; returns the first window's number."""
        first = self.last() + 1
        digests: Sequence[int | None] = entry.digests or [None] * len(entry.ordinals)
        rows = enumerate(zip(entry.ordinals, packed(entry.vectors), digests, strict=True), first)
        self._connection.executemany(
            "INSERT INTO windows (id, paragraph, vector, digest) VALUES (?, ?, ?, ?)",
            ((window, paragraph + ordinal - 1, codes, digest) for window, (ordinal, codes, digest) in rows),
        )
        self._connection.executemany(
            "INSERT INTO sentences (window, codes) VALUES (?, ?)",
            ((window, codes) for window, codes in enumerate(entry.sentences, first) if codes),
        )
        return first

    def withdraw(self, first: int, last: int) -> None:
        """Leave out the windows from the first to the last."""
        self._connection.execute("DELETE FROM windows WHERE id BETWEEN ? AND ?", (first, last))
        self._connection.execute("DELETE FROM sentences WHERE window BETWEEN ? AND ?", (first, last))

    # Reading.

    def last(self) -> int:
        """The highest number that a window has had so far."""
        # AUTOINCREMENT's own count, so that none is used twice, even after its row has gone.
        found = self._all("SELECT seq FROM sqlite_sequence WHERE name = 'windows'")
        return int(found[0][0]) if found else 0

    def ranges(self) -> tuple[Numbers, Numbers]:
        """Those that are searched, as half-open ranges that ascend: firsts, and the numbers after the lasts."""
        found = self._all("SELECT first_window, first_window + windows FROM servings WHERE windows > 0 ORDER BY id")
        table = np.array(found, dtype=np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def vectors(self, first: int, last: int, *, dimension: int) -> Iterator[tuple[Numbers, Vector]]:
        """The windows from the first to the last, both included, with their vectors, a batch at a time."""
        query = "SELECT id, vector FROM windows WHERE id BETWEEN ? AND ? ORDER BY id"
        cursor = self._connection.execute(query, (first, last))
        while batch := cursor.fetchmany(_BATCH):
            yield np.array([window for window, _ in batch]), unpacked([codes for _, codes in batch], dimension)

    def nearby(self, windows: Iterable[int], *, dimension: int) -> tuple[Numbers, Vector]:
        """The paragraphs and the vectors of those of these windows that are on file."""
        found = self._all(
            "SELECT paragraph, vector FROM windows WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(list(windows)),
        )
        return _paragraphs_and_vectors(found, dimension)

    def within(self, spans: Iterable[tuple[int, int, int]], *, dimension: int) -> tuple[Numbers, Vector]:
        """The vectors of paragraphs, each named after the first and the number of the windows among which it is."""
        query = "SELECT paragraph, vector FROM windows WHERE id BETWEEN ? AND ? AND paragraph = ?"
        found = [
            row for paragraph, first, count in spans for row in self._all(query, first, first + count - 1, paragraph)
        ]
        return _paragraphs_and_vectors(found, dimension)

    def of(self, serving: int, *, dimension: int) -> tuple[list[int], Vector, list[int], list[bytes]]:
        """A serving's ordinals, vectors, digests and sentences' codes; no digests where not all are known."""
        rows = self._all(
            "SELECT paragraph - first_paragraph + 1, vector, digest, coalesce(codes, x'') "
            "FROM servings JOIN windows ON windows.id BETWEEN first_window AND first_window + windows - 1 "
            "LEFT JOIN sentences ON window = windows.id WHERE servings.id = ? ORDER BY windows.id",
            serving,
        )
        digests = [row[2] for row in rows if row[2] is not None]
        vectors = unpacked([row[1] for row in rows], dimension)
        return [row[0] for row in rows], vectors, digests if len(digests) == len(rows) else [], [row[3] for row in rows]

    def encoded(self, digests: Iterable[int], *, dimension: int) -> dict[int, Encoded]:
        """What texts with these digests were encoded to."""
        rows = self._all(
            "SELECT digest, vector, coalesce(codes, x'') FROM windows LEFT JOIN sentences ON window = id "
            "WHERE digest IN (SELECT value FROM json_each(?)) ORDER BY id",
            json.dumps(list(digests)),
        )
        vectors = unpacked([codes for _, codes, _ in rows], dimension)
        # Copied, so that one row does not keep all in memory.
        return {
            digest: Encoded(vector.copy(), sentences)
            for (digest, _, sentences), vector in zip(rows, vectors, strict=True)
        }

    def sentences(self, paragraph: int, first: int, count: int) -> bytes:
        """The codes of a paragraph's sentences, which stands among so many windows from the first on.

        None where it has several windows: its sentences were not read as one text.
        """
        rows = self._all(
            "SELECT coalesce(codes, x'') FROM windows LEFT JOIN sentences ON window = id "
            "WHERE id BETWEEN ? AND ? AND paragraph = ?",
            first,
            first + count - 1,
            paragraph,
        )
        return bytes(rows[0][0]) if len(rows) == 1 else b""


def _paragraphs_and_vectors(rows: Sequence[tuple[int, bytes]], dimension: int) -> tuple[Numbers, Vector]:
    return np.array([row for row, _ in rows], dtype=np.int64), unpacked([codes for _, codes in rows], dimension)
