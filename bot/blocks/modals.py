"""The modals, and the readers of what people filled in, each beside the view that asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Any

from bot import messages
from bot.blocks import UNTOLD, Block, View, signs
from bot.blocks.parts import (
    TOTAL,
    Element,
    blank,
    cut,
    header,
    label,
    line,
    note,
    option,
    plain,
    preformatted,
    rich,
    section,
    sentence,
    shares,
    text,
    tidy,
    units,
    weight,
)
from bot.blocks.passages import Cited, exact, facts, title
from bot.citations import Citable, cite
from bot.narrowing import no_outlet, outlet
from bot.talk import ChannelSettings, Citing, Narrowing, PersonSettings, Press, Verb
from embeddings import Article, Coverage, Kind, Paragraph, Span

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The ``view.state.values`` that Slack sends: block id, action id, what was filled in."""

_AROUND = 2
_MOST_OPTIONS = 100
_OPTION = 75
_TYPED = 3000
_INPUT = "input"
"""The action id of every input; the block id tells them apart."""


class Modal(StrEnum):
    """The callback ids: which modal was sent."""

    CONTEXT = "context"
    CITATION = "citation"
    NARROW = "narrow"
    REASON = "reason"
    REPORT = "report"
    SETTINGS = "settings"
    PROBLEM = "problem"


class Field(StrEnum):
    """The block ids of inputs."""

    SINCE = "since"
    UNTIL = "until"
    OUTLETS = "outlets"
    OTHERS = "others"
    KINDS = "kinds"
    REASON = "reason"
    WORDS = "words"
    CITING = "citing"
    ANSWERS = "answers"
    CHANNEL_OUTLETS = "channel-outlets"
    CHANNEL_OTHERS = "channel-others"


_FOLLOW_UPS, _PRIVATE = "follow-ups", "private"


def _view(modal: Modal, name: str, blocks: Sequence[Block], **more: str) -> View:
    close = messages.CANCEL if "submit" in more else messages.CLOSE
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": modal.value,
        "title": label(name, 24),
        "close": label(close, 24),
        "blocks": list(blocks),
    }
    if "submit" in more:
        view["submit"] = label(more["submit"], 24)
    return view | ({"private_metadata": more["kept"]} if "kept" in more else {})


# Only to look at


