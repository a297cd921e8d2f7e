"""What ``onrecord bench recall`` prints: of real and turned vectors, against comparing each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from embeddings.benching import last_recall, recall
from embeddings.benching.recall import Windows, measure, questions_from
from embeddings.cli import app
from embeddings.store import Vector, index
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import DIMENSION, article, served

KINDS = {"none", "date 12 %", "date 1 %", "outlet", "speaker 1 %", "date x outlet", "date x speaker"}
COUNT = 4_000


def real(count: int) -> Vector:
    """Unit vectors about forty subjects."""
    draw = np.random.default_rng(5)
    subjects = draw.normal(size=(40, 32))
    rows = subjects[draw.integers(0, 40, count)] + 0.5 * draw.normal(size=(count, 32))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_what_is_exact_finds_all_of_the_nearest() -> None:
    vectors = real(COUNT).astype(np.float16)
    measured = measure(vectors, questions_from(vectors), windows=COUNT)
    assert measured.exact
    assert {kind.filter for kind in measured.kinds} == KINDS
    # What is left to chance is what rounds to the same.
    assert min(kind.recall for kind in measured.kinds) > 0.99
    assert (measured.windows, measured.real) == (COUNT, COUNT)


def test_what_is_approximate_is_held_against_all_that_pass_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "EXACT", 1_000)
    monkeypatch.setattr(index, "FRESH", 500)
    vectors = real(COUNT // 2).astype(np.float16)
    measured = measure(vectors, questions_from(vectors), windows=COUNT)
    assert not measured.exact
    assert measured.segments > 0
    assert (measured.windows, measured.real) == (COUNT, COUNT // 2)
    shares = {kind.filter: kind.share for kind in measured.kinds}
    assert shares["none"] == 1
    assert shares["date 12 %"] == pytest.approx(0.12, abs=0.03)
    assert shares["speaker 1 %"] == pytest.approx(0.01, abs=0.003)
    assert all(0.8 < kind.recall <= 1 for kind in measured.kinds)


def test_an_index_that_misses_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "EXACT", 1_000)
    monkeypatch.setattr(index, "FRESH", 500)
    monkeypatch.setattr("embeddings.store.vectors.probes", lambda *_, **__: 1)
    monkeypatch.setattr("embeddings.store.vectors.OVERSAMPLE", 10)
    vectors = real(COUNT).astype(np.float16)
    found = {kind.filter: kind.recall for kind in measure(vectors, questions_from(vectors), windows=COUNT).kinds}
    assert found["none"] < 0.8


def test_copies_are_near_what_they_are_made_of_and_no_two_alike(tmp_path: Path) -> None:
    vectors = real(500).astype(np.float16)
    made = Windows(vectors, 1_500, tmp_path).at(slice(0, 1_500))
    assert made[:500] == pytest.approx(vectors.astype(np.float32), abs=0.01)
    cosines = np.sum(made[500:1_000] * made[:500], axis=1)
    assert np.all((cosines > 0.77) & (cosines < 0.97))
    assert not np.any(np.all(made[500:1_000] == made[1_000:], axis=1))


def test_the_command_measures_an_archive_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, file = tmp_path / "archive", tmp_path / "vectors.npy"
    monkeypatch.setenv("ONRECORD_ARCHIVE", str(folder))
    monkeypatch.setattr(recall, "QUESTIONS", 5)
    with EmbeddedStore(folder, encoder="fake", dimension=DIMENSION, writing=True) as store:
        store.put([served(article(str(n), *(f"Paragraph {n} {m}." for m in range(20)))) for n in range(10)])
    assert last_recall(folder) is None
    printed = CliRunner().invoke(app, ["bench", "recall", "--json"])
    assert printed.exit_code == 0, printed.output
    told = json.loads(printed.stdout)
    assert (told["windows"], told["real"], told["exact"]) == (200, 200, True)
    assert last_recall(folder) == (min(kind["recall"] for kind in told["kinds"]), 200)

    np.save(file, real(300))
    table = CliRunner().invoke(app, ["bench", "recall", "--windows", "400", "--vectors", str(file)])
    assert table.exit_code == 0, table.output
    assert "400 windows (300 real)" in " ".join(table.stdout.split())
    # What was measured of a file says nothing about the archive.
    assert last_recall(folder) == (min(kind["recall"] for kind in told["kinds"]), 200)

    np.save(file, np.zeros(3))
    refused = CliRunner().invoke(app, ["bench", "recall", "--vectors", str(file)])
    assert refused.exit_code == 4
    assert "no rows of vectors" in " ".join(refused.output.split())
