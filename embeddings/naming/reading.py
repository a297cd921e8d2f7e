"""What has been read of an article's speakers so far, and how near and how prominent every name in it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from embeddings.naming.bodies import GROUPS, UNNAMED
from embeddings.naming.cast import Appearance, Cast
from embeddings.naming.members import Member
from embeddings.naming.phrases import phrase_of, trimmed
from embeddings.naming.titles import is_role
from embeddings.news import Named, Nature, Span
from embeddings.paragraphs import sentences


class Way(StrEnum):
    """How a mention was tied to a name."""

    FULL = "full name"
    SHORT = "surname or short form"
    BODY = "name of a body"
    RUNNING = "pronoun for the speaker before"
    PRONOUN = "pronoun for somebody else"
    RELATIVE = "relative pronoun"
    ROLE = "title that the article gives"
    GUESSED = "title that the article gives to nobody"
    TAKEN_UP = "noun for a speaker before"
    DESCRIBED = "described, not named"
    NOBODY = "pronoun for nobody known"
    THING = "noun for a thing, which says nothing"
    DISTANT = "pronoun for a body of another paragraph"


CONFIDENCE = {
    Way.FULL: 0.97,  # 29 of 29, smoothed
    Way.SHORT: 0.93,  # 82 of 88
    Way.BODY: 0.85,  # 35 of 41
    Way.RUNNING: 0.94,  # 50 of 53
    Way.PRONOUN: 0.82,  # 32 of 39
    Way.RELATIVE: 0.88,  # 28 of 32
    Way.ROLE: 0.77,  # 23 of 30
    Way.GUESSED: 0.60,  # 15 of 25
    Way.TAKEN_UP: 0.56,  # 18 of 32
    Way.DESCRIBED: 0.97,  # 70 of 72
    Way.NOBODY: 0.33,  # 2 of 6
    Way.THING: 0.45,  # hand-set, as the next: too rare to count
    Way.DISTANT: 0.45,
}
"""The share of mentions that each way named right: those of PolNeAR's dev articles that have gold names, on which the
rules were tuned, together with 270 mentions in its training articles, drawn at random and judged by hand once."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The speakers of one mention, and the way in which they were named; none where nobody is mentioned."""

    speakers: tuple[Named, ...] = ()
    way: Way | None = None

    @property
    def confidence(self) -> float:
        """The probability that the names are right."""
        return CONFIDENCE[self.way] if self.way else 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """A mention already read: whom it named, for the mentions that follow; no ``members`` where it names nobody."""

    mention: Span
    members: tuple[Member, ...]
    naming: Naming

    @property
    def nature(self) -> Nature:
        """The nature of its speakers."""
        return self.naming.speakers[0].nature

    @property
    def name(self) -> str:
        """What its first speaker is called."""
        return self.naming.speakers[0].name

    @property
    def is_relative(self) -> bool:
        """Whether only "who" or "which" spoke."""
        return self.naming.way is Way.RELATIVE

    @property
    def is_many(self) -> bool:
        """Whether "they" fits it."""
        return len(self.members) > 1 or (not self.members and phrase_of(self.name).plural)

    @property
    def is_one_person(self) -> bool:
        """Whether "he" or "she" fits it, named or not."""
        if self.members:
            return len(self.members) == 1 and self.members[0].is_person
        head = phrase_of(self.name).head
        return self.nature is Nature.UNNAMED and (is_role(head) or head in UNNAMED) and head not in GROUPS


