"""The last gate before Slack: a message that Slack would not take goes out as a plain notice, never silently away."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.blocks import Message

MOST_BLOCKS = 50
MOST_CHARACTERS = 11_000
"""In all; Slack does not say how many it takes, and has refused 11,341."""
MOST_TEXT = 3_000
TOO_LONG = "This answer is longer than Slack shows. Narrow it by date or outlet, and ask again. (Reference {reference})"
UNTITLED = "An answer from Onrecord"
"""What a notification reads where a message has no text beside its blocks."""
EMPTY = "There is nothing to show. (Reference {reference})"

_COUNTED = frozenset({"text", "url", "value", "title"})
_log = logging.getLogger(__name__)


def passed(message: Message, *, reference: str) -> Message:
    """The message if Slack takes it; else a plain notice, and a line in the log under the reference."""
    if not message.text.strip() and not message.blocks:
        _log.error("message %s: empty", reference)
        return Message(text=EMPTY.format(reference=reference), blocks=())
    count, size = len(message.blocks), characters(message)
    if count > MOST_BLOCKS or size > MOST_CHARACTERS:
        _log.error("message %s: %d blocks, %d characters: too many for Slack", reference, count, size)
        return Message(text=TOO_LONG.format(reference=reference), blocks=())
    text = message.text if message.text.strip() else UNTITLED
    return replace(message, text=text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…")


def characters(message: Message) -> int:
    """How many characters the blocks hold, as Slack seems to count them."""
    return sum(len(text) for block in message.blocks for text in _texts(block))


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            if isinstance(value, str):
                if name in _COUNTED:
                    yield value
            else:
                yield from _texts(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _texts(value)
