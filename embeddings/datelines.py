"""Where, when and by which agency a story was filed, read from its first words; pure.

A dateline is only believed in shapes that no sentence has: a place before a dash, a day or an agency in brackets. Below
what may stand over it, who wrote the story and what editors changed, it needs a day or an agency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
_WORD = r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_])|\.(?=[ ,]))*"
_UNIT = rf"{_WORD}(?: {_WORD}){{0,4}}"
_PLACE = rf"(?P<place>{_UNIT}(?:(?:, | ?/ ?){_UNIT}){{0,3}})"
_AGENCY = r"(?:\((?P<agency>[^()\n]{2,40})\)|/(?P<slashed>[A-Z][\w .-]{1,20})/)"
_DASH = r"(?:--+|[-–—―])"
_STOP = rf"(?P<dash> ?(?:{_DASH}|_))"
"""A dash, or what wires set before they had one."""
_SHAPES = tuple(
    re.compile(shape + r"\s+(?=\S)", re.IGNORECASE)
    for shape in (
        rf"{_PLACE}(?P<comma>[,.])? {_DATE}[.,]? ?{_AGENCY}(?:{_STOP}|[.:])?",
        rf"{_PLACE}(?P<comma>[,.])? {_DATE}[.,]? (?P<bare>[A-Z]{{2,9}}){_STOP}",
        rf"{_PLACE}(?P<comma>[,.])? {_DATE}{_STOP}",
        rf"{_PLACE} ?{_AGENCY}{_STOP}",
        rf"{_PLACE} ?(?: {_DASH}|--| _)",
        rf"{_DATE}[.,]? ?{_AGENCY}{_STOP}",
        rf"{_AGENCY}{_STOP}",
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
    editors embargoed exclusive explainer factbox feature file flash focus hold insight interview kill live news
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
    aa aap afp aki ani anp ansa ap apa bbc belga bernama bloomberg bta cna cnn cp dpa dpa-afx efe epd hina ians
    interfax irna itar-tass jiji kcna kna kuna kyodo lusa mti ntb ots pa pap pti reuters ritzau rfe/rl sana sda sid
    spa ssb stt tanjug tass tt ukrinform unb uni upi vna wam xinhua yonhap
    """.split()
)
"""Agencies believed after a place that is not in capitals, where "Smith (Labour) - We" would look the same."""

_CARRIER = r"[A-Z][\w.&'’]*(?: [A-Z&][\w.&'’]*){0,3}"
_CARRIERS = re.compile(rf"\(?(?P<names>{_CARRIER}(?: - {_CARRIER}){{0,3}})\)\s+")

_LINES_ABOVE = 4
_LONGEST_ABOVE = 500
_CHANGES = re.compile(
    r"""\((?:adds|amends|changes|clarif(?:ies|ied)|correct(?:s|ed|ing|ion)|deletes|drops|fixes|inserts|recasts|
    refiles|removes|repeats|restores|rewrites|updat(?:es|ed|ing)|new\ throughout|with)\b
    (?:[^()]|\([^()]*\))*\)\s+""",
    re.IGNORECASE | re.VERBOSE,
)
"""What editors say in brackets that they changed."""
_LINE = re.compile(r"(?P<names>[^\n]{2,100}?)\s*\n\s*")
_CAPITALS = r"[^\W\d_a-zß-öø-ÿ][^\d_a-zß-öø-ÿ\n,(/]{2,40}[,(/]"
_BYLINE_BESIDE = re.compile(rf"(?P<names>(?:By|BY) [^\n]{{3,80}}?), (?={_CAPITALS})")
_NAME = re.compile(r"[^\W\d_][\w.'’-]*")


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
    first = _opening(text, start, near)
    if first.dateline:
        return first
    below = (_opening(text, at, near) for at in _below(text, start))
    return next((one for one in below if one.dateline and (one.dateline.day or one.dateline.agency)), first)


def _opening(text: str, start: int, near: date | None) -> Opening:
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


