"""The answer log: what was shown where stays findable, what was asked is forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError, StatementError

from bot.memory import Memory, open_memory
from bot.memory.schema import answers, feedback
from bot.talk import Answered, Ask, Narrowing, QuotesBy, Shown
from tests.bot.memories import JOB, NOON, Clock, in_file

TIDE = Shown("tide", 1, 2, "aa")
TIDE_2 = Shown("tide", 2, 2, "bb")
GALE = Shown("gale", None, 1, "cc")
ASKED = Answered(
    id="A1",
    team="T1",
    user="U1",
    request=Ask(question="When does the tide turn?", narrowing=Narrowing(since=date(2031, 1, 1))),
    at=NOON,
    channel="C1",
    thread="10.0",
    ts="10.1",
    shown=(TIDE, GALE),
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(url: str, clock: Clock) -> Iterator[Memory]:
    with open_memory(url, clock=clock) as opened:
        yield opened


def minutes(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


@pytest.mark.parametrize(
    "answered",
    [
        ASKED,
        replace(ASKED, shown=()),
        replace(ASKED, shown=(GALE, TIDE, GALE)),
        replace(ASKED, private=True, ts=None, channel=None, thread=None, page=3),
        replace(ASKED, request=None),
        replace(ASKED, request=QuotesBy(name="Odile Marsh", about="a \ud800 half")),
    ],
)
def test_an_answer_comes_back_as_it_was_recorded(memory: Memory, answered: Answered) -> None:
    memory.answers.record(answered)
    assert memory.answers.answer("A1") == answered
    assert memory.answers.answer("A2") is None


def test_a_moment_comes_back_as_the_same_moment_wherever_it_was_told(memory: Memory) -> None:
    elsewhere = datetime.fromisoformat("2031-05-06T23:30:00.000001+11:30")
    memory.answers.record(replace(ASKED, at=elsewhere))
    found = memory.answers.answer("A1")
    assert found
    assert found.at == elsewhere
    with pytest.raises(StatementError, match="time zone"):
        memory.answers.record(replace(ASKED, at=datetime(2031, 5, 6)))


def test_recording_an_answer_finishes_its_job_in_the_same_transaction(memory: Memory) -> None:
    memory.inbox.put(JOB)
    memory.inbox.take(now=NOON)
    commits: list[object] = []
    event.listen(memory.database.engine, "commit", commits.append)
    memory.answers.record(ASKED, finishes=JOB.key)
    assert len(commits) == 1
    memory.inbox.release()
    assert memory.inbox.take(now=NOON) is None
    assert not memory.inbox.put(JOB)


def test_an_answer_that_cannot_be_recorded_leaves_its_job_open(memory: Memory) -> None:
    memory.inbox.put(JOB)
    memory.inbox.take(now=NOON)
    # The answer's own row is written before what it shows, of which the last cannot be.
    broken = replace(ASKED, shown=(TIDE, Shown("gale", None, None, "cc")))  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        memory.answers.record(broken, finishes=JOB.key)
    assert memory.answers.answer("A1") is None
    memory.inbox.release()
    assert memory.inbox.take(now=NOON) is not None


# What was shown where.


def test_all_that_a_message_once_showed_stays_findable(memory: Memory) -> None:
    memory.answers.record(ASKED)
    memory.answers.record(replace(ASKED, page=1, shown=(GALE,), at=minutes(1)))
    memory.answers.record(replace(ASKED, page=0, shown=(TIDE_2, GALE), at=minutes(2)))
    found = memory.answers.messages_showing("tide")
    assert [(one.shown, one.page, one.at, one.ts) for one in found] == [
        (TIDE_2, 0, minutes(2), "10.1"),
        (TIDE, 0, NOON, "10.1"),
    ]
    gales = memory.answers.messages_showing("gale")
    assert [(one.shown, one.page, one.at) for one in gales] == [(GALE, 1, minutes(1)), (GALE, 0, NOON)]
    assert memory.answers.messages_showing("hail") == ()


def test_recording_twice_adds_nothing(memory: Memory) -> None:
    for _ in range(2):
        memory.answers.record(ASKED)
    assert len(memory.answers.messages_showing("tide")) == 1


def test_a_message_that_was_posted_after_it_was_written_down_has_its_ts(memory: Memory) -> None:
    memory.answers.record(replace(ASKED, ts=None))
    (before,) = memory.answers.messages_showing("tide")
    assert before.ts is None
    memory.answers.record(replace(ASKED, at=minutes(1)))
    (after,) = memory.answers.messages_showing("tide")
    assert (after.ts, after.at, after.user, after.channel) == ("10.1", NOON, "U1", "C1")


def test_an_answer_that_moved_to_another_message_is_found_in_both(memory: Memory) -> None:
    memory.answers.record(replace(ASKED, private=True, ts=None))
    memory.answers.record(ASKED)
    memory.answers.record(replace(ASKED, channel="C2", ts="20.1"))
    found = memory.answers.messages_showing("tide")
    places = {(one.channel, one.ts, one.private) for one in found}
    assert places == {("C1", None, True), ("C1", "10.1", False), ("C2", "20.1", False)}


# Threads and people.


def test_a_thread_goes_on_from_its_newest_question(memory: Memory) -> None:
    newest = replace(ASKED, id="A2", at=minutes(2), request=Ask(question="And the wind?"))
    for answered in (newest, ASKED, replace(ASKED, id="A3", at=minutes(3), request=None)):
        memory.answers.record(answered)
    memory.answers.record(replace(ASKED, id="A4", at=minutes(4), thread="11.0"))
    assert memory.answers.latest("T1", "C1", "10.0") == newest
    assert memory.answers.latest("T2", "C1", "10.0") is None
    assert memory.answers.started("T1", "C1", "10.0")
    assert not memory.answers.started("T1", "C2", "10.0")
    assert not memory.answers.started("T1", "C1", "12.0")


def test_a_private_answer_is_known_in_its_thread_to_its_person_alone(memory: Memory) -> None:
    private = replace(ASKED, private=True, ts=None)
    memory.answers.record(private)
    assert not memory.answers.started("T1", "C1", "10.0")
    assert memory.answers.latest("T1", "C1", "10.0") is None
    assert memory.answers.latest("T1", "C1", "10.0", user="U2") is None
    assert memory.answers.latest("T1", "C1", "10.0", user="U1") == private
    assert memory.answers.started("T1", "C1", "10.0", user="U1")


def test_recent_questions_are_different_ones_and_the_newest_first(memory: Memory) -> None:
    for number in range(12):
        request = Ask(question=f"Question {number % 4}")
        memory.answers.record(replace(ASKED, id=f"A{number}", at=minutes(number), request=request))
    memory.answers.record(replace(ASKED, id="other", user="U2", at=minutes(99)))
    memory.answers.record(replace(ASKED, id="gone", request=None, at=minutes(99)))
    assert [one.id for one in memory.answers.recent("T1", "U1", limit=3)] == ["A11", "A10", "A9"]
    assert len(memory.answers.recent("T1", "U1", limit=9)) == 4
    assert memory.answers.recent("T2", "U1", limit=9) == ()


# What people said.


def test_a_person_has_one_opinion_of_an_answer_and_its_reason_stays(memory: Memory, clock: Clock) -> None:
    memory.answers.record(ASKED)
    say = memory.answers.rate
    assert say("A1", team="T1", user="U1", useful=False)
    assert say("A1", team="T1", user="U1", useful=False, reason="Wrong \0 harbour \ud800")
    clock.pass_by(minutes=1)
    assert say("A1", team="T1", user="U1", useful=False)
    assert say("A1", team="T1", user="U2", useful=True)
    other, one = memory.answers.feedback()
    assert (one.user, one.useful, one.reason, one.place) == ("U1", False, "Wrong \ufffd harbour ?", None)
    assert (other.user, other.useful, other.reason, other.request) == ("U2", True, None, ASKED.request)
    assert say("A1", team="T1", user="U1", useful=True)
    assert {(said.user, said.useful, said.reason) for said in memory.answers.feedback()} == {
        ("U1", True, None),
        ("U2", True, None),
    }


def test_reports_are_kept_by_place_and_page(memory: Memory, clock: Clock) -> None:
    memory.answers.record(ASKED)
    tell = memory.answers.report
    assert tell("A1", place=1, team="T1", user="U1", reason="He said may, not must")
    clock.pass_by(minutes=1)
    assert tell("A1", place=1, team="T1", user="U1", reason="He said may, not shall")
    memory.answers.record(replace(ASKED, page=1))
    clock.pass_by(minutes=1)
    assert tell("A1", place=1, team="T1", user="U1", reason=None)
    assert memory.answers.rate("A1", team="T1", user="U1", useful=False)
    found = [(said.page, said.place, said.reason) for said in memory.answers.feedback() if said.place is not None]
    assert found == [(1, 1, None), (0, 1, "He said may, not shall")]
    assert len(memory.answers.feedback()) == 3
    assert len(memory.answers.feedback(since=minutes(2))) == 2


def test_nothing_is_kept_of_an_answer_that_nobody_knows(memory: Memory) -> None:
    assert not memory.answers.rate("A1", team="T1", user="U1", useful=True)
    assert not memory.answers.report("A1", place=1, team="T1", user="U1")
    assert memory.answers.feedback() == ()


# Retention.


def test_what_was_asked_and_by_whom_is_forgotten_and_what_was_shown_stays(memory: Memory, clock: Clock) -> None:
    memory.answers.record(ASKED)
    memory.answers.record(replace(ASKED, id="A2", at=minutes(10)))
    memory.answers.rate("A1", team="T1", user="U1", useful=False, reason="Wrong harbour")
    memory.answers.report("A1", place=1, team="T1", user="U2", reason="Not his words")
    clock.pass_by(minutes=10)
    memory.answers.rate("A2", team="T1", user="U1", useful=True, reason="Good")
    for _ in range(2):
        memory.answers.forget(minutes(5))
    assert memory.answers.answer("A1") == replace(ASKED, request=None, user="")
    assert memory.answers.answer("A2") == replace(ASKED, id="A2", at=minutes(10))
    assert {(one.answer, one.ts, one.user) for one in memory.answers.messages_showing("tide")} == {
        ("A1", "10.1", ""),
        ("A2", "10.1", "U1"),
    }
    kept, *forgotten = memory.answers.feedback()
    assert (kept.user, kept.reason) == ("U1", "Good")
    assert {(said.user, said.reason, said.request, said.useful, said.place) for said in forgotten} == {
        ("", None, None, False, None),
        ("", None, None, None, 1),
    }
    assert memory.answers.started("T1", "C1", "10.0")
    assert [one.id for one in memory.answers.recent("T1", "U1", limit=9)] == ["A2"]


def test_what_is_forgotten_is_not_left_in_the_file(tmp_path: Path) -> None:
    with open_memory(in_file(tmp_path)) as memory:
        memory.answers.record(replace(ASKED, user="U0LANTERN", request=Ask(question="Where is the lighthouse?")))
        memory.answers.rate("A1", team="T1", user="U0LANTERN", useful=False, reason="No foghorn")
        memory.answers.forget(minutes(1) + timedelta(days=9999))
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"10.1" in left
    for word in (b"lighthouse", b"foghorn", b"LANTERN"):
        assert word not in left


def test_whether_a_thread_is_ours_is_looked_up_not_searched_for(tmp_path: Path) -> None:
    with open_memory(in_file(tmp_path)) as memory, memory.database.reading() as connection:
        for query, index in (
            (
                select(answers.c.number).where(answers.c.team == "", answers.c.channel == "", answers.c.thread == ""),
                "in_thread",
            ),
            (
                select(answers.c.id).where(answers.c.team == "", answers.c.user_id == "").order_by(answers.c.at.desc()),
                "of_person",
            ),
            (select(feedback.c.useful).where(feedback.c.answer == "", feedback.c.user_id == ""), "on_answer"),
        ):
            told = query.compile(connection, compile_kwargs={"literal_binds": True})
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {told}").all())
            assert index in plan
            assert "SCAN" not in plan
