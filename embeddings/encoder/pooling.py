"""Unit length, and from the token vectors of a text to one vector for a stretch of it; pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.encoder import Vectors
from embeddings.news import Span

Offsets = Sequence[tuple[int, int]]


def unit(vectors: Vectors) -> Vectors:
    """Each row at length 1; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def pool_spans(tokens: Vectors, offsets: Offsets, spans: Sequence[Span]) -> Vectors:
    """The mean of the tokens that begin in each span, ``(spans, dimension)``; zeros where there is none.

    ``tokens`` is ``(tokens, dimension)`` of one text, ``offsets`` where each token stands in it (an empty
    offset is a special token). A span beyond the tokens that the model could take has none.
    """
    starts = np.array([start if end > start else -1 for start, end in offsets])
    rows = [tokens[(starts >= span.start) & (starts < span.end)] for span in spans]
    zero = np.zeros(tokens.shape[-1], dtype=np.float32)
    means = [row.mean(axis=0) if len(row) else zero for row in rows]
    return unit(np.array(means, dtype=np.float32).reshape(-1, tokens.shape[-1]))
