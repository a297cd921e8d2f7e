"""What ``onrecord bench encode`` prints: every figure follows from what was timed."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from embeddings import Settings
from embeddings.benching.encode import Lap, Limit, Measured, Row, contestants, limits_of, rows_of, table_of
from embeddings.benching.paragraphs import WORDS, paragraphs
from embeddings.benching.work import Work, work_of
from embeddings.cli import app
from embeddings.encoder.serving import WEIGHTS
from embeddings.wiring import export_folder, make_encoder

AT = Callable[[Path], Settings]


def test_paragraphs_are_of_one_length_and_hardly_ever_the_same() -> None:
    made = paragraphs(200)
    assert {len(one.split()) for one in made} == {WORDS}
    assert len(set(made)) > 190
    assert made == paragraphs(200)


def test_the_work_of_a_text_grows_with_its_tokens_and_their_square() -> None:
    work = Work({(4, 8): 2, (8, 4): 1}, attention=10)
    assert work.multiply_adds(3) == 3 * (2 * 32 + 32) + 9 * 10
    assert work.mean([3, 5]) == (work.multiply_adds(3) + work.multiply_adds(5)) / 2


def test_the_work_of_the_default_model_is_read_from_its_export(real_settings: AT, tmp_path: Path) -> None:
    settings = Settings.from_environ(
        {"ONRECORD_ENCODER": "onnx-fp32", "ONRECORD_CACHE": str(real_settings(tmp_path).cache)}
    )
    make_encoder(settings)
    # Six layers of two matrices in the attention (one of three put side by side) and two after it.
    work = work_of(export_folder(settings, "fp32") / WEIGHTS)
    assert work.weights == {(384, 1152): 6, (384, 384): 6, (384, 1536): 6, (1536, 384): 6}
    assert work.attention == 12 * 384


@pytest.mark.parametrize(
    ("encoder", "threads", "cores", "expected"),
    [
        ("onnx-int8", 2, 2, [("onnx-int8", 1), ("onnx-int8", 2), ("onnx-fp32", 1), ("torch", 1), ("torch", 2)]),
        ("onnx-fp32", 1, 1, [("onnx-fp32", 1), ("torch", 1)]),
        ("torch", 4, 2, [("torch", 1), ("torch", 4), ("onnx-fp32", 1), ("torch", 2)]),
    ],
)
def test_everybody_is_measured_once(encoder: str, threads: int, cores: int, expected: list[tuple[str, int]]) -> None:
    assert contestants(encoder, threads, cores=cores) == expected


def test_rows_are_medians_beside_the_quicker_reference() -> None:
    true, near = np.eye(4, dtype=np.float32), np.full((4, 4), 0.5, dtype=np.float32)
    vectors = {("onnx-int8", 1): near, ("torch", 1): true, ("torch", 2): true}
    laps = {
        ("onnx-int8", 1): [Lap(1, 2), Lap(2, 4), Lap(90, 90)],
        ("torch", 1): [Lap(4, 4)],
        ("torch", 2): [Lap(8, 1)],
    }
    limits = {"int8": Limit(400, 4), "fp32": Limit(100, 2)}
    ours, one, two = rows_of(laps, vectors, limits)
    assert (ours.texts_per_second_per_core, ours.texts_per_second) == (2, 1)
    assert (ours.share_of_limit, ours.times_sentence_transformers) == (0.5, 2)
    assert (ours.cosine_least, ours.cosine_mean) == (0.5, 0.5)
    assert (one.times_sentence_transformers, one.share_of_limit, one.cosine_least) == (1, 0.5, 1)
    assert (two.times_sentence_transformers, two.texts_per_second) == (0.5, 4)


def test_a_limit_is_the_middle_round_over_the_work_of_a_text() -> None:
    rates = [{"int8": 300.0}, {"int8": 900.0}, {"int8": 400.0}]
    assert limits_of(rates, Work({(2, 5): 1}, attention=0), [1, 3]) == {"int8": Limit(400, 20)}


def test_the_command_prints_every_figure(real_settings: AT, tmp_path: Path) -> None:
    environ = {"ONRECORD_CACHE": str(real_settings(tmp_path).cache), "ONRECORD_THREADS": "2"}
    done = CliRunner().invoke(app, ["bench", "encode", "--texts", "3", "--json"], env=environ, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["encoder"], told["texts"], told["words"]) == ("onnx-int8", 3, WORDS)
    assert set(told["limits"]) == {"fp32", "bf16", "int8"}
    for limit in told["limits"].values():
        expected = limit["multiply_adds_per_second"] / told["multiply_adds"]
        assert limit["texts_per_second"] == pytest.approx(expected)
    by_weights = told["tokens"] * 6 * (4 * 384 * 384 + 2 * 384 * 1536)
    assert by_weights < told["multiply_adds"] < 1.1 * by_weights
    rows = {(row["encoder"], row["threads"]): row for row in told["rows"]}
    assert {("onnx-int8", 1), ("onnx-int8", 2), ("onnx-fp32", 1), ("torch", 1)} <= set(rows)
    best = max(row["texts_per_second_per_core"] for row in told["rows"] if row["encoder"] == "torch")
    for (encoder, _), row in rows.items():
        limit = told["limits"]["int8" if encoder == "onnx-int8" else "fp32"]
        assert row["share_of_limit"] == pytest.approx(row["texts_per_second_per_core"] / limit["texts_per_second"])
        assert row["times_sentence_transformers"] == pytest.approx(row["texts_per_second_per_core"] / best)
        assert 0.97 <= row["cosine_least"] <= row["cosine_mean"] <= 1.00001
    assert rows["onnx-int8", 1]["times_sentence_transformers"] > 1


def test_the_table_shows_each_row_beside_its_own_limit_in_80_columns() -> None:
    rows = [Row("onnx-int8", 16, 132.04, 1066, 0.519, 3.3, 0.98, 0.99), Row("torch", 2, 40, 50, 0.4, 1, 1, 1)]
    limits = {"fp32": Limit(57e9, 72), "int8": Limit(216e9, 274)}
    console = Console(width=80, record=True, file=StringIO())
    console.print(table_of(Measured("onnx-int8", 32, WORDS, 72.1, 789e6, limits, rows)))
    told = console.export_text()
    for words in (
        "59 words, 72.1 tokens and 789 million",
        "onnx-int8, 16",
        "132.0",
        "1066.0",
        "52% of int8",
        "0.9800",
        "reference, 2",
        "40% of fp32",
        "The reference is sentence-transformers.",
        "216 thousand million",
    ):
        assert words in told
    assert "…" not in told
    assert "torch" not in told


def test_a_model_that_is_not_to_be_had_is_told_and_not_thrown(tmp_path: Path) -> None:
    environ = {"ONRECORD_CACHE": str(tmp_path), "ONRECORD_MODEL": "no such model!"}
    done = CliRunner().invoke(app, ["bench", "encode", "--texts", "1"], env=environ)
    assert done.exit_code == 4
    assert "ONRECORD_MODEL" in done.stderr
