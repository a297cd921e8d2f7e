"""HTML, XHTML and NITF bodies into plain text, a blank line between paragraphs; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_TAGS = 20_000
"""The parser's time grows with the square of the nesting; no story needs a tenth of this."""

_BLOCKS = frozenset(
    """
    address article aside blockquote body body.content caption dd details div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hl1 hl2 hr li main nav ol p pre section summary table tbody tfoot
    thead tr ul block
    """.split()
)
_UNSEEN = frozenset(["head", "iframe", "noscript", "script", "style", "svg", "template", "title", "-comment"])
_CELLS = frozenset(("td", "th"))
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_AROUND_BREAK = re.compile(r" ?\n ?")


def plain_text(markup: str) -> str:
    """The words that a browser would show, as text with a blank line between paragraphs.

    A NITF document gives what stands in its ``body.content``. Raises ValueError over MAX_TAGS tags.
    """
    if markup.count("<") > MAX_TAGS:
        raise ValueError(f"more than {MAX_TAGS:,} tags")
    root = LexborHTMLParser(markup).root
    if root is None:
        return ""
    content = next((node for node in root.traverse() if node.tag == "body.content"), root)
    return "\n\n".join(block for block in _blocks(content) if block)


def _blocks(root: LexborNode) -> Iterator[str]:
    pieces: list[str] = []
    for piece in _pieces(root):
        if piece is not None:
            pieces.append(piece)
            continue
        yield _tidy("".join(pieces))
        pieces.clear()
    yield _tidy("".join(pieces))


def _pieces(root: LexborNode) -> Iterator[str | None]:
    """Words and line breaks in order, with None wherever a paragraph ends or begins."""
    open_nodes: list[LexborNode | str | None] = [root]
    while open_nodes:
        node = open_nodes.pop()
        if node is None or isinstance(node, str):
            yield node
        elif node.tag == "-text":
            yield _BLANKS.sub(" ", node.text(deep=False) or "")
        elif node.tag == "br":
            yield "\n"
        elif node.tag not in _UNSEEN:
            edge: list[LexborNode | str | None] = _edge(node.tag or "")
            open_nodes += [*edge, *reversed(list(node.iter(include_text=True))), *edge]


def _edge(tag: str) -> list[LexborNode | str | None]:
    if tag in _BLOCKS:
        return [None]
    return [" "] if tag in _CELLS else []


def _tidy(words: str) -> str:
    return _AROUND_BREAK.sub("\n", re.sub(" {2,}", " ", words)).strip(" \n")
