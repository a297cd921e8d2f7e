"""IPTC 7901, as dpa's wires have it: SOH, a header, the slug, STX, the heading up to "=", the copy, ETX → Articles.

The words on file are the wire's; only control characters go, and the line breaks inside a paragraph. What a desk adds
for other desks is no copy: the notebook (what it says to editors becomes the note), what is "not intended for
publication", and the desk's initials at the end. ``takes`` tells what the id is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from embeddings.advisories import embargo_line
from embeddings.decoding import decoded
from embeddings.drafts import Draft, article_of, lines
from embeddings.errors import UnreadableInput
from embeddings.news import Article
from embeddings.readers.pieces import Piece, Reading
from embeddings.readers.wraps import unwrapped
from embeddings.takes import is_order, is_take, story_id, version_of

MAX_FILE = 50_000_000
"""Bytes in one file of messages."""

_START = re.compile(
    rb"\x01(?P<service>[A-Za-z]{2,4})(?P<number>\d{3,4}) (?P<priority>\d) (?P<category>[A-Za-z]{1,3}) +\d{1,6}"
    rb"(?: +(?P<provider>[A-Za-z][A-Za-z.-]{1,20})(?: +(?P<item>\d{1,6}))?)?[ \t]*\r*\n"
)
_BEGINNING = re.compile(rb"[\s\0\x16\x7f]{0,64}" + _START.pattern)
_END = re.compile(r"\x03|^[ \t]*NNNN[ \t\r]*$", re.MULTILINE)
_SENT = re.compile(r"\s*(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?: GMT)? (?P<month>[A-Za-z]{3}) (?P<year>\d\d)\b")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_HEADING = 12
"""Lines that a heading has at most."""
_BYLINE = re.compile(r"(?:By|Von|Par|Por)\s+[^\W\d_]")
_APPENDIX = re.compile(r"# ?(?:Notebook|Notizblock|Service)\b|\* \* \* \*", re.IGNORECASE)
_UNPUBLISHED = re.compile(r"\* \* \* \*")
_TO_EDITORS = re.compile(
    r"##? ?(?:note|notes|hinweis|refile|correct|korrektur|berichtig|embargo|sperrfrist)", re.IGNORECASE
)
_INITIALS = re.compile(r"[a-z-]{2,8}(?: [a-z]{2,4}){1,8}\Z")
_SECTIONS = {"i": "international", "s": "sports"}
_NO_END = "The message has no end (ETX or NNNN): it may be cut short."


def is_message(data: bytes) -> bool:
    """Whether bytes begin as a message of IPTC 7901 does."""
    return _BEGINNING.match(data) is not None


def read(piece: Piece) -> Iterator[Reading]:
    """An article for every message in a file."""
    if len(piece.data) > MAX_FILE:
        yield UnreadableInput(piece.place, f"over {MAX_FILE:,} bytes: give each day a file of its own")
        return
    starts = list(_START.finditer(piece.data))
    ends = [start.start() for start in starts[1:]] + [len(piece.data)]
    for count, (start, end) in enumerate(zip(starts, ends, strict=False), start=1):
        place = piece.place if len(starts) == 1 else f"{piece.place} message {count}"
        try:
            message = decoded(piece.data[start.end() : end], place=place, western=True)
            yield _article(message, {name: (said or b"").decode() for name, said in start.groupdict().items()}, place)
        except UnreadableInput as error:
            yield error


def _article(message: str, header: dict[str, str], place: str) -> Article:
    end = _END.search(message)
    content, trailer = (message[: end.start()], message[end.end() :]) if end else (message, "")
    before, _, copy = content.partition("\x02") if "\x02" in content else ("", "", content)
    slug = next((line.strip(" /") for line in _printed(before) if line.strip(" /")), None)
    takes, headline, byline, body = _headed(_printed(copy))
    created = _sent(trailer)
    provider = header["provider"].partition("-")[0] or header["service"]
    text, appendix = _parted(body, provider)
    take = " ".join(takes) or None
    number = header["item"] or f"{header['service']}{header['number']}"
    return article_of(
        Draft(
            number=number,
            id=story_id(provider, created.date() if created else None, slug, take=take, number=number),
            text=text,
            place=place,
            version=version_of(take),
            created=created,
            headline=headline,
            byline=byline,
            outlet=provider if header["provider"] else None,
            provider=provider,
            published=created,
            section=_SECTIONS.get(header["category"].lower()),
            rights=lines(*(line for line in appendix if line.startswith(("(c)", "©")))),
            note=lines(*appendix, embargo_line(headline, text), None if end else _NO_END),
            slug=slug,
            take=take,
        )
    )


def _printed(content: str) -> list[str]:
    return _CONTROLS.sub("", content.replace("\r\n", "\n")).split("\n")


def _sent(trailer: str) -> datetime | None:
    found = _SENT.match(trailer[:80])
    if found is None or found["month"].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(found["month"].lower()) + 1
    day, hour, minute = (int(found[name]) for name in ("day", "hour", "minute"))
    try:
        return datetime(2000 + int(found["year"]), month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None


def _headed(printed: Sequence[str]) -> tuple[list[str], str | None, str | None, Sequence[str]]:
    """What the version is called, the headline, the byline, and the lines of the copy."""
    last = next((i for i, line in enumerate(printed[:_HEADING]) if line.rstrip().endswith("=")), None)
    if last is None:
        return [], None, None, printed
    heading = [line.rstrip(" =").strip() for line in printed[: last + 1]]
    byline = next((line for line in heading[1:] if _BYLINE.match(line)), None)
    heading = [line for line in heading if line and line != byline]
    takes: list[str] = []
    while heading and is_take(heading[0]) and (len(heading) > 1 or is_order(heading[0])):
        takes.append(heading.pop(0).strip("'´` "))
    return [take.strip("()") for take in takes], unwrapped(heading) or None, byline, printed[last + 1 :]


def _parted(body: Sequence[str], provider: str) -> tuple[str, list[str]]:
    """The copy, and what its desk has to say to editors."""
    last = next((i for i, line in enumerate(body) if _APPENDIX.match(line)), len(body))
    blocks = list(_blocks(body[:last]))
    if len(blocks) > 1 and _INITIALS.match(blocks[-1]) and blocks[-1].startswith(provider.lower()):
        blocks.pop()
    return "\n\n".join(blocks), list(_told(body[last:]))


def _blocks(body: Sequence[str]) -> Iterator[str]:
    paragraph: list[str] = []
    for line in [*body, ""]:
        if line.strip():
            paragraph.append(line)
        elif paragraph:
            yield unwrapped(paragraph)
            paragraph = []


def _told(appendix: Sequence[str]) -> Iterator[str]:
    """The items below the headings of a notebook that speak to editors, before what is not for publication."""
    speaks, item = False, list[str]()
    for line in [*appendix, "#"]:
        if _UNPUBLISHED.match(line):
            break
        if line.startswith(("#", "- ")) and item:
            yield unwrapped(item)
            item = []
        if line.startswith("#"):
            speaks = _TO_EDITORS.match(line) is not None
        elif speaks and line.strip():
            item.append(line.removeprefix("- "))
    if item:
        yield unwrapped(item)
