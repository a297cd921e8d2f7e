"""An e-mail (RFC 822 and MIME) → the Article in its body, and a Piece for every attachment that may hold more.

The plain part is read before the HTML. Its flowed lines (RFC 3676) are joined, lines longer than any mail program
wraps are paragraphs, and what follows "-- " is a signature. The id is the Message-ID. A body that is JSON is a form:
Superdesk's, with every field a list, or another record, which is handed on.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart
from pathlib import PurePosixPath

from embeddings.advisories import embargo_line
from embeddings.decoding import accepted, decoded
from embeddings.drafts import Draft, article_of, lines
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.errors import UnreadableInput
from embeddings.fields import parse
from embeddings.markup import plain_text
from embeddings.news import Article, Dateline, Span
from embeddings.readers.pieces import Piece, Reading
from embeddings.readers.wraps import unwrapped

MAX_MAIL = 50_000_000
"""Bytes in one mail with all that is attached."""
MAX_PARTS = 100
"""Parts within parts; the parser goes down into each."""
MAX_HEADER, MAX_HEADERS = 2_000, 100_000
"""Bytes in a header that is read, and in all of them; the parser's time grows with the square of the first."""

_HEADER = re.compile(rb"[!-9;-~]{1,60}:")
_KNOWN = re.compile(
    rb"^(?:from|to|subject|date|message-id|received|return-path|delivered-to|mime-version|content-type|reply-to):",
    re.IGNORECASE | re.MULTILINE,
)
_ENOUGH = 3
_READ = re.compile(
    rb"(?<![^\r\n])(?:from|subject|date|message-id|mime-version|content-[a-z-]{1,40}):"
    rb"[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*",
    re.IGNORECASE,
)
_NESTING = re.compile(rb"boundary\s*=|boundary\*|message/", re.IGNORECASE)
_ALPHABETS = re.compile(
    r"ascii|utf-?(?:8|16|32)|iso8859|cp(?:12|4|7|8|9|10)\d|koi8|big5|gb|hz|euc|shift|iso2022|mac|tis|johab|ptcp", re.I
)
_LATIN = ("ascii", "iso8859-1")
_WRAPPED = 120
"""No mail program wraps a line later than this; the standard's limit for wrapped text is 78."""
_SIGNED = re.compile(r"^-- $", re.MULTILINE)
_UNREAD = re.compile(
    r"(?:image|audio|video|font)/|text/(?:calendar|(?:x-)?vcard)|application/(?:pgp|(?:x-)?pkcs7|ms-tnef)"
)
_PARSER_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the standard library's parser lets out on broken headers."""


def is_message(data: bytes) -> bool:
    """Whether bytes begin with the headers of a mail."""
    head = data[: 1 << 16].lstrip()
    headers = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    names = {match.group().lower() for match in _KNOWN.finditer(headers)}
    return _HEADER.match(head) is not None and len(names) >= _ENOUGH and not names.isdisjoint((b"from:", b"received:"))


def read(piece: Piece) -> Iterator[Reading | Piece]:
    """The article in a mail's body, then its attachments."""
    try:
        yield from _read(piece)
    except UnreadableInput as error:
        yield error
    except _PARSER_FAULTS as error:
        yield UnreadableInput(piece.place, f"a mail with broken headers ({type(error).__name__}): have it sent again")


