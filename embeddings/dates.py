"""The days that a question is about, read from its words; pure.

Absolute dates ("on 12 July 2025", "2023-11-24"), months and years after "in", and expressions relative to the
day of asking ("last week", "yesterday", "two months ago"). An event ("since the summit") is not a date and is left
alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_SEASON = r"(?P<season>" + "|".join(_SEASONS) + r")"
_COUNTS = {
    word: count
    for count, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
} | {"a": 1, "an": 1, "couple of": 2, "a couple of": 2}
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + r")"
_UNIT = r"(?P<unit>hour|day|week|month|year)s?"
_RANGE = re.compile(
    r"\b(?:between|from)\s+(?P<from>[\w .,-]{1,30}?)\s*(?:\b(?:and|to|until|till|through)\b|[–—]|(?<=\s)-(?=\s))\s*"
)
_TO = re.compile(r"[\w.-]+(?:,?\s+[\w.-]+){0,4}")
_OPENING_DAY = re.compile(rf"(?:the\s+)?{_DAY}\s+(?:of\s+)?(?=[a-z])")
_BOUND = re.compile(r"\b(?P<word>since|after|from|before|until|till)\s+(?:the\s+)?$")


def dated_words(text: str, *, asked: date | None, latest: date | None = None) -> list[DatedWords]:
    """Every expression of time in order; relative ones only when the day of asking is known.

    A day without a year is the last such day up to ``asked``, or up to ``latest`` where that is unknown.
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # "İ" is two characters in lower case, and places must stay places.
        lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    found = list(_ranges(lowered, asked, latest))
    for each in _expressions(lowered, asked, latest):
        if not any(each.span.meets(other.span) for other in found):
            bound = _BOUND.search(lowered, 0, each.span.start)
            found.append(replace(each, days=_bounded(bound.group("word"), each.days)) if bound else each)
    return sorted(found, key=lambda dated: dated.span)


def _expressions(lowered: str, asked: date | None, latest: date | None) -> list[DatedWords]:
    """Each expression by itself, the fuller before those that are part of it."""
    found: list[DatedWords] = []
    for pattern, read in _GRAMMAR:
        for match in pattern.finditer(lowered):
            span = Span(*match.span())
            if any(span.meets(other.span) for other in found):
                continue
            days = read(match, asked, asked or latest)
            if days is not None:
                found.append(DatedWords(span, days))
    return found


def _ranges(lowered: str, asked: date | None, latest: date | None) -> Iterator[DatedWords]:
    """What stands between "between … and" or "from … to", where a month or a year needs no "in" of its own."""
    end = 0
    for opened in _RANGE.finditer(lowered):
        closing = _TO.match(lowered, opened.end()) if opened.start() >= end else None
        words = closing.group().split(" ") if closing else []
        for count in range(len(words), 0, -1):
            to = " ".join(words[:count]).rstrip(",")
            last, first = _alone(to, asked, latest), _alone(opened.group("from"), asked, latest)
            if last and not first and opened.group("from").removeprefix("the ")[:2].strip().rstrip("sthrdn").isdigit():
                first = _alone(opened.group("from") + " " + _OPENING_DAY.sub("", to), asked, latest)
            if first and last:
                end = opened.end() + len(to)
                yield DatedWords(Span(opened.start("from"), end), _between(first, last))
                break


def _alone(words: str, asked: date | None, latest: date | None) -> Days | None:
    """The days that these words name when they are nothing but an expression of time."""
    text = f"in {words}"
    for each in _expressions(text, asked, latest):
        if text[: each.span.start].strip() in ("", "in", "in the") and each.span.end == len(text):
            return each.days
    return None


def _bounded(word: str, days: Days) -> Days:
    """The days as a word bounds them: "before 2024" ends with 2023, "after June" begins with July."""
    first, last = days.first, days.last
    match word:
        case "since" | "from":
            return Days(first, None)
        case "after":
            return Days(last and last + timedelta(days=1), None)
        case "before":
            return Days(None, first and first - timedelta(days=1))
        case "until" | "till":
            return Days(None, last)
        case _:
            return days


def _between(first: Days, last: Days) -> Days:
    """From one to the other; a year that stands only at the end counts for both."""
    if first.first and last.last and first.first > last.last:
        year = last.last.year - (first.first.replace(year=2000) > last.last.replace(year=2000))
        first = Days(first.first + relativedelta(year=year), None)
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


