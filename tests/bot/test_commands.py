from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import ASK_EXAMPLE, QUOTES_EXAMPLE, ask, quotes, said
from bot.errors import BadCommand
from bot.narrowing import outlet
from bot.talk import Ask, Narrowing, QuotesBy, SourceOf
from embeddings import Kind

FRIDAY = date(2026, 10, 16)
SOURCES = frozenset(
    ("Meridian Feed", "The Ledger", "CPA", "SRN", "Ostrel", "Courrier de l’Île", "Brask Today", "Salt and Harbour")
)


def by(typed: str) -> QuotesBy:
    return quotes(typed, sources=SOURCES, asked=FRIDAY)


def asked(typed: str) -> Ask:
    return ask(typed, sources=SOURCES, asked=FRIDAY)


def days(since: str = "", before: str = "", *outlets: str) -> Narrowing:
    return Narrowing(
        outlets=outlets,
        since=date.fromisoformat(since) if since else None,
        before=date.fromisoformat(before) if before else None,
    )


@pytest.mark.parametrize(
    ("typed", "question", "narrowing"),
    [
        ("Who owns the port?", "Who owns the port?", days()),
        ("what did she say in june in the ledger", "what did she say in june in the ledger", days()),
        ("What did she say? in:CPA", "What did she say?", days("", "", "CPA")),
        ("in:cpa what did she say", "what did she say", days("", "", "CPA")),
        ('what outlet:"The Ledger" did she say', "what did she say", days("", "", "The Ledger")),
        ("what outlet:“the ledger” did she say", "what did she say", days("", "", "The Ledger")),
        ("from:ledger what did she say", "what did she say", days("", "", "The Ledger")),
        ("from:2024 what did she say", "what did she say", days("2024-01-01")),
        ("what did she say in:Meridian Feed since:2023", "what did she say", days("2023-01-01", "", "Meridian Feed")),
        ("what did she say in:meridian", "what did she say", days("", "", "Meridian Feed")),
        ("what did she say in:cpa,srn", "what did she say", days("", "", "CPA", "SRN")),
        ("what did she say in:cpa, srn", "what did she say", days("", "", "CPA", "SRN")),
        ("what did she say in:cpa in:ostrel", "what did she say", days("", "", "CPA", "Ostrel")),
        ("who won since:2023 before:2024-05?", "who won?", days("2023-01-01", "2024-05-01")),
        ("who won on:2024-05-03", "who won", days("2024-05-03", "2024-05-04")),
        ("who won on: 3 May 2024", "who won", days("2024-05-03", "2024-05-04")),
        ("who won since:last week", "who won", days("2026-10-05")),
        ("who won until:2024", "who won", days("", "2025-01-01")),
        ("who won after:june", "who won", days("2026-07-01")),
        ('who won since:"last june"', "who won", days("2026-06-01")),
        ("who won since:yesterday, and why", "who won, and why", days("2026-10-15")),
        ("What  was in: the box?", "What  was in: the box?", days()),
        ("Note: who won", "Note: who won", days()),
        ("who wrote “in:cpa” there", "who wrote “in:cpa” there", days()),
        ("see https://example.org/in:x", "see https://example.org/in:x", days()),
        ("who won IN:CPA", "who won", days("", "", "CPA")),
        ("who won in:courrier-de-l'ile", "who won", days("", "", "Courrier de l’Île")),
        ("who won in:osterl", "who won", days("", "", "Ostrel")),
        ("did she resign? only ledger since sept", "did she resign?", days("2026-09-01", "", "The Ledger")),
        ("did she resign? ledger only", "did she resign?", days("", "", "The Ledger")),
        ("did she resign, only in cpa and srn", "did she resign", days("", "", "CPA", "SRN")),
        ("did she resign? in:ledger since sept", "did she resign?", days("2026-09-01", "", "The Ledger")),
        ("did she resign since september?", "did she resign?", days("2026-09-01")),
        ("did she resign? before 2024", "did she resign?", days("", "2024-01-01")),
        ("did she resign? ostrel", "did she resign?", days("", "", "Ostrel")),
        ("only ledger: did she resign", "did she resign", days("", "", "The Ledger")),
        ("in the ledger: did she resign", "did she resign", days("", "", "The Ledger")),
        ("since september, did she resign?", "did she resign?", days("2026-09-01")),
        ("since june in:cpa who won", "who won", days("2026-06-01", "", "CPA")),
        ("between march and may, who won?", "who won?", days("2026-03-01", "2026-06-01")),
        ("who won last week", "who won last week", days()),
        ("What did he say before the vote?", "What did he say before the vote?", days()),
        ("who won before 2024", "who won before 2024", days()),
        ("who spoke to the Ledger", "who spoke to the Ledger", days()),
        ("was it not only cpa", "was it not only cpa", days()),
        ("did she resign? just asking", "did she resign? just asking", days()),
        ("Re: who won at 10:30", "Re: who won at 10:30", days()),
    ],
)
def test_filters_are_taken_out_of_a_question(typed: str, question: str, narrowing: Narrowing) -> None:
    assert asked(typed) == Ask(question=question, narrowing=narrowing)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("Merrin Tolvane", "Merrin Tolvane"),
        ("tolvane about ferries", "tolvane about:ferries"),
        ("tolvane on ferries", "tolvane about:ferries"),
        ("tolvane re the ferry deal", 'tolvane about:"the ferry deal"'),
        ("tolvane regarding ferries?", "tolvane about:ferries"),
        ("tolvane: ferry prices", 'tolvane about:"ferry prices"'),
        ("tolvane on 3 may", "tolvane on:2026-05-03"),
        ("tolvane on may 3rd 2024", "tolvane on:2024-05-03"),
        ("tolvane on the 3rd of may", "tolvane on:2026-05-03"),
        ("tolvane on friday", "tolvane on:2026-10-16"),
        ("tolvane on ferries on friday", "tolvane about:ferries on:2026-10-16"),
        ("tolvane since june", "tolvane since:2026-06-01"),
        ("tolvane since last june", "tolvane since:2026-06-01"),
        ("tolvane since last summer", "tolvane since:2026-06-01"),
        ("tolvane since nov", "tolvane since:2025-11-01"),
        ("tolvane since two weeks ago", "tolvane since:2026-09-28"),
        ("tolvane before 2024", "tolvane before:2024-01-01"),
        ("tolvane until 2024", "tolvane before:2025-01-01"),
        ("tolvane after june", "tolvane since:2026-07-01"),
        ("tolvane from june", "tolvane since:2026-06-01"),
        ("tolvane in june", "tolvane since:2026-06-01 before:2026-07-01"),
        ("tolvane in 2023-05", "tolvane since:2023-05-01 before:2023-06-01"),
        ("tolvane last week", "tolvane since:2026-10-05 before:2026-10-12"),
        ("tolvane yesterday", "tolvane on:2026-10-15"),
        ("tolvane today", "tolvane on:2026-10-16"),
        ("tolvane this year", "tolvane since:2026-01-01 before:2027-01-01"),
        ("tolvane in the past two weeks", "tolvane since:2026-10-02 before:2026-10-17"),
        ("tolvane between march and may", "tolvane since:2026-03-01 before:2026-06-01"),
        ("tolvane between March and May 2024", "tolvane since:2024-03-01 before:2024-06-01"),
        ("tolvane from 3 to 10 May 2024", "tolvane since:2024-05-03 before:2024-05-11"),
        ("tolvane since 2023 before june 2024", "tolvane since:2023-01-01 before:2024-06-01"),
        ("tolvane in cpa", "tolvane in:CPA"),
        ("tolvane in the ledger", 'tolvane in:"The Ledger"'),
        ("tolvane in ledger", 'tolvane in:"The Ledger"'),
        ("tolvane in meridian fed", 'tolvane in:"Meridian Feed"'),
        ("tolvane from cpa and srn", "tolvane in:CPA in:SRN"),
        ("tolvane in cpa, srn or ostrel", "tolvane in:CPA in:SRN in:Ostrel"),
        ("tolvane in salt and harbour", 'tolvane in:"Salt and Harbour"'),
        ("tolvane in courrier de l'ile", 'tolvane in:"Courrier de l’Île"'),
        ("tolvane about ferries cpa only", "tolvane about:ferries in:CPA"),
        ("tolvane about ferries only in cpa please", "tolvane about:ferries in:CPA"),
        ("tolvane about talks in geneva", 'tolvane about:"talks in geneva"'),
        ("tolvane about talks in geneva since june in cpa", 'tolvane about:"talks in geneva" since:2026-06-01 in:CPA'),
        (
            "merrin tolvane about missiles since last june in srn",
            "merrin tolvane about:missiles since:2026-06-01 in:SRN",
        ),
        ("tolvane about:ferries since:2023 in:cpa kind:direct",
         "tolvane about:ferries kind:direct since:2023-01-01 in:CPA"),
        ("in:cpa since:2023 tolvane kind:direct,mixed", "tolvane kind:direct kind:mixed since:2023-01-01 in:CPA"),
        ("since june in the ledger tolvane about ferries", 'tolvane about:ferries since:2026-06-01 in:"The Ledger"'),
        ("about ferries by merrin tolvane since june", "merrin tolvane about:ferries since:2026-06-01"),
        ("about:ferries tolvane", "tolvane about:ferries"),
        ('about:"ferry prices" tolvane', 'tolvane about:"ferry prices"'),
        ("tolvane about:ferry prices since:2023", 'tolvane about:"ferry prices" since:2023-01-01'),
        ("tolvane kind:dirct", "tolvane kind:direct"),
        ("theresa may about brexit", "theresa may about:brexit"),
        ("june havel since may", "june havel since:2026-05-01"),
        ("april okes in april", "april okes since:2026-04-01 before:2026-05-01"),
        ("will march about jan", "will march about:jan"),
        ("may 2024 in may", '"may 2024" since:2026-05-01 before:2026-06-01'),
        ("jan de witt and sons about ferries", "jan de witt and sons about:ferries"),
        ("Sorvei al-Denna and Commander Sorvei", "Sorvei al-Denna and Commander Sorvei"),
        ("o’brien about the “bail-out”", 'o’brien about:"the bail-out"'),
        ('"Will March" about "the June 3 protests" before 2024',
         'Will March about:"the June 3 protests" before:2024-01-01'),
        ('“Women in Work” since june', '"Women in Work" since:2026-06-01'),
        ("brask today", '"brask today"'),
        ("brask today since june", '"brask today" since:2026-06-01'),
        ("what did tolvane say about ferries last week?", "tolvane about:ferries since:2026-10-05 before:2026-10-12"),
        ("what has Merrin Tolvane said", "Merrin Tolvane"),
        ("show me everything that tolvane said about ferries", "tolvane about:ferries"),
        ("quotes by Merrin Tolvane on ferries", "Merrin Tolvane about:ferries"),
        ("direct quotes from tolvane", "tolvane kind:direct"),
        ("all quotes of tolvane pls", "tolvane"),
        ("tolvane's comments on ferries", "tolvane about:ferries"),
        ("the foreign minister about ferries", 'the foreign minister about:ferries'),
        ("tolvane about the march on the capital since march",
         'tolvane about:"the march on the capital" since:2026-03-01'),
        ("Tolvane about what comes after the vote", 'Tolvane about:"what comes after the vote"'),
        ("merrin tolvane, fog", "merrin tolvane about:fog"),
        ("tolvane, the fog signal since june", 'tolvane about:"the fog signal" since:2026-06-01'),
        ("Tolvane, Jr", '"Tolvane, Jr"'),
        ("merrin tolvane, fog signals, in cpa", 'merrin tolvane about:"fog signals" in:CPA'),
        ("Tolvane, Merrin", "Merrin Tolvane"),
        ("tolvane 18 September", "tolvane on:2026-09-18"),
        ("tolvane September 18th", "tolvane on:2026-09-18"),
        ("tolvane on fog 18 September", "tolvane about:fog on:2026-09-18"),
        ("tolvane about the events of 18 September", 'tolvane about:"the events of 18 September"'),
        ("tolvane september", "tolvane since:2026-09-01 before:2026-10-01"),
        ("tolvane june 2024", "tolvane since:2024-06-01 before:2024-07-01"),
        ("tolvane 2024", "tolvane since:2024-01-01 before:2025-01-01"),
        ("tolvane 2024-05", "tolvane since:2024-05-01 before:2024-06-01"),
        ("theresa may", "theresa may"),
        ("tolvane about budget 2024", 'tolvane about:"budget 2024"'),
        ("tolvane direct only", "tolvane kind:direct"),
        ("tolvane only direct quotes", "tolvane kind:direct"),
        ("tolvane indirect", "tolvane kind:indirect"),
        ("tolvane direct quotes about fog", "tolvane about:fog kind:direct"),
        ("tolvane about direct action", 'tolvane about:"direct action"'),
        ('"Tolvane, fog"', '"Tolvane, fog"'),
        ('exactly:"Merrin Tolvane" about:ferries', 'exactly:"Merrin Tolvane" about:ferries'),
    ],
)  # fmt: skip
def test_quotes_in_plain_english_and_in_the_filter_language(typed: str, understood: str) -> None:
    request = by(typed)
    assert said(request) == understood
    assert by(said(request)) == request


