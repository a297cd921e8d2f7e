"""The index of the vectors, which is made when it is known how many numbers they have."""

from __future__ import annotations

from embeddings.errors import StoreError
from embeddings.store.postgres.connection import Session


def fix_dimension(session: Session, dimension: int) -> None:
    """From now on the windows' vectors have so many numbers; raises StoreError where a shard holds others."""
    others = session.value(
        "SELECT string_agg(format('%%s (%%s)', c.relname, a.atttypmod), ', ') FROM pg_inherits i "
        "JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'vector' "
        "WHERE i.inhparent = 'windows'::regclass AND c.relkind = 'f' AND a.atttypmod NOT IN (-1, %(dimension)s)",
        {"dimension": dimension},
    )
    if others is not None:
        raise StoreError(
            f"the shards' vectors have another dimension than {dimension}: {others}; make the shards anew with "
            "deploy/postgres/shard.sql for this encoder"
        )
    drop_index(session)
    session.run(f"ALTER TABLE windows ALTER COLUMN vector TYPE halfvec({int(dimension)})")


def forget_dimension(session: Session) -> None:
    """Take vectors of any length until ``fix_dimension`` is told of one."""
    drop_index(session)
    session.run("ALTER TABLE windows ALTER COLUMN vector TYPE halfvec")


def drop_index(session: Session) -> None:
    """Have no index: many vectors are loaded faster without."""
    session.run("DROP INDEX IF EXISTS windows_by_vector")


def make_index(session: Session) -> None:
    """Have an index of all vectors (HNSW, Malkov and Yashunin 2016), of those on this server at least."""
    # A shard has its own from the beginning.
    session.run("CREATE INDEX IF NOT EXISTS windows_by_vector ON windows USING hnsw (vector halfvec_ip_ops)")
