from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.citations import cite
from bot.talk import Citing
from embeddings import Article, Dateline, Span
from tests.bot import generated as made
from tests.fakes import article

CRANE = article(
    "pel-1",
    "PORT ELLERY (CPA) - The crane stays shut.",
    headline="Crane stays shut",
    byline="By Maria Ortiz",
    outlet="The Ledger",
    carriers=("Meridian Feed",),
    published=date(2026, 9, 14),
    url="https://ledger.example/a/1",
    dateline=Dateline(Span(0, 19), place="PORT ELLERY", agency="CPA"),
)
BARE = article("pel-2", "The crane stays shut.")


@pytest.mark.parametrize(
    ("citing", "source"),
    [
        (
            Citing.AP,
            "Ada Merrow, as quoted by CPA, published by The Ledger, carried by Meridian Feed, in “Crane stays shut,” "
            "by Maria Ortiz, Sept. 14, 2026, paragraph 3. https://ledger.example/a/1",
        ),
        (
            Citing.REUTERS,
            "Ada Merrow, as quoted by CPA, published by The Ledger, carried by Meridian Feed, on Sept 14, 2026, "
            "in “Crane stays shut,” paragraph 3. https://ledger.example/a/1",
        ),
        (
            Citing.CHICAGO,
            "Ada Merrow, quoted in Maria Ortiz, “Crane stays shut,” The Ledger, September 14, 2026, para. 3, "
            "accessed October 16, 2026, https://ledger.example/a/1.",
        ),
    ],
)
def test_the_forms(citing: Citing, source: str) -> None:
    cited = cite(CRANE, 3, "It stays shut.", speaker="Ada Merrow", citing=citing, accessed=date(2026, 10, 16))
    assert cited == f"“It stays shut.”\n{source}"


@pytest.mark.parametrize(
    ("citing", "source"),
    [(Citing.AP, "paragraph 1."), (Citing.REUTERS, "paragraph 1."), (Citing.CHICAGO, "para. 1.")],
)
def test_what_is_not_on_file_is_left_out(citing: Citing, source: str) -> None:
    assert cite(BARE, 1, "Shut.", speaker=None, citing=citing) == f"“Shut.”\n{source}"


@pytest.mark.parametrize(
    ("month", "ap", "reuters"),
    [(3, "March 1, 2026", "March 1, 2026"), (9, "Sept. 1, 2026", "Sept 1, 2026"), (12, "Dec. 1, 2026", "Dec 1, 2026")],
)
def test_months_are_shortened_as_each_form_has_it(month: int, ap: str, reuters: str) -> None:
    one = article("a", "Shut.", published=datetime(2026, month, 1, 23, tzinfo=UTC))
    assert ap in cite(one, 1, "", speaker=None, citing=Citing.AP)
    assert reuters in cite(one, 1, "", speaker=None, citing=Citing.REUTERS)


def test_no_comma_stands_beside_a_question_mark() -> None:
    one = article("a", "Shut.", headline="Will it lift?", outlet="The Ledger")
    assert cite(one, 1, "", speaker=None, citing=Citing.CHICAGO) == "“Will it lift?” The Ledger, para. 1."


def test_words_with_marks_of_their_own_are_not_put_between_others() -> None:
    words = "“It stays shut,” she said."
    assert cite(BARE, 1, words, speaker=None, citing=Citing.AP).startswith(f"{words}\n")


@settings(deadline=None)
@given(made.articles(), made.texts, made.maybe, st.sampled_from(Citing))
def test_the_words_stand_unchanged_and_nothing_is_none(
    one: Article, words: str, speaker: str | None, citing: Citing
) -> None:
    cited = cite(one, 7, words, speaker=speaker, citing=citing)
    assert words in cited or not words.strip()
    assert "7" in cited
    source = cited.removeprefix(f"“{words}”\n").removeprefix(f"{words}\n")
    assert "None" not in source or "None" in f"{one.headline}{one.byline}{one.outlet}{one.url}{speaker}"
