"""Lines that are paragraphs of their own are told from lines that only fit a page."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.news import Span
from embeddings.quotes.lines import lines

LONG = "The harbour board of Velmora voted on Tuesday to open the north quay before the winter, whatever it may cost."


def shown(text: str) -> list[str]:
    return [line.cut(text) for line in lines(text, Span(0, len(text)))]


def test_long_lines_that_end_like_sentences_are_paragraphs() -> None:
    assert shown(f"{LONG}\n“It is late,” said Orr.\n{LONG}") == [LONG, "“It is late,” said Orr.", LONG]


@pytest.mark.parametrize(
    "text",
    [
        "The board voted on Tuesday to open\nthe north quay before the winter,\nwhatever it may cost.",
        f"{LONG}\nand went on about\nother things",
        "One line.",
        "First.\nSecond.",
    ],
)
def test_all_else_stays_one_paragraph(text: str) -> None:
    assert shown(text) == [text]


@given(st.text(alphabet="ab .!\n”", max_size=400))
def test_lines_hold_all_that_is_no_white_space_in_order(text: str) -> None:
    found = lines(text, Span(0, len(text)))
    assert "".join("".join(line.cut(text).split()) for line in found) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(found))
