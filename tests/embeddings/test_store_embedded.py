"""The embedded store when things go wrong, with real files and real processes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from embeddings.errors import (
    EncoderMismatch,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreTooNew,
)
from embeddings.news import Article, Filters, Judgement, NameUse, Nature, Quotation, Span, Viewer
from embeddings.store import Candidates, Entry, Store
from embeddings.store.codes import packed, unpacked
from embeddings.store.embedded import FORMER, EmbeddedStore, replace_vectors
from embeddings.store.fulltext import WordRows
from embeddings.store.rows import DATABASE, translated
from embeddings.store.schema import MIGRATIONS, Migration, migrate, schema_of
from embeddings.store.searched import FOLDER
from tests.fakes import DIMENSION, NOON, NOW, MemoryStore, article, named, quotation, served, vector, withdrawn

ROOT = Path(__file__).parents[2]

ONE = article("a", "The budget passed.", "The mayor smiled.", version=1)
TWO = article("b", "Rain fell on the budget.", version=1)


def opened(folder: Path, *, writing: bool = False, encoder: str = "fake", dimension: int = DIMENSION) -> EmbeddedStore:
    return EmbeddedStore(folder, encoder=encoder, dimension=dimension, writing=writing)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with two articles, closed."""
    with opened(tmp_path / "archive", writing=True) as store:
        store.put([served(ONE), served(TWO)])
    return tmp_path / "archive"


def ask(store: Store, text: str = "The budget passed.") -> Candidates:
    return store.candidates(vector(text), ["budget", "mayor"], [["the", "budget"]], filters=NOW, limit=50)


def places(found: Candidates) -> set[tuple[str, int | None, int]]:
    return {(item.article.id, item.article.version, item.ordinal) for item in found.items}


def expected(*articles: Article) -> Candidates:
    """What the plain store answers when it holds these."""
    plain = MemoryStore()
    plain.put(map(served, articles))
    return ask(plain)


def assert_same(found: Candidates, wanted: Candidates) -> None:
    def values(one: Candidates) -> list[tuple[str, int, float, float]]:
        rounded = [(i.article.id, i.ordinal, round(i.cosine, 4), round(i.lexical, 4)) for i in one.items]
        return sorted(rounded)

    assert values(found) == values(wanted)
    assert places(found) == places(wanted)
    assert (found.frequencies, found.paragraphs, found.coverage) == (
        wanted.frequencies,
        wanted.paragraphs,
        wanted.coverage,
    )


