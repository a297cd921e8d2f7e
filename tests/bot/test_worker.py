"""Jobs in, messages out: each once, whatever breaks in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock
from typing import Any

import pytest

from bot.amending import Amended
from bot.blocks import Message, View
from bot.desk import Home, Manner, Reply, answer_id
from bot.errors import NotSent, Refused, TryLater, Unsure
from bot.memory import Memory, Taken, open_memory
from bot.talk import Amendment, Answered, Ask, Became, Errand, Job, Person, Room, Shown
from bot.worker import MOST_ATTEMPTS, Pace, Shop, Workers, deliver, outcome, work
from embeddings import BadQuestion, Viewer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHOWN = Shown("harbour-strike", 2, 3, "f" * 64)


def job(key: str, *, errand: Errand = Errand.ASK, channel: str | None = "C1", **fields: Any) -> Job:  # noqa: ANN401
    """A question in a thread."""
    given: dict[str, Any] = {"thread": "1.0", "message": "1.0", "text": f"what of {key}?"} | fields
    return Job(key=key, errand=errand, team="T1", user="U1", channel=channel, **given)


@dataclass
class EchoDesk:
    """Answers with the question."""

    raises: Exception | None = None
    manner: Manner = Manner.POST
    aside: Message | None = None

    def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
        if self.raises is not None:
            raise self.raises
        answered = Answered(
            id=answer_id(job.key),
            team=job.team,
            user=job.user,
            request=Ask(question=job.text),
            at=NOON,
            channel=job.channel,
            thread=job.thread,
            private=self.manner.private,
            shown=(SHOWN,),
        )
        return Reply(message=said(job.text), manner=self.manner, answered=answered, aside=self.aside)


def said(text: str) -> Message:
    return Message(text, ({"type": "section", "text": {"type": "mrkdwn", "text": text}},))


@dataclass
class PlainSlack:
    """A Slack that keeps what it is sent, and fails as it is told to."""

    posts: dict[str, list[str]] = field(default_factory=dict)
    whispers: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    updated: list[tuple[str, str]] = field(default_factory=list)
    homes: list[View] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    before: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    posted_to: list[str | None] = field(default_factory=list)

    def post(self, job: Job, message: Message, *, answer: str) -> str:
        with self.lock:
            if self.before:
                raise self.before.pop(0)
            ts = f"{len(self.answers) + 1}.5"
            self.posts.setdefault(answer, []).append(message.text)
            self.answers[answer] = ts
            self.posted_to.append(job.channel)
            if self.after:
                raise self.after.pop(0)
            return ts

    def posted(self, job: Job, answer: str) -> str | None:
        return self.answers.get(answer)

    def update(self, job: Job, ts: str, message: Message) -> None:
        self.updated.append((ts, message.text))

    def take_back(self, job: Job, ts: str) -> None:
        self.updated.append((ts, "taken back"))

    def whisper(self, job: Job, message: Message) -> None:
        if self.before:
            raise self.before.pop(0)
        self.whispers.append(message.text)

    def replace(self, job: Job, message: Message) -> None:
        self.replaced.append(message.text)

    def direct(self, job: Job) -> str:
        return f"D-{job.user}"

    def publish(self, job: Job, view: View) -> None:
        self.homes.append(view)

    def status(self, job: Job, text: str) -> None:
        """Nobody looks."""


@dataclass
class Anybody:
    """Everybody is a member, everywhere is a channel."""

    raises: Exception | None = None

    def person(self, job: Job) -> Person:
        if self.raises is not None:
            raise self.raises
        return Person(id=job.user)

    def room(self, job: Job) -> Room | None:
        return Room(id=job.channel) if job.channel else None


@dataclass
class QuietArchive:
    """Nothing changes in it, unless it is said what comes of it."""

    late: tuple[Job, ...] = ()

    def amended(self, job: Job, *, viewer: Callable[[], Viewer]) -> Amended | None:
        return None

    def told(self, job: Job, *, viewer: Callable[[], Viewer]) -> Reply | None:
        return None

    def elsewhere(self, job: Job) -> Job | None:
        return None

    def warned(self, job: Job) -> Reply | None:
        return None

    def overtaken(self, answered: Answered) -> tuple[Job, ...]:
        return self.late


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with open_memory(f"sqlite:///{tmp_path / 'bot.db'}") as opened:
        yield opened


def shop(
    memory: Memory, *, desk: EchoDesk | None = None, slack: PlainSlack | None = None, roster: Anybody | None = None
) -> Shop:
    return Shop(
        desk=desk or EchoDesk(),
        following=QuietArchive(),
        memory=memory,
        courier=slack or PlainSlack(),
        roster=roster or Anybody(),
        clock=lambda: datetime.now(UTC),
        retention=timedelta(days=30),
    )


def take(memory: Memory) -> Taken:
    taken = memory.inbox.take(now=datetime.now(UTC) + timedelta(hours=1))
    assert taken is not None
    return taken


def worked(shop: Shop, *jobs: Job, until: Callable[[], bool] | None = None) -> None:
    """All of these jobs, given to real threads and worked off."""
    workers = Workers(shop, count=4)
    workers.start()
    for each in jobs:
        workers.accept(each)
    assert workers.drain(30.0) == 0
    assert until is None or until()


def test_a_question_is_answered_in_its_thread_and_written_down_with_what_it_showed(memory: Memory) -> None:
    slack = PlainSlack()
    worked(shop(memory, slack=slack), job("ferry"))
    assert slack.posts == {answer_id("ferry"): ["what of ferry?"]}
    answered = memory.answers.answer(answer_id("ferry"))
    assert answered is not None
    assert (answered.ts, answered.shown, answered.thread) == ("1.5", (SHOWN,), "1.0")
    assert [(one.ts, one.channel) for one in memory.answers.messages_showing("harbour-strike")] == [("1.5", "C1")]


def test_a_job_that_comes_twice_is_answered_once(memory: Memory) -> None:
    slack = PlainSlack()
    worked(shop(memory, slack=slack), job("ferry"), job("ferry"), job("ferry"))
    assert [len(texts) for texts in slack.posts.values()] == [1]


def test_after_a_crash_between_posting_and_writing_it_down_nothing_is_posted_again(memory: Memory) -> None:
    slack = PlainSlack()
    one = shop(memory, slack=slack)
    memory.inbox.put(job("ferry"))
    taken = take(memory)
    memory.inbox.sending("ferry")
    slack.post(taken.job, said("what of ferry?"), answer=answer_id("ferry"))  # And here the process dies.
    worked(one)
    assert [len(texts) for texts in slack.posts.values()] == [1]
    answered = memory.answers.answer(answer_id("ferry"))
    assert answered is not None
    assert answered.ts == "1.5"


def test_after_a_crash_before_posting_it_is_posted(memory: Memory) -> None:
    slack = PlainSlack()
    memory.inbox.put(job("ferry"))
    take(memory)
    memory.inbox.sending("ferry")  # And here the process dies.
    worked(shop(memory, slack=slack))
    assert [len(texts) for texts in slack.posts.values()] == [1]


def test_a_post_of_which_nobody_knows_whether_it_arrived_is_looked_for(memory: Memory) -> None:
    slack = PlainSlack(after=[Unsure("the connection broke")])
    worked(shop(memory, slack=slack), job("ferry"))
    assert [len(texts) for texts in slack.posts.values()] == [1]
    lost = PlainSlack(before=[Unsure("the connection broke")])
    worked(shop(memory, slack=lost), job("tram"))
    assert [len(texts) for texts in lost.posts.values()] == [1]


def test_slack_asking_for_patience_gets_it_and_the_answer_comes(memory: Memory) -> None:
    slack = PlainSlack(before=[TryLater("slow down", seconds=0.2)])
    worked(shop(memory, slack=slack), job("ferry"))
    assert [len(texts) for texts in slack.posts.values()] == [1]


def test_what_slack_refuses_for_good_is_told_to_the_person_alone(memory: Memory) -> None:
    slack = PlainSlack(before=[NotSent("Invite me first: /invite @onrecord", reason="not_in_channel")])
    worked(shop(memory, slack=slack), job("ferry"))
    assert (slack.posts, slack.whispers) == ({}, ["Invite me first: /invite @onrecord."])


def test_bad_news_says_what_to_do_where_the_answer_would_have_been(memory: Memory) -> None:
    slack = PlainSlack()
    worked(shop(memory, slack=slack, desk=EchoDesk(raises=BadQuestion("Ask for one thing"))), job("ferry"))
    assert slack.posts == {answer_id("ferry"): ["Ask for one thing."]}


def test_a_fault_of_ours_gives_a_reference_that_the_log_has_too(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    slack = PlainSlack()
    worked(shop(memory, slack=slack, desk=EchoDesk(raises=ZeroDivisionError("secret copy"))), job("ferry"))
    [[text]] = slack.posts.values()
    assert answer_id("ferry") in text
    assert "secret copy" not in text
    assert answer_id("ferry") in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_who_may_not_ask_is_told_alone(memory: Memory) -> None:
    slack = PlainSlack()
    worked(shop(memory, slack=slack, roster=Anybody(raises=Refused("Not for guests"))), job("ferry"))
    assert (slack.posts, slack.whispers) == ({}, ["Not for guests."])


def test_a_job_that_kills_its_process_again_and_again_is_given_up_with_a_word(memory: Memory) -> None:
    memory.inbox.put(job("ferry"))
    for _ in range(MOST_ATTEMPTS):
        take(memory)
        memory.inbox.release()
    one = shop(memory, desk=EchoDesk(raises=AssertionError("never asked")))
    taken = take(memory)
    reply = outcome(one, taken)
    assert isinstance(reply, Reply)
    assert answer_id("ferry") in reply.message.text


def test_an_aside_that_fails_is_no_reason_to_do_the_deed_again(memory: Memory) -> None:
    slack = PlainSlack(before=[])
    desk = EchoDesk(aside=said("Posted."))
    one = shop(memory, slack=slack, desk=desk)
    memory.inbox.put(job("ferry"))
    taken = take(memory)
    reply = outcome(one, taken)
    slack.before = []
    deliver(one, taken, reply)
    assert slack.whispers == ["Posted."]
    memory.inbox.put(job("tram"))
    taken = take(memory)
    reply = outcome(one, taken)
    slack.whisper = _broken  # type: ignore[method-assign]
    deliver(one, taken, reply)
    assert memory.inbox.take(now=datetime.now(UTC)) is None


def _broken(job: Job, message: Message) -> None:
    raise NotSent("No", reason="channel_not_found")


def test_a_reply_for_another_channel_goes_there_and_not_into_a_thread(memory: Memory) -> None:
    slack = PlainSlack()
    one = shop(memory, slack=slack)
    memory.inbox.put(job("ferry"))
    taken = take(memory)
    reply = outcome(one, taken)
    assert isinstance(reply, Reply)
    deliver(one, taken, replace(reply, channel="C9"))
    assert slack.posted_to == ["C9"]


def test_one_channel_gets_a_post_a_second_and_others_need_not_wait(memory: Memory) -> None:
    times = [0.0]
    pace = Pace(clock=lambda: times[0])
    pace.rest(job("ferry"), 1.0)
    assert pace.resting() == {("T1", "C1")}
    assert pace.next == 1.0
    times[0] = 0.9
    assert pace.resting()
    times[0] = 1.0
    assert pace.resting() == frozenset()
    assert pace.next is None


def test_what_is_not_finished_when_the_time_is_up_stays_for_the_next_start(memory: Memory) -> None:
    begun, go_on = Event(), Event()

    class SlowDesk(EchoDesk):
        def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
            begun.set()
            go_on.wait(10)
            return super().answer(job, person=person, room=room)

    stalled, slack = PlainSlack(), PlainSlack()
    workers = Workers(shop(memory, slack=stalled, desk=SlowDesk()), count=1)
    workers.start()
    workers.accept(job("ferry"))
    workers.accept(job("tram"))
    assert begun.wait(10)
    assert workers.drain(0.05) == 1
    worked(shop(memory, slack=slack))
    assert {answer: len(texts) for answer, texts in slack.posts.items()} == {
        answer_id("ferry"): 1,
        answer_id("tram"): 1,
    }
    # What comes back from the dead finds that somebody else has done its job, and changes nothing.
    go_on.set()
    for thread in workers._threads:
        thread.join(10)
    assert stalled.posts == {}
    answered = memory.answers.answer(answer_id("ferry"))
    assert answered is not None
    assert answered.ts is not None


# What follows when the archive changes.


@dataclass
class ChangedArchive(QuietArchive):
    """One message has to be changed, and its reader to be told."""

    def amended(self, job: Job, *, viewer: Callable[[], Viewer]) -> Amended | None:
        assert viewer() == Viewer()
        before = Answered(
            id="A", team="T1", user="U1", request=None, at=NOON, channel="C1", thread="1.0", ts="1.5", shown=(SHOWN,)
        )
        shown = replace(SHOWN, version=3, fingerprint="e" * 64)
        news = Amendment(place=0, became=Became.CORRECTED, at=NOON, before=SHOWN)
        after = replace(before, shown=(shown,), amendments=(news,))
        return Amended(job=job, before=before, after=after, unchanged=before, message=said("corrected"), news=(news,))

    def told(self, job: Job, *, viewer: Callable[[], Viewer]) -> Reply | None:
        where = "in the thread" if job.thread else f"to {job.channel}"
        return Reply(message=said(where), manner=Manner.POST, channel=None if job.thread else job.channel)

    def elsewhere(self, job: Job) -> Job | None:
        return replace(job, key=f"{job.key} directly", channel=None, thread=None) if job.thread else None


def changed_shop(memory: Memory, slack: PlainSlack) -> Shop:
    return replace(shop(memory, slack=slack), following=ChangedArchive())


def worked_off(shop: Shop) -> None:
    """All that waits, and what comes of it."""
    while (taken := shop.memory.inbox.take(now=datetime.now(UTC))) is not None:
        work(shop, taken)


def test_a_message_is_changed_and_then_its_reader_told(memory: Memory) -> None:
    slack = PlainSlack()
    memory.inbox.put(job("amend", errand=Errand.AMEND))
    worked_off(changed_shop(memory, slack))
    assert slack.updated == [("1.5", "corrected")]
    assert list(slack.posts.values()) == [["in the thread"]]
    now = memory.answers.answer("A")
    assert now is not None
    assert [one.version for one in now.shown] == [3]


def test_where_the_thread_takes_nothing_the_person_is_told_directly(memory: Memory) -> None:
    slack = PlainSlack(before=[NotSent("gone", reason="thread_not_found")])
    memory.inbox.put(job("amend", errand=Errand.AMEND))
    worked_off(changed_shop(memory, slack))
    assert list(slack.posts.values()) == [["to D-U1"]]


def test_a_correction_waits_for_slack_to_let_the_bot_in_again(memory: Memory) -> None:
    @dataclass
    class LockedSlack(PlainSlack):
        def update(self, job: Job, ts: str, message: Message) -> None:
            raise NotSent("no token", reason="invalid_auth")

    memory.inbox.put(job("amend", errand=Errand.AMEND))
    taken = take(memory)
    with pytest.raises(TryLater):
        work(changed_shop(memory, LockedSlack()), taken)
    assert memory.answers.answer("A") is None


def test_an_answer_that_was_overtaken_leaves_a_job_behind(memory: Memory) -> None:
    slack = PlainSlack()
    late = job("late", errand=Errand.HELP, channel="C2")
    memory.inbox.put(job("tram"))
    deliver_to = replace(shop(memory, slack=slack), following=QuietArchive(late=(late,)))
    work(deliver_to, take(memory))
    assert take(memory).job == late
