"""Of a crawl the web pages are handed on, as they were sent; a broken record does not stop the rest."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UnreadableInput
from embeddings.readers import warc
from embeddings.readers.pieces import Piece

PAGE = b"<!doctype html><html><body><p>The harbour bridge is closed.</p></body></html>"
URL = "https://www.velmora-courier.example/bridge"
AT = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)


def sent(body: bytes, *headers: str, status: str = "200 OK", media: str = "text/html; charset=utf-8") -> bytes:
    """What a server answered."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {media}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def record(content: bytes, *headers: str, kind: str = "response", url: str = URL, length: int | None = None) -> bytes:
    """One record of a WARC file."""
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2026-03-02T19:30:00Z",
        "Content-Type: application/http; msgtype=response",
        *headers,
        f"Content-Length: {len(content) if length is None else length}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + content + b"\r\n\r\n"


def read(*records: bytes) -> list[Piece | UnreadableInput]:
    return list(warc.pieces(io.BytesIO(b"".join(records)), place="crawl.warc"))


def pages(*records: bytes) -> list[Piece]:
    return [found for found in read(*records) if isinstance(found, Piece)]


def test_a_page_comes_as_it_was_sent_with_where_and_when() -> None:
    (found,) = pages(record(sent(PAGE)))
    assert found.data == PAGE
    assert (found.url, found.name, found.at, found.media) == (URL, URL, AT, "text/html; charset=utf-8")
    assert found.place == f"crawl.warc, {URL}"


def test_what_is_packed_or_in_chunks_is_put_together() -> None:
    packed = gzip.compress(PAGE)
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (PAGE[:20], PAGE[20:])) + b"0\r\n\r\n"
    found = pages(
        record(sent(packed, "Content-Encoding: gzip")),
        record(sent(chunks, "Transfer-Encoding: chunked")),
    )
    assert [piece.data for piece in found] == [PAGE, PAGE]


def test_only_pages_that_were_found_are_handed_on() -> None:
    others = (
        record(b"software: a crawler\r\n", kind="warcinfo"),
        record(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", kind="request"),
        record(sent(b"\x89PNG", media="image/png")),
        record(sent(PAGE, status="404 Not Found")),
        record(sent(PAGE, status="301 Moved")),
        record(sent(b""), kind="revisit"),
    )
    assert [piece.url for piece in pages(*others, record(sent(PAGE), url="https://a.example/found"))] == [
        "https://a.example/found"
    ]


def test_a_crawl_without_a_page_is_refused() -> None:
    (found,) = read(record(sent(b"\x89PNG", media="image/png")))
    assert isinstance(found, UnreadableInput)
    assert "without a web page" in found.reason


def test_an_arc_file_is_read() -> None:
    info = b"1 0 Crawler\nURL IP-address Archive-date Content-type Archive-length\n"
    response = sent(PAGE)
    arc = b"filedesc://a.arc 0.0.0.0 20260302193000 text/plain %d\n%s\n" % (len(info), info)
    arc += b"%s 192.0.2.1 20260302193000 text/html %d\n%s\n" % (URL.encode(), len(response), response)
    (found,) = pages(arc)
    assert (found.data, found.url, found.at) == (PAGE, URL, AT)


@pytest.mark.parametrize(
    "broken",
    [
        record(sent(PAGE), length=10),
        b"WARC/1.0\r\n" + b"no colon in it\r\n" * 20_000,
        b"WARC/1.0\r\nWARC-Type: response" + b"x" * 200_000 + b"\r\n\r\n",
        b"nothing that anybody knows\r\n\r\n",
        record(sent(PAGE)).replace(b"Content-Length", b"Content-Width"),
    ],
    ids=["a wrong length", "a header without an end", "a line without an end", "no record", "no length"],
)
def test_a_broken_record_is_passed_over_and_told(broken: bytes) -> None:
    found = read(record(sent(PAGE), url="https://a.example/1"), broken, record(sent(PAGE), url="https://a.example/2"))
    assert [one.url for one in found if isinstance(one, Piece) and one.data == PAGE] == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    assert any(isinstance(one, UnreadableInput) for one in found)


@pytest.mark.parametrize(
    ("content", "headers", "reason"),
    [
        (sent(PAGE), ("WARC-Truncated: length",), "cut off"),
        (sent(b""), (), "empty"),
        (sent(b"x" * 5_000_001), (), "bytes"),
        (sent(gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip"), (), "bytes"),
    ],
    ids=["cut off", "empty", "too long", "a bomb"],
)
def test_a_page_that_cannot_be_had_whole_is_refused(content: bytes, headers: tuple[str, ...], reason: str) -> None:
    first, second = read(record(content, *headers), record(sent(PAGE)))
    assert isinstance(first, UnreadableInput)
    assert reason in first.reason
    assert isinstance(second, Piece)


@given(st.integers(0, 600), st.binary(max_size=30), st.integers(0, 60))
def test_a_damaged_crawl_gives_pieces_and_errors_only(at: int, junk: bytes, gone: int) -> None:
    data = record(sent(PAGE)) + record(sent(gzip.compress(PAGE), "Content-Encoding: gzip"))
    assert all(isinstance(one, Piece | UnreadableInput) for one in read(data[:at] + junk + data[at + gone :]))


def test_a_page_of_an_open_file_is_read_without_reading_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(record(sent(PAGE)) * 500)
    with path.open("rb", buffering=0) as stream:
        next(iter(warc.pieces(stream, place="crawl.warc")))
        assert stream.tell() < path.stat().st_size / 2
