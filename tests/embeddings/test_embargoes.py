"""Notes to editors that speak of an embargo hold, in whatever words; those that say that it is over do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from embeddings.embargoes import NONE, Embargo, in_note


@pytest.mark.parametrize(
    "note",
    [
        "EMBARGOED for release Tuesday",
        "Hold for release until Tuesday noon",
        "Not for publication before 10am",
        "SPERRFRIST: 3. März, 10 Uhr",
        "Nicht vor Dienstag, 10 Uhr, veröffentlichen",
        "Sous embargo jusqu\u2019au 3 mars",
        "Ne pas publier avant 10h",
        "Embargado hasta las 10",
        "No publicar antes del martes",
        "Embargato fino alle 10",
        "Non diffondere prima delle 10",
        "The embargo will be lifted on Tuesday",
        "Embargo lifted at 10:00 on Tuesday",
        "Embargo lifted. New embargo until Friday",
    ],
)
def test_a_note_that_speaks_of_an_embargo_holds(note: str) -> None:
    assert in_note(note).held


@pytest.mark.parametrize(
    "note",
    [
        None,
        "Adds a quote from the harbour master. Not for sale.",
        "No embargo",
        "Embargo lifted",
        "The embargo has been lifted: free for use",
        "Sperrfrist aufgehoben",
        "Die Sperrfrist ist abgelaufen.",
        "Embargo levé",
        "Embargo levantado",
    ],
)
def test_a_note_that_says_that_it_is_over_or_nothing_of_it_does_not(note: str | None) -> None:
    assert in_note(note) == NONE


def test_the_one_hour_that_a_note_names_ends_it() -> None:
    until = datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert in_note("Embargo until 2026-03-03T10:00:00Z") == Embargo(until=until)
    assert in_note("Embargo until 2026-03-03T10:00:00Z, in print until 2026-03-04T10:00:00Z").held
