"""A server in a thread of its own, on a free port, whose connections can be broken and made deaf."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, Protocol

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

Scope = MutableMapping[str, Any]


class Wire(Protocol):
    """A connection that a handler may treat badly; it stands in the scope as "standin.wire"."""

    deaf: bool
    """Whether pings go unanswered."""

    def drop(self) -> None:
        """Break the connection without a word."""


def _carrying(app: Any, wire: Wire) -> Callable[..., Awaitable[None]]:  # noqa: ANN401 - uvicorn's own type
    async def wired(scope: Scope, receive: object, send: object) -> None:
        scope["standin.wire"] = wire
        await app(scope, receive, send)

    return wired


class HttpWire(H11Protocol):
    """HTTP whose connection can be dropped."""

    deaf = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Put the connection into the scope of each request."""
        super().connection_made(transport)
        self.app = _carrying(self.app, self)

    def drop(self) -> None:
        """Break the connection without a word."""
        self.transport.abort()


class SocketWire(WebSocketsSansIOProtocol):
    """A WebSocket that can be dropped and made deaf."""

    deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Put the connection into the scope."""
        super().connection_made(transport)
        self.app = _carrying(self.app, self)

    def handle_ping(self) -> None:
        """Answer, unless deaf."""
        if self.deaf:
            self.conn.data_to_send()
        else:
            super().handle_ping()

    def drop(self) -> None:
        """Break the connection without a word."""
        self.transport.abort()


class Server:
    """Runs an application until it is closed; ``loop`` is where its coroutines live."""

    loop: asyncio.AbstractEventLoop

    def __init__(self, app: Callable[..., Any], *, ping_seconds: float) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._socket.getsockname()[1]
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                app,
                http=HttpWire,
                ws=SocketWire,
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                ws_ping_interval=ping_seconds,
                ws_ping_timeout=ping_seconds * 4,
                timeout_graceful_shutdown=1,
            )
        )
        self._begun = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="slack-stand-in", daemon=True)

    async def _run(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._begun.set()
        await self._uvicorn.serve(sockets=[self._socket])

    def start(self) -> None:
        """Begin; connections wait in the backlog until the loop takes them."""
        self._thread.start()
        self._begun.wait()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine on the loop, from any thread."""
        asyncio.run_coroutine_threadsafe(work, self.loop)

    def close(self) -> None:
        """Stop, and let go of the port."""
        self._uvicorn.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()
