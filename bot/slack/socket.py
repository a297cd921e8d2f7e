"""Events over Socket Mode: a connection that is watched, and that stops without losing what it has begun."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_RDWR
from threading import Condition, Event, Lock, Thread
from time import monotonic, time

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.errors import BadSettings
from bot.settings import Slack
from bot.slack.clients import client

CONCURRENCY = 16
PING = 5.0
"""Seconds between pings to Slack."""
_STALE = 3
"""So many pings without an answer, and the connection counts as dead, whatever the library thinks of it."""
_LONGEST_WAIT = 30.0
_HOPELESS = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type", "missing_scope"}
)
_log = logging.getLogger(__name__)
socket_log = logging.getLogger("bot.slack.socket.library")
# Below this level the library logs whole payloads.
socket_log.setLevel(logging.WARNING)


class SocketIntake:
    """Brings events from Slack to the app over one watched connection."""

    def __init__(
        self,
        app: App,
        slack: Slack,
        *,
        concurrency: int = CONCURRENCY,
        ping_interval: float = PING,
        clock: Callable[[], float] = time,
    ) -> None:
        self._app, self._slack, self._clock = app, slack, clock
        self._concurrency, self._ping = concurrency, ping_interval
        self._library: SocketModeClient | None = None
        self._session, self._since = "", 0.0
        self._looking = Lock()
        self._over = Event()
        self._stopping = False
        self._begun = 0
        self._changed = Condition()
        self._watchdog = Thread(target=self._watch, name="socket-watchdog", daemon=True)

    def start(self) -> None:
        """Connect, and again for as long as Slack cannot be reached; raises BadSettings for a token that it refuses."""
        self._library = SocketModeClient(
            app_token=self._slack.app_token,
            logger=socket_log,
            web_client=client(self._slack, self._slack.app_token, handlers=[]),
            ping_interval=self._ping,
            concurrency=self._concurrency,
        )
        self._library.socket_mode_request_listeners.append(self._handle)
        try:
            self._connect(self._library)
        except SlackApiError as error:
            reason = str(error.response.get("error"))
            if reason in _HOPELESS:
                self.close()
                raise BadSettings(
                    f"Slack refuses SLACK_APP_TOKEN ({reason}): it needs the scope connections:write; "
                    "docs/slack.md says where it is made"
                ) from error
            _log.warning("no connection to Slack yet: %s", reason)
        except (SlackClientError, OSError) as error:
            _log.warning("no connection to Slack yet: %s", type(error).__name__)
        self._watchdog.start()

    def healthy(self, now: float | None = None) -> bool:
        """Whether there is a connection on which Slack has answered a ping not long ago."""
        library = self._library
        if library is None or not library.is_connected():
            return False
        return (self._clock() if now is None else now) - self._heard(library) < self._ping * _STALE

    def stop(self, timeout: float = 10.0) -> None:
        """Take nothing new, which Slack then delivers elsewhere, and finish what was begun."""
        deadline = monotonic() + timeout
        with self._changed:
            self._stopping = True
            self._changed.wait_for(lambda: self._begun == 0, timeout=max(0.0, deadline - monotonic()))

    def close(self) -> None:
        """Let go of the connection and of its threads."""
        self._over.set()
        if self._watchdog.is_alive():
            self._watchdog.join()
        if self._library is not None:
            _hang_up(self._library)
            self._library.close()
            self._library = None

    def _handle(self, library: BaseSocketModeClient, request: SocketModeRequest) -> None:
        with self._changed:
            if self._stopping:
                return
            self._begun += 1
        try:
            send_response(library, request, run_bolt_app(self._app, request), time())
        except SlackClientError as error:
            # What was written down stays so; Slack delivers it again, and it is known by its key then.
            _log.warning("envelope %s: could not be acknowledged: %s", request.envelope_id, type(error).__name__)
        finally:
            with self._changed:
                self._begun -= 1
                self._changed.notify_all()

    def _heard(self, library: SocketModeClient) -> float:
        """When Slack last answered on this connection, or when it was made."""
        session = library.current_session
        if session is None:
            return 0.0
        with self._looking:
            if session.session_id != self._session:
                self._session, self._since = session.session_id, self._clock()
        return max(self._since, session.last_ping_pong_time or 0.0)

    def _watch(self) -> None:
        """Connect anew whenever the connection is dead, waiting longer after each failure."""
        wait = self._ping
        while not self._over.wait(wait):
            library = self._library
            if library is None or self._stopping or self.healthy():
                wait = self._ping
                continue
            _log.warning("the connection to Slack is dead: connecting anew")
            try:
                self._connect(library)
            except (SlackClientError, OSError) as error:
                _log.warning("no connection to Slack: %s", type(error).__name__)
            wait = self._ping if self.healthy() else min(wait * 2, _LONGEST_WAIT)

    def _connect(self, library: SocketModeClient) -> None:
        library.connect_to_new_endpoint(force=True)
        if library.is_connected():
            self._heard(library)
            _log.info("connected to Slack")


def _hang_up(library: SocketModeClient) -> None:
    """End the wait for what Slack may still send, for which the library would sit out its time limit."""
    sock = library.current_session.sock if library.current_session else None
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(SHUT_RDWR)