class Reading:
    """One article half read: its text, its cast, and the mentions named so far."""

    def __init__(self, text: str, paragraphs: Sequence[Span], contents: Sequence[Sequence[Span]], cast: Cast) -> None:
        self.text = text
        self.paragraphs = paragraphs or [Span(0, len(text))]
        self.contents = contents
        self.cast = cast
        self.said: list[Said] = []
        self.by_quotation: dict[int, Said] = {}
        self._starts = [paragraph.start for paragraph in self.paragraphs]
        self._quoted = _merged(span for spans in contents for span in spans)
        self._quoted_starts = [span.start for span in self._quoted]
        self._standings: dict[int, float] = {}

    # what a mention comes to

    def members(self, mention: Span, members: Sequence[Member], way: Way) -> Said:
        """The mention names these."""
        speakers = tuple(
            Named(name=m.name, nature=m.nature, mention=mention, proof=m.proof, roles=tuple(m.roles)) for m in members
        )
        return Said(mention, tuple(members), Naming(speakers, way))

    def described(self, mention: Span, nature: Nature, way: Way = Way.DESCRIBED, proof: Span | None = None) -> Said:
        """The mention names nobody; the words at ``proof``, or its own, stand for a name."""
        proof = trimmed(self.text, proof or mention)
        clause = _THAT_CLAUSE.search(self.text, *proof) if nature is Nature.DOCUMENT else None
        proof = Span(proof.start, clause.start()) if clause else proof
        article = _ARTICLE.match(self.text, *proof)
        if nature is not Nature.UNNAMED and article:
            proof = Span(article.end(), proof.end)
        counted = _COUNT.match(self.text, *proof)
        if nature is Nature.GROUP and counted:
            proof = Span(counted.end(), proof.end)
        named = Named(name=proof.cut(self.text), nature=nature, mention=mention, proof=proof)
        return Said(mention, (), Naming((named,), way))

    def same(self, mention: Span, said: Said, way: Way) -> Said:
        """The mention names whomever an earlier one named."""
        speakers = tuple(replace(speaker, mention=mention) for speaker in said.naming.speakers)
        return Said(mention, said.members, Naming(speakers, way))

    # who spoke

    def last_person(self) -> Said | None:
        """The mention that last named one human being."""
        return next((said for said in reversed(self.said) if said.is_one_person), None)

    def enclosing(self, quotation: int, mention: Span) -> Said | None:
        """Whose quotation the mention stands in, the innermost."""
        around = [
            (spans[-1].end - spans[0].start, other)
            for other, spans in enumerate(self.contents)
            if other != quotation and other in self.by_quotation and _holds(spans, mention)
        ]
        return self.by_quotation[min(around)[1]] if around else None

    # places

    def paragraph(self, at: int) -> int:
        """Which paragraph a place is in."""
        return max(0, bisect_right(self._starts, at) - 1)

    def sentence(self, at: int) -> Span:
        """The sentence that a place is in."""
        paragraph = self.paragraphs[self.paragraph(at)]
        inside = (s for s in sentences(self.text, paragraph) if s.start <= at < s.end)
        return next(inside, paragraph)

    def in_marks(self, at: int) -> bool:
        """Whether a place stands between quotation marks of its paragraph."""
        before = self.text[self.paragraphs[self.paragraph(at)].start : at]
        opened = before.count("“") + before.count("«") - before.count("”") - before.count("»")
        return opened > 0 or (before.count('"') + before.count("''") + before.count("``")) % 2 == 1

    def nearness(self, span: Span, sentence: Span) -> float:
        """How near a place stands before a sentence: 3 inside it, less with every paragraph between."""
        if span.start >= sentence.start:
            return 3.0
        away = self.paragraph(sentence.start) - self.paragraph(span.start)
        if away == 0:
            return 2.6 - min(1.0, (sentence.start - span.end) / 300)
        return 1.9 - 0.6 * away if away < 4 else -0.5

    def standing(self, a: Appearance) -> float:
        """How much the part that a name plays in its sentence and in the article speaks for it as an antecedent."""
        known = self._standings.get(a.span.start)
        if known is None:
            known = self._standings[a.span.start] = self._stands(a)
        return known + 0.06 * min(8, self.cast.counts[id(a.member)])

    def _stands(self, a: Appearance) -> float:
        before = self.text[max(0, a.opens - 12) : a.opens]
        if a.opens == 0 or _OPENING.search(before):
            score = 0.9
        elif _GOVERNING.search(before):
            score = -0.5
        elif _SUBORDINATE.search(before):
            score = 0.1
        elif _DOES.match(self.text, a.span.end):
            score = 1.0 if before.endswith(", ") else 0.6
        else:
            score = 0.0
        quoted = self._is_quoted(a.span) and self.in_marks(a.span.start)
        return score - 0.3 * a.possessive - 1.5 * quoted

    def opens_sentence(self, a: Appearance) -> bool:
        """Whether a name begins its sentence and owns nothing there."""
        before = self.text[max(0, a.opens - 12) : a.opens]
        return not a.possessive and (a.opens == 0 or _OPENING.search(before) is not None)

    def is_subordinate(self, at: int) -> bool:
        """Whether a place follows "when", "as" or "if"."""
        return bool(_SUBORDINATE.search(self.text, max(0, at - 10), at))

    def is_subject(self, span: Span) -> bool:
        """Whether a noun phrase begins a clause."""
        before = self.text[max(0, span.start - 2) : span.start]
        return not before.strip() or before in (". ", "; ", ", ") or before.endswith("\n")

    def _is_quoted(self, span: Span) -> bool:
        at = bisect_right(self._quoted_starts, span.start) - 1
        return at >= 0 and span.end <= self._quoted[at].end

    def names_before(self, at: int, most: int) -> Iterator[Appearance]:
        """The nearest names before a place, nearest first."""
        return (a for _, a in zip(range(most), self.cast.before(at), strict=False))


