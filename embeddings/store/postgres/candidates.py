"""What a question finds: the nearest paragraphs, those that hold its words, and those that hold a phrase of it.

One trip to the server, which chooses how it searches (its function ``search``), and sends along the texts of those
articles that this process does not remember.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from embeddings.news import Article, Filters
from embeddings.store import Candidate, Vector
from embeddings.store.postgres.connection import Query, Row
from embeddings.store.postgres.filtering import written_out
from embeddings.store.postgres.lexemes import in_a_row, kept, quoted
from embeddings.store.postgres.reading import VERSIONS, article_from
from embeddings.store.postgres.serving import printed

FEW_ARTICLES = 4_000
"""Where filters leave no more articles than this, the vectors of all of them are compared."""
FEW_WINDOWS = 20_000
"""The same, of windows."""
RARE_PARAGRAPHS = 2_000
"""How many paragraphs the words that are looked up one by one may bring in together."""
COMMON_WORDS = 5
"""Of so many of the commoner words each two are looked up together."""
PHRASE_PARAGRAPHS = 50
"""How many paragraphs that hold a phrase are taken along."""

# The text of a version comes with the first of its paragraphs.
_SEARCH = f"""
    WITH found AS MATERIALIZED (SELECT * FROM search(
        asked => %(vector)s::vector, test => %(test)s, words => %(words)s::text[], quoted => %(quoted)s::text[],
        phrases => %(phrases)s, wanted => %(wanted)s, wanted_phrases => %(wanted_phrases)s,
        few_articles => %(few_articles)s, few_windows => %(few_windows)s,
        rare_paragraphs => %(rare_paragraphs)s, common_words => %(common_words)s
    )),
    missing AS MATERIALIZED (SELECT article, version FROM found WHERE version <> ALL(%(held)s::bigint[])),
    told (row, id, number, status, fields, text) AS MATERIALIZED (
        {VERSIONS.format(articles="ARRAY(SELECT article FROM missing)", rows="ARRAY(SELECT version FROM missing)")}
    )
    SELECT version, ordinal, cosine, score, told.*
    FROM (SELECT *, row_number() OVER (PARTITION BY version) AS time FROM found) AS found
    LEFT JOIN told ON told.row = version AND time = 1
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put to the server."""

    vector: Vector
    words: Sequence[str]
    phrases: Sequence[Sequence[str]]
    filters: Filters
    limit: int

    def queries(self, held: Collection[int]) -> tuple[Query, Query]:
        """How often its words are there, and what it finds; without the texts of the versions with these rows."""
        words = list(dict.fromkeys(map(kept, self.words)))
        return (
            ("SELECT word, body FROM frequencies WHERE word = ANY(%(words)s::text[])", {"words": words}),
            (
                _SEARCH,
                {
                    "vector": printed(self.vector),
                    "test": written_out(self.filters),
                    "words": words,
                    "quoted": list(map(quoted, words)),
                    "phrases": in_a_row(self.phrases),
                    "wanted": self.limit,
                    "wanted_phrases": PHRASE_PARAGRAPHS,
                    "few_articles": FEW_ARTICLES,
                    "few_windows": FEW_WINDOWS,
                    "rare_paragraphs": RARE_PARAGRAPHS,
                    "common_words": COMMON_WORDS,
                    "held": list(held),
                },
            ),
        )

    def frequencies(self, rows: Sequence[Row]) -> dict[str, int]:
        """How many paragraphs hold each of its words in their text."""
        known: dict[str, int] = dict(rows)
        return {word: known.get(kept(word), 0) for word in self.words}


def versions(rows: Sequence[Row]) -> dict[int, Article]:
    """The versions whose texts came along with what was found, by row."""
    return {row: article_from(told) for _, _, _, _, row, *told in rows if row is not None}


def candidates(rows: Sequence[Row], articles: Mapping[int, Article]) -> list[Candidate]:
    """What was found, each paragraph once, the nearest first."""
    places: dict[tuple[int, int], Candidate] = {}
    for version, ordinal, cosine, score, *_ in rows:
        place = (version, ordinal)
        best = max(score or 0.0, places[place].lexical if place in places else 0.0)
        places[place] = Candidate(articles[version], ordinal, float(cosine or 0.0), best)
    return sorted(places.values(), key=lambda one: -one.cosine)
