"""Words hashed into a vector: no model, always the same. For tests and for trying things out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from embeddings.encoder import Vectors
from embeddings.encoder.pooling import unit
from embeddings.news import Span
from embeddings.words import telling_words


class HashingEncoder:
    """Texts that share words point the same way; nothing else is known about meaning."""

    def __init__(self, *, dimension: int = 256) -> None:
        self.dimension = dimension
        self.name = f"hashing/{dimension}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text: shape ``(len(texts), dimension)``."""
        return self._hashed(texts)

    def _hashed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            # An empty text must have a direction too: unit length is a promise.
            for word in telling_words(text) or [""]:
                digest = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
                row[digest % self.dimension] += 1 if digest >> 63 else -1
            if not row.any():
                row[0] = 1
        return unit(rows)

    def question(self, text: str) -> Vectors:
        """One unit vector: shape ``(dimension,)``."""
        vector: Vectors = self.passages([text])[0]
        return vector

    def spans(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Vectors]:
        """For each text one unit row for each of its spans: shape ``(spans, dimension)``."""
        return [self._hashed([span.cut(text) for span in each]) for text, each in zip(texts, spans, strict=True)]

    def read(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """What ``passages`` and ``spans`` give."""
        return self.passages(texts), self.spans(texts, spans)
