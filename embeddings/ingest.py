"""Articles into the archive: decide, encode and extract what will be searched, write; and say what happened to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Protocol, Self

import numpy as np

from embeddings.duplicates import signature
from embeddings.encoder import Encoder
from embeddings.errors import UnreadableInput
from embeddings.lifecycle import Outcome, Settled, Verdict, ids_of, place, settled
from embeddings.news import Alert, Article, Concern, Extraction, Filters, Notice, Status, Viewer
from embeddings.orders import Aim, Meant, misspelled, named_in, of_kill, resolve, standing_for
from embeddings.paragraphs import windows
from embeddings.store import Entry, Placement, Store
from embeddings.words import handles, spellings, words

_HEADLINE = 300
"""Characters of a headline that are searched; no story's has more."""
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
Reading = Article | Notice | UnreadableInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A version under the id that it is kept with, and what becomes of it."""

    article: Article
    verdict: Verdict
    joins: str | None = None
    apart: bool = False
    doubted: tuple[str, str] | None = None

    @property
    def served(self) -> bool:
        """Whether it is what will be searched."""
        return self.verdict.placement is Placement.SERVE and self.verdict.outcome is not Outcome.UNCHANGED

    @property
    def killing(self) -> bool:
        """Whether it takes a story out of every answer for good."""
        return (self.verdict.placement, self.verdict.outcome) == (Placement.WITHDRAW, Outcome.KILLED)

    @property
    def written(self) -> bool:
        """Whether anything is written."""
        return self.verdict.outcome not in (Outcome.UNCHANGED, Outcome.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """The one way into a store; the ``clock`` tells which embargoes are over, and when articles arrived.

    Without an ``extractor`` no quotations are looked for.
    """

    encoder: Encoder
    extractor: Extracts | None
    store: Store
    clock: Callable[[], datetime]

    def take(self, readings: Iterable[Reading], *, progress: Progress | None = None) -> Receipt:
        """Take in all readings, batch by batch; ``progress`` is told after each batch is safely on file.

        Unreadable input becomes an incident and never stops the rest; a failing store does, with all that was
        written before it intact.
        """
        receipt = Receipt()
        for batch in _batches(self._with_standing(readings)):
            receipt += self._taken(batch)
            if progress:
                progress(receipt)
        return receipt

    def _with_standing(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        """The readings, each story that an order came for before it right behind that order."""
        for reading in readings:
            if isinstance(reading, Article) and (notice := self._standing(reading)):
                yield notice
            yield reading

    def _standing(self, story: Article) -> Notice | None:
        names = handles(story.slug, story.headline, story.number)
        if story.status is not Status.USABLE or not names or self.store.heads([story.id]):
            return None
        return standing_for(story, self.store.bearing(names))

    def _taken(self, batch: Sequence[Reading]) -> Receipt:
        """Decide and encode, and write unless somebody else wrote meanwhile what changes a decision: then anew."""
        at = self.clock()
        while True:
            articles, alerts, lost = self._ordered(batch, at)
            decided = self._decide(articles, at)
            if len(batch) > 1 and _one_story_twice(decided):
                # It came under two ids; each version is judged by what is on file before it.
                half = len(batch) // 2
                return self._taken(batch[:half]) + self._taken(batch[half:])
            found = [_extracted(one.article, self.extractor) if one.served else Extraction() for one in decided]
            entries = list(self._entries(decided, found))
            with self.store.changing():
                if self._ordered(batch, at)[0] != articles or self._decide(articles, at) != decided:
                    continue
                # Before the kill itself: whoever repeats it after a crash finds nothing new, and would not tell.
                if concerns := [*alerts, *self._alerts(decided, at)]:
                    self.store.alert(concerns)
                self.store.put(entries)
                if taken := [one for one in decided if one.verdict.outcome is not Outcome.REJECTED]:
                    # Of what is held nothing is told, not even that its outlet sent something.
                    told = (one.article.outlet for one in taken if one.verdict.outcome is not Outcome.HELD)
                    self.store.arrived({outlet for outlet in told if outlet is not None}, at=at)
            return _happened(batch, decided, found, lost)

    def _ordered(self, batch: Sequence[Reading], at: datetime) -> tuple[list[Article], list[Alert], list[Incident]]:
        """The articles of a batch, orders about others turned into versions of those; and what orders found nothing."""
        articles: list[Article] = []
        alerts: list[Alert] = []
        lost: list[Incident] = []
        for reading in batch:
            if isinstance(reading, UnreadableInput):
                continue
            meant = [self._meant(reading, at), self._misspelled(reading, at)]
            articles += [version for one in meant for version in one.versions]
            alerts += [one.alert for one in meant if one.alert]
            if isinstance(reading, Notice) and not any(one.versions for one in meant):
                lost.append(_unheeded(reading))
        return articles, alerts, lost

    def _meant(self, reading: Article | Notice, at: datetime) -> Meant:
        if isinstance(reading, Article):
            return Meant(versions=(reading,))
        named = [reading.target] if reading.target else [one.id for one in self.store.bearing(named_in(reading))]
        return resolve(reading, self._aims(named), at=at)

    def _misspelled(self, reading: Article | Notice, at: datetime) -> Meant:
        """What a kill may mean whose id is not on file, but one that is spelled nearly so."""
        if reading.status is not Status.CANCELED:
            return Meant()
        notice = of_kill(reading) if isinstance(reading, Article) else reading
        known = ids_of(reading) if isinstance(reading, Article) else (notice.target or "",)
        if not notice.target or self.store.heads(known):
            return Meant()
        alike = [one.id for one in self.store.bearing(spellings(notice.target))]
        return misspelled(notice, self._aims(alike), at=at)

    def _aims(self, ids: Sequence[str]) -> list[Aim]:
        """What is on file under these ids, for an order that may be about it."""
        heads = self.store.heads(ids)
        newest = {id: self.store.article(id) for id in heads}
        return [
            Aim(head=heads[id], article=article, versions=self.store.versions(id))
            for id, article in newest.items()
            if article is not None
        ]

    def _decide(self, articles: Sequence[Article], at: datetime) -> list[Decided]:
        heads = self.store.heads(list(dict.fromkeys(id for article in articles for id in ids_of(article))))
        return [_decided(settled(article, heads), at) for article in articles]

    def _alerts(self, decided: Sequence[Decided], at: datetime) -> Iterator[Alert]:
        """What a person should know of: copies of what is killed, words of status that nobody knows, terms."""
        killed = [one for one in decided if one.killing]
        everybody = Filters(at=at, viewer=Viewer(embargo_group=True))
        copies = self.store.copies([one.article.id for one in killed], filters=everybody) if killed else {}
        for one in decided:
            article, concern = one.article, one.verdict.concern
            words = article.note or one.verdict.reason
            if carried := copies.get(article.id):
                ids = (article.id, *(copy.id for copy in carried))
                yield Alert(concern=Concern.COPIES_OF_KILLED, articles=ids, words=words, at=at)
            if concern:
                yield Alert(concern=concern, articles=(article.id,), words=words, at=at)
            if one.doubted and one.written:
                said = "The first says that it takes the place of the second, which is another story: both are kept."
                yield Alert(concern=Concern.DOUBTFUL_LINK, articles=one.doubted, words=said, at=at)

    def _entries(self, decided: Sequence[Decided], found: Sequence[Extraction]) -> Iterator[Entry]:
        """Entries for all that is to be written, with the vectors and quotations of those that will be searched."""
        vectors = iter(_encoded([one.article for one in decided if one.served], self.encoder))
        none = _no_vectors(self.encoder)
        for one, extraction in zip(decided, found, strict=True):
            if one.served:
                entry = search_entry(one.article, next(vectors), extraction)
            elif one.written:
                entry = Entry(article=one.article, placement=one.verdict.placement, vectors=none)
            else:
                continue
            yield replace(entry, generation=one.verdict.generation, joins=one.joins, apart=one.apart)

    def revive(self, article: Article) -> None:
        """Search this version again by a person's word, whatever kill or withholding is on file by now."""
        [vectors] = _encoded([article], self.encoder)
        entry = search_entry(article, vectors, _extracted(article, self.extractor))
        head = self.store.heads([article.id])[article.id]
        self.store.put([replace(entry, placement=Placement.REVIVE, generation=head.generation)])


