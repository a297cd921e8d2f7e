"""How one text resembles another, word by word: which words stay, in which order, and what stands between; pure.

The alignment is local, with gaps that cost more to open than to go on: what stands around the words that are alike
on either side, and what is put between them, does not hide them (Smith and Waterman, "Identification of Common
Molecular Subsequences", J. Mol. Biol. 147, 1981; Gotoh, "An Improved Algorithm for Matching Biological Sequences",
J. Mol. Biol. 162, 1982).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from embeddings.news import Span, Step

Scores = NDArray[np.int32]
Pair = tuple[int, int]
"""The numbers of a word asked for and of the same word on file."""

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTERS = rf"(?:(?![{_CJK}])[^\W_])(?:(?![{_CJK}])[^\W_]|[\u00ad\u200b-\u200d\u0300-\u036f])*"
_WORD = re.compile(
    r"(?P<address>(?:https?://|www\.)\S+)"
    r"|(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?"
    r"|\d+(?:[.,]\d+)*"
    rf"|[{_CJK}]"
    rf"|{_LETTERS}(?:['’ʼ´`]{_LETTERS})*"
    r"|[$€£¥₹₽₩₺%‰°&]"
    r"|(?<![\w.,])[-−](?=[$€£¥]?\d)"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ´`", "'") | {"−": "-"})
_BREAK = re.compile(r"[.?!…\n\"“”„«»]")

_OTHER, _OPEN, _WIDEN, _LENGTHEN = 4, 6, 1, 2
"""What another word costs, what it costs to skip one, and to skip one more on file, or among those asked for."""
_NEAR = 75
"""How alike (of 100) two words are when one may be a slip of the other."""
_LEAST_NEAR = 4
"""Letters that a word has at least for that."""
_REACH = 4
"""So many words before the first that stays, or after the last, may stand for as many on file."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, without regard to case and typography, and where it stands."""

    form: str
    span: Span


@dataclass(frozen=True, slots=True)
class Match:
    """Words that stay: pairs of places, ascending; ``value`` is their weight less what stands between costs."""

    pairs: tuple[Pair, ...]
    value: int


def printed_words(text: str, span: Span | None = None) -> list[Word]:
    """The words of a stretch in order, signs of money and of percent among them; punctuation and addresses are none."""
    start, end = span or Span(0, len(text))
    return [
        Word(_form(found.group()), Span(*found.span()))
        for found in _WORD.finditer(text, start, end)
        if not found.group("address")
    ]


@lru_cache(maxsize=100_000)
def _form(printed: str) -> str:
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", printed)).translate(_APOSTROPHES)
    if plain[:1].isdigit():
        return _THOUSANDS.sub("", plain)
    folded = plain.casefold()
    return "and" if folded == "&" else folded.replace(".", "")


def match(asked: Sequence[Word], on_file: Sequence[Word], weights: Sequence[int]) -> Match | None:
    """The words asked for that best stand on file in order, each worth its weight; None where none does."""
    if not asked or not on_file:
        return None
    scores = _scores(asked, on_file, weights)
    best, down = _filled(scores)
    place = np.unravel_index(int(np.argmax(best)), best.shape)
    value = int(best[place])
    path = _path(best, down, scores, int(place[0]), int(place[1]))
    pairs = tuple((i, j) for i, j in reversed(list(path)) if asked[i].form == on_file[j].form)
    return Match(pairs, value) if pairs else None


