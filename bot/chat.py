"""The same conversation in a terminal: a line is a message or a command, a number presses what bears it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from getpass import getuser
from importlib import import_module
from io import TextIOWrapper
from typing import Protocol, TextIO
from uuid import uuid4

from rich.console import Console, RenderableType
from rich.text import Text

from bot import messages
from bot.blocks import View
from bot.blocks.modals import problems
from bot.desk import Home, Reply, answer_id
from bot.errors import BadCommand, BotError, trail
from bot.forms import ENDS, HELP, Form, Left
from bot.orders import Topic, order
from bot.remarks import wants_more
from bot.talk import TERMINAL, Answered, Errand, Job, Person, Press, Room, Verb
from bot.terminal import WIDEST, Choice, Rendered, printable, rendered, rendered_view
from embeddings import ArchiveError

TEAM = CHANNEL = TERMINAL
PROMPT = "\n› "

# What only the terminal says.
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
FORM_LEFT = "The form is left; nothing in it was sent."
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


@dataclass(slots=True, kw_only=True)
class Chat:
    """One conversation; all of it stands in one thread of a direct message.

    ``ask`` shows its argument and returns the line that is typed after it, or raises EOFError. ``remember`` is told
    of every answer that was shown. ``sources`` are the outlets on file.
    """

    desk: Talker
    ask: Callable[[str], str]
    console: Console
    remember: Callable[[Answered], None]
    person: Person
    today: Callable[[], date] = date.today
    sources: Callable[[], frozenset[str]] = frozenset
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
        if typed.casefold() in ENDS:
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
            values = self._form(press, view).filled_in()
        except Left:
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

    def _form(self, press: Press, view: View) -> Form:
        """A modal as a form, in this conversation; which outlets are on file counts only where some can be written."""
        sources = self.sources() if press.verb in _NAMING_OUTLETS else frozenset[str]()
        return Form(
            view=view,
            ask=self.ask,
            say=self._say,
            warn=self._warn,
            show=self._show,
            today=self.today,
            problems=partial(problems, sources=sources),
        )

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
    if line.casefold() in HELP:
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
_MORE = frozenset({"more", "next", "next page"})
_BACK = frozenset({"back", "go back", "previous", "previous page"})
_POST = frozenset({"post", "share", "post to channel", "post it", "share it"})
_LOOKED_AT = frozenset({Verb.CONTEXT, Verb.CITE})
_NAMING_OUTLETS = frozenset({Verb.NARROW, Verb.SETTINGS})
_FILLED_IN = {Verb.NARROW: Errand.NARROWED, Verb.REPORT: Errand.REPORTED, Verb.SETTINGS: Errand.SETTINGS}
