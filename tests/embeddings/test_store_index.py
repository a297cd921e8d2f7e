"""The index of vectors against every vector compared, and against crashes, damage and company."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.store import Vector, segments
from embeddings.store import index as indexing
from embeddings.store.index import Allowed, Index, Plan, due
from embeddings.store.segments import LIST, Segment
from embeddings.store.vectors import Ids, probes

DIMENSION = 384


class Rows:
    """Windows as rows would hold them: ids with gaps, some of them dead."""

    def __init__(self, count: int, *, seed: int = 1, position: str = "1:a") -> None:
        draw = np.random.default_rng(seed)
        self.ids: Ids = np.cumsum(draw.integers(1, 4, count)).astype(np.int64)
        # Real ones vary in far fewer directions than they have dimensions, and a little in all.
        spread = draw.normal(size=(count, 12)) @ draw.normal(size=(12, DIMENSION)) + draw.normal(
            size=(count, DIMENSION)
        )
        unit = spread / np.linalg.norm(spread, axis=1, keepdims=True)
        # Rounded as the exact index rounds them, so that the order is the same to the last.
        self.matrix: Vector = unit.astype(np.float16).astype(np.float32)
        self.alive = np.ones(count, dtype=np.bool_)
        self.position = position

    def upto(self, count: int) -> Rows:
        """Only the first so many."""
        fewer = Rows(0, position=self.position)
        fewer.ids, fewer.matrix, fewer.alive = self.ids[:count], self.matrix[:count], self.alive[:count]
        return fewer

    def vectors(self, first: int, last: int) -> Iterator[tuple[Ids, Vector]]:
        """As a source gives them."""
        chosen = np.flatnonzero(self.alive & (self.ids >= first) & (self.ids <= last))
        for start in range(0, len(chosen), 4096):
            some = chosen[start : start + 4096]
            yield self.ids[some], self.matrix[some]

    def allowed(self, mask: np.ndarray | None = None) -> Allowed:
        """Those alive, and of the mask."""
        ids = self.ids[self.alive if mask is None else self.alive & mask]
        return Allowed.ranges(ids, ids + 1)

    def nearest(self, vector: Vector, count: int, mask: np.ndarray | None = None) -> list[int]:
        """By comparing every one."""
        chosen = np.flatnonzero(self.alive if mask is None else self.alive & mask)
        order = np.argsort(-(self.matrix[chosen] @ vector), kind="stable")[:count]
        return list(self.ids[chosen[order]].tolist())

    def rescored(self, found: Ids, vector: Vector, count: int) -> list[int]:
        """The best of these, by their vectors."""
        places = np.searchsorted(self.ids, found)
        order = np.argsort(-(self.matrix[places] @ vector), kind="stable")[:count]
        return list(found[order].tolist())


def known(position: str) -> bool:
    return position == "1:a"


def opened(folder: Path, rows: Rows | None = None) -> Index:
    """An index that has caught up with the rows."""
    index = Index(folder, encoder="an encoder", dimension=DIMENSION)
    caught_up(index, rows)
    return index


def caught_up(index: Index, rows: Rows | None) -> Index:
    index.refresh(known)
    if rows is not None and len(rows.ids):
        for ids, vectors in rows.vectors(index.last + 1, int(rows.ids[-1])):
            index.add(ids, vectors)
    return index


def build_all(folder: Path, rows: Rows) -> int:
    """Build until nothing is due; how often."""
    times = 0
    while True:
        index = opened(folder)
        plan = index.overdue(rows.allowed())
        if plan is None:
            return times
        assert index.build(plan, rows, alive=rows.allowed())
        times += 1


def recall(index: Index, rows: Rows, mask: np.ndarray | None = None) -> float:
    """How many of the ten nearest are found, after scoring anew."""
    questions = rows.matrix[:: len(rows.matrix) // 40] + 0.1
    allowed = rows.allowed(mask)
    shares = []
    for question in questions:
        found = rows.rescored(index.nearest(question, 10, allowed=allowed), question, 10)
        shares.append(len(set(found) & set(rows.nearest(question, 10, mask))) / 10)
    return float(np.mean(shares))


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), max_size=12), st.integers(0, 700), st.integers(0, 700)
)
def test_allowed_ranges_are_the_windows_in_them(gaps: list[tuple[int, int]], first: int, last: int) -> None:
    edges = np.cumsum([length for pair in gaps for length in pair]).astype(np.int64)
    expected = {i for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True) for i in range(a, b)}
    allowed = Allowed.ranges(edges[::2], edges[1::2])
    assert {i for i in range(8 * len(allowed.bits)) if allowed.bits[i // 8] >> (i % 8) & 1} == expected
    assert allowed.count() == len(expected)
    assert allowed.count(first, last) == len([i for i in expected if first <= i <= last])
    assert allowed.newest == max(expected, default=0)


def test_what_is_in_memory_is_found_as_by_comparing_every_one(tmp_path: Path) -> None:
    rows = Rows(3_000)
    index = opened(tmp_path, rows)
    mask = np.random.default_rng(2).random(3_000) < 0.1
    for question in rows.matrix[:20]:
        assert index.nearest(question, 5, allowed=None).tolist() == rows.nearest(question, 5)
        assert index.nearest(question, 5, allowed=rows.allowed(mask)).tolist() == rows.nearest(question, 5, mask)
    assert index.exact
    assert index.last == rows.ids[-1]
    assert not list(tmp_path.iterdir())


def test_segments_memory_and_deaths_together_are_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "FRESH", 500)
    rows = Rows(4_000)
    for count in (900, 1_500, 3_700):
        assert build_all(tmp_path, rows.upto(count)) == 1
    rows.alive = np.random.default_rng(3).random(4_000) < 0.8
    index = opened(tmp_path, rows)
    assert index.describe().segments == 1
    assert index.exact
    for question in rows.matrix[:20]:
        assert index.nearest(question, 8, allowed=rows.allowed()).tolist() == rows.nearest(question, 8)


def test_batches_of_any_size_make_the_same_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "FRESH", 300)
    rows = Rows(2_500)
    answers = []
    for name, step in (("small", 110), ("odd", 333), ("whole", 2_500)):
        for count in range(step, 2_500 + step, step):
            build_all(tmp_path / name, rows.upto(count))
        index = opened(tmp_path / name, rows)
        answers.append([index.nearest(question, 7, allowed=None).tolist() for question in rows.matrix[:30]])
    assert answers[0] == answers[1] == answers[2]


def test_a_large_index_finds_nearly_all_of_the_nearest_whatever_the_filter(tmp_path: Path) -> None:
    rows = Rows(120_000)
    assert build_all(tmp_path, rows.upto(110_000)) == 1
    index = opened(tmp_path, rows)
    shape = index.describe()
    assert not index.exact
    assert shape.windows == 120_000
    # 48 bytes of code and 8 of factors, 8 for the id, and the cells.
    assert shape.size / 110_000 < 75
    draw = np.random.default_rng(4)
    assert recall(index, rows) >= 0.97
    for share in (0.12, 0.01, 0.001):
        assert recall(index, rows, draw.random(120_000) < share) >= 0.97, share
        assert recall(index, rows, np.arange(120_000) < share * 120_000) >= 0.97


def test_a_few_allowed_are_all_found(tmp_path: Path) -> None:
    rows = Rows(110_000)
    build_all(tmp_path, rows)
    index = opened(tmp_path, rows)
    mask = np.zeros(110_000, dtype=np.bool_)
    mask[[5, 70_000, 100_000]] = True
    assert sorted(index.nearest(rows.matrix[0], 10, allowed=rows.allowed(mask)).tolist()) == rows.ids[mask].tolist()
    nothing = Allowed.ranges(rows.ids[:0], rows.ids[:0])
    assert index.nearest(rows.matrix[0], 10, allowed=nothing).tolist() == []


def test_much_in_memory_is_coded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "IN_MEMORY", 6_000)
    rows = Rows(20_000)
    index = opened(tmp_path, rows)
    assert not index.exact
    assert recall(index, rows) >= 0.97


def test_a_larger_segment_is_made_of_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "EXACT", 2_000)
    monkeypatch.setattr(indexing, "FRESH", 2_000)
    rows = Rows(9_000)
    build_all(tmp_path, rows.upto(5_000))
    rows.alive[:1_000] = False
    index = opened(tmp_path)
    plan = index.overdue(rows.allowed())
    assert plan is not None
    assert plan.base is not None

    class Noted(Rows):
        def vectors(self, first: int, last: int) -> Iterator[tuple[Ids, Vector]]:
            asked.append((first, last))
            return rows.vectors(first, last)

    asked: list[tuple[int, int]] = []
    assert index.build(plan, Noted(0), alive=rows.allowed())
    assert asked == [(plan.base.last + 1, int(rows.ids[-1]))]
    index = opened(tmp_path, rows)
    assert index.describe().windows == 8_000
    assert recall(index, rows) >= 0.97


def test_sizes_double_and_each_vector_is_written_again_seldom() -> None:
    counted: list[tuple[Segment, int]] = []
    written = 0
    for newest in range(indexing.FRESH, 10_000_000, indexing.FRESH):
        plan = due(counted, indexing.FRESH, newest=newest)
        assert plan is not None
        counted = [each for each in counted if each[0].first < plan.first]
        counted.append((Segment("", plan.first, plan.last, plan.windows, 1, "", 1, ""), plan.windows))
        written += plan.windows
        assert sum(alive for _, alive in counted) == newest
        assert all(a > 2 * b for (_, a), (_, b) in pairwise(counted))
    assert len(counted) <= 9
    assert written / 10_000_000 < 9


def test_what_was_exact_while_small_is_not_so_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "EXACT", 4_000)
    monkeypatch.setattr(indexing, "FRESH", 1_000)
    rows = Rows(5_000)
    build_all(tmp_path, rows.upto(3_500))
    exact = opened(tmp_path).describe()
    assert (exact.exact, exact.segments) == (True, 1)
    build_all(tmp_path, rows)
    shape = opened(tmp_path).describe()
    assert (shape.windows, shape.exact) == (5_000, False)
    # A byte a number and more while all are compared, a bit a number afterwards.
    assert shape.size < exact.size
    assert recall(opened(tmp_path, rows), rows) >= 0.97


def test_a_mostly_dead_segment_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "FRESH", 500)
    rows = Rows(1_000)
    build_all(tmp_path, rows)
    rows.alive[:450] = False
    assert build_all(tmp_path, rows) == 0
    rows.alive[:600] = False
    assert build_all(tmp_path, rows) == 1
    assert opened(tmp_path).describe().windows == 400
    rows.alive[:] = False
    assert build_all(tmp_path, rows) == 1
    assert opened(tmp_path).describe().segments == 0


def test_more_cells_are_looked_into_for_rarer_selections() -> None:
    tried = [probes(4_096, allowed) for allowed in (10, 1_000, 100_000, 10_000_000)]
    assert tried == sorted(tried, reverse=True)
    assert tried[0] == 4_096
    assert tried[-1] < 4_096 / 10


def test_of_what_may_stand_together_as_many_cells_are_looked_into_however_many_there_are() -> None:
    many, more = (probes(4_096, allowed, narrow=True) for allowed in (10_000, 1_000_000))
    assert many == more > 2 * probes(4_096, 1_000_000)


# Crashes, damage and company.


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Rows]:
    """A folder with two segments, and their rows, with some more for the memory."""
    monkeypatch.setattr(indexing, "FRESH", 500)
    rows = Rows(4_000)
    build_all(tmp_path, rows.upto(3_000))
    build_all(tmp_path, rows.upto(3_600))
    assert opened(tmp_path).describe().segments == 2
    return tmp_path, rows


def answers_right(folder: Path, rows: Rows) -> bool:
    index = opened(folder, rows)
    return all(
        index.nearest(question, 6, allowed=rows.allowed()).tolist() == rows.nearest(question, 6)
        for question in rows.matrix[:10]
    )


@pytest.mark.parametrize("step", ["_digest", "publish", "sweep", "_digest_of", "_sync"])
def test_a_build_that_dies_leaves_the_old_or_the_new(small: tuple[Path, Rows], step: str) -> None:
    folder, rows = small
    process = multiprocessing.get_context("fork").Process(target=_die, args=(folder, rows, step))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert answers_right(folder, rows)
    assert opened(folder).build(Plan(1, int(rows.ids[-1]), 4_000, True), rows, alive=rows.allowed())
    assert answers_right(folder, rows)
    named = {segment["file"] for segment in json.loads((folder / LIST).read_text())["index"]["segments"]}
    assert {path.name for path in folder.iterdir()} - {LIST, indexing.LOCK} == named


def _die(folder: Path, rows: Rows, step: str) -> None:
    indexing.FRESH = 100
    index = opened(folder)
    plan = index.overdue(rows.allowed())
    assert plan is not None
    plan = Plan(plan.first, plan.last, plan.windows, plan.exact)
    setattr(segments, step, lambda *_, **__: os._exit(9))
    index.build(plan, rows, alive=rows.allowed())


@pytest.mark.parametrize("harm", ["cut", "flip", "gone", "list cut", "list flipped", "list gone", "folder gone"])
def test_what_is_damaged_is_refused_and_built_anew(small: tuple[Path, Rows], harm: str) -> None:
    folder, rows = small
    victim = folder / LIST if "list" in harm else max(folder.glob("*.faiss"), key=lambda path: path.stat().st_size)
    whole = victim.read_bytes()
    if harm == "folder gone":
        shutil.rmtree(folder)
    elif "gone" in harm:
        victim.unlink()
    elif "cut" in harm:
        victim.write_bytes(whole[: len(whole) // 2])
    elif harm == "flip":
        victim.write_bytes(whole[:-5_000] + bytes([whole[-5_000] ^ 255]) + whole[-4_999:])
    else:
        victim.write_text(whole.decode().replace('"first": 1,', '"first": 2,'))
    assert answers_right(folder, rows)
    assert opened(folder).last < rows.ids[3_000 - 1]
    assert build_all(folder, rows) == 1
    assert opened(folder).last == rows.ids[-1]
    assert answers_right(folder, rows)


def test_files_of_another_history_or_encoder_are_not_taken_up(small: tuple[Path, Rows]) -> None:
    folder, _ = small
    restored = Rows(4_000, seed=9, position="7:z")
    index = Index(folder, encoder="an encoder", dimension=DIMENSION)
    assert not index.refresh(lambda position: position == "7:z")
    assert index.last == 0
    plan = index.overdue(restored.allowed())
    assert plan is not None
    assert index.build(plan, restored, alive=restored.allowed())
    assert index.refresh(lambda position: position == "7:z")
    assert index.nearest(restored.matrix[7], 1, allowed=None).tolist() == [restored.ids[7]]
    other = Index(folder, encoder="another encoder", dimension=8)
    other.refresh(lambda _: True)
    assert other.last == 0


def test_only_one_builds_and_one_that_comes_late_steps_back(small: tuple[Path, Rows]) -> None:
    folder, rows = small
    late, early = opened(folder), opened(folder)
    plan = Plan(1, int(rows.ids[-1]), 4_000, True)
    outcomes: list[bool] = []

    class Slow(Rows):
        def vectors(self, first: int, last: int) -> Iterator[tuple[Ids, Vector]]:
            outcomes.append(late.build(plan, rows, alive=rows.allowed()))
            return rows.vectors(first, last)

    assert early.build(plan, Slow(0, position="1:a"), alive=rows.allowed())
    assert outcomes == [False]
    assert not late.build(plan, rows, alive=rows.allowed())
    assert answers_right(folder, rows)


def test_a_reader_answers_while_its_files_are_replaced(small: tuple[Path, Rows]) -> None:
    folder, rows = small
    reader = opened(folder, rows)
    index = opened(folder)
    assert index.build(Plan(1, int(rows.ids[-1]), 4_000, True), rows, alive=rows.allowed())
    assert len(list(folder.glob("*.faiss"))) == 1
    assert reader.nearest(rows.matrix[3], 4, allowed=None).tolist() == rows.nearest(rows.matrix[3], 4)
    assert reader.refresh(known)
    assert not reader.refresh(known)
    assert reader.describe().windows == 4_000
    assert reader.nearest(rows.matrix[3], 4, allowed=None).tolist() == rows.nearest(rows.matrix[3], 4)


def test_readers_and_a_builder_go_on_together(small: tuple[Path, Rows]) -> None:
    folder, rows = small
    wrong: list[list[int]] = []
    going = [True]

    def ask() -> None:
        while going[0]:
            found = opened(folder, rows).nearest(rows.matrix[11], 4, allowed=None).tolist()
            if found != rows.nearest(rows.matrix[11], 4):
                wrong.append(found)

    readers = [Thread(target=ask) for _ in range(2)]
    for thread in readers:
        thread.start()
    for count in range(3_700, 4_001, 20):
        assert opened(folder).build(Plan(1, int(rows.ids[count - 1]), count, True), rows, alive=rows.allowed())
    going[0] = False
    for thread in readers:
        thread.join()
    assert wrong == []


# Purging.


@pytest.mark.parametrize("limit", [100_000, 1_000])
def test_nothing_is_left_of_what_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(indexing, "EXACT", limit)
    monkeypatch.setattr(indexing, "FRESH", 500)
    rows = Rows(4_000)
    build_all(tmp_path, rows.upto(3_500))
    index = opened(tmp_path, rows)
    gone = rows.ids[[3_000, 3_300, 3_900]]
    before = {path.name for path in tmp_path.glob("*.faiss")}
    ids_as_bytes = [int(i).to_bytes(8, "little") for i in gone[:2]]
    assert all(any(each in path.read_bytes() for path in tmp_path.glob("*.faiss")) for each in ids_as_bytes)
    index.forget(gone)
    assert before.isdisjoint(path.name for path in tmp_path.glob("*.faiss"))
    contents = b"".join(path.read_bytes() for path in tmp_path.glob("*.faiss"))
    assert not any(each in contents for each in ids_as_bytes)
    assert rows.matrix[3_000].astype(np.float16).tobytes() not in contents
    index.refresh(known)
    assert index.describe().windows == 3_997
    rows.alive[[3_000, 3_300, 3_900]] = False
    assert set(gone.tolist()).isdisjoint(index.nearest(rows.matrix[3_000], 20, allowed=None).tolist())
    assert recall(index, rows) >= 0.97


def test_a_build_that_began_before_a_purge_is_dropped(small: tuple[Path, Rows]) -> None:
    folder, rows = small
    builder = opened(folder)
    opened(folder).forget(rows.ids[3_800:3_801])
    assert not builder.build(Plan(1, int(rows.ids[-1]), 4_000, True), rows, alive=rows.allowed())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "build", "die", "purge", "open"]), st.integers(1, 400)), max_size=14))
def test_any_order_of_events_leaves_the_right_answers(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, int]]
) -> None:
    folder, everything = tmp_path_factory.mktemp("index"), Rows(6_000)
    count, fresh = 100, indexing.FRESH
    indexing.FRESH = 150
    try:
        index = opened(folder, everything.upto(count))
        for event, size in events:
            rows = everything.upto(count)
            if event == "add":
                count += size
            elif event == "build":
                build_all(folder, rows)
            elif event == "open":
                index = opened(folder)
            else:
                everything.alive[size : size + 30] = False
                if event == "purge":
                    caught_up(index, rows).forget(everything.ids[size : size + 30])
            rows = everything.upto(count)
            caught_up(index, rows)
            for question in everything.matrix[:3]:
                assert index.nearest(question, 6, allowed=rows.allowed()).tolist() == rows.nearest(question, 6)
    finally:
        indexing.FRESH = fresh
