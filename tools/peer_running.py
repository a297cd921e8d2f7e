"""What a peer's script does when it is run: builds its index or asks it, and prints one JSON line of figures.

    python -m tools.peer_NAME build PARAGRAPHS.jsonl VECTORS.npy MODEL INDEX
    python -m tools.peer_NAME ask INDEX PARAGRAPHS.jsonl QUESTIONS.jsonl RUN.jsonl

All peers are measured by this one file: CPU seconds of the whole process, all its threads, and the clock's beside
them. Loading the library is not counted in a build; it is in the first answer.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tools.measuring import peak_mb

LIMIT = 10
Hits = Sequence[tuple[int, float]]
"""Numbers of paragraphs with their scores, the best first."""
Search = Callable[[str], Hits]
Build = Callable[[Sequence[str], Path, str, Path], None]
"""Texts, the file of their vectors, the model's folder, where the index goes."""
Figures = dict[str, Any]


def run(build: Build, opened: Callable[[Path], Search]) -> None:
    """One of the two commands, as the command line says."""
    command, *arguments = sys.argv[1:]
    if command == "build":
        paragraphs, vectors, model, index = arguments
        figures = _built(build, Path(paragraphs), Path(vectors), model, Path(index))
    else:
        figures = _asked(opened, *map(Path, arguments))
    print(json.dumps(figures))


def _built(build: Build, paragraphs: Path, vectors: Path, model: str, index: Path) -> Figures:
    texts = [row["text"] for row in _records(paragraphs)]
    start, wall = time.process_time(), time.perf_counter()
    build(texts, vectors, model, index)
    return {
        "cpu_seconds": time.process_time() - start,
        "wall_seconds": time.perf_counter() - wall,
        "peak_mb": peak_mb(),
        "disk_mb": sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) / 1e6,
    }


def _asked(opened: Callable[[Path], Search], index: Path, paragraphs: Path, questions: Path, run: Path) -> Figures:
    queries = _records(questions)
    search = opened(index)
    search(queries[0]["query"])
    figures: Figures = {"first_answer_cpu_seconds": time.process_time(), "memory_mb": peak_mb()}
    found, milliseconds, wall_milliseconds = [], [], []
    for query in queries:
        start, wall = time.process_time(), time.perf_counter()
        found.append(search(query["query"]))
        milliseconds.append((time.process_time() - start) * 1e3)
        wall_milliseconds.append((time.perf_counter() - wall) * 1e3)
    rows = _records(paragraphs)
    with run.open("w", encoding="utf-8") as file:
        for query, hits in zip(queries, found, strict=True):
            passages = [rows[number] | {"score": score} for number, score in hits]
            line = {"query_id": query["id"], "abstained": False, "passages": passages}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return figures | {"milliseconds": milliseconds, "wall_milliseconds": wall_milliseconds}


def _records(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
