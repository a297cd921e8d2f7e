"""A way to a server that is slow, or on which everything gets lost from some moment on."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from queue import Queue
from threading import Event, Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

_CHUNK = 1 << 20


class Proxy:
    """Passes on what clients and a server tell one another, each piece ``delay`` seconds late.

    ``url`` is the server's address by way of it, and ``trips`` how often a client, having heard from the server, had
    something more to say. While ``swallowing``, whatever either says is lost, and no connection is closed, as when a
    machine in between loses its power.
    """

    def __init__(self, address: str, *, delay: float = 0.0) -> None:
        self._parts, self._delay = urlsplit(address), delay
        self._lost = Event()
        self.trips = 0
        self._open: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = urlunsplit(self._parts._replace(netloc=f"{self._user}127.0.0.1:{self._door.getsockname()[1]}"))
        Thread(target=self._let_in, daemon=True).start()

    @property
    def _user(self) -> str:
        user, at, _ = self._parts.netloc.rpartition("@")
        return user + at

    @property
    def swallowing(self) -> bool:
        """Whether everything is lost on the way."""
        return self._lost.is_set()

    def swallow(self) -> None:
        """Lose everything from now on."""
        self._lost.set()

    def pass_on(self) -> None:
        """Lose nothing of what comes from now on; what was lost is lost."""
        self._lost.clear()

    def _let_in(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            server = socket.create_connection((self._parts.hostname or "", self._parts.port or 5432))
            heard = Event()
            heard.set()
            for one, other, answering in ((client, server, False), (server, client, True)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.append(one)
                Thread(target=self._carry, args=(one, other, heard, answering), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, heard: Event, answering: bool) -> None:
        late: Queue[tuple[float, bytes]] = Queue()
        Thread(target=self._deliver, args=(late, target, heard, answering), daemon=True).start()
        piece = b"begun"
        while piece:
            try:
                piece = source.recv(_CHUNK)
            except OSError:
                piece = b""
            if not answering and piece and heard.is_set():
                heard.clear()
                self.trips += 1
            late.put((time.monotonic() + self._delay, piece))

    def _deliver(self, late: Queue[tuple[float, bytes]], target: socket.socket, heard: Event, answering: bool) -> None:
        with suppress(OSError):
            while True:
                due, piece = late.get()
                time.sleep(max(due - time.monotonic(), 0.0))
                if self._lost.is_set():
                    continue
                if not piece:
                    target.shutdown(socket.SHUT_WR)
                    return
                if answering:
                    heard.set()
                target.sendall(piece)

    def close(self) -> None:
        """Close the way, and every connection on it."""
        # An accept that waits does not notice that its socket is closed.
        for one in (self._door, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
