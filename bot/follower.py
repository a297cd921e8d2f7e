"""Follows the archive: what changes there becomes jobs for every message that shows it, each once.

How far the archive was followed stands in the bot's memory, and is written down together with the jobs that came of
it. So nothing is missed while the bot is down, and nothing is done twice when it is killed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

from bot.amending import amend
from bot.errors import BotError, trail
from bot.memory import Memory
from bot.talk import TERMINAL, Errand, Job
from embeddings import Alert, Archive, ArchiveError, Change

CHANGES, ALERTS = "changes", "alerts"
"""The names of the cursors."""
EVERY = 0.5
"""Seconds between two looks."""
_MANY = 100
_BEFORE = timedelta(minutes=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """One look at a time at what is new in an archive.

    ``reports`` is the channel of those who run the archive, none where it is empty, and ``team`` its workspace.
    """

    archive: Archive
    memory: Memory
    reports: str = ""
    team: str = ""

    def begin(self) -> None:
        """Where nothing was ever shown, and nothing followed, begin where the archive's changes end."""
        following = self.memory.following
        if following.place(CHANGES) is not None or self.memory.answers.any_shown():
            return
        last = 0
        while changes := self.archive.changes(last, limit=10 * _MANY):
            last = changes[-1].sequence
        following.advance(CHANGES, after=None, to=last)

    def look(self) -> bool:
        """Write down what has to be done about what is new; whether there was anything."""
        self.begin()
        changed = self._changes()
        return self._alerts() or changed

    def _changes(self) -> bool:
        after = self.memory.following.place(CHANGES)
        changes = self.archive.changes(after or 0, limit=_MANY)
        if not changes:
            return self._begun_anew(CHANGES, after, lambda last: self.archive.changes(last, limit=1))
        jobs = [job for change in changes for job in self._amending(change)]
        return self.memory.following.advance(CHANGES, after=after, to=changes[-1].sequence, jobs=jobs)

    def _amending(self, change: Change) -> list[Job]:
        # The moment is told, too, as another archive in the same place counts anew.
        cause = f"{change.sequence} {change.at.isoformat()}"
        showing = self.memory.answers.unsettled(change.article)
        return [amend(one, at=change.at, cause=cause) for one in showing if one.team != TERMINAL]

    def _alerts(self) -> bool:
        if not self.reports:
            return False
        after = self.memory.following.place(ALERTS)
        alerts = self.archive.alerts(after=after or 0)
        if not alerts:
            return self._begun_anew(ALERTS, after, lambda last: self.archive.alerts(after=last, settled=True))
        jobs = [self._alert(one) for one in alerts]
        return self.memory.following.advance(ALERTS, after=after, to=alerts[-1].number, jobs=jobs)

    def _begun_anew(self, name: str, place: int | None, since: Callable[[int], object]) -> bool:
        """Whether the archive has not come as far: another has taken its place, and is followed from its beginning."""
        if not place or since(place - 1):
            return False
        _log.warning("the archive has fewer %s than were followed: it is followed from its beginning", name)
        return self.memory.following.advance(name, after=place, to=0)

    def _alert(self, alert: Alert) -> Job:
        return Job(
            key=f"alert {alert.number} {alert.at.isoformat()}",
            errand=Errand.ALERT,
            team=self.team,
            user="",
            channel=self.reports,
            message=f"{(alert.at - _BEFORE).timestamp():.6f}",
            value=str(alert.number),
        )


@dataclass(slots=True)
class Follower:
    """A thread that looks every half second until it is told to stop; ``wake`` is called when there is work.

    After a fault it waits for so many seconds of ``patience``.
    """

    following: Following
    wake: Callable[[], None]
    patience: float = 5.0
    _stop: Event = field(default_factory=Event)
    _thread: Thread = field(init=False)

    def __post_init__(self) -> None:
        self._thread = Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        """Begin, with what has changed since an earlier process looked last."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether it looks."""
        return self._thread.is_alive()

    def _run(self) -> None:
        wait = 0.0
        while not self._stop.wait(wait):
            try:
                found = self.following.look()
            except (BotError, ArchiveError) as error:
                _log.error("the archive could not be followed; trying again: %s", error)
                wait = self.patience
            except Exception as error:  # noqa: BLE001 - it outlives whatever happens: what was not seen is seen later
                _log.error("following the archive failed; trying again: %s", trail(error))
                wait = self.patience
            else:
                wait = 0.0 if found else EVERY
                if found:
                    self.wake()
