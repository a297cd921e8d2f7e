"""How exact words are cited, in the forms of AP, Reuters and Chicago; from what is on file, and nothing else.

A form leaves out what is not on file. The words stand unchanged: they are put between marks only where they have
none of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import reduce

from bot.talk import Citing
from embeddings import Article, Role

_MARKS = re.compile('["“”„«»‟]')
_BY = re.compile("^(?:by|from) ", re.IGNORECASE)
_AP_MONTHS = "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.".split()
_REUTERS_MONTHS = "Jan Feb March April May June July Aug Sept Oct Nov Dec".split()
_CHICAGO_MONTHS = "January February March April May June July August September October November December".split()


def cite(
    article: Article,
    paragraph: int,
    words: str,
    *,
    speaker: str | None,
    citing: Citing,
    accessed: date | None = None,
) -> str:
    """The words with their source in one of the forms; only the source where there are no words."""
    source = _FORMS[citing](article, paragraph, speaker, accessed)
    return f"{_between_marks(words)}\n{source}" if words.strip() else source


def _between_marks(words: str) -> str:
    return words if _MARKS.search(words) else f"“{words}”"


def _ap(article: Article, paragraph: int, speaker: str | None, _: date | None) -> str:
    """Speaker, as quoted by Outlet, in “Headline,” by Byline, Sept. 14, 2026, paragraph 3. Address."""
    came = _came(article, speaker)
    parts = (
        _line(speaker),
        came,
        _titled(article, "in " if came else ""),
        f"by {_byline(article)}" if _byline(article) else "",
        _day(article.day, _AP_MONTHS),
        f"paragraph {paragraph}",
    )
    return f"{_row(parts)}. {_line(article.url)}".rstrip()


def _reuters(article: Article, paragraph: int, speaker: str | None, _: date | None) -> str:
    """Speaker, as quoted by Outlet, on Sept 14, 2026, in “Headline,” paragraph 3. Address."""
    came, day = _came(article, speaker), _day(article.day, _REUTERS_MONTHS)
    parts = (
        _line(speaker),
        came,
        f"on {day}" if came and day else day,
        _titled(article, "in " if came or day else ""),
        f"paragraph {paragraph}",
    )
    return f"{_row(parts)}. {_line(article.url)}".rstrip()


def _chicago(article: Article, paragraph: int, speaker: str | None, accessed: date | None) -> str:
    """Speaker, quoted in Byline, “Headline,” Outlet, September 14, 2026, para. 3, accessed …, address."""
    parts = (
        _byline(article),
        _titled(article, ""),
        _line(article.outlet),
        _day(article.day, _CHICAGO_MONTHS),
        f"para. {paragraph}",
        f"accessed {_day(accessed, _CHICAGO_MONTHS)}" if accessed else "",
        _line(article.url),
    )
    said = f"{_line(speaker)}, quoted in " if _line(speaker) else ""
    return f"{said}{_row(parts)}."


_FORMS: Mapping[Citing, Callable[[Article, int, str | None, date | None], str]] = {
    Citing.AP: _ap,
    Citing.REUTERS: _reuters,
    Citing.CHICAGO: _chicago,
}


def _came(article: Article, speaker: str | None) -> str:
    """The agency that filed it, the outlet that published it and who carried it, as far as they are on file."""
    names = [(hop.role, _line(hop.party)) for hop in article.chain if _line(hop.party)]
    told = [name if not place else f"{_VERBS[role]} {name}" for place, (role, name) in enumerate(names)]
    if told and _line(speaker):
        told[0] = f"as quoted by {told[0]}"
    return ", ".join(told)


_VERBS: Mapping[Role, str] = {
    Role.MEDIUM: "quoted by",
    Role.AGENCY: "filed by",
    Role.OUTLET: "published by",
    Role.CARRIER: "carried by",
}


def _titled(article: Article, before: str) -> str:
    headline = _line(article.headline)
    return f"{before}“{headline}”" if headline else ""


def _byline(article: Article) -> str:
    byline = _line(article.byline)
    return _BY.sub("", byline)


def _line(words: str | None) -> str:
    return " ".join((words or "").split())


def _day(day: date | None, months: list[str]) -> str:
    return f"{months[day.month - 1]} {day.day}, {day.year}" if day else ""


def _row(parts: Iterable[str]) -> str:
    """Those parts that there are, with commas between them."""
    there = [part for part in parts if part]
    return reduce(_after, there) if there else ""


def _after(row: str, part: str) -> str:
    """One more part: the comma stands inside a closing mark, and not beside another stop."""
    if not row.endswith("”"):
        return f"{row}, {part}"
    return f"{row} {part}" if row[-2] in ".,?!" else f"{row[:-1]},” {part}"
