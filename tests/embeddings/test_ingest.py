"""What the receipt says is what is on file; nothing is encoded twice, and a failing store loses nothing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.encoder import Vectors
from embeddings.encoder.hashing import HashingEncoder
from embeddings.errors import StoreFull, UnreadableInput
from embeddings.ingest import Ingest, Receipt, reindexed
from embeddings.lifecycle import Outcome
from embeddings.news import Article, Concern, Notice, Span, Status
from embeddings.paragraphs import windows
from embeddings.readers import read
from embeddings.store import Entry, Placement
from tests.fakes import NOON, NOW, ColonExtractor, MemoryStore, article, taken_in, withdrawn

HOUR = timedelta(hours=1)
CRANE = "A gantry crane fell on the quay of the harbour on Wednesday, killing two dockers and hurting eleven people."
TERN = "The oldest tern known to science, ringed thirty-four years ago, was seen by an institute for marine biology."


class CountingEncoder(HashingEncoder):
    """The hashing encoder, which remembers every text that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.encoded: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return super().passages(texts)


class SmallStore(MemoryStore):
    """A store with room for so many versions and no more."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def put(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if not self.room:
                raise StoreFull("no room left on the device; make room and run the command again")
            self.room -= 1
            super().put([entry])


def taken(*readings: Article | Notice | UnreadableInput, store: MemoryStore | None = None) -> Receipt:
    return taken_in(
        readings, encoder=HashingEncoder(), store=MemoryStore() if store is None else store, clock=lambda: NOON
    )


def served(store: MemoryStore) -> dict[str, int | None]:
    return {one.id: one.version for one in store.served()}


FIRST = article("a", CRANE, version=1)
SECOND = article("a", CRANE.replace("eleven", "fourteen"), "A second paragraph.", version=2)


@pytest.mark.parametrize(
    ("on_file", "incoming", "outcome", "after"),
    [
        ([], FIRST, Outcome.NEW, {"a": 1}),
        ([FIRST], SECOND, Outcome.CHANGED, {"a": 2}),
        ([FIRST], replace(FIRST, origin="elsewhere"), Outcome.UNCHANGED, {"a": 1}),
        ([FIRST], replace(SECOND, status=Status.CANCELED), Outcome.KILLED, {}),
        ([FIRST], replace(SECOND, status=Status.WITHHELD), Outcome.WITHHELD, {}),
        ([], replace(FIRST, held=True), Outcome.HELD, {"a": 1}),
        ([], replace(FIRST, embargoed_until=NOON + HOUR), Outcome.HELD, {"a": 1}),
        ([SECOND], FIRST, Outcome.LATE, {"a": 2}),
        ([FIRST], replace(FIRST, byline="Another"), Outcome.CHANGED, {"a": 1}),
        ([replace(FIRST, status=Status.CANCELED)], SECOND, Outcome.KILLED, {}),
    ],
)
def test_the_receipt_says_what_became_of_a_version(
    on_file: list[Article], incoming: Article, outcome: Outcome, after: dict[str, int | None]
) -> None:
    store = MemoryStore()
    taken(*on_file, store=store)
    receipt = taken(replace(incoming, origin="wire/a.txt"), store=store)
    assert receipt.outcomes == {outcome: 1}
    assert receipt.read == 1
    assert receipt.rejected == (outcome is Outcome.REJECTED)
    assert served(store) == after

    searched = outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.HELD)
    assert receipt.paragraphs == (len(incoming.paragraphs) if searched else 0)
    quiet = outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
    told = [(one.place, one.article_id, one.outcome) for one in receipt.incidents]
    assert told == ([] if quiet else [("wire/a.txt", "a", outcome)])
    assert all(incident.reason for incident in receipt.incidents)


def arrivals(store: MemoryStore) -> tuple[datetime | None, dict[str, datetime]]:
    return store.describe().last_ingest, dict(store.describe().sources)


def test_what_arrives_is_remembered_by_outlet_unchanged_or_not() -> None:
    store = MemoryStore()
    wire, ledger = article("w", CRANE, outlet="Wire", version=1), article("l", TERN, outlet="Ledger")
    taken(wire, ledger, article("n", "From nobody."), store=store)
    assert arrivals(store) == (NOON, {"Wire": NOON, "Ledger": NOON})

    taken_in([wire], encoder=HashingEncoder(), store=store, clock=lambda: NOON + HOUR)
    assert arrivals(store) == (NOON + HOUR, {"Wire": NOON + HOUR, "Ledger": NOON})
    assert store.describe().versions == 3


def test_of_what_is_held_not_even_its_outlet_is_told() -> None:
    store = MemoryStore()
    over, ahead = (
        article(name, TERN, outlet=name, embargoed_until=NOON + n * HOUR) for name, n in (("a", -1), ("b", 1))
    )
    taken(over, ahead, article("c", CRANE, outlet="c", held=True), store=store)
    assert arrivals(store) == (NOON, {"a": NOON})


def test_a_run_that_brings_nothing_that_could_be_taken_in_makes_nothing_fresher() -> None:
    store = MemoryStore()
    wire = article("w", CRANE, outlet="Wire")
    taken(wire, store=store)
    broken = UnreadableInput("a.txt", "empty")
    refused = replace(wire, text=TERN, paragraphs=article("w", TERN).paragraphs)
    runs: list[list[Article | UnreadableInput]] = [[], [broken], [broken, refused]]
    for readings in runs:
        receipt = taken_in(readings, encoder=HashingEncoder(), store=store, clock=lambda: NOON + HOUR)
        assert receipt.rejected == len(readings)
        assert arrivals(store) == (NOON, {"Wire": NOON})


def test_a_batch_that_fails_makes_nothing_fresher() -> None:
    store = SmallStore(room=0)
    with pytest.raises(StoreFull):
        taken(article("w", CRANE, outlet="Wire"), store=store)
    assert arrivals(store) == (None, {})


def test_a_long_run_is_as_fresh_as_its_last_batch() -> None:
    store, hours = MemoryStore(), iter(range(100))
    stories = [article(str(n), f"Story {n}.", outlet=f"Outlet {n // 40}") for n in range(80)]
    taken_in(stories, encoder=HashingEncoder(), store=store, clock=lambda: NOON + next(hours) * HOUR)
    last, outlets = arrivals(store)
    assert last == outlets["Outlet 1"] > outlets["Outlet 0"] > NOON


def test_what_is_rejected_is_not_kept_and_what_is_late_is() -> None:
    store = MemoryStore()
    taken(SECOND, FIRST, replace(SECOND, text=TERN, headline="Terns"), store=store)
    assert store.article("a", version=1) == FIRST
    assert store.article("a", version=2) == SECOND
    assert store.describe().versions == 2


def test_versions_of_one_article_in_one_go_are_judged_one_after_the_other() -> None:
    store = MemoryStore()
    third = replace(SECOND, version=3, status=Status.CANCELED)
    receipt = taken(FIRST, article("b", TERN), SECOND, FIRST, third, store=store)
    assert receipt.outcomes == {Outcome.NEW: 2, Outcome.CHANGED: 1, Outcome.UNCHANGED: 1, Outcome.KILLED: 1}
    assert served(store) == {"b": None}


def test_of_two_stories_under_one_id_the_first_stays_and_the_second_is_refused() -> None:
    store = MemoryStore()
    first, second = article("a", CRANE, origin="one.txt"), article("a", TERN, origin="two.txt")
    receipt = taken(first, second, store=store)
    assert receipt.outcomes == {Outcome.NEW: 1, Outcome.REJECTED: 1}
    (incident,) = receipt.incidents
    assert (incident.place, incident.article_id) == ("two.txt", "a")
    assert "Two articles with one id (a)" in incident.reason
    assert [*store.served()] == [first]
    assert store.article("a") == first


def test_nothing_unchanged_is_encoded_again() -> None:
    store, encoder = MemoryStore(), CountingEncoder()
    taken_in([FIRST, article("b", TERN)], encoder=encoder, store=store, clock=lambda: NOON)
    assert encoder.encoded == [CRANE, TERN]
    encoder.encoded.clear()
    taken_in(
        [article("b", TERN), FIRST, SECOND, replace(FIRST, byline="X"), FIRST],
        encoder=encoder,
        store=store,
        clock=lambda: NOON,
    )
    assert encoder.encoded == [SECOND.paragraphs[0].span.cut(SECOND.text), "A second paragraph."]


def test_what_will_not_be_searched_is_not_encoded() -> None:
    encoder = CountingEncoder()
    withheld, killed = replace(FIRST, status=Status.WITHHELD), replace(SECOND, id="b", status=Status.CANCELED)
    taken_in([withheld, killed], encoder=encoder, store=MemoryStore(), clock=lambda: NOON)
    assert encoder.encoded == []


class ListeningStore(MemoryStore):
    """A store that shows its entries."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []

    def put(self, entries: Iterable[Entry]) -> None:
        new = list(entries)
        self.entries += new
        super().put(new)


