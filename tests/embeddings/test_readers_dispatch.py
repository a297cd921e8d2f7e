"""A format is known by what is in a file, whatever the file is called."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UnreadableInput
from embeddings.news import Article, Notice, Status
from embeddings.readers import read
from embeddings.readers.pieces import Piece, Reading

WORDS = "The river Orl rose by a metre overnight, and the lower bridge was closed."
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Orl rises</title>
<meta property="og:title" content="Orl rises"><meta property="og:type" content="article"></head><body><article>
<h1>Orl rises</h1><p>{WORDS}</p><p>Nobody was hurt, said Hew Orr, who leads the county's rescue service.</p>
<p>The bridge will stay closed until the end of the week, he said, and buses will go by Velmora.</p>
</article></body></html>"""
NITF = f"""<nitf><head><docdata><doc-id id-string="orl-1"/></docdata></head><body><body.head><hedline>
<hl1>Orl rises</hl1></hedline></body.head><body.content><p>{WORDS}</p></body.content></body></nitf>"""
G2 = f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:orl:1" version="2"><itemMeta>
<versionCreated>2026-09-15T05:00:00Z</versionCreated></itemMeta>
<contentMeta><headline>Orl rises</headline></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>
<p>{WORDS}</p></body></html></inlineXML></contentSet></newsItem>"""
NEWSML_1 = f"""<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>orl.example</ProviderId>
<DateId>20260915</DateId><NewsItemId>1</NewsItemId><RevisionId PreviousRevision="0" Update="N">1</RevisionId>
<PublicIdentifier>urn:newsml:orl.example:20260915:1:1</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement><Status FormalName="Usable"/></NewsManagement><NewsComponent><NewsLines><HeadLine>Orl rises</HeadLine>
</NewsLines><ContentItem><DataContent><nitf><body><body.content><p>{WORDS}</p></body.content></body></nitf>
</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"""
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Orl Post</title><item><title>Orl rises</title>
<guid>https://orl.example/1</guid><description>{WORDS}</description></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Orl Post</title><entry><id>urn:orl:1</id>
<title>Orl rises</title><content type="text">{WORDS}</content></entry></feed>"""
RITZAU = f"<RBNews><NewsID>orl-1</NewsID><headline>Orl rises</headline><content>{WORDS}</content></RBNews>"
WENN = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:nm="http://feed.wenn.com/xmlns/2010/03/wenn_nm">
<nm:NewsManagement/><entry><id>urn:orl:1</id><title>Orl rises</title><content>{WORDS}</content></entry></feed>"""
MAIL = f"""From: Desk <desk@orl.example>\r\nTo: wire@orl.example\r\nSubject: Orl rises\r\nMessage-ID: <1@orl.example>\r
Date: Tue, 15 Sep 2026 05:00:00 +0000\r\nMIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r\n\r\n{WORDS}\r\n"""
NINJS = {"uri": "urn:orl:1", "headline": "Orl rises", "body_text": WORDS}
RECORD = {"id": "orl-1", "title": "Orl rises", "text": WORDS}
POST = {
    "guid": {"rendered": "https://orl.example/?p=1"},
    "link": "https://orl.example/orl-rises/",
    "title": {"rendered": "Orl rises"},
    "content": {"rendered": f"<p>{WORDS}</p>"},
    "status": "publish",
}
ANS = {
    "_id": "ORL1",
    "type": "story",
    "version": "0.10.9",
    "headlines": {"basic": "Orl rises"},
    "content_elements": [{"type": "text", "content": WORDS}],
}
AP = {"altids": {"itemid": "orl1"}, "type": "text", "headline": "Orl rises", "body_nitf": f"<p>{WORDS}</p>"}
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Orl Post",
    "items": [{"id": "https://orl.example/1", "title": "Orl rises", "content_text": WORDS}],
}


def jsons(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def warc(page: str) -> bytes:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://orl.example/1\r\n"
        "WARC-Date: 2026-09-15T05:00:00Z\r\nWARC-Record-ID: <urn:uuid:11111111-2222-3333-4444-555555555555>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def only(path: Path) -> Article:
    (found,) = read(path)
    assert isinstance(found, Article), found
    return found


FORMATS = {
    "html": (PAGE.encode(), "a.json"),
    "nitf": (NITF.encode(), "a.txt"),
    "newsml-g2": (G2.encode(), "a.html"),
    "newsml-1": (NEWSML_1.encode(), "a.rss"),
    "rss": (RSS.encode(), "a.txt"),
    "atom": (ATOM.encode(), "a.html"),
    "ritzau": (RITZAU.encode(), "a.jsonl"),
    "wenn": (WENN.encode(), "a.warc"),
    "mail": (MAIL.encode(), "a.xml"),
    "ninjs": (jsons(NINJS), "a.xml"),
    "ninjs in one line": (json.dumps(NINJS).encode(), "a.txt"),
    "record": (jsons(RECORD), "a.zip"),
    "json lines": (json.dumps(RECORD).encode() + b"\n", "a.tar.gz"),
    "wordpress": (jsons([POST]), "a.txt"),
    "wordpress in one line": (json.dumps([POST]).encode(), "a.txt"),
    "ans": (jsons(ANS), "a.jsonl"),
    "ans results in one line": (json.dumps({"type": "results", "content_elements": [ANS]}).encode(), "a.txt"),
    "ap": (jsons({"data": {"meta": {}, "item": AP}}), "a.xml"),
    "ap feed": (jsons({"data": {"items": [{"meta": {}, "item": AP}]}}), "a.xml"),
    "json feed": (jsons(JSON_FEED), "a.rss"),
    "json feed in one line": (json.dumps(JSON_FEED).encode(), "a.rss"),
    "warc": (warc(PAGE), "a.txt"),
    "warc in gzip": (gzip.compress(warc(PAGE)), "a.txt"),
    "rss in gzip": (gzip.compress(RSS.encode()), "a.txt"),
    "rss in UTF-16": (RSS.encode("utf-16"), "a.txt"),
    "rss in UTF-32 without a mark": (RSS.encode("utf-32-be"), "a.txt"),
    "nitf in UTF-16": (NITF.encode("utf-16"), "a.txt"),
    "ninjs in UTF-16": (json.dumps(NINJS).encode("utf-16"), "a.txt"),
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_is_known_by_its_content(tmp_path: Path, form: str) -> None:
    content, name = FORMATS[form]
    path = tmp_path / name
    path.write_bytes(content)
    found = only(path)
    assert WORDS in found.text
    assert found.headline == "Orl rises"
    assert found.origin.startswith(str(path))


@pytest.mark.parametrize("form", FORMATS)
def test_streams_and_pieces_are_read_as_files_are(tmp_path: Path, form: str) -> None:
    content, name = FORMATS[form]
    path = tmp_path / name
    path.write_bytes(content)
    from_stream = next(read(io.BytesIO(content)))
    from_piece = next(read(Piece(data=content, name="a", place="the desk")))
    assert isinstance(from_stream, Article)
    assert isinstance(from_piece, Article)
    assert only(path).text == from_stream.text == from_piece.text


@pytest.mark.parametrize(
    "text", ["<Eds: an advance> It rained.", "<b>It rained, they said.", "<3 It rained.", "It <i>rained</i>."]
)
def test_a_bracket_makes_no_markup(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(text)
    assert only(path).text == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<?xml version='1.0'?><recipe><salt/></recipe>", "a kind that is not read (<recipe>)"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "a sitemap"),
        (b"<!-- nothing -->", "cut off"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"\xfd7zXZ\0", "xz"),
        (b"\x28\xb5\x2f\xfd\0", "zstd"),
        (b'{"data": {"items": []}}\n', "no article"),
        (b'[{"data": 7}]', "no article"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_no_story_is_refused_by_name(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(content)
    found = list(read(path))
    assert all(isinstance(one, UnreadableInput) and reason in one.reason for one in found)
    assert len(found) == (0 if b"items" in content else 1)


def test_markup_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    with path.open("wb") as file:
        file.write(b"<rss>")
        file.truncate(200_000_000)
    (found,) = read(path)
    assert isinstance(found, UnreadableInput)
    assert "split it" in found.reason


def test_an_advisory_gives_its_order_and_is_not_for_readers(tmp_path: Path) -> None:
    path = tmp_path / "advisory.txt"
    path.write_text(
        "KILL KILL KILL\n\nPlease kill the story ORL-BRIDGE, moved at 0500 GMT. The bridge was not closed.\n"
    )
    order, advisory = read(path)
    assert isinstance(order, Notice)
    assert order.status is Status.CANCELED
    assert isinstance(advisory, Article)
    assert advisory.status is Status.WITHHELD


def test_a_page_keeps_the_address_it_was_fetched_from() -> None:
    at = datetime(2026, 9, 15, tzinfo=UTC)
    (found,) = read(
        Piece(data=PAGE.encode(), name="x", place="x", url="https://orl.example/1", at=at, media="text/html")
    )
    assert isinstance(found, Article)
    assert found.url == "https://orl.example/1"


def opening() -> st.SearchStrategy[bytes]:
    """The first bytes of each format, cut off anywhere and with anything after them."""
    starts = st.sampled_from([content for content, _ in FORMATS.values()])
    return st.builds(lambda start, at, rest: start[:at] + rest, starts, st.integers(0, 400), st.binary(max_size=60))


@given(opening())
def test_no_file_whatever_stops_the_reading(content: bytes) -> None:
    found: list[Reading] = list(read(io.BytesIO(content)))
    assert all(
        isinstance(one, UnreadableInput | Notice) or one.text or one.status is not Status.USABLE for one in found
    )
