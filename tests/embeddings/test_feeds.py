"""Feeds asked again and again, over real HTTP: what is new comes in once, what vanishes is never killed by itself."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import Settings
from embeddings.encoder.hashing import HashingEncoder
from embeddings.errors import BadSettings, StoreFull, StoreLocked
from embeddings.ingest import Incident, Ingest, Receipt
from embeddings.inlets.feeds import (
    TRIES,
    Feed,
    Heard,
    Item,
    adapted,
    failed,
    feeds_in,
    heard_of,
    heard_record,
    is_due,
    is_overdue,
    listing_of,
    pause,
    succeeded,
)
from embeddings.inlets.fetching import Fetched, Fetcher, Refusal, closed, is_private, wished
from embeddings.inlets.polling import Memory, Polling
from embeddings.lifecycle import Outcome
from embeddings.news import Alert, Article, Concern
from embeddings.readers.pieces import Reading
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import NOON, article

ONRECORD = Path(sys.executable).with_name("onrecord")
HASHING = HashingEncoder()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LEDGER = Feed(url="https://ledger.example/rss", name="Ledger")
_PATIENCE = 120.0
_BAD = ("bomb", "broken", "strange", "huge")


# The newsroom's file.


def test_a_file_says_what_to_ask_and_how() -> None:
    feeds = feeds_in(
        """
        [[feed]]
        url = "https://ledger.example/rss"
        [[feed]]
        url = "https://mercury.example/news-sitemap.xml"
        name = "Mercury"
        every = "2h"
        pages = true
        embargo_empty = "usable"
        outlet = "The Mercury"
        rights = "© The Mercury"
        usage = "internal reading"
        """,
        place="feeds.toml",
    )
    assert feeds[0] == Feed(url="https://ledger.example/rss", name="ledger.example", every=5 * MINUTE)
    assert feeds[1] == Feed(
        url="https://mercury.example/news-sitemap.xml",
        name="Mercury",
        every=2 * HOUR,
        pages=True,
        holds_empty=False,
        outlet="The Mercury",
        rights="© The Mercury",
        usage="internal reading",
    )
    assert feeds[0].terms != replace(feeds[0], outlet="Ledger").terms


@pytest.mark.parametrize(
    ("table", "advice"),
    [
        ("url = 5", "url has to be"),
        ('url = "file:///etc/passwd"', "address"),
        ('url = "https://"', "address"),
        ('url = "https://[a"', "address"),
        ('name = "Ledger"', "address"),
        ('url = "https://a.example"\nevery = "5"', "every has to be"),
        ('url = "https://a.example"\nevery = "0s"', "every has to be"),
        ('url = "https://a.example"\nevery = "9000d"', "every has to be"),
        ('url = "https://a.example"\npages = "yes"', "pages has to be"),
        ('url = "https://a.example"\nembargo_empty = "ask"', "embargo_empty has to be"),
        ('url = "https://a.example"\noutlet = ""', "outlet has to be"),
        ('url = "https://a.example"\nname = "a\\nb"', "name has to be"),
        ('url = "https://a.example"\nevrey = "5m"', "evrey is not known"),
        ('url = "https://a.example"\n[[feed]]\nurl = "https://a.example"', "twice"),
        ("url =", "no TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(table: str, advice: str) -> None:
    with pytest.raises(BadSettings, match=advice):
        feeds_in(f"[[feed]]\n{table}\n", place="feeds.toml")


@pytest.mark.parametrize(
    "text", ["", "feed = 5", 'feed = ["a"]', "[[feeds]]\n", 'other = 1\n[[feed]]\nurl = "https://a.example"']
)
def test_a_file_without_feeds_is_refused(text: str) -> None:
    with pytest.raises(BadSettings, match=r"\[\[feed\]\] tables"):
        feeds_in(text, place="feeds.toml")


# When to ask.


@given(st.integers(0, 60), st.floats(0, 1))
def test_failures_make_pauses_longer_up_to_a_bound(failures: int, chance: float) -> None:
    now, later = (pause(LEDGER, number, chance=chance) for number in (failures, failures + 1))
    assert LEDGER.every / 2 <= now <= 9 * HOUR
    assert later >= now or failures == 0
    assert pause(LEDGER, failures, wish=10 * HOUR, chance=chance) >= 10 * HOUR
    assert pause(LEDGER, failures, wish=timedelta(days=900), chance=chance) == timedelta(days=1)


def test_a_feed_that_is_asked_once_a_week_is_not_asked_more_often_when_it_fails() -> None:
    weekly = replace(LEDGER, every=timedelta(days=7))
    assert pause(weekly, 3, chance=0.5) == timedelta(days=7)


def test_a_heartbeat_tells_since_when_a_feed_fails() -> None:
    heard = succeeded(Heard(), at=NOON, rest=HOUR)
    assert (is_due(heard, at=NOON), is_due(heard, at=NOON + HOUR)) == (False, True)
    heard = failed(failed(heard, "slow", at=NOON + HOUR, rest=HOUR), "500", at=NOON + 2 * HOUR, rest=HOUR)
    assert (heard.fetched, heard.failing_since, heard.failures, heard.problem) == (NOON, NOON + HOUR, 2, "500")
    heard = succeeded(heard, at=NOON + 3 * HOUR, rest=HOUR)
    assert (heard.failing_since, heard.failures, heard.problem) == (None, 0, None)
    assert heard.failed == NOON + 2 * HOUR


def test_a_feed_is_overdue_after_three_missed_rounds_and_when_it_was_never_heard() -> None:
    assert is_overdue(LEDGER, Heard(), at=NOON)
    heard = succeeded(Heard(), at=NOON, rest=HOUR)
    assert not is_overdue(LEDGER, heard, at=NOON + 16 * MINUTE)
    assert is_overdue(LEDGER, heard, at=NOON + 17 * MINUTE)


@pytest.mark.parametrize(
    ("printed", "wish"),
    [
        ("120", 2 * MINUTE),
        (format_datetime(NOON + HOUR, usegmt=True), HOUR),
        (format_datetime(NOON - HOUR, usegmt=True), timedelta()),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_a_server_says_how_long_to_leave_it_alone(printed: str | None, wish: timedelta | None) -> None:
    assert wished(printed, at=NOON) == wish


def test_what_is_remembered_is_read_as_it_was_written() -> None:
    item = Item(url="https://ledger.example/a", stamp="1", articles=("a", "b"), read=False, tries=2, vanished=NOON)
    heard = Heard(
        terms="t", etag='"1"', fetched=NOON, due=NOON + HOUR, failures=3, refused=("1", "2"), items={"a": item}
    )
    assert heard_of(json.loads(json.dumps(heard_record(heard)))) == heard
    assert heard_of(heard_record(Heard())) == Heard()


# What a feed lists, and what its settings say.


def test_links_are_found_in_every_kind_of_feed() -> None:
    def urls(text: str) -> list[str]:
        listing = listing_of(text.encode(), place="feed", base="https://a.example/feed")
        assert listing is not None
        return [link.url for link in listing.links]

    assert urls(rss(("1", "/one"), ("2", "https://b.example/two"), ("3", "javascript:alert(1)"), ("1", "/again"))) == [
        "https://a.example/one",
        "https://b.example/two",
    ]
    assert urls(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>x</id><link rel="edit" href="/edit"/>'
        '<link href="one"/></entry></feed>'
    ) == ["https://a.example/one"]
    assert urls(sitemap("https://a.example/one")) == ["https://a.example/one"]
    assert listing_of(b"<html><body><p>Rain</p></body></html>", place="page", base="https://a.example") is not None
    assert listing_of(b"<rss><channel>", place="feed", base="https://a.example") is None


def held(note: str | None) -> Article:
    return article("a", "Rain.", held=True, note=note, embargoed_until=None)


def test_an_empty_embargo_holds_unless_the_feed_is_known_to_send_it_with_everything() -> None:
    empty = "Held: an embargo without an hour."
    usable = replace(LEDGER, holds_empty=False)
    assert adapted(held(empty), LEDGER).held
    assert adapted(held(empty), usable) == article("a", "Rain.")
    assert adapted(held(f"{empty}\nPhotos follow."), usable) == article("a", "Rain.", note="Photos follow.")
    # Held for another reason it stays held, whatever the feed's settings.
    assert adapted(held("Held: the note speaks of an embargo.\nEMBARGO!"), usable).held
    assert adapted(held(f"{empty}\nEMBARGOED for noon"), usable).held
    until = adapted(held(f"{empty}\nEmbargo: 2026-03-03T12:00:00Z"), usable)
    assert (until.held, until.embargoed_until) == (False, NOON + 24 * HOUR)


def test_settings_stand_in_for_what_an_article_does_not_say() -> None:
    feed = replace(LEDGER, outlet="Ledger", rights="© Ledger", usage="internal")
    plain = adapted(article("a", "Rain."), feed)
    assert (plain.outlet, plain.rights, plain.usage) == ("Ledger", "© Ledger", "internal")
    own = article("a", "Rain.", outlet="Mercury", rights="© Mercury", usage="none")
    assert adapted(own, feed) == own


# Where requests may go.


@pytest.mark.parametrize(
    ("host", "private"),
    [
        *((host, True) for host in ("127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0")),
        *((host, True) for host in ("::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "2002:0a00:0001::1", "224.0.0.1")),
        *((host, True) for host in ("2130706433", "0x7f.1", "127.1")),
        *((host, False) for host in ("93.184.215.14", "2606:2800:21f::1", "nowhere.invalid", "")),
    ],
)
def test_addresses_that_are_not_public_are_known_however_they_are_written(host: str, private: bool) -> None:
    if host:
        assert is_private(host) is private


def test_what_is_no_web_address_is_not_asked() -> None:
    for url in ("file:///etc/passwd", "ftp://a.example", "gopher://127.0.0.1", "//a.example", "http://", ""):
        refusal = closed(url, private=True)
        assert refusal is not None
        assert refusal.final
    assert closed("http://127.0.0.1:1/", private=True) is None
    assert closed("http://127.0.0.1:1/", private=False) is not None


# A real server.


def rss(*items: tuple[str, str], words: str = "Rain fell on the quay at") -> str:
    written = "".join(
        f"<item><guid isPermaLink='false'>urn:item:{guid}</guid><link>{link}</link><title>Item {guid}</title>"
        f"<description>{words} {guid}.</description></item>"
        for guid, link in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Harbour Ledger</title>{written}</channel></rss>"


def sitemap(*urls: str) -> str:
    pages = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{pages}</urlset>"


def page(words: str) -> str:
    more = "The harbour master had closed the lock an hour before, and the ferries waited in the roads until night."
    story = f"<h1>{words}</h1><p>{words} {more}</p><p>{more}</p>"
    return f"<html><head><title>{words}</title></head><body><article>{story}</article></body></html>"


@dataclass
class Reply:
    """What the server answers under one path."""

    body: str | bytes = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    media: str = "application/rss+xml"


class Web:
    """A web server whose pages are set by the test, with all that it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                web.answer(self, web.pages.get(self.path, Reply(status=404)))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def answer(self, to: BaseHTTPRequestHandler, reply: Reply) -> None:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        etag = reply.headers.get("ETag")
        if etag and to.headers.get("If-None-Match") == etag:
            to.send_response(304)
            to.end_headers()
            return
        to.send_response(reply.status)
        for name, value in {"Content-Type": reply.media, "Content-Length": str(len(body)), **reply.headers}.items():
            to.send_header(name, value)
        to.end_headers()
        try:
            for start in range(0, len(body), 1 << 16):
                to.wfile.write(body[start : start + (1 << 16)])
                to.wfile.flush()
                sleep(reply.drip)
        except OSError:
            to.close_connection = True

    def paths(self) -> list[str]:
        """What was asked for since the last time."""
        paths = [path for path, _ in self.asked]
        self.asked.clear()
        return paths

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    yield server
    server.stop()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(stop=threading.Event(), spacing=0, deadline=0.5, most=1_000_000) as made:
        yield made


