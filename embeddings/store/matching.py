"""Which paragraphs match a question's words best, out of lists of numbers that are kept in memory.

Every paragraph on the lists of the rarest words is scored. Those without one of them may be among the best only where
they hold several of the others, so many that the sum of what these can add reaches the best so far (MaxScore: Turtle
and Flood, "Query evaluation: strategies and optimizations", 1995): which do is told by a bit a paragraph for each word.
The score is BM25 as SQLite's FTS5 computes it, headlines at half.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, takewhile

import numpy as np
from numpy.typing import NDArray

from embeddings.store.catalogue import LONGEST, Catalogue
from embeddings.store.lexicon import Lexicon, Places, Together, Word, holds
from embeddings.store.rows import Rows
from embeddings.store.vectors import Ids, Mask

PLENTY = 20_000
"""Lists of so many paragraphs in all are always looked through, for it costs next to nothing."""
MOST = 500_000
"""No more paragraphs than about so many are scored."""
FEW = 5_000
"""Where filters leave no more paragraphs than this, each of them may be one of the best."""
NARROW = 64
"""Where they leave no more than one in so many, each of them is scored, and no list looked through."""
SHORTLIST = 500
"""So many are scored once more, with the headline's words and the text's together."""
PHRASE_TEXTS = 2_000
"""So many texts are read at most for those that hold a phrase."""
_AT_ONCE = 64

_K1, _B, _HEADLINE = 1.2, 0.75, 0.5
_SHORTEST = (_K1 + 1) / (1 + _K1 * (1 - _B))
"""What a word adds at most, by its rarity, where it stands once."""
_SPARE = 60
_MORE = 5
"""So many times as many paragraphs are looked through where too few of them pass the filters."""
_SETS = 24
"""So many sets of words are looked for together at most."""

Scores = NDArray[np.float32]


Texts = Callable[[Iterable[int]], Mapping[int, Sequence[str]]]
"""For servings by their numbers the words of the headline and of each paragraph."""


class Matching:
    """The best paragraphs by the words of one question, among the articles that a mask lets through."""

    def __init__(self, catalogue: Catalogue, words: Mapping[str, Word], articles: Mask) -> None:
        self._catalogue, self._articles, self._words = catalogue, articles, words
        headlines = catalogue.total_headlines / max(catalogue.paragraphs, 1)
        self._mean = max(catalogue.total_words / max(catalogue.paragraphs, 1) + headlines, 1e-9)
        self._once, self._above = (_shares(self._mean, weight) for weight in (1.0, _HEADLINE))
        self._rarity = {word: self._rarity_of(known.holding) for word, known in words.items()}
        self._order = sorted(words, key=lambda word: (-self._rarity[word], word))
        self._headed = np.zeros(len(articles), dtype=np.float32)
        """The rarity of the words in each article's headline, summed."""
        for word, known in words.items():
            self._headed[known.headlines] += np.float32(self._rarity[word])

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
        left = self._catalogue.count(self._articles, "paragraphs")
        narrow = left <= max(FEW, self._catalogue.last_paragraph // NARROW)
        every = self._catalogue.paragraphs_of(np.flatnonzero(self._articles)) if narrow else _NONE
        if left <= FEW:
            return np.sort(every)
        rest = deque(word for word in self._order if self._words[word].paragraphs is not None)
        if narrow:
            return np.sort(self._best_of(every)[0]) if rest else _NONE
        best, scores = self._of_rarest(rest, limit)
        if rest and len(best) >= limit:
            worst = float(np.sort(scores)[-limit])
            best, _ = self._best_of(_each_once(np.concatenate([best, self._together(rest, worst)])))
        return np.sort(best)

    def _of_rarest(self, rest: deque[str], limit: int) -> tuple[Ids, Scores]:
        """The best of those on the lists of the rarest words, which are taken out of ``rest``."""
        lists: list[Ids] = []
        wanted = PLENTY
        while True:
            while rest and sum(map(len, lists)) < wanted:
                lists += self._lists(rest.popleft())
            best, scores = self._best_of(_each_once(np.concatenate([_NONE, *lists])))
            if len(best) >= limit or not rest or wanted >= MOST:
                return best, scores
            wanted *= _MORE

    def _lists(self, word: str) -> tuple[Ids, Ids]:
        """The allowed paragraphs that a word stands in, and those that it stands over."""
        known = self._words[word]
        assert known.paragraphs is not None
        held = known.paragraphs[self._articles[self._catalogue.owners(known.paragraphs)]].astype(np.int64)
        return held, self._catalogue.paragraphs_of(known.headlines[self._articles[known.headlines]])

    def _best_of(self, paragraphs: Ids) -> tuple[Ids, Scores]:
        """The best of these, and their scores: as if a word in the headline and in the text were two."""
        last, lengths = self._catalogue.last_paragraph, self._catalogue.lengths(paragraphs)
        places, held = Places(paragraphs), np.zeros(len(paragraphs), dtype=np.float32)
        for word, known in self._words.items():
            if known.paragraphs is not None:
                held += np.float32(self._rarity[word]) * known.holds(places, last)
        total = self._once[lengths] * held + self._above[lengths] * self._headed[self._catalogue.owners(paragraphs)]
        some = total > 0
        return _highest(paragraphs[some], total[some], SHORTLIST)

    def _together(self, words: Iterable[str], worst: float) -> Ids:
        """The allowed paragraphs that hold so many of these words in their text that they may score as much as this."""
        listed = [self._words[word] for word in words]
        rarity = [self._rarity[word] for word in words]
        found = np.zeros(self._catalogue.last_paragraph // 64 + 1, dtype=np.uint64)
        few = [_NONE]
        chosen: list[int] = []
        all_of: list[Together] = []
        for one in islice(_sets(rarity, worst / _SHORTEST), _SETS):
            # One set begins as the one before it did.
            same = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(chosen, one, strict=False))))
            del all_of[same:]
            for place in one[same:]:
                all_of.append(self._with(listed[place], all_of[-1] if all_of else None))
            chosen = one
            if isinstance(all_of[-1], Places):
                few.append(all_of[-1].ids)
            else:
                found |= all_of[-1]
        paragraphs = np.concatenate([*few, _numbers(found)[-MOST:]])
        return paragraphs[self._articles[self._catalogue.owners(paragraphs)]]

    def _with(self, word: Word, among: Together | None) -> Together:
        """Those of these paragraphs that hold the word, too."""
        last = self._catalogue.last_paragraph
        assert word.paragraphs is not None
        if isinstance(among, Places):
            return Places(among.ids[word.holds(among, last)])
        if word.is_rare(last):
            listed = Places(word.paragraphs.astype(np.int64))
            return listed if among is None else Places(listed.ids[listed.set_in(among.view(np.uint8))])
        bits = word.bits(last).view(np.uint64)
        return bits if among is None else among & bits

    # The few.

    def _rough(self, paragraphs: Ids) -> Scores:
        """The scores as if each word stood once in a text, and without words whose lists are not read."""
        total = np.zeros(len(paragraphs), dtype=np.float32)
        owners, lengths, places = self._catalogue.owners(paragraphs), self._lengths(paragraphs), Places(paragraphs)
        for word, known in self._words.items():
            weight = np.float32(_HEADLINE) * holds(known.headlines, owners)
            if known.paragraphs is not None:
                weight += known.holds(places, self._catalogue.last_paragraph)
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
        lines = texts(dict.fromkeys(servings))
        for serving, ordinal in zip(servings, ordinals, strict=True):
            weights = dict.fromkeys(self._words, 0.0)
            for line, weight in ((lines[serving][0], _HEADLINE), (lines[serving][ordinal], 1.0)):
                for word in filter(weights.__contains__, line.split()):
                    weights[word] += weight
            yield list(weights.values())

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
            for paragraphs in _pieces(self._with_all(phrase)[::-1][: self._left].tolist(), _AT_ONCE):
                if len(found) >= limit:
                    break
                self._left -= len(paragraphs)
                servings = {one: self._catalogue.serving_of(one) for one in paragraphs}
                lines = texts(dict.fromkeys(servings.values()))
                found += [
                    one for one in paragraphs if line in f" {lines[servings[one]][self._catalogue.ordinal(one)]} "
                ]
        return np.unique(np.array(found[:limit], dtype=np.int64))

    def _with_all(self, phrase: Sequence[str]) -> Ids:
        """The paragraphs that hold all of the words, ascending, as far as lists tell."""
        words = self._lexicon.words(self._rows, list(dict.fromkeys(phrase))).values()
        lists = [word.paragraphs for word in words if word.paragraphs is not None]
        if lists:
            shortest, *others = sorted(lists, key=len)
            for other in others:
                shortest = shortest[holds(other, shortest)]
            found = shortest.astype(np.int64)
        else:
            found = np.sort(np.concatenate([*self._rows.words.newest(phrase, PHRASE_TEXTS), _NONE]))
        return np.asarray(found[self._articles[self._catalogue.owners(found)]])


