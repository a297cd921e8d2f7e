"""Feeds and pages that are asked for news: what the newsroom's file says of them, what is remembered of each; pure.

What vanishes from a feed is not killed. It is marked, its page is looked at, and a person is told where that is gone.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from embeddings.drafts import lines
from embeddings.embargoes import NONE, declared, in_note
from embeddings.errors import BadSettings, UnreadableInput
from embeddings.news import Article
from embeddings.readers import sitemap
from embeddings.readers.tree import parsed

EVERY = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_WISH = timedelta(days=1)
"""For so long a server is left alone when it says so."""
TRIES = 5
"""How often a page that cannot be had is asked for before it is given up."""
KNOWN_ITEMS = 5_000

_OVERDUE_ROUNDS = 3
_OVERDUE_GRACE = timedelta(minutes=1)
_DURATION = re.compile(r"(\d{1,6})\s*([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_WORDS = ("outlet", "rights", "usage")
_KEYS = {"url", "name", "every", "pages", "embargo_empty", *_WORDS}
_EMPTY = declared("")
_MOMENTS = {"fetched", "brought", "failing_since", "failed", "due", "vanished"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """An address that is asked for news ``every`` so often.

    ``pages`` reads the page behind each link instead of what the feed says of it. ``holds_empty`` tells that an embargo
    element without an hour holds an article. ``outlet``, ``rights`` and ``usage`` stand in where an article has none.
    """

    url: str
    name: str
    every: timedelta = EVERY
    pages: bool = False
    holds_empty: bool = True
    outlet: str | None = None
    rights: str | None = None
    usage: str | None = None

    @property
    def terms(self) -> str:
        """What tells this feed's settings from others; what was read under others is read again."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a feed: its page, what became of it, and since when it is in the feed no longer.

    ``stamp`` is what the feed said of it; another one means that it was changed. ``tries`` counts how often its page
    could not be had.
    """

    url: str
    stamp: str
    articles: tuple[str, ...] = ()
    read: bool = True
    tries: int = 0
    vanished: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is remembered of a feed: how to ask whether it changed, its heartbeat, and its items.

    ``refused`` are the stamps of what could not be read in it and was told.
    """

    terms: str = ""
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    fetched: datetime | None = None
    brought: datetime | None = None
    failing_since: datetime | None = None
    failed: datetime | None = None
    failures: int = 0
    problem: str | None = None
    moved: str | None = None
    due: datetime | None = None
    refused: tuple[str, ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a feed or sitemap: its key among the items, its address, and what was said of it."""

    key: str
    url: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or sitemap links to; ``bare`` tells that it has links and no words of its own."""

    links: tuple[Link, ...]
    bare: bool


# The newsroom's file.


def feeds_in(text: str, *, place: str) -> tuple[Feed, ...]:
    """The feeds that a TOML file lists, each as ``[[feed]]``; raises BadSettings with what to put right."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{place} is no TOML ({error}): docs/wire.md shows how to write it") from error
    tables = written.get("feed")
    if set(written) != {"feed"} or not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise BadSettings(f"{place} has to hold [[feed]] tables and nothing else: docs/wire.md shows how to write it")
    found = tuple(_feed(table, f"{place}, feed {number}") for number, table in enumerate(tables, 1))
    twice = next((one.url for i, one in enumerate(found) if one.url in {other.url for other in found[:i]}), None)
    if twice:
        raise BadSettings(f"{place} lists {twice} twice: leave one out")
    return found


def _feed(table: Mapping[str, object], place: str) -> Feed:
    if unknown := sorted(set(table) - _KEYS):
        raise BadSettings(f"{place}: {unknown[0]} is not known: use {', '.join(sorted(_KEYS))}")
    url = _said(table, "url", place)
    if url is None or not is_web(url):
        raise BadSettings(f"{place}: url has to be an address that begins with http:// or https://")
    pages, empty = table.get("pages", False), table.get("embargo_empty", "hold")
    if not isinstance(pages, bool):
        raise BadSettings(f"{place}: pages has to be true or false")
    if empty not in ("hold", "usable"):
        raise BadSettings(f'{place}: embargo_empty has to be "hold" or "usable"')
    outlet, rights, usage = (_said(table, name, place) for name in _WORDS)
    return Feed(
        url=url,
        name=_said(table, "name", place) or urlsplit(url).netloc,
        every=_duration(table.get("every", "5m"), place),
        pages=pages,
        holds_empty=empty == "hold",
        outlet=outlet,
        rights=rights,
        usage=usage,
    )


def _said(table: Mapping[str, object], name: str, place: str) -> str | None:
    value = table.get(name)
    if value is not None and not (isinstance(value, str) and value.strip() and value.isprintable()):
        raise BadSettings(f"{place}: {name} has to be a line of words in quotation marks")
    return value.strip() if isinstance(value, str) else None


def _duration(value: object, place: str) -> timedelta:
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    seconds = int(match.group(1)) * _UNITS[match.group(2)] if match else 0
    if not 0 < seconds <= LONGEST_WISH.total_seconds() * 7:
        raise BadSettings(f'{place}: every has to be a time like "30s", "5m", "2h" or "1d", a week at most')
    return timedelta(seconds=seconds)


def is_web(url: str) -> bool:
    """Whether an address is one of the web, with a host in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)


# When to ask.


def pause(feed: Feed, failures: int, *, wish: timedelta | None = None, chance: float) -> timedelta:
    """How long to leave a feed alone: longer after every failure in a row, and never shorter than its server wishes.

    ``chance``, from 0 to 1, keeps feeds from being asked all at once.
    """
    usual = feed.every * float(2 ** min(failures, 20))
    longest = max(feed.every, LONGEST_PAUSE)
    spread = 0.9 + 0.2 * chance if not failures else 0.5 + chance
    return max(min(usual, longest) * spread, min(wish or timedelta(), LONGEST_WISH))


