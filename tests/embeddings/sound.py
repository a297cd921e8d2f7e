"""What every reading has to be, whatever it was read from; for the tests of hostile input and for the fuzzer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

from embeddings.errors import UnreadableInput
from embeddings.news import Article, Notice, Status
from embeddings.readers import read
from embeddings.readers.pieces import Piece, Reading

_UNFIT = re.compile("[\0\ud800-\udfff]")
_LINES = {"headline", "byline", "outlet", "provider", "language", "section", "slug", "take", "number", "replaces"}


def readings(source: Path | bytes, *, name: str = "a") -> list[Reading]:
    """All that is read from a file or from bytes, each of it sound."""
    found = list(read(Piece(data=source, name=name, place="the test") if isinstance(source, bytes) else source))
    for reading in found:
        check(reading)
    return found


def check(reading: object) -> None:
    """Raise AssertionError for what is no article that can be kept, no order, and no refusal in one line."""
    match reading:
        case Article():
            _check_article(reading)
        case Notice():
            assert reading.status in (Status.CANCELED, Status.WITHHELD), reading.status
            assert not any(map(_UNFIT.search, _texts(reading))), "an order that cannot be kept"
        case UnreadableInput():
            for said in (reading.place, reading.reason):
                assert said.strip(), "a refusal without a place or a reason"
                assert "\n" not in said, f"a refusal of more than one line: {said!a}"
                assert not _UNFIT.search(said), f"a refusal that cannot be printed: {said!a}"
        case _:
            raise AssertionError(f"no reading: {type(reading).__name__}")


def _check_article(article: Article) -> None:
    assert not any(map(_UNFIT.search, _texts(article))), "an article that cannot be kept"
    for name in _LINES:
        assert "\n" not in (getattr(article, name) or ""), f"{name} of more than one line"
    assert article.id.strip(), "no id"
    assert article.paragraphs or article.status is not Status.USABLE, "a usable article without a paragraph"
    end = 0
    for ordinal, paragraph in enumerate(article.paragraphs, start=1):
        words = paragraph.span.cut(article.text)
        assert paragraph.ordinal == ordinal, "ordinals that do not count from 1"
        assert end <= paragraph.start < paragraph.end <= len(article.text), f"paragraph {ordinal} out of place"
        assert words == words.strip(), f"paragraph {ordinal} with white space around it"
        end = paragraph.end
    if article.dateline:
        assert 0 <= article.dateline.span.start <= article.dateline.span.end <= len(article.text), (
            "dateline out of place"
        )
    assert article.fingerprint


def _texts(reading: Article | Notice) -> Iterator[str]:
    """Every text in it."""
    for field in fields(reading):
        value = getattr(reading, field.name)
        if isinstance(value, str):
            yield value
        elif field.name == "carriers":
            yield from value
        elif field.name == "dateline" and value:
            yield from (part for part in astuple(value) if isinstance(part, str))
