"""What an arriving version does to what is on file; pure. The rules are those of IPTC's status vocabularies.

One article has many versions, ordered by version number and then by version time, never by arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto

from embeddings.news import Article, Status
from embeddings.store import Head, Placement
from embeddings.words import telling_words

SAME_STORY = 0.25
"""Share of the shorter opening's telling words that a correction keeps. On the sample wire a corrected story keeps
over three quarters; of pairs of different stories nine in ten share under a fifth, and half under a tenth."""
_FEW_WORDS = 8


class Outcome(StrEnum):
    """What became of an arriving version."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KILLED = "killed"
    WITHHELD = "withheld"
    HELD = "held"
    LATE = "late"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a version and why; nothing is written when it is UNCHANGED or REJECTED."""

    placement: Placement
    outcome: Outcome
    reason: str


class _Order(Enum):
    NEWER = auto()
    OLDER = auto()
    SAME = auto()
    UNKNOWN = auto()


def place(incoming: Article, head: Head | None, *, at: datetime | None = None) -> Verdict:
    """What the arrival of a version means for its article; an embargo that is over ``at`` that time holds no more."""
    if head is None:
        return _welcome(incoming, Outcome.NEW, "First version on file.", at)
    if incoming.fingerprint in head.fingerprints:
        return Verdict(Placement.KEEP, Outcome.UNCHANGED, "This very version is on file.")
    if incoming.status is Status.CANCELED:
        return _welcome(incoming, Outcome.KILLED, "", at)
    order = _order(incoming, head)
    if order is _Order.OLDER:
        return Verdict(Placement.KEEP, Outcome.LATE, "Older than the version on file; kept, not searched.")
    if head.status is Status.CANCELED:
        return _after_kill(incoming)
    return _refusal(incoming, head, order) or _welcome(incoming, Outcome.CHANGED, _changed(order), at)


def _welcome(incoming: Article, outcome: Outcome, reason: str, at: datetime | None) -> Verdict:
    """The newest version takes its place, as far as its status lets it."""
    if incoming.status is Status.CANCELED:
        killed = "Killed by its provider: no version is searched; only a person can revive it."
        return Verdict(Placement.WITHDRAW, Outcome.KILLED, killed)
    if incoming.status is Status.WITHHELD:
        withheld = "Withheld by its provider: no version is searched until a newer usable one comes."
        return Verdict(Placement.WITHDRAW, Outcome.WITHHELD, withheld)
    if incoming.held:
        return Verdict(Placement.SERVE, Outcome.HELD, "Embargoed without an hour: hidden until a newer version.")
    until = incoming.embargoed_until
    if until is not None and (at is None or until > at):
        return Verdict(Placement.SERVE, Outcome.HELD, f"Embargoed: hidden until {until.isoformat()}.")
    return Verdict(Placement.SERVE, outcome, reason)


def _after_kill(incoming: Article) -> Verdict:
    if incoming.status is Status.WITHHELD:
        return Verdict(Placement.KEEP, Outcome.WITHHELD, "Withheld, and killed before: kept, not searched.")
    revive = "Killed before: not taken in. If it may run again, a person must remove the article and add it anew."
    return Verdict(Placement.KEEP, Outcome.REJECTED, revive)


def _refusal(incoming: Article, head: Head, order: _Order) -> Verdict | None:
    """Why this version cannot follow the one on file; a withheld one always can, to be on the safe side."""
    if incoming.status is Status.WITHHELD:
        return None
    if order is _Order.SAME:
        same = f"Two texts of one version ({incoming.version}): give the newer one a higher version, or a later time."
        return Verdict(Placement.KEEP, Outcome.REJECTED, same)
    if order is _Order.UNKNOWN and _is_another_story(incoming, head):
        two = f"Two articles with one id ({incoming.id}): give each its own, or a version if this replaces the other."
        return Verdict(Placement.KEEP, Outcome.REJECTED, two)
    return None


def _changed(order: _Order) -> str:
    if order is _Order.NEWER:
        return "Newer than the version on file, which it replaces."
    return "Changed under the same id: taken for a correction."


def _order(incoming: Article, head: Head) -> _Order:
    """Whether ``incoming`` comes after what is on file, by version number and then by version time."""
    pairs = (incoming.version, head.version), (incoming.version_created, head.version_created)
    if None not in pairs[0] and incoming.version != head.version:
        return _Order.NEWER if _above(incoming.version, head.version) else _Order.OLDER
    mine, theirs = pairs[1]
    if mine is not None and theirs is not None and mine != theirs:
        return _Order.NEWER if mine > theirs else _Order.OLDER
    return _Order.UNKNOWN if None in pairs[0] else _Order.SAME


def _above(mine: int | None, theirs: int | None) -> bool:
    return mine is not None and theirs is not None and mine > theirs


def _is_another_story(incoming: Article, head: Head) -> bool:
    """Whether headline and opening are plainly not a rewriting of those on file."""
    mine = set(telling_words(f"{incoming.headline or ''} {incoming.text[: len(head.opening)]}"))
    theirs = set(telling_words(f"{head.headline or ''} {head.opening}"))
    fewer = min(len(mine), len(theirs))
    return fewer >= _FEW_WORDS and len(mine & theirs) < SAME_STORY * fewer
