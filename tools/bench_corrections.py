"""Prints how long it takes from ingest to the message: corrections and kills of stories that were quoted in Slack.

The real process answers in a stand-in for Slack from an archive that this process writes. Each story is asked for in
a channel of its own, then corrected, then killed. Counted are the seconds from the call of ingest to the edit of the
message and to the note in its thread, and what came twice or never.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep, time

import numpy as np
from rich.console import Console
from rich.table import Table

from embeddings import Archive, Article, Settings, open_archive
from tests.bot.archives import story
from tests.slack.process import Bot
from tests.standin import Message, Rules, StandIn

STORIES = 20
PATIENCE = 30.0
FORENAMES = "Ada Bruno Cilla Dov".split()
SURNAMES = "Merrow Tolvane Pellan Varge Ostrel".split()
"""As many pairs of them as there are stories: the lengths have no divisor in common."""
console = Console(width=100, highlight=False)


@dataclass(slots=True)
class Seconds:
    """How long edits and notes took, and how many came otherwise than once."""

    edits: list[float] = field(default_factory=list)
    notes: list[float] = field(default_factory=list)
    wrong: int = 0


def main() -> int:
    """One row for corrections and one for kills; 1 when anything came twice or never."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings.from_environ({"ONRECORD_ARCHIVE": f"{scratch}/archive"})
        with open_archive(settings, writing=True) as archive, StandIn(rules=Rules()) as slack:
            archive.ingest([_version(number, 1) for number in range(STORIES)])
            environ = {**slack.environ, "ONRECORD_ARCHIVE": str(settings.archive), "ONRECORD_STALE_HOURS": "0"}
            for number in range(STORIES):
                slack.workspace.open_channel(f"desk-{number}")
            with Bot(slack=slack, folder=Path(scratch), environ=environ):
                done = _rounds(slack, archive)
    console.print(_table(done))
    return 1 if sum(one.wrong for one in done.values()) else 0


def _rounds(slack: StandIn, archive: Archive) -> dict[str, Seconds]:
    asked = [slack.people.mention("ruth", f"desk-{number}", _question(number)) for number in range(STORIES)]
    slack.wait_for(
        lambda: all(slack.messages(one.channel, thread=one) for one in asked), what="all answers", timeout=120
    )
    done = {"correction": Seconds(), "kill": Seconds()}
    for number, message in enumerate(asked):
        article = _version(number, 2)
        _timed(slack, message, done["correction"], lambda article=article: archive.ingest([article]))  # type: ignore[misc]
    for number, message in enumerate(asked):
        id = _version(number, 1).id
        _timed(slack, message, done["kill"], lambda id=id: archive.kill(id, words="Kill it."))  # type: ignore[misc]
    return done


def _timed(slack: StandIn, asked: Message, seconds: Seconds, change: Callable[[], object]) -> None:
    answer = slack.messages(asked.channel, thread=asked)[0]
    notes = len(slack.messages(asked.channel, thread=asked))
    before, begun = answer.edited, time()
    change()
    slack.wait_for(lambda: answer.edited != before, what="the edit", timeout=PATIENCE)
    seconds.edits.append(float(str(answer.edited)) - begun)
    slack.wait_for(lambda: len(slack.messages(asked.channel, thread=asked)) > notes, what="the note", timeout=PATIENCE)
    seconds.notes.append(float(slack.messages(asked.channel, thread=asked)[-1].ts) - begun)
    edited = answer.edited
    sleep(0.2)
    seconds.wrong += answer.edited != edited or len(slack.messages(asked.channel, thread=asked)) != notes + 1


def _version(number: int, version: int) -> Article:
    """A version of a story of its own; each version has another number of boats."""
    words = f"PORT ELLERY - “We counted {10 + number + version} boats at dawn,” harbour master {_name(number)} said."
    return story(f"boats-{number}", version, words, headline=f"{_name(number)} counts boats")


def _question(number: int) -> str:
    return f"/quotes {_name(number)}"


def _name(number: int) -> str:
    return f"{FORENAMES[number % len(FORENAMES)]} {SURNAMES[number % len(SURNAMES)]}"


def _table(done: dict[str, Seconds]) -> Table:
    table = Table(title=f"{STORIES} stories, each corrected and then killed; seconds from ingest")
    for title in ("", "edit p50", "edit p95", "note p50", "note p95", "not once"):
        table.add_column(title, justify="right" if title else "left")
    for name, one in done.items():
        table.add_row(name, *_percentiles(one.edits), *_percentiles(one.notes), str(one.wrong))
    return table


def _percentiles(values: Sequence[float]) -> list[str]:
    return [f"{np.percentile(np.array(values), share):.2f}" for share in (50, 95)]


if __name__ == "__main__":
    sys.exit(main())
