"""Works off the inbox: takes a job, has the desk answer it, sends the answer; nothing is lost or said twice.

Every step is written down before it is taken: a job that was claimed and not finished is done again, and one that
may have been posted is looked for in Slack first. Private messages cannot be looked for, so after a crash between
sending and writing it down one may come twice; a post never does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from threading import Condition, Thread
from time import monotonic
from typing import Protocol

from bot import access, messages
from bot.amending import Amended
from bot.blocks import Message, View
from bot.blocks.notices import failure, notice, refused
from bot.desk import Home, Manner, Reply, answer_id, at_home
from bot.errors import BotError, MemoryBroken, MemoryUnreachable, NotSent, Refused, TryLater, Unsure, trail
from bot.memory import Memory, Taken
from bot.talk import Answered, Became, Errand, Job, Person, Room
from embeddings import ArchiveError, ModelError, StoreError, StoreUnreachable, Viewer

PACE = 1.0
"""Seconds between two posts in one channel, as Slack asks."""
MOST_ATTEMPTS = 8
"""A job that was begun so often, and never finished, is given up with a word to the person."""
_UNTOLD_ATTEMPTS = 3
"""So often an answer is looked up before a person hears that the archive cannot be read."""
_LOOK_AGAIN = 1.0
_VERIFY_AFTER = timedelta(seconds=2)
_MOST_DOUBLINGS = 7
_AFTER_FAULT = timedelta(seconds=5)
_KEYS_KEPT = timedelta(days=7)
_CLEAN_EVERY = 3_600.0
_RENEW_EVERY = 10.0
_LOCKED_OUT = frozenset(
    "invalid_auth not_authed account_inactive token_revoked token_expired not_installed missing_scope".split()
)
"""Why Slack takes nothing at all, which a new installation mends: a correction waits for it."""
_LOCKED_FOR = 300.0
_log = logging.getLogger(__name__)


class Answering(Protocol):
    """What knows the answer to a job: the desk."""

    def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
        """What to send; raises BotError and ArchiveError, whose messages are for the person."""


class Following(Protocol):
    """What knows what becomes of messages when the archive changes."""

    def amended(self, job: Job, *, viewer: Callable[[], Viewer]) -> Amended | None:
        """What becomes of a message for whoever reads it; None where it stays as it is."""

    def told(self, job: Job, *, viewer: Callable[[], Viewer]) -> Reply | None:
        """What its readers are told; None where there is nothing to tell any more."""

    def elsewhere(self, job: Job) -> Job | None:
        """How the person is told directly what could not be told in the thread; None where nobody can be."""

    def warned(self, job: Job) -> Reply | None:
        """What those who run the archive have to decide; None when it was decided."""

    def overtaken(self, answered: Answered) -> tuple[Job, ...]:
        """What to do about an answer that was just given and shows what has changed meanwhile."""


class Courier(Protocol):
    """How messages reach Slack; a method that sends raises TryLater, Unsure or NotSent."""

    def post(self, job: Job, message: Message, *, answer: str) -> str:
        """Post in the job's channel and thread, marked with the answer's id; returns the message's ``ts``."""

    def posted(self, job: Job, answer: str) -> str | None:
        """The ``ts`` of the message that bears this answer's id in the job's channel and thread, if it is there."""

    def update(self, job: Job, ts: str, message: Message) -> None:
        """Change a message of the bot's own in the job's channel."""

    def take_back(self, job: Job, ts: str) -> None:
        """Delete a message of the bot's own in the job's channel."""

    def whisper(self, job: Job, message: Message) -> None:
        """Tell only the person: by the response URL, else as an ephemeral message, else as a direct message."""

    def replace(self, job: Job, message: Message) -> None:
        """Put the message in the place of the private one that the pressed button stands on."""

    def direct(self, job: Job) -> str:
        """The id of the direct messages with the job's person."""

    def publish(self, job: Job, view: View) -> None:
        """Show the person's home."""

    def status(self, job: Job, text: str) -> None:
        """Say in the thread that it is being worked on, where Slack has a place for it; never fails."""


class Roster(Protocol):
    """Who somebody is and where they are, as Slack tells; remembered for some minutes."""

    def person(self, job: Job) -> Person:
        """Who asks; raises Refused when it cannot be told."""

    def room(self, job: Job) -> Room | None:
        """Where it was asked, None for a direct message; ``known`` is False where Slack does not let the bot look."""


