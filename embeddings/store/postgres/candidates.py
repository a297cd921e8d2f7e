"""What a question finds: the nearest paragraphs, those that hold its words, and those that hold a phrase of it.

Two trips to the server: how rare the words are and how much the filters leave, with the statement that begins the
snapshot; then the three searches in one statement, each in the way that this calls for, with the cosines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from embeddings.news import Filters
from embeddings.store import Candidate, Vector
from embeddings.store.postgres.connection import Query, Row, Session
from embeddings.store.postgres.filtering import condition
from embeddings.store.postgres.lexemes import Frequency, any_of, in_a_row, kept, quoted, weak_and
from embeddings.store.postgres.reading import Remembered, Standing
from embeddings.store.postgres.serving import printed

FEW_ARTICLES = 4_000
"""Where filters leave no more articles than this, the vectors of all of them are compared."""
FEW_WINDOWS = 20_000
"""The same, of windows."""
PHRASE_PARAGRAPHS = 50
"""How many paragraphs that hold a phrase are taken along."""

_SPARE = 2
"""So many windows for each paragraph that is wanted: a paragraph may have several."""
_SCORED = 400
"""So many paragraphs with words of the question are scored exactly, the best by PostgreSQL's own rank."""
_MATCHES = 20_000
"""No more paragraphs with words of the question are looked at, whatever the words."""
_K1, _B = 1.2, 0.75
_HEADLINE = 0.5
"""What a word in the headline counts, beside one in the text."""
_LEAST_IDF = 1e-6
_UNHEARD = Frequency(0, 0)
_NOTHING: Query = (
    "SELECT 0::bigint AS article, 0::bigint AS serving, 0 AS ordinal, 0.0::float8 AS score WHERE false",
    {},
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what is known before it is searched for: how rare its words are, what its filters leave."""

    vector: Vector
    words: Sequence[str]
    phrases: Sequence[Sequence[str]]
    limit: int
    test: str
    values: Mapping[str, object]
    known: Mapping[str, Frequency]
    few: Sequence[int] | None
    """The articles that the filters leave, where these are few."""

    @classmethod
    def of(  # noqa: PLR0913 - all that a search takes
        cls,
        vector: Vector,
        words: Sequence[str],
        phrases: Sequence[Sequence[str]],
        *,
        filters: Filters,
        limit: int,
        known: Sequence[Row],
        left: Sequence[Row],
    ) -> Asked:
        """A question with the rows of what was asked ``ahead`` of it."""
        test, values = condition(filters)
        few = len(left) <= FEW_ARTICLES and sum(windows for _, windows in left) <= FEW_WINDOWS
        return cls(
            vector=vector,
            words=words,
            phrases=phrases,
            limit=limit,
            test=test,
            values=values,
            known={word: Frequency(body, anywhere) for word, body, anywhere in known},
            few=[article for article, _ in left] if few else None,
        )

    @property
    def frequencies(self) -> dict[str, int]:
        """How many paragraphs hold each word of the question in their text."""
        return {word: self.known.get(kept(word), _UNHEARD).body for word in self.words}


def ahead(words: Sequence[str], filters: Filters) -> tuple[Query, Query]:
    """How rare the words are, and how much the filters leave: what the plan of a search depends on."""
    test, values = condition(filters)
    return (
        (
            "SELECT word, body, anywhere FROM frequencies WHERE word = ANY(%(words)s::text[])",
            {"words": [kept(word) for word in words]},
        ),
        (f"SELECT article, windows FROM servings WHERE {test} LIMIT %(most)s", {**values, "most": FEW_ARTICLES + 1}),
    )


def find(session: Session, remembered: Remembered, asked: Asked, standing: Standing) -> list[Candidate]:
    """The candidates, the nearest first."""
    words = list(map(kept, asked.words))
    if asked.few is None:
        query, whole = weak_and(dict.fromkeys(words), asked.known)
    else:
        # Among few paragraphs hardly any hold two of the words, and all that hold one are few.
        query, whole = any_of(words, asked.known), True
    found = _all(session, asked, _nearest(asked, standing), _matching(asked, standing, query), _holding(asked))
    near_enough = asked.few is not None or sum(one.near for one in found) >= asked.limit
    alike_enough = whole or sum(one.score is not None for one in found) >= asked.limit
    if not (near_enough and alike_enough):
        nearest = _NOTHING if near_enough else _nearest_of_all(asked)
        matching = _NOTHING if alike_enough else _matching(asked, standing, any_of(words, asked.known))
        found += _all(session, asked, nearest, matching, _NOTHING)
    return _candidates(session, remembered, found)


def _within(asked: Asked) -> str:
    """The condition on a table's rows; where few articles are left it names them, which their index knows."""
    return asked.test if asked.few is None else f"article = ANY(%(few)s::bigint[]) AND {asked.test}"


def _values(asked: Asked, **more: object) -> dict[str, object]:
    return {**asked.values, "few": asked.few, "limit": asked.limit, **more}


def _nearest(asked: Asked, standing: Standing) -> Query:
    """The nearest paragraphs: exactly where few are left, else by the index, which goes on until it has enough."""
    if asked.few is not None:
        return _nearest_of_all(asked)
    values = _values(asked, vector=printed(asked.vector), spare=_SPARE * asked.limit)
    halves = f"halfvec({standing.dimension})"
    return (
        "SELECT article, serving, ordinal FROM (SELECT article, serving, ordinal, distance, "
        "row_number() OVER (PARTITION BY article, serving, ordinal ORDER BY distance) AS place FROM ("
        f"SELECT article, serving, ordinal, vector <#> %(vector)s::{halves} AS distance FROM windows "
        f"WHERE {asked.test} ORDER BY vector <#> %(vector)s::{halves} LIMIT %(spare)s) AS windows) AS paragraphs "
        "WHERE place = 1 ORDER BY distance LIMIT %(limit)s",
        values,
    )


def _nearest_of_all(asked: Asked) -> Query:
    """The nearest paragraphs of all that the filters leave, each compared."""
    left = _within(asked) if asked.few is not None else f"article = ANY(ARRAY({_LEFT.format(asked.test)}))"
    return (
        f"SELECT article, serving, ordinal FROM windows WHERE {left} GROUP BY article, serving, ordinal "
        "ORDER BY min(vector::vector <#> %(vector)s::vector), article, serving, ordinal LIMIT %(limit)s",
        _values(asked, vector=printed(asked.vector)),
    )


_LEFT = "SELECT article FROM servings WHERE {0}"


def _matching(asked: Asked, standing: Standing, query: str) -> Query:
    """The best paragraphs that a query of words finds, with BM25's score over body and headline.

    Robertson and Zaragoza 2009, with what SQLite's FTS5 takes for a word's rarity. Of very many, those are scored
    that PostgreSQL's own rank puts first.
    """
    if not query:
        return _NOTHING
    words = sorted({word for word in map(kept, asked.words) if word in asked.known})
    rarities = [rarity(asked.known[word].anywhere, standing.paragraphs) for word in words]
    ranks = " + ".join(
        f"%(rarity_{n})s * ts_rank(%(weights)s::real[], lexemes, %(word_{n})s::tsquery)" for n in range(len(words))
    )
    values = _values(
        asked,
        query=query,
        words=words,
        rarities=rarities,
        mean=(standing.words + standing.headline_words) / max(standing.paragraphs, 1),
        matches=_MATCHES,
        scored=_SCORED,
        weights=[1.0, 1.0, 1.0, _HEADLINE],
        **{f"word_{n}": quoted(word) for n, word in enumerate(words)},
        **{f"rarity_{n}": value for n, value in enumerate(rarities)},
    )
    return _SCORES.format(within=_within(asked), ranks=ranks), values


_SCORES = f"""
    WITH matched AS MATERIALIZED (
        SELECT article, serving, ordinal, lexemes, words + headline_words AS length FROM paragraphs
        WHERE lexemes @@ %(query)s::tsquery AND {{within}} LIMIT %(matches)s
    ), best AS (SELECT * FROM matched ORDER BY {{ranks}} DESC LIMIT %(scored)s),
    counted AS (
        SELECT article, serving, ordinal, length, rarity,
            cardinality(weights) - {1 - _HEADLINE} * cardinality(array_positions(weights, 'A')) AS weight
        FROM best, unnest(lexemes) AS held (lexeme, positions, weights)
        JOIN unnest(%(words)s::text[], %(rarities)s::float8[]) AS asked (word, rarity) ON word = lexeme
    )
    SELECT article, serving, ordinal, sum(
        rarity * weight * {_K1 + 1} / (weight + {_K1} * ({1 - _B} + {_B} * length / greatest(%(mean)s::float8, 1e-9)))
    ) AS score FROM counted GROUP BY article, serving, ordinal
    ORDER BY score DESC, article, serving, ordinal LIMIT %(limit)s
"""


def rarity(paragraphs: int, everywhere: int) -> float:
    """How much a word that so many paragraphs hold tells, of so many everywhere."""
    return max(math.log((everywhere - paragraphs + 0.5) / (paragraphs + 0.5)), _LEAST_IDF)


def _holding(asked: Asked) -> Query:
    """Paragraphs whose text holds one of the phrases."""
    query = in_a_row(asked.phrases)
    if not query:
        return _NOTHING
    return (
        "SELECT article, serving, ordinal FROM (SELECT article, serving, ordinal, lexemes FROM paragraphs "
        f"WHERE lexemes @@ %(phrases)s::tsquery AND {_within(asked)} LIMIT %(matches)s) AS found "
        "ORDER BY ts_rank(lexemes, %(phrases)s::tsquery) DESC, article, serving, ordinal LIMIT %(held)s",
        _values(asked, phrases=query, matches=_MATCHES, held=PHRASE_PARAGRAPHS),
    )


_ORDINALS = 1 << 20
"""More paragraphs than an article has."""
# Rows of another serving are on their way in or out.
_ALL = f"""
    WITH near AS MATERIALIZED ({{nearest}}), matches AS MATERIALIZED ({{matching}}), held AS MATERIALIZED ({{holding}}),
    found AS MATERIALIZED (
        SELECT article, serving, ordinal, max(score) AS score, bool_or(near) AS near FROM (
            SELECT article, serving, ordinal, NULL::float8 AS score, true AS near FROM near
            UNION ALL SELECT article, serving, ordinal, score, false FROM matches
            UNION ALL SELECT article, serving, ordinal, NULL, false FROM held
        ) AS one GROUP BY article, serving, ordinal
    ), cosines AS MATERIALIZED (
        SELECT article, serving, ordinal, max(-(vector::vector <#> %(vector)s::vector)) AS cosine FROM windows
        WHERE article = ANY(ARRAY(SELECT article FROM found))
            AND serving * {_ORDINALS} + ordinal = ANY(ARRAY(SELECT serving * {_ORDINALS} + ordinal FROM found))
        GROUP BY article, serving, ordinal
    )
    SELECT article, version, ordinal, score, near, cosine
    FROM found JOIN (
        SELECT article, serving, version FROM servings WHERE article = ANY(ARRAY(SELECT article FROM found))
    ) AS searched USING (article, serving) LEFT JOIN cosines USING (article, serving, ordinal)
    ORDER BY article, ordinal
"""


class _Found(NamedTuple):
    article: int
    version: int
    ordinal: int
    score: float | None
    near: bool
    cosine: float | None


def _all(session: Session, asked: Asked, nearest: Query, matching: Query, holding: Query) -> list[_Found]:
    """What these three find, with the cosines: in one statement, which is planned for what is known of the question."""
    query = _ALL.format(nearest=nearest[0], matching=matching[0], holding=holding[0])
    values = {**nearest[1], **matching[1], **holding[1], "vector": printed(asked.vector)}
    return [_Found._make(row) for row in session.rows(query, values)]


def _candidates(session: Session, remembered: Remembered, found: Sequence[_Found]) -> list[Candidate]:
    """The candidates that were found, each once, the nearest first."""
    versions = remembered.versions(session, [(one.article, one.version) for one in found])
    places: dict[tuple[int, int], Candidate] = {}
    for one in found:
        place = (one.version, one.ordinal)
        score = max(one.score or 0.0, places[place].lexical if place in places else 0.0)
        places[place] = Candidate(versions[one.version], one.ordinal, float(one.cosine or 0.0), score)
    return sorted(places.values(), key=lambda one: -one.cosine)
