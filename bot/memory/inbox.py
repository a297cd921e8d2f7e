"""The jobs that were accepted and are not done: written down before Slack is told, worked one at a time a channel."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.exc import IntegrityError

from bot.memory.database import Database, keep, now
from bot.memory.schema import jobs, rests
from bot.talk import Errand, Job

LEASE = timedelta(seconds=30)
"""So long a claim holds that nobody renews: after that, others take over what a dead process was at."""
_KEYS_KEPT = timedelta(days=1)
_SET_ASIDE = timedelta(hours=1)
_EXCUSED_FOR = timedelta(hours=1)
_LONGEST_REST = timedelta(hours=1)
"""What is to rest for longer was written down by a clock that was set back since."""
_WAITING = and_(jobs.c.payload.is_not(None), jobs.c.claimed_by.is_(None))
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A job to work on now.

    ``attempts`` counts this one too. With ``sending``, an earlier attempt was about to send the answer, and may have.
    """

    job: Job
    attempts: int
    sending: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """A queue on disk. What a method did survives a crash as soon as it returns; all raise MemoryBroken.

    ``owner`` is this process among others that share the database: its claims lapse when it does not renew them.
    """

    database: Database
    clock: Callable[[], datetime] = now
    lease: timedelta = LEASE
    owner: str = field(default_factory=lambda: uuid4().hex)

    def put(self, job: Job) -> bool:
        """Write a job down; False when one of its key was ever seen, which is done or still there to be worked."""
        try:
            with self.database.writing() as connection:
                connection.execute(jobs.insert().values(**_row(job, self.clock())))
        except IntegrityError:
            return False
        return True

    def take(self, *, now: datetime, resting: Collection[tuple[str, str]] = ()) -> Taken | None:
        """Claim the oldest job whose time has come, in a channel that nobody is working in and that is not resting.

        ``resting`` are teams and channels that rest beside those that every process knows of.
        """
        with self.database.alone() as connection:
            while (row := connection.execute(self._next(now, resting)).first()) is not None:
                taken = self._claim(connection, row, now)
                if taken is not None:
                    return taken
        return None

    def sending(self, key: str, *, rest: datetime | None = None) -> bool:
        """Note that the answer is about to be sent; False when another process took the job over: send nothing.

        With it, let the job's channel ``rest`` until then in every process that shares the database.
        """
        with self.database.writing() as connection:
            mine = connection.execute(jobs.update().where(*self._mine(key)).values(sending=True)).rowcount
            if mine and rest is not None:
                _rest(connection, key, until=rest)
            return bool(mine)

    def done(self, key: str, *, then: Iterable[Job] = ()) -> None:
        """Finish a job: all but its key is erased; with that, write down those that come after it."""
        with self.database.writing() as connection:
            for job in then:
                add(connection, job, at=self.clock())
            finish(connection, key, at=self.clock())

    def postpone(
        self, key: str, *, until: datetime, sending: bool | None = None, excused: bool = False, resting: bool = False
    ) -> None:
        """Give a job back, to be worked later.

        ``sending`` changes what was noted: False where nothing can have been sent, in this attempt or before. An
        ``excused`` attempt, which others made fail, does not count in the first hour. With ``resting``, its channel
        rests until then in every process that shares the database.
        """
        noted: dict[str, Any] = {} if sending is None else {"sending": sending}
        if excused:
            young = jobs.c.arrived > self.clock() - _EXCUSED_FOR
            noted["attempts"] = case((young, jobs.c.attempts - 1), else_=jobs.c.attempts)
        changed = jobs.update().where(*self._mine(key)).values(not_before=until, **_UNCLAIMED, **noted)
        with self.database.writing() as connection:
            if connection.execute(changed).rowcount and resting:
                _rest(connection, key, until=until)

    def release(self) -> int:
        """Give back all that is claimed by whomever, when no process but this one has the database; says how many."""
        with self.database.writing() as connection:
            return connection.execute(jobs.update().where(jobs.c.claimed_by.is_not(None)).values(**_UNCLAIMED)).rowcount

    def renew(self, now: datetime) -> None:
        """Hold on to what this process has claimed."""
        held = jobs.update().where(jobs.c.claimed_by == self.owner).values(claimed_until=now + self.lease)
        with self.database.writing() as connection:
            connection.execute(held)

    def waiting(self) -> int:
        """How many jobs nobody is working on yet."""
        return self._count(_WAITING)

    def unfinished(self, due: datetime) -> int:
        """How many jobs this process is working on, and how many more have their time by then: at one moment."""
        ours, timely = jobs.c.claimed_by == self.owner, and_(jobs.c.claimed_by.is_(None), _timely(due))
        return self._count(and_(jobs.c.payload.is_not(None), or_(ours, timely)))

    def _count(self, which: ColumnElement[bool]) -> int:
        with self.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(jobs).where(which)).scalar_one()

    def oldest(self) -> datetime | None:
        """When the first of the waiting jobs arrived."""
        with self.database.reading() as connection:
            return connection.execute(select(func.min(jobs.c.arrived)).where(_WAITING)).scalar()

    def forget(self, before: datetime) -> int:
        """Forget rests that are over, and the keys of jobs done before a moment, never those of the last day.

        Says how many jobs.
        """
        moment = min(before, self.clock() - _KEYS_KEPT)
        with self.database.writing() as connection:
            connection.execute(rests.delete().where(rests.c.until < self.clock()))
            return connection.execute(jobs.delete().where(jobs.c.done < moment)).rowcount

    def drop(self, before: datetime, *, but: Collection[Errand] = ()) -> int:
        """Erase jobs that arrived before a moment and that nobody has done or is doing; says how many.

        Those on an errand in ``but`` stay.
        """
        old = select(jobs.c.number, jobs.c.payload).where(_WAITING, jobs.c.arrived < before)
        with self.database.alone() as connection:
            gone = [row.number for row in connection.execute(old) if _errand(row.payload) not in but]
            for number in gone:
                connection.execute(jobs.update().where(jobs.c.number == number).values(done=self.clock(), **_ERASED))
        return len(gone)

    def _next(self, now: datetime, resting: Collection[tuple[str, str]]) -> Select[Any]:
        others = jobs.alias()
        worked = exists().where(
            others.c.lane == jobs.c.lane, others.c.claimed_by.is_not(None), others.c.number != jobs.c.number
        )
        rested = exists().where(rests.c.lane == jobs.c.lane, rests.c.until > now, rests.c.until <= now + _LONGEST_REST)
        lanes = [_lane(team, channel) for team, channel in resting]
        return (
            select(jobs.c.number, jobs.c.key, jobs.c.payload, jobs.c.attempts, jobs.c.sending)
            .where(jobs.c.payload.is_not(None), self._free(now), ~worked, ~rested, jobs.c.lane.not_in(lanes))
            .order_by(jobs.c.number)
            .limit(1)
            .with_for_update()
        )

    def _free(self, now: datetime) -> ColumnElement[bool]:
        waiting = and_(jobs.c.claimed_by.is_(None), _timely(now))
        lapsed = and_(jobs.c.claimed_by != self.owner, jobs.c.claimed_until <= now)
        return or_(waiting, lapsed)

    def _claim(self, connection: Connection, row: Row[Any], now: datetime) -> Taken | None:
        this = jobs.update().where(jobs.c.number == row.number)
        try:
            job = job_of(row.payload)
        except (ValueError, TypeError, KeyError):
            _log.error("job %s was written by another version and cannot be read; set aside for an hour", row.key)
            connection.execute(this.values(not_before=now + _SET_ASIDE, **_UNCLAIMED))
            return None
        attempts = row.attempts + 1
        claim = {"claimed_by": self.owner, "claimed_until": now + self.lease, "attempts": attempts}
        connection.execute(this.values(**claim))
        return Taken(job, attempts, row.sending)

    def _mine(self, key: str) -> tuple[ColumnElement[bool], ...]:
        return jobs.c.key == key, jobs.c.claimed_by == self.owner


