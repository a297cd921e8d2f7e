"""What is prepared ahead ends as if one thing had been done after the other; and a run leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from embeddings.encoder import Vectors, digest
from embeddings.encoder.hashing import HashingEncoder
from embeddings.errors import StoreFull, UnreadableInput
from embeddings.ingest import Extracts, Hands, Ingest, Pace, Reading, Receipt, Stage, reindexed
from embeddings.ingest.batches import ARTICLES, CHARACTERS
from embeddings.ingest.run import AHEAD
from embeddings.lifecycle import Outcome
from embeddings.news import Article, Extraction, Notice, Status
from embeddings.store import Entry, Head, Store
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import NOON, ColonExtractor, MemoryStore, article, withdrawn

ROOT = Path(__file__).parents[2]
HOUR = timedelta(hours=1)
ENCODER = HashingEncoder(dimension=8)
IN_FLIGHT = (AHEAD + 2) * ARTICLES
"""Readings that may have been read and not written: those being prepared, gathered, and written."""
LONG = "\n\n".join(f"Ann Lee: The tide table of quay {n} is wrong, and nobody has mended it." for n in range(140))


class CountingEncoder(HashingEncoder):
    """Remembers every text that it was given."""

    def __init__(self) -> None:
        super().__init__(dimension=8)
        self.encoded: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return super().passages(texts)


def ingest(store: Store, **parts: Any) -> Ingest:  # noqa: ANN401 - any part of an ingest
    given_: dict[str, Any] = {"encoder": ENCODER, "extractor": ColonExtractor(), "store": store, "clock": lambda: NOON}
    return Ingest(**given_ | parts)


def stories(count: int, *texts: str) -> list[Article]:
    return [article(f"{n:05}", f"Ann Lee: Story {n} is told.", *texts) for n in range(count)]


@pytest.fixture(autouse=True)
def helpers() -> Iterator[Callable[[], list[int]]]:
    """The processes that help at the moment; after each test none is left, nor a thread."""
    threads, others = set(threading.enumerate()), set(children(os.getpid()))

    def found() -> list[int]:
        return [pid for pid in children(os.getpid()) if pid not in others]

    yield found
    assert set(threading.enumerate()) <= threads
    assert found() == []


def children(pid: int) -> list[int]:
    """The processes that this one has begun and not waited for."""
    listed = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for line in listed for child in line.split()]


# The same as one after the other.

IDS = ("a", "b", "c", "d", "urn:x:1", "URN-X-1")
TEXTS = (
    "Ann Lee: The crane on the east quay fell on Wednesday and hurt eleven dockers before anyone could stop it.",
    "Ann Lee: The crane on the east quay fell on Wednesday and hurt fourteen dockers before anyone could stop it.",
    "Piet Okoro: The oldest tern known to science, ringed decades ago, was seen again by an institute of biology.",
)
SLUGS = ("Harbour-Crane", "Terns")


@some.composite
def versions(draw: some.DrawFn) -> Article:
    """A version of one of a few stories, that may take the place of another."""
    text = draw(some.sampled_from(TEXTS[:2] * 3 + TEXTS[2:]))
    status = draw(some.sampled_from([Status.USABLE] * 6 + [Status.WITHHELD, Status.CANCELED]))
    one = article(draw(some.sampled_from(IDS)), *([] if status is Status.CANCELED else [text, "A last paragraph."]))
    return replace(
        one,
        status=status,
        version=draw(some.sampled_from([None, 1, 2, 3])),
        version_created=draw(some.sampled_from([None, NOON, NOON + HOUR])),
        provider=draw(some.sampled_from([None, "Wire", "Ledger"])),
        outlet=draw(some.sampled_from([None, "Post", "Gazette"])),
        slug=draw(some.sampled_from([None, *SLUGS])),
        headline=text[9:40],
        held=draw(some.sampled_from([False, False, True])),
        replaces=draw(some.sampled_from([None, None, None, *IDS])),
    )


@some.composite
def orders(draw: some.DrawFn) -> Notice:
    """An order about one of them, by id or by slug."""
    target = draw(some.sampled_from([None, None, *IDS]))
    return Notice(
        status=draw(some.sampled_from([Status.CANCELED, Status.WITHHELD])),
        words="Kill: source retracted.",
        target=target,
        slug=None if target else draw(some.sampled_from([None, *SLUGS])),
        provider=draw(some.sampled_from([None, "Wire"])),
        sent=draw(some.sampled_from([None, NOON, NOON + HOUR])),
        origin="wire/9.txt",
    )


READINGS = some.lists(
    some.one_of(versions(), versions(), versions(), orders(), some.just(UnreadableInput("x.txt", "no words in it"))),
    max_size=40,
)


def state(store: MemoryStore) -> tuple[object, ...]:
    """All that is on file, in what can be compared."""
    dossiers = [
        (one.id, one.aliases, one.handles, one.versions, one.entry and plain(one.entry)) for one in store.dossiers()
    ]
    logbook = store.logbook()
    return (
        sorted(dossiers, key=lambda one: one[0]),
        [one.id for one in store.served()],
        [one.article for one in logbook.changes],
        logbook.alerts,
        logbook.arrivals,
        logbook.last_ingest,
    )


def plain(entry: Entry) -> tuple[object, ...]:
    vectors = entry.vectors.round(5).tolist()
    return (entry.article, vectors, entry.ordinals, entry.digests, entry.words, entry.headline_words, entry.quotations)


@settings(max_examples=250)
@given(READINGS)
def test_a_run_ends_as_if_each_reading_had_been_a_run_of_its_own(readings: list[Reading]) -> None:
    ahead, one_by_one = MemoryStore(), MemoryStore()
    receipt = ingest(ahead).take(readings)
    alone = ingest(one_by_one)
    expected = sum((alone.take([reading]) for reading in readings), Receipt())
    assert state(ahead) == state(one_by_one)
    assert Counter(receipt.incidents) == Counter(expected.incidents)
    assert replace(receipt, incidents=()) == replace(expected, incidents=())


def test_receipts_come_in_the_order_of_what_was_read() -> None:
    store, told = MemoryStore(), list[list[str]]()
    held = [replace(one, held=True) for one in stories(5 * ARTICLES)]
    ingest(store).take(held, progress=lambda receipt: told.append([str(one.article_id) for one in receipt.incidents]))
    assert len(told) == 5
    assert all(one == [story.id for story in held[: len(one)]] for one in told)


class Hasty(MemoryStore):
    """Another writer gets in before the batch that holds a story is written, once that story has been judged."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry: Entry | None = entry
        self.turns = 0

    @contextmanager
    def changing(self) -> Iterator[None]:
        self.turns += 1
        if self.entry and self.turns == 2:
            super().put([self.entry])
            self.entry = None
        with super().changing():
            yield


