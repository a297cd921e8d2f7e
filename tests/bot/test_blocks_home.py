from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot import messages
from bot.blocks import View
from bot.blocks.home import home_view
from bot.blocks.modals import problem_view
from bot.blocks.notices import failure, help_message, notice, refused, report_message, status_message
from bot.talk import Answered, Ask, Citing, Freshness, Narrowing, PersonSettings, Press, QuotesBy, Request, Verb
from embeddings import Coverage, Description
from tests.bot.invented import COVERAGE, FRESH, NOTHING, STALE
from tests.bot.reading import all_text, buttons, markups, styled

AT = datetime(2026, 10, 14, 9, 40, tzinfo=UTC)
ONLY = PersonSettings(citing=Citing.CHICAGO, narrowing=Narrowing(outlets=("The Ledger",)))


def home(
    *asked: Request | None,
    coverage: Coverage = COVERAGE,
    freshness: Freshness = FRESH,
    person: PersonSettings = ONLY,
    admin: bool = False,
) -> View:
    recent = [Answered(id=f"A{place}", team="T1", user="U1", request=one, at=AT) for place, one in enumerate(asked, 1)]
    newest: dict[str, date | datetime] = {"The Ledger": AT, "Harbour Times": date(2026, 10, 1)}
    return home_view(coverage=coverage, newest=newest, freshness=freshness, recent=recent, person=person, admin=admin)


def test_the_home_says_what_is_on_file_and_how_fresh_each_outlet_is() -> None:
    later = Freshness(ingested=AT.replace(hour=11))
    read = all_text(home(freshness=later)["blocks"])
    assert "1,778 articles from 2 outlets, 1 January 2025 to 14 October 2026" in read
    assert "last ingest 14 October 2026, 11:40 UTC" in read
    assert "*The Ledger* · 978 articles, last ingest 14 October 2026, 09:40 UTC" in read
    assert "*Harbour Times* · 800 articles, newest 1 October 2026" in read
    assert "/quotes NAME" in read


def test_a_last_ingest_that_is_that_of_the_archive_is_told_once() -> None:
    read = all_text(home()["blocks"])
    assert read.count("ingest 14 October 2026, 09:40 UTC") == 1
    assert "*The Ledger* · 978 articles\n" in read
    within = Freshness(ingested=AT + timedelta(minutes=2))
    assert "*The Ledger* · 978 articles\n" in all_text(home(freshness=within)["blocks"])


def typed(words: str) -> str:
    return words.replace("`", "")


def test_an_empty_archive_says_what_to_do() -> None:
    assert typed(messages.NOTHING_YET) in all_text(home(coverage=NOTHING))


def test_only_ten_outlets_are_listed_and_the_rest_counted() -> None:
    outlets = {f"Outlet {n}": n for n in range(1, 15)}
    many = Coverage(articles=99, outlets=outlets, sources=frozenset(outlets), first=None, last=None)
    read = all_text(home(coverage=many))
    assert "and 4 more outlets" in read
    assert "Outlet 14" in read
    assert "*Outlet 4*" not in read


def test_recent_questions_can_be_asked_again_unless_they_are_no_longer_kept() -> None:
    view = home(
        Ask(question="Will it lift?"), None, QuotesBy(name="Merrow", about="the crane", narrowing=ONLY.narrowing)
    )
    again = [Press.read(one["accessory"]["value"]) for one in view["blocks"] if "accessory" in one]
    assert again == [Press(Verb.AGAIN, "A1"), Press(Verb.AGAIN, "A3")]
    assert "`/quotes Merrow about the crane in The Ledger`\n" in all_text(view)
    assert messages.NO_RECENT in all_text(home(None))


def test_settings_are_told_and_can_be_changed() -> None:
    view = home()
    assert "citations in Chicago form · only The Ledger" in all_text(view)
    assert buttons(view["blocks"])[messages.SETTINGS].verb is Verb.SETTINGS
    assert typed(messages.ADMIN) not in all_text(view)
    assert typed(messages.ADMIN) in all_text(home(admin=True))
    assert messages.NO_DEFAULTS in all_text(home(person=PersonSettings()))


