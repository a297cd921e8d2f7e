"""Articles over HTTP: ``POST /ingest`` takes them in, ``DELETE /ingest/ID`` kills one or forgets it.

Only with the token; a body is taken up to a size, a few at a time, and the answer is what became of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from email.message import Message
from functools import partial
from hashlib import sha256
from hmac import compare_digest
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.settings import Secret
from embeddings import Archive, ArchiveError, Piece, Receipt, StoreFull, StoreLocked, UnknownArticle, receipt_record

PATH = "/ingest"
AT_ONCE = 4
"""So many requests are worked on at a time."""
PATIENCE = 60.0
"""Seconds that a body may take to come."""
KILLED = "Killed over HTTP, without a reason."
_SOON, _LATER = 5, 60
_LONGEST_NAME = 300
_FORM = "application/x-www-form-urlencoded"
"""What programs say that were told nothing of the body."""
_YES = frozenset({"1", "true", "yes"})
_log = logging.getLogger(__name__)


class TooLarge(Exception):
    """A body above the limit."""


class Push:
    """The way into an archive over HTTP; ``limit`` is the most bytes of a body."""

    def __init__(self, archive: Archive, *, token: Secret, limit: int, patience: float = PATIENCE) -> None:
        self._archive, self._token, self._limit, self._patience = archive, token.encode(), limit, patience
        self._slots = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[Route]:
        """The paths that are served."""
        return [
            Route(PATH, self.take, methods=["POST"]),
            Route(f"{PATH}/{{article:path}}", self.remove, methods=["DELETE"]),
        ]

    async def take(self, request: Request) -> Response:
        """Take in what the body holds, and answer with the receipt."""
        return await self._let_in(request, self._taken)

    async def remove(self, request: Request) -> Response:
        """Kill an article, or forget every version of it with ``?purge=true``."""
        return await self._let_in(request, self._removed)

    async def _let_in(self, request: Request, work: Callable[[bytes, Request], Response]) -> Response:
        if not self._knows(request.headers.get("authorization", "")):
            headers = {"WWW-Authenticate": "Bearer"}
            return _said(HTTPStatus.UNAUTHORIZED, "send the token: Authorization: Bearer …", headers=headers)
        if self._slots.locked():
            return _later("too many requests at once: send it again", seconds=_SOON)
        async with self._slots:
            try:
                async with asyncio.timeout(self._patience):
                    body = await self._body(request)
            except TooLarge:
                told = f"the body is larger than {self._limit:,} bytes: send less, or raise ONRECORD_INGEST_LIMIT_MB"
                return _said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told, headers={"Connection": "close"})
            except (TimeoutError, ClientDisconnect):
                return _said(HTTPStatus.REQUEST_TIMEOUT, "the body did not come in time: send it again")
            return await asyncio.to_thread(_answered, partial(work, body, request))

    def _knows(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        # A header's bytes come as Latin-1, whatever they are.
        right = compare_digest(token.strip(" \t").encode("latin-1"), self._token)
        return right and scheme.lower() == "bearer"

    async def _body(self, request: Request) -> bytes:
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._limit:
            raise TooLarge
        taken = bytearray()
        async for piece in request.stream():
            taken += piece
            if len(taken) > self._limit:
                raise TooLarge
        return bytes(taken)

    def _taken(self, body: bytes, request: Request) -> Response:
        wrapping = _wrapping(request)
        if wrapping:
            return _said(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{wrapping}: send the story itself as the body")
        media = request.headers.get("content-type")
        name = _name(request) or f"push-{sha256(body).hexdigest()[:20]}"
        piece = Piece(data=body, name=name, place=name, media=None if media == _FORM else media)
        receipt = self._archive.ingest([piece])
        _log.info("pushed: %d read, %d rejected", receipt.read, receipt.rejected)
        return JSONResponse(receipt_record(receipt), status_code=status_of(receipt))

    def _removed(self, body: bytes, request: Request) -> Response:
        article = request.path_params["article"]
        if request.query_params.get("purge", "").lower() in _YES:
            if not self._archive.purge(article):
                raise UnknownArticle(f"No article {article!r} on file")
            return JSONResponse({"purged": article})
        receipt = self._archive.kill(article, words=request.query_params.get("words") or KILLED)
        return JSONResponse(receipt_record(receipt))


def status_of(receipt: Receipt) -> HTTPStatus:
    """Whether all of it was taken in, some, or nothing; a body in which nothing was to be read is refused."""
    if receipt.rejected == receipt.read:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.MULTI_STATUS if receipt.rejected else HTTPStatus.OK


def _answered(work: Callable[[], Response]) -> Response:
    """What comes of the work, or why nothing did."""
    try:
        return work()
    except UnknownArticle as error:
        return _said(HTTPStatus.NOT_FOUND, str(error))
    except StoreLocked:
        return _later("somebody else writes to the archive: send it again", seconds=_SOON)
    except StoreFull:
        return _later("there is no room left for the archive: make room, and send it again", seconds=_LATER)
    except ArchiveError as error:
        # Whoever sends need not know what lies where on the machine.
        _log.error("a push failed: %s", error)
        return _said(HTTPStatus.INTERNAL_SERVER_ERROR, "the archive cannot be written: the log of the bot says why")


def _wrapping(request: Request) -> str:
    """In what a body is wrapped that nobody here undoes, as its wrapping would be taken for words of the story."""
    media, coding = (request.headers.get(name, "").strip().lower() for name in ("content-type", "content-encoding"))
    if media.startswith("multipart/form-data"):
        return "this is a form with a file in it"
    # What is packed with gzip is recognised as such, like any file.
    return "" if coding in ("", "identity", "gzip", "x-gzip") else "Content-Encoding may be gzip, and nothing else"


def _name(request: Request) -> str:
    """What the sender calls the body."""
    disposition = Message()
    disposition["Content-Disposition"] = request.headers.get("content-disposition", "")
    return (request.query_params.get("name") or disposition.get_filename() or "").strip()[:_LONGEST_NAME]


def _later(words: str, *, seconds: int) -> Response:
    return _said(HTTPStatus.SERVICE_UNAVAILABLE, words, headers={"Retry-After": str(seconds)})


def _said(status: HTTPStatus, words: str, *, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": words}, status_code=status, headers=headers)
