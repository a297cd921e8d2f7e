"""What became of the words at each place of a message: they stand, they read otherwise, or none may stand there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot import messages
from bot.blocks.amendments import Place
from bot.blocks.passages import Cited, of_passage
from bot.talk import Amendment, Answered, Became, Shown
from embeddings import (
    Archive,
    Barred,
    Corrected,
    Fate,
    Filters,
    Passage,
    Span,
    Stands,
    UnknownArticle,
    Viewer,
    Withdrawn,
)

_GAP = 8
"""At most so much stands between two paragraphs."""


@dataclass(slots=True)
class Fates:
    """What became of words for those who read a message; who they are is asked only where it matters."""

    archive: Archive
    filters: Filters
    viewer: Callable[[], Viewer]
    _asked: list[Viewer] = field(default_factory=list)

    def of(self, shown: Shown) -> Fate:
        """The fate of words that were shown, also of those in the paragraphs that they go on in."""
        first: Stands | Corrected | None = None
        ordinal, end = shown.paragraph, 0
        while True:
            fate = self._paragraph(shown, ordinal)
            if isinstance(fate, Withdrawn) or (isinstance(fate, Corrected) and touches(fate, shown)):
                return fate
            first, end = first or fate, _end(fate, shown, end)
            if shown.span is None or shown.span[1] <= end:
                return first
            ordinal += 1

    def _paragraph(self, shown: Shown, ordinal: int) -> Fate:
        fate = self.archive.fate(shown.article, ordinal, shown.fingerprint, filters=self.filters)
        if not (isinstance(fate, Withdrawn) and fate.reason is Barred.EMBARGOED):
            return fate
        if not self._asked:
            self._asked.append(self.viewer())
        theirs = replace(self.filters, viewer=self._asked[0])
        return self.archive.fate(shown.article, ordinal, shown.fingerprint, filters=theirs)

    def withdrawn(self, amendment: Amendment) -> Place:
        """A place where no words may stand any more, with the outlet and the day of those that stood there."""
        before = amendment.before
        try:
            versions = self.archive.versions(before.article)
        except UnknownArticle:
            versions = ()
        # Of a newer version even the day may be under embargo.
        shown = next((one for one in versions if one.fingerprint == before.fingerprint), None)
        return Place(cited=None, amendment=amendment, origin=(shown and messages.origin(shown)) or "")

    def cited(self, passage: Passage) -> Cited:
        """A passage as a message shows it now."""
        return of_passage(passage, at=self.filters.at)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands at a place from now on, what the message says of it, and what of that is new.

    ``known`` is whether another message tells readers of it.
    """

    place: Place
    shown: Shown
    kept: Amendment | None
    news: Amendment | None = None
    known: bool = False

    @property
    def stands(self) -> bool:
        """Whether all that is new is a version that has the same words."""
        return self.news is not None and self.news.became is Became.STANDS


def verdicts(
    answered: Answered,
    fates: Fates,
    at: datetime,
    *,
    first: int,
    left: Collection[Shown],
    lasting: Collection[Shown],
) -> list[Verdict]:
    """One for each place of an answer, numbered from ``first`` on, whatever became of it ``at`` this change.

    What is not ``left`` open was told by another message, as this one could not be changed: of that nothing is new,
    unless words that are ``lasting`` here may not be shown any more.
    """
    kept = {one.place: one for one in answered.amendments}
    places = range(first, first + len(answered.shown))
    found = [
        verdict(shown, place, kept.get(place), fates, at) for place, shown in zip(places, answered.shown, strict=True)
    ]
    found = [
        one if any(map(shown.is_of, left)) else _told_elsewhere(one, any(map(shown.is_of, lasting)))
        for one, shown in zip(found, answered.shown, strict=True)
    ]
    # A message that stands in for another says of some words only that they are gone.
    beside = sorted(place for place in kept if place is not None and place not in places)
    return found + [verdict(kept[place].before, place, kept[place], fates, at) for place in beside]


def _told_elsewhere(one: Verdict, lasts: bool) -> Verdict:
    """Of words that another message stands in for, only that they have to go."""
    if lasts and one.news is not None and one.news.became is Became.WITHDRAWN:
        return replace(one, known=True)
    return replace(one, news=None)


