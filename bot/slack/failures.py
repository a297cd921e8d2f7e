"""What goes wrong on the way to Slack, in our own errors: try again, look first, or tell the person."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import BotError, NotSent, TryLater, Unsure

_BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_AILING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
"""Of some of these Slack says, and of none it rules out, that what was asked may have been done."""
_PATIENCE = 5.0
_LONGEST_PATIENCE = 900.0
_NEVER_ARRIVED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_NO_WAY_THERE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})

_INVITE = "I am not in that channel: write /invite @onrecord there, and ask again."
_ELSEWHERE = "Not everybody may post in that channel: ask me in a direct message, or in another channel."
_TOO_BIG = "The answer is more than Slack shows in one message: narrow it by date or outlet, and ask again."
_TOO_LATE = "That message can no longer be changed: ask again, and a new one comes."
_REINSTALL = "Slack does not accept my token ({reason}): whoever runs Onrecord has to install it again (docs/slack.md)."
_SCOPE = "I lack a permission in Slack ({reason}): whoever runs Onrecord has to install it again (docs/slack.md)."
_CLOSED = "I cannot write to you directly: open Onrecord under Apps, Messages, and ask there."
_OTHER = "Slack refused the message ({reason}): ask again, and tell whoever runs Onrecord this word if it stays so."

_WORDS: Mapping[str, str] = {
    "not_in_channel channel_not_found user_not_in_channel": _INVITE,
    "is_archived": "That channel is archived: ask in another one.",
    "restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel "
    "restricted_action_non_threadable_channel restricted_action_thread_locked ekm_access_denied": _ELSEWHERE,
    "msg_too_long msg_blocks_too_long view_too_large": _TOO_BIG,
    "edit_window_closed message_not_found cant_update_message thread_not_found cannot_reply_to_message": _TOO_LATE,
    "invalid_auth not_authed account_inactive token_revoked token_expired not_installed": _REINSTALL,
    "missing_scope no_permission access_denied not_allowed_token_type": _SCOPE,
    "cannot_dm_bot messages_tab_disabled user_disabled": _CLOSED,
}
_TO_DO = {word: what for words, what in _WORDS.items() for word in words.split()}


def refused(reason: str) -> NotSent:
    """The refusal that Slack's word stands for; its message tells the person what to do."""
    return NotSent(_TO_DO.get(reason, _OTHER).format(reason=reason), reason=reason)


def busy(headers: Mapping[str, object]) -> TryLater:
    """Slack's plea for patience, for as long as its Retry-After says."""
    given = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "")
    seconds = float(given) if given.isdecimal() else _PATIENCE
    return TryLater("Slack asks for patience: it goes on by itself", seconds=min(seconds, _LONGEST_PATIENCE))


def ailing() -> TryLater:
    """Slack is not well at the moment."""
    return TryLater("Slack is not well at the moment: it goes on by itself", seconds=_PATIENCE)


def status_failure(status: int, reason: str, headers: Mapping[str, object], *, once: bool) -> BotError:
    """What an answer of Slack's that is no success means; ``once`` is for what must not be done a second time."""
    if status == 429 or reason in _BUSY:
        return busy(headers)
    if status >= 500 or reason in _AILING or not re.fullmatch(r"\w{1,60}", reason):
        return Unsure(f"Slack failed with {status}, and may have done it") if once else ailing()
    return refused(reason)


def translated(error: Exception, *, once: bool = False) -> BotError:
    """Our own error for one of the network's or of Slack's library."""
    if isinstance(error, SlackApiError):
        response = error.response
        return status_failure(response.status_code, str(response.get("error") or ""), response.headers, once=once)
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, _NEVER_ARRIVED) or getattr(reason, "errno", None) in _NO_WAY_THERE:
        return TryLater("Slack cannot be reached at the moment: it goes on by itself", seconds=_PATIENCE)
    if isinstance(error, SlackClientError):
        return refused(type(error).__name__)
    return Unsure(f"the connection to Slack broke ({type(reason).__name__})")


@contextmanager
def sending(*, once: bool = False) -> Iterator[None]:
    """Raise what goes wrong inside as TryLater, Unsure or NotSent."""
    try:
        yield
    except (SlackClientError, OSError, HTTPException) as error:
        raise translated(error, once=once) from error


@contextmanager
def asking() -> Iterator[None]:
    """Raise what goes wrong inside as TryLater or NotSent: a question may be asked twice."""
    try:
        with sending():
            yield
    except Unsure as error:
        raise TryLater("Slack did not answer: it goes on by itself", seconds=_PATIENCE) from error
