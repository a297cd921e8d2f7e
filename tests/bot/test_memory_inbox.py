"""The inbox against a plain reference, and with threads and processes that race for jobs."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.memory import Database, Inbox, Taken
from bot.memory.database import open_database
from bot.memory.inbox import LEASE, job_of, lane_of, payload_of
from bot.memory.schema import jobs
from bot.talk import Errand, Job
from tests.bot.memories import JOB, NOON, Clock, in_file, job, reports, started


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, clock=clock)


def taken(inbox: Inbox, clock: Clock, resting: Collection[tuple[str, str]] = ()) -> str | None:
    found = inbox.take(now=clock(), resting=resting)
    return found.job.key if found else None


# One by one.


def test_a_job_comes_out_as_it_went_in(inbox: Inbox, clock: Clock) -> None:
    odd = job("Ev1", text="half a \ud800 pair, a \0, and «ё»", value='{"a": 1}', respond="https://hooks/1", direct=True)
    assert inbox.put(odd)
    assert inbox.take(now=clock()) == Taken(odd, attempts=1, sending=False)


def test_a_key_is_taken_in_once_whatever_became_of_it(inbox: Inbox, clock: Clock) -> None:
    assert inbox.put(JOB)
    assert not inbox.put(replace(JOB, text="again"))
    taken(inbox, clock)
    assert not inbox.put(JOB)
    inbox.done(JOB.key)
    assert not inbox.put(JOB)
    assert taken(inbox, clock) is None


def test_a_channel_has_one_job_worked_at_a_time_in_the_order_of_arrival(inbox: Inbox, clock: Clock) -> None:
    for key, channel in (("a", "C1"), ("b", "C1"), ("c", "C2"), ("d", "C1")):
        inbox.put(job(key, channel=channel))
    assert [taken(inbox, clock) for _ in range(3)] == ["a", "c", None]
    inbox.done("a")
    assert [taken(inbox, clock) for _ in range(2)] == ["b", None]


def test_the_same_channel_id_in_two_workspaces_is_two_channels(inbox: Inbox, clock: Clock) -> None:
    inbox.put(job("a"))
    inbox.put(job("b", team="T2"))
    assert [taken(inbox, clock) for _ in range(2)] == ["a", "b"]


def test_private_jobs_wait_only_for_their_person(inbox: Inbox, clock: Clock) -> None:
    inbox.put(job("a"))
    inbox.put(job("b", respond="https://hooks/1"))
    inbox.put(job("c", channel=None))
    inbox.put(job("d", respond="https://hooks/2", user="U2"))
    assert [taken(inbox, clock, resting=[("T1", "C1")]) for _ in range(3)] == ["b", "d", None]
    inbox.done("b")
    assert [taken(inbox, clock) for _ in range(3)] == ["a", "c", None]


def test_a_resting_channel_is_left_alone(inbox: Inbox, clock: Clock) -> None:
    inbox.put(job("a"))
    inbox.put(job("b", channel="C2"))
    assert taken(inbox, clock, resting=[("T1", "C1"), ("T2", "C2")]) == "b"
    assert taken(inbox, clock, resting=[("T1", "C1")]) is None
    assert taken(inbox, clock) == "a"


def test_a_postponed_job_waits_for_its_time_and_lets_others_pass(inbox: Inbox, clock: Clock) -> None:
    inbox.put(job("a"))
    inbox.put(job("b"))
    assert taken(inbox, clock) == "a"
    inbox.postpone("a", until=NOON + timedelta(seconds=30))
    assert inbox.waiting() == 2
    assert taken(inbox, clock) == "b"
    inbox.done("b")
    assert taken(inbox, clock) is None
    clock.pass_by(seconds=30)
    assert inbox.take(now=clock()) == Taken(job("a"), attempts=2, sending=False)


def test_what_was_about_to_be_sent_is_remembered_until_it_is_known_not_to_have_been(inbox: Inbox, clock: Clock) -> None:
    inbox.put(JOB)
    taken(inbox, clock)
    assert inbox.sending(JOB.key)
    inbox.release()
    again = inbox.take(now=clock())
    assert again
    assert again.sending
    inbox.postpone(JOB.key, until=NOON)
    third = inbox.take(now=clock())
    assert third
    assert third.sending
    inbox.postpone(JOB.key, until=NOON, sending=False)
    fourth = inbox.take(now=clock())
    assert fourth
    assert not fourth.sending


def test_done_leaves_nothing_but_the_key(inbox: Inbox, clock: Clock) -> None:
    inbox.put(job("Ev1", text="a question", respond="https://hooks/1", user="U77"))
    taken(inbox, clock)
    inbox.done("Ev1")
    with inbox.database.reading() as connection:
        row = connection.execute(select(jobs)).one()
    left = {name: value for name, value in row._mapping.items() if value is not None}
    assert left == {"number": 1, "key": "Ev1", "arrived": NOON, "attempts": 1, "sending": False, "done": NOON}


def test_what_is_done_is_not_left_in_the_file(tmp_path: Path) -> None:
    database = open_database(in_file(tmp_path))
    inbox = Inbox(database)
    inbox.put(job("Ev1", text="the secret of the lighthouse"))
    inbox.take(now=NOON)
    inbox.done("Ev1")
    database.close()
    assert b"lighthouse" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_keys_are_forgotten_after_a_day_at_least(inbox: Inbox, clock: Clock) -> None:
    inbox.put(job("open"))
    inbox.put(job("done", channel="C2"))
    inbox.done("done")
    clock.pass_by(hours=23)
    inbox.done("done")
    assert inbox.forget(clock()) == 0
    clock.pass_by(hours=2)
    assert inbox.forget(NOON) == 0
    assert inbox.forget(clock()) == 1
    assert inbox.put(job("done"))
    assert not inbox.put(job("open"))


def test_the_oldest_waiting_job_tells_its_age(inbox: Inbox, clock: Clock) -> None:
    assert inbox.oldest() is None
    inbox.put(job("a"))
    clock.pass_by(minutes=1)
    inbox.put(job("b"))
    assert inbox.oldest() == NOON
    taken(inbox, clock)
    assert inbox.oldest() == NOON + timedelta(minutes=1)


def test_a_claim_that_nobody_renews_lapses_for_others_only(database: Database, clock: Clock) -> None:
    one, other = Inbox(database, clock=clock), Inbox(database, clock=clock)
    one.put(JOB)
    assert taken(one, clock) == JOB.key
    clock.pass_by(seconds=LEASE.total_seconds() - 1)
    one.renew(clock())
    clock.pass_by(seconds=LEASE.total_seconds() - 1)
    assert taken(other, clock) is None
    clock.pass_by(seconds=1)
    # Whoever was asleep is still at it, and knows.
    assert taken(one, clock) is None
    assert taken(other, clock) == JOB.key
    assert not one.sending(JOB.key)
    one.postpone(JOB.key, until=NOON)
    assert taken(one, clock) is None
    assert other.sending(JOB.key)


def test_a_job_of_another_version_holds_nobody_up(inbox: Inbox, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    inbox.put(job("strange", text="the secret of the lighthouse"))
    inbox.put(job("b"))
    with inbox.database.writing() as connection:
        payload = payload_of(JOB).replace('"ask"', '"telepathy"')
        connection.execute(jobs.update().where(jobs.c.key == "strange").values(payload=payload))
    with caplog.at_level(logging.ERROR):
        assert taken(inbox, clock) == "b"
    assert "strange" in caplog.text
    assert "lighthouse" not in caplog.text
    assert inbox.waiting() == 1


def test_keys_of_old_do_not_slow_the_search_for_work(tmp_path: Path) -> None:
    database = open_database(in_file(tmp_path))
    with database.reading() as connection:
        query = Inbox(database)._next(NOON, [("T1", "C1")]).compile(connection, compile_kwargs={"literal_binds": True})
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all())
    assert "jobs_open" in plan
    assert "jobs_one_worked_in_a_lane" in plan
    assert "TEMP B-TREE" not in plan
    database.close()


names = st.text(min_size=1, max_size=8)


@settings(deadline=None)
@given(
    st.builds(
        Job,
        key=names,
        errand=st.sampled_from(Errand),
        team=names,
        user=names,
        channel=st.none() | names,
        enterprise=st.none() | names,
        thread=st.none() | names,
        message=st.none() | names,
        text=st.text(alphabet=st.characters(exclude_categories=())),
        value=st.text(),
        respond=st.none() | names,
        direct=st.booleans(),
        external=st.booleans(),
    )
)
def test_every_job_survives_being_written(one: Job) -> None:
    payload = payload_of(one)
    assert payload.isascii()
    assert job_of(payload) == one
    assert job_of(payload.replace("{", '{"later": [1], ', 1)) == one


# Against a plain reference.


@dataclass
class Entry:
    """A job as the plain inbox has it."""

    job: Job
    arrived: datetime
    not_before: datetime
    attempts: int = 0
    sending: bool = False
    owner: int | None = None
    until: datetime = NOON
    done: datetime | None = None

    @property
    def waiting(self) -> bool:
        return self.done is None and self.owner is None


class Plain:
    """The inbox as a list in memory: what it should do, written another way."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def __getitem__(self, key: str) -> Entry:
        return next(entry for entry in self.entries if entry.job.key == key)

    def put(self, job: Job, now: datetime) -> bool:
        if any(entry.job.key == job.key for entry in self.entries):
            return False
        self.entries.append(Entry(job, now, now))
        return True

    def take(self, owner: int, now: datetime, resting: Collection[tuple[str, str]]) -> Taken | None:
        for entry in self.entries:
            lane = lane_of(entry.job)
            lapsed = entry.owner not in (None, owner) and entry.until <= now
            due = entry.waiting and entry.not_before <= now
            worked = any(e is not entry and e.owner is not None and lane_of(e.job) == lane for e in self.entries)
            public = entry.job.channel and not entry.job.respond
            rests = public and (entry.job.team, entry.job.channel) in resting
            if (due or lapsed) and not worked and not rests:
                entry.owner, entry.until, entry.attempts = owner, now + LEASE, entry.attempts + 1
                return Taken(entry.job, entry.attempts, entry.sending)
        return None


