"""Short messages: a word to somebody, why something failed, help, and what the archive holds."""

from __future__ import annotations

from collections.abc import Iterator

from bot import messages
from bot.blocks import Block, Message
from bot.blocks.frame import fresh, warning
from bot.blocks.parts import (
    blank,
    code,
    context,
    cut,
    fallback,
    header,
    joined,
    line,
    mention,
    plain,
    rich,
    section,
    sentence,
    text,
    timed,
)
from bot.orders import order
from bot.talk import Freshness
from embeddings import Coverage, Description


def notice(words: str) -> Message:
    """A plain word to somebody; nothing in it links, pings or formats, and only what is to be typed stands out."""
    return _said(words)


def failure(reference: str, reason: str = messages.OUR_FAULT) -> Message:
    """Why no answer came, with the reference that is in the log."""
    return _said(messages.failure(reference, cut(messages.ended(reason), _ROOM // 2)), sign=_WARNING)


def refused(words: str) -> Message:
    """Why this person may not have this here."""
    return _said(words, sign=_LOCK)


def _said(words: str, *, sign: str = "") -> Message:
    lines = cut(messages.ended(words.strip()), _ROOM).splitlines()
    told = [sentence(one, _ROOM) for one in lines if not blank(one)] or [sentence("")]
    first = [text(sign)] if sign else []
    return Message(_heard(words), (rich(line(*first, *told[0]), *(line(*one) for one in told[1:])),))


def _heard(words: str) -> str:
    """What notifications read, where nothing can be set apart."""
    return fallback(messages.ended(words.strip()).replace("`", ""))


_ROOM = 3000
_WARNING, _LOCK = "\N{WARNING SIGN}\ufe0f ", "\N{LOCK} "


def report_message(user: str, article: str, paragraph: int, reason: str) -> Message:
    """A report of a wrong quote for those who run the archive, naming who reports it."""
    where = messages.where(article.replace("`", "ˋ"), paragraph)
    blocks = (
        context(messages.reported_by(mention(user))),
        rich(line(*sentence(where, 500, "bold")), line(*sentence(reason.replace("`", "ˋ"), 1500))),
    )
    return Message(_heard(messages.report(user, article, paragraph, reason)), blocks)


def help_message(asked: str = "") -> Message:
    """What can be asked, with an example for each way; first, what of ``/onrecord …`` was not understood."""
    puzzle = order(asked).puzzle
    unread = [rich(line(*sentence(puzzle, 500)))] if puzzle else []
    return Message(_heard(joined((puzzle, messages.HELP_TEXT), " ")), (*unread, header(messages.HELP_TEXT), *about()))


def about() -> Iterator[Block]:
    """What the bot does, way by way."""
    yield section(plain(messages.ABOUT))
    yield rich(*(line(text(f"{way}: ", "bold"), *sentence(how)) for way, how in messages.CAN_DO))


def status_message(
    coverage: Coverage, freshness: Freshness, description: Description, *, counted: bool = True
) -> Message:
    """What is on file, how fresh it is, and of which encoder the index is; if ``counted``, all that there is."""
    searched = messages.coverage_line(coverage)
    holds = (
        plain(messages.on_file(description)) if counted else "",
        _encoder(description) if description.encoder else "",
    )
    blocks = (
        header(messages.STATUS_TITLE),
        section(plain(searched), fresh(freshness, coverage.last)),
        *warning(freshness),
        *([context(*holds)] if any(holds) else []),
    )
    return Message(fallback(f"{messages.STATUS_TITLE}: {searched}"), blocks)


def _encoder(description: Description) -> str:
    name = code(description.encoder or "", 200)
    written = timed(plain(messages.written(description)), description.last_write)
    return messages.encoder(name, written)
