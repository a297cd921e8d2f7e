"""Who somebody is and where they are, as Slack tells; remembered for some minutes, and nobody is let in unknown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar

from bot.errors import NotSent, Refused
from bot.slack.clients import Clients
from bot.slack.failures import asking
from bot.talk import Job, Person, Room

KEPT = 300.0
"""Seconds for which somebody is not asked about again."""
MOST_KEPT = 5_000
UNCHECKED = (
    "It could not be checked whether you may see the archive (Slack said {reason}). "
    "Ask again in a minute, and tell whoever runs Onrecord if it stays so."
)
_UNSEEN = frozenset({"channel_not_found", "not_in_channel", "missing_scope", "method_not_supported_for_channel_type"})
"""What Slack says of a channel that it does not let the bot look at."""

K = TypeVar("K")
V = TypeVar("V")


class SlackRoster:
    """The people and the channels of the workspaces; ``admins`` are admins whatever Slack says."""

    def __init__(
        self, clients: Clients, *, admins: frozenset[str] = frozenset(), clock: Callable[[], float] = monotonic
    ) -> None:
        self._clients, self._admins = clients, admins
        self._people: Remembered[tuple[str, str], Person] = Remembered(clock=clock)
        self._rooms: Remembered[tuple[str, str], Room] = Remembered(clock=clock)

    def person(self, job: Job) -> Person:
        """Who asks; raises Refused when it cannot be told, TryLater when Slack may tell later."""
        known = self._people.get((job.team, job.user))
        if known is not None:
            return known
        client = self._clients.reading(job.team, job.enterprise)
        try:
            with asking():
                user = client.users_info(user=job.user)["user"]
        except NotSent as error:
            raise Refused(UNCHECKED.format(reason=error.reason)) from error
        person = _person(user, job, admins=self._admins)
        self._people.put((job.team, job.user), person)
        return person

    def room(self, job: Job) -> Room | None:
        """Where it was asked, None for a direct message; ``known`` is False where Slack does not let the bot look."""
        if job.direct or job.channel is None or job.channel.startswith("D"):
            # A command may come from direct messages with somebody else, where Slack lets the bot post nothing.
            return None
        known = self._rooms.get((job.team, job.channel)) or self._looked_up(job, job.channel)
        return Room(id=known.id, external=known.external or job.external, known=known.known)

    def _looked_up(self, job: Job, channel: str) -> Room:
        client = self._clients.reading(job.team, job.enterprise)
        try:
            with asking():
                info = client.conversations_info(channel=channel)["channel"]
        except NotSent as error:
            if error.reason not in _UNSEEN:
                raise Refused(UNCHECKED.format(reason=error.reason)) from error
            # Not remembered: an invitation mends it at once.
            return Room(id=channel, known=False)
        room = Room(id=channel, external=_is_shared(info))
        self._rooms.put((job.team, channel), room)
        return room


class Remembered(Generic[K, V]):
    """What was found out in the last minutes, and no more of it than a bound."""

    def __init__(self, *, clock: Callable[[], float], kept: float = KEPT, most: int = MOST_KEPT) -> None:
        self._clock, self._kept, self._most = clock, kept, most
        self._found: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """What is remembered, None for nothing or for what is too old."""
        with self._lock:
            at, value = self._found.get(key, (float("-inf"), None))
        return value if self._clock() - at < self._kept else None

    def put(self, key: K, value: V) -> None:
        """Remember, and forget what has been remembered longest when there is too much."""
        with self._lock:
            self._found.pop(key, None)
            self._found[key] = (self._clock(), value)
            while len(self._found) > self._most:
                self._found.popitem(last=False)


def _person(user: Mapping[str, Any], job: Job, *, admins: frozenset[str]) -> Person:
    ranks = ("is_admin", "is_owner", "is_primary_owner")
    return Person(
        id=job.user,
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        external=bool(user.get("is_stranger")) or not _is_colleague(user, job),
        admin=job.user in admins or any(user.get(rank) for rank in ranks),
        utc_offset=int(user.get("tz_offset") or 0),
    )


def _is_colleague(user: Mapping[str, Any], job: Job) -> bool:
    """Whether the person is of the job's workspace, or of another one of the same organisation."""
    home = user.get("team_id") or (user.get("profile") or {}).get("team")
    of = (user.get("enterprise_user") or {}).get("enterprise_id")
    ours = {job.team, job.enterprise} - {None}
    return home in ours or of in ours


def _is_shared(channel: Mapping[str, Any]) -> bool:
    """Whether another organisation reads the channel, or has been invited to; one shared only within ours is not."""
    outside = channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")
    return bool(outside or (channel.get("is_shared") and not channel.get("is_org_shared")))
