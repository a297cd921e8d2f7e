"""Prints how three replicas on one PostgreSQL hold out: undisturbed, one killed in the middle, restarted one by one.

Archive and memory are in that one database. Each round is 200 mentions in 20 seconds in 20 channels; every event comes
by a plain TCP balancer to whichever replica has its turn. Counted are answers lost and answers given twice. The figure
of an answer holds Slack's pace of one post a second and channel. The take-over is the time from the kill until the last
answer to what was asked before it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from threading import Thread

import numpy as np
from rich.console import Console
from rich.table import Table

from embeddings.wiring import migrate
from tests.servers import Runs, engine, new_primary
from tests.slack.replicas import Fleet, Load, fleet, prepare
from tests.standin import Rules, StandIn
from tools.datasets import archive_of, archive_settings, question_set

SET = "rtqa"
MENTIONS, SECONDS = 200, 20.0
PATIENCE = 300.0
console = Console(width=120, highlight=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round came to; times in seconds."""

    title: str
    load: Load
    redelivered: int
    taken_over: float | None = None


def main() -> int:
    """One row for each round; 1 when anything was lost or said twice."""
    questions = [query["query"] for query in question_set(SET).queries]
    archive_of(question_set(SET)).close()
    with _fleet() as replicas:
        rounds = [_round(replicas, questions), _killed(replicas, questions), _restarted(replicas, questions)]
        shares = ", ".join(str(replicas.balancer.passed[bot.port]) for bot in replicas.bots)
    table = Table(title=f"{MENTIONS} mentions in {SECONDS:.0f} s, three replicas, archive and memory on one PostgreSQL")
    for title in ("", "answered", "lost", "twice", "redelivered", "answers p50, s", "p95, s", "max, s", "take-over, s"):
        table.add_column(title, justify="right" if title else "left")
    for one in rounds:
        table.add_row(one.title, *_cells(one))
    console.print(table)
    console.print(f"connections that each replica got: {shares}")
    return 1 if any(one.load.lost + one.load.twice for one in rounds) else 0


@contextmanager
def _fleet() -> Iterator[Fleet]:
    settings, runs = archive_settings(SET), Runs(engine())
    try:
        with (
            new_primary(runs) as primary,
            StandIn(rules=Rules(pace=0.1)) as slack,
            tempfile.TemporaryDirectory() as own,
        ):
            prepare(slack)
            address = primary.fresh()
            migrate(str(settings.archive), address, progress=lambda step: None)
            environ = {
                **slack.environ,
                "ONRECORD_ARCHIVE": address,
                "ONRECORD_CACHE": str(settings.cache),
                "ONRECORD_DATABASE": address,
                "ONRECORD_STALE_HOURS": "0",
            }
            del environ["SLACK_APP_TOKEN"]
            with fleet(slack, Path(own), environ) as found:
                yield found
    finally:
        runs.close()


def _round(
    replicas: Fleet, questions: Sequence[str], title: str = "undisturbed", then: Callable[[], None] = lambda: None
) -> Round:
    load = Load(replicas.slack, list(islice(cycle(questions), MENTIONS)), SECONDS)
    before = len(replicas.slack.acks)
    load.ask(then)
    load.wait(PATIENCE)
    return Round(title=title, load=load, redelivered=sum(ack.attempt > 0 for ack in replicas.slack.acks[before:]))


def _killed(replicas: Fleet, questions: Sequence[str]) -> Round:
    victim, at = replicas.bots[1], 0.0

    def kill() -> None:
        nonlocal at
        at = replicas.slack.clock.now()
        victim.kill()

    done = _round(replicas, questions, "one killed with -9", kill)
    asked = zip(done.load.asked, done.load.answers(), strict=True)
    last = max(float(found[0].ts) for one, found in asked if found and one.at < at)
    victim.launch()
    replicas.wait_until_seen(victim)
    return Round(title=done.title, load=done.load, redelivered=done.redelivered, taken_over=last - at)


def _restarted(replicas: Fleet, questions: Sequence[str]) -> Round:
    rolling = Thread(target=replicas.restart_one_by_one)
    done = _round(replicas, questions, "restarted one by one", rolling.start)
    rolling.join()
    return done


def _cells(done: Round) -> list[str]:
    waits = np.array(done.load.waits)
    return [
        str(len(waits)),
        str(done.load.lost),
        str(done.load.twice),
        str(done.redelivered),
        *(f"{figure:.1f}" for figure in (np.percentile(waits, 50), np.percentile(waits, 95), waits.max())),
        "" if done.taken_over is None else f"{done.taken_over:.1f}",
    ]


if __name__ == "__main__":
    sys.exit(main())