def _scores(asked: Sequence[Word], on_file: Sequence[Word], weights: Sequence[int]) -> Scores:
    """What each word asked for is worth beside each word on file: its weight, half of it for a slip."""
    mine, places = _numbered(asked)
    theirs, others = _numbered(on_file)
    alike = process.cdist(list(mine), list(theirs), scorer=fuzz.ratio, score_cutoff=_NEAR, dtype=np.uint8) > 0
    alike &= np.minimum.outer([len(form) for form in mine], [len(form) for form in theirs]) >= _LEAST_NEAR
    halves = alike.astype(np.int32)
    for form in mine.keys() & theirs.keys():
        halves[mine[form], theirs[form]] = 2
    shares = halves[np.ix_(places, others)]
    worth = np.asarray(weights, dtype=np.int32)[:, None]
    return np.where(shares, worth * shares // 2, -_OTHER).astype(np.int32)


def _numbered(words: Sequence[Word]) -> tuple[dict[str, int], list[int]]:
    """The different words with a number for each, and the number of every word."""
    numbers = {form: number for number, form in enumerate(dict.fromkeys(word.form for word in words))}
    return numbers, [numbers[word.form] for word in words]


def _filled(scores: Scores) -> tuple[Scores, Scores]:
    """The best value of an alignment that ends at each pair of places (counted from 1), and of one with a gap there."""
    rows, columns = scores.shape
    best = np.zeros((rows + 1, columns + 1), dtype=np.int32)
    down = np.full((rows + 1, columns + 1), -_OPEN * (rows + columns), dtype=np.int32)
    slope = _WIDEN * np.arange(columns + 1, dtype=np.int32)
    for i in range(1, rows + 1):
        down[i] = np.maximum(down[i - 1] - _LENGTHEN, best[i - 1] - _OPEN)
        row = np.maximum(down[i], 0)
        row[1:] = np.maximum(row[1:], best[i - 1, :-1] + scores[i - 1])
        row[0] = 0
        across = np.maximum.accumulate(row + slope)[:-1] - _OPEN - slope[:-1]
        row[1:] = np.maximum(row[1:], across)
        best[i] = row
    return best, down


def _path(best: Scores, down: Scores, scores: Scores, i: int, j: int) -> Iterator[tuple[int, int]]:
    """The pairs of places of the best alignment, the last first."""
    while best[i, j] > 0:
        value = best[i, j]
        if value == best[i - 1, j - 1] + scores[i - 1, j - 1]:
            i, j = i - 1, j - 1
            yield i, j
        elif value == down[i, j]:
            while down[i, j] != best[i - 1, j] - _OPEN:
                i -= 1
            i -= 1
        else:
            j = _gap_start(best[i], j)


def _gap_start(row: Scores, j: int) -> int:
    """Where the gap on file that ends at this place begins."""
    before = np.arange(j)
    came = row[:j] - _OPEN - _WIDEN * (j - 1 - before) == row[j]
    return int(np.flatnonzero(came)[-1])


def settled(
    text: str, asked: Sequence[Word], on_file: Sequence[Word], pairs: Sequence[Pair]
) -> tuple[Sequence[Word], tuple[Pair, ...]]:
    """The words on file that stand for those asked for, of which these pairs stay, and all pairs that do.

    A few words at either end take the place of as many on file, inside the sentence; or of one more or one less, where
    these are nearer to their letters: "its" stands for "it is".
    """
    (first, start), (last, end) = pairs[0], (pairs[-1][0] + 1, pairs[-1][1] + 1)
    begin = start - _beside(asked[:first], _runs_before(text, on_file, start))
    stop = end + _beside(asked[last:], _runs_behind(text, on_file, end))
    head = _in_order(asked[:first], on_file[begin:start])
    tail = ((i + last, j + end) for i, j in _in_order(asked[last:], on_file[end:stop]))
    every = [*((i, j + begin) for i, j in head), *pairs, *tail]
    return on_file[begin:stop], tuple((i, j - begin) for i, j in every)


def _runs_before(text: str, on_file: Sequence[Word], start: int) -> list[Sequence[Word]]:
    """The words before a place, none, one, and so on: of the same sentence, and so many as may stand for others."""
    runs = [on_file[start:start]]
    for begin in range(start - 1, max(start - _REACH - 1, 0) - 1, -1):
        if _BREAK.search(text, on_file[begin].span.end, on_file[begin + 1].span.start):
            break
        runs.append(on_file[begin:start])
    return runs


def _runs_behind(text: str, on_file: Sequence[Word], end: int) -> list[Sequence[Word]]:
    """The words from a place on, none, one, and so on: of the same sentence, and so many as may stand for others."""
    runs = [on_file[end:end]]
    for last in range(end, min(end + _REACH + 1, len(on_file))):
        if _BREAK.search(text, on_file[last - 1].span.end, on_file[last].span.start):
            break
        runs.append(on_file[end : last + 1])
    return runs


def _beside(asked: Sequence[Word], runs: Sequence[Sequence[Word]]) -> int:
    """How many words on file stand for those asked for, a few at most."""
    if not 0 < len(asked) <= _REACH:
        return 0
    as_many, letters = min(len(asked), len(runs) - 1), _letters(asked)
    others = [count for count in (as_many, len(asked) + 1, len(asked) - 1) if 0 < count < len(runs)]
    near = {count: fuzz.ratio(letters, _letters(runs[count]), score_cutoff=_NEAR) for count in others}
    nearest = max(near, key=near.__getitem__, default=as_many)
    return nearest if near.get(nearest) else as_many


def _letters(words: Sequence[Word]) -> str:
    return "".join(word.form for word in words).replace("'", "")


def _in_order(asked: Sequence[Word], on_file: Sequence[Word]) -> Iterator[Pair]:
    """The most words of a few that stand in the same order."""
    one, other = ([word.form for word in words] for words in (asked, on_file))
    for block in Indel.opcodes(one, other):
        if block.tag == "equal":
            yield from zip(range(block.src_start, block.src_end), range(block.dest_start, block.dest_end), strict=True)


@dataclass(frozen=True, slots=True)
class _Block:
    """A run of words on either side, by their numbers, that are the same or take one another's place."""

    same: bool
    asked: tuple[int, int]
    on_file: tuple[int, int]


def steps(asked: Sequence[Word], on_file: Sequence[Word], pairs: Sequence[Pair]) -> tuple[Step, ...]:
    """The difference between two runs of words of which these pairs stay; together the steps cover both.

    What changed is cut to its words. White space and punctuation go with the words that stay.
    """
    blocks = list(_blocks(len(asked), len(on_file), pairs))
    mine = _spans(asked, [(block.same, *block.asked) for block in blocks])
    theirs = _spans(on_file, [(block.same, *block.on_file) for block in blocks])
    return tuple(Step(one, other, block.same) for one, other, block in zip(mine, theirs, blocks, strict=True))


def _blocks(asked: int, on_file: int, pairs: Sequence[Pair]) -> Iterator[_Block]:
    i = j = 0
    runs = [*_runs(pairs), (asked, on_file, 0)]
    for first, start, length in runs:
        if (first, start) != (i, j):
            yield _Block(False, (i, first), (j, start))
        i, j = first + length, start + length
        if length:
            yield _Block(True, (first, i), (start, j))


def _runs(pairs: Sequence[Pair]) -> Iterator[tuple[int, int, int]]:
    """Pairs that follow one another on both sides: where they begin, and how many they are."""
    start = 0
    for at in range(1, len(pairs) + 1):
        if at == len(pairs) or pairs[at] != (pairs[at - 1][0] + 1, pairs[at - 1][1] + 1):
            yield (*pairs[start], at - start)
            start = at


def _spans(words: Sequence[Word], blocks: Sequence[tuple[bool, int, int]]) -> list[Span]:
    """The stretch of each block, one beginning where the one before ends."""
    edges = [words[0].span.start]
    for (same, first, last), _ in pairwise(blocks):
        if same:
            # What changed begins with its first word; where nothing stands, before the next word.
            edges.append(words[last].span.start if last < len(words) else words[-1].span.end)
        else:
            edges.append(words[last - 1].span.end if first < last else edges[-1])
    edges.append(words[-1].span.end)
    return [Span(*both) for both in pairwise(edges)]