class Pace:
    """Which channels rest after a post, so that the next one comes no sooner than Slack allows.

    Of this process: what others posted stands in the inbox of a database that is shared.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._until: dict[tuple[str, str], float] = {}

    def rest(self, job: Job, seconds: float) -> None:
        """Let the job's channel rest for so long."""
        if job.channel is not None:
            channel = (job.team, job.channel)
            self._until[channel] = max(self._until.get(channel, 0.0), self._clock() + seconds)

    def resting(self) -> frozenset[tuple[str, str]]:
        """The channels, as team and channel, that rest at this moment."""
        now = self._clock()
        for channel in [channel for channel, until in list(self._until.items()) if until <= now]:
            self._until.pop(channel, None)
        return frozenset(self._until)

    @property
    def next(self) -> float | None:
        """Seconds until the first of them may be posted to again."""
        waits = list(self._until.values())
        return max(0.0, min(waits) - self._clock()) if waits else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Everything that a worker needs for a job."""

    desk: Answering
    following: Following
    memory: Memory
    courier: Courier
    roster: Roster
    clock: Callable[[], datetime]
    retention: timedelta | None


class Workers:
    """Threads that work off the inbox until they are told to stop."""

    def __init__(self, shop: Shop, *, count: int) -> None:
        self._shop, self._pace = shop, Pace()
        self._changed = Condition()
        self._stopping = False
        self._owed: dict[str, _Return] = {}
        self._cleaned = float("-inf")
        self._threads = [Thread(target=self._run, name=f"worker-{i + 1}", daemon=True) for i in range(count)]
        self._keeper = Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier process left first."""
        if not self._shop.memory.database.shared:
            # Nobody else has it, so whoever claimed anything is dead.
            self._shop.memory.inbox.release()
        for thread in (*self._threads, self._keeper):
            thread.start()

    def accept(self, job: Job) -> None:
        """Write a job down, so that it survives whatever happens, and wake a worker."""
        if self._shop.memory.inbox.put(job):
            self.wake()

    def wake(self) -> None:
        """There is something to do."""
        with self._changed:
            self._changed.notify_all()

    def drain(self, timeout: float) -> int:
        """Finish what was accepted, for so many seconds at most; returns how many jobs are left for the next start."""
        deadline = monotonic() + timeout
        while self._unfinished(deadline) and monotonic() < deadline:
            with self._changed:
                self._changed.wait(min(0.1, max(0.0, deadline - monotonic())))
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(max(0.1, deadline - monotonic()))
        return self._shop.memory.inbox.waiting() + len(self._owed)

    def _unfinished(self, deadline: float) -> int:
        """How many jobs are worked on, or have their time before the deadline."""
        left = timedelta(seconds=max(0.0, deadline - monotonic()))
        return self._shop.memory.inbox.unfinished(self._shop.clock() + left)

    @property
    def ended(self) -> bool:
        """Whether no worker is at anything any more."""
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def alive(self) -> bool:
        """Whether every worker runs, and who keeps their claims."""
        return all(thread.is_alive() for thread in (*self._threads, self._keeper))

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._give_back()
                taken = self._shop.memory.inbox.take(now=self._shop.clock(), resting=self._pace.resting())
                if taken is not None:
                    self._work(taken)
                    with self._changed:
                        # Its channel is free again, and somebody may be waiting for that.
                        self._changed.notify_all()
                    continue
            except Exception as error:  # noqa: BLE001 - a worker outlives whatever happens; what it left is taken again
                _log.error("a worker failed; going on: %s", trail(error))
            with self._changed:
                if not self._stopping:
                    self._changed.wait(min(_LOOK_AGAIN, self._pace.next or _LOOK_AGAIN))

    def _keep(self) -> None:
        """Keep this process's claims alive, and forget what should not be kept."""
        while not self._stopping:
            try:
                self._shop.memory.inbox.renew(self._shop.clock())
                if monotonic() - self._cleaned > _CLEAN_EVERY:
                    self._cleaned = monotonic()
                    forget(self._shop)
            except Exception as error:  # noqa: BLE001 - without it, claims lapse and what should be forgotten stays
                _log.error("could not tidy up; trying again: %s", trail(error))
            with self._changed:
                self._changed.wait(_RENEW_EVERY)

    def _work(self, taken: Taken) -> None:
        job = taken.job
        try:
            work(self._shop, taken)
        except TryLater as late:
            _log.info("job %s: %s; again in %.0f s", answer_id(job.key), late, late.seconds)
            self._pace.rest(job, late.seconds)
            # This attempt sent nothing; an earlier one may have.
            self._postpone(job, timedelta(seconds=late.seconds), sending=taken.sending, excused=True, resting=True)
            return
        except Unsure:
            _log.warning("job %s: it may have been sent; looking before it is sent again", answer_id(job.key))
            self._postpone(job, _VERIFY_AFTER * 2 ** min(taken.attempts - 1, _MOST_DOUBLINGS))
            return
        except Exception:
            # Nobody else takes what this process holds, so it has to be given back.
            self._postpone(job, _AFTER_FAULT)
            raise
        if job.errand is not Errand.AMEND:
            self._pace.rest(job, PACE)

    def _postpone(
        self, job: Job, wait: timedelta, *, sending: bool | None = None, excused: bool = False, resting: bool = False
    ) -> None:
        until = self._shop.clock() + wait
        self._owed[job.key] = _Return(until=until, sending=sending, excused=excused, resting=resting)
        self._give_back()

    def _give_back(self) -> None:
        """Give jobs back to the inbox; those that its database did not take at once too, or nobody would do them."""
        for key in list(self._owed):
            owed = self._owed.pop(key, None)
            if owed is None:
                continue
            try:
                self._shop.memory.inbox.postpone(key, **asdict(owed))
            except BaseException:
                self._owed[key] = owed
                raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Return:
    """How a job goes back to the inbox."""

    until: datetime
    sending: bool | None
    excused: bool
    resting: bool


