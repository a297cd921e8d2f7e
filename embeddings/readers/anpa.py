"""ANPA 1312, as AP's wires have it: SYN SYN SOH, a header, STX, copy with typesetting marks, ETX, EOT → Articles.

The words on file are the wire's: ``two backticks'' for quotation marks, "_" for a dash and "{" for a half stay. What
goes is what a typesetter was told: control characters (those that set a space become one), "^" before and "<", "="
or ">" after a line, rules ("___"), and the line breaks inside a paragraph; in a table each row stays a line.

The heading's fields leave the copy: the slug line, the headline (the first line that is nothing else), "By …" and
whom the writer works for, notes to editors, the list of photos, and a summary. ``takes`` tells what the id is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from embeddings.advisories import embargo_line
from embeddings.decoding import decoded
from embeddings.drafts import Draft, article_of, lines
from embeddings.errors import UnreadableInput
from embeddings.news import Article
from embeddings.readers.pieces import Piece, Reading
from embeddings.readers.wraps import unwrapped
from embeddings.takes import story_id, version_of

MAX_FILE = 50_000_000
"""Bytes in one file of messages."""

_START = re.compile(rb"\x01[A-Za-z](?P<number>\d{3,4})\x1f")
_BEGINNING = re.compile(rb"[\s\0\x16\x7f]{0,64}" + _START.pattern)
_KEYWORDS = re.compile(
    r"(?P<priority>[a-z]) (?P<category>[a-z])[\x13\x14](?P<format>[\x11\x12]) ?(?P<slug>\S+)"
    r"(?: +(?P<take>\S[^\r\n]*?))? +(?P<month>\d{1,2})-(?P<day>\d{1,2})(?: +\d+)?\s*\Z",
    re.IGNORECASE,
)
_TABLE = "\x12"
_SIGNATURE = re.compile(r"\s*(?P<provider>[A-Za-z]{2,10})-\S{1,10}-(?P<day>\d\d-\d\d-\d\d \d{4})GMT")
_CYCLE = re.compile(r"(?:BC|AM|PM|AP)-", re.IGNORECASE)
_SLUG_LINE = re.compile(
    r"(?:BC|AM|PM|AP)-(?P<slug>[^,<]{1,100}?)(?:, *(?P<take>[^,<]*[^\W\d_][^,<]*?))?(?:, *\d*)? *\Z", re.IGNORECASE
)
_LONGEST = 200
"""Characters of a slug line."""
_ROUTING = re.compile(r"\A\s*\^?\*\d+< *")
_SPACES = re.compile(r"[\x08\x10\x1e\x1f]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]")
_BREAK = re.compile(r"\r\n|\r|\n")
_INDENTED = re.compile(r"\t|  ")
_RULE = re.compile(r"\s*_{3,}\s*[<=>]?\s*\Z")
_PHOTOS = re.compile(r"AP (?:Photo|Video|Graphic|Audio)", re.IGNORECASE)
_NOTE = re.compile(r"(?P<open>\(?)(?:Eds?|Editors?):\s*|EDITOR[’']?S[’']? NOTE[\W_]*", re.IGNORECASE)
_BYLINE = re.compile(r"By\s+[^\W\d_]", re.IGNORECASE)
_EMPLOYER = re.compile(r"(?:The )?Associated Press\Z|.{0,40}\b(?:Writer|Editor|Correspondent|Press|Service)s?\Z")
_SECTIONS = {
    "a": "domestic",
    "e": "entertainment",
    "f": "financial",
    "i": "international",
    "l": "lifestyle",
    "p": "politics",
    "s": "sports",
    "w": "Washington",
}
_NO_END = "The message has no end (ETX): it may be cut short."


def is_message(data: bytes) -> bool:
    """Whether bytes begin as a message of ANPA 1312 does."""
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
        name = piece.name if len(starts) == 1 else f"{piece.name}#{count}"
        try:
            message = decoded(piece.data[start.end() : end], place=place, western=True)
            yield _article(message, start["number"].decode(), Piece(data=b"", name=name, place=place, at=piece.at))
        except UnreadableInput as error:
            yield error


@dataclass(slots=True)
class _Heading:
    """The fields before the copy, and those of its lines that are copy after all."""

    slug: str | None = None
    take: str | None = None
    headline: str | None = None
    byline: str | None = None
    notes: list[str] = field(default_factory=list)
    copy: list[str] = field(default_factory=list)


def _article(message: str, number: str, piece: Piece) -> Article:
    header, _, rest = message.partition("\x02")
    content, end, trailer = rest.partition("\x03")
    keywords = next(filter(None, (_KEYWORDS.match(line[:200]) for line in _BREAK.split(header)[:4])), None)
    signature = _SIGNATURE.match(trailer[:80])
    created = _moment(signature["day"]) if signature else None
    provider = signature["provider"].upper() if signature else None
    table = keywords is not None and keywords["format"] == _TABLE
    heading, text = _parts(re.split(r"[\x04\x0c]", content, maxsplit=1)[0], table=table)
    slug = heading.slug or (_CYCLE.sub("", keywords["slug"], count=1) if keywords else None)
    take = (keywords["take"] if keywords else None) or heading.take
    day = _day(keywords, created or piece.at) if keywords else None
    return article_of(
        Draft(
            number=number,
            id=story_id(provider or "anpa", day, slug, take=take, number=number if created else piece.name),
            text=text,
            place=piece.place,
            version=version_of(take),
            created=created,
            headline=heading.headline,
            byline=heading.byline,
            outlet=provider,
            provider=provider,
            published=created or day,
            section=_SECTIONS.get(keywords["category"].lower()) if keywords else None,
            note=lines(*heading.notes, embargo_line(heading.headline, text), None if end else _NO_END),
            slug=slug,
            take=take,
        )
    )


def _moment(printed: str) -> datetime | None:
    try:
        return datetime.strptime(printed, "%m-%d-%y %H%M").replace(tzinfo=UTC)
    except ValueError:
        return None


def _day(keywords: re.Match[str], near: datetime | None) -> date | None:
    """The header's day; its year is the one that brings it nearest to when the message was sent."""
    if near is None:
        return None
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(date(year, int(keywords["month"]), int(keywords["day"])))
        except ValueError:
            continue
    return min(days, key=lambda day: abs(day - near.date()), default=None)