def test_parts_of_a_request_for_quotes() -> None:
    assert by("Merrin Tolvane about “ferry prices” since 2024 in ledger kind:mixed") == QuotesBy(
        name="Merrin Tolvane",
        about="ferry prices",
        kinds=(Kind.MIXED,),
        narrowing=Narrowing(outlets=("The Ledger",), since=date(2024, 1, 1)),
    )
    assert by('exactly:"Merrin Tolvane"').exactly
    assert not by('"Merrin Tolvane"').exactly


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Whose words?"),
        ("about ferries", "Whose words?"),
        ("since june", "Whose words?"),
        ("“”", "Whose words?"),
        ("tolvane about", "About what?"),
        ("tolvane about since june", "About what?"),
        ("tolvane since the summit", "“since the summit”"),
        ("tolvane since jnue", "“since jnue”"),
        ("tolvane before", "“before …”"),
        ("tolvane since:03/05/2024", "“since: 03/05/2024”"),
        ("tolvane since:yesterdy", "2024-05-03"),
        ("tolvane on:ferries", "“on: ferries”"),
        ("tolvane in geneva", "“geneva”"),
        ("tolvane in the bodger", "did you mean The Ledger"),
        ("tolvane in:merdiian", "did you mean Meridian Feed"),
        ("tolvane in:nowhere", "No outlet"),
        ("tolvane kind:shouted", "direct, mixed and indirect"),
        ("tolvane lang:en", "“lang:”"),
        ("quotes from yesterday", "Whose words?"),
        ("tolvane since:2025 before:2024", "since 2025-01-01 and before 2024-01-01"),
        ("tolvane since 2025 before 2024", "since 2025-01-01 and before 2024-01-01"),
    ],
)
def test_what_cannot_be_understood_is_told_with_an_example_that_works(typed: str, says: str) -> None:
    with pytest.raises(BadCommand) as raised:
        by(typed)
    message = str(raised.value)
    assert says in message
    examples = re.findall(r"`/quotes ([^`]+)`", message)
    assert examples
    assert all(isinstance(by(example), QuotesBy) for example in examples)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "no question"),
        ("in:cpa", "no question"),
        ("?!", "no question"),
        ("since june", "no question"),
        ("everything since october", "no question"),
        ("show me everything in:cpa", "no question"),
        ("only ledger", "no question"),
        ("who won kind:direct", "There is no filter “kind:” for a question. There are since:, before:, on: and in:"),
        ("who won kind:direct", "“kind:” goes with `/quotes`"),
        ("who won section:sport", "There is no filter “section:”"),
        ("lang:fr who won", "There is no filter “lang:”"),
        ("Lang:fr who won", "There is no filter “lang:”"),
        ("who won sinc:june", "There is no filter “sinc:”"),
        ("who won? only herald", "No outlet, agency or carrier “herald”"),
        ("who won in:nowhere", "No outlet, agency or carrier “nowhere”"),
        ("who won since:whenever", "No date could be read in “since: whenever”"),
    ],
)
def test_a_question_that_cannot_be_understood(typed: str, says: str) -> None:
    with pytest.raises(BadCommand, match=re.escape(says)) as raised:
        asked(typed)
    assert ASK_EXAMPLE in str(raised.value)


