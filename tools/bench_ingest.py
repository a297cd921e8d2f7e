"""Ingests a set in a process of its own and prints its figures: NAME ARCHIVE."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from embeddings import open_archive
from tools.datasets import archive_settings, question_set
from tools.measuring import watched


def main() -> None:
    """From files to an archive that can be asked."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    with watched() as peak, open_archive(replace(archive_settings(name), archive=folder), writing=True) as archive:
        receipt = archive.ingest([question_set(name).articles])
    figures = {
        "cpu_seconds": time.process_time(),
        "peak_mb": peak.mb,
        "articles": receipt.read,
        "paragraphs": receipt.paragraphs,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