def test_what_another_writes_about_a_batch_that_is_prepared_ahead_is_judged_too() -> None:
    all_ = stories(3 * ARTICLES)
    late = all_[-1]
    killed = replace(late, status=Status.CANCELED, text="", paragraphs=(), version_created=NOON)
    store, encoder = Hasty(withdrawn(killed)), CountingEncoder()
    receipt = ingest(store, encoder=encoder).take(all_)
    assert receipt.outcomes == {Outcome.NEW: len(all_) - 1, Outcome.KILLED: 1}
    assert late.id not in {one.id for one in store.served()}
    assert len(encoder.encoded) <= len(all_)


# Each text is encoded once.


def test_a_text_is_encoded_once_within_a_batch_and_across_those_that_are_on_their_way() -> None:
    store, encoder, pace = MemoryStore(), CountingEncoder(), Pace()
    all_ = stories(4 * ARTICLES, "Our reporters are named on page two.", "Our reporters are named on page two.")
    ingest(store, encoder=encoder).take(all_, pace=pace)
    assert max(Counter(encoder.encoded).values()) == 1
    assert len(encoder.encoded) == len(all_) + 1 == pace.encoded
    assert pace.encoded + pace.taken == 3 * len(all_)
    for entry in (one.entry for one in store.dossiers()):
        assert entry is not None
        texts = [p.span.cut(entry.article.text) for p in entry.article.paragraphs]
        assert list(entry.digests) == [digest(text) for text in texts]
        assert (entry.vectors == ENCODER.passages(texts)).all()


