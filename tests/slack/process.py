"""The real process ``onrecord serve``, started as anybody would, stopped and killed as machines do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from tests.ports import port_of, reserved_port
from tests.standin import StandIn

ONRECORD = Path(sys.executable).with_name("onrecord")
_PATIENCE = 90.0


@dataclass
class Bot:
    """A bot for the stand-in, from ``with`` to its end; ``log`` is all that it wrote."""

    slack: StandIn
    folder: Path
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    place: socket.socket = field(default_factory=reserved_port)
    """Holds its port between two starts, and while one of them takes its time."""

    @property
    def port(self) -> int:
        """The port that it listens on, the same whenever it is started."""
        return port_of(self.place)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All that it has written so far."""
        path = self.folder / "bot.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def over_http(self) -> bool:
        """Whether events come by HTTP."""
        return not self.environ.get("SLACK_APP_TOKEN")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.process is not None and self.process.poll() is None:
                self.stop()
        finally:
            self.place.close()

    def start(self) -> None:
        """Start it, and wait until Slack can reach it."""
        self.launch()
        self.wait_until_ready()
        if self.over_http:
            self.slack.deliver_to(f"{self.url}/slack/events")
        else:
            self.slack.wait_until_connected()

    def launch(self) -> None:
        """Start it, and wait for nothing."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ONRECORD_"))}
        given = {"ONRECORD_PORT": str(self.port), "ONRECORD_DATABASE": f"sqlite:///{self.folder / 'bot.db'}"}
        with (self.folder / "bot.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(ONRECORD), "serve"], cwd=self.folder, env={**kept, **given, **self.environ}, stdout=log, stderr=log
            )

    def wait_until_ready(self) -> None:
        """Ask for its readiness until it is ready."""
        deadline = monotonic() + _PATIENCE
        while monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.log}"
            try:
                with urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except (URLError, OSError):
                sleep(0.05)
        raise AssertionError(f"not ready: {self.log}")

    def kill(self) -> None:
        """End it at once, as when the power fails."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Tell it to stop, and wait until it has; returns its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)
