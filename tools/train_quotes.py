"""Train the quotation tagger that the project ships: ``python -m tools.train_quotes`` (some two hours on two cores).

1. teacher: the sentence encoder, fine-tuned on PolNeAR's training articles.
2. silver: other news articles, read by the teacher.
3. student: half the layers, heads and neurons of the teacher (those worth most, Michel et al. 2019), taught on silver
   by the teacher's figures (Hinton et al. 2015) and on gold.
4. export: 8-bit integers for onnxruntime, with a manifest of hashes and of the limits measured on the dev articles.

Each step keeps its file in .evaluation/tagger and is left out where that is there. Seeds are fixed; sums on several
threads are not, so another run comes near these weights and not to their last bit.
"""

from __future__ import annotations

import hashlib
import json
import logging
import pickle
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor
from torch.nn import functional

from embeddings.encoder.model import DEFAULT_MODEL, find_model
from embeddings.quotes.decoding import Limits
from embeddings.quotes.tagger import MANIFEST, WEIGHTS, feed
from embeddings.quotes.windows import Window
from tools.datasets import ROOT, WORK
from tools.tagger_corpus import TAGGED, Batch, Example, Silver, batch, examples, gold, soft, unlabelled
from tools.tagger_network import STUDENT, TEACHER, Network, Output, Size, Weights, Worth, begin_from_bert, pruned

FOLDER = WORK / "tagger"
SHIPPED = ROOT / "embeddings" / "quotes"
SEED = 0
EPOCHS, TEACHER_RATE, TEACHER_BATCH = 3, 1.5e-4, 16
STUDENT_STEPS, STUDENT_RATE, SILVER_BATCH, GOLD_BATCH = 3_600, 4e-4, 24, 8
STUDENT_LAYERS = (0, 2, 4)
SILVER_PIECES = 6_000_000
"""So much unlabelled news is read by the teacher."""
WEIGHT = {"content": 1.0, "cue": 0.7, "mention": 0.7, "arcs": 0.3, "speech": 0.2, "gold": 0.5}
AVERAGED = 0.998
"""The weights kept are a moving average over some 500 steps."""

Item = TypeVar("Item")


def main() -> None:
    """Every step that is not done yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    teacher = _kept("teacher.pt", train_teacher)
    silver = _kept("silver.pkl", lambda: read_silver(teacher))
    student = _kept("student.pt", lambda: train_student(teacher, silver))
    ship(student)


def _kept(name: str, make: Callable[[], Item]) -> Item:
    path = FOLDER / name
    if not path.exists():
        print(f"{name} …", flush=True)
        made = make()
        with path.open("wb") as file:
            pickle.dump(made, file)
    with path.open("rb") as file:
        kept: Item = pickle.load(file)
    return kept


def train_teacher() -> Weights:
    """A network of full size, fine-tuned on the gold windows."""
    _seed()
    found, network = examples("train"), Network(TEACHER)
    begin_from_bert(network, find_model(DEFAULT_MODEL).folder / "model.safetensors")
    learnt = [(name, value) for name, value in network.named_parameters() if value.requires_grad]
    heads = [value for name, value in learnt if not _of_encoder(name)]
    body = [value for name, value in learnt if _of_encoder(name)]
    groups = [{"params": body, "lr": TEACHER_RATE}, {"params": heads, "lr": 5 * TEACHER_RATE}]
    steps = len(found) * EPOCHS // TEACHER_BATCH
    batches = _batches(found, lambda example: len(example.window), TEACHER_BATCH)
    draw = random.Random(SEED)
    return _train(network, groups, steps, lambda: _gold_loss(network, next(batches), draw))


def _of_encoder(name: str) -> bool:
    return name.startswith(("word.", "place.", "norm.", "layers."))


def read_silver(teacher: Weights) -> list[Silver]:
    """The teacher's figures for windows of other news."""
    whole, small = FOLDER / "teacher.onnx", FOLDER / "teacher-int8.onnx"
    _write(teacher, TEACHER, whole)
    _quantize(whole, small)
    session = _session(small)

    def read(window: Window) -> Silver:
        tags, to_cue, to_mention = _figures(session, window)
        return Silver(window, tags.astype(np.float16), (_likeliest(to_cue), _likeliest(to_mention)))

    found: list[Silver] = []
    pieces = 0
    source = unlabelled(random.Random(SEED))
    with ThreadPoolExecutor() as threads:
        while pieces < SILVER_PIECES and (some := list(islice(source, 2_000))):
            found += threads.map(read, some)
            pieces += sum(map(len, some))
            print(f"{pieces:,} pieces read", flush=True)
    return found


