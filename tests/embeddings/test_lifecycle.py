"""What is on file decides, with the version and its time, what an arriving version does; never the order of arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from embeddings.lifecycle import Outcome, place
from embeddings.news import Article, Concern, Status
from embeddings.paragraphs import paragraphs
from embeddings.store import Head, Placement

NOON = datetime(2026, 9, 16, 12, tzinfo=UTC)
TEXT = (
    "Two dockers were killed and eleven people hurt when a gantry crane fell on the quay of the harbour on Wednesday."
)
OTHER = (
    "A tern ringed thirty-four years ago is the oldest seabird known, an institute for marine biology has announced."
)


def article(
    text: str = TEXT, version: int | None = 2, hours: int | None = 0, status: Status = Status.USABLE
) -> Article:
    created = None if hours is None else NOON + timedelta(hours=hours)
    return Article(
        id="a", text=text, paragraphs=paragraphs(text), version=version, version_created=created, status=status
    )


def head(of: Article, *, killed: bool = False, ids: tuple[str, ...] = (), generation: int = 0) -> Head:
    return Head(
        id=of.id,
        ids=frozenset({of.id, *ids}),
        awaited=frozenset(),
        superseded=frozenset({of.replaces} if of.replaces else ()),
        guid=of.guid or of.id,
        generation=generation,
        newest=of.fingerprint,
        killed=killed,
        let_in=False,
        provider=of.provider,
        version=of.version,
        version_created=of.version_created,
        status=Status.CANCELED if killed else of.status,
        fingerprints=frozenset({of.fingerprint}),
        headline=of.headline,
        opening=of.text[:200],
        wordless=not of.text,
        served=not killed and of.status is Status.USABLE,
    )


def verdict(incoming: Article, on_file: Head | None) -> tuple[Placement, Outcome]:
    found = place(incoming, on_file)
    assert found.reason
    return found.placement, found.outcome


ON_FILE = head(article())


def test_the_first_version_is_served() -> None:
    assert verdict(article(), None) == (Placement.SERVE, Outcome.NEW)


def test_the_same_version_again_changes_nothing() -> None:
    assert verdict(replace(article(), origin="elsewhere"), ON_FILE) == (Placement.KEEP, Outcome.UNCHANGED)


def test_versions_are_ordered_by_number_then_by_time() -> None:
    assert verdict(article(OTHER, 3, -9), ON_FILE) == (Placement.SERVE, Outcome.CHANGED)
    assert verdict(article(OTHER, 1, 9), ON_FILE) == (Placement.KEEP, Outcome.LATE)
    assert verdict(article(OTHER, 2, 1), ON_FILE) == (Placement.SERVE, Outcome.CHANGED)
    assert verdict(article(OTHER, 2, -1), ON_FILE) == (Placement.KEEP, Outcome.LATE)
    assert verdict(article(OTHER, None, 1), ON_FILE) == (Placement.SERVE, Outcome.CHANGED)


def test_a_rewriting_of_one_version_is_a_correction_and_another_story_is_refused() -> None:
    assert verdict(article(TEXT + " More."), ON_FILE) == (Placement.SERVE, Outcome.CHANGED)
    assert verdict(article(OTHER, hours=None), ON_FILE) == (Placement.KEEP, Outcome.REJECTED)


def test_a_kill_withdraws_whatever_its_number() -> None:
    for version, hours in ((3, 1), (2, 0), (1, -1)):
        killing = article("", version, hours, Status.CANCELED)
        assert verdict(killing, ON_FILE) == (Placement.WITHDRAW, Outcome.KILLED)
    assert verdict(article("", status=Status.CANCELED), None) == (Placement.WITHDRAW, Outcome.KILLED)


def test_after_a_kill_only_a_person_revives() -> None:
    killed = head(article("", status=Status.CANCELED), killed=True)
    assert verdict(article(version=3, hours=1), killed) == (Placement.KEEP, Outcome.KILLED)
    assert "onrecord revive a" in place(article(version=3, hours=1), killed).reason
    assert verdict(article(version=1, hours=-1), killed) == (Placement.KEEP, Outcome.LATE)
    assert verdict(article(version=3, status=Status.WITHHELD), killed) == (Placement.KEEP, Outcome.WITHHELD)


def test_withholding_is_undone_by_a_newer_usable_version() -> None:
    withheld = article(version=3, hours=1, status=Status.WITHHELD)
    assert verdict(withheld, ON_FILE) == (Placement.WITHDRAW, Outcome.WITHHELD)
    assert verdict(article(status=Status.WITHHELD), ON_FILE) == (Placement.WITHDRAW, Outcome.WITHHELD)
    assert verdict(article(version=4, hours=2), head(withheld)) == (Placement.SERVE, Outcome.CHANGED)
    assert verdict(article(version=2), head(withheld)) == (Placement.KEEP, Outcome.LATE)


def test_an_embargo_is_served_to_the_store_which_hides_it() -> None:
    embargoed = replace(article(version=3), embargoed_until=NOON)
    assert verdict(embargoed, ON_FILE) == (Placement.SERVE, Outcome.HELD)
    assert verdict(replace(article(), held=True), None) == (Placement.SERVE, Outcome.HELD)
    assert place(embargoed, None, at=NOON).outcome is Outcome.NEW
    assert place(embargoed, None, at=NOON - timedelta(seconds=1)).outcome is Outcome.HELD


def test_without_versions_a_rewriting_is_a_correction_and_another_story_is_not() -> None:
    plain = head(article(version=None, hours=None))
    corrected = article(TEXT.replace("eleven", "fourteen"), None, None)
    assert verdict(corrected, plain) == (Placement.SERVE, Outcome.CHANGED)
    assert verdict(article(OTHER, None, None), plain) == (Placement.KEEP, Outcome.REJECTED)
    assert "Two articles with one id" in place(article(OTHER, None, None), plain).reason


def test_too_few_words_are_no_proof_of_another_story() -> None:
    assert verdict(article("Rain.", None, None), head(article("Sun.", None, None)))[1] is Outcome.CHANGED


def test_a_version_under_another_id_follows_what_it_takes_the_place_of_whatever_the_numbers() -> None:
    successor = replace(article(OTHER, 1, -9), guid="b", replaces="a")
    found = place(successor, ON_FILE)
    assert (found.placement, found.outcome, found.generation) == (Placement.SERVE, Outcome.CHANGED, 1)
    after = head(successor, ids=("a", "b"), generation=1)
    predecessor = place(article(version=9, hours=9), after)
    assert (predecessor.placement, predecessor.outcome, predecessor.generation) == (Placement.KEEP, Outcome.LATE, 0)
    third = place(replace(article(TEXT, 1, 0), guid="c", replaces="b"), after)
    assert (third.outcome, third.generation) == (Outcome.CHANGED, 2)


def test_an_earlier_text_that_comes_again_is_told_from_the_one_on_file() -> None:
    earlier, later = article(TEXT, None, None), article(TEXT + " More.", None, None)
    on_file = replace(head(later), fingerprints=frozenset({earlier.fingerprint, later.fingerprint}))
    assert verdict(later, on_file) == (Placement.KEEP, Outcome.UNCHANGED)
    assert verdict(earlier, on_file) == (Placement.KEEP, Outcome.LATE)
    assert "give it a version" in place(earlier, on_file).reason


@pytest.mark.parametrize(
    "usage",
    ["NO ARCHIVAL USE", "For one-time use. Not for archiving.", "Archival use is prohibited", "archiving forbidden"],
)
def test_terms_that_forbid_the_archive_keep_it_back(usage: str) -> None:
    found = place(replace(article(), usage=f"Subscribers only\n{usage}"), None)
    assert (found.placement, found.outcome, found.concern) == (Placement.WITHDRAW, Outcome.WITHHELD, Concern.TERMS)
    assert usage in found.reason


@pytest.mark.parametrize("usage", ["No resale. See our archive for more.", "Archive photos: Wire", None])
def test_terms_that_only_speak_of_archives_do_not(usage: str | None) -> None:
    assert verdict(replace(article(), usage=usage), None) == (Placement.SERVE, Outcome.NEW)
