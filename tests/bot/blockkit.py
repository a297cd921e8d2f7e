"""A strict Block Kit checker of our own, offline: what Slack refuses, and what our messages must never hold.

It knows the blocks that the bot sends and no others. Characters are counted in UTF-16 units, the way that counts
most. Mentions may stand in context blocks alone, where only the bot puts them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

Found = Iterator[str]
Thing = Mapping[str, Any]

TOTAL = 11_000
"""Characters of text, addresses, values and titles in all: about 11,300 have been refused (bolt-js 2867)."""
_MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
_LINK = re.compile(r"<(https?://[^\s<>|]+)(\|[^<>]+)?>")
_USER = re.compile(r"<@[UW][A-Z0-9]+>")
_DATE = re.compile(r"<!date\^\d{1,11}\^\{date_short_pretty\} at \{time\}\|[^<>|^\n]+>")
"""A moment by the reader's clock, in the one form that the bot uses."""
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
_ADDRESS = re.compile(r"https?://\S+")
_HARMFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def check_message(payload: Mapping[str, Any]) -> list[str]:
    """What is wrong with a message as it goes to ``chat.postMessage`` or a response URL; empty when nothing is."""
    return [*_fallback(payload), *(_blocks(payload["blocks"], "message") if "blocks" in payload else ())]


def check_view(view: Mapping[str, Any]) -> list[str]:
    """What is wrong with a modal or a home; empty when nothing is."""
    surface = view.get("type")
    if surface not in ("modal", "home"):
        return [f"type: {surface!r} is neither modal nor home"]
    return [*_view(view, surface), *_blocks(view.get("blocks"), surface)]


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def _fallback(payload: Mapping[str, Any]) -> Found:
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        yield "text: nothing for a notification to read"
    else:
        yield from _string(text, "text", most=4000)
        yield from _markup(text, "text", mentions=False)
        if _LINK.search(text):
            yield "text: a link in what notifications read"


def _view(view: Thing, surface: str) -> Found:
    optional = {"private_metadata", "callback_id", "external_id", "submit", "close", "clear_on_close"}
    required = {"type", "blocks"} | ({"title"} if surface == "modal" else set())
    yield from _keys(view, "view", required, optional | {"notify_on_close", "submit_disabled"})
    for name in ("title", "submit", "close"):
        if name in view:
            yield from _plain(view[name], name, most=24)
    yield from _string(view.get("callback_id", "-"), "callback_id", most=255)
    if units(view.get("private_metadata", "")) > 3000:
        yield "private_metadata: over 3,000 characters"
    asks = any(isinstance(block, Mapping) and block.get("type") == "input" for block in view.get("blocks") or ())
    if surface == "modal" and asks and "submit" not in view:
        yield "submit: asks for input and has no button that sends it"


def _blocks(blocks: object, surface: str) -> Found:
    if not isinstance(blocks, Sequence) or isinstance(blocks, str):
        yield "blocks: not a list"
        return
    if not 1 <= len(blocks) <= _MOST_BLOCKS[surface]:
        yield f"blocks: {len(blocks)} of 1 to {_MOST_BLOCKS[surface]}"
    for place, block in enumerate(blocks):
        yield from _block(block, f"blocks[{place}]", surface)
    named = Counter(block["block_id"] for block in blocks if isinstance(block, Mapping) and block.get("block_id"))
    yield from (f"block_id {name!r} stands {count} times" for name, count in named.items() if count > 1)
    total = weight(blocks)
    if total > TOTAL:
        yield f"blocks: {total:,} characters in all, over {TOTAL:,}"


def weight(thing: object) -> int:
    """The characters of text, addresses, values and titles in all."""
    if isinstance(thing, Mapping):
        own = sum(units(v) for k, v in thing.items() if k in ("text", "url", "value", "title") and isinstance(v, str))
        return own + sum(weight(value) for value in thing.values())
    return sum(map(weight, thing)) if isinstance(thing, list | tuple) else 0


def _block(block: object, at: str, surface: str) -> Found:
    if not isinstance(block, Mapping) or block.get("type") not in _BLOCKS:
        yield f"{at}: unknown block {block.get('type') if isinstance(block, Mapping) else block!r}"
        return
    surfaces, check = _BLOCKS[block["type"]]
    if surface not in surfaces:
        yield f"{at}: a {block['type']} block has no place in a {surface}"
    if "block_id" in block:
        yield from _string(block["block_id"], f"{at}.block_id", most=255)
    yield from check(block, at)