KEYS = st.sampled_from([f"Ev{number}" for number in range(30)])
CHANNELS = ["C1", "C2"]
OWNERS = st.sampled_from([0, 1])


class InboxMachine(RuleBasedStateMachine):
    """Two processes' inboxes on one database, held against the plain one, whatever is done in whatever order."""

    claims = Bundle("claims")

    def __init__(self, database: Database) -> None:
        super().__init__()
        with database.writing() as connection:
            connection.execute(jobs.delete())
        self.clock = Clock()
        self.inboxes = [Inbox(database, clock=self.clock), Inbox(database, clock=self.clock)]
        self.plain = Plain()

    @rule(
        key=KEYS,
        channel=st.sampled_from([None, *CHANNELS]),
        user=st.sampled_from(["U1", "U2"]),
        respond=st.sampled_from([None, None, "https://hooks/1"]),
        owner=OWNERS,
    )
    def put(self, key: str, channel: str | None, user: str, respond: str | None, owner: int) -> None:
        one = job(key, channel=channel, user=user, respond=respond)
        assert self.inboxes[owner].put(one) == self.plain.put(one, self.clock())

    @rule(owner=OWNERS, resting=st.sets(st.sampled_from(CHANNELS)), target=claims)
    def take(self, owner: int, resting: set[str]) -> tuple[int, str | None]:
        rests = [("T1", channel) for channel in sorted(resting)]
        found = self.inboxes[owner].take(now=self.clock(), resting=rests)
        assert found == self.plain.take(owner, self.clock(), rests)
        return owner, found.job.key if found else None

    @rule(claim=claims)
    def sending(self, claim: tuple[int, str | None]) -> None:
        owner, key = claim
        if key is not None:
            entry = self.plain[key]
            mine = entry.owner == owner
            assert self.inboxes[owner].sending(key) == mine
            entry.sending |= mine

    @rule(claim=consumes(claims))
    def done(self, claim: tuple[int, str | None]) -> None:
        owner, key = claim
        if key is not None:
            self.inboxes[owner].done(key)
            entry = self.plain[key]
            entry.owner, entry.done = None, entry.done or self.clock()

    @rule(claim=consumes(claims), minutes=st.integers(-1, 4), sending=st.sampled_from([None, False, True]))
    def postpone(self, claim: tuple[int, str | None], minutes: int, sending: bool | None) -> None:
        owner, key = claim
        if key is not None:
            until = self.clock() + timedelta(minutes=minutes)
            self.inboxes[owner].postpone(key, until=until, sending=sending)
            entry = self.plain[key]
            if entry.owner == owner:
                entry.owner, entry.not_before = None, until
                entry.sending = entry.sending if sending is None else sending

    @rule(owner=OWNERS)
    def release(self, owner: int) -> None:
        claimed = [entry for entry in self.plain.entries if entry.owner is not None]
        assert self.inboxes[owner].release() == len(claimed)
        for entry in claimed:
            entry.owner = None

    @rule(owner=OWNERS)
    def renew(self, owner: int) -> None:
        self.inboxes[owner].renew(self.clock())
        for entry in self.plain.entries:
            if entry.owner == owner:
                entry.until = self.clock() + LEASE

    @rule(seconds=st.sampled_from([1, 60, 119, 120, 90_000]))
    def pass_by(self, seconds: int) -> None:
        self.clock.pass_by(seconds=seconds)

    @rule(hours=st.integers(0, 50))
    def forget(self, hours: int) -> None:
        before = self.clock() - timedelta(hours=hours)
        limit = min(before, self.clock() - timedelta(days=1))
        kept = [entry for entry in self.plain.entries if entry.done is None or entry.done >= limit]
        assert self.inboxes[0].forget(before) == len(self.plain.entries) - len(kept)
        self.plain.entries = kept

    @invariant()
    def the_same_jobs_wait(self) -> None:
        waiting = [entry.arrived for entry in self.plain.entries if entry.waiting]
        assert self.inboxes[0].waiting() == len(waiting)
        assert self.inboxes[1].oldest() == min(waiting, default=None)


