"""What is special about the store on a server: that it can be missing, behind, full, shared, and gone."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from embeddings.errors import (
    BadSettings,
    EncoderMismatch,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreTooNew,
    StoreUnreachable,
)
from embeddings.news import Alert, Article, Concern, Filters, Judgement, Status, Viewer
from embeddings.settings import Server, Settings, placed
from embeddings.store import Candidates, Dossier, Entry, Store
from embeddings.store.embedded import EmbeddedStore
from embeddings.store.postgres import PostgresStore, candidates, replace_vectors
from embeddings.store.postgres.connection import connect, meaning, shown
from tests.fakes import DIMENSION, NOON, NOW, MemoryStore, article, kept, quotation, served, vector, withdrawn
from tests.servers import Primary, Replica
from tests.servers.engine import give_away
from tests.servers.proxy import Proxy
from tests.servers.shards import make_shards

HOUR = timedelta(hours=1)
LONG = 384
TOLERANCE = 1e-3
"""Either engine works with numbers of its own precision."""


def opened(
    address: str,
    *,
    writing: bool = True,
    replica: str | None = None,
    encoder: str = "fake",
    dimension: int = DIMENSION,
    patience: float = 60.0,
) -> PostgresStore:
    return PostgresStore(
        address, encoder=encoder, dimension=dimension, writing=writing, replica=replica, patience=patience
    )


def ask(
    store: Store,
    text: str = "anything",
    *words: str,
    filters: Filters = NOW,
    limit: int = 50,
    dimension: int = DIMENSION,
) -> Candidates:
    return store.candidates(vector(text, dimension), words, [], filters=filters, limit=limit)


def found(store: Store) -> set[str]:
    return {item.article.id for item in ask(store).items}


def story(number: int, *, dimension: int = DIMENSION, **fields: object) -> Entry:
    """One of many stories, in which some words are rare and some are in all."""
    chance = random.Random(number)
    texts = [
        f"Report {number}, part {n}: " + " ".join(f"word{int(chance.expovariate(0.05))}" for _ in range(12)) + "."
        for n in range(3)
    ]
    one = article(
        f"n{number}",
        *texts,
        outlet=f"Outlet {number % 7}",
        language="en" if number % 5 else "it",
        section=("politics", "sport", None)[number % 3],
        published=date(2026, 1, 1) + timedelta(days=number % 200),
        embargoed_until=NOON + HOUR if number % 11 == 0 else None,
        **fields,
    )
    said = [quotation(one, f"part {number % 3}", "Report")] if number % 9 == 0 else []
    return served(one, *said, dimension=dimension)


# Opening.


def test_an_empty_database_is_made_an_archive_by_whoever_writes(database: str) -> None:
    with pytest.raises(StoreError, match="holds no archive yet: `onrecord ingest PATH`"):
        opened(database, writing=False)
    opened(database).close()
    with opened(database, writing=False) as reader:
        assert reader.describe().articles == 0
        with pytest.raises(StoreReadOnly, match="opened for reading"):
            reader.put([story(1)])


def test_several_that_open_an_empty_database_at_once_make_one_archive(database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(lambda _: opened(database), range(4)):
            store.close()
    with opened(database) as store:
        assert store.describe().schema == 4


def test_tables_stand_beside_others_of_the_same_database(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE articles (id integer)")
        connection.execute("CREATE TABLE alembic_version (version_num text)")
    with opened(database) as store:
        store.put([story(1)])
        assert found(store) == {"n1"}
    with psycopg.connect(database, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (0,)


@pytest.mark.parametrize(("encoder", "dimension"), [("another", DIMENSION), ("fake", DIMENSION * 2)])
def test_another_encoder_is_refused_and_told_what_to_do(database: str, encoder: str, dimension: int) -> None:
    with opened(database) as store:
        store.put([story(1)])
    with pytest.raises(EncoderMismatch, match="onrecord reindex"):
        opened(database, encoder=encoder, dimension=dimension)


def test_one_that_is_open_notices_another_encoder(database: str) -> None:
    with opened(database) as one, opened(database, encoder="another") as other:
        one.put([story(1)])
        for refused in (lambda: ask(other), lambda: other.put([story(2)])):
            with pytest.raises(EncoderMismatch):
                refused()
        assert one.describe().articles == 1


@pytest.mark.parametrize("dimension", [DIMENSION, 2 * DIMENSION])
def test_replacing_all_vectors_hands_the_archive_to_another_encoder(database: str, dimension: int) -> None:
    with opened(database) as store:
        store.put(story(n) for n in range(4))
        before = (store.describe(), ask(store, "anything", "word3").frequencies)

    def again(articles: Iterator[Article]) -> Iterator[Entry]:
        return (served(one, dimension=dimension) for one in articles)

    with pytest.raises(ValueError, match="left out"):
        replace_vectors(database, encoder="new", dimension=dimension, entries=lambda all_: [*again(iter(all_))][1:])
    with opened(database) as store:
        assert store.describe() == before[0]
    assert replace_vectors(database, encoder="new", dimension=dimension, entries=lambda all_: again(iter(all_))) == 4
    with opened(database, encoder="new", dimension=dimension) as store:
        told = store.describe()
        assert (told.encoder, told.dimension, told.vectors) == ("new", dimension, 12)
        asked = store.candidates(vector("x", dimension), ["word3"], [], filters=NOW, limit=9)
        assert asked.frequencies == before[1]
    assert rows_left(database) == 0


@pytest.mark.parametrize("writing", [True, False])
def test_an_archive_of_a_newer_program_is_left_alone(database: str, writing: bool) -> None:
    opened(database).close()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE archive.archive_version SET version_num = '0999'")
    with pytest.raises(StoreTooNew, match=r"schema 999, this one knows 4\): upgrade with `pip install -U onrecord`"):
        opened(database, writing=writing)


def test_a_missing_extension_is_told_with_the_command(postgres: Primary) -> None:
    address = urlsplit(postgres.address("without_vectors"))
    postgres.run("CREATE DATABASE without_vectors TEMPLATE template0")
    postgres.run("CREATE ROLE humble LOGIN")
    try:
        with pytest.raises(StoreError, match="have a superuser run `CREATE EXTENSION vector`"):
            opened(address._replace(netloc=f"humble@{address.hostname}:{address.port}").geturl())
    finally:
        postgres.drop(postgres.address("without_vectors"))
        postgres.run("DROP ROLE humble")


def test_a_role_that_may_not_write_is_told_so(postgres: Primary, database: str) -> None:
    with opened(database) as store:
        store.put([story(1)])
    address = urlsplit(database)
    postgres.run("CREATE ROLE looker LOGIN")
    try:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("GRANT USAGE ON SCHEMA archive TO looker")
            connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA archive TO looker")
        with opened(address._replace(netloc=f"looker@{address.hostname}:{address.port}").geturl()) as store:
            assert found(store) == {"n1"}
            with pytest.raises(StoreReadOnly, match=r"docs/postgres\.md says what to grant"):
                store.put([story(2)])
    finally:
        postgres.drop(database)
        postgres.run("DROP ROLE looker")


@pytest.mark.parametrize(
    ("said", "kind", "advice"),
    [
        ('FATAL:  password authentication failed for user "desk"', StoreError, "check user and password"),
        ('FATAL:  database "nowhere" does not exist', StoreError, "make it with `createdb`"),
        ("FATAL:  sorry, too many clients already", StoreUnreachable, "max_connections"),
        ('FATAL:  too many connections for role "desk"', StoreUnreachable, "max_connections"),
        ("FATAL:  the database system is starting up", StoreUnreachable, "try again"),
        ("connection refused", StoreUnreachable, "see that the server is up"),
    ],
)
def test_what_a_server_says_while_connecting_comes_with_advice(said: str, kind: type[StoreError], advice: str) -> None:
    told = meaning(psycopg.OperationalError(f"connection failed: {said}"), "postgresql://host/name")
    assert type(told) is kind
    assert advice in str(told)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.errors.DiskFull, StoreFull),
        (psycopg.errors.ReadOnlySqlTransaction, StoreReadOnly),
        (psycopg.errors.InsufficientPrivilege, StoreReadOnly),
        (psycopg.errors.LockNotAvailable, StoreLocked),
        (psycopg.errors.DeadlockDetected, StoreLocked),
        (psycopg.errors.DataCorrupted, StoreDamaged),
        (psycopg.errors.AdminShutdown, StoreUnreachable),
        (psycopg.errors.CrashShutdown, StoreUnreachable),
        (psycopg.errors.UndefinedTable, StoreError),
        (psycopg.errors.OutOfMemory, StoreUnreachable),
        (psycopg.errors.DivisionByZero, StoreError),
    ],
)
def test_every_error_of_the_server_becomes_one_of_ours(error: type[psycopg.Error], kind: type[StoreError]) -> None:
    assert type(meaning(error("said\nDETAIL: words of a story"), "here")) is kind
    assert "words of a story" not in str(meaning(error("said\nDETAIL: words of a story"), "here"))


def test_a_server_or_database_that_is_not_there_is_told(postgres: Primary) -> None:
    with pytest.raises(StoreError, match="createdb"):
        opened(postgres.address("nowhere"))
    with pytest.raises(StoreUnreachable, match="see that the server is up"):
        opened("postgresql://postgres@127.0.0.1:1/x")


def test_a_role_without_a_connection_left_is_told(postgres: Primary, database: str) -> None:
    opened(database).close()
    address = urlsplit(database)
    postgres.run("CREATE ROLE single LOGIN SUPERUSER CONNECTION LIMIT 0")
    postgres.run("ALTER ROLE single NOSUPERUSER")
    try:
        with pytest.raises(StoreUnreachable, match="max_connections"):
            opened(address._replace(netloc=f"single@{address.hostname}:{address.port}").geturl())
    finally:
        postgres.run("DROP ROLE single")


# Settings.


def test_an_address_is_a_server_and_shows_no_password() -> None:
    settings = Settings.from_environ(
        {
            "ONRECORD_ARCHIVE": "postgres://desk:s3cret@db.example:5433/archive",
            "ONRECORD_ARCHIVE_REPLICA": "postgresql://desk:s3cret@replica.example/archive",
        }
    )
    archive = settings.archive
    assert isinstance(archive, Server)
    assert archive.url == "postgresql://desk:s3cret@db.example:5433/archive"
    assert archive.replica == "postgresql://desk:s3cret@replica.example/archive"
    for told in (repr(settings), str(archive), shown(archive.url), str(settings.beside)):
        assert "s3cret" not in told
    assert "db.example:5433/archive" in str(archive)
    assert settings.beside.is_relative_to(settings.cache)


@pytest.mark.parametrize(
    "environ",
    [
        {"ONRECORD_ARCHIVE": "postgresql://"},
        {"ONRECORD_ARCHIVE": "postgresql://host"},
        {"ONRECORD_ARCHIVE": "archive", "ONRECORD_ARCHIVE_REPLICA": "postgresql://host/name"},
        {"ONRECORD_ARCHIVE": "postgresql://host/name", "ONRECORD_ARCHIVE_REPLICA": "folder"},
    ],
)
def test_addresses_that_cannot_be_are_refused(environ: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match="ONRECORD_ARCHIVE"):
        Settings.from_environ(environ)


def test_anything_else_is_a_folder() -> None:
    assert placed("archive") == Path("archive")
    assert Settings.from_environ({"ONRECORD_ARCHIVE": "archive"}).beside == Path("archive")


# Searching.

FILTERS = [
    NOW,
    replace(NOW, viewer=Viewer(embargo_group=True)),
    replace(NOW, since=date(2026, 3, 1), before=date(2026, 4, 1)),
    replace(NOW, since=date(2026, 3, 1), before=date(2026, 3, 3)),
    replace(NOW, outlets=frozenset({"Outlet 3"})),
    replace(NOW, languages=frozenset({"it"}), sections=frozenset({"sport"})),
    replace(NOW, speakers=frozenset({"Report"})),
    replace(NOW, speakers=frozenset({"Report"}), outlets=frozenset({"Outlet 2", "Outlet 4"})),
    replace(NOW, outlets=frozenset({"Nobody"})),
]
QUESTIONS = [("a question", "word1", "word40", "report"), ("another", "word200"), ("the last", "report", "part")]


@pytest.fixture(scope="module")
def both(postgres: Primary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """The same two hundred articles in either engine."""
    address = postgres.fresh()
    embedded = EmbeddedStore(tmp_path_factory.mktemp("both") / "archive", encoder="fake", dimension=LONG, writing=True)
    with opened(address, dimension=LONG) as store, closing(embedded):
        for each in (store, embedded):
            each.put(story(n, dimension=LONG) for n in range(200))
        yield store, embedded
    postgres.drop(address)


def like(found: Candidates) -> dict[tuple[str, int], float]:
    return {(item.article.id, item.ordinal): item.cosine for item in found.items}


@pytest.mark.parametrize("few", [True, False], ids=["each compared", "by the index"])
@pytest.mark.parametrize("filters", FILTERS)
def test_both_engines_find_the_same(
    both: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch, filters: Filters, few: bool
) -> None:
    if not few:
        monkeypatch.setattr(candidates, "FEW_WINDOWS", -1)
    for text, *words in QUESTIONS:
        one, other = (ask(store, text, *words, filters=filters, limit=20, dimension=LONG) for store in both)
        assert one.frequencies == other.frequencies
        assert one.coverage == other.coverage
        assert one.paragraphs == other.paragraphs
        assert one.mean_words == pytest.approx(other.mean_words)
        mine, theirs = like(one), like(other)
        shared = mine.keys() & theirs.keys()
        # Which of those with the same score come last is either engine's choice.
        assert len(shared) >= 0.9 * max(len(mine), len(theirs))
        assert {place: mine[place] for place in shared} == pytest.approx(
            {place: theirs[place] for place in shared}, abs=TOLERANCE
        )
        nearest = [sorted(each.values(), reverse=True)[:10] for each in (mine, theirs)]
        assert nearest[0] == pytest.approx(nearest[1], abs=TOLERANCE)


def test_the_hour_of_release_passes_between_two_questions(database: str) -> None:
    with opened(database) as store:
        store.put([story(0), story(1)])
        for at, seen in ((NOON, 1), (NOON + HOUR / 2, 1), (NOON + HOUR, 2), (NOON, 1), (NOON + 2 * HOUR, 2)):
            asked = Filters(at=at)
            assert store.coverage(asked).articles == ask(store, filters=asked).coverage.articles == seen
            assert len(store.names(asked).uses) == seen - 1


COUNTED = {
    "everything": NOW,
    "the embargo group": replace(NOW, viewer=Viewer(embargo_group=True)),
    "some days": replace(NOW, since=date(2026, 2, 1), before=date(2026, 5, 1)),
    "an outlet": replace(NOW, outlets=frozenset({"Outlet 3"})),
    "a language": replace(NOW, languages=frozenset({"it"})),
    "a speaker": replace(NOW, speakers=frozenset({"Report"})),
}


@pytest.mark.parametrize("remembered", [3, 10_000])
def test_what_is_counted_keeps_up_with_every_write_and_hour(
    database: str, remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.store.postgres.writing.WITHDRAWALS", remembered)
    chance, at = random.Random(5), NOON
    with opened(database) as store, opened(database) as long_open:
        store.put(story(n) for n in range(30))
        for _ in range(25):
            number = chance.randrange(40)
            write = chance.choice((put_once, put_again, kill, purge, pass_an_hour))
            at += HOUR if write is pass_an_hour else timedelta(minutes=1)
            write(store, number)
            with opened(database, writing=False) as fresh:
                for name, filters in COUNTED.items():
                    now = replace(filters, at=at)
                    assert long_open.coverage(now) == fresh.coverage(now), (name, write.__name__)
                    assert long_open.names(now).uses == fresh.names(now).uses, (name, write.__name__)


def put_once(store: Store, number: int) -> None:
    store.put([story(number)])


def put_again(store: Store, number: int) -> None:
    entry = story(number + 1)
    renamed = replace(entry.article, id=f"n{number}", version=2)
    store.put([replace(entry, article=renamed)])


def kill(store: Store, number: int) -> None:
    store.put([withdrawn(article(f"n{number}", "Killed.", status=Status.CANCELED, version=3))])


def purge(store: Store, number: int) -> None:
    store.remove([f"n{number}"])


def pass_an_hour(store: Store, number: int) -> None:
    store.put([])


def test_what_was_purged_is_in_no_note_of_what_was_withdrawn(database: str) -> None:
    with opened(database) as store:
        store.put(story(n) for n in range(9, 19))
        kill(store, 9)
        kill(store, 10)
        with psycopg.connect(database) as connection:
            assert connection.execute("SELECT count(*) FROM archive.withdrawals").fetchone() == (2,)
            store.remove(["n9"])
            assert connection.execute("SELECT count(*) FROM archive.withdrawals").fetchone() == (0,)


def test_common_words_are_looked_up_two_by_two_and_one_by_one_where_that_finds_too_little(database: str) -> None:
    with opened(database) as store, pytest.MonkeyPatch.context() as patched:
        patched.setattr("embeddings.store.postgres.candidates.RARE_PARAGRAPHS", 3)
        store.put(served(article(f"a{n}", f"Common tax {n}.")) for n in range(6))
        store.put([served(article("pair", "Common budget.")), served(article("rare", "Zoning."))])
        store.put(served(article(f"b{n}", f"Budget {n}.")) for n in range(6))

        def matched(limit: int) -> set[str]:
            asked = ask(store, "q", "zone", "common", "budget", limit=limit)
            return {item.article.id for item in asked.items if item.lexical}

        assert matched(2) == {"pair", "rare"}
        assert len(matched(50)) == 14


# Trips to the server.

FAR = 0.02
"""Seconds to a server that is far away: whatever is asked at once is on its way before the first answer is there."""


@pytest.fixture
def far(database: str) -> Iterator[tuple[Proxy, PostgresStore, PostgresStore]]:
    """An archive of sixty articles far away, opened to be asked, and opened near by to be written to."""
    with opened(database) as near:
        near.put(story(n) for n in range(60))
        with Proxy(database, delay=FAR) as way, opened(way.url, writing=False) as store:
            yield way, store, near


def trips(way: Proxy, ask: Callable[[], object]) -> int:
    """How many trips to the server this takes."""
    before = way.trips
    ask()
    return way.trips - before


def test_a_question_is_one_trip_whatever_is_asked_and_written(
    far: tuple[Proxy, PostgresStore, PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    way, store, near = far
    days = replace(NOW, since=date(2026, 1, 5), before=date(2026, 2, 1))

    def asked(*words: str, filters: Filters = NOW, limit: int = 20) -> int:
        return trips(way, lambda: ask(store, " ".join(words), *words, filters=filters, limit=limit))

    assert asked("word1", "report") == 1
    assert asked("word1", "report") == 1
    assert asked("word7", "part", "nowhere") == 1
    assert asked("word1", filters=days) == 1
    near.put([story(61), withdrawn(replace(story(1).article, version=2, status=Status.CANCELED))])
    assert asked("word1", "report") == 1
    assert asked("word1", filters=days) == 1
    ids = {item.article.id for item in ask(store, limit=500).items}
    assert "n61" in ids
    assert "n1" not in ids
    # By the index, and once more where that finds too little.
    monkeypatch.setattr(candidates, "FEW_WINDOWS", -1)
    monkeypatch.setattr(candidates, "RARE_PARAGRAPHS", 3)
    assert asked("word1", "report", "part") == asked("word1", "report", "part", limit=500) == 1
    assert trips(way, lambda: store.coverage(days)) == trips(way, lambda: store.names(days)) == 1
    # What an answer shows beside its passages.
    places = [(item.article, item.ordinal) for item in ask(store).items]
    assert trips(way, lambda: store.copies({article.id for article, _ in places}, filters=days)) == 1
    assert trips(way, lambda: store.quotations_in(places)) == trips(way, lambda: store.sentences(places)) == 1


def test_counts_that_are_too_old_to_go_on_from_take_a_second_trip(
    far: tuple[Proxy, PostgresStore, PostgresStore],
) -> None:
    way, store, near = far
    said = replace(NOW, speakers=frozenset({"Report"}))
    for filters in (NOW, said):
        assert trips(way, lambda: ask(store, filters=filters)) == 1  # noqa: B023 - asked at once
    near.put([story(61)])
    assert trips(way, lambda: ask(store, filters=said)) == 2
    assert trips(way, lambda: ask(store, filters=said)) == 1
    near.remove(["n2"])
    assert trips(way, lambda: ask(store)) == 2
    assert trips(way, lambda: ask(store)) == 1
    assert ask(store).coverage == ask(near).coverage


def test_a_replica_takes_one_trip_and_the_primary_that_says_what_was_written_last(
    database: str, replica: Replica, beside: str
) -> None:
    with (
        opened(database) as near,
        Proxy(database, delay=FAR) as way,
        Proxy(beside, delay=FAR) as other,
        opened(way.url, replica=other.url, writing=False) as store,
    ):
        near.put([story(1)])
        replica.catch_up()
        found(store)
        before = way.trips, other.trips
        assert found(store) == {"n1"}
        assert (way.trips - before[0], other.trips - before[1]) == (1, 1)


# Writing.


def test_whoever_waits_too_long_is_told(database: str) -> None:
    with opened(database) as one, opened(database, patience=0.2) as other:
        with one.changing(), pytest.raises(StoreLocked, match="somebody else has been writing"):
            other.put([story(1)])
        other.put([story(1)])
        assert found(one) == {"n1"}


def test_writers_take_turns_and_lose_nothing(database: str) -> None:
    def write(start: int) -> None:
        with opened(database) as store:
            for n in range(start, start + 10):
                store.put([story(n)])

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, (100, 200, 300)))
    with opened(database) as store:
        assert store.describe().articles == 30
    assert_counts_are_right(database)


def test_a_writer_whose_connection_is_cut_holds_nobody_up(database: str) -> None:
    with opened(database) as one, opened(database, patience=5) as other:
        with one.changing():
            cut(database, "advisory")
            with pytest.raises(StoreUnreachable):
                one.put([story(1)])
        other.put([story(2)])
        one.put([story(3)])
        assert found(one) == {"n2", "n3"}


def test_readers_see_whole_articles_while_one_writes(database: str) -> None:
    versions = [
        served(
            article("a", *(f"Version {n}, part {part}." for part in range(4)), version=n),
        )
        for n in range(1, 25)
    ]
    done = threading.Event()

    def read() -> int:
        asked = 0
        with opened(database, writing=False) as reader:
            while not done.is_set():
                items = ask(reader, "anything", "version").items
                assert len(items) == 4
                assert len({item.article.version for item in items}) == 1
                asked += 1
        return asked

    with opened(database) as writer, ThreadPoolExecutor(2) as pool:
        writer.put(versions[:1])
        reading = [pool.submit(read) for _ in range(2)]
        try:
            writer.put(versions[1:])
        finally:
            done.set()
        assert all(one.result() for one in reading)


def cut(address: str, holding: str = "") -> None:
    """Break the connections of the archive's users, or of those that hold such a lock."""
    among = f"AND pid IN (SELECT pid FROM pg_locks WHERE locktype = '{holding}')" if holding else ""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE application_name = 'onrecord' AND datname = current_database() {among}".encode()
        )


