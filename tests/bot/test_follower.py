"""What changes in the archive becomes a job for every message that shows it, each once, whatever breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from bot.follower import ALERTS, CHANGES, Follower, Following
from bot.memory import Memory, open_memory
from bot.talk import TERMINAL, Answered, Ask, Errand, Job, Shown
from embeddings import Alert, Change, Concern, StoreError
from tests.bot.memories import NOON, Clock


@dataclass
class ChangingArchive:
    """An archive that only says what has changed, and what has to be decided."""

    log: list[Change] = field(default_factory=list)
    open_alerts: list[Alert] = field(default_factory=list)
    breaks: list[Exception] = field(default_factory=list)

    def change(self, *articles: str) -> None:
        for one in articles:
            self.log.append(Change(sequence=len(self.log) + 1, article=one, at=NOON + timedelta(minutes=len(self.log))))

    def changes(self, after: int, *, limit: int = 100) -> tuple[Change, ...]:
        if self.breaks:
            raise self.breaks.pop()
        return tuple(one for one in self.log if one.sequence > after)[:limit]

    def alerts(self, *, after: int = 0, settled: bool = False) -> tuple[Alert, ...]:
        return tuple(one for one in self.open_alerts if one.number > after)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with open_memory(f"sqlite:///{tmp_path / 'bot.db'}", clock=Clock()) as opened:
        yield opened


def shown(answer: str, article: str, **fields: object) -> Answered:
    given = {"team": "T1", "user": "U1", "channel": "C1", "thread": "1.0", "ts": f"{answer}.5"} | fields
    return Answered(
        id=answer,
        request=Ask(question="what?"),
        at=NOON,
        shown=(Shown(article, 1, 1, "f" * 64),),
        **given,  # type: ignore[arg-type]  # which field it is decides
    )


def jobs(memory: Memory) -> list[Job]:
    """All that waits, oldest first; each is done by being looked at."""
    found = []
    while (taken := memory.inbox.take(now=NOON + timedelta(days=1))) is not None:
        found.append(taken.job)
        memory.inbox.done(taken.job.key)
    return found


def following(archive: ChangingArchive, memory: Memory, **fields: str) -> Following:
    return Following(archive=archive, memory=memory, **fields)  # type: ignore[arg-type]  # the part that is asked


def test_every_message_that_shows_an_article_gets_one_job_for_a_change(memory: Memory) -> None:
    archive = ChangingArchive()
    for answer, article in (("A", "tide"), ("B", "tide"), ("C", "gale")):
        memory.answers.record(shown(answer, article, channel=f"C{answer}"))
    follow = following(archive, memory)
    archive.change("tide", "nobody's")
    assert follow.look()
    assert not follow.look()
    found = jobs(memory)
    assert [job.channel for job in found] == ["CB", "CA"]
    assert {job.errand for job in found} == {Errand.AMEND}
    # Another process that begins with the same cursor makes nothing twice.
    memory.following.advance(CHANGES, after=2, to=0)
    assert follow.look()
    assert jobs(memory) == []


def test_private_answers_wait_for_their_person_and_a_terminal_for_nobody(memory: Memory) -> None:
    archive = ChangingArchive()
    memory.answers.record(shown("A", "tide", ts=None, private=True))
    memory.answers.record(shown("B", "tide", team=TERMINAL))
    archive.change("tide")
    following(archive, memory).look()
    [job] = jobs(memory)
    assert (job.channel, job.user) == (None, "U1")


def test_what_changed_before_anything_was_shown_is_nobodys_business(memory: Memory) -> None:
    archive = ChangingArchive()
    archive.change(*["tide"] * 1500)
    follow = following(archive, memory)
    follow.begin()
    assert memory.following.place(CHANGES) == 1500
    memory.answers.record(shown("A", "tide"))
    assert not follow.look()


def test_where_answers_are_older_than_the_cursor_all_changes_are_looked_at(memory: Memory) -> None:
    archive = ChangingArchive()
    memory.answers.record(shown("A", "tide"))
    archive.change("tide")
    follow = following(archive, memory)
    follow.begin()
    assert follow.look()
    assert len(jobs(memory)) == 1


def test_another_archive_in_the_same_place_brings_jobs_of_its_own(memory: Memory) -> None:
    memory.answers.record(shown("A", "tide"))
    archive = ChangingArchive()
    archive.change("tide")
    other = ChangingArchive([replace(archive.log[0], at=NOON + timedelta(days=1))])
    following(archive, memory).look()
    memory.following.advance(CHANGES, after=1, to=0)
    following(other, memory).look()
    assert len(jobs(memory)) == 2


def test_two_processes_with_one_memory_do_not_get_in_each_others_way(memory: Memory) -> None:
    assert memory.following.advance(CHANGES, after=None, to=3)
    assert not memory.following.advance(
        CHANGES, after=None, to=4, jobs=[Job(key="J", errand=Errand.AMEND, team="T", user="U")]
    )
    assert memory.following.place(CHANGES) == 3
    assert jobs(memory) == []


def test_alerts_go_to_those_who_run_the_archive_once_there_are_any(memory: Memory) -> None:
    archive = ChangingArchive()
    archive.open_alerts = [
        Alert(concern=Concern.TERMS, articles=("tide",), words="no archives", at=NOON, number=number)
        for number in (3, 7)
    ]
    assert not following(archive, memory).look()
    follow = following(archive, memory, reports="C9", team="T1")
    assert follow.look()
    assert not follow.look()
    assert [(job.errand, job.channel, job.value) for job in jobs(memory)] == [
        (Errand.ALERT, "C9", "3"),
        (Errand.ALERT, "C9", "7"),
    ]


def test_the_thread_outlives_an_archive_that_cannot_be_read(memory: Memory) -> None:
    archive = ChangingArchive(breaks=[StoreError("locked"), ValueError("a fault of ours")])
    memory.answers.record(shown("A", "tide"))
    memory.following.advance(CHANGES, after=None, to=0)
    archive.change("tide")
    woken = Event()
    follower = Follower(following(archive, memory), woken.set, patience=0.01)
    follower.start()
    assert woken.wait(30)
    follower.stop()
    assert len(jobs(memory)) == 1


def test_an_archive_that_has_not_come_as_far_is_followed_from_its_beginning(memory: Memory) -> None:
    old = ChangingArchive()
    old.change(*["gale"] * 5)
    following(old, memory).begin()
    memory.answers.record(shown("A", "tide"))
    # Another takes its place, whose changes and alerts are numbered anew.
    archive = ChangingArchive()
    archive.open_alerts = [Alert(concern=Concern.TERMS, articles=("tide",), words="no archives", at=NOON, number=1)]
    archive.change("tide", "gale")
    memory.following.advance(ALERTS, after=None, to=7)
    follow = following(archive, memory, reports="C9", team="T1")
    while follow.look():
        pass
    assert [job.errand for job in jobs(memory)] == [Errand.AMEND, Errand.ALERT]
    assert (memory.following.place(CHANGES), memory.following.place(ALERTS)) == (2, 1)


def test_an_empty_archive_in_the_place_of_another_keeps_nobody_busy(memory: Memory) -> None:
    memory.following.advance(CHANGES, after=None, to=5)
    memory.following.advance(ALERTS, after=None, to=5)
    follow = following(ChangingArchive(), memory, reports="C9")
    for _ in range(3):
        follow.look()
    assert not follow.look()


def test_an_archive_that_cannot_be_read_at_first_does_not_keep_the_bot_from_starting(memory: Memory) -> None:
    archive = ChangingArchive(breaks=[StoreError("locked")])
    archive.change("tide")
    follower = Follower(following(archive, memory), lambda: None, patience=0.01)
    follower.start()
    deadline = monotonic() + 30
    while memory.following.place(CHANGES) is None and monotonic() < deadline:
        sleep(0.01)
    follower.stop()
    assert memory.following.place(CHANGES) == 1