def forget(shop: Shop) -> None:
    """Let go of questions whose time is over, answered or not, and of the keys of jobs done long ago."""
    now, memory = shop.clock(), shop.memory
    if shop.retention is not None:
        memory.answers.forget(now - shop.retention)
        # Words that may not be shown any more have to go however late Slack lets the bot in.
        dropped = memory.inbox.drop(now - shop.retention, but=_FOLLOWING)
        if dropped:
            _log.error("%d jobs were never done, and are too old to be kept: dropped", dropped)
    memory.inbox.forget(now - _KEYS_KEPT)
    memory.database.sweep()


def work(shop: Shop, taken: Taken) -> None:
    """Do a job to its end; raises TryLater and Unsure where that has to come later."""
    if taken.job.errand in _FOLLOWING:
        _FOLLOWING[taken.job.errand](shop, taken)
        return
    try:
        deliver(shop, taken, outcome(shop, taken))
    except NotSent as refusal:
        _log.error("job %s: Slack refused it: %s", answer_id(taken.job.key), refusal.reason)
        tell_refusal(shop, taken.job, refusal)


def _amend(shop: Shop, taken: Taken) -> None:
    """Change a message, and only then write down what it shows and who is to be told: doing it again does no harm."""
    job = taken.job
    amended = shop.following.amended(job, viewer=lambda: _reader(shop, job))
    if amended is None:
        shop.memory.inbox.done(job.key)
        return
    edited = _edited(shop, job, amended)
    shop.memory.answers.record(
        amended.logged(edited=edited), finishes=job.key, amended=amended.news, then=amended.jobs(edited=edited)
    )


def _edited(shop: Shop, job: Job, amended: Amended) -> bool:
    """Whether the message says from now on what became of the words that it shows."""
    before = amended.before
    if amended.message is None or before.ts is None:
        return amended.stays
    try:
        shop.courier.update(replace(job, channel=before.channel), before.ts, amended.message)
    except NotSent as refusal:
        _wait_if_locked_out(refusal)
        _log.warning("answer %s could not be changed: %s", before.id, refusal.reason)
        if any(one.became is Became.WITHDRAWN for one in amended.news):
            _take_back(shop, replace(job, channel=before.channel), before.ts)
        return False
    return True


def _wait_if_locked_out(refusal: NotSent) -> None:
    """Raise TryLater where Slack takes nothing at all until the app is installed anew."""
    if refusal.reason in _LOCKED_OUT:
        raise TryLater("Slack lets nobody in", seconds=_LOCKED_FOR) from refusal


