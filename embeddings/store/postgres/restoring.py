"""Whole archives out of the database and into it, and everything that is searched made anew."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC
from itertools import islice

import numpy as np

from embeddings.duplicates import NO_SIGNATURE
from embeddings.errors import StoreError
from embeddings.news import Article, Named, Quotation
from embeddings.store import Dossier, Entry, Filed, Logbook, Placement
from embeddings.store.packing import article_of, bytes_of, microseconds, moment_of, named_of, quotation_of, text_of
from embeddings.store.postgres import notes, reading
from embeddings.store.postgres.connection import Row, Session
from embeddings.store.postgres.copies import signature_of
from embeddings.store.postgres.indexing import fix_dimension, forget_dimension, make_index
from embeddings.store.postgres.reading import STANDING, Standing
from embeddings.store.postgres.writing import Writing
from embeddings.words import searched_words

Mark = tuple[int, int]
"""How far the articles have been read: by serving, 0 for what is not searched, and by row."""
BEGINNING: Mark = (-1, 0)

_AT_A_TIME = 200
"""Articles that are kept in one transaction while a whole archive is loaded."""


def dossiers_after(session: Session, place: Mark, *, limit: int) -> list[tuple[Mark, Dossier]]:
    """The next articles behind this place, each with the place up to which it leads."""
    rows = session.rows(
        "SELECT coalesce(s.serving, 0), a.row, a.id, s.version, s.signature "
        "FROM articles a LEFT JOIN servings s ON s.article = a.row "
        "WHERE (coalesce(s.serving, 0), a.row) > (%(serving)s, %(row)s) ORDER BY 1, 2 LIMIT %(limit)s",
        {"serving": place[0], "row": place[1], "limit": limit},
    )
    among = {"articles": [row[1] for row in rows], "servings": [row[0] for row in rows]}
    aliases, handles, versions, windows = session.together(
        ("SELECT article, id FROM aliases WHERE article = ANY(%(articles)s::bigint[]) ORDER BY id", among),
        ("SELECT article, handle FROM handles WHERE article = ANY(%(articles)s::bigint[]) ORDER BY handle", among),
        (
            "SELECT v.article, v.row, version, status, fields, text, generation, lifted, formerly FROM versions v "
            "JOIN texts t ON t.article = v.article AND t.row = v.row "
            "WHERE v.article = ANY(%(articles)s::bigint[]) AND t.article = ANY(%(articles)s::bigint[]) ORDER BY v.row",
            among,
        ),
        (
            "SELECT article, ordinal, digest, vector::real[], sentences FROM windows "
            "WHERE article = ANY(%(articles)s::bigint[]) AND serving = ANY(%(servings)s::bigint[]) "
            "ORDER BY article, ordinal",
            among,
        ),
    )
    told = _quotations(session, among)
    of_alias, of_handle, of_version, of_window = map(_by_article, (aliases, handles, versions, windows))
    return [
        (
            (serving, row),
            _dossier(
                text_of(id),
                aliases=[text_of(alias) for (alias,) in of_alias[row]],
                handles=[text_of(handle) for (handle,) in of_handle[row]],
                versions=of_version[row],
                searched=_Searched(version, signature, of_window[row], told[row]) if serving else None,
            ),
        )
        for serving, row, id, version, signature in rows
    ]


class _Searched:
    """What is searched of an article: its version's row, signature, windows and quotations."""

    def __init__(
        self, version: int, signature: bytes | None, windows: Sequence[Row], quotations: Sequence[Quotation]
    ) -> None:
        self.version = version
        self._signature, self._windows, self._quotations = signature, windows, quotations

    def entry(self, article: Article, generation: int) -> Entry:
        """The entry by which another engine searches the same."""
        words, headline = searched_words(article)
        vectors = [vector for _, _, vector, _ in self._windows]
        return Entry(
            article=article,
            placement=Placement.SERVE,
            vectors=np.array(vectors, dtype=np.float32).reshape(len(vectors), -1 if vectors else 0),
            ordinals=[ordinal for ordinal, *_ in self._windows],
            digests=[digest for _, digest, *_ in self._windows if digest is not None],
            sentences=[codes for *_, codes in self._windows],
            words=words,
            headline_words=headline,
            quotations=tuple(self._quotations),
            signature=NO_SIGNATURE if self._signature is None else signature_of(self._signature),
            generation=generation,
        )


def _dossier(
    own: str, *, aliases: Sequence[str], handles: Sequence[str], versions: Sequence[Row], searched: _Searched | None
) -> Dossier:
    filed = {
        row: Filed(
            article=article_of(own, version, status, fields, text),
            generation=generation,
            lifted=lifted,
            formerly=formerly,
        )
        for row, version, status, fields, text, generation, lifted, formerly in versions
    }
    served = filed[searched.version] if searched else None
    return Dossier(
        id=own,
        aliases=tuple(aliases),
        handles=tuple(handles),
        versions=tuple(filed.values()),
        entry=searched.entry(served.article, served.generation) if searched and served else None,
    )


