"""Bytes of any kind → Articles: what they are is known by what is in them, never by a name.

Containers come first and are opened one inside the other once; then what is bytes, what is markup, what is JSON; what
is left is plain text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from embeddings.decoding import MAX_TEXT, decoded, foreign, is_wide, root_element
from embeddings.errors import UnreadableInput
from embeddings.fields import parse
from embeddings.readers import (
    anpa,
    archives,
    feeds,
    html,
    iptc7901,
    items,
    jsonl,
    mail,
    newsml1,
    newsml_g2,
    nitf,
    pdf,
    ritzau,
    sitemap,
    text,
    warc,
    wenn,
)
from embeddings.readers.archives import HEAD, Allowance
from embeddings.readers.pieces import Piece, Reading
from embeddings.readers.tree import name_of, parsed

MAX_FILE = 200_000_000
"""Bytes in a file that must be read whole; JSON lines may be of any size."""
MAX_MARKUP = feeds.MAX_FEED
MAX_JSON = 32_000_000
"""Bytes in one JSON value: read, it takes up to thirty times as many."""
MAX_DEPTH = 2
"""Containers inside one another: an archive of archives, and no further."""

_TOO_DEEP = "packed inside too many others: unpack it first"
_BYTES_A_CHARACTER = 4
_MAX_COPY = MAX_TEXT * _BYTES_A_CHARACTER + HEAD
_MESSAGES = (mail, pdf, anpa, iptc7901)
_DOCUMENTS = (newsml_g2, nitf, newsml1, sitemap, ritzau, wenn)
_ROOTS = frozenset("nitf newsml newsitem newsmessage packageitem knowledgeitem rbnews urlset sitemapindex".split())
"""Elements that no copy begins with, however broken the rest is."""
_WEB_ARCHIVES = (b"WARC/", b"filedesc://")
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])")
_WHOLE_LINE = re.compile(r"^\{.*\}[ \t\r]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Something to be read: its bytes, the name that its article gets where the format has none, and its place.

    ``allowance`` is what may still be unpacked from the file that it came in, ``depth`` how many containers it is in.
    """

    stream: io.BufferedReader
    name: str
    place: str
    allowance: Allowance
    size: int | None = None
    depth: int = 0
    url: str | None = None
    at: datetime | None = None
    media: str | None = None

    @property
    def head(self) -> bytes:
        """Its first bytes, which stay to be read."""
        return self.stream.peek(HEAD)[:HEAD]

    def whole(self, limit: int = MAX_FILE) -> bytes:
        """All its bytes; raises UnreadableInput where they are more than ``limit``."""
        pieces: list[bytes] = []
        left = limit - (self.size or 0)
        while left >= 0 and (piece := self.stream.read(1 << 20)):
            pieces.append(piece)
            left -= 0 if self.size else len(piece)
        if left < 0:
            raise UnreadableInput(
                self.place, f"over {limit:,} bytes, which is no one story: split it, or write JSON lines"
            )
        return b"".join(pieces)

    def piece(self, limit: int = MAX_FILE) -> Piece:
        """All of it as one piece."""
        data = self.whole(limit)
        return Piece(data=data, name=self.name, place=self.place, url=self.url, at=self.at, media=self.media)

    def inside(self, piece: Piece) -> Given:
        """A piece that was found in it."""
        one_deeper = replace(given(piece), allowance=self.allowance)
        return replace(one_deeper, depth=self.depth + 1)


def given(piece: Piece) -> Given:
    """A piece, ready to be read."""
    return Given(
        stream=looked_into(io.BytesIO(piece.data)),
        size=len(piece.data),
        allowance=Allowance(len(piece.data)),
        name=piece.name,
        place=piece.place,
        url=piece.url,
        at=piece.at,
        media=piece.media,
    )


def looked_into(raw: io.BytesIO | io.FileIO) -> io.BufferedReader:
    """A stream that can be looked at before it is read."""
    return io.BufferedReader(raw, HEAD)


def readings(source: Given) -> Iterator[Reading]:
    """Every article in it, and an error in the place of what cannot be read."""
    try:
        yield from _recognised(source)
    except UnreadableInput as error:
        yield error


def _recognised(source: Given) -> Iterator[Reading]:
    head = source.head
    message = next((form for form in _MESSAGES if form.is_message(head)), None)
    if _is_container(head):
        yield from _opened(source, head)
    elif message:
        yield from _pieces(source, message.read(source.piece()))
    elif root := root_element(head):
        yield from _markup(source, root)
    elif is_wide(head):
        data = decoded(source.whole(), place=source.place).encode()
        yield from readings(replace(source, stream=looked_into(io.BytesIO(data)), size=len(data)))
    else:
        yield from _copy(source, head)


def _is_container(head: bytes) -> bool:
    return archives.is_packed(head) or archives.is_container(head) or head.startswith(_WEB_ARCHIVES)


# Containers


def _opened(source: Given, head: bytes) -> Iterator[Reading]:
    if source.depth >= MAX_DEPTH:
        raise UnreadableInput(source.place, _TOO_DEEP)
    if head.startswith(_WEB_ARCHIVES):
        yield from _pieces(source, warc.pieces(source.stream, place=source.place))
    elif archives.is_packed(head):
        yield from _unpacked(source)
    else:
        yield from _members(source)


