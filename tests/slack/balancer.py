"""A plain TCP balancer, as stands before replicas: in turn, leaving out who is not ready or takes no connection."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from types import TracebackType
from typing import Self

_EVERY = 0.2
"""Seconds between two looks at readiness."""
_PATIENCE = 5.0
_PIECE = 65_536


@dataclass(eq=False)
class Balancer:
    """Listens on one port from ``with`` to its end, and passes each connection on to one of some ports."""

    backends: Sequence[int]
    port: int = 0
    ready: dict[int, bool] = field(default_factory=dict)
    passed: dict[int, int] = field(default_factory=dict)
    """How many connections each got."""
    _turn: int = 0
    _loop: asyncio.AbstractEventLoop | None = None
    _end: asyncio.Event | None = None
    _begun: Event = field(default_factory=Event)
    _thread: Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), name="balancer", daemon=True)
        self._thread.start()
        self._begun.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        assert self._end is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        looking = [asyncio.create_task(self._look(backend)) for backend in self.backends]
        self._begun.set()
        await self._end.wait()
        server.close()
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)

    async def _look(self, backend: int) -> None:
        """Ask one of them again and again whether it is ready."""
        while True:
            self.ready[backend] = await _is_ready(backend)
            await asyncio.sleep(_EVERY)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for backend in self._in_turn():
                with suppress(OSError):
                    there, back = await asyncio.open_connection("127.0.0.1", backend)
                    self.passed[backend] = self.passed.get(backend, 0) + 1
                    await asyncio.gather(_copy(reader, back), _copy(there, writer))
                    return
        except asyncio.CancelledError:
            # The balancer ends, and with it what it was passing on.
            return
        finally:
            # Whoever called sees a broken connection where nobody was there to take it.
            writer.close()

    def _in_turn(self) -> list[int]:
        """The ready ones, another first each time, and then the others: they may be so by now."""
        self._turn += 1
        first = self._turn % len(self.backends)
        turn = [*self.backends[first:], *self.backends[:first]]
        return sorted(turn, key=lambda backend: not self.ready.get(backend, False))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All that comes from the one to the other, to its end."""
    try:
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    except OSError:
        # One of them is gone, and the other has to know.
        pass
    finally:
        with suppress(OSError, RuntimeError):
            writer.close()


async def _is_ready(backend: int) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", backend)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: balancer\r\nConnection: close\r\n\r\n")
            status = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in status
