"""The reference encoder: sentence-transformers itself, any model that it can load."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from embeddings.encoder import Vectors
from embeddings.encoder.model import Model
from embeddings.encoder.pooling import pool_spans, unit
from embeddings.news import Span

# Loading takes a moment; a bar for it would stand between a command's own lines.
transformers_logging.disable_progress_bar()


class TransformerEncoder:
    """Encodes with PyTorch in 32-bit floats."""

    def __init__(self, model: Model, *, threads: int) -> None:
        self._threads = threads
        self._model = SentenceTransformer(str(model.folder), device="cpu", local_files_only=True)
        self.name = model.identity("torch")
        self.dimension = model.dimension

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text: shape ``(len(texts), dimension)``."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        torch.set_num_threads(self._threads)  # of the whole process: another encoder may have set it since
        encoded = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(encoded, dtype=np.float32)

    def question(self, text: str) -> Vectors:
        """One unit vector: shape ``(dimension,)``."""
        vector: Vectors = unit(self.passages([text]))[0]
        return vector

    def spans(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Vectors]:
        """For each text one unit row for each of its spans, read in context: shape ``(spans, dimension)``."""
        return [self._spans(text, each) for text, each in zip(texts, spans, strict=True)]

    def read(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """What ``passages`` and ``spans`` give; a text with spans is read twice."""
        none = np.zeros((0, self.dimension), dtype=np.float32)
        found = [self._spans(text, each) if each else none for text, each in zip(texts, spans, strict=True)]
        return self.passages(texts), found

    def _spans(self, text: str, spans: Sequence[Span]) -> Vectors:
        tokens = self._model.encode(text, output_value="token_embeddings", show_progress_bar=False)
        offsets = self._model.tokenizer(text, truncation=True, return_offsets_mapping=True)["offset_mapping"]
        return pool_spans(np.asarray(tokens, dtype=np.float32)[: len(offsets)], offsets, spans)
