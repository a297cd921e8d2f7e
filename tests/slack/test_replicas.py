"""Three real processes on one PostgreSQL behind a balancer: killed, restarted and told everything several times."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from threading import Thread, Timer
from time import sleep
from typing import Any

import pytest

from bot import messages
from embeddings import Settings
from embeddings.wiring import migrate
from tests.servers import Primary
from tests.slack.conftest import environ_of
from tests.slack.process import ONRECORD
from tests.slack.replicas import Fleet, Load, fleet, prepare
from tests.slack.test_corrections import amended, edits
from tests.slack.test_delivery import QUESTIONS, answered_once
from tests.slack.test_journeys import CRANE, quoted, whisper_to
from tests.slack.test_push import COUNTED, STORY, TOKEN, WEIR, pushed, send
from tests.standin import Message, Rules, StandIn


@pytest.fixture(scope="module")
def replicas(wire: Settings, postgres: Primary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A fleet with the sample wire and all that it remembers in one database, and nothing else in common."""
    address = postgres.fresh()
    migrate(str(wire.archive), address, progress=lambda moving: None)
    with StandIn(rules=Rules(pace=0.02)) as slack:
        prepare(slack)
        # Where nothing else is said, what the bot remembers goes to where the archive is.
        own = {"ONRECORD_ARCHIVE": address, "ONRECORD_DATABASE": "", "ONRECORD_INGEST_TOKEN": TOKEN}
        with fleet(slack, tmp_path_factory.mktemp("fleet"), environ_of(wire, slack, "http", **own)) as found:
            yield found


def load(replicas: Fleet, *, count: int, seconds: float) -> Load:
    questions = [f"{question} {number}" for number, question in enumerate(islice(cycle(QUESTIONS), count))]
    return Load(replicas.slack, questions, seconds)


def nothing_lost_or_said_twice(replicas: Fleet, asked: Load) -> None:
    asked.wait(150)
    assert (asked.lost, asked.twice) == (0, 0)
    # Slack was never asked again before the time that it had told, by none of them.
    assert replicas.slack.violations_but("unacknowledged") == []
    assert all("Traceback" not in bot.log for bot in replicas.bots)


def test_an_event_that_every_replica_is_told_is_answered_once(replicas: Fleet) -> None:
    slack = replicas.slack
    before = dict(replicas.balancer.passed)
    slack.office.ack_lost = lambda delivery, attempt: attempt < 3
    asked = [slack.people.mention("ruth", "desk", f"{CRANE} {number}") for number in range(4)]
    slack.wait_for(lambda: sum(ack.attempt == 3 for ack in slack.acks) == 4, what="the last redelivery", timeout=60)
    slack.office.ack_lost = lambda delivery, attempt: False
    answered_once(slack, asked)
    assert all(replicas.balancer.passed[bot.port] > before.get(bot.port, 0) for bot in replicas.bots)


def test_replicas_that_are_restarted_one_by_one_leave_nobody_without_an_answer(replicas: Fleet) -> None:
    asked = load(replicas, count=90, seconds=30)
    rolling = Thread(target=replicas.restart_one_by_one)
    asked.ask(then=rolling.start, before=10)
    rolling.join()
    nothing_lost_or_said_twice(replicas, asked)


def test_a_replica_that_is_killed_among_two_hundred_questions_loses_none_and_repeats_none(replicas: Fleet) -> None:
    asked = load(replicas, count=200, seconds=20)
    killed = replicas.bots[1]
    asked.ask(then=killed.kill)
    nothing_lost_or_said_twice(replicas, asked)
    killed.launch()
    replicas.wait_until_seen(killed)


HEADLINE = str(STORY["headline"])


def otters(version: int, counted: str) -> dict[str, Any]:
    """A version of the story about the otters, filed today."""
    body = COUNTED.replace("Thirty-one", counted)
    return STORY | {"version": str(version), "versioncreated": f"{datetime.now(UTC):%FT%TZ}", "body_text": body}


