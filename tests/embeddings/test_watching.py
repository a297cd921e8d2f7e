"""A folder where a wire drops files: nothing half-written is read, nothing is lost, whatever dies when."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import Settings, open_archive
from embeddings.encoder.hashing import HashingEncoder
from embeddings.errors import StoreFull, StoreLocked, UnreadableInput
from embeddings.ingest import Incident, Ingest, Receipt
from embeddings.inlets.watching import (
    DONE,
    EMPTY_AFTER,
    QUARANTINE,
    SETTLED_AFTER,
    Sighting,
    Since,
    Stamp,
    Watch,
    batches,
    is_unfinished,
    patience,
    place_of,
    reason_name,
    refusal,
    rejections,
    settled,
)
from embeddings.lifecycle import Outcome
from embeddings.news import Article
from embeddings.readers import read
from embeddings.readers.pieces import Reading
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import NOON

HASHING = HashingEncoder()
_PATIENCE = 120.0
ONRECORD = Path(sys.executable).with_name("onrecord")
DAY = NOON.astimezone().date().isoformat()


# What to do with which file.


def seen(
    name: str = "a.txt", *, inode: int = 1, size: int = 9, changed: float = 0, mode: int = stat.S_IFREG
) -> Sighting:
    return Sighting(Path(name), mode, Stamp(inode, size, int(changed * 1e9)))


@pytest.mark.parametrize(
    ("name", "unfinished"),
    [
        *((name, True) for name in (".a.txt", "a.txt.part", "a.TMP", "a.xml.crdownload", "a.txt~", "a.filepart")),
        *((name, False) for name in ("a.txt", "part", "tmp.xml", "a.part.xml", "a")),
    ],
)
def test_names_tell_what_is_still_being_written(name: str, unfinished: bool) -> None:
    assert is_unfinished(name) is unfinished


def test_only_files_are_read() -> None:
    assert refusal(seen()) is None
    assert "link" in (refusal(seen(mode=stat.S_IFLNK)) or "")
    assert "no file" in (refusal(seen(mode=stat.S_IFIFO)) or "")


def test_a_file_is_settled_when_it_has_stayed_as_it_is_for_a_while() -> None:
    first = patience([seen(size=5)], {}, now=100.0)
    assert settled([seen(size=5)], first, now=100.5, clock=0) == []
    grown = patience([seen(size=9)], first, now=100.9)
    assert settled([seen(size=9)], grown, now=101.5, clock=0) == []
    same = patience([seen(size=9)], grown, now=101.5)
    assert settled([seen(size=9)], same, now=100.9 + SETTLED_AFTER, clock=0) == [seen(size=9)]
    # Another file under the same name begins anew, and one that went is forgotten.
    other = patience([seen(size=9, inode=2)], same, now=200.0)
    assert other == {Path("a.txt"): Since(Stamp(2, 9, 0), 200.0)}
    assert patience([], other, now=201.0) == {}


def test_an_empty_file_is_given_time_to_get_its_words() -> None:
    empty = seen(size=0, changed=1_000.0)
    since = patience([empty], {}, now=0.0)
    assert settled([empty], since, now=20.0, clock=1_000.0 + EMPTY_AFTER - 1) == []
    assert settled([empty], since, now=20.0, clock=1_000.0 + EMPTY_AFTER) == [empty]


def test_the_oldest_comes_first_and_then_the_name_decides() -> None:
    files = [seen("c", changed=3), seen("b", changed=1), seen("a", changed=3)]
    since = patience(files, {}, now=0.0)
    assert [one.path.name for one in settled(files, since, now=9.0, clock=0)] == ["b", "a", "c"]


@given(st.lists(st.integers(0, 6_000_000), max_size=200))
def test_batches_keep_the_order_and_stay_small(sizes: list[int]) -> None:
    files = [seen(str(number), size=size) for number, size in enumerate(sizes)]
    made = list(batches(files))
    assert [one for batch in made for one in batch] == files
    assert all(0 < len(batch) <= 32 for batch in made)
    assert all(len(batch) == 1 or sum(one.stamp.size for one in batch) <= 4_000_000 for batch in made)


def test_a_refusal_belongs_to_the_file_whose_name_fits_best() -> None:
    def rejected(place: str) -> Incident:
        return Incident(place=place, article_id=None, outcome=Outcome.REJECTED, reason="broken")

    late = Incident(place="w/b", article_id="b", outcome=Outcome.LATE, reason="older")
    lines, longer = rejected("w/a line 3"), rejected("w/a.txt, “title”")
    assert rejections(["w/a", "w/a.txt", "w/b"], [lines, longer, late]) == {"w/a": [lines], "w/a.txt": [longer]}


def test_a_long_name_leaves_room_for_its_reason() -> None:
    assert reason_name("a.txt") == "a.txt.reason.txt"
    assert len(os.fsencode(reason_name("ä" * 127))) == 255


# The folder.


@dataclass
class Desk:
    """An archive that takes files in and, when told, is locked, full, or busy meanwhile."""

    store: EmbeddedStore
    failures: list[Exception] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    begun: Callable[[int], object] = lambda number: None
    sizes: list[int] = field(default_factory=list)

    def clock(self) -> datetime:
        return NOON

    def ingest(self, sources: Iterable[Path | UnreadableInput]) -> Receipt:
        if self.failures:
            raise self.failures.pop(0)
        self.sizes.append(0)
        intake = Ingest(encoder=HASHING, extractor=None, store=self.store, clock=self.clock)
        receipt = intake.take(one for source in self._counted(sources) for one in readings(source))
        self.meanwhile()
        return receipt

    def _counted(self, sources: Iterable[Path | UnreadableInput]) -> Iterator[Path | UnreadableInput]:
        for source in sources:
            self.sizes[-1] += 1
            self.begun(self.sizes[-1])
            yield source

    @property
    def articles(self) -> list[Article]:
        return list(self.store.served())


def readings(source: Path | UnreadableInput) -> Iterable[Reading]:
    return read(source) if isinstance(source, Path) else (source,)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with EmbeddedStore(tmp_path / "archive", encoder=HASHING.name, dimension=HASHING.dimension, writing=True) as store:
        yield Desk(store)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def watch_of(folder: Path, desk: Desk, *, delete: bool = False) -> tuple[Watch, list[Receipt], list[str]]:
    receipts: list[Receipt] = []
    warnings: list[str] = []
    watch = Watch(folder, desk, stop=threading.Event(), told=receipts.append, warned=warnings.append, delete=delete)
    return watch, receipts, warnings


@contextmanager
def watching(folder: Path, desk: Desk, *, delete: bool = False) -> Iterator[tuple[list[Receipt], list[str]]]:
    """A watch in a thread of its own, from ``with`` to its end."""
    watch, receipts, warnings = watch_of(folder, desk, delete=delete)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(watch.run)
        try:
            yield receipts, warnings
        finally:
            watch.stop.set()
            running.result(timeout=60)


def until(happened: Callable[[], object]) -> None:
    deadline = monotonic() + _PATIENCE
    while not happened():
        assert monotonic() < deadline, "it never happened"
        sleep(0.02)


def drop(folder: Path, name: str, text: str = "Rain fell on the quay.") -> Path:
    """A file as a careful wire drops it: written elsewhere, then renamed."""
    aside = folder / f".{len(name)}-on-its-way"
    aside.write_text(text, encoding="utf-8")
    return aside.rename(folder / name)


def lying(folder: Path) -> list[str]:
    """Every file below the folder, the lock and its like left out."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return sorted(name for name in found if name != ".watch.lock")


