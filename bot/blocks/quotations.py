"""What somebody is on file with, as a message: quotations a page at a time, or whom the name may mean, or nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import messages
from bot.blocks import Block, Frame, Message, signs
from bot.blocks.frame import MOST, buttons, foot, lead
from bot.blocks.parts import TOTAL, bold, button, code, fallback, header, plain, section, weight
from bot.blocks.passages import credited_source, menu_of, of_statement, source_limit, with_words
from bot.talk import Press, QuotesBy, Verb, place_of
from embeddings import NoSpeaker, Quoted, Quotes, Speaker, WhichSpeaker

_CHOICES = 10


def quotes_message(asked: QuotesBy, quotes: Quotes, *, frame: Frame, size: int = MOST) -> Message:
    """One page of a speaker's statements, of which ``quotes`` holds just these; or the choice of speakers."""
    size = max(1, min(size, MOST))
    match quotes:
        case Quoted():
            return _quoted(asked, quotes, frame, size)
        case WhichSpeaker():
            return _which(asked, quotes, frame)
        case NoSpeaker():
            return _nobody(asked, quotes, frame)


def _quoted(asked: QuotesBy, quoted: Quoted, frame: Frame, size: int) -> Message:
    cited = [of_statement(statement, at=frame.at) for statement in quoted.statements[:size]]
    start = frame.page * size
    head = messages.quotes_of(quoted.speaker)
    count = messages.page(start, len(cited), quoted.total)
    facts = (count, messages.order(quoted.about or asked.about), messages.kinds(asked.kinds)) if quoted.total else ()
    above = (
        header(head),
        *lead(frame, code(messages.quotes_command(asked)), facts),
        *([] if quoted.total else _none(asked, quoted)),
    )
    more = messages.MORE_QUOTES if start + size < quoted.total else None
    below = (
        *signs.unknown_rights([one.article for one in cited], first=start + 1),
        *buttons(frame, more=more, narrowing=asked.narrowing),
        *foot(frame, quoted.coverage, asked.narrowing, searched=bool(quoted.total)),
    )
    limit = source_limit(len(cited))
    sources = [
        credited_source(one, number=place + 1, accessory=menu_of(one, frame.answer, place, speaker=False), limit=limit)
        for place, one in enumerate(cited, start)
    ]
    blocks = with_words(cited, sources, room=TOTAL - weight((above, below)))
    told = f"{head}: {count if quoted.total else messages.no_quotes(quoted.speaker.name)}"
    return Message(fallback(told), (*above, *blocks, *below), tuple(one.shown for one in cited))


def _none(asked: QuotesBy, quoted: Quoted) -> Iterator[Block]:
    yield section(
        bold(messages.no_quotes(quoted.speaker.name), 300),
        plain(messages.searched(quoted.coverage, asked.narrowing), 600),
        plain(messages.no_evidence(quoted.coverage)),
    )


def _which(asked: QuotesBy, which: WhichSpeaker, frame: Frame) -> Message:
    told = messages.which(which.asked, len(which.choices))
    blocks = (
        *lead(frame, code(messages.quotes_command(asked)), ()),
        section(bold(told, 400)),
        *_choices(which.choices, frame),
        *foot(frame, which.coverage, asked.narrowing),
    )
    return Message(fallback(told), blocks)


def _nobody(asked: QuotesBy, nobody: NoSpeaker, frame: Frame) -> Message:
    told = messages.nobody(nobody.asked)
    blocks = (
        *lead(frame, code(messages.quotes_command(asked)), ()),
        section(
            bold(told, 400),
            plain(messages.searched(nobody.coverage, asked.narrowing), 600),
            plain(messages.no_evidence(nobody.coverage)),
            plain(messages.LOOK_ALIKE) if nobody.nearest else "",
        ),
        *_choices(nobody.nearest, frame),
        *buttons(frame, more=None, narrowing=asked.narrowing),
        *foot(frame, nobody.coverage, asked.narrowing, searched=False),
    )
    return Message(fallback(told), blocks)


def _choices(speakers: Sequence[Speaker], frame: Frame) -> Iterator[Block]:
    for speaker in speakers[:_CHOICES]:
        press = Press(Verb.CHOOSE, frame.answer, place_of(speaker.name))
        name = bold(speaker.name, 100) or messages.NOBODY
        yield section(name, plain(messages.roll(speaker), 300), accessory=button(messages.CHOOSE, press))
    if len(speakers) > _CHOICES:
        yield section(plain(messages.more_speakers(len(speakers) - _CHOICES)))
