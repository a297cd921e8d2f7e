"""Pages of the web, fetched with patience and bounds: what came back, or why nothing did."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from threading import Event, Lock
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from embeddings.inlets.feeds import is_web

MAX_BYTES = 20_000_000
"""Bytes of one answer, unpacked."""
REDIRECTS = 5
SPACING = 1.0
"""Seconds between two requests to one host."""
DEADLINE = 60.0
"""Seconds for one answer, however slowly it drips."""

_TIMEOUT = 15.0
_MOVED, _MOVED_FOR_EVER = frozenset({301, 302, 303, 307, 308}), frozenset({301, 308})
_PACKINGS = frozenset({"", "identity", "gzip", "deflate"})
_FAULTS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError)
_Hosts = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer; ``url`` is where it came from in the end, ``moved`` where the address has moved for good.

    ``changed`` is False where the server says that nothing did since it was asked last.
    """

    url: str
    data: bytes = b""
    media: str | None = None
    etag: str | None = None
    modified: str | None = None
    moved: str | None = None
    changed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no answer: the status where there was one, and how long the server wishes to be left alone.

    ``final`` tells that asking again is no use.
    """

    reason: str
    status: int | None = None
    wish: timedelta | None = None
    final: bool = False

    @property
    def gone(self) -> bool:
        """Whether the server says that there is no such page."""
        return self.status in (404, 410)


@dataclass(slots=True, kw_only=True)
class Fetcher:
    """Fetches pages, to any one host with some seconds in between; threads may share it, ``stop`` ends all at once."""

    stop: Event
    spacing: float = SPACING
    deadline: float = DEADLINE
    most: int = MAX_BYTES
    _hosts: _Hosts = field(default_factory=dict)
    _turns: Lock = field(default_factory=Lock)
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"User-Agent": f"Onrecord/{version('onrecord')} (newsroom archive)", "Accept-Encoding": "gzip"}
        self._client = httpx.Client(headers=headers, timeout=_TIMEOUT, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(
        self, url: str, *, private: bool, etag: str | None = None, modified: str | None = None, body: bool = True
    ) -> Fetched | Refusal:
        """What the address answers, redirects followed; ``private`` lets it lead to addresses that are not public.

        With the ``etag`` or time of the last answer, an answer that is still the same comes without its words; without
        ``body`` every answer does.
        """
        asked = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in asked.items() if value}
        moved, for_ever = None, True
        for _ in range(REDIRECTS + 1):
            refused = closed(url, private=private) or self._wait(url)
            if refused:
                return refused
            try:
                with self._answer(url, headers, private=private) as answer:
                    if isinstance(answer, Refusal):
                        return answer
                    if answer.status_code not in _MOVED:
                        return self._read(answer, url=url, moved=moved, body=body)
                    for_ever = for_ever and answer.status_code in _MOVED_FOR_EVER
                    url = urljoin(url, answer.headers.get("location", ""))
                    moved = url if for_ever else moved
            except _FAULTS as error:
                return Refusal(reason=str(error) or type(error).__name__)
        return Refusal(reason=f"over {REDIRECTS} redirects")

    def _wait(self, url: str) -> Refusal | None:
        """Wait for the host's turn; a refusal where it is told to stop meanwhile."""
        host = urlsplit(url).netloc
        with self._turns:
            turn = max(monotonic(), self._hosts.get(host, 0.0))
            self._hosts[host] = turn + self.spacing
        return Refusal(reason="stopped") if self.stop.wait(max(0.0, turn - monotonic())) else None

    @contextmanager
    def _answer(self, url: str, headers: Mapping[str, str], *, private: bool) -> Iterator[httpx.Response | Refusal]:
        with self._client.stream("GET", url, headers=dict(headers)) as answer:
            # The name may lead elsewhere by now than when it was looked up before.
            peer = answer.extensions["network_stream"].get_extra_info("server_addr")
            if not private and not _by_proxy(url) and peer and is_private(str(peer[0])):
                yield _PRIVATE
            else:
                yield answer

    def _read(self, answer: httpx.Response, *, url: str, moved: str | None, body: bool) -> Fetched | Refusal:
        status, headers = answer.status_code, answer.headers
        if status == httpx.codes.NOT_MODIFIED:
            return Fetched(url=url, moved=moved, changed=False)
        if not answer.is_success:
            return Refusal(
                reason=f"the server answers {status} {answer.reason_phrase}".strip(),
                status=status,
                wish=wished(headers.get("retry-after"), at=datetime.now(UTC)),
            )
        if headers.get("content-encoding", "").strip().lower() not in _PACKINGS:
            return Refusal(reason="an answer packed in a way that was not asked for", status=status)
        data = self._words(answer) if body else b""
        if isinstance(data, Refusal):
            return data
        return Fetched(
            url=url,
            data=data,
            media=headers.get("content-type"),
            etag=headers.get("etag"),
            modified=headers.get("last-modified"),
            moved=moved,
        )

    def _words(self, answer: httpx.Response) -> bytes | Refusal:
        until, data = monotonic() + self.deadline, bytearray()
        for chunk in answer.iter_bytes():
            data += chunk
            if len(data) > self.most:
                return Refusal(reason=f"an answer of over {self.most:,} bytes")
            if monotonic() > until:
                return Refusal(reason=f"an answer that takes longer than {self.deadline:g} seconds")
            if self.stop.is_set():
                return Refusal(reason="stopped")
        return bytes(data)


_PRIVATE = Refusal(reason="it leads to an address that is not public", final=True)
_NO_WEB = Refusal(reason="it leads to no web address", final=True)


def closed(url: str, *, private: bool) -> Refusal | None:
    """Why an address is not asked at all: it is none of the web, or not public."""
    if not is_web(url):
        return _NO_WEB
    return None if private or not is_private(urlsplit(url).hostname or "") else _PRIVATE


def is_private(host: str) -> bool:
    """Whether a name or number leads to an address that is not public; a name that leads nowhere does not."""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False
    return any(not _is_public(one) for one in found)


def _is_public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        return _is_public(str(inside)) if inside else address.is_global and not address.is_multicast
    return address.is_global and not address.is_multicast


def _by_proxy(url: str) -> bool:
    parts = urlsplit(url)
    proxies = getproxies()
    return bool(proxies.get(parts.scheme) or proxies.get("all")) and not proxy_bypass(parts.hostname or "")


def wished(printed: str | None, *, at: datetime) -> timedelta | None:
    """How long a server wishes to be left alone (Retry-After): seconds, or until a time."""
    said = (printed or "").strip()
    if said.isdecimal():
        return timedelta(seconds=min(int(said), 10**9))
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    zoned = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(zoned - at, timedelta())
