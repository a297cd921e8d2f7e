"""What the tests of the memory share: a file for it, jobs, a clock, and processes of their own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bot.talk import Errand, Job

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)


def in_file(folder: Path) -> str:
    """The address of a database in a file that is not there yet."""
    return f"sqlite:///{folder / 'bot.db'}"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


JOB = Job(key="Ev1", errand=Errand.ASK, team="T1", user="U1", channel="C1", text="What did the harbour master say?")


def job(key: str, **fields: str | bool | None) -> Job:
    return replace(JOB, key=key, **fields)  # type: ignore[arg-type]  # which field it is decides


_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["bot.memory", "hypothesis"])


def started(task: Callable[..., None], *arguments: object) -> tuple[BaseProcess, Connection]:
    """A real process of its own that runs a function, and where it reports to; the function gets the other end first.

    What it has sent can be read even after it was killed.
    """
    ours, theirs = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=task, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def reports(connection: Connection) -> list[Any]:
    """All that a process has sent until it ended."""
    found = []
    while True:
        try:
            found.append(connection.recv())
        except EOFError:
            connection.close()
            return found
