"""Getting something to the app: one attempt after another on Slack's schedule until it is acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.standin.journal import Ack, Journal
from tests.standin.rules import Rules

JSON = dict[str, Any]
EVENT, COMMAND, INTERACTION = "events_api", "slash_commands", "interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt ended: ``reply`` is what the app answered with, ``reason`` Slack's word for why it failed."""

    acked: bool
    seconds: float
    reply: Any = None
    reason: str = ""
    status: int | None = None
    final: bool = False
    """Whether the app asked not to be tried again."""
    strayed: bool = False
    """Whether it failed because a test wanted it to."""


@dataclass(eq=False, kw_only=True)
class Delivery:
    """Something on its way to the app, and what became of it."""

    kind: str
    payload: JSON
    about: str
    journal: Journal
    answered: Callable[[Any], None] = lambda reply: None
    attempts: list[Outcome] = field(default_factory=list)
    over: bool = False

    @property
    def acked(self) -> bool:
        """Whether the app has acknowledged it."""
        return any(attempt.acked for attempt in self.attempts)

    @property
    def seconds(self) -> float:
        """How long the attempt took that was acknowledged."""
        return next(attempt.seconds for attempt in self.attempts if attempt.acked)

    @property
    def event_id(self) -> str | None:
        """The id of the event, which all its attempts share."""
        return self.payload.get("event_id")

    def wait(self, timeout: float = 10.0) -> Delivery:
        """Wait until it is acknowledged or given up."""
        self.journal.wait_for(lambda: self.over, what=f"the end of {self.about}", timeout=timeout)
        return self


class Carrier(Protocol):
    """A way to the app."""

    via: str

    async def carry(self, delivery: Delivery, *, attempt: int, reason: str) -> Outcome:
        """Try once."""


@dataclass(eq=False)
class Office:
    """Sends deliveries on their way and knows which are under way; a test may have attempts go astray."""

    rules: Rules
    journal: Journal
    under_way: set[Delivery] = field(default_factory=set)
    lost: Callable[[Delivery, int], bool] = lambda delivery, attempt: False
    """Which attempts never reach the app, through no fault of its own."""
    ack_lost: Callable[[Delivery, int], bool] = lambda delivery, attempt: False
    """Which acknowledgements never come back, so that what was acknowledged is delivered again."""
    delayed: Callable[[Delivery, int], float] = lambda delivery, attempt: 0.0
    """How many seconds an attempt is held up before it goes out."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def deliver(self, delivery: Delivery, way: Callable[[], Carrier]) -> None:
        """Try until it is acknowledged: events on Slack's schedule, everything else once."""
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        reason = ""
        for attempt, delay in enumerate((0.0, *self.rules.delays) if delivery.kind == EVENT else (0.0,)):
            pause = delay + self.delayed(delivery, attempt)
            if pause:
                await asyncio.sleep(pause)
            outcome = await self._tried(delivery, way(), attempt=attempt, reason=reason)
            if outcome.acked or outcome.final:
                break
            reason = outcome.reason
        with self.journal.changed:
            delivery.over = True
            self.under_way.discard(delivery)
            if not delivery.acked:
                self.journal.frown("lost", f"{delivery.about} was never acknowledged")
            self.journal.touch()

    async def _tried(self, delivery: Delivery, way: Carrier, *, attempt: int, reason: str) -> Outcome:
        if self.lost(delivery, attempt):
            outcome = Outcome(acked=False, seconds=0.0, reason="http_timeout", strayed=True)
        else:
            outcome = await way.carry(delivery, attempt=attempt, reason=reason)
        if outcome.acked and self.ack_lost(delivery, attempt):
            outcome = Outcome(acked=False, seconds=outcome.seconds, reason="http_timeout", strayed=True)
        with self.journal.changed:
            delivery.attempts.append(outcome)
            self._note(delivery, outcome, attempt=attempt, via=way.via)
        return outcome

    def _note(self, delivery: Delivery, outcome: Outcome, *, attempt: int, via: str) -> None:
        if not outcome.acked:
            if not outcome.strayed:
                self.journal.frown("unacknowledged", f"{delivery.about}, attempt {attempt}: {outcome.reason}")
            return
        ack = Ack(
            kind=delivery.kind,
            about=delivery.about,
            seconds=outcome.seconds,
            attempt=attempt,
            via=via,
            event_id=delivery.event_id,
        )
        self.journal.acknowledged(ack)
        delivery.answered(outcome.reply)

    async def close(self) -> None:
        """Give up everything that is under way."""
        for task in list(self._tasks):
            task.cancel()