KEPT_ARCS = 3


def _likeliest(arcs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    powers = np.exp(arcs - arcs.max(-1, keepdims=True))
    chances = powers / powers.sum(-1, keepdims=True)
    places = np.argsort(-chances, axis=-1)[:, :KEPT_ARCS]
    return places.astype(np.int16), np.take_along_axis(chances, places, -1).astype(np.float16)


def train_student(teacher: Weights, silver: Sequence[Silver]) -> Weights:
    """A network of the size that is shipped, cut from the teacher and taught by it."""
    _seed()
    found = examples("train")
    network = Network(STUDENT, dropout=0.05)
    network.load_state_dict(pruned(teacher, _worth(teacher, found), STUDENT_LAYERS, STUDENT))
    draw = random.Random(SEED)
    golden = _batches(found, lambda example: len(example.window), GOLD_BATCH)
    silvery = _batches(silver, lambda one: len(one.window), SILVER_BATCH)

    def loss() -> Tensor:
        return _silver_loss(network, next(silvery), draw) + WEIGHT["gold"] * _gold_loss(network, next(golden), draw)

    groups = [{"params": [value for value in network.parameters() if value.requires_grad], "lr": STUDENT_RATE}]
    return _train(network, groups, STUDENT_STEPS, loss)


WORTH_BATCHES = 40


def _worth(teacher: Weights, found: Sequence[Example]) -> list[Worth]:
    """What each head and neuron of the teacher is worth: the loss's mean absolute gradient by its gate."""
    network = Network(TEACHER, dropout=0.0)
    network.load_state_dict(teacher)
    gates = []
    for layer in network.layers:
        layer.head_gate = torch.ones(TEACHER.heads, requires_grad=True)
        layer.neuron_gate = torch.ones(TEACHER.neurons, requires_grad=True)
        gates.append((layer.head_gate, layer.neuron_gate))
    worth = [Worth(torch.zeros(TEACHER.heads), torch.zeros(TEACHER.neurons)) for _ in gates]
    batches = _batches(found, lambda example: len(example.window), TEACHER_BATCH)
    for _ in range(WORTH_BATCHES):
        wanted = [gate for pair in gates for gate in pair]
        slopes = torch.autograd.grad(_gold_loss(network, next(batches), None), wanted)
        for one, heads, neurons in zip(worth, slopes[::2], slopes[1::2], strict=True):
            one.heads.add_(heads.abs())
            one.neurons.add_(neurons.abs())
    return worth


def _train(network: Network, groups: list[dict[str, Any]], steps: int, loss: Callable[[], Tensor]) -> Weights:
    """AdamW with a linear warm-up and decline; the moving average of the weights."""
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    warm = 0.06 * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
    )
    learnt = {name: value for name, value in network.named_parameters() if value.requires_grad}
    average = {name: value.detach().clone() for name, value in network.state_dict().items()}
    total, began = 0.0, time.monotonic()
    for step in range(1, steps + 1):
        found = loss()
        optimizer.zero_grad()
        found.backward()  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        kept = min(AVERAGED, (1 + step) / (10 + step))
        with torch.no_grad():
            for name, value in learnt.items():
                average[name].mul_(kept).add_(value, alpha=1 - kept)
        total += found.item()
        if step % 100 == 0:
            print(f"step {step} of {steps}: loss {total / 100:.4f}, {time.monotonic() - began:.0f} s", flush=True)
            total = 0.0
            torch.save(average, FOLDER / "latest.pt")
    return average


def _batches(items: Sequence[Item], length: Callable[[Item], int], size: int) -> Iterator[list[Item]]:
    """Batches of items of like length, for ever, in another order each time."""
    draw = random.Random(SEED)
    while True:
        order = list(range(len(items)))
        draw.shuffle(order)
        pools = [order[start : start + 20 * size] for start in range(0, len(order), 20 * size)]
        alike = [sorted(pool, key=lambda index: length(items[index])) for pool in pools]
        batches = [pool[start : start + size] for pool in alike for start in range(0, len(pool), size)]
        draw.shuffle(batches)
        for indices in batches:
            yield [items[index] for index in indices]


def _run(network: Network, given: Batch) -> Output:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        tags, to_cue, to_mention = network(*given.input)
    return tags.float(), to_cue.float(), to_mention.float()


