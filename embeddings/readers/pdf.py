"""A PDF with a text layer → Article: its text only, in paragraphs, and what it says of itself.

Lines become paragraphs again where one is short and ends as a sentence does, and at headings; hyphens stay unless the
same document has the word without one. ``pdf_text`` does the reading, in a process that has limits.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from embeddings.advisories import embargo_line
from embeddings.datelines import opening
from embeddings.drafts import Draft, article_of
from embeddings.errors import UnreadableInput
from embeddings.news import Article, Moment, day_of
from embeddings.readers.pieces import Piece, Reading
from embeddings.readers.wraps import unwrapped

MAX_PDF = 50_000_000
"""Bytes in one PDF."""
SECONDS = 60
"""How long one may take, a slow machine included; the program itself stops earlier."""

_PROGRAM = Path(__file__).with_name("pdf_text.py")
_MARK = b"%PDF-"
_TIME = re.compile(r"(?:D:)?(?P<digits>\d{8,14})(?P<zone>Z|[+-]\d\d'?\d\d)?")
_NO_TITLE = re.compile(
    r"untitled|microsoft (?:word|powerpoint)|.*\.(?:docx?|pdf|indd|odt|rtf|qxd|tmp)\Z|\d*\Z", re.IGNORECASE
)
_FOLIO = re.compile(r"[-–— ]*(?:page )?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?[-–— ]*\Z", re.IGNORECASE)
_ENDED = re.compile(r"[.!?…:][\"'”’»)\]]*\Z")
_BROKEN = re.compile(r"(?<!\w)([^\W\d_]{1,40})-\n([^\W\d_]{1,40})(?!\w)")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_FULL, _SHORT = 0.85, 0.6
"""Shares of the widest lines that a line in the middle of a paragraph reaches, and that a heading does not."""


def is_message(data: bytes) -> bool:
    """Whether bytes begin as a PDF does."""
    return data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t\0").startswith(_MARK)


def read(piece: Piece) -> Iterator[Reading]:
    """The article that a PDF holds."""
    try:
        yield _article(_extracted(piece), piece)
    except UnreadableInput as error:
        yield error


def _extracted(piece: Piece) -> Mapping[str, object]:
    if len(piece.data) > MAX_PDF:
        raise UnreadableInput(piece.place, f"over {MAX_PDF:,} bytes: save it without its pictures")
    command = [sys.executable, "-I", "-W", "ignore", str(_PROGRAM)]
    try:
        done = subprocess.run(command, input=piece.data, capture_output=True, timeout=SECONDS, check=False)
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise UnreadableInput(piece.place, "a PDF that takes too long to read: save its text as .txt") from error
    if "refused" in answer:
        raise UnreadableInput(piece.place, str(answer["refused"]))
    return dict(answer)


def _article(said: Mapping[str, object], piece: Piece) -> Article:
    pages = said["pages"]
    text = _text(pages if isinstance(pages, list) else [])
    if not text.strip():
        raise UnreadableInput(piece.place, "pictures of pages without text in them: run it through OCR, then send that")
    made = _time(str(said["modified"])) or _time(str(said["created"]))
    title, author = (" ".join(_CONTROLS.sub("", str(said[name])).split()) for name in ("title", "author"))
    return article_of(
        Draft(
            id=piece.name,
            text=text,
            place=piece.place,
            created=made or piece.at,
            published=_filed(text, _time(str(said["created"])) or piece.at),
            headline=None if _NO_TITLE.match(title) else title,
            byline=author or None,
            url=piece.url,
            note=embargo_line(title, text),
        )
    )


def _filed(text: str, made: datetime | None) -> Moment | None:
    """The dateline's day before the file's, which only says when it was made."""
    dateline = opening(text, near=day_of(made)).dateline
    return (dateline.day if dateline else None) or made


def _time(printed: str) -> datetime | None:
    found = _TIME.match(printed)
    if not found:
        return None
    zone = (found["zone"] or "Z").replace("'", "").replace("Z", "+0000")
    digits = found["digits"].ljust(14, "0") if len(found["digits"]) % 2 == 0 else found["digits"][:8] + "000000"
    try:
        when = datetime.strptime(digits + zone, "%Y%m%d%H%M%S%z")
        return when if when.astimezone(UTC) else None
    except (ValueError, OverflowError):
        return None


def _text(pages: Sequence[str]) -> str:
    printed = [line for page in pages for line in _page(_CONTROLS.sub("", str(page).translate(_LIGATURES)))]
    whole = "\n".join(printed)
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", whole)}
    found = _BROKEN.sub(lambda broken: _mended(broken, words), whole).split("\n")
    return "\n\n".join(_paragraphs(found))


def _page(page: str) -> list[str]:
    """The lines of a page without its number; the last may go on over the page."""
    found = [line.strip() for line in page.strip().split("\n")]
    if found and _FOLIO.match(found[-1][:40]):
        found.pop()
    return found


def _mended(broken: re.Match[str], words: set[str]) -> str:
    """A word without its hyphen where the document has it whole elsewhere."""
    whole = broken[1] + broken[2]
    return f"{whole}\n" if broken[2].islower() and whole.casefold() in words else broken[0]


def _paragraphs(found: Sequence[str]) -> Iterator[str]:
    widths = sorted(map(len, filter(None, found)))
    full = widths[len(widths) * 9 // 10] if widths else 0
    paragraph: list[str] = []
    for line, following in zip(found, [*found[1:], ""], strict=True):
        if line:
            paragraph.append(line)
        if paragraph and (not line or _ends(line, following, full)):
            yield unwrapped(paragraph)
            paragraph = []
    if paragraph:
        yield unwrapped(paragraph)


def _ends(line: str, following: str, full: int) -> bool:
    if len(line) < full * _FULL and _ENDED.search(line[-12:]):
        return True
    return len(line) < full * _SHORT and not following[:1].islower()
