"""JSON lines, one article a line → Articles, without ever holding more than one line.

A record has an ``id`` that stays the same in every version and a ``text``. It may have ``version`` (1, 2, 3 …),
``published``, ``status`` (usable, withheld, canceled), ``embargoed_until``, ``title``, ``author``, ``source``,
``carriers``, ``provider``, ``language``, ``section``, ``url``, ``slug``, ``rights`` (who holds them), ``usage`` (what
they allow), ``expires``, ``note`` (to editors), ``correction`` (what was put right) and ``replaces`` (the id of the
article that this one took the place of). Fields with other names are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from embeddings.decoding import decoded
from embeddings.drafts import Draft, article_of
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.errors import UnreadableInput
from embeddings.fields import Fields, gaps, parse, status_of
from embeddings.news import Article, Status

MAX_LINE = 32_000_000
"""Bytes in one line: room for the longest article, every character of it escaped."""

_ZONED = re.compile(r"\d[T ]\d\d")
_EMBARGO = "embargoed_until"


def lines(stream: BinaryIO, *, place: str) -> Iterator[tuple[str, str | UnreadableInput]]:
    """Each line that says something, with its place; a line that is too long or not UTF-8 comes as an error."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        here = f"{place} line {number}"
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            _skip_line(stream)
            yield here, UnreadableInput(here, f"longer than {MAX_LINE:,} bytes: give each article a line of its own")
        elif line.strip():
            yield here, _decoded(line, here)


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
        pass


def _decoded(line: bytes, place: str) -> str | UnreadableInput:
    try:
        return decoded(line, place=place)
    except UnreadableInput as error:
        return error


def record(line: str, *, place: str) -> Mapping[str, object]:
    """The JSON object that a line holds."""
    value = parse(line.strip(), place=place)
    if not isinstance(value, dict):
        raise UnreadableInput(place, 'not a JSON object: write {"id": …, "text": …}')
    return value


def article(values: Mapping[str, object], *, place: str) -> Article:
    """The article that a record describes."""
    status = Fields(values, place).text("status")
    return article_of(_draft(Fields(values, place, gaps(status)), status))


def _draft(fields: Fields, status: str | None) -> Draft:
    _refuse_lookalikes(fields)
    return Draft(
        id=fields.text("id") or fields.refuse('no "id": give it an "id" that stays the same in every version'),
        text=_text(fields, status),
        place=fields.place,
        version=fields.number("version"),
        status=status,
        embargo=_embargo(fields),
        headline=fields.text("title"),
        byline=fields.text("author"),
        outlet=fields.text("source"),
        carriers=_carriers(fields),
        provider=fields.text("provider"),
        published=fields.moment("published"),
        language=fields.text("language"),
        section=fields.text("section"),
        url=_url(fields),
        rights=fields.text("rights"),
        usage=fields.text("usage"),
        note=fields.text("note"),
        expires=fields.instant("expires"),
        slug=fields.text("slug"),
        replaces=fields.text("replaces"),
        correction=fields.text("correction"),
        gaps=fields.gaps,
    )


def _refuse_lookalikes(fields: Fields) -> None:
    for name in fields.values:
        if "embargo" in name.lower() and name != _EMBARGO:
            fields.miss(name, f'"{name[:40]}" is not read, and an embargo must not be lost: call it "{_EMBARGO}"')


def _text(fields: Fields, status: str | None) -> str:
    text = fields.copy("text")
    if not text.strip() and status_of(status)[0] is Status.USABLE:
        fields.refuse('no "text": give it the "text" of the article')
    return text


def _embargo(fields: Fields) -> Embargo:
    """Until when; an embargo that is there but empty holds."""
    printed = fields.text(_EMBARGO)
    if printed is None:
        return declared(None) if fields.values.get(_EMBARGO) is not None else NONE
    if not _ZONED.search(printed):
        fields.miss(_EMBARGO, f'"{_EMBARGO}" has no hour: write it as 2026-09-30T14:00:00+02:00')
        return declared(printed)
    until = fields.instant(_EMBARGO)
    return Embargo(until=until) if until else declared(printed)


def _carriers(fields: Fields) -> tuple[str, ...]:
    names = fields.items("carriers")
    each = (Fields({"carriers": name}, fields.place, fields.gaps) for name in names if name)
    return tuple(one.text("carriers") or "" for one in each)


def _url(fields: Fields) -> str | None:
    url = fields.text("url")
    if url and not url.lower().startswith(("http://", "https://")):
        fields.miss("url", f'"url" is no web address ({url[:40]!a}): begin it with https:// or leave it out')
        return None
    return url
