from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.dates import Days, dated_words

FRIDAY = date(2026, 10, 16)
_WORDS = """
    between from and to until since before after in on the last past this two 3 31 2024 1999-12 may june mar 3rd of
    week weeks year ago yesterday monday summer winter night a couple hours early - said
    """.split()


def days(text: str, *, asked: date | None = FRIDAY, latest: date | None = None) -> list[tuple[str, str]]:
    return [(str(d.days.first), str(d.days.last)) for d in dated_words(text, asked=asked, latest=latest)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What happened on 12 July 2025?", ("2025-07-12", "2025-07-12")),
        ("What happened on July 12th, 2025?", ("2025-07-12", "2025-07-12")),
        ("What happened on 2025-07-12?", ("2025-07-12", "2025-07-12")),
        ("What happened in July 2025?", ("2025-07-01", "2025-07-31")),
        ("What did he say in June?", ("2026-06-01", "2026-06-30")),
        ("What did he say in November?", ("2025-11-01", "2025-11-30")),
        ("What did he say on 3 November?", ("2025-11-03", "2025-11-03")),
        ("What did she say last week?", ("2026-10-05", "2026-10-11")),
        ("What did she say this week?", ("2026-10-10", "2026-10-18")),
        ("What did she say yesterday?", ("2026-10-15", "2026-10-15")),
        ("What did she say last month?", ("2026-09-01", "2026-09-30")),
        ("What did she say in 2024?", ("2024-01-01", "2024-12-31")),
        ("What did she say on Tuesday?", ("2026-10-13", "2026-10-13")),
        ("What did she say last Friday?", ("2026-10-09", "2026-10-09")),
        ("What did she say in the last 3 months?", ("2026-07-16", "2026-10-16")),
        ("What has she said since 3 May 2025?", ("2025-05-03", "None")),
        ("What had she said before October 1st?", ("None", "2026-09-30")),
        ("What did she say between 3 May and 5 June 2024?", ("2024-05-03", "2024-06-05")),
        ("What did she say from 2024-05-03 to 2024-06-05?", ("2024-05-03", "2024-06-05")),
        ("what has she said since june", ("2026-06-01", "None")),
        ("what has she said since jan", ("2026-01-01", "None")),
        ("what did she say in nov", ("2025-11-01", "2025-11-30")),
        ("what has she said since last june", ("2026-06-01", "None")),
        ("what did she say last december", ("2025-12-01", "2025-12-31")),
        ("what did she say last october", ("2025-10-01", "2025-10-31")),
        ("what did she say this may", ("2026-05-01", "2026-05-31")),
        ("what did she say in may last year", ("2025-05-01", "2025-05-31")),
        ("what did she say in early may 2024", ("2024-05-01", "2024-05-31")),
        ("what has she said since last summer", ("2026-06-01", "None")),
        ("what did she say this winter", ("2026-12-01", "2027-02-28")),
        ("what did she say last winter", ("2025-12-01", "2026-02-28")),
        ("what did she say in the summer of 2023", ("2023-06-01", "2023-08-31")),
        ("what had she said before 2024", ("None", "2023-12-31")),
        ("what had she said until 2024", ("None", "2024-12-31")),
        ("what has she said after 2024", ("2025-01-01", "None")),
        ("what has she said after June", ("2026-07-01", "None")),
        ("what did she say on friday 3 may", ("2026-05-03", "2026-05-03")),
        ("what did she say on the 3rd of May", ("2026-05-03", "2026-05-03")),
        ("what did she say in 2023-05", ("2023-05-01", "2023-05-31")),
        ("what did she say on 2023/05/07", ("2023-05-07", "2023-05-07")),
        ("what has she said since tuesday", ("2026-10-13", "None")),
        ("what has she said since yesterday", ("2026-10-15", "None")),
        ("what did she say the day before yesterday", ("2026-10-14", "2026-10-14")),
        ("what did she say last night", ("2026-10-15", "2026-10-16")),
        ("what did she say over the weekend", ("2026-10-10", "2026-10-11")),
        ("what did she say in the past two weeks", ("2026-10-02", "2026-10-16")),
        ("what did she say over the last couple of days", ("2026-10-14", "2026-10-16")),
        ("what did she say in the past 24 hours", ("2026-10-15", "2026-10-16")),
        ("what did she say past three months", ("2026-07-16", "2026-10-16")),
        ("what did she say two weeks ago", ("2026-09-28", "2026-10-04")),
        ("what did she say 3 days ago", ("2026-10-13", "2026-10-13")),
        ("what has she said since a year ago", ("2025-01-01", "None")),
        ("what did she say between march and may 2024", ("2024-03-01", "2024-05-31")),
        ("what did she say between November and February 2024", ("2023-11-01", "2024-02-29")),
        ("what did she say between March and May", ("2026-03-01", "2026-05-31")),
        ("what did she say between November and February", ("2025-11-01", "2026-02-28")),
        ("what did she say between 2020 and 2022", ("2020-01-01", "2022-12-31")),
        ("what did she say from march to 5 may", ("2026-03-01", "2026-05-05")),
        ("what did she say between 3 and 10 May 2024", ("2024-05-03", "2024-05-10")),
        ("what did she say between the 3rd and the 10th of May", ("2026-05-03", "2026-05-10")),
        ("between monday and wednesday, what did she say", ("2026-10-12", "2026-10-14")),
        ("what did she say this year", ("2026-01-01", "2026-12-31")),
    ],
)
def test_an_expression_of_time_is_read(text: str, expected: tuple[str, str]) -> None:
    assert days(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "What has he said since the summit?",
        "May he march in peace?",
        "What will happen in 2028?",
        "Who won the 2024 Olympics?",
        "Who sat in the second week?",
        "Who scored 3-2 on the day?",
        "What did Theresa May say between June Havel and April Okes?",
        "Who won the 2010-12 league?",
        "What is the difference between the budget and the plan?",
        "How do you get from Velm to Brask?",
        "who said it a while ago",
        "march on the capital",
        "Who won in Mar del Plata?",
    ],
)
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert days(text) == []


