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
        ("Jan 3 (Reuters) -", None, date(2026, 1, 3), "Reuters"),
        ("VELMORA (AP) _", "VELMORA", None, "AP"),
        ("PORT ORR, Lower Osk (AP) _", "PORT ORR, Lower Osk", None, "AP"),
        ("VELMORA _", "VELMORA", None, None),
        ("VELMORA, Jan. 3 _", "VELMORA", date(2026, 1, 3), None),
        ("PORT ORR, O.S., Sept. 26 (UPI) —", "PORT ORR, O.S.", date(2025, 9, 26), "UPI"),
        ("PORT ORR, Osk. (CPA) --", "PORT ORR, Osk.", None, "CPA"),
        ("PORT ORR. Sept. 26 (CPA) --", "PORT ORR", date(2025, 9, 26), "CPA"),
        ("VELMORA, Feb 19 AP -", "VELMORA", date(2026, 2, 19), "AP"),
        ("PORT ORR, Nov 18 AAP -", "PORT ORR", date(2025, 11, 18), "AAP"),
        ("VELMORA, Aug 29, 2014 (AFP) -", "VELMORA", date(2014, 8, 29), "AFP"),
        ("Velmora (dpa) -", "Velmora", None, "dpa"),
        ("CNN —", None, None, "CNN"),
    ],
)
def test_shapes(printed: str, place: str | None, day: date | None, agency: str | None) -> None:
    text = f"{printed} The harbour is open again."
    found = opening(text, near=NEAR).dateline
    assert found is not None
    assert (found.span.cut(text), found.place, found.day, found.agency) == (printed, place, day, agency)


@pytest.mark.parametrize(
    "above",
    [
        "(Adds comments, detail)\n\n",
        "(Updates with the mayor's answer,\nand (in paragraph 4) the price)\n\n",
        "(Corrects spelling of Osk in second paragraph) ",
        "(Recasts)\n\nBy ADA LUNT\n\n",
        "By Ada Lunt and Tor Lind\n",
        "By Ada Lunt, ",
        "By ADA LUNT, CPA Harbour Writer, ",
        "Ada Lunt\n\nThe Orr Press\n\n",
        "AP\n\n",
    ],
)
def test_a_dateline_stands_below_who_wrote_the_story_and_what_was_changed(above: str) -> None:
    for printed in ("PORT ORR, July 13 (CPA) --", "PORT ORR (AP) —", "PORT ORR, July 13 —"):
        text = f"{above}{printed} The harbour is open again."
        found = opening(text, near=NEAR).dateline
        assert found is not None
        assert (found.span.cut(text), found.span.start, found.place) == (printed, len(above), "PORT ORR")


@pytest.mark.parametrize(
    "above",
    [
        "The harbour is open again.\n\n",
        "By Tuesday, ",
        "By Tuesday\n\n",
        "Mandatory Kill\n\n",
        '"We Closed It," Ada Lunt Said\n\n',
        "(Ada Lunt reported from Velmora)\n\n",
        "Adds comments, detail\n\n",
        "Port Orr\n\n" * 5,
    ],
)
def test_nothing_else_stands_above_a_dateline(above: str) -> None:
    assert opening(f"{above}PORT ORR (AP) — The harbour is open again.", near=NEAR).dateline is None


def test_below_other_lines_a_place_alone_is_no_dateline() -> None:
    text = "PORT ORR — The harbour is open again."
    assert opening(text).dateline
    assert opening(f"By Ada Lunt\n\n{text}").dateline is None


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
        "July 4 (USA) - The parade",
        "July 4 (Independence Day) — Fireworks",
        "Smith, Sept 3 AP – We said",
        "Pupils, June 3 SAT - They",
        "PUPILS, June 3 SAT - They",
        "LUNT_SAYS _ We",
        "FILE - The mayor",
        "NOTE _ The mayor",
        "Smith (Labour) _ We said so",
        "Ada Lunt _ The mayor",
        "By Tuesday, NATO (the alliance) — It said",
        "By Ada Lunt, Smith (Labour) — We said so",
        "By Ada Lunt\n\nSmith (Labour) — We said so",
        "(Adds detail) Smith (Labour) — We said so",
        "(Adds detail) The alliance — It said",
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


@given(st.text(max_size=400) | st.text(st.sampled_from("AB a,.-–_/()\nJuly 13"), max_size=300))
def test_whatever_stands_there_the_span_is_inside_it(text: str) -> None:
    found = opening(text, near=NEAR).dateline
    assert found is None or (0 <= found.span.start < found.span.end <= len(text) and found.span.cut(text).strip())
