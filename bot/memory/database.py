"""Opens the bot's database, brings it up to date, and hands out transactions; foreign errors become the bot's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, false, inspect, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    TimeoutError,
)
from sqlalchemy.pool import QueuePool

from bot.errors import BadSettings, MemoryBroken, MemoryUnreachable
from bot.memory.schema import jobs

MIGRATIONS = Path(__file__).parent / "migrations"
_PATIENCE = 10.0
"""Seconds to wait for another process that is writing to the same file."""
_PRAGMAS = (
    "journal_mode = WAL",
    # What was acknowledged to Slack has to survive the loss of power, not only of the process.
    "synchronous = FULL",
    "fullfsync = ON",
    "foreign_keys = ON",
    # What is forgotten shall not be left in free pages of the file.
    "secure_delete = ON",
)
ALONE = 0x0E2EC02D
"""The number of the lock that PostgreSQL gives to one process at a time."""


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. ``engine`` is for others who keep tables of their own in it."""

    engine: Engine
    _turn: AbstractContextManager[object]

    @property
    def shared(self) -> bool:
        """Whether other processes may be at work on the same inbox, as on a server."""
        return self.engine.dialect.name != "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, committed at the end; raises MemoryBroken, and IntegrityError as it is."""
        # SQLite has one writer at a time: here the threads of this process queue up without polling the file.
        with self._turn, translated(self.engine.url), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction that writes while no other such one does, in whatever process; raises as ``writing`` does."""
        with self.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ALONE})")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and so waits for nobody; raises MemoryBroken."""
        with translated(self.engine.url), self.engine.connect() as connection:
            connection.execution_options(only_reads=True)
            with connection.begin():
                yield connection

    def ping(self) -> None:
        """Return if the database is there and can be written; raises MemoryBroken saying why not."""
        with self.writing() as connection:
            _probe(connection)

    def sweep(self) -> None:
        """Leave nothing of what was erased in the log that SQLite keeps beside its file; raises MemoryBroken."""
        if self.shared:
            return
        with self._turn, translated(self.engine.url), closing(self.engine.raw_connection()) as raw:
            cursor = raw.cursor()
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except self.engine.dialect.loaded_dbapi.Error as error:
                raise MemoryBroken(f"{shown(self.engine.url)}: {error}: {_LOOK}") from error
            finally:
                cursor.close()

    def close(self) -> None:
        """Let go of files and connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """The database at an address, made or brought up to date; raises BadSettings and MemoryBroken."""
    address = _address(url)
    file_of(url)
    database = _engaged(address)
    try:
        with database.alone() as connection:
            _migrate(connection)
            _probe(connection)
    except BaseException:
        database.close()
        raise
    return database


def file_of(url: str) -> Path | None:
    """The file of the database at an address, which is there from now on; None where the database is no file.

    Raises BadSettings and MemoryBroken.
    """
    address = _address(url)
    if not _is_file(address):
        return None
    path = Path(address.database or "")
    _make_private(path)
    return path


def _probe(connection: Connection) -> None:
    """Write, so far as that can be done without changing anything."""
    connection.execute(jobs.delete().where(false()))


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise BadSettings(f"{_SETTING} cannot be read: {_SHAPES}") from error
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise BadSettings(f"{_SETTING} begins with {address.drivername}: {_SHAPES}")
    # Left to itself, SQLAlchemy takes the driver of before.
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


_SETTING = "ONRECORD_DATABASE"
_SHAPES = "write sqlite:////folder/bot.db or postgresql://user:password@host/name, or leave it out"


def _is_file(address: URL) -> bool:
    named = address.database or ""
    return address.get_backend_name() == "sqlite" and named not in ("", ":memory:") and not named.startswith("file:")


def _make_private(path: Path) -> None:
    """A new file is its owner's alone: it holds what people asked, and what lets the bot into workspaces."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise MemoryBroken(
            f"{path} cannot be made ({error.strerror}): mend that, or name another in {_SETTING}"
        ) from error


def _engaged(address: URL) -> Database:
    sqlite = address.get_backend_name() == "sqlite"
    try:
        # A statement's parameters are people's words, which belong into no log.
        options = _sqlite_options(address) if sqlite else _server_options(address)
        engine = create_engine(address, hide_parameters=True, **options)
    except NoSuchModuleError as error:
        raise BadSettings(f"{_SETTING} begins with {address.drivername}: {_SHAPES}") from error
    except ModuleNotFoundError as error:
        raise BadSettings(f"{_SETTING} needs a driver: `pip install 'onrecord[postgres]'`") from error
    if sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return Database(engine, Lock() if sqlite else nullcontext())


