"""Articles, and what there is of them: everything that is looked up rather than searched for."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import UTC, date, datetime
from threading import Lock
from typing import NamedTuple, cast

import numpy as np

from embeddings.duplicates import signature
from embeddings.news import Article, Change, Coverage, Filters
from embeddings.store import Description, Encoded
from embeddings.store.packing import article_of, bytes_of, moment_of, text_of
from embeddings.store.postgres.connection import Query, Row, Session
from embeddings.store.postgres.copies import CopyRows
from embeddings.store.postgres.filtering import condition, key
from embeddings.store.postgres.heads import BINDING, KNOWN_AS, NEWEST_FIRST, known_as, leading_to

_CACHED_ARTICLES = 2_048
_VERSION = "a.id, v.version, v.status, v.fields, t.text"
_OF_ARTICLE = (
    "FROM versions v JOIN articles a ON a.row = v.article JOIN texts t ON t.article = v.article AND t.row = v.row"
)


class Standing(NamedTuple):
    """Where the archive stands: ``position`` ascends with every write, the rest are counts over what is searched."""

    position: int
    versions: int
    paragraphs: int
    words: int
    headline_words: int
    windows: int
    quotations: int
    encoder: str | None
    dimension: int | None
    last_write: datetime | None
    last_ingest: datetime | None
    restoring: str | None
    forgotten: int
    """Up to this position nobody knows any more what was withdrawn."""


VERSIONS = (
    f"SELECT v.row, {_VERSION} {_OF_ARTICLE} "
    "WHERE v.row = ANY({rows}) AND t.article = ANY({articles}) AND t.row = ANY({rows})"
)
"""Versions by their rows and their articles' rows: the row, and the columns of ``article_from``."""

STANDING = f"SELECT {', '.join(Standing._fields)} FROM standing"


