"""The archive's settings, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from embeddings.errors import BadSettings

ENCODERS = ("onnx-int8", "onnx-fp32", "torch")
FINDERS = ("tagger", "rules", "off")
"""What finds quotations; the first unless another is chosen, as with the encoders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the archive is, what encodes it, what finds its quotations, and how sure an answer must be.

    ``threshold`` is the least probability at which passages are an answer, from 0 to 1; None takes the one that
    was measured together with the ranking weights.
    """

    archive: Path
    model: str
    encoder: str
    threads: int
    cache: Path
    quotes: str
    threshold: float | None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read ONRECORD_* variables; raises BadSettings naming the variable that cannot be."""
        return cls(
            archive=Path(environ.get("ONRECORD_ARCHIVE") or "archive"),
            model=environ.get("ONRECORD_MODEL") or "sentence-transformers/all-MiniLM-L6-v2",
            encoder=_one_of(environ, "ONRECORD_ENCODER", ENCODERS),
            threads=_whole_number(environ, "ONRECORD_THREADS", default=os.cpu_count() or 1),
            cache=Path(environ.get("ONRECORD_CACHE") or platformdirs.user_cache_dir("onrecord")),
            quotes=_one_of(environ, "ONRECORD_QUOTES", FINDERS),
            threshold=_probability(environ, "ONRECORD_THRESHOLD"),
        )


def _one_of(environ: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    """The variable's value, the first of the choices where there is none."""
    value = environ.get(name) or choices[0]
    if value not in choices:
        raise BadSettings(f"{name}={value} is not known: use one of {', '.join(choices)}")
    return value


def _whole_number(environ: Mapping[str, str], name: str, *, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or int(value) < 1:
        raise BadSettings(f"{name}={value} is not a number of threads: use 1 or more, or leave it out")
    return int(value)


def _probability(environ: Mapping[str, str], name: str) -> float | None:
    value = environ.get(name)
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise BadSettings(f"{name}={value} is not a probability: use a number from 0 to 1, or leave it out")
    return number