def _section(block: Thing, at: str) -> Found:
    yield from _keys(block, at, {"type"}, {"block_id", "text", "fields", "accessory", "expand"})
    if "text" not in block and not block.get("fields"):
        yield f"{at}: neither text nor fields"
    if "text" in block:
        yield from _text(block["text"], f"{at}.text", most=3000)
    for place, field in enumerate(_some(block, "fields")):
        yield from _text(field, f"{at}.fields[{place}]", most=2000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{at}.accessory", _IN_SECTION)


def _context(block: Thing, at: str) -> Found:
    yield from _keys(block, at, {"type", "elements"}, {"block_id"})
    for place, element in enumerate(_some(block, "elements")):
        yield from _text(element, f"{at}.elements[{place}]", most=2000, mentions=True)
    yield from _counted(block, "elements", at, 1, 10)


def _header(block: Thing, at: str) -> Found:
    yield from _keys(block, at, {"type", "text"}, {"block_id"})
    yield from _plain(block.get("text"), f"{at}.text", most=150)


def _divider(block: Thing, at: str) -> Found:
    yield from _keys(block, at, {"type"}, {"block_id"})


def _actions(block: Thing, at: str) -> Found:
    yield from _keys(block, at, {"type", "elements"}, {"block_id"})
    yield from _counted(block, "elements", at, 1, 25)
    yield from _elements(block, at, _IN_ACTIONS)


def _context_actions(block: Thing, at: str) -> Found:
    yield from _keys(block, at, {"type", "elements"}, {"block_id"})
    yield from _counted(block, "elements", at, 1, 5)
    yield from _elements(block, at, {"feedback_buttons"})


def _elements(block: Thing, at: str, allowed: set[str]) -> Found:
    for place, element in enumerate(_some(block, "elements")):
        yield from _element(element, f"{at}.elements[{place}]", allowed)
    ids = Counter(element.get("action_id") for element in block.get("elements", ()) if isinstance(element, Mapping))
    yield from (f"{at}: action_id {name!r} stands {count} times" for name, count in ids.items() if count > 1)


def _input(block: Thing, at: str) -> Found:
    yield from _keys(block, at, {"type", "label", "element"}, {"block_id", "hint", "optional", "dispatch_action"})
    yield from _plain(block.get("label"), f"{at}.label", most=2000)
    if "hint" in block:
        yield from _plain(block["hint"], f"{at}.hint", most=2000)
    yield from _element(block.get("element"), f"{at}.element", _IN_INPUT)


def _rich_text(block: Thing, at: str) -> Found:
    yield from _keys(block, at, {"type", "elements"}, {"block_id"})
    yield from _counted(block, "elements", at, 1, 1000)
    for place, part in enumerate(block.get("elements", ())):
        yield from _rich_part(part, f"{at}.elements[{place}]")


def _rich_part(part: Thing, at: str) -> Found:
    kind = part.get("type")
    if kind == "rich_text_list":
        yield from _keys(part, at, {"type", "style", "elements"}, {"indent", "offset", "border"})
        if part.get("style") not in ("bullet", "ordered"):
            yield f"{at}: a list of style {part.get('style')!r}"
        yield from _counted(part, "elements", at, 1, 1000)
        for place, item in enumerate(part.get("elements", ())):
            yield from _rich_part(item, f"{at}.elements[{place}]")
    elif kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        yield from _keys(part, at, {"type", "elements"}, set() if kind == "rich_text_section" else {"border"})
        yield from _counted(part, "elements", at, 1, 1000)
        for place, element in enumerate(part.get("elements", ())):
            yield from _rich_element(element, f"{at}.elements[{place}]")
    else:
        yield f"{at}: unknown rich text {kind!r}"


def _rich_element(element: Thing, at: str) -> Found:
    kind = element.get("type")
    if kind == "text":
        yield from _keys(element, at, {"type", "text"}, {"style"})
        yield from _string(element.get("text"), f"{at}.text", most=TOTAL, blank=True)
    elif kind == "link":
        yield from _keys(element, at, {"type", "url"}, {"text", "style", "unsafe"})
        yield from _address(element.get("url"), f"{at}.url")
        yield from _string(element.get("text", "-"), f"{at}.text", most=TOTAL)
    else:
        yield f"{at}: unknown rich text {kind!r}"
    style = element.get("style", {"bold": True})
    if not style or set(style) - {"bold", "italic", "strike", "code", "underline"}:
        yield f"{at}.style: {style!r}"
    yield from (f"{at}.style.{name}: {value!r}" for name, value in style.items() if value is not True)


def _element(element: object, at: str, allowed: set[str]) -> Found:
    if not isinstance(element, Mapping) or element.get("type") not in allowed:
        yield f"{at}: {element.get('type') if isinstance(element, Mapping) else element!r} has no place here"
        return
    yield from _string(element.get("action_id"), f"{at}.action_id", most=255)
    yield from _ELEMENTS[element["type"]](element, at)


def _button(element: Thing, at: str) -> Found:
    optional = {"value", "url", "style", "accessibility_label"}
    yield from _keys(element, at, {"type", "action_id", "text"}, optional)
    yield from _plain(element.get("text"), f"{at}.text", most=75)
    yield from _string(element.get("value", "-"), f"{at}.value", most=2000)
    yield from _string(element.get("accessibility_label", "-"), f"{at}.accessibility_label", most=75)
    if "url" in element:
        yield from _address(element["url"], f"{at}.url")
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"{at}.style: {element['style']!r}"


def _overflow(element: Thing, at: str) -> Found:
    yield from _keys(element, at, {"type", "action_id", "options"}, set())
    yield from _options(element, at, most=5)


def _select(element: Thing, at: str) -> Found:
    optional = {"placeholder", "initial_options", "initial_option", "max_selected_items", "focus_on_load"}
    yield from _keys(element, at, {"type", "action_id", "options"}, optional)
    if "placeholder" in element:
        yield from _plain(element["placeholder"], f"{at}.placeholder", most=150)
    yield from _options(element, at, most=100)


def _choices(element: Thing, at: str) -> Found:
    yield from _keys(
        element, at, {"type", "action_id", "options"}, {"initial_options", "initial_option", "focus_on_load"}
    )
    yield from _options(element, at, most=10)


def _options(element: Thing, at: str, *, most: int) -> Found:
    options = list(_some(element, "options"))
    yield from _counted(element, "options", at, 1, most)
    for place, option in enumerate(options):
        here = f"{at}.options[{place}]"
        yield from _keys(option, here, {"text", "value"}, {"description"})
        yield from _plain(option.get("text"), f"{here}.text", most=75)
        yield from _string(option.get("value"), f"{here}.value", most=150)
    values = Counter(option.get("value") for option in options)
    yield from (f"{at}: the value {value!r} stands {count} times" for value, count in values.items() if count > 1)
    initial = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else None)
    if initial is not None and (not initial or any(one not in options for one in initial)):
        yield f"{at}: chosen at first is what is no option, or nothing"


