"""Which paragraphs match a question's words best, out of lists of numbers that are kept in memory.

The lists of the rarest words are added up until no paragraph without one of them can be among the best (MaxScore:
Turtle and Flood, "Query evaluation: strategies and optimizations", 1995), or until they are very long; the few that
score best so are then scored with every word. The score is BM25 as SQLite's FTS5 computes it, headlines at half.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.store.catalogue import LONGEST, Catalogue
from embeddings.store.rows import Rows
from embeddings.store.vectors import Ids, Mask

READ = 200_000
"""A word that more paragraphs hold, and more than a sixteenth of all, tells little: its list is not read."""
PLENTY = 20_000
"""So many paragraphs are always added up, for it costs next to nothing."""
MOST = 600_000
"""So many paragraphs are added up at most where those so far are enough."""
FEW = 5_000
"""Where filters leave no more paragraphs than this, each of them is scored."""
SHORTLIST = 500
"""So many are scored with every word."""
PHRASE_TEXTS = 2_000
"""So many texts are read at most for those that hold a phrase."""

_MEMORY = 512 << 20
"""Bytes that lists may take."""
_COMMON = 16
_K1, _B, _HEADLINE = 1.2, 0.75, 0.5
_SHORTEST = (_K1 + 1) / (1 + _K1 * (1 - _B))
"""What a word adds at most, by its rarity, where it stands once."""
_SPARE = 60
_WIDE = 2
"""Where one in so many may be looked at, or more, the mask is asked of the best alone."""
_JUDGED = 5_000
"""In lists of so many together it is looked how good the best are."""
_STALE = 0.01
"""A very common word is counted anew when the archive has grown by so much."""

Scores = NDArray[np.float32]


Texts = Callable[[int], Sequence[str]]
"""The words of the headline and of each paragraph of the serving with this number."""


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of a word: how many paragraphs hold it in their text, and which, unless they are very many.

    ``headlines`` are the places of the articles that have it in theirs, and ``holding`` how many paragraphs have it
    in one or the other. Some of them may be gone by now. It is known up to the paragraph ``last`` and the serving
    ``served``, and but for what went after the first ``gone``.
    """

    frequency: int
    holding: float
    paragraphs: NDArray[np.uint32] | None
    headlines: Ids
    last: int
    served: int
    gone: int

    @property
    def size(self) -> int:
        """Bytes that its lists take."""
        return self.headlines.nbytes + (0 if self.paragraphs is None else self.paragraphs.nbytes)


