"""Short messages: a word to somebody, why something failed, help, and what the archive holds."""

from __future__ import annotations

from collections.abc import Iterator

from bot import messages
from bot.blocks import Block, Message
from bot.blocks.frame import warning
from bot.blocks.parts import blank, bold, context, fallback, header, joined, mention, plain, section, spoken
from bot.commands import order
from bot.talk import Freshness
from embeddings import Coverage, Description


def notice(text: str) -> Message:
    """A plain word to somebody; nothing in it links or pings, and only what is to be typed stands out."""
    lines = [spoken(one, 1000) for one in text.splitlines()]
    return Message(fallback(text), (section(*[one for one in lines if not blank(one)]),))


def failure(reference: str, reason: str = messages.OUR_FAULT) -> Message:
    """Why no answer came, with the reference that is in the log."""
    words = messages.failure(reference, reason)
    return Message(fallback(words), (section(f":warning: {spoken(words, 1500)}"),))


def refused(text: str) -> Message:
    """Why this person may not have this here."""
    return Message(fallback(text), (section(f":lock: {spoken(text, 1500)}"),))


def report_message(user: str, article: str, paragraph: int, reason: str) -> Message:
    """A report of a wrong quote for those who run the archive, naming who reports it."""
    words = messages.report(user, article, paragraph, reason)
    blocks = (
        context(messages.reported_by(mention(user))),
        section(bold(messages.where(article, paragraph), 500), plain(reason, 1500)),
    )
    return Message(fallback(words), blocks)


def help_message(asked: str = "") -> Message:
    """What can be asked, with an example for each way; first, what of ``/onrecord …`` was not understood."""
    puzzle = order(asked).puzzle
    blocks = (*([section(spoken(puzzle, 500))] if puzzle else []), header(messages.HELP_TEXT), *about())
    return Message(fallback(joined((puzzle, messages.HELP_TEXT), " ")), blocks)


def about() -> Iterator[Block]:
    """What the bot does, way by way."""
    yield section(plain(messages.ABOUT))
    yield section(*(f"{bold(way)}: {plain(how)}" for way, how in messages.CAN_DO))


def status_message(coverage: Coverage, freshness: Freshness, description: Description) -> Message:
    """What is on file, how fresh it is, and of which encoder the index is."""
    searched = messages.coverage_line(coverage)
    blocks = (
        header(messages.STATUS_TITLE),
        section(plain(searched), plain(messages.fresh(freshness, coverage.last))),
        *warning(freshness),
        context(
            plain(messages.on_file(description)),
            plain(messages.encoder(description), 300) if description.encoder else "",
        ),
    )
    return Message(fallback(f"{messages.STATUS_TITLE}: {searched}"), blocks)