def is_due(heard: Heard, *, at: datetime) -> bool:
    """Whether it is time to ask."""
    return heard.due is None or heard.due <= at


def is_overdue(feed: Feed, heard: Heard, *, at: datetime) -> bool:
    """Whether a feed has been silent for so long that a person should look."""
    return heard.fetched is None or at - heard.fetched > feed.every * _OVERDUE_ROUNDS + _OVERDUE_GRACE


def failed(heard: Heard, problem: str, *, at: datetime, rest: timedelta) -> Heard:
    """What to remember after a failure."""
    return replace(
        heard,
        failed=at,
        failing_since=heard.failing_since or at,
        failures=heard.failures + 1,
        problem=problem,
        due=at + rest,
    )


def succeeded(heard: Heard, *, at: datetime, rest: timedelta) -> Heard:
    """What to remember after a success."""
    return replace(heard, fetched=at, failing_since=None, failures=0, problem=None, due=at + rest)


# What a feed lists.


def listing_of(data: bytes, *, place: str, base: str) -> Listing | None:
    """The links of an RSS or Atom feed or a sitemap, in order, each once; None where it is none, or broken."""
    try:
        root = parsed(data, place=place)
    except UnreadableInput:
        return None
    bare = sitemap.is_document(root)
    found = map(_of_page, sitemap.locations(root)) if bare else _of_entries(root, base)
    once: dict[str, Link] = {}
    for link in found:
        if link is not None:
            once.setdefault(link.key, link)
    return Listing(tuple(once.values()), bare=bare)


def _of_page(page: sitemap.Listed) -> Link | None:
    said = f"{page.changed} {page.published} {page.headline}"
    return None if page.is_sitemap or not is_web(page.url) else Link(page.url, page.url, _stamp(said))


def _of_entries(root: etree._Element, base: str) -> Iterator[Link]:
    for entry in root.iter("{*}item", "{*}entry"):
        address = next((one.get("href") for one in entry.iterchildren("{*}link") if _is_alternate(one)), None)
        url = urljoin(base, (address or _value(entry, "link")).strip())
        if is_web(url):
            said = "\n".join(_value(entry, name) for name in ("pubDate", "updated", "title"))
            yield Link(_value(entry, "guid") or _value(entry, "id") or url, url, _stamp(said))


def _stamp(said: str) -> str:
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]


def _value(entry: etree._Element, name: str) -> str:
    return next(((one.text or "").strip() for one in entry.iterchildren(f"{{*}}{name}")), "")


def _is_alternate(link: etree._Element) -> bool:
    return link.get("href") is not None and link.get("rel", "alternate") == "alternate"


def of_articles(articles: Iterable[Article], *, page: str | None) -> dict[str, Item]:
    """The items of what was read itself, an article each; all are of one ``page`` where it was one."""
    return {one.id: Item(url=page or one.url or "", stamp=one.fingerprint[:16], articles=(one.id,)) for one in articles}


def of_links(found: Sequence[Link], known: Mapping[str, Item]) -> dict[str, Item]:
    """The items of a feed whose pages are read: what is new or changed is yet to be read."""
    items = {}
    for link in found:
        item = known.get(link.key)
        if item is not None and (item.url, item.stamp) == (link.url, link.stamp):
            items[link.key] = replace(item, vanished=None)
        else:
            items[link.key] = Item(url=link.url, stamp=link.stamp, articles=item.articles if item else (), read=False)
    return items


def with_vanished(listed: Mapping[str, Item], known: Mapping[str, Item], *, at: datetime) -> dict[str, Item]:
    """What a feed lists, and behind it what it listed before and is not yet dealt with."""
    lost = {
        key: replace(item, vanished=item.vanished or at, tries=item.tries if item.vanished else 0)
        for key, item in known.items()
        if key not in listed and item.articles
    }
    return dict([*listed.items(), *lost.items()][:KNOWN_ITEMS])


def refusal_stamp(refused: UnreadableInput) -> str:
    """What tells one refusal from another."""
    return _stamp(str(refused))


def adapted(article: Article, feed: Feed) -> Article:
    """An article under what its feed's settings say of all its articles."""
    told = {name: getattr(feed, name) for name in _WORDS if getattr(feed, name) and not getattr(article, name)}
    article = replace(article, **told)
    said = (article.note or "").splitlines()
    if feed.holds_empty or not article.held or _EMPTY.warning not in said:
        return article
    # What the note to editors itself says of an embargo still counts.
    note = lines(*(line for line in said if line != _EMPTY.warning))
    embargo = in_note(note)
    return replace(
        article,
        held=embargo.held,
        embargoed_until=embargo.until,
        note=note if embargo == NONE else lines(embargo.warning, note),
    )


# What is written down.


def heard_record(heard: Heard) -> dict[str, Any]:
    """All of it as plain JSON values."""
    items = {key: _plain(item) for key, item in heard.items.items()}
    return _plain(replace(heard, items={})) | {"items": items}


def _plain(one: Heard | Item) -> dict[str, Any]:
    values = {name: value for name, value in asdict(one).items() if value is not None}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def heard_of(record: Mapping[str, Any]) -> Heard:
    """What ``heard_record`` made; raises ValueError, TypeError or AttributeError for anything else."""
    items = {key: _item(values) for key, values in record.get("items", {}).items()}
    return Heard(**_with_moments(record) | {"items": items, "refused": tuple(record.get("refused", ()))})


def _item(record: Mapping[str, Any]) -> Item:
    return Item(**_with_moments(record) | {"articles": tuple(record.get("articles", ()))})


def _with_moments(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: datetime.fromisoformat(value) if key in _MOMENTS else value for key, value in record.items()}