class Unhurried(MemoryStore):
    """Writes nothing before so many windows have their vectors; tells when a second batch has been judged."""

    def __init__(self, pace: Pace, windows: int) -> None:
        super().__init__()
        self.pace, self.windows = pace, windows
        self.asked, self.second = 0, threading.Event()

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        self.asked += 1
        if self.asked > 1:
            self.second.set()
        return super().heads(article_ids)

    @contextmanager
    def changing(self) -> Iterator[None]:
        while self.pace.encoded + self.pace.taken < self.windows:
            time.sleep(0.01)
        with super().changing():
            yield


class Waiting(CountingEncoder):
    """Encodes nothing before a second batch has been judged."""

    def __init__(self, second: threading.Event) -> None:
        super().__init__()
        self.second = second

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.second.wait()
        return super().passages(texts)


def test_a_text_of_a_batch_that_is_not_written_yet_is_not_encoded_again() -> None:
    pace, all_ = Pace(), stories(2 * ARTICLES, "Our reporters are named on page two.")
    store = Unhurried(pace, windows=2 * len(all_))
    encoder = Waiting(store.second)
    ingest(store, encoder=encoder).take(all_, pace=pace)
    assert set(Counter(encoder.encoded).values()) == {1}


def test_a_text_on_file_is_not_encoded_again_under_another_id_nor_in_a_correction() -> None:
    store, encoder = MemoryStore(), CountingEncoder()
    first = article("a", "One paragraph.", "Two paragraphs.", version=1)
    ingest(store, encoder=encoder).take([first])
    ingest(store, encoder=encoder).take([replace(first, id="b"), first])
    assert encoder.encoded == ["One paragraph.", "Two paragraphs."]
    corrected = article("a", "One paragraph.", "Two paragraphs, put right.", version=2)
    ingest(store, encoder=encoder).take([corrected])
    assert encoder.encoded[2:] == ["Two paragraphs, put right."]


def test_indexing_anew_takes_no_vector_from_anywhere_and_encodes_each_text_once() -> None:
    encoder = CountingEncoder()
    entries = list(reindexed(stories(10, "The same."), encoder, None))
    assert set(Counter(encoder.encoded).values()) == {1}
    assert len(encoder.encoded) == 11
    assert all(len(entry.digests) == len(entry.vectors) == 2 for entry in entries)


# What fails, and what has no end.


