"""A folder where a wire drops files: which of them have arrived, and where each goes once it is taken in.

A file is moved only after all of it is safely on file. Whoever dies at any point leaves it where it was, and taking it
in again changes nothing.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, repeat
from pathlib import Path
from threading import Event
from time import monotonic, time
from typing import NamedTuple, Protocol

from filelock import FileLock, Timeout
from watchfiles import watch as awaited

from embeddings.errors import StoreFull, StoreLocked, UnreadableInput
from embeddings.ingest import Incident, Receipt
from embeddings.lifecycle import Outcome

DONE, QUARANTINE = ".done", ".quarantine"
REASON = ".reason.txt"

SETTLED_AFTER = 1.0
"""Seconds for which a file must stay as it is before it counts as written to its end."""
EMPTY_AFTER = 30.0
"""Seconds that an empty file is given to get its words."""

_LOCK = ".watch.lock"
_UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".download", "~")
_BATCH_FILES, _BATCH_BYTES = 32, 4_000_000
_LOOK_EVERY = 500
"""Milliseconds; a look that nothing called for finds what has settled, and what a network folder did not tell of."""
_PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
_LONGEST_NAME = 255
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class Stamp(NamedTuple):
    """What changes when a file is written to, or another takes its name."""

    inode: int
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing in the folder, as a look found it."""

    path: Path
    mode: int
    stamp: Stamp


class Since(NamedTuple):
    """How a file looked, and from when on."""

    stamp: Stamp
    at: float


Patience = Mapping[Path, Since]


class Ingests(Protocol):
    """The archive, as far as a watch needs it."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """What time it is."""

    def ingest(self, sources: Iterable[Path | UnreadableInput]) -> Receipt:
        """Take in files; everything in the receipt is safely on file."""


# What to do with which file; pure.


def is_unfinished(name: str) -> bool:
    """Whether a name says that its file is hidden, or still being written."""
    return name.startswith(".") or name.lower().endswith(_UNFINISHED)


def refusal(sighting: Sighting) -> str | None:
    """Why something that is no file is not read, None for a file."""
    if stat.S_ISREG(sighting.mode):
        return None
    if stat.S_ISLNK(sighting.mode):
        return "a link, which may lead anywhere: drop the file itself"
    return "no file: drop a file"


def patience(seen: Iterable[Sighting], before: Patience, *, now: float) -> Patience:
    """Since when each of these has looked as it does now."""
    fresh = {one.path: Since(one.stamp, now) for one in seen}
    return {path: before[path] if path in before and before[path].stamp == f.stamp else f for path, f in fresh.items()}


def settled(seen: Iterable[Sighting], since: Patience, *, now: float, clock: float) -> list[Sighting]:
    """What has been written to its end, the oldest first; ``clock`` is the one that files are dated by."""
    ripe = [
        one
        for one in seen
        if now - since[one.path].at >= SETTLED_AFTER
        and (one.stamp.size or not stat.S_ISREG(one.mode) or clock - one.stamp.changed / 1e9 >= EMPTY_AFTER)
    ]
    return sorted(ripe, key=lambda one: (one.stamp.changed, os.fsencode(one.path)))


def batches(files: Iterable[Sighting]) -> Iterator[list[Sighting]]:
    """The files in order, so many at once as make a receipt; a large one comes by itself."""
    batch: list[Sighting] = []
    for one in files:
        size = sum(other.stamp.size for other in batch) + one.stamp.size
        if batch and (len(batch) >= _BATCH_FILES or size > _BATCH_BYTES):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def rejections(places: Iterable[str], incidents: Iterable[Incident]) -> dict[str, list[Incident]]:
    """What was refused of each file, by the place that names it; the longest name that fits is the file's."""
    longest_first = sorted(places, key=len, reverse=True)
    refused: dict[str, list[Incident]] = {}
    for incident in incidents:
        place = next((place for place in longest_first if incident.place.startswith(place)), None)
        if place is not None and incident.outcome is Outcome.REJECTED:
            refused.setdefault(place, []).append(incident)
    return refused


def reason_text(refused: Sequence[Incident], *, at: datetime) -> str:
    """What stands beside a file in quarantine."""
    lines = [f"Rejected at {at.isoformat(timespec='seconds')}.", ""]
    lines += [f"{incident.place}: {incident.reason}" for incident in refused]
    return "\n".join((*lines, "", "Whatever else the file holds is on file. Put it right and drop it again.", ""))


def reason_name(name: str) -> str:
    """The name of the reason beside a file, cut where a file system takes no longer one."""
    room = _LONGEST_NAME - len(REASON)
    return os.fsdecode(os.fsencode(name)[:room]) + REASON


