"""WARC and ARC files of a crawler, unpacked → the pages that were answered, one after the other.

Of everything that a crawler brings home only whole web pages are handed on. A record that is broken is passed over to
the next one that begins like a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from embeddings.errors import UnreadableInput
from embeddings.fields import moment
from embeddings.readers.pieces import Piece

MAX_PAGE = 5_000_000
"""Bytes in a page as it is shown."""
MAX_RECORD = 32_000_000
"""Bytes in a record, as they were sent."""

_MAX_LINE = 1 << 16
_MAX_LINES = 10_000
_BLOCK = 1 << 16
_ARC_BEGINNING = re.compile(rb"(?:https?|filedesc|dns):\S+ \S+ \d{14} \S+ \d+\s*\Z")
_LENGTH = re.compile(r"\s*\d{1,15}\s*\Z")
_PAGES = ("text/html", "application/xhtml+xml")
_FAULTS = (ArchiveLoadFailed, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What the library lets out on records that are not as they should be."""


def pieces(stream: BinaryIO, *, place: str) -> Iterator[Piece | UnreadableInput]:
    """The pages that a crawl holds, each as it was sent."""
    found = False
    for piece in _readable(_Reader(stream), place):
        found = True
        yield piece
    if not found:
        yield UnreadableInput(place, "a crawl without a web page in it: crawl the stories themselves")


def _readable(reader: _Reader, place: str) -> Iterator[Piece | UnreadableInput]:
    """The pages, with an error for each record that is broken."""
    line: bytes | None = b""
    while line is not None:
        try:
            yield from _pages(reader, line or None, place)
            return
        except UnreadableInput as error:
            yield error
            return
        except _FAULTS as error:
            yield UnreadableInput(place, f"a broken record ({_told(error)}), passed over: crawl its page again")
        line = reader.next_beginning()


def _told(error: Exception) -> str:
    # What stands after a colon is a piece of the file.
    return " ".join(str(error).partition(":")[0].split())[:80] or type(error).__name__


def _pages(reader: _Reader, line: bytes | None, place: str) -> Iterator[Piece | UnreadableInput]:
    iterator = ArchiveIterator(reader.stream, arc2warc=True)
    iterator.reader, iterator.next_line = reader, line
    for record in iterator:
        if not _LENGTH.match(str(record.rec_headers.get_header("Content-Length"))):
            raise ArchiveLoadFailed("a record that does not say how long it is")
        if _is_page(record):
            yield _piece(record, place)


def _is_page(record: ArcWarcRecord) -> bool:
    """Whether a record is a web page that was answered, and not one that a server made up about an error."""
    if record.rec_type not in ("response", "resource"):
        return False
    if record.http_headers and not record.http_headers.get_statuscode().startswith("2"):
        return False
    return (_media(record) or "").partition(";")[0].strip().lower() in _PAGES


def _media(record: ArcWarcRecord) -> str | None:
    found = record.http_headers.get_header("Content-Type") if record.http_headers else record.content_type
    return found if isinstance(found, str) else None


def _piece(record: ArcWarcRecord, place: str) -> Piece | UnreadableInput:
    url = str(record.rec_headers.get_header("WARC-Target-URI") or "")
    here = f"{place}, {url[:200] or 'a page without an address'}"
    if record.rec_headers.get_header("WARC-Truncated"):
        return UnreadableInput(here, "cut off when it was crawled: crawl it again")
    if (record.length or 0) > MAX_RECORD:
        return UnreadableInput(here, f"a page of over {MAX_RECORD:,} bytes: give the story alone")
    content = record.content_stream()
    data = bytearray()
    while len(data) <= MAX_PAGE and (block := content.read(_BLOCK)):
        data += block
    if len(data) > MAX_PAGE:
        return UnreadableInput(here, f"a page of over {MAX_PAGE:,} bytes: give the story alone")
    if not data:
        return UnreadableInput(here, "an empty page, or one whose parts are damaged: crawl it again")
    at = _fetched(record.rec_headers.get_header("WARC-Date"))
    return Piece(data=bytes(data), name=url or here, place=here, url=url or None, at=at, media=_media(record))


def _fetched(said: object) -> datetime | None:
    try:
        found = moment(str(said))
    except ValueError:
        return None
    return found if isinstance(found, datetime) else None


class _Reader(BufferedReader):  # type: ignore[misc]  # the library has no types
    """The library's reader, which reads no line without an end and no header without one."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._lines = 0

    def read(self, length: int | None = None) -> bytes:
        """The next bytes."""
        self._lines = 0
        return bytes(super().read(length))

    def readline(self, length: int | None = None) -> bytes:
        """The next line."""
        line = bytes(super().readline(min(length or _MAX_LINE, _MAX_LINE)))
        self._lines += 1
        if self._lines > _MAX_LINES or (len(line) >= _MAX_LINE // 2 and not line.endswith(b"\n")):
            raise ArchiveLoadFailed("a header without an end")
        return line

    def next_beginning(self) -> bytes | None:
        """The line that the next record begins with; None at the end, or where nothing more can be read."""
        self._lines = 0
        try:
            while line := super().readline(_MAX_LINE):
                if line.startswith(b"WARC/") or _ARC_BEGINNING.match(line):
                    return bytes(line)
        except (ArchiveLoadFailed, UnreadableInput):
            return None
        return None
