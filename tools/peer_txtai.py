"""The peer: txtai's hybrid search over the same paragraphs with the same model; run in its own environment.

    python tools/peer_txtai.py build PARAGRAPHS.jsonl MODEL INDEX
    python tools/peer_txtai.py ask INDEX PARAGRAPHS.jsonl QUESTIONS.jsonl RUN.jsonl

``build`` and ``ask`` print one JSON line of figures: CPU seconds, memory and, for each question, CPU milliseconds.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def build(paragraphs: Path, model: str, index: Path) -> dict[str, float]:
    """Index every paragraph; figures of the build."""
    from txtai import Embeddings

    rows = [json.loads(line) for line in paragraphs.read_text(encoding="utf-8").splitlines()]
    start, wall = time.process_time(), time.perf_counter()
    embeddings = Embeddings(path=model, hybrid=True, content=False)
    embeddings.index((number, row["text"], None) for number, row in enumerate(rows))
    embeddings.save(str(index))
    return {
        "cpu_seconds": time.process_time() - start,
        "wall_seconds": time.perf_counter() - wall,
        "paragraphs": len(rows),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "disk_mb": sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) / 1e6,
    }


def ask(index: Path, paragraphs: Path, questions: Path, run: Path) -> dict[str, object]:
    """Ask every question, write a run for the scorer; figures of the asking."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(index))
    queries = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    embeddings.search(queries[0]["query"], 10)
    first_answer = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found, milliseconds = [], []
    for query in queries:
        start = time.process_time()
        found.append(embeddings.search(query["query"], 10))
        milliseconds.append((time.process_time() - start) * 1e3)
    rows = [json.loads(line) for line in paragraphs.read_text(encoding="utf-8").splitlines()]
    with run.open("w", encoding="utf-8") as file:
        for query, hits in zip(queries, found, strict=True):
            passages = [rows[int(number)] | {"score": float(score)} for number, score in hits]
            line = {"query_id": query["id"], "abstained": False, "passages": passages}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return {"first_answer_cpu_seconds": first_answer, "milliseconds": milliseconds, "memory_mb": memory}


def main() -> None:
    """One of the two commands."""
    command, *arguments = sys.argv[1:]
    if command == "build":
        figures: dict[str, object] = dict(build(Path(arguments[0]), arguments[1], Path(arguments[2])))
    else:
        figures = ask(*map(Path, arguments))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
