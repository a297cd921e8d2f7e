"""The rows of the embedded archive: all of its SQL, and what SQLite's errors mean."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embeddings.duplicates import signature
from embeddings.errors import StoreDamaged, StoreError, StoreFull, StoreLocked, StoreReadOnly
from embeddings.news import Article, Change, Status
from embeddings.store import Entry, Head, Placement
from embeddings.store.alerts import AlertRows
from embeddings.store.copies import CopyRows
from embeddings.store.dossiers import DossierRows
from embeddings.store.fulltext import WordRows
from embeddings.store.packing import (
    article_fields,
    article_handles,
    article_of,
    microseconds,
    moment_from,
    moment_of,
    text_of,
)
from embeddings.store.quotations import QuotationRows
from embeddings.store.schema import check_known, migrate, schema_of
from embeddings.store.windows import WindowRows

DATABASE = "archive.db"

LENGTH = "<u4"
"""How the number of words of each paragraph is kept with its serving."""

OPENING = 400
"""How many characters of a text tell it from another."""

_BUSY_SECONDS = 10.0
_CACHE_KIB = 64 * 1024
_LOG_PAGES = 8_000
"""SQLite's log is written back when it is so long: the longer, the more often a page in it is written back once."""
_BATCH = 4_096
_NEWEST_FIRST = "ORDER BY generation DESC, version DESC, created DESC, row DESC"
_BINDING = "(status = 'usable' OR NOT lifted)"
"""A kill that a person has lifted is on file and counts no more."""
_NO_ROOM = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_SHMSIZE}
_REFUSALS = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
_MEANINGS: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_FULL: (StoreFull, "no room left on the device; make room and run the same command again"),
    sqlite3.SQLITE_BUSY: (StoreLocked, "another program holds the database; try again when it has finished"),
    sqlite3.SQLITE_LOCKED: (StoreLocked, "another program holds the database; try again when it has finished"),
    sqlite3.SQLITE_READONLY: (StoreReadOnly, "the database cannot be written; check the folder's permissions"),
    sqlite3.SQLITE_CANTOPEN: (StoreReadOnly, "the database cannot be opened; check the folder's permissions"),
    sqlite3.SQLITE_PERM: (StoreReadOnly, "the database cannot be opened; check the folder's permissions"),
    sqlite3.SQLITE_CORRUPT: (
        StoreDamaged,
        "the database is damaged; restore a backup, or make a new archive with `onrecord ingest`",
    ),
    sqlite3.SQLITE_NOTADB: (
        StoreDamaged,
        "this is no archive; restore a backup, or make a new archive with `onrecord ingest`",
    ),
}


@contextmanager
def translated(place: Path) -> Iterator[None]:
    """SQLite's errors inside come out as ours, naming ``place``."""
    try:
        yield
    except sqlite3.Error as error:
        raise _meaning(error, place) from error


def _meaning(error: sqlite3.Error, place: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None) or 0
    known = _MEANINGS.get(sqlite3.SQLITE_FULL if code in _NO_ROOM else code & 0xFF)
    if known is None:
        return StoreError(f"{place}: SQLite refused ({error}); check the disk, then run the same command again")
    kind, advice = known
    return kind(f"{place}: {advice} ({error})")


class Encoding(NamedTuple):
    """Which encoder the vectors on file belong to."""

    encoder: str
    dimension: int


class Position(NamedTuple):
    """How far the journal has come; the stamp tells one history from another that was restored from a backup."""

    sequence: int
    stamp: str

    @property
    def label(self) -> str:
        """The position as one word."""
        return f"{self.sequence}:{self.stamp}"

    @classmethod
    def of(cls, label: str) -> Position:
        """The position that has this label."""
        sequence, _, stamp = label.partition(":")
        return cls(int(sequence), stamp)


class Counts(NamedTuple):
    """How many rows of each kind there are."""

    articles: int
    versions: int
    paragraphs: int
    vectors: int
    quotations: int
    withdrawn: int


class Served(NamedTuple):
    """One article that is searched: what filters look at, and which paragraphs and windows are its own."""

    serving: int
    version: int
    day: int | None
    embargo: int | None
    held: int
    outlet: str | None
    language: str | None
    section: str | None
    parties: str
    first_paragraph: int
    paragraphs: int
    first_window: int
    windows: int
    headline: int
    lengths: bytes


