"""Rate limits: buckets that fill at a steady rate, and who calls again before the time that it was told to wait."""

from __future__ import annotations

from dataclasses import dataclass, field

_IN_FLIGHT = 0.25
"""Seconds in which a call may have left before the refusal of another came back."""


@dataclass(eq=False)
class Bucket:
    """So many at once, and then so many a second."""

    rate: float
    burst: int
    left: float
    at: float

    def take(self, now: float) -> float:
        """0 when there was one left, else the seconds until there is."""
        self.left = min(float(self.burst), self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.rate


@dataclass(eq=False)
class Rates:
    """The buckets by what they limit; a method may be given one of its own."""

    buckets: dict[str, Bucket] = field(default_factory=dict)
    methods: dict[str, tuple[float, int]] = field(default_factory=dict)
    told: dict[str, tuple[float, float]] = field(default_factory=dict)

    def limit(self, method: str, *, a_minute: float, burst: int = 1) -> None:
        """Allow a method only so often, as Slack does with its tiers."""
        self.methods[method] = (a_minute / 60, burst)

    def wait(self, name: str, now: float, *, rate: float, burst: int) -> float:
        """The seconds that a caller has to wait, 0 when it may go on."""
        bucket = self.buckets.setdefault(name, Bucket(rate, burst, float(burst), now))
        return bucket.take(now)

    def refuse(self, name: str, now: float, seconds: float) -> None:
        """Remember that a caller was told to wait."""
        self.told[name] = (now, now + seconds)

    def impatient(self, name: str, now: float) -> bool:
        """Whether a caller comes back before the time that it was told."""
        since, until = self.told.get(name, (0.0, 0.0))
        return since + _IN_FLIGHT < now < until - 0.05
