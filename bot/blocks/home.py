"""The app's home: what it can do, what is on file, what this person asked lately, and settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot import messages
from bot.blocks import Block, View
from bot.blocks.frame import fresh, warning
from bot.blocks.notices import about
from bot.blocks.parts import (
    actions,
    blank,
    bold,
    button,
    code,
    divider,
    header,
    joined,
    line,
    plain,
    rich,
    section,
    sentence,
    timed,
)
from bot.talk import Answered, Freshness, PersonSettings, Press, QuotesBy, Request, Verb
from embeddings import Coverage

_OUTLETS = 10
_RECENT = 10
_AT_ONCE = timedelta(hours=1)
"""What was taken in within this time was taken in together."""


def home_view(
    *,
    coverage: Coverage,
    newest: Mapping[str, date | datetime],
    freshness: Freshness,
    recent: Sequence[Answered],
    person: PersonSettings,
    admin: bool,
) -> View:
    """The home of one person; ``newest`` has for each outlet its newest day, or the moment of its last ingest."""
    blocks = (
        header(messages.HOME_TITLE),
        *about(),
        divider(),
        header(messages.COVERAGE),
        *_coverage(coverage, newest, freshness),
        divider(),
        header(messages.RECENT),
        *_recent(recent),
        divider(),
        header(messages.YOUR_SETTINGS),
        section(plain(messages.settings_line(person.citing.value, person.narrowing), 600)),
        *([rich(line(*sentence(messages.ADMIN)))] if admin else []),
        *actions(button(messages.SETTINGS, Press(Verb.SETTINGS, "-"))),
    )
    return {"type": "home", "blocks": list(blocks)}


def _coverage(coverage: Coverage, newest: Mapping[str, date | datetime], freshness: Freshness) -> Iterator[Block]:
    if not coverage.articles:
        yield rich(line(*sentence(messages.NOTHING_YET)))
        return
    yield section(plain(messages.coverage_line(coverage)), fresh(freshness, coverage.last))
    yield from warning(freshness)
    names = messages.by_count(coverage)
    more = len(names) - _OUTLETS
    if names:
        yield section(
            *(
                joined((bold(name, 80), _outlet(coverage.outlets[name], newest.get(name), freshness)))
                for name in names[:_OUTLETS]
            ),
            plain(messages.more_outlets(more)) if more > 0 else "",
        )


def _outlet(articles: int, newest: date | datetime | None, freshness: Freshness) -> str:
    """How much of an outlet there is, and when it was last taken in unless that was with the newest of all."""
    if not isinstance(newest, datetime):
        return plain(messages.outlet_line(articles, newest))
    last = freshness.ingested
    known = last is not None and last - newest < _AT_ONCE
    return timed(plain(messages.outlet_line(articles, None if known else newest)), newest)


def _recent(recent: Sequence[Answered]) -> Iterator[Block]:
    asked = [(one, one.request) for one in recent if one.request is not None]
    for one, request in asked[:_RECENT]:
        again = button(messages.AGAIN, Press(Verb.AGAIN, one.id))
        yield section(_words(request), timed(plain(messages.minute(one.at)), one.at), accessory=again)
    if not asked:
        yield section(plain(messages.NO_RECENT))


def _words(request: Request) -> str:
    if isinstance(request, QuotesBy):
        return code(messages.request_line(request))
    told = joined((messages.request_line(request), messages.narrowed(request.narrowing)))
    return messages.NO_WORDS if blank(told) else plain(told, 300)
