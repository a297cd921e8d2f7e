"""From the tagger's figures for word pieces to attributions; pure.

Each word is outside, begins or continues a stretch, once for content, cue and mention; the best sequence is
Viterbi's, since nothing may continue what has not begun. Arcs, as a dependency parser draws them (Dozat and Manning
2017), tie content to the first piece of its cue and a cue to the first piece of its mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.news import Attribution, Span
from embeddings.quotes.marks import Run, holds_run, near
from embeddings.quotes.windows import Window

Figures = NDArray[np.float32]
CONTENT, CUE, MENTION = slice(0, 3), slice(3, 6), slice(6, 9)
SPEECH = 9

_WORD = re.compile(r"\w+(?:['’`]\w+)*")
_WITHIN = "_'’`"
_SURELY_OUTSIDE, _PERHAPS_OUTSIDE = 0.985, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is believed, as measured on the development articles (``make evaluate``)."""

    speech: float = 0.25
    """A cue that reports words, rather than a belief or a wish, is at least this probable."""
    arc: float = 0.4
    """A stretch of content belongs to a cue with at least this probability."""
    mention: float = 0.2
    """A cue points to the mention of its speaker with at least this probability."""
    whole_run: float = 0.5
    """Content that covers this share of what stands between marks is all of it."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words and signs of a window: the first piece of each, and its place in the text."""

    firsts: NDArray[np.int64]
    spans: list[Span]


Stretch = tuple[int, int]
"""A half-open run of words."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A window read: its words, what stretches of them are, and how probable that is."""

    words: _Words
    chances: tuple[Figures, Figures, Figures]
    content: list[Stretch]
    cues: list[Stretch]
    mentions: list[Stretch]
    owners: list[tuple[int, float]]
    """For each stretch of content its cue, -1 where it has none, and how probable that is."""


def attributions(
    text: str, window: Window, figures: tuple[Figures, Figures, Figures], runs: Sequence[Run], limits: Limits
) -> list[Attribution]:
    """What a window holds; ``figures`` are tags ``(pieces, 10)`` and two tables of arcs ``(pieces, pieces)``.

    Content between marks that no cue claims is kept, credited to nobody.
    """
    tags, to_cue, to_mention = figures
    words = _words(text, window)
    merged = tags[words.firsts]
    read = _read(words, merged, to_cue, limits)
    found = []
    for number, cue in enumerate(read.cues):
        first = words.firsts[cue[0]]
        speech = float(1 / (1 + np.exp(-merged[cue[0], SPEECH])))
        parts = [part for part, (owner, _) in zip(read.content, read.owners, strict=True) if owner == number]
        if not parts or speech < limits.speech:
            continue
        mention, credited = _mention(read, to_mention[first], limits)
        credit = [_place(words, cue), *([_place(words, mention)] if mention else [])]
        arc = float(np.mean([chance for owner, chance in read.owners if owner == number]))
        edges = _edges(read.chances[0], parts) * _edges(read.chances[1], [cue])
        found.append(
            Attribution(
                content=_joined(text, [_snapped(text, _place(words, part), runs, limits) for part in parts], credit),
                cue=_place(words, cue),
                mention=_place(words, mention) if mention else None,
                confidence=edges * arc * speech * credited,
            )
        )
    return found + list(_unclaimed(text, read, runs, limits))


def _read(words: _Words, merged: Figures, to_cue: Figures, limits: Limits) -> _Read:
    content, cue, mention = (_softmax(merged[:, part]) for part in (CONTENT, CUE, MENTION))
    stretches, cues = _stretches(content), _stretches(cue)
    owners = _owners(stretches, cues, words, to_cue, limits)
    return _Read(words, (content, cue, mention), stretches, cues, _stretches(mention), owners)


_NOBODYS = 0.5
"""How much less sure content is that no cue claims."""


def _unclaimed(text: str, read: _Read, runs: Sequence[Run], limits: Limits) -> Iterator[Attribution]:
    for part, (owner, _) in zip(read.content, read.owners, strict=True):
        if owner >= 0:
            continue
        span = _snapped(text, _place(read.words, part), runs, limits)
        if holds_run(span, runs):
            confidence = _NOBODYS * _edges(read.chances[0], [part])
            yield Attribution(content=(span,), cue=None, mention=None, confidence=confidence)


def _words(text: str, window: Window) -> _Words:
    """Pieces put together into words, so that no stretch begins or ends within one."""
    firsts, spans = [], []
    end = -1
    for index, span in enumerate(window.spans):
        if span.start == span.end or span.start < end:
            continue
        end = span.end
        # Most words are one piece, and need no second look.
        if end < len(text) and (text[end].isalnum() or text[end] in _WITHIN):
            match = _WORD.match(text, span.start)
            end = match.end() if match else end
        firsts.append(index)
        spans.append(Span(span.start, end))
    return _Words(np.array(firsts, dtype=np.int64), spans)


