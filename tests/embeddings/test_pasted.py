"""What of a pasted text is looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import BadQuestion
from embeddings.pasted import MOST_CHARACTERS, MOST_QUOTED, sought

WORDS = "We shall never sign the treaty"


def quoted(text: str) -> list[str]:
    return [piece.span.cut(text) for piece in sought(text).quoted]


@pytest.mark.parametrize(
    "marks",
    [
        "“{}”",
        '"{}"',
        "„{}“",
        "«{}»",
        "»{}«",
        "‘{}’",
        "'{}'",
        "''{}''",
        "``{}''",
        "“{}.”",
        '"{},"',
        "\n> {}\n",
        "\n&gt; {}\n",
    ],
)
def test_what_stands_in_marks_is_looked_for(marks: str) -> None:
    assert quoted(f"hey, someone tweeted that Marsh’s people said {marks.format(WORDS)} - is it true?") == [WORDS]


@pytest.mark.parametrize(
    "text",
    [
        WORDS,
        "It’s the minister’s word, isn't it",
        "the so-called “reform” of 'the' “he went on” year",
        "“We shall never sign",
    ],
)
def test_without_a_quotation_all_of_it_is_looked_for(text: str) -> None:
    assert quoted(text) == []
    assert sought(text).whole.span.cut(text).split()[0] in text


def test_an_apostrophe_inside_a_quotation_does_not_end_it() -> None:
    assert quoted("She said 'we don't know the minister’s plan' today") == ["we don't know the minister’s plan"]
    assert quoted("“We know the ‘big plan of March’ of hers”") == ["We know the ‘big plan of March’ of hers"]


def test_a_quotation_that_a_cue_splits_is_looked_for_in_parts_and_whole() -> None:
    text = "“We shall sign the treaty,” she said, “and nobody will stop us today.”"
    assert quoted(text) == [
        "We shall sign the treaty",
        "We shall sign the treaty,” she said, “and nobody will stop us today",
        "and nobody will stop us today",
    ]
    far = "“We shall sign the treaty,” she said.\n\nOn another day: “nobody will stop our ships”"
    assert len(quoted(far)) == 2


def test_of_very_many_quotations_the_longest_are_looked_for() -> None:
    text = " ".join(f"“{'rain ' * (3 + number % 5)}fell on harbour {number}” and" for number in range(300))
    pieces = sought(text).quoted
    assert len(pieces) == MOST_QUOTED
    assert min(len(piece.words) for piece in pieces) > 10


def test_a_text_that_is_one_quotation_is_looked_for_once() -> None:
    assert sought(f"“{WORDS}”").all_quoted
    assert not sought(f"Did he really say “{WORDS}” on Monday?").all_quoted


def test_what_is_shown_of_a_text_are_whole_clauses() -> None:
    text = "BREAKING: the pier will close. Ferries sail on - they say\nno more"
    whole = sought(text).whole
    first = [whole.words[start].form for start, _ in whole.clauses]
    assert first == ["breaking", "the", "ferries", "they", "no"]
    assert whole.whole(2, 3) == (1, 5)
    assert whole.whole(2, 6) == (1, 8)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "no words to look for: give the words whose source you want"),
        ("  \n\t", "no words to look for"),
        ("😳😳 … “—” !!", "no words to look for"),
        ("$ % &", "no words to look for"),
        ("https://example.org/a", "no words to look for"),
        ("word " * (MOST_CHARACTERS // 5 + 1), "too long \\(at most 20,000\\): give only the words"),
        ("half a pair \ud83d", "copy it again, in UTF-8"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_with_what_to_do(text: str, advice: str) -> None:
    with pytest.raises(BadQuestion, match=advice):
        sought(text)


@given(st.text("ab \n\"“”‘’'«».:-–>&1$", max_size=80))
def test_pieces_are_made_of_the_words_of_the_text(text: str) -> None:
    try:
        asked = sought(text)
    except BadQuestion:
        return
    for piece in (*asked.quoted, asked.whole):
        assert piece.words
        assert set(piece.words) <= set(asked.whole.words) or piece.span.cut(text)
        assert [n for run in piece.clauses for n in range(*run)] == list(range(len(piece.words)))
