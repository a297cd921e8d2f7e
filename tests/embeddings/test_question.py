from __future__ import annotations

from datetime import date

import pytest

from embeddings.errors import BadQuestion
from embeddings.question import MOST_CHARACTERS, named_outlets, understand

OUTLETS = ("Norvik News", "The Verge", "The Age", "CPA", "Fortune", "CNN", "The Week")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What did he say in the CPA story?", {"CPA"}),
        ("What did CPA report on the ferry?", {"CPA"}),
        ("What did he say, according to Norvik News?", {"Norvik News"}),
        ("Does 'The Verge' article agree with the report by Fortune?", {"The Verge", "Fortune"}),
        ("as reported by The Age and The Verge", {"The Age", "The Verge"}),
        ("only CPA", {"CPA"}),
        ("Which state did she visit for a CNN town hall?", set()),
        ("Who spent a fortune this week?", set()),
        ("What did the Wall Street firm say at the age of 40?", set()),
        ("TechCrunch reported what The Verge reported", {"The Verge"}),
    ],
)
def test_an_outlet_counts_where_it_is_named_as_the_source(text: str, expected: set[str]) -> None:
    assert named_outlets(text, OUTLETS) == expected


def test_quoted_words_are_a_phrase_and_a_quoted_outlet_is_not() -> None:
    question = understand("Who said \"we will not go back\" in 'The Verge' article?", asked=None, outlets=OUTLETS)
    assert question.phrases == (("we", "will", "not", "go", "back"),)
    assert question.outlets == {"The Verge"}


@pytest.mark.parametrize("marks", ["“{}”", "‘{}’", "«{}»", "„{}“"])
def test_every_kind_of_quotation_mark_is_known(marks: str) -> None:
    quoted = marks.format("the longest step of all")
    assert understand(f"Who said {quoted}?", asked=None).phrases == (("the", "longest", "step", "of", "all"),)


def test_a_word_or_two_in_quotation_marks_is_no_phrase() -> None:
    assert understand('What is the "firm support"?', asked=None).phrases == ()


def test_apostrophes_are_no_quotation_marks() -> None:
    assert understand("What's the ministers' plan for the dockers' pay?", asked=None).phrases == ()


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "?!…", "“”"])
def test_nothing_asked_is_an_error_that_shows_how_to_ask(text: str) -> None:
    with pytest.raises(BadQuestion, match="as in “What did the minister say"):
        understand(text, asked=None)


def test_a_question_of_ten_thousand_characters_is_an_error_that_says_so() -> None:
    with pytest.raises(BadQuestion, match="10,000 characters"):
        understand("why " * 2_499 + "why?", asked=None)
    assert understand("w" * MOST_CHARACTERS, asked=None)


def test_recency_counts_from_the_newest_article_when_that_is_older_than_the_question() -> None:
    asked, latest = date(2026, 10, 16), date(2025, 7, 13)
    assert understand("Who?", asked=asked, latest=latest).reference == latest
    assert understand("Who?", asked=latest, latest=asked).reference == latest
    assert understand("Who?", asked=None, latest=latest).reference is None


@pytest.mark.parametrize(
    ("text", "speaker", "topic"),
    [
        ("What did Prime Minister Ottoline Varge say about the crane?", {"ottolin", "varg"}, {"crane"}),
        ("quotes by Bastian Corrowe on the ferry", {"bastian", "corrow"}, {"ferri"}),
        ("What has Corrowe said in the CPA story?", {"corrow"}, set()),
        ("How many people did the crane hurt?", set(), set()),
        ("What did both sides say about the ferry?", set(), set()),
        ("Who said that Corrowe would come?", set(), set()),
    ],
)
def test_who_is_asked_for_and_about_what(text: str, speaker: set[str], topic: set[str]) -> None:
    question = understand(text, asked=None, outlets=OUTLETS)
    assert (set(question.speaker), set(question.topic)) == (speaker, topic)


def test_names_are_capitalised_words_but_no_days_outlets_or_first_words() -> None:
    question = understand("Did Corrowe meet Al Denna on Monday in July, as CPA has it?", asked=None, outlets=OUTLETS)
    assert question.names == ("corrow", "al", "denna")


def test_a_single_day_brings_its_weekday_for_that_is_how_copy_calls_it() -> None:
    assert "saturday" in understand("What happened on 12 July 2025?", asked=None).words
    assert "saturday" not in understand("What happened in July 2025?", asked=None).words
