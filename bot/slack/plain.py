"""What a message says, as a person reads it: Slack's escapes, links and marks undone; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_MARKUP = re.compile(r"<([^<>]+)>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_QUOTE_MARK = re.compile(r"^>+[ \t]?", re.MULTILINE)
_SOMEBODY = r"[UWB][A-Z0-9]+"


def plain(text: str) -> str:
    """The text with links as they are labelled, mentions as names, and entities as characters."""
    shown = _MARKUP.sub(lambda found: _label(found[1]), text)
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], shown).strip()


def addressed(text: str, *, bot: str | None) -> str:
    """What is said to the bot, without its own mention; without knowing the bot, without the first mention."""
    mention = rf"<@{re.escape(bot) if bot else _SOMEBODY}(?:\|[^<>]*)?>"
    text = re.sub(rf"^\s*{mention}[\s,:;]*", "", text)
    return plain(re.sub(mention, "", text) if bot else text)


def mentions(text: str, user: str | None) -> bool:
    """Whether the text mentions this user; not knowing whom to look for, whether it mentions anybody."""
    return re.search(rf"<@{re.escape(user) if user else _SOMEBODY}[|>]", text) is not None


def words(message: Mapping[str, Any]) -> str:
    """Everything that a message says, without its formatting, and with what is forwarded in it."""
    said = [_QUOTE_MARK.sub("", piece) for piece in _pieces(message)]
    return "\n".join(piece.strip() for piece in said if piece.strip())


def _pieces(message: Mapping[str, Any]) -> Iterator[str]:
    blocks = [piece for block in message.get("blocks") or () for piece in _block(block)]
    if any(piece.strip() for piece in blocks):
        yield from blocks
    else:
        yield plain(message.get("text") or message.get("fallback") or "")
    for attached in message.get("attachments") or ():
        yield from _pieces(attached)


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    match block.get("type"):
        case "rich_text":
            for element in block.get("elements") or ():
                yield _rich(element)
        case "section" | "header":
            for text in (block.get("text"), *(block.get("fields") or ())):
                if text:
                    yield plain(text.get("text") or "")


def _rich(element: Mapping[str, Any]) -> str:
    """The words of an element of rich text; a list's items stand on lines of their own."""
    if "elements" in element:
        between = "\n" if element.get("type") == "rich_text_list" else ""
        return between.join(_rich(inner) for inner in element["elements"])
    match element.get("type"):
        case "link":
            return str(element.get("text") or element.get("url") or "")
        case "user":
            return f"@{element.get('user_id', '')}"
        case _:
            return str(element.get("text") or element.get("fallback") or "")


def _label(markup: str) -> str:
    """What Slack shows for ``<markup>``: a mention, a channel, a date or a link."""
    target, _, label = markup.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + label.lstrip("@#") if label else target
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    return label or target.removeprefix("mailto:")
