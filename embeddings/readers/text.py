"""A plain text file, with or without a header date, carriers and a dateline → Article."""

from __future__ import annotations

import re
from datetime import date

from embeddings.datelines import opening
from embeddings.decoding import accepted
from embeddings.errors import UnreadableInput
from embeddings.news import Article
from embeddings.paragraphs import paragraphs

_HEADER = re.compile(r"\s*date (?P<day>\d{4}-\d{2}-\d{2})(?:\s+|\Z)")


def article(content: str, *, article_id: str, place: str) -> Article:
    """The article that a text file holds; its text is all that follows the header date, exactly as on file."""
    header = _HEADER.match(content)
    filed = _filed(header, place) if header else None
    text = accepted(content[header.end() :] if header else content, place=place)
    if not text.strip():
        raise UnreadableInput(place, "no words in it: remove it or put the story in")
    start = opening(text, near=filed)
    dateline = start.dateline
    return Article(
        id=accepted(article_id, place=f"{place!a}, its name"),
        text=text,
        paragraphs=paragraphs(text),
        dateline=dateline,
        outlet=(dateline.agency if dateline else None) or start.source,
        carriers=start.carriers,
        published=(dateline.day if dateline else None) or filed,
        origin=place,
    )


def _filed(header: re.Match[str], place: str) -> date:
    printed = header.group("day")
    try:
        return date.fromisoformat(printed)
    except ValueError as error:
        raise UnreadableInput(place, f"the header says {printed}, which is no day: correct it") from error
