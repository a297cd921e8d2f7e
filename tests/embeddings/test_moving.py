"""What is moved is what was there, to whichever engine; whoever dies meanwhile, and whoever damages it."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from embeddings import Settings, open_archive
from embeddings.archive import Archive
from embeddings.cli import app
from embeddings.errors import ArchiveError, ArchivesDiffer, StoreError
from embeddings.moving import Moved, Progress, Stage, compared, moved
from embeddings.news import Article, Concern, Filters, Found, Notice, Status, Viewer
from embeddings.paragraphs import paragraphs
from embeddings.store import Candidates, Store
from embeddings.store.embedded import EmbeddedStore
from embeddings.store.rows import DATABASE
from embeddings.wiring import migrate, open_store
from embeddings.words import handles
from tests.embeddings.writer_process import ENCODER, archive_in
from tests.fakes import MemoryStore

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIKE = (ENCODER.name, ENCODER.dimension)
IDS = ("pier", "pier-again", "mill", "ferry")
PIECE = (
    "Three keepers of the lamp have signed a paper in which they ask the council for coal, two boats, a cook who can "
    "swim, nine yards of rope, fresh paint before Easter and an inquiry into why the harbour clock has been striking "
    "eleven at dusk since a gale took its northern hand; no member of that body has answered them by letter so far."
)
"""Copy that stories share, long enough for them to be copies of one another."""
LONG = " ".join(f"In year {year} the lamp was lit by {year * 7} keepers." for year in range(1700, 1800))
"""A paragraph that has several vectors."""
VIEWS = (
    Filters(at=START),
    Filters(at=START, viewer=Viewer(embargo_group=True)),
    Filters(at=START, outlets=frozenset({"Ledger"})),
    Filters(at=START, speakers=frozenset({"Mayor"}), since=date(2026, 3, 2)),
)


def unheard(progress: Progress) -> None:
    """Nobody is told."""


def opened(folder: Path, *, like: tuple[str, int] = LIKE) -> Store:
    return open_store(str(folder), like=like, writing=True)


def move(source: Path, target: Path) -> Moved:
    return migrate(str(source), str(target), progress=unheard)


# Archives.


def version(id: str, number: int, *, status: Status = Status.USABLE, **fields: Any) -> Article:  # noqa: ANN401
    """A version of a story, with copy that all share and words of its own; an order has none."""
    said = (f"The {id} is closing in {number} days.", "Warden: We have seen it.", PIECE, f"Mayor: no {number}.")
    text = "" if status is Status.CANCELED else "\n\n".join(said)
    return Article(
        **{
            "id": id,
            "text": text,
            "paragraphs": paragraphs(text) if text else (),
            "version": number,
            "version_created": START + timedelta(hours=number),
            "status": status,
            "headline": f"About the {id}",
            "slug": f"{id}-closing",
            "outlet": "Ledger" if number % 2 else "Wire",
            "carriers": ("Courier",) if number % 3 else (),
            "published": date(2026, 3, 1 + number % 3),
            **fields,
        }
    )


FIELDS = st.sampled_from(
    [
        {},
        {},
        {"status": Status.CANCELED},
        {"status": Status.WITHHELD},
        {"held": True},
        {"embargoed_until": START + timedelta(days=9)},
        {"usage": "NO ARCHIVAL USE"},
        {"replaces": "pier"},
        {"note": "Half a pair: \ud83d", "correction": "It was two days."},
    ]
)
EVENTS = st.one_of(
    st.builds(
        lambda id, number, fields: ("ingest", [version(id, number, **fields)]),
        st.sampled_from(IDS),
        st.integers(1, 5),
        FIELDS,
    ),
    st.builds(
        lambda id, status: ("ingest", [Notice(status=status, words="Do not use.", target=id, sent=START)]),
        st.sampled_from(IDS),
        st.sampled_from([Status.CANCELED, Status.WITHHELD]),
    ),
    st.builds(
        lambda verb, id: (verb, id), st.sampled_from(["kill", "withhold", "revive", "purge"]), st.sampled_from(IDS)
    ),
    st.builds(lambda verb: (verb, "Warden", "Mayor"), st.sampled_from(["merge_speakers", "split_speakers"])),
    st.builds(lambda id: ("raise_alert", Concern.TERMS, [id], "See to it."), st.sampled_from(IDS)),
    st.builds(lambda number: ("settle", number), st.integers(1, 3)),
)
ORDERS = {"kill", "withhold"}


def happen(archive: Archive, events: Iterable[tuple[Any, ...]]) -> None:
    """Let it happen, as far as the archive takes it."""
    for verb, *arguments in events:
        with suppress(ArchiveError):
            getattr(archive, verb)(*arguments, **({"words": "The desk says so."} if verb in ORDERS else {}))


LIFE: Sequence[tuple[Any, ...]] = (
    ("ingest", [version("pier", 1), version("pier", 2), version("mill", 1), version("ferry", 3, held=True)]),
    ("ingest", [version("scroll", 1, text=LONG, paragraphs=paragraphs(LONG))]),
    ("kill", "mill"),
    ("ingest", [version("mill", 2), version("pier-again", 3)]),
    ("revive", "mill"),
    ("ingest", [version("pier-again", 4, replaces="pier"), version("quay", 1, note="Half a pair: \ud83d")]),
    ("kill", "ferry"),
    ("ingest", [version(f"story {n}", n, headline=f"Story {n}") for n in range(1, 80)]),
    ("purge", "story 7"),
    ("merge_speakers", "Warden", "Mayor"),
    ("raise_alert", Concern.TERMS, ["pier"], "See to it."),
    ("settle", 1),
)
"""A life with everything in it: corrections, kills lifted and not, two stories that became one, what was forgotten."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a life behind it; whoever changes it copies it."""
    folder = tmp_path_factory.mktemp("lived") / "archive"
    with archive_in(folder, lambda: START, writing=True) as archive:
        happen(archive, LIFE)
    return folder


