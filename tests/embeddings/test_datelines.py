"""A dateline is found in its many shapes and never taken out of a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datelines import opening

NEAR = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("printed", "place", "day", "agency"),
    [
        ("VELMORA, July 13 (CPA) --", "VELMORA", date(2025, 7, 13), "CPA"),
        ("Velmora, July 13 (CPA)", "Velmora", date(2025, 7, 13), "CPA"),
        ("WASHINGTON (AP) —", "WASHINGTON", None, "AP"),
        ("LONDON, Sept 3 (Reuters) -", "LONDON", date(2025, 9, 3), "Reuters"),
        ("NEW YORK/PARIS —", "NEW YORK/PARIS", None, None),
        ("BRUSSELS, 3 September 2026 (Norvik) –", "BRUSSELS", date(2026, 9, 3), "Norvik"),
        ("PORT ORR, Dec. 31 (CPA) --", "PORT ORR", date(2025, 12, 31), "CPA"),
        ("PORT ORR, Jan. 3 (CPA) --", "PORT ORR", date(2026, 1, 3), "CPA"),
        ("PORT ORR, Feb. 30 (CPA) --", "PORT ORR", None, "CPA"),
        ("ST. ORR, Lower Osk (Ostrel) -", "ST. ORR, Lower Osk", None, "Ostrel"),
        ("SAINT-ORVAN, 14 sept. —", "SAINT-ORVAN", date(2025, 9, 14), None),
        ("MOSCOW, July 13. /TASS/.", "MOSCOW", date(2025, 7, 13), "TASS"),
        ("Paris (AFP) –", "Paris", None, "AFP"),
        ("(Reuters) -", None, None, "Reuters"),
    ],
)
def test_shapes(printed: str, place: str | None, day: date | None, agency: str | None) -> None:
    text = f"{printed} The harbour is open again."
    found = opening(text, near=NEAR).dateline
    assert found is not None
    assert (found.span.cut(text), found.place, found.day, found.agency) == (printed, place, day, agency)


@pytest.mark.parametrize(
    "sentence",
    [
        "Smith (Labour) — We said so",
        "Apple (AAPL) - The company rose",
        "On July 4 (Independence Day) the fireworks",
        "On Tuesday, July 4 (Independence Day) The fireworks",
        "BREAKING - The minister left",
        "NATO — the alliance — said",
        "NATO (North Atlantic Treaty Organization) said",
        "The May 3 (Monday) vote",
        "President Smith, Sept 3 (born 1950) was",
        "He said -- The end",
        "Smith) said that",
        "",
        "   ",
    ],
)
def test_sentences_are_no_datelines(sentence: str) -> None:
    assert opening(sentence, near=NEAR).dateline is None


def test_a_day_without_a_year_needs_a_day_near_it() -> None:
    found = opening("VELMORA, July 13 (CPA) -- It rained.").dateline
    assert found is not None
    assert found.day is None


def test_carriers_stand_nearest_to_the_event_first() -> None:
    found = opening("FEED - RELAY - CPA) Velmora, July 13 (CPA) It rained.", near=NEAR)
    assert (found.carriers, found.source) == (("RELAY", "FEED"), "CPA")
    assert opening("FEED - CPA) It rained in Velmora.").carriers == ("FEED",)


@given(st.text(max_size=400) | st.text(st.sampled_from("AB a,.-–/()July 13"), max_size=300))
def test_whatever_stands_there_the_span_is_inside_it(text: str) -> None:
    found = opening(text, near=NEAR).dateline
    assert found is None or (0 <= found.span.start < found.span.end <= len(text) and found.span.cut(text).strip())
