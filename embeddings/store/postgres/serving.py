"""What an article is searched by: its rows in the large tables, what points to them, and what is counted over all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

import numpy as np

from embeddings.store import Entry, Vector
from embeddings.store.codes import rounded
from embeddings.store.packing import bytes_of, packed, quotation_fields
from embeddings.store.postgres.connection import Row, Session
from embeddings.store.postgres.copies import CopyRows
from embeddings.store.postgres.filtering import COLUMNS, filtered, key
from embeddings.store.postgres.lexemes import Frequency, counted, vector_of

_WINDOWS = f"article, serving, ordinal, {COLUMNS}, digest, vector, sentences"
_PARAGRAPHS = f"article, serving, ordinal, words, headline_words, {COLUMNS}, lexemes"
_QUOTATIONS = "article, serving, number, ordinal, kind, fields"
_CREDITS = "article, serving, number, place, key, name, nature, roles, spans, again"


class Serving:
    """Has versions searched, and no more searched; nobody else writes meanwhile."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._copies = CopyRows(session)

    def next(self) -> int:
        """The number under which a version will be searched."""
        return int(self._session.value("SELECT nextval('serving_numbers')"))

    def withdraw(self, article: int) -> None:
        """Search no version of this article any more."""
        serving = self._session.value(
            "DELETE FROM servings WHERE article = %(article)s RETURNING serving", {"article": article}
        )
        if serving is None:
            return
        words, [totals], [[windows]], [[quotations]] = self._session.together(
            *((query, {"article": article, "serving": serving}) for query in _HELD)
        )
        self.add_frequencies({word: Frequency(-body, -anywhere) for word, body, anywhere in words})
        # A word that stood nowhere else must not tell that it was ever there.
        self._session.run(
            "DELETE FROM frequencies WHERE word = ANY(%(words)s::text[]) AND anywhere <= 0",
            {"words": [word for word, _, _ in words]},
        )
        self._copies.withdraw(article)
        paragraphs, body, headline = totals
        self.count(
            paragraphs=-paragraphs, words=-body, headline_words=-headline, windows=-windows, quotations=-quotations
        )

    def write(self, article: int, serving: int, entry: Entry) -> None:
        """Write what a version is searched by, under a number that nobody looks for yet."""
        headline = entry.headline_words.split()
        values = filtered(entry.article)
        self._session.copy(
            "paragraphs",
            _PARAGRAPHS,
            [
                (article, serving, ordinal, len(body), len(headline), *values, vector_of(body, headline))
                for ordinal, body in enumerate((words.split() for words in entry.words), 1)
            ],
        )
        self._session.copy("windows", _WINDOWS, _windows(article, serving, entry, values))
        quotations, credits = _quotations(article, serving, entry)
        self._session.copy("quotations", _QUOTATIONS, quotations)
        self._session.copy("credits", _CREDITS, credits)

    def serve(self, article: int, version: int, serving: int, entry: Entry) -> None:
        """Search this version by what was written under this number."""
        headline, bodies = entry.headline_words.split(), [words.split() for words in entry.words]
        self._insert_serving(article, version, serving, entry)
        self.add_frequencies(counted(bodies, headline))
        self._copies.insert(article, entry.article.outlet, entry.signature)
        self.count(
            paragraphs=len(bodies),
            words=sum(map(len, bodies)),
            headline_words=len(bodies) * len(headline),
            windows=len(entry.ordinals),
            quotations=len(entry.quotations),
        )

    def _insert_serving(self, article: int, version: int, serving: int, entry: Entry) -> None:
        one = entry.article
        day, release, language, section, sources = filtered(one)
        self._session.run(
            f"INSERT INTO servings (article, serving, version, fingerprint, outlet, parties, {COLUMNS}, windows) "
            "VALUES (%(article)s, %(serving)s, %(version)s, %(fingerprint)s, %(outlet)s, "
            "%(parties)s::bytea[], %(day)s, %(release)s, %(language)s, %(section)s, %(sources)s::bigint[], "
            "%(windows)s)",
            {
                "article": article,
                "serving": serving,
                "version": version,
                "fingerprint": one.fingerprint,
                "outlet": None if one.outlet is None else bytes_of(one.outlet),
                "parties": sorted({bytes_of(hop.party) for hop in one.chain}),
                "day": day,
                "release": release,
                "language": language,
                "section": section,
                "sources": sources,
                "windows": len(entry.ordinals),
            },
        )

    def add_frequencies(self, words: Mapping[str, Frequency]) -> None:
        """Count these paragraphs in, or out where the numbers are negative."""
        # Whoever changes many rows does it in one order.
        ordered = sorted(words.items())
        self._session.run(
            "INSERT INTO frequencies AS f (word, body, anywhere) "
            "SELECT * FROM unnest(%(words)s::text[], %(body)s::bigint[], %(anywhere)s::bigint[]) "
            "ON CONFLICT (word) DO UPDATE SET body = f.body + excluded.body, anywhere = f.anywhere + excluded.anywhere",
            {
                "words": [word for word, _ in ordered],
                "body": [number.body for _, number in ordered],
                "anywhere": [number.anywhere for _, number in ordered],
            },
        )

    def count(self, **changes: int) -> None:
        """Add to what is counted over all."""
        changed = ", ".join(f"{column} = {column} + %({column})s" for column in changes)
        self._session.run(f"UPDATE standing SET {changed}", changes)


