"""What breaks between taking a job and finishing it: nobody is left without a word, and nothing is left behind."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Timer, current_thread
from time import sleep

import pytest

from bot import messages
from bot.blocks import Message
from bot.desk import Home, Manner, Reply, answer_id
from bot.errors import BadCommand, BotError, MemoryBroken, NotSent, Refused, TryLater, Unsure
from bot.memory import Memory, open_memory
from bot.memory.database import file_of
from bot.talk import Answered, Ask, ChannelSettings, Errand, Job, Person, Room, Shown
from bot.worker import _FOLLOWING, MOST_ATTEMPTS, Answering, Shop, Workers, forget, outcome, work
from embeddings import StoreDamaged, Viewer
from tests.bot.test_worker import NOON, SHOWN, EchoDesk, PlainSlack, QuietArchive, job, said, shop, take, worked

OTHER = Shown("harbour-strike", 2, 7, "f" * 64)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    """A memory that does not wait for whoever else is writing."""
    with open_memory(f"sqlite:///{tmp_path / 'bot.db'}?timeout=0.05") as opened:
        yield opened


def finished(memory: Memory, key: str) -> bool:
    """Whether a job is done, and not only put off."""
    memory.inbox.release()
    return memory.inbox.take(now=datetime.now(UTC) + timedelta(minutes=50)) is None and not memory.inbox.put(job(key))


# The bot's own database.


@dataclass
class DeskOfSomebodyElse(EchoDesk):
    """Answers while another program holds the bot's database for a moment."""

    path: Path = Path()
    held: list[str] = field(default_factory=list)

    def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
        if not self.held:
            other = sqlite3.connect(self.path, check_same_thread=False)
            other.execute("BEGIN IMMEDIATE")
            self.held.append(job.key)
            Timer(0.4, other.close).start()
        return super().answer(job, person=person, room=room)


def test_a_job_that_could_not_be_given_back_is_done_when_the_database_is_free(memory: Memory, tmp_path: Path) -> None:
    slack = PlainSlack()
    workers = Workers(shop(memory, desk=DeskOfSomebodyElse(path=tmp_path / "bot.db"), slack=slack), count=2)
    # Before the first of them has the database locked, which a delivery would have to be repeated for.
    workers.accept(job("ferry"))
    workers.accept(job("tram"))
    workers.start()
    assert workers.drain(30.0) == 0
    assert {answer: len(texts) for answer, texts in slack.posts.items()} == {
        answer_id("ferry"): 1,
        answer_id("tram"): 1,
    }


def test_whoever_keeps_the_claims_outlives_a_fault(memory: Memory) -> None:
    struck = Event()

    def clock() -> datetime:
        if current_thread().name == "keeper" and not struck.is_set():
            struck.set()
            raise ZeroDivisionError
        return datetime.now(UTC)

    workers = Workers(replace(shop(memory), clock=clock), count=1)
    workers.start()
    assert struck.wait(10)
    sleep(0.3)
    assert workers.alive
    assert workers.drain(10.0) == 0


