"""Ingests a set in a process of its own and prints its figures: NAME ARCHIVE."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from embeddings import open_archive
from tools.datasets import archive_settings, question_set
from tools.measuring import peak_mb


def main() -> None:
    """From files to an archive that can be asked."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    settings = replace(archive_settings(name), archive=folder)
    with open_archive(settings, writing=True) as archive:
        receipt = archive.ingest([question_set(name).articles])
    figures = {
        "cpu_seconds": time.process_time(),
        # Its own, and of each process that helps as much as the largest took.
        "peak_mb": peak_mb() + settings.processes * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "articles": receipt.read,
        "paragraphs": receipt.paragraphs,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
