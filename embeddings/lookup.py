"""From a name to what its bearer is on file with: speakers told apart, one found, the statements in order."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from itertools import islice

from embeddings.duplicates import repeats
from embeddings.encoder import Encoder, Vectors
from embeddings.errors import BadQuestion
from embeddings.identity import speakers
from embeddings.identity.whois import Directory, Match
from embeddings.news import (
    Article,
    Coverage,
    Filters,
    Judgement,
    Kind,
    NoSpeaker,
    Quoted,
    Quotes,
    Span,
    Speaker,
    Statement,
    WhichSpeaker,
)
from embeddings.store import Names, Page, Store
from embeddings.words import telling_words, words

FOLDED = 1_000
"""Among so many statements of a speaker, the first in order, those that copies of one story carry are told once."""
RERANKED = 40
"""So many statements at a time, the nearest by their paragraphs, are put in order by their own words."""


class Rolls:
    """Who is who among names, remembered for those that were asked for last by two kinds of viewers."""

    def __init__(self) -> None:
        self._last: tuple[tuple[Names, Sequence[Speaker], Directory], ...] = ()

    def of(self, names: Names) -> tuple[Sequence[Speaker], Directory]:
        """Everybody who bears these names, and where to look them up."""
        for known, people, directory in self._last:
            # Nothing changed: the store then hands out the very same names.
            if known.uses is names.uses and known.judgements == names.judgements:
                return people, directory
        people = speakers(names.uses, names.judgements)
        directory = Directory(people)
        self._last = ((names, people, directory), *self._last[:1])
        return people, directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everybody whom the viewer may see, how often each name is quoted under narrower filters, what was searched."""

    everybody: Sequence[Speaker]
    directory: Directory
    counts: Mapping[str, int] | None
    coverage: Coverage

    @property
    def people(self) -> tuple[Speaker, ...]:
        """All who are quoted, most often first."""
        return tuple(sorted(self._quoted(self.everybody), key=lambda one: (-one.quotations, one.name)))

    def find(self, asked: str) -> Match:
        """Whom these words mean, among those who are quoted."""
        match = self.directory.find(asked)
        return replace(
            match,
            found=tuple(self._quoted(match.found)),
            also=tuple(self._quoted(match.also)),
            nearest=tuple(self._quoted(match.nearest)),
        )

    def bearing(self, name: str) -> Match:
        """Whoever is printed under exactly this name."""
        return Match(found=tuple(self._quoted(one for one in self.everybody if name in one.names)))

    def _quoted(self, people: Iterable[Speaker]) -> Iterator[Speaker]:
        for one in people:
            counts = self.counts
            quotations = one.quotations if counts is None else sum(counts.get(name, 0) for name in one.names)
            if quotations:
                yield replace(one, quotations=quotations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """How an archive is asked for speakers: its store, and the encoder that tells what a statement is about."""

    encoder: Encoder
    store: Store
    rolls: Rolls = field(default_factory=Rolls)

    def quotes(  # noqa: PLR0913 - each of them narrows one look-up in its own way
        self,
        asked: str,
        *,
        about: str | None,
        filters: Filters,
        kinds: Collection[Kind],
        limit: int,
        offset: int,
        exactly: bool = False,
    ) -> Quotes:
        """What the one who bears this name is on file with, or whom it could mean; raises BadQuestion.

        Newest first, or, with ``about``, nearest in meaning first. ``exactly`` takes the name as it is printed.
        """
        if about is not None and not telling_words(about):
            raise BadQuestion(
                f"There is nothing to look for in “{about}”: say in words what the quotations should be about"
            )
        known = self.known(filters)
        match = known.bearing(asked) if exactly else known.find(_name(asked))
        if len(match.found) != 1:
            return _unsettled(asked, match, known.coverage)
        speaker = _with(match.found[0], match.also)
        topic = about or (match.topic if telling_words(match.topic or "") else None)
        page = self._page(speaker, topic, filters=filters, kinds=kinds, limit=limit, offset=offset)
        return Quoted(
            speaker=speaker, statements=page.statements, total=page.total, coverage=known.coverage, about=topic
        )

    def known(self, filters: Filters) -> Known:
        """Everybody who is quoted under these filters.

        Who is who is told by all names that the viewer may see, however narrow the filters are.
        """
        anywhere = Filters(at=filters.at, viewer=filters.viewer)
        names = self.store.names(anywhere)
        everybody, directory = self.rolls.of(names)
        counts = None
        if filters != anywhere:
            names = self.store.names(filters)
            counts = {use.name: use.quotations for use in names.uses}
        return Known(everybody=everybody, directory=directory, counts=counts, coverage=names.coverage)

    def speakers(self, asked: str | None, *, filters: Filters) -> tuple[Speaker, ...]:
        """Everybody who is quoted, most often first; with a name, only those whom it may mean."""
        known = self.known(filters)
        if asked is None:
            return known.people
        match = known.find(_name(asked))
        return match.found + match.also

    def judge(self, one: str, other: str, *, same: bool, filters: Filters) -> tuple[Speaker, ...]:
        """Remember that two names are one speaker's, or are not; returns whom they stand for now.

        Raises BadQuestion for a name that nobody bears, or that several do.
        """
        known = self.known(filters)
        judgement = Judgement(_printed(one, known), _printed(other, known), same)
        if judgement.one == judgement.other:
            raise BadQuestion(f"{one!r} and {other!r} are one printed name: give two, as they are printed")
        self.store.judge([judgement])
        people = self.known(filters).people
        return tuple(each for each in people if each.names & {judgement.one, judgement.other})

    def _page(
        self,
        speaker: Speaker,
        about: str | None,
        *,
        filters: Filters,
        kinds: Collection[Kind],
        limit: int,
        offset: int,
    ) -> Page:
        topic = None if about is None else Topic.of(about, self.encoder)
        vector = None if topic is None else topic.vector
        asked = partial(self.store.quotations, speaker.names, filters=filters, kinds=kinds, vector=vector)
        roll = Roll.of(asked, self.store, filters)
        if topic is None:
            return Page(statements=roll.part(offset, limit), total=roll.total)
        # Put in order by the block, so that no statement stands on two pages, or on none.
        first = offset - offset % RERANKED
        statements: list[Statement] = []
        for start in range(first, offset + limit, RERANKED):
            statements += ranked(roll.part(start, RERANKED), topic, self.encoder)
        return Page(statements=tuple(statements[offset - first : offset - first + limit]), total=roll.total)


@dataclass(frozen=True, slots=True)
class Roll:
    """All statements that were asked for, each once: the first ``FOLDED`` on file without copies, then the rest."""

    asked: Callable[..., Page]
    folded: tuple[Statement, ...]
    on_file: int

    @classmethod
    def of(cls, asked: Callable[..., Page], store: Store, filters: Filters) -> Roll:
        """The roll of what is ``asked`` for, by ``limit`` and ``offset``."""
        page = asked(limit=FOLDED, offset=0)
        copies = store.copies({one.article.id for one in page.statements}, filters=filters)
        return cls(asked, folded(page.statements, copies), page.total)

    @property
    def total(self) -> int:
        """How many there are: pages of the roll, put together, hold so many."""
        return len(self.folded) + max(0, self.on_file - FOLDED)

    def part(self, start: int, count: int) -> tuple[Statement, ...]:
        """So many statements from this one on."""
        part = self.folded[start : start + count]
        if len(part) == count or self.on_file <= FOLDED:
            return part
        beyond = FOLDED + max(0, start - len(self.folded))
        return part + self.asked(limit=count - len(part), offset=beyond).statements


def folded(statements: Sequence[Statement], copies: Mapping[str, Sequence[Article]]) -> tuple[Statement, ...]:
    """The statements in their order; of those that copies of one story carry alike the earliest, with the others."""
    groups: list[list[Statement]] = []
    by_article: dict[str, list[list[Statement]]] = defaultdict(list)
    for one in statements:
        carried = (group for copy in copies.get(one.article.id, ()) for group in by_article[copy.id])
        group = next((group for group in carried if _alike(one, group[0])), None)
        if group is None:
            groups.append(group := [])
        group.append(one)
        by_article[one.article.id].append(group)
    kept = dict(map(_earliest, groups))
    return tuple(kept[id(one)] for one in statements if id(one) in kept)


def _alike(one: Statement, other: Statement) -> bool:
    words, others = " ".join(one.texts), " ".join(other.texts)
    return repeats(words, others) and repeats(others, words)


def _earliest(group: Sequence[Statement]) -> tuple[int, Statement]:
    """Which of these was published first, and that one with the others named, in the order of their publication."""
    # Of one moment, the one that was on file first: it stands last.
    first, *others = sorted(reversed(group), key=_published)
    carriers = {one.article.id: one.article for one in others if one.article.id != first.article.id}
    return id(first), replace(first, also=tuple(carriers.values()))


def _published(statement: Statement) -> tuple[date, float]:
    """When it was published; a day without an hour comes after the hours of the day, and no day after all days."""
    article = statement.article
    moment = article.published
    return article.day or date.max, moment.timestamp() if isinstance(moment, datetime) else math.inf


@dataclass(frozen=True, slots=True)
class Topic:
    """What statements should be about: its meaning and its telling words."""

    vector: Vectors
    words: frozenset[str]

    @classmethod
    def of(cls, text: str, encoder: Encoder) -> Topic:
        """The topic that these words name."""
        return cls(encoder.question(text), frozenset(telling_words(text)))


def ranked(statements: Iterable[Statement], topic: Topic, encoder: Encoder) -> list[Statement]:
    """The statements by what their own words, read in their paragraph, are about; the nearest first."""
    by_paragraph: dict[tuple[str, int], list[Statement]] = defaultdict(list)
    for one in statements:
        by_paragraph[one.article.id, one.paragraph.ordinal].append(one)
    groups = list(by_paragraph.values())
    texts = [group[0].paragraph.span.cut(group[0].article.text) for group in groups]
    parts = [[list(_within(one, group[0].paragraph.span)) for one in group] for group in groups]
    read = encoder.spans(texts, [[part for of_one in each for part in of_one] for each in parts])
    scored = (
        one
        for group, text, of_each, rows in zip(groups, texts, parts, read, strict=True)
        for one in _scored(group, text, of_each, rows, topic)
    )
    return sorted(scored, key=lambda one: -one.score)


def _scored(
    statements: Sequence[Statement], text: str, parts: Sequence[Sequence[Span]], rows: Vectors, topic: Topic
) -> Iterator[Statement]:
    """Statements of one paragraph: the best cosine of their parts, and the shares of the topic's words held.

    What stands in the paragraph beside the statement counts for half.
    """
    cosines = iter(rows @ topic.vector)
    around = _share(text, topic) / 2
    for one, of_one in zip(statements, parts, strict=True):
        meaning = max(float(cosine) for cosine in islice(cosines, len(of_one)))
        yield replace(one, score=meaning + _share(" ".join(one.texts), topic) + around)


def _within(statement: Statement, paragraph: Span) -> Iterator[Span]:
    """The parts of a statement that stand in this paragraph, counted from its beginning."""
    for start, end in statement.quotation.content:
        if start < paragraph.end:
            yield Span(start - paragraph.start, min(end, paragraph.end) - paragraph.start)


def _share(text: str, topic: Topic) -> float:
    return len(topic.words & set(words(text))) / len(topic.words)


def _name(asked: str) -> str:
    name = " ".join(asked.split())
    if not any(char.isalnum() for char in name):
        raise BadQuestion("Nobody to look for: give a name, or a part of one")
    return name


def _unsettled(asked: str, match: Match, coverage: Coverage) -> WhichSpeaker | NoSpeaker:
    if match.found:
        return WhichSpeaker(asked=asked, choices=match.found, coverage=coverage)
    return NoSpeaker(asked=asked, nearest=match.nearest, coverage=coverage)


def _with(speaker: Speaker, also: Sequence[Speaker]) -> Speaker:
    """The speaker with the names of others that cannot mean anybody else here."""
    others = [name for one in also for name in (one.name, *one.aliases)]
    quotations = speaker.quotations + sum(one.quotations for one in also)
    return replace(speaker, aliases=(*speaker.aliases, *others), quotations=quotations)


def _printed(name: str, known: Known) -> str:
    """The printed name that is meant: this one as it stands, or that of the one speaker who bears it."""
    if any(name in one.names for one in known.people):
        return name
    match = known.find(_name(name))
    if len(match.found) == 1:
        return match.found[0].name
    alike = ", ".join(one.name for one in (*match.found, *match.nearest)[:5])
    meant = f"did you mean {alike}?" if alike else "give a name as it is printed on file"
    raise BadQuestion(f"{name!r} is {'several speakers' if match.found else 'no speaker on file'}: {meant}")