class Lexicon:
    """The lists of the words that were asked for last, kept in step with a catalogue."""

    def __init__(self, catalogue: Catalogue, *, read: int = READ) -> None:
        """``read`` is how many paragraphs may hold a word whose list is read whatever their share."""
        self._catalogue, self._most = catalogue, read
        self._known: dict[str, Word] = {}
        self._size = 0

    def words(self, rows: Rows, asked: Sequence[str]) -> dict[str, Word]:
        """What is known of each of these words."""
        return {word: self._word(rows, word) for word in asked}

    def _word(self, rows: Rows, word: str) -> Word:
        known = self._known.pop(word, None)
        self._size -= known.size if known else 0
        fresh = self._read(rows, word) if known is None else self._kept_up(rows, word, known)
        # The last asked for stands last, and goes last.
        self._known[word] = fresh
        self._size += fresh.size
        while self._size > _MEMORY and len(self._known) > 1:
            self._size -= self._known.pop(next(iter(self._known))).size
        return fresh

    def _read(self, rows: Rows, word: str) -> Word:
        catalogue = self._catalogue
        most = max(self._most, catalogue.paragraphs // _COMMON)
        count = rows.words.count(word) if catalogue.paragraphs > most else 0
        found = rows.words.holding(word).astype(np.uint32) if count <= most else None
        headlines = catalogue.places(rows.words.heading(word))
        return self._known_now(count if found is None else len(found), found, headlines)

    def _known_now(self, frequency: int, found: NDArray[np.uint32] | None, headlines: Ids) -> Word:
        catalogue = self._catalogue
        return Word(
            frequency=frequency,
            holding=_holding(catalogue, frequency, found, headlines),
            paragraphs=found,
            headlines=headlines,
            last=catalogue.last_paragraph,
            served=catalogue.last_serving,
            gone=len(catalogue.gone),
        )

    def _kept_up(self, rows: Rows, word: str, known: Word) -> Word:
        """What is known of a word, with what came and went since."""
        catalogue = self._catalogue
        if (known.served, known.gone) == (catalogue.last_serving, len(catalogue.gone)):
            return known
        came = catalogue.places(rows.words.heading(word, after=known.served))
        headlines = np.concatenate([known.headlines, came])
        if known.paragraphs is None:
            if catalogue.last_paragraph - known.last > _STALE * known.last:
                return self._read(rows, word)
            return replace(known, headlines=headlines, served=catalogue.last_serving, gone=len(catalogue.gone))
        new = rows.words.holding(word, after=known.last).astype(np.uint32)
        dead = sum(_within(known.paragraphs, *each) for each in catalogue.gone[known.gone :])
        found = np.concatenate([known.paragraphs, new]) if len(new) else known.paragraphs
        return self._known_now(known.frequency + len(new) - dead, found, headlines)


def _holding(catalogue: Catalogue, frequency: int, found: NDArray[np.uint32] | None, headlines: Ids) -> float:
    """How many paragraphs have a word in their text or headline; of very many, about how many."""
    heads = headlines[catalogue["alive"][headlines]]
    below = float(catalogue["paragraphs"][heads].sum(dtype=np.int64))
    if found is None or len(found) > PLENTY:
        # As if headlines and texts had nothing to do with one another.
        return below + frequency * (1 - below / max(catalogue.paragraphs, 1))
    owners = catalogue.owners(found)
    owners = owners[catalogue["alive"][owners]]
    return below + int(np.count_nonzero(~_holds(heads, owners)))


class Matching:
    """The best paragraphs by the words of one question, among the articles that a mask lets through."""

    def __init__(self, catalogue: Catalogue, words: Mapping[str, Word], articles: Mask, scores: Scores) -> None:
        """``scores`` has a zero for every paragraph, and has them again afterwards."""
        self._catalogue, self._articles, self._scores = catalogue, articles, scores
        self._words = words
        headlines = catalogue.total_headlines / max(catalogue.paragraphs, 1)
        self._mean = max(catalogue.total_words / max(catalogue.paragraphs, 1) + headlines, 1e-9)
        self._once, self._above = (_shares(self._mean, weight) for weight in (1.0, _HEADLINE))
        left = catalogue.count(articles, "paragraphs")
        self._few, self._wide = left <= FEW, left * _WIDE > catalogue.last_paragraph
        self._rarity = {word: self._rarity_of(known.holding) for word, known in words.items()}
        self._order = sorted(words, key=lambda word: (-self._rarity[word], word))

    def _rarity_of(self, holding: float) -> float:
        total = self._catalogue.paragraphs
        return max(math.log((total - holding + 0.5) / (holding + 0.5)), 1e-6) if total else 0.0

    def best(self, limit: int, texts: Texts) -> tuple[Ids, Scores]:
        """The ``limit`` paragraphs that match best, best first, and their scores."""
        chosen = self._chosen(limit)
        rough = self._rough(chosen)
        order = np.lexsort((chosen, -rough))[: limit + _SPARE]
        return self._exact(chosen[order], limit, texts)

    # The lists.

    def _chosen(self, limit: int) -> Ids:
        """The paragraphs that may be among the best, ascending."""
        if self._few:
            return np.sort(self._catalogue.paragraphs_of(np.flatnonzero(self._articles)))
        lists: list[Ids] = []
        try:
            for place, word in enumerate(self._order):
                if self._words[word].paragraphs is not None and not self._enough(lists, self._order[place:], limit):
                    lists += self._added(word)
        finally:
            best = self._taken(lists)
        return np.sort(best)

    def _taken(self, lists: Sequence[Ids]) -> Ids:
        """The best of all lists, each once; every score is zero again from now on."""
        best, least = (_NONE, _NONE.astype(np.float32)), np.float32(0)
        for each in lists:
            scores = self._scores[each]
            self._scores[each] = 0
            # What an earlier list took has no score any more.
            places = np.flatnonzero(scores > least)
            found = self._let_through(each[places], scores[places])
            best = _highest(np.concatenate([best[0], found[0]]), np.concatenate([best[1], found[1]]), SHORTLIST)
            least = best[1].min() if len(best[1]) == SHORTLIST else least
        return best[0]

    def _let_through(self, paragraphs: Ids, scores: Scores) -> tuple[Ids, Scores]:
        """The best of these that the mask lets through, where it was not asked before."""
        if not self._wide:
            return _highest(paragraphs, scores, SHORTLIST)
        # Most may be looked at: it is asked of the best alone, of twice as many as long as these are not enough.
        some = 2 * SHORTLIST
        while True:
            first = _highest(paragraphs, scores, some)
            allowed = self._articles[self._catalogue.owners(first[0])]
            if len(first[0]) < some or np.count_nonzero(allowed) >= SHORTLIST:
                return _highest(first[0][allowed], first[1][allowed], SHORTLIST)
            some *= 4

    def _enough(self, lists: Sequence[Ids], rest: Sequence[str], limit: int) -> bool:
        """Whether none that holds only the rest of the words can be among the best, or it would cost too much."""
        sizes = np.cumsum([0, *map(len, lists)])
        added = int(sizes[-1])
        if added < PLENTY:
            return False
        # The best hold rare words: the shortest lists tell well enough how good the best are so far.
        some = np.concatenate(lists[: int(np.searchsorted(sizes, _JUDGED))])[: 4 * _JUDGED]
        best = np.unique(_highest(some, self._scores[some], 8 * limit)[0])
        best = best[self._articles[self._catalogue.owners(best)]]
        if len(best) < limit:
            return False
        known = self._words[rest[0]].paragraphs
        worst = np.sort(self._scores[best])[-limit]
        return added + len(known if known is not None else ()) > MOST or bool(
            worst >= _SHORTEST * sum(self._rarity[word] for word in rest)
        )

    def _added(self, word: str) -> tuple[Ids, Ids]:
        """The paragraphs that a word stands in, and those that it stands over; their scores have grown by it."""
        catalogue, known = self._catalogue, self._words[word]
        assert known.paragraphs is not None
        held = known.paragraphs.astype(np.int64)
        if not self._wide:
            held = held[self._articles[catalogue.owners(held)]]
        below = catalogue.paragraphs_of(known.headlines[self._articles[known.headlines]])
        for paragraphs, shares in ((held, self._once), (below, self._above)):
            self._scores[paragraphs] += self._rarity[word] * shares[catalogue.lengths(paragraphs)]
        return held, below

    # The few.

    def _rough(self, paragraphs: Ids) -> Scores:
        """The scores as if each word stood once in a text, and without words whose lists are not read."""
        total = np.zeros(len(paragraphs), dtype=np.float32)
        owners, lengths = self._catalogue.owners(paragraphs), self._lengths(paragraphs)
        for word, known in self._words.items():
            weight = np.float32(_HEADLINE) * _holds(known.headlines, owners)
            if known.paragraphs is not None:
                weight += _holds(known.paragraphs, paragraphs)
            total += np.float32(self._rarity[word]) * _share(weight, lengths)
        return total

    def _lengths(self, paragraphs: Ids) -> Scores:
        """What the length of each paragraph takes off a word's share."""
        return _taken_off(self._catalogue.lengths(paragraphs), self._mean)

    def _exact(self, paragraphs: Ids, limit: int, texts: Texts) -> tuple[Ids, Scores]:
        weights = np.array(list(self._weights(paragraphs, texts)), dtype=np.float32)
        rarity = np.array([self._rarity[word] for word in self._words], dtype=np.float32)
        shares = _share(weights.reshape(len(paragraphs), len(self._words)), self._lengths(paragraphs).reshape(-1, 1))
        total = (shares * rarity).sum(axis=1)
        order = np.lexsort((paragraphs, -total))[:limit]
        order = order[total[order] > 0]
        return paragraphs[order], total[order]

    def _weights(self, paragraphs: Ids, texts: Texts) -> Iterator[list[float]]:
        """How often each word stands in each paragraph, in its headline for half."""
        catalogue = self._catalogue
        owners = catalogue.owners(paragraphs)
        servings = catalogue["serving"][owners].tolist()
        ordinals = (paragraphs - catalogue["paragraph"][owners] + 1).tolist()
        for serving, ordinal in zip(servings, ordinals, strict=True):
            lines = texts(serving)
            over, text = lines[0].split(), lines[ordinal].split()
            yield [_HEADLINE * over.count(word) + text.count(word) for word in self._words]

    # Where lists are not enough.

    def newest(self, rows: Rows, limit: int, texts: Texts) -> tuple[Ids, Scores]:
        """The best of the newest paragraphs that hold several of the words, all of which are very common."""
        found = _NONE
        for count in range(len(self._order), 0, -1):
            for each in rows.words.newest(self._order[:count], PHRASE_TEXTS):
                found = np.union1d(found, each[self._articles[self._catalogue.owners(each)]])
                if len(found) >= limit:
                    return self._exact(found[::-1][: limit + _SPARE], limit, texts)
        return self._exact(found, limit, texts)


class Phrasing:
    """The paragraphs that hold a phrase word for word, among the articles that a mask lets through."""

    def __init__(self, catalogue: Catalogue, rows: Rows, lexicon: Lexicon, articles: Mask) -> None:
        self._catalogue, self._rows, self._lexicon, self._articles = catalogue, rows, lexicon, articles
        self._left = PHRASE_TEXTS

    def holding(self, phrases: Iterable[Sequence[str]], limit: int, texts: Texts) -> Ids:
        """The newest ``limit`` paragraphs whose text has one of the phrases; of all, so many texts are read at most."""
        found: list[int] = []
        for phrase in phrases:
            line = f" {' '.join(phrase)} "
            for paragraph in self._with_all(phrase)[::-1][: self._left].tolist():
                if len(found) >= limit:
                    break
                self._left -= 1
                text = texts(self._catalogue.serving_of(paragraph))[self._catalogue.ordinal(paragraph)]
                if line in f" {text} ":
                    found.append(paragraph)
        return np.unique(np.array(found, dtype=np.int64))

    def _with_all(self, phrase: Sequence[str]) -> Ids:
        """The paragraphs that hold all of the words, ascending, as far as lists tell."""
        words = self._lexicon.words(self._rows, list(dict.fromkeys(phrase))).values()
        lists = [word.paragraphs for word in words if word.paragraphs is not None]
        if lists:
            shortest, *others = sorted(lists, key=len)
            for other in others:
                shortest = shortest[_holds(other, shortest)]
            found = shortest.astype(np.int64)
        else:
            found = np.sort(np.concatenate([*self._rows.words.newest(phrase, PHRASE_TEXTS), _NONE]))
        return np.asarray(found[self._articles[self._catalogue.owners(found)]])


_NONE: Ids = np.zeros(0, dtype=np.int64)


def _within(numbers: NDArray[np.uint32], first: int, last: int) -> int:
    """How many of numbers that ascend lie from the first to the last, both included."""
    return int(np.searchsorted(numbers, last, side="right") - np.searchsorted(numbers, first))


def _share(weight: Scores | np.float32, lengths: Scores) -> Scores:
    """What of a word's rarity counts where it has this weight."""
    return np.asarray(weight * np.float32(_K1 + 1) / (weight + lengths), dtype=np.float32)


def _taken_off(lengths: NDArray[np.uint16], mean: float) -> Scores:
    return np.asarray(_K1 * (1 - _B + _B / mean * lengths.astype(np.float32)), dtype=np.float32)


@lru_cache(maxsize=4)
def _shares(mean: float, weight: float) -> Scores:
    """What of a word's rarity counts at each length of a paragraph, where it has this weight."""
    return _share(np.float32(weight), _taken_off(np.arange(LONGEST + 1, dtype=np.uint16), mean))


def _holds(numbers: NDArray[Any], asked: NDArray[Any]) -> Mask:
    """Which of the numbers asked for are among others that ascend."""
    if not len(numbers):
        return np.zeros(len(asked), dtype=np.bool_)
    sought = asked.astype(numbers.dtype)
    places = np.searchsorted(numbers, sought)
    return np.asarray(numbers[np.minimum(places, len(numbers) - 1)] == sought)


def _highest(ids: Ids, scores: Scores, count: int) -> tuple[Ids, Scores]:
    """The ids of the highest scores, in no particular order, and those."""
    if len(ids) <= count:
        return ids, scores
    best = np.argpartition(-scores, count)[:count]
    return ids[best], scores[best]
