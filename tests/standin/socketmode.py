"""Socket Mode: WebSockets to the app, envelopes over one of them, and acknowledgements that come back."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.standin.delivery import COMMAND, EVENT, INTERACTION, Delivery, Outcome
from tests.standin.journal import Ack
from tests.standin.server import Wire
from tests.standin.state import State

JSON = dict[str, Any]
_TICKET_SECONDS = 30.0
_LEAVING_SECONDS = 0.5
"""How long an old connection stays open after the app was asked to open a new one."""


@dataclass(eq=False)
class Line:
    """One open WebSocket; one that is ``leaving`` gets no more envelopes."""

    socket: WebSocket
    wire: Wire
    leaving: bool = False


@dataclass(eq=False)
class Envelope:
    """An envelope that was sent and waits for its acknowledgement."""

    delivery: Delivery
    attempt: int
    sent: float
    done: asyncio.Future[JSON]
    acked: bool = False


@dataclass(eq=False)
class Sockets:
    """All WebSockets of the app, and the envelopes under way; its coroutines live on the server's loop."""

    state: State
    via: str = "socket"
    lines: list[Line] = field(default_factory=list)
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    tickets: dict[str, float] = field(default_factory=dict)
    opened: int = 0
    """How many connections there have been in all."""
    answering_pings: bool = True

    @property
    def ready(self) -> list[Line]:
        """The connections that take envelopes."""
        return [line for line in self.lines if not line.leaving]

    def ticket(self) -> JSON:
        """The answer of apps.connections.open."""
        name = secrets.token_hex(16)
        self.tickets[name] = self.state.clock.now() + _TICKET_SECONDS
        address = self.state.url.replace("http://", "ws://")
        return {"url": f"{address}/link?ticket={name}&app_id={self.state.app}"}

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from the greeting to its end."""
        until = self.tickets.pop(socket.query_params.get("ticket", ""), 0.0)
        if until < self.state.clock.now():
            self.state.journal.frown("ticket", "a WebSocket was opened with a used, late or invented address")
            await socket.close(code=1008)
            return
        await socket.accept()
        if len(self.lines) >= self.state.rules.connections:
            self.state.journal.frown("connections", f"more than {self.state.rules.connections} WebSockets")
            await socket.send_text(_disconnect("too_many_websockets"))
            await socket.close()
            return
        line = Line(socket, socket.scope["standin.wire"])
        line.wire.deaf = not self.answering_pings
        await socket.send_text(json.dumps(self._hello()))
        with self.state.journal.changed:
            self.lines.append(line)
            self.opened += 1
            self.state.journal.touch()
        try:
            while True:
                self._received(await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(line)

    def _forget(self, line: Line) -> None:
        with self.state.journal.changed:
            if line in self.lines:
                self.lines.remove(line)
            self.state.journal.touch()

    def _hello(self) -> JSON:
        return {
            "type": "hello",
            "num_connections": len(self.lines) + 1,
            "debug_info": {"host": "stand-in", "build_number": 1, "approximate_connection_time": 18_060},
            "connection_info": {"app_id": self.state.app},
        }

    async def carry(self, delivery: Delivery, *, attempt: int, reason: str) -> Outcome:
        """Send an envelope over one of the connections and wait for its acknowledgement."""
        patience = self.state.rules.ack_seconds
        with self.state.journal.changed:
            lines = self.ready
        if not lines:
            return Outcome(acked=False, seconds=0.0, reason="connection_failed")
        loop = asyncio.get_running_loop()
        name, envelope = str(uuid.uuid4()), Envelope(delivery, attempt, loop.time(), loop.create_future())
        self.envelopes[name] = envelope
        await self._send(random.choice(lines), _written(name, delivery, attempt=attempt, reason=reason))
        try:
            reply = await asyncio.wait_for(envelope.done, patience)
        except TimeoutError:
            return Outcome(acked=False, seconds=patience, reason="http_timeout")
        return Outcome(acked=True, seconds=loop.time() - envelope.sent, reply=reply.get("payload"))

    async def _send(self, line: Line, text: str) -> None:
        try:
            await line.socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):
            self._forget(line)

    def _received(self, text: str) -> None:
        """An acknowledgement, which may come over any connection."""
        reply = json.loads(text)
        envelope = self.envelopes.get(str(reply.get("envelope_id")))
        if envelope is None:
            self.state.journal.frown("ack", f"an acknowledgement of nothing that was sent: {text[:200]}")
        elif envelope.acked:
            self.state.journal.frown("ack", f"{envelope.delivery.about} was acknowledged twice")
        elif reply.get("payload") and envelope.delivery.kind == EVENT:
            self.state.journal.frown("ack", f"{envelope.delivery.about} accepts no payload")
        else:
            self._settle(envelope, reply)

    def _settle(self, envelope: Envelope, reply: JSON) -> None:
        envelope.acked = True
        if not envelope.done.done():
            envelope.done.set_result(reply)
            return
        delivery = envelope.delivery
        late = Ack(
            kind=delivery.kind,
            about=delivery.about,
            seconds=asyncio.get_running_loop().time() - envelope.sent,
            attempt=envelope.attempt,
            via=self.via,
            event_id=delivery.event_id,
            late=True,
        )
        self.state.journal.acknowledged(late)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to open new connections, then close the old ones."""
        old = self.ready
        for line in old:
            line.leaving = True
            await self._send(line, _disconnect(reason))
        await asyncio.sleep(_LEAVING_SECONDS)
        for line in old:
            if line in self.lines:
                await line.socket.close()

    async def drop(self) -> None:
        """Break all connections without a word."""
        for line in list(self.lines):
            line.wire.drop()

    async def deafen(self, deaf: bool) -> None:
        """Stop answering pings on all connections, or begin again."""
        self.answering_pings = not deaf
        for line in self.lines:
            line.wire.deaf = deaf


def _written(name: str, delivery: Delivery, *, attempt: int, reason: str) -> str:
    envelope: JSON = {
        "envelope_id": name,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind in (COMMAND, INTERACTION),
    }
    if delivery.kind == EVENT:
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return json.dumps(envelope)


def _disconnect(reason: str) -> str:
    return json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}})
