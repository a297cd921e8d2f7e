from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from time import monotonic, sleep, time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.blocks import View
from bot.errors import BadSettings
from bot.settings import Settings
from bot.slack.app import build_app
from bot.slack.clients import OneWorkspace
from bot.slack.socket import SocketIntake
from bot.talk import Job, Press
from tests.bot import slack_payloads as slack
from tests.bot.webapi import Says, WebApi, refusing

PING = 0.2


class Slack:
    """The other end of the socket: takes connections, sends envelopes, keeps what is acknowledged."""

    def __init__(self, api: WebApi) -> None:
        self.api = api
        self.acknowledged: Queue[dict[str, Any]] = Queue()
        self.connections: list[ServerConnection] = []
        self._server: Server = serve(self._talk, "127.0.0.1", 0)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Slack:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()

    @property
    def opened(self) -> Says:
        host, port = self._server.socket.getsockname()[:2]
        return Says({"ok": True, "url": f"ws://{host}:{port}/link?ticket=1"})

    def open(self, times: int = 1) -> None:
        """Have the next requests for a connection granted."""
        self.api.says["apps.connections.open"] += [self.opened] * times

    def send(self, kind: str, payload: dict[str, Any], **more: object) -> None:
        envelope = {"type": kind, "envelope_id": f"E{len(self.connections)}", "payload": payload, **more}
        self.connections[-1].send(json.dumps({"accepts_response_payload": kind != "events_api", **envelope}))

    def acknowledgement(self, wait: float = 10.0) -> dict[str, Any] | None:
        with suppress(Empty):
            return self.acknowledged.get(timeout=wait)
        return None

    def _talk(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        connection.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}}))
        with suppress(ConnectionClosed):
            for said in connection:
                self.acknowledged.put(json.loads(said))


@dataclass
class Written:
    """An inbox in memory, which may refuse, or take its time."""

    jobs: list[Job] = field(default_factory=list)
    broken: list[Exception] = field(default_factory=list)
    go_on: Event | None = None
    begun: Event = field(default_factory=Event)

    def accept(self, job: Job) -> None:
        self.begun.set()
        if self.go_on is not None:
            self.go_on.wait(10)
        if self.broken:
            raise self.broken.pop(0)
        self.jobs.append(job)

    def started(self, team: str, channel: str, thread: str) -> bool:
        return False

    def follow_ups(self, team: str, channel: str) -> bool:
        return False

    def sources(self) -> frozenset[str]:
        return frozenset()


class NoModals:
    def view(self, press: Press, job: Job) -> View:
        raise NotImplementedError