@pytest.mark.parametrize(
    "broken", [MemoryBroken("/srv/bot.db: the disk is full"), StoreDamaged("/srv/archive/rows.db is damaged")]
)
def test_what_only_the_keeper_of_the_machine_can_mend_is_told_with_a_reference_and_no_paths(
    memory: Memory, broken: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    memory.inbox.put(job("ferry"))
    reply = outcome(shop(memory, desk=EchoDesk(raises=broken)), take(memory))
    assert isinstance(reply, Reply)
    assert messages.NOT_AT_HAND in reply.message.text
    assert answer_id("ferry") in reply.message.text
    assert "/srv" not in reply.message.text
    assert f"{answer_id('ferry')}: {broken}" in caplog.text


@pytest.mark.parametrize("url", ["bot.db", "mysql://x/y", "sqlite:////dev/null/bot.db", "sqlite:////proc/none/bot.db"])
def test_a_database_that_cannot_be_is_said_and_not_a_traceback(url: str) -> None:
    with pytest.raises(BotError, match="ONRECORD_DATABASE"):
        file_of(url)


# Slack.


def test_an_outage_of_slack_gives_no_job_up(memory: Memory) -> None:
    slack = PlainSlack(before=[TryLater("Slack is not well", seconds=0.01) for _ in range(3 * MOST_ATTEMPTS)])
    worked(shop(memory, slack=slack), job("ferry"))
    assert slack.posts == {answer_id("ferry"): ["what of ferry?"]}


def test_an_outage_that_does_not_end_gives_it_up(memory: Memory) -> None:
    memory.inbox.put(job("ferry"))
    later = replace(memory.inbox, clock=lambda: datetime.now(UTC) + timedelta(hours=2))
    for _ in range(MOST_ATTEMPTS):
        take(memory)
        later.postpone("ferry", until=datetime.now(UTC), excused=True)
    assert take(memory).attempts == MOST_ATTEMPTS + 1


@pytest.mark.parametrize("late", [TryLater("slow down", seconds=1), Unsure("the connection broke")])
def test_a_refusal_that_could_not_be_told_is_told_later(memory: Memory, late: Exception) -> None:
    refused = NotSent("Invite me first.", reason="not_in_channel")
    slack = PlainSlack(before=[refused, late])
    memory.inbox.put(job("ferry"))
    with pytest.raises(type(late)):
        work(shop(memory, slack=slack), take(memory))
    memory.inbox.release()
    slack.before = [refused]
    work(shop(memory, slack=slack), take(memory))
    assert slack.whispers == ["Invite me first."]
    assert finished(memory, "ferry")


@dataclass
class FixedDesk:
    """Always says the same."""

    reply: Reply

    def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
        return self.reply


def answered(key: str, *shown: Shown, page: int = 0, ts: str | None = None) -> Answered:
    return Answered(
        id=answer_id(key),
        team="T1",
        user="U1",
        request=Ask(question="what of it?"),
        at=NOON,
        channel="C1",
        thread="1.0",
        ts=ts,
        page=page,
        shown=shown,
    )


def over(memory: Memory, slack: PlainSlack, desk: Answering) -> Shop:
    return replace(shop(memory, slack=slack), desk=desk)


class Immovable(PlainSlack):
    """A Slack where no message can be changed."""

    trouble: Exception = NotSent("That message can no longer be changed", reason="edit_window_closed")

    def update(self, job: Job, ts: str, message: Message) -> None:
        raise self.trouble


@pytest.mark.parametrize("trouble", [Immovable.trouble, TryLater("slow down", seconds=60)])
def test_buttons_of_a_message_that_could_not_be_changed_find_what_it_still_shows(
    memory: Memory, trouble: Exception
) -> None:
    first = answered("ferry", SHOWN, ts="1.5")
    memory.answers.record(first)
    turned = Reply(message=said("page 2"), manner=Manner.UPDATE, answered=answered("ferry", OTHER, page=1, ts="1.5"))
    memory.inbox.put(job("press", errand=Errand.PRESSED, message="1.5"))
    slack = Immovable()
    slack.trouble = trouble
    with suppress(TryLater):
        work(over(memory, slack, FixedDesk(turned)), take(memory))
    assert memory.answers.answer(answer_id("ferry")) == first


@pytest.mark.parametrize("now", [Reply(message=said("bad news"), manner=Manner.POST), None])
def test_what_an_earlier_attempt_posted_is_written_down_as_it_was_posted(memory: Memory, now: Reply | None) -> None:
    slack = PlainSlack(after=[Unsure("the connection broke")])
    memory.inbox.put(job("ferry"))
    with pytest.raises(Unsure):
        work(shop(memory, slack=slack), take(memory))
    memory.inbox.release()
    otherwise = now or Reply(message=said("corrected"), manner=Manner.POST, answered=answered("ferry", OTHER))
    work(over(memory, slack, FixedDesk(otherwise)), take(memory))
    assert slack.posts == {answer_id("ferry"): ["what of ferry?"]}
    kept = memory.answers.answer(answer_id("ferry"))
    assert kept is not None
    assert (kept.ts, kept.shown) == ("1.5", (SHOWN,))
    assert [one.ts for one in memory.answers.messages_showing("harbour-strike")] == ["1.5"]


def test_a_report_that_cannot_be_posted_where_reports_go_is_thanked_for_all_the_same(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    report = Reply(message=said("a report"), manner=Manner.POST, aside=said("Thank you."), channel="C9")
    slack = PlainSlack(before=[NotSent("I am not in that channel: write /invite", reason="not_in_channel")])
    memory.inbox.put(job("report", errand=Errand.REPORTED))
    work(over(memory, slack, FixedDesk(report)), take(memory))
    assert slack.whispers == ["Thank you."]
    assert "C9: not_in_channel" in caplog.text
    assert finished(memory, "report")


# Who is told what.


def test_where_answers_are_private_bad_news_is_too(memory: Memory) -> None:
    memory.preferences.set_channel("T1", "C1", ChannelSettings(private=True))
    slack = PlainSlack()
    memory.inbox.put(job("ferry"))
    work(shop(memory, slack=slack, desk=EchoDesk(raises=BadCommand("Whom do you mean?"))), take(memory))
    assert (slack.posts, slack.whispers) == ({}, ["Whom do you mean?"])


def test_a_home_page_that_cannot_be_shown_says_so_itself(memory: Memory) -> None:
    slack = PlainSlack()
    memory.inbox.put(job("home", errand=Errand.HOME, channel="D1", direct=True))
    work(shop(memory, slack=slack, desk=EchoDesk(raises=StoreDamaged("/srv is damaged"))), take(memory))
    assert (slack.whispers, len(slack.homes)) == ([], 1)
    assert messages.NOT_AT_HAND in json.dumps(slack.homes[0]["blocks"])


# Logs and what is forgotten.


def test_a_fault_is_logged_with_its_place_and_none_of_its_words(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    class Telltale(EchoDesk):
        """Fails with what was asked in its error, and in the one before that."""

        def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
            try:
                raise KeyError(job.text)
            except KeyError as error:
                raise ValueError(f"cannot parse {job.text}") from error

    memory.inbox.put(job("ferry", text="the mayor's secret"))
    outcome(shop(memory, desk=Telltale()), take(memory))
    assert "the mayor's secret" not in caplog.text
    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "test_review_delivery.py:" in caplog.text


def kept_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def test_a_question_that_was_forgotten_is_nowhere_on_disk(tmp_path: Path) -> None:
    with open_memory(f"sqlite:///{tmp_path / 'bot.db'}") as memory:
        memory.answers.record(replace(answered("ferry", SHOWN), request=Ask(question="about the Quillfeather affair")))
        memory.inbox.put(job("tram", text="more of the Quillfeather affair"))
        assert b"Quillfeather" in kept_on_disk(tmp_path)
        late = replace(shop(memory), clock=lambda: datetime.now(UTC) + timedelta(days=31))
        forget(late)
        assert b"Quillfeather" not in kept_on_disk(tmp_path)
        assert memory.inbox.waiting() == 0


def test_what_has_to_be_amended_is_not_forgotten_with_the_questions(memory: Memory) -> None:
    kept = [job(errand.value, errand=errand, channel=errand.value) for errand in _FOLLOWING]
    for one in (job("ferry"), *kept):
        memory.inbox.put(one)
    forget(replace(shop(memory), clock=lambda: datetime.now(UTC) + timedelta(days=31)))
    assert [take(memory).job for _ in kept] == kept
    assert memory.inbox.waiting() == 0


def test_questions_are_forgotten_from_the_start_and_not_only_after_an_hour(memory: Memory) -> None:
    memory.answers.record(replace(answered("ferry", SHOWN), at=datetime.now(UTC) - timedelta(days=31)))
    workers = Workers(shop(memory), count=1)
    workers.start()
    soon = datetime.now(UTC) + timedelta(seconds=20)
    while datetime.now(UTC) < soon and (found := memory.answers.answer(answer_id("ferry"))) and found.request:
        sleep(0.01)
    workers.drain(1.0)
    kept = memory.answers.answer(answer_id("ferry"))
    assert kept is not None
    assert kept.request is None


def test_a_clock_that_was_set_back_keeps_no_job_waiting(memory: Memory) -> None:
    memory.inbox.put(job("ferry"))
    now = datetime.now(UTC)
    assert memory.inbox.take(now=now + timedelta(days=1)) is not None
    memory.inbox.postpone("ferry", until=now + timedelta(days=1, seconds=5))
    assert memory.inbox.take(now=now) is not None


def test_stopping_waits_for_nothing_that_is_put_off_for_longer(memory: Memory) -> None:
    slack = PlainSlack(before=[TryLater("slow down", seconds=900)])
    workers = Workers(shop(memory, slack=slack), count=1)
    workers.start()
    workers.accept(job("ferry"))
    soon = datetime.now(UTC) + timedelta(seconds=20)
    while datetime.now(UTC) < soon and slack.before:
        sleep(0.01)
    begun = datetime.now(UTC)
    assert workers.drain(20.0) == 1
    assert datetime.now(UTC) - begun < timedelta(seconds=15)


# What was posted just before a crash is known, whatever would be said now.


@pytest.mark.parametrize("now", [Refused("not any more"), BadCommand("Whom do you mean?")])
def test_what_was_posted_before_a_crash_is_written_down_though_nothing_would_be_posted_now(
    memory: Memory, now: Exception
) -> None:
    memory.preferences.set_channel("T1", "C1", ChannelSettings(private=True))
    slack = PlainSlack(after=[Unsure("the connection broke")])
    memory.inbox.put(job("ferry"))
    with pytest.raises(Unsure):
        work(shop(memory, slack=slack), take(memory))
    memory.inbox.release()
    work(shop(memory, slack=slack, desk=EchoDesk(raises=now)), take(memory))
    assert [one.ts for one in memory.answers.messages_showing("harbour-strike")] == ["1.5"]
    assert slack.whispers == []


@dataclass
class Retold(QuietArchive):
    """Readers were to be told of something, and then there is nothing to tell any more."""

    replies: list[Reply | None] = field(default_factory=list)

    def told(self, job: Job, *, viewer: Callable[[], Viewer]) -> Reply | None:
        return self.replies.pop(0)


def test_a_word_that_was_posted_before_a_crash_is_known_when_there_is_nothing_to_tell_any_more(memory: Memory) -> None:
    note = Reply(message=said("corrected"), manner=Manner.POST, answered=answered("tell", SHOWN))
    slack = PlainSlack(after=[Unsure("the connection broke")])
    late = job("late", errand=Errand.AMEND)
    following = Retold(replies=[note, None], late=(late,))
    memory.inbox.put(job("tell", errand=Errand.TELL))
    with pytest.raises(Unsure):
        work(replace(shop(memory, slack=slack), following=following), take(memory))
    memory.inbox.release()
    work(replace(shop(memory, slack=slack), following=following), take(memory))
    assert [one.ts for one in memory.answers.messages_showing("harbour-strike")] == ["1.5"]
    assert take(memory).job == late


def test_a_word_to_a_reader_waits_for_slack_to_let_the_bot_in_again(memory: Memory) -> None:
    note = Reply(message=said("corrected"), manner=Manner.POST, answered=answered("tell", SHOWN))
    slack = PlainSlack(before=[NotSent("no token", reason="token_revoked")])
    memory.inbox.put(job("tell", errand=Errand.TELL))
    with pytest.raises(TryLater):
        work(replace(shop(memory, slack=slack), following=Retold(replies=[note])), take(memory))
    assert not finished(memory, "tell")
