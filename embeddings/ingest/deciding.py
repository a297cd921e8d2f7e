"""What is to become of a batch, by what is on file: read from the store, and decided by the rules of lifecycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from embeddings.errors import UnreadableInput
from embeddings.lifecycle import Outcome, Settled, Verdict, ids_of, place, settled
from embeddings.news import Alert, Article, Concern, Filters, Notice, Status, Viewer
from embeddings.orders import Aim, Meant, misspelled, named_in, of_kill, resolve, standing_for
from embeddings.store import Head, Placement, Store
from embeddings.words import handles, spellings

Reading = Article | Notice | UnreadableInput
Batch = tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A version under the id that it is kept with, and what becomes of it."""

    article: Article
    verdict: Verdict
    joins: str | None = None
    apart: bool = False
    doubted: tuple[str, str] | None = None

    @property
    def served(self) -> bool:
        """Whether it is what will be searched."""
        return self.verdict.placement is Placement.SERVE and self.verdict.outcome is not Outcome.UNCHANGED

    @property
    def killing(self) -> bool:
        """Whether it takes a story out of every answer for good."""
        return (self.verdict.placement, self.verdict.outcome) == (Placement.WITHDRAW, Outcome.KILLED)

    @property
    def written(self) -> bool:
        """Whether anything is written."""
        return self.verdict.outcome not in (Outcome.UNCHANGED, Outcome.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What becomes of a batch: versions, what a person has to decide, and the orders that found nothing.

    Where ``parts`` are given, nothing is decided yet: each is a batch of its own, to be judged by what is on file once
    those before it are.
    """

    decided: tuple[Decided, ...] = ()
    alerts: tuple[Alert, ...] = ()
    lost: tuple[Notice, ...] = ()
    parts: tuple[Batch, ...] = ()

    @property
    def served(self) -> list[Article]:
        """The versions that will be searched."""
        return [one.article for one in self.decided if one.served]


@dataclass(frozen=True, slots=True)
class Judging:
    """Judges batches by what a store holds; nothing is written."""

    store: Store

    def judged(self, batch: Batch, at: datetime) -> Judged:
        """What becomes of a batch, by what is on file and the embargoes that are over ``at`` that time."""
        versions, alerts, lost = self._ordered(batch, at)
        heads = self.store.heads(list(dict.fromkeys(id for version in versions for id in ids_of(version))))
        if parts := self._around_standing_order(batch, heads):
            return Judged(parts=parts)
        decided = tuple(_decided(settled(version, heads), at) for version in versions)
        if len(batch) > 1 and _one_story_twice(versions, decided, heads):
            # It came under two ids; each version is judged by what is on file before it.
            half = len(batch) // 2
            return Judged(parts=(batch[:half], batch[half:]))
        return Judged(decided=decided, alerts=tuple(alerts), lost=tuple(lost))

    def _around_standing_order(self, batch: Batch, heads: Mapping[str, Head]) -> tuple[Batch, ...]:
        """The batch in parts, if an order came before one of its stories: that goes right before the story."""
        named = [_names_of_new(reading, heads) for reading in batch]
        if not any(named):
            return ()
        orders = self.store.bearing(frozenset().union(*named))
        for place_, (story, names) in enumerate(zip(batch, named, strict=True)):
            bearing = [one for one in orders if names & handles(one.slug, one.headline, one.number)]
            if isinstance(story, Article) and (notice := standing_for(story, bearing)):
                parts: tuple[Batch, ...] = (batch[:place_], (notice,), batch[place_:])
                return tuple(part for part in parts if part)
        return ()

    def _ordered(self, batch: Batch, at: datetime) -> tuple[list[Article], list[Alert], list[Notice]]:
        """The articles of a batch, orders about others turned into versions of those; and what orders found nothing."""
        articles: list[Article] = []
        alerts: list[Alert] = []
        lost: list[Notice] = []
        for reading in batch:
            if isinstance(reading, UnreadableInput):
                continue
            meant = [self._meant(reading, at), self._misspelled(reading, at)]
            articles += [version for one in meant for version in one.versions]
            alerts += [one.alert for one in meant if one.alert]
            if isinstance(reading, Notice) and not any(one.versions for one in meant):
                lost.append(reading)
        return articles, alerts, lost

    def _meant(self, reading: Article | Notice, at: datetime) -> Meant:
        if isinstance(reading, Article):
            return Meant(versions=(reading,))
        named = [reading.target] if reading.target else [one.id for one in self.store.bearing(named_in(reading))]
        return resolve(reading, self._aims(named), at=at)

    def _misspelled(self, reading: Article | Notice, at: datetime) -> Meant:
        """What a kill may mean whose id is not on file, but one that is spelled nearly so."""
        if reading.status is not Status.CANCELED:
            return Meant()
        notice = of_kill(reading) if isinstance(reading, Article) else reading
        known = ids_of(reading) if isinstance(reading, Article) else (notice.target or "",)
        if not notice.target or self.store.heads(known):
            return Meant()
        alike = [one.id for one in self.store.bearing(spellings(notice.target))]
        return misspelled(notice, self._aims(alike), at=at)

    def _aims(self, ids: Sequence[str]) -> list[Aim]:
        """What is on file under these ids, for an order that may be about it."""
        heads = self.store.heads(ids)
        newest = {id: self.store.article(id) for id in heads}
        return [
            Aim(head=heads[id], article=article, versions=self.store.versions(id))
            for id, article in newest.items()
            if article is not None
        ]

    def to_tell(self, judged: Judged, at: datetime) -> Iterator[Alert]:
        """What a person should know of: copies of what is killed, words of status that nobody knows, terms."""
        yield from judged.alerts
        killed = [one for one in judged.decided if one.killing]
        everybody = Filters(at=at, viewer=Viewer(embargo_group=True))
        copies = self.store.copies([one.article.id for one in killed], filters=everybody) if killed else {}
        for one in judged.decided:
            article, concern = one.article, one.verdict.concern
            words = article.note or one.verdict.reason
            if carried := copies.get(article.id):
                ids = (article.id, *(copy.id for copy in carried))
                yield Alert(concern=Concern.COPIES_OF_KILLED, articles=ids, words=words, at=at)
            if concern:
                yield Alert(concern=concern, articles=(article.id,), words=words, at=at)
            if one.doubted and one.written:
                said = "The first says that it takes the place of the second, which is another story: both are kept."
                yield Alert(concern=Concern.DOUBTFUL_LINK, articles=one.doubted, words=said, at=at)


def _names_of_new(reading: Reading, heads: Mapping[str, Head]) -> frozenset[str]:
    """What a story is called of which nothing is on file yet; nothing for any other reading."""
    if not isinstance(reading, Article) or reading.status is not Status.USABLE or reading.id in heads:
        return frozenset()
    return handles(reading.slug, reading.headline, reading.number)


def _decided(kept: Settled, at: datetime) -> Decided:
    """What becomes of a version that is settled under an id."""
    return Decided(
        article=kept.article,
        verdict=place(kept.article, kept.head, joined=kept.joined, at=at),
        joins=kept.joined.id if kept.joined else None,
        apart=kept.apart,
        doubted=kept.doubted,
    )


def _one_story_twice(versions: Sequence[Article], decided: Sequence[Decided], heads: Mapping[str, Head]) -> bool:
    """Whether two of these versions concern one article on file, even if only to be told from it."""
    seen: set[str] = set()
    for version, one in zip(versions, decided, strict=True):
        concerned = {one.article.id, *(heads[id].id for id in ids_of(version) if id in heads)}
        if not seen.isdisjoint(concerned):
            return True
        seen |= concerned
    return False
