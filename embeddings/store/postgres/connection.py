"""Connections to the server and to its replica, one transaction's worth of questions, and what its errors mean."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar, cast

import psycopg
from psycopg import errors as sql
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.pool import QueuePool

from embeddings.errors import (
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreUnreachable,
)

CONNECTIONS = 8
"""How many are kept open; as many again are made for a rush."""

STATEMENT_SECONDS = 30
"""How long the server may look for an answer."""

_WAIT_SECONDS = 30.0
_SESSION = {
    "search_path": "archive, public",
    # Filters inside the nearest-neighbour search come back short without it.
    "hnsw.iterative_scan": "relaxed_order",
    "hnsw.ef_search": "200",
    "hnsw.max_scan_tuples": "40000",
    # What shards can add up they add up themselves.
    "enable_partitionwise_aggregate": "on",
    "enable_partitionwise_join": "on",
    # What a statement is worth depends on its words: a plan made for all of them is a bad one for most.
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "TimeZone": "UTC",
    # A writer whose machine has gone must not keep its lock for hours.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_REACHING = {
    "application_name": "onrecord",
    "connect_timeout": "5",
    # A machine that has gone acknowledges nothing, and says nothing.
    "tcp_user_timeout": "10000",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
"""How the server is reached, where the address does not say otherwise."""
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_log = logging.getLogger(__name__)
Row = tuple[Any, ...]
Query = tuple[str, Mapping[str, object]]
Result = TypeVar("Result")


class Connection(psycopg.Connection[Row]):
    """A connection on which nothing is waited for longer than ``answer_seconds``, if that is set."""

    statement_seconds: float = STATEMENT_SECONDS
    lost_seconds: float = 0.0
    answer_seconds: float | None = None

    def wait(self, gen: PQGen[Result], *how: Any, **named: Any) -> Result:  # noqa: ANN401 - as the driver says
        """The outcome of what the driver waits for; raises OperationalError when it takes too long."""
        return super().wait(
            gen if self.answer_seconds is None else self._limited(gen, self.answer_seconds), *how, **named
        )

    def _limited(self, gen: PQGen[Result], seconds: float) -> PQGen[Result]:
        deadline = time.monotonic() + seconds
        try:
            asked = next(gen)
            while True:
                ready = yield asked
                if not ready and time.monotonic() > deadline:
                    self.close()
                    raise psycopg.OperationalError(f"no answer for {seconds:.0f} s")
                asked = gen.send(ready)
        except StopIteration as ended:
            outcome: Result = ended.value
            return outcome


def shown(url: str) -> str:
    """A database as a message names it: never with its password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "the archive's server"
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"postgresql://{parts.get('host', 'localhost')}{port}/{parts.get('dbname', '')}"


class Session:
    """Questions and commands on one connection; not for two threads at once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def rows(self, query: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """All rows of a query."""
        return self.connection.execute(_known(query), values).fetchall()

    def row(self, query: str, values: Mapping[str, object] | None = None) -> Row | None:
        """The first row of a query."""
        return self.connection.execute(_known(query), values).fetchone()

    def value(self, query: str, values: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - of any type
        """The first column of the first row; None where there is none."""
        found = self.row(query, values)
        return None if found is None else found[0]

    def together(self, *asked: Query) -> list[list[Row]]:
        """The rows of several queries, which go to the server and come back in one trip; none of a command."""
        with self.connection.pipeline():
            cursors = [self.connection.execute(_known(query), values) for query, values in asked]
        # All are there when the pipeline has ended; to fetch one before would cost a trip of its own.
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]

    def run(self, command: str, values: Mapping[str, object] | None = None) -> int:
        """Carry out a command; returns how many rows it concerned."""
        return self.connection.execute(_known(command), values).rowcount

    def copy(self, table: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
        """Write many rows at once."""
        if not rows:
            return
        with self.connection.cursor().copy(_known(f"COPY {table} ({columns}) FROM STDIN")) as copy:
            for row in rows:
                copy.write_row(row)

    def moment(self, *asked: Query) -> list[list[Row]]:
        """The rows of these queries, which belong to one moment, and come back in one trip."""
        with self._whole():
            return self.together(*self._snapshot(), *asked, ("COMMIT", {}))[2:-1]

    @contextmanager
    def snapshot(self, *asked: Query) -> Iterator[list[list[Row]]]:
        """Everything read inside belongs to one moment, and nothing is written; gives the rows of these queries.

        They go to the server in the trip that begins it.
        """
        with self._whole():
            yield self.together(*self._snapshot(), *asked)[2:]
            self.run("COMMIT")

    def _snapshot(self) -> tuple[Query, Query]:
        limit = f"SET LOCAL statement_timeout = '{self.connection.statement_seconds * 1000:.0f}ms'"
        return (_SNAPSHOT, {}), (limit, {})

    @contextmanager
    def change(self) -> Iterator[None]:
        """Everything written inside is kept, or none of it; on return it survives a crash."""
        with self._whole():
            self.run("BEGIN")
            yield
            self.run("COMMIT")

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Take back what was begun inside if it does not come to its end."""
        try:
            yield
        except BaseException:
            if not self.connection.closed and not self.connection.broken:
                self.run("ROLLBACK")
            raise

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """What is written inside may take its time: an index takes hours."""
        before, self.connection.answer_seconds = self.connection.answer_seconds, None
        try:
            yield
        finally:
            self.connection.answer_seconds = before


def _known(query: str) -> Any:  # noqa: ANN401 - psycopg asks for a literal, to keep strangers' words out of commands
    # Only fixed texts of this package are put together; whatever comes from outside is a parameter.
    return query


