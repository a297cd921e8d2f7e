"""Rows about which articles carry the same copy: found by the bands of their signatures when they are served."""

from __future__ import annotations

import sqlite3

import numpy as np

from embeddings.duplicates import Signature, are_copies, bands

_MOST_ALIKE = 1_000
"""So many articles that share a band are compared: a band of boilerplate may be shared by very many."""


class CopyRows:
    """Signatures, and the pairs that were found by them, of what is searched."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def insert(self, serving: int, outlet: str | None, signature: Signature) -> None:
        """Keep a signature, and pair its article with those that carry the same copy."""
        if not len(signature):
            return
        keys = bands(signature)
        pairs = [pair for other in self.alike(outlet, signature) for pair in ((serving, other), (other, serving))]
        self._connection.executemany("INSERT OR IGNORE INTO copies (one, other) VALUES (?, ?)", pairs)
        stored = np.ascontiguousarray(signature, dtype="<u4").tobytes()
        self._connection.execute("INSERT INTO signatures (serving, signature) VALUES (?, ?)", (serving, stored))
        self._connection.executemany(
            "INSERT OR IGNORE INTO bands (band, serving) VALUES (?, ?)", ((key, serving) for key in keys)
        )

    def alike(self, outlet: str | None, signature: Signature) -> list[int]:
        """What is searched and carries the same copy as a text of this outlet with this signature."""
        return [
            other
            for other, desk, theirs in self._sharing(bands(signature))
            if are_copies(signature, theirs, one_desk=outlet is not None and outlet == desk)
        ]

    def _sharing(self, keys: tuple[bytes, ...]) -> list[tuple[int, str | None, Signature]]:
        marks = ", ".join("?" * len(keys))
        rows = self._connection.execute(
            "SELECT serving, outlet, signature FROM signatures JOIN servings ON id = serving WHERE serving IN "
            f"(SELECT serving FROM bands WHERE band IN ({marks}) GROUP BY serving ORDER BY count(*) DESC, serving DESC "
            f"LIMIT {_MOST_ALIKE})",
            keys,
        )
        return [(serving, desk, _signature(stored)) for serving, desk, stored in rows]

    def withdraw(self, serving: int) -> None:
        """Forget what was kept of an article that is searched no more."""
        others = [(other, serving) for other in self.of(serving)]
        self._connection.executemany("DELETE FROM copies WHERE one = ? AND other = ?", others)
        for (stored,) in self._connection.execute("SELECT signature FROM signatures WHERE serving = ?", (serving,)):
            keys = ((key, serving) for key in bands(_signature(stored)))
            self._connection.executemany("DELETE FROM bands WHERE band = ? AND serving = ?", keys)
        for table, column in (("copies", "one"), ("signatures", "serving")):
            self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (serving,))

    def of(self, serving: int) -> list[int]:
        """The other articles that carry the same copy, those on file longest first."""
        rows = self._connection.execute("SELECT other FROM copies WHERE one = ? ORDER BY other", (serving,))
        return [other for (other,) in rows]


def _signature(stored: bytes) -> Signature:
    return np.frombuffer(stored, dtype="<u4").astype(np.uint32)
