"""A web page → Article: the story that it prints, with what it says of itself in JSON-LD and in its head.

The words are those printed, without soft hyphens and spaces of no width: nobody sees them, and a search for the word
as it is written would not find it with them inside.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

from courlan import extract_domain
from htmldate import find_date
from lxml import etree
from lxml import html as markup
from trafilatura.utils import detect_encoding

from embeddings.drafts import Draft, article_of
from embeddings.errors import UnreadableInput
from embeddings.fields import moment
from embeddings.markup import plain_text
from embeddings.news import Moment
from embeddings.readers.linked_data import Record, address, article_record, names, statements, words
from embeddings.readers.page_text import printed, story
from embeddings.readers.pieces import Piece, Reading

MAX_PAGE = 5_000_000
"""Bytes in a page; the longest of a news site has a tenth of it."""
MAX_TAGS = 30_000
MAX_ATTRIBUTES = 200
"""In one tag; the parser's time grows with their square."""

_HEAD = 4_096
_PAGE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*|<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_SENT_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_AS_BROWSERS_DO = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932",
    "x-sjis": "cp932", "iso-8859-9": "cp1254", "tis-620": "cp874", "iso-8859-11": "cp874",
}  # fmt: skip
_ENCODING = re.compile(
    r"utf-?(?:8|16)|iso-|windows-|cp\d|gb|big5|euc|shift|x-sjis|koi8|mac|ks_c|tis|latin|(?:us-)?ascii", re.I
)
_ODD_SHARE = 1_000
"""One character in so many may be damaged; it is shown as such, as browsers do."""
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "dc.date.issued",
    "dcterms.created", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")
_AUTHORS = (
    "article:author", "byl", "cxenseparse:author", "author", "parsely-author", "sailthru.author", "dc.creator",
)  # fmt: skip
_NOBODY = frozenset(["admin", "administrator", "webmaster"])
"""What content systems write where nobody is named."""
_DESCRIPTIONS = ("description", "og:description", "twitter:description")
_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\Z")
_MARKUP = re.compile(r"<[a-zA-Z/!]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_]\w{2,8})*\Z")
_CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
"""What no tree of elements takes, and nobody sees."""
_FAULTS = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError, etree.LxmlError)
"""What the libraries let out on pages that are broken in ways they do not expect."""
_LONG_TAG = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*+"?|'[^']*+'?){400,}+""")
_CODE = re.compile(r"<(?=/?(?:script|style)\b)", re.IGNORECASE)
_QUOTED = re.compile(r""""[^"]*+"?|'[^']*+'?""")
_SPACED_ZONE = re.compile(r"\s+(?=[+-]\d\d:?\d\d\Z|Z\Z)")
_AFTER_TITLE = re.compile(r"\s+[|–—-]\s+\S.*\Z|[-_|ㅣ：](?=[\u3040-\u9fff\uac00-\ud7a3]{2,})[^-_|ㅣ：]*\Z")
_STORY = frozenset(["article", "news", "newsarticle"])
_FEW_WORDS = 50
"""A page that does not say that it is an article, and has no more words than this, is a notice or an empty index."""
_LETTERS_A_WORD = 4
_LETTERS_A_HEADLINE = 15
_PARTED = re.compile(r"\s*[,;|]\s*(?:and\s+)?|\s+(?:and|und|et|y|&)\s+")
_CONSENT = re.compile(r"\bcookies?\b|\bconsent\b|\beinwillig|\btracking\b", re.IGNORECASE)


def is_page(data: bytes) -> bool:
    """Whether bytes begin like a web page."""
    return bool(_PAGE.match(data[:_HEAD]))


def read(piece: Piece) -> Iterator[Reading]:
    """The page's article, or why it has none."""
    try:
        yield article_of(_draft(_Page.of(_tree(piece), piece)))
    except UnreadableInput as error:
        yield error
    except _FAULTS as error:
        reason = f"a web page that cannot be taken apart ({type(error).__name__}): save it again, or give its text"
        yield UnreadableInput(piece.place, reason)


def _tree(piece: Piece) -> markup.HtmlElement:
    if len(piece.data) > MAX_PAGE:
        raise UnreadableInput(piece.place, f"a web page of over {MAX_PAGE:,} bytes: give the story alone")
    text = _decoded(piece)
    if "\0" in text:
        raise UnreadableInput(piece.place, f"a NUL at character {text.index(chr(0))}: save the page again")
    if text.count("<") > MAX_TAGS:
        raise UnreadableInput(piece.place, f"a web page with over {MAX_TAGS:,} tags: give the story alone")
    if any(_attributes(tag) > MAX_ATTRIBUTES for tag in _long_tags(text)):
        raise UnreadableInput(piece.place, f"a tag with over {MAX_ATTRIBUTES} attributes: give the story alone")
    parser = markup.HTMLParser(encoding="utf-8", no_network=True)
    try:
        return markup.document_fromstring(_CONTROL.sub("", text).encode("utf-8", errors="replace"), parser=parser)
    except etree.LxmlError as error:
        raise UnreadableInput(piece.place, f"no web page that can be read ({error}): save it again") from error