_OF_SERVING = "WHERE article = %(article)s AND serving = %(serving)s"
_HELD = (
    "SELECT lexeme, count(*) FILTER (WHERE 'D' = ANY(weights)), count(*) "
    f"FROM paragraphs, unnest(lexemes) {_OF_SERVING} GROUP BY lexeme",
    f"SELECT count(*), coalesce(sum(words), 0), coalesce(sum(headline_words), 0) FROM paragraphs {_OF_SERVING}",
    f"SELECT count(*) FROM windows {_OF_SERVING}",
    f"SELECT count(*) FROM quotations {_OF_SERVING}",
)


def _quotations(article: int, serving: int, entry: Entry) -> tuple[list[Row], list[Row]]:
    """The rows of quotations, numbered as printed, each with the paragraph in which it begins; and their credits."""
    rows: list[Row] = []
    credits: list[Row] = []
    paragraphs = sorted(entry.article.paragraphs, key=lambda one: one.start)
    starts = [one.start for one in paragraphs]
    for number, quotation in enumerate(sorted(entry.quotations, key=lambda one: one.span), 1):
        ordinal = paragraphs[bisect_right(starts, quotation.span.start) - 1].ordinal
        rows.append((article, serving, number, ordinal, quotation.kind.value, quotation_fields(quotation)))
        names = [speaker.name for speaker in quotation.speakers]
        credits += [
            (
                article,
                serving,
                number,
                place,
                key(speaker.name),
                bytes_of(speaker.name),
                speaker.nature.value,
                packed(speaker.roles),
                packed([*speaker.mention, *speaker.proof]),
                speaker.name in names[:place],
            )
            for place, speaker in enumerate(quotation.speakers)
        ]
    return rows, credits


def _windows(article: int, serving: int, entry: Entry, values: Sequence[object]) -> list[Row]:
    digests: Sequence[int | None] = entry.digests or [None] * len(entry.ordinals)
    halves = rounded(entry.vectors).astype(np.float16)
    sentences = entry.sentences or [b""] * len(entry.ordinals)
    return [
        (article, serving, ordinal, *values, digest, printed(half), codes)
        for ordinal, digest, half, codes in zip(entry.ordinals, digests, halves, sentences, strict=True)
    ]


def printed(vector: Vector) -> str:
    """A vector as pgvector reads it."""
    return str(vector.tolist())
