"""A bot that is told to stop while it has more to do than it has time for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings import Settings
from tests.slack import process
from tests.slack.conftest import Serving
from tests.slack.process import Bot
from tests.slack.test_journeys import CRANE
from tests.standin import StandIn

HASTY = """#!{python}
import bot.wiring
from bot.cli import app

bot.wiring.DRAIN = 0.1
{more}
app()
"""
"""The command, with a tenth of a second, not 25, for what was accepted."""
PEOPLE = 60


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Bots have no time to finish anything."""
    command = tmp_path / "hasty-onrecord"
    command.write_text(HASTY.format(python=sys.executable, more=os.environ.get("MORE","")), encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setattr(process, "ONRECORD", command)


@pytest.mark.usefixtures("hasty")
def test_stopped_in_the_middle_of_a_librarys_work_it_ends_well_and_the_next_start_does_what_is_left(
    serving: Serving,
) -> None:
    bot = serving("http")
    slack = bot.slack
    for number in range(PEOPLE):
        slack.workspace.hire(f"reader-{number}")
    asked = [
        slack.people.command(f"reader-{number}", "desk", "/ask", f"{CRANE} {number} " * 10) for number in range(PEOPLE)
    ]
    slack.wait_for(lambda: slack.whispers("reader-0"), what="a first answer", timeout=60)
    assert bot.stop() == 0, bot.log
    print(bot.log)