@dataclass
class Clock:
    """The time of day, which may jump."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time() + self.ahead


@pytest.fixture
def slack_end() -> Iterator[Slack]:
    with WebApi().running() as api, Slack(api) as end:
        yield end


@contextmanager
def listening(
    end: Slack, home: Path, written: Written, *, clock: Clock | None = None, ping: float = PING
) -> Iterator[SocketIntake]:
    environ = {
        "ONRECORD_ARCHIVE": str(home / "archive"),
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_URL": f"{end.api.root}/api/",
    }
    chosen = Settings.from_environ(environ)
    with ThreadPoolExecutor(1) as prompts:
        clients = OneWorkspace(chosen.slack)
        app = build_app(chosen, clients=clients, intake=written, views=NoModals(), prompts=prompts)
        intake = SocketIntake(app, chosen.slack, ping_interval=ping, clock=clock or Clock())
        try:
            yield intake
        finally:
            intake.close()


def soon(true: Callable[[], bool]) -> bool:
    deadline = monotonic() + 15
    while not true() and monotonic() < deadline:
        sleep(0.02)
    return true()


def test_what_is_written_down_is_acknowledged(slack_end: Slack, tmp_path: Path) -> None:
    written = Written()
    slack_end.open()
    with listening(slack_end, tmp_path, written) as intake:
        intake.start()
        assert soon(lambda: len(slack_end.connections) == 1)
        slack_end.send("events_api", slack.envelope(slack.mention()))

        assert slack_end.acknowledgement() == {"envelope_id": "E1"}
        assert [job.key for job in written.jobs] == ["Ev0QUESTION"]
        assert slack_end.api.calls[0].token == "xapp-1"


def test_a_modal_is_closed_with_the_acknowledgement(slack_end: Slack, tmp_path: Path) -> None:
    slack_end.open()
    with listening(slack_end, tmp_path, Written()) as intake:
        intake.start()
        assert soon(lambda: len(slack_end.connections) == 1)
        slack_end.send("interactive", slack.submission("settings", left="{}", values={}))

        assert slack_end.acknowledgement() == {"envelope_id": "E1", "payload": {"response_action": "clear"}}


def test_what_could_not_be_written_down_is_not_acknowledged(slack_end: Slack, tmp_path: Path) -> None:
    written = Written(broken=[RuntimeError("disk full")])
    slack_end.open()
    with listening(slack_end, tmp_path, written) as intake:
        intake.start()
        assert soon(lambda: len(slack_end.connections) == 1)
        slack_end.send("events_api", slack.envelope(slack.mention()), envelope_id="first")
        assert soon(lambda: not written.broken)
        again = {"envelope_id": "second", "retry_attempt": 1, "retry_reason": "timeout"}
        slack_end.send("events_api", slack.envelope(slack.mention()), **again)

        assert slack_end.acknowledgement() == {"envelope_id": "second"}


def test_health_is_by_the_age_of_the_last_ping(slack_end: Slack, tmp_path: Path) -> None:
    slack_end.open(9)
    with listening(slack_end, tmp_path, Written()) as intake:
        assert not intake.healthy()
        intake.start()
        assert soon(intake.healthy)
        sleep(PING * 4)
        assert intake.healthy()
        assert not intake.healthy(time() + PING * 3 + 1)
    assert not intake.healthy()


def test_a_dead_connection_is_replaced(slack_end: Slack, tmp_path: Path) -> None:
    clock, written = Clock(), Written()
    slack_end.open(50)
    with listening(slack_end, tmp_path, written, clock=clock) as intake:
        intake.start()
        assert soon(lambda: len(slack_end.connections) == 1)
        clock.ahead = 1_000
        assert not intake.healthy()
        assert soon(lambda: len(slack_end.connections) > 1)
        clock.ahead = 0
        assert soon(intake.healthy)
        slack_end.send("events_api", slack.envelope(slack.mention()))

        assert slack_end.acknowledgement() is not None


def test_a_connection_that_slack_refreshes_is_replaced(slack_end: Slack, tmp_path: Path) -> None:
    slack_end.open(9)
    # The library takes some seconds to let go of the old connection, which is no death.
    with listening(slack_end, tmp_path, Written(), ping=3) as intake:
        intake.start()
        assert soon(lambda: len(slack_end.connections) == 1)
        slack_end.connections[0].send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

        assert soon(lambda: len(slack_end.connections) == 2)
        slack_end.send("events_api", slack.envelope(slack.mention()))
        assert slack_end.acknowledgement() == {"envelope_id": "E2"}


def test_a_connection_that_breaks_is_replaced(slack_end: Slack, tmp_path: Path) -> None:
    slack_end.open(50)
    with listening(slack_end, tmp_path, Written()) as intake:
        intake.start()
        assert soon(lambda: len(slack_end.connections) == 1)
        slack_end.connections[0].socket.close()

        assert soon(lambda: len(slack_end.connections) > 1 and intake.healthy())


def test_slack_may_be_away_at_the_start(slack_end: Slack, tmp_path: Path) -> None:
    slack_end.api.says["apps.connections.open"] = [Says("down", status=503), Says(breaks=True)]
    slack_end.open(9)
    with listening(slack_end, tmp_path, Written()) as intake:
        intake.start()

        assert soon(intake.healthy)


def test_a_token_that_slack_refuses_is_said(slack_end: Slack, tmp_path: Path) -> None:
    slack_end.api.says["apps.connections.open"] = [refusing("invalid_auth")]
    with (
        listening(slack_end, tmp_path, Written()) as intake,
        pytest.raises(BadSettings, match=r"SLACK_APP_TOKEN.*invalid_auth"),
    ):
        intake.start()


def test_stopping_finishes_what_was_begun_and_takes_nothing_new(slack_end: Slack, tmp_path: Path) -> None:
    written = Written(go_on=Event())
    slack_end.open()
    with listening(slack_end, tmp_path, written) as intake, ThreadPoolExecutor(1) as threads:
        intake.start()
        assert soon(lambda: len(slack_end.connections) == 1)
        slack_end.send("events_api", slack.envelope(slack.mention(), event_id="Ev1"), envelope_id="begun")
        assert written.begun.wait(10)
        stopped = threads.submit(intake.stop)
        sleep(0.1)
        assert not stopped.done()
        slack_end.send("events_api", slack.envelope(slack.mention(), event_id="Ev2"), envelope_id="late")
        assert written.go_on is not None
        written.go_on.set()
        stopped.result()

        assert slack_end.acknowledgement() == {"envelope_id": "begun"}
        assert slack_end.acknowledgement(wait=0.3) is None
        assert [job.key for job in written.jobs] == ["Ev1"]


def test_stopping_waits_no_longer_than_it_may(slack_end: Slack, tmp_path: Path) -> None:
    written = Written(go_on=Event())
    slack_end.open()
    with listening(slack_end, tmp_path, written) as intake:
        intake.start()
        assert soon(lambda: len(slack_end.connections) == 1)
        slack_end.send("events_api", slack.envelope(slack.mention()))
        assert written.begun.wait(10)
        before = monotonic()
        intake.stop(timeout=0.2)
        assert monotonic() - before < 5
        assert written.go_on is not None
        written.go_on.set()


def test_what_never_began_can_be_closed(slack_end: Slack, tmp_path: Path) -> None:
    with listening(slack_end, tmp_path, Written()) as intake:
        intake.stop()
        assert not intake.healthy()