def _parts(content: str, *, table: bool) -> tuple[_Heading, str]:
    printed = _CONTROLS.sub("", _SPACES.sub(" ", content))
    found = _BREAK.split(_ROUTING.sub("", printed, count=1))
    body = next((i for i, line in enumerate(found) if not line.startswith("^") and _opens(found, i)), len(found))
    heading = _heading(_fields(found[:body]))
    blocks = _rows(heading.copy + found[body:]) if table else _prose(heading.copy + found[body:])
    return heading, "\n\n".join(blocks)


def _opens(found: Sequence[str], at: int) -> bool:
    """Whether a line without "^" is the first of the copy, not the rest of a field that was wrapped, nor blank."""
    if not found[at].strip():
        return False
    return at == 0 or found[at - 1].rstrip().endswith(("<", "=", ">")) or bool(_INDENTED.match(found[at]))


def _fields(found: Sequence[str]) -> Iterator[str]:
    """The heading's lines, each whole, with the mark at its end."""
    field_lines: list[str] = []
    for line in found:
        if line.startswith("^") and field_lines:
            yield unwrapped(field_lines)
            field_lines = []
        field_lines.append(line)
    if field_lines:
        yield unwrapped(field_lines)


def _heading(printed: Iterator[str]) -> _Heading:
    heading, before = _Heading(), ""
    for line in printed:
        words = _unmarked(line)
        first = heading.slug is None and heading.headline is None and len(words) < _LONGEST
        slug = _SLUG_LINE.match(words) if first else None
        if slug:
            heading.slug, heading.take = slug["slug"].strip(), slug["take"]
        elif note := _NOTE.match(words):
            heading.notes.append((note["open"] or "") + words[note.end() :])
        elif not _is_taken(heading, words, before) and not line.endswith("<"):
            heading.copy.append(line)
        before = words
    return heading


def _is_taken(heading: _Heading, words: str, before: str) -> bool:
    """Whether a line is the byline or the headline, which it becomes, or a field that no article has."""
    if _BYLINE.match(words) and heading.byline is None:
        heading.byline = words
        return True
    if not words or _PHOTOS.match(words) or (before == heading.byline and _EMPLOYER.match(words)):
        return True
    if heading.headline is None:
        heading.headline = words
        return True
    return False


def _unmarked(line: str) -> str:
    words = line.strip().removeprefix("^").strip()
    return words[:-1].rstrip() if words.endswith(("<", "=", ">")) else words


def _words(line: str) -> str:
    """A line of the copy without its marks; only a centred line, begun by "^", ends in "=" or ">"."""
    words = line.strip()
    return _unmarked(words) if words.startswith("^") else words.removesuffix("<").rstrip()


def _prose(found: Sequence[str]) -> Iterator[str]:
    """Paragraphs, which begin after a blank line, with an indent or with "^"."""
    paragraph: list[str] = []
    for line in [*found, ""]:
        if paragraph and (_parts_copy(line) or _INDENTED.match(line)):
            yield unwrapped(paragraph)
            paragraph = []
        if line.strip() and not _RULE.match(line):
            paragraph.append(_words(line))


def _parts_copy(line: str) -> bool:
    return not line.strip() or line.startswith("^") or _RULE.match(line) is not None


def _rows(found: Sequence[str]) -> Iterator[str]:
    """The parts of a table, a row a line; a part begins after a blank line or a rule, and with a centred line."""
    rows: list[str] = []
    for line in [*found, ""]:
        if rows and _parts_copy(line):
            yield "\n".join(rows)
            rows = []
        if line.strip() and not _RULE.match(line):
            rows.append(re.sub(r" {2,}", " ", _words(line)))