def rows_left(address: str) -> int:
    """How many rows of the large tables belong to nothing that is on file."""
    tables = ("paragraphs", "windows", "quotations", "credits")
    query = " + ".join(
        f"(SELECT count(*) FROM archive.{table} WHERE serving NOT IN (SELECT serving FROM archive.servings))"
        for table in tables
    )
    texts = "(SELECT count(*) FROM archive.texts WHERE row NOT IN (SELECT row FROM archive.versions))"
    with psycopg.connect(address, autocommit=True) as connection:
        row = connection.execute(f"SELECT {query} + {texts}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def assert_counts_are_right(address: str) -> None:
    """What was counted while writing is what there is."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET search_path = archive, public")
        counted = connection.execute("SELECT paragraphs, windows, quotations, versions FROM standing").fetchone()
        there = connection.execute(
            "SELECT (SELECT count(*) FROM paragraphs), (SELECT count(*) FROM windows), "
            "(SELECT count(*) FROM quotations), (SELECT count(*) FROM versions)"
        ).fetchone()
        assert counted == there
        frequencies = connection.execute("SELECT word, body FROM frequencies ORDER BY word").fetchall()
        words = connection.execute(
            'SELECT lexeme COLLATE "C" AS word, count(*) FROM paragraphs, unnest(lexemes) GROUP BY word ORDER BY word'
        ).fetchall()
        assert frequencies == words
    assert rows_left(address) == 0


# Faults.


def test_a_lost_connection_costs_a_question_nothing(database: str) -> None:
    with opened(database) as store:
        store.put([story(1)])
        for _ in range(3):
            cut(database)
            assert found(store) == {"n1"}
        cut(database)
        store.describe()
        store.put([story(2)])
        assert found(store) == {"n1", "n2"}


@pytest.mark.parametrize("before", ["idle", "asked"])
def test_an_answer_that_never_comes_is_not_waited_for(database: str, before: str) -> None:
    with opened(database) as store:
        store.put([story(1)])
    address = f"{database}?connect_timeout=2&tcp_user_timeout=500&options=-c%20statement_timeout%3D500"
    with Proxy(address) as proxy, opened(proxy.url, writing=False) as store:
        if before == "asked":
            assert found(store) == {"n1"}
        proxy.swallow()
        started = time.monotonic()
        with pytest.raises(StoreUnreachable, match="try again"):
            found(store)
        assert time.monotonic() - started < 20
        proxy.pass_on()
        assert found(store) == {"n1"}


def test_a_search_that_takes_too_long_is_broken_off(database: str) -> None:
    slow = f"{database}?options=-c%20statement_timeout%3D300ms"
    with opened(database) as store:
        store.put([story(1)])
    with psycopg.connect(database) as other, opened(slow, writing=False) as store:
        other.execute("LOCK TABLE archive.servings IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StoreUnreachable, match="statement_timeout"):
            found(store)
        other.rollback()
        assert found(store) == {"n1"}


def test_what_the_address_says_of_a_connection_counts(database: str) -> None:
    with connect(database) as usual, connect(f"{database}?tcp_user_timeout=7&application_name=desk") as other:
        assert usual.info.get_parameters()["tcp_user_timeout"] == "10000"
        assert usual.info.get_parameters()["application_name"] == "onrecord"
        assert other.info.get_parameters()["tcp_user_timeout"] == "7"
        assert other.info.get_parameters()["application_name"] == "desk"


def test_a_server_that_fails_between_and_in_the_middle_of_questions(postgres: Primary, database: str) -> None:
    with opened(database) as store:
        store.put(story(n) for n in range(20))
        expected, outcomes, done = found(store), [], threading.Event()

        def keep_asking() -> None:
            while not done.is_set():
                try:
                    assert found(store) == expected
                    outcomes.append("answered")
                except StoreUnreachable as error:
                    outcomes.append("told" if "try again" in str(error) else str(error))

        with ThreadPoolExecutor(3) as pool:
            asking = [pool.submit(keep_asking) for _ in range(3)]
            for end in (postgres.kill, postgres.stop):
                while_answering(outcomes, asking)
                end()
                time.sleep(0.2)
                postgres.start()
            while_answering(outcomes, asking)
            done.set()
            for one in asking:
                one.result()
        assert set(outcomes) == {"answered", "told"}
        assert found(store) == expected


def while_answering(outcomes: list[str], asking: Sequence[Future[None]]) -> None:
    """Return when some more questions have been answered."""
    before = outcomes.count("answered")
    while outcomes.count("answered") < before + 5 and not any(one.done() for one in asking):
        time.sleep(0.01)


def test_a_server_that_fails_in_the_middle_of_writing_leaves_whole_articles(postgres: Primary, database: str) -> None:
    acknowledged: list[int] = []
    with opened(database) as store:

        def write() -> None:
            for n in range(len(acknowledged), 2_000):
                store.put([story(n)])
                acknowledged.append(n)

        for _ in range(2):
            with ThreadPoolExecutor(1) as pool:
                writing, before = pool.submit(write), len(acknowledged)
                while len(acknowledged) < before + 5 and not writing.done():
                    time.sleep(0.01)
                postgres.kill()
                with pytest.raises(StoreUnreachable, match="nothing was half-written"):
                    writing.result()
            postgres.start()
            last = len(acknowledged)
            assert set(store.heads([f"n{n}" for n in range(last)])) == {f"n{n}" for n in range(last)}
            assert_counts_are_right(database)
            store.put([story(last)])
            acknowledged.append(last)
        assert store.describe().articles == len(acknowledged)


def test_shards_and_the_small_tables_never_tell_two_stories(database: str, shards: Sequence[str]) -> None:
    """Connections are cut at any moment of a write to several servers; it is repeated until it is through."""
    opened(database).close()
    make_shards(database, shards, dimension=DIMENSION)
    plain, chance, done = MemoryStore(), random.Random(1), threading.Event()

    def keep_cutting() -> None:
        for _ in range(25):
            time.sleep(chance.uniform(0, 0.3))
            if done.is_set():
                break
            with suppress(psycopg.OperationalError):
                cut(database, "advisory")

    steps: list[Entry | str] = []
    for n in range(8):
        steps += [
            story(n),
            story(n + 1),
            served(replace(story(n).article, version=2, text="x" + story(n).article.text[1:])),
        ]
        steps.append(withdrawn(replace(story(n // 2).article, version=3, status=Status.CANCELED)))
    steps += ["n1", "n2", story(1)]
    cutting = threading.Thread(target=keep_cutting)
    cutting.start()
    try:
        with opened(database) as store:
            for step in steps:
                done_to(store, step, until=lambda do: repeated(do))
                done_to(plain, step, until=lambda do: do())
    finally:
        done.set()
        cutting.join()
    with opened(database) as store:
        store.put([story(99)])
        plain.put([story(99)])
        assert like(ask(store, "q", "word3", "report")) == pytest.approx(
            like(ask(plain, "q", "word3", "report")), abs=TOLERANCE
        )
        assert ask(store, "q", "word3", "report").frequencies == ask(plain, "q", "word3", "report").frequencies
        assert {one.fingerprint for one in store.served()} == {one.fingerprint for one in plain.served()}
    assert_counts_are_right(database)


def done_to(store: Store, step: Entry | str, *, until: Callable[[Callable[[], object]], object]) -> None:
    until(lambda: store.remove([step]) if isinstance(step, str) else store.put([step]))


def repeated(do: Callable[[], object]) -> None:
    """Do it again and again until it is through."""
    while True:
        try:
            do()
        except StoreError:
            continue
        return


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk of a few megabytes."""
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED: a full disk, which takes the right to mount one")
    place = Path(tempfile.mkdtemp(prefix="tiny-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", place], check=True)
    give_away(place)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)
    place.rmdir()


