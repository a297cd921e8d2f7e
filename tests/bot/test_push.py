"""Articles over HTTP, by a real server into a real archive: who may, how much, and what is answered."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any, NoReturn
from urllib.parse import quote

import pytest

from bot.errors import BadSettings
from bot.push import AT_ONCE, Push, status_of
from bot.settings import LEAST_TOKEN, Secret, Settings
from bot.slack.web import Health, WebServer, web_app
from embeddings import (
    Archive,
    Found,
    Outcome,
    Receipt,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    UnknownArticle,
    open_archive,
)
from embeddings import Settings as ArchiveSettings

TOKEN = "marmalade-for-breakfast"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
LIMIT = 100_000
FERRY = "The ferry Halcyon will stay in port until the buoys are back, the harbour master said on Tuesday.\n"
OTTERS = "Three otters have been counted below the weir at Brindle Mill, the river trust said on Monday.\n"


def ninjs(uri: str, words: str = FERRY, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any property
    return {
        "uri": uri,
        "type": "text",
        "version": "1",
        "pubstatus": "usable",
        "language": "en",
        "headline": "Ferry stays in port",
        "body_text": words,
        **more,
    }


@dataclass(frozen=True)
class Got:
    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass
class Client:
    """Whoever pushes."""

    port: int

    def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = BEARER) -> Got:  # noqa: ANN401
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            read = answer.read()
            return Got(answer.status, json.loads(read) if read.startswith(b"{") else read, dict(answer.getheaders()))
        finally:
            connection.close()

    def push(self, body: Any, path: str = "/ingest", **headers: str) -> Got:  # noqa: ANN401 - bytes or pieces of them
        return self.send("POST", path, body, {**BEARER, **headers})


@pytest.fixture
def archive(tmp_path: Path, cache: Path) -> Iterator[Archive]:
    environ = {"ONRECORD_ARCHIVE": str(tmp_path / "archive"), "ONRECORD_CACHE": str(cache), "ONRECORD_QUOTES": "rules"}
    with open_archive(ArchiveSettings.from_environ(environ), writing=True) as opened:
        yield opened


def serving(archive: Archive, **more: Any) -> Iterator[Client]:  # noqa: ANN401 - how patient
    routes = Push(archive, token=Secret(TOKEN), limit=LIMIT, **more).routes()
    server = WebServer(web_app(bolt=None, health=Health, more=routes), "127.0.0.1", 0)
    server.start()
    try:
        yield Client(server.port)
    finally:
        server.stop()


@pytest.fixture
def client(archive: Archive) -> Iterator[Client]:
    yield from serving(archive)


def ids(archive: Archive, question: str) -> set[str]:
    answer = archive.ask(question)
    return {one.article.id for one in (answer.passages if isinstance(answer, Found) else answer.near_misses)}


# Taken in.


def test_what_is_pushed_is_on_file_when_the_answer_comes(client: Client, archive: Archive) -> None:
    got = client.push(json.dumps(ninjs("urn:x:ferry")).encode())
    assert (got.status, got.body["outcomes"]) == (200, {"new": 1})
    assert ids(archive, "What did the harbour master say about the ferry Halcyon?") == {"urn:x:ferry"}


def test_the_same_body_twice_changes_nothing(client: Client) -> None:
    for body in (json.dumps(ninjs("urn:x:ferry")).encode(), FERRY.encode()):
        first, second = client.push(body), client.push(body)
        assert (first.status, first.body["outcomes"]) == (200, {"new": 1})
        assert (second.status, second.body["outcomes"]) == (200, {"unchanged": 1})


def test_two_texts_without_a_name_are_two_articles(client: Client, archive: Archive) -> None:
    assert client.push(FERRY.encode()).body["outcomes"] == {"new": 1}
    assert client.push(OTTERS.encode()).body["outcomes"] == {"new": 1}
    assert archive.coverage().articles == 2


@pytest.mark.parametrize(
    ("path", "headers", "name"),
    [
        ("/ingest?name=desk/ferry.txt", {}, "desk/ferry.txt"),
        ("/ingest", {"Content-Disposition": 'attachment; filename="ferry.txt"'}, "ferry.txt"),
        ("/ingest", {"Content-Disposition": "attachment; filename*=UTF-8''f%C3%A4hre.txt"}, "fähre.txt"),
        ("/ingest?name=a.txt", {"Content-Disposition": "attachment; filename=b.txt"}, "a.txt"),
    ],
)
def test_a_format_without_an_id_is_named_by_who_sends(
    client: Client, archive: Archive, path: str, headers: dict[str, str], name: str
) -> None:
    assert client.push(FERRY.encode(), path, **headers).status == 200
    assert archive.article(name).text.strip() == FERRY.strip()


def test_the_media_type_that_programs_send_unasked_spoils_nothing(client: Client) -> None:
    body = json.dumps(ninjs("urn:x:ferry")).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.push(body, **form).body["outcomes"] == {"new": 1}
    assert client.push(body, **{"Content-Type": "application/json"}).body["outcomes"] == {"unchanged": 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "Multipart/Form-Data; boundary=x"},
        {"Content-Encoding": "br"},
        {"Content-Encoding": "gzip, br"},
    ],
)
def test_what_wraps_a_story_is_not_taken_for_one(client: Client, archive: Archive, headers: dict[str, str]) -> None:
    archive.ingest([])
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n'
    got = client.push(part + FERRY.encode() + b"\r\n--x--\r\n", **headers)
    assert got.status == 415
    assert "body" in got.body["error"]
    assert archive.coverage().articles == 0


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "identity", ""])
def test_a_body_may_be_packed_as_http_does(client: Client, archive: Archive, coding: str) -> None:
    body = json.dumps(ninjs("urn:x:ferry")).encode()
    packed = gzip.compress(body) if coding.lower() == "gzip" else body
    assert client.push(packed, **{"Content-Encoding": coding}).body["outcomes"] == {"new": 1}
    assert ids(archive, "What did the harbour master say about the ferry Halcyon?") == {"urn:x:ferry"}


def test_a_body_in_pieces_without_a_length_is_taken(client: Client) -> None:
    body = json.dumps(ninjs("urn:x:ferry")).encode()
    assert client.push(iter([body[:10], body[10:]])).status == 200


# Rejected.


def test_the_status_says_whether_all_or_some_was_rejected(client: Client) -> None:
    good, bad = json.dumps(ninjs("urn:x:good")), json.dumps({"uri": "urn:x:bad", "type": "text"})
    some = client.push(f"{good}\n{bad}\n".encode(), "/ingest?name=mixed.jsonl")
    assert (some.status, some.body["outcomes"]) == (207, {"new": 1, "rejected": 1})
    [incident] = some.body["incidents"]
    assert incident["reason"]
    assert "mixed.jsonl" in incident["place"]
    nothing = client.push(b"\x00\x01\x02 no news")
    assert (nothing.status, nothing.body["outcomes"]) == (422, {"rejected": 1})
    assert client.push(b"").status == 422


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ({}, 422),
        ({Outcome.REJECTED: 2}, 422),
        ({Outcome.REJECTED: 1, Outcome.UNCHANGED: 1}, 207),
        ({Outcome.HELD: 1, Outcome.KILLED: 1}, 200),
        ({Outcome.LATE: 1}, 200),
    ],
)
def test_only_what_was_rejected_counts(outcomes: dict[Outcome, int], status: int) -> None:
    assert status_of(Receipt(outcomes=outcomes)) == status


# Who may.


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer märmelade"},
        {"X-Token": TOKEN},
    ],
)
def test_without_the_token_nothing_is_done(client: Client, archive: Archive, headers: dict[str, str]) -> None:
    archive.ingest([])
    given = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    for method, path in (("POST", "/ingest"), ("DELETE", "/ingest/x"), ("DELETE", "/ingest/x?purge=true")):
        got = client.send(method, path, FERRY.encode(), given)
        assert (got.status, got.headers["www-authenticate"]) == (401, "Bearer")
        assert TOKEN not in str(got.body)
    assert archive.coverage().articles == 0


def test_a_token_may_have_any_letters(archive: Archive) -> None:
    token = "Märmelade zum Frühstück à"
    server = WebServer(
        web_app(bolt=None, health=Health, more=Push(archive, token=Secret(token), limit=LIMIT).routes()), "127.0.0.1", 0
    )
    server.start()
    try:
        sent = {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
        assert Client(server.port).push(FERRY.encode(), **sent).status == 200
    finally:
        server.stop()


def test_without_a_token_in_the_settings_there_is_no_way_in() -> None:
    server = WebServer(web_app(bolt=None, health=Health), "127.0.0.1", 0)
    server.start()
    try:
        assert Client(server.port).push(FERRY.encode()).status == 404
    finally:
        server.stop()


def test_nothing_else_is_served_there(client: Client) -> None:
    assert [client.send(method, "/ingest").status for method in ("GET", "PUT", "DELETE")] == [405, 405, 405]
    assert client.send("GET", "/healthz").status == 200


def test_the_token_is_long_and_does_not_print() -> None:
    assert Settings.from_environ({}).ingest_token == ""
    settings = Settings.from_environ({"ONRECORD_INGEST_TOKEN": f" {TOKEN} ", "ONRECORD_INGEST_LIMIT_MB": "3"})
    assert (settings.ingest_token, settings.ingest_limit_mb) == (TOKEN, 3)
    assert TOKEN not in repr(settings)
    with pytest.raises(BadSettings, match="ONRECORD_INGEST_TOKEN") as refused:
        Settings.from_environ({"ONRECORD_INGEST_TOKEN": "x" * (LEAST_TOKEN - 1)})
    assert "xxx" not in str(refused.value)
    for wrong in ("0", "-1", "lots", "1.5"):
        with pytest.raises(BadSettings, match="ONRECORD_INGEST_LIMIT_MB"):
            Settings.from_environ({"ONRECORD_INGEST_LIMIT_MB": wrong})


# How much.


def _refusal_of(client: Client, body: Callable[[], Any]) -> int:
    """The status, sent for again where the line is closed while the rest of the body is still being sent."""
    while True:
        with suppress(ConnectionError):
            return client.push(body()).status


def test_a_body_above_the_limit_is_refused_and_nothing_of_it_is_on_file(client: Client, archive: Archive) -> None:
    archive.ingest([])
    for body in (lambda: b"x" * (LIMIT + 1), lambda: iter([FERRY.encode(), b"y " * LIMIT])):
        assert _refusal_of(client, body) == 413
    assert client.push(FERRY.encode() + b"z" * (LIMIT - len(FERRY.encode()))).status == 200
    assert archive.coverage().articles == 1


def test_a_body_that_is_announced_too_large_is_not_waited_for(client: Client) -> None:
    with socket.create_connection(("127.0.0.1", client.port), timeout=30) as line:
        head = (
            f"POST /ingest HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {LIMIT + 1}\r\n\r\n"
        )
        line.sendall(head.encode())
        assert line.recv(12) == b"HTTP/1.1 413"


def test_a_body_that_does_not_come_is_given_up(archive: Archive) -> None:
    for client in serving(archive, patience=0.2):
        with socket.create_connection(("127.0.0.1", client.port), timeout=30) as line:
            head = f"POST /ingest HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 10\r\n\r\nfew"
            line.sendall(head.encode())
            assert line.recv(12) == b"HTTP/1.1 408"
        assert client.push(FERRY.encode()).status == 200


@dataclass(frozen=True)
class Waiting:
    """Takes in nothing before it is let."""

    begun: list[int]
    go_on: Event

    def take(self, readings: Any, *, progress: Any = None, pace: Any = None) -> Receipt:  # noqa: ANN401 - whatever comes
        self.begun.append(1)
        assert self.go_on.wait(60)
        return Receipt(outcomes={Outcome.NEW: len(list(readings))})


def test_only_a_few_are_worked_on_at_a_time(archive: Archive) -> None:
    waiting = Waiting([], Event())
    for client in serving(replace(archive, intake=waiting)):  # type: ignore[arg-type]  # takes as an Ingest does
        with ThreadPoolExecutor(AT_ONCE) as pool:
            first = [pool.submit(client.push, FERRY.encode()) for _ in range(AT_ONCE)]
            while len(waiting.begun) < AT_ONCE:
                assert not any(one.done() for one in first)
                sleep(0.01)
            more = client.push(FERRY.encode())
            assert more.status == 503
            assert int(more.headers["retry-after"]) > 0
            waiting.go_on.set()
            assert [one.result().status for one in first] == [200] * AT_ONCE
        assert client.push(FERRY.encode()).status == 200


@dataclass(frozen=True)
class Refusing:
    """An archive's way in that always fails."""

    error: Exception

    def take(self, readings: Any, *, progress: Any = None, pace: Any = None) -> NoReturn:  # noqa: ANN401 - whatever comes
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreLocked("somebody writes to /secret/place"), 503),
        (StoreFull("/secret/place: no room left"), 503),
        (StoreReadOnly("/secret/place cannot be written"), 500),
    ],
)
def test_an_archive_that_cannot_take_it_now_says_whether_to_come_again(
    archive: Archive, error: Exception, status: int
) -> None:
    for client in serving(replace(archive, intake=Refusing(error))):  # type: ignore[arg-type]  # takes as an Ingest does
        got = client.push(FERRY.encode())
        assert got.status == status
        assert ("retry-after" in got.headers) is (status == 503)
        assert "/secret/place" not in str(got.body)