def _decided(kept: Settled, at: datetime) -> Decided:
    """What becomes of a version that is settled under an id."""
    return Decided(
        article=kept.article,
        verdict=place(kept.article, kept.head, joined=kept.joined, at=at),
        joins=kept.joined.id if kept.joined else None,
        apart=kept.apart,
        doubted=kept.doubted,
    )


def _one_story_twice(decided: Sequence[Decided]) -> bool:
    """Whether two of these versions concern one article on file."""
    concerned = [id for one in decided for id in (one.article.id, one.joins) if id is not None]
    return len(set(concerned)) < len(concerned)


def _happened(
    batch: Sequence[Reading], decided: Sequence[Decided], found: Sequence[Extraction], lost: Sequence[Incident]
) -> Receipt:
    """What became of one batch."""
    refused = [_refusal(reading) for reading in batch if isinstance(reading, UnreadableInput)]
    incidents = [*refused, *lost, *map(_incident, decided)]
    return Receipt(
        outcomes=Counter(incident.outcome for incident in incidents),
        paragraphs=sum(len(one.article.paragraphs) for one in decided if one.served),
        quotations=sum(len(extraction.quotations) for extraction in found),
        skipped=Counter(extraction.skipped for extraction in found if extraction.skipped),
        incidents=tuple(incident for incident in incidents if incident.outcome in _NOTABLE),
    )


