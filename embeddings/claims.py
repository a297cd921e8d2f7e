"""To whom a pasted text gives the words that it quotes, and whether the article credits somebody else; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from embeddings.credit import credits
from embeddings.identity.titles import PARTICLES
from embeddings.identity.whois import Directory
from embeddings.news import Checked, Likeness, Nature, Span, Speaker
from embeddings.paragraphs import sentences
from embeddings.pasted import quoted
from embeddings.quotes import SURE
from embeddings.words import STOP_WORDS, words

MOSTLY = 0.5
"""The share of words that stay from which the words are the same, and so are whose they are."""
_LONGEST = 4
"""Words of a name that is typed without capitals, at most."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_GIVEN_BY = re.compile(r"\W*(?:(?:by|from|per|via)\W+)?(?:the\W+)?", re.IGNORECASE)
"""What may stand between a name and the words that it is given, where no verb does."""
_END = re.compile(r"[.!?\n]")
_QUOTED = "…"
"""What stands for quoted words where only those around them matter."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names speakers on file, and whom it may mean."""

    span: Span
    speakers: frozenset[Speaker]


def with_disputed(checked: Checked, directory: Directory) -> Checked:
    """The likenesses with whom the text credits, where that is somebody on file and the article credits another."""
    told = tuple(replace(one, disputed=_disputed(checked.asked, one, directory)) for one in checked.likenesses)
    return replace(checked, likenesses=told)


def _disputed(asked: str, likeness: Likeness, directory: Directory) -> str | None:
    credited = _credited(likeness, directory)
    if not credited or likeness.score < MOSTLY:
        return None
    stretch = Span(likeness.steps[0].asked.start, likeness.steps[-1].asked.end)
    claims = list(_claims(asked, stretch, directory))
    if not claims or any(not credited.isdisjoint(claim.speakers) for claim in claims):
        return None
    return _name(asked, min(claims, key=lambda claim: _distance(asked, *sorted((claim.span, stretch)))))


def _distance(text: str, one: Span, other: Span) -> tuple[bool, int]:
    """How far apart two stretches stand, the end of a sentence between them being farther than anything."""
    between = text[one.end : other.start]
    return bool(_END.search(between)), len(between)


def _credited(likeness: Likeness, directory: Directory) -> frozenset[Speaker]:
    """The persons whom the article surely credits; nobody where it credits a body, a document or nobody named."""
    spoken = [one for one in likeness.passage.quotations if one.span.meets(likeness.span) and not one.narrated]
    if any(one.confidence < SURE or {who.nature for who in one.speakers} != {Nature.PERSON} for one in spoken):
        return frozenset()
    return frozenset(found for one in spoken for who in one.speakers for found in directory.bearers(who.name))


def _claims(text: str, stretch: Span, directory: Directory) -> Iterator[Mention]:
    """The speakers to whom the sentences around a stretch give words."""
    around = [one for one in sentences(text, Span(0, len(text))) if one.meets(stretch)]
    if not around:
        return
    sentence = Span(around[0].start, around[-1].end)
    inside = [span for span in quoted(text) if span.meets(sentence)]
    for mention in _mentions(text, sentence, inside, directory):
        if _beside(text, mention.span, inside) or _says(text, sentence, inside, mention):
            yield mention


def _mentions(text: str, sentence: Span, marked: Sequence[Span], directory: Directory) -> Iterator[Mention]:
    """Whoever is on file and named outside the quoted words."""
    found = [Span(*match.span()) for match in _WORD.finditer(text, *sentence)]
    outside = [span for span in found if not any(span.meets(each) for each in marked)]
    for span in _capitalised(text, outside):
        if speakers := directory.bearers(span.cut(text)):
            yield Mention(span, frozenset(speakers))
    for span in _small(text, outside):
        typed = span.cut(text)
        speakers = tuple(one for one in directory.bearers(typed) if typed in map(str.casefold, one.names))
        if speakers:
            yield Mention(span, frozenset(speakers))


def _capitalised(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """Runs of words with capitals, particles between them: only a whole run can be a name."""
    run: list[Span] = []
    for one in found:
        word = one.cut(text)
        if run and not (_adjoins(text, run[-1], one) and (word[0].isupper() or word in PARTICLES)):
            yield Span(run[0].start, run[-1].end)
            run = []
        if run or (word[0].isupper() and word.lower() not in STOP_WORDS):
            run.append(one)
    if run:
        yield Span(run[0].start, run[-1].end)


def _small(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """Runs of a few words without capitals."""
    for first in range(len(found)):
        for end in range(first + 2, min(first + _LONGEST, len(found)) + 1):
            if not _adjoins(text, found[end - 2], found[end - 1]):
                break
            span = Span(found[first].start, found[end - 1].end)
            if span.cut(text).islower():
                yield span


def _adjoins(text: str, one: Span, other: Span) -> bool:
    parting = text[one.end : other.start]
    return not (parting.removeprefix(".") if one.end - one.start == 1 else parting).strip(" ")


def _beside(text: str, name: Span, marked: Sequence[Span]) -> bool:
    """Whether nothing but a mark, a colon, a dash or "by" parts the name from quoted words."""
    between = [text[one.end : name.start] for one in marked if one.end <= name.start]
    behind = [text[name.end : one.start] for one in marked if one.start >= name.end]
    nearest = (*between[-1:], *behind[:1])
    return any(_GIVEN_BY.fullmatch(parting) for parting in nearest)


def _says(text: str, sentence: Span, marked: Sequence[Span], mention: Mention) -> bool:
    """Whether the sentence, its quoted words left out, says that the one named said something."""
    name = mention.span.cut(text)
    printed = " ".join(word[0].upper() + word[1:] for word in name.split())
    pieces, place = [], sentence.start
    for span in sorted((mention.span, *marked)):
        pieces += [text[place : span.start], printed if span == mention.span else _QUOTED]
        place = span.end
    return credits("".join((*pieces, text[place : sentence.end])), words(printed))


def _name(text: str, claim: Mention) -> str:
    """The name on file where only one can be meant, else as it is typed."""
    return next(iter(claim.speakers)).name if len(claim.speakers) == 1 else claim.span.cut(text)
