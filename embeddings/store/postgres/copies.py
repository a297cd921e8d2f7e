"""Rows about which articles carry the same copy: found by the bands of their signatures when they are served."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from embeddings.duplicates import Signature, are_copies, bands
from embeddings.store.packing import bytes_of
from embeddings.store.postgres.connection import Session

_MOST_ALIKE = 1_000
"""So many articles that share a band are compared: a band of boilerplate may be shared by very many."""


class CopyRows:
    """Signatures, and the pairs that were found by them, of what is searched."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def insert(self, article: int, outlet: str | None, signature: Signature) -> None:
        """Keep a signature, and pair its article with those that carry the same copy."""
        if not len(signature):
            return
        others = self.alike(outlet, signature)
        self._session.run(
            "INSERT INTO copies (one, other) SELECT %(article)s, other FROM unnest(%(others)s::bigint[]) AS other "
            "UNION ALL SELECT other, %(article)s FROM unnest(%(others)s::bigint[]) AS other ON CONFLICT DO NOTHING",
            {"article": article, "others": [other for other in others if other != article]},
        )
        self.keep(article, signature)

    def keep(self, article: int, signature: Signature) -> None:
        """Keep a signature, by which other articles will find this one."""
        stored = np.ascontiguousarray(signature, dtype="<u4").tobytes()
        self._session.run(
            "UPDATE servings SET signature = %(signature)s WHERE article = %(article)s",
            {"signature": stored, "article": article},
        )
        self._session.run(
            "INSERT INTO bands (band, article) SELECT band, %(article)s FROM unnest(%(bands)s::bytea[]) AS band "
            "ON CONFLICT DO NOTHING",
            {"bands": list(bands(signature)), "article": article},
        )

    def alike(self, outlet: str | None, signature: Signature) -> list[int]:
        """What is searched and carries the same copy as a text of this outlet with this signature, oldest first."""
        desk = None if outlet is None else bytes_of(outlet)
        rows = self._session.rows(
            "SELECT article, outlet, signature FROM servings WHERE signature IS NOT NULL AND article IN ("
            "SELECT b.article FROM bands b WHERE b.band = ANY(%(bands)s::bytea[]) GROUP BY b.article "
            "ORDER BY count(*) DESC, b.article DESC LIMIT %(most)s) ORDER BY serving",
            {"bands": list(bands(signature)), "most": _MOST_ALIKE},
        )
        return [
            article
            for article, theirs, stored in rows
            if are_copies(signature, signature_of(stored), one_desk=desk is not None and desk == theirs)
        ]

    def withdraw(self, article: int) -> None:
        """Forget what was kept of an article that is searched no more."""
        of_it = {"article": article}
        self._session.run(
            "DELETE FROM copies c USING copies mine WHERE mine.one = %(article)s AND c.one = mine.other "
            "AND c.other = %(article)s",
            of_it,
        )
        self._session.run("DELETE FROM copies WHERE one = %(article)s", of_it)
        self._session.run("DELETE FROM bands WHERE article = %(article)s", of_it)

    def of(self, articles: Collection[int]) -> list[tuple[int, int]]:
        """Each of these articles with another one that carries the same copy."""
        rows = self._session.rows(
            "SELECT one, other FROM copies WHERE one = ANY(%(articles)s::bigint[])", {"articles": list(articles)}
        )
        return [(one, other) for one, other in rows]


def signature_of(stored: bytes) -> Signature:
    """The signature that was kept."""
    return np.frombuffer(stored, dtype="<u4").astype(np.uint32)
