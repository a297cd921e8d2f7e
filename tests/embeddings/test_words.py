from __future__ import annotations

import pytest

from embeddings.words import STOP_WORDS, telling_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ministers' talks", ["the", "minist", "talk"]),
        ("Ramón's café", ["ramon", "cafe"]),
        ("Putin’s reply and Putin's", ["putin", "repli", "and", "putin"]),
        ("10,000 dockers", ["10", "000", "docker"]),
        ("Al-Denna", ["al", "denna"]),
        ("harbour defence centre dialogue", ["harbor", "defens", "centr", "dialog"]),
        ("harbor defense center dialog", ["harbor", "defens", "centr", "dialog"]),
        ("organised, travelled, analysed", ["organiz", "travel", "analyz"]),
        ("—…“”", []),
    ],
)
def test_words_fold_case_accents_and_endings(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_telling_words_leave_out_function_words_and_repeats() -> None:
    assert telling_words("What did the harbour minister say about the harbour?") == ["harbor", "minist", "say"]


def test_stop_words_are_recognised_after_folding() -> None:
    assert not [word for word in STOP_WORDS if telling_words(word.upper())]
