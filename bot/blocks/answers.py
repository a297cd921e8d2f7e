"""The answer to a question, as a message: the passages with the exact words, or that nothing on file answers."""

from __future__ import annotations

from bot import messages
from bot.blocks import Block, Frame, Message, signs
from bot.blocks.frame import MOST, buttons, foot, lead, question
from bot.blocks.parts import TOTAL, bold, button, context, fallback, plain, section, weight
from bot.blocks.passages import Cited, menu_of, of_passage, source, source_limit, with_words
from bot.phrasing import parts_of
from bot.talk import Ask, Press, Verb
from embeddings import Answer, Found, NotOnFile


def answer_message(ask: Ask, answer: Answer, *, frame: Frame, size: int = MOST) -> Message:
    """One page of an answer; ``answer`` holds the passages up to and including the one after this page."""
    size = max(1, min(size, MOST))
    if isinstance(answer, NotOnFile):
        return _nothing(ask, answer, frame, size)
    return _passages(ask, answer, frame, size)


def _passages(ask: Ask, found: Found, frame: Frame, size: int) -> Message:
    start = frame.page * size
    cited = [of_passage(passage, at=frame.at) for passage in found.passages[start : start + size]]
    more = messages.MORE if len(found.passages) > start + size else None
    count = messages.found(len(cited), start + 1) if cited else messages.NO_FURTHER
    above = tuple(lead(frame, question(ask.question), (count, messages.narrowed(ask.narrowing))))
    below = (
        *signs.unknown_rights([one.article for one in cited], first=start + 1),
        *buttons(frame, more=more, narrowing=ask.narrowing),
        *foot(frame, found.coverage, ask.narrowing),
    )
    told = messages.passages_told(ask.question, [messages.place(one.article) for one in cited])
    return _message(told, above, _numbered(cited, frame, first=start + 1, around=(above, below)), below, cited)


def _nothing(ask: Ask, nothing: NotOnFile, frame: Frame, size: int) -> Message:
    near = [of_passage(passage, at=frame.at) for passage in nothing.near_misses[:size]]
    cited = near if frame.near else []
    show = button(messages.show_near(len(near)), Press(Verb.NEAR, frame.answer)) if near and not cited else None
    above = (
        *lead(frame, question(ask.question), (messages.narrowed(ask.narrowing),)),
        section(
            bold(messages.NOT_ON_FILE),
            plain(messages.searched(nothing.coverage, ask.narrowing), 600),
            plain(messages.no_evidence(nothing.coverage)) if parts_of(ask.question).saying else "",
        ),
        *([context(f":warning: {bold(messages.NEAR)}")] if cited else []),
    )
    below = (
        *signs.unknown_rights([one.article for one in cited]),
        *buttons(frame, show, more=None, narrowing=ask.narrowing),
        *foot(frame, nothing.coverage, ask.narrowing, searched=False),
    )
    blocks = _numbered(cited, frame, first=1, around=(above, below))
    return _message(messages.nothing_told(ask.question), above, blocks, below, cited)


def _numbered(cited: list[Cited], frame: Frame, *, first: int, around: object) -> tuple[Block, ...]:
    limit = source_limit(len(cited))
    sources = [
        source(one, number=first + place, accessory=menu_of(one, frame.answer, first + place - 1), limit=limit)
        for place, one in enumerate(cited)
    ]
    return tuple(with_words(cited, sources, room=TOTAL - weight(around)))


def _message(
    told: str, above: tuple[Block, ...], blocks: tuple[Block, ...], below: tuple[Block, ...], cited: list[Cited]
) -> Message:
    return Message(fallback(told), (*above, *blocks, *below), tuple(one.shown for one in cited))
