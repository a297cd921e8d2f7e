from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot import messages
from bot.blocks.quotations import quotes_message
from bot.talk import Narrowing, Press, QuotesBy, Shown, Verb, place_of
from embeddings import Kind, Nature, NoSpeaker, Quoted, Speaker, Statement, WhichSpeaker
from tests.bot.invented import ALONE, COVERAGE, CRANE, FRAME, MERROW, RETOLD, SPLIT_UP
from tests.bot.reading import all_text, buttons, markups, menus, quoted

ASKED = QuotesBy(name="Merrow")
TWO = Quoted(
    speaker=MERROW,
    statements=(Statement(article=CRANE, quotation=RETOLD), Statement(article=CRANE, quotation=SPLIT_UP)),
    total=7,
    coverage=COVERAGE,
)


def test_the_list_is_headed_by_the_speaker_and_says_how_it_was_understood() -> None:
    asked = QuotesBy(
        name="Merrow",
        about="the crane",
        kinds=(Kind.DIRECT,),
        narrowing=Narrowing(outlets=("The Ledger",), since=date(2026, 9, 1)),
    )
    blocks = quotes_message(asked, replace(TWO, about="the crane"), frame=ALONE, size=2).blocks
    assert blocks[0]["text"]["text"] == "Quotes by Ada Merrow"
    assert markups(blocks)[0] == (
        "`/quotes Merrow about the crane since 2026-09-01 in The Ledger`\n"
        "7 found, 1 to 2 shown · nearest to “the crane” first · only direct · only you can see this"
    )
    assert "newest first" in markups(quotes_message(ASKED, TWO, frame=ALONE, size=2).blocks)[0]


def test_the_parts_of_a_quotation_are_parted_by_what_is_no_part_of_it() -> None:
    whole, split = quoted(quotes_message(ASKED, TWO, frame=FRAME).blocks)
    assert [piece["text"] for piece in whole] == ["We will not lift"]
    assert [piece["text"] for piece in split] == ["It fell", messages.SPLIT, "like a tree"]
    assert ["style" in piece for piece in split] == [False, True, False]


def test_each_statement_has_its_credit_chain_and_source() -> None:
    first, second = [text for text in markups(quotes_message(ASKED, TWO, frame=FRAME).blocks) if text[1:2] == "."]
    assert first.split("\n")[0] == (
        "1. *Ada Merrow (“she”)*, quoted by Coastwire, quoted by The Ledger, carried by Meridian Feed · direct · unsure"
    )
    assert second.split("\n") == [
        "2. *Merrow* · direct",
        "<https://ledger.example/a?x=1&amp;y=2|Crane ∗stays∗ &lt;shut&gt;>",
        "The Ledger · 14 September 2026 · by Maria Ortiz · paragraph 2 · version 2: corrects the pier",
        "Carried by Meridian Feed",
    ]


def test_narrated_words_are_said_to_be_the_mediums() -> None:
    told = replace(TWO, statements=(Statement(article=CRANE, quotation=replace(RETOLD, narrated=True)),))
    assert "Coastwire’s words about Ada Merrow" in all_text(quotes_message(ASKED, told, frame=FRAME).blocks)


def test_words_that_nobody_is_credited_with_are_said_to_be_nobodys() -> None:
    told = replace(TWO, statements=(Statement(article=CRANE, quotation=replace(RETOLD, speakers=(), chain=())),))
    assert f"*{messages.NOBODY}*" in all_text(quotes_message(ASKED, told, frame=FRAME).blocks)


def test_pages_are_counted_over_the_total() -> None:
    first = quotes_message(ASKED, TWO, frame=FRAME, size=2)
    last = quotes_message(ASKED, replace(TWO, statements=TWO.statements[:1]), frame=replace(FRAME, page=3), size=2)
    assert buttons(first.blocks)[messages.MORE_QUOTES] == Press(Verb.PAGE, "Q7F3A", 1)
    assert messages.BACK not in buttons(first.blocks)
    assert messages.MORE_QUOTES not in buttons(last.blocks)
    assert buttons(last.blocks)[messages.BACK] == Press(Verb.PAGE, "Q7F3A", 2)
    assert "7 found, 7 to 7 shown" in all_text(last.blocks)
    assert any(text.startswith("7. ") for text in markups(last.blocks))


def test_what_is_shown_can_be_pressed_by_its_place() -> None:
    message = quotes_message(ASKED, TWO, frame=FRAME)
    assert message.shown == (
        Shown("pel-1", 2, 1, CRANE.fingerprint, RETOLD.span),
        Shown("pel-1", 2, 2, CRANE.fingerprint, SPLIT_UP.span),
    )
    assert [menu[messages.COPY].place for menu in menus(message.blocks)] == [0, 1]
    assert messages.MORE_BY not in menus(message.blocks)[0]


def test_a_speaker_without_such_statements_is_said_to_have_none_on_file() -> None:
    none = replace(TWO, statements=(), total=0)
    message = quotes_message(ASKED, none, frame=FRAME)
    read = all_text(message.blocks)
    assert "No quote by Ada Merrow on file fits this." in read
    assert "Searched 1,778 articles" in read
    assert messages.NO_EVIDENCE in read
    assert quoted(message.blocks) == []


def test_a_page_beyond_the_last_says_how_many_there_are() -> None:
    beyond = quotes_message(ASKED, replace(TWO, statements=()), frame=replace(FRAME, page=4))
    assert "none from 21 on: there are 7" in all_text(beyond.blocks)


def bearers(count: int) -> tuple[Speaker, ...]:
    return tuple(Speaker(name=f"Bea Merrow {n}", nature=Nature.PERSON) for n in range(count))


def test_several_of_the_name_are_asked_for_with_a_button_each() -> None:
    which = WhichSpeaker(asked="Merrow", choices=(MERROW, *bearers(12)), coverage=COVERAGE)
    message = quotes_message(ASKED, which, frame=FRAME)
    chosen = [Press.read(one["accessory"]["value"]) for one in message.blocks if "accessory" in one]
    assert chosen[0] == Press(Verb.CHOOSE, "Q7F3A", place_of("Ada Merrow"))
    assert len(chosen) == 10
    assert "13 speakers on file may be called Merrow" in all_text(message.blocks)
    assert "and 3 more speakers" in all_text(message.blocks)
    assert "*Ada Merrow*\nharbour master · 7 quotations" in markups(message.blocks)


def test_nobody_of_the_name_is_said_only_of_what_was_searched() -> None:
    nobody = NoSpeaker(asked="Merow", nearest=(MERROW,), coverage=COVERAGE)
    message = quotes_message(QuotesBy(name="Merow"), nobody, frame=FRAME)
    read = all_text(message.blocks)
    assert "Nobody called Merow is quoted in what was searched." in read
    assert messages.NO_EVIDENCE in read
    assert messages.LOOK_ALIKE in read
    assert buttons(message.blocks)[messages.CHOOSE] == Press(Verb.CHOOSE, "Q7F3A", place_of("Ada Merrow"))
    assert messages.LOOK_ALIKE not in all_text(quotes_message(ASKED, replace(nobody, nearest=()), frame=FRAME).blocks)
