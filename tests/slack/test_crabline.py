"""A second opinion on delivery: the real process over HTTP against a Slack server that we did not write.

It knows neither ``users.info``, without which the bot lets nobody in, nor mentions. So people ask in direct messages,
and what stands between the two answers ``users.info`` itself; everything else is the other server's own: signatures,
the schedule of redeliveries, threads, what stands in them, 429 and Retry-After.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest

from embeddings import Settings
from tests.ports import port_of, reserved_port
from tests.slack import process
from tests.slack.crabline import Answer, Asked, Between, Crabline, Missing, install
from tests.slack.crabline.between import Passed, pass_on
from tests.slack.test_journeys import CRANE, CRANE_WORDS

JSON = dict[str, Any]
RUTH, OMAR, STRANGER = "URUTH0001", "UOMAR0001", "USTRANGER1"
DMS = {RUTH: "DRUTH0001", OMAR: "DOMAR0001", STRANGER: "DSTRANGER1"}
TEAM = "TCRABLINE"
On = Callable[[], Answer | None]


@dataclass
class Bot(process.Bot):
    """The real process, for another Slack than ours."""

    slack: Any

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.launch()
        self.wait_until_ready()


@dataclass
class Newsroom:
    """Somebody else's Slack, the bot, and what stands between them: ``door`` for events, ``api`` for the Web API."""

    slack: Crabline
    door: Between
    api: Between
    bot: Bot

    def ask(self, question: str, *, who: str = RUTH) -> str:
        """Have somebody ask in a direct message; returns its ``ts``."""
        return self.slack.say(who, DMS[who], question)

    def answers(self, ts: str, *, who: str = RUTH) -> list[JSON]:
        """What the bot has said in the thread of a question."""
        return self.slack.replies(DMS[who], ts)

    def wait_for_answer(self, ts: str, *, who: str = RUTH, timeout: float = 30.0) -> None:
        """Wait until there is an answer."""
        self.api.wait_for(lambda: self.answers(ts, who=who), what="an answer", timeout=timeout)

    def deliveries(self, ts: str) -> list[Passed]:
        """Every attempt to deliver a question that is over."""
        return [one for one in self.door.all("events") if one.asked.params["event"]["ts"] == ts]

    def wait_for_delivery(self, ts: str, *, timeout: float = 30.0) -> None:
        """Wait until Slack was told that it has arrived."""
        self.door.wait_for(lambda: any(map(acknowledged, self.deliveries(ts))), what=f"{ts}", timeout=timeout)

    def finish(self) -> None:
        """Have the bot do all that it has accepted, and end."""
        assert self.bot.stop() == 0
        assert "0 jobs are left" in self.bot.log


def acknowledged(delivery: Passed) -> bool:
    """Whether Slack got a success."""
    return delivery.answer is not None and delivery.answer.status == 200


def retries(deliveries: list[Passed]) -> list[tuple[str, str]]:
    """The number and the reason that Slack gave with each attempt after the first."""
    headers = [one.asked.headers for one in deliveries]
    return [(one["x-slack-retry-num"], one["x-slack-retry-reason"]) for one in headers if "x-slack-retry-num" in one]


def about_people(asked: Asked, on: On) -> Answer | None:
    """Say who Ruth and Omar are; anything else is for the other server."""
    user = asked.params.get("user")
    if asked.method != "users.info" or user not in (RUTH, OMAR):
        return on()
    return Answer.json({"ok": True, "user": {"id": user, "team_id": TEAM, "profile": {"team": TEAM}}})


@pytest.fixture(scope="module")
def packages() -> Path:
    """The other server's packages, installed once."""
    try:
        return install()
    except Missing as why:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NOT TESTED: delivery against @openclaw/crabline; {why}")


@pytest.fixture
def newsroom(packages: Path, wire: Settings, tmp_path: Path) -> Iterator[Newsroom]:
    """Both of them running, and nothing between them yet that makes trouble."""
    with ExitStack() as ending:
        place = ending.enter_context(reserved_port())
        door = ending.enter_context(Between(f"http://127.0.0.1:{port_of(place)}"))
        options = {"eventsRequestUrl": f"{door.url}/slack/events"}
        slack = ending.enter_context(Crabline(tmp_path / "calls.jsonl", options))
        api = ending.enter_context(Between(slack.url, deed=about_people))
        environ = {
            **slack.environ,
            "SLACK_API_URL": f"{api.url}/api/",
            "ONRECORD_ARCHIVE": str(wire.archive),
            "ONRECORD_CACHE": str(wire.cache),
            "ONRECORD_STALE_HOURS": "0",
        }
        bot = ending.enter_context(Bot(slack=slack, folder=tmp_path, environ=environ, place=place))
        yield Newsroom(slack=slack, door=door, api=api, bot=bot)


def test_a_question_gets_one_answer_and_somebody_unknown_gets_no_copy(newsroom: Newsroom) -> None:
    asked = newsroom.ask(CRANE)
    newsroom.wait_for_answer(asked)
    strange = newsroom.ask(CRANE, who=STRANGER)
    newsroom.api.wait_for(lambda: newsroom.slack.replies(DMS[STRANGER], strange), what="a refusal")
    newsroom.finish()
    [answer] = newsroom.answers(asked)
    assert CRANE_WORDS in json.dumps(answer)
    [refusal] = newsroom.answers(strange, who=STRANGER)
    assert "unknown_method" in refusal["text"]
    assert CRANE_WORDS not in json.dumps(refusal)
    assert len(newsroom.deliveries(asked)) == 1