def _below(text: str, start: int) -> Iterator[int]:
    """The ends of what stands above a dateline, one below the other."""
    for _ in range(_LINES_ABOVE):
        ahead = (pattern.match(text, start, start + _LONGEST_ABOVE) for pattern in (_CHANGES, _BYLINE_BESIDE, _LINE))
        above = next((found for found in ahead if found and _is_above(found)), None)
        if above is None:
            return
        start = above.end()
        yield start


def _is_above(found: re.Match[str]) -> bool:
    """Whether it is what editors changed, or names and no more: of those who wrote the story, or of an agency."""
    printed = found.groupdict().get("names")
    if printed is None:
        return True
    words = re.findall(r"[^\s,/&|]+", re.sub(r"\A[Bb][Yy]:? ", "", printed))
    named = all(_NAME.fullmatch(word) and (word[0].isupper() or word in _PARTICLES) for word in words)
    return named and (_has_agency(words) or (len(words) > 1 and not _has_label(words)))


def _has_agency(words: Iterable[str]) -> bool:
    return any(word.lower() in _AGENCIES for word in words)


def _has_label(words: Iterable[str]) -> bool:
    return any(word.lower().strip(".") in _LABELS for word in words)


def _dateline(text: str, start: int, near: date | None) -> Dateline | None:
    for shape in _SHAPES:
        match = shape.match(text, start, start + _REACH)
        if match and _is_believed(match, text[match.end() : match.end() + 1]):
            said = match.groupdict()
            span = Span(start, match.start() + len(match.group().rstrip()))
            place, day = _named(said.get("place")), _day(said.get("day") or "", near)
            alone = place is not None and place.lower() in _AGENCIES
            return Dateline(span, None, day, place) if alone else Dateline(span, place, day, _agency(said) or None)
    return None


def _agency(said: Mapping[str, str | None]) -> str:
    return (said.get("agency") or said.get("slashed") or said.get("bare") or "").strip()


def _named(place: str | None) -> str | None:
    """The place without a full stop behind it, unless that belongs to the state ("N.Y.")."""
    return place.rstrip(".") if place and "," not in place else place


def _is_believed(match: re.Match[str], following: str) -> bool:
    """Whether the words around the marks of a dateline are those of one."""
    said = match.groupdict()
    place, day, agency = said.get("place"), said.get("day"), _agency(said)
    if following.islower() and not (day and agency and said.get("dash")):
        return False
    known = agency.split("/")[0].lower() in _AGENCIES
    if place is None:
        return known or (agency.isupper() and not day)
    if said.get("bare"):
        return known and agency.isupper() and _is_shouted(place) and _is_place(place)
    return _is_place(place) and (_is_shouted(place) or known or bool(day and said.get("comma")))


def _is_place(place: str) -> bool:
    words = re.findall(r"[^\s,/]+", place)
    named = all(word[0].isupper() or word.lower() in _PARTICLES or word.startswith("d'") for word in words)
    if words[0].lower() in _PREPOSITIONS:
        return False
    return named and words[0][0].isupper() and not _has_label(words)


def _is_shouted(place: str) -> bool:
    first = re.split(r"[,/]", place)[0]
    return first.isupper() and sum(char.isalpha() for char in first) > 2


def _day(printed: str, near: date | None) -> date | None:
    numbers = [int(number) for number in re.findall(r"\d+", printed)]
    names = re.findall(_MONTH, printed, re.IGNORECASE)
    number = next((n for n in numbers if n <= 31), None)
    # Looked up, not taken for granted: "ſept" and "aprıl" are months to a search that ignores case.
    month = _MONTHS.get(names[0].lower().rstrip(".")) if names else None
    if number is None or month is None:
        return None
    years = [n for n in numbers if n > 31] or ([near.year - 1, near.year, near.year + 1] if near else [])
    days = [day for year in years if (day := _date(year, month, number)) is not None]
    return min(days, key=lambda day: abs((day - near).days) if near else 0, default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
