"""Things that go wrong on purpose: refusals, silence and broken connections, before or after the effect took place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]
RATE_LIMITED, SERVER_ERROR, TIMEOUT, DROP, SLOW = "ratelimited", "error", "timeout", "drop", "slow"


@dataclass(eq=False, kw_only=True)
class Fault:
    """One kind of trouble for a method, as often as ``left`` says."""

    method: str
    kind: str
    left: int
    after_effect: bool
    seconds: float
    status: int
    when: Callable[[JSON], bool]
    met: int = 0


@dataclass(eq=False)
class Faults:
    """The troubles that are waiting for their method to be called."""

    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        method: str,
        kind: str,
        times: int = 1,
        *,
        after_effect: bool = False,
        **how: Any,  # noqa: ANN401 - seconds, status, when: each has a default in Fault's words
    ) -> Fault:
        """Have a method ("*" for any, "response_url" for these) fail so often.

        ``kind`` is "ratelimited" (429, ``seconds`` in Retry-After), "error" (``status``, 503 if not given), "timeout"
        (silence for ``seconds``, then the connection breaks), "drop" (it breaks at once), "slow" (it works, after
        ``seconds``), or any error word of Slack's. With ``after_effect`` it was done all the same. ``when`` picks calls
        by their parameters.
        """
        fault = Fault(
            method=method,
            kind=kind,
            left=times,
            after_effect=after_effect,
            seconds=float(how.pop("seconds", 1.0)),
            status=int(how.pop("status", 503)),
            when=how.pop("when", lambda params: True),
        )
        if how:
            raise TypeError(f"a fault knows no {', '.join(how)}")
        with self.lock:
            self.waiting.append(fault)
        return fault

    def take(self, method: str, params: JSON) -> Fault | None:
        """The trouble that this call is to meet, if any."""
        with self.lock:
            for fault in self.waiting:
                if fault.left > 0 and fault.method in (method, "*") and fault.when(params):
                    fault.left -= 1
                    fault.met += 1
                    return fault
        return None

    def clear(self) -> None:
        """No more trouble."""
        with self.lock:
            self.waiting.clear()
