"""Makes the serving encoder's files from a sentence-transformers model, once for each model and precision.

This is the only place where serving needs PyTorch; afterwards the files in the cache folder are enough.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel
from transformers.models.bert.modeling_bert import BertAttention, BertModel, BertSelfAttention

from embeddings.encoder.model import Model, sha256_of
from embeddings.encoder.serving import (
    MANIFEST,
    TOKENIZER,
    TOKENS,
    VECTOR,
    WEIGHTS,
    ServingEncoder,
    holds_export,
)
from embeddings.encoder.transformer import TransformerEncoder
from embeddings.errors import ModelError

LEAST_COSINE = {"fp32": 0.9999, "int8": 0.97}
"""How near the export must come to the reference on every probe; a careless quantisation gives 0.95."""
_PROBES = (
    "The harbour board voted 7 to 2 on Tuesday to reopen the north quay before winter, its chair said.",
    "“We were told nothing,” the union's spokeswoman said, adding that talks would resume on 3 October.",
    "Quarterly revenue rose 12.4% to $3.1 billion, the company said in a statement.",
    "Who reported that the ceasefire talks had been put off?",
)


def export(model: Model, folder: Path, *, precision: str) -> None:
    """Write ``folder`` whole or not at all; raises ModelError when the export is not true to the model."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as scratch:
        made = Path(scratch) / "model"
        made.mkdir()
        _write_weights(model, made / WEIGHTS, precision=precision)
        shutil.copyfile(model.folder / TOKENIZER, made / TOKENIZER)
        _write_manifest(model, made, precision=precision)
        _check(model, made, precision=precision)
        _take_its_place(made, folder)


def _take_its_place(made: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        os.replace(made, folder)
    except OSError:
        # Another process was as quick with the same files.
        if not holds_export(folder):
            raise


class _Encoding(torch.nn.Module):
    """One text through the transformer and its pooling; nothing is masked, since nothing stands beside it."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.pooling = model.pooling
        self.transformer = AutoModel.from_pretrained(
            model.folder, attn_implementation="eager", local_files_only=True
        ).eval()
        for part in self.transformer.modules():
            if isinstance(part, BertAttention) and isinstance(part.self, BertSelfAttention):
                part.self = _JoinedAttention(part.self)
        # All tokens of a text are of the first type. Said once, it is not looked up for each of them.
        first = torch.zeros(1, 1, dtype=torch.long)
        self.types = {"token_type_ids": first} if isinstance(self.transformer, BertModel) else {}

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The text's unit vector, ``(1, dimension)``, and those of its tokens, ``(1, tokens, dimension)``."""
        tokens: torch.Tensor = self.transformer(input_ids=input_ids, return_dict=False, **self.types)[0]
        pooled = tokens[:, 0] if self.pooling == "cls" else tokens.mean(dim=1)
        return torch.nn.functional.normalize(pooled, dim=-1), tokens


class _JoinedAttention(torch.nn.Module):
    """BERT's attention with one product in place of three for queries, keys and values: the same numbers, sooner.

    What is turned is turned right before a product, with the tokens' axis first until then: onnxruntime joins the
    two steps and reads the numbers where they lie.
    """

    def __init__(self, apart: BertSelfAttention) -> None:
        super().__init__()
        three = (apart.query, apart.key, apart.value)
        self.heads, self.width = apart.num_attention_heads, apart.attention_head_size
        self.scaling = apart.scaling
        self.weight = torch.nn.Parameter(torch.cat([one.weight for one in three]))
        self.bias = torch.nn.Parameter(torch.cat([one.bias for one in three]))

    def forward(self, hidden_states: torch.Tensor, *_: object, **__: object) -> tuple[torch.Tensor, None]:
        """What one text's tokens take from one another, ``(1, tokens, heads * width)``; their weights go unsaid."""
        joined = torch.nn.functional.linear(hidden_states, self.weight, self.bias)
        queries, keys, values = torch.split(joined.view(-1, 3 * self.heads, self.width), self.heads, dim=1)
        weights = torch.softmax(queries.transpose(0, 1) @ keys.permute(1, 2, 0) * self.scaling, dim=-1)
        return (weights @ values.transpose(0, 1)).transpose(0, 1).reshape(1, -1, self.heads * self.width), None


def _write_weights(model: Model, path: Path, *, precision: str) -> None:
    exported = path.with_suffix(".fp32") if precision == "int8" else path
    with warnings.catch_warnings():
        # The traced exporter is deprecated but needs no further package, and its graph quantises well.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Encoding(model),
            (torch.ones(1, 9, dtype=torch.long),),
            str(exported),
            input_names=["input_ids"],
            output_names=[VECTOR, TOKENS],
            dynamic_axes={name: {1: "tokens"} for name in ("input_ids", TOKENS)},
            opset_version=17,
            dynamo=False,
        )
    if precision == "int8":
        logging.getLogger().addFilter(_no_advice)
        try:
            quantize_dynamic(
                exported,
                path,
                per_channel=True,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            )
        finally:
            logging.getLogger().removeFilter(_no_advice)
        exported.unlink()
        _leave_out_zeros(path)


def _leave_out_zeros(path: Path) -> None:
    """Signed weights have no zero point; where none is named, none is subtracted from each number."""
    model = onnx.load(path)
    for node in model.graph.node:
        if node.op_type == "MatMulInteger":
            del node.input[3:]
    onnx.save(model, path)


def _no_advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()


def _write_manifest(model: Model, folder: Path, *, precision: str) -> None:
    manifest = {
        "name": model.identity(precision),
        "sha256": sha256_of(folder / WEIGHTS),
        "pooling": model.pooling,
        "dimension": model.dimension,
        "max_tokens": model.max_tokens,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _check(model: Model, folder: Path, *, precision: str) -> None:
    reference = TransformerEncoder(model, threads=1).passages(_PROBES)
    exported = ServingEncoder(folder, threads=1).passages(_PROBES)
    cosine = float(np.min(np.sum(reference * exported, axis=1)))
    if cosine < LEAST_COSINE[precision]:
        raise ModelError(
            f"{model.name} exported as {precision} comes only to cosine {cosine:.4f} of the original on this "
            "processor: set ONRECORD_ENCODER=onnx-fp32"
        )
