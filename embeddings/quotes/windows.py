"""Text as the tagger reads it: windows of word pieces, each with its place and what is known of it; pure.

The model's vocabulary knows no capitals and too many kinds of marks, so both are told to it beside the words; and so
is what the rules make of them, which the tagger has learnt when to believe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from embeddings.errors import ModelError
from embeddings.news import Attribution, Span
from embeddings.paragraphs import sentences
from embeddings.quotes.marks import Run, states

AIM = 128
"""Whole paragraphs share a window up to so many pieces."""
MOST = 320
"""A paragraph of more pieces is cut between sentences."""

LOWER, CAPITAL, CAPITALS, MIXED, DIGITS, SIGNS = range(6)
SHAPES = 6
STATES = 5
UNSAID, BEGUN, SAID, CUED, MENTIONED = range(5)
HINTS = 5

_PLAIN = str.maketrans("‘’‚‛“”„‟«»‹›–—―\xa0", "''''\"\"\"\"\"\"''--- ")
"""One character for one, so that places stay what they are."""


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of consecutive paragraphs; ``spans`` are places in the text, empty at the marks that part paragraphs."""

    ids: list[int]
    spans: list[Span]
    shapes: list[int]
    states: list[int]
    hints: list[int]

    def __len__(self) -> int:
        return len(self.ids)


def windows(
    text: str,
    paragraphs: Sequence[Span],
    runs: Sequence[Run],
    tokenizer: Tokenizer,
    *,
    ruled: Sequence[Attribution],
    aim: int = AIM,
) -> list[Window]:
    """The whole text in windows of about ``aim`` pieces; ``ruled`` is what the rules find in it."""
    start, end = (_id(tokenizer, piece) for piece in ("[CLS]", "[SEP]"))
    found: list[Window] = []
    window = _opened(start)
    known = _Known(states(text, runs), hints(text, ruled))
    for pieces in _pieces(text, paragraphs, known, tokenizer):
        room = MOST if _announces(text, window) else aim
        if len(window) > 1 and len(window) + len(pieces) + 1 > room:
            found.append(window)
            window = _opened(start)
        _extend(window, pieces, end)
    if len(window) > 1:
        found.append(window)
    return found


def _id(tokenizer: Tokenizer, piece: str) -> int:
    found = tokenizer.token_to_id(piece)
    if found is None:
        raise ModelError(f"the tokenizer has no piece {piece}: reinstall onrecord, or set ONRECORD_QUOTES=rules")
    return int(found)


def _announces(text: str, window: Window) -> bool:
    """Whether the window ends with a colon, so that what follows belongs with it."""
    return text.startswith(":", window.spans[-1].end - 1)


def _opened(start: int) -> Window:
    return Window([start], [Span(0, 0)], [SIGNS], [0], [0])


def _extend(window: Window, pieces: Window, end: int) -> None:
    window.ids.extend((*pieces.ids, end))
    last = pieces.spans[-1].end
    window.spans.extend((*pieces.spans, Span(last, last)))
    window.shapes.extend((*pieces.shapes, SIGNS))
    window.states.extend((*pieces.states, 0))
    window.hints.extend((*pieces.hints, 0))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of each character of the text."""

    states: bytearray
    hints: bytearray


def hints(text: str, ruled: Sequence[Attribution]) -> bytearray:
    """For each character what it is to the rules: nothing, the first or another of content, cue or mention."""
    found = bytearray(len(text))
    for one in ruled:
        for part in one.content:
            found[part.start : part.end] = bytes([SAID]) * (part.end - part.start)
            found[part.start] = BEGUN
    for one in ruled:
        for span, hint in ((one.mention, MENTIONED), (one.cue, CUED)):
            if span is not None:
                found[span.start : span.end] = bytes([hint]) * (span.end - span.start)
    return found


def _pieces(text: str, paragraphs: Sequence[Span], known: _Known, tokenizer: Tokenizer) -> Iterator[Window]:
    """The pieces of each paragraph, or of each part of a very long one."""
    plain = text.translate(_PLAIN)
    encodings = tokenizer.encode_batch([paragraph.cut(plain) for paragraph in paragraphs], add_special_tokens=False)
    for paragraph, encoding in zip(paragraphs, encodings, strict=True):
        spans = [Span(paragraph.start + start, paragraph.start + end) for start, end in encoding.offsets]
        whole = Window(
            encoding.ids,
            spans,
            [_shape(text[start:end]) for start, end in spans],
            [known.states[start] for start, _ in spans],
            [known.hints[start] for start, _ in spans],
        )
        yield from _parts(text, paragraph, whole)


def _parts(text: str, paragraph: Span, whole: Window) -> Iterator[Window]:
    if not len(whole):
        return
    if len(whole) <= MOST:
        yield whole
        return
    cuts = {sentence.start for sentence in sentences(text, paragraph)}
    first = 0
    while len(whole) - first > MOST:
        starts = [i for i in range(first + 1, first + MOST) if whole.spans[i].start in cuts]
        last = starts[-1] if starts else first + MOST
        yield _cut(whole, first, last)
        first = last
    yield _cut(whole, first, len(whole))


def _cut(window: Window, first: int, last: int) -> Window:
    cut = slice(first, last)
    return Window(window.ids[cut], window.spans[cut], window.shapes[cut], window.states[cut], window.hints[cut])


def _shape(piece: str) -> int:
    if piece.islower():
        return LOWER
    if piece.isupper():
        return CAPITAL if len(piece) == 1 else CAPITALS
    if piece.isdigit():
        return DIGITS
    if piece[:1].isupper():
        return CAPITAL
    return MIXED if any(char.isalpha() for char in piece) else SIGNS
