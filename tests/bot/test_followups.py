from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import ask, quotes, said
from bot.errors import BadCommand
from bot.followups import follow
from bot.talk import Ask, Narrowing, QuotesBy, Request, SourceOf

FRIDAY = date(2026, 10, 16)
SOURCES = frozenset(("Meridian Feed", "The Ledger", "CPA", "SRN", "Ostrel"))

QUESTION = "What did Tolvane say about ferries?"
SMALL = "what did tolvane say about ferries"
IN_MAY = "What did Tolvane say about ferries in May? in:SRN"
IN_LEDGER = "What did Tolvane say about ferries, according to the Ledger?"
OPEN = "What did Tolvane say?"
ABROAD = "What did Tolvane say about Norway?"
PORT = "Who owns the port?"
SAID = "What has been said about sanctions this month?"
YESTERDAY = "what did the goverment say yesterday"
HEADLINE = "fishing boat released?"
CASES = "how many lowland fever cases are there"
FERRY = "How much does the ferry cost?"


def request(typed: str) -> Request:
    """A request as it was typed: a question, or, behind a slash, a name."""
    if typed.startswith("/quotes "):
        return quotes(typed.removeprefix("/quotes "), sources=SOURCES, asked=FRIDAY)
    if typed.startswith("“"):
        return SourceOf(text=typed.strip("“”"))
    return ask(typed, sources=SOURCES, asked=FRIDAY)


def told(before: str | None, typed: str) -> str:
    previous = None if before is None else request(before)
    after = follow(previous, typed, sources=SOURCES, asked=FRIDAY)
    return f"/quotes {said(after)}" if isinstance(after, QuotesBy) else said(after)


BY_TOLVANE = "/quotes Merrin Tolvane about ferries in CPA"
PASTED = "“We shall build it”"


