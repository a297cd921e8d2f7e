"""A process that moves an archive and dies in the middle when told to: at an SQL statement, or at an article."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from typing import Any

from embeddings.moving import Progress
from embeddings.wiring import migrate
from tests.embeddings.writer_process import Deadline


def main(source: str, target: str, kind: str, number: str) -> None:
    """Move; killed at SQLite's so many-th "statement", or at the so many-th article of "moving" or "proving"."""
    deadline, connect = Deadline(), sqlite3.connect
    deadline.left = int(number) if kind == "statement" else None

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - whatever connect takes
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(deadline.count)
        return connection

    def told(progress: Progress) -> None:
        if (progress.stage, progress.articles) == (kind, int(number)):
            os.kill(os.getpid(), signal.SIGKILL)

    sqlite3.connect = traced  # type: ignore[assignment]  # every connection of this process
    migrate(source, target, progress=told)


if __name__ == "__main__":
    main(*sys.argv[1:])