class Trace(NamedTuple):
    """What a serving had, by its numbers."""

    serving: int
    paragraph: int
    paragraphs: int
    window: int
    windows: int

    def numbered(self, ordinal: int) -> int:
        """The number of the paragraph with this ordinal; 0 where there is none."""
        return self.paragraph + ordinal - 1 if ordinal <= self.paragraphs else 0


_TRACE = "id, first_paragraph, paragraphs, first_window, windows"


class Serving(NamedTuple):
    """Which version of which article is served, under which number, with which first paragraph and window."""

    id: int
    article: int
    version: int
    paragraph: int
    window: int


class Rows:
    """One connection to the database; not for two threads at once."""

    def __init__(self, connection: sqlite3.Connection, *, unchanged: Callable[[], bool] = lambda: True) -> None:
        self._connection = connection
        self._unchanged = unchanged
        self.quotations = QuotationRows(connection)
        self.words = WordRows(connection)
        self.windows = WindowRows(connection)
        self.copies = CopyRows(connection)
        self.alerts = AlertRows(connection)
        self.dossiers = DossierRows(connection, self)

    @classmethod
    def writing(cls, path: Path) -> Rows:
        """A connection that may write, to a database that is made or brought up to date if need be."""
        connection = _connect(f"{path.resolve().as_uri()}?mode=rwc")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            # What is taken out of the archive must not be left in the file.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
            migrate(connection)
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @classmethod
    def reading(cls, path: Path) -> Rows:
        """A connection that only reads, in whatever way the folder allows."""
        state = _state(path)
        connection, frozen = _connect_to_read(path)
        try:
            connection.execute("PRAGMA query_only = ON")
            if not check_known(connection):
                raise StoreError(f"{path.parent} holds no archive yet: `onrecord ingest PATH` makes one")
        except BaseException:
            connection.close()
            raise
        return cls(connection, unchanged=lambda: _state(path) == state) if frozen else cls(connection)

    def outdated(self) -> bool:
        """Whether the file has changed under a connection that was told it would not."""
        return not self._unchanged()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside belongs to one moment."""
        with self._transaction("BEGIN"):
            yield

    @contextmanager
    def change(self) -> Iterator[None]:
        """Everything written inside is kept, or none of it."""
        with self._transaction("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
            self._connection.execute("COMMIT")
        finally:
            # SQLite ends the transaction by itself after some errors, such as a full disk.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever is written whole inside is kept at the end, also where an error ends it."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            try:
                if self._connection.in_transaction:
                    self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Inside ``together``: all that is written inside is kept, or none of it."""
        self._connection.execute("SAVEPOINT whole")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO whole")
            raise
        finally:
            if self._connection.in_transaction:
                self._connection.execute("RELEASE whole")

    def _one(self, query: str, *values: object) -> Any:  # noqa: ANN401 - a column of any type
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else row[0]

    def _all(self, query: str, *values: object) -> list[Any]:
        return self._connection.execute(query, values).fetchall()

    # What describes the whole.

    def schema(self) -> int:
        """The number of the last migration."""
        return schema_of(self._connection)

    def encoding(self) -> Encoding | None:
        """The encoder on file, or nothing before the first write."""
        name, dimension = self._meta("encoder"), self._meta("dimension")
        return None if name is None or dimension is None else Encoding(name, int(dimension))

    def remember_encoding(self, encoding: Encoding) -> None:
        """From now on the vectors on file belong to this encoder."""
        self._set_meta("encoder", encoding.encoder)
        self._set_meta("dimension", str(encoding.dimension))

    def last_write(self) -> datetime | None:
        """When anything was last written."""
        written = self._meta("last_write")
        return None if written is None else datetime.fromisoformat(written)

    def last_ingest(self) -> datetime | None:
        """When articles were last taken in."""
        remembered = self._meta("last_ingest")
        return None if remembered is None else datetime.fromisoformat(remembered)

    def arrivals(self) -> dict[str, datetime]:
        """When articles of each outlet were last taken in."""
        rows = self._all("SELECT outlet, at FROM arrivals ORDER BY outlet")
        return {outlet: moment_of(at) for outlet, at in rows}

    def counts(self) -> Counts:
        """How much there is."""
        articles, versions = (int(self._one(f"SELECT count(*) FROM {table}")) for table in ("articles", "versions"))
        # Kept with each serving: to count the rows themselves takes as long as there are many.
        of_served = "SELECT count(*), sum(paragraphs), sum(windows), sum(quotations) FROM servings"
        served, paragraphs, vectors, quotations = (int(number or 0) for number in self._all(of_served)[0])
        return Counts(articles, versions, paragraphs, vectors, quotations, articles - served)

    def _meta(self, name: str) -> str | None:
        value = self._one("SELECT value FROM meta WHERE name = ?", name)
        return None if value is None else str(value)

    def _set_meta(self, name: str, value: str) -> None:
        self._connection.execute("REPLACE INTO meta VALUES (?, ?)", (name, value))

    # Versions.

    def known_as(self, article_id: str) -> int | None:
        """The row of the article that this id leads to."""
        row = self._one("SELECT row FROM articles WHERE id = ?", article_id)
        if row is None:
            row = self._one("SELECT article FROM aliases WHERE id = ?", article_id)
        return None if row is None else int(row)

    def _id_of(self, article: int) -> str:
        return str(self._one("SELECT id FROM articles WHERE row = ?", article))

    def head(self, article_id: str) -> Head | None:
        """What is on file under this id."""
        article = self.known_as(article_id)
        if article is None:
            return None
        own = self._id_of(article)
        found = self._all(
            "SELECT fingerprint, version, fields, status, generation, length(text) FROM versions "
            f"WHERE article = ? AND {_BINDING} {_NEWEST_FIRST}",
            article,
        )
        every = self._all(
            "SELECT fingerprint, lifted, json_extract(fields, '$.guid'), json_extract(fields, '$.replaces') "
            "FROM versions WHERE article = ?",
            article,
        )
        fields = [json.loads(row[2]) for row in found]
        newest = fields[0]
        killed = any(row[3] == Status.CANCELED for row in found)
        text = self._one(f"SELECT text FROM versions WHERE article = ? AND length(text) > 0 {_NEWEST_FIRST}", article)
        ids = self._ids_of(article)
        return Head(
            id=own,
            ids=frozenset(ids),
            awaited=frozenset(ids) - {guid or own for _, _, guid, _ in every},
            superseded=frozenset(replaced for *_, replaced in every if replaced),
            guid=newest.get("guid") or own,
            generation=found[0][4],
            newest=found[0][0],
            killed=killed,
            let_in=any(lifted for _, lifted, *_ in every),
            provider=next((f["provider"] for f in fields if f.get("provider")), None),
            version=found[0][1],
            version_created=moment_from(newest["version_created"]),
            status=Status.CANCELED if killed else Status(found[0][3]),
            fingerprints=frozenset(fingerprint for fingerprint, *_ in every),
            headline=next((f["headline"] for f in fields if f["headline"] is not None), None),
            opening=text_of(text or b"")[:OPENING],
            wordless=not found[0][5],
            served=bool(self._one("SELECT count(*) FROM servings WHERE article = ?", article)),
        )

    def _ids_of(self, article: int) -> list[str]:
        """Its own id, then the others that lead to it."""
        others = self._all("SELECT id FROM aliases WHERE article = ? ORDER BY id", article)
        return [self._id_of(article), *(id for (id,) in others)]

    def article(self, article_id: str, version: int | None, fingerprint: str | None = None) -> Article | None:
        """The newest version on file that binds, or the newest that bears this number or this fingerprint."""
        article = self.known_as(article_id)
        named = {"version = ?": version, "? IN (fingerprint, formerly)": fingerprint}
        wanted = {test: value for test, value in named.items() if value is not None}
        which = "".join(f" AND {test}" for test in wanted) if wanted else f" AND {_BINDING}"
        row = self._one(f"SELECT row FROM versions WHERE article = ?{which} {_NEWEST_FIRST}", article, *wanted.values())
        return None if row is None else self.version(row)

    def versions(self, article_id: str) -> list[Article]:
        """Every version on file, the newest first."""
        rows = self._all(f"SELECT row FROM versions WHERE article = ? {_NEWEST_FIRST}", self.known_as(article_id))
        return [self.version(row) for (row,) in rows]

    def bearing(self, names: Iterable[str]) -> list[Article]:
        """The newest version of each article that ever had one of these handles."""
        wanted = sorted(set(names))
        rows = self._all(
            "SELECT id FROM articles WHERE row IN "
            f"(SELECT article FROM handles WHERE handle IN ({', '.join('?' * len(wanted))})) ORDER BY row",
            *wanted,
        )
        return [article for (id,) in rows if (article := self.article(id, None)) is not None]

    def serving_of(self, article_id: str) -> int | None:
        """Under which number an article is searched."""
        row = self._one("SELECT id FROM servings WHERE article = ?", self.known_as(article_id))
        return None if row is None else int(row)

    def carriers(self, article_id: str) -> list[int]:
        """The servings of other articles that carry the same copy, as far as its newest text tells."""
        serving = self.serving_of(article_id)
        if serving is not None:
            return self.copies.of(serving)
        told = f"SELECT row FROM versions WHERE article = ? AND length(text) > 0 {_NEWEST_FIRST}"
        row = self._one(told, self.known_as(article_id))
        if row is None:
            return []
        newest = self.version(row)
        return self.copies.alike(newest.outlet, signature(newest.text))

    def version(self, row: int) -> Article:
        """The version in this row."""
        found = self._all(
            "SELECT id, version, status, fields, text FROM versions JOIN articles ON articles.row = article "
            "WHERE versions.row = ?",
            row,
        )
        return article_of(*found[0])

    def searched(self, article: Article) -> Trace | None:
        """The numbers of this very version, if it is the one that is searched."""
        found = self._all(
            "SELECT servings.id, first_paragraph, paragraphs, first_window, windows FROM servings "
            "JOIN versions ON versions.row = servings.version JOIN articles ON articles.row = servings.article "
            "WHERE articles.id = ? AND fingerprint = ?",
            article.id,
            article.fingerprint,
        )
        return Trace._make(found[0]) if found else None

    def served_after(self, serving: int, *, limit: int) -> list[tuple[int, int]]:
        """The next versions that are searched: serving and version row."""
        return self._all("SELECT id, version FROM servings WHERE id > ? ORDER BY id LIMIT ?", serving, limit)

    # Writing.

    def put(self, entry: Entry) -> None:
        """Keep the version, and change what is searched as its placement says."""
        if entry.apart:
            self._connection.execute("DELETE FROM aliases WHERE id = ?", (entry.article.id,))
        known = self.known_as(entry.article.id)
        article = known or self._article_row(entry.article.id)
        if (own := self._id_of(article)) != entry.article.id:
            raise ValueError(f"{entry.article.id}: leads to {own}")
        version = self._version_row(article, entry)
        if entry.joins is not None:
            self._join(self.known_as(entry.joins), article, before=entry.generation)
        self._lead_to(article, entry.article)
        if entry.placement is Placement.REVIVE:
            self._connection.execute("UPDATE versions SET lifted = 1 WHERE article = ?", (article,))
        if entry.placement is not Placement.KEEP:
            self._withdraw(article)
        if entry.placement in (Placement.SERVE, Placement.REVIVE):
            self.serve(article, version, entry)
        if known and entry.placement is not Placement.KEEP:
            self._changed(article)
        self.wrote()

    def _join(self, other: int | None, article: int, *, before: int) -> None:
        """Make the versions of another article those of this one, older than this generation."""
        if other is None or other == article:
            return
        self._withdraw(other)
        self._changed(other)
        former, own = self._id_of(other), self._id_of(article)
        newest = self._one("SELECT max(generation) FROM versions WHERE article = ?", other)
        for (row,) in self._all("SELECT row FROM versions WHERE article = ?", other):
            one = self.version(row)
            moved = replace(one, id=own, guid=one.guid or former)
            self._connection.execute(
                "UPDATE versions SET article = ?, fingerprint = ?, formerly = coalesce(formerly, fingerprint), "
                "fields = ?, generation = generation + ? WHERE row = ?",
                (article, moved.fingerprint, article_fields(moved), before - 1 - newest, row),
            )
        for table in ("aliases", "handles", "traces"):
            self._connection.execute(f"UPDATE OR REPLACE {table} SET article = ? WHERE article = ?", (article, other))
        self._connection.execute("DELETE FROM articles WHERE row = ?", (other,))
        self._connection.execute("INSERT INTO aliases (id, article) VALUES (?, ?)", (former, article))

    def _lead_to(self, article: int, version: Article) -> None:
        """Have the other ids that a version names lead to its article, unless they are another's."""
        for other in (version.guid, version.replaces):
            if other is not None and self.known_as(other) is None:
                self._connection.execute("INSERT INTO aliases (id, article) VALUES (?, ?)", (other, article))

    def _changed(self, article: int) -> None:
        """Tell it under every id: what was shown of it may be known by one that it had before."""
        at = microseconds(datetime.now(UTC))
        self._connection.executemany(
            "INSERT INTO changes (article, at) VALUES (?, ?)", ((id, at) for id in self._ids_of(article))
        )

    def changes(self, after: int, limit: int) -> list[Change]:
        """What came in for articles that were on file, or went, after this sequence."""
        rows = self._all(
            "SELECT sequence, article, at FROM changes WHERE sequence > ? ORDER BY sequence LIMIT ?", after, limit
        )
        return [Change(sequence=number, article=id, at=moment_of(at)) for number, id, at in rows]

    def arrived(self, outlets: Iterable[str], at: datetime) -> None:
        """Remember when articles of these outlets were taken in."""
        before = self.last_ingest()
        self._set_meta("last_ingest", (max(before, at) if before else at).astimezone(UTC).isoformat())
        self._connection.executemany(
            "INSERT INTO arrivals (outlet, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
            ((outlet, microseconds(at)) for outlet in sorted(set(outlets))),
        )

    def remove(self, article_ids: Iterable[str]) -> tuple[int, list[range]]:
        """Forget these articles; returns how many there were, and the windows that they ever had."""
        known = {article: None for id in article_ids if (article := self.known_as(id)) is not None}
        traces: list[Trace] = []
        for article in known:
            self._changed(article)
            self.alerts.forget(self._ids_of(article))
            self._withdraw(article)
            traces += [Trace._make(row) for row in self._all(f"SELECT {_TRACE} FROM traces WHERE article = ?", article)]
            for table in ("versions", "aliases", "handles", "traces"):
                self._connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
            self._connection.execute("DELETE FROM articles WHERE row = ?", (article,))
        if known:
            self.words.forget(range(one.paragraph, one.paragraph + one.paragraphs) for one in traces)
        self.wrote()
        return len(known), [range(one.window, one.window + one.windows) for one in traces]

    def forget_log(self) -> None:
        """Empty SQLite's log, which has every page as it was, as far as readers let it."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def serve_again(self, entry: Entry) -> bool:
        """Search the served version of this article by a new entry's words and vectors; False if there is none."""
        found = self._all(
            "SELECT article, version FROM servings WHERE article = (SELECT row FROM articles WHERE id = ?)",
            entry.article.id,
        )
        for article, version in found:
            self._withdraw(article)
            self.serve(article, version, entry)
        return bool(found)

    def newest_serving(self) -> int:
        """The highest id that a serving has had so far."""
        return self._next_id("servings") - 1

    def served_before(self, serving: int) -> int:
        """How many servings are left of those up to this id."""
        return int(self._one("SELECT count(*) FROM servings WHERE id <= ?", serving))

    def wrote(self) -> None:
        """Note the time of a write."""
        self._set_meta("last_write", datetime.now(UTC).isoformat())

    def _article_row(self, article_id: str) -> int:
        self._connection.execute("INSERT INTO articles (id) VALUES (?) ON CONFLICT DO NOTHING", (article_id,))
        return int(self._one("SELECT row FROM articles WHERE id = ?", article_id))

    def _version_row(self, article: int, entry: Entry) -> int:
        version = entry.article
        fingerprint = version.fingerprint
        self._connection.execute(
            "INSERT INTO versions (article, version, created, status, fingerprint, fields, text, generation) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                article,
                version.version,
                microseconds(version.version_created),
                version.status.value,
                fingerprint,
                article_fields(version),
                # A broken feed may hold half a surrogate pair; what came in must come out.
                version.text.encode("utf-8", "surrogatepass"),
                entry.generation,
            ),
        )
        self._connection.executemany(
            "INSERT OR IGNORE INTO handles (handle, article) VALUES (?, ?)",
            ((handle, article) for handle in article_handles(version)),
        )
        return int(self._one("SELECT row FROM versions WHERE article = ? AND fingerprint = ?", article, fingerprint))

    def _withdraw(self, article: int) -> None:
        for row in self._all(f"SELECT {_TRACE} FROM servings WHERE article = ?", article):
            gone = Trace._make(row)
            self.quotations.withdraw(gone.paragraph, gone.paragraph + gone.paragraphs - 1)
            self.copies.withdraw(gone.serving)
            self.words.withdraw(gone.serving, gone.paragraph)
            self.windows.withdraw(gone.window, gone.window + gone.windows - 1)
            self._connection.execute("DELETE FROM servings WHERE id = ?", (gone.serving,))
            # Where something of it may be left in files that are only put in order now and then.
            self._connection.execute("INSERT INTO traces VALUES (?, ?, ?, ?, ?, ?)", (article, *gone))
            self._log(gone.serving, "withdrawn")

    def serve(self, article: int, version: int, entry: Entry) -> None:
        """Have this version searched by an entry's words, vectors and quotations; none of its article is so far."""
        serving = self._next_id("servings")
        first = self.words.insert(serving, entry.headline_words, entry.words)
        window = self.windows.insert(first, entry)
        self._insert_serving(Serving(serving, article, version, first, window), entry)
        spans = [(row, paragraph.span) for row, paragraph in enumerate(entry.article.paragraphs, first)]
        self.quotations.insert(serving, spans[: len(entry.words)], entry.quotations)
        self.copies.insert(serving, entry.article.outlet, entry.signature)
        self._log(serving, "arrived")

    def _insert_serving(self, serving: Serving, entry: Entry) -> None:
        served = entry.article
        columns: dict[str, object] = {
            "id": serving.id,
            "article": serving.article,
            "version": serving.version,
            "day": served.day.toordinal() if served.day else None,
            "embargo": microseconds(served.embargoed_until),
            "held": served.held,
            "outlet": served.outlet,
            "parties": json.dumps(sorted({hop.party for hop in served.chain})),
            "language": served.language,
            "section": served.section,
            "first_paragraph": serving.paragraph,
            "paragraphs": len(entry.words),
            "first_window": serving.window,
            "windows": len(entry.ordinals),
            "quotations": len(entry.quotations),
            "headline": len(entry.headline_words.split()),
            "lengths": np.array([len(words.split()) for words in entry.words], dtype=LENGTH).tobytes(),
        }
        marks = ", ".join("?" * len(columns))
        self._connection.execute(
            f"INSERT INTO servings ({', '.join(columns)}) VALUES ({marks})", tuple(columns.values())
        )

    def _next_id(self, table: str) -> int:
        # AUTOINCREMENT's own count, so that an id is never used twice, even after its row has gone.
        return int(self._one("SELECT seq FROM sqlite_sequence WHERE name = ?", table) or 0) + 1

    def _log(self, serving: int, change: str) -> None:
        self._connection.execute(
            "INSERT INTO journal (serving, change, stamp) VALUES (?, ?, ?)", (serving, change, secrets.token_hex(8))
        )

    # Catching up with what others wrote.

    def position(self) -> Position:
        """The end of the journal."""
        found = self._all("SELECT sequence, stamp FROM journal ORDER BY sequence DESC LIMIT 1")
        return Position(*found[0]) if found else Position(0, "")

    def passed(self, position: Position) -> bool:
        """Whether the journal once ended there."""
        return bool(self._one("SELECT stamp FROM journal WHERE sequence = ?", position.sequence) == position.stamp)

    def withdrawn(self, since: int) -> list[int]:
        """The servings that went after this place in the journal."""
        query = "SELECT serving FROM journal WHERE sequence > ? AND change = 'withdrawn'"
        return [serving for (serving,) in self._all(query, since)]

    def servings(self, after: int) -> Iterator[list[Served]]:
        """What is searched, above this serving, in order, a batch at a time."""
        cursor = self._connection.execute(
            f"SELECT {', '.join(('id', *Served._fields[1:]))} FROM servings WHERE id > ? ORDER BY id", (after,)
        )
        while batch := cursor.fetchmany(_BATCH):
            yield [Served._make(row) for row in batch]


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def _connect_to_read(path: Path) -> tuple[sqlite3.Connection, bool]:
    """A connection for reading as the folder allows, and whether it takes the file for one that nobody changes."""
    uri = path.resolve().as_uri()
    for mode in ("rw", "ro"):
        try:
            return _readable(f"{uri}?mode={mode}"), False
        except sqlite3.OperationalError as error:
            # Without a log the file is complete by itself; with one, reading past it would show an old state.
            last = mode == "ro" and _log_of(path) is not None
            if last or error.sqlite_errorcode & 0xFF not in _REFUSALS:
                raise
    return _readable(f"{uri}?mode=ro&immutable=1"), True


def _log_of(path: Path) -> int | None:
    """How long SQLite's log beside the database is; nothing if there is none."""
    log = path.with_name(f"{path.name}-wal")
    return (log.stat().st_size or None) if log.exists() else None


def _state(path: Path) -> tuple[int | None, ...]:
    """What changes when the database does."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size, _log_of(path)


def _readable(uri: str) -> sqlite3.Connection:
    connection = _connect(uri)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
