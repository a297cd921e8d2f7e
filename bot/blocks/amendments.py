"""What a message becomes when an article that it shows has changed, and what its readers are told of it.

The words on file now stand in the place of those that were shown, the difference word by word; of an article that may
not be shown any more neither a word nor its headline stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot import messages
from bot.blocks import Block, Frame, Message, signs
from bot.blocks.frame import MOST, buttons, fresh
from bot.blocks.parts import (
    TOTAL,
    Element,
    blank,
    bold,
    code,
    context,
    divider,
    fallback,
    feedback,
    joined,
    mention,
    note,
    plain,
    quote,
    rich,
    section,
    sentence,
    shares,
    text,
    timed,
    units,
    weight,
    window,
)
from bot.blocks.parts import line as line_of
from bot.blocks.passages import Cited, credited_source, exact, facts, menu_of, source, source_limit, title
from bot.talk import Amendment, Answered, Ask, Became, QuotesBy, Shown, SourceOf
from embeddings import Alert, Article, Corrected, Span

_SIGNS = {Became.WITHDRAWN: ":no_entry:", Became.CORRECTED: ":warning:", Became.GONE: ":warning:"}
_LEAST, _AT_MOST = 60, 800
_EXCERPT = 400
"""So much of the words a note in a thread repeats, for each passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A passage of a message: the words that stand there now, None where none may; and what became of those before.

    ``change`` is how the two differ. ``origin`` names the article where nothing else of it may be said.
    """

    cited: Cited | None
    amendment: Amendment | None = None
    change: Corrected | None = None
    origin: str = ""

    @property
    def shown(self) -> Shown | None:
        """What the message shows here, if only struck through."""
        if self.cited is not None:
            return self.cited.shown
        return self.amendment.before if self.amendment and self.change else None


def amended_message(
    answered: Answered, places: Sequence[Place], *, frame: Frame, size: int = MOST, about: Sequence[str] = ()
) -> Message:
    """The message with what became of its words; ``about`` are lines of markup on which answer it is about."""
    first = frame.page * size
    above = (
        *([context(*about)] if about else []),
        *_banners(one.amendment for one in places if one.amendment),
        *_lead(answered, places, frame),
    )
    below = (
        *signs.unknown_rights([one.cited.article if one.cited else None for one in places], first=first + 1),
        *_buttons(answered, frame, full=len(places) == size),
        *_foot(frame),
    )
    sources = [_source(one, frame, first + at, limit=source_limit(len(places))) for at, one in enumerate(places)]
    room = TOTAL - weight((above, below, sources)) - len(places) * _BESIDE
    limits = shares([_wanted(one) for one in places], room)
    blocks = [
        block
        for at, (one, limit) in enumerate(zip(places, limits, strict=True))
        for block in (*([divider()] if at else []), *_words(one, max(_LEAST, limit)), *sources[at])
    ]
    shown = tuple(one.shown for one in places if one.shown)
    return Message(fallback(told(one.amendment for one in places if one.amendment)), (*above, *blocks, *below), shown)


def note_message(asker: str | None, places: Sequence[Place], *, about: Sequence[str] = ()) -> Message:
    """A word to whoever asked that names what has changed; ``about`` are lines of markup on which answer."""
    lines = (*about, *([mention(asker)] if asker else ()))
    blocks = [*([context(*lines)] if lines else []), *(block for one in places for block in _noted(one))]
    shown = tuple(one.shown for one in places if one.shown)
    return Message(fallback(told(one.amendment for one in places if one.amendment)), tuple(blocks), shown)


def alert_message(alert: Alert) -> Message:
    """What those who run the archive have to decide, and how."""
    head = messages.alert(alert.concern.value, [one.replace("`", "ˋ") for one in alert.articles])
    blocks = (
        section(f":warning: {bold(messages.WAITING)}"),
        # Slack draws the lines of one block as one line.
        *(
            rich(line_of(*sentence(words, 1000)))
            for words in (head, alert.words.replace("`", "ˋ") or "…", messages.REVIEW)
        ),
    )
    return Message(fallback(f"{messages.WAITING}: {head.replace('`', '')}"), blocks)


def told(amendments: Iterable[Amendment]) -> str:
    """What became of which passages, in one line, for notifications."""
    lines = [f"{messages.became(of[0].became)}: {_which(of)}" for of in _gathered(amendments)]
    return "; ".join(lines) or messages.became(Became.STANDS)


# Banners, lead and foot


def _banners(amendments: Iterable[Amendment]) -> Iterator[Block]:
    """What became of which passages, and when: what was withdrawn first, what stands not at all."""
    lines = [_banner(of) for of in _gathered(amendments)]
    if lines:
        yield section(*lines)


def _banner(of: Sequence[Amendment]) -> str:
    return joined((_became(of[0]), plain(f"{_which(of)}. {messages.advice(of[0].became)}")))


def _became(amendment: Amendment) -> str:
    """What became of words, and when, by the reader's clock."""
    sign, word = _SIGNS[amendment.became], bold(messages.became(amendment.became))
    return f"{sign} {word} {timed(plain(messages.minute(amendment.at)), amendment.at)}"


