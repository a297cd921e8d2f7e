"""What processes have taken so far, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

_PAUSE = 0.25


def peak_mb() -> float:
    """The most that this process has had in use at once, in MB.

    Not ``ru_maxrss``, which begins with what the process had that started it.
    """
    return _kilobytes(Path("/proc/self/status"), "VmHWM") / 1024


@dataclass(slots=True)
class Peak:
    """The most that a process and those that it started have had in use together, in MB; shared pages count once."""

    mb: float = 0.0


@contextmanager
def watched() -> Iterator[Peak]:
    """Look four times a second."""
    peak, done = Peak(), Event()

    def look() -> None:
        while not done.wait(_PAUSE):
            peak.mb = max(peak.mb, _family_mb())

    looking = Thread(target=look, daemon=True)
    looking.start()
    try:
        yield peak
    finally:
        done.set()
        looking.join()


def _family_mb() -> float:
    children = [pid for each in Path("/proc/self/task").glob("*/children") for pid in each.read_text().split()]
    total = 0
    for pid in ("self", *children):
        # It may have ended since.
        with suppress(OSError):
            total += _kilobytes(Path("/proc") / pid / "smaps_rollup", "Pss")
    return total / 1024


def _kilobytes(file: Path, name: str) -> int:
    lines = dict(line.split(":", 1) for line in file.read_text().splitlines() if ":" in line)
    return int(lines[name].split()[0])
