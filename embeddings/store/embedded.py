"""The default engine: one folder, where SQLite holds everything and FAISS the vectors for searching.

Any number of processes read, and write in turns. A question is answered from one SQLite snapshot: what was
committed before it began is what it sees, and what it keeps in memory is brought up to that state first.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from embeddings.errors import EncoderMismatch, StoreError, StoreFull, StoreLocked, StoreReadOnly
from embeddings.news import (
    Alert,
    Article,
    Change,
    Coverage,
    Filters,
    Judgement,
    Kind,
    NameUse,
    Quotation,
    Statement,
)
from embeddings.store import Candidate, Candidates, Description, Entry, Head, Names, Page, Place, Vector
from embeddings.store.catalogue import Catalogue, last_id
from embeddings.store.checks import check_entry
from embeddings.store.rows import DATABASE, Encoding, Position, Rows, translated
from embeddings.store.schema import NEWEST
from embeddings.store.vectors import Generation, Ids, Mask, VectorFileRefused, Vectors, sweep

LOCK = "writer.lock"

WORD_ROWS = 2_000
"""How many paragraphs the rarest words of a question may bring in before the commoner ones are left out."""

PHRASE_PARAGRAPHS = 50
"""How many paragraphs that hold a phrase are taken along."""

SAVE_EVERY = 20_000
"""How many new windows a long write may add before the vector file is saved."""

PATIENCE = 60.0
"""Seconds that a writer waits for another one."""

_CACHED_ARTICLES = 2_048
_CACHED_NAMES = 4
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
Ranked = tuple[Ids, NDArray[np.float64]]
_NOTHING = (np.zeros(0, dtype=np.int64), np.zeros(0))
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
        self._threads = threads
        self._asking, self._changing = RLock(), RLock()
        self._patience = patience
        self._lock: FileLock | None = None
        self._writer: Rows | None = None
        try:
            self._writer = self._open_writer() if writing else None
            self._reader = self._open_reader()
            if not any_encoder:
                self._check_encoding(self._reader)
        except BaseException:
            self._let_go()
            raise
        self._article: Callable[[int], Article] = lru_cache(_CACHED_ARTICLES)(lambda row: self._reader.version(row))
        self._catalogue, self._vectors = Catalogue(), Vectors(dimension, threads=threads)
        self._position: Position | None = None
        self._frequencies: dict[str, int] = {}
        self._uses: dict[bytes, tuple[NameUse, ...]] = {}
        self._saved = -1
        self._unsaved = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open_writer(self) -> Rows:
        self._lock = _lock_of(self._folder)
        with self._alone():
            sweep(self._folder)
            with translated(self._folder):
                return Rows.writing(self._folder / DATABASE)

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
            allowed = self._allowed(rows, filters)
            return {article_id: self._copies(rows, article_id, allowed) for article_id in article_ids}

    def _copies(self, rows: Rows, article_id: str, allowed: Mask) -> tuple[Article, ...]:
        others = np.array(rows.carriers(article_id), dtype=np.int64)
        places = self._catalogue.articles(others)
        return tuple(self._article(row) for row in self._catalogue.version_rows(places[allowed[places]]))

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
            return Description(
                location=str(self._folder),
                encoder=encoding.encoder if encoding else None,
                dimension=encoding.dimension if encoding else None,
                schema=rows.schema(),
                last_write=rows.last_write(),
                last_ingest=rows.last_ingest(),
                sources=rows.arrivals(),
                **rows.counts()._asdict(),
            )

    @contextmanager
    def _reading(self) -> Iterator[Rows]:
        with self._asking:
            if self._reader.outdated():
                self._reopen()
            with translated(self._folder), self._reader.snapshot():
                yield self._reader

    def _reopen(self) -> None:
        self._reader.close()
        self._reader = self._open_reader()
        self._position = None

    # Searching.

    def coverage(self, filters: Filters) -> Coverage:
        """What a search under these filters looks at."""
        with self._reading() as rows:
            self._catch_up(rows)
            return self._catalogue.coverage(self._allowed(rows, filters))

    def candidates(
        self, vector: Vector, words: Sequence[str], phrases: Sequence[Sequence[str]], *, filters: Filters, limit: int
    ) -> Candidates:
        """The nearest ``limit`` paragraphs by vector and by words, and those holding a phrase, filters applied inside.

        ``lexical`` is BM25 over the words that were looked up, and 0 for what was not among the best by words.
        """
        with self._reading() as rows:
            self._catch_up(rows)
            catalogue = self._catalogue
            articles = self._allowed(rows, filters)
            mask = catalogue.paragraph_mask(articles)
            frequencies = {word: self._frequency(word) for word in words}
            near = self._nearest(vector, mask, limit)
            matches = self._matching(frequencies, mask, limit)
            held = self._holding(phrases, mask)
            scores = dict(zip(matches[0].tolist(), matches[1].tolist(), strict=True))
            places = np.unique(np.concatenate([near, matches[0], held]))
            return Candidates(
                items=self._items(places, vector, scores),
                frequencies=frequencies,
                paragraphs=catalogue.paragraphs,
                mean_words=catalogue.total_words / max(catalogue.paragraphs, 1),
                coverage=catalogue.coverage(articles),
            )

    def _allowed(self, rows: Rows, filters: Filters) -> Mask:
        """Which articles may be looked at."""
        mask = self._catalogue.allowed(filters)
        return mask & self._catalogue.among(rows.quotations.quoting(filters.speakers)) if filters.speakers else mask

    def _frequency(self, word: str) -> int:
        if word not in self._frequencies:
            self._frequencies[word] = self._reader.frequency(word)
        return self._frequencies[word]

    def _nearest(self, vector: Vector, mask: Mask | None, limit: int) -> Ids:
        """The places of the nearest paragraphs, each once; asks for more windows until there are enough."""
        owners = self._catalogue.paragraph_of
        windows = None if mask is None else mask[owners]
        total = len(owners) if windows is None else int(windows.sum())
        count = min(total, limit + limit // 2)
        while True:
            found = owners[self._vectors.nearest(vector, count, allowed=windows)]
            places = found[np.sort(np.unique(found, return_index=True)[1])]
            if len(places) >= limit or count >= total:
                return np.asarray(places[:limit], dtype=np.int64)
            count = min(total, count * 4)

    def _matching(self, frequencies: Mapping[str, int], mask: Mask | None, limit: int) -> Ranked:
        """The places of the paragraphs that hold the rarest words of the question, best first, and their scores."""
        known = sorted(frequencies, key=lambda word: (frequencies[word], word))
        rare = _rarest(known, frequencies)
        found = self._best(partial(self._reader.matching, rare), mask, limit) if rare else _NOTHING
        if len(found[0]) < limit and len(rare) < len(known):
            found = self._best(partial(self._reader.matching, known), mask, limit)
        return found

    def _holding(self, phrases: Sequence[Sequence[str]], mask: Mask | None) -> Ids:
        asked = [phrase for phrase in phrases if phrase]
        return self._best(partial(self._reader.holding, asked), mask, PHRASE_PARAGRAPHS)[0] if asked else _NOTHING[0]

    def _best(self, find: Callable[..., Sequence[tuple[int, float]]], mask: Mask | None, count: int) -> Ranked:
        """The best ``count`` that the mask lets through, best first."""
        if mask is None or 2 * np.count_nonzero(mask) > len(mask):
            # Most are let through: a few more than are wanted will do nearly always, and spare reading all of them.
            rows = find(best=4 * count)
            places, scores = self._ranked(rows, mask)
            if len(places) >= count or len(rows) < 4 * count:
                return places[:count], scores[:count]
        places, scores = self._ranked(find(), mask)
        return places[:count], scores[:count]

    def _ranked(self, rows: Sequence[tuple[int, float]], mask: Mask | None) -> Ranked:
        """Places and scores of the rows that the mask lets through, best first."""
        table = np.array(rows, dtype=np.float64).reshape(-1, 2)
        places, scores = self._catalogue.places(table[:, 0].astype(np.int64)), table[:, 1]
        if mask is not None:
            places, scores = places[mask[places]], scores[mask[places]]
        order = np.lexsort((places, -scores))
        return places[order], scores[order]

    def _items(self, places: Ids, vector: Vector, scores: Mapping[int, float]) -> list[Candidate]:
        """The candidates at these places, nearest first."""
        cosines = self._cosines(places, vector)
        ordinals, versions = self._catalogue.ordinals[places].tolist(), self._catalogue.versions(places)
        return [
            Candidate(self._article(versions[i]), ordinals[i], float(cosines[i]), scores.get(int(places[i]), 0.0))
            for i in np.argsort(-cosines, kind="stable").tolist()
        ]

    def _cosines(self, places: Ids, vector: Vector) -> NDArray[np.float32]:
        """The best cosine of each paragraph's windows with the question; 0 for a paragraph without any."""
        windows, owners = self._catalogue.windows_of(places)
        best = np.full(len(places), -np.inf, dtype=np.float32)
        if len(windows):
            np.maximum.at(best, owners, self._vectors.at(windows) @ vector.reshape(-1))
        return np.where(np.isneginf(best), np.float32(0), best)

    # Who said what.

    def names(self, filters: Filters) -> Names:
        """Every name that a quotation on file is credited to, counted under these filters."""
        with self._reading() as rows:
            self._catch_up(rows)
            articles = self._allowed(rows, filters)
            coverage = self._catalogue.coverage(articles)
            return Names(uses=self._used(rows, articles), judgements=rows.quotations.judgements(), coverage=coverage)

    def _used(self, rows: Rows, articles: Mask) -> tuple[NameUse, ...]:
        key = articles.tobytes()
        if key not in self._uses:
            if len(self._uses) >= _CACHED_NAMES:
                self._uses.clear()
            self._uses[key] = rows.quotations.names(self._catalogue.servings(articles))
        return self._uses[key]

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
            table = np.array(rows.quotations.credited(names, kinds), dtype=np.int64).reshape(-1, 3)
            table = table[self._allowed(rows, filters)[self._catalogue.articles(table[:, 1])]]
            places = self._catalogue.places(table[:, 2])
            cosines = np.zeros(len(table)) if vector is None else self._cosines(places, vector)
            chosen = self._newest_first(table, cosines)[offset : offset + limit]
            quotations = rows.quotations.quotations(table[chosen, 0].tolist())
            statements = self._statements(quotations, places[chosen], cosines[chosen])
        return Page(statements=statements, total=len(table))

    def _newest_first(self, table: Ids, cosines: NDArray[Any]) -> Ids:
        """The order of quotations: nearest by cosine, newest by day, last served, as printed."""
        days = self._catalogue.days(self._catalogue.articles(table[:, 1]))
        # Cosines of the same words differ in their last digits by where they stand.
        return np.lexsort((table[:, 0], -table[:, 1], -days, -np.round(cosines, 5)))

    def _statements(self, quotations: Sequence[Quotation], places: Ids, cosines: NDArray[Any]) -> tuple[Statement, ...]:
        versions = self._catalogue.versions(places)
        return tuple(
            Statement(article=self._article(version), quotation=quotation, score=float(cosine))
            for version, quotation, cosine in zip(versions, quotations, cosines, strict=True)
        )

    def quotations_in(self, places: Sequence[Place]) -> Sequence[tuple[Quotation, ...]]:
        """For each of these paragraphs the quotations that begin there, as printed.

        None where its version is not the one that is searched: the spans of one text are never given for another.
        """
        articles = {id(article): article for article, _ in places}
        with self._reading() as rows:
            searched = {key: rows.searched_paragraphs(article) for key, article in articles.items()}
            paragraphs = [searched[id(article)].get(ordinal, 0) for article, ordinal in places]
            found = rows.quotations.beginning_in(set(paragraphs))
        return [found.get(paragraph, ()) for paragraph in paragraphs]

    # Keeping step.

    def _catch_up(self, rows: Rows) -> None:
        """Bring what is kept in memory to the state of the open snapshot."""
        position = rows.position()
        if position == self._position:
            return
        self._check_encoding(rows)
        before, self._position = self._position, None
        self._frequencies.clear()
        self._uses.clear()
        if before is None:
            # Also after a catch-up that failed half-way: what is in memory is then of no known state.
            self._catalogue = Catalogue()
            self._catalogue.catch_up(rows, 0)
            self._load_vectors(rows, position)
        else:
            self._vectors.remove(self._catalogue.catch_up(rows, before.sequence))
            self._add_vectors(rows)
        self._position = position

    def _load_vectors(self, rows: Rows, position: Position) -> None:
        """Vectors from the saved file where it can be trusted, and the rest, or all, from the rows."""
        if position.sequence and self._load_saved(rows):
            return
        self._vectors = Vectors(self._encoding.dimension, threads=self._threads)
        self._add_vectors(rows)
        if position.sequence:
            self._save(position)

    def _load_saved(self, rows: Rows) -> bool:
        try:
            vectors, generation = Vectors.load(self._folder, threads=self._threads)
        except VectorFileRefused as refused:
            _log.info("vectors are read from the rows: %s", refused)
            return False
        past = Position(generation.sequence, generation.stamp)
        if Encoding(generation.encoder, generation.dimension) != self._encoding or not rows.passed(past):
            _log.info("vectors are read from the rows: the saved file belongs to another archive or encoder")
            return False
        self._vectors, self._saved = vectors, generation.sequence
        vectors.remove(np.setdiff1d(vectors.ids, self._catalogue.window_ids))
        self._add_vectors(rows)
        return bool(np.array_equal(vectors.ids, self._catalogue.window_ids))

    def _add_vectors(self, rows: Rows) -> None:
        for ids, vectors in rows.vectors(last_id(self._vectors.ids), dimension=self._encoding.dimension):
            self._vectors.add(ids, vectors)

    def _save(self, position: Position) -> None:
        """Save the vectors; a failure costs only time at the next start."""
        last = last_id(self._catalogue.window_ids)
        try:
            self._vectors.save(self._folder, Generation(*position, last, *self._encoding))
        except (OSError, RuntimeError) as error:
            _log.warning("the vector file was not saved, the next start will take longer: %s", error)
        else:
            self._saved, self._unsaved = position.sequence, 0

    def _save_if_behind(self) -> None:
        with self._reading() as rows:
            self._catch_up(rows)
            if self._position is not None and self._position.sequence > max(self._saved, 0):
                self._save(self._position)

    # Writing.

    def put(self, entries: Iterable[Entry]) -> None:
        """Write each entry whole in a transaction of its own; on return all of them survive a crash."""
        with self._writing() as rows:
            for entry in entries:
                check_entry(entry, self._encoding.dimension)
                self._check_encoding(rows)
                with translated(self._folder), rows.change():
                    rows.remember_encoding(self._encoding)
                    rows.put(entry)
                self._unsaved += len(entry.vectors)
        if self._unsaved >= SAVE_EVERY:
            self._save_if_behind()

    def arrived(self, outlets: Iterable[str], *, at: datetime) -> None:
        """Remember that articles of these outlets, new or known, were taken in at this time; the latest counts."""
        with self._writing() as rows, translated(self._folder), rows.change():
            rows.arrived(outlets, at)

    def remove(self, article_ids: Sequence[str]) -> int:
        """Forget these articles, every version; returns how many there were. Nothing of them is left in a file."""
        with self._writing() as rows, translated(self._folder):
            with rows.change():
                removed = rows.remove(article_ids)
            if removed:
                self._save_if_behind()
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
            yield self._writer

    # Letting go.

    def close(self) -> None:
        """Let go of files and connections; the writer saves the vectors first."""
        with self._changing, self._asking:
            try:
                if self._writer is not None:
                    self._save_on_close()
            finally:
                self._let_go()

    def _save_on_close(self) -> None:
        try:
            with self._alone(patience=0):
                self._save_if_behind()
        except StoreLocked:
            # Whoever writes at this moment will save what they know, which is more.
            return
        except StoreError as error:
            _log.warning("the vector file was not saved, the next start will take longer: %s", error)

    def _let_go(self) -> None:
        for rows in (getattr(self, "_reader", None), self._writer):
            if rows is not None:
                rows.close()
        self._writer = None


def require_archive(folder: Path) -> None:
    """Raise StoreError where the folder holds no archive."""
    if not (folder / DATABASE).exists():
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
    return StoreReadOnly(
        f"{folder} cannot be written ({error.strerror}): check its permissions, or choose another folder"
    )


def _rarest(known: Sequence[str], frequencies: Mapping[str, int]) -> list[str]:
    """The rarest words, at least one, whose paragraphs are not too many together."""
    totals = np.cumsum([frequencies[word] for word in known])
    return list(known[: max(1, int(np.searchsorted(totals, WORD_ROWS, side="right")))])
