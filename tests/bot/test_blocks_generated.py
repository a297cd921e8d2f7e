"""Every message and every view, over articles that nobody would want: all checkers pass, and words stay exact."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import messages
from bot.blocks import Block, Frame
from bot.blocks.answers import answer_message
from bot.blocks.home import home_view
from bot.blocks.modals import (
    citation_view,
    context_view,
    narrow_view,
    problem_view,
    read_kinds,
    read_narrowing,
    read_reason,
    read_settings,
    reason_view,
    report_view,
    settings_view,
)
from bot.blocks.notices import failure, help_message, notice, refused, report_message
from bot.blocks.parts import blank, harmless
from bot.blocks.quotations import quotes_message
from bot.blocks.sources import checked_message
from bot.citations import Citable
from bot.talk import (
    Answered,
    Ask,
    ChannelSettings,
    Citing,
    Freshness,
    Narrowing,
    PersonSettings,
    Press,
    QuotesBy,
    SourceOf,
    Verb,
)
from embeddings import Article, Checked, Coverage, Found, Kind, NotOnFile, Quoted, Quotes
from tests.bot import generated as made
from tests.bot.checkers import SHARED, second_opinion, wrong_with, wrong_with_view
from tests.bot.reading import markups, sent

many = settings(
    max_examples=int(os.environ.get("ONRECORD_EXAMPLES", "25")), deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_second_opinion_is_heard() -> None:
    if second_opinion() is None:
        warning = f"NOT TESTED: no Block Kit checker of others in {SHARED}"
        pytest.skip(warning)
    assert second_opinion() is not None


@many
@given(made.asks, made.found, made.frames, st.sampled_from((1, 3, 5, 20)))
def test_an_answer_passes_and_its_words_are_exact(ask: Ask, found: Found, frame: Frame, size: int) -> None:
    message = answer_message(ask, found, frame=frame, size=size)
    size = min(size, 5)
    shown = found.passages[frame.page * size : (frame.page + 1) * size]
    assert wrong_with(message) == []
    assert [(one.paragraph, one.span) for one in message.shown] == [(one.paragraph.ordinal, None) for one in shown]
    assert_exact(message.blocks, [one.text for one in shown])
    assert_unformatted(message.blocks)
    assert (Verb.PAGE in ids(message.blocks)) == (len(found.passages) > (frame.page + 1) * size)
    assert ("page.back" in ids(message.blocks)) == (frame.page > 0)
    assert (Verb.SHARE in ids(message.blocks)) == frame.private


@many
@given(made.asks, made.not_on_file, made.frames)
def test_nothing_on_file_passes_and_near_misses_stay_behind_a_button(
    ask: Ask, nothing: NotOnFile, frame: Frame
) -> None:
    message = answer_message(ask, nothing, frame=frame)
    near = nothing.near_misses[:5]
    assert wrong_with(message) == []
    assert len(message.shown) == (len(near) if frame.near else 0)
    assert (Verb.NEAR in ids(message.blocks)) == (bool(near) and not frame.near)
    assert_exact(message.blocks, [one.text for one in near] if frame.near else [])
    assert_unformatted(message.blocks)


@many
@given(made.quotes_by, made.quotes, made.frames)
def test_quotes_pass_and_their_words_are_exact(asked: QuotesBy, quotes: Quotes, frame: Frame) -> None:
    message = quotes_message(asked, quotes, frame=frame)
    assert wrong_with(message) == []
    assert_unformatted(message.blocks)
    statements = quotes.statements[:5] if isinstance(quotes, Quoted) else ()
    spans = [one.quotation.span if len(one.quotation.content) > 1 else one.quotation.content[0] for one in statements]
    for shown, statement, span in zip(message.shown, statements, spans, strict=True):
        assert shown.span == (None if statement.quotation.content == (statement.paragraph.span,) else span)
    worded = [one for one in statements if not all(map(blank, one.texts))]
    for told, statement in zip(quoted(message.blocks), worded, strict=True):
        assert told[0] in harmless(statement.texts[0])


@many
@given(made.quotes_by, made.quoted, made.frames)
def test_the_parts_of_a_quotation_are_parted_by_a_sign_that_is_not_bold(
    asked: QuotesBy, quotes: Quoted, frame: Frame
) -> None:
    blocks = [block for block in quotes_message(asked, quotes, frame=frame).blocks if block["type"] == "rich_text"]
    for block, statement in zip(blocks, quotes.statements, strict=False):
        for part in block["elements"]:
            if part["type"] == "rich_text_quote":
                own = [one["text"] for one in part["elements"] if "style" not in one]
                signs = [one for one in part["elements"] if "style" in one]
                assert all(
                    sign == {"type": "text", "text": messages.SPLIT, "style": {"italic": True}} for sign in signs
                )
                texts = [harmless(text) for text in statement.texts]
                whole = len(block["elements"]) == 1
                assert own == texts if whole else all(map(str.__contains__, texts, own))


@many
@given(made.sources_of, made.checks(), made.frames)
def test_a_source_passes_and_its_words_are_exact(asked: SourceOf, checked: Checked, frame: Frame) -> None:
    message = checked_message(asked, checked, frame=frame)
    likenesses = checked.likenesses[:5]
    assert wrong_with(message) == []
    assert_unformatted(message.blocks)
    assert_exact(message.blocks, [one.text for one in likenesses])
    assert len(message.shown) == len(likenesses)


@many
@given(made.articles(), st.integers(1, 7))
def test_a_passage_in_its_context_passes(article: Article, paragraph: int) -> None:
    view = context_view(article, paragraph)
    assert wrong_with_view(view) == []
    if paragraph <= len(article.paragraphs):
        assert_exact(view["blocks"], [article.paragraphs[paragraph - 1].span.cut(article.text)])


@many
@given(made.citables(), st.sampled_from(Citing), st.one_of(st.none(), st.dates()))
def test_a_citation_passes(words: Citable, citing: Citing, accessed: date | None) -> None:
    assert wrong_with_view(citation_view(words, citing, accessed)) == []


@many
@given(made.narrowings, made.coverages(), st.one_of(st.none(), st.lists(st.sampled_from(Kind), unique=True)))
def test_the_narrowing_modal_passes(narrowing: Narrowing, coverage: Coverage, kinds: list[Kind] | None) -> None:
    view = narrow_view("Q7F3A", narrowing, coverage, kinds=kinds)
    assert wrong_with_view(view) == []
    read = read_narrowing(sent(view))
    assert read.since == narrowing.since
    assert read.before == (narrowing.before if narrowing.before != date.min else None)
    assert set(read_kinds(sent(view))) == set(kinds or ())


tidy_names = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=90).filter(lambda n: ";" not in n)


@many
@given(st.lists(tidy_names, max_size=6, unique=True), st.lists(tidy_names, max_size=120, unique=True))
def test_outlets_that_were_chosen_come_back(chosen: list[str], known: list[str]) -> None:
    coverage = Coverage(
        articles=9, outlets=dict.fromkeys(known, 1), sources=frozenset(known[:60] + chosen[:2]), first=None, last=None
    )
    narrowing = Narrowing(outlets=tuple(chosen))
    assert set(read_narrowing(sent(narrow_view("A", narrowing, coverage))).outlets) == set(chosen)


@many
@given(
    st.builds(PersonSettings, citing=st.sampled_from(Citing), narrowing=made.narrowings),
    st.one_of(
        st.none(),
        st.builds(
            ChannelSettings,
            follow_ups=st.booleans(),
            private=st.booleans(),
            outlets=st.lists(made.names, max_size=8).map(tuple),
        ),
    ),
    st.booleans(),
    made.coverages(),
)
def test_the_settings_modal_passes_and_what_was_set_comes_back(
    person: PersonSettings, channel: ChannelSettings | None, admin: bool, coverage: Coverage
) -> None:
    view = settings_view(person, channel, admin=admin, coverage=coverage)
    assert wrong_with_view(view) == []
    of_person, of_channel = read_settings(sent(view))
    assert of_person.citing is person.citing
    assert (of_channel is None) == (channel is None or not admin)
    if channel is not None and of_channel is not None:
        assert (of_channel.follow_ups, of_channel.private) == (channel.follow_ups, channel.private)


@many
@given(made.texts, st.integers(0, 4))
def test_the_modals_about_what_was_wrong_pass(words: str, place: int) -> None:
    assert wrong_with_view(reason_view("Q7F3A")) == []
    assert wrong_with_view(report_view("Q7F3A", place, words, "", words)) == []
    view = report_view("Q7F3A", place, words)
    assert wrong_with_view(view) == []
    assert Press.read(view["private_metadata"]) == Press(Verb.REPORT, "Q7F3A", place)
    assert_exact(view["blocks"], [words])
    assert read_reason(sent(view)) == ""
    assert wrong_with_view(problem_view(words)) == []


@many
@given(
    made.coverages(),
    made.freshness,
    st.lists(st.one_of(st.none(), made.asks, made.quotes_by, made.sources_of), max_size=12),
    st.builds(PersonSettings, citing=st.sampled_from(Citing), narrowing=made.narrowings),
    st.booleans(),
    st.one_of(made.days, made.moments),
)
def test_the_home_passes(
    coverage: Coverage,
    freshness: Freshness,
    asked: list[Ask | None],
    person: PersonSettings,
    admin: bool,
    newest: date | datetime,
) -> None:
    recent = [
        Answered(id="Q7F3A", team="T1", user="U1", request=request, at=datetime(2026, 10, 1).astimezone())
        for request in asked
    ]
    view = home_view(
        coverage=coverage,
        newest=dict.fromkeys(coverage.outlets, newest),
        freshness=freshness,
        recent=recent,
        person=person,
        admin=admin,
    )
    assert wrong_with_view(view) == []
    assert_unformatted(view["blocks"])


@many
@given(made.texts, made.texts, made.texts)
def test_notices_pass(one: str, two: str, three: str) -> None:
    for message in (
        notice(one),
        failure(one, two),
        refused(one),
        report_message(three, one, 3, two),
        help_message(one),
    ):
        assert wrong_with(message) == []
        assert_unformatted(message.blocks)


# What the tests look at


def assert_exact(blocks: Sequence[Block], texts: Sequence[str]) -> None:
    """Every quote is a stretch of the words on file, and the whole of them unless a sign says that it is cut."""
    worded = [harmless(text) for text in texts if not blank(text)]
    quotes = [(block, "".join(told)) for block in blocks if block["type"] == "rich_text" for told in quoted([block])]
    assert len(quotes) == len(worded)
    for (block, told), text in zip(quotes, worded, strict=True):
        assert told in text
        assert told == text or signs(block)


def signs(block: Block) -> list[str]:
    """The signs beside a quote that it is cut."""
    notes = [
        one["text"] for part in block["elements"] if part["type"] == "rich_text_section" for one in part["elements"]
    ]
    return [words for words in notes if words in CUTS]


CUTS = {messages.CUT, messages.EARLIER, messages.CUT_HERE, messages.EARLIER_HERE}


def quoted(blocks: Sequence[Block]) -> list[list[str]]:
    """The texts of every quote."""
    return [
        [one["text"] for one in part["elements"]]
        for block in blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        if part["type"] == "rich_text_quote"
    ]


def ids(blocks: Sequence[Block]) -> list[str]:
    """The action ids of the buttons in rows."""
    return [one["action_id"] for block in blocks if block["type"] == "actions" for one in block["elements"]]


_ADDRESSES = re.compile(r"<https?://[^|<>]*\|")
_OURS = re.compile(r":warning:|<!date\^\d+\^\{date_short_pretty\} at \{time\}\|")
_TYPED = re.compile(r"`[^`\n]+`")
"""What is to be typed, and ids: nothing formats in there."""


def assert_unformatted(blocks: Sequence[Block]) -> None:
    """No sign in what was said about the words formats anything."""
    for text in markups(blocks):
        bare = _OURS.sub("", _ADDRESSES.sub("", _TYPED.sub("", text)))
        assert not re.search("[_~]", bare)
        assert not re.search(r":[\w+'-]*[a-z][\w+'-]*:", bare, re.IGNORECASE)
        assert bare.count("*") % 2 == 0
        assert not re.search(r"^&gt;", bare, re.MULTILINE)
