"""The reference encoder: sentence-transformers itself, any model that it can load."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from embeddings.encoder import Vectors
from embeddings.encoder.model import Model
from embeddings.encoder.pooling import pool_spans, unit
from embeddings.news import Span


class TransformerEncoder:
    """Encodes with PyTorch in 32-bit floats."""

    def __init__(self, model: Model, *, threads: int) -> None:
        torch.set_num_threads(threads)
        self._model = SentenceTransformer(str(model.folder), device="cpu", local_files_only=True)
        self.name = model.identity("torch")
        self.dimension = model.dimension

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text: shape ``(len(texts), dimension)``."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        encoded = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(encoded, dtype=np.float32)

    def question(self, text: str) -> Vectors:
        """One unit vector: shape ``(dimension,)``."""
        vector: Vectors = unit(self.passages([text]))[0]
        return vector

    def spans(self, text: str, spans: Sequence[Span]) -> Vectors:
        """One unit row for each span, read in the context of the whole text: shape ``(len(spans), dimension)``."""
        tokens = self._model.encode(text, output_value="token_embeddings", show_progress_bar=False)
        offsets = self._model.tokenizer(text, truncation=True, return_offsets_mapping=True)["offset_mapping"]
        return pool_spans(np.asarray(tokens, dtype=np.float32)[: len(offsets)], offsets, spans)
