"""The engine on a server: PostgreSQL with pgvector, its replicas, and its shards."""

from __future__ import annotations

from embeddings.store.postgres.store import PostgresStore, prepare, replace_vectors

__all__ = ["PostgresStore", "prepare", "replace_vectors"]
