"""Fuzzes the readers in a process of its own: FOLDER and libFuzzer's own arguments.

A finding does not end it: the first input of each kind is written into the folder with what it did, and so is the
slowest input of all. What hangs or takes too much memory is ended, and written down, by libFuzzer itself.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["embeddings"]):
    # Loaded with the first reading elsewhere, and then without its counters.
    import embeddings.readers.formats  # noqa: F401
    from tests.embeddings.sound import readings

_OURS = ("/embeddings/", "/tests/")


@dataclass(slots=True)
class Target:
    """The readers, called with anything at all."""

    folder: Path
    slowest: float = 0.0

    def __call__(self, data: bytes) -> None:
        """Read it; what should not happen is written down."""
        begun = time.perf_counter()
        try:
            readings(data)
        except Exception as error:  # noqa: BLE001 - finding those that nobody foresaw is its purpose
            self._found(data, error)
        self._took(data, time.perf_counter() - begun)

    def _found(self, data: bytes, error: Exception) -> None:
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if any(o in frame.filename for o in _OURS)
        ]
        where = f"{Path(frames[-1].filename).stem}-{frames[-1].lineno}" if frames else "elsewhere"
        kind = hashlib.sha256(repr([type(error).__name__, *((f.filename, f.lineno) for f in frames)]).encode())
        file = self.folder / f"{type(error).__name__}-{where}-{kind.hexdigest()[:8]}"
        if not file.exists():
            file.write_bytes(data)
            told = "".join(traceback.format_exception(error)).encode(errors="backslashreplace")
            file.with_suffix(".txt").write_bytes(told)

    def _took(self, data: bytes, seconds: float) -> None:
        if seconds > self.slowest:
            self.slowest = seconds
            (self.folder / "slowest").write_bytes(data)
            (self.folder / "slowest.json").write_text(json.dumps({"seconds": seconds, "bytes": len(data)}))


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    warnings.simplefilter("ignore")
    target = Target(Path(sys.argv[1]))
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