def test_two_days_are_two() -> None:
    assert len(days("between the report of October 1, 2023 and the one of November 2, 2023")) == 2


def test_relative_days_need_the_day_of_asking() -> None:
    assert days("What did she say last week?", asked=None, latest=FRIDAY) == []


def test_a_day_without_a_year_is_the_last_one_on_file_when_the_day_of_asking_is_unknown() -> None:
    assert days("the article of October 1st", asked=None, latest=date(2023, 12, 27)) == [("2023-10-01", "2023-10-01")]
    assert days("the article of October 1st", asked=None) == []


def test_distance_is_zero_inside_and_counts_days_outside() -> None:
    week = Days(date(2026, 10, 5), date(2026, 10, 11))
    assert [week.distance(date(2026, 10, d)) for d in (3, 5, 11, 14)] == [2, 0, 0, 3]
    assert Days(None, None).distance(FRIDAY) == 0


@given(st.text(), st.one_of(st.none(), st.dates(min_value=date(1901, 1, 1), max_value=date(2100, 1, 1))))
def test_any_text_can_be_read(text: str, asked: date | None) -> None:
    assert all(d.span.cut(text) for d in dated_words(text, asked=asked))


@given(st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join), st.dates(min_value=date(1901, 1, 1)))
def test_any_words_of_time_can_be_read(text: str, asked: date) -> None:
    found = dated_words(text, asked=asked)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    assert all(d.days.first or d.days.last for d in found)


def test_places_stay_places_where_lower_case_is_longer() -> None:
    text = "What did İbrahim say on 3 May 2024?"
    assert [d.span.cut(text) for d in dated_words(text, asked=FRIDAY)] == ["3 May 2024"]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_is_understood_as_written_out(day: date) -> None:
    assert days(f"on {day.day} {day:%B %Y}") == days(f"on {day.isoformat()}") == [(str(day), str(day))]
