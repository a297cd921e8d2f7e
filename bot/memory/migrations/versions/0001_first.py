"""The inbox, the answer log, and what people prefer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    _make_inbox()
    _make_answers()
    _make_preferences()


def _make_inbox() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("lane", sa.Text),
        sa.Column("payload", sa.Text),
        sa.Column("arrived", _MOMENT, nullable=False),
        sa.Column("not_before", _MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sending", sa.Boolean, nullable=False),
        sa.Column("claimed_by", sa.String(32)),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("done", _MOMENT),
        sqlite_autoincrement=True,
    )
    waiting, claimed = sa.text("payload IS NOT NULL"), sa.text("claimed_by IS NOT NULL")
    op.create_index("jobs_open", "jobs", ["number"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index(
        "jobs_one_worked_in_a_lane", "jobs", ["lane"], unique=True, sqlite_where=claimed, postgresql_where=claimed
    )
    op.create_index("jobs_done", "jobs", ["done"])


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("channel", sa.Text),
        sa.Column("thread", sa.Text),
        sa.Column("ts", sa.Text),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("request", sa.Text),
        sa.Column("shown", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("answers_in_thread", "answers", ["team", "channel", "thread"])
    op.create_index("answers_of_person", "answers", ["team", "user_id", "at"])
    op.create_index("answers_by_time", "answers", ["at"])
    op.create_table(
        "showings",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("answer", sa.Text, sa.ForeignKey("answers.id"), nullable=False, index=True),
        sa.Column("channel", sa.Text),
        sa.Column("ts", sa.Text),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("article", sa.Text, nullable=False, index=True),
        sa.Column("version", sa.Integer),
        sa.Column("paragraph", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feedback",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("answer", sa.Text, sa.ForeignKey("answers.id"), nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("page", sa.Integer),
        sa.Column("place", sa.BigInteger),
        sa.Column("useful", sa.Boolean),
        sa.Column("reason", sa.Text),
        sa.Column("at", _MOMENT, nullable=False, index=True),
        sqlite_autoincrement=True,
    )
    op.create_index("feedback_on_answer", "feedback", ["answer", "user_id"])


def _make_preferences() -> None:
    op.create_table(
        "people",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("citing", sa.String(32), nullable=False),
        sa.Column("narrowing", sa.Text, nullable=False),
    )
    op.create_table(
        "channels",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("follow_ups", sa.Boolean, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("outlets", sa.Text, nullable=False),
    )
