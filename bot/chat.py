"""The same conversation in a terminal: a line is a message or a command, a number presses what bears it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from getpass import getuser
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Protocol, TextIO
from uuid import uuid4

from rich.console import Console, RenderableType
from rich.text import Text

from bot import messages
from bot.blocks import Block, View
from bot.commands import Topic, order
from bot.desk import Home, Reply, answer_id
from bot.errors import BadCommand, BotError, trail
from bot.followups import wants_more
from bot.narrowing import days_of
from bot.talk import Answered, Errand, Job, Person, Press, Room, Verb
from bot.terminal import WIDEST, Choice, Rendered, form_of, label_of, options_of, printable, rendered, rendered_view
from embeddings import ArchiveError

TEAM = CHANNEL = "terminal"
PROMPT = "\n› "

# What only the terminal says; bot.messages is the place for these sentences.
WELCOME = (
    "Ask in plain words, or write /quotes NAME or /check TEXT; help says more. "
    "A number presses what bears it; /quit ends."
)
GOODBYE = "Goodbye."
WORKING = "Looking it up …"
HERE = (
    ("A number", "presses what bears it; so does its first word where only one has it: narrow, useful"),
    ("/check TEXT", "finds the nearest words on file, as “Find the source of this” does in Slack"),
    ("more, back", "turn the page of the last answer"),
    ("/onrecord home", "shows what is on file, your recent questions and your settings"),
    ("/quit", "leaves a form, or ends the conversation"),
)
HERE_TITLE = "In this terminal"
UNKNOWN = "“{command}” is not known here: there are /ask, /quotes, /check, /onrecord, /help and /quit."
NOTHING_TO_CHECK = "There are no words to look for. Write them after it, as in: `/check The ferry stays in port`"
NO_NUMBERS = "Nothing bears a number yet: ask something first."
NO_SUCH_NUMBER = "There is no {number} here: the numbers go from 1 to {last}."
NO_PAGES = "There are no pages to turn yet: ask something first."
FIRST_PAGE = "This is the first page."
LAST_PAGE = "This is the last page."
NOBODY_TO_SHARE_WITH = "There is nobody to post it to in a terminal: in Slack this posts it to the channel."
FORM = "An empty line keeps what stands in [brackets], - empties it, /quit leaves."
HOW_TO_FILL_IN = (
    "Choose by number or by how a name begins; write a day as 31 March 2026. "
    "An empty line keeps what stands in [brackets], - empties it, /quit leaves the form."
)
FORM_LEFT = "The form is left; nothing in it was sent."
FORM_OPEN = "A form is open, and {command} has to wait: fill it in, or write /quit to leave it."
NEEDED = "{label} needs an answer: give one, or write /quit to leave the form."
NO_DAY = "“{typed}” is no day: write it as 31 March 2026 or 2026-03-31, or /quit to leave the form."
NO_OPTION = (
    "“{typed}” is not offered: write a number from 1 to {last} or how a name begins, or /quit to leave the form."
)
SEVERAL = "“{typed}” may be {options}: write more of it, or the number."
NO_FIELD = "{label} cannot be filled in in a terminal: do it in Slack, or say it in words."
BROKEN = (
    "Something broke while working on this ({kind}, reference {reference}). Ask again, or ask something else; "
    "if it stays so, tell whoever runs this archive both."
)

log = logging.getLogger(__name__)


class Talker(Protocol):
    """Whoever answers; both methods raise BotError and ArchiveError, whose messages are for the person."""

    def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
        """What to say to a job."""

    def view(self, press: Press, job: Job, *, person: Person, room: Room | None) -> View:
        """The modal that a button opens."""


class _Left(Exception):
    """The person does not want to fill in a form."""


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
    _page: int | None = field(default=None, init=False)
    """Which page of an answer that message shows."""

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
        """Answer one line; False when it ends the conversation. Raises EOFError when the input does."""
        typed = line.strip()
        if typed.casefold() in _ENDS:
            return False
        try:
            if typed:
                self._do(typed)
        except (BotError, ArchiveError) as error:
            self._warn(str(error))
        except EOFError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the conversation goes on
            reference = answer_id(self._latest)
            log.debug("%s failed: %s", reference, trail(error))
            self._warn(BROKEN.format(kind=type(error).__name__, reference=reference))
        return True

    def _do(self, typed: str) -> None:
        word = typed.casefold().removeprefix("/")
        if typed.isdecimal() and len(typed) <= _DIGITS:
            self._press(self._numbered(int(typed)))
        elif word in _POST:
            self._say(NOBODY_TO_SHARE_WITH)
        elif word in _BACK or word in _MORE or (wants_more(word) and self._page is not None):
            self._turn_page(-1 if word in _BACK else 1)
        elif (choice := self._called(word)) is not None:
            self._press(choice)
        elif (asked := errand_of(typed)) is not None:
            self._tell(asked[0], text=asked[1])
        else:
            self._open(Press(Verb.SETTINGS, ""), Errand.SETTINGS)

    def _called(self, word: str) -> Choice | None:
        """What bears these words, or begins with this one, if only one does."""
        called = [one for one in self._choices if word in (one.label.casefold(), one.label.casefold().split(" ")[0])]
        return called[0] if len(called) == 1 else None

    def _numbered(self, number: int) -> Choice:
        if not self._choices:
            raise BadCommand(NO_NUMBERS)
        if not 1 <= number <= len(self._choices):
            raise BadCommand(NO_SUCH_NUMBER.format(number=number, last=len(self._choices)))
        return self._choices[number - 1]

    def _turn_page(self, by: int) -> None:
        if self._page is None:
            raise BadCommand(NO_PAGES)
        place = self._page + by
        turns = [one for one in self._choices if one.press.verb is Verb.PAGE and one.press.place == place]
        if not turns:
            raise BadCommand(FIRST_PAGE if by < 0 else LAST_PAGE)
        self._press(turns[0])

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
        """Have a modal filled in, and send it unless the person leaves it."""
        view = self._view(press)
        try:
            values = self._filled_in(view)
        except _Left:
            self._say(FORM_LEFT)
        except KeyboardInterrupt:
            self.console.print()
            self._say(FORM_LEFT)
        except EOFError:
            self.console.print()
            self._say(FORM_LEFT)
            raise
        else:
            self._tell(errand, value=json.dumps({"press": press.value, "values": values}, ensure_ascii=False))

    def _filled_in(self, view: View) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        """What was filled in, as Slack would send it, asked for field by field; raises _Left."""
        self._show(Text(label_of(view["title"]), style="bold"))
        self._say(FORM)
        values = {}
        for lines, block in form_of(view):
            self._print(Rendered(lines, ()))
            if block is not None:
                values[block["block_id"]] = {block["element"]["action_id"]: self._field(block)}
        return values

    def _field(self, block: Block) -> Mapping[str, Any]:
        """What Slack would send for an input, asked for until it can be; raises _Left."""
        label, before = label_of(block["label"]), initial(block)
        while True:
            typed = self.ask(question_of(label, before)).strip()
            if typed.casefold() in _LEAVES:
                raise _Left
            if typed.casefold() in _HELP:
                self._say(HOW_TO_FILL_IN)
                continue
            try:
                return self._state(block, typed)
            except BadCommand as error:
                self._warn(str(error))

    def _state(self, block: Block, typed: str) -> Mapping[str, Any]:
        command = typed.partition(" ")[0]
        if command.casefold() in _KNOWN:
            raise BadCommand(FORM_OPEN.format(command=command))
        state = state_of(block, "" if typed == _EMPTIES else typed, asked=self.today()) if typed else kept(block)
        if not block.get("optional") and not any(value for name, value in state.items() if name != "type"):
            raise BadCommand(NEEDED.format(label=label_of(block["label"])))
        return state

    def _view(self, press: Press) -> View:
        return self.desk.view(press, self._job(Errand.PRESSED, value=press.value), person=self.person, room=None)

    def _tell(self, errand: Errand, *, text: str = "", value: str = "") -> None:
        """Give a job to the desk, and show what comes back."""
        with self._working():
            reply = self.desk.answer(self._job(errand, text=text, value=value), person=self.person, room=None)
        if isinstance(reply, Home):
            self._show_home(reply, errand)
            return
        if reply.channel is None:
            self._print(rendered(reply.message), page=reply.answered.page if reply.answered else None)
        if reply.aside is not None:
            self._print(rendered(reply.aside))
        if errand is Errand.HELP:
            self._explain()
        if reply.answered is not None:
            self.remember(self._posted(reply.answered))

    def _posted(self, answered: Answered) -> Answered:
        """The answer with the message that shows it, as the answer log wants it of those that all may read."""
        return answered if answered.private or answered.ts else replace(answered, ts=self._latest)

    def _show_home(self, home: Home, errand: Errand) -> None:
        """Slack shows changed settings on the page where they were changed; here the page is long gone."""
        if errand is Errand.SETTINGS:
            self._say(messages.SETTINGS_KEPT)
        else:
            self._print(rendered_view(home.view))

    def _explain(self) -> None:
        self.console.print()
        self._show(Text(HERE_TITLE, style="bold"))
        for what, does in HERE:
            self._show(Text.assemble((what, "bold"), f": {does}"))

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

    def _print(self, shown: Rendered, *, more: bool = False, page: int | None = None) -> None:
        """Print it; its numbers go on from those that stand, or are the new ones if there are any."""
        for line in shown.lines:
            self._show(line)
        if more:
            self._choices += shown.choices
        elif shown.choices:
            self._choices, self._shown_at, self._page = shown.choices, self._latest, page

    def _say(self, words: str) -> None:
        self._show(Text(printable(words), style="dim"))

    def _warn(self, words: str) -> None:
        """Say what is wrong; what is to be typed stands between backticks, and out."""
        pieces = printable(words).split("`")
        self._show(
            Text.assemble(*((one, "bold" if place % 2 else "") for place, one in enumerate(pieces)), style="yellow")
        )

    def _show(self, line: RenderableType) -> None:
        """Print something, no wider than is read well."""
        width = min(self.console.width, WIDEST)
        for piece in line.wrap(self.console, width) if isinstance(line, Text) else [line]:
            if isinstance(piece, Text):
                piece.rstrip()
            self.console.print(piece, width=width)

    def _working(self) -> AbstractContextManager[object]:
        return self.console.status(WORKING) if self.console.is_terminal else nullcontext()


def errand_of(line: str) -> tuple[Errand, str] | None:
    """What a typed line asks for, and its words without the command; None for settings. Raises BadCommand."""
    if line.casefold() in _HELP:
        return Errand.HELP, ""
    if not line.startswith("/"):
        return Errand.ASK, line
    command, *rest = line.strip().split(maxsplit=1)
    words = "".join(rest)
    match command.casefold():
        case "/ask":
            return (Errand.ASK, words) if words else (Errand.HELP, "")
        case "/quotes":
            return Errand.QUOTES, words
        case "/check":
            return _check(words)
        case "/onrecord" | "/help":
            return _onrecord(words)
    raise BadCommand(UNKNOWN.format(command=command))


def _check(words: str) -> tuple[Errand, str]:
    if not any(character.isalnum() for character in words):
        raise BadCommand(NOTHING_TO_CHECK)
    return Errand.SOURCE, words


def _onrecord(words: str) -> tuple[Errand, str] | None:
    """As Slack's ``/onrecord`` is read, and the home page, which is a tab there."""
    if words.casefold() == "home":
        return Errand.HOME, ""
    match order(words).topic:
        case Topic.STATUS:
            return Errand.STATUS, ""
        case Topic.SETTINGS:
            return None
    return Errand.HELP, words


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
    if isinstance(stdin, TextIOWrapper):
        stdin.reconfigure(errors="replace")
    if stdin.isatty():
        with suppress(ImportError):
            import_module("readline")
        return input

    def read(prompt: str) -> str:
        line = stdin.readline()
        if not line:
            raise EOFError
        console.print(Text(prompt + printable(line.rstrip("\r\n")), style="bold"))
        return line

    return read


