"""What is searched, as columns in memory: one mask over articles applies every filter to both searches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.news import Coverage, Filters
from embeddings.store.rows import Rows, microseconds
from embeddings.store.vectors import Ids, Mask

_ALWAYS = np.iinfo(np.int64).min
_ARTICLE = np.dtype(
    [
        ("serving", "i8"),
        ("version", "i8"),
        ("day", "i8"),
        ("embargo", "i8"),
        ("held", "?"),
        ("outlet", "i4"),
        ("language", "i4"),
        ("section", "i4"),
    ]
)
_PARTY = np.dtype([("serving", "i8"), ("name", "i4")])
_PARAGRAPH = np.dtype([("id", "i8"), ("serving", "i8"), ("ordinal", "i4"), ("words", "i4")])
_WINDOW = np.dtype([("id", "i8"), ("paragraph", "i8")])


_Table = NDArray[Any]


class Catalogue:
    """What is searched, as columns in memory; a place is an index into a table, all tables ascend by id."""

    def __init__(self) -> None:
        self._articles: _Table = np.zeros(0, _ARTICLE)
        self._parties: _Table = np.zeros(0, _PARTY)
        self._paragraphs: _Table = np.zeros(0, _PARAGRAPH)
        self._windows: _Table = np.zeros(0, _WINDOW)
        self._names: dict[str, int] = {}
        self._settle()

    def catch_up(self, rows: Rows, since: int) -> Ids:
        """Take in what came and went after this place in the journal; returns the windows that went."""
        # Whoever starts from nothing has nothing to forget.
        windows = self._forget(np.array(rows.withdrawn(since) if since else [], dtype=np.int64))
        self._take(rows)
        self._settle()
        return windows

    def _forget(self, servings: Ids) -> Ids:
        lost = np.isin(self._paragraphs["serving"], servings)
        stale = np.isin(self._windows["paragraph"], self._paragraphs["id"][lost])
        windows = self._windows["id"][stale]
        self._windows = self._windows[~stale]
        self._paragraphs = self._paragraphs[~lost]
        self._parties = self._parties[~np.isin(self._parties["serving"], servings)]
        self._articles = self._articles[~np.isin(self._articles["serving"], servings)]
        return np.array(windows, dtype=np.int64)

    def _take(self, rows: Rows) -> None:
        served = rows.servings(last_id(self._articles["serving"]))
        articles, parties = [], []
        for serving, version, day, embargo, held, outlet, language, section, names in served:
            known = (self._name(outlet), self._name(language), self._name(section))
            articles.append((serving, version, day or 0, _ALWAYS if embargo is None else embargo, bool(held), *known))
            parties += [(serving, self._name(party)) for party in json.loads(names)]
        self._articles = _extended(self._articles, articles)
        self._parties = _extended(self._parties, parties)
        self._paragraphs = _extended(self._paragraphs, rows.paragraphs(last_id(self._paragraphs["id"])))
        self._windows = _extended(self._windows, rows.windows(last_id(self._windows["id"])))

    def _name(self, name: str | None) -> int:
        return -1 if name is None else self._names.setdefault(name, len(self._names))

    def _settle(self) -> None:
        """Work out everything that depends on where rows stand."""
        self.window_ids = np.ascontiguousarray(self._windows["id"])
        self.ordinals = np.ascontiguousarray(self._paragraphs["ordinal"])
        self.total_words = int(self._paragraphs["words"].sum())
        self._paragraph_ids = np.ascontiguousarray(self._paragraphs["id"])
        self._article_of = np.searchsorted(self._articles["serving"], self._paragraphs["serving"])
        self._party_of = np.searchsorted(self._articles["serving"], self._parties["serving"])
        self.paragraph_of = np.searchsorted(self._paragraph_ids, self._windows["paragraph"])
        self._windows_by_paragraph = np.argsort(self.paragraph_of, kind="stable")
        edges = np.arange(len(self._paragraphs) + 1)
        self._edges = np.searchsorted(self.paragraph_of[self._windows_by_paragraph], edges)

    @property
    def paragraphs(self) -> int:
        """How many paragraphs are searched."""
        return len(self._paragraphs)

    def versions(self, places: Ids) -> list[int]:
        """The version rows that these paragraphs stand in."""
        return list(self._articles["version"][self._article_of[places]].tolist())

    def places(self, paragraph_ids: Ids) -> Ids:
        """Where these paragraphs stand."""
        return np.asarray(np.searchsorted(self._paragraph_ids, paragraph_ids), dtype=np.int64)

    def windows_of(self, places: Ids) -> tuple[Ids, Ids]:
        """The windows of these paragraphs, and for each the index in ``places`` that it belongs to."""
        starts, sizes = self._edges[places], self._edges[places + 1] - self._edges[places]
        owners = np.repeat(np.arange(len(places)), sizes)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self._windows_by_paragraph[np.repeat(starts, sizes) + within], owners

    def allowed(self, filters: Filters) -> Mask:
        """Which articles may be looked at."""
        table = self._articles
        mask = np.ones(len(table), dtype=np.bool_)
        if not filters.viewer.embargo_group:
            mask &= (table["embargo"] <= (microseconds(filters.at) or 0)) & ~table["held"]
        if filters.since or filters.before:
            mask &= table["day"] > 0
        if filters.since:
            mask &= table["day"] >= filters.since.toordinal()
        if filters.before:
            mask &= table["day"] < filters.before.toordinal()
        for names, column in ((filters.languages, "language"), (filters.sections, "section")):
            if names:
                mask &= np.isin(table[column], self._numbers(names))
        return mask & self._through(filters.outlets) if filters.outlets else mask

    def _through(self, outlets: Iterable[str]) -> Mask:
        """Which articles came through one of these hands, as outlet, agency or carrier."""
        mask = np.zeros(len(self._articles), dtype=np.bool_)
        mask[self._party_of[np.isin(self._parties["name"], self._numbers(outlets))]] = True
        return mask

    def _numbers(self, names: Iterable[str]) -> list[int]:
        return [self._names[name] for name in names if name in self._names]

    def among(self, servings: Sequence[int]) -> Mask:
        """Which articles are served by one of these."""
        return np.isin(self._articles["serving"], servings)

    def servings(self, articles: Mask) -> list[int] | None:
        """The servings of these articles; nothing when they are all there are."""
        return None if articles.all() else list(self._articles["serving"][articles].tolist())

    def articles(self, servings: Ids) -> Ids:
        """Where the articles of these servings stand."""
        return np.asarray(np.searchsorted(self._articles["serving"], servings), dtype=np.int64)

    def version_rows(self, articles: Ids) -> list[int]:
        """The version rows of these articles."""
        return list(self._articles["version"][articles].tolist())

    def days(self, articles: Ids) -> Ids:
        """The days of publication, 0 where there is none."""
        return np.asarray(self._articles["day"][articles], dtype=np.int64)

    def paragraph_mask(self, articles: Mask) -> Mask | None:
        """Which paragraphs these articles hold; nothing when they are all there are."""
        return None if articles.all() else np.asarray(articles[self._article_of])

    def coverage(self, articles: Mask) -> Coverage:
        """What these articles are."""
        table = self._articles[articles]
        outlets = np.bincount(table["outlet"][table["outlet"] >= 0], minlength=len(self._names)).tolist()
        parties = np.bincount(self._parties["name"][articles[self._party_of]], minlength=len(self._names)).tolist()
        days = table["day"][table["day"] > 0]
        return Coverage(
            articles=len(table),
            outlets={name: outlets[number] for name, number in self._names.items() if outlets[number]},
            sources=frozenset(name for name, number in self._names.items() if parties[number]),
            first=date.fromordinal(int(days.min())) if len(days) else None,
            last=date.fromordinal(int(days.max())) if len(days) else None,
        )


def last_id(ids: NDArray[Any]) -> int:
    """The greatest of ids that ascend, 0 when there are none."""
    return int(ids[-1]) if len(ids) else 0


def _extended(table: _Table, rows: Sequence[Any]) -> _Table:
    return np.concatenate([table, np.array(rows, dtype=table.dtype)]) if rows else table
