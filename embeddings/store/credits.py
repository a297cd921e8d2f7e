"""Who is credited in which article, as columns in memory: one count gives every name's uses under any filters.

A row is one credit. What is withdrawn stays, and no mask over the articles that are searched holds it any more.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.news import Filters, NameUse
from embeddings.store.catalogue import Catalogue, Column
from embeddings.store.packing import name_use, text_of
from embeddings.store.quotations import QuotationRows
from embeddings.store.vectors import Mask

_KEPT = 8
"""For so many filters the last answer is kept, and only what has changed since is made anew."""
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)

Use = tuple[bytes, str, str]
"""A name with a nature and titles, as they are stored."""


class _Answer(NamedTuple):
    """The names' uses among some articles: how often each use is there, and what it makes of each name."""

    articles: Mask
    counts: NDArray[np.int64]
    made: NDArray[Any]
    names: tuple[NameUse, ...]


class Credits:
    """The credits of what a catalogue holds; it follows that catalogue's state."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._places, self._uses, self._again = Column("i4"), Column("i4"), Column("?")
        self._last = 0
        self._numbers: dict[Use, int] = {}
        self._names: dict[bytes, int] = {}
        self._name_of = Column("i4")
        self._by_name: list[list[tuple[int, Use]]] = []
        self._spelt: list[bytes] = []
        self._order: list[int] = []
        self._kept: OrderedDict[Filters, _Answer] = OrderedDict()

    def names(self, rows: QuotationRows, filters: Filters, articles: Mask) -> tuple[NameUse, ...]:
        """Every name that is credited in these articles, in the order of the letters; ``filters`` chose them.

        As long as nothing changes it is the very same tuple.
        """
        self._catch_up(rows)
        key = replace(filters, at=_ANY_TIME)
        kept = self._kept.pop(key, None)
        if kept is None or not np.array_equal(kept.articles, articles):
            alike = (each for each in self._kept.values() if np.array_equal(each.articles, articles))
            kept = next(alike, None) or self._answer(articles, kept)
        self._kept[key] = kept
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return kept.names

    # Keeping step.

    def _catch_up(self, rows: QuotationRows) -> None:
        """Take in what has been credited since; the catalogue is in the state of the same snapshot."""
        newest = rows.newest()
        if newest <= self._last:
            return
        # All of it is read before any counts: what fails half-way is read once more.
        credits = rows.credits(self._last)
        found = ((self._number((name, nature, roles)), *rest) for name, nature, roles, *rest in credits)
        table = np.fromiter(found, dtype=[("use", "i4"), ("serving", "i8"), ("again", "?")])
        self._uses.extend(table["use"])
        self._places.extend(self._catalogue.places(table["serving"]))
        self._again.extend(table["again"])
        self._order.extend(range(len(self._order), len(self._spelt)))
        self._order.sort(key=self._spelt.__getitem__)
        self._last = newest

    def _number(self, use: Use) -> int:
        number = self._numbers.get(use)
        if number is None:
            number = self._numbers[use] = len(self._numbers)
            name = self._names.setdefault(use[0], len(self._names))
            if name == len(self._by_name):
                self._by_name.append([])
                self._spelt.append(use[0])
            self._by_name[name].append((number, use))
            self._name_of.extend([name])
        return number

    # Counting.

    def _answer(self, articles: Mask, before: _Answer | None) -> _Answer:
        """What is credited in these articles, made from an answer for others as far as they are alike."""
        counts = self._counts(articles)
        made = np.full(len(self._spelt), None, dtype=object)
        then = np.zeros_like(counts)
        if before is not None:
            made[: len(before.made)] = before.made
            then[:, : before.counts.shape[1]] = before.counts
        changed = np.flatnonzero((counts != then).any(axis=0))
        if before is not None and not len(changed):
            return before._replace(articles=articles)
        for name in np.unique(self._name_of.values[changed]).tolist():
            made[name] = self._use(self._by_name[name], counts)
        return _Answer(articles, counts, made, tuple(filter(None, made[self._order].tolist())))

    def _counts(self, articles: Mask) -> NDArray[np.int64]:
        """For each use in how many quotations of these articles it is, and how often."""
        held = articles[self._places.values]
        once = held & ~self._again.values
        count = len(self._numbers)
        return np.stack([np.bincount(self._uses.values[each], minlength=count) for each in (once, held)])

    def _use(self, uses: Sequence[tuple[int, Use]], counts: NDArray[np.int64]) -> NameUse | None:
        """What a name is used for; nothing where it is not credited."""
        rows = [(*use, int(counts[0, number]), int(counts[1, number])) for number, use in uses if counts[1, number]]
        return name_use(text_of(rows[0][0]), rows) if rows else None
