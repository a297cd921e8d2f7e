"""Ingests the large set of real articles in one run, in a process of its own, and prints where the time goes.

``python -m tools.bench_ingest_large`` takes 8,018 articles (some 20 minutes); ``--articles 300`` takes the first 300.
``--again`` ingests the same once more, which finds everything unchanged. Shares are of the seconds by the clock that
each stage took, summed over threads and processes.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from embeddings import Settings, open_archive
from embeddings.ingest import Pace, Reading, Receipt, Stage
from embeddings.readers import read
from tools.datasets import WORK, archive_settings, shared

_MOST = 0.15
"""The largest share of a stage other than the two that a model works in."""
Done = tuple[Receipt, Pace, tuple[float, float]]


def main() -> None:
    """One table for each run."""
    options = _options()
    settings = archive_settings("large")
    settings = replace(settings, archive=options.archive)
    if options.processes is not None:
        settings = replace(settings, processes=options.processes)
    shutil.rmtree(options.archive, ignore_errors=True)
    console = Console(width=120, highlight=False, stderr=options.json)
    for run in ("fresh", "again")[: 1 + options.again]:
        figures = _figures(run, _ingested(settings, options.articles, console), options.archive)
        if options.json:
            print(json.dumps(figures))
        else:
            console.print(_table(figures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, help="only so many")
    parser.add_argument("--archive", type=Path, default=WORK / "bench_large", help="where to: it is made anew")
    parser.add_argument("--processes", type=int, help="so many look for quotations")
    parser.add_argument("--again", action="store_true", help="ingest the same once more")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _ingested(settings: Settings, articles: int | None, console: Console) -> Done:
    path = shared() / "data" / "retrieval" / "news_large.jsonl.gz"
    with open_archive(settings, writing=True) as archive, console.status("…") as status:
        pace, peak = Pace(total=path.stat().st_size), (0.0, 0.0)
        readings: Iterator[Reading] = islice(read(path, passed=pace.passed), articles)

        def told(receipt: Receipt) -> None:
            nonlocal peak
            peak = max(peak, _resident(), key=sum)
            status.update(f"{receipt.read:,} articles, {receipt.paragraphs:,} paragraphs, {pace.elapsed:,.0f} s")

        receipt = archive.ingest(readings, progress=told, pace=pace)
    return receipt, pace, peak


def _resident() -> tuple[float, float]:
    """Megabytes that this process has in memory now, and those that it began together."""
    listed = (path.read_text() for path in Path("/proc/self/task").glob("*/children"))
    children = [pid for line in listed for pid in line.split()]
    own, *theirs = (_resident_of(pid) for pid in ["self", *children])
    return own, sum(theirs)


def _resident_of(pid: str) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def _figures(run: str, done: Done, folder: Path) -> dict[str, object]:
    receipt, pace, peak = done
    return {
        "run": run,
        "articles": receipt.read,
        "paragraphs": receipt.paragraphs,
        "quotations": receipt.quotations,
        "outcomes": {outcome.value: count for outcome, count in receipt.outcomes.items()},
        "seconds": pace.elapsed,
        "articles_per_second": receipt.read / pace.elapsed,
        "paragraphs_per_second": receipt.paragraphs / pace.elapsed,
        "texts_encoded": pace.encoded,
        "texts_taken": pace.taken,
        "waited": pace.waited,
        "stages": {stage.value: spent for stage, spent in pace.seconds.items()},
        "shares": {stage.value: share for stage, share in pace.shares.items()},
        "peak_mb": peak[0],
        "peak_mb_of_processes_that_help": peak[1],
        "disk_mb": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6,
    }


def _table(figures: dict[str, object]) -> Table:
    table = Table("", "", title=f"ingest, {figures['run']}", title_justify="left", show_header=False)
    shares = figures["shares"]
    assert isinstance(shares, dict)
    for name, value in figures.items():
        if name not in ("run", "shares", "stages"):
            shown = f"{value:,.1f}" if isinstance(value, float) else str(value)
            table.add_row(name.replace("_", " "), shown)
    for stage, share in shares.items():
        heavy = figures["run"] == "fresh" and share > _MOST and stage not in (Stage.ENCODING, Stage.EXTRACTING)
        table.add_row(f"share of {stage}", f"{share:.1%}" + (f", more than {_MOST:.0%}" if heavy else ""))
    return table


if __name__ == "__main__":
    main()