def test_each_window_has_its_own_vector_under_the_ordinal_of_its_paragraph() -> None:
    long = " ".join(f"The crane {n} fell." for n in range(120))
    story = article("a", "Short words.", long, "The last.", headline="A crane falls")
    store, encoder = ListeningStore(), HashingEncoder()
    taken_in([article("z", TERN), story], encoder=encoder, store=store, clock=lambda: NOON)
    entry = store.entries[1]
    texts = [[Span(*window).cut(story.text) for window in windows(story.text, p)] for p in story.paragraphs]
    assert len(texts[1]) > 1
    assert list(entry.ordinals) == [1, *[2] * len(texts[1]), 3]
    assert np.array_equal(entry.vectors, encoder.passages([text for of_one in texts for text in of_one]))
    assert entry.placement is Placement.SERVE
    assert (entry.words[0], entry.headline_words) == ("short word", "a crane fall")


def test_indexing_anew_makes_the_same_entries() -> None:
    store, encoder, extractor = ListeningStore(), HashingEncoder(), ColonExtractor()
    stories = [article(f"{n:02}", f"Ann Lee: Story {n}.", "More.") for n in range(40)]
    taken_in(stories, encoder=encoder, extractor=extractor, store=store, clock=lambda: NOON)
    again = list(reindexed(stories, encoder, extractor))
    assert [entry.article for entry in again] == stories
    for entry, first in zip(again, store.entries, strict=True):
        assert np.array_equal(entry.vectors, first.vectors)
        assert (entry.ordinals, entry.words, entry.placement) == (first.ordinals, first.words, first.placement)
        assert entry.quotations == first.quotations != ()


