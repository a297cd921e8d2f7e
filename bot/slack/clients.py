"""Slack's Web API for whoever works for a workspace: one token from the settings, or one for each installation."""

from __future__ import annotations

import logging
from threading import Lock
from time import time
from typing import Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.http_retry import (
    ConnectionErrorRetryHandler,
    HttpRequest,
    HttpResponse,
    RateLimitErrorRetryHandler,
    RetryHandler,
    RetryState,
)
from slack_sdk.http_retry.builtin_handlers import ServerErrorRetryHandler
from slack_sdk.oauth import InstallationStore
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation import TokenRotator

from bot.errors import BadSettings, NotSent, TryLater
from bot.settings import Slack
from bot.slack.failures import asking, refused, translated

TIMEOUT = 10
"""Seconds that Slack may take to answer."""
_SHORT = 3
"""So long a worker waits itself, in seconds; what takes longer is put off."""
_EARLY_MINUTES = 120
"""A token is renewed so long before it expires."""

_log = logging.getLogger(__name__)
api_log = logging.getLogger("bot.slack.api")
# The library's own log would hold what is sent; at this level it holds failures only.
api_log.setLevel(logging.WARNING)


class Clients(Protocol):
    """Where the clients for a workspace come from; both raise NotSent for one that the app is not installed in."""

    def of(self, team: str, enterprise: str | None = None) -> WebClient:
        """A client for sending: each call is made once."""

    def reading(self, team: str, enterprise: str | None = None) -> WebClient:
        """A client for asking: what failed is asked again."""


class OneWorkspace:
    """The one token of the settings."""

    def __init__(self, slack: Slack, *, timeout: int = TIMEOUT) -> None:
        self._slack, self._timeout = slack, timeout

    def check(self) -> None:
        """Raise BadSettings when Slack refuses the token; that Slack cannot be asked now is no reason not to begin."""
        try:
            with asking():
                client(self._slack, self._slack.bot_token, handlers=patient(), timeout=self._timeout).auth_test()
        except NotSent as error:
            raise BadSettings(
                f"Slack refuses SLACK_BOT_TOKEN ({error.reason}): copy it anew from OAuth & Permissions; "
                "docs/slack.md says where it stands"
            ) from error
        except TryLater as error:
            _log.warning("the bot token could not be checked yet: %s", error)

    def of(self, team: str, enterprise: str | None = None) -> WebClient:
        """A client for sending, with the one token."""
        return client(self._slack, self._slack.bot_token, handlers=[], timeout=self._timeout)

    def reading(self, team: str, enterprise: str | None = None) -> WebClient:
        """A client for asking, with the one token."""
        return client(self._slack, self._slack.bot_token, handlers=patient(), timeout=self._timeout)


class ManyWorkspaces:
    """A token for each workspace or organisation that installed the app, renewed before it expires."""

    def __init__(self, slack: Slack, installations: InstallationStore, *, timeout: int = TIMEOUT) -> None:
        self._slack, self._installations, self._timeout = slack, installations, timeout
        self._renewing = Lock()
        self._rotator = TokenRotator(
            client_id=slack.client_id,
            client_secret=slack.client_secret,
            client=client(slack, None, handlers=[], timeout=timeout),
        )

    def of(self, team: str, enterprise: str | None = None) -> WebClient:
        """A client for sending, with the token of this workspace."""
        return client(self._slack, self._token(team, enterprise), handlers=[], timeout=self._timeout)

    def reading(self, team: str, enterprise: str | None = None) -> WebClient:
        """A client for asking, with the token of this workspace."""
        return client(self._slack, self._token(team, enterprise), handlers=patient(), timeout=self._timeout)

    def _token(self, team: str, enterprise: str | None) -> str:
        bot = self._bot(team, enterprise)
        if _expiring(bot):
            # A refresh token is good for one use: whoever comes second finds the new one.
            with self._renewing:
                bot = self._bot(team, enterprise)
                bot = self._renewed(bot) if _expiring(bot) else bot
        return bot.bot_token

    def _bot(self, team: str, enterprise: str | None) -> Bot:
        find = self._installations.find_bot
        workspace = None if team == enterprise else team
        bot = find(enterprise_id=enterprise, team_id=workspace, is_enterprise_install=False)
        if bot is None and enterprise is not None:
            bot = find(enterprise_id=enterprise, team_id=None, is_enterprise_install=True)
        if bot is None:
            raise refused("not_installed")
        return bot

    def _renewed(self, bot: Bot) -> Bot:
        with asking():
            try:
                fresh = self._rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=_EARLY_MINUTES)
            except SlackTokenRotationError as error:
                raise translated(error.api_error) from error
        if fresh is None:
            return bot
        self._installations.save_bot(fresh)
        return fresh


def client(slack: Slack, token: str | None, *, handlers: list[RetryHandler], timeout: int = TIMEOUT) -> WebClient:
    """A client of the Web API where the settings say that Slack is."""
    return WebClient(token=token, base_url=slack.api_url, timeout=timeout, logger=api_log, retry_handlers=handlers)


def patient() -> list[RetryHandler]:
    """How a question is asked again: after a broken connection, a fault of Slack's, and a short wait."""
    return [ConnectionErrorRetryHandler(), ServerErrorRetryHandler(), _ShortWait()]


class _ShortWait(RateLimitErrorRetryHandler):
    """Waits as long as Slack asks, if that is no more than a moment."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        given = [values for name, values in response.headers.items() if name.lower() == "retry-after"]
        return bool(given) and str(given[0][0]).isdecimal() and int(given[0][0]) <= _SHORT


def _expiring(bot: Bot) -> bool:
    return bot.bot_token_expires_at is not None and bot.bot_token_expires_at < time() + _EARLY_MINUTES * 60
