"""What an arriving version does to what is on file; pure. The rules are those of IPTC's status vocabularies.

One article has many versions, ordered by version number and then by version time, never by arrival. Versions that
came under different ids are one article where one says that it takes the place of the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum, auto

from embeddings.fields import UNKNOWN_STATUS
from embeddings.news import Article, Concern, Status
from embeddings.store import Head, Placement
from embeddings.takes import is_composed
from embeddings.words import telling_words

SAME_STORY = 0.25
"""Share of the shorter opening's telling words that a correction keeps. On the sample wire a corrected story keeps
over three quarters; of pairs of different stories nine in ten share under a fifth, and half under a tenth."""
_FEW_WORDS = 8
_OPENING = 100
_NO_ARCHIVE = re.compile(
    r"\b(?:no|not for|without) archiv"
    r"|\barchiv\w+ (?:use )?(?:is |are )?(?:not (?:allowed|permitted)|prohibited|forbidden)",
    re.IGNORECASE,
)


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
    """What to do with a version and why; nothing is written when it is UNCHANGED or REJECTED.

    ``generation`` orders it among versions that came under other ids. ``concern`` is why a person should look at it.
    """

    placement: Placement
    outcome: Outcome
    reason: str
    generation: int = 0
    concern: Concern | None = None


class _Order(Enum):
    NEWER = auto()
    OLDER = auto()
    SAME = auto()
    """Two texts of one version: nothing tells which is the newer."""
    UNKNOWN = auto()


def ids_of(incoming: Article) -> tuple[str, ...]:
    """Every id under which what concerns this version may be on file."""
    possible = (
        incoming.id,
        _of_provider(incoming) if incoming.provider else None,
        _apart(incoming) if is_composed(incoming.id, incoming.slug) else None,
        incoming.replaces,
    )
    return tuple(id for id in possible if id)


def settled(incoming: Article, heads: Mapping[str, Head]) -> tuple[Article, Head | None]:
    """The version under the id that it is to be on file with, and what is on file under that.

    Two providers may use one id for two stories; the second to come is then kept under its provider's name, too.
    """
    head = heads.get(incoming.id)
    if incoming.provider and (theirs := heads.get(_of_provider(incoming))):
        head = theirs
    elif head is not None and _is_of_other_provider(incoming, head):
        return replace(incoming, id=_of_provider(incoming), guid=incoming.id), None
    if head is not None and _shares_slug_only(incoming, head):
        return replace(incoming, id=_apart(incoming), guid=incoming.id), heads.get(_apart(incoming))
    if head is None and incoming.replaces:
        head = heads.get(incoming.replaces)
    if head is None or head.id == incoming.id:
        return incoming, head
    return replace(incoming, id=head.id, guid=incoming.id), head


def _shares_slug_only(incoming: Article, head: Head) -> bool:
    """Whether it is another story that was filed on one day under one slug, of which its id is made."""
    if incoming.status is not Status.USABLE or incoming.take or not is_composed(incoming.id, incoming.slug):
        return False
    return incoming.fingerprint not in head.fingerprints and _is_another_story(incoming, head)


def _apart(incoming: Article) -> str:
    """An id of its own for a story whose slug another story has: by its headline, or its first words."""
    told = (incoming.headline or incoming.text[:_OPENING]).casefold()
    return f"{incoming.id}:{hashlib.sha256(told.encode(errors='surrogatepass')).hexdigest()[:8]}"


def _of_provider(incoming: Article) -> str:
    return f"{incoming.provider}:{incoming.id}"


def _is_of_other_provider(incoming: Article, head: Head) -> bool:
    """Whether it is plainly another provider's other story; an order to take something back never is."""
    if incoming.status is not Status.USABLE or not incoming.provider or not head.provider:
        return False
    return incoming.provider.casefold() != head.provider.casefold() and _is_another_story(incoming, head)


def place(incoming: Article, head: Head | None, *, at: datetime | None = None) -> Verdict:
    """What the arrival of a version means for its article; an embargo that is over ``at`` that time holds no more."""
    verdict = _judged(incoming, head, at)
    generation = verdict.generation if head is None else _generation(incoming, head)
    if verdict.concern is None and _is_of_unknown_status(incoming) and verdict.outcome is Outcome.WITHHELD:
        return replace(verdict, generation=generation, concern=Concern.UNKNOWN_STATUS)
    return replace(verdict, generation=generation)


def _judged(incoming: Article, head: Head | None, at: datetime | None) -> Verdict:
    if head is None:
        return _welcome(incoming, Outcome.NEW, "First version on file.", at, let_in=False)
    if incoming.fingerprint in head.fingerprints:
        return _known(incoming, head)
    if incoming.status is Status.CANCELED:
        return _welcome(incoming, Outcome.KILLED, "", at, let_in=False)
    order = _order(incoming, head)
    if order is _Order.OLDER:
        return Verdict(Placement.KEEP, Outcome.LATE, "Older than the version on file; kept, not searched.")
    if head.killed:
        return _after_kill(incoming)
    if _waits_for_nothing_yet(incoming, head, order):
        held = "An order to hold it came before it, and nothing tells that it is over: kept, not searched."
        return Verdict(Placement.KEEP, Outcome.WITHHELD, held)
    refusal = _refusal(incoming, head, order)
    return refusal or _welcome(incoming, Outcome.CHANGED, _changed(order), at, let_in=head.served)


