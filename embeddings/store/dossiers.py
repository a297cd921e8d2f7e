"""Whole articles and the logbook, out of the rows of one archive and into those of an empty one."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.duplicates import NO_SIGNATURE, Signature
from embeddings.errors import StoreError
from embeddings.news import Article, Quotation
from embeddings.store import Dossier, Entry, Filed, Logbook, Placement
from embeddings.store.checks import check_entry
from embeddings.store.packing import article_fields, bytes_of, microseconds
from embeddings.words import searched_words

if TYPE_CHECKING:
    from embeddings.store.rows import Encoding, Rows

MARK = "moving"
"""While this stands among what describes the whole, a move into the archive has not ended."""

_TOGETHER = 32
"""So many articles are written in one transaction: each costs a disk's round trip."""


class DossierRows:
    """What a move reads of one connection's archive, and writes into it."""

    def __init__(self, connection: sqlite3.Connection, rows: Rows) -> None:
        self._connection = connection
        self._rows = rows

    def _all(self, query: str, *values: object) -> list[Any]:
        return self._connection.execute(query, values).fetchall()

    # Reading.

    def after(self, last: int, *, searched: bool, limit: int) -> list[tuple[int, Dossier]]:
        """The next articles that are searched, after this serving, or that are not, after this row; oldest first."""
        if searched:
            query = "SELECT id, article, version FROM servings WHERE id > ? ORDER BY id LIMIT ?"
        else:
            query = (
                "SELECT row, row, NULL FROM articles WHERE row > ? "
                "AND NOT EXISTS (SELECT 1 FROM servings WHERE article = articles.row) ORDER BY row LIMIT ?"
            )
        return [
            (number, self._dossier(article, self._entry(number, version) if searched else None))
            for number, article, version in self._all(query, last, limit)
        ]

    def _dossier(self, article: int, entry: Entry | None) -> Dossier:
        versions = self._all(
            "SELECT row, generation, lifted, formerly FROM versions WHERE article = ? ORDER BY row", article
        )
        return Dossier(
            id=self._all("SELECT id FROM articles WHERE row = ?", article)[0][0],
            aliases=self._names("SELECT id FROM aliases WHERE article = ? ORDER BY id", article),
            handles=self._names("SELECT handle FROM handles WHERE article = ? ORDER BY handle", article),
            versions=tuple(
                Filed(article=self._rows.version(row), generation=generation, lifted=bool(lifted), formerly=formerly)
                for row, generation, lifted, formerly in versions
            ),
            entry=entry,
        )

    def _names(self, query: str, article: int) -> tuple[str, ...]:
        return tuple(name for (name,) in self._all(query, article))

    def _entry(self, serving: int, version: int) -> Entry:
        article = self._rows.version(version)
        words, headline_words = searched_words(article)
        encoding = self._rows.encoding()
        dimension = encoding.dimension if encoding else 0
        ordinals, vectors, digests, sentences = self._rows.windows.of(serving, dimension=dimension)
        return Entry(
            article=article,
            placement=Placement.SERVE,
            vectors=vectors,
            ordinals=ordinals,
            digests=digests,
            sentences=sentences,
            words=words,
            headline_words=headline_words,
            quotations=self._quotations(article),
            signature=self._signature(serving),
        )

    def _quotations(self, article: Article) -> tuple[Quotation, ...]:
        searched = self._rows.searched(article)
        numbers = range(searched.paragraph, searched.paragraph + searched.paragraphs) if searched else ()
        found = self._rows.quotations.beginning_in(numbers)
        return tuple(quotation for number in numbers for quotation in found.get(number, ()))

    def _signature(self, serving: int) -> Signature:
        rows = self._all("SELECT signature FROM signatures WHERE serving = ?", serving)
        return np.frombuffer(rows[0][0], dtype="<u4").astype(np.uint32) if rows else NO_SIGNATURE

    def logbook(self) -> Logbook:
        """What is on file beside the articles."""
        rows, encoding = self._rows, self._rows.encoding()
        return Logbook(
            encoder=encoding.encoder if encoding else None,
            dimension=encoding.dimension if encoding else None,
            changes=tuple(rows.changes(0, limit=-1)),
            alerts=tuple(rows.alerts.all(0, settled=True)),
            judgements=rows.quotations.judgements(),
            arrivals=rows.arrivals(),
            last_ingest=rows.last_ingest(),
        )

    # Writing.

    def unfinished(self) -> bool:
        """Whether a move into the archive has begun and not ended."""
        return self._mark() is not None

    def restore(self, dossiers: Iterable[Dossier], logbook: Logbook, encoding: Encoding | None) -> int:
        """Write all of it, or what a move of the same that was broken off has left to write; how many articles."""
        self._begin(logbook)
        rest, count = iter(dossiers), 0
        while together := list(islice(rest, _TOGETHER)):
            with self._rows.change():
                for dossier in together:
                    self._file(dossier, encoding.dimension if encoding else 0)
            count += len(together)
        with self._rows.change():
            if encoding is not None:
                self._rows.remember_encoding(encoding)
            self._write_down(logbook)
            self._connection.execute("DELETE FROM meta WHERE name = ?", (MARK,))
            self._rows.wrote()
        return count

    def _begin(self, logbook: Logbook) -> None:
        with self._rows.change():
            found, mark = self._mark(), _mark_of(logbook)
            if found is None:
                self._check_empty()
            elif found != mark:
                raise StoreError(
                    "the source has changed since the move of it began: delete the target, and run `onrecord migrate` "
                    "again"
                )
            self._connection.execute("REPLACE INTO meta VALUES (?, ?)", (MARK, mark))

    def _mark(self) -> str | None:
        return next((value for (value,) in self._all("SELECT value FROM meta WHERE name = ?", MARK)), None)

    def _check_empty(self) -> None:
        tables = ("articles", "changes", "alerts", "judgements", "arrivals")
        if any(self._all(f"SELECT 1 FROM {table} LIMIT 1") for table in tables):
            raise StoreError("the target holds something already: name one that is empty, or is not there yet")

    def _file(self, dossier: Dossier, dimension: int) -> None:
        """Write one article down, unless it is there."""
        added = self._connection.execute("INSERT INTO articles (id) VALUES (?) ON CONFLICT DO NOTHING", (dossier.id,))
        if not added.rowcount:
            return
        article = int(added.lastrowid or 0)
        rows = {one.article.fingerprint: self._file_version(article, one) for one in dossier.versions}
        for table, column, names in (("aliases", "id", dossier.aliases), ("handles", "handle", dossier.handles)):
            self._connection.executemany(
                f"INSERT INTO {table} ({column}, article) VALUES (?, ?)", ((name, article) for name in names)
            )
        if dossier.entry is not None:
            check_entry(dossier.entry, dimension)
            self._rows.serve(article, rows[dossier.entry.article.fingerprint], dossier.entry)

    def _file_version(self, article: int, filed: Filed) -> int:
        version = filed.article
        cursor = self._connection.execute(
            "INSERT INTO versions "
            "(article, version, created, status, fingerprint, fields, text, generation, lifted, formerly) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article,
                version.version,
                microseconds(version.version_created),
                version.status.value,
                version.fingerprint,
                article_fields(version),
                bytes_of(version.text),
                filed.generation,
                filed.lifted,
                filed.formerly,
            ),
        )
        return int(cursor.lastrowid or 0)

    def _write_down(self, logbook: Logbook) -> None:
        self._connection.executemany(
            "INSERT INTO changes (sequence, article, at) VALUES (?, ?, ?)",
            ((one.sequence, one.article, microseconds(one.at)) for one in logbook.changes),
        )
        self._rows.alerts.restore(logbook.alerts)
        self._rows.quotations.judge(logbook.judgements)
        for outlet, at in logbook.arrivals.items():
            self._rows.arrived([outlet], at)
        if logbook.last_ingest is not None:
            self._rows.arrived([], logbook.last_ingest)


def _mark_of(logbook: Logbook) -> str:
    """What a source is known again by: hardly anything happens to an archive that leaves the end of these as it was."""
    told = replace(logbook, changes=logbook.changes[-1:])
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()
