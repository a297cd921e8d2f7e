"""Who said what: the names that quotations are credited to, and the quotations themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import cast

from embeddings.news import Filters, Kind, Named, NameUse, Quotation, Statement
from embeddings.store import Page, Place, Vector
from embeddings.store.packing import bytes_of, name_use, named_of, quotation_of, text_of
from embeddings.store.postgres.connection import Query, Row, Session
from embeddings.store.postgres.filtering import condition, keys
from embeddings.store.postgres.reading import Remembered
from embeddings.store.postgres.serving import printed

Numbered = tuple[int, int]
"""A quotation: its article and its number there, as printed."""


NAMES = (
    "SELECT name, nature, roles, count(*) - sum(again::int), count(*) FROM credits "
    "WHERE serving = ANY(ARRAY(SELECT serving FROM {rows})) GROUP BY name, nature, roles"
)
"""What ``names`` is made of: in how many quotations a name is credited, and how often."""
NAMES_GONE = (
    "SELECT said.name, said.nature, said.roles, count(*) - sum(said.again::int), count(*) FROM {rows}, "
    "unnest(names, natures, roles, again) AS said (name, nature, roles, again) "
    "GROUP BY said.name, said.nature, said.roles"
)
"""The same of what was withdrawn."""


def names(counts: Mapping[Hashable, Row]) -> tuple[NameUse, ...]:
    """Every name that is credited in what was counted, in the order of the letters."""
    rows = sorted((*key, *numbers) for key, numbers in cast("Mapping[Row, Row]", counts).items())
    return tuple(_name_use(name, tuple(uses)) for name, uses in groupby(rows, key=lambda row: row[0]))


@lru_cache(maxsize=1 << 17)
def _name_use(name: bytes, uses: tuple[Row, ...]) -> NameUse:
    return name_use(text_of(name), [*uses])


_CREDITED = """
    SELECT q.article, q.number, q.ordinal, q.kind, q.fields, s.day, s.serving, s.version
    FROM quotations q
    JOIN (SELECT * FROM servings WHERE {test}) s ON s.article = q.article AND s.serving = q.serving
    JOIN (SELECT DISTINCT article, serving, number FROM credits WHERE key = ANY(%(names)s::bigint[])) c
        ON c.article = q.article AND c.serving = q.serving AND c.number = q.number
    WHERE {kind}