def dropped(folder: Path) -> list[str]:
    """What was dropped and not yet put away."""
    return [name for name in lying(folder) if "/" not in name and not name.startswith(".")]


def test_what_lies_there_is_taken_in_and_kept_by_day(folder: Path, desk: Desk) -> None:
    drop(folder, "a.txt")
    drop(folder, "b.txt", "Snow fell.")
    drop(folder, "c.txt.part", "Half a")
    drop(folder, ".hidden", "Nothing.")
    watch, receipts, _ = watch_of(folder, desk)
    receipt = watch.run(once=True)
    assert receipt == sum(receipts, Receipt())
    assert receipt.outcomes == {Outcome.NEW: 2}
    assert sorted(one.text for one in desk.articles) == ["Rain fell on the quay.", "Snow fell."]
    assert lying(folder) == [f"{DONE}/{DAY}/a.txt", f"{DONE}/{DAY}/b.txt", ".hidden", "c.txt.part"]


def test_what_is_taken_in_can_be_deleted_instead(folder: Path, desk: Desk) -> None:
    drop(folder, "a.txt")
    drop(folder, "bad.json", '{"id": 5')
    watch_of(folder, desk, delete=True)[0].run(once=True)
    assert lying(folder) == [f"{QUARANTINE}/bad.json", f"{QUARANTINE}/bad.json.reason.txt"]


def test_what_is_rejected_goes_into_quarantine_with_the_reason_beside_it(folder: Path, desk: Desk) -> None:
    good = json.dumps({"id": "a", "text": "Rain fell on the quay."})
    drop(folder, "lines.jsonl", f"{good}\n" + '{"id": "b", "text": 5}\n')
    watch, receipts, _ = watch_of(folder, desk)
    assert watch.run(once=True).outcomes == {Outcome.NEW: 1, Outcome.REJECTED: 1}
    assert len(receipts) == 1
    assert [one.id for one in desk.articles] == ["a"]
    reason = (folder / QUARANTINE / "lines.jsonl.reason.txt").read_text(encoding="utf-8")
    assert f'{folder / "lines.jsonl"} line 2: "text" is a number' in reason
    # Put right and dropped again, all of it is on file; what was in quarantine stays.
    drop(folder, "lines.jsonl", f"{good}\n" + '{"id": "b", "text": "Snow fell."}\n')
    assert watch_of(folder, desk)[0].run(once=True).outcomes == {Outcome.UNCHANGED: 1, Outcome.NEW: 1}
    assert f"{DONE}/{DAY}/lines.jsonl" in lying(folder)


