"""RSS, RDF, Atom, CDF and WordPress exports → Articles, an entry each; a feed with slips in its markup is read too."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser

from embeddings.decoding import decoded, root_element
from embeddings.drafts import Draft, article_of, lines
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.errors import UnreadableInput
from embeddings.fields import Record, first_second, gaps, moment
from embeddings.markup import plain_text
from embeddings.news import Moment
from embeddings.readers.pieces import Piece, Reading

MAX_FEED = 20_000_000
"""Bytes in one feed or export; the parser takes minutes for more of the worst kind."""

_ROOTS = frozenset(["rss", "feed", "rdf:rdf", "rdf", "channel"])
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
"""In this order: the mark of the third begins like that of the first."""
_HEAD = 300
_LONGEST_NAME = 200
_DECLARED = re.compile(r"\bencoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})[\"']")
_CHARSET = re.compile(r"\bcharset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})")
_LATIN = frozenset(["iso8859-1", "cp1252"])
_LOCAL = re.compile(
    r"iso8859-(?!1$)\d+|cp125[013-8]|koi8-[rut]|gb(?:2312|k|18030)|big5\w*|cp9\d\d|shift_jis\w*|euc_\w+|tis-620"
)
"""Encodings that have to be named to be known; what can hide one letter behind others is not among them."""
_ENTITY = re.compile(r"""<!ENTITY\s+(?:%|\S+\s+(?:SYSTEM|PUBLIC|["'][^"']{9}))""", re.IGNORECASE)
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the feed parser is known to let out on broken input."""

_SUMMARY = "Summary only: the feed does not carry the full text."
_BREAK = re.compile(r"\r?\n")
_BLANK_LINES = re.compile(r"\r?\n[ \t]*\r?\n\s*")
_NO_STORY = frozenset("attachment revision nav_menu_item custom_css customize_changeset oembed_cache".split())
_UNPUBLISHED = frozenset("private draft pending auto-draft inherit".split())
_WORDPRESS = {"publish": "usable", "future": "usable", "trash": "canceled"}


def is_feed(head: bytes) -> bool:
    """Whether the first element of a document is that of a feed."""
    return root_element(head) in _ROOTS


def read(piece: Piece) -> Iterator[Reading]:
    """An article for every entry, and a refusal for each that has no words."""
    feed = _parsed(piece)
    if not feed.entries:
        yield UnreadableInput(piece.place, "a feed without entries: look whether its address is still right")
    for number, values in enumerate(feed.entries, start=1):
        place = f"{piece.place} entry {_called(values) or number}"
        entry = _Entry(values, feed.feed, piece.name, place)
        if entry.says("wp_post_type") not in _NO_STORY:
            yield _attempt(entry)


def _called(values: Mapping[str, Any]) -> str | None:
    """The entry's own name, by which it is told again wherever it stands in its feed."""
    name = _first(values, "id", "link") or ""
    return name if name.isprintable() and len(name) <= _LONGEST_NAME else None


def _parsed(piece: Piece) -> feedparser.FeedParserDict:
    if len(piece.data) > MAX_FEED:
        raise UnreadableInput(piece.place, f"a feed of over {MAX_FEED:,} bytes: have it exported in parts")
    text = _text(piece)
    if _ENTITY.search(text):
        raise UnreadableInput(piece.place, "a feed with entities of its own, which can hide a bomb: have them left out")
    headers = {"content-location": piece.url or "", "content-type": "application/xml; charset=utf-8"}
    try:
        # A stream, never bytes or a text: those the parser may take for an address or a file's name.
        feed = feedparser.parse(io.BytesIO(text.encode()), response_headers=headers, sanitize_html=False)
    except _FAULTS as error:
        raise UnreadableInput(piece.place, f"a feed that cannot be read ({error}): have it sent again") from error
    if feed.bozo and not feed.entries and not feed.version:
        trouble = feed.get("bozo_exception")
        raise UnreadableInput(piece.place, f"a feed that cannot be read ({trouble}): have it sent again")
    return feed


def _text(piece: Piece) -> str:
    """The feed as text, without what it says of its encoding; nothing is guessed, as the parser would."""
    name = _encoding(piece)
    try:
        text = piece.data.decode(name) if name else _universal(piece)
    except UnicodeDecodeError as error:
        what = name or "Windows-1252"
        raise UnreadableInput(piece.place, f"not {what} (byte {error.start}): save it again as UTF-8") from error
    text = text.lstrip("\ufeff")
    return _DECLARED.sub("", text[:_HEAD]) + text[_HEAD:]


def _encoding(piece: Piece) -> str | None:
    """The encoding by its first bytes, or as declared; None for what can be told without being told."""
    for wide in _WIDE:
        if piece.data.startswith(("\ufeff".encode(wide), "<".encode(wide))):
            return wide
    name = _declared(piece)
    return name if _LOCAL.fullmatch(name) else None


def _declared(piece: Piece) -> str:
    """The encoding that the feed names, or that came with it; "" where there is none of that name."""
    found = _DECLARED.search(piece.data[:_HEAD].decode("latin-1")) or _CHARSET.search(piece.media or "")
    try:
        return codecs.lookup(found.group(1)).name if found else ""
    except LookupError:
        return ""


def _universal(piece: Piece) -> str:
    """Text in UTF-8, whatever it was declared as; in what most mean by Latin-1 only where that was declared."""
    try:
        return decoded(piece.data, place=piece.place)
    except UnreadableInput:
        if _declared(piece) not in _LATIN:
            raise
        return piece.data.decode("cp1252")


@dataclass(frozen=True, slots=True)
class _Entry(Record):
    """One entry as the parser gives it, with its feed's own fields for what it leaves out."""

    values: Mapping[str, Any]
    feed: Mapping[str, Any]
    name: str
    place: str
    gaps: list[str] | None = None

    def says(self, *names: str) -> str | None:
        """The first of these fields that says something, plain."""
        return _first(self.values, *names)

    def inherited(self, *names: str) -> str | None:
        """What the entry says, else what the feed says for all."""
        return self.says(*names) or _first(self.feed, *names)

    def plain(self, name: str, markup: str | None) -> str | None:
        """The words of markup that stands in the field of that name."""
        try:
            return plain_text(markup) if markup else None
        except ValueError as error:
            self.miss(name, f"an entry with {error}: have it sent as plain text")
            return None


def _first(values: Mapping[str, Any], *names: str) -> str | None:
    # Asked for by "in" first: the parser answers for "updated" with "published", and warns that it will not for ever.
    printed = (values[name] for name in names if name in values)
    return next((said.strip() for said in printed if isinstance(said, str) and said.strip()), None)


def _attempt(entry: _Entry) -> Reading:
    try:
        return article_of(_draft(entry))
    except UnreadableInput as error:
        return error
    except _FAULTS as error:
        # The parser's entries are asked, not only made: an element of the feed may bear the name of a field of its own.
        what = f"an entry that cannot be read ({type(error).__name__})"
        return UnreadableInput(entry.place, f"{what}: have it sent again")


def _draft(entry: _Entry) -> Draft:
    status, word = _standing(entry)
    entry = replace(entry, gaps=gaps(status))
    text, whole = _body(entry)
    source = entry.values.get("source") or {}
    title = _first(entry.feed, "title")
    outlet = _first(source, "title") or title
    provider = entry.plain("channel", title)
    published = _moment(entry, "published", "created")
    return Draft(
        id=_id(entry, text),
        text=text,
        place=entry.place,
        created=first_second(_moment(entry, "updated", "published", "created")),
        status=status,
        embargo=_embargo(entry),
        headline=entry.plain("title", entry.says("title")),
        byline=_byline(entry),
        outlet=entry.plain("source", outlet),
        carriers=(provider or "",) if title != outlet else (),
        provider=provider,
        published=published or _moment(entry, "updated"),
        language=_first((entry.values.get("content") or [{}])[0], "language") or entry.inherited("language"),
        section=_section(entry),
        url=entry.says("link"),
        rights=entry.plain("rights", entry.says("rights") or _first(source, "rights") or _first(entry.feed, "rights")),
        usage=entry.inherited("license"),
        note=lines(word, None if whole else _SUMMARY),
        gaps=entry.gaps,
    )


def _id(entry: _Entry, text: str) -> str:
    """The entry's own id; one that is a bare number or word is told apart by the feed that gave it."""
    given = entry.says("id", "link")
    if given:
        return given if ":" in given else f"{_first(entry.feed, 'id', 'link') or entry.name}#{given}"
    digest = hashlib.sha256(f"{entry.says('title')}\n{text}".encode(errors="replace"))
    return f"{entry.name}#{digest.hexdigest()[:16]}"


def _body(entry: _Entry) -> tuple[str, bool]:
    """The words, and whether they are the whole story and no summary."""
    for content in entry.values.get("content") or ():
        words = _words(content, entry)
        if words.strip():
            return words, True
    summary = _words(entry.values.get("summary_detail") or {}, entry)
    return summary, not summary.strip()


def _words(content: Mapping[str, Any], entry: _Entry) -> str:
    printed = content.get("value") or ""
    if "wp_post_id" in entry.values:
        # WordPress keeps paragraphs as blank lines and makes markup of them when it shows the page.
        printed = _BREAK.sub("<br>", _BLANK_LINES.sub("<p>", printed))
    if content.get("type") == "text/plain":
        return str(printed)
    return entry.plain("content", printed) or ""


def _byline(entry: _Entry) -> str | None:
    names = [_first(author, "name") for author in entry.values.get("authors") or ()]
    return ", ".join(filter(None, names)) or entry.says("author")


def _section(entry: _Entry) -> str | None:
    tags = entry.values.get("tags") or ()
    return next((name for tag in tags if tag.get("scheme") != "post_tag" and (name := _first(tag, "term"))), None)


def _standing(entry: _Entry) -> tuple[str, str | None]:
    """The status and a word on it from an export of WordPress; a feed has neither."""
    word = entry.says("wp_status") or "publish"
    if word in _UNPUBLISHED:
        return "withheld", f'Not published: "{word}" in WordPress.'
    if entry.says("wp_post_password") and word != "trash":
        return "withheld", "Password-protected in WordPress."
    return _WORDPRESS.get(word, word), None


def _embargo(entry: _Entry) -> Embargo:
    """Until when a post is scheduled."""
    return declared(_zoned(entry.says("wp_post_date_gmt"))) if entry.says("wp_status") == "future" else NONE


def _zoned(printed: str | None) -> str:
    return f"{printed.replace(' ', 'T')}Z" if printed else ""


def _moment(entry: _Entry, *names: str) -> Moment | None:
    """A date or time in its own zone where it can be read, else as the parser understood it."""
    for name in names:
        printed = entry.says(name)
        if not printed:
            continue
        found = _read_moment(printed)
        if found:
            return found
        parsed = entry.values.get(f"{name}_parsed")
        if parsed:
            return datetime.fromtimestamp(timegm(parsed), UTC)
    return None


def _read_moment(printed: str) -> Moment | None:
    try:
        return moment(printed)
    except ValueError:
        pass
    try:
        found = parsedate_to_datetime(printed)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