def _long_tags(text: str) -> Iterator[str]:
    """The tags long enough to have many attributes, code left aside."""
    for part in _CODE.split(text):
        shown = "<" + part.partition(">")[0] if part[:6].lower().startswith(("script", "style")) else part
        yield from (tag.group() for tag in _LONG_TAG.finditer(shown))


def _attributes(tag: str) -> int:
    return len(_QUOTED.sub("=", tag).split())


def _decoded(piece: Piece) -> str:
    """The page's text: UTF-8 where its bytes are, else by what was sent with it or stands in its head."""
    data = piece.data
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8-sig")
    for charset in (*_declared(piece), "utf-8", *detect_encoding(data)):
        with suppress(LookupError, UnicodeDecodeError):
            text = data.decode(charset, errors="replace")
            if text.count("\ufffd") <= len(text) // _ODD_SHARE:
                return text
    raise UnreadableInput(piece.place, "a web page in an unknown encoding: save it again as UTF-8")


def _declared(piece: Piece) -> Iterator[str]:
    """The encodings that came with a page or stand in it, as browsers understand their names."""
    sent = _SENT_CHARSET.search(piece.media or "")
    written = _CHARSET.search(piece.data[:_HEAD])
    for found in (sent and sent.group(1), written and written.group(1).decode("ascii", errors="replace")):
        if found and _ENCODING.match(found):
            yield _AS_BROWSERS_DO.get(found.lower(), found)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page with what it says of itself: the record in JSON-LD, and its head."""

    tree: markup.HtmlElement
    record: Record
    head: Mapping[str, str]
    piece: Piece

    @classmethod
    def of(cls, tree: markup.HtmlElement, piece: Piece) -> _Page:
        scripts = [script.text or "" for script in tree.iter("script") if "ld+json" in (script.get("type") or "")]
        titles = [printed("".join(title.itertext())) for title in tree.iter("h1", "title")]
        record = article_record(scripts, title=" ".join(titles))
        return cls(tree, record, _head(tree), piece)

    def meta(self, *names: str) -> str | None:
        """The first of these that the head has."""
        return next((self.head[name] for name in names if name in self.head), None)

    def link(self, relation: str) -> str | None:
        """The address that the head links to as this."""
        links = (link.get("href") for link in self.tree.iter("link") if relation in (link.get("rel") or "").split())
        return next((link for link in links if link), None)


def _head(tree: markup.HtmlElement) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        said = words(meta.get("content"))
        if name and said:
            found.setdefault(name.lower(), said)
    return found


def _draft(page: _Page) -> Draft:
    record, place = page.record, page.piece.place
    headline = _headline(page)
    published = _moment(page, "datePublished", _PUBLISHED) or _printed_day(page)
    changed = _moment(page, "dateModified", _MODIFIED) or published
    outlet = words(record.get("publisher")) or page.meta("og:site_name")
    origin = words(record.get("sourceOrganization")) or words(_publisher(record.get("isBasedOn"))) or outlet
    url = _address(page)
    return Draft(
        id=url or page.piece.name,
        text="\n\n".join(_paragraphs(page, headline)),
        place=place,
        version=_version(record.get("version")),
        created=_instant(changed),
        headline=headline,
        byline=", ".join(_authors(page)) or None,
        outlet=origin,
        carriers=(outlet,) if outlet and origin != outlet else (),
        provider=outlet,
        published=published,
        language=_language(page),
        section=words(record.get("articleSection")) or page.meta("article:section"),
        url=url,
        rights=words(record.get("copyrightHolder")) or words(record.get("copyrightNotice")) or page.meta("copyright"),
        usage=_usage(page),
        expires=_instant(_when(words(record.get("expires")))),
        correction="\n".join(statements(record.get("correction"))) or None,
    )


def _paragraphs(page: _Page, headline: str | None) -> Sequence[str]:
    """The story's paragraphs: as printed, or as published in the record where the page does not print them."""
    told = _told(page.record.get("articleBody"))
    aside = [headline, *map(page.meta, _DESCRIPTIONS), words(page.record.get("description")), *_authors(page)]
    shown = story(page.tree, aside=[said for said in aside if said])
    paragraphs = told if sum(map(len, told)) > 2 * sum(map(len, shown)) else shown
    if not _is_story(paragraphs, page):
        raise UnreadableInput(
            page.piece.place,
            "no article in it (an index, a notice, or a page that only a browser fills): give the article's own page",
        )
    return paragraphs


def _told(body: object) -> Sequence[str]:
    if not isinstance(body, str) or len(body) > MAX_PAGE:
        return ()
    with suppress(ValueError):
        text = plain_text(body) if _MARKUP.search(body) else unescape(body)
        return [line for line in map(printed, text.splitlines()) if line]
    return ()


