"""Where quotation marks open and close, as spans of the text; pure.

Straight, curly, low, angle and ``…'' marks, single marks as the British use them, marks within marks, and
paragraphs that open anew without having closed. Apostrophes, primes, inches and minutes are not marks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from embeddings.news import Kind, Span


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch between marks: ``inner`` without the marks, ``outer`` with them.

    ``depth`` is 0 unless it stands within other marks. One that its paragraph leaves open ends there, with ``closed``
    False; ``resumed`` says that it takes up one that the paragraph before left open.
    """

    outer: Span
    inner: Span
    depth: int
    closed: bool
    single: bool
    resumed: bool = False


_DOUBLE = re.compile(r"``|(?<!\S)''|''(?!')|’’|‘‘|[\"“”„‟«»]")
_SINGLE = re.compile(r"[‘'’‚‹›`]")
_OPENERS = {"“", "„", "‟", "«", "``", "‘‘"}
_CLOSERS = {"”", "»", "’’"}
_BEFORE_OPENING = " \t\n\r\xa0\u2009\u202f([{<—–-/:…"
_ELISION = re.compile(
    r"['’‘](?:(?:em|til|tis|twas|twill|cause|n|round|bout|tude|\d0s|\d\d)\b(?!['’])|n['’](?=\s))", re.IGNORECASE
)
_LONGEST_SINGLE = 1_200


def quoted(text: str, paragraphs: Sequence[Span]) -> tuple[Run, ...]:
    """All that stands between quotation marks, in order of opening."""
    found: list[Run] = []
    left_open = False
    for paragraph in paragraphs:
        doubles = _doubles(text, paragraph, resumed=left_open)
        singles = list(_singles(text, paragraph, doubles))
        found += [_within(run, singles) for run in doubles]
        found += singles
        left_open = any(not run.closed for run in doubles)
    return tuple(sorted(found, key=lambda run: (run.outer.start, -run.outer.end)))


def _within(run: Run, singles: Sequence[Run]) -> Run:
    """A stretch between double marks, one deeper where single ones stand around it."""
    around = bisect_right(singles, run.outer.start, key=lambda single: single.inner.start) - 1
    if around >= 0 and run.outer.end <= singles[around].inner.end:
        return replace(run, depth=run.depth + 1)
    return run


def _doubles(text: str, paragraph: Span, *, resumed: bool) -> list[Run]:
    """Stretches between double marks; nested ones where that reading balances, else one after the other."""
    marks = [match for match in _DOUBLE.finditer(text, *paragraph) if _is_mark(text, match, paragraph)]
    runs, balanced = _paired(text, paragraph, marks, nesting=True)
    if not balanced:
        runs, _ = _paired(text, paragraph, marks, nesting=False)
    if resumed and runs and runs[0].outer.start == paragraph.start:
        first = runs[0]
        runs[0] = Run(first.outer, first.inner, first.depth, first.closed, first.single, resumed=True)
    return runs


def _is_mark(text: str, match: re.Match[str], paragraph: Span) -> bool:
    """Whether this is a mark and no inch sign, ditto or empty pair."""
    before = text[match.start() - 1] if match.start() > paragraph.start else " "
    after = text[match.end()] if match.end() < paragraph.end else " "
    if match.group() == '"' and before.isdigit() and (after.isalnum() or after in "x×"):
        return False
    return not (match.group() in {"''", "’’"} and before.isalnum() and after.isalnum())


def _paired(text: str, paragraph: Span, marks: Sequence[re.Match[str]], *, nesting: bool) -> tuple[list[Run], bool]:
    """The marks in pairs, and whether every one found its partner."""
    runs: list[Run] = []
    stack: list[re.Match[str]] = []
    balanced = True
    for match in marks:
        opens = _opens(text, match, paragraph, stack, nesting=nesting)
        if opens:
            if stack and not nesting:
                runs.append(_run(stack.pop(), match.start(), match.start(), depth=0, closed=False))
            stack.append(match)
        elif stack:
            opened = stack.pop()
            runs.append(_run(opened, match.start(), match.end(), depth=len(stack), closed=True))
        elif not _is_inches(text, match):
            balanced = False
    balanced &= len(stack) <= 1
    while stack:
        opened = stack.pop()
        runs.append(_run(opened, paragraph.end, paragraph.end, depth=len(stack), closed=False))
    return sorted(runs, key=lambda run: run.outer.start), balanced


def _is_inches(text: str, match: re.Match[str]) -> bool:
    return match.group() == '"' and match.start() > 0 and text[match.start() - 1].isdigit()


def _run(opened: re.Match[str], end: int, outer_end: int, *, depth: int, closed: bool) -> Run:
    return Run(Span(opened.start(), outer_end), Span(opened.end(), end), depth, closed, single=False)


def _opens(text: str, match: re.Match[str], paragraph: Span, stack: Sequence[re.Match[str]], *, nesting: bool) -> bool:
    """Whether a mark opens; which of a straight pair it is, its neighbours and what is open decide."""
    mark = match.group()
    before = text[match.start() - 1] if match.start() > paragraph.start else " "
    after = text[match.end()] if match.end() < paragraph.end else " "
    opener_shape = (before in _BEFORE_OPENING or before in "‘'") and not after.isspace()
    inner = stack[-1].group() if stack else ""
    if mark == "“" and inner == "„":
        return False
    if mark in _OPENERS:
        # « closes what » opened, as German books print it.
        return not (mark == "«" and inner == "»")
    if mark in _CLOSERS:
        # A closing mark at the head of a word, with nothing open, is a typing slip for an opening one.
        return not stack and opener_shape and match.end() < paragraph.end
    if not stack:
        return not _is_inches(text, match)
    return nesting and opener_shape and before.isspace() and after.isalnum()


