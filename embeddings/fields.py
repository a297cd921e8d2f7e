"""A foreign record's fields, each of the type that it should be; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NoReturn

from embeddings.datelines import opening
from embeddings.decoding import accepted
from embeddings.errors import UnreadableInput
from embeddings.news import Dateline, Moment, Span, Status

UNKNOWN_STATUS = "no status that is known here"
_LARGEST = 2**63 - 1
_NOWHERE = Span(0, 0)
_LONGEST_PLACE = 80
_DECISIVE = frozenset(
    """
    id uri guid version versioncreated status pubstatus embargoed embargoeduntil embargoed_until published
    title headline headlines text bodies body_text body_xhtml body_html value
    """.split()
)
_STATUSES = {**{str(status): status for status in Status}, "cancelled": Status.CANCELED}


def parse(raw: str, *, place: str) -> object:
    """The JSON value that ``raw`` spells."""
    try:
        return json.loads(raw, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        raise UnreadableInput(place, f"broken JSON at {where} ({error.msg}): have it exported again") from error
    except RecursionError as error:
        raise UnreadableInput(place, "JSON nested too deeply to be an article: have it exported again") from error
    except ValueError as error:
        raise UnreadableInput(place, f"JSON that cannot be trusted, {error}: have it exported again") from error


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object in which no field that decides anything stands twice; feeds do repeat those that decide nothing."""
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next((name for name in names if name.lower() in _DECISIVE and names.count(name) > 1), None)
        if twice:
            raise ValueError(f'"{twice}" stands twice')
    return record


def moment(printed: str) -> Moment:
    """An ISO date, or an ISO time with the zone it names; a time without a zone is UTC."""
    try:
        return date.fromisoformat(printed.strip())
    except ValueError:
        found = datetime.fromisoformat(printed.strip())
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        aware.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside the calendar") from error
    return aware


def first_second(found: Moment | None) -> datetime | None:
    """A moment as a time; a date is its first second in UTC."""
    if found is None or isinstance(found, datetime):
        return found
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def status_of(word: str | None) -> tuple[Status, str | None]:
    """The status that a provider's word stands for, and a warning where it is not a word that we know."""
    known = _STATUSES.get((word or Status.USABLE).strip().lower().removeprefix("stat:"))
    if known:
        return known, None
    return Status.WITHHELD, f"Withheld: {word!a} is {UNKNOWN_STATUS}."


def gaps(status: str | None) -> list[str] | None:
    """Room for the names of unreadable fields where an order to kill or withhold must not be lost with them."""
    return None if status_of(status)[0] is Status.USABLE else []


def rights(holder: str | None, notice: str | None) -> str | None:
    """Who holds the rights, with the notice that says so; the notice alone where it names the holder."""
    if holder and notice and holder.lower() not in notice.lower():
        return f"{holder}\n{notice}"
    return notice or holder


def filed(printed: str | None, *, near: date | None = None) -> Dateline | None:
    """The place and day of a dateline that has a field of its own and stands nowhere in the text."""
    words = (printed or "").strip().rstrip("-–—_ ")
    found = opening(f"{words} - A", near=near).dateline if words else None
    if found:
        return Dateline(_NOWHERE, found.place, found.day)
    if not words or len(words) > _LONGEST_PLACE or any(char.isdigit() for char in words):
        return None
    return Dateline(_NOWHERE, words)


class Record:
    """What a reader finds at a place; it is refused for a field that cannot be read unless there is room for gaps."""

    __slots__ = ()
    place: str
    gaps: list[str] | None

    def refuse(self, reason: str) -> NoReturn:
        """Raise UnreadableInput for this record."""
        raise UnreadableInput(self.place, reason)

    def miss(self, name: str, reason: str) -> None:
        """Note that a field cannot be read; raises UnreadableInput where the record cannot do without."""
        if self.gaps is None:
            self.refuse(reason)
        self.gaps.append(name)


@dataclass(frozen=True, slots=True)
class Fields(Record):
    """One JSON record's fields; what has the wrong type is missed by name and place."""

    values: Mapping[str, object]
    place: str
    gaps: list[str] | None = None

    def text(self, *names: str) -> str | None:
        """The first of these fields that says something, without the white space around it."""
        return next((said.strip() for said in map(self.copy, names) if said.strip()), None)

    def copy(self, name: str) -> str:
        """The words of a field exactly as they stand, "" where it is missing or null."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.miss(name, f'"{name}" is {_kind(value)}: make it a text')
            return ""
        try:
            return accepted(value, place=self.place)
        except UnreadableInput as error:
            self.miss(name, f'"{name}" has {error.reason}')
            return ""

    def number(self, name: str) -> int | None:
        """A whole number from 0 up."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
            self.miss(name, f'"{name}" is not a whole number from 0 up: make it 1, 2, 3 …')
            return None
        return value

    def moment(self, *names: str) -> Moment | None:
        """A date or a time."""
        name = next((name for name in names if self.text(name)), names[0])
        printed = self.text(name)
        try:
            return moment(printed) if printed else None
        except ValueError:
            wish = "write it as 2026-09-30 or 2026-09-30T14:00:00+02:00"
            self.miss(name, f'"{name}" is no date ({(printed or "")[:40]!a}): {wish}')
            return None

    def instant(self, *names: str) -> datetime | None:
        """A time; a date without one is its first second in UTC."""
        return first_second(self.moment(*names))

    def items(self, name: str) -> list[object]:
        """The members of a list, none where the field is missing or null."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.miss(name, f'"{name}" is {_kind(value)}: make it a list')
            return []
        return value

    def records(self, name: str) -> Iterator[Fields]:
        """The members of a list of objects."""
        for i, value in enumerate(self.items(name)):
            if isinstance(value, dict):
                yield Fields(value, f'{self.place}, "{name}"[{i}]', self.gaps)
            else:
                self.miss(name, f'"{name}" holds {_kind(value)}: make every member an object')


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
        str: "a text",
    }
    return names.get(type(value), "null")
