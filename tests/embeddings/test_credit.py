from __future__ import annotations

import pytest

from embeddings.credit import credits
from embeddings.words import words


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Tolvane praised the crews of both tugs.", "Merrin Tolvane"),
        ('SRN also quoted Tolvane as saying that "nobody slept".', "Tolvane"),
        ("Harbour Minister Merrin Tolvane on Tuesday said the quay was safe.", "Merrin Tolvane"),
        ("Tolvane, the harbour minister of the Averene Republic, said the quay was safe.", "Tolvane"),
        ('"Nobody slept," said Tolvane.', "Tolvane"),
        ("The quay is safe, according to Harbour Minister Merrin Tolvane.", "Tolvane"),
        ("The envoy brought Tolvane's message of thanks.", "Tolvane"),
        ("Al-Denna reaffirmed the treaty.", "Al Denna"),
    ],
)
def test_a_passage_that_credits_the_speaker_is_let_through(text: str, speaker: str) -> None:
    assert credits(text, words(speaker))


@pytest.mark.parametrize(
    "text",
    [
        "Tolvane arrived on Monday, Corrowe said.",
        "Tolvane, the harbour minister, met the crews on Monday, the agency reported.",
        "The minister said that the quay was safe.",
        "The agency reported on Tolvane. Corrowe said nothing.",
        "Tolvane's tug was sold, the owners said.",
        "",
    ],
)
def test_a_passage_that_merely_names_the_speaker_is_not(text: str) -> None:
    assert not credits(text, words("Tolvane"))


def test_he_said_goes_on_from_the_paragraphs_ahead() -> None:
    ahead = "Tolvane told reporters that the quay was safe."
    assert credits('"Nobody slept," she said.', words("Tolvane"), before=ahead)
    assert not credits('"Nobody slept," she said.', words("Tolvane"), before="Tolvane arrived on Monday.")
    assert not credits("The quay was closed.", words("Tolvane"), before=ahead)
