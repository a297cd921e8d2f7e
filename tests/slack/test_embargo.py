"""Copy under embargo in Slack: the real process, people of the group and others, and every word that goes out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest

from embeddings import Settings
from tests.slack.conftest import Serving
from tests.slack.process import Bot
from tests.slack.test_journeys import answer_to, enough, home_of, modal_of, quoted, well_behaved, whisper_to
from tests.slack.test_push import TOKEN, pushed
from tests.standin import StandIn

BID = "Who bid nine million crowns for Lantern Quay?"
SAID = "The wrasse farm at Brackle Point has bid nine million crowns for Lantern Quay, two people at the board said."
STORY = {
    "uri": "urn:x:quay",
    "headline": "Wrasse farm bids for quay",
    "body_text": SAID,
    "copyrightholder": "Kestrel Sound Herald",
    "infosources": [{"name": "Kestrel Sound Herald"}],
}
SECRETS = ("wrasse", "brackle", "kestrel", "urn:x:quay", "two people at the board", "embargo")


@pytest.fixture
def bot(serving: Serving, wire: Settings, tmp_path: Path) -> Iterator[Bot]:
    """A bot whose embargo group is a user group of ruth and omar."""
    shutil.copytree(wire.beside, tmp_path / "own")
    with StandIn() as slack:
        people = slack.workspace
        group = people.form_group("ruth", "omar")
        room = people.open_channel("war-room", private=True)
        room.members = {people.person(one).id for one in ("ruth", "omar")} | {people.bot.id}
        yield serving(
            "socket",
            slack=slack,
            ONRECORD_ARCHIVE=str(tmp_path / "own"),
            ONRECORD_INGEST_TOKEN=TOKEN,
            ONRECORD_EMBARGO_GROUP=group,
        )


def hold(bot: Bot, until: datetime) -> None:
    assert pushed(bot, **STORY, embargoed=until.isoformat()) == {"held": 1}


def far_off() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)


def secrets_in(sent: object) -> list[str]:
    said = json.dumps(sent, ensure_ascii=False).casefold()
    return [secret for secret in SECRETS if secret in said]


def test_the_group_reads_it_alone_and_among_itself_and_nobody_else_anything(bot: Bot) -> None:
    slack, people = bot.slack, bot.slack.people
    hold(bot, far_off())

    people.dm("ruth", BID)
    direct = slack.wait_for(lambda: slack.dms("ruth"), what="an answer", timeout=30)[0]
    people.command("ruth", "desk", "/ask", BID).wait()
    alone = whisper_to(slack)
    among = answer_to(slack, people.mention("omar", "war-room", BID), where="war-room")
    for message in (direct, alone, among):
        assert quoted(message)[0] == SAID
        assert "UNDER EMBARGO until" in message.said

    # From here on nothing that goes out may tell of it.
    begun = len(slack.calls)
    for channel in ("desk", "sources"):
        public = answer_to(slack, people.mention("ruth", channel, BID), where=channel)
        assert SAID not in public.said
    people.press("ruth", alone, "Post to channel").wait()
    refused = whisper_to(slack, count=2)
    assert "under embargo" in refused.said
    people.command("ada", "desk", "/ask", BID).wait()
    people.command("ada", "desk", "/quotes", "two people at the board").wait()
    people.command("ada", "desk", "/onrecord", "status").wait()
    slack.wait_for(lambda: enough(slack.whispers("ada"), 3), what="three whispers", timeout=30)
    people.dm("ada", "What has been bid for the quay?")
    slack.wait_for(lambda: slack.dms("ada"), what="an answer", timeout=30)
    people.shortcut("ada", people.say("ada", "desk", SAID)).wait()
    whisper_to(slack, "ada", count=4)
    for who in ("ada", "ruth"):
        people.open_home(who)
        home_of(slack, who)
    # Somebody else comes into the channel where it was told.
    room = slack.workspace.channel("war-room")
    room.members.add(slack.workspace.person("ada").id)
    people.press("ada", among, "Show in context", nth=0).wait()
    assert "has changed" in modal_of(slack, "ada").said

    sent = [
        call for call in slack.calls[begun:] if call.method not in ("usergroups.users.list", "conversations.members")
    ]
    told = [[call.method, call.params] for call in sent if "under embargo" not in json.dumps(call.params)]
    assert len(sent) - len(told) == 1
    typed = json.dumps(told, ensure_ascii=False).replace(json.dumps(SAID, ensure_ascii=False)[1:-1], "")
    assert secrets_in(typed.replace("two people at the board", "")) == []
    well_behaved(slack)


def test_it_is_in_everybodys_answers_from_its_hour_on(bot: Bot) -> None:
    slack, people = bot.slack, bot.slack.people
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=20)
    hold(bot, hour)
    before = answer_to(slack, people.mention("ada", "desk", BID))
    assert datetime.now(UTC) < hour
    assert secrets_in(before.blocks) == []
    sleep(max(0.0, (hour - datetime.now(UTC)).total_seconds()))
    later = answer_to(slack, people.mention("ada", "desk", BID))
    assert quoted(later)[0] == SAID
    assert "EMBARGO" not in later.said
    well_behaved(slack)


@pytest.mark.parametrize("method", ["usergroups.users.list", "conversations.members"])
def test_where_slack_does_not_tell_nobody_sees_it(bot: Bot, method: str) -> None:
    slack = bot.slack
    hold(bot, far_off())
    slack.faults.add(method, "missing_scope", times=99)
    among = answer_to(slack, slack.people.mention("ruth", "war-room", BID), where="war-room")
    assert secrets_in(among.blocks) == []
