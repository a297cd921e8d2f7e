"""What has to be known before words are used: that they are under embargo, corrected or outdated, and their rights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot import messages
from bot.blocks import Block
from bot.blocks.parts import Element, bold, context, joined, line, plain, section, text
from embeddings import Article

_USAGE, _IN_FULL = 160, 900


def embargo(words: str) -> Iterator[Element]:
    """The sign that exact words are under embargo, to stand above them; none for none."""
    if words:
        yield line(text(words, "bold"))


def terms(article: Article, at: datetime) -> list[str]:
    """Beside words, that their article was corrected or is outdated, and what its provider allows; as markup."""
    said = joined(map(bold, filter(None, (messages.corrected(article), messages.outdated(article, at)))))
    return [said, plain(messages.usage(article) or "", _USAGE)]


def terms_in_full(article: Article, at: datetime, *, limit: int = _IN_FULL) -> list[str]:
    """The same with the provider's own words, who holds the rights, or that nobody knows; a line of markup each."""
    corrected = joined((bold(messages.corrected(article) or ""), plain(article.correction or "", limit)), ": ")
    known = [plain(words, limit) for words in (messages.usage(article), messages.rights(article)) if words]
    return [corrected, bold(messages.outdated(article, at) or ""), *(known or [bold(messages.RIGHTS_UNKNOWN)])]


def standing(article: Article, at: datetime) -> Block:
    """The same as a block."""
    return section(*terms_in_full(article, at))


def unknown_rights(articles: Sequence[Article | None], *, first: int = 1) -> Iterator[Block]:
    """Which of the articles of a message nobody knows the rights of; None is for a place without words."""
    unknown = [
        number for number, article in enumerate(articles, first) if article and not (article.rights or article.usage)
    ]
    if unknown:
        yield context(bold(messages.unknown_rights(unknown if len(articles) > 1 else [])))
