"""Marks pair up as they are printed, and nothing that looks like one is taken for one."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.news import Span
from embeddings.paragraphs import paragraphs
from embeddings.quotes.marks import CLOSING, OPENING, OUTSIDE, Run, quoted, states


def runs_of(text: str) -> tuple[Run, ...]:
    return quoted(text, [paragraph.span for paragraph in paragraphs(text)])


def inner(text: str, *, depth: int = 0) -> list[str]:
    return [run.inner.cut(text) for run in runs_of(text) if run.depth == depth]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "all is well" and left.', ["all is well"]),
        ("He said “all is well” and left.", ["all is well"]),
        ("He said ''all is well'' and left.", ["all is well"]),
        ("He said ``all is well'' and left.", ["all is well"]),
        ("Er sagte „alles ist gut“ und ging.", ["alles ist gut"]),
        ("Il dit « tout va bien » et part.", [" tout va bien "]),
        ("Er sagte »alles ist gut« und ging.", ["alles ist gut"]),
        ("He said ‘all is well’ and left.", ["all is well"]),
        ("He said 'all is well' and left.", ["all is well"]),
        ("Il dit ‹tout va bien› et part.", ["tout va bien"]),
        ("A “first” and a “second” time.", ["first", "second"]),
        ("“WE ARE READY,” SAID THE MAYOR.", ["WE ARE READY,"]),
        ("”A slip,” he said.", ["A slip,"]),
    ],
)
def test_styles(text: str, expected: list[str]) -> None:
    assert inner(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It’s the mayor’s last day, and the boats’ too.",
        "It's the mayor's last day, and the boats' too.",
        "In the '90s he was 6'2\" tall.",
        "A 12\" pipe, 4' long, at 51° 30' 26\" north.",
        "Rock ’n’ roll and get ’em.",
        "",
        "No marks at all.",
    ],
)
def test_apostrophes_and_measures_are_no_marks(text: str) -> None:
    assert runs_of(text) == ()


@pytest.mark.parametrize(
    ("text", "outer", "nested"),
    [
        ("“She said ‘no’ twice,” he said.", "“She said ‘no’ twice,”", "‘no’"),
        ("\"She said 'no' twice,\" he said.", "\"She said 'no' twice,\"", "'no'"),
        ("''She said, 'No, and again no,''' he said.", "''She said, 'No, and again no,'''", "'No, and again no,'"),
        ("‘She said “no” twice,’ he said.", "‘She said “no” twice,’", "“no”"),
        ("'''No' was all she said,'' he said.", "'''No' was all she said,''", "'No'"),
    ],
)
def test_marks_within_marks(text: str, outer: str, nested: str) -> None:
    assert [(run.outer.cut(text), run.depth) for run in runs_of(text)] == [(outer, 0), (nested, 1)]


def test_a_paragraph_that_does_not_close_is_taken_up_by_the_next() -> None:
    text = "“It was late.\n\n“We left,” he said."
    assert [(run.inner.cut(text), run.closed, run.resumed) for run in runs_of(text)] == [
        ("It was late.", False, False),
        ("We left,", True, True),
    ]


def test_an_unclosed_mark_ends_with_its_paragraph() -> None:
    text = "He said “it was late.\n\nNobody came."
    assert inner(text) == ["it was late."]


def test_a_long_transcript() -> None:
    text = "\n\n".join(f"“Line {number}, and no more,” he said." for number in range(200))
    assert inner(text) == [f"Line {number}, and no more," for number in range(200)]


MARKS = st.sampled_from(
    [
        "“",
        "”",
        "„",
        "«",
        "»",
        '"',
        "''",
        "``",
        "'",
        "‘",
        "’",
        "‹",
        "›",
        "‚",
        "a",
        "word",
        "6",
        ".",
        ",",
        " ",
        " ",
        "\n\n",
    ]
)


@settings(deadline=None)
@given(st.lists(MARKS, max_size=60).map("".join) | st.text(max_size=200))
def test_whatever_stands_there_the_runs_lie_in_their_paragraphs(text: str) -> None:
    spans = [paragraph.span for paragraph in paragraphs(text)]
    runs = quoted(text, spans)
    for run in runs:
        assert any(span.start <= run.outer.start and run.outer.end <= span.end for span in spans)
        assert run.outer.start < run.inner.start <= run.inner.end <= run.outer.end
        assert run.closed == (run.inner.end < run.outer.end)
    assert [run.outer.start for run in runs] == sorted(run.outer.start for run in runs)
    outermost = [run.outer for run in runs if run.depth == 0]
    assert all(left.end <= right.start for left, right in pairwise(outermost))


@settings(deadline=None)
@given(st.lists(MARKS, max_size=60).map("".join))
def test_every_character_has_a_state(text: str) -> None:
    runs = runs_of(text)
    found = states(text, runs)
    assert len(found) == len(text)
    assert all(found[place] in (OPENING, CLOSING) for run in runs for place in range(run.outer.start, run.inner.start))
    assert runs or set(found) <= {OUTSIDE}


@pytest.mark.parametrize("unit", ["“a” ", "“a ", "'a ", "‘a’ ", "a' ", '"', "''", "’’ ", "‘“a”’ "])
def test_no_text_takes_long(unit: str) -> None:
    text = unit * 10_000
    start = time.process_time()
    quoted(text, [Span(0, len(text))])
    assert time.process_time() - start < 10
