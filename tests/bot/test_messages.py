from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import messages
from bot.settings import Secret, Slack
from bot.talk import Freshness, Narrowing, QuotesBy
from embeddings import Article, Dateline, Hop, Named, Nature, Role, Span
from tests.bot.invented import COVERAGE, CRANE, NOTHING
from tests.fakes import article, named, quotation


def test_the_archive_is_never_said_to_prove_that_nothing_was_said() -> None:
    source = Path(messages.__file__).read_text(encoding="utf-8")
    sentences = re.findall(r'"[^"\n]*"', source)
    assert len(sentences) > 100
    assert [one for one in sentences if re.search(r"\bnever (said|spoke|mentioned)\b|did not say", one)] == []


@pytest.mark.parametrize(
    ("since", "before", "told"),
    [
        (None, None, None),
        (date(2026, 9, 1), None, "since 1 September 2026"),
        (None, date(2026, 9, 1), "up to 31 August 2026"),
        (date(2026, 9, 1), date(2026, 9, 2), "on 1 September 2026"),
        (date(2026, 9, 1), date(2026, 10, 1), "1 September 2026 to 30 September 2026"),
        (None, date.min, "up to 1 January 1"),
    ],
)
def test_days_are_told_by_the_first_and_the_last(since: date | None, before: date | None, told: str | None) -> None:
    assert messages.period(since, before) == told


def test_a_request_narrowed_to_nothing_is_not_narrowed() -> None:
    assert messages.narrowed(Narrowing()) is None
    assert messages.narrowed(Narrowing(outlets=tuple("ABCDEFGH"))) == "only A, B, C, D, E, F and 2 more"


def test_moments_are_told_in_utc() -> None:
    there = datetime(2026, 10, 14, 1, 5, tzinfo=timezone(timedelta(hours=9)))
    assert messages.minute(there) == "13 October 2026, 16:05 UTC"


@given(st.integers(0, 10**7))
def test_one_is_one_and_all_else_are_many(number: int) -> None:
    assert messages.counted(number, "article").endswith("article") == (number == 1)


def test_what_was_searched_is_told_with_articles_outlets_and_days() -> None:
    told = "Searched 1,778 articles from The Ledger, Harbour Times, 1 January 2025 to 14 October 2026."
    assert messages.searched(COVERAGE) == told
    assert messages.searched(NOTHING) == messages.NOTHING_TO_SEARCH


@pytest.mark.parametrize(
    ("narrowing", "wanted"),
    [
        (Narrowing(outlets=("The Ledger", "CPA")), "from The Ledger or CPA"),
        (Narrowing(since=date(2026, 9, 1)), "published since 1 September 2026"),
        (Narrowing(before=date(2026, 9, 1), outlets=("CPA",)), "from CPA and published up to 31 August 2026"),
    ],
)
def test_that_nothing_was_searched_is_told_with_what_there_is_no_article_of(narrowing: Narrowing, wanted: str) -> None:
    assert messages.searched(NOTHING, narrowing) == f"Nothing was searched: no article on file is {wanted}."
    assert messages.searched(COVERAGE, narrowing).startswith("Searched 1,778")
    assert messages.no_evidence(NOTHING) == ""
    assert messages.no_evidence(COVERAGE) == messages.NO_EVIDENCE


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The Port Ellery Ledger", "Port Ellery Ledger", True),
        ("Coastal News Agency", "CNA", True),
        ("Coastal News Agency (CNA)", "CNA", True),
        ("Coastal News Agency (CNA)", "the Coastal News Agency", True),
        ("Bank of the North Sea", "BNS", True),
        ("Coastal Press Agency (CPA)", "Corvanian Press Agency (CPA)", False),
        ("Coastal Press Agency", "Corvanian Press Agency", False),
        ("Ledger", "The Port Ellery Ledger", False),
        ("Coastwire", "Coastwire Newswire", True),
        ("Coastwire", "Coastwire News Agency (CNA)", True),
        ("Coastwire", "Coastwire Weekly", False),
        ("CNA", "CPA", False),
        ("CNA", "CNA", True),
        ("Coastwire", "", False),
        ("CNA", "", False),
        ("路透社", "新华社", False),
        ("…", "!", False),
    ],
)
def test_two_names_of_one_agency_are_known_for_one(one: str, other: str, same: bool) -> None:
    assert messages.same_party(one, other) == messages.same_party(other, one) == same


@given(st.text(max_size=12), st.text(max_size=12))
def test_every_name_is_its_own_and_which_is_asked_first_does_not_matter(one: str, other: str) -> None:
    assert messages.same_party(one, one)
    assert messages.same_party(one, other) == messages.same_party(other, one)


def test_an_agency_is_told_once_by_its_longest_name() -> None:
    also = [article(f"a{n}", "Words.", outlet=name) for n, name in enumerate(("CNA", "Coastal News Agency", "Post"))]
    assert messages.also_carried(also) == "Also carried by Coastal News Agency, Post"
    alone = article("a", "Words.", outlet="Coastal News Agency", dateline=Dateline(Span(0, 5), agency="CNA"))
    assert messages.came_through(alone) is None


