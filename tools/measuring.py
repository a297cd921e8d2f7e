"""What a process has taken so far."""

from __future__ import annotations

from pathlib import Path


def peak_mb() -> float:
    """The most memory that this process has had in use at once, in MB.

    Not ``ru_maxrss``, which begins with what the process had that started it.
    """
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return int(lines["VmHWM"].split()[0]) / 1024