@pytest.mark.parametrize(
    ("before", "typed", "understood"),
    [
        # Outlets.
        (QUESTION, "only CPA", f"{QUESTION} in:CPA"),
        (QUESTION, "just the ledger please", f'{QUESTION} in:"The Ledger"'),
        (QUESTION, "in srn", f"{QUESTION} in:SRN"),
        (QUESTION, "and from SRN?", f"{QUESTION} in:SRN"),
        (QUESTION, "ok thanks, and what about srn", f"{QUESTION} in:SRN"),
        (QUESTION, "cpa and srn only", f"{QUESTION} in:CPA in:SRN"),
        (QUESTION, "ostrel", f"{QUESTION} in:Ostrel"),
        (QUESTION, "only osterl", f"{QUESTION} in:Ostrel"),
        (QUESTION, "only meridian", f'{QUESTION} in:"Meridian Feed"'),
        (QUESTION, "limit it to cpa", f"{QUESTION} in:CPA"),
        (QUESTION, "in:cpa", f"{QUESTION} in:CPA"),
        (QUESTION, "what did cpa say", f"{QUESTION} in:CPA"),
        (QUESTION, "and what does cpa say about it?", f"{QUESTION} in:CPA"),
        (IN_MAY, "only cpa", "What did Tolvane say about ferries in May? in:CPA"),
        (IN_MAY, "cpa too", "What did Tolvane say about ferries in May? in:SRN in:CPA"),
        (IN_MAY, "any outlet", "What did Tolvane say about ferries in May?"),
        (IN_MAY, "all outlets pls", "What did Tolvane say about ferries in May?"),
        (IN_MAY, "everywhere", "What did Tolvane say about ferries in May?"),
        (IN_MAY, "not just srn", "What did Tolvane say about ferries in May?"),
        (IN_LEDGER, "only cpa", "What did Tolvane say about ferries? in:CPA"),
        (IN_LEDGER, "any outlet", "What did Tolvane say about ferries?"),
        # Days.
        (QUESTION, "since June", f"{QUESTION} since:2026-06-01"),
        (QUESTION, "before 2024", f"{QUESTION} before:2024-01-01"),
        (QUESTION, "in 2023", f"{QUESTION} since:2023-01-01 before:2024-01-01"),
        (QUESTION, "and in june", f"{QUESTION} since:2026-06-01 before:2026-07-01"),
        (QUESTION, "june?", f"{QUESTION} since:2026-06-01 before:2026-07-01"),
        (QUESTION, "what about last week?", f"{QUESTION} since:2026-10-05 before:2026-10-12"),
        (QUESTION, "how about the past two weeks", f"{QUESTION} since:2026-10-02 before:2026-10-17"),
        (QUESTION, "and yesterday?", f"{QUESTION} on:2026-10-15"),
        (QUESTION, "on tuesday?", f"{QUESTION} on:2026-10-13"),
        (QUESTION, "only last week", f"{QUESTION} since:2026-10-05 before:2026-10-12"),
        (QUESTION, "between march and may", f"{QUESTION} since:2026-03-01 before:2026-06-01"),
        (QUESTION, "since:2023", f"{QUESTION} since:2023-01-01"),
        (QUESTION, "only cpa since june", f"{QUESTION} since:2026-06-01 in:CPA"),
        (IN_MAY, "since june", f"{QUESTION} since:2026-06-01 in:SRN"),
        (IN_MAY, "any time", f"{QUESTION} in:SRN"),
        (IN_MAY, "all dates", f"{QUESTION} in:SRN"),
        (IN_MAY, "any outlet, any time", QUESTION),
        (IN_MAY, "clear the filters", QUESTION),
        (f"{QUESTION} since:2024", "any time", QUESTION),
        (f"{QUESTION} since:2024", "before june", f"{QUESTION} before:2026-06-01"),
        # He, she, that.
        (QUESTION, "and what did she say in June?", f"{QUESTION} since:2026-06-01 before:2026-07-01"),
        (
            QUESTION,
            "and what did she say about grain in June?",
            "What did Tolvane say about grain? since:2026-06-01 before:2026-07-01",
        ),
        (SMALL, "and what did she say about grain", "What did tolvane say about grain?"),
        (QUESTION, "what did she say about grain", "What did Tolvane say about grain?"),
        (QUESTION, "what did they say about grain", "What did Tolvane say about grain?"),
        (QUESTION, "what does the minister say about it now", "What does the minister say about ferries?"),
        (QUESTION, "when did she say that", "When did Tolvane say that about ferries?"),
        (QUESTION, "did she say that in parliament?", "Did Tolvane say that about ferries in parliament?"),
        (QUESTION, "did she mention grain?", "Did Tolvane mention grain?"),
        (QUESTION, "has he commented on the strike", "Has Tolvane commented on the strike?"),
        (QUESTION, "why did he resign?", "Why did Tolvane resign?"),
        (QUESTION, "who met him?", "Who met Tolvane?"),
        (QUESTION, "who else said that?", "Who else said that about ferries?"),
        (QUESTION, "what else did she say?", "What else did Tolvane say?"),
        (QUESTION, "can you show me what she said about grain", "What Tolvane said about grain"),
        (QUESTION, "anything from her on grain?", "What did Tolvane say about grain?"),
        (QUESTION, "in:cpa and what did she say about grain", "What did Tolvane say about grain? in:CPA"),
        (IN_MAY, "what did she say about grain",
         "What did Tolvane say about grain in May? in:SRN"),
        (PORT, "who runs it?", "Who runs the port?"),
        (PORT, "and who built it", "Who built the port?"),
        # Somebody else, something else.
        (QUESTION, "and Okes?", "What did Okes say about ferries?"),
        (QUESTION, "what about Dario Okes?", "What did Dario Okes say about ferries?"),
        (QUESTION, "what about dario mell", "What did Dario Mell say about ferries?"),
        (SMALL, "and mell", "what did mell say about ferries"),
        (QUESTION, "Okes?", "What did Okes say about ferries?"),
        (QUESTION, "Sanctions?", "What did Tolvane say about Sanctions?"),
        (QUESTION, "from Okes?", "What did Okes say about ferries?"),
        (QUESTION, "and the prime minister?", "What did the prime minister say about ferries?"),
        (QUESTION, "and what did okes say", "What did Okes say about ferries?"),
        (QUESTION, "what did okes say about it?", "What did Okes say about ferries?"),
        (QUESTION, "okes on grain?", "What did Okes say about grain?"),
        (QUESTION, "and Okes on the same topic?", "What did Okes say about ferries?"),
        (
            QUESTION,
            "and what did Okes say about gas last month in srn?",
            "What did Okes say about gas? since:2026-09-01 before:2026-10-01 in:SRN",
        ),
        (QUESTION, "and about the budget?", "What did Tolvane say about the budget?"),
        (QUESTION, "what about the budget?", "What did Tolvane say about the budget?"),
        (QUESTION, "what about grain", "What did Tolvane say about grain?"),
        (QUESTION, "and sanctions?", "What did Tolvane say about sanctions?"),
        (QUESTION, "what about his budget", "What did Tolvane say about his budget?"),
        (ABROAD, "and Chile?", "What did Tolvane say about Chile?"),
        (ABROAD, "what about chile", "What did Tolvane say about chile?"),
        ("What did Norway say about fish?", "and Chile?", "What did Chile say about fish?"),
        (OPEN, "about grain?", "What did Tolvane say about grain?"),
        (OPEN, "and on the strike", "What did Tolvane say about the strike?"),
        (OPEN, "anything on ferries?", "What did Tolvane say about ferries?"),
        (QUESTION, "about anything", "What did Tolvane say?"),
        (QUESTION, "and in Brask?", "What did Tolvane say about ferries in Brask?"),
        ("How many people died in Velm?", "and in Brask?", "How many people died in Brask?"),
        (IN_MAY, "and about the budget?",
         "What did Tolvane say about the budget in May? in:SRN"),
        (PORT, "and the airport?", "Who owns the airport?"),
        (FERRY, "and the bus?", "How much does the bus cost?"),
        ("quotes by Merrin Tolvane on grain", "and on the strike?", "quotes by Merrin Tolvane on the strike"),
        ("tolvane on grain", "what about the strike", "tolvane on the strike"),
        ("What was Tolvane's reaction to the budget?", "and Okes?", "What was Okes's reaction to the budget?"),
        ("Who is Merrin Tolvane?", "and Dario Okes?", "Who is Dario Okes?"),
        # A question of its own.
        (IN_MAY, "Who owns the port?", "Who owns the port?"),
        (IN_MAY, "What did Okes say about gas?", "What did Okes say about gas?"),
        (IN_MAY, "who is dario okes", "who is dario okes"),
        (IN_MAY, "how many people died in Velm last week?", "how many people died in Velm last week?"),
        (IN_MAY, "did Okes say he would resign?", "did Okes say he would resign?"),
        (IN_MAY, "is it true that the port closes?", "is it true that the port closes?"),
        (IN_MAY, "harbour dues 2024", "harbour dues 2024"),
        (IN_MAY, "who won in:cpa", "who won in:CPA"),
        (None, "and Okes?", "and Okes?"),
        # After /quotes.
        (BY_TOLVANE, "and what did she say about the strike since june?",
         '/quotes Merrin Tolvane about:"the strike" since:2026-06-01 in:CPA'),
        (BY_TOLVANE, "only direct quotes", "/quotes Merrin Tolvane about:ferries kind:direct in:CPA"),
        (BY_TOLVANE, "since 2024", "/quotes Merrin Tolvane about:ferries since:2024-01-01 in:CPA"),
        (BY_TOLVANE, "and Dario Okes?", "/quotes Dario Okes about:ferries in:CPA"),
        (BY_TOLVANE, "and okes on grain?", "/quotes Okes about:grain in:CPA"),
        (BY_TOLVANE, "what about the budget", '/quotes Merrin Tolvane about:"the budget" in:CPA'),
        (BY_TOLVANE, "any outlet", "/quotes Merrin Tolvane about:ferries"),
        (BY_TOLVANE, "any topic", "/quotes Merrin Tolvane in:CPA"),
        (BY_TOLVANE, "quotes by Okes about grain", "/quotes Okes about:grain"),
        (BY_TOLVANE, "why did she resign?", "Why did Merrin Tolvane resign? in:CPA"),
        (BY_TOLVANE, "Who owns the port?", "Who owns the port?"),
        ('/quotes exactly:"Merrin Tolvane"', "in june?",
         '/quotes exactly:"Merrin Tolvane" since:2026-06-01 before:2026-07-01'),
        ('/quotes exactly:"Merrin Tolvane"', "and Okes?", "/quotes Okes"),
        # After a search for the source.
        (PASTED, "only srn", f"{PASTED} in:SRN"),
        (PASTED, "since 2024", f"{PASTED} since:2024-01-01"),
        (PASTED, "any time", PASTED),
        (PASTED, "who owns the port?", "who owns the port?"),
        (PASTED, "and who said that?", "Who said “We shall build it”?"),
        (PASTED, "and Okes?", "Okes?"),
        # A complete question stays as it is, whatever came before it.
        (QUESTION, "What did the foreign minister say about the talks?",
         "What did the foreign minister say about the talks?"),
        (IN_MAY, "what did the minister say", "what did the minister say"),
        (QUESTION, "what has been said about grain?", "what has been said about grain?"),
        (QUESTION, "What did the government announce in the last 30 days?",
         "What did the government announce in the last 30 days?"),
        (QUESTION, "How many people were killed or injured?", "How many people were killed or injured?"),
        (BY_TOLVANE, "what did the mayor say about the flood", "what did the mayor say about the flood"),
        (QUESTION, "no, what did okes say about grain", "what did okes say about grain"),
        (QUESTION, "What has changed in the port?", "What has changed in the port?"),
        (PORT, "did okes resign because he was ill?", "did okes resign because he was ill?"),
        (SAID, "and what did the foreign minister say?",
         "What did the foreign minister say about sanctions this month?"),
        (SAID, "what about grain", "What has been said about grain this month?"),
        # Headlines are questions of their own.
        (YESTERDAY, "trawler crew released?", "trawler crew released?"),
        (YESTERDAY, "14 injured?", "14 injured?"),
        (YESTERDAY, "and 14 injured", "14 injured"),
        (YESTERDAY, "trawler 🐟 released", "trawler 🐟 released"),
        (YESTERDAY, "and trawler 🐟 released", "trawler 🐟 released"),
        (YESTERDAY, "ferry prices?", "ferry prices?"),
        (QUESTION, "port closed?", "port closed?"),
        (QUESTION, "rate rise", "rate rise"),
        (YESTERDAY, "what about the trawler", "what did the goverment say about the trawler yesterday"),
        (HEADLINE, "what about the harbour", "the harbour"),
        ("14 injured?", "what about the trawler", "the trawler"),
        (HEADLINE, "what about crew freed", "crew freed"),
        (PORT, "and Okes?", "Okes"),
        (PORT, "okes?", "okes?"),
        # More of what a headline was about.
        (HEADLINE, "ok and the crew?", "Fishing boat: the crew?"),
        ("the trawler", "ok and the crew?", "The trawler: the crew?"),
        (HEADLINE, "why was it held", "Why was fishing boat held?"),
        (HEADLINE, "were they charged?", "Fishing boat: were they charged?"),
        (HEADLINE, "released when?", "Fishing boat: released when?"),
        (HEADLINE, "when?", "Fishing boat: when?"),
        (HEADLINE, "and why?", "Fishing boat: why?"),
        (HEADLINE, "how many hurt?", "Fishing boat: how many hurt?"),
        (HEADLINE, "anyone hurt?", "Fishing boat: anyone hurt?"),
        (CASES, "who said that?", "Who said that about lowland fever cases?"),
        (CASES, "and who confirmed it", "Who confirmed lowland fever cases?"),
        ("how many cases of fever are there", "who said that?", "Who said that about fever?"),
        ("harbour cup", "and who scored", "Harbour cup: who scored?"),
        ("harbour cup", "and by whom?", "Harbour cup: by whom?"),
        ("Harbour cup: who scored?", "when?", "Harbour cup: when?"),
        ("Harbour cup: who scored?", "who won it", "Who won Harbour cup?"),
        ("was the trawler released?", "and the captain?", "was the captain released?"),
        ("was the trawler released?", "why was it held?", "Why was the trawler held?"),
        ("was the trawler released?", "what did its owner say", "What did the trawler’s owner say?"),
        ("Harbour cup: who scored?", "what about the league", "the league: who scored?"),
        ("Harbour cup: the final?", "more about the league", "the league"),
        (PORT, "did anyone deny it", "Did anyone deny the port?"),
        ("Who is Merrin Tolvane?", "her age?", "Merrin Tolvane’s age"),
        ("Who is Merrin Tolvane?", "how old is she?", "How old is Merrin Tolvane?"),
        ("did tolvane meet okes?", "when did they meet", "Tolvane meet okes: when did they meet?"),
        # Put right.
        (QUESTION, "no i meant in the ledger", f'{QUESTION} in:"The Ledger"'),
        (QUESTION, "no, I meant Dario Okes", "What did Dario Okes say about ferries?"),
        (QUESTION, "i meant the budget", "What did Tolvane say about the budget?"),
        (QUESTION, "sorry, i mean cpa", f"{QUESTION} in:CPA"),
        (QUESTION, "no, only srn", f"{QUESTION} in:SRN"),
        (QUESTION, "no only srn", f"{QUESTION} in:SRN"),
        (IN_MAY, "no filters", QUESTION),
        # Quick fingers.
        (QUESTION, "whats she say bout fog", "What did Tolvane say about fog?"),
        (QUESTION, "wat did he say abt fog", "What did Tolvane say about fog?"),
        (QUESTION, "what she say about fog", "What did Tolvane say about fog?"),
        (QUESTION, "n what about the fog", "What did Tolvane say about the fog?"),
        (QUESTION, "bout fog?", "What did Tolvane say about fog?"),
        (QUESTION, "whos she", "Who is Tolvane?"),
        # Filters at an end of the message.
        (QUESTION, "and Okes since june?", "What did Okes say about ferries? since:2026-06-01"),
        (QUESTION, "and what did she say about grain? only ledger",
         'What did Tolvane say about grain? in:"The Ledger"'),
        (QUESTION, "everything since october", f"{QUESTION} since:2026-10-01"),
        (QUESTION, "anything from the ledger?", f'{QUESTION} in:"The Ledger"'),
        (QUESTION, "was it reported in the ledger?", f'{QUESTION} in:"The Ledger"'),
        (QUESTION, "ok thanks, only cpa", f"{QUESTION} in:CPA"),
        (IN_MAY, "did okes resign? only ledger since sept", 'did okes resign? since:2026-09-01 in:"The Ledger"'),
        # After /quotes.
        (BY_TOLVANE, "kind:direct", "/quotes Merrin Tolvane about:ferries kind:direct in:CPA"),
        (BY_TOLVANE, "about:fog since:2024", "/quotes Merrin Tolvane about:fog since:2024-01-01 in:CPA"),
        (BY_TOLVANE, "the fog?", '/quotes Merrin Tolvane about:"the fog" in:CPA'),
        (BY_TOLVANE, "about fog", "/quotes Merrin Tolvane about:fog in:CPA"),
        (BY_TOLVANE, "whats she say bout fog", "/quotes Merrin Tolvane about:fog in:CPA"),
        (BY_TOLVANE, "direct only", "/quotes Merrin Tolvane about:ferries kind:direct in:CPA"),
        (BY_TOLVANE, "quotes from the ledger", '/quotes Merrin Tolvane about:ferries in:"The Ledger"'),
        (BY_TOLVANE, "quotes from yesterday", "/quotes Merrin Tolvane about:ferries on:2026-10-15 in:CPA"),
        (BY_TOLVANE, "trawler crew released?", "trawler crew released?"),
    ],
)  # fmt: skip
def test_a_message_is_read_with_what_came_before(before: str | None, typed: str, understood: str) -> None:
    assert told(before, typed) == understood


