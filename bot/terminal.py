"""What the bot shows, for a terminal: Block Kit in, text out, and a number for all that can be pressed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.emoji import Emoji
from rich.rule import Rule
from rich.style import Style
from rich.text import Text

from bot.talk import Press, Verb

if TYPE_CHECKING:
    from bot.blocks import Block, Message, View

WIDEST = 100
"""Longer lines are hard to read."""
_BAR = "▎ "
_INDENT, _GAP = "  ", "   "
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""What would move a terminal's cursor or cannot be printed; line ends and tabs may stay."""
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_LOOKALIKES = str.maketrans("∗ˍ∼ˋ∶", "*_~`:")
"""What stands in markup for signs that Slack would take for its own; a terminal takes none."""


def _between(sign: str, name: str) -> str:
    """What stands between two of a sign, which may stand inside angle brackets, too: a date has them there."""
    inside = rf"(?:<[^<>\n]+>|(?!<[^<>\n]+>)[^{sign}\n])+"
    return rf"|(?<![\w{sign}])[{sign}](?!\s)(?P<{name}>{inside})(?<!\s)[{sign}](?![\w{sign}])"


_MRKDWN = re.compile(
    r"```\n?(?P<pre>.+?)\n?```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>" + _between("*", "bold") + _between("_", "italic") + _between("~", "strike"),
    re.DOTALL,
)
_QUOTED = re.compile(r"(?:&gt;|>) ?")
_CODE = Style(color="yellow")
_STYLES = {"bold": Style(bold=True), "italic": Style(italic=True), "strike": Style(strike=True), "code": _CODE}
_DIM = Style(dim=True)
_IN_SHORT: Mapping[Verb, str] = {
    Verb.CONTEXT: "context",
    Verb.CITE: "cite",
    Verb.SPEAKER: "more by speaker",
    Verb.REPORT: "report",
}
"""What the entries of the menu beside each passage are called: there are many of them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be pressed; ``reason`` where the person should be asked why."""

    label: str
    press: Press
    reason: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message or a view for a terminal, and what can be pressed in it, in the order of the numbers."""

    lines: tuple[RenderableType, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Exact words behind a bar, however wide the terminal is."""

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        """One printed line of the words at a time."""
        for line in self.text.wrap(console, max(1, min(options.max_width, WIDEST) - len(_BAR))):
            line.rstrip()
            yield Text.assemble((_BAR, "cyan"), line)


@dataclass(frozen=True, slots=True)
class Indented:
    """Words to the right of the others, all lines of them."""

    text: Text
    by: int = len(_INDENT)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        """One printed line of the words at a time."""
        for line in self.text.wrap(console, max(1, options.max_width - self.by)):
            line.rstrip()
            yield Text(" " * self.by).append_text(line) if line else Text("")