_NONE: Ids = np.zeros(0, dtype=np.int64)


def _pieces(numbers: Sequence[int], count: int) -> Iterator[Sequence[int]]:
    """So many at a time."""
    return (numbers[start : start + count] for start in range(0, len(numbers), count))


def _each_once(paragraphs: Ids) -> Ids:
    """Ascending, each once."""
    # These are a few lists that ascend: merging them takes a twentieth of the time of sorting.
    found = np.sort(paragraphs, kind="stable")
    return np.asarray(found[np.concatenate([np.ones(len(found[:1]), np.bool_), found[1:] != found[:-1]])])


def _sets(worth: Sequence[float], wanted: float) -> Iterator[list[int]]:
    """The smallest sets of places whose worth, which descends, comes to what is wanted; those of the first first."""

    def from_place(place: int, chosen: list[int], missing: float) -> Iterator[list[int]]:
        if missing <= 0:
            yield chosen
        elif missing <= left[place]:
            yield from from_place(place + 1, [*chosen, place], missing - worth[place])
            yield from from_place(place + 1, chosen, missing)

    left = [sum(worth[place:]) for place in range(len(worth) + 1)]
    yield from from_place(0, [], max(wanted, 1e-9))


def _numbers(bits: NDArray[np.uint64]) -> Ids:
    """The places of the bits that are set, ascending."""
    places = np.flatnonzero(bits)
    set_ = np.unpackbits(bits[places].view(np.uint8), bitorder="little").reshape(len(places), 64)
    rows, columns = np.nonzero(set_)
    return np.asarray(places[rows] * 64 + columns, dtype=np.int64)


def _share(weight: Scores | np.float32, lengths: Scores) -> Scores:
    """What of a word's rarity counts where it has this weight."""
    return np.asarray(weight * np.float32(_K1 + 1) / (weight + lengths), dtype=np.float32)


def _taken_off(lengths: NDArray[np.uint16], mean: float) -> Scores:
    return np.asarray(_K1 * (1 - _B + _B / mean * lengths.astype(np.float32)), dtype=np.float32)


@lru_cache(maxsize=4)
def _shares(mean: float, weight: float) -> Scores:
    """What of a word's rarity counts at each length of a paragraph, where it has this weight."""
    return _share(np.float32(weight), _taken_off(np.arange(LONGEST + 1, dtype=np.uint16), mean))


def _highest(ids: Ids, scores: Scores, count: int) -> tuple[Ids, Scores]:
    """The ids of the highest scores, in no particular order, and those."""
    if len(ids) <= count:
        return ids, scores
    worst = np.partition(scores, -count)[-count]
    # Of those that are equal to the worst no more than there is room for.
    better, equal = np.flatnonzero(scores > worst), np.flatnonzero(scores == worst)
    best = np.concatenate([better, equal[: count - len(better)]])
    return ids[best], scores[best]