_UNCLAIMED: Mapping[str, None] = {"claimed_by": None, "claimed_until": None}
_ERASED: Mapping[str, Any] = {"payload": None, "lane": None, "not_before": None, "sending": False, **_UNCLAIMED}


def _timely(now: datetime) -> ColumnElement[bool]:
    """Whether a job's time has come; what was put off for longer than ever is, by a clock that was set back since."""
    none, ever = jobs.c.not_before.is_(None), jobs.c.not_before > now + _SET_ASIDE
    return or_(none, jobs.c.not_before <= now, ever)


def _rest(connection: Connection, key: str, *, until: datetime) -> None:
    lane = connection.execute(select(jobs.c.lane).where(jobs.c.key == key)).scalar_one()
    keep(connection, rests, key={"lane": lane}, values={"until": until})


def add(connection: Connection, job: Job, *, at: datetime) -> None:
    """Write a job down within a transaction, unless one of its key was ever seen."""
    if connection.execute(select(jobs.c.number).where(jobs.c.key == job.key)).first() is not None:
        return
    try:
        with connection.begin_nested():
            connection.execute(jobs.insert().values(**_row(job, at)))
    except IntegrityError:
        # Another process wrote it down in between.
        return


def _row(job: Job, at: datetime) -> dict[str, Any]:
    return {
        "key": job.key,
        "lane": lane_of(job),
        "payload": payload_of(job),
        "arrived": at,
        "attempts": 0,
        "sending": False,
    }


def finish(connection: Connection, key: str, *, at: datetime) -> None:
    """Mark a job as done and erase all but its key, within a transaction."""
    connection.execute(jobs.update().where(jobs.c.key == key, jobs.c.done.is_(None)).values(done=at, **_ERASED))


def lane_of(job: Job) -> str:
    """What keeps jobs in order: those of one channel go one by one, and private ones by person."""
    private = job.channel is None or job.respond is not None
    return _lane(job.team, f"@{job.user}" if private else job.channel)


def _lane(team: str, channel: str | None) -> str:
    return f"{team}/{channel}"


def payload_of(job: Job) -> str:
    """A job as one line of JSON, in ASCII."""
    return json.dumps(asdict(job))


def _errand(payload: str) -> str | None:
    try:
        return str(json.loads(payload)["errand"])
    except (ValueError, TypeError, KeyError):
        # Another version wrote it.
        return None


def job_of(payload: str) -> Job:
    """The job that a line stands for, whatever a newer version wrote beside it."""
    told = json.loads(payload)
    known = {one.name: told[one.name] for one in fields(Job) if one.name in told}
    return Job(**{**known, "errand": Errand(known["errand"])})
