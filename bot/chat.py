"""The same conversation in a terminal: a line is a message or a command, a number presses what bears it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from getpass import getuser
from importlib import import_module
from typing import Any, Protocol, TextIO
from uuid import uuid4

from rich.console import Console
from rich.text import Text

from bot.blocks import Block, View
from bot.desk import Home, Reply
from bot.errors import BadCommand, BotError
from bot.narrowing import days_of
from bot.talk import Answered, Errand, Job, Person, Press, Room, Verb
from bot.terminal import Choice, Rendered, label_of, options_of, rendered, rendered_view
from embeddings import ArchiveError

TEAM = CHANNEL = "terminal"
PROMPT = "\n› "

# What only the terminal says; bot.messages is the place for these sentences.
WELCOME = (
    "Ask in plain words, or write /quotes NAME, /check TEXT or /onrecord help. "
    "A number presses what bears it; /quit ends."
)
GOODBYE = "Goodbye."
WORKING = "Looking it up …"
UNKNOWN = "There is no {command} here: write /ask, /quotes, /check, /onrecord or /quit, or ask in plain words."
ONRECORD = "There is no “/onrecord {words}”: write /onrecord help, status, home or settings."
NO_NUMBERS = "Nothing bears a number yet: ask something first."
NO_SUCH_NUMBER = "There is no {number} here: the numbers go from 1 to {last}."
NOBODY_TO_SHARE_WITH = "There is nobody to share it with in a terminal: in Slack this posts it to the channel."
HOW_TO_FILL_IN = "An empty line leaves what stands in brackets, a single - empties it."
LEFT = "Left as it was: {label} needs an answer."
NO_DAY = "“{typed}” is no day: write it as 31 March 2026 or 2026-03-31."
NO_OPTION = "“{typed}” is not offered: write one of {options}."
NO_FIELD = "{label} cannot be filled in in a terminal: do it in Slack, or say it in words."
BROKEN = "Something broke while working on this; the log has it under {reference}. Ask again, or ask something else."

log = logging.getLogger(__name__)


class Talker(Protocol):
    """Whoever answers; both methods raise BotError and ArchiveError, whose messages are for the person."""

    def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
        """What to say to a job."""

    def view(self, press: Press, job: Job, *, person: Person, room: Room | None) -> View:
        """The modal that a button opens."""


@dataclass(slots=True, kw_only=True)
class Chat:
    """One conversation; all of it stands in one thread of a direct message.

    ``ask`` shows its argument and returns the line that is typed after it, or raises EOFError. ``remember`` is told
    of every answer that was shown.
    """

    desk: Talker
    ask: Callable[[str], str]
    console: Console
    remember: Callable[[Answered], None]
    person: Person
    today: Callable[[], date] = date.today
    thread: str = field(default_factory=lambda: uuid4().hex)
    _jobs: int = field(default=0, init=False)
    _choices: tuple[Choice, ...] = field(default=(), init=False)
    _shown_at: str = field(default="", init=False)
    """The message that bears the numbers."""

    def run(self) -> None:
        """Answer line after line until the person ends it."""
        self._say(WELCOME)
        try:
            while self.turn(self.ask(PROMPT)):
                pass
        except (EOFError, KeyboardInterrupt):
            self.console.print()
        self._say(GOODBYE)

    def turn(self, line: str) -> bool:
        """Answer one line; False when it ends the conversation."""
        typed = line.strip()
        if typed.lower() in _ENDS:
            return False
        try:
            if typed:
                self._do(typed)
        except (BotError, ArchiveError) as error:
            self.console.print(Text(str(error), style="yellow"))
        except Exception:
            log.exception("%s failed", self._latest)
            self.console.print(Text(BROKEN.format(reference=self._latest), style="yellow"))
        return True

    def _do(self, typed: str) -> None:
        if typed.isdecimal() and len(typed) <= _DIGITS:
            self._press(self._numbered(int(typed)))
        elif typed.casefold() == "/onrecord settings":
            self._open(Press(Verb.SETTINGS, ""), Errand.SETTINGS)
        else:
            errand, text = errand_of(typed)
            self._tell(errand, text=text)

    def _numbered(self, number: int) -> Choice:
        if not self._choices:
            raise BadCommand(NO_NUMBERS)
        if not 1 <= number <= len(self._choices):
            raise BadCommand(NO_SUCH_NUMBER.format(number=number, last=len(self._choices)))
        return self._choices[number - 1]

    def _press(self, choice: Choice) -> None:
        verb, value = choice.press.verb, choice.press.value
        if verb in _FILLED_IN:
            self._open(choice.press, _FILLED_IN[verb])
        elif verb in _LOOKED_AT:
            self._print(rendered_view(self._view(choice.press), first=len(self._choices) + 1), more=True)
        elif verb is Verb.SHARE:
            self._say(NOBODY_TO_SHARE_WITH)
        elif verb is Verb.RATE:
            self._rate(choice)
        else:
            self._tell(Errand.PRESSED, value=value)

    def _rate(self, choice: Choice) -> None:
        """The judgement counts at once, whether or not a reason follows."""
        self._tell(Errand.RATED, value=json.dumps({"press": choice.press.value}))
        if choice.reason:
            self._open(choice.press, Errand.RATED)

    def _open(self, press: Press, errand: Errand) -> None:
        """Have a modal filled in, and send it."""
        view = self._view(press)
        self._print(rendered_view(view, first=len(self._choices) + 1), more=True)
        self._say(HOW_TO_FILL_IN)
        values = {block["block_id"]: {block["element"]["action_id"]: self._filled_in(block)} for block in inputs(view)}
        self._tell(errand, value=json.dumps({"press": press.value, "values": values}, ensure_ascii=False))

    def _filled_in(self, block: Block) -> Mapping[str, Any]:
        """What Slack would send for an input, asked for until it can be."""
        label, before = label_of(block["label"]), initial(block)
        while True:
            typed = self.ask(question_of(label, before)).strip()
            try:
                state = state_of(block, "" if typed == _EMPTIES else typed or before, asked=self.today())
            except BadCommand as error:
                self.console.print(Text(str(error), style="yellow"))
                continue
            if not block.get("optional") and not any(value for name, value in state.items() if name != "type"):
                raise BadCommand(LEFT.format(label=label))
            return state

    def _view(self, press: Press) -> View:
        return self.desk.view(press, self._job(Errand.PRESSED, value=press.value), person=self.person, room=None)

    def _tell(self, errand: Errand, *, text: str = "", value: str = "") -> None:
        """Give a job to the desk, and show what comes back."""
        with self._working():
            reply = self.desk.answer(self._job(errand, text=text, value=value), person=self.person, room=None)
        if isinstance(reply, Home):
            self._print(rendered_view(reply.view))
            return
        if reply.channel is None:
            self._print(rendered(reply.message))
        if reply.aside is not None:
            self._print(rendered(reply.aside))
        if reply.answered is not None:
            self.remember(reply.answered)

    def _job(self, errand: Errand, *, text: str = "", value: str = "") -> Job:
        self._jobs += 1
        return Job(
            key=self._latest,
            errand=errand,
            team=TEAM,
            user=self.person.id,
            channel=CHANNEL,
            thread=self.thread,
            message=self._shown_at if value and self._shown_at else self._latest,
            text=text,
            value=value,
            direct=True,
        )

    @property
    def _latest(self) -> str:
        """The id of the latest job and of the message that it brought."""
        return f"{self.thread}.{self._jobs}"

    def _print(self, shown: Rendered, *, more: bool = False) -> None:
        """Print it; its numbers go on from those that stand, or are the new ones if there are any."""
        for line in shown.lines:
            self.console.print(line)
        if more:
            self._choices += shown.choices
        elif shown.choices:
            self._choices, self._shown_at = shown.choices, self._latest

    def _say(self, words: str) -> None:
        self.console.print(Text(words, style="dim"))

    def _working(self) -> AbstractContextManager[object]:
        return self.console.status(WORKING) if self.console.is_terminal else nullcontext()


def errand_of(line: str) -> tuple[Errand, str]:
    """What a typed line asks for, and its words without the command; raises BadCommand."""
    if not line.startswith("/"):
        return Errand.ASK, line
    command, _, words = line.partition(" ")
    words = words.strip()
    match command.casefold():
        case "/ask" | "/quotes" | "/check" as known:
            return _COMMANDS[known], words
        case "/onrecord":
            return _onrecord(words)
        case "/help":
            return Errand.HELP, words
    raise BadCommand(UNKNOWN.format(command=command))


def _onrecord(words: str) -> tuple[Errand, str]:
    first, _, rest = words.partition(" ")
    errand = _ABOUT_ITSELF.get(first.casefold())
    if errand is None:
        raise BadCommand(ONRECORD.format(words=words))
    return errand, rest.strip()


def inputs(view: View) -> Iterator[Block]:
    """What can be filled in in a modal, in order."""
    return (block for block in view["blocks"] if block["type"] == "input")


def question_of(label: str, before: str) -> str:
    """What is asked for an input, in one line."""
    asked = f"{label} [{'; '.join(before.splitlines())}]" if before else label
    return f"{asked} " if asked.endswith(("?", ":")) else f"{asked}: "


def initial(block: Block) -> str:
    """What stands in an input before anybody types."""
    element = block["element"]
    chosen = [
        *element.get("initial_options", ()),
        *([element["initial_option"]] if "initial_option" in element else []),
    ]
    if chosen:
        return ", ".join(label_of(option["text"]) for option in chosen)
    return str(element.get("initial_value", element.get("initial_date", "")))


def state_of(block: Block, typed: str, *, asked: date) -> Mapping[str, Any]:
    """What Slack would send for an input into which this was typed on the day ``asked``; raises BadCommand."""
    element = block["element"]
    kind = element["type"]
    if kind in _TYPED_INTO:
        return {"type": kind, "value": typed or None}
    if kind == "datepicker":
        return {"type": kind, "selected_date": _day(typed, asked) if typed else None}
    if kind in _ONE_OF:
        return {"type": kind, "selected_option": _option(element, typed) if typed else None}
    if kind in _SOME_OF:
        return {"type": kind, "selected_options": _options(element, typed) if typed else []}
    raise BadCommand(NO_FIELD.format(label=label_of(block["label"])))


def _day(typed: str, asked: date) -> str:
    """The day that is named; of a month nobody knows whether its first or its last is meant."""
    with suppress(ValueError):
        return date.fromisoformat(typed).isoformat()
    days = days_of(typed, asked=asked)
    if days is None or days.first is None or days.first != days.last:
        raise BadCommand(NO_DAY.format(typed=typed))
    return days.first.isoformat()


def _options(element: Mapping[str, Any], typed: str) -> list[Mapping[str, Any]]:
    """The options that a list names; a name may have commas itself."""
    with suppress(BadCommand):
        return [_option(element, typed)]
    return [_option(element, name.strip()) for name in typed.split(",") if name.strip()]


def _option(element: Mapping[str, Any], typed: str) -> Mapping[str, Any]:
    """The option of this name, or the only one that begins like it."""
    offered = {label_of(option["text"]).casefold(): option for option in options_of(element)}
    like = [name for name in offered if name.startswith(typed.casefold())]
    if typed.casefold() in offered:
        return offered[typed.casefold()]
    if len(like) != 1:
        labels = ", ".join(label_of(option["text"]) for option in offered.values())
        raise BadCommand(NO_OPTION.format(typed=typed, options=labels))
    return offered[like[0]]


def somebody_here() -> Person:
    """Whoever sits at this terminal, by login name and by the machine's clock."""
    try:
        name = getuser()
    except (OSError, KeyError):  # no such user on this machine, as in many a container
        name = "me"
    offset = datetime.now().astimezone().utcoffset()
    return Person(id=name, admin=True, utc_offset=int(offset.total_seconds()) if offset else 0)


