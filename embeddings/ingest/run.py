"""One run over readings: what comes next is prepared while what came before is written, in order.

Batches are judged, and looked through for quotations, in one thread, and encoded in another, each in order; the
caller's own thread reads and writes. What was judged ahead is judged again under the store's lock before it is written,
and prepared anew where anything has changed that it depends on.
"""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event
from types import TracebackType
from typing import Self

from embeddings.encoder import Encoder
from embeddings.ingest.batches import Gathering, concerned
from embeddings.ingest.crew import Crew
from embeddings.ingest.deciding import Batch, Decided, Judged, Judging, Reading
from embeddings.ingest.encoding import Stopped, encoded, no_vectors, search_entry, texts_of
from embeddings.ingest.pace import Pace, Stage
from embeddings.ingest.receipts import Receipt, happened
from embeddings.lifecycle import Outcome
from embeddings.news import Extraction
from embeddings.store import Encoded, Entry, Store

AHEAD = 4
"""Batches that are prepared at once, beside the one that is being read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A batch that is judged, and looked through for quotations: each of ``found`` gives those of one version."""

    batch: Batch
    at: datetime
    judged: Judged
    found: tuple[Callable[[], Extraction], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A batch that can be written as it is, while what is on file still makes it what it was judged to be.

    ``encoded`` is what all its texts were encoded to, by digest.
    """

    batch: Batch
    at: datetime
    judged: Judged
    found: tuple[Extraction, ...]
    entries: tuple[Entry, ...]
    encoded: dict[int, Encoded]


@dataclass(frozen=True, slots=True)
class _Pending:
    batch: Batch
    prepared: Future[Prepared]
    ids: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Takes readings in; leave it as a context, which ends all that is still being prepared."""

    encoder: Encoder
    store: Store
    clock: Callable[[], datetime]
    crew: Crew
    pace: Pace
    _judging: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "judging"))
    _encoding: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "encoding"))
    _pending: deque[_Pending] = field(default_factory=deque)
    _stop: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for executor in (self._judging, self._encoding):
            executor.shutdown(wait=False, cancel_futures=True)
        # Whoever waits for quotations is told that there will be none.
        self.crew.end()
        for executor in (self._judging, self._encoding):
            executor.shutdown()

    def receipts(self, readings: Iterable[Reading]) -> Iterator[Receipt]:
        """What became of each batch, once it is safely on file."""
        gathering = Gathering()
        for reading in self.pace.timed(Stage.READING, readings):
            # Whoever reads slowly does not hold up what is ready to be written.
            while self._pending and self._pending[0].prepared.done():
                yield self._filed_next()
            for batch in gathering.add(reading):
                yield from self._begin_when_there_is_room(batch)
        if rest := gathering.rest():
            yield from self._begin_when_there_is_room(rest)
        while self._pending:
            yield self._filed_next()

    def _begin_when_there_is_room(self, batch: Batch) -> Iterator[Receipt]:
        ids = frozenset(concerned(batch))
        # What concerns a story that is still on its way would be judged in vain.
        while len(self._pending) >= AHEAD or any(not ids.isdisjoint(one.ids) for one in self._pending):
            yield self._filed_next()
        begun = self._judging.submit(self._begun, batch)
        earlier = [one.prepared for one in self._pending]
        prepared = self._encoding.submit(lambda: self._prepared(begun.result(), _encoded_by_all(earlier)))
        self._pending.append(_Pending(batch, prepared, ids))

    # Preparing.

    def _begun(self, batch: Batch, at: datetime | None = None) -> Begun:
        """The batch as it is judged by what is on file now."""
        at = self.clock() if at is None else at
        with self.pace.spent(Stage.DECIDING):
            judged = Judging(self.store).judged(batch, at)
        found = []
        for article in judged.served:
            if self._stop.is_set():
                raise Stopped
            found.append(self.crew.begin(article))
        return Begun(batch=batch, at=at, judged=judged, found=tuple(found))

    def _prepared(self, begun: Begun, known: Mapping[int, Encoded]) -> Prepared:
        """The batch with all that will be searched; ``known`` is what need not be encoded again."""
        served, pace = begun.judged.served, self.pace
        with pace.spent(Stage.ANALYSING):
            texts = [texts_of(article) for article in served]
        with pace.spent(Stage.ENCODING):
            read = encoded(texts, self.encoder, known=known, store=self.store, pace=pace, stop=self._stop)
        found = tuple(one() for one in begun.found)
        with pace.spent(Stage.ANALYSING):
            searched = [
                search_entry(article, its, read, extraction, encoder=self.encoder)
                for article, its, extraction in zip(served, texts, found, strict=True)
            ]
        entries = tuple(_entries(begun.judged, iter(searched), self.encoder))
        return Prepared(batch=begun.batch, at=begun.at, judged=begun.judged, found=found, entries=entries, encoded=read)

    # Writing.

    def _filed_next(self) -> Receipt:
        """What became of the batch that is the next to be written."""
        with self.pace.waiting():
            prepared = self._pending.popleft().prepared.result()
        return self._filed(prepared)

    def _filed(self, prepared: Prepared) -> Receipt:
        """Write, unless somebody else wrote meanwhile what changes a decision: then prepare anew."""
        while not prepared.judged.parts:
            with self.store.changing():
                with self.pace.spent(Stage.DECIDING):
                    judged = Judging(self.store).judged(prepared.batch, prepared.at)
                if judged == prepared.judged:
                    with self.pace.spent(Stage.WRITING):
                        self._write(prepared)
                    return happened(prepared.batch, judged, prepared.found)
            prepared = self._anew(prepared.batch, prepared.encoded, at=prepared.at)
        parts = (self._filed(self._anew(part, prepared.encoded)) for part in prepared.judged.parts)
        return sum(parts, Receipt())

    def _anew(self, batch: Batch, known: Mapping[int, Encoded], *, at: datetime | None = None) -> Prepared:
        return self._prepared(self._begun(batch, at), known)

    def _write(self, prepared: Prepared) -> None:
        decided, at = prepared.judged.decided, prepared.at
        # Before the kill itself: whoever repeats it after a crash finds nothing new, and would not tell.
        if concerns := list(Judging(self.store).to_tell(prepared.judged, at)):
            self.store.alert(concerns)
        self.store.put(prepared.entries)
        if taken := [one for one in decided if one.verdict.outcome is not Outcome.REJECTED]:
            self.store.arrived(_told_of(taken), at=at)


def _encoded_by_all(earlier: Iterable[Future[Prepared]]) -> Mapping[int, Encoded]:
    """What batches were encoded to that may not be on file yet; one that failed ends the run when its turn comes."""
    return ChainMap(*(one.result().encoded for one in earlier if not one.cancelled() and not one.exception()))


def _told_of(taken: Iterable[Decided]) -> set[str]:
    """The outlets that something came from; of what is held not even that is told."""
    told = (one.article.outlet for one in taken if one.verdict.outcome is not Outcome.HELD)
    return {outlet for outlet in told if outlet is not None}


def _entries(judged: Judged, searched: Iterator[Entry], encoder: Encoder) -> Iterator[Entry]:
    """Entries for all that is to be written; those of what will be searched are made already."""
    none = no_vectors(encoder)
    for one in judged.decided:
        if one.served:
            entry = next(searched)
        elif one.written:
            entry = Entry(article=one.article, placement=one.verdict.placement, vectors=none)
        else:
            continue
        yield replace(entry, generation=one.verdict.generation, joins=one.joins, apart=one.apart)
