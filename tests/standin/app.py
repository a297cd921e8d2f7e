"""The stand-in as an ASGI application: routes, bodies, and the faults that a test has asked for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute

from tests.standin import faults, oauth, webapi
from tests.standin.caller import Refusal
from tests.standin.faults import Fault
from tests.standin.socketmode import Sockets
from tests.standin.state import State
from tests.standin.webapi import RESPONSE_URL, Reply

JSON = dict[str, Any]


def build(state: State, sockets: Sockets) -> Starlette:
    """The application over a state."""

    async def api(request: Request) -> Response:
        """One method of the Web API."""
        method, params = str(request.path_params["method"]), await _params(request)
        authorization = request.headers.get("authorization", "")
        return await _through(
            request,
            method,
            params,
            state=state,
            effect=lambda: webapi.call(state, method, params, authorization=authorization),
        )

    async def respond(request: Request) -> Response:
        """One response URL."""
        params, path = await _params(request), request.url.path.lstrip("/")
        return await _through(
            request, RESPONSE_URL, params, state=state, effect=lambda: webapi.respond(state, path, params)
        )

    async def authorize(request: Request) -> Response:
        """The page where somebody allows the app."""
        query = dict(request.query_params)
        team = str(query.get("team") or next(iter(state.workspaces)))
        workspace = state.workspaces[team]
        admin = workspace.person("ada")
        try:
            return RedirectResponse(oauth.authorize(state, query, workspace=workspace, person=admin), status_code=302)
        except Refusal as no:
            return PlainTextResponse(f"{no.error} {no.more}", status_code=400)

    return Starlette(
        routes=[
            Route("/api/{method}", api, methods=["GET", "POST"]),
            *(Route(f"/{kind}/{{rest:path}}", respond, methods=["POST"]) for kind in ("commands", "actions", "app")),
            Route("/oauth/v2/authorize", authorize),
            WebSocketRoute("/link", sockets.serve),
        ]
    )


async def _params(request: Request) -> JSON:
    """The parameters of a call, from the query and from a form or JSON in the body."""
    body = (await request.body()).decode()
    if request.headers.get("content-type", "").startswith("application/json"):
        given = json.loads(body or "{}")
    else:
        given = dict(parse_qsl(body, keep_blank_values=True))
    return {**request.query_params, **{name: value for name, value in given.items() if value is not None}}


async def _through(
    request: Request, method: str, params: JSON, *, state: State, effect: Callable[[], Reply]
) -> Response:
    """What becomes of a call, with the trouble that waits for it, if any."""
    fault = state.faults.take(method, params)
    if fault is None:
        return _response(method, await run_in_threadpool(effect))
    if fault.kind == faults.SLOW:
        await asyncio.sleep(fault.seconds)
        return _response(method, await run_in_threadpool(effect))
    if fault.after_effect:
        await run_in_threadpool(effect)
    return await _suffer(request, method, params, state=state, fault=fault)


async def _suffer(request: Request, method: str, params: JSON, *, state: State, fault: Fault) -> Response:
    if fault.kind in (faults.DROP, faults.TIMEOUT):
        webapi.record(state, method, params, None)
        if fault.kind == faults.TIMEOUT:
            await asyncio.sleep(fault.seconds)
        request.scope["standin.wire"].drop()
        return Response()
    if fault.kind in (faults.RATE_LIMITED, faults.SERVER_ERROR):
        authorization = request.headers.get("authorization", "")
        status = 429 if fault.kind == faults.RATE_LIMITED else fault.status
        failed = webapi.faulty(state, method, params, authorization=authorization, status=status, seconds=fault.seconds)
        return _response(method, failed)
    reply = Reply(body={"ok": False, "error": fault.kind}, status=404 if method == RESPONSE_URL else 200)
    webapi.record(state, method, params, reply)
    return _response(method, reply)


def _response(method: str, reply: Reply) -> Response:
    if method == RESPONSE_URL:
        return PlainTextResponse(reply.text, status_code=reply.status, headers=reply.headers)
    return JSONResponse(reply.body, status_code=reply.status, headers=reply.headers)
