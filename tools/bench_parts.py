"""Prints where the time of a question goes: the parts of it in an archive that ``tools.bench_scale`` made.

    python -m tools.bench_parts [.evaluation/scale/10000000] [--questions 150]

Each question is asked twice, and the second time is told. Processor time is that of the thread that the part runs in;
"vectors" and "question's vector" run beside "words". What is part of a part is set in.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from rich.console import Console
from rich.table import Table

import embeddings.search as searching
from embeddings import open_archive
from embeddings.encoder.serving import ServingEncoder
from embeddings.search import Search
from embeddings.store.embedded import EmbeddedStore
from embeddings.store.lexicon import Lexicon
from embeddings.store.matching import Matching
from embeddings.store.searched import Searched
from tools.bench_scale import percentiles, settings_for
from tools.datasets import WORK, asked_on, question_set

PARTS: tuple[tuple[object, str, str], ...] = (
    (Search, "ask", "question"),
    (EmbeddedStore, "candidates", "  candidates"),
    (ServingEncoder, "question", "    question's vector"),
    (Searched, "_windows_near", "    vectors"),
    (Lexicon, "words", "    words: their lists"),
    (Matching, "_chosen", "    words: which may be the best"),
    (Matching, "_rough", "    words: scored roughly"),
    (Matching, "_exact", "    words: scored by their texts"),
    (Searched, "_nearest", "    vectors compared"),
    (Searched, "with_cosines", "    cosines of what has the words"),
    (Searched, "_items", "    articles read"),
    (searching, "rank", "  ranked"),
    (EmbeddedStore, "copies", "  copies"),
    (EmbeddedStore, "quotations_in", "  quotations"),
    (EmbeddedStore, "sentences", "  sentences"),
)
"""Whose function is timed, and under which name."""


class Clock:
    """The seconds that go into each part, by the clock and by its thread's processor."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = defaultdict(float)
        self.processor: dict[str, float] = defaultdict(float)

    def watch(self, owner: object, name: str, label: str) -> None:
        """Time this function from now on."""
        timed: Callable[..., object] = getattr(owner, name)

        @wraps(timed)
        def watched(*args: object, **named: object) -> object:
            wall, processor = time.perf_counter(), time.thread_time()
            try:
                return timed(*args, **named)
            finally:
                self.wall[label] += time.perf_counter() - wall
                self.processor[label] += time.thread_time() - processor

        setattr(owner, name, watched)


def main() -> None:
    """Ask, and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("archive", type=Path, nargs="?", default=WORK / "scale" / "10000000")
    options.add_argument("--questions", type=int, default=150)
    chosen = options.parse_args()
    clock = Clock()
    for owner, name, label in PARTS:
        clock.watch(owner, name, label)
    queries = question_set("rtqa").queries[: chosen.questions]
    with open_archive(settings_for(chosen.archive)) as archive:
        filters = archive.open_filters()
        for _ in range(2):
            clock.wall.clear()
            clock.processor.clear()
            times = []
            for query in queries:
                start = time.perf_counter()
                archive.ask(query["query"], asked=asked_on(query), filters=filters)
                times.append(time.perf_counter() - start)
    p50, p95 = percentiles(times)
    table = Table(title=f"{len(queries)} questions asked again: p50 {p50:.1f}, p95 {p95:.1f} ms")
    table.add_column("part")
    table.add_column("ms by the clock", justify="right")
    table.add_column("ms of its thread", justify="right")
    for _, _, label in PARTS:
        cells = (1000 * seconds[label] / len(queries) for seconds in (clock.wall, clock.processor))
        table.add_row(label, *(f"{cell:.1f}" for cell in cells))
    Console().print(table)


if __name__ == "__main__":
    main()
