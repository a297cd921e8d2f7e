"""The words that everybody in the project speaks: frozen data, no I/O.

Offsets are Unicode code points into ``Article.text``. A date that is only a date stays a ``date``;
a moment is an aware ``datetime``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, overload

Moment = date | datetime


class Span(NamedTuple):
    """A half-open stretch ``text[start:end]``."""

    start: int
    end: int

    def cut(self, text: str) -> str:
        """The words themselves."""
        return text[self.start : self.end]

    def meets(self, other: Span) -> bool:
        """Whether the two share a place."""
        return self.start < other.end and other.start < self.end


class Status(StrEnum):
    """What a provider allows us to do with a version (IPTC pubStatus)."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class Role(StrEnum):
    """The part that a party played in bringing the words to us."""

    MEDIUM = "medium"
    AGENCY = "agency"
    OUTLET = "outlet"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Hop:
    """One hand that the words passed through, with what proves it: a span of the text or a metadata field."""

    party: str
    role: Role
    proof: Span | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where, when and by which agency a story was filed, as printed at ``span``."""

    span: Span
    place: str | None = None
    day: date | None = None
    agency: str | None = None


class Paragraph(NamedTuple):
    """A piece of an article, in order, as printed; ``ordinal`` counts from 1."""

    ordinal: int
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands in the article's text."""
        return Span(self.start, self.end)


class Paragraphs(Sequence[Paragraph]):
    """Paragraphs in order, each made when it is looked at: a search reads many articles and little of each."""

    __slots__ = ("_read", "_written")

    def __init__(self, written: str) -> None:
        """``written`` is a JSON array of ordinal, start and end of each, without spaces; ordinals count from 1."""
        self._written = written
        self._read: tuple[int, ...] | None = None

    @property
    def _numbers(self) -> tuple[int, ...]:
        """Ordinal, start and end of each, one after another."""
        if self._read is None:
            # As plain numbers they are read in half the time that lists of three take.
            flat = self._written.replace("[", "").replace("]", "")
            self._read = tuple(map(int, flat.split(","))) if flat else ()
        return self._read

    def __len__(self) -> int:
        return max(self._written.count("[") - 1, 0)

    @overload
    def __getitem__(self, place: int) -> Paragraph: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Paragraph, ...]: ...

    def __getitem__(self, place: int | slice) -> Paragraph | tuple[Paragraph, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        ordinal = range(len(self))[place] + 1
        start = self._written.index(f"[{ordinal},") + 1
        return Paragraph(*map(int, self._written[start : self._written.index("]", start)].split(",")))

    def __iter__(self) -> Iterator[Paragraph]:
        return map(Paragraph, self._numbers[::3], self._numbers[1::3], self._numbers[2::3])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Paragraphs):
            return self._written == other._written
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One version of one published story.

    ``held`` is an embargo without an hour: nobody but the embargo group sees it until a later version says
    otherwise. ``guid`` is the id that this version came under where the article is on file under another, and
    ``replaces`` the id of the one that it says it takes the place of. ``provider`` is who sent it, ``slug`` and
    ``take`` are the desk's name of the story and of the version ("1stLd-Writethru"), ``number`` is the message's own
    on that day's wire; ``correction`` is what the
    provider says was put right. After ``expires`` the provider takes it for outdated. ``rights`` is who holds them
    and ``usage`` what they allow; neither means that nobody knows. ``origin`` is the place that it was read from and
    takes no part in its fingerprint.
    """

    id: str
    text: str
    paragraphs: Sequence[Paragraph]
    version: int | None = None
    version_created: datetime | None = None
    status: Status = Status.USABLE
    embargoed_until: datetime | None = None
    held: bool = False
    headline: str | None = None
    byline: str | None = None
    dateline: Dateline | None = None
    outlet: str | None = None
    carriers: tuple[str, ...] = ()
    published: Moment | None = None
    language: str | None = None
    section: str | None = None
    url: str | None = None
    rights: str | None = None
    note: str | None = None
    origin: str = ""
    guid: str | None = None
    provider: str | None = None
    slug: str | None = None
    take: str | None = None
    number: str | None = None
    replaces: str | None = None
    expires: datetime | None = None
    usage: str | None = None
    correction: str | None = None

    @property
    def fingerprint(self) -> str:
        """A hash over the words and all that was sent with them; what is read out of the words is left out."""
        parts = [_printed(getattr(self, f.name)) for f in fields(self) if f.name not in _READ_FROM_TEXT | _LATER_FIELDS]
        # Told by their names, and only where they say something: versions on file from before keep their fingerprints.
        later = {name: getattr(self, name) for name in sorted(_LATER_FIELDS)}
        later["correction"] = None if self._says(self.correction) else self.correction
        parts += [f"{name}={_printed(value)}" for name, value in later.items() if value is not None]
        return hashlib.sha256("\x1f".join(parts).encode(errors="surrogatepass")).hexdigest()

    def _says(self, words: str | None) -> bool:
        """Whether each line of these words stands in the text or in another field, from which it was then read."""
        said = "\n".join(filter(None, (self.text, self.headline, self.note, self.slug, self.take)))
        return all(line in said for line in (words or "").splitlines())

    @property
    def day(self) -> date | None:
        """The day of publication."""
        return self.published.date() if isinstance(self.published, datetime) else self.published

    @property
    def chain(self) -> tuple[Hop, ...]:
        """The hands that the article came through, nearest to the event first, from dateline and metadata."""
        hops = []
        if self.dateline and self.dateline.agency:
            hops.append(Hop(self.dateline.agency, Role.AGENCY, proof=self.dateline.span))
        if self.outlet and (not hops or hops[0].party != self.outlet):
            hops.append(Hop(self.outlet, Role.OUTLET, field="outlet"))
        return (*hops, *(Hop(carrier, Role.CARRIER, field="carriers") for carrier in self.carriers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A provider's order about another article than the one that brings it: to kill it, or to hold it.

    ``target`` is the article's id where it is named; else its ``slug``, ``headline`` and ``number``, the ``provider``
    and the time that it was ``sent`` are what there is to find it by. ``words`` are the provider's own.
    """

    status: Status
    words: str
    target: str | None = None
    slug: str | None = None
    headline: str | None = None
    number: str | None = None
    provider: str | None = None
    sent: datetime | None = None
    origin: str = ""