@pytest.mark.parametrize(
    ("before", "typed", "says"),
    [
        (QUESTION, "only the Herald", "No outlet, agency or carrier “the Herald”"),
        (QUESTION, "in:herald", "No outlet, agency or carrier “herald”"),
        (QUESTION, "not cpa", "cannot be left out"),
        (QUESTION, "since the summit", "No date could be read in “since the summit”"),
        (PORT, "what did he say?", "Whom do you mean by “he”"),
        (PASTED, "and what did she say in june?", "Whom do you mean by “she”"),
        (QUESTION, "thanks!", "nothing to look up"),
        (QUESTION, "?", "nothing to look up"),
        (QUESTION, "more", "press “More passages”"),
        (QUESTION, "page 2", "pages are turned"),
        (QUESTION, "no, the other one", "Which one you mean"),
        (QUESTION, "not that one", "Which one you mean"),
        (QUESTION, "wrong person", "Which one you mean"),
        (QUESTION, "kind:direct", "no filter “kind:” for a question"),
        (QUESTION, "and okes lang:fr", "no filter “lang:”"),
        (QUESTION, "did okes resign? only herald", "No outlet, agency or carrier “herald”"),
    ],
)
def test_what_cannot_be_told_is_said_and_not_guessed(before: str, typed: str, says: str) -> None:
    with pytest.raises(BadCommand, match=says.replace("?", r"\?")):
        told(before, typed)


