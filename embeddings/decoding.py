"""Bytes into text, and what text may be taken on file; pure.

UTF-8 comes first, then UTF-16 where a byte order mark says so. Bytes that are neither are read as Windows-1252
only where they are plainly Western copy: a few accented letters and typographic marks among ASCII, and nothing
that looks like damaged UTF-8. Everything else is refused with the offset of the byte, never guessed.
"""

from __future__ import annotations

import codecs
import re

from embeddings.errors import UnreadableInput

MAX_TEXT = 5_000_000
"""Characters in one article, more than any story has; a longer one is a dump of many."""

_FOREIGN = {
    b"{\\rtf": "rich text (RTF): save it as plain text",
    b"<?": "markup that is cut off before its first element: have it sent again",
    b"<!": "markup that is cut off before its first element: have it sent again",
    b"\xd0\xcf\x11\xe0": "an office file: save it as plain text",
    b"\x89png": "a picture: give the story instead",
    b"\xff\xd8\xff": "a picture: give the story instead",
    b"gif8": "a picture: give the story instead",
    b"\xfd7zxz": "compressed with xz: unpack it, or compress it with gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd: unpack it, or compress it with gzip",
    b"7z\xbc\xaf": "a 7z archive: unpack it, or pack it as a ZIP",
    b"rar!": "a RAR archive: unpack it, or pack it as a ZIP",
}
_PROLOG = re.compile(
    r"(?>\s|<\?(?>[^?]|\?(?!>))*+\?>|<!--(?>[^-]|-(?!->))*+-->|<!doctype\b[^>\[]*+(?:\[[^\]]*+\]\s*+)?+>)*+",
    re.IGNORECASE,
)
_TAG = re.compile(r"<([A-Za-z_][\w.:-]*)")
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_8_PIECE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LETTER_ALONE = re.compile(r"(?<![^\W\d_])[^\W\d_](?![^\W\d_])")
_WESTERN_ALONE = frozenset("àâéèêìòóôùúíyáøåöäüÀÉÈÓÒØÅÖÄÜÍÚÁÂÊ")
_WESTERN_MARKS = frozenset("€‚„…†‰‹Œœ‘’“”•–—™›\u00a0¡¢£¥§©ª«®°±²³´µ¶·¹º»¼½¾¿×÷")


def is_wide(data: bytes) -> bool:
    """Whether a byte order mark says UTF-16."""
    return data.startswith(_WIDE_MARKS)


def foreign(head: bytes) -> str | None:
    """What a file is and what to do with it, where its first bytes say that it is no copy; else None."""
    opening = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for mark, what in _FOREIGN.items():
        if opening.startswith(mark.lower()):
            return what
    if b"\0" in head and not is_wide(head):
        return f"binary, not text (a NUL at byte {head.index(bytes(1))}): save it as plain text"
    return None


def root_element(head: bytes) -> str | None:
    """The name of the first element of a document in markup, in small letters, whatever width its characters have."""
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").decode("latin-1")
    opening = _PROLOG.match(text)
    found = _TAG.match(text, opening.end() if opening else 0)
    return found.group(1).lower() if found else None


def decoded(data: bytes, *, place: str, western: bool = False) -> str:
    """The text of ``data``; ``western`` allows Windows-1252 where it plainly is."""
    try:
        return data.decode("utf-16" if is_wide(data) else "utf-8-sig")
    except UnicodeDecodeError as error:
        if western and _is_western(data):
            return data.decode("cp1252")
        what = "UTF-16" if is_wide(data) else "UTF-8"
        raise UnreadableInput(place, f"not {what} (byte {error.start}): save it again as UTF-8") from error


def _is_western(data: bytes) -> bool:
    """Whether bytes that are not UTF-8 read as Windows-1252 copy beyond doubt."""
    high = sum(byte >= 0x80 for byte in data)
    if _UTF_8_PIECE.search(data) or high > max(3, len(data) // 5):
        return False
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    alone = {match.group() for match in _LETTER_ALONE.finditer(text) if not match.group().isascii()}
    letters = {char for char in text if not char.isascii() and char.isalpha()}
    marks = {char for char in text if not char.isascii() and not char.isalpha()}
    return alone <= _WESTERN_ALONE and marks <= _WESTERN_MARKS and not letters & {"ÿ", "Ÿ", "ƒ"}


def accepted(text: str, *, place: str) -> str:
    """``text`` itself, once it is known that it can be kept and shown."""
    if len(text) > MAX_TEXT:
        raise UnreadableInput(place, f"more than {MAX_TEXT:,} characters: give one article a file or record")
    if "\0" in text:
        raise UnreadableInput(place, f"a NUL at character {text.index(chr(0))}: have it exported again as plain text")
    half = _SURROGATE.search(text)
    if half:
        raise UnreadableInput(place, f"half a character (a lone surrogate) at {half.start()}: have it exported again")
    return text