def command(program: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", program, *map(str, arguments)]


def said(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """What another process printed."""
    return subprocess.run(command(program, *arguments), cwd=ROOT, capture_output=True, text=True, check=False)


# Other readers, other writers.

DROP_PRIVILEGES = """
import os, sys
if os.geteuid() == 0:  # who may write anywhere
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
"""

READER = """
import sys
from pathlib import Path
from typing import cast
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import DIMENSION, NOW, vector
exec(sys.argv[2])
store = EmbeddedStore(Path(sys.argv[1]), encoder="fake", dimension=DIMENSION, writing=False)
for line in sys.stdin:
    found = store.candidates(vector(line), [], [], filters=NOW, limit=50)
    print(*sorted({f"{item.article.id}{item.article.version}" for item in found.items}), flush=True)
"""


@contextmanager
def reading_process(folder: Path, first: str = "") -> Iterator[Callable[[], str]]:
    """Another process with the archive open; each call is a question, and returns which versions it found."""
    with subprocess.Popen(
        command(READER, folder, first), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        stdin, stdout = other.stdin, other.stdout

        def answer() -> str:
            stdin.write("question\n")
            stdin.flush()
            return stdout.readline().strip()

        yield answer
        stdin.close()


def test_a_reading_process_sees_every_change_at_its_next_question(folder: Path) -> None:
    with opened(folder, writing=True) as writer, reading_process(folder) as answer:
        assert answer() == "a1 b1"
        writer.put([served(article("c", "New.", version=1)), served(replace(ONE, version=2))])
        assert answer() == "a2 b1 c1"
        writer.put([withdrawn(replace(ONE, version=3))])
        assert answer() == "b1 c1"
        assert writer.remove(["b"]) == 1
        assert answer() == "c1"


def test_a_reader_in_the_same_process_keeps_step(folder: Path) -> None:
    with opened(folder) as reader, opened(folder, writing=True) as writer:
        assert_same(ask(reader), expected(ONE, TWO))
        for number in range(2, 6):
            newer = replace(ONE, version=number)
            writer.put([served(newer)])
            assert_same(ask(reader), expected(newer, TWO))
            assert_same(ask(writer), expected(newer, TWO))


def test_writers_take_turns_and_wait_for_one_another(folder: Path) -> None:
    program = """
import sys
from pathlib import Path
from typing import cast
from embeddings.store.embedded import EmbeddedStore
EmbeddedStore(Path(sys.argv[1]), encoder="fake", dimension=8, writing=True, patience=0.1)
"""
    with opened(folder, writing=True) as one, opened(folder, writing=True) as other:
        one.put([served(replace(ONE, version=2))])
        other.put([served(replace(ONE, version=3))])
        assert_same(ask(one), expected(replace(ONE, version=3), TWO))
        with one.changing():
            one.put([served(replace(ONE, version=4))])
            late = said(program, folder)
            assert late.returncode == 1
            assert "StoreLocked" in late.stderr
            with EmbeddedStore(folder, encoder="fake", dimension=DIMENSION, writing=False) as reader:
                assert ask(reader).paragraphs == 3
        other.put([served(replace(ONE, version=5))])
        assert_same(ask(one), expected(replace(ONE, version=5), TWO))


def test_whoever_waits_too_long_is_told(folder: Path) -> None:
    hasty = EmbeddedStore(folder, encoder="fake", dimension=DIMENSION, writing=True, patience=0.05)
    told = pytest.raises(StoreLocked, match=r"wait until .* has finished, or stop it")
    with hasty, opened(folder, writing=True) as slow, slow.changing(), told:
        hasty.put([served(replace(ONE, version=2))])
    opened(folder, writing=True).close()


def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from typing import cast
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import article, served
with EmbeddedStore(Path(sys.argv[1]), encoder="fake", dimension=8, writing=True) as store:
    for n in range(25):
        store.put([served(article(f"{sys.argv[2]}{n}", f"Story {n} of {sys.argv[2]}."))])
"""
    folder = tmp_path / "archive"
    command = [sys.executable, "-c", program, str(folder)]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("one", "two")]
    assert [writer.wait() for writer in writers] == [0, 0]
    with opened(folder) as store:
        assert {one.id for one in store.served()} == {f"{name}{n}" for name in ("one", "two") for n in range(25)}
        assert ask(store).paragraphs == 50
    assert_sound(folder)


def test_a_failed_opening_lets_go_of_the_lock(folder: Path) -> None:
    with pytest.raises(EncoderMismatch):
        opened(folder, writing=True, encoder="other")
    opened(folder, writing=True).close()


def test_closing_twice_is_harmless(folder: Path) -> None:
    store = opened(folder, writing=True)
    store.close()
    store.close()


def test_threads_ask_whole_articles_while_one_writes(tmp_path: Path) -> None:
    problems: list[str] = []
    done = threading.Event()

    def reader(store: EmbeddedStore) -> None:
        while not done.is_set():
            found = store.candidates(vector("q"), ["word"], [], filters=NOW, limit=500)
            versions: dict[str, list[int | None]] = {}
            for item in found.items:
                versions.setdefault(item.article.id, []).append(item.article.version)
            torn = [one for one, seen in versions.items() if len(seen) != 2 or len(set(seen)) != 1]
            if torn or found.coverage.articles != len(versions) or found.frequencies["word"] != found.paragraphs:
                problems.append(f"torn: {torn}, {found.coverage}, {found.paragraphs}")

    with opened(tmp_path, writing=True) as store, opened(tmp_path) as another:
        threads = [threading.Thread(target=reader, args=[each]) for each in (store, store, another)]
        for thread in threads:
            thread.start()
        for n in range(40):
            one = article(f"a{n % 7}", f"First word {n}.", f"Second word {n}.", version=n)
            store.put([withdrawn(one) if n % 5 == 4 else served(one)])
        done.set()
        for thread in threads:
            thread.join()
    assert problems == []


# Crashes.

KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from typing import cast
left, armed, connect = int(sys.argv[2]), False, sqlite3.connect

def count(statement):
    global left
    left -= armed
    if armed and left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def traced(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.set_trace_callback(count)
    return connection

sqlite3.connect = traced
from embeddings.store.embedded import EmbeddedStore
from tests.embeddings.test_store_embedded import VERSIONS, quoted
from tests.fakes import DIMENSION, served
store = EmbeddedStore(Path(sys.argv[1]), encoder="fake", dimension=DIMENSION, writing=True)
for number, version in enumerate(VERSIONS):
    store.put([served(version, *quoted(version))])
    print(number, flush=True)
    armed = True
print("wrote everything")
"""

VERSIONS = [
    article("a", "The budget was old, Lee said.", "The mayor slept.", version=1),
    article("a", "The budget is new, Lee said.", "The mayor woke.", "The council cheered, said Kim.", version=2),
    article("b", "Rain fell, Lee said.", version=1),
]


def quoted(one: Article) -> list[Quotation]:
    """What Lee, and Kim, said in it."""
    words = one.text.partition(", Lee said")[0]
    more = [quotation(one, "The council cheered", "Kim", "Lee")] if "Kim" in one.text else []
    return [quotation(one, words, "Lee"), *more]


@pytest.mark.parametrize("statements", [1, 4, 7, 9, 11, 13, 15, 17, 18, 19, 20, 21, 22, 24, 27, 30, 36, 44])
def test_a_writer_killed_at_any_point_leaves_whole_articles(tmp_path: Path, statements: int) -> None:
    run = said(KILLED, tmp_path, statements)
    assert run.returncode == -signal.SIGKILL, run.stderr
    acknowledged = len(run.stdout.split())
    assert 1 <= acknowledged < len(VERSIONS)

    with opened(tmp_path, writing=True) as store:
        on_file = store.describe().versions
        assert on_file in (acknowledged, acknowledged + 1)
        newest = {one.id: one for one in VERSIONS[:on_file]}
        assert_same(ask(store), expected(*newest.values()))
        assert {one.id: one for one in store.served()} == newest
        assert store.article("a", 1) == VERSIONS[0]
        page = store.quotations(["Lee"], filters=NOW, limit=9)
        wanted = [(one, each) for one in reversed(newest.values()) for each in quoted(one)]
        assert [(each.article, each.quotation) for each in page.statements] == wanted
    assert_sound(tmp_path)


def assert_sound(folder: Path) -> None:
    """SQLite finds no fault in its rows nor in the full-text index."""
    connection = sqlite3.connect(folder / DATABASE)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for lists in ("headlines", "shelf_0"):
        connection.execute(f"INSERT INTO {lists} ({lists}) VALUES ('integrity-check')")
    connection.close()


# The files of vectors.

MANY = [article(f"m{n}", *(f"Paragraph {n} {i} of many." for i in range(1_000))) for n in range(21)]
"""So many paragraphs that there are files."""


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with files of vectors, closed; only to be copied."""
    folder = tmp_path_factory.mktemp("filed") / "archive"
    with opened(folder, writing=True) as store:
        store.put([served(one) for one in MANY])
    return folder


@pytest.fixture
def many(filed: Path, tmp_path: Path) -> Path:
    """A copy of that archive."""
    return Path(shutil.copytree(filed, tmp_path / "many"))


def nearest(folder: Path, *texts: str) -> list[tuple[str, int]]:
    """The paragraph nearest to each text."""
    with opened(folder) as store:
        found = [store.candidates(vector(text), [], [], filters=NOW, limit=1).items[0] for text in texts]
    return [(item.article.id, item.ordinal) for item in found]


FIRST, LAST = "Paragraph 0 0 of many.", "Paragraph 20 999 of many."


def flip(path: Path) -> None:
    contents = bytearray(path.read_bytes())
    contents[len(contents) // 3] ^= 4
    path.write_bytes(contents)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut in half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "bit flipped": flip,
}


def test_files_of_vectors_are_used_and_change_nothing(many: Path) -> None:
    files = {path: path.read_bytes() for path in (many / FOLDER).iterdir()}
    assert len(files) > 1
    assert nearest(many, FIRST, LAST) == [("m0", 1), ("m20", 1000)]
    assert {path: path.read_bytes() for path in (many / FOLDER).iterdir()} == files


@pytest.mark.parametrize("damage", DAMAGE)
def test_files_of_vectors_that_cannot_be_used_are_made_anew(many: Path, damage: str) -> None:
    sizes = {path.stat().st_size for path in (many / FOLDER).iterdir()}
    for path in (many / FOLDER).iterdir():
        if path.stat().st_size:
            DAMAGE[damage](path)
    assert nearest(many, FIRST, LAST) == [("m0", 1), ("m20", 1000)]
    opened(many, writing=True).close()
    assert max(sizes) in {path.stat().st_size for path in (many / FOLDER).iterdir()}
    assert nearest(many, FIRST, LAST) == [("m0", 1), ("m20", 1000)]


def test_what_came_and_went_since_the_files_were_written_counts(many: Path) -> None:
    with opened(many, writing=True) as store:
        store.put([served(ONE), withdrawn(replace(MANY[20], version=2))])
    found = nearest(many, FIRST, LAST, "The mayor smiled.")
    assert (found[0], found[2]) == (("m0", 1), ("a", 2))
    assert found[1] != ("m20", 1000)


def test_files_of_another_archive_are_not_used(many: Path, folder: Path) -> None:
    shutil.copytree(many / FOLDER, folder / FOLDER)
    with opened(folder) as store:
        assert_same(ask(store), expected(ONE, TWO))


def test_files_newer_than_a_restored_backup_are_not_used(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / DATABASE, tmp_path / "backup")
    with opened(folder, writing=True) as store:
        store.put([served(one) for one in MANY])
    shutil.copy(tmp_path / "backup", folder / DATABASE)
    instead = article("d", "Written after the restore.")
    with opened(folder, writing=True) as store:
        store.put([served(instead)])
    with opened(folder) as store:
        assert_same(ask(store), expected(ONE, TWO, instead))


def test_the_file_of_older_versions_goes(folder: Path) -> None:
    for name in (FORMER, f"{FORMER}.0123.tmp"):
        (folder / name).write_bytes(b"vectors")
    opened(folder).close()
    assert (folder / FORMER).exists()
    opened(folder, writing=True).close()
    assert not (folder / FORMER).exists()
    assert not (folder / f"{FORMER}.0123.tmp").exists()


def test_a_purge_leaves_nothing_of_any_version_in_any_file(many: Path) -> None:
    old, new = "Vermilion quokkas jumped.", "Cerulean quokkas jumped."
    with opened(many, writing=True) as store:
        store.put([served(article("q", old, version=1)), served(article("q", new, version=2))])
        store.put([served(one) for one in (ONE, TWO)])
        store.remove(["q"])
        left = b"".join(path.read_bytes() for path in many.rglob("*") if path.is_file())
        codes = packed(np.array([vector(old), vector(new)]))
        assert [each for each in (b"ermilion", b"quokka", b"erulean", *codes) if each in left] == []
    assert_sound(many)


def test_a_batch_that_is_broken_off_keeps_what_was_whole(folder: Path) -> None:
    third, unfit = served(article("c", "Kept.")), replace(served(article("d", "Unfit.")), ordinals=[9])
    with opened(folder, writing=True) as store:
        with pytest.raises(ValueError, match=r"^d: "):
            store.put([third, unfit, served(article("e", "Not reached."))])
        assert {one.id for one in store.served()} == {"a", "b", "c"}
        with pytest.raises(ValueError, match="leads to"):
            store.put([served(article("f", "Fine.", guid="g")), served(article("g", "Under another id."))])
        assert {one.id for one in store.served()} == {"a", "b", "c", "f"}
    assert_sound(folder)


def test_texts_are_encoded_once(folder: Path) -> None:
    one = served(article("c", "New words.", "More words."))
    with opened(folder, writing=True) as store:
        store.put([replace(one, digests=[11, -(2**63)], sentences=[b"some", b""])])
        found = store.encoded([11, -(2**63), 13])
        assert set(found) == {11, -(2**63)}
        assert found[11].vector == pytest.approx(one.vectors[0], abs=0.01)
        assert [found[11].sentences, found[-(2**63)].sentences] == [b"some", b""]
        store.put([withdrawn(replace(one.article, version=2))])
        assert store.encoded([11]) == {}


# Settings and versions that do not fit.


@pytest.mark.parametrize("writing", [False, True])
def test_another_encoder_is_refused_and_told_what_to_do(folder: Path, writing: bool) -> None:
    with pytest.raises(EncoderMismatch, match=r"fake \(8 dim.*other \(8 dim.*`onrecord reindex`.*ONRECORD_ENCODER"):
        opened(folder, writing=writing, encoder="other")
    with pytest.raises(EncoderMismatch, match="16 dimensions"):
        opened(folder, writing=writing, dimension=16)


def again(articles: Iterable[Article]) -> Iterator[Entry]:
    return (served(one, dimension=16) for one in articles)


def test_replacing_all_vectors_hands_the_archive_to_another_encoder(folder: Path) -> None:
    with opened(folder) as old:
        ask(old)
        assert replace_vectors(folder, encoder="wider", dimension=16, entries=again) == 2
        with pytest.raises(EncoderMismatch):
            ask(old)
    with opened(folder, encoder="wider", dimension=16) as new:
        found = new.candidates(vector("Rain fell on the budget.", 16), [], [], filters=NOW, limit=1)
        assert [(item.article, round(item.cosine, 2)) for item in found.items] == [(TWO, 1.0)]
        told = new.describe()
    assert (told.encoder, told.dimension, told.versions, told.vectors) == ("wider", 16, 2, 3)
    with pytest.raises(EncoderMismatch):
        opened(folder)


def test_replacing_with_the_same_encoder_reaches_open_readers(folder: Path) -> None:
    def turned(articles: Iterable[Article]) -> Iterator[Entry]:
        return (replace(entry, vectors=-entry.vectors) for entry in map(served, articles))

    with opened(folder) as reader:
        before = {(i.article.id, i.ordinal): i.cosine for i in ask(reader).items}
        replace_vectors(folder, encoder="fake", dimension=DIMENSION, entries=turned)
        after = {(i.article.id, i.ordinal): -i.cosine for i in ask(reader).items}
    assert after == pytest.approx(before)


@pytest.mark.parametrize("fault", ["broken off", "left out"])
def test_replacing_vectors_is_all_or_nothing(folder: Path, fault: str) -> None:
    def some(articles: Iterable[Article]) -> Iterator[Entry]:
        yield next(again(articles))
        if fault == "broken off":
            raise RuntimeError("broken off")

    with pytest.raises((RuntimeError, ValueError), match=fault):
        replace_vectors(folder, encoder="wider", dimension=16, entries=some)
    with opened(folder) as store:
        assert_same(ask(store), expected(ONE, TWO))


@pytest.mark.parametrize("writing", [False, True])
def test_an_archive_of_a_newer_program_is_left_alone(folder: Path, writing: bool) -> None:
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("INSERT INTO migrations VALUES (99, 'from the future', 'tomorrow')")
    connection.close()

    known = MIGRATIONS[-1].number
    with pytest.raises(StoreTooNew, match=rf"schema 99, this one knows {known}.*`pip install -U onrecord`"):
        opened(folder, writing=writing)


def test_steps_are_applied_once_and_recorded() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    first, second = Migration(1, "one", ("CREATE TABLE one (x)",)), Migration(2, "two", ("CREATE TABLE two (x)",))
    assert schema_of(connection) == 0

    migrate(connection, [first])
    migrate(connection, [first, second])
    migrate(connection, [first, second])
    assert connection.execute("SELECT number, name FROM migrations").fetchall() == [(1, "one"), (2, "two")]
    connection.close()


def test_a_step_that_fails_leaves_nothing() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    broken = Migration(1, "broken", ("CREATE TABLE one (x)", "CREATE TABLE one (x)"))

    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, [broken])
    assert schema_of(connection) == 0
    assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'one'").fetchall() == []
    connection.close()


# Quotations.

LEE = article("lee", "“We shall sign,” said Ann Lee.", version=1)
SIGN = quotation(LEE, "We shall sign,", "Ann Lee")
SAME = Judgement("A. Lee", "Ann Lee", True)


def make_old(folder: Path, schema: int = 3) -> None:
    """Take an archive back to an older schema, as one that was never brought up to date."""
    connection = sqlite3.connect(folder / DATABASE)
    if schema >= 8:
        connection.executescript(
            "DROP TABLE sentences; DELETE FROM migrations WHERE number > 8; DELETE FROM meta WHERE name = 'last_ingest'"
        )
        connection.close()
        return
    connection.row_factory = sqlite3.Row
    rows: dict[str, list[dict[str, object]]] = {}
    for table in ("articles", "versions", "servings", "windows", "journal", "meta"):
        rows[table] = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
    connection.close()
    with closing(sqlite3.connect(folder / DATABASE)) as reading:
        kept = WordRows(reading)
        words = kept.of(int(str(row["id"])) for row in rows["servings"])
    for row in rows["windows"]:
        row["vector"] = unpacked([cast(bytes, row["vector"])], DIMENSION).astype(np.float16).tobytes()
    rows["paragraphs"], passages = [], []
    for row in rows["servings"]:
        headline, *texts = words[int(str(row["id"]))]
        for n, text in enumerate(texts, 1):
            number = int(str(row["first_paragraph"])) + n - 1
            rows["paragraphs"].append({"id": number, "serving": row["id"], "ordinal": n, "words": len(text.split())})
            passages.append((number, headline, text))
    (folder / DATABASE).unlink()
    connection = sqlite3.connect(folder / DATABASE, isolation_level=None)
    migrate(connection, MIGRATIONS[:schema])
    for table, found in rows.items():
        known = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
        columns = [name for name in known if name in found[0]]
        marks = ", ".join("?" * len(columns))
        values = [[row[name] for name in columns] for row in found]
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)
    connection.executemany("INSERT INTO passages (rowid, headline, body) VALUES (?, ?, ?)", passages)
    connection.execute("DELETE FROM meta WHERE name IN ('last_ingest', 'last_paragraph')")
    connection.close()


@pytest.mark.parametrize("schema", range(3, len(MIGRATIONS)))
def test_an_archive_of_any_older_schema_is_brought_up_to_date_when_it_is_read(folder: Path, schema: int) -> None:
    make_old(folder, schema)
    with opened(folder) as store:
        assert_same(ask(store), expected(ONE, TWO))
        told = store.describe()
        assert (told.schema, told.quotations) == (len(MIGRATIONS), 0)
        assert told.last_ingest == (told.last_write if schema < 5 else None)
        assert dict(told.sources) == {}
        assert (store.names(NOW).uses, store.names(NOW).judgements) == ((), ())
        assert store.heads(["a"])["a"].fingerprints == {ONE.fingerprint}
        assert store.copies(["a"], filters=NOW) == {"a": ()}


def test_an_archive_from_before_quotations_is_brought_up_to_date_under_open_readers(folder: Path) -> None:
    make_old(folder)
    with opened(folder) as reader:
        assert reader.names(NOW).uses == ()
        written = reader.describe().last_write
        with opened(folder, writing=True) as store:
            assert store.describe().last_ingest == written
            assert_same(ask(store), expected(ONE, TWO))
            store.put([served(LEE, SIGN)])
            store.judge([SAME])
            assert store.describe().last_ingest == written
            store.arrived(["Wire"], at=NOON)
        assert reader.describe().sources == {"Wire": NOON}
        assert [use.name for use in reader.names(NOW).uses] == ["Ann Lee"]
        assert reader.names(NOW).judgements == (SAME,)
        assert [one.quotation for one in reader.quotations(["Ann Lee"], filters=NOW, limit=5).statements] == [SIGN]
        assert reader.describe().schema == MIGRATIONS[-1].number


def test_replacing_vectors_takes_quotations_anew_and_keeps_judgements(folder: Path) -> None:
    with opened(folder, writing=True) as store:
        store.put([served(LEE)])
        store.judge([SAME])

    def anew(articles: Iterable[Article]) -> Iterator[Entry]:
        return (served(one, *([SIGN] if one == LEE else []), dimension=16) for one in articles)

    assert replace_vectors(folder, encoder="wider", dimension=16, entries=anew) == 3
    with opened(folder, encoder="wider", dimension=16) as new:
        assert new.names(NOW).uses == (NameUse(name="Ann Lee", nature=Nature.PERSON, quotations=1),)
        assert new.names(NOW).judgements == (SAME,)


def test_quotations_leave_no_rows_behind(folder: Path) -> None:
    with opened(folder, writing=True) as store:
        store.put([served(LEE, SIGN)])
        store.put([withdrawn(replace(LEE, version=2))])
        assert store.describe().quotations == 0
    connection = sqlite3.connect(folder / DATABASE)
    left = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("quotations", "credits")]
    connection.close()
    assert left == [(0,), (0,)]
    assert_sound(folder)


# Names, counted as they come and go.

COUNTED = {
    "everything": NOW,
    "the embargo group": replace(NOW, viewer=Viewer(embargo_group=True)),
    "some days": replace(NOW, since=date(2026, 2, 1), before=date(2026, 5, 1)),
    "an outlet": replace(NOW, outlets=frozenset({"Outlet 1"})),
    "a speaker": replace(NOW, speakers=frozenset({"Speaker 2"})),
}


SPEAKERS = [f"Speaker {number}" for number in range(9)]


def told(number: int, chance: random.Random, *, version: int) -> Entry:
    """An article that credits some of a few speakers, now as one thing and now as another, perhaps under embargo."""
    one = article(
        f"told {number}",
        "“We shall sign,” said " + ", ".join(SPEAKERS),
        version=version,
        outlet=f"Outlet {number % 3}",
        published=date(2026, 1 + number % 6, 1 + number % 28),
        embargoed_until=NOON + timedelta(minutes=chance.randrange(1, 90)) if chance.random() < 0.3 else None,
    )
    speakers = [
        named(one, chance.choice(SPEAKERS), *roles, nature=nature)
        for roles in chance.choices([(), ("mayor",), ("mayor", "owner")], k=chance.randrange(4))
        for nature in chance.choices([Nature.PERSON, Nature.GROUP])
    ]
    return served(one, quotation(one, "We shall sign,", *speakers), quotation(one, "We", *speakers[:1]))


@pytest.mark.parametrize("seed", range(4))
def test_names_are_the_same_in_a_store_that_was_open_all_along(folder: Path, seed: int) -> None:
    chance, at = random.Random(seed), NOON
    counted: set[tuple[NameUse, ...]] = set()
    with opened(folder, writing=True) as store, opened(folder) as long_open:
        for version in range(1, 30):
            number = chance.randrange(12)
            write = chance.choice(("serve", "serve", "serve", "kill", "purge", "wait"))
            if write == "serve":
                store.put([told(number, chance, version=version)])
            elif write == "kill":
                store.put([withdrawn(article(f"told {number}", "Killed.", version=version))])
            elif write == "purge":
                store.remove([f"told {number}"])
            else:
                at += timedelta(minutes=20)
            asked = [replace(filters, at=at) for filters in COUNTED.values() if chance.random() < 0.7]
            with opened(folder) as fresh:
                for filters in asked:
                    uses = long_open.names(filters).uses
                    assert uses == fresh.names(filters).uses == by_hand(fresh, filters), (version, write)
                    assert long_open.names(filters).uses is uses
                    counted.add(uses)
    assert len(counted) > 10


def by_hand(store: EmbeddedStore, filters: Filters) -> tuple[NameUse, ...]:
    """The names of what may be seen, counted one by one."""
    own = MemoryStore()
    own.put(served(one, *(q for each in store.quotations_in(places_in(one)) for q in each)) for one in store.served())
    return tuple(own.names(filters).uses)


def places_in(one: Article) -> list[tuple[Article, int]]:
    return [(one, paragraph.ordinal) for paragraph in one.paragraphs]


def test_a_write_that_credits_nobody_leaves_the_names_as_they_are(folder: Path) -> None:
    with opened(folder, writing=True) as store:
        store.put([served(LEE, SIGN)])
        before = store.names(NOW).uses
        store.put([served(replace(ONE, version=2))])
        assert store.names(NOW).uses is before
        assert store.names(replace(NOW, viewer=Viewer(embargo_group=True))).uses is before


def test_a_quotation_is_filed_under_the_paragraph_in_which_it_begins(folder: Path) -> None:
    one = article("c", "One and two.", "Three and four.", "Five and six.", version=1)
    starts = [paragraph.start for paragraph in one.paragraphs]
    wanted = [quotation(one, part, "One") for part in ("One", "two.", "Three", "Five and six.")]
    with opened(folder, writing=True) as store:
        store.put([served(one, *reversed(wanted))])
        assert store.quotations_in(places_in(one)) == [tuple(wanted[:2]), (wanted[2],), (wanted[3],)]
        between = replace(wanted[0], content=(Span(one.paragraphs[0].end, starts[1] + 2),))
        with pytest.raises(ValueError, match="begins in no paragraph"):
            store.put([served(replace(one, version=2), between)])


def test_a_reader_may_not_judge(folder: Path) -> None:
    with opened(folder) as reader, pytest.raises(StoreReadOnly):
        reader.judge([SAME])


def test_an_archive_remembers_its_steps(folder: Path) -> None:
    connection = sqlite3.connect(folder / DATABASE)
    recorded = connection.execute("SELECT number, name FROM migrations").fetchall()
    connection.close()
    assert recorded == [(step.number, step.name) for step in MIGRATIONS]


# Folders and devices that refuse.


def test_reading_where_nothing_is_says_how_to_begin(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "blank").mkdir()
    (tmp_path / "blank" / DATABASE).touch()
    for name in ("missing", "empty", "blank"):
        with pytest.raises(StoreError, match="`onrecord ingest PATH` makes one"):
            opened(tmp_path / name)
    assert not (tmp_path / "missing").exists()


def test_a_reader_does_not_write(folder: Path) -> None:
    with opened(folder) as reader:
        with pytest.raises(StoreReadOnly):
            reader.put([served(ONE)])
        with pytest.raises(StoreReadOnly):
            reader.remove(["a"])


READ_ONLY = """
import sys
from pathlib import Path
from typing import cast
from embeddings.errors import StoreReadOnly
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import DIMENSION, NOW, vector
exec(sys.argv[2])
with EmbeddedStore(Path(sys.argv[1]), encoder="fake", dimension=DIMENSION, writing=False) as store:
    found = store.candidates(vector("q"), [], [], filters=NOW, limit=50)
    print(*sorted(f"{item.article.id}{item.ordinal}" for item in found.items))
try:
    EmbeddedStore(Path(sys.argv[1]), encoder="fake", dimension=DIMENSION, writing=True)
except StoreReadOnly:
    print("refused")
"""


@pytest.fixture
def shown(folder: Path) -> Iterator[Path]:
    """A copy of the archive where any user can look, but only its owner can write."""
    place = Path(tempfile.mkdtemp())
    shutil.copytree(folder, place, dirs_exist_ok=True)
    yield place
    place.chmod(0o755)
    shutil.rmtree(place)


def lock_up(place: Path) -> None:
    """Take away the right to write."""
    for path in (*place.iterdir(), place):
        path.chmod(0o555 if path.is_dir() else 0o444)


def test_a_folder_that_cannot_be_written_can_be_read(shown: Path) -> None:
    lock_up(shown)

    run = said(READ_ONLY, shown, DROP_PRIVILEGES)
    assert run.stdout.split() == ["a1", "a2", "b1", "refused"], run.stderr


def test_it_can_be_read_while_its_owner_writes(shown: Path) -> None:
    with opened(shown, writing=True) as writer:
        writer.put([served(article("c", "Still in the log."))])
        lock_up(shown)
        run = said(READ_ONLY, shown, DROP_PRIVILEGES)
        shown.chmod(0o755)
    assert run.stdout.split()[:4] == ["a1", "a2", "b1", "c1"], run.stderr


def test_whoever_may_only_read_still_sees_what_its_owner_writes_later(shown: Path) -> None:
    lock_up(shown)
    with reading_process(shown, DROP_PRIVILEGES) as answer:
        assert answer() == "a1 b1"
        shown.chmod(0o755)
        (shown / DATABASE).chmod(0o644)
        with opened(shown, writing=True) as writer:
            writer.put([withdrawn(replace(ONE, version=2))])
            assert answer() == "b1"
            writer.put([served(article("c", "Later.", version=1))])
            assert answer() == "b1 c1"
        assert answer() == "b1 c1"
        with opened(shown, writing=True) as writer:
            writer.remove(["b"])
        assert answer() == "c1"


FULL = """
import os, resource, sys
from pathlib import Path
from typing import cast
from embeddings.errors import StoreFull
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import DIMENSION, article, served
store = EmbeddedStore(Path(sys.argv[1]), encoder="fake", dimension=DIMENSION, writing=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    for n in range(10_000):
        store.put([served(article(f"n{n}", *(f"Paragraph {n} {i} of the text." for i in range(20))))])
        print(n, flush=True)
except StoreFull as full:
    print(type(full).__name__, "make room" in str(full))
store.close()
"""


def test_a_full_device_stops_cleanly(tmp_path: Path) -> None:
    run = said(FULL, tmp_path)
    *acknowledged, last = run.stdout.splitlines()
    assert (run.returncode, last) == (0, "StoreFull True"), run.stderr
    assert len(acknowledged) > 1

    with opened(tmp_path, writing=True) as store:
        assert store.describe().articles == len(acknowledged)
        assert all(len(one.paragraphs) == 20 for one in store.served())
        store.put([served(article("after", "There is room again."))])
        assert ask(store).paragraphs == 20 * len(acknowledged) + 1
    assert_sound(tmp_path)


def test_sqlite_saying_full_is_full(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(StoreFull, match="no room left"), translated(tmp_path):
        connection.executescript("CREATE TABLE a (x); CREATE TABLE b (x); CREATE TABLE c (x)")
    connection.close()


def test_errors_of_no_known_kind_are_store_errors(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:")
    with pytest.raises(StoreError, match="SQLite refused") as caught, translated(tmp_path):
        connection.execute("SELECT nonsense")
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    connection.close()


@pytest.mark.parametrize("writing", [False, True])
def test_a_file_that_is_no_database_is_damaged(folder: Path, writing: bool) -> None:
    (folder / DATABASE).write_bytes(b"not a database" * 1000)

    with pytest.raises(StoreDamaged, match="restore a backup, or make a new archive with `onrecord ingest`"):
        opened(folder, writing=writing)


def test_a_damaged_page_is_reported(tmp_path: Path) -> None:
    with opened(tmp_path, writing=True) as store:
        store.put(served(article(f"a{n}", f"Text {n}.")) for n in range(20))
    contents = bytearray((tmp_path / DATABASE).read_bytes())
    contents[8192:] = os.urandom(len(contents) - 8192)
    (tmp_path / DATABASE).write_bytes(contents)

    with pytest.raises(StoreDamaged, match="restore a backup"), opened(tmp_path) as store:
        ask(store)
