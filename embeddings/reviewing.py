"""What the desk looks at: what it has to decide, the versions of a story, the heartbeat of its feeds; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from embeddings.inlets.feeds import Feed, Heard, is_overdue
from embeddings.news import Alert, Article, Status
from embeddings.records import Record, moment_record
from embeddings.terminal import counted

_INDENT = (0, 0, 0, 2)
_NONE = Heard()


def alert_lines(alerts: Sequence[Alert]) -> RenderableType:
    """What a person has to decide, numbered, with the articles that it is about."""
    if not alerts:
        return Text("Nothing to decide.", style="dim")
    return Group(*(line for alert in alerts for line in _alert(alert)))


def _alert(alert: Alert) -> Iterable[RenderableType]:
    head = Text.assemble(
        (f"{alert.number}  ", "bold"), (alert.concern.value, "yellow"), f"  {alert.at.isoformat(timespec='seconds')}"
    )
    yield head.append(f"  settled {alert.settled.isoformat(timespec='seconds')}" if alert.settled else "", style="dim")
    yield Padding(Text(alert.words), _INDENT)
    yield Padding(Text(" ".join(f"[{article}]" for article in alert.articles), style="dim"), _INDENT)


def alert_record(alert: Alert) -> Record:
    """One thing to decide."""
    return {
        "number": alert.number,
        "concern": alert.concern.value,
        "articles": list(alert.articles),
        "words": alert.words,
        "at": moment_record(alert.at),
        "settled": moment_record(alert.settled),
    }


def version_lines(versions: Iterable[Article], *, searched: str | None) -> RenderableType:
    """Every version of an article, in the order given; ``searched`` is the fingerprint of the one that answers show."""
    return Group(*(line for one in versions for line in _version(one, one.fingerprint == searched)))


def _version(article: Article, is_shown: bool) -> Iterable[RenderableType]:
    number = "without a number" if article.version is None else str(article.version)
    created = moment_record(article.version_created) or moment_record(article.published) or "no time"
    style = "" if article.status is Status.USABLE else "red"
    line = Text.assemble((f"version {number}", "bold"), f"  {created}  ", (article.status.value, style))
    if article.take:
        line.append(f"  {article.take}")
    yield line.append("  searched" if is_shown else "", style="green")
    for said in (article.headline, article.correction or article.note):
        if said:
            yield Padding(Text(said), _INDENT)


def version_record(article: Article, *, searched: bool) -> Record:
    """One version of an article, without its words."""
    return {
        "id": article.id,
        "guid": article.guid,
        "version": article.version,
        "version_created": moment_record(article.version_created),
        "published": moment_record(article.published),
        "status": article.status.value,
        "take": article.take,
        "correction": article.correction,
        "note": article.note,
        "headline": article.headline,
        "fingerprint": article.fingerprint,
        "searched": searched,
    }


def heartbeat_lines(feeds: Sequence[Feed], heard: Mapping[str, Heard], *, at: datetime) -> RenderableType:
    """When each feed was last heard of, the ones that a person should look at first."""
    ordered = sorted(feeds, key=lambda feed: not is_overdue(feed, heard.get(feed.url, _NONE), at=at))
    return Group(*(line for feed in ordered for line in _heartbeat(feed, heard.get(feed.url, _NONE), at=at)))


def _heartbeat(feed: Feed, heard: Heard, *, at: datetime) -> Iterable[RenderableType]:
    overdue = is_overdue(feed, heard, at=at)
    yield Text.assemble((feed.name, "bold red" if overdue else "bold"), "  overdue" if overdue else "")
    failing = heard.failing_since and f"{_since(heard.failing_since, at)}, {counted(heard.failures, 'time')} in a row"
    facts = (
        ("fetched", _since(heard.fetched, at)),
        ("new item", _since(heard.brought, at)),
        ("failing", failing),
        ("because", heard.problem),
        ("moved to", heard.moved),
    )
    for name, value in facts:
        if value:
            yield Padding(Text(f"{name + ':':<11}{value}"), _INDENT)


def _since(moment: datetime | None, at: datetime) -> str:
    if moment is None:
        return "never"
    minutes = max(0, round((at - moment).total_seconds() / 60))
    return f"{moment.isoformat(timespec='seconds')} ({counted(minutes, 'minute')} ago)"


def heartbeat_record(feed: Feed, heard: Heard, *, at: datetime) -> Record:
    """When a feed was last heard of."""
    return {
        "name": feed.name,
        "url": feed.url,
        "overdue": is_overdue(feed, heard, at=at),
        "fetched": moment_record(heard.fetched),
        "new_item": moment_record(heard.brought),
        "failing_since": moment_record(heard.failing_since),
        "failures": heard.failures,
        "problem": heard.problem,
        "moved": heard.moved,
        "next": moment_record(heard.due),
    }
