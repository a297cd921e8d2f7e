"""Articles into the archive: decide, encode and extract what will be searched, write; and say what happened to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Protocol, Self

import numpy as np

from embeddings.encoder import Encoder
from embeddings.errors import UnreadableInput
from embeddings.lifecycle import Outcome, Verdict, place
from embeddings.news import Article, Extraction
from embeddings.paragraphs import windows
from embeddings.store import Entry, Head, Placement, Store
from embeddings.words import words

_BATCH = 32
"""Articles encoded together and then written, each in a transaction of its own."""


class Extracts(Protocol):
    """Finds the quotations of an article."""

    def extract(self, article: Article) -> Extraction:
        """The quotations, or why none were looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One input that a person should know of: where it came from, what became of it, and why."""

    place: str
    article_id: str | None
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of everything that was read: each article is safely on file or named in ``incidents``.

    ``skipped`` counts the articles whose quotations were not looked for, by reason ("language 'fr'").
    """

    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    paragraphs: int = 0
    quotations: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()

    def __add__(self, other: Self) -> Receipt:
        return Receipt(
            outcomes=Counter(self.outcomes) + Counter(other.outcomes),
            paragraphs=self.paragraphs + other.paragraphs,
            quotations=self.quotations + other.quotations,
            skipped=Counter(self.skipped) + Counter(other.skipped),
            incidents=self.incidents + other.incidents,
        )

    @property
    def read(self) -> int:
        """How many articles and failures there were."""
        return sum(self.outcomes.values())

    @property
    def rejected(self) -> int:
        """How many of them were refused."""
        return self.outcomes.get(Outcome.REJECTED, 0)


Progress = Callable[[Receipt], None]
Decided = tuple[Article, Verdict]


def ingest(
    readings: Iterable[Article | UnreadableInput],
    *,
    encoder: Encoder,
    extractor: Extracts | None = None,
    store: Store,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> Receipt:
    """Take in all readings, batch by batch; ``progress`` is told after each batch is safely on file.

    The ``clock`` tells which embargoes are over, and when articles arrived. Without an ``extractor`` no quotations are
    looked for.

    Unreadable input becomes an incident and never stops the rest; a failing store does, with all that was
    written before it intact.
    """
    receipt = Receipt()
    for batch in _batches(readings):
        articles = [reading for reading in batch if isinstance(reading, Article)]
        at = clock()
        decided = _decide(articles, store, at)
        found = [_extracted(article, extractor) if _served(verdict) else Extraction() for article, verdict in decided]
        store.put(_entries(decided, found, encoder))
        if taken := [article for article, verdict in decided if verdict.outcome is not Outcome.REJECTED]:
            store.arrived({one.outlet for one in taken if one.outlet is not None}, at=at)
        receipt += _happened(batch, decided, found)
        if progress:
            progress(receipt)
    return receipt


def _happened(
    batch: Sequence[Article | UnreadableInput], decided: Sequence[Decided], found: Sequence[Extraction]
) -> Receipt:
    """What became of one batch."""
    incidents = [_refusal(r) for r in batch if isinstance(r, UnreadableInput)] + [_incident(*d) for d in decided]
    return Receipt(
        outcomes=Counter(incident.outcome for incident in incidents),
        paragraphs=sum(len(article.paragraphs) for article, verdict in decided if _served(verdict)),
        quotations=sum(len(extraction.quotations) for extraction in found),
        skipped=Counter(extraction.skipped for extraction in found if extraction.skipped),
        incidents=tuple(incident for incident in incidents if incident.outcome in _NOTABLE),
    )


_NOTABLE = {Outcome.REJECTED, Outcome.KILLED, Outcome.WITHHELD, Outcome.HELD, Outcome.LATE}


def _batches(readings: Iterable[Article | UnreadableInput]) -> Iterator[list[Article | UnreadableInput]]:
    """Batches in which no article's id stands twice, so that each is judged by what is on file before it."""
    batch: list[Article | UnreadableInput] = []
    ids: set[str] = set()
    for reading in readings:
        known = isinstance(reading, Article) and reading.id in ids
        if known or len(batch) >= _BATCH:
            yield batch
            batch, ids = [], set()
        batch.append(reading)
        if isinstance(reading, Article):
            ids.add(reading.id)
    if batch:
        yield batch


def _decide(articles: Sequence[Article], store: Store, at: datetime) -> list[Decided]:
    heads: Mapping[str, Head] = store.heads([article.id for article in articles])
    return [(article, place(article, heads.get(article.id), at=at)) for article in articles]


def _served(verdict: Verdict) -> bool:
    return verdict.placement is Placement.SERVE and verdict.outcome is not Outcome.UNCHANGED


def _extracted(article: Article, extractor: Extracts | None) -> Extraction:
    return extractor.extract(article) if extractor else Extraction()


def _entries(decided: Sequence[Decided], found: Sequence[Extraction], encoder: Encoder) -> Iterator[Entry]:
    """Entries for all that is to be written, with the vectors and quotations of those that will be searched."""
    served = [article for article, verdict in decided if _served(verdict)]
    vectors = iter(_encoded(served, encoder))
    for (article, verdict), extraction in zip(decided, found, strict=True):
        if _served(verdict):
            yield search_entry(article, next(vectors), extraction)
        elif verdict.outcome not in (Outcome.UNCHANGED, Outcome.REJECTED):
            yield Entry(article=article, placement=verdict.placement, vectors=_no_vectors(encoder))


def _encoded(articles: Sequence[Article], encoder: Encoder) -> Iterator[np.ndarray]:
    """The vectors of each article's windows, all encoded in one go."""
    texts = [[window.cut(a.text) for p in a.paragraphs for window in windows(a.text, p)] for a in articles]
    rows = encoder.passages([text for of_one in texts for text in of_one])
    start = 0
    for of_one in texts:
        yield rows[start : start + len(of_one)]
        start += len(of_one)


def search_entry(article: Article, vectors: np.ndarray, extraction: Extraction) -> Entry:
    """The entry that makes this version the one that is searched; ``vectors`` has a row for each window."""
    return Entry(
        article=article,
        placement=Placement.SERVE,
        vectors=vectors,
        ordinals=[p.ordinal for p in article.paragraphs for _ in windows(article.text, p)],
        words=[" ".join(words(p.span.cut(article.text))) for p in article.paragraphs],
        headline_words=" ".join(words(article.headline or "")),
        quotations=extraction.quotations,
    )


def reindexed(articles: Iterable[Article], encoder: Encoder, extractor: Extracts | None) -> Iterator[Entry]:
    """Entries with new vectors and quotations for articles that are on file."""
    remaining = iter(articles)
    while batch := list(islice(remaining, _BATCH)):
        for article, vectors in zip(batch, _encoded(batch, encoder), strict=True):
            yield search_entry(article, vectors, _extracted(article, extractor))


def _no_vectors(encoder: Encoder) -> np.ndarray:
    return np.zeros((0, encoder.dimension), dtype=np.float32)


def _incident(article: Article, verdict: Verdict) -> Incident:
    return Incident(place=article.origin, article_id=article.id, outcome=verdict.outcome, reason=verdict.reason)


def _refusal(error: UnreadableInput) -> Incident:
    return Incident(place=error.place, article_id=None, outcome=Outcome.REJECTED, reason=error.reason)
