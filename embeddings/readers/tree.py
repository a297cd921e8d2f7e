"""XML parsed so that no document can do harm, then read path by path, whatever its namespaces are.

Nothing is fetched and no entity is expanded: a document that declares entities or default attributes is refused, and
a DOCTYPE that names a DTD elsewhere is passed over. Names of characters that HTML knows (``&eacute;``) are read.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from lxml import etree

from embeddings.decoding import decoded, is_wide
from embeddings.errors import UnreadableInput
from embeddings.fields import Record, first_second, moment
from embeddings.markup import plain_text
from embeddings.news import Moment
from embeddings.paragraphs import paragraphs

MAX_BYTES = 20_000_000
"""Bytes in one document, more than a wire sends in an hour."""
MAX_MARKS = 1_000_000
"""Tags and attributes in one document: the tree takes a hundred times the bytes of the smallest of them."""

_DECLARATION = re.compile(r"\A<\?xml\b[^>]{0,300}\?>")
_DECLARED = re.compile(rb"\A\s{0,99}<\?xml\b[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}[\"']([A-Za-z][\w.:-]{0,39})[\"']")
_LATIN = frozenset(["iso8859-1", "cp1252"])
"""What Latin-1 leaves unused is Windows-1252's curly quotes wherever it is declared."""
_MOSTLY_UTF_8 = frozenset(["utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", *_LATIN])
"""Declarations that are often wrong: such bytes are UTF-8 where they can be."""
_OTHERS = re.compile(r"iso8859-\d+|cp125\d|koi8-[ru]|gb(?:2312|k|18030)|big5|cp9\d\d|shift_jis|euc_(?:jp|kr)")
_HARMFUL = ("<!ENTITY", "<!ATTLIST")
_CHARACTER = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#1[2-5]\d|#[xX][89][0-9A-Fa-f]);")
_QUOTES = {'"': "&quot;", "'": "&apos;"}
_XML = "{http://www.w3.org/XML/1998/namespace}"

_UNPRINTED = ("media", "figure", "header", "footer", "script", "style")
"""Captions, credits and what a page repeats from the metadata."""
_PARAGRAPHS = frozenset("p li dt dd tr caption figcaption div h1 h2 h3 h4 h5 h6 hl1 hl2 hr tagline".split())
_AROUND_PARAGRAPHS = frozenset(
    """
    body body.content block blockquote section article aside main nav address ul ol dl table tbody thead tfoot form
    fieldset details summary hedline note fn bq
    """.split()
)
_BLOCK = re.compile(r"<(?:p|br|li|tr|div|pre|h[1-6]|hl\d|dd)\b", re.IGNORECASE)
_PRE = re.compile(r"<pre>([^<]*)</pre>", re.IGNORECASE)
_BLANK_LINE = re.compile(r"(?<=[^\s>])[ \t]*\n[ \t]*\n\s*(?=[^\s<,;.a-z])")
_TAGS = re.compile(rb"<[^<>]*>")
_TAG = re.compile(r"<[A-Za-z/!][^<>]*>")
_TWICE = re.compile(r"&(?:amp|quot|apos|nbsp|#\d{2,5});")
_INDENTED = re.compile(r"^[ \t]{2,}(?=\S)", re.MULTILINE)
_FLUSH = re.compile(r"\n\S")
_NEW_PARAGRAPH = re.compile(r"\n(?:[ \t]*\n)+|\n(?=[ \t]{2,})")


def parsed(data: bytes, *, place: str) -> etree._Element:
    """The root of an XML document; raises UnreadableInput for one that is broken, too large or made to do harm."""
    if len(data) > MAX_BYTES:
        raise UnreadableInput(place, f"XML over {MAX_BYTES:,} bytes: split it")
    text = _DECLARATION.sub("", _text(data, place).lstrip("\ufeff \t\r\n"))
    if "<!DOCTYPE" in text and any(mark in text for mark in _HARMFUL):
        raise UnreadableInput(place, "XML that declares its own entities or attributes: have it exported without")
    if text.count("<") + text.count("=") > MAX_MARKS:
        raise UnreadableInput(place, f"XML with more than {MAX_MARKS:,} tags and attributes: split it")
    try:
        return etree.fromstring(_CHARACTER.sub(_spelt, text).encode(), _parser())
    except etree.LxmlError as error:
        where = getattr(error, "lineno", None)
        what = f"broken XML at line {where}" if where else "broken XML"
        raise UnreadableInput(place, f"{what} ({str(error)[:80]!a}): have it exported again") from error


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _spelt(name: re.Match[str]) -> str:
    """The character that HTML means by a name, or by a number of Windows-1252; any other name stays."""
    said = _meant(name.group())
    return name.group() if said == name.group() else escape(said, _QUOTES)


@lru_cache(maxsize=4096)
def _meant(escaped: str) -> str:
    return html.unescape(escaped)


def _text(data: bytes, place: str) -> str:
    """The document as text: what it declares is believed, save where its bytes say otherwise."""
    declared = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8))
    name = _codec(declared.group(1).decode("ascii"), place) if declared else "utf-8"
    if name in _MOSTLY_UTF_8 or is_wide(data):
        try:
            return decoded(data, place=place)
        except UnreadableInput:
            if name not in _LATIN:
                # Judged by the copy alone: among so much markup any other script's letters would look few.
                decoded(_TAGS.sub(b"", data), place=place, western=True)
            name = "cp1252"
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise UnreadableInput(place, f"not {name} (byte {error.start}): save it again as UTF-8") from error


