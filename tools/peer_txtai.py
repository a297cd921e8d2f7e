"""A peer: txtai's hybrid search (FAISS and BM25) over the same paragraphs with the same model; tools/peer_running.py.

It is set up as its documentation shows, ``Embeddings(path=…, hybrid=True)``. The vectors of a build are handed to it
where it would call the model; questions are encoded by txtai itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tools.peer_running import LIMIT, Hits, Search, run


def build(texts: Sequence[str], vectors: Path, model: str, index: Path) -> None:
    """Index every text with the vector that it has, and save the index."""
    import numpy as np
    from txtai import Embeddings

    rows, given = np.load(vectors), 0

    def encoded(batch: Sequence[str], category: str | None = None) -> object:
        nonlocal given
        given += len(batch)
        return rows[given - len(batch) : given]

    embeddings = Embeddings(path=model, hybrid=True, content=False)
    embeddings.model.encode = encoded
    embeddings.index((number, text, None) for number, text in enumerate(texts))
    embeddings.save(str(index))


def opened(index: Path) -> Search:
    """A search over the index that was saved."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(index))

    def search(question: str) -> Hits:
        return [(int(number), float(score)) for number, score in embeddings.search(question, LIMIT)]

    return search


if __name__ == "__main__":
    run(build, opened)
