"""What whoever keeps the bot reads of its memory: what people said of answers, and which messages showed an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from bot.commands import said
from bot.memory import Answers, Feedback, Showing
from bot.talk import Became

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The answer log as a person or a program reads it; every method raises MemoryBroken."""

    answers: Answers

    def feedback(self) -> RenderableType:
        """What people said of answers, the newest first."""
        return feedback_lines(self.answers.feedback())

    def feedback_records(self) -> list[Record]:
        """The same for a program."""
        return [feedback_record(one) for one in self.answers.feedback()]

    def showings(self, article: str) -> RenderableType:
        """Which messages showed an article, the newest first."""
        return showing_lines(article, self.answers.messages_showing(article))

    def showing_records(self, article: str) -> list[Record]:
        """The same for a program."""
        return [showing_record(one) for one in self.answers.messages_showing(article)]


def feedback_lines(found: Iterable[Feedback]) -> RenderableType:
    """What was said of answers, a line or two each."""
    lines = [line for one in found for line in _feedback(one)]
    return Group(*lines) if lines else Text("Nobody has said anything of an answer yet.")


def _feedback(one: Feedback) -> Iterable[Text]:
    if one.place is not None:
        verdict, style = f"reported passage {one.place + 1} as wrong", "red"
    else:
        verdict, style = ("useful", "green") if one.useful else ("not useful", "yellow")
    line = Text.assemble((f"{_moment(one.at)}  ", "dim"), (verdict, style), f"  answer {one.answer}")
    yield line.append(f"  by {one.user}" if one.user else "", style="dim")
    if one.request is not None:
        yield Text(f"  asked: {said(one.request)}")
    if one.reason:
        yield Text(f"  reason: {one.reason}")


def showing_lines(article: str, found: Iterable[Showing]) -> RenderableType:
    """Where an article was shown, a line each, the newest first."""
    lines = [_showing(one) for one in found]
    return Group(*lines) if lines else Text(f"No message has shown {article}.")


def _showing(one: Showing) -> Text:
    version = "" if one.shown.version is None else f" of version {one.shown.version}"
    where = f"privately to {one.user or 'somebody'}" if one.private else f"in {one.channel}, message {one.ts}"
    asked = "" if one.private or not one.user else f", asked by {one.user}"
    return Text.assemble(
        (f"{_moment(one.at)}  ", "dim"),
        f"paragraph {one.shown.paragraph}{version} {where}{asked}",
        _amended(one),
        (f"  team {one.team}, answer {one.answer}", "dim"),
    )


def _amended(one: Showing) -> tuple[str, str]:
    """What became of it, and when whoever read it was told."""
    if one.became is None or one.amended is None:
        return "", ""
    return f"; {_BECAME[one.became]} {_moment(one.amended)}", "red" if one.became is not Became.STANDS else "green"


def feedback_record(one: Feedback) -> Record:
    """The same for a program."""
    request = None if one.request is None else said(one.request)
    return {**asdict(one), "request": request, "at": one.at.isoformat()}


def showing_record(one: Showing) -> Record:
    """The same for a program."""
    amended = one.amended.isoformat() if one.amended else None
    return {**asdict(one), "at": one.at.isoformat(), "amended": amended}


_BECAME = {
    Became.STANDS: "found unchanged in a newer version",
    Became.CORRECTED: "amended as corrected",
    Became.GONE: "amended as no longer in the article",
    Became.WITHDRAWN: "amended as withdrawn",
}


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
