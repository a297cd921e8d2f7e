"""What stands around every answer: what was asked and by whom, buttons, feedback, and how fresh the archive is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bot import messages
from bot.blocks import Block, Frame
from bot.blocks.parts import Element, actions, bold, button, code, context, feedback, joined, mention, plain, timed
from bot.talk import Freshness, Narrowing, Press, Verb
from embeddings import Coverage

MOST = 5
"""So many passages, or statements, one message has room for."""


def lead(frame: Frame, asked: str, facts: Iterable[str | None]) -> Iterator[Block]:
    """What was asked, what is known about the list, who asked; and a warning where the archive is not fresh.

    ``asked`` is markup already.
    """
    known = plain(joined(facts), 400)
    yield context(asked, joined((known, _people(frame))))
    yield from warning(frame.freshness)


def warning(freshness: Freshness) -> Iterator[Block]:
    """That the archive is not fresh, where it is not."""
    if freshness.stale:
        yield context(timed(f":warning: {bold(messages.stale(freshness))}", freshness.ingested))


def fresh(freshness: Freshness, newest: date | None) -> str:
    """How fresh the archive is, by the reader's clock."""
    return timed(plain(messages.fresh(freshness, newest), 200), freshness.ingested)


def question(words: str) -> str:
    """The words of a question, as a lead has them."""
    return bold(words, 400)


def _people(frame: Frame) -> str:
    return joined(
        (
            messages.asked_by(mention(frame.asker)) if frame.asker else None,
            messages.shared_by(mention(frame.sharer)) if frame.sharer else None,
            messages.PRIVATE if frame.private else None,
        )
    )


def buttons(frame: Frame, *first: Element | None, more: str | None, narrowing: Narrowing) -> Iterator[Block]:
    """Paging, narrowing and sharing; ``more`` is what the button says that turns the page, None on the last."""
    page, narrowed = frame.page, narrowing != Narrowing()
    yield from actions(
        *first,
        button(more, Press(Verb.PAGE, frame.answer, page + 1)) if more else None,
        button(messages.BACK, Press(Verb.PAGE, frame.answer, page - 1), suffix="back") if page > 0 else None,
        button(messages.CHANGE if narrowed else messages.NARROW, Press(Verb.NARROW, frame.answer)),
        button(messages.POST, Press(Verb.SHARE, frame.answer)) if frame.private else None,
    )


def foot(frame: Frame, coverage: Coverage, narrowing: Narrowing, *, searched: bool = True) -> Iterator[Block]:
    """Feedback, what was ``searched`` unless that is said above, how fresh it is, and the answer's id."""
    # What a narrowed search looks at does not tell what is newest in the archive.
    newest = coverage.last if narrowing == Narrowing() else None
    yield feedback(frame.answer)
    yield context(
        plain(messages.searched(coverage, narrowing), 500) if searched else "",
        joined((fresh(frame.freshness, newest), messages.reference(code(frame.answer)))),
    )
