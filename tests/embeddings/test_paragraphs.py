"""Paragraphs, sentences and windows are spans of the text, whatever the text is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.news import Paragraph, Span
from embeddings.paragraphs import WINDOW_WORDS, paragraphs, sentences, windows

COPY = st.text(st.sampled_from("aB .,!?\"'”»…\n\r\t\u2028\u00a0字。1"), max_size=300) | st.text(max_size=200)


def cut(text: str) -> list[str]:
    return [p.span.cut(text) for p in paragraphs(text)]


def said(text: str) -> list[str]:
    return [s.cut(text) for s in sentences(text, Span(0, len(text)))]


def seen(text: str) -> list[int]:
    return [i for i, char in enumerate(text) if not char.isspace()]


@given(COPY)
def test_paragraphs_hold_every_word_once_and_in_order(text: str) -> None:
    found = paragraphs(text)
    assert [p.ordinal for p in found] == list(range(1, len(found) + 1))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert [i for p in found for i in range(p.start, p.end) if not text[i].isspace()] == seen(text)
    assert all(words and words == words.strip() for words in cut(text))


@given(COPY, st.integers(0, 300), st.integers(0, 300))
def test_sentences_partition_a_span(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = sentences(text, (start, end))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert [i for s in found for i in range(*s) if not text[i].isspace()] == [i for i in seen(text) if start <= i < end]
    assert all(s.cut(text) == s.cut(text).strip() != "" for s in found)


@given(st.lists(st.sampled_from(["Word", "it.", "Next", "字字", "x" * 90, 'said. "We']), min_size=1, max_size=900))
def test_windows_cover_the_paragraph_and_overlap(words: list[str]) -> None:
    text = "  " + " ".join(words)
    (paragraph,) = paragraphs(text)
    found = windows(text, paragraph)
    assert (found[0].start, found[-1].end) == (paragraph.start, paragraph.end)
    assert all(a.start < b.start < a.end < b.end for a, b in pairwise(found))
    assert all(len(w.cut(text).split()) <= WINDOW_WORDS for w in found)


def test_a_paragraph_of_moderate_length_is_one_window() -> None:
    text = "word " * WINDOW_WORDS
    assert windows(text, paragraphs(text)[0]) == (Span(0, len(text) - 1),)


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = "Nine short words stand in every one of these. " * 60
    assert all(
        w.cut(text).startswith("Nine") and w.cut(text).endswith("these.") for w in windows(text, paragraphs(text)[0])
    )


@pytest.mark.parametrize("text", ["x" * 5_000_000, "." * 5_000_000, '."' * 2_500_000, "a" + " " * 4_999_998 + "b"])
def test_five_million_characters_without_an_end_are_no_trouble(text: str) -> None:
    (paragraph,) = paragraphs(text)
    assert windows(text, paragraph)[-1].end == len(text)


def test_nothing_gives_nothing() -> None:
    assert paragraphs("") == paragraphs(" \n\n\t ") == ()
    assert sentences("", Span(0, 0)) == ()


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", "\r\r", "\n\n\n\n"])
def test_blank_lines_part_paragraphs_and_single_ones_stay(gap: str) -> None:
    assert cut(f"One\nline.{gap}Two.") == ["One\nline.", "Two."]


def test_lines_that_end_like_sentences_are_paragraphs() -> None:
    assert cut("The tide rose.\nNobody slept.\n“We saw it.”\nIt fell") == [
        "The tide rose.",
        "Nobody slept.",
        "“We saw it.”",
        "It fell",
    ]


def test_hard_wrapped_copy_is_one_paragraph_or_parted_at_its_indents() -> None:
    assert len(cut("The harbour was closed on\nMonday after a barge ran\naground. It will open\non Friday.")) == 1
    assert cut("   The harbour was closed on\nMonday.\n   It will open\non Friday.") == [
        "The harbour was closed on\nMonday.",
        "It will open\non Friday.",
    ]


@pytest.mark.parametrize(
    "expected",
    [
        ["Gen. A. B. Orr of the U.S. Navy met Mr. Jay on Sept. 3.", "“We won.”", "He left."],
        ["He left at 6 a.m.", "Dockers slept."],
        ["It rose 3.5 percent to $4.25.", "Then it fell."],
        ['"The side ... expressed support," it said.', "He waited...", "Then he ran."],
        ['"Why?" Orr asked.', '"They went."', "No. 10 refused.", "He said no.", "She left."],
        ["Acme Inc. Chairman Bob Roe left.", "The talks (in May.)", "They ended.", "“Stop!”", "She ran."],
        ["She said: “They will be published.", "I am only arguing.”"],
        ["Elle dit: « C'est tout. »", "Puis elle partit."],
        ["今日は晴れ。", "「そうです。」", "彼は言った。"],
        ["Er kam am 3. Oktober an.", "Dr. Ott ging."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(expected: list[str]) -> None:
    gap = "" if "。" in expected[0] else " "
    assert said(gap.join(expected)) == expected


def test_sentences_keep_the_offsets_of_the_article() -> None:
    text = "One. Two.\n\nThree. Four."
    assert [s.cut(text) for s in sentences(text, Paragraph(2, 11, 23).span)] == ["Three.", "Four."]
