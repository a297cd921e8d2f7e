"""Feeds asked again and again: each look fetches beside the others, and what it brings is taken in one after another.

A look is remembered only after all that it brought is safely on file. Whoever dies before that asks again, and taking
the same in again changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import random
from typing import Protocol
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from embeddings.errors import StoreFull, StoreLocked, UnreadableInput
from embeddings.ingest import Receipt
from embeddings.inlets.feeds import (
    KNOWN_ITEMS,
    TRIES,
    Feed,
    Heard,
    Item,
    adapted,
    failed,
    heard_of,
    heard_record,
    is_due,
    listing_of,
    of_articles,
    of_links,
    pause,
    refusal_stamp,
    succeeded,
    with_vanished,
)
from embeddings.inlets.fetching import Fetched, Fetcher, Refusal, is_private
from embeddings.lifecycle import Outcome
from embeddings.news import Article, Concern
from embeddings.readers import read
from embeddings.readers.pieces import Piece, Reading

AT_ONCE = 8
"""Feeds that are fetched side by side."""
PAGES, FAREWELLS = 100, 20
"""New pages, and pages of vanished items, that one look asks for; the rest comes with the next."""

_LOOK_EVERY = 1.0
_log = logging.getLogger(__name__)


class Desk(Protocol):
    """The archive, as far as polling needs it."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """What time it is."""

    def ingest(self, sources: Iterable[Reading]) -> Receipt:
        """Take in readings; everything in the receipt is safely on file."""

    def raise_alert(self, concern: Concern, articles: tuple[str, ...], words: str) -> None:
        """Write down what a person has to decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a feed brought, and what to remember of the feed once that is on file."""

    feed: Feed
    heard: Heard
    readings: tuple[Reading, ...] = ()
    gone: tuple[Item, ...] = ()


# One look; it fetches and writes nothing.


def look(feed: Feed, heard: Heard, fetcher: Fetcher, *, at: datetime) -> Look:
    """Ask a feed what is new, and read it."""
    known = heard if heard.terms == feed.terms else replace(heard, etag=None, modified=None, digest=None)
    private = is_private(urlsplit(feed.url).hostname or "")
    answer = fetcher.get(feed.url, private=private, etag=known.etag, modified=known.modified)
    if isinstance(answer, Refusal):
        return _failed(feed, heard, answer, at=at)
    seen = replace(known, terms=feed.terms, moved=answer.moved, problem=None)
    if not answer.changed or hashlib.sha256(answer.data).hexdigest() == known.digest:
        return _followed(Look(feed=feed, heard=seen), fetcher, private=private, at=at)
    listed = _listed(Look(feed=feed, heard=seen), answer, at=at)
    if listed.heard.problem is not None:
        return replace(listed, heard=_after_failure(feed, heard, listed.heard.problem, at=at))
    return _followed(listed, fetcher, private=private, at=at)


def _failed(feed: Feed, heard: Heard, refusal: Refusal, *, at: datetime) -> Look:
    after = _after_failure(feed, heard, refusal.reason, at=at, wish=refusal.wish)
    if not refusal.gone:
        return Look(feed=feed, heard=after)
    # A page that is asked for by itself is its own item.
    own = {key: item for key, item in heard.items.items() if item.url == feed.url and item.articles}
    rest = {key: item for key, item in heard.items.items() if key not in own}
    return Look(feed=feed, heard=replace(after, items=rest), gone=tuple(own.values()))


def _after_failure(feed: Feed, heard: Heard, problem: str, *, at: datetime, wish: timedelta | None = None) -> Heard:
    rest = pause(feed, heard.failures + 1, wish=wish, chance=random())
    return failed(heard, problem, at=at, rest=rest)


def _listed(before: Look, answer: Fetched, *, at: datetime) -> Look:
    """What the feed itself holds now; a problem where it holds nothing that can be read."""
    feed, known = before.feed, before.heard.items
    listing = listing_of(answer.data, place=feed.url, base=answer.url)
    if listing and (feed.pages or listing.bare):
        if not listing.links:
            return replace(before, heard=replace(before.heard, problem="it links to no page"))
        readings: tuple[Reading, ...] = ()
        items = of_links(listing.links, known)
    else:
        readings = _read(feed, feed.url, answer, at=at)
        page = feed.url if "html" in (answer.media or "").lower() else None
        items = of_articles((one for one in readings if isinstance(one, Article)), page=page)
        if not items:
            reason = next((one.reason for one in readings if isinstance(one, UnreadableInput)), "it is empty")
            return replace(before, heard=replace(before.heard, problem=reason))
    heard = replace(
        before.heard,
        etag=answer.etag,
        modified=answer.modified,
        digest=hashlib.sha256(answer.data).hexdigest(),
        items=with_vanished(items, known, at=at),
        refused=tuple(_stamps(readings))[:KNOWN_ITEMS],
    )
    # What cannot be read is told once, not again whenever something else in the feed changes.
    told = frozenset(before.heard.refused)
    fresh = tuple(one for one in readings if told.isdisjoint(_stamps([one])))
    return replace(before, heard=heard, readings=fresh)


def _stamps(readings: Iterable[Reading]) -> Iterator[str]:
    return (refusal_stamp(one) for one in readings if isinstance(one, UnreadableInput))


def _read(feed: Feed, url: str, answer: Fetched, *, at: datetime) -> tuple[Reading, ...]:
    piece = Piece(data=answer.data, name=url, place=url, url=answer.url, at=at, media=answer.media)
    return tuple(adapted(one, feed) if isinstance(one, Article) else one for one in read(piece))


def _followed(before: Look, fetcher: Fetcher, *, private: bool, at: datetime) -> Look:
    """Read the pages that are yet to be read, and look after the items that vanished."""
    visit = _Visit(before, fetcher, private=private, at=at)
    visit.read_pages()
    visit.look_after()
    heard = replace(before.heard, items=visit.items)
    rest = pause(before.feed, 0, wish=visit.wish, chance=random())
    return replace(
        before,
        heard=succeeded(heard, at=at, rest=rest),
        readings=(*before.readings, *visit.readings),
        gone=tuple(visit.gone),
    )


@dataclass(slots=True)
class _Visit:
    """The pages that one look asks for, one after another, and what they bring."""

    before: Look
    fetcher: Fetcher
    private: bool = field(kw_only=True)
    at: datetime = field(kw_only=True)
    items: dict[str, Item] = field(init=False)
    readings: list[Reading] = field(default_factory=list)
    gone: list[Item] = field(default_factory=list)
    wish: timedelta | None = None

    def __post_init__(self) -> None:
        self.items = dict(self.before.heard.items)

    def read_pages(self) -> None:
        """Read what is new or changed, until the server wishes to be left alone."""
        for key, item in list(islice(((key, one) for key, one in self.items.items() if not one.read), PAGES)):
            if self.wish is not None or self.fetcher.stop.is_set():
                return
            page = self.fetcher.get(item.url, private=self.private)
            self.items[key] = self._unread(item, page) if isinstance(page, Refusal) else self._read(item, page)

    def _read(self, item: Item, page: Fetched) -> Item:
        found = _read(self.before.feed, item.url, page, at=self.at)
        self.readings += found
        ids = tuple(one.id for one in found if isinstance(one, Article))
        return replace(item, read=True, tries=0, articles=ids or item.articles)

    def _unread(self, item: Item, refusal: Refusal) -> Item:
        self.wish = refusal.wish
        tried = replace(item, tries=item.tries + 1)
        if not refusal.final and tried.tries < TRIES:
            return tried
        if refusal.gone and item.articles:
            self.gone.append(item)
        self.readings.append(UnreadableInput(item.url, f"{refusal.reason}: look at the page, or leave it out"))
        return replace(tried, read=True)

    def look_after(self) -> None:
        """Ask for the pages of what vanished; each is forgotten once its page has answered, one way or the other."""
        lost = ((key, one) for key, one in self.items.items() if one.vanished and one.read)
        for key, item in list(islice(lost, FAREWELLS)):
            if self.wish is not None or self.fetcher.stop.is_set():
                return
            # What has no page of its own is only forgotten: nothing tells more of it.
            own = item.url not in ("", self.before.feed.url)
            page = self.fetcher.get(item.url, private=self.private, body=False) if own else None
            tried = replace(item, tries=item.tries + 1)
            if isinstance(page, Refusal) and not page.gone and not page.final and tried.tries < TRIES:
                self.wish, self.items[key] = page.wish, tried
                continue
            if isinstance(page, Refusal) and page.gone:
                self.gone.append(item)
            del self.items[key]


# Many looks; one after another goes on file.


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of feeds, in a file beside the archive that is written whole or not at all."""

    path: Path

    @classmethod
    def beside(cls, archive: Path) -> Memory:
        """The memory of the feeds that fill this archive."""
        return cls(archive.with_name(f"{archive.name}.feeds.json"))

    def read(self) -> dict[str, Heard]:
        """What is remembered, by address; nothing where the file is damaged, which only means asking for it all."""
        try:
            written = json.loads(self.path.read_text(encoding="utf-8"))
            return {url: heard_of(record) for url, record in written["feeds"].items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            _log.warning("%s is damaged (%s): every feed is asked for all that it has", self.path, error)
            return {}

    def write(self, heard: Mapping[str, Heard]) -> None:
        """Remember this."""
        text = json.dumps({"feeds": {url: heard_record(one) for url, one in heard.items()}}, ensure_ascii=False)
        unfinished = self.path.with_name(f"{self.path.name}.tmp")
        with unfinished.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(self.path)

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Nobody else polls into this archive until it ends; raises StoreLocked where somebody does."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path.with_suffix(".lock"), timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreLocked("feeds are being polled into this archive already: stop the other command") from error
        try:
            yield
        finally:
            lock.release()


@dataclass(slots=True, kw_only=True)
class Polling:
    """Feeds that are asked until the fetcher is told to stop.

    ``told`` gets a receipt for each look that brought something, ``warned`` what a person should know of a feed.
    """

    feeds: Sequence[Feed]
    desk: Desk
    fetcher: Fetcher
    memory: Memory
    told: Callable[[Feed, Receipt], None]
    warned: Callable[[str], None]
    heard: dict[str, Heard] = field(default_factory=dict)
    _receipt: Receipt = field(default_factory=Receipt)

    def run(self, *, once: bool = False) -> Receipt:
        """Ask each feed whenever it is time, or ``once`` each that is not to be left alone; all that became of it.

        Raises StoreError, StoreLocked also where somebody polls into this archive already.
        """
        with self.memory.claimed(), ThreadPoolExecutor(AT_ONCE) as pool:
            self.heard = self.memory.read()
            try:
                if once:
                    self._one_round(pool)
                else:
                    self._rounds(pool)
            finally:
                # Whatever ends this, nobody waits for a slow server any more.
                self.fetcher.stop.set()
        return self._receipt

    def _one_round(self, pool: ThreadPoolExecutor) -> None:
        at = self.desk.clock()
        # A feed that fails, or whose server wishes it, is left alone whoever asks.
        asked = [one for one in self.feeds if not self.of(one).failures or is_due(self.of(one), at=at)]
        running = {self._ask(feed, pool): feed for feed in asked}
        for done in as_completed(running):
            self._take(running[done], done)

    def _rounds(self, pool: ThreadPoolExecutor) -> None:
        running: dict[Future[Look], Feed] = {}
        while not self.fetcher.stop.is_set():
            at, busy = self.desk.clock(), {feed.url for feed in running.values()}
            due = [one for one in self.feeds if one.url not in busy and is_due(self.of(one), at=at)]
            running |= {self._ask(feed, pool): feed for feed in due}
            if not running:
                self.fetcher.stop.wait(_LOOK_EVERY)
                continue
            for done in wait(running, timeout=_LOOK_EVERY, return_when=FIRST_COMPLETED).done:
                self._take(running.pop(done), done)

    def of(self, feed: Feed) -> Heard:
        """What is remembered of a feed."""
        return self.heard.get(feed.url, Heard())

    def _ask(self, feed: Feed, pool: ThreadPoolExecutor) -> Future[Look]:
        return pool.submit(look, feed, self.of(feed), self.fetcher, at=self.desk.clock())

    def _take(self, feed: Feed, done: Future[Look]) -> None:
        """Put on file what a look brought, then remember it; what was cut short by the end is asked for again."""
        if self.fetcher.stop.is_set():
            return
        before, at = self.of(feed), self.desk.clock()
        if fault := done.exception():
            # One feed that nobody thought of must not be the end of all others.
            _log.error("%s cannot be read", feed.name, exc_info=fault)
            after = _after_failure(feed, before, f"it cannot be read ({type(fault).__name__})", at=at)
        else:
            after = self._put_on_file(done.result(), before, at=at)
        self.heard[feed.url] = after
        self.memory.write(self.heard)
        self._tell(feed, before, after)

    def _put_on_file(self, brought: Look, before: Heard, *, at: datetime) -> Heard:
        feed = brought.feed
        try:
            receipt = self.desk.ingest(brought.readings) if brought.readings else Receipt()
            for item in brought.gone:
                self.desk.raise_alert(Concern.GONE_FROM_SOURCE, item.articles, f"{item.url} is gone, says {feed.name}")
        except (StoreLocked, StoreFull) as error:
            return _after_failure(feed, before, str(error), at=at)
        if set(receipt.outcomes) - {Outcome.UNCHANGED}:
            self.told(feed, receipt)
        self._receipt += receipt
        return replace(brought.heard, brought=at) if receipt.outcomes.get(Outcome.NEW) else brought.heard

    def _tell(self, feed: Feed, before: Heard, after: Heard) -> None:
        if after.problem and after.problem != before.problem:
            self.warned(f"{feed.name}: {after.problem}; asked again, after ever longer pauses")
        elif before.problem and not after.problem:
            self.warned(f"{feed.name} answers again")
        if after.moved and after.moved != before.moved:
            self.warned(f"{feed.name} has moved for good: write {after.moved} for {feed.url}")