_NOTABLE = {Outcome.REJECTED, Outcome.KILLED, Outcome.WITHHELD, Outcome.HELD, Outcome.LATE}


def _batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Batches in which no article stands twice, so that each is judged by what is on file before it.

    An order about another article is a batch of its own.
    """
    batch: list[Reading] = []
    ids: set[str] = set()
    for reading in readings:
        named = set(ids_of(reading)) if isinstance(reading, Article) else set()
        alone = isinstance(reading, Notice)
        if batch and (alone or not ids.isdisjoint(named) or len(batch) >= _BATCH):
            yield batch
            batch, ids = [], set()
        batch.append(reading)
        ids |= named
        if alone:
            yield batch
            batch, ids = [], set()
    if batch:
        yield batch


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
        # They stand beside every paragraph.
        headline_words=" ".join(words((article.headline or "")[:_HEADLINE])),
        quotations=extraction.quotations,
        signature=signature(article.text),
    )


def reindexed(articles: Iterable[Article], encoder: Encoder, extractor: Extracts | None) -> Iterator[Entry]:
    """Entries with new vectors and quotations for articles that are on file."""
    remaining = iter(articles)
    while batch := list(islice(remaining, _BATCH)):
        for article, vectors in zip(batch, _encoded(batch, encoder), strict=True):
            yield search_entry(article, vectors, _extracted(article, extractor))


def _extracted(article: Article, extractor: Extracts | None) -> Extraction:
    return extractor.extract(article) if extractor else Extraction()


def _no_vectors(encoder: Encoder) -> np.ndarray:
    return np.zeros((0, encoder.dimension), dtype=np.float32)


def _incident(one: Decided) -> Incident:
    article, verdict = one.article, one.verdict
    return Incident(place=article.origin, article_id=article.id, outcome=verdict.outcome, reason=verdict.reason)


def _refusal(error: UnreadableInput) -> Incident:
    return Incident(place=error.place, article_id=None, outcome=Outcome.REJECTED, reason=error.reason)


def _unheeded(notice: Notice) -> Incident:
    nothing = "an order about a story that is not found on file: look for it by hand; `onrecord review` lists it"
    return Incident(place=notice.origin, article_id=None, outcome=Outcome.REJECTED, reason=nothing)
