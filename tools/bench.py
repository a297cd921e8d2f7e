"""Prints speed, memory and disk beside the peer: the same articles, paragraphs, model and questions, one run.

CPU time is quoted, not the clock's: the machines are noisy, and the ratio between the two is what holds. The peer
runs as it comes, with a thread for each processor, whose waiting counts as CPU time; so it is held to one, too. The
larger set's peer index takes half an hour of CPU to build, so only the smaller one is built anew each time.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tools import peer
from tools.datasets import WORK, archive_of, archive_settings, question_set

BUILT_ANEW = "mhrag_facts"
SETS = (BUILT_ANEW, "rtqa")
MARKED = 5
console = Console(width=120, highlight=False)
Figures = Mapping[str, Any]


def main() -> None:
    """One table for each set."""
    for name in SETS:
        questions = question_set(name)
        with archive_of(questions) as archive:
            theirs_built = peer.build(questions, archive, anew=name == BUILT_ANEW)
        theirs, _ = peer.ask(questions)
        single, _ = peer.ask(questions, threads=1)
        folder = archive_settings(name).archive
        ours, marked = _asked(name, folder, marked=0), _asked(name, folder, marked=MARKED)
        table = Table(title=f"{name}: {theirs_built['paragraphs']:,} paragraphs", title_justify="left")
        for title in ("", "Onrecord", "txtai hybrid", "ratio"):
            table.add_column(title, justify="right" if title else "left")
        _compare(table, "start to first answer, CPU-s", ours, theirs, "first_answer_cpu_seconds")
        for percentile in (50, 95):
            _add(table, f"question, p{percentile}, CPU-ms", _time(ours, percentile), _time(theirs, percentile))
            _add(table, "  the peer held to one thread", _time(ours, percentile), _time(single, percentile))
            _add(table, f"  with {MARKED} answering sentences marked", _time(marked, percentile), None)
        _compare(table, "memory at the first answer, MB", ours, theirs, "memory_mb")
        _add(table, "on disk, MB (ours with the articles)", _megabytes(folder), theirs_built["disk_mb"])
        if name == BUILT_ANEW:
            built = _ingested(name)
            _compare(table, "build, CPU-s", built, theirs_built, "cpu_seconds")
            _compare(table, "memory while building, MB", built, theirs_built, "peak_mb")
            rates = (one["paragraphs"] / one["cpu_seconds"] for one in (built, theirs_built))
            _add(table, "build, paragraphs per CPU-s", *rates)
        console.print(table)


def _asked(name: str, folder: Path, *, marked: int) -> Figures:
    return peer.figures_of([sys.executable, "-m", "tools.bench_ask", name, folder, marked])


def _ingested(name: str) -> Figures:
    folder = WORK / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    return peer.figures_of([sys.executable, "-m", "tools.bench_ingest", name, folder])


def _time(figures: Figures, percentile: int) -> float:
    return float(np.percentile(figures["milliseconds"], percentile))


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def _compare(table: Table, title: str, ours: Figures, theirs: Figures, key: str) -> None:
    _add(table, title, ours[key], theirs[key])


def _add(table: Table, title: str, ours: float, theirs: float | None) -> None:
    cells = (f"{theirs:.2f}", f"{ours / theirs:.2f}") if theirs else ("", "")
    table.add_row(title, f"{ours:.2f}", *cells)


if __name__ == "__main__":
    main()