def test_the_inbox_does_what_a_plain_list_does(database: Database) -> None:
    class Machine(InboxMachine):
        def __init__(self) -> None:
            super().__init__(database)

    run_state_machine_as_test(Machine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))


# Threads and processes that race.


def work_off(inbox: Inbox, worked: list[tuple[str, str, float, float]], idle: int = 3) -> None:
    """Take and finish jobs until there are none for a while; says what was worked from when to when."""
    while idle:
        found = inbox.take(now=NOON)
        if found is None:
            idle -= 1 if not inbox.waiting() else 0
            continue
        begun = time.monotonic()
        assert inbox.sending(found.job.key)
        worked.append((found.job.key, lane_of(found.job), begun, time.monotonic()))
        inbox.done(found.job.key)


def assert_each_once_and_lanes_in_order(worked: Collection[tuple[str, str, float, float]], count: int) -> None:
    assert sorted(key for key, *_ in worked) == sorted(f"Ev{number}" for number in range(count))
    lanes: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for key, lane, begun, ended in worked:
        lanes[lane].append((begun, ended, int(key[2:])))
    for stretches in lanes.values():
        stretches.sort()
        assert [number for _, _, number in stretches] == sorted(number for _, _, number in stretches)
        assert all(before[1] <= after[0] for before, after in pairwise(stretches))


