"""Two texts word by word: which words stay, what takes their place, and that nothing of either is lost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.alignment import Word, match, printed_words, settled, steps
from embeddings.news import Span


def forms(text: str) -> list[str]:
    return [word.form for word in printed_words(text)]


def aligned(asked: str, on_file: str) -> tuple[Sequence[Word], Sequence[Word], tuple[tuple[int, int], ...]] | None:
    mine, theirs = printed_words(asked), printed_words(on_file)
    found = match(mine, theirs, [10] * len(mine))
    if found is None:
        return None
    stretch, pairs = settled(on_file, mine, theirs, found.pairs)
    return mine, stretch, pairs


def difference(asked: str, on_file: str) -> list[tuple[str, str] | str]:
    """What changed as pairs, what stays as it is on file."""
    found = aligned(asked, on_file)
    assert found is not None
    return [
        step.on_file.cut(on_file).strip() if step.same else (step.asked.cut(asked), step.on_file.cut(on_file))
        for step in steps(*found)
    ]


# What counts as a word.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“We shall NOT sign,” she said", '"we shall not sign" - she said'),
        ("It’s the minister's", "it's the minister’s"),
        ("1,900 dockers", "1900 dockers"),
        ("the U.S. at 5 p.m.", "the US at 5 pm"),
        ("co\u00adope\u200bration", "cooperation"),
        ("e\u0301te\u0301", "été"),
        ("ﬁsh & chips", "fish and chips"),
        ("−5 degrees", "-5 degrees"),
        ("signed … sealed", "signed, sealed"),
        ("see https://example.org/a?b=c now", "see now"),
        ("right 😳 now", "right now"),
    ],
)
def test_case_typography_and_punctuation_make_no_other_words(one: str, other: str) -> None:
    assert forms(one) == forms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5.4 tonnes", "54 tonnes"),
        ("$5 million", "€5 million"),
        ("5%", "5"),
        ("-5 degrees", "5 degrees"),
        ("naïve", "naive"),
        ("10,5", "105"),
        ("will", "well"),
        ("can't", "can"),
    ],
)
def test_what_means_something_else_is_another_word(one: str, other: str) -> None:
    assert forms(one) != forms(other)


def test_signs_of_another_script_are_words_by_themselves() -> None:
    assert forms("金正恩 said") == ["金", "正", "恩", "said"]


# Alike.


def test_words_put_in_left_out_and_replaced_are_told_apart() -> None:
    assert difference(
        "North Korea is ready to support all measures of Russia",
        "He said that the North is ready to fully support all the measures of Russia.",
    ) == [
        ("North Korea", "the North"),
        "is ready to",
        ("", "fully"),
        "support all",
        ("", "the"),
        "measures of Russia",
    ] or difference(
        "North Korea is ready to support all measures of Russia",
        "He said that the North is ready to fully support all the measures of Russia.",
    ) == ["North", ("Korea", ""), "is ready to", ("", "fully"), "support all", ("", "the"), "measures of Russia"]


def test_words_around_those_that_are_alike_are_left_out() -> None:
    found = aligned("the pier will close in March", "It rained. “The pier will close in March,” she said. It rained.")
    assert found is not None
    mine, stretch, pairs = found
    assert [word.form for word in stretch] == [word.form for word in mine]
    assert len(pairs) == len(mine)


def test_a_cue_inside_the_quotation_on_file_is_something_put_in() -> None:
    assert difference(
        "We shall sign the treaty and nobody will stop us",
        "“We shall sign the treaty,” said Olena Marsh, the harbour minister, “and nobody will stop us.”",
    ) == ["We shall sign the treaty,”", ("", "said Olena Marsh, the harbour minister"), ", “and nobody will stop us"]


def test_a_first_word_that_differs_takes_the_place_of_the_one_there_inside_the_sentence() -> None:
    assert difference("They will close the pier", "It rained. We will close the pier.")[0] == ("They", "We")
    assert difference("They will close the pier", "It rained. Will close the pier.")[0] == ("They", "")
    assert difference("will close the quay", "We will close the pier. It rained.")[-1] == ("quay", "pier")


@pytest.mark.parametrize(
    ("asked", "on_file", "at", "changed"),
    [
        ("its a fine note", "It rained. It is a fine note.", 0, ("its", "It is")),
        ("It is a fine note", "Then it’s a fine note.", 0, ("It is", "it’s")),
        ("the note that we’re", "It is the note that we are.", -1, ("we’re", "we are")),
        ("the note that we are", "It is the note that we’re now.", -1, ("we are", "we’re")),
        ("icebreaker sank", "Then the ice breaker sank.", 0, ("icebreaker", "ice breaker")),
        ("the ships sank", "Then every ship sank.", 0, ("the ships", "every ship")),
    ],
)
def test_a_first_or_last_word_that_is_written_apart_on_one_side_is_whole_on_both(
    asked: str, on_file: str, at: int, changed: tuple[str, str]
) -> None:
    assert difference(asked, on_file)[at] == changed


def test_short_words_at_the_end_that_stay_are_not_lost_behind_one_put_in() -> None:
    mine, theirs = printed_words("They were just two minutes away"), printed_words("“They were two minutes away.”")
    found = match(mine, theirs, [3, 3, 10, 10, 10, 10])
    assert found is not None
    _, pairs = settled("“They were two minutes away.”", mine, theirs, found.pairs)
    assert [mine[i].form for i, _ in pairs] == ["they", "were", "two", "minutes", "away"]


def test_slips_of_a_word_keep_the_alignment_and_are_no_same_words() -> None:
    changed = difference("the nickname of the harb0ur minlster", "It was the nickname of the harbour minister then.")
    assert changed == ["the nickname of the", ("harb0ur minlster", "harbour minister")]


@pytest.mark.parametrize(("asked", "on_file"), [("", "words"), ("words", ""), ("one two", "three four"), ("…", "—")])
def test_nothing_alike_is_no_match(asked: str, on_file: str) -> None:
    assert aligned(asked, on_file) is None


# Whatever the texts are.

texts = st.lists(
    st.sampled_from("the pier will close “in March,” she said. U.S. 1,900 $5 it’s\n\nnaïve 😳 … — 金".split(" ")),
    max_size=25,
).map(" ".join)


@given(texts, texts)
def test_the_steps_cover_both_stretches_and_the_words_that_stay_are_the_same(asked: str, on_file: str) -> None:
    found = aligned(asked, on_file)
    if found is None:
        assert not set(forms(asked)) & set(forms(on_file))
        return
    mine, stretch, pairs = found
    told = steps(mine, stretch, pairs)
    for words, spans in ((mine, [step.asked for step in told]), (stretch, [step.on_file for step in told])):
        assert [span.end for span in spans[:-1]] == [span.start for span in spans[1:]]
        assert (spans[0].start, spans[-1].end) == (words[0].span.start, words[-1].span.end)
    assert all(one.same != other.same for one, other in pairwise(told))
    same = 0
    for step in told:
        one, other = forms(step.asked.cut(asked)), forms(step.on_file.cut(on_file))
        assert one or other
        if step.same:
            assert one == other
            same += len(one)
        else:
            assert one != other
    assert same == len(pairs)


@given(texts)
def test_the_same_text_is_the_same_in_every_word(text: str) -> None:
    found = aligned(text, text)
    if found is None:
        assert forms(text) == []
    else:
        assert len(found[0]) == len(found[1]) == len(found[2])
        assert [step.same for step in steps(*found)] == [True]


@given(st.text(max_size=80))
def test_words_stand_where_they_are_said_to_stand(text: str) -> None:
    every = printed_words(text)
    assert all(word.form and word.span.cut(text) for word in every)
    assert all(one.span.end <= other.span.start for one, other in pairwise(every))
    assert printed_words(text, Span(0, len(text))) == every