def _singles(text: str, paragraph: Span, doubles: Sequence[Run]) -> Iterator[Run]:
    """Stretches between single marks: alone as a British paper prints speech, or within double marks."""
    taken = {place for run in doubles for span in _marks_of(run) for place in range(span.start, span.end)}
    around: list[Run] = []
    position, entered = paragraph.start, 0
    while match := _SINGLE.search(text, position, paragraph.end):
        position = match.end()
        while entered < len(doubles) and doubles[entered].inner.start <= match.start():
            around.append(doubles[entered])
            entered += 1
        around = [run for run in around if match.start() < run.inner.end]
        if match.start() in taken or not _opens_single(text, match, paragraph, taken):
            continue
        limit = min([run.inner.end for run in around] + [paragraph.end, match.end() + _LONGEST_SINGLE])
        closing = _closing(text, match.end(), limit, match.group(), taken)
        if closing is not None and not _is_torn(doubles, entered, closing):
            depth = len(around)
            yield Run(Span(match.start(), closing + 1), Span(match.end(), closing), depth, closed=True, single=True)
            position = closing + 1


def _is_torn(doubles: Sequence[Run], entered: int, closing: int) -> bool:
    """Whether single marks would close within double ones that opened after them."""
    return any(run.outer.end > closing for run in takewhile(lambda run: run.outer.start < closing, doubles[entered:]))


def _marks_of(run: Run) -> tuple[Span, Span]:
    return Span(run.outer.start, run.inner.start), Span(run.inner.end, run.outer.end)


def _opens_single(text: str, match: re.Match[str], paragraph: Span, taken: set[int]) -> bool:
    if match.group() in "›":
        return False
    before = text[match.start() - 1] if match.start() > paragraph.start else " "
    after = text[match.end()] if match.end() < paragraph.end else " "
    leads = before in _BEFORE_OPENING or before in '"“' or match.start() - 1 in taken
    if not leads or after.isspace() or after in ".,;:!?)'’":
        return False
    return not _ELISION.match(text, match.start())


def _closing(text: str, start: int, limit: int, opener: str, taken: set[int]) -> int | None:
    """Where a single mark closes: after punctuation for choice, since a plural's apostrophe looks the same."""
    ends = {"‹": "›", "‚": "‘’"}.get(opener, "’'")
    candidates = []
    for place in range(start + 1, limit):
        if text[place] not in ends or place in taken or text[place - 1].isspace():
            continue
        if place + 1 < len(text) and (text[place + 1].isalnum() or text[place + 1] in "'’") and place + 1 not in taken:
            continue
        candidates.append(place)
        if text[place - 1] in ".,!?…;":
            return place
        if text[place - 1] != "s" or opener in "‘‹‚":
            return place
    return candidates[0] if candidates else None


OUTSIDE, DOUBLE, SINGLE, OPENING, CLOSING = range(5)


def states(text: str, runs: Sequence[Run]) -> bytearray:
    """For each character whether it stands outside marks, between double or single ones, or is a mark itself."""
    found = bytearray(len(text))
    for run in runs:
        state = SINGLE if run.single else DOUBLE
        for place in range(run.inner.start, run.inner.end):
            found[place] = found[place] or state
    for run in runs:
        opening, closing = _marks_of(run)
        found[opening.start : opening.end] = bytes([OPENING]) * (opening.end - opening.start)
        found[closing.start : closing.end] = bytes([CLOSING]) * (closing.end - closing.start)
    return found


def near(runs: Sequence[Run], span: Span) -> list[Run]:
    """The runs that share a place with ``span``, in order; ``runs`` are in order of opening."""
    found: list[Run] = []
    for place in range(bisect_left(runs, span.end, key=lambda run: run.outer.start) - 1, -1, -1):
        run = runs[place]
        if run.outer.meets(span):
            found.append(run)
        elif run.depth == 0:
            # Outermost runs follow one another, and hold all others.
            break
    return found[::-1]


def holds_run(span: Span, runs: Sequence[Run]) -> bool:
    """Whether some stretch between marks lies whole in ``span``, marks included."""
    return any(span.start <= run.outer.start and run.outer.end <= span.end for run in near(runs, span))


_WORD = re.compile(r"\w+(?:[’'`]\w+)*")


def kind_of(text: str, content: Sequence[Span], runs: Sequence[Run]) -> Kind:
    """Whether all words of the content stand between marks, some or none; a "that" that leads it does not count."""
    around = [run.inner for run in near(runs, Span(content[0].start, content[-1].end))]
    if not around:
        return Kind.INDIRECT
    words = [match.span() for part in content for match in _WORD.finditer(text, *part)]
    if len(words) > 1 and text[slice(*words[0])].lower() == "that":
        del words[0]
    inside = sum(any(run.start <= start and end <= run.end for run in around) for start, end in words)
    if not inside:
        return Kind.INDIRECT
    return Kind.DIRECT if inside == len(words) else Kind.MIXED
