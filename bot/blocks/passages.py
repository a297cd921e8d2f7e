"""Exact words on file with their source: the words as rich text, unchanged; headline, outlet and chain below them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import messages
from bot.blocks import UNTOLD, Block, signs
from bot.blocks.parts import (
    Element,
    address,
    blank,
    bold,
    divider,
    harmless,
    head,
    joined,
    link,
    marked,
    menu,
    note,
    plain,
    quote,
    rich,
    section,
    shares,
    text,
    units,
    weight,
    window,
    within,
)
from bot.talk import Press, Shown, Verb
from embeddings import Article, Nature, Paragraph, Passage, Quotation, Span, Statement

_SOURCES, _SOURCE = 4000, 900
"""So much text may all the sources of a message have, and any one of them."""
_LEAST = 60
"""So much of the words is shown whatever else there is."""
_CREDITS = 3
_TERMS = 240
"""So much of each of an article's terms is told beside its words."""
_AT_MOST, _ABOUT = 800, 700
"""Words longer than the first are cut to about the second: the rest is a press away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Exact words on file and what is known of them ``at`` a moment; parts and marks are places in the text."""

    article: Article
    paragraph: Paragraph
    parts: tuple[Span, ...]
    marks: tuple[Span, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    also: tuple[Article, ...] = ()
    at: datetime = UNTOLD

    @property
    def embargo(self) -> str:
        """The sign that the words are under embargo; empty where they are not."""
        return messages.embargo(self.article, self.at) or ""

    @property
    def shown(self) -> Shown:
        """What the answer log keeps of it."""
        one = self.article
        whole = self.parts == (self.paragraph.span,)
        span = None if whole else (self.parts[0].start, self.parts[-1].end)
        marks = tuple((mark.start, mark.end) for mark in self.marks)
        return Shown(
            one.id, one.version, self.paragraph.ordinal, one.fingerprint, span, start=self.paragraph.start, marks=marks
        )

    @property
    def length(self) -> int:
        """How much room the words want."""
        between = units(messages.SPLIT) * (len(self.parts) - 1)
        return between + sum(units(harmless(part.cut(self.article.text))) for part in self.parts)


def of_passage(passage: Passage, *, at: datetime = UNTOLD) -> Cited:
    """A paragraph that was found, the sentence that answers under its marks."""
    return Cited(
        article=passage.article,
        paragraph=passage.paragraph,
        parts=(passage.paragraph.span,),
        marks=() if _all_marked(passage) else passage.marks,
        quotations=passage.quotations,
        also=passage.also,
        at=at,
    )


def _all_marked(passage: Passage) -> bool:
    """Whether the marks leave out no word of the paragraph but its dateline, so that they say nothing."""
    text, dateline = passage.article.text, passage.article.dateline
    covered = sorted([*passage.marks, *([dateline.span] if dateline else [])])
    at, left = passage.paragraph.start, []
    for span in covered:
        left.append(text[at : min(span.start, passage.paragraph.end)])
        at = max(at, span.end)
    return not any(map(str.isalnum, "".join((*left, text[at : passage.paragraph.end]))))


def of_statement(statement: Statement, *, at: datetime = UNTOLD) -> Cited:
    """A quotation on file, part by part."""
    return Cited(
        article=statement.article,
        paragraph=statement.paragraph,
        parts=statement.quotation.content,
        quotations=(statement.quotation,),
        also=statement.also,
        at=at,
    )


def with_words(cited: Sequence[Cited], sources: Sequence[Block], *, room: int) -> Iterator[Block]:
    """Each one's exact words and its source below, the words cut where the room is too small for all of them."""
    around = len(cited) * (units(messages.EARLIER) + units(messages.CUT)) + sum(units(one.embargo) for one in cited)
    wanted = [one.length if one.length <= _AT_MOST else _ABOUT for one in cited]
    limits = shares(wanted, room - weight(sources) - around)
    words = [exact(one, limit=max(_LEAST, limit)) for one, limit in zip(cited, limits, strict=True)]
    yield from parted(words, sources)


def parted(words: Sequence[Block], sources: Sequence[Block]) -> Iterator[Block]:
    """Words and source, words and source, a thin line between one and the next."""
    for place, (one, source) in enumerate(zip(words, sources, strict=True)):
        yield from (*([divider()] if place else []), one, source)


def exact(cited: Cited, *, limit: int, earlier: str = messages.EARLIER, cut: str = messages.CUT) -> Block:
    """The words in a quote, those under the marks in bold; where they are cut, a sign outside the quote says so."""
    if all(blank(part.cut(cited.article.text)) for part in cited.parts):
        return rich(note(messages.NO_WORDS))
    above = list(signs.embargo(cited.embargo))
    if len(cited.parts) > 1:
        pieces, whole = _parts(cited, limit)
        return rich(*above, quote(pieces), *([] if whole else [note(cut)]))
    part = cited.parts[0]
    shown = _window(cited, part, limit)
    return rich(
        *above,
        *([note(earlier)] if shown.start > part.start else []),
        quote(marked(cited.article.text, shown, cited.marks, "bold")),
        *([note(cut)] if shown.end < part.end else []),
    )


def _window(cited: Cited, part: Span, limit: int) -> Span:
    words = part.cut(cited.article.text)
    inside = [mark for mark in cited.marks if mark.meets(part)]
    first = min(inside, default=Span(part.start, part.start))
    focus = Span(max(0, first.start - part.start), min(first.end, part.end) - part.start)
    shown = window(words, focus, limit)
    return Span(part.start + shown.start, part.start + shown.end)


def _parts(cited: Cited, limit: int) -> tuple[list[Element], bool]:
    """The parts with what stands between them, as far as there is room; and whether that is all of them."""
    pieces: list[Element] = []
    left = limit
    for part in cited.parts:
        words = part.cut(cited.article.text)
        between = [text(messages.SPLIT, "italic")] if pieces else []
        left -= units(messages.SPLIT) * len(between)
        fits = head(words, left) if left > 0 else 0
        if fits:
            pieces += [*between, text(words[:fits])]
        if fits < len(words):
            return pieces, False
        left -= units(words)
    return pieces, True


# Sources


def source_limit(count: int) -> int:
    """How much text the source of each of so many may have."""
    return min(_SOURCE, _SOURCES // max(1, count))


def source(cited: Cited, *, number: int, accessory: Element, limit: int = _SOURCE, in_full: bool = False) -> Block:
    """Headline with its link, outlet, day, byline, paragraph, version, credits and chain, who else carries it.

    ``in_full`` tells all that is known of rights.
    """
    article = cited.article
    terms = signs.terms_in_full(article, cited.at, limit=_TERMS) if in_full else signs.terms(article, cited.at)
    lines = (f"{number}. {title(article, limit)}", *terms, facts(cited), *_credits(cited), _also(cited))
    return section(*within(lines, limit), accessory=accessory)


def credited_source(cited: Cited, *, number: int, accessory: Element, limit: int = _SOURCE) -> Block:
    """The same for a quotation, its credit first."""
    quotation = cited.quotations[0]
    who = bold(messages.who(quotation, cited.article), 160) or messages.NOBODY
    handed = plain(messages.hands(quotation, cited.article), 200)
    credit = joined((joined((who, handed), ", "), messages.manner(quotation)))
    came = "" if quotation.chain else _came(cited)
    terms = signs.terms(cited.article, cited.at)
    lines = (f"{number}. {credit}", title(cited.article, limit), *terms, facts(cited), came, _also(cited))
    return section(*within(lines, limit), accessory=accessory)


def title(article: Article, limit: int = _SOURCE) -> str:
    """The headline, or what stands in its place, linked where there is an address of the web."""
    words = messages.title(article)
    if blank(plain(words)):
        words = messages.UNTITLED
    url = address(article.url)
    linked = link(url, words, 160) if url else ""
    return linked if linked and units(linked) <= limit // 2 else bold(words, 200)


def facts(cited: Cited) -> str:
    """Outlet and day unless they are the title, byline, paragraph and version, as far as they are on file."""
    article = cited.article
    headed = messages.headed(article)
    parts = (
        # Without a headline, outlet and day stand in its place.
        (article.outlet if headed else None, 60),
        (messages.day(article.published) if headed else messages.datelined(article), 60),
        (messages.byline(article), 80),
        (messages.paragraph(cited.paragraph.ordinal), 40),
        (messages.version(article), 120),
    )
    return joined(plain(words, limit) for words, limit in parts if words and not blank(words))


def _credits(cited: Cited) -> list[str]:
    """Who is credited through which hands, some of them; the article's own chain where no quotation tells it."""
    named = [one for one in cited.quotations if one.speakers or one.narrated]
    credits = list(dict.fromkeys(messages.credit(one, cited.article) for one in named))
    more = len(credits) - _CREDITS
    lines = [plain(words, 200) for words in credits[:_CREDITS]]
    if more > 0:
        lines.append(plain(messages.more_credits(more)))
    if not any(one.chain for one in named):
        lines.append(_came(cited))
    return [words for words in lines if not blank(words)]


def _came(cited: Cited) -> str:
    return plain(messages.came_through(cited.article) or "", 200)


def _also(cited: Cited) -> str:
    return plain(messages.also_carried(cited.also) or "", 200)


def menu_of(cited: Cited, answer: str, place: int, *, speaker: bool = True) -> Element:
    """The ⋯ menu of the words at this place of the message; ``speaker`` offers more by whoever is credited."""
    verbs: Iterable[tuple[str, Verb]] = (
        (messages.SHOW_CONTEXT, Verb.CONTEXT),
        (messages.COPY, Verb.CITE),
        *([(messages.MORE_BY, Verb.SPEAKER)] if speaker and speaker_of(cited.quotations) else []),
        (messages.REPORT, Verb.REPORT),
    )
    return menu((words, Press(verb, answer, place)) for words, verb in verbs)


def speaker_of(quotations: Iterable[Quotation]) -> str | None:
    """The first who is credited by name."""
    named = (speaker for one in quotations for speaker in one.speakers if speaker.nature is not Nature.UNNAMED)
    return next((speaker.name for speaker in named), None)