@pytest.mark.parametrize(
    "before", [QUESTION, SAID, IN_MAY, PORT, FERRY, YESTERDAY, HEADLINE, CASES, BY_TOLVANE, PASTED]
)
@pytest.mark.parametrize(
    "typed",
    [
        "What did the foreign minister say about the talks?",
        "what did the goverment say yesterday",
        "Who owns the lighthouse?",
        "why did Okes resign?",
        "when was the trawler released?",
        "how many people died in Velm last week?",
        "is the port open?",
        "has the mayor commented on the flood?",
        "trawler crew released?",
        "14 injured?",
        "dockers strike over?",
    ],
)
def test_what_stands_by_itself_is_never_rewritten(before: str, typed: str) -> None:
    assert told(before, typed) == typed


def test_people_in_small_letters_after_quotes_are_told_from_topics() -> None:
    def after(typed: str) -> Request:
        return follow(
            request(BY_TOLVANE), typed, sources=SOURCES, asked=FRIDAY, quoted={"okes", "dario okes"}.__contains__
        )

    assert after("dario okes") == QuotesBy(name="Dario Okes", about="ferries", narrowing=Narrowing(outlets=("CPA",)))
    assert after("dario okes on fog") == QuotesBy(name="Dario Okes", about="fog", narrowing=Narrowing(outlets=("CPA",)))
    assert after("okes fog") == Ask(question="okes fog")


