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
from tokenizers import Encoding, Tokenizer

from embeddings.encoder import Vectors
from embeddings.encoder.model import sha256_of
from embeddings.encoder.pooling import pool_spans
from embeddings.errors import ModelError
from embeddings.news import Span

WEIGHTS, TOKENIZER, MANIFEST = "model.onnx", "tokenizer.json", "manifest.json"
VECTOR, TOKENS = "vector", "tokens"
FORMAT = 4
"""The form of the files, part of their folder's name: another version's files of another form stay its own."""
_SLOWER_FUSIONS = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""These join steps into one that takes longer than the two: its loop over the numbers is a plain one."""


def holds_export(folder: Path) -> bool:
    """Whether serving files are there; whether they are sound is seen when they are loaded."""
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
        return onnxruntime.InferenceSession(
            str(self._folder / WEIGHTS),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=_SLOWER_FUSIONS,
        )

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text: shape ``(len(texts), dimension)``."""
        return self.read(texts, [()] * len(texts))[0]

    def read(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """What ``passages`` and ``spans`` give of the same texts, each of which the model reads once."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        of_spans = [rows[:0]] * len(texts)
        # All are read first: in turns with the model, each would push the other's data out of the cache.
        read = [self._tokenizer.encode(text) for text in texts]
        # The longest first: no thread is left at the end with a long one while the others have nothing to do.
        places = iter(sorted(range(len(read)), key=lambda place: len(read[place]), reverse=True))
        _ = self._session  # loaded here once, not by every thread

        def encode(_: int) -> None:
            for place in places:
                rows[place], of_spans[place] = self._vectors(read[place], spans[place])

        with ThreadPoolExecutor(self._threads) as threads:
            list(threads.map(encode, range(self._threads)))
        return rows, of_spans

    def _vectors(self, read: Encoding, spans: Sequence[Span]) -> tuple[Vectors, Vectors]:
        """A text's own vector, and those of its spans."""
        if not spans:
            return self._run(read, VECTOR)[0], np.zeros((0, self.dimension), dtype=np.float32)
        vector, tokens = self._run(read, VECTOR, TOKENS)
        return vector, pool_spans(tokens, read.offsets, spans)

    def question(self, text: str) -> Vectors:
        """One unit vector: shape ``(dimension,)``."""
        return self._run(self._tokenizer.encode(text), VECTOR)[0]

    def spans(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Vectors]:
        """For each text one unit row for each of its spans, read in context: shape ``(spans, dimension)``."""
        _ = self._session  # loaded here once, not by every thread
        with ThreadPoolExecutor(self._threads) as threads:
            return list(threads.map(self._spans, texts, spans))

    def _spans(self, text: str, spans: Sequence[Span]) -> Vectors:
        read = self._tokenizer.encode(text)
        return pool_spans(self._run(read, TOKENS)[0], read.offsets, spans)

    def _run(self, read: Encoding, *wanted: str) -> list[Vectors]:
        # One text a run: activations are quantised over the whole run, so company would change a text's vector.
        made = self._session.run(list(wanted), {"input_ids": np.array([read.ids], dtype=np.int64)})
        return [np.asarray(one[0], dtype=np.float32) for one in made]


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