@pytest.fixture
def tiny(postgres: Primary, disk: Path) -> Iterator[str]:
    """A database on that disk."""
    postgres.run(f"CREATE TABLESPACE tiny LOCATION '{disk}'")
    postgres.run("CREATE DATABASE tiny TABLESPACE tiny")
    postgres.run("CREATE EXTENSION vector", "tiny")
    yield postgres.address("tiny")
    postgres.drop(postgres.address("tiny"))
    postgres.run("DROP TABLESPACE tiny")


def bulky(number: int) -> Entry:
    """A story that takes room, however well it is packed."""
    chance = random.Random(number)
    return served(article(f"n{number}", *(chance.randbytes(20_000).hex() for _ in range(20))))


def test_a_full_disk_stops_cleanly(tiny: str, disk: Path) -> None:
    with opened(tiny) as store:
        with pytest.raises(StoreFull, match="make room"):
            store.put(bulky(n) for n in range(100_000))
        count = store.describe().articles
        assert count > 1
        assert len(found(store)) > 1
        subprocess.run(["mount", "-o", "remount,size=80m", disk], check=True)
        # Only now: a server may take no new connections to a database whose disk is full.
        assert_counts_are_right(tiny)
        store.put([bulky(count)])
        assert store.describe().articles == count + 1
    assert_counts_are_right(tiny)


