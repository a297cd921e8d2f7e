"""What became of words that were once shown: they stand, they were corrected, or they may be shown no more; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from embeddings.news import (
    Article,
    Barred,
    Corrected,
    Paragraph,
    Passage,
    Quotation,
    Span,
    Stands,
    Status,
    Step,
    Viewer,
)
from embeddings.store import Head

SAME_PARAGRAPH = 60.0
"""How alike (of 100) two paragraphs are at least when one took the place of the other."""

_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A paragraph that was shown of one version, and the version that is searched now, with what is quoted there."""

    shown: Article
    ordinal: int
    now: Article
    quotations: Sequence[tuple[Quotation, ...]]


def barred_by(head: Head, version: Article, *, at: datetime, viewer: Viewer) -> Barred | None:
    """Why a version may not be shown to this viewer, if it may not."""
    if head.status is Status.CANCELED:
        return Barred.KILLED
    if head.status is not Status.USABLE or not head.served:
        return Barred.WITHHELD
    until = version.embargoed_until
    if (version.held or (until is not None and until > at)) and not viewer.embargo_group:
        return Barred.EMBARGOED
    return None


def fate_of(standing: Standing) -> Stands | Corrected:
    """What became of the paragraph in the version that is searched now, which may be the same."""
    shown, now = standing.shown, standing.now
    before = shown.paragraphs[standing.ordinal - 1]
    words = before.span.cut(shown.text)
    found = _heir(words, standing)
    if found is not None and found.span.cut(now.text) == words:
        return Stands(passage=_passage(standing, found), corrected=shown.fingerprint != now.fingerprint)
    return Corrected(
        before=Passage(article=shown, paragraph=before, score=0.0),
        passage=None if found is None else _passage(standing, found),
        now=now,
        steps=() if found is None else tuple(difference(shown.text, before.span, now.text, found.span)),
    )


def _heir(words: str, standing: Standing) -> Paragraph | None:
    """The paragraph that has these words, or those most like them: of several the one nearest to their old place."""
    text = standing.now.text
    ranked = sorted(standing.now.paragraphs, key=lambda p: abs(p.ordinal - standing.ordinal))
    same = next((p for p in ranked if p.span.cut(text) == words), None)
    if same is not None or not ranked:
        return same
    likest = max(ranked, key=lambda p: fuzz.ratio(p.span.cut(text), words))
    return likest if fuzz.ratio(likest.span.cut(text), words) >= SAME_PARAGRAPH else None


def _passage(standing: Standing, paragraph: Paragraph) -> Passage:
    quotations = standing.quotations[paragraph.ordinal - 1]
    return Passage(article=standing.now, paragraph=paragraph, score=0.0, quotations=quotations)


def difference(before: str, old: Span, after: str, new: Span) -> Iterator[Step]:
    """How two stretches differ, word for printed word; the steps cover both, white space goes with the word before it.

    Capitals and signs count: a correction may be of nothing else.
    """
    mine, theirs = (
        [Span(start + word.start(), start + word.end()) for word in _WORD.finditer(text[start:end])]
        for text, (start, end) in ((before, old), (after, new))
    )
    one, other = [span.cut(before).rstrip() for span in mine], [span.cut(after).rstrip() for span in theirs]
    i = j = 0
    for block in [b for b in Indel.opcodes(one, other) if b.tag == "equal"]:
        if (block.src_start, block.dest_start) != (i, j):
            yield Step(_run(mine, i, block.src_start, old), _run(theirs, j, block.dest_start, new), same=False)
        i, j = block.src_end, block.dest_end
        yield Step(_run(mine, block.src_start, i, old), _run(theirs, block.dest_start, j, new), same=True)
    if (i, j) != (len(mine), len(theirs)):
        yield Step(_run(mine, i, len(mine), old), _run(theirs, j, len(theirs), new), same=False)


def _run(words: Sequence[Span], first: int, last: int, whole: Span) -> Span:
    """From one word up to another, an empty place before the first where they are the same."""
    start = words[first].start if first < len(words) else whole.end
    return Span(start, words[last - 1].end if last > first else start)
