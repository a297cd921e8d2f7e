"""Vectors: unit length is a promise, equal names mean equal vectors, and the fast model agrees with the true one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import BertConfig, BertModel

from embeddings import Article, ModelError, Settings
from embeddings.encoder import Encoder, Vectors
from embeddings.encoder.export import LEAST_COSINE
from embeddings.encoder.hashing import HashingEncoder
from embeddings.encoder.model import DEFAULT_MODEL, find_model, sha256_of
from embeddings.encoder.pooling import pool_spans, unit
from embeddings.encoder.serving import FORMAT, MANIFEST, TOKENIZER, WEIGHTS, ServingEncoder
from embeddings.news import Span
from embeddings.readers import read
from embeddings.wiring import export_folder, make_encoder

ROOT = Path(__file__).parents[2]
AT = Callable[[Path], Settings]


def lengths(vectors: Vectors) -> list[float]:
    return [float(length) for length in np.linalg.norm(vectors, axis=-1)]


# Words hashed.


@given(st.lists(st.text(max_size=40), max_size=6))
def test_hashed_texts_are_of_unit_length_and_the_same_every_time(texts: list[str]) -> None:
    vectors = HashingEncoder(dimension=16).passages(texts)
    assert vectors.shape == (len(texts), 16)
    assert vectors.dtype == np.float32
    assert lengths(vectors) == pytest.approx([1.0] * len(texts), abs=1e-5)
    for text, row in zip(texts, vectors, strict=True):
        assert np.array_equal(HashingEncoder(dimension=16).question(text), row)


def test_hashed_texts_point_the_same_way_as_far_as_they_share_words() -> None:
    encoder = HashingEncoder()
    same, half, none = encoder.passages(["The crane fell.", "A crane stood.", "Herring prices."])
    question = encoder.question("crane fell")
    assert float(same @ question) == pytest.approx(1.0)
    assert float(half @ question) == pytest.approx(0.5)
    assert float(none @ question) == pytest.approx(0.0)


def test_a_hashed_span_is_its_own_words() -> None:
    encoder, text = HashingEncoder(), "The crane fell. It rained."
    [spans] = encoder.spans([text], [[Span(0, 15), Span(16, 26)]])
    assert np.array_equal(spans, encoder.passages(["The crane fell.", "It rained."]))
    assert encoder.spans([text], [[]])[0].shape == (0, encoder.dimension)


# Pooling.

DIAGONAL = 0.5**0.5


def test_a_span_is_the_mean_of_the_tokens_that_begin_in_it() -> None:
    tokens = np.array([[9, 9], [1, 0], [0, 1], [2, 0], [9, 9]], dtype=np.float32)
    offsets = [(0, 0), (0, 3), (4, 8), (9, 12), (0, 0)]
    spans = [Span(0, 8), Span(9, 12), Span(5, 9), Span(12, 40)]
    expected = [[DIAGONAL, DIAGONAL], [1, 0], [0, 0], [0, 0]]
    assert pool_spans(tokens, offsets, spans) == pytest.approx(np.array(expected))
    assert pool_spans(tokens, offsets, []).shape == (0, 2)


def test_a_row_of_zeros_stays_as_it_is() -> None:
    assert unit(np.array([[0, 0], [0, 5]], dtype=np.float32)) == pytest.approx(np.array([[0, 0], [0, 1]]))


# Finding a model.


def model_folder(
    folder: Path, *, pooling: object = None, weights: bytes = b"weights", dimension: int | None = 8
) -> Path:
    """A folder that looks like a sentence-transformers model."""
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(weights)
    config = {"word_embedding_dimension": dimension, "pooling_mode_mean_tokens": True} if pooling is None else pooling
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def test_a_model_in_a_folder_is_known_by_its_weights(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 64}', encoding="utf-8")
    found = find_model(str(folder))
    assert (found.pooling, found.dimension, found.max_tokens) == ("mean", 8, 64)
    assert found.sha256 == sha256_of(folder / "model.safetensors")

    other = find_model(str(model_folder(tmp_path / "other", weights=b"other weights")))
    assert replace(other, name=found.name).identity("int8") != found.identity("int8")
    assert found.identity("fp32") != found.identity("int8")


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"embedding_dimension": 8, "pooling_mode": "cls"}, "cls"),
        ({"word_embedding_dimension": 8, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
    ],
)
def test_both_spellings_of_pooling_are_read(tmp_path: Path, config: dict[str, Any], pooling: str) -> None:
    found = find_model(str(model_folder(tmp_path / "model", pooling=config)))
    assert (found.pooling, found.dimension) == (pooling, 8)


def test_damaged_weights_of_the_default_model_are_refused(tmp_path: Path) -> None:
    model_folder(tmp_path / DEFAULT_MODEL, weights=b"damaged")
    with chdir(tmp_path), pytest.raises(ModelError, match=r"SHA-256 .*pip install --force-reinstall"):
        find_model(DEFAULT_MODEL)


@pytest.mark.parametrize(
    "config",
    [
        {"word_embedding_dimension": 8, "pooling_mode_max_tokens": True},
        {"word_embedding_dimension": 8, "pooling_mode_max_tokens": True, "pooling_mode_mean_tokens": True},
        {"word_embedding_dimension": 8},
        {"pooling_mode": "mean"},
        {"pooling_mode": "weightedmean", "embedding_dimension": 8},
        ["mean"],
    ],
)
def test_a_model_that_pools_otherwise_is_refused(tmp_path: Path, config: object) -> None:
    folder = model_folder(tmp_path / "model", pooling=config)
    with pytest.raises(ModelError, match="ONRECORD_MODEL"):
        find_model(str(folder))


@pytest.mark.parametrize("missing", ["model.safetensors", "1_Pooling/config.json"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    folder = model_folder(tmp_path / "model")
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=rf"{missing}.*ONRECORD_MODEL"):
        find_model(str(folder))


def test_a_garbled_configuration_is_named(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    (folder / "1_Pooling" / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json.*ONRECORD_MODEL"):
        find_model(str(folder))


def test_a_name_that_no_hub_can_have_is_refused() -> None:
    with pytest.raises(ModelError, match="a folder in ONRECORD_MODEL"):
        find_model("no such model!")


# Serving files.

MANIFEST_OF_EIGHT = {"name": "toy/int8", "sha256": "0" * 64, "pooling": "mean", "dimension": 8, "max_tokens": 16}


def serving_folder(folder: Path, manifest: str) -> Path:
    (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    (folder / WEIGHTS).write_bytes(b"no weights")
    return folder


@pytest.mark.parametrize(
    "manifest", ["", "{", "[]", "null", '"name"', '{"name": "toy"}', '{"name": 1, "sha256": "", "pooling": "mean"}']
)
def test_a_garbled_manifest_is_refused(tmp_path: Path, manifest: str) -> None:
    with pytest.raises(ModelError, match=r"delete .*, it is made again|delete it, it is made again"):
        ServingEncoder(serving_folder(tmp_path, manifest), threads=1)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="it is made again"):
        ServingEncoder(tmp_path, threads=1)


def test_a_missing_or_damaged_tokenizer_is_named(tmp_path: Path) -> None:
    folder = serving_folder(tmp_path, json.dumps(MANIFEST_OF_EIGHT))
    with pytest.raises(ModelError, match=rf"{TOKENIZER}.*it is made again"):
        ServingEncoder(folder, threads=1).question("Crane?")
    (folder / TOKENIZER).write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=rf"{TOKENIZER}.*it is made again"):
        ServingEncoder(folder, threads=1).passages(["Crane."])


def test_damaged_weights_are_refused_before_they_are_run(tmp_path: Path, serving: ServingEncoder, cache: Path) -> None:
    folder = serving_folder(tmp_path, json.dumps(MANIFEST_OF_EIGHT))
    (folder / TOKENIZER).write_bytes((next(cache.rglob(TOKENIZER))).read_bytes())
    with pytest.raises(ModelError, match=rf"{WEIGHTS} is damaged: delete .*, it is made again"):
        ServingEncoder(folder, threads=1).question("Crane?")


# The real model.


@pytest.fixture(scope="module")
def serving(real_settings: AT, tmp_path_factory: pytest.TempPathFactory) -> ServingEncoder:
    encoder = make_encoder(real_settings(tmp_path_factory.mktemp("unused")))
    assert isinstance(encoder, ServingEncoder)
    return encoder


@pytest.fixture(scope="module")
def reference(real_settings: AT, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return make_encoder(replace(real_settings(tmp_path_factory.mktemp("unused")), encoder="torch"))


@pytest.fixture(scope="module")
def exact(real_settings: AT, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return make_encoder(replace(real_settings(tmp_path_factory.mktemp("unused")), encoder="onnx-fp32"))


@pytest.fixture(scope="module")
def wire() -> list[str]:
    """Every paragraph of the sample wire, short enough to be encoded in one piece."""
    stories = [one for one in read(ROOT / "sample" / "wire") if isinstance(one, Article)]
    return [p.span.cut(one.text) for one in stories for p in one.paragraphs]


@pytest.mark.parametrize(("which", "precision"), [("serving", "int8"), ("exact", "fp32")])
def test_the_serving_encoders_agree_with_the_reference(
    which: str, precision: str, reference: Encoder, wire: list[str], request: pytest.FixtureRequest
) -> None:
    some = wire[::3]
    assert len(some) > 100
    encoder: Encoder = request.getfixturevalue(which)
    cosines = np.sum(encoder.passages(some) * reference.passages(some), axis=1)
    assert float(cosines.min()) >= LEAST_COSINE[precision] >= 0.97
    assert float(cosines.mean()) >= 0.99


def test_the_reference_keeps_the_same_promises(reference: Encoder, wire: list[str]) -> None:
    vectors = reference.passages(wire[:4])
    assert lengths(vectors) == pytest.approx([1.0] * 4, abs=1e-5)
    assert reference.question(wire[0]) == pytest.approx(vectors[0], abs=1e-5)
    assert reference.passages([]).shape == (0, reference.dimension)


@pytest.mark.parametrize("which", ["serving", "exact"])
def test_a_text_has_the_same_vector_whatever_stands_beside_it(
    which: str, request: pytest.FixtureRequest, wire: list[str]
) -> None:
    encoder: Encoder = request.getfixturevalue(which)
    some = [*wire[:24], wire[3], wire[0]]
    together = encoder.passages(some)
    alone = np.array([encoder.passages([text])[0] for text in some])
    backwards = encoder.passages(some[::-1])[::-1]
    assert lengths(together) == pytest.approx([1.0] * len(some), abs=1e-5)
    assert np.array_equal(together, alone)
    assert np.array_equal(together, backwards)
    assert np.array_equal(encoder.question(some[0]), alone[0])
    assert np.array_equal(together[[24, 25]], together[[3, 0]])


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_nothing(
    threads: int, serving: ServingEncoder, real_settings: AT, tmp_path: Path, wire: list[str]
) -> None:
    other = make_encoder(replace(real_settings(tmp_path), threads=threads))
    assert np.array_equal(other.passages(wire[:40]), serving.passages(wire[:40]))


def test_what_cannot_be_encoded_is_an_error_whichever_thread_meets_it(serving: ServingEncoder, wire: list[str]) -> None:
    with pytest.raises(TypeError):
        serving.passages([*wire[:6], "half a pair: \ud83d", *wire[6:12]])


def test_nothing_gives_no_rows(serving: ServingEncoder) -> None:
    assert serving.passages([]).shape == (0, serving.dimension)
    assert lengths(serving.passages([""])) == pytest.approx([1.0], abs=1e-5)


@pytest.mark.parametrize("which", ["serving", "reference"])
def test_a_span_beyond_what_the_model_reads_is_zeros(which: str, request: pytest.FixtureRequest) -> None:
    encoder: Encoder = request.getfixturevalue(which)
    text = "The crane fell on the quay. " + "It rained all day. " * 120 + "Nobody spoke."
    near, far = Span(0, 27), Span(len(text) - 13, len(text))
    [[first, last]] = encoder.spans([text], [[near, far]])
    assert lengths(first[None]) == pytest.approx([1.0], abs=1e-5)
    assert not last.any()
    own, other = encoder.passages(["The crane fell on the quay.", "The bank raised its rate."])
    assert float(first @ own) > float(first @ other)


def test_a_span_of_real_text_counts_code_points(serving: ServingEncoder) -> None:
    text = "\U0001f5de\U0001f5de\U0001f5de naïve “quay”. The herring are gone."
    herring = Span(text.index("The"), len(text))
    [spans] = serving.spans([text], [[Span(0, herring.start - 1), herring]])
    question = serving.question("Where are the herring?")
    assert float(spans[1] @ question) > float(spans[0] @ question)


@pytest.mark.parametrize(("which", "least"), [("serving", 0.95), ("exact", 0.9999)])
def test_spans_are_read_in_their_text_as_the_reference_reads_them(
    which: str, least: float, reference: Encoder, request: pytest.FixtureRequest
) -> None:
    encoder: Encoder = request.getfixturevalue(which)
    said = "It fell in the night."
    for before in ("The crane stood on the quay for forty years. ", "The price of herring rose all summer. "):
        spans = [Span(0, len(before) - 1), Span(len(before), len(before) + len(said))]
        [read] = encoder.spans([before + said], [spans])
        assert lengths(read) == pytest.approx([1.0, 1.0], abs=1e-5)
        assert np.min(np.sum(read * reference.spans([before + said], [spans])[0], axis=1)) >= least
        # In its context the sentence says what fell; by itself it does not.
        assert float(read[1] @ encoder.question(said)) < 0.9


def test_the_name_tells_model_weights_pooling_and_precision(
    serving: ServingEncoder, reference: Encoder, real_settings: AT, tmp_path: Path
) -> None:
    settings = real_settings(tmp_path)
    fp32 = make_encoder(replace(settings, encoder="onnx-fp32"))
    model = find_model(DEFAULT_MODEL)
    assert serving.name == f"{DEFAULT_MODEL}@{model.sha256[:12]}/mean/int8"
    assert len({serving.name, reference.name, fp32.name}) == 3
    assert {serving.dimension, reference.dimension, fp32.dimension} == {384}
    text = "The harbour board voted to reopen the quay."
    assert float(fp32.question(text) @ reference.question(text)) > 0.9999


def test_serving_files_are_made_once_and_kept_apart_by_precision(
    serving: ServingEncoder, real_settings: AT, tmp_path: Path
) -> None:
    settings = real_settings(tmp_path)
    folders = [export_folder(settings, precision) for precision in ("int8", "fp32")]
    assert folders[0] != folders[1]
    made = (folders[0] / MANIFEST).stat().st_mtime_ns
    assert make_encoder(settings).name == serving.name
    assert (folders[0] / MANIFEST).stat().st_mtime_ns == made
    assert {file.name for file in folders[0].iterdir()} == {MANIFEST, TOKENIZER, WEIGHTS}


def test_another_form_of_the_serving_files_has_a_folder_of_its_own(
    serving: ServingEncoder, real_settings: AT, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(real_settings(tmp_path), cache=tmp_path)
    ours = export_folder(settings, "int8")
    monkeypatch.setattr("embeddings.encoder.serving.FORMAT", FORMAT - 1)
    older = export_folder(settings, "int8")
    assert older != ours
    older.mkdir(parents=True)
    serving_folder(older, json.dumps(MANIFEST_OF_EIGHT))
    monkeypatch.undo()
    text = "The harbour board voted to reopen the quay."
    assert np.array_equal(make_encoder(settings).question(text), serving.question(text))
    assert (older / WEIGHTS).read_bytes() == b"no weights"


def test_a_model_that_takes_the_first_token_is_exported_so(real_settings: AT, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    copytree(find_model(DEFAULT_MODEL).folder, folder, ignore=ignore_patterns("model.safetensors"))
    config = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    torch.manual_seed(0)
    BertModel(config).save_pretrained(folder)
    pooling = {"word_embedding_dimension": 32, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    settings = replace(real_settings(tmp_path), model=str(folder), cache=tmp_path / "cache")
    exported, reference = (make_encoder(replace(settings, encoder=one)) for one in ("onnx-fp32", "torch"))
    texts = ["The crane fell on the quay.", "Herring."]
    assert "/cls/" in exported.name
    assert np.sum(exported.passages(texts) * reference.passages(texts), axis=1) == pytest.approx([1, 1], abs=1e-5)


@pytest.mark.parametrize("precision", ["int8", "fp32"])
def test_nothing_but_the_outcome_of_attention_is_moved(
    precision: str, serving: ServingEncoder, exact: ServingEncoder, real_settings: AT, tmp_path: Path
) -> None:
    made, options = tmp_path / "as-it-runs.onnx", onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(made)
    options.log_severity_level = 3
    weights = export_folder(real_settings(tmp_path), precision) / WEIGHTS
    onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    steps = Counter(node.op_type for node in onnx.load(made).graph.node)
    # Of six layers each: a product of queries and keys, one of weights and values, and heads put side by side again.
    assert (steps["FusedMatMul"], steps["Softmax"], steps["Transpose"]) == (12, 6, 6)


def test_a_cache_that_cannot_be_written_is_an_error_that_says_so(real_settings: AT, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = replace(real_settings(tmp_path), cache=tmp_path / "file" / "cache")
    with pytest.raises(ModelError, match="ONRECORD_CACHE"):
        make_encoder(settings)
