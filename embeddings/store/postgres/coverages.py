"""What is counted over every article, kept, and brought up to date by what has been served and withdrawn since."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Generic, NamedTuple, TypeVar, cast

from embeddings.news import Filters
from embeddings.store.packing import microseconds
from embeddings.store.postgres.connection import Query, Row
from embeddings.store.postgres.filtering import FREE, NEVER, condition
from embeddings.store.postgres.reading import Standing

_KEPT = 64
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
Answer = TypeVar("Answer")
Counts = dict[Hashable, Row]
"""How often each thing is there, in one way or several."""


@dataclass(frozen=True, slots=True)
class Counted(Generic[Answer]):
    """What is counted under which name, by a query over ``{rows}``, and the answer that is made of the counts.

    The queries give a key of ``width`` columns, then numbers; ``gone`` is the one over what was withdrawn.
    """

    kind: str
    query: str
    gone: str
    width: int
    answer: Callable[[Counts], Answer]


class _Kept(NamedTuple):
    position: int
    serving: int
    since: int
    before: int
    counts: Counts
    answer: object


@dataclass(frozen=True, slots=True)
class Counting(Generic[Answer]):
    """One count on its way: what has to be asked for it, all at one moment, and what it comes to.

    Asked is only what has changed since the last one, if there was one.
    """

    counted: Counted[Answer]
    filters: Filters
    kept: _Kept | None

    @property
    def queries(self) -> tuple[Query, ...]:
        """What has to be asked."""
        hours = _hours(_hour(self.filters))
        if self.kept is not None:
            return (*_since(self.counted, self.filters, self.kept), hours)
        test, values = condition(self.filters)
        return (self.counted.query.format(rows=_SERVED.format(test=test)), values), hours

    def outcome(self, standing: Standing, rows: Sequence[Sequence[Row]]) -> _Kept | None:
        """What the rows of these queries come to; nothing where too much has changed for it to be known."""
        kept, width, (*changed, hours) = self.kept, self.counted.width, rows
        if kept is None:
            return self._kept(standing, _sum({}, changed[0], width, 1), hours)
        if kept.position == standing.position and _hour(self.filters) < kept.before:
            return kept
        # Who was quoted in what is withdrawn cannot be looked up any more.
        if self.filters.speakers or not standing.forgotten <= kept.position <= standing.position:
            return None
        more, fewer = changed
        return self._kept(standing, _sum(_sum(kept.counts, more, width, 1), fewer, width, -1), hours)

    def _kept(self, standing: Standing, counts: Counts, hours: Sequence[Row]) -> _Kept:
        serving, (since, before) = _place(hours)
        return _Kept(standing.position, serving, since, before, counts, self.counted.answer(counts))


class Coverages:
    """Counts by kind and filters, kept for the next time. Threads may share it.

    At another hour the same answer is good while no embargo ended in between; after a write it takes a look at what
    has changed, unless that is not known any more.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, Filters], _Kept] = OrderedDict()

    def counting(self, counted: Counted[Answer], filters: Filters, *, anew: bool) -> Counting[Answer]:
        """A count that goes on from the last one, or begins ``anew``."""
        with self._lock:
            kept = None if anew else self._kept.get(_key(counted, filters))
        return Counting(counted, filters, kept if kept is None or kept.since <= _hour(filters) else None)

    def answer(self, counting: Counting[Answer], standing: Standing, rows: Sequence[Sequence[Row]]) -> Answer | None:
        """The answer, from the rows of what had to be asked; nothing where it has to begin anew."""
        outcome = counting.outcome(standing, rows)
        if outcome is None:
            return None
        key = _key(counting.counted, counting.filters)
        with self._lock:
            self._kept[key] = outcome
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return cast(Answer, outcome.answer)


def _key(counted: Counted[Answer], filters: Filters) -> tuple[str, Filters]:
    return counted.kind, replace(filters, at=_ANY_TIME)


def _hour(filters: Filters) -> int:
    return microseconds(filters.at) or 0


_SERVED = "(SELECT * FROM servings WHERE {test}) AS counted"
_NEW = "(SELECT * FROM servings WHERE (serving > %(last)s OR {released}) AND {test}) AS counted"
_GONE = "(SELECT * FROM withdrawals WHERE position > %(position)s AND serving <= %(last)s AND {test}) AS counted"


# Where nothing has been written since, the server looks at nothing but that.
_CHANGED = "SELECT * FROM ({query}) AS changed WHERE %(later)s OR (SELECT position FROM standing) <> %(position)s"


def _since(counted: Counted[Answer], filters: Filters, kept: _Kept) -> tuple[Query, Query]:
    """What has come since then, been released too, and what has gone of what was counted then."""
    test, values = condition(filters)
    values |= {"last": kept.serving, "position": kept.position, "then": kept.since}
    values["later"] = _hour(filters) >= kept.before
    released = "false" if filters.viewer.embargo_group else "release > %(then)s"
    new, gone = _NEW.format(released=released, test=test), _GONE.format(test=test)
    more, fewer = (
        _CHANGED.format(query=query.format(rows=rows)) for query, rows in ((counted.query, new), (counted.gone, gone))
    )
    # What was counted had been released by then.
    return (more, values), (fewer, {**values, "at": kept.since})


def _sum(counts: Counts, rows: Sequence[Row], width: int, sign: int) -> Counts:
    """The counts with those of the rows added or taken away; what is nowhere any more is left out."""
    summed = dict(counts)
    for row in rows:
        key, numbers = tuple(tuple(one) if isinstance(one, list) else one for one in row[:width]), row[width:]
        before = summed.get(key, (0,) * len(numbers))
        now = tuple(one + sign * int(other) for one, other in zip(before, numbers, strict=True))
        if any(now):
            summed[key] = now
        else:
            summed.pop(key, None)
    return summed


def _hours(at: int) -> Query:
    """The last serving, and the hours of release before and after this one."""
    return (
        "SELECT (SELECT max(serving) FROM servings), "
        "(SELECT max(release) FROM servings WHERE release > %(free)s AND release <= %(at)s), "
        "(SELECT min(release) FROM servings WHERE release > %(at)s AND release < %(never)s)",
        {"at": at, "free": FREE, "never": NEVER},
    )


def _place(rows: Sequence[Row]) -> tuple[int, tuple[int, int]]:
    [(serving, since, before)] = rows
    return serving or 0, (FREE if since is None else since, NEVER if before is None else before)