def _datepicker(element: Thing, at: str) -> Found:
    yield from _keys(element, at, {"type", "action_id"}, {"initial_date", "placeholder", "focus_on_load"})
    try:
        written = element.get("initial_date", "2026-01-01")
        if date.fromisoformat(written).isoformat() != written:
            yield f"{at}.initial_date: {written!r} is no YYYY-MM-DD"
    except (ValueError, TypeError):
        yield f"{at}.initial_date: {element['initial_date']!r} is no date"


def _text_input(element: Thing, at: str) -> Found:
    optional = {"initial_value", "placeholder", "multiline", "min_length", "max_length", "focus_on_load"}
    yield from _keys(element, at, {"type", "action_id"}, optional)
    if "initial_value" in element:
        yield from _string(element["initial_value"], f"{at}.initial_value", most=element.get("max_length", 3000))
    if not 1 <= element.get("max_length", 3000) <= 3000:
        yield f"{at}.max_length: {element['max_length']}"
    if "placeholder" in element:
        yield from _plain(element["placeholder"], f"{at}.placeholder", most=150)


def _feedback(element: Thing, at: str) -> Found:
    yield from _keys(element, at, {"type", "action_id", "positive_button", "negative_button"}, set())
    for name in ("positive_button", "negative_button"):
        button, here = element.get(name, {}), f"{at}.{name}"
        yield from _keys(button, here, {"text", "value"}, {"accessibility_label"})
        yield from _plain(button.get("text"), f"{here}.text", most=75)
        yield from _string(button.get("value"), f"{here}.value", most=2000)
        yield from _string(button.get("accessibility_label", "-"), f"{here}.accessibility_label", most=75)


