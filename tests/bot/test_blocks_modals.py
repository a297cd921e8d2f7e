from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot import messages
from bot.blocks.modals import (
    Field,
    Modal,
    citation_view,
    context_view,
    narrow_view,
    problem_view,
    problems,
    read_kinds,
    read_narrowing,
    read_reason,
    read_settings,
    reason_view,
    report_view,
    settings_view,
    unchanged,
)
from bot.citations import Citable
from bot.talk import ChannelSettings, Citing, Narrowing, PersonSettings, Press, Verb
from embeddings import Coverage, Kind, Quotation
from tests.bot import generated as made
from tests.bot.checkers import wrong_with_view
from tests.bot.invented import COVERAGE, CRANE, LONG, NOTHING, SHUT, SPLIT_UP, TREE
from tests.bot.reading import all_text, markups, quoted, sent, styled
from tests.fakes import article, span_of

ONLY = Narrowing(outlets=("The Ledger", "Pier Post"), since=date(2026, 9, 1), before=date(2026, 10, 1))


def test_a_passage_stands_between_its_neighbours_and_alone_in_a_quote() -> None:
    view = context_view(CRANE, 2)
    assert view["callback_id"] == Modal.CONTEXT
    assert [[piece["text"] for piece in pieces] for pieces in quoted(view)] == [[TREE]]
    read = all_text(view)
    assert read.index(SHUT) < read.index(TREE) < read.index(LONG)
    assert "Crane ∗stays∗" in read


def test_two_paragraphs_stand_before_and_two_after() -> None:
    seven = article("seven", *(f"Paragraph the {n}." for n in range(1, 8)))
    read = all_text(context_view(seven, 4))
    assert [n for n in range(1, 8) if f"Paragraph the {n}." in read] == [2, 3, 4, 5, 6]


def test_an_endless_paragraph_is_cut_with_a_sign_that_names_no_menu() -> None:
    view = context_view(article("endless", "Before.", LONG * 12, "After."), 2)
    assert messages.CUT_HERE in styled(view, "italic")
    assert messages.CUT not in all_text(view)
    assert "Before." in all_text(view)
    assert "After." in all_text(view)


def test_a_paragraph_that_is_gone_is_said_to_be() -> None:
    assert context_view(CRANE, 9)["callback_id"] == Modal.PROBLEM


def test_the_preferred_form_of_a_citation_stands_first() -> None:
    view = citation_view(cited(TREE), Citing.CHICAGO, date(2026, 10, 16))
    assert styled(view, "bold") == ["Chicago form", "AP form", "Reuters form"]
    assert all_text(view).count(TREE) == 3


def cited(words: str, one: Quotation | None = None) -> Citable:
    return Citable(article=CRANE, paragraph=2, parts=one.content if one else (span_of(CRANE, words),), quotation=one)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (cited(TREE), messages.CITED_AS_PASSAGE),
        (cited("", SPLIT_UP), None),
        (cited("", replace(SPLIT_UP, kind=Kind.INDIRECT)), messages.CITED_AS_PASSAGE),
        (cited("", replace(SPLIT_UP, confidence=0.2)), messages.CITED_AS_UNSURE),
    ],
)
def test_it_is_said_whose_words_are_cited_unless_they_are_a_speakers(words: Citable, told: str | None) -> None:
    assert markups(citation_view(words, Citing.AP)) == ([told] if told else [])


def test_words_too_long_to_be_cited_are_not_cut_but_left_out_and_said_to_be() -> None:
    one = article("long", LONG * 3)
    view = citation_view(Citable(article=one, paragraph=1, parts=(one.paragraphs[0].span,)), Citing.AP)
    assert messages.TOO_LONG_TO_CITE in all_text(view)
    assert LONG[:50] not in all_text(view)
    assert "paragraph 1" in all_text(view)


def test_what_an_answer_is_narrowed_to_is_filled_in_and_comes_back() -> None:
    view = narrow_view("Q7F3A", ONLY, COVERAGE)
    assert view["private_metadata"] == "Q7F3A"
    assert read_narrowing(sent(view)) == ONLY
    assert read_narrowing(sent(narrow_view("Q7F3A", Narrowing(), COVERAGE))) == Narrowing()


