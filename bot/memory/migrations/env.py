"""What Alembic runs: the steps, on the connection and in the transaction that the opening of the database hands over.

To write the next step, see docs/memory.md.
"""

from __future__ import annotations

from alembic import context

from bot.memory.schema import metadata


def migrate() -> None:
    """Apply the steps that are missing."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    context.run_migrations()


# Alembic runs this file under a name of its own; whoever imports it as a part of the package wants nothing done.
if __name__ == "env_py":
    migrate()
