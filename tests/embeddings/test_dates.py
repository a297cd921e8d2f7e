from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.dates import Days, dated_words

FRIDAY = date(2026, 10, 16)


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
        ("What had she said before October 1st?", ("None", "2026-10-01")),
        ("What did she say between 3 May and 5 June 2024?", ("2024-05-03", "2024-06-05")),
        ("What did she say from 2024-05-03 to 2024-06-05?", ("2024-05-03", "2024-06-05")),
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
    assert all(d.span.cut(text.lower()) for d in dated_words(text, asked=asked))


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_is_understood_as_written_out(day: date) -> None:
    assert days(f"on {day.day} {day:%B %Y}") == days(f"on {day.isoformat()}") == [(str(day), str(day))]
