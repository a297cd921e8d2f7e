"""What the bot remembers is the same in another database, and goes on there."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy import Engine, event, inspect, select
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import BadSettings, MemoryBroken
from bot.memory import open_memory
from bot.memory.schema import metadata
from bot.talk import Shown
from bot.wiring import move_memory
from tests.bot.memories import JOB, NOON, Clock, in_file, job, reports, started
from tests.bot.test_memory_answers import ASKED, GALE, TIDE

INSTALLED = Installation(app_id="A1", team_id="T1", user_id="U1", bot_token="xoxb-invented", installed_at=1_000_000.0)


@pytest.fixture
def filled(tmp_path: Path) -> str:
    """The address of a memory with something in every table."""
    url = in_file(tmp_path / "source")
    with open_memory(url, clock=Clock()) as memory:
        memory.answers.record(ASKED)
        shown = tuple(Shown("tide", 1, paragraph, "aa") for paragraph in range(1, 2_200))
        memory.answers.record(replace(ASKED, id="A2", ts="11.1", shown=shown))
        memory.answers.record(replace(ASKED, id="A3", private=True, request=None, shown=(GALE,)))
        memory.answers.rate("A1", team="T1", user="U1", useful=False, reason="Half a pair: \ud83d")
        memory.inbox.put(JOB)
        memory.inbox.put(job("waiting"))
        memory.inbox.take(now=NOON)
        memory.following.advance("changes", after=None, to=1 << 40)
        installations(memory.database.engine, make=True).save(INSTALLED)
    return url


def installations(engine: Engine, *, make: bool = False) -> SQLAlchemyInstallationStore:
    store = SQLAlchemyInstallationStore(client_id="C1", engine=engine)
    if make:
        store.metadata.create_all(engine)
    return store


def rows(url: str) -> dict[str, list[Any]]:
    with open_memory(url) as memory, memory.database.reading() as connection:
        there = inspect(connection).get_table_names()
        tables = [*metadata.sorted_tables, installations(memory.database.engine).bots]
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in tables
            if table.name in there
        }


def test_everything_goes_over_and_back(filled: str, url: str, tmp_path: Path) -> None:
    counts = move_memory(filled, url)
    back = move_memory(url, in_file(tmp_path / "back"))

    assert counts == back
    assert (counts["answers"], counts["showings"], counts["jobs"], counts["slack_bots"]) == (3, 2_202, 2, 1)
    assert rows(filled) == rows(url) == rows(in_file(tmp_path / "back"))


def test_the_bot_goes_on_where_it_stopped(filled: str, url: str) -> None:
    with open_memory(filled) as before:
        unsettled, numbers = before.answers.unsettled("tide"), [number for number, *_ in rows(filled)["answers"]]
    move_memory(filled, url)

    with open_memory(url, clock=Clock()) as memory:
        assert memory.answers.unsettled("tide") == unsettled
        assert memory.answers.latest("T1", "C1", "10.0")
        assert memory.following.place("changes") == 1 << 40
        assert not memory.inbox.put(JOB)
        assert memory.inbox.put(job("next"))
        memory.answers.record(replace(ASKED, id="A4", shown=(TIDE,)))
        bot = installations(memory.database.engine).find_bot(enterprise_id=None, team_id="T1")
        assert bot
        assert bot.bot_token == "xoxb-invented"
    assert max(number for number, *_ in rows(url)["answers"]) > max(numbers)


def test_a_memory_that_remembers_something_is_left_as_it_is(filled: str, url: str) -> None:
    with open_memory(url) as memory:
        memory.following.advance("changes", after=None, to=7)

    with pytest.raises(MemoryBroken, match="remembers something already: name a database that no bot has used yet"):
        move_memory(filled, url)

    assert {name: len(held) for name, held in rows(url).items() if held} == {"cursors": 1}


def test_there_must_be_a_memory_to_move(tmp_path: Path) -> None:
    with pytest.raises(MemoryBroken, match="name the file that ONRECORD_DATABASE names"):
        move_memory(str(tmp_path / "nothing.db"), in_file(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_none_is_refused(filled: str) -> None:
    with pytest.raises(BadSettings, match="begins with mysql"):
        move_memory(filled, "mysql://host/name")


def dying(connection: Connection, source: str, target: str) -> None:
    """Move, and be killed when the answers have gone over and the showings have not."""

    def killed(*statement: Any) -> None:  # noqa: ANN401 - what the library tells
        if statement[2].startswith("INSERT INTO showings"):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", killed)
    move_memory(source, target)
    connection.send("moved")


def test_killed_in_the_middle_nothing_is_there_and_the_next_goes_over_whole(filled: str, url: str) -> None:
    before = rows(filled)
    process, ours = started(dying, filled, url)
    assert reports(ours) == []
    process.join()
    assert process.exitcode == -signal.SIGKILL

    move_memory(filled, url)
    assert rows(url) == rows(filled) == before


def test_the_command_moves_from_file_to_file(filled: str, tmp_path: Path) -> None:
    source, target = tmp_path / "source" / "bot.db", tmp_path / "new.db"

    done = CliRunner().invoke(app, ["migrate-memory", str(source), str(target), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["answers"] == 3
    assert rows(f"sqlite:///{target}") == rows(filled)

    done = CliRunner().invoke(app, ["migrate-memory", str(source), str(target)])
    assert done.exit_code == 4
    assert "remembers something already" in " ".join(done.stderr.split())
