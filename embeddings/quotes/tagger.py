"""The trained finder: a small transformer in 8-bit integers, read by onnxruntime, without PyTorch.

How it was trained and how far to trust it: ``docs/quotations.md``, the model card.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.errors import ModelError
from embeddings.news import Attribution, Span
from embeddings.quotes.agreement import agreed, open_paragraphs, settled
from embeddings.quotes.decoding import Figures, Limits, attributions
from embeddings.quotes.marks import Run
from embeddings.quotes.rules import RulesFinder
from embeddings.quotes.windows import Window, windows

WEIGHTS, MANIFEST = "tagger.onnx", "tagger.json"


class TaggerFinder:
    """Finds attributions with the shipped weights; safe to call from several threads."""

    def __init__(self, tokenizer: Path, *, folder: Path | None = None, limits: Limits | None = None) -> None:
        """``tokenizer`` is the file of the model that the weights were trained from; both are checked by hash."""
        self._tokenizer_path = tokenizer
        self._folder = folder or Path(str(files("embeddings.quotes")))
        self._manifest = _manifest(self._folder / MANIFEST)
        self._rules = RulesFinder()
        self._limits = limits or self._manifest.limits
        self.name = f"tagger@{self._manifest.sha256[:12]}"

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        _check(self._tokenizer_path, self._manifest.tokenizer_sha256)
        tokenizer = Tokenizer.from_file(str(self._tokenizer_path))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        _check(self._folder / WEIGHTS, self._manifest.sha256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self._folder / WEIGHTS), options, providers=["CPUExecutionProvider"])

    def find(self, text: str, paragraphs: Sequence[Span], runs: Sequence[Run]) -> list[Attribution]:
        """All attributions of reported words, in order."""
        ruled = self._rules.find(text, paragraphs, runs)
        told = settled(text, ruled, runs)
        asked = open_paragraphs(text, paragraphs, told, runs)
        tagged = [
            one
            for window in windows(text, asked, runs, self._tokenizer, ruled=ruled)
            for one in attributions(text, window, self._figures(window), runs, self._limits)
        ]
        return agreed(text, told, ruled, tagged, runs)

    def _figures(self, window: Window) -> tuple[Figures, Figures, Figures]:
        """Tags ``(pieces, 10)`` and the arcs to cue and to mention ``(pieces, pieces)``, before any softmax."""
        tags, to_cue, to_mention = self._session.run(None, feed(window))
        return tags[0], to_cue[0], to_mention[0]


def feed(window: Window) -> dict[str, NDArray[np.int64]]:
    """A window as the network takes it: each ``(1, pieces)``."""
    given = {"ids": window.ids, "shapes": window.shapes, "states": window.states, "hints": window.hints}
    return {name: np.array([values], dtype=np.int64) for name, values in given.items()}


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What the weights are: hashes of theirs and of the tokenizer that they go with, and the limits measured."""

    sha256: str
    tokenizer_sha256: str
    limits: Limits


def _manifest(path: Path) -> _Manifest:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return _Manifest(read["sha256"], read["tokenizer_sha256"], Limits(**read["limits"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"cannot read {path} ({error}): reinstall onrecord, or set ONRECORD_QUOTES=rules") from error


def _check(path: Path, sha256: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"cannot read {path} ({error}): reinstall onrecord, or set ONRECORD_QUOTES=rules") from error
    if found != sha256:
        raise ModelError(f"{path} is not the file that belongs here (SHA-256 {found}): reinstall onrecord")
