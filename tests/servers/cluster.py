"""Real PostgreSQL servers for tests: a primary and a streaming replica, to be stopped, killed and made late."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import psycopg
from filelock import FileLock, Timeout

from tests.ports import port_of, reserved_port
from tests.servers.engine import Engine, as_somebody, give_away

EXTENSIONS = ("vector", "pg_trgm", "unaccent", "postgres_fdw")
_USER = "postgres"
_TEMPLATE = "for_tests"
_PATIENCE = 60.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # A server that is killed has to come back with all that it said it had.
    "fsync": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "wal_keep_size": "512MB",
    "max_wal_senders": "4",
    "max_connections": "200",
    "max_prepared_transactions": "20",
    "shared_buffers": "128MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum_naptime": "10s",
    # A replica replays at once, and gives way to what it replays.
    "max_standby_streaming_delay": "1s",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "200ms",
    "hot_standby_feedback": "off",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class Runs:
    """The folder of this run's servers, locked as long as the run lives; whatever a dead run left is stopped first."""

    def __init__(self, machine: Engine) -> None:
        self.engine = machine
        self._closing = ExitStack()
        # One at a time: a folder that is made and not locked yet looks like one that was left.
        with FileLock(machine.runs / "sweeping"):
            for left in machine.runs.glob("run-*"):
                _sweep(machine, left)
            self.folder = Path(tempfile.mkdtemp(prefix="run-", dir=machine.runs))
            self.folder.chmod(0o755)
            self._closing.enter_context(FileLock(self.folder / "lock"))

    def close(self) -> None:
        """Forget all that the servers wrote; they have to be stopped."""
        # A server that was thrown out may still be clearing away its own; what is left the next run sweeps.
        shutil.rmtree(self.folder, ignore_errors=True)
        self._closing.close()


def _sweep(machine: Engine, folder: Path) -> None:
    """Stop and erase what a run left that did not get to its end; nothing of one that lives."""
    try:
        with FileLock(folder / "lock", timeout=0):
            for number in folder.glob("*/data/postmaster.pid"):
                # One that was ended with the machine has nothing left to be stopped.
                with suppress(RuntimeError):
                    machine.run("pg_ctl", "stop", "-m", "immediate", "-D", number.parent)
            shutil.rmtree(folder, ignore_errors=True)
    except Timeout:
        return


@dataclass
class Server:
    """One server of a run: always the same port, stopped and started as machines are."""

    runs: Runs
    name: str
    process: subprocess.Popen[bytes] | None = None
    place: socket.socket = field(default_factory=reserved_port)
    """Holds its port between two starts."""

    @property
    def data(self) -> Path:
        """Its data."""
        return self.runs.folder / self.name / "data"

    @property
    def log(self) -> str:
        """All that it wrote so far."""
        return (self.data.parent / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def running(self) -> bool:
        """Whether it runs, answering or not."""
        return self.process is not None and self.process.poll() is None

    @property
    def port(self) -> int:
        """The port that it listens on, whenever it is started."""
        return port_of(self.place)

    def address(self, database: str = "postgres") -> str:
        """Where one of its databases is."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement outside of any transaction; returns the rows, if it has any."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def start(self) -> None:
        """Start it, and wait until it answers; nothing where it runs already."""
        deadline = monotonic() + _PATIENCE
        while not (self.running and self._answers()):
            if monotonic() > deadline:
                raise RuntimeError(f"the server {self.name} does not start:\n{self.log}")
            if not self.running:
                # Also anew: what a killed one leaves running for a moment keeps the next one out.
                self._launch()
            sleep(0.05)

    def _launch(self) -> None:
        command = self.runs.engine.command("postgres", "-D", self.data, "-p", str(self.port))
        with (self.data.parent / "log").open("ab") as log:
            # In a session of its own: a Ctrl-C for the tests is for them alone, and they stop the server.
            self.process = subprocess.Popen(
                command,
                env=self.runs.engine.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **as_somebody(),
            )

    def _answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop it in order; who is connected is thrown out."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it at once, as when the machine fails."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Stop it for good."""
        # Nobody needs its files any more.
        self._end(signal.SIGQUIT)
        self.place.close()

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.running:
            self.process.send_signal(how)
            self.process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Primary(Server):
    """A server that is written to, with new databases for whoever asks."""

    def fresh(self) -> str:
        """The address of a new database with nothing in it but the extensions."""
        name = f"test_{uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self.address(name)

    def drop(self, address: str) -> None:
        """Forget a database, whoever is connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {address.rpartition('/')[2]} WITH (FORCE)")


class Replica(Server):
    """A server that follows the primary, and answers from what it has replayed so far."""

    primary: Primary

    def beside(self, address: str) -> str:
        """The same database as at the primary's address, here."""
        return self.address(address.rpartition("/")[2])

    def pause_replay(self) -> None:
        """Fall behind from now on."""
        self.run("SELECT pg_wal_replay_pause()")
        self._until("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    def resume_replay(self) -> None:
        """Follow again."""
        self.run("SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Return when all that the primary has written so far is replayed."""
        ((written,),) = self.primary.run("SELECT pg_current_wal_insert_lsn()")
        self._until(f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn")

    def _until(self, question: str) -> None:
        deadline = monotonic() + _PATIENCE
        while self.run(question) != [(True,)]:
            if monotonic() > deadline:
                raise RuntimeError(f"the replica does not get so far: {question}\n{self.log}")
            sleep(0.02)


def new_primary(runs: Runs) -> Primary:
    """A running primary with nothing in it but the template of new databases."""
    made = Primary(runs, "primary")
    _make_folder(made)
    # Letters and their cases as in every language, whatever the machine knows of them.
    alphabet = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
    runs.engine.run("initdb", "-D", made.data, "-U", _USER, "-A", "trust", "--no-sync", *alphabet)
    with (made.data / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
    made.start()
    made.run(f"CREATE DATABASE {_TEMPLATE}")
    for extension in EXTENSIONS:
        made.run(f"CREATE EXTENSION {extension}", _TEMPLATE)
    made.run(f"ALTER DATABASE {_TEMPLATE} ALLOW_CONNECTIONS false")
    return made


def new_replica(primary: Primary) -> Replica:
    """A running replica that has all that the primary has."""
    made = Replica(primary.runs, "replica")
    made.primary = primary
    _make_folder(made)
    how = ("-R", "-X", "stream", "--checkpoint=fast", "--no-sync")
    primary.runs.engine.run("pg_basebackup", "-D", made.data, "-d", primary.address(), *how)
    made.start()
    made.catch_up()
    return made


def _make_folder(server: Server) -> None:
    folder = server.data.parent
    folder.mkdir()
    give_away(folder)