_DIGITS = 3
"""A longer number is a year, or a question."""
_EMPTIES = "-"
_NUMBERS = re.compile(r"\d+(?:\s+\d+)*")
_COMMAS = 6
"""A name has fewer."""
_ENDS = frozenset({"/quit", "/exit", "quit", "exit"})
_LEAVES = _ENDS | {"/cancel", "cancel"}
_HELP = frozenset({"help", "/help", "?"})
_MORE = frozenset({"more", "next", "next page"})
_BACK = frozenset({"back", "go back", "previous", "previous page"})
_POST = frozenset({"post", "share", "post to channel", "post it", "share it"})
_KNOWN = frozenset({"/ask", "/quotes", "/check", "/onrecord"})
_LOOKED_AT = frozenset({Verb.CONTEXT, Verb.CITE})
_FILLED_IN = {Verb.NARROW: Errand.NARROWED, Verb.REPORT: Errand.REPORTED, Verb.SETTINGS: Errand.SETTINGS}
_TEXT = _Kind("value", "initial_value", _text)
_CHOICE = _Kind("selected_option", "initial_option", _one)
_CHOICES = _Kind("selected_options", "initial_options", _some, [])
_KINDS: Mapping[str, _Kind] = {
    **dict.fromkeys(("plain_text_input", "email_text_input", "url_text_input", "number_input"), _TEXT),
    "datepicker": _Kind("selected_date", "initial_date", _day),
    **dict.fromkeys(("static_select", "radio_buttons"), _CHOICE),
    **dict.fromkeys(("multi_static_select", "checkboxes"), _CHOICES),
}