def fetched(answer: Fetched | Refusal) -> Fetched:
    assert isinstance(answer, Fetched), answer
    return answer


def refused(answer: Fetched | Refusal) -> Refusal:
    assert isinstance(answer, Refusal), answer
    return answer


def test_a_page_comes_with_what_tells_whether_it_changed(web: Web, fetcher: Fetcher) -> None:
    web.pages["/a"] = Reply("Rain", headers={"ETag": '"1"', "Last-Modified": "Mon, 02 Mar 2026 12:00:00 GMT"})
    answer = fetched(fetcher.get(f"{web.url}/a", private=True))
    assert (answer.data, answer.etag, answer.modified) == (b"Rain", '"1"', "Mon, 02 Mar 2026 12:00:00 GMT")
    again = fetched(fetcher.get(f"{web.url}/a", private=True, etag='"1"', modified=answer.modified))
    assert (again.changed, again.data) == (False, b"")
    assert web.asked[1][1]["if-modified-since"] == answer.modified
    assert web.asked[0][1]["user-agent"].startswith("Onrecord/")


def test_packed_pages_are_unpacked_within_bounds(web: Web, fetcher: Fetcher) -> None:
    web.pages["/a"] = Reply(gzip.compress(b"Rain"), headers={"Content-Encoding": "gzip"})
    web.pages["/bomb"] = Reply(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    web.pages["/broken"] = Reply(b"Rain", headers={"Content-Encoding": "gzip"})
    web.pages["/strange"] = Reply(b"Rain", headers={"Content-Encoding": "zstd"})
    web.pages["/huge"] = Reply(b"R" * 3_000_000)
    assert fetched(fetcher.get(f"{web.url}/a", private=True)).data == b"Rain"
    for path, reason in {
        "/bomb": "over 1,000,000",
        "/huge": "over 1,000,000",
        "/strange": "packed",
        "/broken": ".",
    }.items():
        assert reason in f"{refused(fetcher.get(f'{web.url}{path}', private=True)).reason}."


def test_a_page_that_drips_is_given_up(web: Web, fetcher: Fetcher) -> None:
    web.pages["/slow"] = Reply(b"R" * 900_000, drip=0.2)
    assert "longer than 0.5 seconds" in refused(fetcher.get(f"{web.url}/slow", private=True)).reason


def test_redirects_are_followed_and_one_for_good_is_noted(web: Web, fetcher: Fetcher) -> None:
    web.pages["/new"] = Reply("Rain")
    web.pages["/old"] = Reply(status=301, headers={"Location": "/new"})
    web.pages["/today"] = Reply(status=302, headers={"Location": "/old"})
    web.pages["/round"] = Reply(status=302, headers={"Location": "/round"})
    web.pages["/away"] = Reply(status=302, headers={"Location": "file:///etc/passwd"})
    for_good = fetched(fetcher.get(f"{web.url}/old", private=True))
    assert (for_good.data, for_good.url, for_good.moved) == (b"Rain", f"{web.url}/new", f"{web.url}/new")
    assert fetched(fetcher.get(f"{web.url}/today", private=True)).moved is None
    assert "redirects" in refused(fetcher.get(f"{web.url}/round", private=True)).reason
    assert refused(fetcher.get(f"{web.url}/away", private=True)).final


def test_nothing_private_is_asked_for_on_behalf_of_the_public(web: Web, fetcher: Fetcher) -> None:
    web.pages["/secret"] = Reply("The pass word")
    assert refused(fetcher.get(f"{web.url}/secret", private=False)).final
    assert web.paths() == []


def test_a_name_that_leads_elsewhere_when_it_is_asked_is_not_read(
    web: Web, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.pages["/secret"] = Reply("The pass word")
    monkeypatch.setattr("embeddings.inlets.fetching.closed", lambda url, private: None)
    assert refused(fetcher.get(f"{web.url}/secret", private=False)).final


def test_a_server_that_is_not_there_is_told(fetcher: Fetcher) -> None:
    assert refused(fetcher.get("http://127.0.0.1:1/", private=True)).reason
    assert refused(fetcher.get("http://nowhere.invalid/", private=True)).reason
    assert refused(fetcher.get("http://a..example/", private=True)).reason


def test_requests_to_one_host_keep_their_distance(web: Web) -> None:
    web.pages["/a"] = Reply("Rain")
    with Fetcher(stop=threading.Event(), spacing=0.2) as patient:
        began = monotonic()
        for _ in range(3):
            patient.get(f"{web.url}/a", private=True)
        assert monotonic() - began >= 0.4
        patient.stop.set()
        assert refused(patient.get(f"{web.url}/a", private=True)).reason == "stopped"


# Feeds into an archive.


@dataclass
class Desk:
    """An archive over a real store, with a clock of its own."""

    store: EmbeddedStore
    now: datetime = NOON
    failures: list[Exception] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def ingest(self, sources: Iterable[Reading]) -> Receipt:
        if self.failures:
            raise self.failures.pop(0)
        return Ingest(encoder=HASHING, extractor=None, store=self.store, clock=self.clock).take(sources)

    def raise_alert(self, concern: Concern, articles: tuple[str, ...], words: str) -> None:
        self.store.alert([Alert(concern=concern, articles=articles, words=words, at=self.now)])

    @property
    def articles(self) -> dict[str, str]:
        return {one.id: one.text for one in self.store.served()}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with EmbeddedStore(tmp_path / "archive", encoder=HASHING.name, dimension=HASHING.dimension, writing=True) as store:
        yield Desk(store)


@dataclass
class Room:
    """A newsroom that asks its feeds once, and once more after some time."""

    desk: Desk
    memory: Memory
    receipts: list[tuple[str, Receipt]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def ask(self, *feeds: Feed, after: timedelta = HOUR) -> Polling:
        self.desk.now += after
        with Fetcher(stop=threading.Event(), spacing=0, deadline=2.0, most=1_000_000) as fetcher:
            polling = Polling(
                feeds=feeds,
                desk=self.desk,
                fetcher=fetcher,
                memory=self.memory,
                told=lambda feed, receipt: self.receipts.append((feed.name, receipt)),
                warned=self.warnings.append,
            )
            polling.run(once=True)
        return polling

    def incidents(self) -> tuple[Incident, ...]:
        """What a person was told of in the last look that brought something."""
        return self.receipts[-1][1].incidents

    def heard(self, feed: Feed) -> Heard:
        return self.memory.read()[feed.url]


@pytest.fixture
def room(desk: Desk, tmp_path: Path) -> Room:
    return Room(desk, Memory.beside(tmp_path / "archive"))


def feed_of(web: Web, path: str = "/rss", **settings: object) -> Feed:
    return replace(Feed(url=f"{web.url}{path}", name="Ledger"), **settings)  # type: ignore[arg-type]


def test_a_feed_is_read_once_and_then_only_when_it_changes(web: Web, room: Room) -> None:
    web.pages["/rss"] = Reply(rss(("1", "/1"), ("2", "/2")), headers={"ETag": '"1"'})
    feed = feed_of(web, outlet="The Ledger", rights="© Ledger")
    room.ask(feed)
    assert [receipt.outcomes for _, receipt in room.receipts] == [{Outcome.NEW: 2}]
    assert sorted(room.desk.articles) == ["urn:item:1", "urn:item:2"]
    assert room.desk.store.article("urn:item:1").rights == "© Ledger"  # type: ignore[union-attr]
    room.ask(feed)
    assert web.asked[-1][1]["if-none-match"] == '"1"'
    assert len(room.receipts) == 1
    assert room.heard(feed).fetched == room.desk.now
    assert room.heard(feed).brought == room.desk.now - HOUR
    web.pages["/rss"] = Reply(rss(("3", "/3"), ("1", "/1"), ("2", "/2")), headers={"ETag": '"2"'})
    room.ask(feed)
    assert room.receipts[-1][1].outcomes == {Outcome.NEW: 1, Outcome.UNCHANGED: 2}


def test_an_entry_without_words_is_told_once_however_often_its_feed_changes(web: Web, room: Room) -> None:
    empty = "<item><guid isPermaLink='false'>urn:item:{}</guid><title>Item {}</title></item>"

    def with_empty(*items: tuple[str, str], numbers: str = "8") -> str:
        return rss(*items).replace("</channel>", "".join(empty.format(n, n) for n in numbers) + "</channel>")

    feed = feed_of(web)
    web.pages["/rss"] = Reply(with_empty(("1", "/1")))
    room.ask(feed)
    assert [one.place for one in room.incidents()] == [f"{feed.url} entry urn:item:8"]
    web.pages["/rss"] = Reply(with_empty(("2", "/2"), ("1", "/1")))
    room.ask(feed)
    assert room.receipts[-1][1].outcomes == {Outcome.NEW: 1, Outcome.UNCHANGED: 1}
    web.pages["/rss"] = Reply(with_empty(("2", "/2"), numbers="89"))
    room.ask(feed)
    assert [one.place for one in room.incidents()] == [f"{feed.url} entry urn:item:9"]
    # Once it has words, it is an article; without them again, it is told again.
    web.pages["/rss"] = Reply(rss(("2", "/2"), ("8", "/8")))
    room.ask(feed)
    assert room.receipts[-1][1].outcomes == {Outcome.NEW: 1, Outcome.UNCHANGED: 1}
    web.pages["/rss"] = Reply(with_empty(("2", "/2")))
    room.ask(feed)
    assert [one.place for one in room.incidents()] == [f"{feed.url} entry urn:item:8"]


def test_a_refusal_that_could_not_be_told_is_told_the_next_time(web: Web, room: Room) -> None:
    web.pages["/rss"] = Reply(rss(("1", "/1")).replace("</channel>", "<item><guid>x</guid></item></channel>"))
    room.desk.failures.append(StoreLocked("busy"))
    room.ask(feed_of(web))
    assert room.receipts == []
    room.ask(feed_of(web))
    assert len(room.incidents()) == 1


def test_other_settings_read_a_feed_again(web: Web, room: Room) -> None:
    web.pages["/rss"] = Reply(rss(("1", "/1")), headers={"ETag": '"1"'})
    room.ask(feed_of(web))
    room.ask(feed_of(web, usage="internal reading"))
    assert room.desk.store.article("urn:item:1").usage == "internal reading"  # type: ignore[union-attr]


def test_a_failing_feed_is_left_alone_for_longer_and_longer(web: Web, room: Room) -> None:
    feed = feed_of(web)
    web.pages["/rss"] = Reply(status=500)
    room.ask(feed)
    heard = room.heard(feed)
    assert (heard.failures, heard.problem) == (1, "the server answers 500 Internal Server Error")
    assert room.warnings == [f"Ledger: {heard.problem}; asked again, after ever longer pauses"]
    room.ask(feed, after=MINUTE)
    assert len(web.paths()) == 1
    room.ask(feed)
    assert (room.heard(feed).failures, len(room.warnings)) == (2, 1)
    web.pages["/rss"] = Reply(rss(("1", "/1")))
    room.ask(feed)
    assert (room.heard(feed).failures, room.heard(feed).problem) == (0, None)
    assert room.warnings[-1] == "Ledger answers again"


def test_a_server_that_wishes_to_be_left_alone_is(web: Web, room: Room) -> None:
    feed = feed_of(web)
    web.pages["/rss"] = Reply(status=429, headers={"Retry-After": str(5 * 3_600)})
    room.ask(feed)
    web.paths()
    room.ask(feed, after=4 * HOUR)
    assert web.paths() == []
    room.ask(feed, after=HOUR)
    assert web.paths() == ["/rss"]


@pytest.mark.parametrize(
    "body",
    ["<rss><channel><item>", "", "\0\0\0", rss(), "<urlset/>", '{"', "<!DOCTYPE a [<!ENTITY b 'c'>]><rss>&b;</rss>"],
)
def test_a_broken_feed_is_a_failure_and_what_it_had_stays_known(web: Web, room: Room, body: str) -> None:
    feed = feed_of(web)
    web.pages["/rss"] = Reply(rss(("1", "/1")), headers={"ETag": '"1"'})
    room.ask(feed)
    web.pages["/rss"] = Reply(body, headers={"ETag": '"2"'})
    room.ask(feed)
    heard = room.heard(feed)
    assert (heard.failures, heard.etag, list(heard.items)) == (1, '"1"', ["urn:item:1"])
    assert heard.problem
    assert web.paths() == ["/rss", "/rss"]


def test_one_slow_feed_does_not_hold_up_the_others(web: Web, room: Room) -> None:
    web.pages["/slow"] = Reply(b"R" * 900_000, drip=0.3)
    web.pages["/rss"] = Reply(rss(("1", "/1")))
    order: list[str] = []
    original = room.desk.ingest
    room.desk.ingest = lambda sources: (order.append("taken in"), original(sources))[1]  # type: ignore[method-assign,func-returns-value]
    began = monotonic()
    seen: list[float] = []
    room.receipts = seen  # type: ignore[assignment]
    room.ask(feed_of(web, "/slow"), replace(feed_of(web), name="Quick"))
    assert order == ["taken in"]
    assert "longer than" in room.warnings[0]
    assert monotonic() - began < 60


def test_the_pages_behind_a_feed_are_read_instead_of_its_summaries(web: Web, room: Room) -> None:
    feed = feed_of(web, pages=True)
    web.pages["/rss"] = Reply(rss(("1", "/1"), ("2", "/2")))
    web.pages["/1"] = Reply(page("Rain fell on the quay."), media="text/html")
    room.ask(feed)
    assert [text.splitlines()[0][:22] for text in room.desk.articles.values()] == ["Rain fell on the quay."]
    # The second page was not there yet, and what is on file is not asked for again.
    web.paths()
    web.pages["/2"] = Reply(page("Snow fell on the pier."), media="text/html")
    room.ask(feed)
    assert web.paths() == ["/rss", "/2"]
    assert len(room.desk.articles) == 2
    # What the feed says of an item has changed: its page is read again.
    web.pages["/rss"] = Reply(rss(("1", "/1"), ("2", "/2")).replace("Item 1", "CORRECTED Item 1"))
    web.paths()
    room.ask(feed)
    assert web.paths() == ["/rss", "/1"]


def test_a_page_that_cannot_be_had_is_given_up_and_told(web: Web, room: Room) -> None:
    feed = feed_of(web, pages=True)
    web.pages["/rss"] = Reply(rss(("1", "/1")), headers={"ETag": '"1"'})
    for _ in range(TRIES + 2):
        room.ask(feed)
    assert web.paths().count("/1") == TRIES
    ((_, receipt),) = room.receipts
    (incident,) = receipt.incidents
    assert (incident.place, incident.outcome) == (f"{web.url}/1", Outcome.REJECTED)
    assert "404" in incident.reason
    assert room.heard(feed).failures == 0


def test_a_sitemap_is_read_by_its_pages(web: Web, room: Room) -> None:
    web.pages["/sitemap"] = Reply(sitemap(f"{web.url}/1"))
    web.pages["/1"] = Reply(page("Rain fell on the quay."), media="text/html")
    room.ask(feed_of(web, "/sitemap"))
    assert len(room.desk.articles) == 1


def test_a_single_page_is_read_again_when_it_changes_and_missed_when_it_is_gone(web: Web, room: Room) -> None:
    feed = feed_of(web, "/page")
    canonical = "<link rel='canonical' href='https://ledger.example/rain'></head>"
    web.pages["/page"] = Reply(page("Rain fell on the quay.").replace("</head>", canonical), media="text/html")
    room.ask(feed)
    later = page("Rain fell on the quay all day.").replace("</head>", canonical)
    web.pages["/page"] = Reply(later, media="text/html; charset=utf-8")
    room.ask(feed)
    (text,) = room.desk.articles.values()
    assert "Rain fell on the quay all day." in text
    web.pages["/page"] = Reply(status=410)
    room.ask(feed)
    (alert,) = room.desk.store.alerts()
    assert (alert.concern, alert.articles) == (Concern.GONE_FROM_SOURCE, tuple(room.desk.articles))
    assert len(room.desk.articles) == 1


def test_what_vanishes_from_a_feed_is_not_killed_and_its_page_is_looked_at(web: Web, room: Room) -> None:
    feed = feed_of(web)
    web.pages["/rss"] = Reply(rss(("1", f"{web.url}/1"), ("2", f"{web.url}/2"), ("3", f"{web.url}/3")))
    web.pages["/2"] = Reply(page("Still there."))
    room.ask(feed)
    web.pages["/rss"] = Reply(rss(("3", f"{web.url}/3")))
    web.paths()
    room.ask(feed)
    assert sorted(web.paths()) == ["/1", "/2", "/rss"]
    (alert,) = room.desk.store.alerts()
    assert (alert.concern, alert.articles) == (Concern.GONE_FROM_SOURCE, ("urn:item:1",))
    assert f"{web.url}/1" in alert.words
    assert len(room.desk.articles) == 3
    room.ask(feed)
    assert web.paths() == ["/rss"]
    assert list(room.heard(feed).items) == ["urn:item:3"]


def test_a_page_that_only_stumbles_is_looked_at_again(web: Web, room: Room) -> None:
    feed = feed_of(web)
    web.pages["/rss"] = Reply(rss(("1", f"{web.url}/1"), ("2", f"{web.url}/2")))
    room.ask(feed)
    web.pages["/rss"] = Reply(rss(("2", f"{web.url}/2")))
    web.pages["/1"] = Reply(status=503)
    room.ask(feed)
    assert room.heard(feed).items["urn:item:1"].vanished == room.desk.now
    assert room.desk.store.alerts() == []
    web.pages["/1"] = Reply(status=404)
    room.ask(feed)
    assert len(room.desk.store.alerts()) == 1


def test_links_of_a_public_feed_into_the_house_are_refused(
    web: Web, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.pages["/rss"] = Reply(rss(("1", "http://localhost:1/secret")))
    monkeypatch.setattr("embeddings.inlets.polling.is_private", lambda host: False)
    allowed = {f"{web.url}/rss"}
    monkeypatch.setattr(
        "embeddings.inlets.fetching.closed",
        lambda url, private: None if url in allowed else closed(url, private=private),
    )
    monkeypatch.setattr("embeddings.inlets.fetching._by_proxy", lambda url: True)
    room.ask(feed_of(web, pages=True))
    ((_, receipt),) = room.receipts
    assert "not public" in receipt.incidents[0].reason


@pytest.mark.parametrize("failure", [StoreLocked("somebody else is writing"), StoreFull("no room left")])
def test_what_could_not_be_written_is_asked_for_again(web: Web, room: Room, failure: Exception) -> None:
    feed = feed_of(web)
    web.pages["/rss"] = Reply(rss(("1", "/1")), headers={"ETag": '"1"'})
    room.desk.failures = [failure]
    room.ask(feed)
    assert (room.heard(feed).etag, room.heard(feed).problem) == (None, str(failure))
    room.ask(feed)
    assert list(room.desk.articles) == ["urn:item:1"]


class Death(Exception):
    """The process dies here."""


@pytest.mark.parametrize("step", ["ingest", "raise_alert", "write"])
def test_whoever_dies_before_it_is_remembered_does_it_all_again(
    web: Web, room: Room, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = feed_of(web)
    web.pages["/rss"] = Reply(rss(("1", f"{web.url}/1"), ("2", f"{web.url}/2")), headers={"ETag": '"1"'})
    room.ask(feed)
    web.pages["/rss"] = Reply(rss(("2", f"{web.url}/2"), ("3", f"{web.url}/3")), headers={"ETag": '"2"'})

    def dying(*arguments: object) -> None:
        raise Death

    with monkeypatch.context() as patched:
        patched.setattr(Memory if step == "write" else Desk, step, dying)
        with pytest.raises(Death):
            room.ask(feed)
    assert room.heard(feed).etag == '"1"'
    room.ask(feed)
    assert sorted(room.desk.articles) == ["urn:item:1", "urn:item:2", "urn:item:3"]
    assert [alert.articles for alert in room.desk.store.alerts()] == [("urn:item:1",)]
    assert room.heard(feed).etag == '"2"'


def test_a_damaged_memory_only_means_asking_for_everything(web: Web, room: Room) -> None:
    feed = feed_of(web)
    web.pages["/rss"] = Reply(rss(("1", "/1")), headers={"ETag": '"1"'})
    room.ask(feed)
    for damage in (b"{", b'{"feeds": 5}', b'{"feeds": {"a": {"x": 1}}}', b'{"feeds": {"a": {"due": "x"}}}', b"\xff"):
        room.memory.path.write_bytes(damage)
        room.ask(feed)
        assert "if-none-match" not in web.asked[-1][1]
    assert room.heard(feed).failures == 0


def test_one_archive_has_one_poller(room: Room) -> None:
    with room.memory.claimed(), pytest.raises(StoreLocked, match="polled into this archive already"):
        room.ask()


def test_a_moved_feed_is_told_once(web: Web, room: Room) -> None:
    web.pages["/rss"] = Reply(status=301, headers={"Location": "/new"})
    web.pages["/new"] = Reply(rss(("1", "/1")))
    room.ask(feed_of(web))
    room.ask(feed_of(web))
    assert room.warnings == [f"Ledger has moved for good: write {web.url}/new for {web.url}/rss"]


# The command, as a process.


def test_the_command_asks_until_it_is_told_to_stop(
    web: Web, tmp_path: Path, real_settings: Callable[[Path], Settings]
) -> None:
    settings = real_settings(tmp_path / "archive")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")},
        "ONRECORD_ARCHIVE": str(settings.archive),
        "ONRECORD_CACHE": str(settings.cache),
        "ONRECORD_QUOTES": "off",
        "ONRECORD_THREADS": "1",
    }
    file = tmp_path / "feeds.toml"
    file.write_text(f'[[feed]]\nurl = "{web.url}/rss"\nname = "Ledger"\nevery = "1s"\n', encoding="utf-8")
    web.pages["/rss"] = Reply(rss(("1", "/1")), headers={"ETag": '"1"'})

    def onrecord(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([ONRECORD, *arguments], cwd=tmp_path, env=environ, capture_output=True, text=True)

    assert onrecord("feeds", str(file), "--status").returncode == 1
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [ONRECORD, "feeds", file, "--json"], cwd=tmp_path, env=environ, stdout=stream, stderr=stream
        )
    try:
        until = monotonic() + _PATIENCE
        while len(web.asked) < 3 and process.poll() is None and monotonic() < until:
            sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=_PATIENCE) == 0, log.read_text(encoding="utf-8")
    finally:
        process.kill()
        process.wait()
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert (json.loads(line)["feed"], json.loads(line)["outcomes"]) == ("Ledger", {"new": 1})
    status = onrecord("feeds", str(file), "--status", "--json")
    (heartbeat,) = json.loads(status.stdout)["feeds"]
    assert (status.returncode, heartbeat["overdue"], heartbeat["failures"]) == (0, False, 0)
    shown = onrecord("show", "urn:item:1")
    assert "Rain fell on the quay at 1." in shown.stdout
