"""Prints how the bot holds out under load: 200 mentions in 20 seconds from 50 people, and once more with it killed.

The real process answers over real sockets in a stand-in for Slack, with the archive of the larger question set and
real questions. Counted are acknowledgements, answers lost, and answers given twice. The figure of a mention's answer
holds Slack's pace of one post a second and channel.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from time import monotonic, sleep

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.slack.process import Bot
from tests.standin import Message, Rules, StandIn
from tools.datasets import archive_of, archive_settings, question_set

SET = "rtqa"
MENTIONS, SECONDS, PEOPLE, CHANNELS = 200, 20.0, 50, 10
KILLED_AT = 0.5
"""The share of the mentions after which the process is killed, and started again."""
PATIENCE = 300.0
MODES = ("socket", "http")
console = Console(width=120, highlight=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round of mentions came to; times in seconds."""

    acks: Sequence[float]
    answers: Sequence[float]
    redelivered: int
    lost: int
    twice: int
    violations: Counter[str]


def main() -> int:
    """One row for each mode, undisturbed and killed in the middle; 1 when anything was lost or said twice."""
    questions = [query["query"] for query in question_set(SET).queries]
    archive_of(question_set(SET)).close()
    table = Table(title=f"{MENTIONS} mentions in {SECONDS:.0f} s from {PEOPLE} people in {CHANNELS} channels")
    for title in ("", "acks p50, ms", "acks p99, ms", "answers p50, s", "p95, s", "redelivered", "lost", "twice"):
        table.add_column(title, justify="right" if title else "left")
    failed = 0
    for mode in MODES:
        for killed in (False, True):
            done = rounded(mode, questions, killed=killed)
            table.add_row(f"{mode}, killed and started again" if killed else mode, *_cells(done))
            console.print(f"{mode}: frowned upon by the stand-in: {dict(done.violations) or 'nothing'}")
            failed += done.lost + done.twice
    console.print(table)
    return 1 if failed else 0


def rounded(mode: str, questions: Sequence[str], *, killed: bool) -> Round:
    """One round, in a Slack and with a process of its own."""
    with _serving(mode) as (slack, bot):
        asked = _mentioned(slack, questions, at=MENTIONS * KILLED_AT, then=_killing(bot) if killed else None)
        _wait_for_all(slack, [message for message, _ in asked])
        found = [(len(slack.messages(message.channel, thread=message)), message, at) for message, at in asked]
        return Round(
            acks=[ack.seconds for ack in slack.acks if "app_mention" in ack.about],
            answers=[_answered_at(slack, message) - at for count, message, at in found if count],
            redelivered=sum(ack.attempt > 0 for ack in slack.acks),
            lost=sum(count == 0 for count, _, _ in found),
            twice=sum(count > 1 for count, _, _ in found),
            violations=Counter(one.kind for one in slack.violations),
        )


@contextmanager
def _serving(mode: str) -> Iterator[tuple[StandIn, Bot]]:
    settings = archive_settings(SET)
    with StandIn(rules=Rules()) as slack, tempfile.TemporaryDirectory() as scratch:
        environ = {
            **slack.environ,
            "ONRECORD_ARCHIVE": str(settings.archive),
            "ONRECORD_CACHE": str(settings.cache),
            "ONRECORD_STALE_HOURS": "0",
        }
        if mode == "http":
            del environ["SLACK_APP_TOKEN"]
        for number in range(PEOPLE):
            slack.workspace.hire(f"reporter-{number}")
        for number in range(CHANNELS):
            slack.workspace.open_channel(f"desk-{number}")
        with Bot(slack=slack, folder=Path(scratch), environ=environ) as bot:
            yield slack, bot


def _mentioned(
    slack: StandIn, questions: Sequence[str], *, at: float, then: Callable[[], None] | None
) -> list[tuple[Message, float]]:
    """Every mention at its time, with the moment; ``then`` happens after so many of them."""
    begun = monotonic()
    asked = []
    for number, question in enumerate(islice(cycle(questions), MENTIONS)):
        sleep(max(0.0, begun + number * SECONDS / MENTIONS - monotonic()))
        if then is not None and number == int(at):
            then()
        who, where = f"reporter-{number % PEOPLE}", f"desk-{number % CHANNELS}"
        moment = slack.clock.now()
        asked.append((slack.people.mention(who, where, question), moment))
    return asked


def _killing(bot: Bot) -> Callable[[], None]:
    def killed() -> None:
        bot.kill()
        bot.launch()

    return killed


def _wait_for_all(slack: StandIn, asked: Sequence[Message]) -> None:
    """Until every mention has an answer, or patience is over."""
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        if all(slack.messages(message.channel, thread=message) for message in asked):
            break
        sleep(0.5)
    # Whatever would come twice has time to come.
    sleep(5)


def _answered_at(slack: StandIn, message: Message) -> float:
    return float(slack.messages(message.channel, thread=message)[0].ts)


def _cells(done: Round) -> list[str]:
    acks, answers = np.array(done.acks) * 1000, np.array(done.answers)
    return [
        f"{np.percentile(acks, 50):.0f}",
        f"{np.percentile(acks, 99):.0f}",
        f"{np.percentile(answers, 50):.1f}",
        f"{np.percentile(answers, 95):.1f}",
        str(done.redelivered),
        str(done.lost),
        str(done.twice),
    ]


if __name__ == "__main__":
    sys.exit(main())
