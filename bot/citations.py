"""How exact words are cited, in the forms of AP, Reuters and Chicago; from what is on file, and nothing else.

Words are a speaker's only where an article quotes them directly. All others are cited as a passage of the article:
exactly as printed, between no marks but their own, and without a speaker. A form leaves out what is not on file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

from bot import messages
from bot.talk import Citing
from embeddings import Article, Hop, Kind, Nature, Passage, Quotation, Role, Span

_OPENED = re.compile("\\s*[\"“„«‟‘']")
_CLOSING = ("”", '"', "»")
_BY = re.compile("^(?:by|from) ", re.IGNORECASE)
_AP_MONTHS = "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.".split()
_REUTERS_MONTHS = "Jan Feb March April May June July Aug Sept Oct Nov Dec".split()
_CHICAGO_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Citable:
    """Words to be cited: their places in an article, and the quotation whose words they are, if they are one's."""

    article: Article
    paragraph: int
    parts: tuple[Span, ...]
    quotation: Quotation | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The exact words, part by part."""
        return tuple(part.cut(self.article.text) for part in self.parts)

    @property
    def direct(self) -> bool:
        """Whether all of the words are somebody's own, between the article's marks."""
        quotation = self.quotation
        return quotation is not None and quotation.kind is Kind.DIRECT and not quotation.narrated

    @property
    def sure(self) -> bool:
        """Whether it is likely enough who said them."""
        return self.quotation is None or self.quotation.confidence >= messages.SURE

    @property
    def speaker(self) -> str:
        """Who said the words; empty where they are not somebody's own, or nobody is named for sure."""
        if self.quotation is None or not (self.direct and self.sure):
            return ""
        named = (_line(one.name) for one in self.quotation.speakers if one.nature is not Nature.UNNAMED)
        return " and ".join(filter(None, named))


def citable(passage: Passage, span: tuple[int, int] | None = None) -> Citable:
    """The words of a passage that were shown: a quotation's own, another stretch of the article, or the paragraph."""
    shown = Span(*span) if span else passage.paragraph.span
    # A paragraph that was shown is more than the parts of a quotation that begins and ends with it.
    own = next((one for one in passage.quotations if one.span == shown and (span or one.content == (shown,))), None)
    around = (one for one in passage.quotations if any(_holds(part, shown) for part in one.content))
    return Citable(
        article=passage.article,
        paragraph=passage.paragraph.ordinal,
        parts=own.content if own else (shown,),
        quotation=own or next(around, None),
    )


def _holds(part: Span, shown: Span) -> bool:
    return part.start <= shown.start and shown.end <= part.end


def cite(words: Citable, *, citing: Citing, accessed: date | None = None) -> str:
    """The words with their source in one of the forms; only the source where there are no words."""
    source = _FORMS[citing](words, accessed)
    texts = [text for text in words.texts if text.strip()]
    cited = messages.SPLIT.join(map(_between_marks, texts) if words.speaker else texts)
    return f"{cited}\n{source}" if cited else source


def _between_marks(words: str) -> str:
    if _OPENED.match(words):
        return words
    return f"“{words}" if words.rstrip().endswith(_CLOSING) else f"“{words}”"


def _ap(words: Citable, _: date | None) -> str:
    """Speaker, as quoted by Outlet, in “Headline,” by Byline, Sept. 14, 2026, paragraph 3. Address."""
    article, came = words.article, _came(words)
    byline = _byline(article)
    parts = (
        words.speaker,
        came,
        _titled(article, "in " if came else ""),
        f"by {byline}" if byline else "",
        _day(article.day, _AP_MONTHS),
        f"paragraph {words.paragraph}",
    )
    return f"{_row(parts)}. {_line(article.url)}".rstrip()


def _reuters(words: Citable, _: date | None) -> str:
    """Speaker, as quoted by Outlet, on Sept 14, 2026, in “Headline,” paragraph 3. Address."""
    article, came = words.article, _came(words)
    day = _day(article.day, _REUTERS_MONTHS)
    parts = (
        words.speaker,
        came,
        f"on {day}" if came and day else day,
        _titled(article, "in " if came or day else ""),
        f"paragraph {words.paragraph}",
    )
    return f"{_row(parts)}. {_line(article.url)}".rstrip()


def _chicago(words: Citable, accessed: date | None) -> str:
    """Speaker, quoted by Agency, quoted in Byline, “Headline,” Outlet, September 14, 2026, para. 3, accessed …."""
    article, hops = words.article, list(_hops(words))
    byline, outlet = _byline(article), _line(article.outlet)
    before = [hop for hop in hops if hop.role is not Role.CARRIER and not _is_any(hop.party, (byline, outlet))]
    source = (
        byline,
        _titled(article, ""),
        outlet,
        *([] if words.speaker else (f"{_VERBS[hop.role]} {hop.party}" for hop in before)),
        *_citing(words),
        *(messages.handed(hop) for hop in hops if hop.role is Role.CARRIER),
        _day(article.day, _CHICAGO_MONTHS),
        f"para. {words.paragraph}",
        f"accessed {_day(accessed, _CHICAGO_MONTHS)}" if accessed else "",
        _line(article.url),
    )
    if not words.speaker:
        return f"{_row(source)}."
    return f"{_row((words.speaker, *map(messages.handed, before)))}, quoted in {_row(source)}."


_FORMS: Mapping[Citing, Callable[[Citable, date | None], str]] = {
    Citing.AP: _ap,
    Citing.REUTERS: _reuters,
    Citing.CHICAGO: _chicago,
}


def _came(words: Citable) -> str:
    """The hands that the words came through: from a speaker's mouth on, or else from whoever wrote the article."""
    if words.speaker:
        told = [messages.handed(hop) for hop in _hops(words)]
        return ", ".join([f"as {told[0]}", *told[1:]]) if told else ""
    return ", ".join((*_filed(_hops(words)), *_citing(words)))


def _hops(words: Citable) -> Iterator[Hop]:
    """Each hand once; those of the quotation, and those of the article that it does not name."""
    known: list[str] = []
    said = messages.hops_of(words.quotation) if words.quotation and words.speaker else ()
    for hop in (*said, *words.article.chain):
        party = _line(hop.party)
        if party and not _is_any(party, known):
            known.append(party)
            yield Hop(party, hop.role)


def _filed(hops: Iterable[Hop]) -> list[str]:
    """The agency that filed an article, the outlet that published it and who carried it."""
    return [hop.party if not place else f"{_VERBS[hop.role]} {hop.party}" for place, hop in enumerate(hops)]


_VERBS: Mapping[Role, str] = {
    Role.MEDIUM: "quoted by",
    Role.AGENCY: "filed by",
    Role.OUTLET: "published by",
    Role.CARRIER: "carried by",
}


def _citing(words: Citable) -> list[str]:
    """Whom an article names for what is not a direct quotation, the nearest to it first."""
    if words.quotation is None or words.speaker:
        return []
    own = [hop.party for hop in words.article.chain]
    named = [_line(hop.party) for hop in reversed(words.quotation.chain)]
    return [f"citing {party}" for party in messages.distinct(named) if party and not _is_any(party, own)]


def _is_any(party: str, names: Iterable[str]) -> bool:
    return any(messages.same_party(party, name) for name in names)


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
