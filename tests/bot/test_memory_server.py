"""The memory on a real server that is stopped, killed and upgraded while the bot is at work."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing.connection import Connection
from time import monotonic, sleep

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from bot import messages
from bot.blocks import Message
from bot.desk import Home, Reply, answer_id
from bot.errors import MemoryBroken, MemoryUnreachable
from bot.follower import CHANGES
from bot.memory import Memory, Taken, open_memory
from bot.memory.database import ALONE
from bot.memory.inbox import LEASE
from bot.talk import Job, Person, Room
from bot.worker import Workers, work
from embeddings import StoreUnreachable
from tests.bot.memories import NOON, job, reports, started
from tests.bot.test_worker import EchoDesk, PlainSlack, shop
from tests.servers import Primary, Replica


@pytest.fixture
def memory(database: str) -> Iterator[Memory]:
    with open_memory(database) as opened:
        yield opened


def until(found: Callable[[], bool], *, what: str) -> None:
    deadline = monotonic() + 60
    while not found():
        assert monotonic() < deadline, f"no {what}"
        sleep(0.02)


def now() -> datetime:
    return datetime.now(UTC)


# Several processes.


def claiming_process(report: Connection, url: str) -> None:
    """Claim a job, say which, and hang on to it."""
    with open_memory(url) as memory:
        taken = memory.inbox.take(now=now())
        assert taken is not None
        memory.inbox.sending(taken.job.key)
        report.send(taken.job.key)
        threading.Event().wait()


def test_what_a_killed_process_was_at_is_taken_over_when_its_claim_has_lapsed(database: str, memory: Memory) -> None:
    for key, channel in (("a", "C1"), ("b", "C1"), ("c", "C2")):
        memory.inbox.put(job(key, channel=channel))
    process, connection = started(claiming_process, database)
    assert connection.recv() == "a"
    process.kill()
    process.join()
    others = memory.inbox.take(now=now())
    assert others is not None
    assert others.job.key == "c"
    # Its channel waits: whoever takes over has to know first what was sent.
    assert memory.inbox.take(now=now() + LEASE - timedelta(seconds=10)) is None
    again = memory.inbox.take(now=now() + LEASE)
    assert again is not None
    assert (again.job.key, again.attempts, again.sending) == ("a", 2, True)


def working_process(report: Connection, url: str) -> None:
    """Work off all there is, saying what; killed, or through."""
    with open_memory(url) as memory:
        idle = 0
        while idle < 50:
            taken = memory.inbox.take(now=now())
            if taken is None:
                idle += 1
                sleep(0.01)
                continue
            idle = 0
            if memory.inbox.sending(taken.job.key):
                report.send(taken.job.key)
                memory.inbox.done(taken.job.key)


def test_no_job_is_worked_by_two_processes(database: str, memory: Memory) -> None:
    keys = [f"Ev{number}" for number in range(150)]
    for number, key in enumerate(keys):
        memory.inbox.put(job(key, channel=f"C{number % 11}"))
    processes = [started(working_process, database) for _ in range(3)]
    worked = Counter(key for _, connection in processes for key in reports(connection))
    for process, _ in processes:
        process.join()
    assert worked == Counter(keys)


def following_process(report: Connection, url: str) -> None:
    """Follow thirty changes, one after the other, with a job for each."""
    with open_memory(url) as memory:
        for number in range(30):
            place = memory.following.place(CHANGES) or 0
            follows = [job(f"change {place + 1}", channel=f"C{number}")]
            report.send(memory.following.advance(CHANGES, after=place or None, to=place + 1, jobs=follows))


def test_a_change_that_several_processes_see_is_followed_once(database: str, memory: Memory) -> None:
    processes = [started(following_process, database) for _ in range(3)]
    told = [one for _, connection in processes for one in reports(connection)]
    for process, _ in processes:
        process.join()
    assert len(told) == 90
    assert memory.following.place(CHANGES) == told.count(True) == memory.inbox.waiting()


def test_a_job_that_two_processes_write_down_at_once_is_there_once_and_refuses_neither(memory: Memory) -> None:
    with memory.database.writing() as connection:
        # The other one has looked, and has not written yet.
        thread = threading.Thread(target=lambda: memory.inbox.done("none", then=[job("later")]))
        connection.execute(text("LOCK TABLE jobs IN SHARE ROW EXCLUSIVE MODE"))
        thread.start()
        until(lambda: _waits(memory), what="other that waits")
        connection.execute(text(_JOB))
    thread.join()
    assert memory.inbox.waiting() == 1


_JOB = (
    "INSERT INTO jobs (key, lane, payload, arrived, attempts, sending) VALUES ('later', 'T1/C1', '{}', now(), 0, false)"
)


def _waits(memory: Memory) -> bool:
    with memory.database.reading() as connection:
        waiting = connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one()
    return bool(waiting)


def test_a_channel_that_one_process_posts_in_rests_for_the_others(database: str) -> None:
    with open_memory(database) as one, open_memory(database) as other:
        for key, channel in (("a", "C1"), ("b", "C1"), ("c", "C2")):
            one.inbox.put(job(key, channel=channel))
        assert one.inbox.take(now=NOON)
        assert one.inbox.sending("a", rest=NOON + timedelta(seconds=1))
        one.inbox.done("a")
        first = other.inbox.take(now=NOON)
        assert first is not None
        assert first.job.key == "c"
        other.inbox.postpone("c", until=NOON + timedelta(seconds=30), resting=True)
        second = one.inbox.take(now=NOON + timedelta(seconds=1))
        assert second is not None
        assert second.job.key == "b"
        one.inbox.put(job("d", channel="C2"))
        assert one.inbox.take(now=NOON + timedelta(seconds=29)) is None
        assert one.inbox.take(now=NOON + timedelta(seconds=30))


# A server that goes away.


def answered_once(slack: PlainSlack, keys: list[str]) -> None:
    until(lambda: len(slack.posts) == len(keys), what="answer to each")
    sleep(0.5)
    assert {answer: len(texts) for answer, texts in slack.posts.items()} == {answer_id(key): 1 for key in keys}


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_that_goes_away_among_questions_loses_none_and_none_is_answered_twice(
    postgres: Primary, memory: Memory, how: str
) -> None:
    slack = PlainSlack()
    workers = Workers(shop(memory, slack=slack), count=3)
    keys = [f"Ev{number}" for number in range(24)]
    workers.start()
    try:
        for number, key in enumerate(keys[:16]):
            workers.accept(job(key, channel=f"C{number}"))
        until(lambda: len(slack.posts) > 3, what="first answers")
        getattr(postgres, how)()
        # What cannot be written down is not acknowledged, and Slack brings it again.
        late = [job(key, channel=f"C-{key}") for key in keys[16:]]
        for one in late:
            with pytest.raises(MemoryUnreachable, match="see that the database is there"):
                workers.accept(one)
        postgres.start()
        for one in late:
            workers.accept(one)
        answered_once(slack, keys)
    finally:
        postgres.start()
        assert workers.drain(10) == 0


def test_a_server_that_goes_away_between_post_and_done_finds_the_post(postgres: Primary, memory: Memory) -> None:
    class Stopping(PlainSlack):
        def post(self, job: Job, message: Message, *, answer: str) -> str:
            ts = super().post(job, message, answer=answer)
            postgres.stop()
            return ts

    slack = Stopping()
    workers = Workers(shop(memory, slack=slack), count=1)
    workers.start()
    try:
        workers.accept(job("Ev1"))
        until(lambda: bool(slack.posts) and not postgres.running, what="post")
        postgres.start()
        until(lambda: not memory.inbox.unfinished(now() + timedelta(hours=1)), what="end of the job")
        assert slack.posts == {answer_id("Ev1"): [job("Ev1").text]}
    finally:
        postgres.start()
        workers.drain(10)


def test_a_question_that_the_server_interrupts_is_looked_up_again_before_anybody_hears_of_it(memory: Memory) -> None:
    @dataclass
    class InterruptedDesk(EchoDesk):
        left: int = 0

        def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
            self.left -= 1
            if self.left >= 0:
                raise StoreUnreachable("the connection is closed")
            return super().answer(job, person=person, room=room)

    slack = PlainSlack()
    interrupted = shop(memory, slack=slack, desk=InterruptedDesk(left=2))
    for key in ("short", "long"):
        memory.inbox.put(job(key))
        for attempt in range(1, 4):
            taken = memory.inbox.take(now=now() + timedelta(minutes=attempt))
            assert taken is not None
            if attempt < 3:
                with pytest.raises(StoreUnreachable):
                    work(interrupted, taken)
                memory.inbox.postpone(key, until=now())
            else:
                work(interrupted, taken)
        interrupted = replace(interrupted, desk=InterruptedDesk(left=99))
    assert slack.posts[answer_id("short")] == [job("short").text]
    assert messages.NOT_AT_HAND in slack.posts[answer_id("long")][0]


# Two versions.


def test_an_older_bot_goes_on_while_a_newer_one_migrates_and_is_refused_at_its_next_start(
    database: str, memory: Memory
) -> None:
    memory.inbox.put(job("a"))
    taken: list[Taken | None] = []
    older = threading.Thread(target=lambda: taken.append(memory.inbox.take(now=now())))
    with psycopg.connect(database) as newer:
        newer.execute("SELECT pg_advisory_xact_lock(%s)", (ALONE,))
        newer.execute("ALTER TABLE jobs ADD COLUMN urgency integer")
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        older.start()
        sleep(0.3)
        assert taken == []
    older.join()
    assert [one and one.job.key for one in taken] == ["a"]
    memory.inbox.put(job("b"))
    memory.inbox.done("a")
    memory.database.ping()
    with pytest.raises(MemoryBroken, match=r"newer Onrecord \(schema 9999.*pip install -U"):
        open_memory(database)


def test_a_newer_bot_waits_for_what_an_older_one_is_writing(database: str, memory: Memory) -> None:
    with memory.database.alone() as connection:
        connection.execute(text("SELECT 1"))
        opening = threading.Thread(target=lambda: open_memory(database).close())
        opening.start()
        sleep(0.3)
        assert opening.is_alive()
    opening.join()


def migrating_process(report: Connection, url: str, last: int) -> None:
    """Open a database for the first time, killed at once after so many statements."""
    left = count(last, -1)

    def cut(*_: object) -> None:
        if next(left) <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", cut)
    open_memory(url).close()
    report.send("opened")


@pytest.mark.parametrize("statements", [3, 9, 20])
def test_a_migration_killed_in_the_middle_leaves_nothing_and_is_done_at_the_next_opening(
    database: str, statements: int
) -> None:
    process, connection = started(migrating_process, database, statements)
    assert reports(connection) == []
    process.join()
    with psycopg.connect(database) as looking:
        assert looking.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    with open_memory(database) as opened:
        assert opened.inbox.put(job("Ev1"))


# Refusals.


def refused(address: str) -> str:
    with pytest.raises(MemoryBroken) as refusal:
        open_memory(address)
    return str(refusal.value)


def test_refusals_of_the_server_say_what_to_do(postgres: Primary, replica: Replica, database: str) -> None:
    name = database.rpartition("/")[2]
    postgres.run(f"CREATE ROLE {name} LOGIN")
    try:
        assert "GRANT CREATE ON SCHEMA public" in refused(database.replace("postgres@", f"{name}@"))
    finally:
        postgres.run(f"DROP ROLE {name}")
    assert "createdb" in refused(f"{database}_that_is_not_there")
    replica.catch_up()
    assert "name the primary" in refused(replica.beside(database))
