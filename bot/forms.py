"""Filling in a form in a terminal: a modal asked for line by line, and what Slack would send for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from bot.blocks import Block, View
from bot.blocks.modals import Values
from bot.errors import BadCommand
from bot.narrowing import days_of
from bot.terminal import form_of, label_of, options_of, printable

ENDS = frozenset({"/quit", "/exit", "quit", "exit"})
"""What ends a form, and a conversation when no form is open."""
HELP = frozenset({"help", "/help", "?"})

# What only forms say.
FORM = "An empty line keeps what stands in [brackets], - empties it, /quit leaves."
HOW_TO_FILL_IN = (
    "Choose by number or by how a name begins; write a day as 31 March 2026. "
    "An empty line keeps what stands in [brackets], - empties it, /quit leaves the form."
)
FORM_OPEN = "A form is open, and {command} has to wait: fill it in, or write /quit to leave it."
NEEDED = "{label} needs an answer: give one, or write /quit to leave the form."
NO_DAY = "“{typed}” is no day: write it as 31 March 2026 or 2026-03-31, or /quit to leave the form."
NO_OPTION = (
    "“{typed}” is not offered: write a number from 1 to {last} or how a name begins, or /quit to leave the form."
)
SEVERAL = "“{typed}” may be {options}: write more of it, or the number."
NO_FIELD = "{label} cannot be filled in in a terminal: do it in Slack, or say it in words."


class Left(Exception):
    """The person does not want to fill in a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A modal to be filled in, and where.

    ``ask`` shows its argument and returns the line that is typed after it, or raises EOFError. ``problems`` are what
    cannot be, of what was filled in so far: for each input's block, why.
    """

    view: View
    ask: Callable[[str], str]
    say: Callable[[str], None]
    warn: Callable[[str], None]
    show: Callable[[RenderableType], None]
    today: Callable[[], date]
    problems: Callable[[Values], Mapping[str, str]]

    def filled_in(self) -> Values:
        """What was filled in, as Slack would send it, asked for field by field; raises Left."""
        self.show(Text(label_of(self.view["title"]), style="bold"))
        self.say(FORM)
        values: dict[str, Mapping[str, Mapping[str, Any]]] = {}
        for lines, block in form_of(self.view):
            for line in lines:
                self.show(line)
            if block is not None:
                values |= self._field(block, values)
        return values

    def _field(self, block: Block, before: Values) -> Values:
        """What Slack would send for an input below those ``before``, asked for until it can be; raises Left."""
        question = question_of(label_of(block["label"]), initial(block))
        while True:
            typed = self.ask(question).strip()
            if typed.casefold() in _LEAVES:
                raise Left
            if typed.casefold() in HELP:
                self.say(HOW_TO_FILL_IN)
                continue
            try:
                filled = {block["block_id"]: {block["element"]["action_id"]: self._state(block, typed)}}
                self._look_over(block, {**before, **filled})
            except BadCommand as error:
                self.warn(str(error))
            else:
                return filled

    def _state(self, block: Block, typed: str) -> Mapping[str, Any]:
        command = typed.partition(" ")[0]
        if command.casefold() in _KNOWN:
            raise BadCommand(FORM_OPEN.format(command=command))
        state = state_of(block, "" if typed == _EMPTIES else typed, asked=self.today()) if typed else kept(block)
        if not block.get("optional") and not any(value for name, value in state.items() if name != "type"):
            raise BadCommand(NEEDED.format(label=label_of(block["label"])))
        return state

    def _look_over(self, block: Block, values: Values) -> None:
        """Raises BadCommand where this input cannot be what it is, after those before it."""
        wrong = self.problems(values).get(block["block_id"])
        if wrong is not None:
            raise BadCommand(wrong)


def question_of(label: str, before: str) -> str:
    """What is asked for an input, in one line."""
    asked = f"{label} [{'; '.join(before.splitlines())}]" if before else label
    return f"{asked} " if asked.endswith(("?", ":")) else f"{asked}: "


def initial(block: Block) -> str:
    """What stands in an input before anybody types, in words."""
    element = block["element"]
    chosen = [
        *element.get("initial_options", ()),
        *([element["initial_option"]] if "initial_option" in element else []),
    ]
    if chosen:
        return "; ".join(label_of(option["text"]) for option in chosen)
    return printable(element.get("initial_value", element.get("initial_date", "")))


def kept(block: Block) -> Mapping[str, Any]:
    """What Slack would send for an input that nobody touched; raises BadCommand."""
    element, kind = block["element"], _kind(block)
    return {"type": element["type"], kind.name: element.get(kind.initial, kind.nothing)}


def state_of(block: Block, typed: str, *, asked: date) -> Mapping[str, Any]:
    """What Slack would send for an input into which this was typed on the day ``asked``; raises BadCommand."""
    element, kind = block["element"], _kind(block)
    return {"type": element["type"], kind.name: kind.read(element, typed, asked) if typed else kind.nothing}


def _kind(block: Block) -> _Kind:
    kind = _KINDS.get(block["element"]["type"])
    if kind is None:
        raise BadCommand(NO_FIELD.format(label=label_of(block["label"])))
    return kind


@dataclass(frozen=True, slots=True)
class _Kind:
    """How Slack calls what is in an input, and what was in it before; how it is read, and how it is when empty."""

    name: str
    initial: str
    read: Callable[[Mapping[str, Any], str, date], object]
    nothing: object = None


def _text(_: Mapping[str, Any], typed: str, __: date) -> str:
    return typed


def _day(_: Mapping[str, Any], typed: str, asked: date) -> str:
    """The day that is named; of a month nobody knows whether its first or its last is meant."""
    with suppress(ValueError):
        return date.fromisoformat(typed).isoformat()
    days = days_of(typed, asked=asked)
    if days is None or days.first is None or days.first != days.last:
        raise BadCommand(NO_DAY.format(typed=typed))
    return days.first.isoformat()


def _one(element: Mapping[str, Any], typed: str, _: date) -> Mapping[str, Any]:
    return _option(element, typed)


def _some(element: Mapping[str, Any], typed: str, _: date) -> list[Mapping[str, Any]]:
    """The options that a list names; a name may have commas itself."""
    listed = typed.split() if _NUMBERS.fullmatch(typed) else [name.strip() for name in re.split("[;,]", typed)]
    rest, chosen = [name for name in listed if name], list[Mapping[str, Any]]()
    while rest:
        count = next((n for n in range(min(len(rest), _COMMAS), 1, -1) if _is_option(element, ", ".join(rest[:n]))), 1)
        option = _option(element, ", ".join(rest[:count]))
        chosen += [option] if option not in chosen else []
        del rest[:count]
    return chosen


def _is_option(element: Mapping[str, Any], typed: str) -> bool:
    with suppress(BadCommand):
        return bool(_option(element, typed))
    return False


def _option(element: Mapping[str, Any], typed: str) -> Mapping[str, Any]:
    """The option of this name, else of this number, else the only one that begins like it; raises BadCommand."""
    offered, name = options_of(element), " ".join(typed.casefold().split())
    called = [one for one in offered if label_of(one["text"]).casefold() == name]
    number = typed.strip("[]. ")
    if not called and number.isdecimal() and len(number) <= _DIGITS and 1 <= int(number) <= len(offered):
        called = [offered[int(number) - 1]]
    called = called or [one for one in offered if label_of(one["text"]).casefold().startswith(name)]
    if not called or not name:
        raise BadCommand(NO_OPTION.format(typed=typed, last=len(offered)))
    if len(called) > 1:
        raise BadCommand(SEVERAL.format(typed=typed, options=" or ".join(label_of(one["text"]) for one in called[:4])))
    return called[0]


_DIGITS = 3
"""No menu has more options."""
_EMPTIES = "-"
_NUMBERS = re.compile(r"\d+(?:\s+\d+)*")
_COMMAS = 6
"""A name has fewer."""
_LEAVES = ENDS | {"/cancel", "cancel"}
_KNOWN = frozenset({"/ask", "/quotes", "/check", "/onrecord"})
_TEXT = _Kind("value", "initial_value", _text)
_CHOICE = _Kind("selected_option", "initial_option", _one)
_CHOICES = _Kind("selected_options", "initial_options", _some, [])
_KINDS: Mapping[str, _Kind] = {
    **dict.fromkeys(("plain_text_input", "email_text_input", "url_text_input", "number_input"), _TEXT),
    "datepicker": _Kind("selected_date", "initial_date", _day),
    **dict.fromkeys(("static_select", "radio_buttons"), _CHOICE),
    **dict.fromkeys(("multi_static_select", "checkboxes"), _CHOICES),
}
