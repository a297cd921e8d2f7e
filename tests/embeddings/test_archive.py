"""The archive as one object: a paragraph by its number, what is quoted, what many threads see while others write."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from embeddings.archive import Archive
from embeddings.checking import Checking
from embeddings.encoder.hashing import HashingEncoder
from embeddings.errors import BadQuestion, NotReleased, UnknownArticle
from embeddings.ingest import Ingest
from embeddings.lifecycle import Outcome
from embeddings.lookup import Lookup
from embeddings.news import (
    Article,
    Barred,
    Concern,
    Corrected,
    Filters,
    Found,
    Passage,
    Quoted,
    Stands,
    Status,
    Viewer,
    Withdrawn,
)
from embeddings.rank import Weights
from embeddings.search import Search
from embeddings.store import Store
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import NOON, ColonExtractor, MemoryStore, article

HOUR = timedelta(hours=1)
PIER = ("Rain fell.", "Olena Marsh: The pier will close.", "Piet Okoro: Nobody asked me.")


ROOT = Path(__file__).parents[2]
ENCODER = HashingEncoder()


def archive_over(store: Store) -> Archive:
    encoder = ENCODER
    return Archive(
        store=store,
        intake=Ingest(encoder=encoder, extractor=ColonExtractor(), store=store, clock=lambda: NOON),
        search=Search(encoder=encoder, store=store, weights=Weights.shipped(), threshold=0.0),
        lookup=Lookup(encoder=encoder, store=store),
        checking=Checking(encoder=encoder, store=store),
        clock=lambda: NOON,
    )


def archive_of(*articles: Article) -> Archive:
    archive = archive_over(MemoryStore(encoder=ENCODER.name, dimension=ENCODER.dimension))
    assert archive.ingest(articles).rejected == 0
    return archive


def test_a_paragraph_comes_by_its_number_with_its_quotations() -> None:
    passage = archive_of(article("pier", *PIER)).passage("pier", 3)

    assert (passage.text, passage.paragraph.ordinal) == (PIER[2], 3)
    assert [one.span.cut(passage.article.text) for one in passage.quotations] == ["Nobody asked me."]
    assert (passage.marks, passage.also) == ((), ())


def test_of_a_version_that_is_not_searched_the_words_come_without_quotations() -> None:
    archive = archive_of(article("pier", *PIER, version=1), article("pier", *PIER[1:], version=2))

    old, new = archive.passage("pier", 2, version=1), archive.passage("pier", 1)
    assert (old.text, old.article.version, old.quotations) == (PIER[1], 1, ())
    assert (new.text, new.article.version, len(new.quotations)) == (PIER[1], 2, 1)
    assert archive.statements(old.article) == ()
    assert [one.texts for one in archive.statements(new.article)] == [("The pier will close.",), ("Nobody asked me.",)]


@pytest.mark.parametrize("ordinal", [0, -1, 4])
def test_a_paragraph_that_there_is_not_is_named_with_those_there_are(ordinal: int) -> None:
    with pytest.raises(UnknownArticle, match=rf"pier has no paragraph {ordinal}: they are 1 to 3"):
        archive_of(article("pier", *PIER)).passage("pier", ordinal)


@pytest.mark.parametrize(
    "barred",
    [
        article("pier", *PIER, version=2, status=Status.CANCELED),
        article("pier", *PIER, version=2, status=Status.WITHHELD),
        article("pier", *PIER, version=2, held=True),
        article("pier", *PIER, version=2, embargoed_until=NOON + HOUR),
    ],
    ids=["killed", "withheld", "held", "embargoed"],
)
def test_no_paragraph_of_what_is_not_released_is_shown(barred: Article) -> None:
    archive = archive_of(article("pier", *PIER, version=1), barred)

    with pytest.raises(NotReleased, match="pier is"):
        archive.passage("pier", 1)
    with pytest.raises(UnknownArticle, match="No article 'nobody'"):
        archive.passage("nobody", 1)


# Many at once.

VERSIONS = 40


def version_of_pier(number: int) -> Article:
    """A version whose words tell its number, each at another place than before."""
    texts = ("Rain fell. " * number, f"Olena Marsh: The pier will close for {number} weeks.", "The inquiry goes on.")
    return article("pier", *texts, version=number, outlet="Tribune", language="en")


def written(folder: Path, numbers: range) -> None:
    """Take these versions in, one after the other."""
    store = EmbeddedStore(folder, encoder=ENCODER.name, dimension=ENCODER.dimension, writing=True)
    with archive_over(store) as archive:
        for number in numbers:
            assert archive.ingest([version_of_pier(number)]).rejected == 0


WRITER = """
import sys
from pathlib import Path
from tests.embeddings.test_archive import VERSIONS, written
written(Path(sys.argv[1]), range(2, VERSIONS + 1))
"""


def seen(passage: Passage) -> int:
    """The version of a passage, all of which must be of that version."""
    number = passage.article.version
    assert number is not None
    assert passage.article == version_of_pier(number)
    assert passage.text == passage.article.text[passage.paragraph.start : passage.paragraph.end]
    for one in passage.quotations:
        assert one.span.cut(passage.article.text) == f"The pier will close for {number} weeks."
    return number


def asked_in_turn(archive: Archive) -> list[int]:
    """The versions that fifty questions of four kinds saw, in order."""
    versions = []
    for turn in range(50):
        if turn % 4 == 0:
            answer = archive.ask("How many weeks will the pier close for?")
            assert isinstance(answer, Found)
            versions.append(max(map(seen, answer.passages)))
        elif turn % 4 == 1:
            checked = archive.check("“The pier will close for many weeks”")
            assert [step.same for step in checked.likenesses[0].steps] == [True, False, True]
            versions.append(seen(checked.likenesses[0].passage))
        elif turn % 4 == 2:
            quoted = archive.quotes("Olena Marsh")
            assert isinstance(quoted, Quoted)
            version = quoted.statements[0].article.version
            assert quoted.statements[0].texts == (f"The pier will close for {version} weeks.",)
            versions.append(version or 0)
        else:
            versions.append(seen(archive.passage("pier", 2)))
    return versions


def test_threads_ask_while_another_process_writes_and_each_sees_one_version_and_then_the_next(tmp_path: Path) -> None:
    written(tmp_path, range(1, 2))
    store = EmbeddedStore(tmp_path, encoder=ENCODER.name, dimension=ENCODER.dimension, writing=False)
    with archive_over(store) as archive:
        assert seen(archive.passage("pier", 2)) == 1
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT) as writer:
            with ThreadPoolExecutor(4) as threads:
                histories = list(threads.map(asked_in_turn, [archive] * 4))
            assert writer.wait() == 0
        for versions in histories:
            assert len(versions) == 50
            assert versions == sorted(versions)
        answer = archive.ask("How many weeks will the pier close for?")
        assert {seen(passage) for passage in answer.passages} == {VERSIONS}  # type: ignore[union-attr]  # it is Found
        assert archive.status().last_ingest == NOON


# What a person decides.


def answers(archive: Archive) -> bool:
    answer = archive.ask("pier close")
    return isinstance(answer, Found) and any(one.article.id == "pier" for one in answer.passages)


def test_a_person_kills_and_revives_and_forgets() -> None:
    archive = archive_of(article("pier", *PIER, version=4), article("rain", "It rained on the harbour all day."))
    assert answers(archive)
    assert archive.kill("pier", words="The owner denies it.").outcomes == {Outcome.KILLED: 1}
    assert not answers(archive)
    with pytest.raises(NotReleased, match="pier is killed"):
        archive.article("pier")
    assert archive.article("pier", audit=True).note == "The owner denies it."
    # A later version does not bring it back; a person does, and then with the newest words that there are.
    archive.ingest([article("pier", *PIER[1:], version=5)])
    assert not answers(archive)
    assert archive.revive("pier").version == 5
    assert answers(archive)
    assert [one.paragraph.ordinal for one in archive.statements(archive.article("pier"))] == [1, 2]
    assert archive.purge("pier")
    assert not archive.purge("pier")
    assert not answers(archive)


def test_what_a_person_withholds_comes_back_with_a_newer_version() -> None:
    archive = archive_of(article("pier", *PIER, version=4))
    assert archive.withhold("pier", words="Wait.").outcomes == {Outcome.WITHHELD: 1}
    assert not answers(archive)
    archive.ingest([article("pier", *PIER, version=4)])
    assert not answers(archive)
    archive.ingest([article("pier", *PIER, version=5)])
    assert answers(archive)


def test_orders_about_nothing_on_file_are_refused() -> None:
    archive = archive_of(article("pier", version=1, status=Status.CANCELED))
    for order in (lambda: archive.kill("none", words="x"), lambda: archive.revive("none")):
        with pytest.raises(UnknownArticle, match="No article 'none' on file"):
            order()
    with pytest.raises(BadQuestion, match="no usable version on file"):
        archive.revive("pier")


def test_reviving_what_is_searched_changes_nothing() -> None:
    archive = archive_of(article("pier", *PIER))
    archive.revive("pier")
    assert archive.changes(0) == ()


def test_an_embargo_on_the_newest_version_is_one_on_all() -> None:
    until = NOON + HOUR
    archive = archive_of(article("pier", *PIER, version=1), article("pier", *PIER, version=2, embargoed_until=until))
    with pytest.raises(NotReleased, match="under embargo until 2026-03-02T13:00"):
        archive.passage("pier", 1, version=1)
    assert archive.passage("pier", 1, version=1, viewer=Viewer(embargo_group=True)).text == PIER[0]


# What became of words that were shown.


def test_words_that_were_shown_stand_or_are_corrected_or_withdrawn() -> None:
    first = article("pier", *PIER, version=1)
    archive = archive_of(first)
    assert archive.fate("pier", 2, first.fingerprint) == Stands(passage=archive.passage("pier", 2), corrected=False)

    archive.ingest([article("pier", PIER[0], PIER[1].replace("close", "stay open"), version=2)])
    assert archive.fate("pier", 1, first.fingerprint) == Stands(passage=archive.passage("pier", 1), corrected=True)
    fate = archive.fate("pier", 2, first.fingerprint)
    assert isinstance(fate, Corrected)
    assert (fate.before.text, fate.passage) == (PIER[1], archive.passage("pier", 2))
    changed = [(s.asked.cut(first.text), s.on_file.cut(fate.now.text)) for s in fate.steps if not s.same]
    assert changed == [("close.", "stay open.")]
    gone = archive.fate("pier", 3, first.fingerprint)
    assert isinstance(gone, Corrected)
    assert (gone.before.text, gone.passage) == (PIER[2], None)

    archive.ingest([article("pier", *PIER, version=3, embargoed_until=NOON + HOUR)])
    assert archive.fate("pier", 1, first.fingerprint) == Withdrawn(article="pier", reason=Barred.EMBARGOED)
    group = Filters(at=NOON, viewer=Viewer(embargo_group=True))
    assert isinstance(archive.fate("pier", 1, first.fingerprint, filters=group), Stands)

    archive.ingest([article("pier", version=4, status=Status.WITHHELD, note="Hold.")])
    assert archive.fate("pier", 1, first.fingerprint) == Withdrawn(
        article="pier", reason=Barred.WITHHELD, words="Hold."
    )
    archive.kill("pier", words="Retracted.")
    assert archive.fate("pier", 1, first.fingerprint) == Withdrawn(
        article="pier", reason=Barred.KILLED, words="Retracted."
    )
    archive.purge("pier")
    assert archive.fate("pier", 1, first.fingerprint) == Withdrawn(article="pier", reason=Barred.REMOVED)


def test_alerts_are_raised_told_and_settled() -> None:
    archive = archive_of(article("pier", *PIER))
    archive.raise_alert(Concern.GONE_FROM_SOURCE, ["pier"], "404 since noon")
    (alert,) = archive.alerts()
    assert (alert.concern, alert.articles, alert.words, alert.at) == (
        Concern.GONE_FROM_SOURCE,
        ("pier",),
        "404 since noon",
        NOON,
    )
    assert archive.settle(alert.number)
    assert archive.alerts(after=alert.number - 1) == ()
    assert [one.settled for one in archive.alerts(settled=True)] == [NOON]
