"""A process that writes to an archive on order and dies in the middle when told to, at any SQL statement."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from embeddings.archive import Archive
from embeddings.checking import Checking
from embeddings.encoder.hashing import HashingEncoder
from embeddings.ingest import Ingest
from embeddings.lookup import Lookup
from embeddings.rank import Weights
from embeddings.search import Search
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import ColonExtractor

ENCODER = HashingEncoder()


def archive_in(folder: Path, clock: Callable[[], datetime], *, writing: bool) -> Archive:
    """An archive that needs no model, in which everything that is found is an answer."""
    store = EmbeddedStore(folder, encoder=ENCODER.name, dimension=ENCODER.dimension, writing=writing)
    return Archive(
        store=store,
        intake=Ingest(encoder=ENCODER, extractor=ColonExtractor(), store=store, clock=clock),
        search=Search(encoder=ENCODER, store=store, weights=Weights.shipped(), threshold=0.0),
        lookup=Lookup(encoder=ENCODER, store=store),
        checking=Checking(encoder=ENCODER, store=store),
        clock=clock,
    )


class Deadline:
    """Kills the process when so many SQL statements have run."""

    left: int | None = None

    def count(self, statement: str) -> None:
        """Called before each statement."""
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path) -> None:
    """Do what comes on standard input, and acknowledge it on standard output."""
    deadline, now, connect = Deadline(), [datetime.min], sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - whatever connect takes
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(deadline.count)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]  # every connection of this process
    opened: AbstractContextManager[Archive] = archive_in(folder, lambda: now[0], writing=True)
    with opened as archive:
        pickle.dump("ready", sys.stdout.buffer)
        sys.stdout.buffer.flush()
        while True:
            try:
                verb, arguments, options, now[0], deadline.left = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            result = getattr(archive, verb)(*arguments, **options)
            deadline.left = None
            pickle.dump(result, sys.stdout.buffer)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