def _by_article(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for article, *rest in rows:
        found[article].append(tuple(rest))
    return found


def _quotations(session: Session, among: dict[str, list[int]]) -> dict[int, list[Quotation]]:
    rows, credits = session.together(
        (
            "SELECT article, number, kind, fields FROM quotations WHERE article = ANY(%(articles)s::bigint[]) "
            "AND serving = ANY(%(servings)s::bigint[]) ORDER BY article, number",
            among,
        ),
        (
            "SELECT article, number, name, nature, roles, spans FROM credits "
            "WHERE article = ANY(%(articles)s::bigint[]) AND serving = ANY(%(servings)s::bigint[]) "
            "ORDER BY article, number, place",
            among,
        ),
    )
    speakers: dict[tuple[int, int], list[Named]] = defaultdict(list)
    for article, number, *named in credits:
        speakers[article, number].append(named_of(*named))
    found: dict[int, list[Quotation]] = defaultdict(list)
    for article, number, kind, fields in rows:
        found[article].append(quotation_of(kind, fields, tuple(speakers[article, number])))
    return found


def logbook(session: Session, standing: Standing) -> Logbook:
    """What is on file beside the articles."""
    arrivals = session.rows("SELECT outlet, at FROM arrivals ORDER BY outlet")
    return Logbook(
        encoder=standing.encoder,
        dimension=standing.dimension,
        changes=tuple(reading.changes(session, 0, None)),
        alerts=tuple(notes.alerts(session, 0, settled=True)),
        judgements=notes.judgements(session.rows(*notes.JUDGEMENTS)),
        arrivals={text_of(outlet): moment_of(at) for outlet, at in arrivals},
        last_ingest=standing.last_ingest and standing.last_ingest.astimezone(UTC),
    )


class Restoring:
    """A whole archive on its way into an empty database; how far it has come stands in the database."""

    def __init__(self, session: Session, place: str, dimension: int) -> None:
        self._session, self._place, self._dimension = session, place, dimension

    def take(self, dossiers: Iterable[Dossier], book: Logbook) -> int:
        """Keep all of it; returns how many articles."""
        done = self._begin(book)
        remaining = islice(dossiers, done, None)
        while batch := list(islice(remaining, _AT_A_TIME)):
            with self._session.change():
                writing = Writing(self._session)
                for dossier in batch:
                    self._keep(writing, dossier)
                done += len(batch)
                self._session.run("UPDATE standing SET restoring = %(done)s", {"done": str(done)})
        self._end(book)
        return done

    def _begin(self, book: Logbook) -> int:
        """How many articles are there from a time before that was broken off; raises StoreError for others."""
        with self._session.change():
            standing = Standing(*self._session.row(STANDING) or ())
            if standing.restoring is not None:
                return int(standing.restoring)
            held = "SELECT EXISTS (SELECT FROM {0}) OR EXISTS (SELECT FROM {1}) OR EXISTS (SELECT FROM {2})"
            if self._session.value(held.format("articles", "judgements", "arrivals")):
                raise StoreError(f"{self._place} holds an archive of its own: name an empty database")
            fix_dimension(self._session, book.dimension or self._dimension)
            self._session.run("UPDATE standing SET restoring = '0'")
            return 0

    def _keep(self, writing: Writing, dossier: Dossier) -> None:
        article, entry = writing.next_article(), dossier.entry
        versions = [
            writing.new_version(one.article, one.generation, lifted=one.lifted, formerly=one.formerly)
            for one in dossier.versions
        ]
        writing.add_article(article, dossier.id)
        writing.add_aliases(article, dossier.aliases)
        writing.add_handles(article, dossier.handles)
        writing.add_texts(article, versions)
        writing.add_versions(article, versions)
        if entry is not None:
            serving = writing.serving.next()
            writing.serving.write(article, serving, entry)
            row = next(one.row for one in versions if one.article.fingerprint == entry.article.fingerprint)
            writing.serving.serve(article, row, serving, entry)

    def _end(self, book: Logbook) -> None:
        """Write down the rest, and make the index, which is faster than to keep one up."""
        session = self._session
        with session.change():
            session.copy(
                "changes",
                "sequence, article, at",
                [(one.sequence, bytes_of(one.article), microseconds(one.at)) for one in book.changes],
            )
            session.copy(
                "alerts",
                "number, concern, articles, words, at, settled",
                [
                    (
                        one.number,
                        one.concern.value,
                        json.dumps(one.articles),
                        json.dumps(one.words),
                        microseconds(one.at),
                        microseconds(one.settled),
                    )
                    for one in book.alerts
                ],
            )
            for table, column in (("changes", "sequence"), ("alerts", "number")):
                session.run(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table} "
                    f"HAVING max({column}) IS NOT NULL"
                )
            notes.judge(session, book.judgements)
            for outlet, at in book.arrivals.items():
                notes.arrived(session, [outlet], at)
            if book.encoder is not None:
                make_index(session)
            session.run(
                "UPDATE standing SET restoring = NULL, position = position + 1, last_write = clock_timestamp(), "
                "last_ingest = %(last)s, encoder = %(encoder)s, dimension = %(dimension)s",
                {"last": book.last_ingest, "encoder": book.encoder, "dimension": book.dimension},
            )
        session.run("ANALYZE")


def serve_again(session: Session, entries: Iterable[Entry], standing: Standing, dimension: int) -> int:
    """Search the served version of each of these articles by new words and vectors; returns how many.

    What was searched before is left to be swept up. Raises ValueError where one that is searched is left out.
    """
    last = session.value("SELECT coalesce(max(serving), 0) FROM servings")
    if standing.dimension != dimension:
        forget_dimension(session)
    writing, count = Writing(session), 0
    for entry in entries:
        article = writing.serve_again(entry)
        if article is not None:
            writing.note_unswept([article])
            count += 1
    left = session.value("SELECT count(*) FROM servings WHERE serving <= %(last)s", {"last": last})
    if left:
        raise ValueError(f"{left} searched articles were left out")
    if standing.dimension != dimension:
        writing.sweep()
        fix_dimension(session, dimension)
        make_index(session)
    writing.wrote()
    session.run("UPDATE standing SET forgotten = position")
    session.run("DELETE FROM withdrawals")
    return count