def _take_back(shop: Shop, job: Job, ts: str) -> None:
    """Delete a message that shows what must not be shown, where it cannot be changed."""
    try:
        shop.courier.take_back(job, ts)
    except NotSent as refusal:
        _log.error("job %s: the message could not be taken back either: %s", answer_id(job.key), refusal.reason)


def _told_of(shop: Shop, taken: Taken) -> None:
    """Tell readers what has changed: in the thread, or else directly."""
    job = taken.job
    try:
        there = job if job.channel else replace(job, channel=shop.courier.direct(job))
        reply = shop.following.told(there, viewer=lambda: _reader(shop, job))
        if reply is not None:
            deliver(shop, taken, reply)
        elif not _stands(shop, taken, there):
            shop.memory.inbox.done(job.key)
    except NotSent as refusal:
        _wait_if_locked_out(refusal)
        _log.warning("job %s: nobody could be told there: %s", answer_id(job.key), refusal.reason)
        another = shop.following.elsewhere(job)
        shop.memory.inbox.done(job.key, then=() if another is None else (another,))


def _alert(shop: Shop, taken: Taken) -> None:
    """Tell those who run the archive what they have to decide."""
    reply = shop.following.warned(taken.job)
    shop.memory.inbox.done(taken.job.key) if reply is None else deliver(shop, taken, reply)


def _reader(shop: Shop, job: Job) -> Viewer:
    """What whoever reads the message of a job may see; no more than anybody where it cannot be told."""
    if not job.user:
        return Viewer()
    try:
        person, room = shop.roster.person(job), shop.roster.room(job)
    except (Refused, NotSent):
        return Viewer()
    return access.viewer(person, room, private=room is None)


def outcome(shop: Shop, taken: Taken) -> Reply | Home:
    """What to send for a job, which is always something: an answer, or why there is none."""
    job = taken.job
    if taken.attempts > MOST_ATTEMPTS:
        _log.error("job %s: given up after %d attempts", answer_id(job.key), taken.attempts)
        return _told(shop, job, failure(answer_id(job.key), messages.GIVEN_UP))
    try:
        person, room = shop.roster.person(job), shop.roster.room(job)
        if job.errand is Errand.ASK:
            shop.courier.status(job, messages.SEARCHING)
        return shop.desk.answer(job, person=person, room=room)
    except (TryLater, Unsure):
        raise
    except Refused as refusal:
        return Reply(message=refused(str(refusal)), manner=Manner.WHISPER)
    except (MemoryBroken, StoreError, ModelError) as error:
        _try_again_if_away(taken, error)
        # Whoever asks can do nothing about it, and need not know what lies where on the machine.
        _log.error("job %s: %s", answer_id(job.key), error)
        return _told(shop, job, failure(answer_id(job.key), messages.NOT_AT_HAND))
    except (BotError, ArchiveError) as error:
        _log.info("job %s: %s", answer_id(job.key), type(error).__name__)
        return _told(shop, job, notice(str(error)))
    except Exception as error:  # noqa: BLE001 - a fault of ours: the person gets a reference, the log has the rest
        _log.error("job %s failed: %s", answer_id(job.key), trail(error))
        return _told(shop, job, failure(answer_id(job.key), messages.OUR_FAULT))


def _try_again_if_away(taken: Taken, error: Exception) -> None:
    """Raise it where the job is to be done again: a server that is started anew is back in a moment."""
    if isinstance(error, MemoryUnreachable | StoreUnreachable) and taken.attempts < _UNTOLD_ATTEMPTS:
        raise error


def deliver(shop: Shop, taken: Taken, reply: Reply | Home) -> None:
    """Send it, write down what was sent where, and finish the job."""
    job, inbox = taken.job, shop.memory.inbox
    if isinstance(reply, Home):
        shop.courier.publish(job, reply.view)
        inbox.done(job.key)
        return
    there = replace(job, channel=reply.channel, thread=None) if reply.channel else job
    if not _stands(shop, taken, there, reply.answered):
        _finish(shop, job, reply.answered, ts=_announced(shop, there, reply))
    if reply.aside is not None:
        _aside(shop, job, reply.aside)


