"""Everything that the bot remembers, from one database into another that holds nothing yet; all of it, or none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, inspect, make_url, select, text

from bot.errors import MemoryBroken
from bot.memory.database import open_database, shown
from bot.memory.schema import metadata

_TOGETHER = 1_000
"""So many rows are read and written at a time."""
_ALL = 1 << 256


def address_of(named: str) -> str:
    """The address of a memory that is named by it, or by its file."""
    return named if "://" in named else f"sqlite:///{Path(named).absolute()}"


def move(source: str, target: str, *, others: Sequence[MetaData] = ()) -> Mapping[str, int]:
    """How many rows of each table both databases hold, once the second has all that the first has.

    ``others`` are tables of a library's that may stand beside the bot's own. Nobody else writes to either meanwhile.
    Raises MemoryBroken where the source is not there, the target holds anything, or does not give the same back.
    """
    _check_there(source)
    one, other = open_database(source), open_database(target)
    try:
        with one.alone() as old, other.alone() as new:
            tables = [*metadata.sorted_tables, *_standing(old, others)]
            for table in tables:
                table.metadata.create_all(new, tables=[table])
            _check_empty(new, tables)
            return {table.name: _copied(table, old, new) for table in tables}
    finally:
        one.close()
        other.close()


def _check_there(address: str) -> None:
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise MemoryBroken(
            f"there is no {url.database}: name the file that ONRECORD_DATABASE names, or <archive>.bot.db"
        )


def _standing(connection: Connection, others: Iterable[MetaData]) -> list[Table]:
    there = set(inspect(connection).get_table_names())
    return [table for each in others for table in each.sorted_tables if table.name in there]


def _check_empty(new: Connection, tables: Iterable[Table]) -> None:
    for table in tables:
        if new.execute(select(table).limit(1)).first():
            raise MemoryBroken(
                f"{shown(new.engine.url)} remembers something already: name a database that no bot has used yet"
            )


def _copied(table: Table, old: Connection, new: Connection) -> int:
    """How many rows went over; the target gives back the same."""
    count = 0
    for rows in _rows(table, old):
        new.execute(table.insert(), rows)
        count += len(rows)
    _count_on(table, new)
    if _digest(table, old) != _digest(table, new):
        raise MemoryBroken(f"{shown(new.engine.url)} does not give back what was written to {table.name}: see its log")
    return count


def _rows(table: Table, connection: Connection) -> Iterator[list[dict[str, Any]]]:
    result = connection.execute(select(table), execution_options={"yield_per": _TOGETHER})
    for part in result.mappings().partitions():
        yield [dict(row) for row in part]


def _digest(table: Table, connection: Connection) -> int:
    """The same for the same rows in whatever order."""
    columns = list(table.columns.keys())
    printed = (repr([row[name] for name in columns]) for rows in _rows(table, connection) for row in rows)
    return sum(int.from_bytes(hashlib.sha256(one.encode()).digest(), "big") for one in printed) % _ALL


def _count_on(table: Table, new: Connection) -> None:
    """Have the next row get a number that none has; SQLite sees to that by itself."""
    numbered = table.autoincrement_column
    if numbered is None or new.dialect.name != "postgresql":
        return
    last = new.execute(select(func.max(numbered))).scalar()
    if last is not None:
        sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
        new.execute(sequence, {"table": table.name, "column": numbered.name, "last": last})
