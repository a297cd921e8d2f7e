"""The server as a process of its own: installed once into ``.crabline``, started, told what people say, asked."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from filelock import FileLock

JSON = dict[str, Any]
HERE = Path(__file__).parent
FOLDER = HERE.parents[2] / ".crabline"
_QUIET = ("--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")


class Missing(Exception):
    """It cannot be installed here."""


def install() -> Path:
    """Where the pinned packages are, installed anew only when the pins change; raises Missing."""
    wanted, have = (HERE / "package.json").read_bytes(), FOLDER / "package.json"
    FOLDER.mkdir(exist_ok=True)
    with FileLock(FOLDER / ".lock"):
        if (FOLDER / ".installed").is_file() and have.read_bytes() == wanted:
            return FOLDER
        npm = shutil.which("npm")
        if npm is None:
            raise Missing("npm is not installed (apt-get install npm)")
        (FOLDER / ".installed").unlink(missing_ok=True)
        have.write_bytes(wanted)
        done = subprocess.run([npm, "install", *_QUIET], cwd=FOLDER, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"npm install failed: {done.stderr.strip()[-500:]}")
        # Last, so that what is half installed does not pass for the whole.
        (FOLDER / ".installed").touch()
    return FOLDER


@dataclass
class Crabline:
    """One Slack server with one bot in it, from ``with`` to its end; ``record`` is where it writes down its calls."""

    record: Path
    options: Mapping[str, object] = field(default_factory=dict)
    """Options of ``startSlackServer``, in its own words."""
    manifest: JSON = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        folder = install()
        options = json.dumps({"recorderPath": str(self.record), **self.options})
        command = [str(folder / "node_modules" / ".bin" / "bun"), str(HERE / "serve.mjs"), options]
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"it did not start: {self.process.communicate()[1]}")
        self.manifest = json.loads(line)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self.process is not None
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self.manifest["baseUrl"])

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its bot, as it says itself."""
        return dict(self.manifest["env"])

    def say(self, user: str, channel: str, text: str) -> str:
        """Have somebody write in a channel, which it delivers to the bot; returns the message's ``ts``."""
        said = self._told(
            Request(
                self.manifest["endpoints"]["adminInboundUrl"],
                json.dumps({"channel": channel, "user": user, "text": text}).encode(),
                {"Content-Type": "application/json", "X-Crabline-Admin-Token": self.manifest["adminToken"]},
            )
        )
        return str(said["message"]["ts"])

    def replies(self, channel: str, ts: str) -> list[JSON]:
        """What the bot has answered in the thread of a message."""
        asked = urlencode({"channel": channel, "ts": ts, "limit": 1_000})
        bearer = {"Authorization": f"Bearer {self.manifest['botToken']}"}
        thread = self._told(Request(f"{self.url}/api/conversations.replies?{asked}", headers=bearer))
        return [message for message in thread["messages"] if message.get("bot_id")]

    def _told(self, request: Request) -> JSON:
        with urlopen(request, timeout=10) as response:
            told: JSON = json.load(response)
        assert told["ok"], told
        return told