class Concern(StrEnum):
    """Why a person has to look at something."""

    COPIES_OF_KILLED = "copies of a killed story"
    UNKNOWN_STATUS = "unknown status"
    UNCERTAIN_NOTICE = "advisory without a certain target"
    GONE_FROM_SOURCE = "page gone from its source"
    TERMS = "terms forbid the archive"
    DOUBTFUL_LINK = "said to take the place of another story"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something about articles on file that a person has to decide; ``number`` is given when it is written down."""

    concern: Concern
    articles: tuple[str, ...]
    words: str
    at: datetime
    number: int = 0
    settled: datetime | None = None


class Kind(StrEnum):
    """How much of a quotation stands between marks: every word, some of them, or none (Pareti et al. 2013)."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class Nature(StrEnum):
    """What sort of speaker it is."""

    PERSON = "person"
    GROUP = "group"
    """A body, a side, officials: "the Russian side", "the Foreign Ministry", "officials"."""
    DOCUMENT = "document"
    MEDIUM = "medium"
    """A news agency, a paper, a broadcaster, "state media"."""
    UNNAMED = "unnamed"
    """Somebody whom the article does not name: "a source", "she" without a name before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A speaker as one article names it.

    ``mention`` is where the quotation credits it ("he", "Ms. Ruiz", "the statement"), ``name`` the fullest form that
    the article gives, printed at ``proof``; ``roles`` are the titles that the article gives it ("Russian Foreign
    Minister").
    """

    name: str
    nature: Nature
    mention: Span
    proof: Span
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Content tied to its cue and to the mention of its speaker, before anybody is named (Pareti 2012).

    ``mention`` is None where nobody is credited. ``confidence`` is the probability that all of it is right.
    """

    content: tuple[Span, ...]
    cue: Span | None
    mention: Span | None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words credited to somebody in an article, all of it as exact places in the article's text.

    ``content`` is what is said: several spans when the cue splits it. ``speakers`` are more than one when they said
    it together, none when nobody is credited. ``chain`` are the hands between speaker and reader, nearest to the
    speaker first. ``narrated`` words stand between marks but are a medium's words about the speaker. ``confidence``
    is the probability that content and speaker are right.
    """

    content: tuple[Span, ...]
    kind: Kind
    cue: Span | None
    speakers: tuple[Named, ...]
    chain: tuple[Hop, ...] = ()
    narrated: bool = False
    confidence: float = 1.0

    @property
    def span(self) -> Span:
        """From its first word to its last, with whatever stands between its parts."""
        return Span(self.content[0].start, self.content[-1].end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What was found in one article, or why nothing was looked for ("language 'fr'")."""

    quotations: tuple[Quotation, ...] = ()
    skipped: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUse:
    """How a printed name is used across articles: most often as what, with which titles, for how many quotations."""

    name: str
    nature: Nature
    roles: frozenset[str] = frozenset()
    quotations: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """One person or body across the archive, with every name that articles print for it.

    ``name`` is the form that names it best, ``aliases`` the others, ``quotations`` how often it is quoted.
    """

    name: str
    nature: Nature
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    quotations: int = 0

    @property
    def names(self) -> frozenset[str]:
        """Every printed name."""
        return frozenset((self.name, *self.aliases))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's word that two printed names mean the same speaker, or do not."""

    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, as far as it decides what they may see."""

    embargo_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a search may look at; every engine applies all of it inside the search.

    ``at`` is the clock that decides on embargoes, never the date that a question is about. ``since`` is
    included, ``before`` is not; both compare with the day of publication, and an article without a date
    passes neither. An empty set means "any". An outlet matches by its own name or as agency or carrier. ``speakers``
    are printed names: an article passes when it quotes one of them.
    """

    at: datetime
    viewer: Viewer = Viewer()
    outlets: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    speakers: frozenset[str] = frozenset()
    since: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was searched: how many articles, of which outlets (with counts), from when to when.

    ``sources`` are all the names that ``Filters.outlets`` understands here: outlets, agencies and carriers.
    """

    articles: int
    outlets: Mapping[str, int]
    sources: frozenset[str]
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph found by a search; ``text`` is ``article.text[start:end]``, always.

    ``marks`` are the spans, in the article's offsets, of the sentence that answers. ``also`` are the other
    articles that carry nearly the same words. ``score`` orders passages of one answer and nothing else.
    ``quotations`` are those that begin in the paragraph.
    """

    article: Article
    paragraph: Paragraph
    score: float
    marks: tuple[Span, ...] = ()
    also: tuple[Article, ...] = ()
    quotations: tuple[Quotation, ...] = ()

    @property
    def text(self) -> str:
        """The exact words on file."""
        return self.paragraph.span.cut(self.article.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Passages that answer, best first, with the probability that the first of them do."""

    passages: tuple[Passage, ...]
    confidence: float
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOnFile:
    """The archive holds no answer; what came nearest is kept apart and is not an answer."""

    near_misses: tuple[Passage, ...]
    confidence: float
    coverage: Coverage


Answer = Found | NotOnFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A quotation on file, with the article that has it; ``also`` are other articles with nearly the same words."""

    article: Article
    quotation: Quotation
    score: float = 0.0
    also: tuple[Article, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The exact words on file, a text for each part."""
        return tuple(span.cut(self.article.text) for span in self.quotation.content)

    @property
    def paragraph(self) -> Paragraph:
        """The paragraph in which it begins."""
        start = self.quotation.content[0].start
        return max((p for p in self.article.paragraphs if p.start <= start), key=lambda p: p.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What one speaker is on file with: one page of ``total`` statements."""

    speaker: Speaker
    statements: tuple[Statement, ...]
    total: int
    coverage: Coverage
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichSpeaker:
    """Several speakers bear this name; the asker has to say which, best known first."""

    asked: str
    choices: tuple[Speaker, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSpeaker:
    """Nobody of this name is quoted in what was searched; ``nearest`` are names that look alike."""

    asked: str
    nearest: tuple[Speaker, ...]
    coverage: Coverage


Quotes = Quoted | WhichSpeaker | NoSpeaker


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a word-level difference: a stretch of the words asked for and the stretch on file beside it.

    Both are non-empty where the words stay or are replaced, one of them is empty where words were added or left out.
    """

    asked: Span
    on_file: Span
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Words on file that resemble words asked for: where they stand, and how the two differ, word by word.

    ``span`` is in the article's offsets, as ``Step.on_file`` is; ``Step.asked`` is in those of the text asked for.
    The steps cover both stretches in order. ``score`` is the share of the words asked for that stand on file in
    order, from 0 to 1. ``disputed`` is the speaker on file to whom the text gives the words, where the article credits
    somebody else.
    """

    passage: Passage
    span: Span
    steps: tuple[Step, ...]
    score: float
    disputed: str | None = None

    @property
    def exact(self) -> bool:
        """Whether every word asked for stands there, and none between."""
        return all(step.same for step in self.steps)

    @property
    def text(self) -> str:
        """The exact words on file."""
        return self.span.cut(self.passage.article.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The words on file nearest to a text, the nearest first; none where nothing on file is like it.

    Each quotation in the text has a likeness, or is among the ``missing``, where ``asked`` has words in quotation marks
    and nothing on file is like them. A few words, and quotations after the eighth, are not looked for by themselves.
    """

    asked: str
    likenesses: tuple[Likeness, ...]
    coverage: Coverage
    missing: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A version came in for an article that was on file, or went; ``sequence`` ascends by one archive's clock."""

    sequence: int
    article: str
    at: datetime


class Barred(StrEnum):
    """Why an article may not be shown."""

    KILLED = "killed"
    WITHHELD = "withheld"
    EMBARGOED = "under embargo"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Words that were shown still stand in the version that is searched; ``corrected`` tells that it is a newer one."""

    passage: Passage
    corrected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """Words that were shown and no longer stand so.

    ``before`` is the paragraph as it was shown, of a version that is on file and searched no more. ``passage`` is the
    paragraph that took its place in the version that is searched, None where there is none, and ``steps`` how the two
    differ word by word: ``asked`` in the offsets of the older article, ``on_file`` in those of the newer.
    """

    before: Passage
    passage: Passage | None
    now: Article
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Words that were shown and may not be shown any more; ``words`` are the provider's, where it gave any."""

    article: str
    reason: Barred
    words: str | None = None


Fate = Stands | Corrected | Withdrawn


_READ_FROM_TEXT = frozenset({"origin", "paragraphs", "dateline"})
"""A better reading of the same words makes no other version."""
_LATER_FIELDS = frozenset({"guid", "provider", "slug", "take", "number", "replaces", "expires", "usage", "correction"})


def _printed(value: object) -> str:
    # One moment has one ISO form, however its time zone came to be known.
    return value.isoformat() if isinstance(value, datetime) else repr(value)


def day_of(moment: Moment | None) -> date | None:
    """The calendar day of a moment, in the moment's own time zone."""
    return moment.date() if isinstance(moment, datetime) else moment