def test_the_examples_work_with_nothing_on_file() -> None:
    nothing: frozenset[str] = frozenset()
    assert ask(ASK_EXAMPLE, sources=nothing, asked=FRIDAY).narrowing.since == date(2024, 1, 1)
    assert quotes(QUOTES_EXAMPLE.removeprefix("/quotes "), sources=nothing, asked=FRIDAY).about == "ferries"
    with pytest.raises(BadCommand, match="No outlet is on file yet"):
        quotes("tolvane in:cpa", sources=nothing, asked=FRIDAY)


def test_a_slip_that_could_mean_two_outlets_is_not_settled() -> None:
    twins = frozenset(("Brask Post", "Brask Port"))
    with pytest.raises(BadCommand, match=r"did you mean Brask Po[rs]t or Brask Po[rs]t\?"):
        quotes("tolvane in:Brask Pot", sources=twins, asked=FRIDAY)


@pytest.mark.parametrize(
    "typed", ["tolvane page 2", "tolvane, pg 3?", "tolvane about fog page 12", "tolvane next page"]
)
def test_a_page_is_not_a_topic(typed: str) -> None:
    with pytest.raises(BadCommand, match="pages are turned with the buttons"):
        by(typed)
    with pytest.raises(BadCommand, match="pages are turned with the buttons"):
        asked("show me page 2")