def _month_that_year(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    """The month in "June last year" or "May of this year"."""
    year = asked.year - (match.group("which") == "last") if asked else None
    return _month_of(date(year, _month(match.group("month")), 1)) if year else None


def _that_month(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    """A month called "last" is over; "this" is of this year."""
    if not asked:
        return None
    month = _month(match.group("month"))
    year = asked.year - (match.group("which") == "last" and month >= asked.month)
    return _month_of(date(year, month, 1))


def _season(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    """Three months, as the north counts them; winter is called after the year that it begins in."""
    parts, month = match.groupdict(), _SEASONS[match.group("season")]
    if parts.get("year"):
        return _quarter(int(parts["year"]), month)
    if not asked:
        return None
    this = _quarter(asked.year - (month == 12 and asked.month < 3), month)
    over = this.last is not None and this.last < asked
    before = _quarter(asked.year - 1 - (month == 12 and asked.month < 3), month)
    return this if over or parts["which"] == "this" else before


def _quarter(year: int, month: int) -> Days:
    first = date(year, month, 1)
    return Days(first, first + relativedelta(months=3, days=-1))


def _relative(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    return _RELATIVE[match.group()](asked) if asked else None


def _span_back(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    return Days(_back(match, asked), asked) if asked else None


def _ago(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    """As exact as the unit: "two weeks ago" is a week, "three days ago" a day."""
    if not asked:
        return None
    day = _back(match, asked)
    whole = {"week": _week_of, "month": _month_of, "year": _year_of}.get(match.group("unit"))
    return whole(day) if whole else Days(day, day)


def _back(match: re.Match[str], asked: date) -> date:
    counted, unit = match.group("count") or "1", match.group("unit")
    count = _COUNTS[counted] if counted in _COUNTS else int(counted)
    back = {"hour": relativedelta(days=-(-count // 24)), "day": relativedelta(days=count)}
    back |= {"week": relativedelta(weeks=count), "month": relativedelta(months=count)}
    back |= {"year": relativedelta(years=count)}
    return asked - back[unit]


def _weekday(match: re.Match[str], asked: date | None, _reference: date | None) -> Days | None:
    if not asked:
        return None
    back = (asked.weekday() - _WEEKDAYS.index(match.group("weekday"))) % 7
    if back == 0 and match.groupdict().get("last"):
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


def _weekend_before(day: date) -> Days:
    saturday = day - timedelta(days=(day.weekday() - 5) % 7 or 7)
    return Days(saturday, saturday + timedelta(days=1))


_RELATIVE: dict[str, Callable[[date], Days]] = {
    "today": lambda asked: Days(asked, asked),
    "yesterday": lambda asked: Days(asked - timedelta(days=1), asked - timedelta(days=1)),
    "the day before yesterday": lambda asked: Days(asked - timedelta(days=2), asked - timedelta(days=2)),
    "last night": lambda asked: Days(asked - timedelta(days=1), asked),
    "this morning": lambda asked: Days(asked, asked),
    "this afternoon": lambda asked: Days(asked, asked),
    "tonight": lambda asked: Days(asked, asked),
    "last weekend": _weekend_before,
    "over the weekend": _weekend_before,
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

_AT = (
    r"(?:" + "|".join(rf"(?<={word}\s)" for word in ("in", "during", "since", "before", "until", "till", "after")) + ")"
)
_PART = r"(?:early[ -]|late[ -]|mid[ -])?"
_SHORT_MONTH = r"(?P<month>jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"  # Mar del Plata is a place.
_ISO_MONTH = r"(?P<month>\d\d)"
_ANY_DAY = r"(?:(?:" + "|".join(_WEEKDAYS) + r"),?\s+)?(?:the\s+)?"


def _iso(match: re.Match[str], _asked: date | None, _reference: date | None) -> Days | None:
    return _one(int(match.group("year")), int(match.group("month")), int(match.group("day")))


def _iso_month(match: re.Match[str], _asked: date | None, _reference: date | None) -> Days | None:
    first = _one(int(match.group("year")), int(match.group("month")), 1)
    return _month_of(first.first) if first and first.first else None


_GRAMMAR: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])"), reader)
    for pattern, reader in (
        (rf"{_YEAR}-{_ISO_MONTH}-(?P<day>\d\d)", _iso),
        (rf"{_YEAR}/{_ISO_MONTH}/(?P<day>\d\d)", _iso),
        (rf"{_AT}{_YEAR}-{_ISO_MONTH}", _iso_month),
        (rf"{_ANY_DAY}{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?", _day),
        (rf"{_ANY_DAY}{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?", _day),
        (rf"{_MONTH},?\s+(?:of\s+)?{_YEAR}", _whole_month),
        (rf"{_PART}{_LONG_MONTH}\s+(?:of\s+)?(?P<which>last|this)\s+year", _month_that_year),
        (rf"(?P<which>last|this)\s+{_LONG_MONTH}", _that_month),
        (rf"{_AT}{_PART}{_LONG_MONTH}", _whole_month),
        (rf"(?:(?<=since\s)|(?<=before\s)|(?<=until\s)|(?<=after\s)){_MONTH}", _whole_month),
        (rf"{_AT}{_SHORT_MONTH}", _whole_month),
        (rf"{_SEASON}\s+(?:of\s+)?{_YEAR}", _season),
        (rf"(?P<which>last|this)\s+{_SEASON}", _season),
        (rf"{_AT}{_PART}{_YEAR}", _whole_year),
        ("|".join(sorted(_RELATIVE, key=len, reverse=True)), _relative),
        (rf"(?:in |over |during |within )?(?:the )?(?:last|past|previous) (?:{_COUNT} )?{_UNIT}", _span_back),
        (rf"{_COUNT} (?P<unit>day|week|month|year)s? ago", _ago),
        (r"(?:on |(?P<last>last ))(?P<weekday>" + "|".join(_WEEKDAYS) + ")", _weekday),
        (rf"{_AT}(?P<weekday>" + "|".join(_WEEKDAYS) + ")", _weekday),
    )
)
