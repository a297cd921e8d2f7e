"""The difference between what was shown and what is on file now covers both texts, word for printed word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from embeddings.fates import Standing, difference, fate_of
from embeddings.news import Article, Corrected, Span, Stands
from tests.fakes import article


def told(before: str, after: str) -> list[tuple[str, str, bool]]:
    steps = difference(before, Span(0, len(before)), after, Span(0, len(after)))
    return [(step.asked.cut(before), step.on_file.cut(after), step.same) for step in steps]


def test_changed_words_stand_beside_one_another() -> None:
    assert told("Two dockers died on Tuesday.", "Three dockers died on Tuesday, police said.") == [
        ("Two ", "Three ", False),
        ("dockers died on ", "dockers died on ", True),
        ("Tuesday.", "Tuesday, police said.", False),
    ]


def test_capitals_and_signs_count() -> None:
    assert told("the Mayor said no", "the mayor said: no") == [
        ("the ", "the ", True),
        ("Mayor said ", "mayor said: ", False),
        ("no", "no", True),
    ]


def test_words_that_came_or_went_have_an_empty_place_beside_them() -> None:
    assert told("He never agreed.", "He agreed.") == [
        ("He ", "He ", True),
        ("never ", "", False),
        ("agreed.", "agreed.", True),
    ]
    assert told("", "All new.") == [("", "All new.", False)]


words = st.lists(st.sampled_from(["the", "mayor", "Mayor", "said,", "no", "“yes”", "11", "ü"]), max_size=12)


@given(words, words)
def test_the_steps_cover_both_texts_and_same_means_the_same_words(one: list[str], other: list[str]) -> None:
    before, after = " ".join(one), "  ".join(other)
    steps = told(before, after)
    assert "".join(step[0] for step in steps) == before
    assert "".join(step[1] for step in steps) == after
    for mine, theirs, same in steps:
        assert (mine.split() == theirs.split()) or not same
        assert same or mine or theirs


def standing(before: Article, ordinal: int, now: Article) -> Standing:
    return Standing(shown=before, ordinal=ordinal, now=now, quotations=[()] * len(now.paragraphs))


def test_a_paragraph_that_moved_is_the_same_and_of_two_the_nearer_counts() -> None:
    before = article("a", "One thing happened.", "Another thing happened.")
    now = article("a", "A new opening.", "One thing happened.", "Between.", "One thing happened.", version=2)
    fate = fate_of(standing(before, 1, now))
    assert isinstance(fate, Stands)
    assert (fate.passage.paragraph.ordinal, fate.corrected) == (2, True)


def test_a_paragraph_unlike_any_other_has_no_heir() -> None:
    before = article("a", "The pier will close before the summer, its owners said.", "Rain fell.")
    fate = fate_of(standing(before, 1, article("a", "Terns were counted on Sunday.", version=2)))
    assert isinstance(fate, Corrected)
    assert (fate.passage, fate.steps) == (None, ())
