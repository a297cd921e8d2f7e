"""Where, when and by which agency a story was filed, read from its first words; pure.

A dateline is only believed in shapes that no sentence has: a place before a dash, a day or an agency in brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from embeddings.news import Dateline, Span

_REACH = 240
"""How many characters from the start a dateline may reach."""

_MONTH_NAMES = (
    "january jan janvier janv januar jänner enero",
    "february feb février févr fév februar febrero",
    "march mar mars märz marzo",
    "april apr avril avr abril",
    "may mai mayo",
    "june jun juin juni junio",
    "july jul juillet juil juli julio",
    "august aug août agosto",
    "september sept sep septembre septiembre",
    "october oct octobre oktober okt octubre",
    "november nov novembre noviembre",
    "december dec décembre déc dezember dez diciembre",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_MONTH_FIRST = rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?"
_DAY_FIRST = rf"\d{{1,2}}(?:st|nd|rd|th|er|\.)? (?:de )?{_MONTH}"
_DATE = rf"(?P<day>(?:{_MONTH_FIRST}|{_DAY_FIRST})(?:,? (?:de )?\d{{4}})?)"
_WORD = r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_])|\.(?= ))*"
_UNIT = rf"{_WORD}(?: {_WORD}){{0,4}}"
_PLACE = rf"(?P<place>{_UNIT}(?:(?:, | ?/ ?){_UNIT}){{0,3}})"
_AGENCY = r"(?:\((?P<agency>[^()\n]{2,40})\)|/(?P<slashed>[A-Z][\w .-]{1,20})/)"
_DASH = r"(?:--+|[-–—―])"
_SHAPES = tuple(
    re.compile(shape + r"\s+(?=\S)", re.IGNORECASE)
    for shape in (
        rf"{_PLACE}(?P<comma>[,.])? {_DATE}[.,]? ?{_AGENCY}(?P<dash> ?{_DASH}|[.:])?",
        rf"{_PLACE}(?P<comma>[,.])? {_DATE} ?{_DASH}",
        rf"{_PLACE} ?{_AGENCY} ?{_DASH}",
        rf"{_PLACE} ?(?: {_DASH}|--)",
        rf"{_AGENCY} ?{_DASH}",
    )
)
_PARTICLES = frozenset(
    """
    de del della der den des di do du da la le les el al en an am im in on upon of the sur sous y and und et
    """.split()
)
_LABELS = frozenset(
    """
    advisory alert analysis breaking column comment commentary corrected correction correcting editorial
    editors embargoed exclusive explainer factbox feature flash focus hold insight interview kill live news
    newsmaker note obituary opinion photos preview profile recap refile repeat review roundup snap sport
    sports story timeline update updated updates urgent video watch withdrawn writethru wrapup monday tuesday
    wednesday thursday friday saturday sunday
    """.split()
)
_PREPOSITIONS = frozenset(
    """
    after as at before by during for from in of on since to until when while with
    """.split()
)
_AGENCIES = frozenset(
    """
    aa aap afp aki ani anp ansa ap apa bbc belga bernama bta cna cnn cp dpa efe hina ians interfax irna
    itar-tass jiji kcna kuna kyodo lusa mti ntb pa pap pti reuters ritzau rfe/rl sana spa ssb stt tanjug tass
    tt ukrinform unb uni upi vna wam xinhua yonhap
    """.split()
)
"""Agencies believed after a place that is not in capitals, where "Smith (Labour) - We" would look the same."""

_CARRIER = r"[A-Z][\w.&'’]*(?: [A-Z&][\w.&'’]*){0,3}"
_CARRIERS = re.compile(rf"\(?(?P<names>{_CARRIER}(?: - {_CARRIER}){{0,3}})\)\s+")


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first words of a story say of its way here."""

    dateline: Dateline | None = None
    carriers: tuple[str, ...] = ()
    source: str | None = None
    """Who the carrier says that it had the story from."""


def opening(text: str, *, near: date | None = None) -> Opening:
    """The carriers and the dateline at the start of ``text``; ``near`` settles the year that a dateline leaves out."""
    start = len(text) - len(text.lstrip()) if text[:_REACH].strip() else 0
    match = _CARRIERS.match(text, start, start + _REACH)
    if not match:
        return Opening(_dateline(text, start, near))
    names = match.group("names").split(" - ")
    dateline = _dateline(text, match.end(), near)
    if len(names) == 1 and dateline is None:
        return Opening(_dateline(text, start, near))
    agency = dateline.agency if dateline else None
    source = names[-1] if len(names) > 1 or names[-1] == agency else None
    carriers = [name for name in reversed(names) if name not in (source, agency)]
    return Opening(dateline, tuple(carriers), source)


def _dateline(text: str, start: int, near: date | None) -> Dateline | None:
    for shape in _SHAPES:
        match = shape.match(text, start, start + _REACH)
        if match and _is_believed(match, text[match.end() : match.end() + 1]):
            said = match.groupdict()
            agency = said.get("agency") or said.get("slashed")
            day = _day(said.get("day") or "", near)
            span = Span(start, match.start() + len(match.group().rstrip()))
            place = said.get("place")
            return Dateline(span, place.rstrip(".") if place else None, day, agency.strip() if agency else None)
    return None


def _is_believed(match: re.Match[str], following: str) -> bool:
    """Whether the words around the marks of a dateline are those of one."""
    said = match.groupdict()
    place, agency = said.get("place"), (said.get("agency") or said.get("slashed") or "").strip()
    complete = bool(said.get("day") and agency and said.get("dash"))
    if following.islower() and not complete:
        return False
    known = agency.split("/")[0].lower() in _AGENCIES
    if place is None:
        return known or agency.isupper()
    return _is_place(place) and (_is_shouted(place) or known or bool(said.get("day") and said.get("comma")))


def _is_place(place: str) -> bool:
    words = re.findall(r"[^\s,/]+", place)
    named = all(word[0].isupper() or word.lower() in _PARTICLES or word.startswith("d'") for word in words)
    if words[0].lower() in _PREPOSITIONS:
        return False
    return named and words[0][0].isupper() and not any(word.lower().strip(".") in _LABELS for word in words)


def _is_shouted(place: str) -> bool:
    first = re.split(r"[,/]", place)[0]
    return first.isupper() and sum(char.isalpha() for char in first) > 2


def _day(printed: str, near: date | None) -> date | None:
    numbers = [int(number) for number in re.findall(r"\d+", printed)]
    names = re.findall(_MONTH, printed, re.IGNORECASE)
    if not numbers or not names:
        return None
    month = _MONTHS[names[0].lower().rstrip(".")]
    years = [n for n in numbers if n > 31] or ([near.year - 1, near.year, near.year + 1] if near else [])
    days = [day for year in years if (day := _date(year, month, next(n for n in numbers if n <= 31))) is not None]
    return min(days, key=lambda day: abs((day - near).days) if near else 0, default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