# Killed and forgotten.


@pytest.mark.parametrize("uri", ["urn:newsml:coast.example:20261014:ferry", "desk/2026/ferry (2).txt", "a?b#c%20d"])
def test_an_article_is_killed_by_its_id(client: Client, archive: Archive, uri: str) -> None:
    client.push(json.dumps(ninjs(uri)).encode())
    assert archive.coverage().articles == 1
    got = client.send("DELETE", f"/ingest/{quote(uri)}?words=Wrong%20ferry")
    assert (got.status, got.body["outcomes"]) == (200, {"killed": 1})
    assert archive.coverage().articles == 0
    assert archive.versions(uri)
    assert "Wrong ferry" in str([one.note for one in archive.versions(uri)])
    assert client.push(json.dumps(ninjs(uri, version="2")).encode()).body["outcomes"] == {"killed": 1}


def test_an_article_is_forgotten_when_that_is_asked_for(client: Client, archive: Archive) -> None:
    client.push(json.dumps(ninjs("urn:x:ferry")).encode())
    got = client.send("DELETE", "/ingest/urn:x:ferry?purge=true")
    assert (got.status, got.body) == (200, {"purged": "urn:x:ferry"})
    with pytest.raises(UnknownArticle):
        archive.versions("urn:x:ferry")
    assert client.push(json.dumps(ninjs("urn:x:ferry")).encode()).body["outcomes"] == {"new": 1}


def test_an_article_that_is_not_there_is_not_found(client: Client, archive: Archive) -> None:
    archive.ingest([])
    for path in ("/ingest/urn:x:nobody", "/ingest/urn:x:nobody?purge=true"):
        assert client.send("DELETE", path).status == 404
