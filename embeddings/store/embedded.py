"""The default engine: one folder, where SQLite holds everything and FAISS the vectors once more, for searching.

Any number of processes read, and write in turns. A question is answered from one SQLite snapshot: what was
committed before it began is what it sees, and what it keeps in memory is brought up to that state first.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from embeddings.errors import EncoderMismatch, StoreError, StoreFull, StoreLocked, StoreReadOnly
from embeddings.news import Alert, Article, Change, Coverage, Filters, Judgement, Kind, Quotation, Statement
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
)
from embeddings.store.building import EVERY, Builder
from embeddings.store.checks import check_entry
from embeddings.store.rows import DATABASE, Encoding, Rows, translated
from embeddings.store.schema import NEWEST
from embeddings.store.searched import Searched
from embeddings.store.vectors import Ids, Mask

LOCK = "writer.lock"

PATIENCE = 60.0
"""Seconds that a writer waits for another one."""

TOGETHER = 64
"""So many entries are kept at a time: each time costs a disk's round trip."""

FORMER = "vectors.faiss"
"""The file that older versions kept vectors in."""

_DOSSIERS = 16
"""How many are read in one snapshot."""

_A_FILE = "{} is a file: an archive is a folder; name it, or one that is not there yet"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_log = logging.getLogger(__name__)


