"""Installing the app: the page where it is allowed, and the exchange of codes and refresh tokens for tokens."""

from __future__ import annotations

import base64
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.standin.caller import Refusal
from tests.standin.state import Code, State
from tests.standin.workspace import Person, Workspace

JSON = dict[str, Any]


def authorize(state: State, query: JSON, *, workspace: Workspace, person: Person) -> str:
    """Where the browser is sent after somebody has allowed what is asked for."""
    scopes = frozenset(str(query.get("scope", "")).split(","))
    if query.get("client_id") != state.client_id:
        raise Refusal("invalid_client_id")
    if not scopes <= state.manifest.scopes:
        raise Refusal("invalid_scope", f"not in the manifest: {', '.join(sorted(scopes - state.manifest.scopes))}")
    if not query.get("state"):
        state.journal.frown("oauth", "an authorization without state, which a stranger could have begun")
    target = str(query.get("redirect_uri") or "")
    if not target:
        raise Refusal("invalid_arguments", "redirect_uri is missing, and the stand-in knows no other")
    code = secrets.token_hex(16)
    state.codes[code] = Code(workspace=workspace, person=person, scopes=scopes, redirect_uri=target)
    joined = "&" if urlsplit(target).query else "?"
    return f"{target}{joined}{urlencode({'code': code, 'state': query.get('state', '')})}"


def access(state: State, params: JSON, *, authorization: str) -> JSON:
    """oauth.v2.access: tokens for a code or for a refresh token."""
    if _client(params, authorization) != (state.client_id, state.client_secret):
        raise Refusal("bad_client_secret")
    if params.get("grant_type") == "refresh_token":
        return _refreshed(state, str(params.get("refresh_token")))
    code = state.codes.pop(str(params.get("code")), None)
    if code is None:
        raise Refusal("invalid_code")
    if params.get("redirect_uri") not in (None, code.redirect_uri):
        raise Refusal("bad_redirect_uri")
    code.workspace.installed = True
    return _tokens(state, code.workspace, code.scopes) | {"authed_user": {"id": code.person.id}}


def _client(params: JSON, authorization: str) -> tuple[str, str]:
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() == "basic":
        client, _, secret = base64.b64decode(encoded).decode().partition(":")
        return client, secret
    return str(params.get("client_id")), str(params.get("client_secret"))


def _refreshed(state: State, token: str) -> JSON:
    grant = state.refreshes.pop(token, None)
    if grant is None or grant.revoked or grant.workspace is None:
        raise Refusal("invalid_refresh_token")
    return _tokens(state, grant.workspace, grant.scopes)


def _tokens(state: State, workspace: Workspace, scopes: frozenset[str]) -> JSON:
    rotates = state.rules.rotate_tokens or state.manifest.rotates
    grant = state.grant(workspace, scopes, prefix="xoxe.xoxb-1" if rotates else "xoxb")
    answer: JSON = {
        "app_id": state.app,
        "scope": ",".join(sorted(grant.scopes)),
        "token_type": "bot",
        "access_token": grant.token,
        "bot_user_id": workspace.bot.id,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if rotates:
        refresh = f"xoxe-1-{secrets.token_hex(16)}"
        state.refreshes[refresh] = grant
        grant.expires = state.clock.now() + state.rules.token_seconds
        answer |= {"refresh_token": refresh, "expires_in": state.rules.token_seconds}
    return answer
