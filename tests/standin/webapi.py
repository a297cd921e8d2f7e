"""The Web API: whose token it is, whether too much is asked, which method it is, and what is answered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.standin import chat, directory, hooks, oauth, surfaces
from tests.standin.caller import Caller, Method, Refusal
from tests.standin.journal import Call
from tests.standin.state import Grant, State

JSON = dict[str, Any]
METHODS: Mapping[str, Method] = chat.METHODS | directory.METHODS | surfaces.METHODS
RESPONSE_URL = "response_url"
_POSTS = frozenset({"chat.postMessage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back over the wire."""

    body: JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What a response URL says instead of JSON."""
        return "ok" if self.body.get("ok") else str(self.body.get("error"))


def call(state: State, method: str, params: JSON, *, authorization: str) -> Reply:
    """Answer one call and keep it in the journal."""
    with state.journal.changed:
        try:
            reply = _answered(state, method, dict(params), authorization)
        except Refusal as no:
            state.journal.frown(no.error, f"{method}: {no.more or params}"[:500])
            reply = Reply(body={"ok": False, "error": no.error, **no.more})
        record(state, method, params, reply)
        return reply


def record(state: State, method: str, params: JSON, reply: Reply | None) -> None:
    """Keep a call; None for one whose connection was dropped."""
    shown = {name: value for name, value in params.items() if name not in ("token", "client_secret")}
    status, body = (reply.status, reply.body) if reply else (0, {})
    state.journal.called(Call(method=method, params=shown, at=state.clock.now(), status=status, response=body))


def _answered(state: State, method: str, params: JSON, authorization: str) -> Reply:
    if method == "oauth.v2.access":
        return Reply(body={"ok": True, **oauth.access(state, params, authorization=authorization)})
    if method == "api.test":
        return Reply(body={"ok": True})
    if method not in METHODS:
        raise Refusal("unknown_method")
    token = str(params.pop("token", "") or authorization.removeprefix("Bearer ").strip())
    grant = _grant(state, token)
    if (grant.workspace is None) != (method == "apps.connections.open"):
        raise Refusal("not_allowed_token_type")
    seconds = _too_soon(state, method, grant, params)
    if seconds:
        return limited(state, _bucket(method, grant, params), seconds)
    scopes = {"x-oauth-scopes": ",".join(sorted(grant.scopes))}
    body = METHODS[method](Caller(state=state, grant=grant, method=method, params=params))
    return Reply(body={"ok": True, **body}, headers=scopes)


def _grant(state: State, token: str) -> Grant:
    if not token:
        raise Refusal("not_authed")
    grant = state.grants.get(token)
    if grant is None:
        raise Refusal("invalid_auth")
    if grant.workspace and not grant.workspace.installed:
        raise Refusal("account_inactive")
    if grant.revoked:
        raise Refusal(grant.revoked)
    if grant.expires is not None and state.clock.now() > grant.expires:
        raise Refusal("token_expired")
    return grant


def _bucket(method: str, grant: Grant, params: JSON) -> str:
    place = params.get("channel") if method in _POSTS else grant.token
    return f"{method} {place}"


def _too_soon(state: State, method: str, grant: Grant, params: JSON) -> float:
    """The seconds to wait before this call is allowed, 0 for none."""
    name, now, rules = _bucket(method, grant, params), state.clock.now(), state.rules
    if state.rates.impatient(name, now):
        state.journal.frown("impatient", f"{name} came back before the time that Retry-After said")
    if method in state.rates.methods:
        rate, burst = state.rates.methods[method]
        return state.rates.wait(name, now, rate=rate, burst=burst)
    if method in _POSTS and rules.posts_a_second:
        return state.rates.wait(name, now, rate=rules.posts_a_second, burst=rules.post_burst)
    return 0.0


def limited(state: State, name: str, seconds: float) -> Reply:
    """HTTP 429, with the whole seconds to wait."""
    whole = max(1, math.ceil(seconds))
    state.rates.refuse(name, state.clock.now(), whole)
    return Reply(body={"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(whole)})


def respond(state: State, path: str, params: JSON) -> Reply:
    """Answer one use of a response URL and keep it in the journal."""
    with state.journal.changed:
        try:
            hooks.use(state, path, params)
            reply = Reply(body={"ok": True})
        except Refusal as no:
            state.journal.frown(no.error, f"a response URL: {no.more or params}"[:500])
            gone = no.error in ("used_url", "expired_url", "no_service")
            reply = Reply(body={"ok": False, "error": no.error, **no.more}, status=404 if gone else 400)
        record(state, RESPONSE_URL, params, reply)
        return reply


def faulty(state: State, method: str, params: JSON, *, authorization: str, status: int, seconds: float) -> Reply:
    """A server's failure or a 429 that was asked for."""
    if status == 429:
        token = authorization.removeprefix("Bearer ").strip()
        grant = state.grants.get(token) or Grant(token=token, scopes=frozenset())
        with state.journal.changed:
            reply = limited(state, _bucket(method, grant, params), seconds)
    else:
        reply = Reply(body={"ok": False, "error": "internal_error"}, status=status)
    record(state, method, params, reply)
    return reply
