"""Text to vectors: the interface that every encoder keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.news import Span

Vectors = NDArray[np.float32]


def digest(text: str) -> int:
    """What a text is known by wherever its vector is kept: BLAKE2b to 64 bits, signed."""
    # A broken feed may hold half a surrogate pair, which is no text elsewhere.
    read = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(read, "big", signed=True)


class Encoder(Protocol):
    """Turns text into vectors of unit length."""

    @property
    def name(self) -> str:
        """Model, pooling and precision in one word; two encoders of one name give the same vectors."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text, in order: shape ``(len(texts), dimension)``."""

    def question(self, text: str) -> Vectors:
        """One unit vector: shape ``(dimension,)``."""

    def spans(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Sequence[Vectors]:
        """For each text one row for each of its spans, read in the context of the whole: shape ``(spans, dimension)``.

        Unit length, or zeros for a span that lies beyond what the model can read at once.
        """

    def read(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, Sequence[Vectors]]:
        """What ``passages`` and ``spans`` give of the same texts, in one reading where the model can do so."""
