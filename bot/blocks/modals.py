"""The modals, and the readers of what people filled in, each beside the view that asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from bot import messages
from bot.blocks import Block, View
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
    shares,
    spoken,
    text,
    tidy,
    units,
    weight,
)
from bot.blocks.passages import Cited, exact, facts, title
from bot.citations import cite
from bot.talk import ChannelSettings, Citing, Narrowing, PersonSettings, Press, Verb
from embeddings import Article, Coverage, Kind, Paragraph

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


def context_view(article: Article, paragraph: int) -> View:
    """The paragraph in a quote, with two before it and two after, each word for word."""
    place = next((i for i, one in enumerate(article.paragraphs) if one.ordinal == paragraph), None)
    if place is None:
        return problem_view(messages.CHANGED_SINCE)
    around = article.paragraphs[max(0, place - _AROUND) : place + _AROUND + 1]
    cited = [Cited(article=article, paragraph=one, parts=(one.span,)) for one in around]
    main = cited[around.index(article.paragraphs[place])]
    above = section(title(article), facts(main), plain(messages.came_through(article) or "", 300))
    others = [one for one in cited if one is not main]
    room = TOTAL - weight(above) - len(cited) * _BESIDE
    for_main = min(main.length, max(room // 2, room - sum(one.length for one in others)))
    limits = iter(shares([one.length for one in others], room - for_main))
    blocks = (
        exact(one, limit=max(_OPTION, for_main), earlier=messages.EARLIER_HERE, cut=messages.CUT_HERE)
        if one is main
        else _beside(one.paragraph, article, next(limits))
        for one in cited
    )
    return _view(Modal.CONTEXT, messages.CONTEXT_TITLE, (above, *blocks))


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


def citation_view(
    article: Article,
    paragraph: int,
    words: str,
    citing: Citing,
    speaker: str | None,
    accessed: date | None = None,
) -> View:
    """The words cited in all forms, the preferred one first, to be copied."""
    forms = (citing, *(form for form in Citing if form is not citing))
    cited = _forms(article, paragraph, words, forms=forms, speaker=speaker, accessed=accessed)
    too_long = sum(map(units, cited)) > TOTAL - _FORM_NAMES
    if too_long:
        cited = _forms(article, paragraph, "", forms=forms, speaker=speaker, accessed=accessed)
    limits = shares([units(one) for one in cited], TOTAL - _FORM_NAMES)
    blocks = [
        rich(line(text(messages.form(form.value), "bold")), preformatted(cut(one, limit)))
        for form, one, limit in zip(forms, cited, limits, strict=True)
    ]
    return _view(
        Modal.CITATION,
        messages.CITATION_TITLE,
        (*([section(plain(messages.TOO_LONG_TO_CITE))] if too_long else []), *blocks),
    )


_FORM_NAMES = 400


def _forms(
    article: Article,
    paragraph: int,
    words: str,
    *,
    forms: Sequence[Citing],
    speaker: str | None,
    accessed: date | None,
) -> list[str]:
    return [cite(article, paragraph, words, speaker=speaker, citing=form, accessed=accessed) for form in forms]


def problem_view(words: str) -> View:
    """Why what was pressed did not work."""
    told = section(spoken(messages.OUR_FAULT if blank(words) else words, 2000))
    return _view(Modal.PROBLEM, messages.PROBLEM_TITLE, (told,))


# Narrowing


def narrow_view(answer: str, narrowing: Narrowing, coverage: Coverage, *, kinds: Sequence[Kind] | None = None) -> View:
    """Asks for days and outlets, and for ``kinds`` of quotation where some are given, be it none of them."""
    blocks = (
        *_days(narrowing),
        *_outlets(narrowing.outlets, coverage, Field.OUTLETS, Field.OTHERS, room=TOTAL - 1500),
        *([] if kinds is None else [_kinds(kinds)]),
    )
    return _view(Modal.NARROW, messages.NARROW_TITLE, blocks, submit=messages.SEARCH, kept=answer)


def read_narrowing(values: Values) -> Narrowing:
    """What an answer, or a person's questions, should be narrowed to."""
    until = _filled(values, Field.UNTIL, "selected_date")
    since = _filled(values, Field.SINCE, "selected_date")
    return Narrowing(
        outlets=_read_outlets(values, Field.OUTLETS, Field.OTHERS),
        since=date.fromisoformat(since) if since else None,
        before=_after(date.fromisoformat(until)) if until else None,
    )


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


def _read_outlets(values: Values, pick: Field, others: Field) -> tuple[str, ...]:
    typed = (_filled(values, others, "value") or "").replace(";", "\n").splitlines()
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in (*_chosen(values, pick), *typed)))))


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


def report_view(answer: str, place: int, words: str) -> View:
    """Asks what is wrong with the words at a place of an answer."""
    whole = Paragraph(1, 0, len(words))
    quoted = Cited(article=Article(id="", text=words, paragraphs=(whole,)), paragraph=whole, parts=(whole.span,))
    blocks = (
        section(plain(messages.REPORT_LEAD)),
        exact(quoted, limit=_TYPED, cut=messages.CUT_HERE),
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


def read_settings(values: Values) -> tuple[PersonSettings, ChannelSettings | None]:
    """What a person prefers, and how the channel is to be answered where that was asked."""
    chosen = _filled(values, Field.CITING, "selected_option")
    person = PersonSettings(citing=Citing(chosen["value"]) if chosen else Citing.AP, narrowing=read_narrowing(values))
    if Field.ANSWERS not in values:
        return person, None
    answers = _chosen(values, Field.ANSWERS)
    channel = ChannelSettings(
        follow_ups=_FOLLOW_UPS in answers,
        private=_PRIVATE in answers,
        outlets=_read_outlets(values, Field.CHANNEL_OUTLETS, Field.CHANNEL_OTHERS),
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