class Pool:
    """Open connections to one server, handed out to one thread at a time."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.place = shown(url)
        self._renewing = Lock()
        self._pool = QueuePool(self._connect, pool_size=CONNECTIONS, max_overflow=CONNECTIONS, timeout=_WAIT_SECONDS)

    def _connect(self) -> Any:  # noqa: ANN401 - the pool takes any driver's
        made = connect(self.url)
        made.answer_seconds = made.statement_seconds + made.lost_seconds
        return made

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session on a connection of its own; raises StoreError, whatever went wrong."""
        with translated(self.place):
            pool = self._pool
            lent = pool.connect()
            connection = cast("Connection", lent.dbapi_connection)
            try:
                yield Session(connection)
            finally:
                with self._renewing:
                    if pool is not self._pool or connection.info.transaction_status != TransactionStatus.IDLE:
                        # From before a renewal, broken, or left in the middle of something.
                        lent.invalidate()
                    lent.close()

    def renew(self) -> None:
        """Use none of the connections that are open now."""
        with self._renewing:
            before, self._pool = self._pool, self._pool.recreate()
            before.dispose()

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.dispose()


def connect(url: str) -> Connection:
    """A connection that begins its transactions itself; what the address says of it counts more than what we say."""
    said = conninfo_to_dict(url)
    reaching: dict[str, Any] = {name: value for name, value in _REACHING.items() if name not in said}
    connection = Connection.connect(url, autocommit=True, **reaching)
    try:
        _set_up(connection)
    except BaseException:
        connection.close()
        raise
    connection.lost_seconds = float(said.get("tcp_user_timeout") or _REACHING["tcp_user_timeout"]) / 1000
    return connection


def _set_up(connection: Connection) -> None:
    settings = ", ".join(f"set_config(%({name})s, %({name}_value)s, false)".replace(".", "_") for name in _SESSION)
    values = {key: value for name, value in _SESSION.items() for key, value in _setting(name, value)}
    [(limit, *_)] = connection.execute(
        _known(f"SELECT (SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'), {settings}"), values
    ).fetchall()
    # The address, the role or the database may have one of its own.
    connection.statement_seconds = limit / 1000 or STATEMENT_SECONDS


def _setting(name: str, value: str) -> tuple[tuple[str, str], tuple[str, str]]:
    key = name.replace(".", "_")
    return (key, name), (f"{key}_value", value)


# What errors mean.

_TRY_AGAIN = "see that the server is up and can be reached, then try again; nothing was half-written"
_MEANINGS: tuple[tuple[type[psycopg.Error] | tuple[type[psycopg.Error], ...], type[StoreError], str], ...] = (
    (sql.DiskFull, StoreFull, "no room left on the server's disk; make room and run the same command again"),
    (sql.ReadOnlySqlTransaction, StoreReadOnly, "the server takes no writes (a replica?); name the primary's address"),
    (sql.InsufficientPrivilege, StoreReadOnly, "this role may not do that; docs/postgres.md says what to grant"),
    (
        (sql.LockNotAvailable, sql.DeadlockDetected, sql.SerializationFailure),
        StoreLocked,
        "somebody else is writing; try again when they have finished",
    ),
    (
        sql.TooManyConnections,
        StoreUnreachable,
        "the server has no connection left: raise max_connections, or put a pooler in between",
    ),
    (
        (sql.InvalidPassword, sql.InvalidAuthorizationSpecification),
        StoreError,
        "the server refuses this user: check user and password in ONRECORD_ARCHIVE",
    ),
    (sql.InvalidCatalogName, StoreError, "there is no such database: make it with `createdb`"),
    ((sql.DataCorrupted, sql.IndexCorrupted), StoreDamaged, "the database is damaged; restore a backup"),
    (
        sql.QueryCanceled,
        StoreUnreachable,
        "the server took too long: see what keeps it busy, or allow more with options=-c%20statement_timeout=60s in "
        "the address",
    ),
    ((sql.AdminShutdown, sql.CrashShutdown, sql.CannotConnectNow), StoreUnreachable, _TRY_AGAIN),
    (sql.ProgrammingError, StoreError, "run `onrecord ingest` once to bring the tables up to date"),
)
# While connecting the library tells no code, only the server's words.
_REFUSALS = {
    "password authentication failed": sql.InvalidPassword,
    "no password supplied": sql.InvalidPassword,
    "too many": sql.TooManyConnections,
    "remaining connection slots": sql.TooManyConnections,
    "starting up": sql.CannotConnectNow,
    "shutting down": sql.CannotConnectNow,
    'role "': sql.InvalidPassword,
    'database "': sql.InvalidCatalogName,
}


@contextmanager
def translated(place: str) -> Iterator[None]:
    """The driver's errors inside come out as ours, naming ``place``."""
    try:
        yield
    except psycopg.Error as error:
        raise meaning(error, place) from error
    except PoolEmpty as error:
        raise StoreUnreachable(
            f"{place}: all {2 * CONNECTIONS} connections have been busy for {_WAIT_SECONDS:.0f} s; try again"
        ) from error


def meaning(error: psycopg.Error, place: str) -> StoreError:
    """What an error of the driver is to whoever runs the archive; says what to do next."""
    kind = _kind(error)
    for known, ours, advice in _MEANINGS:
        if issubclass(kind, known):
            return ours(f"{place}: {advice} ({_said(error)})")
    if issubclass(kind, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnreachable(f"{place}: {_TRY_AGAIN} ({_said(error)})")
    return StoreError(f"{place}: the server refused ({_said(error)}); see its log, then run the same command again")


def _kind(error: psycopg.Error) -> type[psycopg.Error]:
    if error.sqlstate is not None:
        return type(error)
    words = str(error)
    return next((kind for sign, kind in _REFUSALS.items() if sign in words), type(error))


def _said(error: psycopg.Error) -> str:
    """The first line: the others may bring a statement's words along."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
