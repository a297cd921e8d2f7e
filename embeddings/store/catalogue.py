"""What is searched, as columns in memory: one mask over articles applies every filter to both searches.

A row is an article, and its place a number that it keeps. Of a paragraph no more is kept than whose it is and how long;
the paragraphs and the windows of an article are ranges of numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.news import Coverage, Filters
from embeddings.store.index import Allowed
from embeddings.store.packing import microseconds
from embeddings.store.rows import LENGTH, Rows, Served
from embeddings.store.vectors import Ids, Mask

LONGEST = np.iinfo(np.uint16).max
"""No paragraph counts as one of more words."""

_ALWAYS = np.iinfo(np.int64).min
_COLUMNS = {
    "serving": "i8",
    "version": "i8",
    "day": "i4",
    "embargo": "i8",
    "held": "?",
    "outlet": "i4",
    "language": "i4",
    "section": "i4",
    "paragraph": "i8",
    "paragraphs": "i4",
    "window": "i8",
    "windows": "i4",
    "headline": "i4",
    "words": "i8",
    "alive": "?",
}


class Paragraphs(NamedTuple):
    """Numbers of paragraphs from the first to the last, both included."""

    first: int
    last: int


class Column:
    """Values that more are put after, without copying all of them each time."""

    def __init__(self, kind: str) -> None:
        self._room: NDArray[Any] = np.zeros(16, dtype=kind)
        self._size = 0

    @property
    def values(self) -> NDArray[Any]:
        """All of them."""
        return self._room[: self._size]

    def extend(self, values: Sequence[Any] | NDArray[Any]) -> None:
        """Put these after the last."""
        needed = self._size + len(values)
        if needed > len(self._room):
            room = np.zeros(max(needed, 2 * len(self._room)), dtype=self._room.dtype)
            room[: self._size] = self.values
            self._room = room
        self._room[self._size : needed] = values
        self._size = needed


class Catalogue:
    """What is searched, as columns in memory; servings and their ranges ascend by place."""

    def __init__(self) -> None:
        self._columns = {name: Column(kind) for name, kind in _COLUMNS.items()}
        self._party_places, self._parties = Column("i4"), Column("i4")
        # By number; those between the ranges are nobody's and never asked for.
        self._owners, self._lengths = Column("i4"), Column("u2")
        self._names: dict[str, int] = {}
        self.gone: list[Paragraphs] = []
        """The paragraphs of what went, in the order in which it did."""
        self._settle()

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name].values

    def catch_up(self, rows: Rows, since: int) -> None:
        """Take in what came and went after this place in the journal."""
        # Whoever starts from nothing has nothing to forget.
        if since:
            self._forget(rows.withdrawn(since))
        for served in rows.servings(last_id(self["serving"])):
            self._take(served)
        self._settle()

    def _forget(self, servings: Sequence[int]) -> None:
        known = self["serving"]
        for serving in servings:
            place = int(np.searchsorted(known, serving))
            # What came and went since is not here.
            if place < len(known) and known[place] == serving and self["alive"][place]:
                self["alive"][place] = False
                first, count = int(self["paragraph"][place]), int(self["paragraphs"][place])
                self.gone.append(Paragraphs(first, first + count - 1))

    def _take(self, batch: Sequence[Served]) -> None:
        first = len(self["serving"])
        lengths = [np.frombuffer(one.lengths, dtype=LENGTH) for one in batch]
        table: dict[str, list[Any]] = {
            "serving": [one.serving for one in batch],
            "version": [one.version for one in batch],
            "day": [one.day or 0 for one in batch],
            "embargo": [_ALWAYS if one.embargo is None else one.embargo for one in batch],
            "held": [bool(one.held) for one in batch],
            "outlet": [self._name(one.outlet) for one in batch],
            "language": [self._name(one.language) for one in batch],
            "section": [self._name(one.section) for one in batch],
            "paragraph": [one.first_paragraph for one in batch],
            "paragraphs": [one.paragraphs for one in batch],
            "window": [one.first_window for one in batch],
            "windows": [one.windows for one in batch],
            "headline": [one.headline for one in batch],
            "words": [int(each.sum(dtype=np.int64)) for each in lengths],
            "alive": [True] * len(batch),
        }
        for name, values in table.items():
            self._columns[name].extend(values)
        for place, one in enumerate(batch, first):
            parties = [self._name(party) for party in json.loads(one.parties)]
            self._parties.extend(parties)
            self._party_places.extend([place] * len(parties))
        self._own(first, lengths)

    def _own(self, first: int, lengths: Sequence[NDArray[Any]]) -> None:
        """Note whose the paragraphs of the articles from this place on are, and how long."""
        firsts, counts = self["paragraph"][first:], self["paragraphs"][first:]
        last = int((firsts + counts).max(initial=0))
        for column in (self._owners, self._lengths):
            column.extend(np.zeros(max(0, last - len(column.values)), dtype=np.int64))
        ids = ranges(firsts, counts)
        self._owners.values[ids] = np.repeat(np.arange(first, first + len(counts)), counts)
        words = np.concatenate([*lengths, np.zeros(0, LENGTH)]) + np.repeat(self["headline"][first:], counts)
        self._lengths.values[ids] = np.minimum(words, LONGEST)

    def _name(self, name: str | None) -> int:
        return -1 if name is None else self._names.setdefault(name, len(self._names))

    def _settle(self) -> None:
        alive = self["alive"]
        counts = self["paragraphs"][alive]
        self.paragraphs = int(counts.sum(dtype=np.int64))
        self.total_words = int(self["words"][alive].sum())
        self.total_headlines = int((self["headline"][alive].astype(np.int64) * counts).sum())
        last_window = int((self["window"] + self["windows"]).max(initial=1)) - 1
        self._unbroken = int(self["windows"][alive].sum(dtype=np.int64)) == last_window
        self._coverages: dict[bytes, Coverage] = {}
        self._windows: dict[bytes, Allowed] = {}

    # Paragraphs and windows.

    @property
    def last_paragraph(self) -> int:
        """The highest number of a paragraph."""
        return max(len(self._owners.values) - 1, 0)

    @property
    def last_serving(self) -> int:
        """The highest number of a serving."""
        return last_id(self["serving"])

    def serving_of(self, paragraph: int) -> int:
        """Which serving a paragraph belongs to."""
        return int(self["serving"][self._owners.values[paragraph]])

    def owners(self, paragraphs: NDArray[Any]) -> Ids:
        """The places of the articles that these paragraphs stand in."""
        return np.asarray(self._owners.values[paragraphs], dtype=np.int64)

    def lengths(self, paragraphs: Ids) -> NDArray[np.uint16]:
        """How many words each of these paragraphs has together with its headline, up to ``LONGEST``."""
        return np.asarray(self._lengths.values[paragraphs])

    def ordinal(self, paragraph: int) -> int:
        """Which paragraph of its article it is."""
        return paragraph - int(self["paragraph"][self._owners.values[paragraph]]) + 1

    def paragraphs_of(self, places: Ids) -> Ids:
        """The paragraphs of the articles at these places."""
        return ranges(self["paragraph"][places], self["paragraphs"][places])

    def windows_of(self, paragraph: int) -> tuple[int, int]:
        """Among which windows those of a paragraph are: the first, and how many."""
        place = self._owners.values[paragraph]
        return int(self["window"][place]), int(self["windows"][place])

    def count(self, articles: Mask, of: str) -> int:
        """How many ``paragraphs`` or ``windows`` these articles have."""
        return int(self[of][articles].sum(dtype=np.int64))

    def windows(self, articles: Mask) -> Allowed | None:
        """The windows of these articles; nothing where they are all that ever were."""
        if self._unbroken and articles.all():
            return None
        key = articles.tobytes()
        if key not in self._windows:
            if len(self._windows) >= _CACHED:
                self._windows.clear()
            held = articles & (self["windows"] > 0)
            starts, counts = self["window"][held], self["windows"][held]
            apart = np.flatnonzero(starts[1:] != (starts + counts)[:-1])
            firsts = np.concatenate([starts[:1], starts[1:][apart]])
            ends = np.concatenate([(starts + counts)[:-1][apart], (starts + counts)[-1:]])
            self._windows[key] = Allowed.ranges(firsts, ends)
        return self._windows[key]

    # Articles.

    def allowed(self, filters: Filters) -> Mask:
        """Which articles may be looked at."""
        mask: Mask = self["alive"].copy()
        if not filters.viewer.embargo_group:
            mask &= (self["embargo"] <= (microseconds(filters.at) or 0)) & ~self["held"]
        if filters.since or filters.before:
            mask &= self["day"] > 0
        if filters.since:
            mask &= self["day"] >= filters.since.toordinal()
        if filters.before:
            mask &= self["day"] < filters.before.toordinal()
        for names, column in ((filters.languages, "language"), (filters.sections, "section")):
            if names:
                mask &= np.isin(self[column], self._numbers(names))
        return mask & self._through(filters.outlets) if filters.outlets else mask

    def _through(self, outlets: Iterable[str]) -> Mask:
        """Which articles came through one of these hands, as outlet, agency or carrier."""
        mask = np.zeros(len(self["serving"]), dtype=np.bool_)
        mask[self._party_places.values[np.isin(self._parties.values, self._numbers(outlets))]] = True
        return mask

    def _numbers(self, names: Iterable[str]) -> list[int]:
        return [self._names[name] for name in names if name in self._names]

    def among(self, servings: Sequence[int]) -> Mask:
        """Which articles are served by one of these."""
        mask = np.zeros(len(self["serving"]), dtype=np.bool_)
        mask[self.places(np.array(servings, dtype=np.int64))] = True
        return mask

    def places(self, servings: Ids) -> Ids:
        """Where the articles of these servings stand."""
        return np.asarray(np.searchsorted(self["serving"], servings), dtype=np.int64)

    def coverage(self, articles: Mask) -> Coverage:
        """What these articles are."""
        key = articles.tobytes()
        if key not in self._coverages:
            if len(self._coverages) >= _CACHED:
                self._coverages.clear()
            self._coverages[key] = self._coverage(articles)
        return self._coverages[key]

    def _coverage(self, articles: Mask) -> Coverage:
        numbers = self["outlet"][articles]
        outlets = np.bincount(numbers[numbers >= 0], minlength=len(self._names)).tolist()
        parties = self._parties.values[articles[self._party_places.values]]
        sources = np.bincount(parties, minlength=len(self._names)).tolist()
        days = self["day"][articles]
        days = days[days > 0]
        return Coverage(
            articles=int(np.count_nonzero(articles)),
            outlets={name: outlets[number] for name, number in self._names.items() if outlets[number]},
            sources=frozenset(name for name, number in self._names.items() if sources[number]),
            first=date.fromordinal(int(days.min())) if len(days) else None,
            last=date.fromordinal(int(days.max())) if len(days) else None,
        )


_CACHED = 8
"""So many masks have what they mean kept: most questions are asked under the same few filters."""


def ranges(firsts: Ids, counts: Ids) -> Ids:
    """All numbers of these ranges, one after another."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.repeat(firsts - before, counts) + np.arange(int(np.sum(counts))), dtype=np.int64)


def last_id(ids: NDArray[Any]) -> int:
    """The greatest of ids that ascend, 0 when there are none."""
    return int(ids[-1]) if len(ids) else 0