# A replica.


@pytest.fixture
def beside(database: str, replica: Replica) -> str:
    """The replica's address of this test's database, once it has it."""
    opened(database).close()
    replica.catch_up()
    return replica.beside(database)


def asked_last(replica: Replica, address: str) -> list[str]:
    """What the archive's users last asked the replica."""
    name = address.rpartition("/")[2]
    rows = replica.run(
        f"SELECT query FROM pg_stat_activity WHERE application_name = 'onrecord' AND datname = '{name}' "
        "AND pg_stat_activity.state_change > now() - interval '1 hour'"
    )
    return [query for (query,) in rows]


def test_reads_go_to_the_replica_and_a_writer_reads_what_it_wrote(database: str, replica: Replica, beside: str) -> None:
    with opened(database, replica=beside) as store:
        for n in range(1, 20):
            store.put([story(n)])
            assert f"n{n}" in found(store) or n % 11 == 0
        assert asked_last(replica, database)


def test_nobody_sees_a_killed_story_through_a_replica_that_lags(database: str, replica: Replica, beside: str) -> None:
    killed = withdrawn(replace(story(1).article, version=2, status=Status.CANCELED))
    with opened(database) as elsewhere, opened(database, replica=beside, writing=False) as store:
        elsewhere.put([story(1), story(2)])
        assert found(store) == {"n1", "n2"}
        replica.pause_replay()
        try:
            elsewhere.put([killed])
            started = time.monotonic()
            assert found(store) == {"n2"}
            assert time.monotonic() - started < 5
            assert store.coverage(NOW).articles == 1
            assert store.alerts() == []
            elsewhere.alert([Alert(concern=Concern.TERMS, articles=("n2",), words="No.", at=NOON)])
            assert len(store.alerts()) == 1
        finally:
            replica.resume_replay()
        assert found(store) == {"n2"}


