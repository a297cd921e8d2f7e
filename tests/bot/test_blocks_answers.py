from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot import messages
from bot.blocks.answers import answer_message
from bot.talk import Ask, Narrowing, Press, Shown, Verb
from embeddings import Dateline, Found, NotOnFile, Passage, Span
from tests.bot.invented import ALONE, COVERAGE, CRANE, FRAME, LONG, NOTHING, RETOLD, SAID, SHUT, STALE, TOLD
from tests.bot.reading import all_text, buttons, markups, menus, quoted, styled
from tests.fakes import article, span_of

ASK = Ask(question="Will the crane lift?")
ONLY = Ask(
    question="Will the crane lift?",
    narrowing=Narrowing(outlets=("The Ledger",), since=date(2026, 9, 1), before=date(2026, 10, 1)),
)


def found(*passages: Passage) -> Found:
    return Found(passages=passages, confidence=0.9, coverage=COVERAGE)


def test_the_exact_words_stand_in_a_quote_with_the_answering_sentence_in_bold() -> None:
    blocks = answer_message(ASK, found(SAID), frame=FRAME).blocks
    (pieces,) = quoted(blocks)
    assert "".join(piece["text"] for piece in pieces) == SHUT
    assert styled(pieces, "bold") == ["“We will not lift,” she added."]


def test_the_source_is_linked_dated_and_credited_and_formats_nothing() -> None:
    blocks = answer_message(ASK, found(SAID), frame=FRAME).blocks
    source = next(text for text in markups(blocks) if text.startswith("1."))
    assert source.split("\n") == [
        "1. <https://ledger.example/a?x=1&amp;y=2|Crane ∗stays∗ &lt;shut&gt;>",
        "The Ledger · 14 September 2026 · by Maria Ortiz · paragraph 1 · version 2: corrects the pier",
        "Ada Merrow (“she”), quoted by Coastwire, quoted by The Ledger, carried by Meridian Feed · direct · unsure",
        "Also carried by Harbour Times",
    ]


def test_without_a_credit_the_hands_that_the_article_came_through_are_told() -> None:
    blocks = answer_message(ASK, found(TOLD), frame=FRAME).blocks
    assert "Carried by Meridian Feed" in all_text(blocks)


def test_an_article_without_headline_address_and_date_leaves_no_holes() -> None:
    bare = replace(SAID, article=article("bare", SHUT), quotations=(), also=(), marks=())
    source = next(text for text in markups(answer_message(ASK, found(bare), frame=FRAME).blocks) if text[:2] == "1.")
    assert source == f"1. *{messages.UNTITLED}*\nparagraph 1"


def test_the_menu_offers_more_by_the_speaker_only_where_one_is_credited() -> None:
    told, untold = menus(answer_message(ASK, found(SAID, TOLD), frame=FRAME).blocks)
    assert told == {
        messages.SHOW_CONTEXT: Press(Verb.CONTEXT, "Q7F3A", 0),
        messages.COPY: Press(Verb.CITE, "Q7F3A", 0),
        messages.MORE_BY: Press(Verb.SPEAKER, "Q7F3A", 0),
        messages.REPORT: Press(Verb.REPORT, "Q7F3A", 0),
    }
    assert messages.MORE_BY not in untold
    assert untold[messages.COPY] == Press(Verb.CITE, "Q7F3A", 1)


def test_what_is_shown_is_told_with_its_version_and_fingerprint() -> None:
    message = answer_message(ASK, found(TOLD, SAID), frame=FRAME)
    assert message.shown == (Shown("pel-1", 2, 3, CRANE.fingerprint), Shown("pel-1", 2, 1, CRANE.fingerprint))


def test_a_long_paragraph_is_cut_around_the_marked_sentence_with_signs_outside_the_quote() -> None:
    blocks = answer_message(ASK, found(*[TOLD] * 5), frame=FRAME).blocks
    for pieces in quoted(blocks):
        shown = "".join(piece["text"] for piece in pieces)
        assert shown != LONG
        assert shown in LONG
        assert styled(pieces, "bold") == ["The brake had been reported twice."]
        assert "…" not in shown
        assert LONG[LONG.index(shown) - 1] == " "
    assert all_text(blocks).count(messages.CUT) == all_text(blocks).count(messages.EARLIER) == 5


def test_even_where_there_is_room_a_long_paragraph_is_cut_to_what_can_be_read_at_a_glance() -> None:
    (pieces,) = quoted(answer_message(ASK, found(TOLD), frame=FRAME).blocks)
    shown = "".join(piece["text"] for piece in pieces)
    assert 600 < len(shown) <= 700
    assert styled(pieces, "bold") == ["The brake had been reported twice."]