def _which(of: Iterable[Amendment]) -> str:
    return messages.passages_at(list(dict.fromkeys(one.place for one in of)))


def _gathered(amendments: Iterable[Amendment]) -> list[list[Amendment]]:
    """Those of which readers are told, by what became of them and by the minute, the last first."""
    found: dict[tuple[Became, str], list[Amendment]] = {}
    for one in sorted(amendments, key=lambda one: one.at, reverse=True):
        found.setdefault((one.became, messages.minute(one.at)), []).append(one)
    return [
        sorted(of, key=lambda one: -1 if one.place is None else one.place)
        for became in _SIGNS
        for (what, _), of in found.items()
        if what is became
    ]


def _lead(answered: Answered, places: Sequence[Place], frame: Frame) -> Iterator[Block]:
    lines = (_asked(answered, places), messages.asked_by(mention(frame.asker)) if frame.asker else "")
    if any(lines):
        yield context(*lines)


def _asked(answered: Answered, places: Sequence[Place]) -> str:
    match answered.request:
        case Ask(question=words):
            return bold(words, 400)
        case QuotesBy() as asked:
            return code(messages.quotes_command(asked))
        case SourceOf(text=words) if all(one.cited for one in places):
            return bold(messages.marked(words), 200)
    # Words whose source was looked for may be the very words that are withdrawn.
    return ""


def _buttons(answered: Answered, frame: Frame, *, full: bool) -> Iterator[Block]:
    """Those that still work: none where the question is no longer known."""
    if answered.request is None:
        return
    turns = {Ask: messages.MORE, QuotesBy: messages.MORE_QUOTES}.get(type(answered.request)) if full else None
    yield from buttons(frame, more=turns, narrowing=answered.request.narrowing)


def _foot(frame: Frame) -> Iterator[Block]:
    yield feedback(frame.answer)
    yield context(joined((fresh(frame.freshness, None), messages.reference(code(frame.answer)))))


# Passages


def _source(place: Place, frame: Frame, at: int, *, limit: int) -> tuple[Block, ...]:
    """Where the words are from, below them, with the menu of those that may be used; and that they stand."""
    cited, change, amendment = place.cited, place.change, place.amendment
    if cited is None:
        return () if change is None else (section(f"{at + 1}. {title(change.now, limit)}"),)
    if len(cited.quotations) == 1 and cited.parts == cited.quotations[0].content:
        menu = menu_of(cited, frame.answer, at, speaker=False)
        below = [credited_source(cited, number=at + 1, accessory=menu, limit=limit)]
    else:
        below = [source(cited, number=at + 1, accessory=menu_of(cited, frame.answer, at), limit=limit)]
    if amendment is not None and amendment.became is Became.STANDS:
        below.append(_standing(cited.article, amendment))
    return tuple(below)


def _standing(article: Article, amendment: Amendment) -> Block:
    return context(timed(plain(messages.stands(article, amendment.at), 300), amendment.at))