class Full(MemoryStore):
    """A store with room for so many versions."""

    room = 70

    def put(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if self.describe().articles >= self.room:
                raise StoreFull("no room left on the device; make room and run the command again")
            super().put([entry])


def test_a_store_that_fails_in_the_middle_ends_the_run_with_what_was_before_intact() -> None:
    store, endless = Full(), (article(str(n), LONG + f"\n\nStory {n}.") for n in range(10**9))
    with pytest.raises(StoreFull, match="make room"):
        ingest(store, hands=Hands(make=ColonExtractor, processes=2)).take(endless)
    assert [one.id for one in store.served()] == [str(n) for n in range(70)]


class Broken(HashingEncoder):
    """Cannot encode one text."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        if any("Story 40 " in text for text in texts):
            raise MemoryError
        return super().passages(texts)


def test_what_was_prepared_before_a_batch_that_cannot_be_is_on_file() -> None:
    store = MemoryStore()
    with pytest.raises(MemoryError):
        ingest(store, encoder=Broken(dimension=8)).take(stories(5 * ARTICLES))
    assert store.describe().articles == ARTICLES


class Enough(Exception):
    """The test has seen enough."""


@pytest.mark.parametrize(("length", "most"), [(100, IN_FLIGHT), (CHARACTERS // 2, (AHEAD + 2) * 2)])
def test_an_endless_input_is_not_read_far_ahead(length: int, most: int) -> None:
    store, ahead = MemoryStore(), list[int]()
    text = "Words. " * (length // 7)

    def wire() -> Iterator[Article]:
        for n in range(10**9):
            ahead.append(n - store.describe().articles)
            yield article(f"{n}", text)

    def told(receipt: Receipt) -> None:
        if receipt.read > 2 * most:
            raise Enough

    with pytest.raises(Enough):
        ingest(store).take(wire(), progress=told)
    assert max(ahead) <= most


def test_a_slow_reader_does_not_hold_up_what_is_ready() -> None:
    store, seen = MemoryStore(), list[int]()

    def drip() -> Iterator[Article]:
        for n, one in enumerate(stories(2 * ARTICLES - 1)):
            if n > ARTICLES:
                time.sleep(0.1)
                seen.append(store.describe().articles)
            yield one

    ingest(store).take(drip())
    assert ARTICLES in seen, "the first batch waited for the second"


def test_a_reader_that_fails_is_heard() -> None:
    def broken() -> Iterator[Article]:
        yield from stories(3 * ARTICLES)
        raise Enough

    with pytest.raises(Enough):
        ingest(MemoryStore()).take(broken())


# Processes beside this one.


def many(count: int = 150) -> list[Article]:
    """So much to look through that others help."""
    return stories(count, *LONG.split("\n\n"))


def quotations(store: MemoryStore) -> list[object]:
    return [one.entry and one.entry.quotations for one in store.dossiers()]


def expected_of(all_: Sequence[Article]) -> tuple[Receipt, list[object]]:
    store = MemoryStore()
    return ingest(store).take(all_), quotations(store)


def test_what_other_processes_find_is_what_this_one_would(helpers: Callable[[], list[int]]) -> None:
    store, pace, helped = MemoryStore(), Pace(), set[int]()
    extractor = ColonExtractor()
    receipt = ingest(store, extractor=extractor, hands=Hands(make=ColonExtractor, processes=2)).take(
        many(), pace=pace, progress=lambda receipt: helped.update(helpers())
    )
    assert (receipt, quotations(store)) == expected_of(many())
    assert len(helped) == 2
    assert 0 < len(extractor.seen) < len(many())
    assert pace.seconds[Stage.EXTRACTING] > 0


@pytest.mark.parametrize(("count", "processes"), [(20, 2), (150, 1), (150, 0)])
def test_small_work_begins_no_process(count: int, processes: int, helpers: Callable[[], list[int]]) -> None:
    helped = set[int]()
    ingest(MemoryStore(), hands=Hands(make=ColonExtractor, processes=processes)).take(
        many(count), progress=lambda receipt: helped.update(helpers())
    )
    assert helped == set()


def test_processes_that_are_killed_are_told_of_and_done_without(
    caplog: pytest.LogCaptureFixture, helpers: Callable[[], list[int]]
) -> None:
    store, killed = MemoryStore(), list[int]()

    def told(receipt: Receipt) -> None:
        if not killed:
            killed.extend(helpers())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    receipt = ingest(store, hands=Hands(make=ColonExtractor, processes=2)).take(many(), progress=told)
    assert len(killed) == 2
    assert (receipt, quotations(store)) == expected_of(many())
    assert ["is lost" in line for line in caplog.messages] == [True, True]


class Elsewhere:
    """Dies, or fails, in every process but one."""

    def __init__(self, home: int, end: Callable[[], Any]) -> None:
        self.home, self.end = home, end

    def extract(self, article: Article) -> Extraction:
        if os.getpid() != self.home:
            self.end()
        return ColonExtractor().extract(article)


@pytest.mark.parametrize("end", [os.abort, sys.exit, partial(print, "noise on standard output")])
def test_whatever_happens_in_a_process_the_quotations_are_found(end: Callable[[], Any]) -> None:
    store, make = MemoryStore(), partial(Elsewhere, os.getpid(), end)
    receipt = ingest(store, hands=Hands(make=make, processes=2)).take(many())
    assert (receipt, quotations(store)) == expected_of(many())


class Refusing:
    """Cannot read one article, wherever it is."""

    def extract(self, article: Article) -> Extraction:
        if article.id == "00140":
            raise ValueError("no such quotation mark")
        return Extraction()


@pytest.mark.parametrize("processes", [0, 2])
def test_an_article_that_the_extractor_fails_over_is_searched_and_told(
    processes: int, helpers: Callable[[], list[int]]
) -> None:
    store, helped = MemoryStore(), set[int]()
    extractor: Extracts = Refusing()
    hands = Hands(make=Refusing, processes=processes)
    receipt = ingest(store, extractor=extractor, hands=hands).take(
        many(), progress=lambda receipt: helped.update(helpers())
    )
    assert store.describe().articles == len(many())
    assert receipt.skipped == {"a fault of the program, ValueError: please report it": 1}
    # No process was lost over it.
    assert len(helped) == processes


# No guard around what it does: the processes that help must not do it once more.
ENDLESS = """
import signal
from tests.embeddings.test_ingest_pipeline import LONG, ColonExtractor, Hands, MemoryStore, article, ingest
# Where the tests run in the background, they have it ignored, and so would this.
signal.signal(signal.SIGINT, signal.default_int_handler)
print("begun", flush=True)
endless = (article(str(n), LONG + f" {n}") for n in range(10**9))
told = lambda receipt: print(receipt.read, flush=True)
ingest(MemoryStore(), hands=Hands(make=ColonExtractor, processes=2)).take(endless, progress=told)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_a_run_that_is_ended(number: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, encoding="utf-8")
    command, environ = [sys.executable, str(script)], os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        assert run.stdout is not None
        lines = [run.stdout.readline() for _ in range(8)]
        begun = children(run.pid)
        run.send_signal(number)
        assert run.wait() != 0
        lines += run.stdout.readlines()
    assert len(begun) == 2
    assert lines.count("begun\n") == 1
    while any(Path(f"/proc/{pid}").exists() and not _is_zombie(pid) for pid in begun):
        time.sleep(0.05)


INTO_A_FOLDER = """
import sys
from pathlib import Path
from tests.embeddings.test_ingest_pipeline import ingest, opened, stories
with opened(Path(sys.argv[1])) as store:
    told = lambda receipt: print(receipt.read, flush=True)
    receipt = ingest(store).take(stories(500), progress=told)
    print({outcome.value: count for outcome, count in receipt.outcomes.items()})
"""


def opened(folder: Path) -> EmbeddedStore:
    return EmbeddedStore(folder, encoder=ENCODER.name, dimension=ENCODER.dimension, writing=True)


def test_a_run_that_is_killed_is_taken_up_where_it_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTO_A_FOLDER, str(tmp_path / "archive")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        told = [int(run.stdout.readline()) for _ in range(3)]
        run.kill()
    with opened(tmp_path / "archive") as store:
        on_file = store.describe().articles
        assert told[-1] <= on_file < 500
        encoder = CountingEncoder()
        receipt = ingest(store, encoder=encoder).take(stories(500))
        assert receipt.outcomes == {Outcome.UNCHANGED: on_file, Outcome.NEW: 500 - on_file}
        assert len(encoder.encoded) == 500 - on_file
        assert store.describe().vectors == 500


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
