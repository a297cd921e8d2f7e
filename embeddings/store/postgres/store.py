"""The engine for newsrooms that outgrow one machine: PostgreSQL holds everything, pgvector finds what is near.

Any number of bots read, and write in turns. A question is answered from one snapshot, which holds whatever was on
file, and lacks whatever was killed, when it was asked: a replica that is behind is not asked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from threading import RLock
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from psycopg.errors import LockNotAvailable

from embeddings.errors import EncoderMismatch, StoreError, StoreLocked, StoreReadOnly, StoreUnreachable
from embeddings.news import Alert, Article, Change, Coverage, Filters, Judgement, Kind, NameUse, Quotation
from embeddings.store import (
    Awaited,
    Candidates,
    Description,
    Dossier,
    Encoded,
    Entry,
    Head,
    Logbook,
    Names,
    Page,
    Place,
    Vector,
    made,
)
from embeddings.store.checks import check_entry
from embeddings.store.postgres import candidates, heads, notes, quotations, reading, restoring
from embeddings.store.postgres.connection import CONNECTIONS, Pool, Query, Row, Session, connect, shown, translated
from embeddings.store.postgres.coverages import Counted, Coverages
from embeddings.store.postgres.indexing import fix_dimension, make_index
from embeddings.store.postgres.migrating import check_known, migrate, newest
from embeddings.store.postgres.reading import STANDING, Remembered, Standing
from embeddings.store.postgres.writing import Writing

PATIENCE = 60.0
"""Seconds that a writer waits for another one."""

LAG = 0.1
"""Seconds that a question waits for the replica to have replayed the last write, before it goes to the primary."""

_BATCH = 100
"""Articles that are read at a time where all of them are."""
_WRITERS = 0x0E2EC05D
"""The number of the lock that one writer holds at a time."""
_LOOK_AGAIN = 0.005
_AWAY_SECONDS = 10.0
"""How long a replica that does not answer is left alone."""
_COVERAGE = Counted("coverage", query=reading.COVERAGE, gone=reading.COVERAGE, width=3, answer=reading.coverage)
_NAMES = Counted("names", query=quotations.NAMES, gone=quotations.NAMES_GONE, width=3, answer=quotations.names)
_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")
Moment = tuple[Standing, Answer]
"""Where the archive stood, and what was read at that moment."""


class PostgresStore:
    """An archive in a database, for any number of processes, of which one writes at a time; threads may share it."""

    def __init__(  # noqa: PLR0913 - each is a setting of its own
        self,
        url: str,
        *,
        encoder: str,
        dimension: int,
        writing: bool,
        replica: str | None = None,
        any_encoder: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        """Open the archive; ``any_encoder`` lets one of another encoder be described, read and reindexed.

        ``patience`` is how many seconds a write waits for another writer.
        """
        self._encoder, self._dimension = encoder, dimension
        self._writing_allowed, self._patience = writing, patience
        self._place = shown(url)
        self._schema = prepare(url, writing=writing)
        self._primary = Pool(url)
        self._replica = Pool(replica) if replica else None
        self._replica_away_until = 0.0
        # Starts no thread before it is used.
        self._beside = ThreadPoolExecutor(2 * CONNECTIONS, thread_name_prefix="onrecord-position")
        self._changing = RLock()
        self._writer: Session | None = None
        self._remembered, self._coverages = Remembered(), Coverages()
        try:
            standing = self._read_primary(self._standing)
            if not any_encoder:
                self._check_encoding(standing)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._primary.close()
        if self._replica is not None:
            self._replica.close()
        self._beside.shutdown()

    def _check_encoding(self, standing: Standing) -> None:
        if standing.encoder not in (None, self._encoder) or standing.dimension not in (None, self._dimension):
            raise EncoderMismatch(
                f"the archive's vectors were made by {standing.encoder} ({standing.dimension} dimensions), but "
                f"{self._encoder} ({self._dimension} dimensions) is configured: `onrecord reindex` embeds everything "
                "again with the configured one, or set ONRECORD_ENCODER / ONRECORD_MODEL back"
            )

    # Asking the server.

    def _standing(self, session: Session) -> Standing:
        return self._standing_of(session.rows(STANDING))

    def _standing_of(self, rows: Sequence[Row]) -> Standing:
        if not rows:
            raise StoreError(f"{self._place}: the archive's tables are not whole; restore a backup")
        return Standing(*rows[0])

    def _whole_archive(self, rows: Sequence[Row]) -> Standing:
        """Where an archive stands that can be asked."""
        standing = self._standing_of(rows)
        if standing.restoring is not None:
            raise StoreError(
                f"{self._place}: an archive is being moved here, or was and broke off: "
                "wait for `onrecord migrate`, or run it again to finish"
            )
        return standing

    def _read(self, question: Callable[[Session, Standing], Answer]) -> Answer:
        """The answer from one snapshot that has every write so far; on a lost connection asked once more."""

        def in_a_snapshot(pool: Pool) -> Moment[Answer]:
            with pool.session() as session, session.snapshot((STANDING, {})) as [rows]:
                standing = self._whole_archive(rows)
                return standing, question(session, standing)

        return self._repeated(lambda: self._up_to_date(in_a_snapshot)[1])

    def _read_at_once(self, *asked: Query) -> Moment[list[list[Row]]]:
        """The same of the rows of these queries, in one trip to the server."""

        def in_one_trip(pool: Pool) -> Moment[list[list[Row]]]:
            with pool.session() as session:
                rows, *found = session.moment((STANDING, {}), *asked)
            return self._whole_archive(rows), found

        return self._repeated(lambda: self._up_to_date(in_one_trip))

    def _read_primary(self, question: Callable[[Session], Answer]) -> Answer:
        def once() -> Answer:
            with self._primary.session() as session, session.snapshot():
                return question(session)

        return self._repeated(once)

    def _repeated(self, ask: Callable[[], Answer]) -> Answer:
        try:
            return ask()
        except (StoreUnreachable, StoreLocked) as error:
            # After a restart of the server every open connection is a broken one; a replica breaks off what stands in
            # the way of what it replays.
            _log.info("asked once more: %s", error)
            self._primary.renew()
            if self._replica is not None:
                self._leave_replica_alone(error)
            return ask()

    def _up_to_date(self, read: Callable[[Pool], Moment[Answer]]) -> Moment[Answer]:
        """What is read on the replica if it has every write so far, else on the primary."""
        if self._replica is None or time.monotonic() < self._replica_away_until:
            return read(self._primary)
        # Asked every time, at the same time: a story that was killed by anybody a moment ago must not come from a
        # replica that lags.
        last = self._beside.submit(self._position, self._primary)
        found = self._caught_up(self._replica, last, read)
        return read(self._primary) if found is None else found

    def _caught_up(
        self, replica: Pool, last: Future[int], read: Callable[[Pool], Moment[Answer]]
    ) -> Moment[Answer] | None:
        """What is read on the replica once it has replayed this write; nothing where it lags or does not answer."""
        try:
            found = read(replica)
            if found[0].position >= last.result():
                return found
            deadline = time.monotonic() + LAG
            while time.monotonic() < deadline:
                if self._position(replica) >= last.result():
                    return read(replica)
                time.sleep(_LOOK_AGAIN)
        except StoreError as error:
            if last.exception() is not None:
                raise
            self._leave_replica_alone(error)
        return None

    @staticmethod
    def _position(pool: Pool) -> int:
        with pool.session() as session:
            return int(session.value("SELECT position FROM standing"))

    def _leave_replica_alone(self, error: StoreError) -> None:
        _log.warning("the replica is left alone for %.0f s: %s", _AWAY_SECONDS, error)
        self._replica_away_until = time.monotonic() + _AWAY_SECONDS
        if self._replica is not None:
            self._replica.renew()

    # Reading.

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """What is on file under these ids; unknown ids are left out."""
        return self._read(lambda session, _: heads.heads(session, article_ids))

    def article(self, article_id: str, version: int | None = None, *, fingerprint: str | None = None) -> Article | None:
        """One article, the newest version on file unless one is named, whatever its status."""
        return self._read(lambda session, _: reading.article(session, article_id, version, fingerprint))

    def versions(self, article_id: str) -> Sequence[Article]:
        """Every version of an article on file, the newest first."""
        return self._read(lambda session, _: reading.versions(session, article_id))

    def bearing(self, names: Collection[str]) -> Sequence[Article]:
        """The newest version, of whatever status, of every article that ever had one of these handles."""
        return self._read(lambda session, _: reading.bearing(session, names))

    def copies(self, article_ids: Collection[str], *, filters: Filters) -> Mapping[str, tuple[Article, ...]]:
        """For each of these articles the others that are searched, under these filters, and carry the same copy.

        Of one that is not searched any more its newest text counts.
        """
        _, rows = self._read_at_once(*reading.copies_asked(article_ids, filters))
        told = reading.copies_told(article_ids, rows, self._remembered.all())
        if told is not None:
            return told
        return self._read(lambda session, _: reading.copies(session, self._remembered, article_ids, filters))

    def changes(self, after: int, *, limit: int) -> Sequence[Change]:
        """What came in for articles that were on file, or went, after this sequence; the oldest first."""
        return self._read(lambda session, _: reading.changes(session, after, limit))

    def alerts(self, *, after: int = 0, settled: bool = False) -> Sequence[Alert]:
        """What is to be decided, numbered above ``after``, the oldest first; with ``settled`` what was, too."""
        return self._read(lambda session, _: notes.alerts(session, after, settled=settled))

    def served(self) -> Iterator[Article]:
        """Every version that is searched; one that is replaced meanwhile may come twice."""
        last = 0
        while found := self._served_after(last):
            last = found[-1][0]
            yield from (article for _, article in found)

    def _served_after(self, serving: int) -> list[tuple[int, Article]]:
        return self._read(lambda session, _: reading.served_after(session, serving, limit=_BATCH))

    def encoded(self, digests: Collection[int]) -> Mapping[int, Encoded]:
        """What texts with these digests, which are searched, were encoded to; what is not on file is left out."""
        return self._read(lambda session, _: reading.encoded(session, digests))

    def describe(self) -> Description:
        """Counts, encoder and schema; ``withdrawn`` counts the articles of which no version is searched."""
        return self._read(
            lambda session, standing: reading.describe(session, standing, place=self._place, schema=self._schema)
        )

    # Searching.

    def coverage(self, filters: Filters) -> Coverage:
        """What a search under these filters looks at."""
        _, _, [coverage] = self._counted([_COVERAGE], filters)
        return cast(Coverage, coverage)

    def _counted(
        self, counted: Sequence[Counted[Any]], filters: Filters, *asked: Query
    ) -> tuple[Standing, list[list[Row]], list[object]]:
        """Where the archive stands, the rows of these queries, and what is counted, all of one moment.

        Asked in one trip, and once more where the last counts are too old to go on from.
        """
        for anew in (False, True):
            counts = [self._coverages.counting(one, filters, anew=anew) for one in counted]
            standing, rows = self._read_at_once(*asked, *(query for one in counts for query in one.queries))
            left = iter(rows[len(asked) :])
            answers = [self._coverages.answer(one, standing, list(islice(left, len(one.queries)))) for one in counts]
            if all(answer is not None for answer in answers):
                break
        return standing, rows[: len(asked)], answers

    def candidates(
        self, vector: Awaited, words: Sequence[str], phrases: Sequence[Sequence[str]], *, filters: Filters, limit: int
    ) -> Candidates:
        """The nearest ``limit`` paragraphs by vector and by words, and those holding a phrase, filters applied inside.

        ``lexical`` is BM25 over all the words, and 0 for what was not among the best by words.
        """
        asked = candidates.Asked(made(vector), words, phrases, filters, limit)
        known = self._remembered.all()
        standing, [rare, found], [coverage] = self._counted([_COVERAGE], filters, *asked.queries(known))
        self._check_encoding(standing)
        read = candidates.versions(found)
        self._remembered.remember(read)
        return Candidates(
            items=candidates.candidates(found, known | read),
            frequencies=asked.frequencies(rare),
            paragraphs=standing.paragraphs,
            mean_words=standing.words / max(standing.paragraphs, 1),
            coverage=cast(Coverage, coverage),
        )

    # Who said what.

    def names(self, filters: Filters) -> Names:
        """Every name that a quotation on file is credited to, counted under these filters."""
        _, [said], [uses, coverage] = self._counted([_NAMES, _COVERAGE], filters, notes.JUDGEMENTS)
        return Names(
            uses=cast("tuple[NameUse, ...]", uses), judgements=notes.judgements(said), coverage=cast(Coverage, coverage)
        )

    def quotations(
        self,
        names: Collection[str],
        *,
        filters: Filters,
        kinds: Collection[Kind] = (),
        vector: Vector | None = None,
        limit: int,
        offset: int = 0,
    ) -> Page:
        """What is credited to one of these printed names, filters applied inside; no ``kinds`` means any.

        Newest first by day of publication, of one day the last served first, as printed; with a ``vector``, what
        stands in the nearest paragraphs first, and a statement's score is the cosine.
        """
        return self._read(
            lambda session, _: quotations.page(
                session, self._remembered, names, filters=filters, kinds=kinds, vector=vector, part=(limit, offset)
            )
        )

    def quotations_in(self, places: Sequence[Place]) -> Sequence[tuple[Quotation, ...]]:
        """For each of these paragraphs the quotations that begin there, as printed.

        None where its version is not the one that is searched: the spans of one text are never given for another.
        """
        _, [rows, credits] = self._read_at_once(*quotations.quotations_there(places))
        return quotations.beginning_in(places, rows, credits)

    def sentences(self, places: Sequence[Place]) -> Sequence[bytes]:
        """For each of these paragraphs the codes of its sentences' vectors, empty where none are kept."""
        _, [rows] = self._read_at_once(quotations.sentences_there(places))
        return quotations.sentences_in(places, rows)

    # Writing.

    def changing(self) -> AbstractContextManager[None]:
        """Nobody else writes until it ends; waits for whoever does, and raises StoreLocked after a while."""
        return self._changing_alone()

    @contextmanager
    def _changing_alone(self) -> Iterator[None]:
        with self._alone():
            yield

    @contextmanager
    def _alone(self) -> Iterator[Session]:
        """A session of the only writer; whoever has it gets it once more."""
        if not self._writing_allowed:
            raise StoreReadOnly(f"{self._place} was opened for reading; open it with writing=True")
        with self._changing, translated(self._place):
            if self._writer is not None:
                yield self._writer
                return
            with self._primary.session() as session, session.unhurried(), self._locked(session):
                self._writer = session
                try:
                    yield session
                finally:
                    self._writer = None

    @contextmanager
    def _locked(self, session: Session) -> Iterator[None]:
        try:
            session.run("SELECT set_config('lock_timeout', %(patience)s, false)", {"patience": f"{self._patience}s"})
            session.run("SELECT pg_advisory_lock(%(number)s)", {"number": _WRITERS})
        except LockNotAvailable as error:
            raise StoreLocked(
                f"somebody else has been writing to {self._place} for over {self._patience:.0f} s: wait until "
                "`onrecord reindex` or whatever writes there has finished, or stop it"
            ) from error
        try:
            yield
        finally:
            # A lost connection has let go of it.
            if not session.connection.closed:
                session.run("SELECT pg_advisory_unlock(%(number)s)", {"number": _WRITERS})

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """A transaction of the only writer."""
        with self._alone() as session, session.change():
            standing = self._standing(session)
            if standing.restoring is not None:
                raise StoreError(f"{self._place}: an archive is being moved here: let `onrecord migrate` finish first")
            yield session

    def put(self, entries: Iterable[Entry]) -> None:
        """Write each entry whole in a transaction of its own; on return all of them survive a crash."""
        with self._alone():
            self._sweep()
            for entry in entries:
                check_entry(entry, self._dimension)
                with self._writing() as session:
                    self._take_encoding(session)
                    Writing(session).put(entry)

    def _sweep(self) -> None:
        """Delete what a writer left that did not come to its end, and that nobody sees."""
        with self._writing() as session:
            Writing(session).sweep()

    def _take_encoding(self, session: Session) -> None:
        """Have the archive belong to the configured encoder; raises EncoderMismatch where it is another's."""
        standing = self._standing(session)
        self._check_encoding(standing)
        if standing.encoder is None:
            fix_dimension(session, self._dimension)
            make_index(session)
            self._remember_encoding(session)

    def _remember_encoding(self, session: Session) -> None:
        session.run(
            "UPDATE standing SET encoder = %(encoder)s, dimension = %(dimension)s",
            {"encoder": self._encoder, "dimension": self._dimension},
        )

    def arrived(self, outlets: Iterable[str], *, at: datetime) -> None:
        """Remember that articles of these outlets, new or known, were taken in at this time; the latest counts."""
        with self._writing() as session:
            notes.arrived(session, set(outlets), at)

    def remove(self, article_ids: Sequence[str]) -> int:
        """Forget these articles, every version; returns how many there were."""
        with self._writing() as session:
            return Writing(session).remove(article_ids)

    def alert(self, alerts: Iterable[Alert]) -> None:
        """Write down what a person has to decide; the same words of the same articles are written down once."""
        with self._writing() as session:
            notes.alert(session, alerts)
            Writing(session).moved()

    def settle(self, number: int, *, at: datetime) -> bool:
        """Note that a person has decided; False where there is no such alert to be decided."""
        with self._writing() as session:
            Writing(session).moved()
            return notes.settle(session, number, at)

    def judge(self, judgements: Iterable[Judgement]) -> None:
        """Remember these, whatever becomes of the articles; the last word on a pair of names counts."""
        with self._writing() as session:
            notes.judge(session, judgements)
            Writing(session).wrote()

    def serve_again(self, entries: Iterable[Entry]) -> int:
        """Put new words and vectors, by the configured encoder, in place of all; returns how many articles.

        All in one transaction: a reader sees the old encoder's or the new one's, never both. Readers wait until it has
        ended where the new vectors have another length.
        """
        with self._writing() as session:
            count = restoring.serve_again(session, entries, self._standing(session), self._dimension)
            self._remember_encoding(session)
        self._sweep()
        return count

    # Moving.

    def dossiers(self) -> Iterator[Dossier]:
        """Every article on file, those of which nothing is searched first, the others in the order of their serving.

        Of a store that nobody writes to meanwhile; a few articles at a time are in memory.
        """
        place = restoring.BEGINNING
        while found := self._dossiers_after(place):
            place = found[-1][0]
            yield from (dossier for _, dossier in found)

    def _dossiers_after(self, place: restoring.Mark) -> list[tuple[restoring.Mark, Dossier]]:
        return self._read(lambda session, _: restoring.dossiers_after(session, place, limit=_BATCH))

    def logbook(self) -> Logbook:
        """What is on file beside the articles."""
        return self._read(restoring.logbook)

    def restore(self, dossiers: Iterable[Dossier], logbook: Logbook) -> int:
        """Keep all of this in an empty store; returns how many articles.

        One that was broken off is taken up where it stopped; until it has ended nothing else can be done with the
        store. Raises StoreError where the store holds anything of its own.
        """
        with self._alone() as session:
            return restoring.Restoring(session, self._place, self._dimension).take(dossiers, logbook)


def prepare(url: str, *, writing: bool) -> int:
    """Bring the tables up to date, and make them if need be for one who writes; returns the schema's number.

    Raises StoreError where there is no archive to read, StoreTooNew, and whatever the server refuses.
    """
    place = shown(url)
    with translated(place):
        with connect(url) as connection:
            found = check_known(connection, place)
        if not found and not writing:
            raise StoreError(f"{place} holds no archive yet: `onrecord ingest PATH` makes one")
        if found < newest():
            migrate(partial(connect, url), place)
    return newest()


def replace_vectors(
    url: str, *, encoder: str, dimension: int, entries: Callable[[Iterable[Article]], Iterable[Entry]]
) -> int:
    """Put what ``entries`` makes of all searched articles in place of what is searched, all or nothing; how many.

    The archive belongs to this encoder from then on.
    """
    with PostgresStore(url, encoder=encoder, dimension=dimension, writing=True, any_encoder=True) as store:
        return store.serve_again(entries(store.served()))