def _unpacked(source: Given) -> Iterator[Reading]:
    stream = archives.unpacked(source.stream, source.allowance, place=source.place)
    inner = replace(source, stream=stream, size=None)
    # A packed tar or web archive is one container by custom; anything else that is packed is inside one.
    is_one = not archives.is_packed(inner.head) and _is_container(inner.head)
    yield from readings(inner if is_one else replace(inner, depth=source.depth + 1))


def _members(source: Given) -> Iterator[Reading]:
    stream = (
        source.stream
        if source.size is not None or not archives.is_zip(source.head)
        else looked_into(io.BytesIO(source.whole()))
    )
    for member in archives.members(stream, source.allowance, place=source.place):
        if isinstance(member, UnreadableInput):
            yield member
            continue
        name = f"{source.name}/{member.name}"
        inner = replace(source, stream=member.stream, size=None, name=name, place=member.place, depth=source.depth + 1)
        yield from readings(inner)


def _pieces(source: Given, found: Iterator[Reading | Piece]) -> Iterator[Reading]:
    for one in found:
        if isinstance(one, Piece) and source.depth > MAX_DEPTH:
            yield UnreadableInput(one.place, _TOO_DEEP)
        elif isinstance(one, Piece):
            yield from readings(source.inside(one))
        else:
            yield one


# Markup


def _markup(source: Given, root: str) -> Iterator[Reading]:
    piece = source.piece(MAX_MARKUP)
    if root == "html":
        yield from html.read(piece)
        return
    try:
        tree = parsed(piece.data, place=piece.place)
    except UnreadableInput as error:
        yield from _broken_markup(source, piece, root, error)
    else:
        yield from _document(tree, piece)


def _document(tree: etree._Element, piece: Piece) -> Iterator[Reading]:
    form = next((form for form in _DOCUMENTS if form.is_document(tree)), None)
    if form:
        yield from form.read(tree, place=piece.place)
    elif feeds.is_feed(piece.data[:HEAD]):
        yield from feeds.read(piece)
    elif html.is_page(piece.data[:HEAD]):
        yield from html.read(piece)
    else:
        kind = f"<{name_of(tree)[:40]}>"
        yield UnreadableInput(piece.place, f"XML of a kind that is not read ({kind}): export it as NewsML or NITF")


def _broken_markup(source: Given, piece: Piece, root: str, error: UnreadableInput) -> Iterator[Reading]:
    """Feeds and pages, which are read with the slips in them, and copy that only begins with a bracket."""
    if feeds.is_feed(piece.data[:HEAD]):
        yield from feeds.read(piece)
    elif html.is_page(piece.data[:HEAD]):
        yield from html.read(piece)
    elif root in _ROOTS or piece.data.lstrip().startswith(b"<?") or f"</{root}".encode() in piece.data.lower():
        yield error
    else:
        yield from _text(replace(source, stream=looked_into(io.BytesIO(piece.data)), size=len(piece.data)))


# Copy and JSON


def _copy(source: Given, head: bytes) -> Iterator[Reading]:
    shown = head.decode("utf-8-sig", errors="replace")
    what = foreign(head)
    if what or not shown.strip():
        yield UnreadableInput(source.place, what or "empty: remove it or put the story in")
    elif not _JSON.match(shown):
        yield from _text(source)
    elif _begins_with_a_record(shown, source.place):
        yield from _lines(source)
    else:
        yield from _json(source)


def _text(source: Given) -> Iterator[Reading]:
    if source.size is not None and source.size > _MAX_COPY:
        raise UnreadableInput(source.place, f"more than {MAX_TEXT:,} characters: give each article a file of its own")
    content = decoded(source.whole(_MAX_COPY), place=source.place, western=True)
    yield text.article(content, article_id=source.name, place=source.place)


def _begins_with_a_record(shown: str, place: str) -> bool:
    """Whether the first line is a JSON object by itself, or too long to tell."""
    line, newline, _ = shown.lstrip().partition("\n")
    if not newline and len(shown.encode()) >= HEAD:
        return line.startswith("{")
    try:
        return items.is_record(parse(line, place=place))
    except UnreadableInput:
        return False


def _lines(source: Given) -> Iterator[Reading]:
    for place, line in jsonl.lines(source.stream, place=source.place):
        if isinstance(line, UnreadableInput):
            yield line
        else:
            yield from _line(line, place, source.name)


def _line(line: str, place: str, name: str) -> Iterator[Reading]:
    try:
        values = jsonl.record(line, place=place)
    except UnreadableInput as error:
        yield error
    else:
        yield from items.line(values, place=place, name=name)


def _json(source: Given) -> Iterator[Reading]:
    """One JSON value over many lines; where it is none, lines of which the first is broken."""
    data = source.whole()
    try:
        value = _value(data, source.place)
    except UnreadableInput as error:
        if not _WHOLE_LINE.search(data[:HEAD].decode("utf-8-sig", errors="replace")):
            raise error from None
        yield from _lines(replace(source, stream=looked_into(io.BytesIO(data))))
    else:
        yield from items.readings(value, place=source.place, name=source.name)


def _value(data: bytes, place: str) -> object:
    if len(data) > MAX_JSON:
        raise UnreadableInput(place, f"one JSON value of over {MAX_JSON:,} bytes: write JSON lines")
    return parse(decoded(data, place=place), place=place)
