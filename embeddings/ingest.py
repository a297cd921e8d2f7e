"""Articles into the archive: decide, encode what will be searched, write; and say what happened to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from embeddings.encoder import Encoder
from embeddings.errors import UnreadableInput
from embeddings.lifecycle import Outcome, Verdict, place
from embeddings.news import Article
from embeddings.paragraphs import windows
from embeddings.store import Entry, Head, Placement, Store
from embeddings.words import words

_BATCH = 32
"""Articles encoded together and then written, each in a transaction of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One input that a person should know of: where it came from, what became of it, and why."""

    place: str
    article_id: str | None
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of everything that was read: each article is safely on file or named in ``incidents``."""

    outcomes: Mapping[Outcome, int]
    paragraphs: int
    incidents: tuple[Incident, ...]

    @property
    def read(self) -> int:
        """How many articles and failures there were."""
        return sum(self.outcomes.values())

    @property
    def rejected(self) -> int:
        """How many of them were refused."""
        return self.outcomes.get(Outcome.REJECTED, 0)


Progress = Callable[[Receipt], None]


def ingest(
    readings: Iterable[Article | UnreadableInput],
    *,
    encoder: Encoder,
    store: Store,
    at: datetime,
    progress: Progress | None = None,
) -> Receipt:
    """Take in all readings, batch by batch; ``progress`` is told after each batch is safely on file.

    ``at`` is the time by which embargoes are over or not.

    Unreadable input becomes an incident and never stops the rest; a failing store does, with all that was
    written before it intact.
    """
    counts: Counter[Outcome] = Counter()
    incidents: list[Incident] = []
    paragraphs = 0
    receipt = Receipt(outcomes={}, paragraphs=0, incidents=())
    for batch in _batches(readings):
        articles = [reading for reading in batch if isinstance(reading, Article)]
        decided = _decide(articles, store, at)
        store.put(_entries(decided, encoder))
        happened = [_refusal(r) for r in batch if isinstance(r, UnreadableInput)] + [_incident(*d) for d in decided]
        counts.update(incident.outcome for incident in happened)
        incidents.extend(incident for incident in happened if incident.outcome in _NOTABLE)
        paragraphs += sum(len(article.paragraphs) for article, verdict in decided if _served(verdict))
        receipt = Receipt(outcomes=dict(counts), paragraphs=paragraphs, incidents=tuple(incidents))
        if progress:
            progress(receipt)
    return receipt


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


Decided = tuple[Article, Verdict]


def _decide(articles: Sequence[Article], store: Store, at: datetime) -> list[Decided]:
    heads: Mapping[str, Head] = store.heads([article.id for article in articles])
    return [(article, place(article, heads.get(article.id), at=at)) for article in articles]


def _served(verdict: Verdict) -> bool:
    return verdict.placement is Placement.SERVE and verdict.outcome is not Outcome.UNCHANGED


def _entries(decided: Sequence[Decided], encoder: Encoder) -> Iterator[Entry]:
    """Entries for all that is to be written, with the vectors of those that will be searched."""
    served = [article for article, verdict in decided if _served(verdict)]
    vectors = iter(_encoded(served, encoder))
    for article, verdict in decided:
        if _served(verdict):
            yield search_entry(article, next(vectors))
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


def search_entry(article: Article, vectors: np.ndarray) -> Entry:
    """The entry that makes this version the one that is searched; ``vectors`` has a row for each window."""
    return Entry(
        article=article,
        placement=Placement.SERVE,
        vectors=vectors,
        ordinals=[p.ordinal for p in article.paragraphs for _ in windows(article.text, p)],
        words=[" ".join(words(p.span.cut(article.text))) for p in article.paragraphs],
        headline_words=" ".join(words(article.headline or "")),
    )


def reencoded(articles: Iterable[Article], encoder: Encoder) -> Iterator[Entry]:
    """Entries with new vectors for articles that are on file."""
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) >= _BATCH:
            yield from map(search_entry, batch, _encoded(batch, encoder))
            batch = []
    yield from map(search_entry, batch, _encoded(batch, encoder))


def _no_vectors(encoder: Encoder) -> np.ndarray:
    return np.zeros((0, encoder.dimension), dtype=np.float32)


def _incident(article: Article, verdict: Verdict) -> Incident:
    return Incident(place=article.origin, article_id=article.id, outcome=verdict.outcome, reason=verdict.reason)


def _refusal(error: UnreadableInput) -> Incident:
    return Incident(place=error.place, article_id=None, outcome=Outcome.REJECTED, reason=error.reason)
