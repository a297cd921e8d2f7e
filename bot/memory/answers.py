"""The answer log: what was asked, and which paragraphs of which version stood in which message, for corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, false, or_, select

from bot.memory import amendments
from bot.memory.amendments import shown_from_json, shown_to_json
from bot.memory.database import Database, keep, now
from bot.memory.inbox import add, finish
from bot.memory.requests import from_json, to_json
from bot.memory.schema import answers, feedback, showings
from bot.talk import Amendment, Answered, Became, Job, Request, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """A paragraph that a message once showed, on which page of the answer, since when.

    ``ts`` is None for private messages, and for one that was never posted; ``user`` is empty once forgotten.
    ``became`` is what became of these words, and ``amended`` when the message, or whoever read it, was told.
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
    became: Became | None = None
    amended: datetime | None = None


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


_OPEN = or_(showings.c.amended.is_(None), showings.c.became == Became.GONE.value)
"""What is struck through still stands there, and has to go when its article may not be shown any more."""
_LASTING = or_(showings.c.became.is_(None), showings.c.became != Became.WITHDRAWN.value)
"""What may still be read somewhere, also where another message told what became of it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers that were given; every method raises MemoryBroken."""

    database: Database
    clock: Callable[[], datetime] = now

    def record(
        self,
        answered: Answered,
        *,
        finishes: str | None = None,
        amended: Iterable[Amendment] = (),
        then: Iterable[Job] = (),
    ) -> None:
        """Write an answer down, or what has become of it, and what it shows.

        With it, in one transaction: what was ``amended`` is settled, the jobs that come ``then`` are written down, and
        the job of the key that this ``finishes`` is done.
        """
        with self.database.writing() as connection:
            for one in amended:
                _settle(connection, answered.id, one)
            keep(connection, answers, key={"id": answered.id}, values=_row(answered))
            _add_showings(connection, answered)
            for job in then:
                add(connection, job, at=self.clock())
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

    def unsettled(self, article: str) -> tuple[Answered, ...]:
        """The answers that show, or showed, an article, and that were not told yet that it may not be shown."""
        of_article = select(showings.c.answer).where(showings.c.article == article, _LASTING)
        query = select(answers).where(answers.c.id.in_(of_article)).order_by(answers.c.number.desc())
        with self.database.reading() as connection:
            return tuple(_answered(row) for row in connection.execute(query))

    def left_open(self, answer: str) -> tuple[Shown, ...]:
        """All that an answer shows, or showed on another page, and that nobody was told to be changed since."""
        return self._shown_by(answer, _OPEN)

    def lasting(self, answer: str) -> tuple[Shown, ...]:
        """All that an answer shows, or showed on another page, and that was not withdrawn."""
        return self._shown_by(answer, _LASTING)

    def _shown_by(self, answer: str, which: ColumnElement[bool]) -> tuple[Shown, ...]:
        query = select(showings).where(showings.c.answer == answer, which).order_by(showings.c.number)
        with self.database.reading() as connection:
            return tuple(dict.fromkeys(_shown(row) for row in connection.execute(query)))

    def any_shown(self) -> bool:
        """Whether anything was ever shown."""
        with self.database.reading() as connection:
            return connection.execute(select(showings.c.number).limit(1)).first() is not None

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
        "shown": shown_to_json(answered.shown),
        "enterprise": answered.enterprise,
        "amendments": amendments.to_json(answered.amendments) if answered.amendments else None,
        "about": answered.about,
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
        shown=shown_from_json(row.shown),
        enterprise=row.enterprise,
        amendments=amendments.from_json(row.amendments) if row.amendments else (),
        about=row.about,
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
    known = [_paragraph(_shown(row)) for row in connection.execute(select(showings).where(of_answer, *here))]
    row = {"answer": answered.id, "at": answered.at, "page": answered.page, **place}
    paragraphs = [_paragraph(one) for one in answered.shown]
    new = [{**row, **one} for place, one in enumerate(paragraphs) if one not in [*known, *paragraphs[:place]]]
    if new:
        connection.execute(showings.insert(), new)


def _settle(connection: Connection, answer: str, amendment: Amendment) -> None:
    """Note what became of words that an answer showed, on whichever page."""
    words = (showings.c[name] == value for name, value in _paragraph(amendment.before).items())
    which = _LASTING if amendment.became is Became.WITHDRAWN else _OPEN
    settled = showings.update().where(showings.c.answer == answer, which, *words)
    connection.execute(settled.values(became=amendment.became.value, amended=amendment.at))


def _paragraph(shown: Shown) -> dict[str, Any]:
    """A paragraph as a correction looks for it, whichever of its words were shown."""
    return {name: getattr(shown, name) for name in ("article", "version", "paragraph", "fingerprint")}


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
        became=Became(row.became) if row.became else None,
        amended=row.amended,
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
