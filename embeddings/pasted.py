"""What of a pasted text is looked for: the words in quotation marks, or all of it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from embeddings.alignment import Word, printed_words
from embeddings.errors import BadQuestion
from embeddings.news import Span
from embeddings.paragraphs import sentences
from embeddings.words import telling_words

MOST_CHARACTERS = 20_000
"""Longer is a document, not a quotation."""
LEAST_QUOTED, LEAST_TELLING = 3, 2
"""Fewer words between marks, or fewer that say anything, are not looked for by themselves."""
MOST_QUOTED = 8
"""So many quotations of one text are looked for, the longest."""
_CUE = 8
"""Two quotations with at most so many words between them, in one sentence, may be one that a cue splits."""
_NEARLY = 0.8
_QUOTED = re.compile(
    r"[“„]([^“”„]+)[”“]|«([^«»]+)»|»([^«»]+)«|\"([^\"]+)\"|''([^\"]+?)''|``([^`]+?)''"
    r"|(?<!\w)[‘']([^‘’']+(?:['’]\w[^‘’']*)*)[’'](?!\w)"
    r"|(?m:^\s*(?:>|&gt;)\s*([^\n]+(?:\n\s*(?:>|&gt;)[^\n]+)*))"
)
_CLAUSE = re.compile(r":\s|\n|\s[-–—]+\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words that are looked for together, with where in the text they stand.

    ``clauses`` are runs of them, by their numbers, that are shown whole or not at all. ``halves`` are where the two
    quotations stand that it joins.
    """

    words: tuple[Word, ...]
    clauses: tuple[tuple[int, int], ...]
    halves: tuple[Span, ...] = ()

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return Span(self.words[0].span.start, self.words[-1].span.end)

    def whole(self, first: int, last: int) -> tuple[int, int]:
        """The clauses that hold the words from one number to another, as the numbers of their words, end excluded."""
        start = max(begins for begins, _ in self.clauses if begins <= first)
        return start, min(ends for _, ends in self.clauses if ends > last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What to look for: what stands in quotation marks, and the whole text."""

    quoted: tuple[Piece, ...]
    whole: Piece

    @property
    def all_quoted(self) -> bool:
        """Whether nearly all of the text stands in one pair of marks."""
        return any(len(piece.words) >= _NEARLY * len(self.whole.words) for piece in self.quoted)


def sought(text: str) -> Sought:
    """What to look for in a text; raises BadQuestion where there is nothing, or far too much."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadQuestion("The text holds bytes that are no text: copy it again, in UTF-8")
    if len(text) > MOST_CHARACTERS:
        raise BadQuestion(
            f"A text of {len(text):,} characters is too long (at most {MOST_CHARACTERS:,}): "
            "give only the words whose source you want"
        )
    every = printed_words(text)
    if not any(any(map(str.isalnum, word.span.cut(text))) for word in every):
        raise BadQuestion(
            "There are no words to look for: give the words whose source you want, as in “We will not negotiate”"
        )
    whole = Piece(words=tuple(every), clauses=tuple(_clauses(text, every)))
    longest = sorted(_pieces(text), key=lambda piece: -len(piece.words))[:MOST_QUOTED]
    return Sought(quoted=tuple(sorted(longest, key=lambda piece: piece.span)), whole=whole)


def _pieces(text: str) -> Iterator[Piece]:
    """The stretches between quotation marks, and those of two that a cue may part, as one."""
    marked = list(quoted(text))
    joined = [both for both in pairwise(marked) if _parted_by_cue(text, *both)]
    for halves in (*((one,) for one in marked), *joined):
        span = Span(halves[0].start, halves[-1].end)
        words = printed_words(text, span)
        if len(words) >= LEAST_QUOTED and len(telling_words(span.cut(text))) >= LEAST_TELLING:
            yield Piece(words=tuple(words), clauses=((0, len(words)),), halves=halves if len(halves) > 1 else ())


def quoted(text: str) -> Iterator[Span]:
    """Where words stand in quotation marks, or behind the sign of a quoted message."""
    for found in _QUOTED.finditer(text):
        group = next(number for number, words in enumerate(found.groups(), 1) if words is not None)
        if printed_words(text, Span(*found.span(group))):
            yield Span(*found.span(group))


def _parted_by_cue(text: str, one: Span, other: Span) -> bool:
    between = Span(one.end, other.start)
    words = printed_words(text, between)
    return 0 < len(words) <= _CUE and "\n\n" not in between.cut(text)


def _clauses(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Sentences, and what a colon, a dash or a line break parts in them."""
    ends = {sentence.end for sentence in sentences(text, Span(0, len(text)))}
    cuts = sorted(ends | {found.start() for found in _CLAUSE.finditer(text)})
    yield from _between(words, cuts)


def _between(words: Sequence[Word], cuts: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = 0
    for cut in cuts:
        while last < len(words) and words[last].span.start < cut:
            last += 1
        if last > first:
            yield first, last
            first = last
    if first < len(words):
        yield first, len(words)
