"""A plain text file, with or without a header date, carriers and a dateline → Article."""

from __future__ import annotations

import re
from datetime import date

from embeddings.datelines import opening
from embeddings.decoding import accepted
from embeddings.drafts import Draft, article_of
from embeddings.errors import UnreadableInput
from embeddings.news import Article

_HEADER = re.compile(r"\s*date (?P<day>\d{4}-\d{2}-\d{2})(?:\s+|\Z)")


def article(content: str, *, article_id: str, place: str) -> Article:
    """The article that a text file holds; its text is all that follows the header date, exactly as on file."""
    header = _HEADER.match(content)
    filed = _filed(header, place) if header else None
    text = accepted(content[header.end() :] if header else content, place=place)
    if not text.strip():
        raise UnreadableInput(place, "no words in it: remove it or put the story in")
    dateline = opening(text, near=filed).dateline
    named = accepted(article_id, place=f"{place!a}, its name")
    return article_of(Draft(id=named, text=text, place=place, published=(dateline.day if dateline else None) or filed))


def _filed(header: re.Match[str], place: str) -> date:
    printed = header.group("day")
    try:
        return date.fromisoformat(printed)
    except ValueError as error:
        raise UnreadableInput(place, f"the header says {printed}, which is no day: correct it") from error