def test_threads_work_every_job_once_and_each_channel_in_order(database: Database) -> None:
    inbox = Inbox(database)
    worked: list[tuple[str, str, float, float]] = []

    def put(start: int) -> None:
        for number in range(start, 240, 3):
            assert inbox.put(job(f"Ev{number}", channel=f"C{number % 21}"))

    threads = [threading.Thread(target=put, args=(start,)) for start in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    threads = [threading.Thread(target=work_off, args=(inbox, worked)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with inbox.database.reading() as connection:
        arrival = connection.execute(select(jobs.c.key).order_by(jobs.c.number)).scalars().all()
    # Threads put them in some order of their own; number them by it.
    place = {key: f"Ev{number}" for number, key in enumerate(arrival)}
    assert_each_once_and_lanes_in_order([(place[key], *rest) for key, *rest in worked], 240)  # type: ignore[misc]


def test_the_same_event_from_many_threads_is_taken_in_once(inbox: Inbox) -> None:
    told: list[bool] = []
    threads = [threading.Thread(target=lambda: told.append(inbox.put(JOB))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 7 + [True]


def working_process(report: Connection, url: str) -> None:
    database = open_database(url)
    inbox = Inbox(database)
    worked: list[tuple[str, str, float, float]] = []
    threads = [threading.Thread(target=work_off, args=(inbox, worked)) for _ in range(2)]
    report.send("ready")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.send(worked)
    database.close()


def test_two_processes_on_one_database_share_the_work(url: str) -> None:
    database = open_database(url)
    inbox = Inbox(database)
    for number in range(100):
        inbox.put(job(f"Ev{number}", channel=f"C{number % 13}"))
    processes = [started(working_process, url) for _ in range(2)]
    for number in range(100, 200):
        inbox.put(job(f"Ev{number}", channel=f"C{number % 13}"))
    told = [reports(connection) for _, connection in processes]
    for process, _ in processes:
        process.join()
    assert [said[0] for said in told] == ["ready", "ready"]
    worked = [one for said in told for one in said[1]]
    work_off(inbox, worked)
    assert_each_once_and_lanes_in_order(worked, 200)
    database.close()