# Quotations.


def quoting(article_id: str, **fields: Any) -> Article:  # noqa: ANN401 - any field of an article
    return article(article_id, "Ann Lee: We shall sign.", "Nothing else.", "Piet Okoro: We shall not.", **fields)


def test_quotations_are_filed_with_their_article_and_counted() -> None:
    store, extractor = MemoryStore(), ColonExtractor()
    receipt = taken_in(
        [quoting("a"), quoting("b"), article("c", TERN)],
        encoder=HashingEncoder(),
        extractor=extractor,
        store=store,
        clock=lambda: NOON,
    )
    assert (receipt.quotations, receipt.skipped) == (4, {})
    page = store.quotations(["Ann Lee"], filters=NOW, limit=9)
    assert [(one.article.id, one.texts) for one in page.statements] == [
        ("b", ("We shall sign.",)),
        ("a", ("We shall sign.",)),
    ]


def test_articles_whose_language_cannot_be_read_are_searched_and_counted_as_skipped() -> None:
    store = MemoryStore()
    receipt = taken_in(
        [quoting("a"), *(quoting(f"l{n}", language="la") for n in range(40))],
        encoder=HashingEncoder(),
        extractor=ColonExtractor(),
        store=store,
        clock=lambda: NOON,
    )
    assert (receipt.quotations, receipt.skipped) == (2, {"language 'la'": 40})
    assert len(served(store)) == 41