def place_of(path: Path) -> str:
    """A path as incidents name it, printable whatever its bytes are."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


# The folder itself.


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / _LOCK, timeout=0)
    with _usable(folder):
        # A lock would make the folder where there is none.
        os.listdir(folder)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreLocked(f"{place_of(folder)} is being watched already: stop the other watch first") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StoreFull(f"no room left on the device of {place_of(folder)}: make room") from error
        raise UnreadableInput(
            place_of(folder), f"{error.strerror or error}: make it a folder that files can be moved in"
        ) from error


@dataclass(slots=True, kw_only=True)
class Watch:
    """A watch over one folder until ``stop`` is set, with what it remembers between two looks.

    ``told`` gets a receipt for each batch that is on file, ``warned`` what holds things up or is passed over. What was
    taken in is kept below ``.done``, or deleted.
    """

    folder: Path = field(kw_only=False)
    archive: Ingests = field(kw_only=False)
    stop: Event
    told: Callable[[Receipt], None]
    warned: Callable[[str], None]
    delete: bool = False
    _receipt: Receipt = field(default_factory=Receipt)
    _since: Patience = field(default_factory=dict)
    _mentioned: set[Path] = field(default_factory=set)

    def run(self, *, once: bool = False) -> Receipt:
        """Take in what is dropped until told to stop, or ``once`` what lies there by now; all that became of it.

        Raises StoreError, StoreLocked also where somebody watches this folder already, and UnreadableInput where the
        folder cannot be used.
        """
        with _claimed(self.folder):
            self._look(patient=not once)
            if once:
                self.stop.wait(SETTLED_AFTER)
                self._look(patient=False)
            else:
                for _ in self._occasions():
                    self._look(patient=True)
        return self._receipt

    def _occasions(self) -> Iterator[object]:
        """One after another: something was dropped, or it is time to look anyway."""
        return awaited(
            self.folder,
            watch_filter=None,
            recursive=False,
            stop_event=self.stop,
            debounce=200,
            rust_timeout=_LOOK_EVERY,
            yield_on_timeout=True,
        )

    def _look(self, *, patient: bool) -> None:
        """Take in all that has settled since the last look."""
        with _usable(self.folder):
            seen = list(self._sightings())
        now = monotonic()
        self._since = patience(seen, self._since, now=now)
        for batch in batches(settled(seen, self._since, now=now, clock=time())):
            if patient:
                self._take_patiently(batch)
            else:
                self._take(batch)

    def _sightings(self) -> Iterator[Sighting]:
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if is_unfinished(entry.name):
                    continue
                path = self.folder / entry.name
                if entry.is_dir(follow_symlinks=False):
                    self._mention(path)
                elif sighting := _sighted(path):
                    yield sighting

    def _mention(self, folder: Path) -> None:
        if folder not in self._mentioned:
            self._mentioned.add(folder)
            self.warned(f"{place_of(folder)} is a folder and is not looked into: watch it by itself")

    def _take_patiently(self, batch: Sequence[Sighting]) -> None:
        """Take a batch in; while nobody can write, its files stay, and it is tried again after ever longer pauses."""
        for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
            if self.stop.is_set():
                return
            try:
                return self._take(batch)
            except (StoreLocked, StoreFull) as error:
                if pause == _PAUSES[0]:
                    self.warned(f"{error}. The files stay where they are; trying again until it works")
                self.stop.wait(pause)

    def _take(self, batch: Sequence[Sighting]) -> None:
        begun: list[Sighting] = []
        receipt = self.archive.ingest(self._begin(batch, begun))
        refused = rejections([place_of(one.path) for one in begun], receipt.incidents)
        with _usable(self.folder):
            for one in begun:
                self._put_away(one, refused.get(place_of(one.path), ()))
        if receipt.read:
            self._receipt += receipt
            self.told(receipt)

    def _begin(self, batch: Iterable[Sighting], begun: list[Sighting]) -> Iterator[Path | UnreadableInput]:
        """The files of a batch, one by one as they are read; none is begun once it is told to stop."""
        for one in batch:
            if self.stop.is_set():
                return
            if _is_as_seen(one):
                begun.append(one)
                reason = refusal(one)
                yield UnreadableInput(place_of(one.path), reason) if reason else one.path

    def _put_away(self, one: Sighting, refused: Sequence[Incident]) -> None:
        # What was written to while it was read is looked at again once it has settled.
        if not _is_as_seen(one):
            return
        at = self.archive.clock()
        if refused:
            target = _free(self.folder / QUARANTINE / one.path.name)
            # Before the file is there, so that none stands in quarantine without its reason.
            _write(target.with_name(reason_name(target.name)), reason_text(refused, at=at))
            one.path.rename(target)
        elif self.delete:
            one.path.unlink()
        else:
            one.path.rename(_free(self.folder / DONE / _day(at).isoformat() / one.path.name))


def _day(at: datetime) -> date:
    return at.astimezone().date()


def _sighted(path: Path) -> Sighting | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return Sighting(path, found.st_mode, Stamp(found.st_ino, found.st_size, found.st_mtime_ns))


def _is_as_seen(one: Sighting) -> bool:
    now = _sighted(one.path)
    return now is not None and (now.stamp, stat.S_IFMT(now.mode)) == (one.stamp, stat.S_IFMT(one.mode))


def _free(wanted: Path) -> Path:
    """The path itself or, where something stands there, the first with a number; its folder is made."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    path, number = wanted, 1
    while os.path.lexists(path):
        number += 1
        room = _LONGEST_NAME - len(f"~{number}{wanted.suffix}")
        path = wanted.with_name(f"{os.fsdecode(os.fsencode(wanted.stem)[:room])}~{number}{wanted.suffix}")
    return path


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(".reason")
    with unfinished.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)