def said(one: Article, who: Named, *parties: str, narrated: bool = False) -> str:
    chain = tuple(Hop(party, Role.AGENCY) for party in parties)
    told = replace(quotation(one, "Words", who, chain=chain), narrated=narrated)
    return messages.credit(told, one)


def test_no_hand_is_told_twice() -> None:
    one = article("a", "Words, she, Ada Ledger, said in a report in The Port Ellery Ledger.")
    report = named(one, "a report in The Port Ellery Ledger", nature=Nature.DOCUMENT)
    assert said(one, report, "Port Ellery Ledger", "CPA") == f"{report.name}, quoted by CPA · direct"
    ada = named(one, "Ada Ledger", mention="she")
    assert "quoted by Port Ellery Ledger, quoted by CPA" in said(one, ada, "Port Ellery Ledger", "CPA")
    assert said(one, ada, "CPA", "Coastal Press Agency (CPA)").count("quoted by") == 1
    narrated = said(one, ada, "CPA", "Post", narrated=True)
    assert narrated == "CPA’s words about Ada Ledger (“she”), quoted by Post · direct"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("They lift", "“They lift”"),
        ("“They lift …”", "“They lift …”"),
        ('"They lift," she said.', '"They lift," she said.'),
        ("“They” lift", "““They” lift”"),
        (" ", "“”"),
    ],
)
def test_words_stand_between_marks_once(words: str, told: str) -> None:
    assert messages.marked(words) == told


def test_no_ingest_is_told_as_that() -> None:
    assert messages.fresh(Freshness(ingested=None), None) == "No ingest on record"
    assert "no successful ingest." in messages.stale(Freshness(ingested=None, stale=True))


def test_a_command_as_understood_can_be_typed_again() -> None:
    asked = QuotesBy(name="Merrow", narrowing=Narrowing(since=date(2026, 1, 2), before=date(2026, 2, 1)))
    assert messages.quotes_command(asked) == "/quotes Merrow since 2026-01-02 before 2026-02-01"


def test_what_an_article_is_called() -> None:
    assert messages.title(CRANE) == "Crane *stays* <shut>"
    assert messages.title(article("a", "Words.", headline="  ")) == messages.UNTITLED
    filed = Dateline(Span(0, 11), place="ELLERY", agency="AP")
    bare = {"headline": None, "outlet": None, "published": None}
    assert messages.title(article("a", "ELLERY (AP) _ It rained.", dateline=filed, **bare)) == "ELLERY (AP)"
    underscored = replace(filed, span=Span(0, 13))
    assert messages.title(article("a", "ELLERY (AP) _ It rained.", dateline=underscored, **bare)) == "ELLERY (AP)"
    aside = Dateline(Span(0, 0), place="ELLERY")
    assert messages.title(article("a", "It rained.", dateline=aside, **bare)) == "ELLERY"


@pytest.mark.parametrize(
    ("byline", "told"), [("By Ada Ortiz", "by Ada Ortiz"), ("Ada", "by Ada"), ("From SRN", "from SRN"), (" ", None)]
)
def test_a_byline_says_by_once(byline: str, told: str | None) -> None:
    assert messages.byline(article("a", "Words.", byline=byline)) == told


def test_an_article_that_came_through_its_outlet_alone_came_through_nothing() -> None:
    alone = article("a", "Words.", outlet="CPA", dateline=Dateline(Span(0, 5), agency="CPA"))
    assert messages.came_through(alone) is None
    assert messages.came_through(replace(alone, outlet="The Ledger")) == "Filed by CPA"
    assert messages.came_through(CRANE) == "Carried by Meridian Feed"


def test_a_first_version_is_not_told() -> None:
    assert messages.version(article("a", "Words.", version=1)) is None
    assert messages.version(article("a", "Words.", version=3)) == "version 3"


def test_every_hand_has_its_verb() -> None:
    assert set(messages._HANDED) == set(Role)


def slack(**tokens: str) -> Slack:
    named = {"bot_token": "", "app_token": "", "signing_secret": "", "client_secret": ""} | tokens
    return Slack(**{name: Secret(value) for name, value in named.items()}, client_id="", api_url="x")


def test_missing_tokens_are_told_in_three_lines() -> None:
    both, one = messages.how_to_get_tokens(slack()), messages.how_to_get_tokens(slack(bot_token="xoxb-1"))
    assert len(both.splitlines()) == 3
    assert "SLACK_BOT_TOKEN and SLACK_APP_TOKEN" in both
    assert "SLACK_BOT_TOKEN" not in one
    assert "xoxb-1" not in one


def test_prompts_are_as_many_as_slack_takes() -> None:
    assert 1 <= len(messages.PROMPTS) <= 4
    assert messages.minute(datetime(2026, 1, 1, tzinfo=UTC)).endswith("00:00 UTC")
