"""The answer log: what was asked, and which paragraphs of which version stood in which message, for corrections."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, false, or_, select

from bot.memory.database import Database, keep, now
from bot.memory.inbox import finish
from bot.memory.requests import from_json, to_json
from bot.memory.schema import answers, feedback, showings
from bot.talk import Answered, Request, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """A paragraph that a message once showed, on which page of the answer, since when.

    ``ts`` is None for private messages, and for one that was never posted; ``user`` is empty once forgotten.
    """

    answer: str
    team: str
    channel: str | None
    ts: str | None
    user: str
    private: bool
    page: int
    shown: Shown
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What somebody said of an answer: that it was ``useful`` or not, or, with ``place``, that a quotation is wrong.

    ``page`` is the one that was shown at that moment; ``user`` is empty, and ``reason`` and ``request`` None, once
    forgotten.
    """

    answer: str
    team: str
    user: str
    at: datetime
    useful: bool | None = None
    page: int | None = None
    place: int | None = None
    reason: str | None = None
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers that were given; every method raises MemoryBroken."""

    database: Database
    clock: Callable[[], datetime] = now

    def record(self, answered: Answered, *, finishes: str | None = None) -> None:
        """Write an answer down, or what has become of it, and what it shows; with it, finish the job of that key."""
        with self.database.writing() as connection:
            keep(connection, answers, key={"id": answered.id}, values=_row(answered))
            _add_showings(connection, answered)
            if finishes is not None:
                finish(connection, finishes, at=self.clock())

    def answer(self, id: str) -> Answered | None:
        """The answer of that id, as it stands now."""
        return self._first(answers.c.id == id)

    def latest(self, team: str, channel: str, thread: str, *, user: str | None = None) -> Answered | None:
        """The newest answer in a thread whose question is known; private ones only if they were this user's."""
        return self._first(*_in_thread(team, channel, thread, user), answers.c.request.is_not(None))

    def started(self, team: str, channel: str, thread: str, *, user: str | None = None) -> bool:
        """Whether the bot has answered in a thread; private answers count only for the user who got them."""
        query = select(answers.c.number).where(*_in_thread(team, channel, thread, user)).limit(1)
        with self.database.reading() as connection:
            return connection.execute(query).first() is not None

    def recent(self, team: str, user: str, *, limit: int) -> tuple[Answered, ...]:
        """The newest answers to a person's last so many different questions."""
        query = _newest(answers.c.team == team, answers.c.user_id == user, answers.c.request.is_not(None))
        found: dict[str, Answered] = {}
        with self.database.reading() as connection:
            for row in connection.execute(query):
                if len(found) == limit:
                    break
                if row.request not in found:
                    found[row.request] = _answered(row)
        return tuple(found.values())

    def messages_showing(self, article: str) -> tuple[Showing, ...]:
        """Every place where a paragraph of an article was shown, whatever stands there now, the newest first."""
        query = (
            select(showings, answers.c.team, answers.c.user_id)
            .join(answers, answers.c.id == showings.c.answer)
            .where(showings.c.article == article)
            .order_by(showings.c.at.desc(), showings.c.number.desc())
        )
        with self.database.reading() as connection:
            return tuple(_showing(row) for row in connection.execute(query))

    def rate(self, answer: str, *, team: str, user: str, useful: bool, reason: str | None = None) -> bool:
        """Note what a person thinks of an answer, in place of what they thought before; False if none is known.

        A reason stays until the person gives another, or changes their mind.
        """
        said = _said(answer, team, user, feedback.c.place.is_(None))
        row = {"answer": answer, "team": team, "user_id": user, "useful": useful, "at": self.clock()}
        with self.database.writing() as connection:
            before = connection.execute(select(feedback.c.useful, feedback.c.reason).where(*said)).first()
            if reason is None and before is not None and before.useful is useful:
                reason = before.reason
            return _say(connection, said, {**row, "reason": reason})

    def report(self, answer: str, *, place: int, team: str, user: str, reason: str | None = None) -> bool:
        """Note that the quotation at a place of an answer is reported as wrong; False if no such answer is known."""
        row = {"answer": answer, "team": team, "user_id": user, "place": place, "reason": reason, "at": self.clock()}
        with self.database.writing() as connection:
            page = connection.execute(select(answers.c.page).where(answers.c.id == answer)).scalar()
            said = _said(answer, team, user, feedback.c.place == place, feedback.c.page == page)
            return _say(connection, said, {**row, "page": page})

    def feedback(self, *, since: datetime | None = None) -> tuple[Feedback, ...]:
        """What was said of answers, the newest first."""
        query = (
            select(feedback, answers.c.request)
            .join(answers, answers.c.id == feedback.c.answer)
            .order_by(feedback.c.at.desc(), feedback.c.number.desc())
        )
        if since is not None:
            query = query.where(feedback.c.at >= since)
        with self.database.reading() as connection:
            return tuple(_feedback(row) for row in connection.execute(query))

    def forget(self, before: datetime) -> None:
        """Erase what was asked, by whom, and why it was found wrong, before a moment; what was shown where stays."""
        known = answers.c.request.is_not(None) | answers.c.user_id.is_not(None)
        told = feedback.c.reason.is_not(None) | feedback.c.user_id.is_not(None)
        with self.database.writing() as connection:
            connection.execute(answers.update().where(answers.c.at < before, known).values(request=None, user_id=None))
            connection.execute(feedback.update().where(feedback.c.at < before, told).values(reason=None, user_id=None))

    def _first(self, *where: ColumnElement[bool]) -> Answered | None:
        with self.database.reading() as connection:
            row = connection.execute(_newest(*where).limit(1)).first()
        return _answered(row) if row is not None else None


