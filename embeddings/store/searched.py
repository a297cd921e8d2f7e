"""What is searched, as far as it is kept in memory, and the candidates that come of it.

All of it follows the rows: it is brought to the state of a snapshot before it is asked anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import lru_cache
from pathlib import Path

import numpy as np

from embeddings.news import Article, Filters
from embeddings.store import Awaited, Candidate, Candidates, Vector, made
from embeddings.store.catalogue import Catalogue
from embeddings.store.credits import Credits
from embeddings.store.index import Index
from embeddings.store.lexicon import Lexicon
from embeddings.store.matching import Matching, Phrasing
from embeddings.store.rows import Encoding, Position, Rows
from embeddings.store.vectors import Ids, Mask

FOLDER = "index"

PHRASE_PARAGRAPHS = 50
"""How many paragraphs that hold a phrase are taken along."""

_CACHED = 2_048


class Searched:
    """The catalogue, the vectors' index and the lists of words, of one state of the rows."""

    def __init__(self, folder: Path, encoding: Encoding, *, threads: int, rows: Callable[[], Rows]) -> None:
        """``rows`` gives the connection that what is kept of single articles is read by."""
        self._encoding = encoding
        self.index = Index(folder / FOLDER, encoder=encoding.encoder, dimension=encoding.dimension, threads=threads)
        self.article: Callable[[int], Article] = lru_cache(_CACHED)(lambda row: rows().version(row))
        self.position: Position | None = None
        self._beside = ThreadPoolExecutor(1, "nearest")
        self._begin()

    def _begin(self) -> None:
        self.catalogue = Catalogue()
        self.credits = Credits(self.catalogue)
        self._lexicon = Lexicon(self.catalogue)
        self.index.reset()

    def close(self) -> None:
        """Let go of the files, and of the thread beside."""
        self._beside.shutdown()
        self.index.close()

    # Keeping step.

    def catch_up(self, rows: Rows, position: Position) -> None:
        """Bring all of it to the state of the open snapshot, which is at this position."""
        before, self.position = self.position, None
        if before is None:
            # Also after a catch-up that failed half-way: what is in memory is then of no known state.
            self._begin()
        self.catalogue.catch_up(rows, before.sequence if before else 0)
        self.index.refresh(lambda label: rows.passed(Position.of(label)))
        last = rows.windows.last()
        for ids, vectors in rows.windows.vectors(self.index.last + 1, last, dimension=self._encoding.dimension):
            self.index.add(ids, vectors)
        self.position = position

    # Asking.

    def allowed(self, rows: Rows, filters: Filters) -> Mask:
        """Which articles may be looked at."""
        mask = self.catalogue.allowed(filters)
        return mask & self.catalogue.among(rows.quotations.quoting(filters.speakers)) if filters.speakers else mask

    def candidates(
        self,
        rows: Rows,
        vector: Awaited,
        words: Sequence[str],
        phrases: Sequence[Sequence[str]],
        limit: int,
        mask: Mask,
    ) -> Candidates:
        """The nearest ``limit`` paragraphs by vector and by words, and those holding a phrase, of these articles."""
        catalogue = self.catalogue
        # The model and FAISS let go of Python's lock, so that words are looked up at the same time.
        nearest = self._beside.submit(lambda: self._windows_near(made(vector), mask, limit + limit // 2))
        try:
            known = self._lexicon.words(rows, words)
            matching = Matching(catalogue, known, mask)
            matched, scores = matching.best(limit, rows.words.of)
            if len(matched) < limit and any(word.paragraphs is None for word in known.values()):
                matched, scores = matching.newest(rows, limit, rows.words.of)
        finally:
            # Whatever became of the words: nobody changes what is searched while it is being looked at.
            wait([nearest])
        windows, asked = nearest.result(), made(vector)
        near = self._nearest(rows, asked, mask, limit, windows)
        phrasing = Phrasing(catalogue, rows, self._lexicon, mask)
        held = phrasing.holding((phrase for phrase in phrases if phrase), PHRASE_PARAGRAPHS, rows.words.of)
        lexical = dict(zip(matched.tolist(), scores.tolist(), strict=True))
        return Candidates(
            items=self._items(self.with_cosines(rows, [*lexical, *held.tolist()], asked, near), lexical),
            frequencies={word: each.frequency for word, each in known.items()},
            paragraphs=catalogue.paragraphs,
            mean_words=catalogue.total_words / max(catalogue.paragraphs, 1),
            coverage=catalogue.coverage(mask),
        )

    def _nearest(self, rows: Rows, vector: Vector, articles: Mask, limit: int, windows: Ids) -> dict[int, float]:
        """The nearest paragraphs with their cosines, from these windows; asks for more until there are enough."""
        count = limit + limit // 2
        while True:
            found = _best(*rows.windows.nearby(windows.tolist(), dimension=self._encoding.dimension), vector)
            if len(found) >= limit or len(windows) < count:
                return dict(sorted(found.items(), key=lambda each: (-each[1], each[0]))[:limit])
            count *= 4
            windows = self._windows_near(vector, articles, count)

    def _windows_near(self, vector: Vector, articles: Mask, count: int) -> Ids:
        """The nearest windows of these articles: at least so many, or all."""
        wanted = min(count, self.catalogue.count(articles, "windows"))
        return self.index.nearest(vector, wanted, allowed=self.catalogue.windows(articles))

    def with_cosines(
        self, rows: Rows, paragraphs: Iterable[int], vector: Vector, known: Mapping[int, float]
    ) -> dict[int, float]:
        """The best cosine of each paragraph's windows with the question; 0 for a paragraph without any."""
        asked = dict.fromkeys(paragraphs, 0.0)
        spans = ((one, *self.catalogue.windows_of(one)) for one in asked if one not in known)
        return asked | _best(*rows.windows.within(spans, dimension=self._encoding.dimension), vector) | dict(known)

    def _items(self, cosines: Mapping[int, float], lexical: Mapping[int, float]) -> list[Candidate]:
        """The candidates, nearest first."""
        order = sorted(cosines, key=lambda paragraph: (-cosines[paragraph], paragraph))
        articles = self.articles(np.array(order, dtype=np.int64))
        return [
            Candidate(article, self.catalogue.ordinal(paragraph), cosines[paragraph], lexical.get(paragraph, 0.0))
            for paragraph, article in zip(order, articles, strict=True)
        ]

    def articles(self, paragraphs: Ids) -> Iterator[Article]:
        """The version that each of these paragraphs stands in."""
        return map(self.article, self.catalogue["version"][self.catalogue.owners(paragraphs)].tolist())


def _best(paragraphs: Ids, vectors: Vector, question: Vector) -> dict[int, float]:
    """The best cosine of each paragraph."""
    best: dict[int, float] = {}
    # No product of BLAS, whose threads go on spinning for a while and take the processor from those that search.
    cosines = np.einsum("ij,j->i", vectors, question.reshape(-1))
    for paragraph, cosine in zip(paragraphs.tolist(), cosines.tolist(), strict=True):
        best[paragraph] = max(cosine, best.get(paragraph, cosine))
    return best