def test_only_what_will_be_searched_is_looked_through_and_once() -> None:
    store, extractor = MemoryStore(), ColonExtractor()
    story = quoting("a", version=1)
    others = [replace(quoting("w"), status=Status.WITHHELD), replace(quoting("k"), status=Status.CANCELED)]
    for _ in range(2):
        taken_in([story, *others], encoder=HashingEncoder(), extractor=extractor, store=store, clock=lambda: NOON)
    assert extractor.seen == ["a"]
    taken_in(
        [replace(story, version=2)], encoder=HashingEncoder(), extractor=extractor, store=store, clock=lambda: NOON
    )
    assert extractor.seen == ["a", "a"]


def test_without_an_extractor_there_are_no_quotations() -> None:
    store = MemoryStore()
    receipt = taken(quoting("a"), store=store)
    assert (receipt.quotations, receipt.skipped, store.describe().quotations) == (0, {}, 0)


def test_progress_is_told_only_of_what_is_on_file() -> None:
    store = MemoryStore()
    told: list[tuple[int, int]] = []

    def progress(receipt: Receipt) -> None:
        told.append((receipt.read, store.describe().articles))
        assert receipt.paragraphs == store.describe().paragraphs

    stories = [article(f"{n:03}", f"The story of number {n}.") for n in range(80)]
    receipt = taken_in(stories, encoder=HashingEncoder(), store=store, clock=lambda: NOON, progress=progress)
    assert len(told) > 1
    assert all(read == on_file for read, on_file in told)
    assert told[-1] == (80, 80)
    assert receipt.outcomes == {Outcome.NEW: 80}


def test_a_store_that_fails_keeps_what_was_written_before_and_a_second_run_ends_the_work() -> None:
    store = SmallStore(room=40)
    stories = [article(f"{n:03}", f"The story of number {n}.") for n in range(50)]
    told: list[int] = []
    with pytest.raises(StoreFull, match="make room"):
        taken_in(
            stories,
            encoder=HashingEncoder(),
            store=store,
            clock=lambda: NOON,
            progress=lambda receipt: told.append(receipt.read),
        )
    assert [*store.served()] == stories[:40]
    assert max(told) <= 40

    store.room = 100
    receipt = taken(*stories, store=store)
    assert receipt.outcomes == {Outcome.UNCHANGED: 40, Outcome.NEW: 10}
    assert [*store.served()] == stories


def test_input_that_cannot_be_read_is_an_incident_and_never_a_stop() -> None:
    store = MemoryStore()
    receipt = taken(UnreadableInput("wire/x.txt", "no words in it: remove it"), FIRST, store=store)
    assert receipt.outcomes == {Outcome.REJECTED: 1, Outcome.NEW: 1}
    (incident,) = receipt.incidents
    assert (incident.place, incident.article_id, incident.outcome, incident.reason) == (
        "wire/x.txt",
        None,
        Outcome.REJECTED,
        "no words in it: remove it",
    )
    assert served(store) == {"a": 1}


