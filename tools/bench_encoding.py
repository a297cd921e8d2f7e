"""Encodes paragraphs with our encoder, as an ingest does, and prints its figures: PARAGRAPHS.jsonl."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from embeddings import Settings
from embeddings.wiring import make_encoder
from tools.peer import records

BATCH = 1024


def main() -> None:
    """From loading the model to the last vector."""
    texts = [record["text"] for record in records(Path(sys.argv[1]))]
    start, wall = time.process_time(), time.perf_counter()
    encoder = make_encoder(Settings.from_environ(os.environ))
    for first in range(0, len(texts), BATCH):
        encoder.passages(texts[first : first + BATCH])
    print(json.dumps({"cpu_seconds": time.process_time() - start, "wall_seconds": time.perf_counter() - wall}))


if __name__ == "__main__":
    main()