def test_a_stale_archive_is_warned_of() -> None:
    assert "no successful ingest since 1 October 2026" in all_text(home(freshness=STALE))


def test_in_a_notice_only_what_is_to_be_typed_stands_out_and_nothing_formats() -> None:
    message = notice("Set `ONRECORD_ALLOW_GUESTS=yes`, *please*\n<!channel>")
    assert markups(message.blocks) == []
    assert all_text(message.blocks) == "Set ONRECORD_ALLOW_GUESTS=yes, *please*\n<!channel>"
    assert styled(message.blocks, "code") == ["ONRECORD_ALLOW_GUESTS=yes"]
    assert "<!" not in message.text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("A text is too long: give only the words", "A text is too long: give only the words."),
        ("Ask one, as in “What did she say?”", "Ask one, as in “What did she say?”."),
        ("Thank you.", "Thank you."),
        ("This works: `only CPA`", "This works: only CPA"),
        ("Whose words?", "Whose words?"),
    ],
)
def test_a_sentence_has_its_full_stop(words: str, told: str) -> None:
    assert all_text(notice(words).blocks) == told
    assert told in all_text(refused(words).blocks)
    assert all_text(problem_view(words)["blocks"]) == told


def test_a_failure_says_why_and_gives_the_reference() -> None:
    message = failure("Q7F3A", "The archive is locked")
    assert "The archive is locked. If it stays so" in message.text
    assert "Q7F3A" in message.text
    assert all_text(message.blocks).endswith(message.text)
    assert styled(message.blocks, "code") == ["Q7F3A"]


def test_the_reference_is_there_however_long_the_reason_is() -> None:
    assert styled(failure("Q7F3A", "why " * 5000).blocks, "code") == ["Q7F3A"]


def test_a_refusal_is_told_in_its_own_words() -> None:
    assert "Ask a colleague." in all_text(refused("Ask a colleague.").blocks)


def test_a_report_names_who_reports_it_and_pings_nobody_else() -> None:
    message = report_message("U01ALICE", "005_pel_1.txt", 3, "<@U2> made it *up*")
    assert markups(message.blocks) == ["<@U01ALICE> reports a wrong quote"]
    assert "<@U2> made it *up*" in all_text(message.blocks)
    assert styled(message.blocks, "code") == ["005_pel_1.txt"]
    assert "paragraph 3 of 005_pel_1.txt" in message.text


def test_help_says_first_what_was_not_understood() -> None:
    assert "“frobnicate” is not known here" in all_text(help_message("frobnicate").blocks)
    assert "not known" not in all_text(help_message("help").blocks)
    assert "not known" not in all_text(help_message().blocks)
    assert "/ask QUESTION" in all_text(help_message().blocks)


def test_help_names_all_that_can_be_done_and_no_outlet_that_may_not_be_on_file() -> None:
    told = all_text(help_message().blocks)
    for words in ("more by this speaker", "turn the page", "since:2026-09", "in:OUTLET", "to the channel", "citation"):
        assert words in told
    assert "Xinhua" not in told
    assert "/quotes NAME about TOPIC since DATE in OUTLET" in styled(help_message().blocks, "code")


def test_the_status_says_what_is_on_file_and_when_it_came() -> None:
    holds = Description(
        location="/secret/place",
        encoder="mini_lm*",
        dimension=384,
        schema=7,
        articles=1778,
        versions=1801,
        paragraphs=20_000,
        vectors=21_000,
        quotations=1,
        withdrawn=3,
        last_write=AT,
        last_ingest=AT,
        sources={"The Ledger": AT},
    )
    read = all_text(status_message(COVERAGE, FRESH, holds).blocks)
    assert "1,778 articles in 1,801 versions, 20,000 paragraphs, 1 quotation; 3 killed or withheld" in read
    assert "last ingest 14 October 2026, 09:40 UTC" in read
    assert "`mini_lm*`" in read
    assert "/secret/place" not in read
    assert "no successful ingest" in all_text(status_message(COVERAGE, STALE, holds).blocks)