def test_a_paragraph_of_usual_length_is_not_cut() -> None:
    one = article("usual", LONG[:800])
    usual = Passage(article=one, paragraph=one.paragraphs[0], score=0.5, marks=(Span(0, 30),))
    blocks = answer_message(ASK, found(*[usual] * 5), frame=FRAME).blocks
    assert ["".join(piece["text"] for piece in pieces) for pieces in quoted(blocks)] == [LONG[:800]] * 5
    assert messages.CUT not in all_text(blocks)


@pytest.mark.parametrize(
    ("marked", "bold"),
    [
        (SHUT, []),
        (SHUT.removeprefix("PORT ELLERY — "), []),
        (SHUT[:-1], []),
        ("“We will not lift,” she added.", ["“We will not lift,” she added."]),
    ],
)
def test_bold_marks_a_part_and_never_the_whole(marked: str, bold: list[str]) -> None:
    one = replace(CRANE, dateline=Dateline(Span(0, 14), place="PORT ELLERY"))
    passage = replace(SAID, article=one, marks=(span_of(one, marked),))
    assert styled(quoted(answer_message(ASK, found(passage), frame=FRAME).blocks), "bold") == bold


def test_the_words_beside_a_dateline_are_all_but_it_only_where_it_is_one() -> None:
    passage = replace(SAID, marks=(span_of(CRANE, SHUT.removeprefix("PORT ELLERY — ")),))
    assert styled(quoted(answer_message(ASK, found(passage), frame=FRAME).blocks), "bold") != []


def test_without_a_headline_outlet_and_day_stand_in_its_place_and_nowhere_else() -> None:
    one = replace(CRANE, headline=None, byline=None, dateline=Dateline(Span(0, 14), place="PORT ELLERY"))
    blocks = answer_message(ASK, found(replace(TOLD, article=one)), frame=FRAME).blocks
    source = next(text for text in markups(blocks) if text.startswith("1."))
    assert source.split("\n")[:2] == [
        "1. <https://ledger.example/a?x=1&amp;y=2|The Ledger, 14 September 2026>",
        "datelined PORT ELLERY · paragraph 3 · version 2: corrects the pier",
    ]


def test_a_quotation_that_nobody_is_credited_with_is_not_listed() -> None:
    nobodys = replace(SAID, quotations=(replace(RETOLD, speakers=()),))
    read = all_text(answer_message(ASK, found(nobodys), frame=FRAME).blocks)
    assert messages.NOBODY not in read
    assert "Carried by Meridian Feed" in read


def test_pages_are_numbered_on_and_lead_forth_and_back() -> None:
    first = answer_message(ASK, found(*[SAID] * 4), frame=FRAME, size=3)
    second = answer_message(ASK, found(*[SAID] * 4), frame=replace(FRAME, page=1), size=3)
    assert buttons(first.blocks)[messages.MORE] == Press(Verb.PAGE, "Q7F3A", 1)
    assert messages.BACK not in buttons(first.blocks)
    assert buttons(second.blocks)[messages.BACK] == Press(Verb.PAGE, "Q7F3A", 0)
    assert messages.MORE not in buttons(second.blocks)
    assert len(second.shown) == 1
    assert any(text.startswith("4. ") for text in markups(second.blocks))


def test_a_page_beyond_the_last_says_so_and_leads_back() -> None:
    message = answer_message(ASK, found(SAID), frame=replace(FRAME, page=3))
    assert message.shown == ()
    assert messages.NO_FURTHER in all_text(message.blocks)
    assert messages.BACK in buttons(message.blocks)


def test_only_a_private_answer_can_be_posted_to_the_channel() -> None:
    assert messages.POST not in buttons(answer_message(ASK, found(SAID), frame=FRAME).blocks)
    blocks = answer_message(ASK, found(SAID), frame=ALONE).blocks
    assert buttons(blocks)[messages.POST] == Press(Verb.SHARE, "Q7F3A")
    assert messages.PRIVATE in all_text(blocks)


def test_the_lead_says_what_was_asked_by_whom_and_what_it_is_narrowed_to() -> None:
    lead = markups(answer_message(ONLY, found(SAID), frame=FRAME).blocks)[0]
    assert lead == (
        "*Will the crane lift?*\n"
        "1 passage · only The Ledger · 1 September 2026 to 30 September 2026 · asked by <@U01ALICE>"
    )
    shared = markups(answer_message(ASK, found(SAID), frame=replace(FRAME, asker=None, sharer="U02BO")).blocks)[0]
    assert "shared by <@U02BO>" in shared