def test_one_name_dropped_again_and_again_is_kept_every_time(folder: Path, desk: Desk) -> None:
    for number in range(3):
        drop(folder, "a.json", json.dumps({"id": str(number), "text": "Rain."}))
        watch_of(folder, desk)[0].run(once=True)
        drop(folder, "bad.json", '{"broken')
        watch_of(folder, desk)[0].run(once=True)
    kept = [f"{DONE}/{DAY}/{name}" for name in ("a.json", "a~2.json", "a~3.json")]
    bad = [f"{QUARANTINE}/{name}" for name in ("bad.json", "bad~2.json", "bad~3.json")]
    assert lying(folder) == sorted([*kept, *bad, *(f"{name}.reason.txt" for name in bad)])


def test_a_link_is_never_followed(folder: Path, desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The pass word.", encoding="utf-8")
    (folder / "link.txt").symlink_to(secret)
    receipt = watch_of(folder, desk)[0].run(once=True)
    assert receipt.outcomes == {Outcome.REJECTED: 1}
    assert desk.articles == []
    assert secret.exists()
    assert "drop the file itself" in (folder / QUARANTINE / "link.txt.reason.txt").read_text(encoding="utf-8")


def test_a_name_of_odd_bytes_is_put_away_like_any_other(folder: Path, desk: Desk) -> None:
    name = os.fsdecode(b"caf\xe9.json")
    drop(folder, name, json.dumps({"id": "a", "text": "Rain."}))
    drop(folder, os.fsdecode(b"\xff.json"), '{"')
    watch, receipts, _ = watch_of(folder, desk)
    assert watch.run(once=True).outcomes == {Outcome.NEW: 1, Outcome.REJECTED: 1}
    assert [incident.place for incident in receipts[0].incidents] == [place_of(folder / os.fsdecode(b"\xff.json"))]
    kept = [os.fsencode(path) for path in lying(folder)]
    assert os.fsencode(f"{DONE}/{DAY}/") + b"caf\xe9.json" in kept
    assert os.fsencode(f"{QUARANTINE}/") + b"\xff.json.reason.txt" in kept


def test_a_folder_in_the_folder_is_named_once(folder: Path, desk: Desk) -> None:
    (folder / "more").mkdir()
    drop(folder / "more", "a.txt")
    watch, _, warnings = watch_of(folder, desk)
    watch.run(once=True)
    assert warnings == [f"{folder / 'more'} is a folder and is not looked into: watch it by itself"]


def test_a_file_that_is_still_being_written_is_left_alone_until_it_is_whole(folder: Path, desk: Desk) -> None:
    with watching(folder, desk) as (receipts, _):
        with (folder / "slow.txt").open("w", encoding="utf-8") as stream:
            for word in ["Rain ", "fell ", "on ", "the ", "quay."]:
                stream.write(word)
                stream.flush()
                sleep(SETTLED_AFTER / 2)
                assert receipts == []
        until(lambda: receipts)
    assert [one.text for one in desk.articles] == ["Rain fell on the quay."]


def test_what_is_written_to_while_it_is_read_is_read_again(folder: Path, desk: Desk) -> None:
    path = drop(folder, "a.json", json.dumps({"id": "a", "version": 1, "text": "Rain fell."}))

    def overwrite() -> None:
        desk.meanwhile = lambda: None
        path.write_text(json.dumps({"id": "a", "version": 2, "text": "Snow fell."}), encoding="utf-8")

    desk.meanwhile = overwrite
    with watching(folder, desk) as (receipts, _):
        until(lambda: len(receipts) == 2)
        until(lambda: lying(folder) == [f"{DONE}/{DAY}/a.json"])
    assert [one.text for one in desk.articles] == ["Snow fell."]


def test_a_burst_comes_in_batches_the_oldest_first(folder: Path, desk: Desk) -> None:
    with watching(folder, desk) as (receipts, _):
        for number in range(300):
            drop(folder, f"{number:03}.json", json.dumps({"id": str(number), "text": f"Rain fell {number} times."}))
        until(lambda: sum(receipt.read for receipt in receipts) == 300)
        until(lambda: len(lying(folder)) == 300 and all(name.startswith(DONE) for name in lying(folder)))
    assert len(desk.articles) == 300
    assert max(desk.sizes) == 32
    assert sum(size > 0 for size in desk.sizes) < 60


@pytest.mark.parametrize("failure", [StoreLocked("somebody else is writing"), StoreFull("no room left")])
def test_files_wait_while_nobody_can_write_and_that_is_said_once(folder: Path, desk: Desk, failure: Exception) -> None:
    desk.failures = [failure, failure]
    drop(folder, "a.txt")
    with watching(folder, desk) as (receipts, warnings):
        until(lambda: warnings)
        assert lying(folder) == ["a.txt"]
        until(lambda: receipts)
    assert warnings == [f"{failure}. The files stay where they are; trying again until it works"]
    assert lying(folder) == [f"{DONE}/{DAY}/a.txt"]


def test_whoever_looks_once_hears_that_nobody_can_write(folder: Path, desk: Desk) -> None:
    desk.failures = [StoreLocked("somebody else is writing")]
    drop(folder, "a.txt")
    with pytest.raises(StoreLocked):
        watch_of(folder, desk)[0].run(once=True)
    assert lying(folder) == ["a.txt"]


def test_told_to_stop_it_finishes_the_file_at_hand_and_begins_no_other(folder: Path, desk: Desk) -> None:
    for number in range(5):
        drop(folder, f"{number}.txt", f"Rain fell {number} times.")
    watch, receipts, _ = watch_of(folder, desk)

    desk.begun = lambda number: watch.stop.set() if number == 2 else None
    watch.run()
    assert [receipt.read for receipt in receipts] == [2]
    assert lying(folder) == [f"{DONE}/{DAY}/0.txt", f"{DONE}/{DAY}/1.txt", "2.txt", "3.txt", "4.txt"]


def test_one_folder_has_one_watch(folder: Path, desk: Desk) -> None:
    drop(folder, "a.txt")
    with watching(folder, desk) as (receipts, _):
        # A file of that name is there a moment before it is locked.
        until(lambda: receipts)
        with pytest.raises(StoreLocked, match="watched already"):
            watch_of(folder, desk)[0].run(once=True)


def test_a_folder_that_goes_away_is_told(folder: Path, desk: Desk) -> None:
    with pytest.raises(UnreadableInput, match="No such file or directory"):
        watch_of(folder / "nowhere", desk)[0].run(once=True)


@pytest.mark.parametrize("step", ["reason written", "before anything"])
def test_a_file_that_was_on_its_way_into_quarantine_gets_there_the_next_time(
    folder: Path, desk: Desk, step: str
) -> None:
    drop(folder, "bad.json", '{"broken')
    if step == "reason written":
        (folder / QUARANTINE).mkdir()
        (folder / QUARANTINE / "bad.json.reason.txt").write_text("Rejected.", encoding="utf-8")
    watch_of(folder, desk)[0].run(once=True)
    assert lying(folder) == [f"{QUARANTINE}/bad.json", f"{QUARANTINE}/bad.json.reason.txt"]
    assert "broken JSON" in (folder / QUARANTINE / "bad.json.reason.txt").read_text(encoding="utf-8")


# A real process, killed as machines kill.


def test_killed_in_the_middle_of_a_burst_it_loses_nothing(
    folder: Path, tmp_path: Path, real_settings: Callable[[Path], Settings]
) -> None:
    settings = real_settings(tmp_path / "archive")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")},
        "ONRECORD_ARCHIVE": str(settings.archive),
        "ONRECORD_CACHE": str(settings.cache),
        "ONRECORD_QUOTES": "off",
        "ONRECORD_THREADS": "1",
    }
    names = [f"{number:03}" for number in range(150)]
    for name in names:
        drop(folder, f"{name}.json", json.dumps({"id": name, "text": f"Rain fell on pier {name}."}))
    drop(folder, "bad.json", '{"broken')
    kills = 0
    while dropped(folder):
        assert kills < 20
        log = tmp_path / f"{kills}.jsonl"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [ONRECORD, "watch", folder, "--json"], cwd=tmp_path, env=environ, stdout=stream, stderr=stream
            )
        try:
            # At another moment every time: a little later after its first or second receipt, or when all is done.
            while log.read_bytes().count(b"\n") <= kills % 2 and dropped(folder) and process.poll() is None:
                sleep(0.01)
            assert process.poll() is None, log.read_text(encoding="utf-8")
            sleep(0.03 * kills)
        finally:
            process.kill()
            process.wait()
        kills += 1
        with open_archive(settings) as archive:
            on_file = {name for name in names if archive.store.article(name)}
        moved = {Path(name).stem for name in lying(folder) if name.startswith(DONE)}
        there = {Path(name).stem for name in dropped(folder)}
        assert moved <= on_file
        assert (moved | there) - {"bad"} == set(names)
        assert not moved & there
    assert kills > 1
    assert f"{QUARANTINE}/bad.json" in lying(folder)
    assert on_file == set(names)
