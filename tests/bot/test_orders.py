from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import ask, quotes, said
from bot.errors import BadCommand
from bot.orders import Order, Topic, command, order, quotes_help, without_ask
from bot.talk import QuotesBy

FRIDAY = date(2026, 10, 16)
SOURCES = frozenset(
    ("Meridian Feed", "The Ledger", "CPA", "SRN", "Ostrel", "Courrier de l’Île", "Brask Today", "Salt and Harbour")
)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("", Topic.HELP),
        ("help", Topic.HELP),
        ("?", Topic.HELP),
        ("Status", Topic.STATUS),
        ("stauts", Topic.STATUS),
        ("settings", Topic.SETTINGS),
        ("prefs", Topic.SETTINGS),
    ],
)
def test_an_order_is_understood(typed: str, topic: Topic) -> None:
    assert order(typed) == Order(topic)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("help", Topic.HELP),
        ("Hi!", Topic.HELP),
        ("hello there", Topic.HELP),
        ("what can you do?", Topic.HELP),
        ("What can you do here?", Topic.HELP),
        ("what can i ask", Topic.HELP),
        ("how does this work?", Topic.HELP),
        ("who are you?", Topic.HELP),
        ("/help", Topic.HELP),
        ("/ask help", Topic.HELP),
        ("/ask", Topic.HELP),
        ("@onrecord hi", Topic.HELP),
        ("/onrecord", Topic.HELP),
        ("/onrecord status", Topic.STATUS),
        ("status", Topic.STATUS),
        ("/onrecord settings please", Topic.SETTINGS),
        ("/quotes help", Topic.QUOTES),
        ("/quotes ?", Topic.QUOTES),
        ("quotes", Topic.QUOTES),
    ],
)
def test_what_is_asked_about_the_bot_itself(typed: str, topic: Topic) -> None:
    assert command(typed, sources=SOURCES, asked=FRIDAY) == Order(topic)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("/quotes tolvane", "tolvane"),
        ("@onrecord /quotes tolvane", "tolvane"),
        ("/quote tolvane about fog", "tolvane about:fog"),
        ("/quoets tolvane", "tolvane"),
        ("/QUOTES tolvane", "tolvane"),
        ("/ask quotes by tolvane", "tolvane"),
        ("quotes merrin tolvane", "merrin tolvane"),
        ("Quotes: Merrin Tolvane", "Merrin Tolvane"),
        ("quotes merrin tolvane since june about fog", "merrin tolvane about:fog since:2026-06-01"),
        ("quotes by merrin tolvane about fog", "merrin tolvane about:fog"),
        ("quotes of tolvane in the ledger", 'tolvane in:"The Ledger"'),
        ("show me direct quotes from tolvane", "tolvane kind:direct"),
        ("can you show me quotes from tolvane", "tolvane"),
        ("any quotes by the foreign minister?", "the foreign minister"),
        ("tolvane quotes", "tolvane"),
        ("merrin tolvane quotes about fog", "merrin tolvane about:fog"),
    ],
)
def test_quotes_asked_for_in_a_message(typed: str, understood: str) -> None:
    request = command(typed, sources=SOURCES, asked=FRIDAY)
    assert isinstance(request, QuotesBy)
    assert said(request) == understood


@pytest.mark.parametrize(
    "typed",
    [
        "who won?",
        "quotes about the fog",
        "quotes that mention fog",
        "quotes from yesterday",
        "quotes from the ledger about fog",
        "quotes look good",
        "what quotes are there by tolvane",
        "help for fishermen",
        "hi-fi sales",
        "status of the talks",
        "what can you tell me about fog",
        "/ask who won",
        "any quotes?",
    ],
)
def test_other_words_are_no_command(typed: str) -> None:
    assert command(typed, sources=SOURCES, asked=FRIDAY) is None


def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(BadCommand, match="There is no command “/weather”"):
        command("/weather in Velm", sources=SOURCES, asked=FRIDAY)
    with pytest.raises(BadCommand, match=r"Whose words\?"):
        command("/quotes about fog", sources=SOURCES, asked=FRIDAY)


def test_words_behind_ask_are_the_question() -> None:
    assert (
        without_ask("/ask  who won?")
        == without_ask("@onrecord: /ask who won?")
        == without_ask("who won?")
        == "who won?"
    )
    assert without_ask("Onrecord archives of the port") == "Onrecord archives of the port"
    assert without_ask("onrecorded") == "onrecorded"


def test_the_explanation_of_quotes_has_examples_that_work() -> None:
    examples = re.findall(r"`(/quotes [^`]+|quotes by [^`]+)`", quotes_help(SOURCES))
    assert len(examples) >= 4
    for example in examples[1:]:
        assert isinstance(command(example, sources=SOURCES, asked=FRIDAY), QuotesBy)


def test_an_order_that_is_not_understood_brings_help_and_a_word_on_it() -> None:
    assert order("make me  tea").topic is Topic.HELP
    assert "“make me tea”" in order("make me  tea").puzzle
    assert len(order("x" * 5_000).puzzle) < 200


PIECES = """
    since before on in from between and about tolvane may june 2024 3 last week yesterday : since: in:cpa in: about:
    kind: kind:direct " “ ” the ledger cpa , ? only by quotes what did say today ago two weeks exactly: <@U1> ' 00 -
    """.split()


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join), st.dates(min_value=date(1950, 1, 1)))
def test_no_words_are_too_strange(typed: str, day: date) -> None:
    for read in (ask, quotes, command):
        try:
            request = read(typed, sources=SOURCES, asked=day)
        except BadCommand:
            continue
        if isinstance(request, QuotesBy):
            assert quotes(said(request), sources=SOURCES, asked=day) == request
    assert order(typed).topic in Topic
