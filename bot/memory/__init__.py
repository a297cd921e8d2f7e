"""What the bot remembers: jobs not done yet, which answer stands in which message, and what people prefer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from bot.memory.amendments import from_json as amendments_from_json
from bot.memory.amendments import to_json as amendments_to_json
from bot.memory.answers import Answers, Feedback, Showing
from bot.memory.database import Database, now, open_database
from bot.memory.following import Following
from bot.memory.inbox import Inbox, Taken
from bot.memory.preferences import Preferences

__all__ = [
    "Answers",
    "Database",
    "Feedback",
    "Following",
    "Inbox",
    "Memory",
    "Preferences",
    "Showing",
    "Taken",
    "amendments_from_json",
    "amendments_to_json",
    "open_memory",
]


@dataclass(frozen=True, slots=True)
class Memory:
    """All that the bot remembers, in one database. Made by ``open_memory``; close it, or use ``with``."""

    inbox: Inbox
    answers: Answers
    preferences: Preferences
    following: Following
    database: Database

    def close(self) -> None:
        """Let go of files and connections."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_memory(url: str, *, clock: Callable[[], datetime] = now) -> Memory:
    """The memory at a database's address, made or brought up to date; raises BadSettings and MemoryBroken."""
    database = open_database(url)
    return Memory(
        inbox=Inbox(database, clock=clock),
        answers=Answers(database, clock=clock),
        preferences=Preferences(database),
        following=Following(database, clock=clock),
        database=database,
    )