def test_what_was_not_acknowledged_in_time_is_delivered_again_and_answered_once(newsroom: Newsroom) -> None:
    stalled, failed, broken = f"{CRANE} 1", f"{CRANE} 2", f"{CRANE} 3"
    attempts = {text: count() for text in (stalled, failed, broken)}

    def troubled(asked: Asked, on: On) -> Answer | None:
        text = asked.params["event"]["text"]
        if next(attempts[text]):
            return on()
        if text == broken:
            return None
        answer = on()
        if text == failed:
            return Answer(status=503, body=b"")
        # Longer than Slack waits, though the bot was quick.
        sleep(3.5)
        return answer

    newsroom.door.deed = troubled
    asked = {text: newsroom.ask(text) for text in attempts}
    for ts in asked.values():
        newsroom.wait_for_answer(ts)
    newsroom.door.wait_for(lambda: len(newsroom.deliveries(asked[stalled])) == 2, what="the end of the stall")
    newsroom.finish()
    again = {text: retries(newsroom.deliveries(ts)) for text, ts in asked.items()}
    assert again == {
        stalled: [("1", "http_timeout")],
        failed: [("1", "http_error")],
        broken: [("1", "connection_failed")],
    }
    assert [len(newsroom.answers(ts)) for ts in asked.values()] == [1, 1, 1]


def test_429_is_heeded_for_as_long_as_it_says_and_the_answer_comes(newsroom: Newsroom, tmp_path: Path) -> None:
    # Its limit, once reached, is never lifted: so the first posts go to one that takes none.
    limit = {"chatPostMessageRateLimit": {"remaining": 0, "retryAfterSeconds": 2}}
    with Crabline(tmp_path / "limited.jsonl", limit) as limited:
        posts = count()

        def busy(asked: Asked, on: On) -> Answer | None:
            if asked.method == "chat.postMessage" and next(posts) < 2:
                return pass_on(asked, limited.url)
            return about_people(asked, on)

        newsroom.api.deed = busy
        asked = newsroom.ask(CRANE)
        newsroom.wait_for_answer(asked)
    newsroom.finish()
    tried = newsroom.api.all("chat.postMessage")
    assert [one.answer.status for one in tried if one.answer] == [429, 429, 200]
    assert all(later.at - earlier.at >= 2.0 for earlier, later in pairwise(tried))
    assert len(newsroom.answers(asked)) == 1


def test_killed_between_question_and_answer_it_answers_once_when_started_again(newsroom: Newsroom) -> None:
    """Omar's question is written down only, Ruth's answer posted only; her second one comes while nobody is there."""
    killed, held = Event(), Event()

    def no_acknowledgement(asked: Asked, on: On) -> Answer | None:
        answer = on()
        if killed.is_set():
            return answer
        killed.wait()
        return None

    def no_success(asked: Asked, on: On) -> Answer | None:
        if killed.is_set():
            return about_people(asked, on)
        if asked.params.get("user") == OMAR:
            held.set()
            killed.wait()
            return None
        answer = about_people(asked, on)
        if asked.method == "chat.postMessage":
            killed.wait()
            return None
        return answer

    newsroom.door.deed, newsroom.api.deed = no_acknowledgement, no_success
    written, posted = newsroom.ask(CRANE, who=OMAR), newsroom.ask(CRANE)
    newsroom.wait_for_answer(posted)
    assert held.wait(30)
    newsroom.bot.kill()
    killed.set()
    missed = newsroom.ask(f"{CRANE} again")
    newsroom.door.wait_for(lambda: len(newsroom.deliveries(missed)) == 2, what="two vain attempts")
    newsroom.bot.start()
    # What was accepted needs no redelivery; what was not has nothing else.
    newsroom.wait_for_answer(written, who=OMAR)
    assert not any(map(acknowledged, newsroom.deliveries(written)))
    for ts in (written, posted, missed):
        newsroom.wait_for_delivery(ts, timeout=100)
    newsroom.wait_for_answer(missed)
    newsroom.finish()
    counts = [len(newsroom.answers(ts, who=who)) for ts, who in ((written, OMAR), (posted, RUTH), (missed, RUTH))]
    assert counts == [1, 1, 1]
    assert newsroom.api.all("conversations.replies"), "it posted again without a look into the thread"


def test_a_forged_delivery_is_refused_and_answered_by_nobody(newsroom: Newsroom) -> None:
    real = newsroom.ask(CRANE)
    newsroom.wait_for_answer(real)
    [delivery] = newsroom.deliveries(real)
    forged = dict(delivery.asked.params, event_id="EvFORGED001")
    headers: Mapping[str, str] = delivery.asked.headers
    answer = pass_on(
        Asked(verb="POST", path="/slack/events", headers=headers, body=json.dumps(forged).encode()),
        newsroom.bot.url,
    )
    assert answer is not None
    assert answer.status == 401
    newsroom.finish()
    assert len(newsroom.answers(real)) == 1
