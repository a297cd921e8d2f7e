"""Where words come from, as a message: the words on file nearest to them, with what differs word by word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import messages
from bot.blocks import Block, Frame, Message, signs
from bot.blocks.frame import buttons, foot, lead
from bot.blocks.parts import (
    TOTAL,
    Element,
    bold,
    cut,
    fallback,
    head,
    line,
    marked,
    note,
    plain,
    rich,
    section,
    shares,
    text,
    units,
    weight,
)
from bot.blocks.passages import Cited, exact, menu_of, of_passage, parted, source, source_limit
from bot.talk import SourceOf
from embeddings import Checked, Likeness, Span

_MOST = 5
_LEAST = 120
_MISSING = 600
"""So many characters of what is missing are repeated, all pieces together."""


def checked_message(asked: SourceOf, checked: Checked, *, frame: Frame) -> Message:
    """The words on file nearest to a text, or that there is nothing like them."""
    likenesses = checked.likenesses[:_MOST]
    cited = [_cited(likeness, frame.at) for likeness in likenesses]
    told = _told(checked)
    above = (
        *lead(frame, bold(messages.marked(checked.asked), 200), (messages.narrowed(asked.narrowing),)),
        section(
            bold(told),
            *([] if cited else _searched(asked, checked)),
        ),
        *_missing(checked),
    )
    left = len(checked.likenesses) - len(likenesses)
    below = (
        *([section(plain(messages.more_likenesses(left)))] if left else []),
        *signs.unknown_rights([one.article for one in cited]),
        *buttons(frame, more=None, narrowing=asked.narrowing),
        *foot(frame, checked.coverage, asked.narrowing, searched=bool(cited)),
    )
    limit = source_limit(_MOST)
    sources = [
        source(one, number=place + 1, accessory=menu_of(one, frame.answer, place), limit=limit, in_full=True)
        for place, one in enumerate(cited)
    ]
    room = TOTAL - weight((above, sources, below)) - _MOST * _SIGNS - sum(units(one.embargo) for one in cited)
    limits = shares([_wanted(one, checked.asked) for one in likenesses], room)
    words = [
        _likeness(likeness, one, checked.asked, limit=max(_LEAST, limit))
        for likeness, one, limit in zip(likenesses, cited, limits, strict=True)
    ]
    return Message(fallback(told), (*above, *parted(words, sources), *below), tuple(one.shown for one in cited))


def _told(checked: Checked) -> str:
    """The verdict over all pieces of the text: of each the nearest words count."""
    verdicts = {_verdict(one) for one in _pieces(checked.likenesses)}
    if not verdicts:
        return messages.UNLIKE
    if checked.missing or len(verdicts) > 1:
        return messages.PARTLY_ON_FILE
    return verdicts.pop()


def _verdict(likeness: Likeness) -> str:
    if likeness.exact:
        return messages.EXACTLY_ON_FILE
    return messages.PARTED_ON_FILE if _parted(likeness) else messages.LIKE_ON_FILE


def _pieces(likenesses: Sequence[Likeness]) -> list[Likeness]:
    """The nearest likeness of each stretch of the text, where several quotations stand in it."""
    found: list[Likeness] = []
    for one in likenesses:
        if not any(_compared(one).meets(_compared(other)) for other in found):
            found.append(one)
    return found


def _missing(checked: Checked) -> list[Block]:
    """The quotations of the text that have nothing alike on file."""
    if not (checked.missing and checked.likenesses):
        return []
    room = _MISSING // len(checked.missing)
    pieces = [line(text(cut(span.cut(checked.asked), room), "strike")) for span in checked.missing]
    return [rich(note(messages.MISSING), *pieces)]


def _parted(likeness: Likeness) -> bool:
    """Whether every word asked for stands there, with others between."""
    return likeness.score >= 1 and all(step.same or step.asked.start == step.asked.end for step in likeness.steps)


def _searched(asked: SourceOf, checked: Checked) -> list[str]:
    told = messages.searched(checked.coverage, asked.narrowing)
    return [plain(told, 600), plain(messages.no_evidence(checked.coverage))]


def _cited(likeness: Likeness, at: datetime) -> Cited:
    """The words on file, those that differ marked."""
    return Cited(
        article=likeness.passage.article,
        paragraph=likeness.passage.paragraph,
        parts=(likeness.span,),
        marks=tuple(step.on_file for step in likeness.steps if not step.same),
        quotations=of_passage(likeness.passage).quotations,
        also=likeness.passage.also,
        at=at,
    )


def _wanted(likeness: Likeness, asked: str) -> int:
    return units(likeness.text) + (0 if likeness.exact else units(_compared(likeness).cut(asked)))


def _compared(likeness: Likeness) -> Span:
    """The stretch of the text asked for that was compared."""
    spans = [step.asked for step in likeness.steps]
    return Span(min((s.start for s in spans), default=0), max((s.end for s in spans), default=0))


def _likeness(likeness: Likeness, cited: Cited, asked: str, *, limit: int) -> Block:
    disputed = [note(messages.disputed(likeness.disputed))] if likeness.disputed else []
    if likeness.exact:
        return rich(note(messages.WORD_FOR_WORD), *exact(cited, limit=limit)["elements"], *disputed)
    if _parted(likeness):
        return rich(note(messages.ON_FILE), *exact(cited, limit=limit)["elements"], *disputed)
    mine = max(limit // 3, limit - cited.length)
    on_file: Block = exact(cited, limit=limit - mine)
    yours = (note(messages.YOURS), _asked(likeness, asked, mine))
    return rich(note(messages.ON_FILE), *on_file["elements"], *yours, *disputed)


def _asked(likeness: Likeness, asked: str, limit: int) -> Element:
    """The words asked for, struck through where they are not on file; a sign where some are left out."""
    compared = _compared(likeness)
    words = compared.cut(asked)
    end = compared.start + head(words, limit)
    struck = [step.asked for step in likeness.steps if not step.same]
    pieces = marked(asked, Span(compared.start, end), struck, "strike")
    before = [text(messages.SPLIT, "italic")] if asked[: compared.start].strip() else []
    after = [text(messages.SPLIT, "italic")] if asked[end:].strip() else []
    return line(*before, *pieces, *after) if pieces else note(messages.NO_WORDS)


_SIGNS = (
    sum(map(units, (messages.EARLIER, messages.CUT, messages.ON_FILE, messages.YOURS, messages.SPLIT, messages.SPLIT)))
    + 150
)
"""What stands around the words of one likeness, with the name of somebody disputed."""
