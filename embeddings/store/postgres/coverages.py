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
from embeddings.store.postgres.connection import Query, Row, Session
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


class Coverages:
    """Answers by kind and filters. Threads may share it.

    At another hour the same answer is good while no embargo ended in between; after a write it takes a look at what
    has changed, unless that is not known any more.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, Filters], _Kept] = OrderedDict()

    def of(self, counted: Counted[Answer], filters: Filters, session: Session, standing: Standing) -> Answer:
        """The answer in the session's snapshot."""
        at = microseconds(filters.at) or 0
        key = (counted.kind, replace(filters, at=_ANY_TIME))
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept.position == standing.position and kept.since <= at < kept.before:
            return cast(Answer, kept.answer)
        counts, serving, (since, before) = _counted(counted, filters, session, standing, kept)
        answer = counted.answer(counts)
        with self._lock:
            self._kept[key] = _Kept(standing.position, serving, since, before, counts, answer)
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return answer


def _counted(
    counted: Counted[Answer], filters: Filters, session: Session, standing: Standing, kept: _Kept | None
) -> tuple[Counts, int, tuple[int, int]]:
    """The counts, the last serving that they know of, and the hours between which they hold."""
    at = microseconds(filters.at) or 0
    # Who was quoted in what is withdrawn cannot be looked up any more.
    current = (
        kept is not None
        and not filters.speakers
        and kept.since <= at
        and standing.forgotten <= kept.position <= standing.position
    )
    if kept is None or not current:
        test, values = condition(filters)
        rows, hours = session.together((counted.query.format(rows=_SERVED.format(test=test)), values), _hours(at))
        return _sum({}, rows, counted.width, 1), *_place(hours)
    more, fewer, hours = session.together(*_since(counted, filters, kept), _hours(at))
    counts = _sum(_sum(kept.counts, more, counted.width, 1), fewer, counted.width, -1)
    return counts, *_place(hours)


_SERVED = "(SELECT * FROM servings WHERE {test}) AS counted"
_NEW = "(SELECT * FROM servings WHERE (serving > %(last)s OR {released}) AND {test}) AS counted"
_GONE = "(SELECT * FROM withdrawals WHERE position > %(position)s AND serving <= %(last)s AND {test}) AS counted"


def _since(counted: Counted[Answer], filters: Filters, kept: _Kept) -> tuple[Query, Query]:
    """What has come since then, been released too, and what has gone of what was counted then."""
    test, values = condition(filters)
    values |= {"last": kept.serving, "position": kept.position, "then": kept.since}
    released = "false" if filters.viewer.embargo_group else "release > %(then)s"
    new, gone = _NEW.format(released=released, test=test), _GONE.format(test=test)
    # What was counted had been released by then.
    return (counted.query.format(rows=new), values), (counted.gone.format(rows=gone), {**values, "at": kept.since})


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