def _stands(shop: Shop, taken: Taken, there: Job, answered: Answered | None = None) -> bool:
    """Whether an earlier attempt posted it; then what that wrote down is kept, as what would be said now may differ."""
    answer = answer_id(taken.job.key)
    ts = shop.courier.posted(there, answer) if taken.sending else None
    if ts is None:
        return False
    _finish(shop, taken.job, shop.memory.answers.answer(answer) or answered, ts=ts)
    return True


def _finish(shop: Shop, job: Job, answered: Answered | None, *, ts: str | None) -> None:
    """Finish a job, and write down in which message its answer stands."""
    if answered is None:
        shop.memory.inbox.done(job.key)
        return
    # What it shows stands in the log by now: what changes from here on finds it there.
    late = shop.following.overtaken(answered)
    shop.memory.answers.record(replace(answered, ts=ts), finishes=job.key, then=late)


def _announced(shop: Shop, there: Job, reply: Reply) -> str | None:
    """Send it, written down before, for its buttons may be pressed as soon as it is there."""
    answers, answered = shop.memory.answers, reply.answered
    rest = shop.clock() + timedelta(seconds=PACE) if shop.memory.database.shared else None
    if reply.manner is Manner.POST and not shop.memory.inbox.sending(there.key, rest=rest):
        # Whoever took it over has written down, or will, what stands where.
        raise TryLater("another process works on it", seconds=_LOOK_AGAIN)
    in_place = answered is not None and reply.manner in (Manner.UPDATE, Manner.REPLACE)
    before = answers.answer(answered.id) if in_place and answered is not None else None
    if answered is not None:
        answers.record(answered)
    try:
        return _sent(shop, there, reply)
    except (TryLater, NotSent) as error:
        if before is not None:
            # The message still shows what it showed, and its buttons have to find that.
            answers.record(before)
        if reply.channel is None or not isinstance(error, NotSent):
            raise
        # It was for those who run the archive, not for the person, whose deed is done.
        _log.error("job %s: not told in %s: %s", answer_id(there.key), reply.channel, error.reason)
        return None


def _sent(shop: Shop, job: Job, reply: Reply) -> str | None:
    courier = shop.courier
    match reply.manner:
        case Manner.POST:
            return courier.post(job, reply.message, answer=answer_id(job.key))
        case Manner.UPDATE:
            assert job.message is not None
            courier.update(job, job.message, reply.message)
            return job.message
        case Manner.WHISPER:
            courier.whisper(job, reply.message)
        case Manner.REPLACE:
            courier.replace(job, reply.message)
    return None


def _aside(shop: Shop, job: Job, message: Message) -> None:
    """A word to the person after the deed, which is no reason to do the deed again."""
    try:
        _tell(shop, job, message)
    except (TryLater, Unsure, NotSent) as error:
        _log.warning("job %s: done, but the person could not be told: %s", answer_id(job.key), error)


def tell_refusal(shop: Shop, job: Job, refusal: NotSent) -> None:
    """Tell the person why Slack does not take the answer, if it takes that, and finish the job; raises as ``work``."""
    try:
        _tell(shop, job, notice(str(refusal)))
    except NotSent as error:
        _log.error("job %s: the person could not be told: %s", answer_id(job.key), error.reason)
    shop.memory.inbox.done(job.key)


def _tell(shop: Shop, job: Job, message: Message) -> None:
    shop.courier.replace(job, message) if job.respond else shop.courier.whisper(job, message)


def _told(shop: Shop, job: Job, message: Message) -> Reply | Home:
    """Bad news, where the answer would have been; private where a button or a command was used, or it is set so."""
    if job.errand is Errand.HOME:
        return at_home(message)
    alone = job.respond is not None or job.errand not in (Errand.ASK, Errand.NARROWED) or _is_private(shop, job)
    return Reply(message=message, manner=Manner.WHISPER if alone else Manner.POST)


def _is_private(shop: Shop, job: Job) -> bool:
    """Whether the channel wants answers for the asker alone."""
    return not job.direct and job.channel is not None and shop.memory.preferences.channel(job.team, job.channel).private


_FOLLOWING: Mapping[Errand, Callable[[Shop, Taken], None]] = {
    Errand.AMEND: _amend,
    Errand.TELL: _told_of,
    Errand.ALERT: _alert,
}
