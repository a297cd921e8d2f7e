"""Who is in the embargo group, and which channels nobody else reads; whatever Slack does not tell counts as no."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.errors import NotSent, TryLater
from bot.slack.clients import Clients
from bot.slack.failures import asking
from bot.slack.roster import Remembered
from bot.talk import Job, Person, Room
from bot.worker import Roster

BRIEFLY = 30.0
"""Seconds for which a channel is not looked through again, nor asked about what Slack did not tell."""
MOST_READERS = 200
"""A channel with more people counts as one that others read."""
_PAGE = 200
_MOST_PAGES = 10
_log = logging.getLogger(__name__)


class EmbargoRoster:
    """A roster that also knows the embargo group: ``ids`` of users, and of user groups whose members belong to it."""

    def __init__(
        self, roster: Roster, clients: Clients, *, ids: frozenset[str], clock: Callable[[], float] = monotonic
    ) -> None:
        self._roster, self._clients = roster, clients
        self._groups = frozenset(one for one in ids if one.startswith("S"))
        self._people = ids - self._groups
        self._members: Remembered[tuple[str, str], frozenset[str]] = Remembered(clock=clock)
        self._silent: Remembered[tuple[str, str], bool] = Remembered(clock=clock, kept=BRIEFLY)
        self._cleared: Remembered[tuple[str, str], bool] = Remembered(clock=clock, kept=BRIEFLY)
        self._bots: Remembered[tuple[str, str], bool] = Remembered(clock=clock)

    def person(self, job: Job) -> Person:
        """Who asks, and whether they are in the group."""
        person = self._roster.person(job)
        return replace(person, embargo_group=self._holds(job, job.user))

    def room(self, job: Job) -> Room | None:
        """Where it was asked, and whether only the group reads it; looked into for people of the group alone."""
        room = self._roster.room(job)
        if room is None or room.external or not room.known or not self._holds(job, job.user):
            return room
        cleared = self._cleared.get((job.team, room.id))
        if cleared is None:
            cleared = self._is_cleared(job, room.id)
            self._cleared.put((job.team, room.id), cleared)
        return replace(room, cleared=cleared)

    def _holds(self, job: Job, user: str) -> bool:
        return user in self._people or any(user in self._members_of(job, group) for group in sorted(self._groups))

    def _members_of(self, job: Job, group: str) -> frozenset[str]:
        known = self._members.get((job.team, group))
        if known is not None:
            return known
        if self._silent.get((job.team, group)):
            return frozenset()
        try:
            client = self._clients.reading(job.team, job.enterprise)
            with asking():
                found = frozenset(_told(client.usergroups_users_list(usergroup=group), "users"))
        except (NotSent, TryLater, NotTold) as error:
            _log.warning("the members of user group %s are not known, so nobody is: %s", group, _word(error))
            self._silent.put((job.team, group), True)
            return frozenset()
        self._members.put((job.team, group), found)
        return found

    def _is_cleared(self, job: Job, channel: str) -> bool:
        try:
            client = self._clients.reading(job.team, job.enterprise)
            with asking():
                info = _told(client.conversations_info(channel=channel), "channel")
            if not any(info.get(kind) for kind in ("is_private", "is_group", "is_mpim")):
                return False
            readers = _readers(client, channel)
            return job.user in readers and all(self._may_read(job, client, one) for one in readers)
        except (NotSent, TryLater, NotTold) as error:
            _log.info("channel %s counts as read by others than the embargo group: %s", channel, _word(error))
            return False

    def _may_read(self, job: Job, client: WebClient, user: str) -> bool:
        """Whether it is somebody of the group, or no person."""
        if self._holds(job, user):
            return True
        known = self._bots.get((job.team, user))
        if known is None:
            with asking():
                known = _told(client.users_info(user=user), "user").get("is_bot") is True
            self._bots.put((job.team, user), known)
        return known


class NotTold(Exception):
    """Slack's answer does not say what it should, or there is too much of it to look at."""


def _told(response: SlackResponse, name: str) -> Any:  # noqa: ANN401 - JSON
    found = response.get(name)
    if found is None:
        raise NotTold
    return found


def _readers(client: WebClient, channel: str) -> list[str]:
    """Everybody in a channel; raises NotTold for a large one."""
    found: list[str] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        with asking():
            page = client.conversations_members(channel=channel, limit=_PAGE, cursor=cursor)
        found += _told(page, "members")
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None or len(found) > MOST_READERS:
            break
    if cursor is not None or len(found) > MOST_READERS:
        raise NotTold
    return found


def _word(error: Exception) -> str:
    """What went wrong in one word of Slack's, or ours."""
    return str(getattr(error, "reason", type(error).__name__))
