"""A person's browser, as far as installing the app needs one: it follows redirects and keeps cookies."""

from __future__ import annotations

import html
import http.client
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

_LINK = re.compile(r'href="([^"]*/oauth/v2/authorize[^"]*)"')
_MOST = 10


@dataclass(frozen=True, slots=True)
class Page:
    """What the browser ended at."""

    url: str
    status: int
    text: str


@dataclass(eq=False)
class Browser:
    """Goes where it is sent; what is asked of slack.com goes to the stand-in."""

    slack: str
    team: str
    cookies: dict[str, str] = field(default_factory=dict)

    def install(self, url: str) -> Page:
        """Begin at the app's own page, press its button if there is one, allow, and come back."""
        page = self.open(url)
        button = _LINK.search(page.text)
        return self.open(html.unescape(button[1])) if button else page

    def open(self, url: str) -> Page:
        """Follow redirects from there to a page."""
        for _ in range(_MOST):
            status, location, text = self._get(self._turned(url))
            if not 300 <= status < 400 or location is None:
                return Page(url, status, text)
            url = urljoin(url, location)
        raise AssertionError(f"more than {_MOST} redirects, at last to {url}")

    def _turned(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.path != "/oauth/v2/authorize":
            return url
        return f"{self.slack}{parts.path}?{parts.query}&team={self.team}"

    def _get(self, url: str) -> tuple[int, str | None, str]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("GET", path, headers={"Cookie": cookies} if cookies else {})
            response = connection.getresponse()
            for line in response.headers.get_all("set-cookie") or ():
                self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
            return response.status, response.headers.get("location"), response.read().decode()
        finally:
            connection.close()