def test_the_foot_says_how_fresh_the_archive_is_and_gives_a_reference() -> None:
    blocks = answer_message(ASK, found(SAID), frame=FRAME).blocks
    moment = "<!date^1791970800^{date_short_pretty} at {time}|14 October 2026, 09:40 UTC>"
    assert f"last ingest {moment}" in markups(blocks)[-1]
    assert all_text(blocks).endswith(
        "Searched 1,778 articles from The Ledger, Harbour Times, 1 January 2025 to 14 October 2026.\n"
        "Newest on file 14 October 2026 · last ingest 14 October 2026, 09:40 UTC · ref `Q7F3A`"
    )


def test_the_newest_of_a_narrowed_search_is_not_given_for_the_newest_on_file() -> None:
    foot = all_text(answer_message(ONLY, found(SAID), frame=FRAME).blocks)
    assert "Newest on file" not in foot
    assert "Last ingest 14 October 2026, 09:40 UTC" in foot


def test_a_stale_archive_is_warned_of() -> None:
    stale = all_text(answer_message(ASK, found(SAID), frame=replace(FRAME, freshness=STALE)).blocks)
    assert "no successful ingest since 1 October 2026, 09:40 UTC" in stale
    assert "no successful ingest" not in all_text(answer_message(ASK, found(SAID), frame=FRAME).blocks)


def test_feedback_is_asked_for() -> None:
    (row,) = [one for one in answer_message(ASK, found(SAID), frame=FRAME).blocks if one["type"] == "context_actions"]
    (element,) = row["elements"]
    assert element["action_id"] == Verb.RATE
    assert element["positive_button"]["value"] == "rate|Q7F3A|1"
    assert element["negative_button"]["value"] == "rate|Q7F3A|0"


def test_confidence_is_not_a_number() -> None:
    assert "0.9" not in all_text(answer_message(ASK, found(SAID), frame=FRAME).blocks)


NOT_THERE = NotOnFile(near_misses=(SAID, TOLD), confidence=0.1, coverage=COVERAGE)


def test_nothing_on_file_is_an_answer_that_proves_nothing() -> None:
    message = answer_message(replace(ONLY, question="What did Merrow say?"), NOT_THERE, frame=FRAME)
    read = all_text(message.blocks)
    assert messages.NOT_ON_FILE in read
    assert messages.NO_EVIDENCE in read
    assert "Searched 1,778 articles" in read
    assert "only The Ledger" in read
    assert "never" not in f"{read}{message.text}".lower()
    assert quoted(message.blocks) == []
    assert message.shown == ()


def test_near_misses_stand_behind_a_button_and_are_said_to_be_no_answers() -> None:
    closed = answer_message(ASK, NOT_THERE, frame=FRAME)
    assert buttons(closed.blocks)["Show 2 near misses"] == Press(Verb.NEAR, "Q7F3A")
    opened = answer_message(ASK, NOT_THERE, frame=replace(FRAME, near=True))
    assert messages.NEAR in all_text(opened.blocks)
    assert len(quoted(opened.blocks)) == len(opened.shown) == 2
    assert Verb.NEAR not in [press.verb for press in buttons(opened.blocks).values()]


def test_an_empty_archive_says_that_nothing_was_searched() -> None:
    nothing = NotOnFile(near_misses=(), confidence=0.0, coverage=NOTHING)
    read = all_text(answer_message(ASK, nothing, frame=FRAME).blocks)
    assert messages.NOTHING_TO_SEARCH in read
    assert "Newest" not in read


def test_only_where_words_were_looked_for_is_it_said_what_it_does_not_mean_that_none_were_found() -> None:
    said, happened = Ask(question="What did Merrow say?"), Ask(question="How many cranes fell?")
    empty = replace(NOT_THERE, coverage=NOTHING)
    for ask, nothing, told in ((said, NOT_THERE, True), (happened, NOT_THERE, False), (said, empty, False)):
        assert (messages.NO_EVIDENCE in all_text(answer_message(ask, nothing, frame=FRAME).blocks)) == told


def test_an_answer_narrowed_to_nothing_says_that_there_is_no_such_article() -> None:
    read = all_text(answer_message(ONLY, replace(NOT_THERE, coverage=NOTHING), frame=FRAME).blocks)
    assert (
        "Nothing was searched: no article on file is from The Ledger "
        "and published 1 September 2026 to 30 September 2026." in read
    )


def test_the_button_says_whether_it_narrows_or_changes_what_was_narrowed() -> None:
    assert messages.NARROW in buttons(answer_message(ASK, NOT_THERE, frame=FRAME).blocks)
    assert messages.CHANGE in buttons(answer_message(ONLY, NOT_THERE, frame=FRAME).blocks)
