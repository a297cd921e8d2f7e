"""What an arriving version does to what is on file; pure. The rules are those of IPTC's status vocabularies.

One article has many versions, ordered by version number and then by version time, never by arrival. Versions that
came under different ids are one article where one says that it takes the place of the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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
_NEVER = datetime.min.replace(tzinfo=UTC)
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


@dataclass(frozen=True, slots=True)
class Settled:
    """A version under the id that it is to be on file with, and what is on file under that.

    ``joined`` is another article on file that it takes the place of, too. ``doubted`` are the ids of two stories of
    which one says that it takes the place of the other, which it plainly does not; ``apart`` that it is the other.
    """

    article: Article
    head: Head | None = None
    joined: Head | None = None
    doubted: tuple[str, str] | None = None
    apart: bool = False


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


def settled(incoming: Article, heads: Mapping[str, Head]) -> Settled:
    """The version under the id that it is to be on file with, and what is on file that it concerns.

    Two providers may use one id for two stories; the second to come is then kept under its provider's name, too. A
    link between two stories that plainly are not one makes none disappear: they are kept apart, and it is told.
    """
    head = heads.get(incoming.id)
    if incoming.provider and (theirs := heads.get(_of_provider(incoming))):
        head = theirs
    elif head is not None and _is_of_other_provider(incoming, head):
        return Settled(_under(_of_provider(incoming), incoming))
    if head is not None and _shares_slug_only(incoming, head):
        return Settled(_under(_apart(incoming), incoming), heads.get(_apart(incoming)))
    if head is not None and incoming.id in head.awaited and _is_apart(incoming, head):
        return Settled(incoming, doubted=(head.id, incoming.id), apart=True)
    return _linked(incoming, head, heads.get(incoming.replaces or ""))


def _linked(incoming: Article, head: Head | None, before: Head | None) -> Settled:
    """The version with what is on file under its own id, and under that which it takes the place of."""
    if before is None or (head is not None and head.id == before.id):
        return Settled(incoming if head is None else _under(head.id, incoming), head)
    if _is_apart(incoming, before):
        return Settled(incoming if head is None else _under(head.id, incoming), head, doubted=(incoming.id, before.id))
    if head is None:
        return Settled(_under(before.id, incoming), before)
    head = replace(head, let_in=head.let_in or before.let_in)
    return Settled(_under(head.id, incoming), head, joined=before)


def _under(id: str, incoming: Article) -> Article:
    return incoming if id == incoming.id else replace(incoming, id=id, guid=incoming.id)


def _is_apart(incoming: Article, head: Head) -> bool:
    """Whether a link to what is on file is plainly wrong; an order to take something back is never doubted."""
    return incoming.status is Status.USABLE and _is_another_story(incoming, head)


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
    if not incoming.provider or not head.provider:
        return False
    return incoming.provider.casefold() != head.provider.casefold() and _is_apart(incoming, head)


def place(incoming: Article, head: Head | None, *, joined: Head | None = None, at: datetime | None = None) -> Verdict:
    """What the arrival of a version means for its article; an embargo that is over ``at`` that time holds no more.

    What is ``joined`` becomes one with it, and a kill of that one of both.
    """
    verdict = _judged(incoming, head, at)
    if joined is not None and joined.killed and verdict.outcome not in (Outcome.UNCHANGED, Outcome.REJECTED):
        verdict = Verdict(Placement.WITHDRAW, Outcome.KILLED, "What it takes the place of was killed before.")
    verdict = verdict if head is None else replace(verdict, generation=_generation(incoming, head))
    if verdict.concern is None and _is_of_unknown_status(incoming) and verdict.outcome is Outcome.WITHHELD:
        return replace(verdict, concern=Concern.UNKNOWN_STATUS)
    return verdict


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
        held = "An order to hold it came before, and nothing tells that it is over: kept, not searched."
        return Verdict(Placement.KEEP, Outcome.WITHHELD, held)
    refusal = _refusal(incoming, head, order)
    return refusal or _welcome(incoming, Outcome.CHANGED, _changed(order), at, let_in=head.let_in)


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
    """Whether the newest on file is an order to hold it, which nothing shows to be older than this text."""
    is_held = head.status is Status.WITHHELD and head.wordless
    return incoming.status is Status.USABLE and is_held and order is not _Order.NEWER


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
    step = _step(incoming, head)
    if step:
        return _Order.NEWER if step > 0 else _Order.OLDER
    pairs = (incoming.version, head.version), (incoming.version_created, head.version_created)
    if None not in pairs[0] and incoming.version != head.version:
        return _Order.NEWER if _above(incoming.version, head.version) else _Order.OLDER
    mine, theirs = pairs[1]
    if mine is not None and theirs is not None and mine != theirs:
        return _Order.NEWER if mine > theirs else _Order.OLDER
    return _Order.UNKNOWN if None in pairs[0] else _Order.SAME


def _step(incoming: Article, head: Head) -> int:
    """By which generation a version is away from the newest: numbers compare only under one id."""
    guid = incoming.guid or incoming.id
    if guid == head.guid:
        return 0
    after, before = incoming.replaces == head.guid, guid in head.superseded
    if after == before and incoming.replaces in head.ids:
        # Both took the place of one, or each says that it took the other's.
        mine, theirs = incoming.version_created, head.version_created
        return -1 if mine is not None and theirs is not None and mine < theirs else 1
    return 1 if after and not before else -1


def _generation(incoming: Article, head: Head) -> int:
    """Where a version belongs beside the newest where their numbers and times do not tell it."""
    step, order = _step(incoming, head), _order(incoming, head)
    if step:
        return head.generation + step
    mine, theirs = _rank(incoming), _rank(head)
    if order is _Order.OLDER or _waits_for_nothing_yet(incoming, head, order):
        return head.generation - (mine >= theirs)
    return head.generation + (mine < theirs)


def _rank(one: Article | Head) -> tuple[int, datetime]:
    """How the store orders versions of one generation."""
    return -1 if one.version is None else one.version, one.version_created or _NEVER


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