def _text(text: object, at: str, *, most: int, mentions: bool = False) -> Found:
    if not isinstance(text, Mapping) or text.get("type") not in ("mrkdwn", "plain_text"):
        yield f"{at}: no text object"
    elif text["type"] == "plain_text":
        yield from _plain(text, at, most=most)
    else:
        yield from _keys(text, at, {"type", "text"}, {"verbatim"})
        yield from _string(text.get("text"), at, most=most)
        yield from _markup(str(text.get("text")), at, mentions=mentions)
        if text.get("verbatim") is not True:
            yield f"{at}: not verbatim, so that Slack makes links of what looks like one"


def _plain(text: object, at: str, *, most: int) -> Found:
    if not isinstance(text, Mapping) or text.get("type") != "plain_text":
        yield f"{at}: not plain_text"
        return
    yield from _keys(text, at, {"type", "text"}, {"emoji"})
    yield from _string(text.get("text"), at, most=most)


def _markup(text: str, at: str, *, mentions: bool) -> Found:
    rest = _DATE.sub("", _LINK.sub("", text))
    rest = _USER.sub("", rest) if mentions else rest
    if "<" in rest or ">" in rest:
        yield f"{at}: unescaped {re.findall('.?[<>].{0,12}', rest)[0]!r}"
    if _ENTITY.search(rest):
        yield f"{at}: unescaped '&'"


def _string(text: object, at: str, *, most: int, blank: bool = False) -> Found:
    if not isinstance(text, str) or not (text if blank else text.strip()):
        yield f"{at}: empty"
        return
    if units(text) > most:
        yield f"{at}: {units(text):,} characters, over {most:,}"
    if _HARMFUL.search(text):
        yield f"{at}: control characters or half a character"


def _address(url: object, at: str) -> Found:
    if not isinstance(url, str) or not _ADDRESS.fullmatch(url) or units(url) > 3000:
        yield f"{at}: no address of the web within 3,000 characters"


def _keys(thing: Thing, at: str, required: set[str], optional: set[str]) -> Found:
    yield from (f"{at}: {name} is missing" for name in sorted(required - set(thing)))
    yield from (f"{at}: {name} is unknown" for name in sorted(set(thing) - required - optional))


def _some(thing: Thing, name: str) -> Sequence[Any]:
    values = thing.get(name, ())
    return values if isinstance(values, list | tuple) else ()


def _counted(thing: Thing, name: str, at: str, least: int, most: int) -> Found:
    count = len(_some(thing, name))
    if not least <= count <= most:
        yield f"{at}.{name}: {count} of {least} to {most}"


_EVERYWHERE = frozenset({"message", "modal", "home"})
_BLOCKS: Mapping[str, tuple[frozenset[str], Callable[[Thing, str], Found]]] = {
    "actions": (_EVERYWHERE, _actions),
    "context": (_EVERYWHERE, _context),
    "context_actions": (frozenset({"message"}), _context_actions),
    "divider": (_EVERYWHERE, _divider),
    "header": (_EVERYWHERE, _header),
    "input": (frozenset({"modal", "home"}), _input),
    "rich_text": (_EVERYWHERE, _rich_text),
    "section": (_EVERYWHERE, _section),
}
_ELEMENTS: Mapping[str, Callable[[Thing, str], Found]] = {
    "button": _button,
    "checkboxes": _choices,
    "datepicker": _datepicker,
    "feedback_buttons": _feedback,
    "multi_static_select": _select,
    "overflow": _overflow,
    "plain_text_input": _text_input,
    "radio_buttons": _choices,
    "static_select": _select,
}
_IN_ACTIONS = {"button", "datepicker", "overflow", "radio_buttons", "static_select", "checkboxes"}
_IN_SECTION = {"button", "datepicker", "overflow", "radio_buttons", "static_select", "checkboxes"}
_IN_INPUT = {"checkboxes", "datepicker", "multi_static_select", "plain_text_input", "radio_buttons", "static_select"}
