"""What is known of the sentences of each window, so that a question need not have them read again."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Of what is on file already nothing is known: it is read when somebody asks.
_COLUMN = "ALTER TABLE windows ADD COLUMN sentences bytea NOT NULL DEFAULT ''"


def upgrade() -> None:
    """Make room for them."""
    op.execute(_COLUMN)