def test_without_the_replica_the_primary_answers(postgres: Primary, database: str) -> None:
    with opened(database, replica="postgresql://postgres@127.0.0.1:1/x") as store:
        store.put([story(1)])
        assert found(store) == {"n1"}
        started = time.monotonic()
        for _ in range(20):
            assert found(store) == {"n1"}
        assert time.monotonic() - started < 10


def test_without_the_primary_nobody_answers(postgres: Primary, database: str, replica: Replica, beside: str) -> None:
    with opened(database, replica=beside) as store:
        store.put([story(1)])
        assert found(store) == {"n1"}
        postgres.stop()
        try:
            with pytest.raises(StoreUnreachable):
                found(store)
        finally:
            postgres.start()
        assert found(store) == {"n1"}


def test_a_replica_takes_no_writes_and_says_so(beside: str) -> None:
    with opened(beside) as store, pytest.raises(StoreReadOnly, match="name the primary's address"):
        store.put([story(1)])


# Moving.


def a_past(store: Store) -> None:
    """Give a store a history with everything in it."""
    store.put(story(n) for n in range(12))
    store.put([served(article("j", "One.", replaces="older", version=1))])
    store.put([replace(served(article("k", "Two.", guid="newer")), generation=1, joins="j")])
    store.put(
        [withdrawn(replace(story(3).article, version=2, status=Status.CANCELED)), kept(article("o", "Only kept."))]
    )
    store.judge([Judgement("A", "B", True)])
    store.alert([Alert(concern=Concern.TERMS, articles=("n3",), words="No.", at=NOON)])
    store.arrived(["Outlet 1"], at=NOON)
    store.remove(["n5"])


