"""Encodes the peers' paragraphs once, as sentence-transformers does it by itself; run in the peers' environment.

    python tools/peer_encode.py PARAGRAPHS.jsonl MODEL VECTORS.npy

Both peers are given these vectors, so that each is charged the same for them. One JSON line of figures is printed.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def encode(paragraphs: Path, model: str, vectors: Path) -> dict[str, float]:
    """Write the unit vectors of every paragraph as float32, (paragraphs, dimension); figures of the encoding."""
    import numpy as np
    from sentence_transformers import SentenceTransformer

    texts = [json.loads(line)["text"] for line in paragraphs.read_text(encoding="utf-8").splitlines()]
    start, wall = time.process_time(), time.perf_counter()
    encoded = SentenceTransformer(model, device="cpu").encode(texts, normalize_embeddings=True)
    np.save(vectors, np.asarray(encoded, dtype=np.float32))
    return {
        "cpu_seconds": time.process_time() - start,
        "wall_seconds": time.perf_counter() - wall,
        "paragraphs": len(texts),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(encode(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))))
