"""Asks a set's questions in a process of its own and prints its figures: NAME ARCHIVE MARKED."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from embeddings import open_archive
from tools.datasets import archive_settings, asked_on, question_set


def main() -> None:
    """Every question once, in order, after the first one has warmed the process up."""
    name, folder, marked = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    queries = question_set(name).queries
    with open_archive(replace(archive_settings(name), archive=folder, threads=1)) as archive:
        archive.ask(queries[0]["query"], asked=asked_on(queries[0]), limit=10, marked=marked)
        first_answer = time.process_time()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        milliseconds = []
        for query in queries:
            start = time.process_time()
            archive.ask(query["query"], asked=asked_on(query), limit=10, marked=marked)
            milliseconds.append((time.process_time() - start) * 1e3)
    print(json.dumps({"first_answer_cpu_seconds": first_answer, "milliseconds": milliseconds, "memory_mb": memory}))


if __name__ == "__main__":
    main()