def _known(incoming: Article, head: Head) -> Verdict:
    """A version that is on file already, whether it is the newest or not."""
    undated = incoming.version is None and incoming.version_created is None
    if undated and incoming.fingerprint != head.newest and head.served:
        earlier = "This text was on file and has been replaced: give it a version or a time if it is the newer one."
        return Verdict(Placement.KEEP, Outcome.LATE, earlier)
    return Verdict(Placement.KEEP, Outcome.UNCHANGED, "This very version is on file.")


def _welcome(incoming: Article, outcome: Outcome, reason: str, at: datetime | None, *, let_in: bool) -> Verdict:
    """The newest version takes its place, as far as its status and its terms let it."""
    if incoming.status is Status.CANCELED:
        killed = "Killed: no version is searched; only a person can revive it."
        return Verdict(Placement.WITHDRAW, Outcome.KILLED, killed)
    if incoming.status is Status.WITHHELD:
        withheld = "Withheld: no version is searched until a newer usable one comes."
        return Verdict(Placement.WITHDRAW, Outcome.WITHHELD, withheld)
    if not let_in and (terms := forbidding_terms(incoming)):
        barred = f"Its terms forbid the archive ({terms}): kept, not searched until a person revives it."
        return Verdict(Placement.WITHDRAW, Outcome.WITHHELD, barred, concern=Concern.TERMS)
    if incoming.held:
        return Verdict(Placement.SERVE, Outcome.HELD, "Embargoed without an hour: hidden until a newer version.")
    until = incoming.embargoed_until
    if until is not None and (at is None or until > at):
        return Verdict(Placement.SERVE, Outcome.HELD, f"Embargoed: hidden until {until.isoformat()}.")
    return Verdict(Placement.SERVE, outcome, reason)


def forbidding_terms(article: Article) -> str | None:
    """The line of its terms, if one is there, by which an archive may not show it."""
    said = "\n".join(filter(None, (article.usage, article.rights)))
    return next((line.strip() for line in said.splitlines() if _NO_ARCHIVE.search(line)), None)


def _after_kill(incoming: Article) -> Verdict:
    if incoming.status is Status.WITHHELD:
        return Verdict(Placement.KEEP, Outcome.WITHHELD, "Withheld, and killed before: kept, not searched.")
    killed = f"Killed before: kept, not searched. `onrecord revive {incoming.id}` lets it run again."
    return Verdict(Placement.KEEP, Outcome.KILLED, killed)


def _waits_for_nothing_yet(incoming: Article, head: Head, order: _Order) -> bool:
    """Whether all that is on file is an order to hold it, which nothing shows to be older than this text."""
    return head.status is Status.WITHHELD and not head.opening and order is not _Order.NEWER


def _refusal(incoming: Article, head: Head, order: _Order) -> Verdict | None:
    """Why this version cannot follow the one on file; a withheld one always can, to be on the safe side."""
    ordered = order is _Order.NEWER
    if ordered or incoming.status is Status.WITHHELD or not _is_another_story(incoming, head):
        return None
    two = f"Two articles with one id ({incoming.id}): give each its own, or a higher version if it replaces the other."
    return Verdict(Placement.KEEP, Outcome.REJECTED, two)


def _changed(order: _Order) -> str:
    if order is _Order.NEWER:
        return "Newer than the version on file, which it replaces."
    return "Changed under the same id: taken for a correction."


def _order(incoming: Article, head: Head) -> _Order:
    """Whether ``incoming`` comes after what is on file, by version number and then by version time."""
    step = _generation(incoming, head) - head.generation
    if step:
        return _Order.NEWER if step > 0 else _Order.OLDER
    pairs = (incoming.version, head.version), (incoming.version_created, head.version_created)
    if None not in pairs[0] and incoming.version != head.version:
        return _Order.NEWER if _above(incoming.version, head.version) else _Order.OLDER
    mine, theirs = pairs[1]
    if mine is not None and theirs is not None and mine != theirs:
        return _Order.NEWER if mine > theirs else _Order.OLDER
    return _Order.UNKNOWN if None in pairs[0] else _Order.SAME


def _generation(incoming: Article, head: Head) -> int:
    """Where a version belongs among those that came under other ids: numbers compare only under one id."""
    guid = incoming.guid or incoming.id
    if guid == head.guid:
        return head.generation
    if incoming.replaces in head.ids:
        return head.generation + 1
    # Its number says nothing beside another id's; what others took the place of comes before them.
    return head.generation - 1


def _above(mine: int | None, theirs: int | None) -> bool:
    return mine is not None and theirs is not None and mine > theirs


def _is_of_unknown_status(incoming: Article) -> bool:
    return incoming.status is Status.WITHHELD and UNKNOWN_STATUS in (incoming.note or "")


def _is_another_story(incoming: Article, head: Head) -> bool:
    """Whether headline and opening are plainly not a rewriting of those on file."""
    mine = set(telling_words(f"{incoming.headline or ''} {incoming.text[: len(head.opening)]}"))
    theirs = set(telling_words(f"{head.headline or ''} {head.opening}"))
    fewer = min(len(mine), len(theirs))
    return fewer >= _FEW_WORDS and len(mine & theirs) < SAME_STORY * fewer
