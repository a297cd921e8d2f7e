"""Stands between two HTTP peers: passes everything on byte by byte, but for what it is told to do with a request."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from time import monotonic
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

_OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "host", "content-length"})
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    verb: str
    path: str
    headers: Mapping[str, str]
    """By names in small letters."""
    body: bytes

    @property
    def method(self) -> str:
        """The last part of the path: for the Web API, its method."""
        return urlsplit(self.path).path.rpartition("/")[2]

    @property
    def params(self) -> dict[str, Any]:
        """What stands in the query and in the body, whether that is a form or JSON."""
        found: dict[str, Any] = dict(parse_qsl(urlsplit(self.path).query))
        if "json" in self.headers.get("content-type", ""):
            return {**found, **json.loads(self.body or b"{}")}
        return {**found, **dict(parse_qsl(self.body.decode()))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, body: object) -> Answer:
        """A success that says this."""
        return cls(status=200, body=json.dumps(body).encode(), headers={"content-type": "application/json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A request that is over: when it came (monotonic), and what was answered, None where the connection broke."""

    asked: Asked
    at: float
    answer: Answer | None


Deed = Callable[[Asked, Callable[[], Answer | None]], Answer | None]
"""What becomes of a request: the second argument passes it on; None breaks the connection without an answer."""


def passing_on(asked: Asked, on: Callable[[], Answer | None]) -> Answer | None:
    """Do nothing to it."""
    return on()


class Between:
    """Listens on a free port from ``with`` to its end; ``target`` is where requests go on to."""

    def __init__(self, target: str = "", *, deed: Deed = passing_on) -> None:
        self.target, self.deed = target, deed
        self.passed: list[Passed] = []
        self.changed = Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def all(self, method: str) -> list[Passed]:
        """The requests of one method that are over, in the order in which they ended."""
        with self.changed:
            return [one for one in self.passed if one.asked.method == method]

    def wait_for(self, condition: Callable[[], object], *, what: str, timeout: float = 30.0) -> None:
        """Wait until something is so, looked at again whenever a request is over and twice a second."""
        deadline = monotonic() + timeout
        with self.changed:
            while not condition():
                assert monotonic() < deadline, f"waited {timeout} s in vain for {what}: {self.passed[-8:]}"
                self.changed.wait(0.5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        between = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                between._handle(self)

            def do_POST(self) -> None:
                between._handle(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        at = monotonic()
        asked = Asked(
            verb=handler.command,
            path=handler.path,
            headers={name.lower(): value for name, value in handler.headers.items()},
            body=handler.rfile.read(int(handler.headers.get("content-length") or 0)),
        )
        answer = self.deed(asked, lambda: pass_on(asked, self.target))
        with self.changed:
            self.passed.append(Passed(asked=asked, at=at, answer=answer))
            self.changed.notify_all()
        handler.close_connection = True
        try:
            if answer is not None:
                _write(handler, answer)
        except OSError:
            # Whoever asked has given up.
            pass


def pass_on(asked: Asked, target: str) -> Answer | None:
    """What the target answers; None where it cannot be reached or breaks the connection."""
    where = urlsplit(target)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=_PATIENCE)
    try:
        headers = {name: value for name, value in asked.headers.items() if name not in _OF_THE_CONNECTION}
        connection.request(asked.verb, asked.path, asked.body or None, headers)
        response = connection.getresponse()
        kept = {n.lower(): v for n, v in response.getheaders() if n.lower() not in _OF_THE_CONNECTION}
        return Answer(status=response.status, body=response.read(), headers=kept)
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _write(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.send_response(answer.status)
    for name, value in {**answer.headers, "content-length": str(len(answer.body))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(answer.body)
