"""Stories under several ids: links between them in any order, wrong ones, and orders that spell an id otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from embeddings.archive import Archive
from embeddings.news import Article, Barred, Concern, Corrected, Notice, Status, Withdrawn
from tests.embeddings.writer_process import archive_in
from tests.fakes import NOON, article

HOUR = timedelta(hours=1)
CRANE = "A gantry crane fell on the quay of the harbour on Wednesday, killing two dockers and hurting eleven people."
TERN = "The oldest tern known to science, ringed thirty-four years ago, was seen by an institute for marine biology."


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return archive_in(tmp_path, lambda: NOON + 9 * HOUR, writing=True)


def told(words: str, *, text: str = CRANE, id: str = "a", **fields: object) -> Article:
    return article(id, f"{text} {words}", **fields)


def kill(id: str) -> Article:
    return article(id, version=9, status=Status.CANCELED, note="Source retracted.")


def served(archive: Archive) -> set[str]:
    """The last word of each text that is searched."""
    assert all(archive.article(one.id) == one for one in archive.store.served())
    return {one.text.split()[-1] for one in archive.store.served()}


FIRST = told("first", id="a", version=5)
SECOND = told("second", id="b", version=2, replaces="a")
THIRD = told("third", id="c", version=3, replaces="b")


@pytest.mark.parametrize("order", list(permutations([FIRST, SECOND, THIRD])))
def test_of_a_chain_the_last_is_searched_and_a_kill_of_any_kills_all(
    tmp_path: Path, order: tuple[Article, ...]
) -> None:
    for id in "abc":
        archive = archive_in(tmp_path / id, lambda: NOON, writing=True)
        archive.ingest(order)
        assert served(archive) == {"third"}
        assert archive.status().articles == 1
        again = archive.ingest(order)
        assert set(again.outcomes) == {"unchanged"}
        archive.ingest([kill(id)])
        assert served(archive) == set()
        assert archive.revive(id).text == THIRD.text


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("order", list(permutations([FIRST, SECOND, THIRD])))
def test_a_kill_of_the_first_comes_whenever_it_comes(archive: Archive, order: tuple[Article, ...], place: int) -> None:
    archive.ingest([*order[:place], kill("a"), *order[place:]])
    assert served(archive) == set()


def test_what_was_shown_of_a_story_is_known_when_it_becomes_one_with_another(archive: Archive) -> None:
    archive.ingest([FIRST, THIRD])
    shown = archive.passage("a", 1).article.fingerprint
    last = archive.changes(0)
    archive.ingest([SECOND])
    assert [change.article for change in archive.changes(len(last))] == ["a"]
    fate = archive.fate("a", 1, shown)
    assert isinstance(fate, Corrected)
    assert fate.before.text == FIRST.text
    archive.ingest([kill("c")])
    assert {change.article for change in archive.changes(len(last) + 1)} == {"a", "b", "c"}
    assert archive.fate("a", 1, shown) == Withdrawn(article="a", reason=Barred.KILLED, words="Source retracted.")


def test_a_story_on_file_under_its_own_id_may_turn_out_to_replace_another(archive: Archive) -> None:
    archive.ingest([FIRST, replace(SECOND, replaces=None), replace(SECOND, version=3)])
    assert served(archive) == {"second"}
    assert archive.status().articles == 1


def test_two_ids_of_one_story_in_one_go_are_judged_one_after_the_other(archive: Archive) -> None:
    archive.ingest([FIRST, SECOND])
    later = told("later", id="b", version=3)
    archive.ingest([kill("a"), later, *(article(f"other{n}", f"Story {n}.") for n in range(9))])
    assert served(archive) == {f"{n}." for n in range(9)}


def test_a_link_again_from_the_middle_of_a_chain_is_late(archive: Archive) -> None:
    archive.ingest([FIRST, SECOND, THIRD])
    archive.ingest([replace(SECOND, note="Resent.")])
    assert served(archive) == {"third"}


def test_stories_that_replace_each_other_go_by_their_times(archive: Archive) -> None:
    archive.ingest(
        [
            told("noon", id="a", replaces="b", version_created=NOON),
            told("later", id="b", replaces="a", version_created=NOON + HOUR),
            told("before", id="a", replaces="b", version_created=NOON - HOUR),
        ]
    )
    assert served(archive) == {"later"}


def test_two_that_replace_one_go_by_their_times(archive: Archive) -> None:
    two = [told(f"at{n}", id=f"b{n}", replaces="a", version_created=NOON + n * HOUR) for n in range(2)]
    for order in (two, two[::-1]):
        archive.ingest([FIRST, *order])
        assert served(archive) == {"at1"}
        archive.purge("a")


def test_a_story_that_replaces_itself_is_one(archive: Archive) -> None:
    archive.ingest([told("one", version=1, replaces="a"), told("two", version=2, replaces="a")])
    assert served(archive) == {"two"}


STRANGER = told("stranger", text=TERN, id="z", replaces="a")


@pytest.mark.parametrize(
    "order", [[FIRST, STRANGER], [STRANGER, FIRST], [FIRST, replace(STRANGER, replaces=None), STRANGER]]
)
def test_a_link_to_another_story_makes_none_disappear_and_is_told(archive: Archive, order: list[Article]) -> None:
    archive.ingest(order)
    assert served(archive) == {"first", "stranger"}
    assert [(alert.concern, alert.articles) for alert in archive.alerts()] == [(Concern.DOUBTFUL_LINK, ("z", "a"))]
    archive.ingest([told("corrected", id="a", version=6), kill("z")])
    assert served(archive) == {"corrected"}


# Versions with and without numbers and times.


def test_versions_with_and_without_numbers_go_by_their_times(archive: Archive) -> None:
    numbered = told("five", version=5, version_created=NOON)
    plain = [told(f"plain{n}", version_created=NOON + n * HOUR) for n in (-1, 1, 2)]
    archive.ingest([numbered, plain[2], plain[1], plain[0]])
    assert served(archive) == {"plain2"}
    archive.ingest([told("six", version=6, version_created=NOON + HOUR)])
    assert served(archive) == {"plain2"}
    archive.ingest([told("seven", version=7, version_created=NOON + 3 * HOUR)])
    assert served(archive) == {"seven"}


def test_what_nothing_orders_goes_by_arrival(archive: Archive) -> None:
    archive.ingest([told("timed", version=5, version_created=NOON), told("untimed", version=5)])
    assert served(archive) == {"untimed"}


def test_a_hold_without_a_number_holds(archive: Archive) -> None:
    hold = article("a", status=Status.WITHHELD, version_created=NOON + 2 * HOUR)
    archive.ingest([told("five", version=5, version_created=NOON), hold])
    archive.ingest([told("six", version=6, version_created=NOON + HOUR)])
    assert served(archive) == set()
    archive.ingest([told("seven", version=7, version_created=NOON + 3 * HOUR)])
    assert served(archive) == {"seven"}


# Orders.

HOLD = Notice(status=Status.WITHHELD, words="Hold it.", target="a", sent=NOON + HOUR)


def test_an_order_that_comes_again_undoes_nothing_that_came_after_it(archive: Archive) -> None:
    archive.ingest([told("one", version=1, version_created=NOON), HOLD])
    assert served(archive) == set()
    archive.ingest([told("two", version=2, version_created=NOON + 2 * HOUR), HOLD])
    assert served(archive) == {"two"}
    archive.ingest([replace(HOLD, sent=NOON + 3 * HOUR)])
    assert served(archive) == set()
    killing = replace(HOLD, status=Status.CANCELED)
    archive.ingest([killing])
    archive.revive("a")
    archive.ingest([killing])
    assert served(archive) == {"two"}
    archive.ingest([replace(killing, sent=NOON + 4 * HOUR)])
    assert served(archive) == set()


def test_what_is_held_before_it_comes_waits_however_often_it_changes(archive: Archive) -> None:
    archive.ingest([HOLD, told("one", version=1), told("two", version=1)])
    assert served(archive) == set()
    archive.ingest([told("three", version=1, version_created=NOON + 2 * HOUR)])
    assert served(archive) == {"three"}


@pytest.mark.parametrize(
    ("on_file", "ordered"),
    [
        ("http://wire.example/1", "https://www.wire.example/1"),
        ("urn:wire:A1", " URN:wire:a1 "),
        ("tag:wire.example:a1", "tag:wire.example:a1:7"),
    ],
)
def test_a_kill_of_an_id_spelled_otherwise_holds_and_asks(archive: Archive, on_file: str, ordered: str) -> None:
    for order in (kill(ordered), replace(HOLD, target=ordered, status=Status.CANCELED)):
        archive.ingest([told("one", id=on_file), told("two", id="other")])
        archive.ingest([order])
        assert served(archive) == {"two"}
        [alert] = [each for each in archive.alerts() if each.articles == (on_file,)]
        assert alert.concern is Concern.UNCERTAIN_NOTICE
        assert ordered.strip() in alert.words
        archive.ingest([order])
        assert len(archive.alerts()) == 1
        archive.revive(on_file)
        assert served(archive) == {"one", "two"}
        archive.ingest([order])
        assert served(archive) == {"one", "two"}
        for id in (on_file, ordered):
            archive.purge(id)


def test_a_kill_of_an_id_on_file_holds_nothing_else(archive: Archive) -> None:
    archive.ingest([told("one", id="wire:1"), told("two", id="wire:1:2"), kill("wire:1:2")])
    assert served(archive) == {"one"}
    assert archive.alerts() == ()


def test_terms_that_come_with_a_later_version_hold_it(archive: Archive) -> None:
    archive.ingest([told("one", version=1), told("two", version=2, usage="NO ARCHIVAL USE")])
    assert served(archive) == set()
    assert [alert.concern for alert in archive.alerts()] == [Concern.TERMS]


def test_a_kill_after_a_hold_tells_of_copies_too(archive: Archive) -> None:
    story = " ".join(
        f"Witness {n} of the harbour council told the {n * 7}th inquiry about pillar {n}." for n in range(20)
    )
    archive.ingest([article("a", story, outlet="Wire"), article("b", story, outlet="Ledger")])
    archive.ingest([replace(HOLD), replace(HOLD, status=Status.CANCELED, sent=NOON + 2 * HOUR)])
    assert [(alert.concern, alert.articles) for alert in archive.alerts()] == [(Concern.COPIES_OF_KILLED, ("a", "b"))]
    archive.ingest([article("a", story, "More.", version=3)])
    assert len(archive.alerts()) == 1


def test_a_purge_leaves_no_word_in_any_file(tmp_path: Path) -> None:
    archive = archive_in(tmp_path, lambda: NOON, writing=True)
    archive.ingest([article(f"o{n}", f"Herring boats number {n} sailed.") for n in range(40)])
    one = article(
        "quokkaid", "Vermilion quokkas jumped. " * 9, "Xylographer: We saw them.", headline="Quixotic", version=1
    )
    archive.ingest([one, replace(one, version=2, byline="Zenobia")])
    archive.kill("quokkaid", words="Retractedly.")
    archive.raise_alert(Concern.GONE_FROM_SOURCE, ["quokkaid"], "Gonewords.")
    archive.raise_alert(Concern.UNCERTAIN_NOTICE, [], "Somebody else.")
    archive.purge("quokkaid")
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    words = (b"ermilion", b"uokkas", b"ylograph", b"uixotic", b"enobia", b"etractedly", b"onewords")
    assert [word for word in words if word in left] == []
    assert [alert.words for alert in archive.alerts()] == ["Somebody else."]
    assert b"erring" in left