def _words(place: Place, limit: int) -> Iterator[Block]:
    if place.change is not None:
        lead = messages.NO_LONGER_THERE if place.cited is None else messages.SHOWN_BEFORE
        yield rich(*_embargo(place), note(lead), *_differing(place.change, limit))
    elif place.cited is not None:
        yield exact(place.cited, limit=limit)
    elif place.amendment is not None:
        yield section(_withdrawn(place, place.amendment))


def _embargo(place: Place) -> Iterator[Element]:
    """The sign above words under embargo, also above those that are gone."""
    if place.cited is not None:
        yield from signs.embargo(place.cited.embargo)
    elif place.change is not None and place.amendment is not None:
        yield from signs.embargo(messages.embargo(place.change.now, place.amendment.at) or "")


def _withdrawn(place: Place, amendment: Amendment) -> str:
    sign, word = _SIGNS[Became.WITHDRAWN], bold(messages.became(Became.WITHDRAWN))
    number = f"{amendment.place + 1}. " if amendment.place is not None else ""
    return f"{number}{sign} {word} {_why(place, amendment)}"


def _why(place: Place, amendment: Amendment) -> str:
    """From where the words were, and why they may not be used any more."""
    return joined((plain(place.origin, 200), plain(messages.withdrawn(amendment.reason), 300)))


def _noted(place: Place) -> Iterator[Block]:
    """One passage of a note: what became of it, where it is from, and the words that changed."""
    amendment = place.amendment
    assert amendment is not None
    head = _banner([amendment])
    if place.change is None:
        yield section(head, _why(place, amendment))
        return
    now = place.cited
    yield section(head, title(place.change.now), facts(now) if now else plain(messages.NO_LONGER_THERE))
    yield rich(*_embargo(place), *_differing(place.change, _EXCERPT))


# Differences


@dataclass(frozen=True, slots=True)
class _Diff:
    """Words before and now in one text: those in ``before`` are gone, those in ``now`` have come."""

    words: str
    before: tuple[Span, ...]
    now: tuple[Span, ...]

    @property
    def marks(self) -> list[tuple[Span, str]]:
        """What differs, in order, and how it looks."""
        return sorted([*((one, "strike") for one in self.before), *((one, "bold") for one in self.now)])


def _diff(change: Corrected) -> _Diff:
    old, new = change.before.article.text, change.now.text
    if change.passage is None:
        gone = change.before.text
        return _Diff(gone, (Span(0, len(gone)),), ())
    words, before, now = "", [], []
    for step in change.steps:
        came = step.on_file.cut(new)
        if step.same:
            words += came
            continue
        went = step.asked.cut(old)
        if went:
            before.append(Span(len(words), len(words) + len(went.rstrip())))
            words += went + ("" if went[-1].isspace() else " ")
        if came:
            now.append(Span(len(words), len(words) + len(came.rstrip())))
            words += came + ("" if came[-1].isspace() else " ")
    return _Diff(words.rstrip(), tuple(before), tuple(now))


def _differing(change: Corrected, limit: int) -> Iterator[Element]:
    """The words before and now in a quote, around the first that differ where not all fit."""
    diff = _diff(change)
    if blank(diff.words):
        yield note(messages.NO_WORDS)
        return
    first = min((span for span, _ in diff.marks), default=Span(0, 0))
    shown = window(diff.words, first, limit)
    if shown.start > 0:
        yield note(messages.EARLIER)
    yield quote(_styled(diff, shown))
    if shown.end < len(diff.words):
        yield note(messages.CUT)


def _styled(diff: _Diff, shown: Span) -> list[Element]:
    pieces, at = [], shown.start
    for span, style in diff.marks:
        start, end = max(at, span.start), min(span.end, shown.end)
        if start < end:
            pieces += [text(diff.words[at:start])] if at < start else []
            pieces.append(text(diff.words[start:end], style))
            at = end
    return pieces + ([text(diff.words[at : shown.end])] if at < shown.end else [])


def _wanted(place: Place) -> int:
    if place.change is not None:
        return min(_AT_MOST, units(_diff(place.change).words))
    return min(_AT_MOST, place.cited.length) if place.cited else 0


_BESIDE = sum(map(units, (messages.SHOWN_BEFORE, messages.EARLIER, messages.CUT))) + 400
"""What stands around the words of one passage."""