def verdict(shown: Shown, place: int | None, kept: Amendment | None, fates: Fates, at: datetime) -> Verdict:
    """What became of words that stand at a place; what was withdrawn stays so, whatever comes later."""
    if kept is not None and kept.became is Became.WITHDRAWN:
        return Verdict(fates.withdrawn(kept), shown, kept)
    fate = fates.of(shown)
    if isinstance(fate, Withdrawn):
        news = Amendment(place=place, became=Became.WITHDRAWN, at=at, before=shown, reason=fate.reason.value)
        return Verdict(fates.withdrawn(news), shown, news, news)
    if isinstance(fate, Corrected) and touches(fate, shown):
        return _corrected(fate, shown, place, kept, fates, at)
    cited = _standing(fate, shown, fates)
    newer = cited.article.fingerprint != shown.fingerprint
    stands = Amendment(place=place, became=Became.STANDS, at=at, before=shown) if newer else None
    if kept is None or kept.became is not Became.CORRECTED:
        return Verdict(Place(cited=cited, amendment=stands or kept), cited.shown, stands or kept, stands)
    # What was corrected before still says so, and how.
    change = fates.of(kept.before)
    told = Place(cited=cited, amendment=kept, change=change if isinstance(change, Corrected) else None)
    return Verdict(told, cited.shown, kept, stands)


def _corrected(
    fate: Corrected, shown: Shown, place: int | None, kept: Amendment | None, fates: Fates, at: datetime
) -> Verdict:
    if fate.passage is None:
        if kept is not None and kept.became is Became.GONE:
            return Verdict(Place(cited=None, amendment=kept, change=fate), shown, kept)
        news = Amendment(place=place, became=Became.GONE, at=at, before=shown)
        return Verdict(Place(cited=None, amendment=news, change=fate), shown, news, news)
    cited = fates.cited(fate.passage)
    news = Amendment(place=place, became=Became.CORRECTED, at=at, before=shown)
    return Verdict(Place(cited=cited, amendment=news, change=fate), cited.shown, news, news)


def touches(fate: Corrected, shown: Shown) -> bool:
    """Whether the very words that were shown have changed."""
    if shown.span is None or fate.passage is None:
        return True
    first, last = shown.span
    changed = [step.asked for step in fate.steps if not step.same]
    return any((one.start < last and first < one.end) or first < one.start == one.end < last for one in changed)


def _end(fate: Stands | Corrected, shown: Shown, before: int) -> int:
    """About where a paragraph ended in the version that was shown."""
    if isinstance(fate, Corrected):
        return fate.before.paragraph.end
    paragraph = fate.passage.paragraph
    start = before + _GAP if before else shown.start
    return (paragraph.start if start is None else start) + paragraph.end - paragraph.start


def _standing(fate: Stands | Corrected, shown: Shown, fates: Fates) -> Cited:
    """The words that were shown where they stand now, with what was bold if that is the same version."""
    passage = fate.passage
    assert passage is not None
    whole = fates.cited(passage)
    if passage.article.fingerprint == shown.fingerprint:
        whole = replace(whole, marks=tuple(Span(*mark) for mark in shown.marks))
    span = _moved(fate, shown, passage)
    if span is None:
        return whole
    own = next((one for one in passage.quotations if one.span == span), None)
    if own is None:
        return replace(whole, parts=(span,))
    return replace(whole, parts=own.content, quotations=(own,), marks=())


def _moved(fate: Stands | Corrected, shown: Shown, passage: Passage) -> Span | None:
    """Where the very words stand now, None where the paragraph was shown or it is not known."""
    if shown.span is None:
        return None
    if isinstance(fate, Corrected):
        words = Span(*shown.span).cut(fate.before.article.text)
        start = passage.article.text.find(words, passage.paragraph.start)
        return Span(start, start + len(words)) if start >= 0 else None
    if shown.start is None:
        return Span(*shown.span) if passage.article.fingerprint == shown.fingerprint else None
    by = passage.paragraph.start - shown.start
    return Span(shown.span[0] + by, shown.span[1] + by)