class EmbeddedStore:
    """An archive in one folder, for any number of processes, of which one writes at a time; threads may share it."""

    def __init__(  # noqa: PLR0913 - each is a setting of its own
        self,
        folder: Path,
        *,
        encoder: str,
        dimension: int,
        writing: bool,
        threads: int = 1,
        any_encoder: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        """Open the archive; ``any_encoder`` lets one of another encoder be described, read and reindexed.

        ``patience`` is how many seconds a write waits for another writer.
        """
        self._folder = folder
        self._encoding = Encoding(encoder, dimension)
        self._asking, self._changing = RLock(), RLock()
        self._patience = patience
        self._lock: FileLock | None = None
        self._writer: Rows | None = None
        try:
            self._writer = self._open_writer() if writing else None
            self._reader = self._open_reader()
            if not any_encoder:
                self._check_whole(self._reader)
                self._check_encoding(self._reader)
        except BaseException:
            self._let_go()
            raise
        self._searched = Searched(folder, self._encoding, threads=threads, rows=lambda: self._reader)
        self._builder = Builder(folder, self._encoding, threads=threads)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open_writer(self) -> Rows:
        self._lock = _lock_of(self._folder)
        with self._alone():
            with translated(self._folder):
                rows = Rows.writing(self._folder / DATABASE)
            for former in self._folder.glob(f"{FORMER}*"):
                former.unlink(missing_ok=True)
            return rows

    def _open_reader(self) -> Rows:
        require_archive(self._folder)
        with translated(self._folder):
            rows = Rows.reading(self._folder / DATABASE)
            if rows.schema() >= NEWEST:
                return rows
            rows.close()
        self._bring_up_to_date()
        with translated(self._folder):
            return Rows.reading(self._folder / DATABASE)

    def _bring_up_to_date(self) -> None:
        """Apply the steps that an archive of an older Onrecord lacks."""
        lock = _lock_of(self._folder)
        with _held(lock, self._folder, self._patience), translated(self._folder):
            Rows.writing(self._folder / DATABASE).close()

    @contextmanager
    def _alone(self, *, patience: float | None = None) -> Iterator[None]:
        """Nobody else writes to the folder."""
        if self._lock is None:
            raise StoreReadOnly(f"{self._folder} was opened for reading; open it with writing=True")
        with self._changing, _held(self._lock, self._folder, self._patience if patience is None else patience):
            yield

    def changing(self) -> AbstractContextManager[None]:
        """Nobody else writes until it ends; waits for whoever does, and raises StoreLocked after a while."""
        return self._alone()

    def _check_encoding(self, rows: Rows) -> None:
        with translated(self._folder):
            found = rows.encoding()
        if found is not None and found != self._encoding:
            asked = self._encoding
            raise EncoderMismatch(
                f"the archive's vectors were made by {found.encoder} ({found.dimension} dimensions), but "
                f"{asked.encoder} ({asked.dimension} dimensions) is configured: `onrecord reindex` embeds everything "
                "again with the configured one, or set ONRECORD_ENCODER / ONRECORD_MODEL back"
            )

    def _check_whole(self, rows: Rows) -> None:
        with translated(self._folder):
            unfinished = rows.dossiers.unfinished()
        if unfinished:
            raise StoreError(
                f"a move into {self._folder} has not finished: run `onrecord migrate` again, or delete the folder"
            )

    # Reading.

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """What is on file under these ids; unknown ids are left out."""
        with self._reading() as rows:
            found = {article_id: rows.head(article_id) for article_id in article_ids}
        return {article_id: head for article_id, head in found.items() if head is not None}

    def article(self, article_id: str, version: int | None = None, *, fingerprint: str | None = None) -> Article | None:
        """One article, the newest version on file unless one is named, whatever its status."""
        with self._reading() as rows:
            return rows.article(article_id, version, fingerprint)

    def versions(self, article_id: str) -> Sequence[Article]:
        """Every version of an article on file, the newest first."""
        with self._reading() as rows:
            return rows.versions(article_id)

    def bearing(self, names: Collection[str]) -> Sequence[Article]:
        """The newest version, of whatever status, of every article that ever had one of these handles."""
        with self._reading() as rows:
            return rows.bearing(names)

    def copies(self, article_ids: Collection[str], *, filters: Filters) -> Mapping[str, tuple[Article, ...]]:
        """For each of these articles the others that are searched, under these filters, and carry the same copy.

        Of one that is not searched any more its newest text counts.
        """
        with self._reading() as rows:
            self._catch_up(rows)
            allowed = self._searched.allowed(rows, filters)
            return {article_id: self._copies(rows, article_id, allowed) for article_id in article_ids}

    def _copies(self, rows: Rows, article_id: str, allowed: Mask) -> tuple[Article, ...]:
        catalogue = self._searched.catalogue
        places = catalogue.places(np.array(rows.carriers(article_id), dtype=np.int64))
        return tuple(map(self._searched.article, catalogue["version"][places[allowed[places]]].tolist()))

    def changes(self, after: int, *, limit: int) -> Sequence[Change]:
        """What came in for articles that were on file, or went, after this sequence; the oldest first."""
        with self._reading() as rows:
            return rows.changes(after, limit)

    def alerts(self, *, after: int = 0, settled: bool = False) -> Sequence[Alert]:
        """What is to be decided, numbered above ``after``, the oldest first; with ``settled`` what was, too."""
        with self._reading() as rows:
            return rows.alerts.all(after, settled=settled)

    def served(self) -> Iterator[Article]:
        """Every version that is searched; one that is replaced meanwhile may come twice."""
        last = 0
        while True:
            with self._reading() as rows:
                found = rows.served_after(last, limit=100)
                articles = [rows.version(version) for _, version in found]
            if not found:
                return
            last = found[-1][0]
            yield from articles

    def describe(self) -> Description:
        """Counts, encoder and schema; ``withdrawn`` counts the articles of which no version is searched."""
        with self._reading() as rows:
            encoding = rows.encoding()
            if known := encoding in (None, self._encoding):
                self._catch_up(rows)
            return Description(
                location=str(self._folder),
                encoder=encoding.encoder if encoding else None,
                dimension=encoding.dimension if encoding else None,
                schema=rows.schema(),
                last_write=rows.last_write(),
                last_ingest=rows.last_ingest(),
                sources=rows.arrivals(),
                exact=self._searched.index.exact if known else None,
                **rows.counts()._asdict(),
            )

    @contextmanager
    def _reading(self) -> Iterator[Rows]:
        with self._asking:
            if self._reader.outdated():
                self._reopen()
            with translated(self._folder), self._reader.snapshot():
                self._check_whole(self._reader)
                yield self._reader

    def _reopen(self) -> None:
        self._reader.close()
        self._reader = self._open_reader()
        self._searched.position = None

    # Searching.

    def coverage(self, filters: Filters) -> Coverage:
        """What a search under these filters looks at."""
        with self._reading() as rows:
            self._catch_up(rows)
            return self._searched.catalogue.coverage(self._searched.allowed(rows, filters))

    def candidates(
        self, vector: Awaited, words: Sequence[str], phrases: Sequence[Sequence[str]], *, filters: Filters, limit: int
    ) -> Candidates:
        """The nearest ``limit`` paragraphs by vector and by words, and those holding a phrase, filters applied inside.

        ``lexical`` is BM25, and 0 for what was not among the best by words.
        """
        with self._reading() as rows:
            self._catch_up(rows)
            allowed = self._searched.allowed(rows, filters)
            return self._searched.candidates(rows, vector, words, phrases, limit, allowed)

    def encoded(self, digests: Collection[int]) -> Mapping[int, Encoded]:
        """What texts with these digests, which are searched, were encoded to; what is not on file is left out."""
        with self._reading() as rows:
            if digests and rows.encoding() == self._encoding:
                return rows.windows.encoded(digests, dimension=self._encoding.dimension)
            return {}

    # Who said what.

    def names(self, filters: Filters) -> Names:
        """Every name that a quotation on file is credited to, counted under these filters."""
        with self._reading() as rows:
            self._catch_up(rows)
            articles = self._searched.allowed(rows, filters)
            coverage = self._searched.catalogue.coverage(articles)
            uses = self._searched.credits.names(rows.quotations, filters, articles)
            return Names(uses=uses, judgements=rows.quotations.judgements(), coverage=coverage)

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
        with self._reading() as rows:
            self._catch_up(rows)
            searched, catalogue = self._searched, self._searched.catalogue
            table = np.array(rows.quotations.credited(names, kinds), dtype=np.int64).reshape(-1, 3)
            table = table[searched.allowed(rows, filters)[catalogue.places(table[:, 1])]]
            cosines = np.zeros(len(table))
            if vector is not None:
                by_paragraph = searched.with_cosines(rows, table[:, 2].tolist(), vector, {})
                cosines = np.array([by_paragraph[paragraph] for paragraph in table[:, 2].tolist()])
            chosen = self._newest_first(table, cosines)[offset : offset + limit]
            found = zip(
                searched.articles(table[chosen, 2]),
                rows.quotations.quotations(table[chosen, 0].tolist()),
                cosines[chosen].tolist(),
                strict=True,
            )
            statements = tuple(Statement(article=one, quotation=each, score=score) for one, each, score in found)
        return Page(statements=statements, total=len(table))

    def _newest_first(self, table: Ids, cosines: NDArray[Any]) -> Ids:
        """The order of quotations: nearest by cosine, newest by day, last served, as printed."""
        catalogue = self._searched.catalogue
        days = catalogue["day"][catalogue.places(table[:, 1])]
        # Cosines of the same words differ in their last digits by where they stand.
        return np.lexsort((table[:, 0], -table[:, 1], -days, -np.round(cosines, 5)))

    def quotations_in(self, places: Sequence[Place]) -> Sequence[tuple[Quotation, ...]]:
        """For each of these paragraphs the quotations that begin there, as printed.

        None where its version is not the one that is searched: the spans of one text are never given for another.
        """
        with self._reading() as rows:
            searched = [rows.searched(article) for article, _ in places]
            numbers = [one.numbered(ordinal) if one else 0 for one, (_, ordinal) in zip(searched, places, strict=True)]
            found = rows.quotations.beginning_in(set(numbers))
        return [found.get(number, ()) for number in numbers]

    def sentences(self, places: Sequence[Place]) -> Sequence[bytes]:
        """For each of these paragraphs the codes of its sentences' vectors, empty where none are kept."""
        with self._reading() as rows:
            return [self._sentences(rows, *place) for place in places]

    def _sentences(self, rows: Rows, article: Article, ordinal: int) -> bytes:
        found = rows.searched(article)
        return rows.windows.sentences(found.numbered(ordinal), found.window, found.windows) if found else b""

    def _catch_up(self, rows: Rows) -> None:
        """Bring what is kept in memory to the state of the open snapshot."""
        position = rows.position()
        if position != self._searched.position:
            self._check_encoding(rows)
            self._searched.catch_up(rows, position)

    # Writing.

    def put(self, entries: Iterable[Entry]) -> None:
        """Write each entry whole or not at all; on return all of them survive a crash."""
        # Entries that are made on the way may ask for what was written before them.
        together = TOGETHER if isinstance(entries, Sequence) else 1
        rest, went_on = iter(entries), True
        with self._writing() as rows:
            while went_on:
                went_on = self._put(rows, islice(rest, together))

    def _put(self, rows: Rows, entries: Iterable[Entry]) -> bool:
        """Write these together; whether there were any."""
        windows, count = 0, 0
        with translated(self._folder), rows.together():
            for entry in entries:
                check_entry(entry, self._encoding.dimension)
                self._check_encoding(rows)
                with rows.whole():
                    rows.remember_encoding(self._encoding)
                    rows.put(entry)
                windows, count = windows + len(entry.vectors), count + 1
        self._builder.wrote(windows)
        return count > 0

    def arrived(self, outlets: Iterable[str], *, at: datetime) -> None:
        """Remember that articles of these outlets, new or known, were taken in at this time; the latest counts."""
        with self._writing() as rows, translated(self._folder), rows.change():
            rows.arrived(outlets, at)

    def remove(self, article_ids: Sequence[str]) -> int:
        """Forget these articles, every version; returns how many there were. Nothing of them is left in a file."""
        with self._writing() as rows, translated(self._folder):
            with rows.change():
                removed, windows = rows.remove(article_ids)
            if removed:
                with self._asking:
                    gone = np.array([window for each in windows for window in each], dtype=np.int64)
                    self._searched.index.forget(np.sort(gone))
                rows.forget_log()
            return removed

    def alert(self, alerts: Iterable[Alert]) -> None:
        """Write down what a person has to decide; the same words of the same articles are written down once."""
        with self._writing() as rows, translated(self._folder), rows.change():
            rows.alerts.insert(alerts)

    def settle(self, number: int, *, at: datetime) -> bool:
        """Note that a person has decided; False where there is no such alert to be decided."""
        with self._writing() as rows, translated(self._folder), rows.change():
            return rows.alerts.settle(number, at)

    def judge(self, judgements: Iterable[Judgement]) -> None:
        """Remember these, whatever becomes of the articles; the last word on a pair of names counts."""
        with self._writing() as rows, translated(self._folder), rows.change():
            rows.quotations.judge(judgements)
            rows.wrote()

    def serve_again(self, entries: Iterable[Entry]) -> int:
        """Put new words and vectors, by the configured encoder, in place of all; returns how many articles.

        All in one transaction: a reader sees the old encoder's or the new one's, never both.
        """
        count = 0
        with self._writing() as rows, translated(self._folder), rows.change():
            last = rows.newest_serving()
            for entry in entries:
                check_entry(entry, self._encoding.dimension)
                count += rows.serve_again(entry)
            if left := rows.served_before(last):
                raise ValueError(f"{left} searched articles were left out")
            rows.remember_encoding(self._encoding)
            rows.wrote()
        return count

    @contextmanager
    def _writing(self) -> Iterator[Rows]:
        with self._alone():
            assert self._writer is not None
            self._check_whole(self._writer)
            yield self._writer

    # Moving.

    def dossiers(self) -> Iterator[Dossier]:
        """Every article on file, those of which nothing is searched first, the others in the order of their serving."""
        for searched in (False, True):
            last = 0
            while True:
                with self._reading() as rows:
                    found = rows.dossiers.after(last, searched=searched, limit=_DOSSIERS)
                if not found:
                    break
                last = found[-1][0]
                yield from (dossier for _, dossier in found)

    def logbook(self) -> Logbook:
        """What is on file beside the articles."""
        with self._reading() as rows:
            return rows.dossiers.logbook()

    def restore(self, dossiers: Iterable[Dossier], logbook: Logbook) -> int:
        """Keep all of this in an empty archive, or what is missing of it in one that a move has begun to fill."""
        encoding = None if logbook.encoder is None else Encoding(logbook.encoder, logbook.dimension or 0)
        with self._alone():
            assert self._writer is not None
            if encoding not in (None, self._encoding):
                raise EncoderMismatch(f"{self._folder} is opened for {self._encoding.encoder}: open it for {encoding}")
            with translated(self._folder):
                count = self._writer.dossiers.restore(dossiers, logbook, encoding)
        self._builder.wrote(EVERY)
        return count

    # Letting go.

    def close(self) -> None:
        """Let go of files and connections; the writer sees first to the files that the next start is quicker by."""
        with self._changing, self._asking:
            try:
                if self._writer is not None:
                    self._builder.finish()
            finally:
                self._let_go()

    def _let_go(self) -> None:
        for rows in (getattr(self, "_reader", None), self._writer):
            if rows is not None:
                rows.close()
        self._writer = None
        if hasattr(self, "_searched"):
            self._searched.close()


def require_archive(folder: Path) -> None:
    """Raise StoreError where the folder holds no archive."""
    try:
        there = (folder / DATABASE).exists()
    except OSError as error:
        raise StoreError(f"{folder} cannot be entered ({error.strerror}): check its permissions") from error
    if folder.is_file():
        raise StoreError(_A_FILE.format(folder))
    if not there:
        raise StoreError(f"no archive in {folder}: `onrecord ingest PATH` makes one")


def replace_vectors(
    folder: Path, *, encoder: str, dimension: int, entries: Callable[[Iterable[Article]], Iterable[Entry]]
) -> int:
    """Put what ``entries`` makes of all searched articles in place of what is searched, all or nothing; how many.

    The archive belongs to this encoder from then on.
    """
    with EmbeddedStore(folder, encoder=encoder, dimension=dimension, writing=True, any_encoder=True) as store:
        return store.serve_again(entries(store.served()))


def _lock_of(folder: Path) -> FileLock:
    """The writers' lock on the folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(folder, error) from error
    return FileLock(folder / LOCK, thread_local=False)


@contextmanager
def _held(lock: FileLock, folder: Path, patience: float) -> Iterator[None]:
    """Hold the lock; whoever holds it already holds it once more."""
    try:
        lock.acquire(timeout=patience, poll_interval=0.02)
    except Timeout as error:
        raise StoreLocked(
            f"somebody else has been writing to {folder} for over {patience:.0f} s: wait until `onrecord reindex` or "
            "whatever writes there has finished, or stop it"
        ) from error
    except OSError as error:
        raise _refused(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def _refused(folder: Path, error: OSError) -> StoreError:
    if error.errno in _NO_ROOM:
        return StoreFull(f"{folder}: no room left on the device; make room and run the command again")
    if isinstance(error, FileExistsError):
        return StoreError(_A_FILE.format(folder))
    return StoreReadOnly(
        f"{folder} cannot be written ({error.strerror}): check its permissions, or choose another folder"
    )