@dataclass(frozen=True, slots=True)
class Entries:
    """What can be pressed or chosen, side by side; a line ends between two of them, where they are not too long."""

    entries: tuple[Text, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        """One line of entries at a time."""
        for line in _in_lines(self.entries, options.max_width - len(_INDENT)):
            yield Indented(line)


def _in_lines(entries: Iterable[Text], room: int) -> Iterator[Text]:
    line = Text()
    for entry in entries:
        if line and line.cell_len + len(_GAP) + entry.cell_len > room:
            yield line
            line = Text()
        line = Text(_GAP).join([line, entry]) if line else entry.copy()
    if line:
        yield line


@dataclass(slots=True)
class _Numbering:
    """Gives the next number to whatever can be pressed."""

    first: int
    choices: list[Choice] = field(default_factory=list)

    def entry(self, label: str, element: Mapping[str, Any], *, reason: bool = False, brief: bool = False) -> Text:
        press = _press(element.get("value"))
        if press is None:
            return Text.assemble(label, *([(f" ({printable(element['url'])})", _DIM)] if "url" in element else []))
        self.choices.append(Choice(label, press, reason))
        number = self.first + len(self.choices) - 1
        return _brief(number, _IN_SHORT.get(press.verb, label)) if brief else _numbered(number, label)


def _numbered(number: int, label: str) -> Text:
    return Text.assemble((f"[{number}] ", "bold cyan"), label)


def _brief(number: int, label: str) -> Text:
    return Text(f"[{number}] {label}", style=_DIM)


def rendered(message: Message, *, first: int = 1) -> Rendered:
    """A message, with numbers from ``first`` on for what can be pressed."""
    return _rendered(message.blocks, first) if message.blocks else Rendered((_mrkdwn(message.text),), ())


def rendered_view(view: View, *, first: int = 1) -> Rendered:
    """A modal or the home, its title first, with numbers from ``first`` on for what can be pressed."""
    inside = _rendered(view["blocks"], first)
    title = [Text(label_of(view["title"]), style="bold")] if "title" in view else []
    return Rendered((*title, *inside.lines), inside.choices)


def form_of(view: View) -> Iterator[tuple[tuple[RenderableType, ...], Block | None]]:
    """A modal to be filled in: each input with what is to be read before it; in the end what is below, with None."""
    read: list[RenderableType] = []
    for block in view["blocks"]:
        if block["type"] != "input":
            read += [Text(""), *_rendered([block], 1).lines]
            continue
        label, *offered = _input(block, _Numbering(1))
        # The label alone would stand there twice: it is what is asked, too.
        yield (*read, *([Text(""), label, *offered] if offered else [])), block
        read = []
    yield tuple(read), None


def _rendered(blocks: Iterable[Block], first: int) -> Rendered:
    numbering = _Numbering(first)
    lines: list[RenderableType] = []
    for block in blocks:
        drawn = _DRAWN.get(block["type"], _unknown)(block, numbering)
        if lines and block["type"] in _APART:
            lines.append(Text(""))
        lines += drawn
    return Rendered(tuple(lines), tuple(numbering.choices))


def options_of(element: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """What a menu offers, in or out of groups."""
    return tuple(
        option for group in (element, *element.get("option_groups", ())) for option in group.get("options", ())
    )


def _press(value: object) -> Press | None:
    try:
        return Press.read(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _header(block: Block, _: _Numbering) -> list[RenderableType]:
    return [Text(label_of(block["text"]), style="bold")]


def _section(block: Block, numbering: _Numbering) -> list[RenderableType]:
    lines = [line for text in (block.get("text"), *block.get("fields", ())) if text for line in _composed(text)]
    return lines + (_entries([block["accessory"]], numbering) if "accessory" in block else [])


def _context(block: Block, _: _Numbering) -> list[RenderableType]:
    parts = [Text(one.get("alt_text", "")) if one["type"] == "image" else _inline(one) for one in block["elements"]]
    line = Text("  ").join(part for part in parts if part)
    line.stylize_before(_DIM)
    return [line]


def _actions(block: Block, numbering: _Numbering) -> list[RenderableType]:
    return _entries(block["elements"], numbering)


def _divider(_: Block, __: _Numbering) -> list[RenderableType]:
    return [Rule(style="dim")]


def _input(block: Block, _: _Numbering) -> list[RenderableType]:
    element = block["element"]
    lines: list[RenderableType] = [
        Text.assemble((label_of(block["label"]), "bold"), (" (optional)" if block.get("optional") else "", _DIM))
    ]
    if "hint" in block:
        lines.append(Indented(Text(label_of(block["hint"]), style=_DIM)))
    offered = tuple(_numbered(number, label_of(one["text"])) for number, one in enumerate(options_of(element), 1))
    return [*lines, Entries(offered)] if offered else lines


def _image(block: Block, _: _Numbering) -> list[RenderableType]:
    return [Text(printable(block["alt_text"]), style=_DIM)]


def _unknown(block: Block, _: _Numbering) -> list[RenderableType]:
    return [Text(f"(A block of type {block['type']} cannot be shown here.)", style=_DIM)]


def _entries(elements: Sequence[Mapping[str, Any]], numbering: _Numbering) -> list[RenderableType]:
    entries = [entry for one in elements for entry in _pressable(one, numbering)]
    return [Entries(tuple(entries))] if entries else []


def _pressable(element: Mapping[str, Any], numbering: _Numbering) -> Iterator[Text]:
    """The numbered entries of a button, a menu, or the two halves of a question for feedback."""
    if "positive_button" in element:
        for half, reason in (("positive_button", False), ("negative_button", True)):
            yield numbering.entry(label_of(element[half]["text"]), element[half], reason=reason)
    elif options := options_of(element):
        for option in options:
            yield numbering.entry(label_of(option["text"]), option, brief=element.get("type") == "overflow")
    elif "text" in element:
        yield numbering.entry(label_of(element["text"]), element)


def _rich_text(block: Block, _: _Numbering) -> list[RenderableType]:
    return [line for element in block["elements"] for line in _RICH[element["type"]](element)]


def _rich_section(element: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield _joined(element["elements"])


def _rich_quote(element: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield Verbatim(_joined(element["elements"]))


def _rich_preformatted(element: Mapping[str, Any]) -> Iterator[RenderableType]:
    text = _joined(element["elements"])
    text.stylize_before(_CODE)
    yield Indented(text)


def _rich_list(element: Mapping[str, Any]) -> Iterator[RenderableType]:
    start = element.get("offset", 0) + 1
    for place, item in enumerate(element["elements"], start):
        mark = f"{place}. " if element["style"] == "ordered" else "• "
        yield Indented(Text(mark).append_text(_joined(item["elements"])), by=2 + 2 * element.get("indent", 0))


_RICH: Mapping[str, Callable[[Mapping[str, Any]], Iterator[RenderableType]]] = {
    "rich_text_section": _rich_section,
    "rich_text_quote": _rich_quote,
    "rich_text_preformatted": _rich_preformatted,
    "rich_text_list": _rich_list,
}


def _joined(elements: Iterable[Mapping[str, Any]]) -> Text:
    return Text("").join(_piece(element) for element in elements)


def _piece(element: Mapping[str, Any]) -> Text:
    text = _link(element["url"], element.get("text", "")) if element["type"] == "link" else Text(_words(element))
    for name, on in element.get("style", {}).items():
        if on and name in _STYLES:
            text.stylize(_STYLES[name])
    return text


def _words(element: Mapping[str, Any]) -> str:
    """The words of a piece of rich text that is no link."""
    match element["type"]:
        case "text":
            return printable(element["text"])
        case "emoji":
            return _with_emoji(f":{element['name']}:")
        case "date":
            return printable(element.get("fallback", ""))
        case "channel":
            return f"#{element['channel_id']}"
        case kind:
            return f"@{element.get(f'{kind}_id') or element.get('range', kind)}"


def label_of(composition: Mapping[str, Any]) -> str:
    """The words of a plain text object."""
    words = printable(composition["text"])
    return _with_emoji(words) if composition.get("emoji") else words


def _inline(composition: Mapping[str, Any]) -> Text:
    """A text object, as one text."""
    return _mrkdwn(composition["text"]) if composition["type"] == "mrkdwn" else Text(label_of(composition))


def _composed(composition: Mapping[str, Any]) -> Iterator[RenderableType]:
    """A text object, lines that begin with > behind a bar."""
    if composition["type"] != "mrkdwn":
        yield Text(label_of(composition))
        return
    lines = composition["text"].split("\n")
    for quoted, run in groupby(lines, key=lambda line: bool(_QUOTED.match(line))):
        text = _mrkdwn("\n".join(_QUOTED.sub("", line, count=1) if quoted else line for line in run))
        yield Verbatim(text) if quoted else text


def _mrkdwn(source: str) -> Text:
    """Slack's own markup, as text with styles."""
    text, end = Text(), 0
    for match in _MRKDWN.finditer(source):
        text.append_text(_plain(source[end : match.start()])).append_text(_marked_up(match))
        end = match.end()
    return text.append_text(_plain(source[end:]))


def _marked_up(match: re.Match[str]) -> Text:
    kind = match.lastgroup or ""
    inner = match[kind]
    if kind == "angle":
        return _angle(inner)
    if kind in {"code", "pre"}:
        return Text(printable(_unescaped(inner)), style=_CODE)
    text = _mrkdwn(inner)
    text.stylize_before(_STYLES[kind])
    return text


def _angle(inner: str) -> Text:
    """What stands between angle brackets: a link, or somebody or something that is mentioned."""
    target, _, label = inner.partition("|")
    mark = target[:1]
    if mark in {"@", "#"}:
        return Text(mark + printable(_unescaped(label or target[1:]).removeprefix(mark)))
    if mark == "!":
        return Text(printable(_unescaped(label or f"@{target[1:].partition('^')[0]}")))
    return _link(_unescaped(target), _unescaped(label))


def _link(url: str, label: str) -> Text:
    """Words that lead somewhere, with the address beside them: not every terminal follows links."""
    label, url = printable(label), printable(url)
    leads = Style(underline=True, link=url) if url.startswith(("https://", "http://")) else Style()
    if not (label and url) or label == url:
        return Text(url or label, style=leads)
    return Text.assemble((label, leads), (f" ({url})", _DIM))


def _plain(source: str) -> Text:
    return Text(printable(_unescaped(_with_emoji(source))))


def _unescaped(source: str) -> str:
    return re.sub("&(?:lt|gt|amp);", lambda match: _ENTITIES[match[0]], source).translate(_LOOKALIKES)


def _with_emoji(words: str) -> str:
    return Emoji.replace(words) if ":" in words else words


def printable(words: str) -> str:
    """The words with a picture in the place of each control character: an article must not drive the terminal."""
    return _CONTROLS.sub(
        lambda match: chr(0x2400 + ord(match[0])) if match[0] < " " else "\N{REPLACEMENT CHARACTER}", words
    )


_APART = frozenset({"header", "rich_text", "actions", "input"})
"""A blank line stands before these."""
_DRAWN: Mapping[str, Callable[[Block, _Numbering], list[RenderableType]]] = {
    "header": _header,
    "section": _section,
    "rich_text": _rich_text,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "divider": _divider,
    "input": _input,
    "image": _image,
}
