from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.errors import Refused, TryLater
from bot.slack.clients import OneWorkspace
from bot.slack.roster import KEPT, Remembered, SlackRoster
from bot.talk import Errand, Job, Person, Room
from tests.bot.webapi import Says, WebApi, refusing

MEMBER = {"id": "U1", "team_id": "T1", "tz_offset": 7_200}


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def api() -> Iterator[WebApi]:
    with WebApi().running() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def roster(api: WebApi, clock: Clock) -> SlackRoster:
    return SlackRoster(OneWorkspace(api.slack(), timeout=1), admins=frozenset({"U0BOSS"}), clock=clock)


def job(**changed: Any) -> Job:  # noqa: ANN401 - any field of a job
    return Job(**{"key": "Ev1", "errand": Errand.ASK, "team": "T1", "user": "U1", "channel": "C1", **changed})


def member(api: WebApi, **changed: object) -> None:
    api.says["users.info"] = [Says({"ok": True, "user": {**MEMBER, **changed}})]


def channel(api: WebApi, **is_what: object) -> None:
    api.says["conversations.info"] = [Says({"ok": True, "channel": {"id": "C1", **is_what}})]


@pytest.mark.parametrize(
    ("user", "person"),
    [
        ({}, Person(id="U1", utc_offset=7_200)),
        ({"tz_offset": -18_000}, Person(id="U1", utc_offset=-18_000)),
        ({"tz_offset": None}, Person(id="U1")),
        ({"is_restricted": True}, Person(id="U1", guest=True, utc_offset=7_200)),
        ({"is_restricted": True, "is_ultra_restricted": True}, Person(id="U1", guest=True, utc_offset=7_200)),
        ({"is_stranger": True}, Person(id="U1", external=True, utc_offset=7_200)),
        ({"team_id": "T2"}, Person(id="U1", external=True, utc_offset=7_200)),
        ({"team_id": None}, Person(id="U1", external=True, utc_offset=7_200)),
        ({"is_admin": True}, Person(id="U1", admin=True, utc_offset=7_200)),
        ({"is_owner": True}, Person(id="U1", admin=True, utc_offset=7_200)),
    ],
)
def test_who_somebody_is(roster: SlackRoster, api: WebApi, user: dict[str, object], person: Person) -> None:
    member(api, **user)

    assert roster.person(job()) == person


@pytest.mark.parametrize(("of", "external"), [("E1", False), ("E2", True), (None, True)])
def test_a_colleague_of_a_sister_workspace_is_no_stranger(
    roster: SlackRoster, api: WebApi, of: str | None, external: bool
) -> None:
    member(api, team_id="T2", enterprise_user={"enterprise_id": of} if of else None)

    assert roster.person(job(enterprise="E1")).external is external


def test_of_an_organisation_only_its_people_are_colleagues(roster: SlackRoster, api: WebApi) -> None:
    member(api, team_id="T2", enterprise_user={"enterprise_id": "E1"})

    assert not roster.person(job(team="E1", enterprise="E1")).external


def test_the_settings_name_admins(roster: SlackRoster, api: WebApi) -> None:
    member(api)

    assert roster.person(job(user="U0BOSS")).admin


def test_somebody_is_asked_about_once_in_some_minutes(roster: SlackRoster, api: WebApi, clock: Clock) -> None:
    member(api)
    roster.person(job())
    clock.now += KEPT - 1
    assert not roster.person(job()).guest

    clock.now += 2
    member(api, is_restricted=True)
    assert roster.person(job()).guest
    assert len(api.calls) == 2


def test_people_of_two_workspaces_are_two(roster: SlackRoster, api: WebApi) -> None:
    member(api)
    roster.person(job())
    member(api, team_id="T2", is_restricted=True)

    assert roster.person(job(team="T2")).guest


@pytest.mark.parametrize("reason", ["user_not_found", "missing_scope", "invalid_auth", "user_not_visible"])
def test_whoever_cannot_be_checked_is_not_let_in(roster: SlackRoster, api: WebApi, reason: str) -> None:
    api.says["users.info"] = [refusing(reason)]

    with pytest.raises(Refused, match=f"{reason}.*Ask again"):
        roster.person(job())


@pytest.mark.parametrize(
    "said",
    [
        [Says({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "60"})],
        [Says("down", status=500)] * 2,
        [Says(breaks=True)] * 2,
    ],
    ids=["busy", "ill", "gone"],
)
def test_when_slack_is_not_well_it_is_asked_later(roster: SlackRoster, api: WebApi, said: list[Says]) -> None:
    api.says["users.info"], api.says["conversations.info"] = list(said), list(said)

    with pytest.raises(TryLater):
        roster.person(job())
    with pytest.raises(TryLater):
        roster.room(job())


def test_a_failure_is_not_remembered(roster: SlackRoster, api: WebApi) -> None:
    api.says["users.info"] = [refusing("user_not_found")]
    with pytest.raises(Refused):
        roster.person(job())

    member(api)
    assert not roster.person(job()).external


@pytest.mark.parametrize(
    ("info", "external"),
    [
        ({}, False),
        ({"is_private": True}, False),
        ({"is_ext_shared": True, "is_shared": True}, True),
        ({"is_shared": True}, True),
        ({"is_pending_ext_shared": True}, True),
        ({"is_shared": True, "is_org_shared": True}, False),
        ({"is_shared": True, "is_org_shared": True, "is_ext_shared": True}, True),
    ],
)
def test_a_channel_shared_with_others_is_external(
    roster: SlackRoster, api: WebApi, info: dict[str, object], external: bool
) -> None:
    channel(api, **info)

    assert roster.room(job()) == Room(id="C1", external=external)


@pytest.mark.parametrize("reason", ["channel_not_found", "not_in_channel", "missing_scope"])
def test_a_channel_that_cannot_be_seen_is_unknown_until_it_can(roster: SlackRoster, api: WebApi, reason: str) -> None:
    api.says["conversations.info"] = [refusing(reason)]
    assert roster.room(job()) == Room(id="C1", known=False)

    channel(api)
    assert roster.room(job()) == Room(id="C1")


def test_a_channel_that_cannot_be_checked_at_all_lets_nobody_in(roster: SlackRoster, api: WebApi) -> None:
    api.says["conversations.info"] = [refusing("invalid_auth")]

    with pytest.raises(Refused):
        roster.room(job())


def test_what_the_event_says_counts_whatever_is_remembered(roster: SlackRoster, api: WebApi) -> None:
    channel(api)
    assert roster.room(job()) == Room(id="C1")
    assert roster.room(job(external=True)) == Room(id="C1", external=True)
    assert roster.room(job()) == Room(id="C1")
    assert len(api.calls) == 1


def test_a_direct_message_is_no_room(roster: SlackRoster, api: WebApi) -> None:
    assert roster.room(job(direct=True, channel="D1")) is None
    assert roster.room(job(channel=None)) is None
    assert not api.calls


def test_no_more_is_remembered_than_a_bound() -> None:
    remembered: Remembered[str, int] = Remembered(clock=Clock(), most=2)
    for place, name in enumerate("abca"):
        remembered.put(name, place)

    assert [remembered.get(name) for name in "abc"] == [3, None, 2]
