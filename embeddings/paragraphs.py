"""Text into paragraphs, sentences and windows, always as spans of the text itself; pure."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from embeddings.news import Paragraph, Span

WINDOW_WORDS = 180
"""A paragraph of at most this many words is encoded in one piece."""
_AIM, _SLACK, _OVERLAP = 120, 40, 40

_LINE = re.compile(r"([^\r\n\u2028\u2029]*)(?:\r\n|[\r\n\u2028\u2029]|\Z)")
_INDENT = re.compile(r"[ \t]{2,}|\t")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\s{_CJK}]{{1,40}}")
"""Scripts without spaces count by the character; a run without an end is cut, so no window can be endless."""


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of ``text`` in order, without the white space around them.

    Blank lines part paragraphs. Text without any is parted at indented lines, or at every line when nearly all
    lines end like a sentence; otherwise its line breaks are hard wraps and it is one paragraph.
    """
    blocks = list(_blocks(text))
    if len(blocks) == 1 and len(blocks[0]) > 1:
        blocks = list(_unblanked(text, blocks[0]))
    return tuple(Paragraph(i, lines[0].start, lines[-1].end) for i, lines in enumerate(blocks, start=1))


def _blocks(text: str) -> Iterator[list[Span]]:
    """Runs of lines with something on them, each line without the white space around it."""
    block: list[Span] = []
    for match in _LINE.finditer(text):
        line = match.group(1)
        if line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            block.append(Span(start, match.start() + len(line.rstrip())))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _unblanked(text: str, lines: Sequence[Span]) -> Iterator[list[Span]]:
    """The paragraphs of a text that has no blank lines."""
    indented = [bool(_INDENT.search(text, max(0, line.start - 2), line.start)) for line in lines]
    inner = sum(indented[1:])
    if 0 < inner < len(lines) - 1:
        openings = [i for i, opens in enumerate(indented) if opens or i == 0]
    elif _each_line_is_whole(text, lines):
        openings = list(range(len(lines)))
    else:
        openings = [0]
    for opening, following in zip(openings, [*openings[1:], len(lines)], strict=True):
        yield list(lines[opening:following])


def _each_line_is_whole(text: str, lines: Sequence[Span]) -> bool:
    ended = sum(text[line.end - 1] in ".!?…:\"'”’»)]。！？" for line in lines[:-1])
    return ended >= 0.8 * (len(lines) - 1)


_CLOSERS = "\"'”’»)\\]}"
_END = re.compile(
    rf"(?<![.!?…])(?P<mark>[.!?…]++)(?P<close>[{_CLOSERS}]*+(?:\s?»(?!\w))?)(?=\s)"
    rf"|(?P<wide>[。！？]+[」』”’）]*)"
)
_NEXT = re.compile(r"\s*([^\w\s]*)(\w[\w.'’-]*)?")
_BEFORE = re.compile(r"[^\s\"“”‘«(\[]*\Z")

_TITLES = frozenset(
    """
    mr mrs ms mx dr prof gen lt col maj sgt capt cmdr cdr adm brig sen rep gov pres rev hon fr st ste mt ft sr
    sra mme mlle messrs supt insp det cpl pvt vs ca al approx dept ph.d m.p e.g i.e cf viz hr fr
    """.split()
)
_BEFORE_NUMBER = frozenset(
    """
    no nos nr art arts fig figs sec vol vols p pp ch par para chap tel ext op
    """.split()
)
_MONTHS = frozenset(
    """
    jan feb mar apr jun jul aug sep sept oct nov dec january february march april may june july august
    september october november december janv févr avr juil déc januar februar märz mai juni juli oktober
    dezember
    """.split()
)
_MAY_END = frozenset(
    """
    inc corp co ltd plc llc bros jr sr esq etc est ave blvd rd u.s u.k u.n e.u d.c b.c a.d
    """.split()
)
_WEEKDAYS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
_STARTERS = frozenset(
    """
    the a an this that these those he she it they we i you his her its their our my there here but and or so
    yet in on at by for from with after before as if when while where who what why how not no nor then since
    under some many most more all both each one two three several another other last next according asked
    meanwhile however although though also still despite during police officials
    """.split()
)
_SAYING = re.compile(
    r"\s*(?:[^\W\d_][\w.'’-]*\s+){1,4}(?:said|says|asked|asks|wrote|told|added|replied|cried|shouted|called)\b"
)


