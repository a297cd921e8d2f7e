"""Messages read back: the words in them, and what can be pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.blocks import Block
from bot.talk import Press


def markups(thing: object) -> list[str]:
    """Every text with markup."""
    return [one["text"] for one in _things(thing) if one.get("type") == "mrkdwn"]


def all_text(thing: object) -> str:
    """Everything that can be read, a line each; moments as those read them who are in UTC."""
    return _MOMENT.sub(r"\1", "\n".join(_lines(thing)))


_MOMENT = re.compile(r"<!date\^[^|<>]*\|([^<>]*)>")


def _lines(thing: object) -> Iterator[str]:
    if isinstance(thing, Mapping):
        if thing.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            yield "".join(one["text"] for one in thing["elements"])
            return
        if isinstance(thing.get("text"), str):
            yield thing["text"]
        thing = list(thing.values())
    if isinstance(thing, list | tuple):
        for one in thing:
            yield from _lines(one)


def quoted(thing: object) -> list[list[Mapping[str, Any]]]:
    """The pieces of every quote."""
    return [one["elements"] for one in _things(thing) if one.get("type") == "rich_text_quote"]


def styled(thing: object, style: str) -> list[str]:
    """The words in a style of rich text."""
    return [one["text"] for one in _things(thing) if one.get("style") and style in one["style"] and "text" in one]


def buttons(blocks: Sequence[Block]) -> dict[str, Press]:
    """What the buttons say, and what each is for."""
    return {one["text"]["text"]: Press.read(one["value"]) for one in _things(blocks) if one.get("type") == "button"}


def menus(blocks: Sequence[Block]) -> list[dict[str, Press]]:
    """The entries of every ⋯ menu."""
    return [
        {entry["text"]["text"]: Press.read(entry["value"]) for entry in one["options"]}
        for one in _things(blocks)
        if one.get("type") == "overflow"
    ]


def sent(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What Slack sends when somebody submits a modal as it opened."""
    return {
        block["block_id"]: {block["element"]["action_id"]: _state(block["element"])}
        for block in view["blocks"]
        if block["type"] == "input"
    }


def _state(element: Mapping[str, Any]) -> dict[str, Any]:
    match element["type"]:
        case "datepicker":
            return {"type": "datepicker", "selected_date": element.get("initial_date")}
        case "plain_text_input":
            return {"type": "plain_text_input", "value": element.get("initial_value")}
        case "radio_buttons":
            return {"type": "radio_buttons", "selected_option": element.get("initial_option")}
        case kind:
            return {"type": kind, "selected_options": element.get("initial_options", [])}


def _things(thing: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(thing, Mapping):
        yield thing
        thing = list(thing.values())
    if isinstance(thing, list | tuple):
        for one in thing:
            yield from _things(one)