def test_a_folder_with_a_broken_file_among_good_ones(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CRANE, encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": "x", "text": "Words."}\n{"id": "y"}\n{not json\n', encoding="utf-8")
    (tmp_path / "c.txt").write_text("", encoding="utf-8")
    store = MemoryStore()
    receipt = taken(*read(tmp_path), store=store)
    assert receipt.outcomes == {Outcome.NEW: 2, Outcome.REJECTED: 3}
    places = [incident.place.removeprefix(f"{tmp_path}/") for incident in receipt.incidents]
    assert places == ["b.jsonl line 2", "b.jsonl line 3", "c.txt"]
    assert served(store) == {"a.txt": None, "x": None}


def test_nothing_is_a_receipt_of_nothing() -> None:
    receipt = taken()
    assert (receipt.read, receipt.outcomes, receipt.paragraphs, receipt.incidents) == (0, {}, 0, ())


def test_an_embargo_that_is_over_holds_nothing() -> None:
    over, ahead = (
        article(name, TERN, embargoed_until=NOON + timedelta(days=days)) for name, days in (("a", -1), ("b", 1))
    )
    receipt = taken_in([over, ahead], encoder=HashingEncoder(), store=MemoryStore(), clock=lambda: NOON)
    assert receipt.outcomes == {Outcome.NEW: 1, Outcome.HELD: 1}


# Stories under several ids, and orders about others.


def test_what_takes_the_place_of_another_is_a_version_of_it_whichever_comes_first() -> None:
    original = article("urn:1", CRANE, version=2)
    corrected = article("urn:2", CRANE.replace("eleven", "fourteen"), version=2, replaces="urn:1")
    for order in ([original, corrected], [corrected, original]):
        store = MemoryStore()
        taken(*order, store=store)
        assert [one.text for one in store.served()] == [corrected.text]
        assert {head.id for head in store.heads(["urn:1", "urn:2"]).values()} == {order[0].id}
        taken(article("urn:1", version=2, status=Status.CANCELED), store=store)
        assert [*store.served()] == []


def test_two_providers_may_use_one_id_and_only_one_of_them_is_killed() -> None:
    store = MemoryStore()
    mine, theirs = article("7", CRANE, provider="Wire"), article("7", TERN, provider="Ledger")
    receipt = taken(mine, theirs, theirs, store=store)
    assert receipt.outcomes == {Outcome.NEW: 2, Outcome.UNCHANGED: 1}
    assert {one.id for one in store.served()} == {"7", "Ledger:7"}
    taken(article("7", provider="Ledger", status=Status.CANCELED, version=1), store=store)
    assert {one.id for one in store.served()} == {"7"}


def test_a_kill_by_a_provider_of_another_spelling_kills_all_the_same() -> None:
    store = MemoryStore()
    taken(
        article("7", CRANE, provider="Wire"), article("7", provider="wire.example", status=Status.CANCELED), store=store
    )
    assert [*store.served()] == []


def kill(**fields: Any) -> Notice:  # noqa: ANN401 - any field of a notice
    return Notice(**{"status": Status.CANCELED, "words": "Kill: source retracted.", "origin": "wire/9.txt"} | fields)


def test_an_order_by_id_kills_before_and_after_the_story_comes() -> None:
    orders: list[list[Article | Notice]] = [[FIRST, kill(target="a"), SECOND], [kill(target="a"), FIRST, SECOND]]
    for order in orders:
        store = MemoryStore()
        receipt = taken(*order, store=store)
        assert [*store.served()] == []
        assert receipt.outcomes[Outcome.KILLED] >= 1
        assert store.heads(["a"])["a"].killed


def test_an_order_to_hold_that_comes_first_holds_what_nothing_shows_to_be_newer() -> None:
    hold = kill(target="a", status=Status.WITHHELD, sent=NOON)
    for later, kept_back in (
        (article("a", CRANE), True),
        (article("a", CRANE, version=1, version_created=NOON - HOUR), True),
        (article("a", CRANE, version=1, version_created=NOON + HOUR), False),
    ):
        store = MemoryStore()
        taken(hold, later, store=store)
        assert [*store.served()] == ([] if kept_back else [later])


def test_the_same_order_once_more_changes_nothing() -> None:
    store = MemoryStore()
    taken(FIRST, kill(target="a"), store=store)
    versions = store.describe().versions
    assert taken(kill(target="a"), store=store).outcomes == {Outcome.UNCHANGED: 1}
    assert store.describe().versions == versions


def slugged(id: str, text: str, **fields: Any) -> Article:  # noqa: ANN401 - any field of an article
    return article(id, text, **{"slug": "Harbour-Crane", "version_created": NOON, "provider": "Wire"} | fields)


def test_an_advisory_kills_the_only_story_of_its_slug() -> None:
    store = MemoryStore()
    older = slugged("old", TERN, version_created=NOON - timedelta(days=30))
    taken(slugged("a", CRANE), older, slugged("b", TERN, slug="Terns"), store=store)
    taken(kill(slug="HARBOUR CRANE", provider="Wire", sent=NOON + HOUR), store=store)
    assert {one.id for one in store.served()} == {"old", "b"}
    assert store.alerts() == []


def test_where_several_may_be_meant_all_are_held_and_a_person_is_asked() -> None:
    store = MemoryStore()
    taken(slugged("a", CRANE), slugged("b", TERN), store=store)
    receipt = taken(kill(slug="Harbour-Crane", sent=NOON + HOUR), store=store)
    assert receipt.outcomes == {Outcome.WITHHELD: 2}
    assert [*store.served()] == []
    (alert,) = store.alerts()
    assert (alert.concern, alert.articles) == (Concern.UNCERTAIN_NOTICE, ("a", "b"))
    assert "source retracted" in alert.words
    # The headline tells which is meant.
    other = MemoryStore()
    taken(slugged("a", CRANE, headline="Crane falls on quay"), slugged("b", TERN, headline="Old tern"), store=other)
    taken(kill(slug="Harbour-Crane", headline="Crane falls on the quay", sent=NOON + HOUR), store=other)
    assert {one.id for one in other.served()} == {"b"}


def test_an_advisory_finds_its_story_by_headline_and_by_number() -> None:
    for named in ({"headline": "Crane falls on quay"}, {"headline": "CRANE FALLS on quay", "number": "157"}):
        store = MemoryStore()
        mine, other = (
            slugged("a", CRANE, slug=None, headline="Crane falls on quay", number="dpa 0157"),
            slugged("b", TERN, slug=None, headline="Old tern", number="dpa 0158"),
        )
        taken(mine, other, kill(sent=NOON + HOUR, **named), store=store)
        assert {one.id for one in store.served()} == {"b"}
        assert store.alerts() == []


def test_a_number_alone_is_not_certain() -> None:
    store = MemoryStore()
    taken(slugged("a", CRANE, number="dpa 0157"), kill(number="157", sent=NOON + HOUR), store=store)
    assert store.heads(["a"])["a"].status is Status.WITHHELD
    assert [alert.concern for alert in store.alerts()] == [Concern.UNCERTAIN_NOTICE]


def test_two_stories_under_one_slug_are_told_apart_and_a_rewriting_is_not() -> None:
    store = MemoryStore()

    def filed(text: str, hours: int, **fields: Any) -> Article:  # noqa: ANN401 - any field of an article
        named = {"slug": "Harbour", "version": 1, "version_created": NOON + hours * HOUR, "headline": text[:30]}
        return article("wire:2026-03-02:harbour", text, **(named | fields))

    first, second = filed(CRANE, 0), filed(TERN, 1)
    receipt = taken(first, second, filed(CRANE + " More.", 2, headline=CRANE[:30]), second, store=store)
    assert receipt.outcomes == {Outcome.NEW: 2, Outcome.CHANGED: 1, Outcome.UNCHANGED: 1}
    assert {one.text for one in store.served()} == {CRANE + " More.", TERN}


def test_an_order_that_names_nothing_is_told() -> None:
    store = MemoryStore()
    receipt = taken(kill(), store=store)
    (incident,) = receipt.incidents
    assert incident.outcome is Outcome.REJECTED
    assert "look for it by hand" in incident.reason
    assert [alert.concern for alert in store.alerts()] == [Concern.UNCERTAIN_NOTICE]


def test_an_advisory_that_comes_before_its_story_waits_for_it() -> None:
    store = MemoryStore()
    order = kill(slug="Harbour-Crane", provider="Wire", sent=NOON + HOUR)
    assert taken(order, order, store=store).outcomes == {Outcome.KILLED: 1, Outcome.UNCHANGED: 1}
    assert [alert.concern for alert in store.alerts()] == [Concern.UNCERTAIN_NOTICE]

    late, again = slugged("a", CRANE), slugged("a", CRANE + " More.", version_created=NOON + HOUR / 2)
    substitute = slugged("b", TERN, version_created=NOON + 2 * HOUR)
    another = slugged("c", TERN, provider="Ledger")
    taken(late, again, substitute, another, slugged("d", TERN, slug="Terns"), store=store)
    assert {one.id for one in store.served()} == {"b", "c", "d"}
    assert store.article("a", fingerprint=late.fingerprint) == late


# What a person has to know of.

STORY = (
    "The harbour council voted on Tuesday to close its oldest mill after inspectors found cracks in the western wall. "
    "Engineers had warned since spring that water from the culvert was washing out the footings, and that a winter "
    "flood could bring down the chimney on the row of cottages behind it. Councillor Maud Tarrant said the tenants, "
    "eleven families and a bakery, would be offered rooms in the former customs house until repairs were paid for. "
    "Her opponents called the vote a gift to a developer who has wanted the site for a marina since the ferry stopped."
)


def test_a_kill_tells_of_the_copies_that_others_carry() -> None:
    store = MemoryStore()
    mine, theirs = article("a", STORY, outlet="Wire"), article("b", STORY, outlet="Ledger")
    taken(mine, theirs, article("c", CRANE), store=store)
    taken(article("a", status=Status.CANCELED, note="Source retracted."), store=store)
    (alert,) = store.alerts()
    assert (alert.concern, alert.articles) == (Concern.COPIES_OF_KILLED, ("a", "b"))
    assert alert.words == "Source retracted."
    assert {one.id for one in store.served()} == {"b", "c"}


def test_a_status_that_nobody_knows_holds_and_is_told() -> None:
    store = MemoryStore()
    [reading] = read(io.BytesIO(b'{"id": "a", "text": "Words of a story.", "status": "withdrawn"}'))
    assert isinstance(reading, Article)
    assert taken(reading, store=store).outcomes == {Outcome.WITHHELD: 1}
    (alert,) = store.alerts()
    assert (alert.concern, alert.articles) == (Concern.UNKNOWN_STATUS, ("a",))
    assert "withdrawn" in alert.words


def test_terms_that_forbid_the_archive_hold_until_a_person_lets_it_in() -> None:
    store = MemoryStore()
    first = article("a", CRANE, usage="NO ARCHIVAL USE", version=1)
    assert taken(first, store=store).outcomes == {Outcome.WITHHELD: 1}
    assert [alert.concern for alert in store.alerts()] == [Concern.TERMS]
    Ingest(encoder=HashingEncoder(), extractor=None, store=store, clock=lambda: NOON).revive(first)
    assert [*store.served()] == [first]
    second = replace(SECOND, usage="NO ARCHIVAL USE")
    assert taken(second, store=store).outcomes == {Outcome.CHANGED: 1}
    assert [*store.served()] == [second]


class Meddled(MemoryStore):
    """A store into which somebody else writes whenever the lock is waited for, a few times."""

    def __init__(self, *others: Entry) -> None:
        super().__init__()
        self.others = list(others)

    @contextmanager
    def changing(self) -> Iterator[None]:
        if self.others:
            super().put([self.others.pop(0)])
        yield


def test_what_another_writes_meanwhile_is_judged_too() -> None:
    killed = replace(FIRST, status=Status.CANCELED, text="", paragraphs=())
    store = Meddled(withdrawn(killed))
    assert taken(SECOND, store=store).outcomes == {Outcome.KILLED: 1}
    assert [*store.served()] == []
