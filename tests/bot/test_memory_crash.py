"""A real process that is killed at random moments: nothing acknowledged is lost, nothing done comes back."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import Engine, event

from bot.memory import Memory, open_memory
from bot.talk import Answered, Ask, Shown
from tests.bot.memories import NOON, job, reports, started

ROUNDS = 25


def answered(key: str) -> Answered:
    shown = (Shown(f"article-{key}", 1, 3, "f" * 64),)
    return Answered(id=f"A{key}", team="T1", user="U1", request=Ask(question=key), at=NOON, ts="17.1", shown=shown)


def hurried_process(report: Connection, url: str, first: int) -> None:
    """Put jobs and work them off, saying what is about to be done and what is done, until killed."""
    with open_memory(url) as memory:
        memory.inbox.release()
        for number in count(first):
            key = f"Ev{number}"
            report.send(("put", key, memory.inbox.put(job(key, channel=f"C{number % 5}"))))
            # Slack delivers some events twice.
            report.send(("again", key, memory.inbox.put(job(key))))
            if number % 3:
                work_one(memory, report)
            if number % 7 == 0:
                work_one(memory, report)
                work_one(memory, report)


def work_one(memory: Memory, report: Connection) -> None:
    taken = memory.inbox.take(now=NOON)
    if taken is None:
        return
    key = taken.job.key
    report.send(("took", key, (taken.attempts, taken.sending)))
    report.send(("will send", key, None))
    memory.inbox.sending(key)
    report.send(("sends", key, None))
    report.send(("finishes", key, None))
    if int(key[2:]) % 2:
        memory.answers.record(answered(key), finishes=key)
    else:
        memory.inbox.done(key)
    report.send(("done", key, None))


@dataclass
class Ledger:
    """What the killed processes said, one after the other, held against what must be true."""

    put: set[str] = field(default_factory=set)
    said: dict[str, set[str]] = field(default_factory=dict)
    takes: Counter[str] = field(default_factory=Counter)
    highest: int = -1

    def note(self, what: str, key: str, detail: object) -> None:
        said = self.said.setdefault(key, set())
        self.highest = max(self.highest, int(key[2:]))
        if what == "put":
            assert detail, f"{key} was new"
            self.put.add(key)
        elif what == "again":
            assert not detail, f"{key} was taken in twice"
        elif what == "took":
            assert isinstance(detail, tuple)
            self.took(key, *detail)
        said.add(what)

    def took(self, key: str, attempts: int, sending: bool) -> None:
        said = self.said.get(key, set())
        assert "done" not in said, f"{key} was done and came back"
        self.takes[key] += 1
        assert attempts >= self.takes[key]
        if "sends" in said:
            assert sending, f"{key} may have been sent, and nobody knows"
        if sending:
            assert "will send" in said, f"{key} was never about to be sent"


def test_a_process_killed_at_any_moment_loses_nothing_and_repeats_nothing(url: str) -> None:
    chance = random.Random(7)
    ledger = Ledger()
    for _ in range(ROUNDS):
        # A job whose putting was not acknowledged may be on file or not: the next round begins after it.
        process, reported = started(hurried_process, url, ledger.highest + 2)
        told = [reported.recv() for _ in range(chance.randint(1, 60))]
        time.sleep(chance.uniform(0.0, 0.005))
        process.kill()
        process.join()
        for one in [*told, *reports(reported)]:
            ledger.note(*one)
    with open_memory(url) as memory:
        memory.inbox.release()
        drained = []
        while (taken := memory.inbox.take(now=NOON)) is not None:
            ledger.note("took", taken.job.key, (taken.attempts, taken.sending))
            drained.append(taken.job.key)
            assert memory.answers.answer(f"A{taken.job.key}") is None, "recorded, and the job not finished"
            memory.inbox.done(taken.job.key)
        assert memory.inbox.waiting() == 0
        done = {key for key, said in ledger.said.items() if "done" in said}
        perhaps = {key for key, said in ledger.said.items() if "finishes" in said}
        assert len(drained) == len(set(drained))
        assert ledger.put - set(drained) <= perhaps
        assert done.isdisjoint(drained)
        for key in done:
            found = memory.answers.answer(f"A{key}")
            assert found == (answered(key) if int(key[2:]) % 2 else None)
            assert len(memory.answers.messages_showing(f"article-{key}")) == int(key[2:]) % 2
    # The rounds were worth it: work was done, and what was cut short was taken up again.
    assert len(done) > ROUNDS
    assert max(ledger.takes.values()) > 1


def migrating_process(report: Connection, url: str, last: int) -> None:
    """Open a database for the first time, killed at once after so many statements."""
    left = count(last, -1)

    def cut(*_: object) -> None:
        if next(left) <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", cut)
    open_memory(url).close()
    report.send("opened")


def test_a_migration_killed_at_any_statement_is_done_at_the_next_opening(tmp_path: Path) -> None:
    ends = []
    for statements in range(0, 60, 5):
        url = f"sqlite:///{tmp_path / f'{statements}.db'}"
        process, reported = started(migrating_process, url, statements)
        ends.append(reports(reported))
        process.join()
        with open_memory(url) as memory:
            memory.database.ping()
            assert memory.inbox.put(job("Ev1"))
            memory.answers.record(answered("Ev1"), finishes="Ev1")
            assert memory.inbox.waiting() == 0
    assert ends[0] == []
    assert ends[-1] == ["opened"]
    assert ends.count([]) > 5
