from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

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


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_threads_do_not_mix_up_their_words() -> None:
    heads, tails = "nationa restructu relatio opera genera reconcilia".split(), "lly ring ns tors tions tory".split()
    # Words that no other test asks for: what is known is not worked out again.
    texts = [
        [f"{head}x{letter}{number}{tail}" for head, tail, number in product(heads, tails, range(40))]
        for letter in "bcdf"
    ]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda text: words(" ".join(text)), texts))
    expected = [stem.replace("xb", "x{}") for stem in together[0]]
    assert len(set(expected)) > len(heads)
    for letter, stems in zip("bcdf", together, strict=True):
        assert stems == [stem.replace("x{}", f"x{letter}") for stem in expected]
