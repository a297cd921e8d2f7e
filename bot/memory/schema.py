"""The tables, as the newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone: nobody knows when that is")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC."""
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)) if value else None


class Words(TypeDecorator[str]):
    """What a person typed, without what is no character and no database takes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Half surrogates become question marks, NUL a replacement character."""
        return None if value is None else value.replace("\0", "\ufffd").encode(errors="replace").decode()


metadata = MetaData()

# A job waits while nobody has claimed it, is worked while somebody has, and is done when its payload is gone.
jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("lane", Words),
    Column("payload", Text),
    Column("arrived", Moment, nullable=False),
    Column("not_before", Moment),
    Column("attempts", Integer, nullable=False),
    Column("sending", Boolean, nullable=False),
    Column("claimed_by", String(32)),
    Column("claimed_until", Moment),
    Column("done", Moment),
    sqlite_autoincrement=True,
)
_OPEN, _CLAIMED = jobs.c.payload.is_not(None), jobs.c.claimed_by.is_not(None)
Index("jobs_open", jobs.c.number, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("jobs_one_worked_in_a_lane", jobs.c.lane, unique=True, sqlite_where=_CLAIMED, postgresql_where=_CLAIMED)
Index("jobs_done", jobs.c.done)

# Channels that Slack takes nothing for until then, whichever process would post there.
rests = Table(
    "rests",
    metadata,
    Column("lane", Words, primary_key=True),
    Column("until", Moment, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Words, nullable=False, unique=True),
    Column("team", Words, nullable=False),
    Column("user_id", Words),
    Column("channel", Words),
    Column("thread", Words),
    Column("ts", Words),
    Column("private", Boolean, nullable=False),
    Column("page", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("request", Text),
    Column("shown", Text, nullable=False),
    Column("enterprise", Words),
    Column("amendments", Text),
    Column("about", Words),
    Index("answers_in_thread", "team", "channel", "thread"),
    Index("answers_of_person", "team", "user_id", "at"),
    Index("answers_by_time", "at"),
    sqlite_autoincrement=True,
)

showings = Table(
    "showings",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("answer", Words, ForeignKey("answers.id"), nullable=False, index=True),
    Column("channel", Words),
    Column("ts", Words),
    Column("private", Boolean, nullable=False),
    Column("page", Integer, nullable=False),
    Column("article", Words, nullable=False, index=True),
    Column("version", Integer),
    Column("paragraph", Integer, nullable=False),
    Column("fingerprint", Words, nullable=False),
    Column("at", Moment, nullable=False),
    # What became of these words, and when the message, or whoever read it, was told.
    Column("became", String(16)),
    Column("amended", Moment),
    sqlite_autoincrement=True,
)

# How far the archive has been followed.
cursors = Table(
    "cursors",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("place", BigInteger, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("answer", Words, ForeignKey("answers.id"), nullable=False),
    Column("team", Words, nullable=False),
    Column("user_id", Words),
    Column("page", Integer),
    Column("place", BigInteger),
    Column("useful", Boolean),
    Column("reason", Words),
    Column("at", Moment, nullable=False, index=True),
    Index("feedback_on_answer", "answer", "user_id"),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("team", Words, primary_key=True),
    Column("user_id", Words, primary_key=True),
    Column("citing", String(32), nullable=False),
    Column("narrowing", Text, nullable=False),
)

channels = Table(
    "channels",
    metadata,
    Column("team", Words, primary_key=True),
    Column("channel", Words, primary_key=True),
    Column("follow_ups", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("outlets", Text, nullable=False),
)
