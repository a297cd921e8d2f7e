"""Which articles on file an order to kill or to hold means, and what it makes of them; pure.

An order that names its article by id means that one. One that names slug, headline or number means the story that most
of these are true of and that was published about then; where several may be meant, or only the number agrees, they
are held until a person has decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from embeddings.news import Alert, Article, Concern, Notice, Status
from embeddings.store import Head
from embeddings.words import handles

_DAYS = timedelta(days=7)
"""A slug is used again; an order is about what was published so shortly before or after it."""
_SAME_HEADLINE = 80.0
"""How alike (of 100) two headlines of one story are, whatever stands before them."""
_STANDING = "order: "
"""What the id of an order begins with that is kept until its story comes."""
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is on file that an order may be about: its newest version, and every one."""

    head: Head
    article: Article
    versions: Sequence[Article]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The versions that an order makes, and what a person has to decide."""

    versions: tuple[Article, ...] = ()
    alert: Alert | None = None


def named_in(notice: Notice) -> frozenset[str]:
    """What the story that an order is about may be found by."""
    return handles(notice.slug, notice.headline, notice.number)


def resolve(notice: Notice, aims: Sequence[Aim], *, at: datetime) -> Meant:
    """What an order makes of the articles that it may be about."""
    if notice.target is not None:
        return Meant(versions=tuple(ordered(notice, aim, at=at) for aim in aims) or (_to_come(notice, at),))
    stories = [aim for aim in aims if not aim.head.id.startswith(_STANDING)]
    likely = _likeliest(notice, [aim for aim in stories if _may_be_about(notice, aim.article)])
    if len(likely) == 1 and _is_certain(notice, likely[0].article):
        return Meant(versions=(ordered(notice, likely[0], at=at),))
    held = _held(notice, likely, at)
    return held if likely else replace(held, versions=_kept_for_later(notice, aims, at))


def misspelled(notice: Notice, aims: Sequence[Aim], *, at: datetime) -> Meant:
    """What an order whose id is not on file makes of articles with nearly that id: they are held."""
    return _held(notice, aims, at) if aims else Meant()


def _held(notice: Notice, aims: Sequence[Aim], at: datetime) -> Meant:
    """Whatever an order may mean is held until a person has decided."""
    ids = tuple(aim.head.id for aim in aims)
    alert = Alert(concern=Concern.UNCERTAIN_NOTICE, articles=ids, words=_shown(notice), at=at)
    return Meant(versions=tuple(ordered(notice, aim, at=at, status=Status.WITHHELD) for aim in aims), alert=alert)


def of_kill(article: Article) -> Notice:
    """The order that a version without words is."""
    return Notice(
        status=article.status,
        words=article.note or "Killed by its provider.",
        target=article.id,
        provider=article.provider,
        sent=article.version_created,
        origin=article.origin,
    )


def _kept_for_later(notice: Notice, aims: Sequence[Aim], at: datetime) -> tuple[Article, ...]:
    """The order itself, to wait for its story; as it was kept before, where it comes once more."""
    order = _to_come(notice, at)
    again = (aim.article for aim in aims if (aim.head.id, aim.article.note) == (order.id, notice.words))
    return (next(again, order),) if named_in(notice) else ()


def _likeliest(notice: Notice, aims: Sequence[Aim]) -> list[Aim]:
    """Those that most of what the order names is true of."""
    agreed = {aim.head.id: len(_agreed(notice, aim.article)) for aim in aims}
    most = max(agreed.values(), default=0)
    return [aim for aim in aims if agreed[aim.head.id] == most]


def _agreed(notice: Notice, article: Article) -> frozenset[str]:
    """What the order names and the article has."""
    found = named_in(notice) & handles(article.slug, article.headline, article.number)
    return found | {"headline"} if _is_headed_alike(notice, article) else found


def _is_certain(notice: Notice, article: Article) -> bool:
    """Whether more than a number agrees, which every wire counts anew each day."""
    return any(not name.startswith("number") for name in _agreed(notice, article))


def ordered(notice: Notice, aim: Aim, *, at: datetime, status: Status | None = None) -> Article:
    """The version, newer than all on file and without words, that carries the order out."""
    head, wanted = aim.head, status or notice.status
    if once := next((one for one in aim.versions if _carries_out(one, notice, wanted, aim)), None):
        return once
    sent = notice.sent or at
    if head.version_created is not None and sent <= head.version_created:
        sent = head.version_created + _TICK
    return Article(
        id=head.id,
        guid=None if head.guid == head.id else head.guid,
        text="",
        paragraphs=(),
        version=head.version,
        version_created=sent,
        status=wanted,
        headline=aim.article.headline,
        slug=aim.article.slug,
        number=aim.article.number,
        outlet=aim.article.outlet,
        provider=aim.article.provider,
        published=aim.article.published,
        rights=aim.article.rights,
        usage=aim.article.usage,
        note=notice.words,
        origin=notice.origin,
    )


def _carries_out(version: Article, notice: Notice, status: Status, aim: Aim) -> bool:
    """Whether a version is that of the same order, which has come once more.

    What became of the story since stands. A desk's order, which has no time, is another one unless it is the newest.
    """
    if version.text or (version.status, version.note) != (status, notice.words):
        return False
    created = version.version_created
    return version == aim.article or (notice.sent is not None and created is not None and notice.sent <= created)


def _to_come(notice: Notice, at: datetime) -> Article:
    """What keeps a story back that has not come yet: under its id, or for whatever comes by the names in the order."""
    return Article(
        id=notice.target or f"{_STANDING}{' '.join(sorted(named_in(notice)))}",
        text="",
        paragraphs=(),
        version_created=notice.sent or at,
        status=notice.status,
        headline=notice.headline,
        slug=notice.slug,
        number=notice.number,
        provider=notice.provider,
        note=notice.words,
        origin=notice.origin,
    )


def standing_for(story: Article, bearing: Sequence[Article]) -> Notice | None:
    """The order to hold a story that came before it, by what on file bears one of its names.

    A story that was filed after the order is the one that takes the killed one's place.
    """
    for order in bearing:
        if order.id.startswith(_STANDING) and not _is_after(story, order):
            notice = Notice(
                status=Status.WITHHELD,
                words=order.note or "",
                target=story.id,
                provider=order.provider,
                sent=order.version_created,
                origin=order.origin,
            )
            if _may_be_about(notice, story):
                return notice
    return None


def _is_after(story: Article, order: Article) -> bool:
    filed, sent = story.version_created, order.version_created
    return filed is not None and sent is not None and filed > sent


def _may_be_about(notice: Notice, article: Article) -> bool:
    known = notice.provider, article.provider or article.outlet
    if all(known) and str(known[0]).casefold() != str(known[1]).casefold():
        return False
    published = article.version_created or article.published
    if notice.sent is None or not isinstance(published, datetime):
        return notice.sent is None or published is None or abs(notice.sent.date() - published) <= _DAYS
    return abs(notice.sent - published) <= _DAYS


def _is_headed_alike(notice: Notice, article: Article) -> bool:
    if not notice.headline or not article.headline:
        return False
    return fuzz.token_set_ratio(notice.headline.casefold(), article.headline.casefold()) >= _SAME_HEADLINE


def _shown(notice: Notice) -> str:
    named = notice.target or notice.slug or notice.headline or notice.number or "it names nothing"
    return f"{notice.words} ({named}; from {notice.origin or 'a provider'})"