@pytest.fixture(scope="module")
def twin(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What it was moved to; whoever changes it copies it."""
    folder = tmp_path_factory.mktemp("twin") / "archive"
    move(lived, folder)
    return folder


# All that comes out.


def everything(store: Store) -> dict[str, Any]:
    """What a store answers to all that can be asked, as far as order and moments of writing are promised."""
    described = store.describe()
    ids = [*IDS, "quay", "story 7", "story 8"]
    versions = {id: store.versions(id) for id in ids}
    prints = [(one.id, one.fingerprint) for found in versions.values() for one in found]
    shown = {change.article for change in store.changes(0, limit=1000)}
    return {
        "counts": replace(described, location="", schema=0, last_write=None, exact=None),
        "heads": store.heads(ids),
        "versions": versions,
        "numbered": [store.article(id, number) for id in ids for number in (None, 1, 2)],
        "by fingerprint": [store.article(id, fingerprint=print) for id, print in prints],
        "bearing": sorted(store.bearing(handles("pier-closing", "About the mill", None)), key=lambda one: one.id),
        "served": sorted(store.served(), key=lambda one: one.id),
        "changes": store.changes(0, limit=1000),
        "alerts": (store.alerts(), store.alerts(settled=True), store.alerts(after=1)),
        "fates": [store.article(id) for id in sorted(shown)],
        "views": [seen(store, ids, filters) for filters in VIEWS],
    }


def seen(store: Store, ids: Sequence[str], filters: Filters) -> dict[str, Any]:
    question = ENCODER.question("keepers of the pier")
    words, phrases = ["pier", "days", "lamp"], [["harbour", "clock"]]
    pages = [
        store.quotations(names, filters=filters, vector=vector, limit=limit, offset=offset)
        for names in (["Mayor"], ["Mayor", "Warden"])
        for vector in (None, question)
        for limit, offset in ((3, 0), (50, 2))
    ]
    return {
        "coverage": store.coverage(filters),
        "names": store.names(filters),
        "candidates": found(store.candidates(question, words, phrases, filters=filters, limit=1000)),
        "quotations": [
            ([(one.article, one.quotation, Near(one.score)) for one in page.statements], page.total) for page in pages
        ],
        "copies": {id: sorted(one.id for one in copies) for id, copies in store.copies(ids, filters=filters).items()},
    }


class Near(float):
    """A score, which engines give with different precision."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and abs(self - other) < 2e-3

    __hash__ = None  # type: ignore[assignment]  # what is only nearly equal has none


def found(candidates: Candidates) -> tuple[Any, ...]:
    items = [(one.article.id, one.ordinal, Near(one.cosine), Near(one.lexical)) for one in candidates.items]
    items.sort(key=lambda item: item[:2])
    return items, candidates.frequencies, candidates.paragraphs, Near(candidates.mean_words), candidates.coverage


def everything_in(folder: Path) -> dict[str, Any]:
    with closing(opened(folder)) as store:
        return everything(store)


# Moving.


@settings(max_examples=12)
@given(events=st.lists(EVENTS, min_size=1, max_size=14))
def test_whatever_has_happened_is_the_same_after_a_move(events: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        one, other = Path(scratch) / "one", Path(scratch) / "other"
        with archive_in(one, lambda: START, writing=True) as archive:
            happen(archive, events)

        done = move(one, other)

        assert everything_in(one) == everything_in(other)
        assert done == migrate(str(other), str(one), check=True, progress=unheard)


def test_a_life_with_everything_in_it_is_the_same_after_a_move(lived: Path, tmp_path: Path) -> None:
    done = move(lived, tmp_path / "other")

    there = everything_in(tmp_path / "other")
    assert there == everything_in(lived)
    assert (done.articles, done.versions) == (there["counts"].articles, there["counts"].versions)
    assert there["counts"].withdrawn == 1
    assert there["heads"]["pier"].id == "pier-again"
    assert len(there["views"][0]["copies"]["mill"]) > 10
    assert [one.settled for one in there["alerts"][1]] != [None]


def test_life_goes_on_in_both_alike(lived: Path, tmp_path: Path) -> None:
    """What comes after a move meets what it would have met without one."""
    source = shutil.copytree(lived, tmp_path / "source")
    move(source, tmp_path / "other")
    later = [
        ("ingest", [version("pier", 9), version("mill", 3), version("ferry", 4), version("new", 1, replaces="quay")]),
        ("revive", "ferry"),
        ("purge", "story 9"),
        ("raise_alert", Concern.TERMS, ["mill"], "See to it again."),
    ]
    for folder in (source, tmp_path / "other"):
        with archive_in(folder, lambda: START, writing=True) as archive:
            happen(archive, later)

    one, other = everything_in(source), everything_in(tmp_path / "other")
    for each in (one, other):
        each["changes"] = [(change.sequence, change.article) for change in each["changes"]]
    assert one == other


@pytest.fixture(params=["memory", "postgresql"])
def between(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of another engine."""
    if request.param == "memory":
        yield MemoryStore(encoder=LIKE[0], dimension=LIKE[1])
    else:
        with closing(open_store(request.getfixturevalue("database"), like=LIKE, writing=True)) as store:
            yield store


def test_an_archive_comes_back_from_another_engine_as_it_was(lived: Path, tmp_path: Path, between: Store) -> None:
    with closing(opened(lived)) as source, closing(opened(tmp_path / "back")) as back:
        there = moved(source, between, progress=unheard)
        assert everything(between) == everything(source)

        assert moved(between, back, progress=unheard) == there
        assert everything(back) == everything(source)


QUESTIONS = ("Who walked out of the docks?", "What did Corrowe say about the pier?", "When were interest rates raised?")


def test_the_sample_is_asked_and_quoted_alike_after_a_move(wire: Settings, tmp_path: Path) -> None:
    assert isinstance(wire.archive, Path)
    move(wire.archive, tmp_path / "other")

    with open_archive(wire) as one, open_archive(replace(wire, archive=tmp_path / "other")) as other:
        answers = [one.ask(question) for question in QUESTIONS]
        assert answers == [other.ask(question) for question in QUESTIONS]
        assert any(isinstance(answer, Found) for answer in answers)
        assert len(one.speakers()) > 5
        for speaker in one.speakers():
            assert one.quotes(speaker.name, limit=50) == other.quotes(speaker.name, limit=50)
            assert one.quotes(speaker.name, about="money") == other.quotes(speaker.name, about="money")
        assert one.coverage() == other.coverage()


def test_the_moves_progress_is_told_stage_by_stage(lived: Path, tmp_path: Path) -> None:
    told: list[Progress] = []

    done = migrate(str(lived), str(tmp_path / "other"), progress=told.append)

    assert [one.articles for one in told if one.stage is Stage.MOVING] == list(range(1, done.articles + 1))
    assert [one.articles for one in told if one.stage is Stage.PROVING] == list(range(1, done.articles + 1))
    assert {one.total for one in told} == {done.articles}


# Broken off.


def dies(source: Path, target: Path | str, kind: str, number: int) -> bool:
    """Whether the process that moves was killed at this statement or article; else the move has ended."""
    command = [sys.executable, "-m", "tests.embeddings.moving_process", str(source), str(target), kind, str(number)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode != 0


@pytest.mark.parametrize(
    ("kind", "number"),
    [("statement", 100), ("statement", 3000), ("moving", 1), ("moving", 40), ("moving", 80), ("proving", 1)],
)
def test_a_move_that_was_killed_is_taken_up_again(lived: Path, tmp_path: Path, kind: str, number: int) -> None:
    target = tmp_path / "other"
    assert dies(lived, target, kind, number)
    held = everything_in(lived)

    if kind == "moving":
        with pytest.raises(StoreError, match="has not finished: run `onrecord migrate` again, or delete"):
            archive_in(target, lambda: START, writing=False)
        with pytest.raises(StoreError, match="has not finished"):
            everything_in(target)

    again = move(lived, target)
    assert again == migrate(str(lived), str(target), check=True, progress=unheard)
    assert everything_in(target) == held


def test_a_move_to_a_server_that_was_killed_is_taken_up_again(lived: Path, database: str) -> None:
    assert dies(lived, database, "moving", 60)
    with closing(open_store(database, like=LIKE)) as half, pytest.raises(StoreError, match="run it again to finish"):
        half.describe()

    again = migrate(str(lived), database, progress=unheard)
    assert again == migrate(database, str(lived), check=True, progress=unheard)


def test_a_move_that_dies_again_and_again_ends(lived: Path, tmp_path: Path) -> None:
    deaths, statements = 0, 300
    while dies(lived, tmp_path / "other", "statement", statements):
        deaths, statements = deaths + 1, statements * 2

    assert deaths > 3
    assert everything_in(tmp_path / "other") == everything_in(lived)


class Stopped(Exception):
    """Somebody has stopped a move."""


@pytest.fixture
def halfway(lived: Path, tmp_path: Path) -> Path:
    """An archive that a move has begun to fill."""

    def stopped(progress: Progress) -> None:
        if progress.articles == 40:
            raise Stopped

    with closing(opened(lived)) as one, closing(opened(tmp_path / "half")) as other, pytest.raises(Stopped):
        moved(one, other, progress=stopped)
    return tmp_path / "half"


@pytest.mark.parametrize(
    "done",
    [
        lambda store: store.describe(),
        lambda store: store.heads(["pier"]),
        lambda store: store.coverage(VIEWS[0]),
        lambda store: store.changes(0, limit=1),
        lambda store: list(store.dossiers()),
        lambda store: store.remove(["pier"]),
        lambda store: store.arrived(["Wire"], at=START),
        lambda store: store.put([]),
    ],
)
def test_nothing_can_be_done_with_half_an_archive(halfway: Path, done: Callable[[Store], object]) -> None:
    with closing(opened(halfway)) as store, pytest.raises(StoreError, match="has not finished"):
        done(store)


def test_a_store_that_was_open_before_a_move_into_it_began_gives_nothing_of_it(lived: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    opened(folder).close()
    refused = []
    with closing(open_store(str(folder), like=LIKE)) as early, closing(opened(lived)) as source:

        def asked(progress: Progress) -> None:
            if (progress.stage, progress.articles) == (Stage.MOVING, 40):
                with pytest.raises(StoreError, match="has not finished") as refusal:
                    early.coverage(VIEWS[0])
                refused.append(refusal)

        with closing(opened(folder)) as target:
            moved(source, target, progress=asked)
        assert len(refused) == 1
        assert early.coverage(VIEWS[0]) == source.coverage(VIEWS[0])


def test_a_move_is_not_taken_up_once_its_source_has_changed(lived: Path, halfway: Path, tmp_path: Path) -> None:
    source = shutil.copytree(lived, tmp_path / "source")
    with archive_in(source, lambda: START + timedelta(days=1), writing=True) as archive:
        happen(archive, [("ingest", [version("late", 1)])])

    with pytest.raises(StoreError, match="the source has changed since the move of it began: delete the target"):
        move(source, halfway)


def test_nobody_writes_to_the_source_while_it_is_moved(lived: Path, tmp_path: Path) -> None:
    blocked = []

    def writes(progress: Progress) -> None:
        if progress.articles == 1:
            with pytest.raises(StoreError, match="somebody else has been writing"):
                EmbeddedStore(lived, encoder=LIKE[0], dimension=LIKE[1], writing=True, patience=0.0)
            blocked.append(progress.stage)

    migrate(str(lived), str(tmp_path / "other"), progress=writes)

    assert blocked == [Stage.MOVING, Stage.PROVING]


# Refused.


@pytest.mark.parametrize(
    "event",
    [
        ("ingest", [version("own", 1)]),
        ("raise_alert", Concern.TERMS, ["own"], "See to it."),
    ],
)
def test_a_target_that_holds_anything_of_its_own_is_refused(
    lived: Path, tmp_path: Path, event: tuple[Any, ...]
) -> None:
    with archive_in(tmp_path / "other", lambda: START, writing=True) as archive:
        happen(archive, [event])
    before = everything_in(tmp_path / "other")

    with pytest.raises(StoreError, match="the target holds something already"):
        move(lived, tmp_path / "other")

    assert everything_in(tmp_path / "other") == before


def test_a_target_of_another_encoder_is_refused(lived: Path, tmp_path: Path) -> None:
    with (
        closing(opened(lived)) as source,
        closing(opened(tmp_path / "other", like=("another", 16))) as target,
        pytest.raises(StoreError, match="another"),
    ):
        moved(source, target, progress=unheard)

    assert move(lived, tmp_path / "other").articles


def test_an_archive_keeps_its_encoder_whichever_is_configured(lived: Path, tmp_path: Path) -> None:
    move(lived, tmp_path / "other")

    with closing(open_store(str(tmp_path / "other"))) as store:
        described = store.describe()
    assert (described.encoder, described.dimension) == LIKE


def test_an_archive_is_not_moved_into_itself(lived: Path) -> None:
    with pytest.raises(StoreError, match="source and target are one archive: name another place"):
        move(lived, lived / ".." / lived.name)


def test_an_empty_archive_is_moved_as_well(tmp_path: Path) -> None:
    opened(tmp_path / "one").close()

    assert move(tmp_path / "one", tmp_path / "other").articles == 0
    assert everything_in(tmp_path / "other") == everything_in(tmp_path / "one")


# Proven.


DAMAGES = {
    "UPDATE alerts SET words = 'Never mind.' WHERE number = 1": "their alerts",
    "UPDATE alerts SET settled = NULL": "their alerts",
    "DELETE FROM changes WHERE sequence = 2": "their changes",
    "UPDATE changes SET sequence = sequence + 100": "their changes",
    "UPDATE judgements SET same = 0": "their judgements",
    "UPDATE arrivals SET at = at + 1": "their arrivals",
    "UPDATE quotations SET kind = 'direct' WHERE id = 9": "in its quotations",
    "DELETE FROM credits WHERE quotation = 9": "in its quotations",
    "UPDATE versions SET lifted = 0": "in its versions",
    "UPDATE versions SET generation = generation + 1 WHERE row = 3": "in its versions",
    "UPDATE versions SET formerly = NULL": "in its versions",
    "UPDATE versions SET text = CAST(replace(text, 'closing', 'opening') AS BLOB) WHERE instr(text, 'closing')": (
        "in its versions"
    ),
    "DELETE FROM aliases": "in its other ids",
    "DELETE FROM handles WHERE handle LIKE 'slug%'": "in its handles",
    "DELETE FROM signatures WHERE serving = 5": "in its signature",
    "DELETE FROM servings WHERE id = 5": "their articles: where one has .*, the other has .*",
    "UPDATE servings SET version = (SELECT min(row) FROM versions WHERE article = servings.article)": (
        "in its searched version"
    ),
    "DELETE FROM articles WHERE row NOT IN (SELECT article FROM servings)": "their articles: where one has ferry, the",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_is_not_as_it_was_is_found(lived: Path, twin: Path, tmp_path: Path, damage: str) -> None:
    shutil.copytree(twin, tmp_path / "other")
    changed(tmp_path / "other", damage)

    with pytest.raises(ArchivesDiffer, match=f"the two archives differ in .*{DAMAGES[damage]}.*: .*delete the target"):
        migrate(str(lived), str(tmp_path / "other"), check=True, progress=unheard)


def changed(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        assert connection.execute(statement, values).rowcount > 0


def test_a_vector_of_which_one_number_differs_is_found(lived: Path, twin: Path, tmp_path: Path) -> None:
    shutil.copytree(twin, tmp_path / "other")
    with closing(sqlite3.connect(tmp_path / "other" / DATABASE)) as connection:
        row, vector = connection.execute("SELECT id, vector FROM windows ORDER BY id LIMIT 1 OFFSET 20").fetchone()
    changed(
        tmp_path / "other", "UPDATE windows SET vector = ? WHERE id = ?", vector[:-1] + bytes([vector[-1] ^ 64]), row
    )

    with pytest.raises(ArchivesDiffer, match="in its vectors"):
        migrate(str(lived), str(tmp_path / "other"), check=True, progress=unheard)


def test_an_article_that_only_one_of_them_holds_is_named(lived: Path, twin: Path, tmp_path: Path) -> None:
    source = shutil.copytree(lived, tmp_path / "source")
    with closing(opened(source)) as store:
        entry = next(each.entry for each in store.dossiers() if each.id == "mill")
        assert entry
        store.put([replace(entry, article=version("last", 1))])

    with closing(opened(source)) as one, closing(opened(twin)) as other:
        for first, second in ((one, other), (other, one)):
            with pytest.raises(ArchivesDiffer, match=r"differ in their articles: where one has .*last"):
                compared(first, second, progress=unheard)


# The command.


def run(*arguments: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["migrate", *map(str, arguments)])
    return done.exit_code, done.stdout, " ".join(done.stderr.split())


def test_the_command_moves_and_compares(lived: Path, tmp_path: Path) -> None:
    status, printed, _ = run(lived, tmp_path / "other", "--json")
    assert status == 0
    record = json.loads(printed)
    assert record["articles"] == everything_in(lived)["counts"].articles

    status, printed, _ = run(lived, tmp_path / "other", "--check")
    assert status == 0
    assert "Both hold the same" in printed
    assert record["digest"] in printed


def test_the_command_says_what_differs(lived: Path, tmp_path: Path) -> None:
    move(lived, tmp_path / "other")
    changed(tmp_path / "other", "UPDATE alerts SET words = 'Never mind.' WHERE number = 1")

    status, printed, said = run(lived, tmp_path / "other", "--check")
    assert (status, printed) == (4, "")
    assert "the two archives differ in their alerts" in said


def test_the_command_makes_no_archive_to_compare_with(lived: Path, tmp_path: Path) -> None:
    for source, target in ((lived, tmp_path / "other"), (tmp_path / "other", lived)):
        assert run(source, target, "--check")[0] == 4
        assert not (tmp_path / "other").exists()