def test_what_was_understood_is_said_for_every_request() -> None:
    narrowing = Narrowing(outlets=("The Ledger",), since=date(2024, 5, 3), before=date(2024, 5, 4))
    assert said(Ask(question="Who won?", narrowing=narrowing)) == 'Who won? on:2024-05-03 in:"The Ledger"'
    assert said(SourceOf(text="We shall build it", narrowing=narrowing)).startswith("“We shall build it” on:")


NAMES = st.lists(
    st.sampled_from(
        """
        Merrin Tolvane Sorvei al-Denna O’Brien de May June March Will about on since in and the said quotes by
        what did last today only kind Zoë 李明 J. from Women's
        """.split()
    ),
    min_size=1,
    max_size=5,
).map(" ".join)
WORDS = st.from_regex(r"[^\W\d_][^\W_]{0,6}( [^\W_]{1,7}){0,4}", fullmatch=True)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
NARROWINGS = st.builds(
    lambda outlets, since, length, sides: Narrowing(
        outlets=tuple(outlets),
        since=since if sides != "before" else None,
        before=since + timedelta(days=length) if sides != "since" else None,
    ),
    st.lists(st.sampled_from(sorted(SOURCES)), unique=True, max_size=3),
    DAYS,
    st.integers(1, 900),
    st.sampled_from(["since", "before", "both"]),
)


@given(
    st.builds(
        QuotesBy,
        name=NAMES | WORDS,
        about=st.none() | NAMES | WORDS,
        kinds=st.lists(st.sampled_from(Kind), unique=True, max_size=3).map(tuple),
        narrowing=NARROWINGS | st.just(Narrowing()),
        exactly=st.booleans(),
    )
)
def test_what_is_said_is_understood_as_the_same(request: QuotesBy) -> None:
    assert by(said(request)) == request


@given(WORDS.map(lambda words: f"{words}?"), NARROWINGS)
def test_a_question_said_is_the_same_question(question: str, narrowing: Narrowing) -> None:
    request = Ask(question=question, narrowing=narrowing)
    assert asked(said(request)) == request


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("the Ledger", "The Averel Ledger"),
        ("mercury", "The Quellhaven Mercury"),
        ("Averel", None),
        ("Post", None),
        ("he Ledger", None),
    ],
)
def test_an_outlet_goes_by_its_last_words_where_they_are_its_own(words: str, named: str | None) -> None:
    sources = frozenset({"The Averel Ledger", "The Quellhaven Mercury", "Averel Post", "Quellhaven Post"})
    assert outlet(words, sources) == named