def changed_once(slack: StandIn, asked: Sequence[Message], words: str, *, times: int) -> None:
    """Every answer was changed so often until it said this, and every thread has one word more for each time."""
    answers = [slack.messages(one.channel, thread=one)[0] for one in asked]
    for answer in answers:
        amended(slack, answer, words)
    slack.wait_for(
        lambda: all(len(slack.messages(one.channel, thread=one)) > times for one in asked), what="a word", timeout=60
    )
    # What would be done twice has time to be.
    sleep(3)
    slack.wait_until_quiet(timeout=60)
    assert [edits(slack, answer) for answer in answers] == [times] * len(asked)
    assert [len(slack.messages(one.channel, thread=one)) for one in asked] == [1 + times] * len(asked)
    assert all(words in slack.messages(one.channel, thread=one)[-1].said for one in asked)


def test_a_story_is_corrected_and_killed_once_in_every_answer_by_whichever_replica_follows_it(
    replicas: Fleet, tmp_path: Path
) -> None:
    slack, (one, other, _) = replicas.slack, replicas.bots
    assert pushed(one, **otters(1, "Thirty-one")) == {"new": 1}
    asked = [slack.people.mention(f"reporter-{n}", f"desk-{n}", WEIR) for n in range(9)]
    answered_once(slack, asked)
    assert all(quoted(slack.messages(each.channel, thread=each)[0])[0] == COUNTED for each in asked)
    # A correction comes by a process that is none of them, and the kill by one of them.
    story = tmp_path / "story.json"
    story.write_text(json.dumps(otters(2, "Thirteen")), encoding="utf-8")
    environ = {"PATH": "/usr/bin:/bin", **one.environ}
    subprocess.run([str(ONRECORD), "ingest", str(story)], env=environ, cwd=tmp_path, check=True, capture_output=True)
    changed_once(slack, asked, "CORRECTED", times=1)
    assert send(other, "DELETE", f"/ingest/{STORY['uri']}?words=No+otters")[0] == 200
    changed_once(slack, asked, "WITHDRAWN", times=2)
    left = [message.said for each in asked for message in slack.messages(each.channel, thread=each)]
    assert [said for said in left if any(words in said for words in ("otters have been counted", HEADLINE))] == []
    assert slack.violations_but("unacknowledged") == []


def test_a_database_that_goes_away_among_questions_leaves_nobody_without_an_answer(
    replicas: Fleet, postgres: Primary
) -> None:
    slack, asked = replicas.slack, load(replicas, count=60, seconds=15)
    rules = slack.office.rules
    # As when a replica of the database takes its place: away for seconds, where Slack tries for minutes.
    slack.office.rules = replace(rules, pace=0.1)
    back = Timer(5, postgres.start)

    def gone() -> None:
        postgres.kill()
        back.start()
        # Slack brings a command once, so whoever gave it has to be told.
        slack.people.command("ruth", "desk", "/ask", CRANE)

    try:
        asked.ask(then=gone, before=20)
        back.join()
        nothing_lost_or_said_twice(replicas, asked)
        assert messages.OUR_FAULT in whisper_to(slack).said
    finally:
        postgres.start()
        slack.office.rules = rules
    assert all(bot.process is not None and bot.process.poll() is None for bot in replicas.bots)
    for bot in replicas.bots:
        replicas.wait_until_seen(bot)


def test_an_app_that_is_installed_by_one_replica_is_at_home_in_all(
    wire: Settings, database: str, tmp_path: Path
) -> None:
    # These read one folder, as bots on one machine do.
    with StandIn(rules=Rules(pace=0.02)) as slack:
        environ = environ_of(wire, slack, "http", ONRECORD_DATABASE=database)
        del environ["SLACK_BOT_TOKEN"]
        environ |= slack.oauth_environ
        with fleet(slack, tmp_path, environ, count=2) as found:
            gazette = slack.add_workspace("The Quarry Gazette")
            # The page with the button comes from one, and the one that hears what Slack says is another.
            page = slack.install(f"{found.balancer.url}/slack/install", gazette)
            assert (page.status, "Thank you" in page.text) == (200, True)
            people = slack.people_of(gazette)
            answered_once(slack, [people.mention("ruth", "desk", f"{CRANE} {number}") for number in range(4)])
            assert all(found.balancer.passed[bot.port] > 1 for bot in found.bots)