class Remembered:
    """Versions that were read before, by their rows: what a row holds never changes. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._articles: OrderedDict[int, Article] = OrderedDict()

    def all(self) -> dict[int, Article]:
        """All that are remembered now, by row."""
        with self._lock:
            return dict(self._articles)

    def remember(self, read: Mapping[int, Article]) -> None:
        """Remember these, too; the first that came go first."""
        with self._lock:
            self._articles.update(read)
            while len(self._articles) > _CACHED_ARTICLES:
                self._articles.popitem(last=False)

    def versions(self, session: Session, places: Collection[tuple[int, int]]) -> dict[int, Article]:
        """The versions at these places (article and row), by row."""
        known = self.all()
        missing = sorted({place for place in places if place[1] not in known})
        if missing:
            read = dict(_versions(session, missing))
            self.remember(read)
            known |= read
        return known


def _versions(session: Session, places: Sequence[tuple[int, int]]) -> list[tuple[int, Article]]:
    rows = session.rows(
        VERSIONS.format(articles="%(articles)s::bigint[]", rows="%(rows)s::bigint[]"),
        {"articles": sorted({article for article, _ in places}), "rows": [row for _, row in places]},
    )
    return [(row, article_from(rest)) for row, *rest in rows]


def article_from(row: Sequence[object]) -> Article:
    """The version that these columns are: its id, number, status, fields and text."""
    id, version, status, fields, text = row
    return article_of(text_of(id), version, status, fields, text)  # type: ignore[arg-type]  # columns of _VERSION


def article(session: Session, article_id: str, version: int | None, fingerprint: str | None) -> Article | None:
    """The newest version on file that binds, or the newest that bears this number or this fingerprint."""
    known = known_as(session, [article_id]).get(article_id)
    if known is None:
        return None
    named = {"version": version, "fingerprint": fingerprint}
    tests = {"version": "v.version = %(version)s", "fingerprint": "%(fingerprint)s IN (v.fingerprint, v.formerly)"}
    wanted = [tests[name] for name, value in named.items() if value is not None] or [BINDING]
    row = session.row(
        f"SELECT {_VERSION} {_OF_ARTICLE} WHERE v.article = %(article)s AND {' AND '.join(wanted)} "
        f"ORDER BY {NEWEST_FIRST} LIMIT 1",
        {"article": known, **named},
    )
    return None if row is None else article_from(row)


def versions(session: Session, article_id: str) -> list[Article]:
    """Every version on file, the newest first."""
    rows = session.rows(
        f"SELECT {_VERSION} {_OF_ARTICLE} WHERE v.article = %(article)s ORDER BY {NEWEST_FIRST}",
        {"article": known_as(session, [article_id]).get(article_id)},
    )
    return [article_from(row) for row in rows]


def bearing(session: Session, names: Collection[str]) -> list[Article]:
    """The newest version of each article that ever had one of these handles."""
    rows = session.rows(
        f"SELECT DISTINCT ON (v.article) {_VERSION} {_OF_ARTICLE} WHERE v.article = ANY(ARRAY("
        f"SELECT h.article FROM handles h WHERE h.key = ANY(%(names)s::bigint[]))) AND {BINDING} "
        f"ORDER BY v.article, {NEWEST_FIRST}",
        {"names": [key(name) for name in names]},
    )
    return [article_from(row) for row in rows]


def served_after(session: Session, serving: int, *, limit: int) -> list[tuple[int, Article]]:
    """The next versions that are searched, with their servings."""
    rows = session.rows(
        f"SELECT s.serving, {_VERSION} {_OF_ARTICLE} JOIN servings s ON s.article = v.article AND s.version = v.row "
        "WHERE s.serving > %(serving)s AND v.article = ANY(ARRAY("
        "SELECT n.article FROM servings n WHERE n.serving > %(serving)s ORDER BY n.serving LIMIT %(limit)s)) "
        "ORDER BY s.serving",
        {"serving": serving, "limit": limit},
    )
    return [(number, article_from(rest)) for number, *rest in rows]


def changes(session: Session, after: int, limit: int | None) -> list[Change]:
    """What came in for articles that were on file, or went, after this sequence."""
    rows = session.rows(
        "SELECT sequence, article, at FROM changes WHERE sequence > %(after)s ORDER BY sequence LIMIT %(limit)s",
        {"after": after, "limit": limit},
    )
    return [Change(sequence=number, article=text_of(id), at=moment_of(at)) for number, id, at in rows]


def encoded(session: Session, digests: Collection[int]) -> dict[int, Encoded]:
    """What texts with these digests, which are searched, were encoded to."""
    rows = session.rows(
        "SELECT DISTINCT ON (digest) digest, vector::real[], sentences "
        "FROM windows JOIN servings s USING (article, serving) "
        "WHERE digest = ANY(%(digests)s::bigint[]) ORDER BY digest, article, ordinal",
        {"digests": list(digests)},
    )
    return {digest: Encoded(np.array(vector, dtype=np.float32), sentences) for digest, vector, sentences in rows}


# What a search looks at.


COVERAGE = "SELECT outlet, parties, day, count(*) FROM {rows} GROUP BY GROUPING SETS ((outlet, parties), (day))"
"""What ``coverage`` is made of: how many there are of each outlet and parties, and how many of each day."""


def coverage(counts: Mapping[Hashable, Row]) -> Coverage:
    """What the counts of ``COVERAGE`` say."""
    outlets: Counter[str] = Counter()
    sources: set[bytes] = set()
    days: list[int] = []
    articles = 0
    for (outlet, parties, day), (number,) in cast("Mapping[Row, Row]", counts).items():
        if parties is None:
            days += [] if day is None else [day]
            continue
        articles += number
        sources.update(parties)
        if outlet is not None:
            outlets[text_of(outlet)] += number
    return Coverage(
        articles=articles,
        outlets=dict(outlets),
        sources=frozenset(map(text_of, sources)),
        first=date.fromordinal(min(days)) if days else None,
        last=date.fromordinal(max(days)) if days else None,
    )


_COPIES = """
    SELECT c.one, s.article, s.version FROM copies c JOIN servings s ON s.article = c.other
    WHERE c.one = ANY(ARRAY(SELECT row FROM ({known}) AS known)) AND {test} ORDER BY s.serving
