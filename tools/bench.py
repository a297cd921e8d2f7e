"""Prints speed, memory, disk and quality beside the peers: the same articles, paragraphs, weights and questions.

    python -m tools.bench [SET …] [--anew]

The × beside a peer's figure says how many times better ours is, whatever "better" means in that row; under 1 we are
behind, and the lines below the table say why. CPU time is quoted before the clock's: machines are noisy, and the ratio
is what holds. The peers run as they come, with a thread for each processor, whose waiting counts as CPU time; so
they are held to one, too, as we are. A build of ours is charged with its start and with all of its processes; a peer's
begins when its library is loaded. What encodes for minutes is kept for the next run unless ``--anew`` is given.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from embeddings import open_archive
from tools import peer
from tools.datasets import WORK, QuestionSet, archive_settings, question_set, scorer

SETS = ("mhrag_facts", "rtqa")
MARKED = 5
BUILDS = {"as it comes": {}, "without quotations": {"ONRECORD_QUOTES": "off"}}
QUALITY = {
    "hit1": "Hit@1",
    "hit5": "Hit@5",
    "rec10": "Recall@10",
    "mrr10": "MRR@10",
    "ndcg10_art": "nDCG@10, articles",
    "abst_auroc": "answerable or not, AUROC",
}
WHY = {
    "quotations": "ours also reads the files, splits them, and finds and attributes every quotation; the peers are "
    "handed their paragraphs",
    "index": "ours reads files, splits, compares copies and files each article in a transaction of its own that "
    "survives a power cut; the peers write one index of paragraphs that they are handed",
    "disk": "ours holds the articles in full, for every version, with quotations, word index and digests; txtai's "
    "index holds no text",
    "question": "ours also weighs dates, outlets, names and likeness of words for each candidate, and decides whether "
    "there is an answer at all",
    "quality": "nothing but the ranking: docs/ranking.md",
}
console = Console(width=150, highlight=False)
Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of ours beside each peer's, in the order of ``peer.PEERS``; ``more`` where more is better."""

    title: str
    ours: float
    theirs: tuple[float, ...]
    more: bool = False
    why: str = ""

    @property
    def leads(self) -> tuple[float, ...]:
        """How many times better ours is than each; under 1 where it is worse."""
        pairs = ((self.ours, other) if self.more else (other, self.ours) for other in self.theirs)
        return tuple(above / below if below else float("inf") for above, below in pairs)

    @property
    def verdict(self) -> str:
        """Whom we are behind, or that there is nobody."""
        behind = [name for name, lead in zip(peer.PEERS.values(), self.leads, strict=True) if lead < 1]
        return f"behind {' and '.join(behind)}" if behind else "ahead of both"


def main() -> None:
    """One table for each set, and why where we are behind."""
    arguments = argparse.ArgumentParser(description="Speed, memory, disk and quality beside the peers.")
    arguments.add_argument("sets", nargs="*", default=SETS, metavar="SET", help=" or ".join(SETS))
    arguments.add_argument("--anew", action="store_true", help="measure again what was kept")
    given = arguments.parse_args()
    for name in given.sets:
        questions = question_set(name)
        ours = _ours(questions, anew=given.anew)
        rows = [*_building(ours, questions), *_asking(ours, questions)]
        _print(
            rows,
            f"{name}: {ours['built']['as it comes']['paragraphs']:,} paragraphs, {len(questions.queries)} questions",
        )


def _ours(questions: QuestionSet, *, anew: bool) -> dict[str, Any]:
    """Our archive of the set, and what building it took; kept with its figures."""
    folder, kept = WORK / "bench" / questions.name, WORK / "bench" / f"{questions.name}.json"
    if anew or not kept.exists():
        built = {}
        for title, environ in reversed(BUILDS.items()):
            shutil.rmtree(folder, ignore_errors=True)
            command = [sys.executable, "-m", "tools.bench_ingest", questions.name, folder]
            built[title] = peer.figures_of(command, environ=environ) | {"disk_mb": _megabytes(folder)}
        kept.write_text(json.dumps(built), encoding="utf-8")
    return {"folder": folder, "built": json.loads(kept.read_text(encoding="utf-8"))}