def _is_story(paragraphs: Sequence[str], page: _Page) -> bool:
    if sum(bool(_CONSENT.search(paragraph)) for paragraph in paragraphs) * 2 > len(paragraphs):
        return False
    declared = "headline" in page.record or (page.meta("og:type") or "").lower() in _STORY
    length = sum(map(len, paragraphs))
    return length > 0 if declared else length > _FEW_WORDS * _LETTERS_A_WORD


def _headline(page: _Page) -> str | None:
    """The headline, without the site's name after it and without the kicker before it.

    The record's goes first, unless the page and its head agree on another.
    """
    title = printed(page.tree.findtext(".//title") or "")
    told, shared = words(page.record.get("headline")), page.meta("og:title", "twitter:title")
    shown = _shown_headline(page, f"{title} {told} {shared}")
    if shown and shared == shown:
        return shown
    first = told or (shown if shown and shared and shared.startswith(shown) else shared) or shown
    first = first or _AFTER_TITLE.sub("", title) or None
    return next((short for short in (shared, shown, told) if first and short and _is_end(short, first)), first)


def _shown_headline(page: _Page, known: str) -> str | None:
    """The heading of the first order that the page's titles speak of, else the only one."""
    headings = [said for heading in page.tree.iter("h1") if (said := printed("".join(heading.itertext())))]
    return next((said for said in headings if said in printed(known)), headings[0] if len(headings) == 1 else None)


def _is_end(short: str, headline: str) -> bool:
    """Whether a headline is another with a kicker before it."""
    kicker = headline.removesuffix(short)
    return headline.endswith(short) and kicker[-1:] in (" ", ":", "|") and len(short) > _LETTERS_A_HEADLINE


def _authors(page: _Page) -> Sequence[str]:
    """Who wrote it, by the record or the head. Nobody is guessed from the page, whose readers sign their comments."""
    signed = (_PARTED.split(page.head.get(name, "")) for name in _AUTHORS)
    for found in (names(page.record.get("author")), *signed):
        people = [name for name in found if name and "://" not in name and name.lower() not in _NOBODY]
        if people:
            return [name for name in people if len(people) == 1 or name != page.meta("og:site_name")]
    return ()


def _moment(page: _Page, field: str, metas: Sequence[str]) -> Moment | None:
    """When it was, by the record or the head; by the head's where the record names no zone and that does."""
    told = words(page.record.get(field))
    noted = page.meta(*metas)
    if told and noted and not _ZONE.search(told) and _ZONE.search(noted) and _wall(told) == _wall(noted):
        told = noted
    return _when(told) or _when(noted)


def _wall(printed_time: str) -> str:
    return re.sub(r"\D", "", printed_time)[:12]


def _when(said: str | None) -> Moment | None:
    if not said:
        return None
    with suppress(ValueError):
        return moment(_SPACED_ZONE.sub("", said))
    with suppress(ValueError):
        found = parsedate_to_datetime(said)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _printed_day(page: _Page) -> Moment | None:
    """The day that the page prints or has in its address."""
    found = find_date(
        page.tree, original_date=True, extensive_search=False, url=page.piece.url, outputformat="%Y-%m-%d"
    )
    return _when(found)


def _instant(found: Moment | None) -> datetime | None:
    """A moment; a day is its first second in UTC."""
    if found is None or isinstance(found, datetime):
        return found
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def _language(page: _Page) -> str | None:
    root = page.tree.getroottree().getroot()
    told = words(page.record.get("inLanguage")) or root.get("lang") or page.meta("og:locale", "content-language")
    return told.replace("_", "-") if told and _LANGUAGE.match(told) else None


def _usage(page: _Page) -> str | None:
    for name in ("usageInfo", "license"):
        value = page.record.get(name)
        said = words(value) or address(value)
        if said:
            return said
    return page.link("license")


def _version(value: object) -> int | None:
    said = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _publisher(value: object) -> object:
    """Who published the work that a story is based on."""
    value = next(iter(value), None) if isinstance(value, list) else value
    return (value.get("publisher") or value.get("author")) if isinstance(value, dict) else None


def _address(page: _Page) -> str | None:
    """The story's own address; another site's is not believed, or a page could take the place of its stories."""
    told = (
        page.link("canonical"),
        address(page.record.get("mainEntityOfPage")),
        address(page.record.get("@id")),
        page.meta("og:url"),
        address(page.record.get("url")),
    )
    fetched = page.piece.url
    for value in filter(None, told):
        url = _absolute(value, fetched)
        if url and (not fetched or _site(url) == _site(fetched)):
            return url
    return fetched


def _site(url: str) -> str | None:
    """The site that an address belongs to: its registered name, or all of its host where that is not known."""
    with suppress(ValueError):
        return extract_domain(url) or urlsplit(url).hostname
    return url


def _absolute(value: str, base: str | None) -> str | None:
    with suppress(ValueError):
        url = urldefrag(urljoin(base or "", value.strip())).url
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.path + parts.query not in ("", "/"):
            return url
    return None