def _gold_loss(network: Network, found: Sequence[Example], draw: random.Random | None) -> Tensor:
    given, wanted = batch([example.window for example in found], draw), gold(found)
    tags, to_cue, to_mention = _run(network, given)
    loss = torch.zeros(())
    for place, name in enumerate(TAGGED):
        loss = loss + WEIGHT[name] * _cross_entropy(tags[..., 3 * place : 3 * place + 3], wanted[name])
    loss = loss + WEIGHT["arcs"] * (
        _cross_entropy(to_cue, wanted["to_cue"]) + _cross_entropy(to_mention, wanted["to_mention"])
    )
    asked = wanted["speech"] >= 0
    if asked.any():
        speech = functional.binary_cross_entropy_with_logits(tags[..., -1][asked], wanted["speech"][asked].float())
        loss = loss + WEIGHT["speech"] * speech
    return loss


def _cross_entropy(figures: Tensor, wanted: Tensor) -> Tensor:
    if not (wanted >= 0).any():
        return torch.zeros(())
    return functional.cross_entropy(figures.reshape(-1, figures.shape[-1]), wanted.reshape(-1))


def _silver_loss(network: Network, found: Sequence[Silver], draw: random.Random) -> Tensor:
    given = batch([silver.window for silver in found], draw)
    wanted, arcs = soft(found)
    mask = given.mask.bool()
    tags, *pointed = _run(network, given)
    loss = torch.zeros(())
    for place, name in enumerate(TAGGED):
        part = slice(3 * place, 3 * place + 3)
        loss = loss + WEIGHT[name] * functional.kl_div(
            tags[..., part][mask].log_softmax(-1), wanted[..., part][mask].softmax(-1), reduction="batchmean"
        )
    content, cue = 1 - wanted[..., 0:3].softmax(-1)[..., 0], wanted[..., 3:6].softmax(-1)[..., 1]
    for ours, theirs, matters in zip(pointed, arcs, (content, cue), strict=True):
        crossed = -(theirs * ours.log_softmax(-1).clamp(min=-30)).sum(-1)
        loss = loss + WEIGHT["arcs"] * (crossed * matters)[mask].sum() / matters[mask].sum().clamp(min=1)
    speech = functional.binary_cross_entropy_with_logits(tags[..., -1], wanted[..., -1].sigmoid(), reduction="none")
    return loss + WEIGHT["speech"] * (speech * cue)[mask].sum() / cue[mask].sum().clamp(min=1)


def ship(student: Weights) -> None:
    """Write the weights and their manifest where the package looks for them."""
    whole = FOLDER / "student.onnx"
    _write(student, STUDENT, whole)
    _quantize(whole, SHIPPED / WEIGHTS)
    manifest = {
        "sha256": _sha256(SHIPPED / WEIGHTS),
        "tokenizer_sha256": _sha256(find_model(DEFAULT_MODEL).folder / "tokenizer.json"),
        "base": DEFAULT_MODEL,
    }
    path = SHIPPED / MANIFEST
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"limits": asdict(Limits())}
    path.write_text(json.dumps(known | manifest, indent=1) + "\n", encoding="utf-8")
    print(f"{SHIPPED / WEIGHTS}: {(SHIPPED / WEIGHTS).stat().st_size / 1e6:.1f} MB", file=sys.stderr)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(weights: Weights, size: Size, path: Path) -> None:
    """The network as an ONNX file that takes one window at a time."""
    network = Network(size)
    network.load_state_dict(weights)
    example = torch.ones(1, 9, dtype=torch.long)
    inputs, outputs = ["ids", "shapes", "states", "hints"], ["tags", "to_cue", "to_mention"]
    axes = {name: {1: "pieces"} for name in (*inputs, "tags")}
    axes |= {name: {1: "pieces", 2: "others"} for name in outputs[1:]}
    with warnings.catch_warnings():
        # The traced exporter is deprecated but needs no further package, and its graph quantises well.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            (example, example, example, example),
            str(path),
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def _quantize(whole: Path, small: Path) -> None:
    logging.disable(logging.WARNING)
    quantize_dynamic(
        whole,
        small,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
    )


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _figures(session: onnxruntime.InferenceSession, window: Window) -> list[np.ndarray]:
    return [np.asarray(one[0], dtype=np.float32) for one in session.run(None, feed(window))]


def _seed() -> None:
    torch.manual_seed(SEED)
    # Moments of pieces that are never seen fade into denormal numbers, which processors are many times slower at.
    torch.set_flush_denormal(True)


if __name__ == "__main__":
    main()