def _server_options(address: URL) -> Mapping[str, Any]:
    """A server that is gone is noticed in seconds, before Slack stops waiting for most events."""
    patience = {"connect_timeout": 3, "tcp_user_timeout": 10_000, "application_name": "onrecord"}
    own = {name: value for name, value in patience.items() if name not in address.query}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20, "connect_args": own}


def _sqlite_options(address: URL) -> Mapping[str, Any]:
    """In memory there is one connection, since each new one would see a database of its own."""
    size = {"pool_size": 10, "max_overflow": 20} if _is_file(address) else {"pool_size": 1, "max_overflow": 0}
    patience = {} if "timeout" in address.query else {"timeout": _PATIENCE}
    return {"poolclass": QueuePool, "connect_args": {"check_same_thread": False, **patience}, **size}


def _prepare(connection: DBAPIConnection, record: object) -> None:
    # Transactions are begun by ``_begin``, not by the driver, which would begin them too late to keep others out.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("only_reads", False)
    # Whoever reads first and writes then is refused when somebody wrote in between, unless nobody could.
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    """Apply the steps that are missing, all in the one transaction of this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    steps = ScriptDirectory.from_config(config)
    found, head = _revision(connection), steps.get_current_head()
    if found == head:
        return
    _check_ours(connection, found, {step.revision for step in steps.walk_revisions()})
    command.upgrade(config, "head")
    if _revision(connection) != head:
        raise MemoryBroken(f"{shown(connection.engine.url)} could not be brought up to date: {_ANEW}")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _check_ours(connection: Connection, found: str | None, known: set[str]) -> None:
    where = shown(connection.engine.url)
    if found is not None and found not in known:
        raise MemoryBroken(
            f"{where} was written by a newer Onrecord (schema {found}, this one knows {max(known)}): "
            "upgrade with `pip install -U onrecord`"
        )
    if found is None and connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
        raise MemoryBroken(f"{where} is another program's database: name a file of the bot's own in {_SETTING}")


def shown(url: URL) -> str:
    """A database as a message names it: a file's path, or an address without its password."""
    return url.database or "the database in memory" if url.get_backend_name() == "sqlite" else url.render_as_string()


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """The database library's errors as MemoryBroken, all but IntegrityError, which is an answer."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, TimeoutError) as error:
        # Not the whole error: it would bring the statement along.
        cause = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()[0]
        advice = next((advice for sign, advice in _ADVICE.items() if sign in cause), None)
        away = advice is None and isinstance(error, OperationalError | TimeoutError) and not _is_file(url)
        kind = MemoryUnreachable if away else MemoryBroken
        raise kind(f"{shown(url)}: {cause}: {advice or _LOOK}") from error
    except CommandError as error:
        raise MemoryBroken(f"the steps that make the database are not there ({error}): {_ANEW}") from error


_ANEW = "install Onrecord anew"
_LOOK = "see that the database is there and can be written"
_ADVICE = {
    "disk is full": "make room on the device; nothing was half-written",
    "readonly": "let the bot write the file and its folder",
    "unable to open": "see that the folder is there and that the bot may write in it",
    "locked": "another process holds the file: stop it, or wait for it",
    "malformed": "the file is damaged: put back a copy, or move it away and begin anew",
    "not a database": f"the file is none of the bot's: name another in {_SETTING}",
    "permission denied": "let the bot's role make its tables: `GRANT CREATE ON SCHEMA public TO …`",
    'FATAL:  database "': f"make it with `createdb`, or name another in {_SETTING}",
    "read-only transaction": f"it is a replica, or it is kept from writing: name the primary in {_SETTING}",
    "connection slots": "raise max_connections on the server, or start fewer bots",
    "too many clients": "raise max_connections on the server, or start fewer bots",
    "I/O error": "the device fails or is gone: see its log",
}


def keep(connection: Connection, table: Table, *, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Insert a row or change the one that has this key."""
    where = [table.c[name] == value for name, value in key.items()]
    changed = table.update().where(*where).values(**values)
    if connection.execute(changed).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(table.insert().values(**key, **values))
    except IntegrityError:
        # Somebody else inserted it in between, which only a server lets happen.
        connection.execute(changed)