def _softmax(figures: Figures) -> Figures:
    powers = np.exp(figures - figures.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float32)


def _stretches(chances: Figures) -> list[Stretch]:
    """Half-open runs of words of the likeliest sequence."""
    outside = chances[:, 0].tolist()
    found: list[Stretch] = []
    start: int | None = None
    doubted = False
    for place, chance in enumerate((*outside, 1.0)):
        if chance < _SURELY_OUTSIDE:
            start = place if start is None else start
            doubted |= chance < _PERHAPS_OUTSIDE
        elif start is not None:
            # Where no word is rather inside than outside, no sequence beats the one that is all outside.
            if doubted:
                logs = np.log(chances[start:place] + 1e-9).tolist()
                found += [(start + first, start + last) for first, last in _best(logs)]
            start, doubted = None, False
    return found


def _best(logs: Sequence[Sequence[float]]) -> list[Stretch]:
    """Viterbi over outside, begin and inside, where inside cannot follow outside."""
    outside, begin, inside = logs[0][0], logs[0][1], -1e9
    back: list[tuple[int, int]] = []
    for o, b, i in logs[1:]:
        running, ran = (begin, 1) if begin >= inside else (inside, 2)
        before, was = (outside, 0) if outside >= running else (running, ran)
        back.append((was, ran))
        outside, begin, inside = before + o, before + b, running + i
    state = max(((outside, 0), (begin, 1), (inside, 2)))[1]
    states = [state]
    for was, ran in reversed(back):
        state = ran if state == 2 else was
        states.append(state)
    return _runs(states[::-1])


def _runs(states: Sequence[int]) -> list[Stretch]:
    found: list[Stretch] = []
    start: int | None = None
    for place, state in enumerate((*states, 0)):
        if state != 2 and start is not None:
            found.append((start, place))
            start = None
        if state == 1:
            start = place
    return found


def _owners(
    content: Sequence[Stretch], cues: Sequence[Stretch], words: _Words, to_cue: Figures, limits: Limits
) -> list[tuple[int, float]]:
    """For each stretch of content the cue that its words point to, all of them heard; -1 where none is sure enough."""
    if not cues:
        return [(-1, 0.0)] * len(content)
    starts = words.firsts[[first for first, _ in cues]]
    owners = []
    for first, last in content:
        chances = _softmax(to_cue[words.firsts[first:last]])[:, starts].mean(axis=0)
        best = int(chances.argmax())
        owners.append((best if chances[best] >= limits.arc else -1, float(chances[best])))
    return owners


def _mention(read: _Read, arcs: Figures, limits: Limits) -> tuple[Stretch | None, float]:
    """The mention that a cue points to, or none, and how probable that is."""
    chances = _softmax(arcs)
    firsts = read.words.firsts
    best = max(read.mentions, key=lambda one: chances[firsts[one[0]]], default=None)
    if best is None or chances[firsts[best[0]]] < limits.mention:
        return None, float(chances[0])
    return best, float(chances[firsts[best[0]]])


def _edges(chances: Figures, stretches: Sequence[Stretch]) -> float:
    """How sure the ends of the stretches are, which is where they go wrong: a geometric mean."""
    ends = [place for first, last in stretches for place in (first, last - 1)]
    return float(np.exp(np.mean(np.log(1 - chances[ends, 0] + 1e-9))))


def _place(words: _Words, stretch: Stretch) -> Span:
    return Span(words.spans[stretch[0]].start, words.spans[stretch[1] - 1].end)


HOLE = 2
"""So few words between two parts, none of them the credit, are part of what is said."""


def _joined(text: str, parts: Sequence[Span], credit: Sequence[Span]) -> tuple[Span, ...]:
    """The parts, those that touch or have next to nothing between them as one."""
    joined: list[Span] = []
    for part in parts:
        if joined and _is_hole(text, Span(joined[-1].end, part.start), credit):
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, part.end))
        else:
            joined.append(part)
    return tuple(joined)


def _is_hole(text: str, between: Span, credit: Sequence[Span]) -> bool:
    if between.end <= between.start:
        return True
    parted = any(one.meets(between) for one in credit)
    return not parted and "\n" not in between.cut(text) and len(between.cut(text).split()) <= HOLE


def _snapped(text: str, part: Span, runs: Sequence[Run], limits: Limits) -> Span:
    """The part with every stretch between marks that it mostly covers taken whole, marks included."""
    start, end = part
    for run in near(runs, part):
        if run.depth:
            continue
        inner = max(run.inner.end - run.inner.start, 1)
        shared = min(run.inner.end, part.end) - max(run.inner.start, part.start)
        if shared >= limits.whole_run * inner:
            start, end = min(start, run.outer.start), max(end, run.outer.end)
        elif run.outer.start <= start < run.outer.end < end:
            start = run.outer.end
        elif start < run.outer.start < end <= run.outer.end:
            end = run.outer.start
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else part
