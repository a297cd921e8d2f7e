"""What Alembic runs: the steps, on the connection and in the transaction that the opening of the archive hands over."""

from __future__ import annotations

from alembic import context

from embeddings.store.postgres.migrating import VERSIONS


def migrate() -> None:
    """Apply the steps that are missing."""
    context.configure(connection=context.config.attributes["connection"], **VERSIONS)
    context.run_migrations()


# Alembic runs this file under a name of its own; whoever imports it as a part of the package wants nothing done.
if __name__ == "env_py":
    migrate()
