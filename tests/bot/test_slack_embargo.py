"""Who is in the embargo group and which channels only it reads, as Slack tells; what it does not tell counts as no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.slack.clients import OneWorkspace
from bot.slack.embargo import BRIEFLY, MOST_READERS, EmbargoRoster
from bot.slack.roster import KEPT
from bot.talk import Errand, Job, Person, Room
from tests.bot.webapi import Says, WebApi, refusing


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Known:
    """A roster that knows everybody."""

    def __init__(self) -> None:
        self.here: Room | None = Room(id="C1")

    def person(self, job: Job) -> Person:
        return Person(id=job.user)

    def room(self, job: Job) -> Room | None:
        return self.here


@pytest.fixture
def api() -> Iterator[WebApi]:
    with WebApi().running() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known() -> Known:
    return Known()


def roster(api: WebApi, known: Known, clock: Clock, *ids: str) -> EmbargoRoster:
    return EmbargoRoster(known, OneWorkspace(api.slack(), timeout=1), ids=frozenset(ids), clock=clock)


def job(user: str = "U1", **changed: Any) -> Job:  # noqa: ANN401 - any field of a job
    return Job(**{"key": "Ev1", "errand": Errand.ASK, "team": "T1", "user": user, "channel": "C1", **changed})


def members(api: WebApi, *pages: list[str]) -> None:
    """A private channel with these readers."""
    cursors = [*(f"page-{place}" for place in range(1, len(pages))), ""]
    api.says["conversations.info"] = [Says({"ok": True, "channel": {"id": "C1", "is_private": True}})]
    api.says["conversations.members"] = [
        Says({"ok": True, "members": page, "response_metadata": {"next_cursor": cursor}})
        for page, cursor in zip(pages, cursors, strict=True)
    ]


def group(api: WebApi, *users: str) -> None:
    api.says["usergroups.users.list"] = [Says({"ok": True, "users": list(users)})]


def users(api: WebApi, *bots: bool) -> None:
    api.says["users.info"] = [Says({"ok": True, "user": {"id": "U?", "is_bot": bot}}) for bot in bots]


def called(api: WebApi) -> list[str]:
    return [call.method for call in api.calls]


# Who.


def test_ids_of_users_need_no_call(api: WebApi, known: Known, clock: Clock) -> None:
    who = roster(api, known, clock, "U1", "W2")
    assert [who.person(job(user)).embargo_group for user in ("U1", "W2", "U3")] == [True, True, False]
    assert called(api) == []


def test_a_user_group_is_looked_into_once_in_some_minutes(api: WebApi, known: Known, clock: Clock) -> None:
    who = roster(api, known, clock, "S1")
    group(api, "U1", "U2")
    assert [who.person(job(user)).embargo_group for user in ("U1", "U2", "U3")] == [True, True, False]
    clock.now += KEPT - 1
    assert who.person(job()).embargo_group
    assert called(api) == ["usergroups.users.list"]
    clock.now += 2
    group(api, "U2")
    assert not who.person(job()).embargo_group


@pytest.mark.parametrize(
    "said",
    [
        [refusing("missing_scope")],
        [refusing("no_such_subteam")],
        [refusing("invalid_auth")],
        [Says({"ok": True})],
        [Says("down", status=500)] * 2,
        [Says({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "60"})],
        [Says(breaks=True)] * 2,
    ],
    ids=["scope", "group", "auth", "nothing", "ill", "busy", "gone"],
)
def test_a_group_that_slack_does_not_tell_has_no_members(
    api: WebApi, known: Known, clock: Clock, said: list[Says]
) -> None:
    who = roster(api, known, clock, "S1")
    api.says["usergroups.users.list"] = list(said)
    assert not who.person(job()).embargo_group
    asked = len(api.calls)
    assert not who.person(job()).embargo_group
    assert len(api.calls) == asked
    clock.now += BRIEFLY + 1
    group(api, "U1")
    assert who.person(job()).embargo_group


def test_groups_of_two_workspaces_are_two(api: WebApi, known: Known, clock: Clock) -> None:
    who = roster(api, known, clock, "S1")
    group(api, "U1")
    assert who.person(job()).embargo_group
    api.says["usergroups.users.list"] = [refusing("no_such_subteam")]
    assert not who.person(job(team="T2")).embargo_group


# Where.


def test_a_private_channel_of_the_group_and_bots_is_cleared(api: WebApi, known: Known, clock: Clock) -> None:
    who = roster(api, known, clock, "U1", "U2")
    members(api, ["U1", "U0BOT"], ["U2"])
    users(api, True)
    assert who.room(job()) == Room(id="C1", cleared=True)
    assert who.room(job("U2")) == Room(id="C1", cleared=True)
    assert called(api).count("conversations.members") == 2


def test_one_person_more_and_it_is_not(api: WebApi, known: Known, clock: Clock) -> None:
    who = roster(api, known, clock, "U1", "U2")
    members(api, ["U0BOT", "U1"], ["U2", "U3"])
    users(api, True, False)
    assert who.room(job()) == Room(id="C1")


@pytest.mark.parametrize("info", [{}, {"is_private": False, "is_channel": True}, {"is_im": True}])
def test_a_channel_that_is_not_private_is_not_cleared(
    api: WebApi, known: Known, clock: Clock, info: dict[str, object]
) -> None:
    who = roster(api, known, clock, "U1")
    members(api, ["U1"])
    api.says["conversations.info"] = [Says({"ok": True, "channel": {"id": "C1", **info}})]
    assert who.room(job()) == Room(id="C1")


@pytest.mark.parametrize("kind", ["is_private", "is_group", "is_mpim"])
def test_every_kind_of_private_channel_counts(api: WebApi, known: Known, clock: Clock, kind: str) -> None:
    who = roster(api, known, clock, "U1")
    members(api, ["U1"])
    api.says["conversations.info"] = [Says({"ok": True, "channel": {"id": "C1", kind: True}})]
    assert who.room(job()) == Room(id="C1", cleared=True)


def test_a_large_channel_is_not_cleared_whoever_is_in_it(api: WebApi, known: Known, clock: Clock) -> None:
    crowd = [f"U{number}" for number in range(MOST_READERS + 1)]
    who = roster(api, known, clock, *crowd)
    members(api, crowd[:MOST_READERS], crowd[MOST_READERS:])
    assert who.room(job()) == Room(id="C1")
    clock.now += BRIEFLY + 1
    members(api, crowd)
    assert who.room(job()) == Room(id="C1")
    clock.now += BRIEFLY + 1
    members(api, crowd[:MOST_READERS])
    assert who.room(job()) == Room(id="C1", cleared=True)


def test_pages_without_an_end_are_given_up(api: WebApi, known: Known, clock: Clock) -> None:
    who = roster(api, known, clock, "U1")
    members(api, *([["U1"]] * 30))
    assert who.room(job()) == Room(id="C1")
    assert called(api).count("conversations.members") == 10


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "users.info"])
@pytest.mark.parametrize("said", [refusing("missing_scope"), Says({"ok": True}), Says("down", status=500)])
def test_whatever_slack_does_not_tell_of_a_channel_counts_as_no(
    api: WebApi, known: Known, clock: Clock, method: str, said: Says
) -> None:
    who = roster(api, known, clock, "U1")
    members(api, ["U1", "U0BOT"])
    users(api, True)
    api.says[method] = [said] * 2
    assert who.room(job()) == Room(id="C1")


def test_who_joins_is_noticed_before_long(api: WebApi, known: Known, clock: Clock) -> None:
    who = roster(api, known, clock, "U1")
    members(api, ["U1"])
    assert who.room(job()) == Room(id="C1", cleared=True)
    clock.now += BRIEFLY + 1
    members(api, ["U1", "U3"])
    users(api, False)
    assert who.room(job()) == Room(id="C1")


def test_a_list_without_whoever_asks_is_not_believed(api: WebApi, known: Known, clock: Clock) -> None:
    who = roster(api, known, clock, "U1", "U2")
    members(api, ["U2"])
    assert who.room(job()) == Room(id="C1")


@pytest.mark.parametrize("room", [Room(id="C1", external=True), Room(id="C1", known=False)])
def test_a_channel_that_is_shared_or_unknown_is_not_looked_into(
    api: WebApi, known: Known, clock: Clock, room: Room
) -> None:
    known.here = room
    assert roster(api, known, clock, "U1").room(job()) == known.here
    assert called(api) == []


def test_nothing_is_asked_for_those_who_are_not_of_the_group(api: WebApi, known: Known, clock: Clock) -> None:
    assert roster(api, known, clock, "U1").room(job("U2")) == Room(id="C1")
    known.here = None
    assert roster(api, known, clock, "U1").room(job()) is None
    assert called(api) == []
