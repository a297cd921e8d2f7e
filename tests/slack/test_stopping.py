"""A bot that is told to stop while it is at more than it has time for."""

from __future__ import annotations

import sys
from pathlib import Path
from time import sleep

import pytest

from tests.slack import process
from tests.slack.conftest import Serving

HASTY = """#!{python}
import bot.wiring
from bot.cli import app

bot.wiring.DRAIN = 0.1
app()
"""
"""The command, with a tenth of a second, instead of 25, for what was accepted."""
READERS = 8
LONG = " ".join(f"The crane at Pier {n} injured {n * 7} dockers, the harbour master said." for n in range(250))
"""What takes the model seconds to read."""


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Bots have no time to finish anything."""
    command = tmp_path / "hasty"
    command.write_text(HASTY.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setattr(process, "ONRECORD", command)


@pytest.mark.usefixtures("hasty")
def test_stopped_while_the_model_reads_it_ends_well_and_the_next_start_does_what_is_left(serving: Serving) -> None:
    bot = serving("http")
    slack, readers = bot.slack, [f"reader-{number}" for number in range(READERS)]
    pasted = slack.people.say("ruth", "desk", LONG)
    for reader in readers:
        slack.workspace.hire(reader)
        slack.people.shortcut(reader, pasted).wait()
    # All workers are at it: Python aborts a process whose threads are in the model when it ends.
    sleep(1)
    assert bot.stop() == 0, bot.log
    assert "jobs are left for the next start" in bot.log.splitlines()[-1]
    assert "0 jobs" not in bot.log
    bot.launch()
    for reader in readers:
        slack.wait_for(lambda reader=reader: slack.whispers(reader), what=reader, timeout=90)  # type: ignore[misc]
    slack.wait_until_quiet(timeout=60)
    assert [len(slack.whispers(reader)) for reader in readers] == [1] * READERS
