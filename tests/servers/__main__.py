"""Starts both servers, prints where they are, and stops them on Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import threading

from tests.servers import Runs, engine, new_primary, new_replica


def main() -> None:
    """Serve until told to stop."""
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    signal.signal(signal.SIGINT, lambda *_: told.set())
    runs = Runs(engine())
    try:
        with new_primary(runs) as primary, new_replica(primary) as replica:
            print(f"a new database on the primary: {primary.fresh()}")  # noqa: T201
            print(f"the replica: {replica.address()}", flush=True)  # noqa: T201
            while not told.wait(0.5):
                pass
    finally:
        runs.close()


if __name__ == "__main__":
    main()
