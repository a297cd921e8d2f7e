"""Opening, migrating and refusing; what the database says when it cannot."""

from __future__ import annotations

import multiprocessing.pool
import stat
import traceback
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, inspect, text

from bot.errors import BadSettings, BotError, MemoryBroken
from bot.memory import open_memory
from bot.memory.database import Database, open_database
from bot.memory.inbox import Inbox
from bot.memory.schema import metadata
from tests.bot.memories import JOB, NOON, in_file, job, reports, started

PASSWORD = "hunter" + "2"
WORDS = "the secret of " + "the lighthouse"


def differences(database: Database) -> list[object]:
    with database.reading() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


# Made and brought up to date.


def test_the_migrations_make_the_tables_that_the_code_knows(url: str) -> None:
    database = open_database(url)
    assert differences(database) == []
    with database.reading() as connection:
        made = {index["name"] for table in metadata.tables for index in inspect(connection).get_indexes(table)}
    assert {index.name for table in metadata.tables.values() for index in table.indexes} <= made
    database.close()


def test_what_was_remembered_is_there_at_the_next_opening(url: str) -> None:
    for first in (True, False):
        with open_memory(url) as memory:
            assert memory.inbox.put(JOB) is first
            assert memory.database.shared == url.startswith("postgresql")
            memory.database.ping()


def test_a_database_without_a_step_gets_it(url: str) -> None:
    database = open_database(url)
    with database.writing() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DELETE FROM alembic_version"))
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TABLE alembic_version"))
    database.close()
    database = open_database(url)
    assert differences(database) == []
    database.close()


def test_the_database_of_a_newer_version_is_refused_and_left_alone(url: str) -> None:
    database = open_database(url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(MemoryBroken, match=r"newer Onrecord \(schema 9999.*pip install -U"):
        open_database(url)


def test_tables_of_others_in_it_do_no_harm(url: str) -> None:
    """As slack_sdk's stores for installations have them."""
    for _ in range(2):
        database = open_database(url)
        with database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS slack_bots (id INTEGER PRIMARY KEY)"))
            connection.execute(text("INSERT INTO slack_bots (id) SELECT count(*) FROM slack_bots"))
        database.close()


def opening_process(report: Connection, url: str, key: str) -> None:
    with open_memory(url) as memory:
        report.send(memory.inbox.put(job(key)))


def test_processes_that_open_a_new_database_at_once_all_get_it(url: str) -> None:
    processes = [started(opening_process, url, f"Ev{number}") for number in range(4)]
    assert [reports(connection) for _, connection in processes] == [[True]] * 4
    for process, _ in processes:
        process.join()
    with open_memory(url) as memory:
        assert memory.inbox.waiting() == 4


def test_a_database_in_memory_serves_all_threads() -> None:
    with open_memory("sqlite://") as memory:
        assert memory.inbox.put(JOB)
        with multiprocessing.pool.ThreadPool(4) as pool:
            assert pool.map(lambda _: memory.inbox.put(JOB), range(8)) == [False] * 8


# SQLite's file.


def test_what_is_acknowledged_survives_the_loss_of_power(tmp_path: Path) -> None:
    database = open_database(in_file(tmp_path))
    with database.reading() as connection:
        told = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")}
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    assert told == {"journal_mode": "wal", "synchronous": 2}
    database.close()


def test_a_new_file_and_its_log_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    database = open_database(f"sqlite:///{folder / 'bot.db'}")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert set(modes) == {"bot.db", "bot.db-wal", "bot.db-shm"}
    assert set(modes.values()) == {0o600}
    database.close()


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    database = open_database(in_file(tmp_path))
    inbox = Inbox(database)
    inbox.put(JOB)
    with database.writing():
        assert inbox.waiting() == 1
    database.close()


# Refusals.


def assert_refused(url: str, *, match: str, kind: type[BotError] = MemoryBroken) -> None:
    with pytest.raises(kind, match=match):
        open_database(url)


@pytest.mark.parametrize(
    "url", ["bot.db", "", "mysql://u:{}@h/d", "postgres://u:{}@h/d", "sqlite+odd:///bot.db", "://"]
)
def test_an_address_that_cannot_be_names_the_setting_and_an_example(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSettings, match=r"ONRECORD_DATABASE .* write sqlite:////folder") as refusal:
        open_database(url.format(PASSWORD))
    assert PASSWORD not in "".join(traceback.format_exception(refusal.value))


def test_a_server_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(BotError) as refusal:
        open_database(f"postgresql://reporter:{PASSWORD}@127.0.0.1:1/onrecord_test")
    assert isinstance(refusal.value, MemoryBroken)
    assert "reporter:***@127.0.0.1" in str(refusal.value)
    assert PASSWORD not in "".join(traceback.format_exception(refusal.value))


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_text("Tide tables, 2031\n" * 99, encoding="utf-8")
    before = path.read_bytes()
    assert_refused(f"sqlite:///{path}", match="name another in ONRECORD_DATABASE")
    assert path.read_bytes() == before


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    url = in_file(tmp_path)
    database = open_database(url)
    with database.writing() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    database.close()
    assert_refused(url, match="another program's database: name a file of the bot's own")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert_refused(f"sqlite:///{tmp_path / 'taken' / 'bot.db'}", match=r"taken/bot\.db cannot be made .*: mend that")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    assert_refused(f"sqlite:///{tmp_path}", match="unable to open database file: see that the folder is there")


def test_a_file_that_may_only_be_read_is_refused_at_opening_and_by_ping(tmp_path: Path) -> None:
    url = in_file(tmp_path)
    database = open_database(url)
    reading = f"sqlite:///file:{tmp_path / 'bot.db'}?mode=ro&uri=true"
    assert_refused(reading, match="readonly database: let the bot write")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(MemoryBroken, match="readonly database: let the bot write"):
        database.ping()
    database.close()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    url = in_file(tmp_path)
    with open_memory(url) as memory:
        for number in range(200):
            memory.inbox.put(job(f"Ev{number}", text="x" * 200))
    path = tmp_path / "bot.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(MemoryBroken, match="the file is damaged: put back a copy"), open_memory(url) as memory:
        memory.inbox.take(now=NOON)


def test_a_full_device_refuses_a_job_and_keeps_what_it_has(tmp_path: Path) -> None:
    database = open_database(in_file(tmp_path))
    inbox = Inbox(database)
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def fill(connection: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")  # type: ignore[attr-defined]

    event.listen(database.engine, "begin", fill)
    accepted: list[str] = []

    def put_until_refused() -> None:
        while inbox.put(job(f"Ev{len(accepted)}", channel=f"C{len(accepted)}", text=WORDS * 99)):
            accepted.append(f"Ev{len(accepted)}")

    with pytest.raises(MemoryBroken, match="disk is full: make room on the device") as refusal:
        put_until_refused()
    # What people wrote stays out of the error, and so out of the log.
    assert WORDS not in "".join(traceback.format_exception(refusal.value))
    event.remove(database.engine, "begin", fill)
    event.listen(
        database.engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 99999")
    )
    assert inbox.waiting() == len(accepted) > 0
    assert inbox.put(replace(JOB, key="later", channel="C999"))
    taken = iter(lambda: inbox.take(now=NOON), None)
    assert [found.job.key for found in taken] == [*accepted, "later"]
    database.close()


def test_a_busy_file_is_told_by_ping(tmp_path: Path) -> None:
    url = in_file(tmp_path)
    one, other = open_database(url), open_database(f"{url}?timeout=0.01")
    with one.writing(), pytest.raises(MemoryBroken, match="locked: another process holds the file"):
        other.ping()
    other.ping()
    one.close()
    other.close()