def _read(piece: Piece) -> Iterator[Reading | Piece]:
    if len(piece.data) > MAX_MAIL:
        raise UnreadableInput(piece.place, f"over {MAX_MAIL:,} bytes: send what is attached by itself")
    if sum(1 for _ in _NESTING.finditer(piece.data)) > MAX_PARTS:
        raise UnreadableInput(piece.place, f"more than {MAX_PARTS} parts within parts: send what is attached by itself")
    headers = [len(header.group()) for header in _READ.finditer(piece.data)]
    if max(headers, default=0) > MAX_HEADER or sum(headers) > MAX_HEADERS:
        raise UnreadableInput(piece.place, f"headers of over {MAX_HEADER:,} bytes: have it sent again without them")
    message = message_from_bytes(piece.data.lstrip(), policy=policy.default)
    mail = _Mail(message, piece)
    attached = list(mail.attachments())
    try:
        text = mail.text()
        if text.strip() or not attached:
            yield mail.reading(text)
    except UnreadableInput as error:
        yield error
    yield from attached


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail, and where it came from."""

    message: EmailMessage
    piece: Piece

    @property
    def id(self) -> str:
        return self.header("message-id").strip("<> ") or self.piece.name

    @property
    def sent(self) -> datetime | None:
        said = getattr(self.message["date"], "datetime", None)
        if not isinstance(said, datetime):
            return self.piece.at
        return said if said.tzinfo else said.replace(tzinfo=UTC)

    @property
    def sender(self) -> str | None:
        found = getattr(self.message["from"], "addresses", ())
        return next((_mended(one.display_name or one.addr_spec) for one in found), None) or None

    def header(self, name: str) -> str:
        """A header in one line, "" where it is missing."""
        return " ".join(_mended(str(self.message[name] or "")).split())

    def text(self) -> str:
        """The words of the body, of its plain parts before its HTML."""
        parts = [part for part in _parts(self.message) if not _is_attached(part)]
        plain = [self._plain(part) for part in parts if part.get_content_type() == "text/plain"]
        if any(words.strip() for words in plain):
            return "\n\n".join(plain)
        return "\n\n".join(self._marked(part) for part in parts if part.get_content_type() == "text/html")

    def _plain(self, part: MIMEPart) -> str:
        words = _decoded(part, self.piece.place).replace("\r\n", "\n")
        if _says(part, "format") == "flowed":
            words = _unflowed(words, spaced=_says(part, "delsp") != "yes")
        return words

    def _marked(self, part: MIMEPart) -> str:
        try:
            return plain_text(_decoded(part, self.piece.place))
        except ValueError as error:
            raise UnreadableInput(self.piece.place, f"a body with {error}: have its plain text sent") from error

    def reading(self, text: str) -> Reading | Piece:
        """What the body is: a form, a record of another format, or copy."""
        form = _form(text, self.piece.place)
        if form is None:
            return self._article(_paragraphed(_SIGNED.split(text, maxsplit=1)[0]))
        if "headline" in form and "body" in form:
            return self._filed(_Form(form))
        return self._piece(text.encode(), "body", "application/json")

    def _article(self, text: str) -> Article:
        subject = self.header("subject") or None
        return article_of(
            Draft(
                id=self.id,
                text=text,
                place=self.piece.place,
                created=self.sent,
                published=self.sent,
                headline=subject,
                provider=self.sender,
                note=embargo_line(subject, text),
            )
        )

    def _filed(self, form: _Form) -> Article:
        """The article that a form for stories describes."""
        place = " ".join(accepted(form.says("dateline") or "", place=self.piece.place).split())
        return article_of(
            Draft(
                id=self.id,
                text="\n\n".join(map(_paragraphed, form.all("body"))),
                place=self.piece.place,
                created=self.sent,
                published=self.sent,
                headline=form.says("headline"),
                byline=form.says("byline"),
                dateline=Dateline(Span(0, 0), place=place) if place else None,
                provider=self.sender,
                section=form.says("category"),
                slug=form.says("slugline"),
                embargo=form.embargo(),
                note=lines(form.says("ednote", "ed note", "editor's note"), form.flag()),
            )
        )

    def attachments(self) -> Iterator[Piece]:
        """The attachments that may hold articles; pictures and signatures do not."""
        for count, part in enumerate(filter(_is_attached, _parts(self.message)), start=1):
            kind = part.get_content_type()
            if _UNREAD.match(kind):
                continue
            printed = PurePosixPath(_mended(part.get_filename() or "").replace("\\", "/")).name
            yield self._piece(_content(part), printed or f"part {count}", kind)

    def _piece(self, data: bytes, name: str, kind: str) -> Piece:
        place = f"{self.piece.place}, {name!a}"
        return Piece(data=data, name=f"{self.id}/{name}", place=place, at=self.sent, media=kind)


@dataclass(frozen=True, slots=True)
class _Form:
    """The fields of a form by their names in lower case, each with all that was entered."""

    values: Mapping[str, tuple[str, ...]]

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def all(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())

    def says(self, *names: str) -> str | None:
        return next((said.strip() for name in names for said in self.all(name) if said.strip()), None)

    def embargo(self) -> Embargo:
        """What a field of that name declares."""
        said = [one for name in self.values if "embargo" in name for one in self.all(name) if one.strip()]
        return declared(said[0]) if said else NONE

    def flag(self) -> str | None:
        """A warning that the form carries."""
        said = self.says("legal flag")
        return f"Legal flag: {said}" if said else None


def _form(text: str, place: str) -> Mapping[str, tuple[str, ...]] | None:
    """The fields of a body that is a JSON object; a line break inside is a mail program's."""
    words = text.strip()
    if not (words.startswith("{") and words.endswith("}")):
        return None
    try:
        value = parse(words.replace("\n", " "), place=place)
    except UnreadableInput:
        return None
    if not isinstance(value, dict):
        return None
    return {name.strip().lower(): _entered(entered) for name, entered in value.items()}