def line_reader(stdin: TextIO, console: Console) -> Callable[[str], str]:
    """How lines come in: edited and recalled at a terminal, else one after the other and repeated in the output."""
    if stdin.isatty():
        with suppress(ImportError):
            import_module("readline")
        return input

    def read(prompt: str) -> str:
        line = stdin.readline()
        if not line:
            raise EOFError
        console.print(Text(prompt + line.rstrip("\n"), style="bold"))
        return line

    return read


_DIGITS = 3
"""A longer number is a year, or a question."""
_EMPTIES = "-"
_ENDS = frozenset({"/quit", "/exit", "quit", "exit"})
_COMMANDS = {"/ask": Errand.ASK, "/quotes": Errand.QUOTES, "/check": Errand.SOURCE}
_ABOUT_ITSELF = {"": Errand.HELP, "help": Errand.HELP, "status": Errand.STATUS, "home": Errand.HOME}
_LOOKED_AT = frozenset({Verb.CONTEXT, Verb.CITE})
_FILLED_IN = {Verb.NARROW: Errand.NARROWED, Verb.REPORT: Errand.REPORTED, Verb.SETTINGS: Errand.SETTINGS}
_TYPED_INTO = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
_ONE_OF = frozenset({"static_select", "radio_buttons"})
_SOME_OF = frozenset({"multi_static_select", "checkboxes"})