def _codec(declared: str, place: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if name in _MOSTLY_UTF_8 or _OTHERS.fullmatch(name):
        return name
    raise UnreadableInput(place, f"XML in {declared!a}, an encoding that is not read: save it again as UTF-8")


@dataclass(frozen=True, slots=True)
class Branch(Record):
    """One element and all below it; a path is of local names, after ``//`` at any depth, after ``@`` an attribute."""

    element: etree._Element
    place: str
    gaps: list[str] | None = None

    @property
    def words(self) -> str:
        """All its words on one line."""
        return " ".join("".join(self.element.itertext()).split())

    def all(self, path: str) -> Iterator[Branch]:
        """The elements at a path, in order."""
        for found in self.element.iterfind(_query(path)):
            yield Branch(found, self.place, self.gaps)

    def first(self, *paths: str) -> Branch | None:
        """The first element at the first of these paths that has one."""
        return next((found for path in paths for found in self.all(path)), None)

    def texts(self, path: str) -> tuple[str, ...]:
        """What stands at a path, each on one line; what says nothing is left out."""
        where, _, name = path.partition("@")
        owners = self.all(where.rstrip("/")) if where else iter([self])
        said = (owner.attribute(name) if name else owner.words for owner in owners)
        return tuple(filter(None, said))

    def text(self, *paths: str) -> str | None:
        """The first that says something."""
        return next((said for path in paths for said in self.texts(path)), None)

    def attribute(self, name: str) -> str:
        """An attribute on one line, "" where it is missing."""
        return " ".join((self.element.get(name) or self.element.get(_XML + name) or "").split())

    def moment(self, *paths: str) -> Moment | None:
        """A date or a time."""
        printed = self.text(*paths)
        try:
            return moment(printed) if printed else None
        except ValueError:
            name = next(path for path in paths if self.text(path))
            wish = "it has to be written as 2026-09-30 or 2026-09-30T14:00:00+02:00"
            self.miss(name, f'"{name}" is no date ({(printed or "")[:40]!a}): {wish}')
            return None

    def instant(self, *paths: str) -> datetime | None:
        """A time; a date without one is its first second in UTC."""
        return first_second(self.moment(*paths))

    def number(self, path: str) -> int | None:
        """A whole number from 0 up; None for anything else, which leaves an order to the times."""
        digits = self.text(path) or ""
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None

    def plain(self) -> str:
        """The words of a body, a blank line between paragraphs; captions and repeated metadata are left out."""
        body = deepcopy(self.element)
        etree.strip_elements(body, *("{*}" + name for name in _UNPRINTED), with_tail=False)
        for node in body.iter("*"):
            node.tail = f" {node.tail or ''}" if name_of(node) in ("td", "th") else node.tail
            node.tag = _as_html(name_of(node))
            node.attrib.clear()
        etree.cleanup_namespaces(body)
        try:
            return plain(etree.tostring(body, encoding="unicode", method="html", with_tail=False))
        except ValueError as error:
            self.miss("body", f"its body has {error}: ask the provider for its plain text")
            return ""


def _as_html(name: str) -> str:
    """An element that HTML nests at will: its parser moves words about where tables and paragraphs are not its own."""
    if name in ("br", "pre"):
        return name
    if name in _PARAGRAPHS:
        return "div"
    return "section" if name in _AROUND_PARAGRAPHS else "span"


def _query(path: str) -> str:
    steps = "/".join("{*}" + step if step else "" for step in path.split("/"))
    return "." + steps if steps.startswith("/") else steps


def name_of(root: etree._Element) -> str:
    """The local name of an element."""
    return str(etree.QName(root).localname)


def plain(markup: str) -> str:
    """The words of HTML or of plain text, a blank line between paragraphs; raises ValueError for too much markup.

    Copy that was typed with indents and blank lines and put whole into one element keeps its paragraphs.
    """
    if len(_BLOCK.findall(markup)) > 1 or "<pre>" in markup:
        broken = _PRE.sub(lambda pre: "<pre>" + pre.group(1).strip().replace("\n", "<br>") + "</pre>", markup)
        text = plain_text(_BLANK_LINE.sub("<br><br>", broken))
    else:
        text = _typed(html.unescape(_TAG.sub("", markup)))
    return _TWICE.sub(lambda escaped: _meant(escaped.group()), text)


def _typed(words: str) -> str:
    mixed = _INDENTED.search(words) and _FLUSH.search(words.strip())
    blocks = _NEW_PARAGRAPH.split(words) if mixed else [p.span.cut(words) for p in paragraphs(words)]
    return "\n\n".join(filter(None, (" ".join(block.split()) for block in blocks)))


def byline(branch: Branch, path: str) -> str | None:
    """Who wrote it, as a NITF byline at a path prints it, without the title below the name."""
    found = branch.first(path)
    pieces = found.element.xpath('.//text()[not(ancestor::*[local-name()="byttl"])]') if found else []
    return " ".join(" ".join(map(str, pieces)).split()).strip(" ,") or None
