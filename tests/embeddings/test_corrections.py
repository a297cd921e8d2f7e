"""A story says itself, at its beginning or its end, what was put right in it; stories about corrections do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from embeddings.drafts import Draft, article_of
from embeddings.news import Article

RAIN = "It rained on the Orl.\n\nNobody was hurt.\n\nThe ferry was late.\n\nIt sailed at noon."


def taken(text: str, **fields: str) -> Article:
    return article_of(Draft(id="orl", text=text, place="the desk", **fields))  # type: ignore[arg-type]


TOLD = [
    "Correction: The name of the mayor is Hew Orr, not Huw Orr.",
    "Correction (Sept. 12, 2026): The port is Velmora.",
    "CORRECTION — An earlier version of this article misstated the cost.",
    "Correction, June 5, 2026: The cost was 40 million.",
    "Corrected on May 5: the river is the Orl.",
    "Corrected on 5 May 2026.",
    "This article was amended on 3 May 2026 to give the name of the ferry.",
    "• This article was amended on 3 May 2026. An earlier version said that two ferries sank.",
    "[This story has been corrected to show that the ferry sank in May.]",
    "This story has been updated to correct the spelling of Orr.",
    "An earlier version of this story said that two ferries sank.",
    "A previous version of this article incorrectly gave the cost.",
    "Correction: Previous versions of this article had the wrong name.",
    "A correction was made on May 3, 2026: An earlier version of this article misstated the cost.",
    "Editor’s note: This story was corrected on May 3 to name the ferry.",
    "*Correction: this article was changed on Monday; the ferry is called Orla.*",
    "Clarification: This story has been updated to say that the fine was suspended.",
    "Korrektur: In einer früheren Version hieß es, die Fähre sei gesunken.",
    "In einer früheren Version dieses Artikels stand, die Fähre sei gesunken.",
    "Rectificatif : le ferry s'appelle Orla et non Orle.",
    "Une première version de cet article donnait un autre nom.",
]


@pytest.mark.parametrize("said", TOLD)
def test_a_story_says_what_was_put_right_in_it_and_keeps_the_words(said: str) -> None:
    for text in (f"{said}\n\n{RAIN}", f"{RAIN}\n\n{said}", f"{RAIN}\n\n{said}\n\nHew Orr reports from Velmora."):
        found = taken(text)
        assert (found.correction, found.text) == (said, text)


@pytest.mark.parametrize(
    "said",
    [
        "Correction officers at the Orl jail said that they were not paid.",
        "Correction: a fall of a tenth or more from a recent high.",
        "Correction facility: two inmates escaped on May 5.",
        "Corrections chief Hew Orr: “We were wrong.”",
        "Market correction: the index fell on May 5, and those who said it would not were wrong.",
        "A correction was made by the market on May 3, analysts said.",
        "A correction is due, the bank said.",
        "Correction fluid: the river was white with it.",
        "Corrected on Monday by the ministry, the figures show a fall.",
        "Corrected on May 5, the figures now show a fall.",
        "An earlier version of the bill said that ferries were exempt.",
        "The original version of the report said that two ferries sank.",
        "Update: An earlier version of the app said so.",
        "This story was corrected by historians many times.",
        "This report was amended by the committee in May.",
        "This article was written on 3 May 2026.",
        "Editor’s note: A previous version of this article was first published in 2022.",
        "This story has been updated to reflect new figures.",
        "The Department of Correction said on May 5: inmates were moved.",
        "Korrektur: ein Kursrückgang um zehn Prozent.",
    ],
)
def test_a_story_about_a_correction_is_none(said: str) -> None:
    assert taken(f"{said}\n\n{RAIN}").correction is None
    assert taken(f"{RAIN}\n\n{said}").correction is None


def test_only_the_ends_of_a_story_speak_of_it() -> None:
    paragraphs = RAIN.split("\n\n")
    assert taken("\n\n".join((*paragraphs, TOLD[0], *paragraphs))).correction is None
    assert taken(TOLD[0]).correction is None


def test_two_corrections_are_told_both_and_what_the_provider_says_goes_first() -> None:
    text = f"{TOLD[0]}\n\n{RAIN}\n\n{TOLD[4]}"
    assert taken(text).correction == f"{TOLD[0]}\n{TOLD[4]}"
    assert taken(text, correction="The port.").correction == "The port."
    assert taken(text, note="CORRECTS the port").correction == "CORRECTS the port"


def test_what_is_read_out_of_the_words_makes_no_other_version() -> None:
    read = taken(f"{RAIN}\n\n{TOLD[0]}\n\n{TOLD[4]}")
    assert read.correction
    assert read.fingerprint == replace(read, correction=None).fingerprint
    noted = taken(RAIN, note="CORRECTS the port")
    assert noted.fingerprint == replace(noted, correction=None).fingerprint
    assert read.fingerprint != replace(read, correction="The port.").fingerprint