def couples(reading: Reading, at: int) -> Iterator[tuple[Appearance, Appearance]]:
    """Persons named in one breath before a place, the nearest first: "Rivera and Mr. Osk"."""
    later: Appearance | None = None
    for a in reading.names_before(at, 12):
        both = later is not None and a.member is not later.member and a.member.is_person and later.member.is_person
        if later is not None and both and reading.text[a.span.end : later.opens] in (" and ", ", and ", " & "):
            yield a, later
        later = a


_ARTICLE = re.compile(r"the\s+(?=\S)", re.IGNORECASE)
_THAT_CLAUSE = re.compile(r"(?<=\w),? (?:that|which)\b")
_COUNT = re.compile(
    r"(?:(?:some|about|around|nearly|almost|roughly|over|(?:more|fewer|less) than|at least|up to)\s)?"
    r"\d[\d,.]*\s+(?=[a-z])(?!per\s?cent\b|of\b|[mb]illion\b|thousand\b)",
    re.IGNORECASE,
)
"""How many they are is no part of what they are called: "some 1,900 dockers"."""
_OPENING = re.compile(r"(?:[.!?:\n][\"”’']?\s+|[\"“])(?:But |And |The |So |Yet |Both )?(?:[\w-]+['’]s )?\Z")
_GOVERNING = re.compile(r"\b(?:of|for|at|in|with|to|by|against|about|on|from|than|under|like)\s(?:the\s)?\Z")
_SUBORDINATE = re.compile(
    r"\b(?:[Ww]hen|[Ww]hile|[Aa]s|[Ii]f|[Aa]fter|[Bb]efore|[Bb]ecause|[Tt]hough|[Aa]lthough|[Ss]ince|[Uu]ntil)\s\Z"
)
_DOES = re.compile(
    r" (?:also |now |then |later |has |had |[a-z]+ly )?(?:is|was|has|had|does|did|will|would|could|can|may|might"
    r"|should|[a-z]+(?:ed|s)|said|told|took|made|went|came|got|won|lost|ran|began|thinks?|wants?|knows?|left|led|met"
    r"|spoke|gave|wrote)\b"
)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Stretches in order, those that overlap made one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _holds(spans: Sequence[Span], inner: Span) -> bool:
    return any(start <= inner.start and inner.end <= end for start, end in spans)
