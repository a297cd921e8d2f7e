"""The serving encoder: the same weights through onnxruntime, without PyTorch in the process.

Dynamic quantisation to 8-bit integers (weights per channel, signed; activations unsigned) follows
onnxruntime's advice for processors with VNNI. The export is checked against the weights that it came from.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from embeddings.encoder import Vectors
from embeddings.encoder.model import sha256_of
from embeddings.encoder.pooling import pool, pool_spans
from embeddings.errors import ModelError
from embeddings.news import Span

WEIGHTS, TOKENIZER, MANIFEST = "model.onnx", "tokenizer.json", "manifest.json"


def holds_export(folder: Path) -> bool:
    """Whether the serving files are there; whether they are sound is seen when they are loaded."""
    return (folder / MANIFEST).is_file()


class ServingEncoder:
    """Encodes with an exported model; safe to call from several threads. The weights are loaded when first needed."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._folder = folder
        self._manifest = _manifest(folder)
        self._threads = max(1, threads)
        self.name = str(self._manifest["name"])
        self.dimension = int(self._manifest["dimension"])

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        path = self._folder / TOKENIZER
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing narrower
            raise ModelError(f"cannot read {path} ({error}): delete {self._folder}, it is made again") from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(int(self._manifest["max_tokens"]))
        return tokenizer

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        if sha256_of(self._folder / WEIGHTS) != self._manifest["sha256"]:
            raise ModelError(f"{self._folder / WEIGHTS} is damaged: delete {self._folder}, it is made again")
        options = onnxruntime.SessionOptions()
        # One thread a run: batches run side by side instead, which wastes no time on waiting.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self._folder / WEIGHTS), options, providers=["CPUExecutionProvider"])

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text: shape ``(len(texts), dimension)``."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        _ = self._tokenizer, self._session  # loaded here once, not by every thread

        def encode(place: int) -> None:
            rows[place] = self.question(texts[place])

        with ThreadPoolExecutor(self._threads) as threads:
            list(threads.map(encode, range(len(texts))))
        return rows

    def question(self, text: str) -> Vectors:
        """One unit vector: shape ``(dimension,)``."""
        tokens, mask = self._tokens(self._tokenizer.encode(text))
        vector: Vectors = pool(tokens, mask, pooling=str(self._manifest["pooling"]))[0]
        return vector

    def spans(self, text: str, spans: Sequence[Span]) -> Vectors:
        """One unit row for each span, read in the context of the whole text: shape ``(len(spans), dimension)``."""
        encoding = self._tokenizer.encode(text)
        tokens, _ = self._tokens(encoding)
        return pool_spans(tokens[0], encoding.offsets, spans)

    def _tokens(self, encoding: Encoding) -> tuple[Vectors, NDArray[np.int64]]:
        # One text a run: activations are quantised over the whole run, so company would change a text's vector.
        ids, mask = np.array([encoding.ids], dtype=np.int64), np.array([encoding.attention_mask], dtype=np.int64)
        (tokens,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(tokens, dtype=np.float32), mask


def _manifest(folder: Path) -> dict[str, str | int]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder} holds no exported model ({error}): delete it, it is made again") from error
    if not isinstance(manifest, dict):
        raise ModelError(f"{folder / MANIFEST} is garbled: delete {folder}, it is made again")
    if missing := {"name", "sha256", "pooling", "dimension", "max_tokens"} - manifest.keys():
        raise ModelError(f"{folder / MANIFEST} lacks {', '.join(sorted(missing))}: delete {folder}, it is made again")
    return manifest
