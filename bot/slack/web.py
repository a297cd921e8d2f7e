"""Events over signed HTTP, the pages for installing, and how the bot is: a small web server on its own thread."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic, sleep

import uvicorn
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_bolt.oauth import OAuthFlow
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.errors import BadSettings

EVENTS_PATH = "/slack/events"
LARGEST_BODY = 1_048_576
CONCURRENCY = 16
_PATIENCE = 10
"""Seconds that requests which were begun have before the server is gone."""
_UNSIGNED = 401
_QUIET = 60.0
"""Seconds for which a warning is not repeated."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the bot is: ``sick`` is why it should be started anew, ``unready`` why it cannot answer at the moment."""

    sick: Mapping[str, str] = field(default_factory=dict)
    unready: Mapping[str, str] = field(default_factory=dict)


class TooLarge(Exception):
    """A body that Slack would not send."""


class Dispatch:
    """Has Bolt look at requests, on threads that nothing else uses."""

    def __init__(self, bolt: App) -> None:
        self._bolt, self._warned = bolt, float("-inf")
        self._threads = ThreadPoolExecutor(max_workers=CONCURRENCY, thread_name_prefix="dispatch")

    async def events(self, request: Request) -> Response:
        """An event, a command or an interaction."""
        response = await self._answered(request, self._bolt.dispatch)
        if response.status_code == _UNSIGNED and monotonic() - self._warned > _QUIET:
            self._warned = monotonic()
            _log.warning("a request is not signed with SLACK_SIGNING_SECRET: if Slack sent it, copy the secret anew")
        return response

    async def install(self, request: Request) -> Response:
        """The page with the button that installs the app."""
        return await self._answered(request, _flow(self._bolt).handle_installation)

    async def installed(self, request: Request) -> Response:
        """Where Slack sends people back to after they have agreed."""
        return await self._answered(request, _flow(self._bolt).handle_callback)

    async def _answered(self, request: Request, answer: Callable[[BoltRequest], BoltResponse]) -> Response:
        try:
            asked = to_bolt_request(request, await _body(request))
        except TooLarge:
            return PlainTextResponse("The request is too large", status_code=413)
        except ValueError:
            return PlainTextResponse("The request cannot be read", status_code=400)
        loop = asyncio.get_running_loop()
        return to_starlette_response(await loop.run_in_executor(self._threads, answer, asked))

    def routes(self) -> list[Route]:
        """The paths that Slack calls, and those for installing where the app is installed that way."""
        routes = [Route(EVENTS_PATH, self.events, methods=["POST"])]
        if self._bolt.oauth_flow is None:
            return routes
        flow = self._bolt.oauth_flow
        return [*routes, Route(flow.install_path, self.install), Route(flow.redirect_uri_path, self.installed)]

    def close(self) -> None:
        """Finish what was begun."""
        self._threads.shutdown()


def web_app(
    *,
    bolt: App | None,
    health: Callable[[], Health],
    alive: Callable[[], Health] | None = None,
    more: Sequence[BaseRoute] = (),
) -> Starlette:
    """The pages of the bot and ``more``; without ``bolt``, as in Socket Mode, none that Slack calls.

    ``alive`` says whether it is to be started anew, without asking anybody who may be slow to answer.
    """
    dispatch = Dispatch(bolt) if bolt is not None else None
    sickness = alive or health

    async def living(request: Request) -> Response:
        return _told((await asyncio.to_thread(sickness)).sick)

    async def ready(request: Request) -> Response:
        found = await asyncio.to_thread(health)
        return _told({**found.sick, **found.unready})

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        yield
        if dispatch is not None:
            dispatch.close()

    pages = [Route("/healthz", living), Route("/readyz", ready)]
    return Starlette(routes=[*pages, *more, *(dispatch.routes() if dispatch else ())], lifespan=running)


class WebServer:
    """Serves a web app from a thread of its own; ``port`` 0 takes any that is free."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._host, self._port = host, port
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            ws="none",
            lifespan="on",
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
        self._server = uvicorn.Server(config)
        self._socket: socket.socket | None = None
        self._thread = Thread(target=self._run, name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._socket.getsockname()[1]) if self._socket else self._port

    def start(self) -> None:
        """Begin to listen; raises BadSettings when the address is taken or not this machine's."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            self._socket = socket.create_server((self._host, self._port), family=family, backlog=512)
        except OSError as error:
            raise BadSettings(
                f"cannot listen on {self._host}, port {self._port} ({error.strerror}): "
                "set ONRECORD_HOST and ONRECORD_PORT to an address that is free"
            ) from error
        self._port = self.port
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            sleep(0.01)

    def stop(self) -> None:
        """Take nothing new, answer what was begun, and be gone."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        assert self._socket is not None
        self._server.run(sockets=[self._socket])


def _told(wrong: Mapping[str, str]) -> Response:
    if wrong:
        return JSONResponse({"status": "failing", "reasons": dict(wrong)}, status_code=503)
    return JSONResponse({"status": "ok"})


async def _body(request: Request) -> bytes:
    """The body, as far as it is not too large."""
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > LARGEST_BODY:
            raise TooLarge
    return bytes(taken)


def _flow(bolt: App) -> OAuthFlow:
    assert bolt.oauth_flow is not None
    return bolt.oauth_flow