def told(dossiers: Iterator[Dossier]) -> list[tuple[object, ...]]:
    return [
        (
            one.id,
            sorted(one.aliases),
            set(one.handles),
            [(filed.article, filed.generation, filed.lifted, filed.formerly) for filed in one.versions],
            one.entry and (one.entry.article, one.entry.ordinals, one.entry.words, (*one.entry.quotations,)),
        )
        for one in dossiers
    ]


def test_an_archive_moves_in_and_out(database: str) -> None:
    plain, back = MemoryStore(), MemoryStore()
    a_past(plain)
    with opened(database) as store:
        assert store.restore(plain.dossiers(), plain.logbook()) == 13
        assert told(iter(store.dossiers())) == told(iter(plain.dossiers()))
        mine, theirs = store.logbook(), plain.logbook()
        assert (mine.changes, mine.alerts, mine.judgements) == (theirs.changes, theirs.alerts, theirs.judgements)
        assert (mine.arrivals, mine.last_ingest) == (theirs.arrivals, theirs.last_ingest)
        back.restore(store.dossiers(), store.logbook())
        assert ask(back, "q", "word3") == ask(plain, "q", "word3")
        with pytest.raises(StoreError, match="holds an archive of its own"):
            store.restore(plain.dossiers(), plain.logbook())
        # Numbers go on where they stopped.
        for each in (store, plain):
            each.put([story(3, version=9)])
            each.remove(["n1"])
        assert [one.sequence for one in store.changes(0, limit=99)] == [
            one.sequence for one in plain.changes(0, limit=99)
        ]
    assert_counts_are_right(database)


def test_a_move_that_broke_off_is_taken_up(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.store.postgres.restoring._AT_A_TIME", 4)
    plain = MemoryStore()
    a_past(plain)

    def half() -> Iterator[Dossier]:
        for n, dossier in enumerate(plain.dossiers()):
            if n == 9:
                raise RuntimeError("the power went")
            yield dossier

    with opened(database) as store:
        with pytest.raises(RuntimeError, match="the power went"):
            store.restore(half(), plain.logbook())
        for refused in (lambda: found(store), lambda: store.put([story(1)]), lambda: store.describe()):
            with pytest.raises(StoreError, match="onrecord migrate"):
                refused()
    with opened(database) as store:
        assert store.restore(plain.dossiers(), plain.logbook()) == 13
        assert told(iter(store.dossiers())) == told(iter(plain.dossiers()))
    assert_counts_are_right(database)
