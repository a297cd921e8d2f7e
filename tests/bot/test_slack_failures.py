from __future__ import annotations

import errno
import socket
import ssl
from http.client import IncompleteRead, RemoteDisconnected
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from bot.errors import BotError, NotSent, TryLater, Unsure
from bot.slack.failures import asking, refused, sending, translated


def answer(reason: str, *, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    response = SlackResponse(
        client=WebClient(),
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": False, "error": reason},
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("error", "becomes", "once"),
    [
        (answer("ratelimited", status=429), TryLater, TryLater),
        (answer("ratelimited"), TryLater, TryLater),
        (answer("service_unavailable"), TryLater, Unsure),
        (answer("whatever", status=503), TryLater, Unsure),
        (answer("internal_error"), TryLater, Unsure),
        (answer("fatal_error", status=500), TryLater, Unsure),
        (answer("bad_gateway", status=502), TryLater, Unsure),
        (answer("Received a response in a non-JSON format: <html>"), TryLater, Unsure),
        (answer("is_archived"), NotSent, NotSent),
        (URLError(ConnectionRefusedError()), TryLater, TryLater),
        (URLError(socket.gaierror()), TryLater, TryLater),
        (URLError(ssl.SSLCertVerificationError()), TryLater, TryLater),
        (URLError(OSError(errno.ENETUNREACH, "no way there")), TryLater, TryLater),
        (URLError(TimeoutError()), Unsure, Unsure),
        (URLError(BrokenPipeError()), Unsure, Unsure),
        (TimeoutError(), Unsure, Unsure),
        (ConnectionResetError(), Unsure, Unsure),
        (RemoteDisconnected(""), Unsure, Unsure),
        (IncompleteRead(b""), Unsure, Unsure),
        (SlackRequestError("no such address"), NotSent, NotSent),
    ],
    ids=repr,
)
def test_every_failure_is_ours(error: Exception, becomes: type[BotError], once: type[BotError]) -> None:
    assert type(translated(error)) is becomes
    assert type(translated(error, once=True)) is once
    with pytest.raises(becomes), sending():
        raise error
    with pytest.raises(once), sending(once=True):
        raise error


@pytest.mark.parametrize("error", [TimeoutError(), RemoteDisconnected(""), answer("fatal_error")])
def test_a_question_may_be_asked_again(error: Exception) -> None:
    with pytest.raises(TryLater), asking():
        raise error


def test_a_question_that_is_refused_is_refused() -> None:
    with pytest.raises(NotSent) as refusal, asking():
        raise answer("channel_not_found")
    assert refusal.value.reason == "channel_not_found"


def test_errors_of_our_own_pass() -> None:
    with pytest.raises(ZeroDivisionError), asking():
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17.0),
        ({"retry-after": "3"}, 3.0),
        ({"Retry-After": "soon"}, 5.0),
        ({}, 5.0),
        ({"Retry-After": "86400"}, 900.0),
    ],
)
def test_patience_is_as_long_as_slack_asks(headers: dict[str, str], seconds: float) -> None:
    late = translated(answer("ratelimited", status=429, headers=headers))

    assert isinstance(late, TryLater)
    assert late.seconds == seconds


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("not_in_channel", "/invite @onrecord"),
        ("channel_not_found", "/invite @onrecord"),
        ("is_archived", "another one"),
        ("restricted_action", "direct message"),
        ("msg_too_long", "narrow it"),
        ("msg_blocks_too_long", "narrow it"),
        ("edit_window_closed", "ask again"),
        ("token_revoked", "docs/slack.md"),
        ("missing_scope", "docs/slack.md"),
        ("something_new", "something_new"),
    ],
)
def test_a_refusal_says_what_to_do(reason: str, advice: str) -> None:
    refusal = refused(reason)

    assert refusal.reason == reason
    assert advice in str(refusal)
