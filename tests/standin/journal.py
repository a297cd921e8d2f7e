"""What happened: every call, every acknowledgement, and everything that a strict Slack would frown upon."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

JSON = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to the Web API or to a response URL, and what was answered; ``status`` 0 is a dropped connection."""

    method: str
    params: JSON
    at: float
    status: int
    response: JSON

    @property
    def ok(self) -> bool:
        """Whether the caller was told that it worked."""
        return self.status == 200 and bool(self.response.get("ok"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """One delivery that was acknowledged, how long that took, and which attempt it was (from 0)."""

    kind: str
    about: str
    seconds: float
    attempt: int
    via: str
    event_id: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that Slack rejects or that a well-behaved bot would not do; ``kind`` is one word for it."""

    kind: str
    what: str


@dataclass(eq=False)
class Journal:
    """The one lock of the stand-in, and the lists that grow under it; ``changed`` is notified on every growth."""

    changed: threading.Condition = field(default_factory=lambda: threading.Condition(threading.RLock()))
    calls: list[Call] = field(default_factory=list)
    acks: list[Ack] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)

    def called(self, call: Call) -> None:
        """Keep a call."""
        with self.changed:
            self.calls.append(call)
            self.changed.notify_all()

    def acknowledged(self, ack: Ack) -> None:
        """Keep an acknowledgement; a late one is frowned upon."""
        with self.changed:
            self.acks.append(ack)
            if ack.late:
                self.frown("late", f"{ack.about} was acknowledged after {ack.seconds:.2f} s")
            self.changed.notify_all()

    def frown(self, kind: str, what: str) -> None:
        """Keep a violation."""
        with self.changed:
            self.violations.append(Violation(kind, what))
            self.changed.notify_all()

    def touch(self) -> None:
        """Wake everybody who waits for a condition."""
        with self.changed:
            self.changed.notify_all()

    def wait_for(self, condition: Callable[[], T], *, what: str, timeout: float = 10.0) -> T:
        """Whatever true value the condition comes to; AssertionError with the last calls when it does not."""
        with self.changed:
            found = self.changed.wait_for(condition, timeout=timeout)
            if found:
                return found
            lately = "\n".join(f"  {call.method} {call.status} {call.response}"[:300] for call in self.calls[-8:])
            frowned = "\n".join(f"  {one.kind}: {one.what}"[:300] for one in self.violations[-8:])
        raise AssertionError(
            f"waited {timeout} s in vain for {what}\nlast calls:\n{lately}\nlast violations:\n{frowned}"
        )
