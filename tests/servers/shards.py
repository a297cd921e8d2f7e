"""An archive over several databases, made with the files that operators use; and archives made empty again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

DEPLOY = Path(__file__).parents[2] / "deploy" / "postgres"


def make_shards(coordinator: str, shards: Sequence[str], *, dimension: int) -> None:
    """Have the large tables of an archive that is there and empty stand in these databases."""
    for shard in shards:
        _run(shard, "shard.sql", {"onrecord.dimension": str(dimension)})
    places = [urlsplit(shard) for shard in shards]
    settings = {
        "onrecord.shards": " ".join(f"{place.hostname}:{place.port}{place.path}" for place in places),
        "onrecord.shard_user": str(places[0].username),
    }
    _run(coordinator, "shards.sql", settings)


def _run(address: str, file: str, settings: dict[str, str]) -> None:
    """Run a file as ``psql`` does after it has set these."""
    with psycopg.connect(address, autocommit=True) as connection:
        for name, value in settings.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.execute((DEPLOY / file).read_bytes())


def emptied(address: str) -> None:
    """Make an archive as empty as it was when its tables were made."""
    with psycopg.connect(address, autocommit=True) as connection, connection.transaction():
        connection.execute("SET LOCAL search_path = archive")
        rows = connection.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'archive'::regnamespace "
            "AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'archive_version'"
        ).fetchall()
        connection.execute(f"TRUNCATE {', '.join(name for (name,) in rows)} RESTART IDENTITY".encode())
        connection.execute("INSERT INTO standing DEFAULT VALUES")
        connection.execute(
            "SELECT setval(name, 1, false) "
            "FROM unnest(ARRAY['article_rows', 'serving_numbers', 'version_rows']) AS name"
        )
