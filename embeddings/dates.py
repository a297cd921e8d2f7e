"""The days that a question is about, read from its words; pure.

Absolute dates ("on 12 July 2025", "2023-11-24"), months and years after "in", and expressions relative to the
day of asking ("last week", "yesterday"). An event ("since the summit") is not a date and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from embeddings.news import Span


@dataclass(frozen=True, slots=True)
class Days:
    """From ``first`` to ``last``, both included; None is open."""

    first: date | None
    last: date | None

    def distance(self, day: date) -> int:
        """How many days ``day`` lies outside, 0 inside."""
        if self.first and day < self.first:
            return (self.first - day).days
        if self.last and day > self.last:
            return (day - self.last).days
        return 0


@dataclass(frozen=True, slots=True)
class DatedWords:
    """An expression of time and where it stands in the question."""

    span: Span
    days: Days


_NAMES = """
    january february march april may june july august september october november december
    """.split()
_MONTH = r"(?P<month>" + "|".join(f"{name}|{name[:3]}" for name in _NAMES) + r"|sept)\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONG_MONTH = r"(?P<month>" + "|".join(_NAMES) + r")"
_BOUND = re.compile(r"\b(?P<word>since|after|from|before|until|till|between|by)\s+(?:the\s+)?$")
_JOIN = re.compile(r"^\s*(?:and|to|until|till|[-–—])\s*$")


def dated_words(text: str, *, asked: date | None, latest: date | None = None) -> list[DatedWords]:
    """Every expression of time in order; relative ones only when the day of asking is known.

    A day without a year is the last such day up to ``asked``, or up to ``latest`` where that is unknown.
    """
    lowered = text.lower()
    found: list[DatedWords] = []
    for pattern, read in _GRAMMAR:
        for match in pattern.finditer(lowered):
            span = Span(*match.span())
            if any(span.start < other.span.end and other.span.start < span.end for other in found):
                continue
            days = read(match, asked, asked or latest)
            if days is not None:
                found.append(DatedWords(span, days))
    return list(_bounded(lowered, sorted(found, key=lambda dated: dated.span)))


def _bounded(text: str, found: list[DatedWords]) -> Iterator[DatedWords]:
    """Read "since", "before" and "between … and …" into the expressions that they stand at."""
    skip = False
    for i, dated in enumerate(found):
        if skip:
            skip = False
            continue
        bound = _BOUND.search(text, 0, dated.span.start)
        word = bound.group("word") if bound else ""
        following = found[i + 1] if i + 1 < len(found) else None
        if word in ("between", "from") and following and _JOIN.match(text[dated.span.end : following.span.start]):
            skip = True
            yield DatedWords(Span(dated.span.start, following.span.end), _between(dated.days, following.days))
        elif word in ("since", "after", "from"):
            yield DatedWords(dated.span, Days(dated.days.first, None))
        elif word in ("before", "until", "till"):
            yield DatedWords(dated.span, Days(None, dated.days.last))
        else:
            yield dated


def _between(first: Days, last: Days) -> Days:
    """From one to the other; a year that stands only at the end counts for both."""
    if first.first and last.last and first.first > last.last:
        first = Days(first.first + relativedelta(year=last.last.year), None)
    return Days(first.first, last.last)


_Reader = Callable[[re.Match[str], date | None, date | None], Days | None]


def _day(match: re.Match[str], _asked: date | None, reference: date | None) -> Days | None:
    parts = match.groupdict()
    month, day = _month(parts["month"]), int(parts["day"])
    if parts.get("year"):
        return _one(int(parts["year"]), month, day)
    if reference is None:
        return None
    this_year = _one(reference.year, month, day)
    past = this_year and this_year.first and this_year.first <= reference
    return this_year if past else _one(reference.year - 1, month, day)


def _one(year: int, month: int, day: int) -> Days | None:
    try:
        return Days(date(year, month, day), date(year, month, day))
    except ValueError:
        return None


def _month(name: str) -> int:
    return next(i for i, full in enumerate(_NAMES, start=1) if full.startswith(name[:3]))


def _whole_month(match: re.Match[str], _asked: date | None, reference: date | None) -> Days | None:
    parts = match.groupdict()
    month = _month(parts["month"])
    if parts.get("year"):
        first = date(int(parts["year"]), month, 1)
    elif reference:
        first = date(reference.year - (month > reference.month), month, 1)
    else:
        return None
    return Days(first, first + relativedelta(months=1, days=-1))


def _whole_year(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    year = int(match.group("year"))
    # "in 2028", asked in 2026, speaks of something to come: no article is from then.
    return None if asked and year > asked.year else Days(date(year, 1, 1), date(year, 12, 31))


def _relative(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    return _RELATIVE[match.group()](asked) if asked else None


def _span_back(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    if not asked:
        return None
    count, unit = int(match.group("count") or 1), match.group("unit")
    back = {"day": relativedelta(days=count), "week": relativedelta(weeks=count)}
    back |= {"month": relativedelta(months=count), "year": relativedelta(years=count)}
    return Days(asked - back[unit], asked)


def _weekday(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    if not asked:
        return None
    back = (asked.weekday() - _WEEKDAYS.index(match.group("weekday"))) % 7
    if back == 0 and match.group("last"):
        back = 7
    day = asked - timedelta(days=back)
    return Days(day, day)


def _week_of(day: date) -> Days:
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + timedelta(days=6))


def _month_of(day: date) -> Days:
    first = day.replace(day=1)
    return Days(first, first + relativedelta(months=1, days=-1))


def _year_of(day: date) -> Days:
    return Days(date(day.year, 1, 1), date(day.year, 12, 31))


_RELATIVE: dict[str, Callable[[date], Days]] = {
    "today": lambda asked: Days(asked, asked),
    "yesterday": lambda asked: Days(asked - timedelta(days=1), asked - timedelta(days=1)),
    "last week": lambda asked: _week_of(asked - timedelta(weeks=1)),
    "last month": lambda asked: _month_of(asked - relativedelta(months=1)),
    "last year": lambda asked: _year_of(asked - relativedelta(years=1)),
    # Asked on a Monday, "this week" still means the days behind us as much as the calendar week.
    "this week": lambda asked: Days(
        min(asked - timedelta(days=6), _week_of(asked).first or asked), _week_of(asked).last
    ),
    "this month": _month_of,
    "this year": _year_of,
}

_AT = r"(?:(?<=in\s)|(?<=during\s)|(?<=since\s)|(?<=before\s)|(?<=until\s))"
_ISO = r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)"


def _iso(match: re.Match[str], _asked: date | None, _reference: date | None) -> Days | None:
    return _one(int(match.group("year")), int(match.group("month")), int(match.group("day")))


_GRAMMAR: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])"), reader)
    for pattern, reader in (
        (_ISO, _iso),
        (rf"{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?", _day),
        (rf"{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?", _day),
        (rf"{_MONTH},?\s+(?:of\s+)?{_YEAR}", _whole_month),
        (rf"{_AT}(?:early\s|late\s|mid-)?{_LONG_MONTH}", _whole_month),
        (rf"{_AT}{_YEAR}", _whole_year),
        ("|".join(_RELATIVE), _relative),
        (
            r"(?:in |over |during )?the (?:last|past) (?:(?P<count>\d{1,3}) )?(?P<unit>day|week|month|year)s?",
            _span_back,
        ),
        (r"(?:on |(?P<last>last ))(?P<weekday>" + "|".join(_WEEKDAYS) + ")", _weekday),
    )
)