"""


def copies_asked(article_ids: Collection[str], filters: Filters) -> tuple[Query, Query, Query]:
    """What asks which articles these ids lead to, which of them are searched, and for the copies of those."""
    test, values = condition(filters)
    values |= {"ids": list(map(bytes_of, article_ids))}
    return (
        (KNOWN_AS, values),
        (f"SELECT article FROM servings WHERE article = ANY(ARRAY(SELECT row FROM ({KNOWN_AS}) AS known))", values),
        (_COPIES.format(known=KNOWN_AS, test=test), values),
    )


def copies_told(
    article_ids: Collection[str], rows: Sequence[Sequence[Row]], held: Mapping[int, Article]
) -> Mapping[str, tuple[Article, ...]] | None:
    """The copies of these articles, from the rows of ``copies_asked``; None where more has to be read for it.

    Of what is not searched any more the text has to be compared, and a copy may be a version that is not ``held``.
    """
    known, served, copies = leading_to(rows[0]), {article for (article,) in rows[1]}, rows[2]
    if not served.issuperset(known.values()) or not held.keys() >= {version for *_, version in copies}:
        return None
    return {id: tuple(held[version] for one, _, version in copies if one == known.get(id)) for id in article_ids}


def copies(
    session: Session, remembered: Remembered, article_ids: Collection[str], filters: Filters
) -> Mapping[str, tuple[Article, ...]]:
    """For each of these ids the other articles that are searched, under these filters, and carry the same copy."""
    known = known_as(session, list(article_ids))
    rows = CopyRows(session)
    served = session.rows(
        "SELECT article FROM servings WHERE article = ANY(%(articles)s::bigint[])", {"articles": list(known.values())}
    )
    pairs = rows.of([article for (article,) in served])
    for id in {id for id, article in known.items() if (article,) not in served}:
        newest = _told(session, known[id])
        if newest is not None:
            pairs += [(known[id], other) for other in rows.alike(newest.outlet, signature(newest.text))]
    test, values = condition(filters)
    shown = session.rows(
        f"SELECT article, version FROM servings WHERE article = ANY(%(others)s::bigint[]) AND {test} ORDER BY serving",
        {**values, "others": sorted({other for _, other in pairs})},
    )
    articles = remembered.versions(session, [(article, version) for article, version in shown])
    carrying = set(pairs)
    return {
        id: tuple(articles[version] for other, version in shown if (known.get(id), other) in carrying)
        for id in article_ids
    }


def _told(session: Session, article: int) -> Article | None:
    """The newest version that has a text."""
    row = session.row(
        f"SELECT {_VERSION} {_OF_ARTICLE} WHERE v.article = %(article)s AND v.opening <> '' "
        f"ORDER BY {NEWEST_FIRST} LIMIT 1",
        {"article": article},
    )
    return None if row is None else article_from(row)


def describe(session: Session, standing: Standing, *, place: str, schema: int) -> Description:
    """Counts, encoder and schema."""
    [[(articles, served)], arrivals] = session.together(
        ("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM servings)", {}),
        ("SELECT outlet, at FROM arrivals ORDER BY outlet", {}),
    )
    return Description(
        location=place,
        encoder=standing.encoder,
        dimension=standing.dimension,
        schema=schema,
        articles=articles,
        versions=standing.versions,
        paragraphs=standing.paragraphs,
        vectors=standing.windows,
        quotations=standing.quotations,
        withdrawn=articles - served,
        last_write=standing.last_write and standing.last_write.astimezone(UTC),
        last_ingest=standing.last_ingest and standing.last_ingest.astimezone(UTC),
        sources={text_of(outlet): moment_of(at) for outlet, at in arrivals},
    )
