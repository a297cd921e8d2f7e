"""Asks a set's questions in a process of its own and prints its figures: NAME ARCHIVE MARKED [RUN.jsonl]."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from embeddings import open_archive
from embeddings.records import batch_record
from tools.datasets import archive_settings, asked_on, question_set
from tools.measuring import peak_mb

LIMIT = 10


def main() -> None:
    """Every question once, in order, after the first one has warmed the process up; the run, for the scorer."""
    name, folder, marked = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    queries = question_set(name).queries
    with open_archive(replace(archive_settings(name), archive=folder, threads=1)) as archive:
        archive.ask(queries[0]["query"], asked=asked_on(queries[0]), limit=LIMIT, marked=marked)
        first_answer = time.process_time()
        memory = peak_mb()
        milliseconds, wall_milliseconds, run = [], [], []
        for query in queries:
            start, wall = time.process_time(), time.perf_counter()
            answer = archive.ask(query["query"], asked=asked_on(query), limit=LIMIT, marked=marked)
            milliseconds.append((time.process_time() - start) * 1e3)
            wall_milliseconds.append((time.perf_counter() - wall) * 1e3)
            run.append(batch_record(str(query["id"]), answer, most=LIMIT))
    for place in sys.argv[4:]:
        lines = (json.dumps(line, ensure_ascii=False) for line in run)
        Path(place).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    figures = {"first_answer_cpu_seconds": first_answer, "memory_mb": memory}
    print(json.dumps(figures | {"milliseconds": milliseconds, "wall_milliseconds": wall_milliseconds}))


if __name__ == "__main__":
    main()