def test_the_last_day_is_asked_for_and_the_first_that_is_not_wanted_comes_back() -> None:
    values = sent(narrow_view("Q7F3A", Narrowing(), COVERAGE))
    values[Field.UNTIL]["input"]["selected_date"] = "2026-09-30"
    assert read_narrowing(values).before == date(2026, 10, 1)


def test_outlets_can_be_chosen_and_written_one_a_line() -> None:
    values = sent(narrow_view("Q7F3A", Narrowing(), COVERAGE))
    values[Field.OUTLETS]["input"]["selected_options"] = [{"value": "Bread &amp; Tide"}]
    values[Field.OTHERS]["input"]["value"] = " Pier Post \n\nQuay, Dock;Bread & Tide"
    assert read_narrowing(values).outlets == ("Bread & Tide", "Pier Post", "Quay, Dock")


def test_outlets_are_read_by_the_names_on_file() -> None:
    values = sent(narrow_view("Q7F3A", Narrowing(), COVERAGE))
    values[Field.OTHERS]["input"]["value"] = "ledger; harbour times\nmeridian fed\nQuay Post"
    read = read_narrowing(values, sources=COVERAGE.sources)
    assert read.outlets == ("The Ledger", "Harbour Times", "Meridian Feed", "Quay Post")


def test_a_last_day_before_the_first_is_told_beside_it() -> None:
    values = sent(narrow_view("Q7F3A", Narrowing(since=date(2026, 10, 1)), COVERAGE))
    for until, told in (("2026-09-01", {Field.UNTIL: messages.WRONG_ORDER}), ("2026-10-01", {}), (None, {})):
        values[Field.UNTIL]["input"]["selected_date"] = until
        assert problems(values, sources=COVERAGE.sources) == told


def test_an_outlet_that_is_not_on_file_is_told_beside_it_with_those_alike() -> None:
    values = sent(narrow_view("Q7F3A", Narrowing(), COVERAGE))
    values[Field.OTHERS]["input"]["value"] = "the ledger\nHarbor Timse Weekly"
    assert problems(values, sources=frozenset()) == {}
    (told,) = problems(values, sources=COVERAGE.sources).values()
    assert "“Harbor Timse Weekly”" in told
    assert "Harbour Times" in told
    assert "`" not in told
    values[Field.OTHERS]["input"]["value"] = "the ledger; Meridian Feed;;"
    assert problems(values, sources=COVERAGE.sources) == {}


def test_the_outlets_of_a_channel_are_looked_at_too() -> None:
    values = sent(settings_view(PersonSettings(), ChannelSettings(), admin=True, coverage=COVERAGE))
    values[Field.CHANNEL_OTHERS]["input"]["value"] = "Quay Post"
    assert list(problems(values, sources=COVERAGE.sources)) == [Field.CHANNEL_OTHERS]


@given(made.narrowings, made.coverages(), st.one_of(st.none(), st.lists(st.sampled_from(Kind), unique=True)))
@hypothesis_settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=50)
def test_a_modal_that_is_sent_as_it_opened_is_known(
    narrowing: Narrowing, coverage: Coverage, kinds: list[Kind] | None
) -> None:
    view = narrow_view("Q7F3A", narrowing, coverage, kinds=kinds)
    values = sent(view)
    assert unchanged({**view, "state": {"values": values}})
    values[Field.SINCE]["input"]["selected_date"] = "2031-01-01"
    assert unchanged({**view, "state": {"values": values}}) == (narrowing.since == date(2031, 1, 1))


@pytest.mark.parametrize(
    ("field", "filled"),
    [
        (Field.SINCE, {"selected_date": None}),
        (Field.UNTIL, {"selected_date": "2026-10-01"}),
        (Field.OUTLETS, {"selected_options": []}),
        (Field.OTHERS, {"value": "Pier Post\nQuay Post"}),
        (Field.OTHERS, {"value": None}),
        (Field.KINDS, {"selected_options": [{"value": "direct"}]}),
    ],
)
def test_whatever_was_changed_makes_another_request(field: Field, filled: dict[str, Any]) -> None:
    view = narrow_view("Q7F3A", ONLY, COVERAGE, kinds=(Kind.MIXED,))
    values = sent(view)
    values[field]["input"] |= filled
    assert not unchanged({**view, "state": {"values": values}})


def test_without_outlets_on_file_they_can_still_be_written() -> None:
    values = sent(narrow_view("Q7F3A", Narrowing(), NOTHING))
    assert Field.OUTLETS not in values
    assert Field.OTHERS in values


