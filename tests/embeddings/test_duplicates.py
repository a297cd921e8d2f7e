"""Copies of one story are alike, cut or edited; other stories are not, whatever they share."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.duplicates import LONGEST, NO_SIGNATURE, SAME_COPY, are_copies, bands, likeness, signature

SYLLABLES = "ba cor del fen gri hal jo ken lum mar nor pel quin ros sta tor ul ven wick yar".split()


def story(seed: int, sentences: int = 40) -> list[str]:
    """Sentences of invented words, the same for the same seed."""
    chance = random.Random(seed)

    def word() -> str:
        return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 3)))

    return [f"The {' '.join(word() for _ in range(chance.randint(8, 14)))}." for _ in range(sentences)]


def printed(sentences: Sequence[str]) -> str:
    """Two sentences a paragraph."""
    return "\n\n".join(" ".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2))


def with_words_replaced(text: str, share: float) -> str:
    chance, others = random.Random(3), iter(" ".join(story(99, 400)).split())
    return " ".join(next(others) if chance.random() < share else word for word in text.split(" "))


STORY = story(1)
TEXT = printed(STORY)
LEAD = printed(story(50, 2))
COPIES = {
    "whole": TEXT,
    "in capitals": TEXT.upper(),
    "with a dateline": f"HARWICK, Feb. 3 (SRN) — {TEXT}",
    "without its last third": printed(STORY[:27]),
    "without its second half": printed(STORY[:20]),
    "with a paragraph in front": f"{LEAD}\n\n{TEXT}",
    "with paragraphs dropped and put in": printed(
        [*STORY[:8], *story(51, 2), *STORY[12:30], *story(52, 2), *STORY[32:]]
    ),
    "with sentences swapped": printed([STORY[at ^ 1] for at in range(len(STORY))]),
    "with one word in ten replaced": with_words_replaced(TEXT, 0.1),
    "cut and edited and with its own lead": f"{LEAD}\n\n{with_words_replaced(printed(STORY[:28]), 0.05)}",
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_is_found_and_known(copy: str) -> None:
    one, other = signature(TEXT), signature(copy)
    assert are_copies(one, other)
    assert not set(bands(one)).isdisjoint(bands(other))


REPORT = (
    "{0} Corp. on {1} reported net income of ${2}.{3} million. The company said it had profit of ${4}.{5} per share. "
    "Earnings, adjusted for one-time gains and costs, were ${6}.{7} per share. The results surpassed expectations. The "
    "average estimate of {8} analysts surveyed by Northgate was for earnings of ${9}.{2} per share. The company posted "
    "revenue of ${3}{4}.{5} million in the period, which also surpassed forecasts. {6} analysts expected ${7}{8}.{9} "
    "million. {0} shares have risen {4} percent since the beginning of the year. In the final minutes of trading on "
    "{1}, shares hit ${5}{2}.{7}, a change of {9} percent in the last 12 months."
)
FOOTER = printed(story(60, 6))
OTHERS = {
    "another story": (TEXT, printed(story(2))),
    "a new story with the old background": (TEXT, printed([*story(3, 20), *STORY[20:]])),
    "the same first and last lines around another": (
        printed([*story(61, 6), *story(4, 12), *story(62, 6)]),
        printed([*story(61, 6), *story(5, 12), *story(62, 6)]),
    ),
    "briefs with one footer": (f"{printed(story(6, 6))}\n\n{FOOTER}", f"{printed(story(7, 6))}\n\n{FOOTER}"),
    "results of two companies": (
        REPORT.format("Calder", "Monday", *range(11, 19)),
        REPORT.format("Lantern", "Friday", *range(31, 39)),
    ),
    "a paragraph of it": (TEXT, printed(STORY[:6])),
}


@pytest.mark.parametrize("pair", OTHERS.values(), ids=OTHERS)
def test_what_only_shares_lines_is_another_story(pair: tuple[str, str]) -> None:
    one, other = map(signature, pair)
    assert len(one) == len(other) == 256
    assert likeness(one, other) < SAME_COPY
    assert not are_copies(one, other)


def test_a_text_too_short_to_tell_is_like_nothing_and_not_even_itself() -> None:
    for text in ("", "?!", "Photos of the day.", " ".join(story(1, 2)), "ha " * 400):
        short = signature(text)
        assert len(short) == len(NO_SIGNATURE)
        assert bands(short) == ()
        assert not are_copies(short, short)
        assert likeness(short, signature(TEXT)) == likeness(signature(TEXT), short) == 0
    assert len(signature(" ".join(story(1, 4))))


def test_a_signature_is_the_same_on_every_machine() -> None:
    # What is on file was made by these numbers: another signature of the same words needs a reindex.
    stored = signature(
        "\n".join(f"The pier at quay {n} closed after gale {n * n}, said harbour master Olm." for n in range(40))
    )
    assert (stored.dtype.name, len(stored), stored.nbytes) == ("uint32", 256, 1024)
    assert hashlib.sha256(stored.astype("<u4").tobytes()).hexdigest()[:16] == "ee056955db3b2268"
    assert hashlib.sha256(b"".join(bands(stored))).hexdigest()[:16] == "d06e410a904b9b69"


def test_bands_are_keys_of_eight_bytes_and_tell_apart_where_they_stand() -> None:
    keys = bands(signature(TEXT))
    assert {len(key) for key in keys} == {8}
    assert len(set(keys)) == len(keys) == 85
    assert len(set(bands(np.full(256, 40, dtype=np.uint32)))) == len(keys)


_TEXTS = st.lists(st.integers(0, 400), min_size=35, max_size=120).map(lambda seeds: " ".join(f"w{n}ord" for n in seeds))


@given(_TEXTS, _TEXTS)
def test_likeness_is_one_of_a_text_with_itself_and_the_same_either_way(one: str, other: str) -> None:
    a, b = signature(one), signature(other)
    assert likeness(a, a) == pytest.approx(1.0 if len(a) else 0.0)
    assert 0 <= likeness(a, b) == likeness(b, a) <= 1


def test_a_text_that_repeats_itself_is_like_itself_and_like_what_it_repeats() -> None:
    once = printed(STORY[:10])
    again = "\n\n".join([once] * 8)
    assert likeness(signature(again), signature(again)) == pytest.approx(1.0)
    assert are_copies(signature(once), signature(again))


@given(st.text(alphabet=st.characters(codec=None), max_size=400))
def test_any_text_has_a_signature(text: str) -> None:
    assert len(signature(f"{text} {TEXT} {text}")) == 256


def test_of_a_text_without_an_end_only_the_beginning_is_looked_at() -> None:
    endless = TEXT * (LONGEST // len(TEXT) + 1)
    assert np.array_equal(signature(endless), signature(endless + printed(story(70))))


def test_asking_an_archive_loads_no_library_for_signatures() -> None:
    code = "import sys, embeddings; sys.exit('datasketch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