def _entered(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(one) for one in values if isinstance(one, str | int | float))


def _parts(message: EmailMessage) -> Iterator[MIMEPart]:
    """The parts with something in them, in order; a mail inside the mail is one."""
    waiting: list[MIMEPart] = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += reversed(list(part.iter_parts()))
        else:
            yield part


def _is_attached(part: MIMEPart) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_content_type() not in ("text/plain", "text/html")


def _says(part: MIMEPart, name: str) -> str:
    """A parameter of the content type, in lower case."""
    return str(part.get_param(name, "")).lower()


def _content(part: MIMEPart) -> bytes:
    inner = part.get_payload(0) if part.is_multipart() else part.get_payload(decode=True)
    if isinstance(inner, Message):
        return inner.as_bytes()
    return inner if isinstance(inner, bytes) else b""


def _decoded(part: MIMEPart, place: str) -> str:
    """A part's text in the alphabet that it names; Latin-1 is Windows-1252, as browsers have it."""
    data = _content(part)
    try:
        alphabet = codecs.lookup(part.get_content_charset("utf-8")).name
    except LookupError:
        alphabet = ""
    if alphabet in _LATIN:
        alphabet = "cp1252"
    try:
        if _ALPHABETS.match(alphabet):
            return accepted(data.decode(alphabet), place=place)
    except UnicodeDecodeError:
        pass
    return accepted(decoded(data, place=place, western=True), place=place)


def _mended(header: str) -> str:
    """A header as it was meant: UTF-8, though it is not said or another alphabet is named; else Windows-1252."""
    for read_as in ("cp1252", "utf-8"):
        try:
            return header.encode(read_as, errors="surrogateescape").decode("utf-8")
        except UnicodeError:
            continue
    return header.encode("utf-8", errors="surrogateescape").decode("cp1252", errors="replace")


def _unflowed(words: str, *, spaced: bool) -> str:
    """Lines that end in a space go on in the next one."""
    flowed: list[list[str]] = []
    open_line = False
    for printed in words.split("\n"):
        line = printed[1:] if printed.startswith(" ") else printed
        goes_on = line.endswith(" ") and line != "-- "
        kept = line[:-1] if goes_on and not spaced else line
        if not open_line:
            flowed.append([])
        flowed[-1].append(kept)
        open_line = goes_on
    return "\n".join(map("".join, flowed))


def _paragraphed(words: str) -> str:
    """Text with a blank line between paragraphs, where no line is as short as a wrapped one."""
    found = words.replace("\r\n", "\n").strip("\n").split("\n")
    if max(map(len, found)) > _WRAPPED:
        return "\n\n".join(line.strip() for line in found if line.strip())
    blocks = re.split(r"\n[ \t]*\n\s*", "\n".join(found))
    return "\n\n".join(_joined(block) for block in blocks if block.strip())


def _joined(block: str) -> str:
    """A paragraph in one line where its lines were wrapped: each but the last is nearly full."""
    found = block.split("\n")
    wrapped = len(found) > 1 and all(len(line) >= 50 for line in found[:-1])
    return unwrapped(found) if wrapped else block.strip()
