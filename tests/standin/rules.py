"""How strict the stand-in is and how fast its time runs; a test changes what it needs and leaves the rest."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(eq=False)
class Clock:
    """The time of day, which a test may move forward."""

    ahead: float = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self.ahead += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Slack's limits in time and number; ``pace`` stretches or shortens the waits between deliveries of one event."""

    ack_seconds: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    pace: float = 1.0
    trigger_seconds: float = 3.0
    edit_window: float | None = None
    """Seconds after which a message can no longer be edited; None for never."""
    response_url_uses: int = 5
    response_url_seconds: float = 1800.0
    posts_a_second: float | None = 1.0
    """In one channel; None for no limit."""
    post_burst: int = 3
    connections: int = 10
    ping_seconds: float = 5.0
    rotate_tokens: bool = False
    token_seconds: int = 43_200
    echoes: bool = True
    """Whether the bot hears its own messages, as it does in Slack."""

    @property
    def delays(self) -> tuple[float, ...]:
        """How long to wait before each redelivery."""
        return tuple(delay * self.pace for delay in self.retries)