def test_the_outlets_with_most_articles_are_offered_and_those_chosen_before_all() -> None:
    outlets = {f"Outlet {n}": n for n in range(300)}
    many = Coverage(articles=9, outlets=outlets, sources=frozenset(outlets), first=None, last=None)
    view = narrow_view("Q7F3A", Narrowing(outlets=("Outlet 3",)), many)
    (element,) = [one["element"] for one in view["blocks"] if one["block_id"] == Field.OUTLETS]
    names = [one["value"] for one in element["options"]]
    assert len(names) == 100
    assert names[:3] == ["Outlet 3", "Outlet 299", "Outlet 298"]


def test_outlets_with_long_names_are_offered_only_as_far_as_there_is_room() -> None:
    outlets = {f"{n:03} {'The Very Long Name of a Paper ' * 2}".strip(): n for n in range(120)}
    many = Coverage(articles=9, outlets=outlets, sources=frozenset(outlets), first=None, last=None)
    for view in (
        narrow_view("Q7F3A", Narrowing(), many),
        settings_view(PersonSettings(), ChannelSettings(), admin=True, coverage=many),
    ):
        assert wrong_with_view(view) == []
        offered = [
            one["element"]["options"]
            for one in view["blocks"]
            if one["type"] == "input" and "outlets" in one["block_id"]
        ]
        assert all(20 < len(options) < 100 for options in offered)


def test_kinds_are_asked_for_only_where_some_may_be_chosen() -> None:
    assert Field.KINDS not in sent(narrow_view("Q7F3A", Narrowing(), COVERAGE))
    view = narrow_view("Q7F3A", Narrowing(), COVERAGE, kinds=(Kind.MIXED,))
    assert read_kinds(sent(view)) == (Kind.MIXED,)
    assert read_kinds(sent(narrow_view("Q7F3A", Narrowing(), COVERAGE, kinds=()))) == ()


@pytest.mark.parametrize(
    ("chosen", "own", "read"),
    [
        (messages.REASONS[1], " it was Bea ", f"{messages.REASONS[1]}: it was Bea"),
        (messages.REASONS[1], None, messages.REASONS[1]),
        (None, "it was Bea", "it was Bea"),
        (None, None, ""),
    ],
)
def test_a_reason_is_chosen_written_or_both(chosen: str | None, own: str | None, read: str) -> None:
    values = sent(reason_view("Q7F3A"))
    values[Field.REASON]["input"]["selected_option"] = {"value": chosen} if chosen else None
    values[Field.WORDS]["input"]["value"] = own
    assert read_reason(values) == read


def test_a_report_shows_the_words_and_knows_their_place() -> None:
    view = report_view("Q7F3A", 2, TREE)
    assert [[piece["text"] for piece in pieces] for pieces in quoted(view)] == [[TREE]]
    assert Press.read(view["private_metadata"]) == Press(Verb.REPORT, "Q7F3A", 2)
    assert set(sent(view)) == {Field.REASON, Field.WORDS}


def test_a_report_of_words_in_parts_shows_these_and_nothing_between() -> None:
    (pieces,) = quoted(report_view("Q7F3A", 2, "“It fell,”", "“like a tree.”"))
    assert [piece["text"] for piece in pieces] == ["“It fell,”", messages.SPLIT, "“like a tree.”"]


def test_settings_come_back_as_they_were() -> None:
    person = PersonSettings(citing=Citing.REUTERS, narrowing=ONLY)
    channel = ChannelSettings(follow_ups=True, outlets=("Harbour Times",))
    view = settings_view(person, channel, admin=True, coverage=COVERAGE)
    assert read_settings(sent(view)) == (person, channel)


def test_only_an_admin_is_asked_about_the_channel() -> None:
    view = settings_view(PersonSettings(), ChannelSettings(), admin=False, coverage=COVERAGE)
    assert messages.FOR_CHANNEL not in all_text(view)
    assert read_settings(sent(view)) == (PersonSettings(), None)
    assert messages.FOR_CHANNEL not in all_text(settings_view(PersonSettings(), admin=True, coverage=COVERAGE))


def test_a_problem_is_told() -> None:
    assert "Ask again" in all_text(problem_view("Ask again"))
    assert messages.OUR_FAULT in all_text(problem_view(" "))
