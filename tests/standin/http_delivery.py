"""HTTP delivery: signed requests to the app's address, as Slack sends them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.standin.delivery import COMMAND, EVENT, Delivery, Outcome
from tests.standin.payloads import VERIFICATION
from tests.standin.state import State

JSON = dict[str, Any]


def signed(secret: str, body: str, *, now: float) -> dict[str, str]:
    """The headers that prove a request to be Slack's."""
    stamp = str(int(now))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def written(delivery: Delivery) -> tuple[str, str]:
    """Content type and body: JSON for events, a form for commands, a form around JSON for interactions."""
    if delivery.kind == EVENT:
        return "application/json", json.dumps(delivery.payload)
    form = delivery.payload if delivery.kind == COMMAND else {"payload": json.dumps(delivery.payload)}
    return "application/x-www-form-urlencoded", urlencode(form)


@dataclass(eq=False)
class Post:
    """Posts to the app's address; each request has a thread and a connection of its own."""

    state: State
    address: str
    via: str = "http"
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(64, "slack-http"))

    async def carry(self, delivery: Delivery, *, attempt: int, reason: str) -> Outcome:
        """Post once and read the answer."""
        kind, body = written(delivery)
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, lambda: self.post(kind, body, headers))

    def post(self, kind: str, body: str, headers: dict[str, str]) -> Outcome:
        """One signed request and what came of it."""
        target = urlsplit(self.address)
        proof = signed(self.state.signing_secret, body, now=self.state.clock.now())
        connection = http.client.HTTPConnection(
            target.hostname or "", target.port, timeout=self.state.rules.ack_seconds
        )
        begun = time.monotonic()
        try:
            connection.request(
                "POST",
                target.path or "/",
                body.encode(),
                {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (stand-in)", **proof, **headers},
            )
            response = connection.getresponse()
            text = response.read().decode()
        except TimeoutError:
            return Outcome(acked=False, seconds=time.monotonic() - begun, reason="http_timeout")
        except (OSError, http.client.HTTPException):
            return Outcome(acked=False, seconds=time.monotonic() - begun, reason="connection_failed")
        finally:
            connection.close()
        return _outcome(response, text, seconds=time.monotonic() - begun, patience=self.state.rules.ack_seconds)

    def verify(self) -> None:
        """Slack's question before it takes an address: the challenge has to come back."""
        challenge = f"challenge-{self.state.serial()}"
        asked = {"token": VERIFICATION, "challenge": challenge, "type": "url_verification"}
        outcome = self.post("application/json", json.dumps(asked), {})
        told = outcome.reply.get("challenge") if isinstance(outcome.reply, dict) else outcome.reply
        if not outcome.acked or told != challenge:
            raise AssertionError(f"{self.address} does not answer the challenge: {outcome}")

    def close(self) -> None:
        """Wait for what is under way and stop the threads."""
        self.threads.shutdown(cancel_futures=True)


def _outcome(response: http.client.HTTPResponse, text: str, *, seconds: float, patience: float) -> Outcome:
    reply: Any = text
    if response.headers.get_content_type() == "application/json" and text:
        reply = json.loads(text)
    if seconds > patience:
        return Outcome(acked=False, seconds=seconds, reason="http_timeout", status=response.status)
    return Outcome(
        acked=200 <= response.status < 300,
        seconds=seconds,
        reply=reply,
        reason="" if response.status < 300 else "http_error",
        status=response.status,
        final=response.headers.get("x-slack-no-retry") == "1",
    )
