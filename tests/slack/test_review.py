"""Faults that a reader of the bot looked for: the real process, and whatever can break around it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import pytest

from embeddings import Settings
from tests.slack.conftest import MODES, Serving, environ_of
from tests.slack.process import ONRECORD
from tests.slack.test_journeys import (
    CRANE,
    CRANE_WORDS,
    answer_to,
    enough,
    home_of,
    labels,
    modal_of,
    options,
    quoted,
    well_behaved,
    whisper_to,
)
from tests.standin import Message, StandIn

PIER = "What happened at Pier Seven?"


def context_of(slack: StandIn, message: Message, nth: int) -> str:
    """What the menu of a passage shows as its context."""
    slack.people.press("omar", message, "Show in context", nth=nth).wait()
    view = modal_of(slack, "omar")
    slack.people.close("omar", view)
    return json.dumps([{**block, "block_id": ""} for block in view.blocks], ensure_ascii=False)


def test_what_is_asked_again_from_the_home_page_is_a_talk_that_goes_on(slack: StandIn) -> None:
    slack.people.command("ruth", "desk", "/ask", CRANE).wait()
    whisper_to(slack)
    slack.people.open_home("ruth")
    slack.people.press("ruth", home_of(slack, words=CRANE), "Ask again").wait()
    slack.wait_for(lambda: enough(slack.dms("ruth"), 1), what="an answer", timeout=30)
    slack.people.dm("ruth", "only the Ledger")
    both = slack.wait_for(lambda: enough(slack.dms("ruth"), 2), what="a second answer", timeout=30)
    assert CRANE in both[1].said
    assert "only The Port Averel Ledger" in both[1].said
    well_behaved(slack)


def test_a_private_answer_in_direct_messages_can_be_posted_there(slack: StandIn) -> None:
    slack.people.command_dm("ruth", "/ask", CRANE).wait()
    slack.people.press("ruth", whisper_to(slack), "Post to channel").wait()
    posted = slack.wait_for(lambda: slack.dms("ruth"), what="the post", timeout=30)[0]
    assert CRANE_WORDS in quoted(posted)[0]
    well_behaved(slack)


def test_menus_of_a_page_that_could_not_be_turned_show_its_own_passages(slack: StandIn) -> None:
    answer = answer_to(slack, slack.people.mention("ruth", "desk", PIER))
    before = context_of(slack, answer, 0)
    slack.faults.add("chat.update", "edit_window_closed")
    slack.people.press("omar", answer, "More passages").wait()
    assert "no longer be changed" in whisper_to(slack, "omar").said
    assert context_of(slack, answer, 0) == before


def test_menus_of_a_page_that_was_turned_in_the_meantime_show_no_other_passage(slack: StandIn) -> None:
    answer = answer_to(slack, slack.people.mention("ruth", "desk", PIER))
    slow = slack.faults.add("chat.update", "slow", seconds=4)
    slack.people.press("ruth", answer, "More passages").wait()
    patience = monotonic() + 30
    while not slow.met and monotonic() < patience:
        sleep(0.01)
    assert "another page" in context_of(slack, answer, 0)


def test_narrowing_an_answer_where_answers_are_private_by_now_is_private(slack: StandIn) -> None:
    asked = slack.people.mention("ruth", "desk", CRANE)
    answer = answer_to(slack, asked)
    slack.people.command("ada", "desk", "/onrecord", "settings").wait()
    settings = modal_of(slack, "ada")
    channel = next(label for label in labels(settings) if "answers come" in label)
    alone = next(one for one in options(settings, channel) if "without a mention" not in one)
    slack.people.submit("ada", settings, {channel: [alone]}).wait()
    whisper_to(slack, "ada")
    slack.people.press("omar", answer, "Narrow by date or outlet").wait()
    modal = modal_of(slack, "omar")
    since = next(label for label in labels(modal) if "since" in label.lower() or "from" in label.lower())
    slack.people.submit("omar", modal, {since: "2026-09-01"}).wait()
    assert quoted(whisper_to(slack, "omar"))
    assert len(slack.messages("desk", thread=asked)) == 1
    well_behaved(slack)


Step = tuple[str, str, Callable[[StandIn], object]]

STEPS: list[Step] = [
    ("users.info", "desk", lambda slack: slack.people.mention("ruth", "desk", CRANE)),
    ("conversations.info", "desk", lambda slack: slack.people.mention("ruth", "desk", CRANE)),
    ("chat.postMessage", "desk", lambda slack: slack.people.mention("ruth", "desk", CRANE)),
    ("chat.postMessage", "direct", lambda slack: slack.people.dm("ruth", CRANE)),
    ("response_url", "alone", lambda slack: slack.people.command("ruth", "desk", "/ask", CRANE)),
    ("users.info", "alone", lambda slack: slack.people.command("ruth", "desk", "/ask", CRANE)),
]


@pytest.mark.parametrize("after_effect", [False, True])
def test_killed_while_it_calls_slack_it_answers_after_the_next_start(serving: Serving, after_effect: bool) -> None:
    """One process after the other dies in the middle of each call that an answer needs."""
    bot = serving("http")
    slack = bot.slack
    for number, (method, where, ask) in enumerate(STEPS, 1):
        seen = len(answers(slack, where))
        calls = len(slack.called(method))
        slack.faults.add(method, "timeout", seconds=30, after_effect=after_effect)
        ask(slack)
        slack.wait_for(
            lambda method=method, calls=calls: slack.faults.waiting[-1].met,  # type: ignore[misc]
            what=f"step {number}: {method}",
            timeout=30,
        )
        slack.wait_until_quiet()
        bot.kill()
        slack.faults.clear()
        bot.launch()
        bot.wait_until_ready()
        slack.wait_for(
            lambda where=where, seen=seen: len(answers(slack, where)) > seen,  # type: ignore[misc]
            what=f"an answer after step {number}: {method}",
            timeout=60,
        )
        assert bot.stop() == 0
        again = where == "alone" and method == "response_url" and after_effect
        assert len(answers(slack, where)) - seen == (2 if again else 1), f"step {number}: {method}"
        bot.launch()
        bot.wait_until_ready()


def answers(slack: StandIn, where: str) -> list[Message]:
    """What somebody reads of the answers there."""
    found = {"desk": slack.messages("desk"), "direct": slack.dms("ruth"), "alone": slack.whispers("ruth")}[where]
    return [one for one in found if CRANE_WORDS in one.said]


def test_an_archive_that_is_gone_or_damaged_is_said_with_a_reference_that_the_log_has(
    serving: Serving, wire: Settings, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(wire.beside, copy)
    bot = serving("http", ONRECORD_ARCHIVE=str(copy))
    slack = bot.slack
    for path in copy.rglob("*"):
        if path.is_file():
            path.write_bytes(b"nonsense" * 4096)
    asked = slack.people.mention("ruth", "desk", CRANE)
    told = slack.wait_for(lambda: slack.messages("desk", thread=asked), what="bad news", timeout=60)[0]
    assert CRANE_WORDS not in told.said
    assert str(copy) not in told.said
    reference = told.said.split("the reference ")[1].split(":")[0]
    assert reference in bot.log
    assert "crane" not in bot.log


def test_a_database_that_somebody_holds_for_longer_than_slack_waits_loses_no_event(serving: Serving) -> None:
    bot = serving("http")
    slack = bot.slack
    with closing(sqlite3.connect(bot.folder / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asked = slack.people.mention("ruth", "desk", CRANE)
        slack.people.command("ruth", "desk", "/ask", CRANE)
        slack.wait_for(lambda: len(slack.violations) >= 2, what="what Slack says of it", timeout=30)
    assert CRANE_WORDS in quoted(answer_to(slack, asked))[0]
    assert CRANE_WORDS in quoted(whisper_to(slack))[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1-wrong"}, "SLACK_BOT_TOKEN (invalid_auth)"),
        ({"SLACK_APP_TOKEN": "xapp-1-wrong"}, "SLACK_APP_TOKEN (invalid_auth)"),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "xoxb-"),
        ({"SLACK_API_URL": "slack.example"}, "SLACK_API_URL"),
        ({"ONRECORD_ARCHIVE": "/dev/null/none"}, "onrecord ingest"),
        ({"ONRECORD_DATABASE": "bot.db"}, "ONRECORD_DATABASE"),
        ({"ONRECORD_DATABASE": "sqlite:////dev/null/bot.db"}, "ONRECORD_DATABASE"),
        ({"ONRECORD_HOST": "192.0.2.1"}, "ONRECORD_HOST"),
    ],
)
def test_what_cannot_be_is_said_at_the_start_and_how_to_mend_it(
    wire: Settings, tmp_path: Path, changes: dict[str, str], words: str
) -> None:
    with StandIn() as slack:
        given = environ_of(wire, slack, MODES[0]) | {"ONRECORD_DATABASE": f"sqlite:///{tmp_path}/bot.db"} | changes
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ONRECORD_"))}
        run = subprocess.run(
            [str(ONRECORD), "serve"],
            cwd=tmp_path,
            env={**kept, **given, "COLUMNS": "500", "ONRECORD_PORT": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 4
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_a_wrong_signing_secret_is_said_in_the_log(serving: Serving) -> None:
    bot = serving("http")
    bot.stop()
    bot.environ = {**bot.environ, "SLACK_SIGNING_SECRET": "wrong"}
    bot.launch()
    bot.wait_until_ready()
    bot.slack.people.mention("ruth", "desk", CRANE)
    bot.slack.wait_for(lambda: "SLACK_SIGNING_SECRET" in bot.log, what="a warning", timeout=30)


INTERRUPTED = """
import signal
from bot.wiring import _signalled
stop = _signalled()
with stop._cond:  # As in the middle of a wait for it.
    signal.raise_signal(signal.SIGTERM)
assert stop.wait(10)
"""


def test_an_order_to_stop_that_interrupts_the_wait_for_it_is_heard() -> None:
    run = subprocess.run([sys.executable, "-c", INTERRUPTED], timeout=60, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
