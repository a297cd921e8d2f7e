"""The servers that other tests rely on: they come back as they were, fall behind, and leave nothing running."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.servers import Primary, Replica, Runs, engine

ROOT = Path(__file__).parents[2]


def value(address: str, statement: str) -> object:
    with psycopg.connect(address) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_comes_back_in_its_place_with_all_that_it_had(postgres: Primary, database: str, how: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE tides AS SELECT generate_series(1, 1000) AS height")
    getattr(postgres, how)()
    assert not postgres.running
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database)
    postgres.start()
    assert value(database, "SELECT count(*) FROM tides") == 1000


def test_a_replica_follows_and_falls_behind_as_it_is_told(postgres: Primary, replica: Replica, database: str) -> None:
    postgres.run("CREATE TABLE tides (height integer)", database.rpartition("/")[2])
    replica.catch_up()
    beside = replica.beside(database)
    replica.pause_replay()
    try:
        postgres.run("INSERT INTO tides VALUES (3)", database.rpartition("/")[2])
        assert value(beside, "SELECT count(*) FROM tides") == 0
    finally:
        replica.resume_replay()
    replica.catch_up()
    assert value(beside, "SELECT count(*) FROM tides") == 1


def test_words_of_every_alphabet_have_their_cases_and_the_extensions_are_there(database: str) -> None:
    assert value(database, "SELECT lower('ÅRSVIK ŻÓŁĆ ЖУК')") == "årsvik żółć жук"
    assert value(database, "SELECT '[1,0]'::vector <=> '[0,1]'::vector") == 1


def test_what_a_killed_run_left_running_is_stopped_by_the_next(postgres: Primary) -> None:
    command = [sys.executable, "-m", "tests.servers"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = process.stdout.readline().rpartition(" ")[2].strip()
        process.kill()
    assert value(left, "SELECT 1") == 1
    runs = Runs(engine())
    runs.close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(left)
    # A run that lives keeps its own.
    assert postgres.running
    assert postgres.run("SELECT 1") == [(1,)]
