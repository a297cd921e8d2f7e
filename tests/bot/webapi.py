"""A Web API of a few lines for tests: it answers as it is told, and remembers what it was asked.

It checks nothing; the stand-in for Slack that checks everything is another one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl

from bot.settings import Secret, Slack

BOT = "U0ONRECORD"
DM = "D0DIRECT1"
TS = "1790000100.000200"


@dataclass(frozen=True)
class Call:
    """One request: the method's name, what came with it, and the token."""

    method: str
    given: dict[str, Any]
    token: str


@dataclass(frozen=True)
class Says:
    """How one request is answered; ``never`` keeps the connection open without a word, ``breaks`` closes it."""

    body: dict[str, Any] | str = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    never: bool = False
    breaks: bool = False


def refusing(reason: str) -> Says:
    return Says({"ok": False, "error": reason})


_USUAL: dict[str, dict[str, Any]] = {
    "chat.postMessage": {"ok": True, "ts": TS},
    "conversations.open": {"ok": True, "channel": {"id": DM}},
    "auth.test": {"ok": True, "user_id": BOT, "bot_id": "B0ONRECORD"},
}


class WebApi:
    """The server; ``says`` has the answers of a method in order, and what is asked further gets the usual one."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.says: dict[str, list[Says]] = defaultdict(list)
        self.over = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def hook(self) -> str:
        """A response URL."""
        return f"{self.root}/hook/T1/abc"

    def slack(self, **given: str) -> Slack:
        """Settings that point here."""
        known = {"bot_token": "xoxb-1", "app_token": "", "signing_secret": "shh", "client_id": "", "client_secret": ""}
        known |= given
        return Slack(
            bot_token=Secret(known["bot_token"]),
            app_token=Secret(known["app_token"]),
            signing_secret=Secret(known["signing_secret"]),
            client_id=known["client_id"],
            client_secret=Secret(known["client_secret"]),
            api_url=f"{self.root}/api/",
        )

    def of(self, method: str) -> list[dict[str, Any]]:
        """What came with each call of a method."""
        return [call.given for call in self.calls if call.method == method]

    def next(self, method: str) -> Says:
        waiting = self.says[method]
        return waiting.pop(0) if waiting else Says(_USUAL.get(method, {"ok": True}))

    @contextmanager
    def running(self) -> Iterator[WebApi]:
        self._thread.start()
        try:
            yield self
        finally:
            self.over.set()
            self._server.shutdown()
            self._server.server_close()


def _handler(api: WebApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            path, _, query = self.path.partition("?")
            method = "hook" if path.startswith("/hook/") else path.removeprefix("/api/")
            given = json.loads(body) if body.startswith("{") else dict(parse_qsl(f"{body}&{query}"))
            api.calls.append(Call(method, given, (self.headers.get("Authorization") or "").removeprefix("Bearer ")))
            self._say(api.next(method), plain=method == "hook")

        def _say(self, said: Says, *, plain: bool) -> None:
            if said.never:
                api.over.wait(10)
            if said.never or said.breaks:
                self.close_connection = True
                return
            text = said.body if isinstance(said.body, str) else json.dumps(said.body)
            text = "ok" if plain and text == '{"ok": true}' else text
            self.send_response(said.status)
            for name, value in {"Content-Type": "application/json", **said.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