def test_somebody_named_in_small_letters_is_who_she_is() -> None:
    def after(typed: str) -> Request:
        before = request("did merrin tolvane resign?")
        return follow(before, typed, sources=SOURCES, asked=FRIDAY, quoted={"tolvane", "merrin tolvane"}.__contains__)

    assert after("and what did she say about fog") == Ask(question="What did merrin tolvane say about fog?")


def test_names_in_small_letters_are_told_from_topics_by_who_is_quoted() -> None:
    def after(typed: str) -> Request:
        return follow(
            request(QUESTION), typed, sources=SOURCES, asked=FRIDAY, quoted={"dario okes", "okes", "banks"}.__contains__
        )

    assert after("and dario okes?") == Ask(question="What did Dario Okes say about ferries?")
    assert after("and banks?") == Ask(question="What did Banks say about ferries?")
    assert after("and zorn?") == Ask(question="What did Tolvane say about zorn?")


REQUESTS = st.sampled_from([QUESTION, SMALL, IN_MAY, IN_LEDGER, OPEN, PORT, FERRY, BY_TOLVANE, PASTED]).map(request)
PIECES = """
    and what did she say he it that about only just cpa the ledger in june since before 2024 last week any
    outlet all time okes Okes budget ferries who owns ? , . not from by quotes more thanks " “ ” in: since: in:cpa
    the minister else between may was her him Norway
    """.split()