def context_view(article: Article, paragraph: int, *, at: datetime = UNTOLD) -> View:
    """The paragraph in a quote, with two before it and two after, each word for word; and how they may be used."""
    place = next((i for i, one in enumerate(article.paragraphs) if one.ordinal == paragraph), None)
    if place is None:
        return problem_view(messages.CHANGED_SINCE)
    around = article.paragraphs[max(0, place - _AROUND) : place + _AROUND + 1]
    cited = [Cited(article=article, paragraph=one, parts=(one.span,), at=at) for one in around]
    main = cited[around.index(article.paragraphs[place])]
    above = (
        section(title(article), facts(main), plain(messages.came_through(article) or "", 300)),
        signs.standing(article, at),
    )
    others = [one for one in cited if one is not main]
    room = TOTAL - weight(above) - len(cited) * _BESIDE - units(main.embargo)
    for_main = min(main.length, max(room // 2, room - sum(one.length for one in others)))
    limits = iter(shares([one.length for one in others], room - for_main))
    blocks = (
        exact(one, limit=max(_OPTION, for_main), earlier=messages.EARLIER_HERE, cut=messages.CUT_HERE)
        if one is main
        else _beside(one.paragraph, article, next(limits))
        for one in cited
    )
    return _view(Modal.CONTEXT, messages.CONTEXT_TITLE, (*above, *blocks))


_BESIDE = units(messages.CUT_HERE) + units(messages.EARLIER_HERE) + 30


def _beside(paragraph: Paragraph, article: Article, limit: int) -> Block:
    """A paragraph before or after, plain, with its number; the same words, outside the quote."""
    told = exact(
        Cited(article=article, paragraph=paragraph, parts=(paragraph.span,)),
        limit=max(_OPTION, limit),
        cut=messages.CUT_HERE,
    )
    lines = [line(*part["elements"]) for part in told["elements"]]
    return rich(note(messages.paragraph(paragraph.ordinal)), *lines)


def citation_view(words: Citable, citing: Citing, accessed: date | None = None, *, at: datetime = UNTOLD) -> View:
    """The words cited in all forms, the preferred one first, to be copied; and what they are where that matters."""
    forms = (citing, *(form for form in Citing if form is not citing))
    # It goes along wherever the citation is pasted.
    sign = f"{embargo}\n" if (embargo := messages.embargo(words.article, at)) else ""
    cited = [sign + cite(words, citing=form, accessed=accessed) for form in forms]
    too_long = sum(map(units, cited)) > TOTAL - _FORM_NAMES
    if too_long:
        bare = replace(words, parts=())
        cited = [sign + cite(bare, citing=form, accessed=accessed) for form in forms]
    limits = shares([units(one) for one in cited], TOTAL - _FORM_NAMES)
    blocks = [
        rich(line(text(messages.form(form.value), "bold")), preformatted(cut(one, limit)))
        for form, one, limit in zip(forms, cited, limits, strict=True)
    ]
    said = messages.TOO_LONG_TO_CITE if too_long else _of_whom(words)
    return _view(Modal.CITATION, messages.CITATION_TITLE, (*([section(plain(said))] if said else []), *blocks))


def _of_whom(words: Citable) -> str:
    if words.speaker:
        return ""
    return messages.CITED_AS_UNSURE if words.direct and not words.sure else messages.CITED_AS_PASSAGE


_FORM_NAMES = 600


def problem_view(words: str) -> View:
    """Why what was pressed did not work."""
    told = messages.OUR_FAULT if blank(words) else messages.ended(words.strip())
    return _view(Modal.PROBLEM, messages.PROBLEM_TITLE, (rich(line(*sentence(told, 2000))),))


# Narrowing


def narrow_view(answer: str, narrowing: Narrowing, coverage: Coverage, *, kinds: Sequence[Kind] | None = None) -> View:
    """Asks for days and outlets, and for ``kinds`` of quotation where some are given, be it none of them."""
    blocks = (
        *_days(narrowing),
        *_outlets(narrowing.outlets, coverage, Field.OUTLETS, Field.OTHERS, room=TOTAL - 1500),
        *([] if kinds is None else [_kinds(kinds)]),
    )
    return _view(Modal.NARROW, messages.NARROW_TITLE, blocks, submit=messages.SEARCH, kept=answer)


def read_narrowing(values: Values, *, sources: frozenset[str] = frozenset()) -> Narrowing:
    """What an answer, or a person's questions, should be narrowed to; outlets as ``sources`` have their names."""
    until = _filled(values, Field.UNTIL, "selected_date")
    since = _filled(values, Field.SINCE, "selected_date")
    return Narrowing(
        outlets=_read_outlets(values, Field.OUTLETS, Field.OTHERS, sources),
        since=date.fromisoformat(since) if since else None,
        before=_after(date.fromisoformat(until)) if until else None,
    )


def problems(values: Values, *, sources: frozenset[str]) -> dict[str, str]:
    """What cannot be, of what was filled in: for each input's block, why; outlets only where it is known what is there.

    ``sources`` are the names on file.
    """
    since, until = (_filled(values, field, "selected_date") for field in (Field.SINCE, Field.UNTIL))
    found = {Field.UNTIL.value: messages.WRONG_ORDER} if since and until and since > until else {}
    for others in (Field.OTHERS, Field.CHANNEL_OTHERS):
        unknown = next((name for name in _typed(values, others) if not outlet(name, sources)), None)
        if unknown is not None and sources:
            # An example of what works is for where it can be typed in a line.
            told = str(no_outlet(unknown, sources, example="-"))
            found[others.value] = told.partition(" This works:")[0]
    return found


def unchanged(view: View) -> bool:
    """Whether a modal was sent just as it opened."""
    values = (view.get("state") or {}).get("values") or {}
    inputs = [block for block in view.get("blocks", ()) if block["type"] == "input"]
    return bool(inputs) and all(_as_opened(block, values) for block in inputs)


def _as_opened(block: Block, values: Values) -> bool:
    element, filled = block["element"], values.get(block["block_id"], {}).get(_INPUT, {})
    days = (element.get("initial_date"), filled.get("selected_date"))
    words = (element.get("initial_value") or "", filled.get("value") or "")
    chosen = (element.get("initial_options"), filled.get("selected_options"))
    first, now = ({_unescaped(one["value"]) for one in options or ()} for options in chosen)
    return days[0] == days[1] and words[0].split() == words[1].split() and first == now


def read_kinds(values: Values) -> tuple[Kind, ...]:
    """Which kinds of quotation are wanted, none for all."""
    return tuple(Kind(value) for value in _chosen(values, Field.KINDS))


def _days(narrowing: Narrowing) -> Iterator[Block]:
    # People name the last day; the archive's filters name the first day that is no longer wanted.
    before = narrowing.before
    until = before - timedelta(days=1) if before and before > date.min else None
    for field, name, day in ((Field.SINCE, messages.SINCE, narrowing.since), (Field.UNTIL, messages.UNTIL, until)):
        element: dict[str, Any] = {"type": "datepicker"} | ({"initial_date": day.isoformat()} if day else {})
        yield _ask(field, name, element)


def _after(day: date) -> date | None:
    return day + timedelta(days=1) if day < date.max else None


def _outlets(chosen: Sequence[str], coverage: Coverage, pick: Field, others: Field, *, room: int) -> Iterator[Block]:
    """A choice of the outlets with most articles, and a place to write others."""
    typed = "\n".join(chosen)
    names = _offered(chosen, coverage, room=room - min(_TYPED, units(typed)))
    if names:
        options = [option(name, name) for name in names]
        first = [one for one in options if one["value"] in chosen]
        element = {"type": "multi_static_select", "placeholder": label(messages.PICK_OUTLETS), "options": options}
        yield _ask(
            pick,
            messages.CHANNEL_OUTLETS if pick is Field.CHANNEL_OUTLETS else messages.OUTLETS,
            element | ({"initial_options": first} if first else {}),
        )
    written = _written([name for name in chosen if name not in names])
    yield _ask(
        others,
        messages.OTHER_OUTLETS,
        {"type": "plain_text_input", "multiline": True, "max_length": _TYPED}
        | ({"initial_value": written} if written else {}),
        hint=messages.OTHER_OUTLETS_HINT,
    )


def _offered(chosen: Sequence[str], coverage: Coverage, *, room: int) -> list[str]:
    """The outlets to choose from, those chosen first, as many as there is room for."""
    known = [*messages.by_count(coverage), *sorted(coverage.sources - set(coverage.outlets))]
    wanted = [name for name in chosen if name in set(known)]
    names: list[str] = []
    for name in dict.fromkeys((*wanted, *known)):
        # A name that a label would change or cut cannot be told from what stands on it.
        if name == tidy(name) and name and units(name) <= _OPTION and len(names) < _MOST_OPTIONS:
            room -= 2 * units(name)
            names += [name] if room >= 0 else []
    return names


def _written(names: Sequence[str]) -> str:
    """Names a line each, as many as a text input takes."""
    written = ""
    for name in filter(None, map(tidy, names)):
        longer = f"{written}\n{name}" if written else name
        written = longer if units(longer) <= _TYPED else written
    return written


def _read_outlets(values: Values, pick: Field, others: Field, sources: frozenset[str] = frozenset()) -> tuple[str, ...]:
    names = (*_chosen(values, pick), *_typed(values, others))
    return tuple(dict.fromkeys(outlet(name, sources) or name for name in names))


def _typed(values: Values, others: Field) -> list[str]:
    typed = (_filled(values, others, "value") or "").replace(";", "\n").splitlines()
    return list(filter(None, map(str.strip, typed)))


def _kinds(chosen: Sequence[Kind]) -> Block:
    options = [option(messages.KIND_WORDS[kind], kind.value) for kind in Kind]
    first = [one for one in options if one["value"] in chosen]
    element = {"type": "checkboxes", "options": options} | ({"initial_options": first} if first else {})
    return _ask(Field.KINDS, messages.KINDS, element)


# What was wrong


def reason_view(answer: str) -> View:
    """Asks why an answer was not useful; nothing of it has to be filled in."""
    blocks = (_reasons(messages.REASONS, optional=True), _own_words())
    return _view(Modal.REASON, messages.REASON_TITLE, blocks, submit=messages.SEND, kept=answer)


def report_view(answer: str, place: int, *texts: str) -> View:
    """Asks what is wrong with the words at a place of an answer, which may be several parts."""
    ends = list(accumulate(map(len, texts)))
    parts = tuple(Span(end - len(one), end) for one, end in zip(texts, ends, strict=True))
    whole = Paragraph(1, 0, ends[-1] if ends else 0)
    article = Article(id="", text="".join(texts), paragraphs=(whole,))
    reported = Cited(article=article, paragraph=whole, parts=parts or (whole.span,))
    blocks = (
        section(plain(messages.REPORT_LEAD)),
        exact(reported, limit=_TYPED, cut=messages.CUT_HERE),
        _reasons(messages.WRONGS, optional=False),
        _own_words(),
    )
    kept = Press(Verb.REPORT, answer, place).value
    return _view(Modal.REPORT, messages.REPORT_TITLE, blocks, submit=messages.SEND, kept=kept)


def read_reason(values: Values) -> str:
    """What was wrong with an answer or a quotation, in the words chosen and the person's own; empty for neither."""
    chosen = _filled(values, Field.REASON, "selected_option")
    own = (_filled(values, Field.WORDS, "value") or "").strip()
    return ": ".join(part for part in (_unescaped(chosen["value"]) if chosen else "", own) if part)


def _reasons(reasons: Sequence[str], *, optional: bool) -> Block:
    options = [option(words, words) for words in reasons]
    return _ask(Field.REASON, messages.WHAT_WRONG, {"type": "radio_buttons", "options": options}, optional=optional)


def _own_words() -> Block:
    element = {"type": "plain_text_input", "multiline": True, "max_length": 1000}
    return _ask(Field.WORDS, messages.IN_YOUR_WORDS, element)


# Settings


def settings_view(
    person: PersonSettings, channel: ChannelSettings | None = None, *, admin: bool = False, coverage: Coverage
) -> View:
    """Asks for what a person prefers, and an admin also for how the channel is answered where there is one."""
    blocks = [
        header(messages.FOR_YOU),
        _citing(person.citing),
        section(plain(messages.DEFAULTS)),
        *_days(person.narrowing),
        *_outlets(person.narrowing.outlets, coverage, Field.OUTLETS, Field.OTHERS, room=_HALF),
    ]
    if admin and channel is not None:
        blocks += [
            header(messages.FOR_CHANNEL),
            _answers(channel),
            *_outlets(channel.outlets, coverage, Field.CHANNEL_OUTLETS, Field.CHANNEL_OTHERS, room=_HALF),
        ]
    return _view(Modal.SETTINGS, messages.SETTINGS_TITLE, blocks, submit=messages.SAVE)


_HALF = TOTAL // 2 - 1000


def read_settings(
    values: Values, *, sources: frozenset[str] = frozenset()
) -> tuple[PersonSettings, ChannelSettings | None]:
    """What a person prefers, and how the channel is to be answered where that was asked; ``sources`` as above."""
    chosen = _filled(values, Field.CITING, "selected_option")
    person = PersonSettings(
        citing=Citing(chosen["value"]) if chosen else Citing.AP, narrowing=read_narrowing(values, sources=sources)
    )
    if Field.ANSWERS not in values:
        return person, None
    answers = _chosen(values, Field.ANSWERS)
    channel = ChannelSettings(
        follow_ups=_FOLLOW_UPS in answers,
        private=_PRIVATE in answers,
        outlets=_read_outlets(values, Field.CHANNEL_OUTLETS, Field.CHANNEL_OTHERS, sources),
    )
    return person, channel


def _citing(preferred: Citing) -> Block:
    options = {form: option(form.value, form.value) for form in Citing}
    element = {"type": "radio_buttons", "options": list(options.values()), "initial_option": options[preferred]}
    return _ask(Field.CITING, messages.CITATION_STYLE, element, optional=False)


def _answers(channel: ChannelSettings) -> Block:
    follow_ups = option(messages.FOLLOW_UPS, _FOLLOW_UPS)
    private = option(messages.ANSWER_PRIVATELY, _PRIVATE)
    first = [one for one, on in ((follow_ups, channel.follow_ups), (private, channel.private)) if on]
    element = {"type": "checkboxes", "options": [follow_ups, private]}
    return _ask(Field.ANSWERS, messages.CHANNEL_ANSWERS, element | ({"initial_options": first} if first else {}))


# Inputs


def _ask(field: Field, name: str, element: Element, *, optional: bool = True, hint: str = "") -> Block:
    block: dict[str, Any] = {
        "type": "input",
        "block_id": field.value,
        "label": label(name),
        "optional": optional,
        "element": {"action_id": _INPUT, **element},
    }
    return block | ({"hint": label(hint, 150)} if hint else {})


def _filled(values: Values, field: Field, name: str) -> Any:  # noqa: ANN401 - what Slack sends for an input
    return values.get(field.value, {}).get(_INPUT, {}).get(name)


def _chosen(values: Values, field: Field) -> list[str]:
    return [_unescaped(one["value"]) for one in _filled(values, field, "selected_options") or ()]


def _unescaped(value: str) -> str:
    # Slack sends what was chosen with these three escaped (bolt-python 513).
    return value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