def _newest(*where: ColumnElement[bool]) -> Select[Any]:
    return select(answers).where(*where).order_by(answers.c.at.desc(), answers.c.number.desc())


def _in_thread(team: str, channel: str, thread: str, user: str | None) -> tuple[ColumnElement[bool], ...]:
    there = answers.c.team == team, answers.c.channel == channel, answers.c.thread == thread
    theirs = answers.c.user_id == user if user is not None else false()
    return *there, or_(answers.c.private.is_(False), theirs)


def _row(answered: Answered) -> Mapping[str, Any]:
    return {
        "team": answered.team,
        "user_id": answered.user or None,
        "channel": answered.channel,
        "thread": answered.thread,
        "ts": answered.ts,
        "private": answered.private,
        "page": answered.page,
        "at": answered.at,
        "request": to_json(answered.request) if answered.request is not None else None,
        "shown": json.dumps([astuple(one) for one in answered.shown]),
    }


def _answered(row: Row[Any]) -> Answered:
    return Answered(
        id=row.id,
        team=row.team,
        user=row.user_id or "",
        request=from_json(row.request) if row.request is not None else None,
        at=row.at,
        channel=row.channel,
        thread=row.thread,
        ts=row.ts,
        private=row.private,
        page=row.page,
        shown=tuple(map(_of_json, json.loads(row.shown))),
    )


def _add_showings(connection: Connection, answered: Answered) -> None:
    """Add what this message did not show before, so that what it once showed can always be found."""
    place = {"channel": answered.channel, "ts": answered.ts, "private": answered.private}
    of_answer = showings.c.answer == answered.id
    if answered.ts is not None:
        # Written down before it was posted; now it is known as which message.
        unposted = showings.update().where(of_answer, showings.c.ts.is_(None), showings.c.private == answered.private)
        connection.execute(unposted.values(**place))
    here = (showings.c[name] == value for name, value in {**place, "page": answered.page}.items())
    known = {_shown(row) for row in connection.execute(select(showings).where(of_answer, *here))}
    row = {"answer": answered.id, "at": answered.at, "page": answered.page, **place}
    # A correction looks for paragraphs, whichever of their words were shown.
    paragraphs = dict.fromkeys(replace(one, span=None) for one in answered.shown)
    new = [{**row, **_paragraph(one)} for one in paragraphs if one not in known]
    if new:
        connection.execute(showings.insert(), new)


def _of_json(told: list[Any]) -> Shown:
    article, version, paragraph, fingerprint, *span = told
    return Shown(article, version, paragraph, fingerprint, tuple(span[0]) if span and span[0] else None)


def _paragraph(shown: Shown) -> dict[str, Any]:
    return {name: value for name, value in asdict(shown).items() if name != "span"}


def _shown(row: Row[Any]) -> Shown:
    return Shown(row.article, row.version, row.paragraph, row.fingerprint)


def _showing(row: Row[Any]) -> Showing:
    return Showing(
        answer=row.answer,
        team=row.team,
        channel=row.channel,
        ts=row.ts,
        user=row.user_id or "",
        private=row.private,
        page=row.page,
        shown=_shown(row),
        at=row.at,
    )


def _said(answer: str, team: str, user: str, *which: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return feedback.c.answer == answer, feedback.c.team == team, feedback.c.user_id == user, *which


def _say(connection: Connection, said: tuple[ColumnElement[bool], ...], row: Mapping[str, Any]) -> bool:
    if connection.execute(select(answers.c.number).where(answers.c.id == row["answer"])).first() is None:
        return False
    if not connection.execute(feedback.update().where(*said).values(**row)).rowcount:
        connection.execute(feedback.insert().values(**row))
    return True


def _feedback(row: Row[Any]) -> Feedback:
    return Feedback(
        answer=row.answer,
        team=row.team,
        user=row.user_id or "",
        at=row.at,
        useful=row.useful,
        page=row.page,
        place=row.place,
        reason=row.reason,
        request=from_json(row.request) if row.request is not None else None,
    )