def sentences(text: str, span: tuple[int, int]) -> tuple[Span, ...]:
    """The sentences inside ``span``, in the offsets of ``text``; together they hold all that is not white space."""
    found: list[Span] = []
    start, stop = _trimmed(text, *span)
    for end in _ends(text, start, stop):
        found.append(Span(start, end))
        start, _ = _trimmed(text, end, stop)
    if start < stop:
        found.append(Span(start, stop))
    return tuple(found)


def _trimmed(text: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return start, stop


def _ends(text: str, start: int, stop: int) -> Iterator[int]:
    """Where a sentence ends and another one follows."""
    opening = start
    for match in _END.finditer(text, start, stop):
        if match.end() < stop and (match.group("wide") or _is_end(text, opening, match, stop)):
            yield match.end()
            opening, _ = _trimmed(text, match.end(), stop)


def _is_end(text: str, opening: int, match: re.Match[str], stop: int) -> bool:
    following = _NEXT.match(text, match.end(), min(stop, match.end() + 80))
    marks, word = (following.group(1), following.group(2) or "") if following else ("", "")
    if word[:1].islower() and not marks.startswith(("•", "·")):
        return False
    mark, closed = match.group("mark"), bool(match.group("close"))
    if mark.endswith(("!", "?")):
        return not (closed and not marks and _SAYING.match(text, match.end(), min(stop, match.end() + 80)))
    if len(mark) > 1 or mark == "…":
        return _elision_ends(text, match.start(), word)
    return closed or _stop_ends(text, opening, match.start(), word)


def _elision_ends(text: str, at: int, word: str) -> bool:
    """Dots that hang on a word end its sentence; dots that stand alone mostly mark what was left out."""
    return not text[at - 1].isspace() or word.lower() in _STARTERS


def _stop_ends(text: str, opening: int, at: int, following: str) -> bool:
    """Whether the full stop at ``at`` ends a sentence rather than an abbreviation."""
    near = max(opening, at - 24)
    before = _BEFORE.search(text, near, at)
    token = before.group().lower() if before else ""
    if token.isdigit():
        return not _is_ordinal(token, first=at - len(token) == opening, following=following)
    if token in _TITLES or (token in _BEFORE_NUMBER | _MONTHS and following[:1].isdigit()):
        return False
    if token in ("a.m", "p.m"):
        return not (following.isupper() and len(following) > 1) and following.lower() not in _WEEKDAYS
    if token in _MAY_END or _is_initials(token):
        return following.lower() in _STARTERS
    return True


def _is_ordinal(token: str, *, first: bool, following: str) -> bool:
    return first or (len(token) <= 2 and following.lower().rstrip(".") in _MONTHS)


def _is_initials(token: str) -> bool:
    return token != "" and all(len(part) == 1 and part.isalpha() for part in re.split(r"[.-]", token))


def windows(text: str, paragraph: Paragraph) -> tuple[Span, ...]:
    """The stretches of a paragraph that are encoded: itself, or overlapping windows that together cover it.

    A long paragraph gives windows of about 120 words that share about 40, cut between sentences where it can be.
    """
    starts, ends = array("Q"), array("Q")
    for match in _WORD.finditer(text, paragraph.start, paragraph.end):
        starts.append(match.start())
        ends.append(match.end())
    if len(starts) <= WINDOW_WORDS:
        return (paragraph.span,)
    cuts = [bisect_left(starts, sentence.start) for sentence in sentences(text, paragraph.span)]
    return tuple(Span(starts[first], ends[last - 1]) for first, last in _stretches(len(starts), cuts))


def _stretches(count: int, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Half-open runs of words over all ``count`` words."""
    first = 0
    while count - first > _AIM + _SLACK:
        last = _cut_near(first + _AIM, cuts, slack=_SLACK)
        yield first, last
        first = _cut_near(last - _OVERLAP, cuts, slack=_OVERLAP // 2)
    yield first, count


def _cut_near(aim: int, cuts: Sequence[int], *, slack: int) -> int:
    """The beginning of a sentence nearest to ``aim``, or ``aim`` itself if none is within ``slack`` words."""
    near = cuts[bisect_left(cuts, aim - slack) : bisect_right(cuts, aim + slack)]
    return min(near, key=lambda cut: abs(cut - aim), default=aim)
