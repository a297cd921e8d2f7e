"""Paragraphs as somebody wrote them, where a text parts them by a single line break; pure."""

from __future__ import annotations

import re

from embeddings.news import Span

_WRAPPED = 100
"""No line that is broken to fit a page is longer."""
_LINE = re.compile(r"\S(?:[^\r\n]*\S)?")
_ENDED = re.compile(r"[.!?…:][\"'”’»)\]]*\Z")


def lines(text: str, paragraph: Span) -> list[Span]:
    """The lines of a paragraph where each is one in its own right, as copy from the web has them, or the paragraph."""
    found = [Span(*match.span()) for match in _LINE.finditer(text, *paragraph)]
    long = [len(line.cut(text)) > _WRAPPED for line in found]
    whole = all(wide or _ENDED.search(line.cut(text)) for line, wide in zip(found[:-1], long, strict=False))
    return found if any(long) and whole else [paragraph]
