"""The app's home: what it can do, what is on file, what this person asked lately, and settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from bot import messages
from bot.blocks import Block, View
from bot.blocks.frame import warning
from bot.blocks.notices import about
from bot.blocks.parts import actions, blank, bold, button, context, divider, header, joined, plain, section
from bot.talk import Answered, Freshness, PersonSettings, Press, QuotesBy, Request, Verb
from embeddings import Coverage

_OUTLETS = 10
_RECENT = 10


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
        *([context(plain(messages.ADMIN))] if admin else []),
        *actions(button(messages.SETTINGS, Press(Verb.SETTINGS, "-"))),
    )
    return {"type": "home", "blocks": list(blocks)}


def _coverage(coverage: Coverage, newest: Mapping[str, date | datetime], freshness: Freshness) -> Iterator[Block]:
    if not coverage.articles:
        yield section(plain(messages.NOTHING_YET))
        return
    yield section(plain(messages.coverage_line(coverage)), plain(messages.fresh(freshness, coverage.last)))
    yield from warning(freshness)
    names = messages.by_count(coverage)
    more = len(names) - _OUTLETS
    if names:
        yield section(
            *(
                joined((bold(name, 80), plain(messages.outlet_line(coverage.outlets[name], newest.get(name)))))
                for name in names[:_OUTLETS]
            ),
            plain(messages.more_outlets(more)) if more > 0 else "",
        )


def _recent(recent: Sequence[Answered]) -> Iterator[Block]:
    asked = [(one, one.request) for one in recent if one.request is not None]
    for one, request in asked[:_RECENT]:
        again = button(messages.AGAIN, Press(Verb.AGAIN, one.id))
        yield section(_words(request), plain(messages.minute(one.at)), accessory=again)
    if not asked:
        yield section(plain(messages.NO_RECENT))


def _words(request: Request) -> str:
    narrowed = None if isinstance(request, QuotesBy) else messages.narrowed(request.narrowing)
    told = joined((messages.request_line(request), narrowed))
    return messages.NO_WORDS if blank(told) else plain(told, 300)