def _building(ours: Figures, questions: QuestionSet) -> list[Row]:
    """Encoding by itself, then builds from articles to an index that can be asked."""
    with open_archive(replace(archive_settings(questions.name), archive=ours["folder"])) as archive:
        encoded = peer.encode(questions, archive)
    built = [peer.build(name, questions) for name in peer.PEERS]
    command = [sys.executable, "-m", "tools.bench_encoding", peer.paragraphs_of(questions)]
    encoding, whole, alike = peer.figures_of(command), *(ours["built"][title] for title in BUILDS)

    def theirs(key: str) -> tuple[float, ...]:
        return tuple(encoded[key] + one[key] for one in built)

    both = (encoded["cpu_seconds"],) * len(built)
    index = tuple(one["cpu_seconds"] for one in built)
    return [
        Row(title="encoding alone, CPU-s", ours=encoding["cpu_seconds"], theirs=both),
        Row(
            title="build without quotations, CPU-s",
            ours=alike["all_cpu_seconds"],
            theirs=theirs("cpu_seconds"),
            why="index",
        ),
        Row(
            title="build as it comes, CPU-s",
            ours=whole["all_cpu_seconds"],
            theirs=theirs("cpu_seconds"),
            why="quotations",
        ),
        Row(
            title="build as it comes, s by the clock",
            ours=whole["seconds"],
            theirs=theirs("wall_seconds"),
            why="quotations",
        ),
        Row(
            title="the same less encoding, CPU-s (ours: two runs' difference)",
            ours=max(alike["all_cpu_seconds"] - encoding["cpu_seconds"], 0.01),
            theirs=index,
            why="index",
        ),
        Row(
            title="memory while building, MB, with the processes that help",
            ours=whole["peak_mb"],
            theirs=tuple(max(encoded["peak_mb"], one["peak_mb"]) for one in built),
        ),
        Row(title="on disk, MB", ours=whole["disk_mb"], theirs=tuple(one["disk_mb"] for one in built), why="disk"),
    ]


def _asking(ours: Figures, questions: QuestionSet) -> list[Row]:
    """Each question once: what it takes, as the peers come and held to one thread, and how good the answers are."""
    run = WORK / "bench" / f"{questions.name}.run.jsonl"
    mine = _asked(ours, questions, 0, run)
    marked = _asked(ours, questions, MARKED)
    answers = [peer.ask(name, questions) for name in peer.PEERS]
    theirs = [figures for figures, _ in answers]
    single = [peer.ask(name, questions, threads=1)[0] for name in peer.PEERS]
    rows = [
        Row(title=title, ours=mine[key], theirs=tuple(one[key] for one in theirs))
        for title, key in (
            ("start to first answer, CPU-s", "first_answer_cpu_seconds"),
            ("memory at the first answer, MB", "memory_mb"),
        )
    ]
    rows += [
        Row(
            title=f"question, p{percentile}, {what}",
            ours=_time(us, percentile, key),
            theirs=tuple(_time(one, percentile, key) for one in them),
            why="question",
        )
        for what, key, us, them in (
            ("CPU-ms", "milliseconds", mine, theirs),
            ("CPU-ms, peers held to one thread", "milliseconds", mine, single),
            (f"CPU-ms, the same, and {MARKED} sentences marked", "milliseconds", marked, single),
            ("ms by the clock", "wall_milliseconds", mine, theirs),
        )
        for percentile in (50, 95)
    ]
    us, *them = (_score(questions, one) for one in (peer.records(run), *(lines for _, lines in answers)))
    return rows + [
        Row(title=title, ours=us[key], theirs=tuple(one[key] for one in them), more=True, why="quality")
        for key, title in QUALITY.items()
    ]


def _asked(ours: Figures, questions: QuestionSet, marked: int, *run: Path) -> Figures:
    return peer.figures_of([sys.executable, "-m", "tools.bench_ask", questions.name, ours["folder"], marked, *run])


def _score(questions: QuestionSet, run: Sequence[Figures]) -> Figures:
    figures: Figures = scorer().score(list(questions.queries), run, questions.texts)[0]
    return figures


def _time(figures: Figures, percentile: int, key: str) -> float:
    return float(np.percentile(figures[key], percentile))


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def _print(rows: Sequence[Row], title: str) -> None:
    table = Table(title=title, title_justify="left")
    for column in ("", "Onrecord", *(one for name in peer.PEERS.values() for one in (name, "×")), "verdict"):
        table.add_column(column, justify="left" if column in ("", "verdict") else "right")
    for row in rows:
        cells = [cell for pair in zip(map(_told, row.theirs), map(_told, row.leads), strict=True) for cell in pair]
        table.add_row(row.title, _told(row.ours), *cells, row.verdict)
    console.print(table)
    behind = [row for row in rows if min(row.leads) < 1]
    for row in behind:
        console.print(
            f"  {row.title}: {row.verdict}; {WHY.get(row.why, 'no reason known: look into it')}.", style="yellow"
        )
    console.print(f"  Ahead of both in {len(rows) - len(behind)} of {len(rows)} rows.")
    console.print(
        "  Our ranking weights were fitted on these questions; `make evaluate` has the figures in five folds, each "
        "question asked of weights that never saw it.",
        style="dim",
    )


def _told(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 1000 else f"{figure:.3g}" if figure < 1 else f"{figure:.2f}"


if __name__ == "__main__":
    main()