TALK = st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)


@given(st.none() | REQUESTS, TALK, st.dates(min_value=date(1950, 1, 1)))
def test_no_message_is_too_strange(previous: Request | None, typed: str, day: date) -> None:
    try:
        after = follow(previous, typed, sources=SOURCES, asked=day)
    except BadCommand:
        return
    assert any(char.isalnum() for char in said(after))
    assert set(after.narrowing.outlets) <= SOURCES


MOVES = [
    "only cpa", "in srn and cpa", "since june", "in 2023", "any outlet", "any time", "about the budget", "and Okes?",
    "and what did she say in june?", "only cpa since june", "clear filters", "and Okes on grain?",
]  # fmt: skip


@given(REQUESTS, st.sampled_from(MOVES))
def test_saying_it_twice_changes_nothing_more(previous: Request, typed: str) -> None:
    try:
        once = follow(previous, typed, sources=SOURCES, asked=FRIDAY)
        twice = follow(once, typed, sources=SOURCES, asked=FRIDAY)
    except BadCommand:
        return
    assert twice == once


@given(REQUESTS, st.sampled_from(sorted(SOURCES)), st.sampled_from(["since june", "in 2023", "before 2024"]))
def test_outlets_and_days_are_narrowed_in_any_order(previous: Request, outlet: str, days: str) -> None:
    def after(*messages: str) -> Narrowing:
        one = previous
        for message in messages:
            one = follow(one, message, sources=SOURCES, asked=FRIDAY)
        return one.narrowing

    assert after(f"only {outlet}", days) == after(days, f"only {outlet}")
