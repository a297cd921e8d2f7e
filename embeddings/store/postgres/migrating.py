"""Brings the archive's tables up to date: steps that Alembic applies, all of them in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from embeddings.errors import StoreError, StoreTooNew

MIGRATIONS = Path(__file__).parent / "migrations"
SCHEMA = "archive"
VERSIONS: dict[str, Any] = {"version_table": "archive_version", "version_table_schema": SCHEMA}
"""Where Alembic remembers the steps: beside the tables, out of the way of the bot's own in the same database."""

_ALONE = 0x0E2EC04D
"""The number of the lock under which one process at a time makes tables."""


def schema_of(connection: psycopg.Connection) -> int:
    """The number of the last step applied; 0 for a database without an archive."""
    found = connection.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.{VERSIONS['version_table']}",)).fetchone()
    if found is None or found[0] is None:
        return 0
    last = connection.execute(f"SELECT max(version_num) FROM {SCHEMA}.{VERSIONS['version_table']}").fetchone()
    return int(last[0] or 0) if last else 0


def newest() -> int:
    """The number of the last step that this Onrecord knows."""
    return int(ScriptDirectory.from_config(_config()).get_current_head() or 0)


def check_known(connection: psycopg.Connection, place: str) -> int:
    """The schema on file; raises StoreTooNew where a newer Onrecord wrote it."""
    found, known = schema_of(connection), newest()
    if found > known:
        raise StoreTooNew(
            f"{place}: this archive was written by a newer Onrecord (schema {found}, this one knows {known}): "
            "upgrade with `pip install -U onrecord`"
        )
    return found


def migrate(connect: Callable[[], psycopg.Connection], place: str) -> None:
    """Apply the steps that are missing, all of them or none, on a connection of its own.

    Raises StoreTooNew, StoreError naming the command where pgvector is missing, and psycopg's errors.
    """

    def transacting() -> psycopg.Connection:
        made = connect()
        made.autocommit = False
        return made

    # Alembic speaks SQLAlchemy.
    engine = create_engine("postgresql+psycopg://", creator=transacting, poolclass=NullPool)
    with driver_errors(), engine.begin() as connection:
        driver = cast("psycopg.Connection", connection.connection.dbapi_connection)
        driver.execute("SELECT pg_advisory_xact_lock(%s)", (_ALONE,))
        if check_known(driver, place) < newest():
            _require_vectors(driver, place)
            driver.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


@contextmanager
def driver_errors() -> Iterator[None]:
    """SQLAlchemy's errors as those of the driver that it wraps."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise error.orig from error
        raise


def _require_vectors(connection: psycopg.Connection, place: str) -> None:
    """Have the extension in the database: make it where this role may, or say who can and how."""
    found = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
    if found is not None:
        return
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION vector SCHEMA public")
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError(
            f"{place} lacks pgvector, and this role may not add it: have a superuser run `CREATE EXTENSION vector` "
            "in this database"
        ) from error
    except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile) as error:
        raise StoreError(
            f"the server of {place} has no pgvector: install its package (Debian: postgresql-18-pgvector), then run "
            "`CREATE EXTENSION vector` as a superuser in this database"
        ) from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