"""
_NEWEST = "day DESC NULLS LAST, serving DESC, number"


def page(  # noqa: PLR0913 - each narrows what is looked for
    session: Session,
    remembered: Remembered,
    names: Collection[str],
    *,
    filters: Filters,
    kinds: Collection[Kind],
    vector: Vector | None,
    part: tuple[int, int],
) -> Page:
    """What is credited to one of these names; ``part`` is how many of them, and how many before these."""
    test, values = condition(filters)
    credited = _CREDITED.format(test=test, kind="q.kind = ANY(%(kinds)s)" if kinds else "true")
    values |= {"names": keys(names), "kinds": [kind.value for kind in kinds], "limit": part[0], "offset": part[1]}
    if vector is None:
        found = f"SELECT *, 0.0::float8 AS cosine FROM credited ORDER BY {_NEWEST}"
    else:
        values["vector"] = printed(vector)
        # Cosines of the same words differ in their last digits by where they stand.
        found = f"{_NEAREST} ORDER BY round(cosine::numeric, 5) DESC, {_NEWEST}"
    total, rows = session.together(
        (f"SELECT count(*) FROM ({credited}) AS credited", values),
        (f"WITH credited AS MATERIALIZED ({credited}) {found} LIMIT %(limit)s OFFSET %(offset)s", values),
    )
    return Page(statements=_statements(session, remembered, rows), total=total[0][0])


_NEAREST = """
    , near AS (
        SELECT w.article, w.ordinal, max(-(w.vector::vector <#> %(vector)s::vector)) AS cosine
        FROM windows w
        JOIN (SELECT DISTINCT article, serving, ordinal FROM credited) c
            ON c.article = w.article AND c.serving = w.serving AND c.ordinal = w.ordinal
        GROUP BY w.article, w.ordinal
    )
    SELECT credited.*, coalesce(near.cosine, 0) AS cosine
    FROM credited LEFT JOIN near ON near.article = credited.article AND near.ordinal = credited.ordinal
"""


def _statements(session: Session, remembered: Remembered, rows: Sequence[Row]) -> tuple[Statement, ...]:
    articles = remembered.versions(session, [(row[0], row[7]) for row in rows])
    quotations = _quotations(session, [(row[0], row[6], row[1], row[3], row[4]) for row in rows])
    return tuple(
        Statement(article=articles[row[7]], quotation=quotations[row[0], row[1]], score=float(row[8])) for row in rows
    )


def _quotations(session: Session, rows: Sequence[Row]) -> Mapping[Numbered, Quotation]:
    """The quotations of these rows (article, serving, number, kind, fields), with their speakers."""
    credits = session.rows(
        "SELECT article, number, name, nature, roles, spans FROM credits "
        "WHERE article = ANY(%(articles)s::bigint[]) AND serving = ANY(%(servings)s::bigint[]) "
        "ORDER BY article, number, place",
        {"articles": sorted({row[0] for row in rows}), "servings": sorted({row[1] for row in rows})},
    )
    speakers = _speakers(credits)
    return {
        (article, number): quotation_of(kind, fields, tuple(speakers[article, number]))
        for article, _, number, kind, fields in rows
    }


def _speakers(credits: Sequence[Row]) -> Mapping[Numbered, list[Named]]:
    """Who is credited with each quotation, in the order in which they stand there."""
    speakers: dict[Numbered, list[Named]] = defaultdict(list)
    for article, number, *named in credits:
        speakers[article, number].append(named_of(*named))
    return speakers


# What stands in paragraphs that are shown.

_SEARCHED = """
    WITH searched AS MATERIALIZED (
        SELECT a.id, s.fingerprint, s.article, s.serving FROM servings s JOIN articles a ON a.row = s.article
        WHERE a.id = ANY(%(ids)s::bytea[]) AND s.fingerprint = ANY(%(fingerprints)s)
    )
"""
_OF_SEARCHED = """
    article = ANY(ARRAY(SELECT article FROM searched)) AND serving = ANY(ARRAY(SELECT serving FROM searched))
"""
_QUOTATIONS_THERE = f"""
    {_SEARCHED} SELECT id, fingerprint, ordinal, article, number, kind, fields
    FROM searched JOIN (SELECT * FROM quotations WHERE {_OF_SEARCHED}) AS q USING (article, serving)
    WHERE ordinal = ANY(%(ordinals)s::integer[]) ORDER BY article, number
"""
_CREDITS_THERE = f"""
    {_SEARCHED} SELECT article, number, name, nature, roles, spans FROM credits WHERE {_OF_SEARCHED}
    ORDER BY article, number, place
"""
# A paragraph that was too long to be read at once has several.
_SENTENCES_THERE = f"""
    {_SEARCHED} SELECT id, fingerprint, ordinal, (array_agg(sentences))[1]
    FROM searched JOIN (
        SELECT article, serving, ordinal, sentences FROM windows
        WHERE {_OF_SEARCHED} AND ordinal = ANY(%(ordinals)s::integer[])
    ) AS w USING (article, serving)
    GROUP BY id, fingerprint, ordinal HAVING count(*) = 1
"""


def quotations_there(places: Sequence[Place]) -> tuple[Query, Query]:
    """What asks for the quotations that begin in these paragraphs."""
    return (_QUOTATIONS_THERE, _there(places)), (_CREDITS_THERE, _there(places))


def beginning_in(places: Sequence[Place], rows: Sequence[Row], credits: Sequence[Row]) -> list[tuple[Quotation, ...]]:
    """The quotations that begin in each of these paragraphs; none where its version is not the one that is searched."""
    speakers = _speakers(credits)
    found: dict[tuple[str, str, int], list[Quotation]] = defaultdict(list)
    for id, fingerprint, ordinal, article, number, kind, fields in rows:
        one = quotation_of(kind, fields, tuple(speakers.get((article, number), ())))
        found[text_of(id), fingerprint, ordinal].append(one)
    return [tuple(found.get(_key(place), ())) for place in places]


def sentences_there(places: Sequence[Place]) -> Query:
    """What asks for the codes of the sentences of these paragraphs."""
    return _SENTENCES_THERE, _there(places)


def sentences_in(places: Sequence[Place], rows: Sequence[Row]) -> list[bytes]:
    """The codes of each of these paragraphs; none where its version is not the one that is searched."""
    found = {(text_of(id), fingerprint, ordinal): bytes(codes) for id, fingerprint, ordinal, codes in rows}
    return [found.get(_key(place), b"") for place in places]


def _there(places: Sequence[Place]) -> dict[str, object]:
    return {
        "ids": sorted({bytes_of(article.id) for article, _ in places}),
        "fingerprints": sorted({article.fingerprint for article, _ in places}),
        "ordinals": sorted({ordinal for _, ordinal in places}),
    }


def _key(place: Place) -> tuple[str, str, int]:
    article, ordinal = place
    return article.id, article.fingerprint, ordinal
