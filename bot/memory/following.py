"""How far the archive has been followed: what came of it is written down together with that, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.memory.database import Database, keep, now
from bot.memory.inbox import add
from bot.memory.schema import cursors
from bot.talk import Job


@dataclass(frozen=True, slots=True)
class Following:
    """Cursors by name; both methods raise MemoryBroken."""

    database: Database
    clock: Callable[[], datetime] = now

    def place(self, name: str) -> int | None:
        """How far it has been followed, None before anything was."""
        with self.database.reading() as connection:
            return _place(connection, name)

    def advance(self, name: str, *, after: int | None, to: int, jobs: Iterable[Job] = ()) -> bool:
        """Write down these jobs and that it has been followed so far; False when another process did meanwhile."""
        with self.database.alone() as connection:
            if _place(connection, name) != after:
                return False
            for job in jobs:
                add(connection, job, at=self.clock())
            keep(connection, cursors, key={"name": name}, values={"place": to})
        return True


def _place(connection: Connection, name: str) -> int | None:
    return connection.execute(select(cursors.c.place).where(cursors.c.name == name)).scalar()
