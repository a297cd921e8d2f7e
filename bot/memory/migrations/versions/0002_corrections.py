"""How far the archive has been followed, and what became of what was shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for cursors and for what became of each showing."""
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("place", sa.BigInteger, nullable=False),
    )
    op.add_column("answers", sa.Column("enterprise", sa.Text))
    op.add_column("answers", sa.Column("amendments", sa.Text))
    op.add_column("answers", sa.Column("about", sa.Text))
    op.add_column("showings", sa.Column("became", sa.String(16)))
    op.add_column("showings", sa.Column("amended", sa.DateTime(timezone=True)))
