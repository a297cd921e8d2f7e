"""The quotation tagger as a PyTorch network: a BERT encoder (Devlin et al. 2019) cut to size, with five heads.

Beside each word piece it is told its shape (capitals, digits), where it stands to quotation marks, and what the rules
make of it. Out come, for
each piece, tags for content, cue and mention and whether a cue reports words; and two tables of arcs, from content to
its cue and from a cue to its mention (biaffine attention without the bias terms, Dozat and Manning 2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from embeddings.quotes.windows import HINTS, SHAPES, STATES

WIDTH, HEAD, ARC, TAGS = 384, 32, 96, 10
"""Vector length of a piece, of an attention head and of an arc's end; three times three tags and one for speech."""
VOCABULARY, PLACES = 30_522, 512

Weights = dict[str, Tensor]
Output = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is: layers, attention heads in each, and neurons between the two halves of each."""

    layers: int
    heads: int
    neurons: int
    activation: str = "gelu"


TEACHER = Size(6, 12, 1536)
STUDENT = Size(3, 6, 768, "relu")


class Layer(nn.Module):
    """One transformer layer, normalised after each half as BERT does."""

    def __init__(self, size: Size, *, dropout: float) -> None:
        super().__init__()
        inner = size.heads * HEAD
        self.heads = size.heads
        self.query, self.key, self.value = (nn.Linear(WIDTH, inner) for _ in range(3))
        self.out, self.norm_attention = nn.Linear(inner, WIDTH), nn.LayerNorm(WIDTH, eps=1e-12)
        self.up, self.down = nn.Linear(WIDTH, size.neurons), nn.Linear(size.neurons, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.activation = nn.ReLU() if size.activation == "relu" else nn.GELU()
        self.dropout = nn.Dropout(dropout)
        # Multiplied into what leaves a head or neuron, so that its gradient tells what it is worth.
        self.head_gate: Tensor | None = None
        self.neuron_gate: Tensor | None = None

    def forward(self, pieces: Tensor, bias: Tensor | None) -> Tensor:
        """New vectors of the pieces, shape ``(windows, pieces, WIDTH)``."""
        windows, length, _ = pieces.shape
        query, key, value = (
            part(pieces).view(windows, length, self.heads, HEAD).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(2, 3) * HEAD**-0.5
        weights = (scores if bias is None else scores + bias).softmax(-1)
        heads = weights @ value
        if self.head_gate is not None:
            heads = heads * self.head_gate.view(-1, 1, 1)
        joined = heads.transpose(1, 2).reshape(windows, length, self.heads * HEAD)
        pieces = self.norm_attention(pieces + self.dropout(self.out(joined)))
        neurons = self.activation(self.up(pieces))
        if self.neuron_gate is not None:
            neurons = neurons * self.neuron_gate
        normed: Tensor = self.norm(pieces + self.dropout(self.down(neurons)))
        return normed


class Network(nn.Module):
    """The tagger."""

    def __init__(self, size: Size, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.size = size
        self.word, self.place = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(PLACES, WIDTH)
        # Words that no training article has must stay comparable with those that one has.
        self.word.weight.requires_grad_(False)
        self.shape, self.state, self.hint = (nn.Embedding(kinds, WIDTH) for kinds in (SHAPES, STATES, HINTS))
        for added in (self.shape, self.state, self.hint):
            nn.init.normal_(added.weight, std=0.02)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(size, dropout=dropout) for _ in range(size.layers))
        self.tags = nn.Linear(WIDTH, TAGS)
        self.content_end, self.cue_start, self.cue_end, self.mention_start = (nn.Linear(WIDTH, ARC) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, shapes: Tensor, states: Tensor, hints: Tensor, mask: Tensor | None = None) -> Output:
        """Tags ``(windows, pieces, TAGS)``, arcs to cues and to mentions ``(windows, pieces, pieces)``."""
        places = torch.arange(ids.shape[1])
        pieces = self.word(ids) + self.shape(shapes) + self.state(states) + self.hint(hints) + self.place(places)
        pieces = self.dropout(self.norm(pieces))
        bias = None if mask is None else (1 - mask[:, None, None, :].to(pieces.dtype)) * -1e4
        for layer in self.layers:
            pieces = layer(pieces, bias)
        pieces = self.dropout(pieces)
        outside = 0.0 if bias is None else bias[:, 0]
        to_cue = self.content_end(pieces) @ self.cue_start(pieces).transpose(1, 2) * ARC**-0.5 + outside
        to_mention = self.cue_end(pieces) @ self.mention_start(pieces).transpose(1, 2) * ARC**-0.5 + outside
        return self.tags(pieces), to_cue, to_mention


_BERT_NAMES = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "out",
    "attention.output.LayerNorm": "norm_attention",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "norm",
}


def begin_from_bert(network: Network, safetensors: Path) -> None:
    """Give a network of the teacher's size the weights of a sentence encoder; heads and marks stay as drawn."""
    bert = load_file(safetensors)
    weights = {
        "word.weight": bert["embeddings.word_embeddings.weight"],
        # Every piece is of the first token type.
        "place.weight": bert["embeddings.position_embeddings.weight"][:PLACES]
        + bert["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": bert["embeddings.LayerNorm.weight"],
        "norm.bias": bert["embeddings.LayerNorm.bias"],
    }
    for number in range(network.size.layers):
        for theirs, ours in _BERT_NAMES.items():
            for kind in ("weight", "bias"):
                weights[f"layers.{number}.{ours}.{kind}"] = bert[f"encoder.layer.{number}.{theirs}.{kind}"]
    network.load_state_dict(weights, strict=False)


@dataclass(frozen=True, slots=True)
class Worth:
    """How much the loss would change without each head and each neuron: shapes ``(heads,)`` and ``(neurons,)``."""

    heads: Tensor
    neurons: Tensor


def pruned(teacher: Mapping[str, Tensor], worth: Sequence[Worth], layers: Sequence[int], size: Size) -> Weights:
    """The teacher's weights cut down to the given layers, and to the heads and neurons that are worth most."""
    kept = {name: value.clone() for name, value in teacher.items() if not name.startswith("layers.")}
    for new, old in enumerate(layers):
        heads = torch.sort(torch.topk(worth[old].heads, size.heads).indices).values
        inner = (heads[:, None] * HEAD + torch.arange(HEAD)).reshape(-1)
        neurons = torch.sort(torch.topk(worth[old].neurons, size.neurons).indices).values
        rows = {"query": inner, "key": inner, "value": inner, "up": neurons}
        columns = {"out": inner, "down": neurons}
        for name, value in teacher.items():
            if name.startswith(f"layers.{old}."):
                part, kind = name.split(".")[2:]
                cut = value[rows[part]] if part in rows else value
                cut = cut[:, columns[part]] if part in columns and kind == "weight" else cut
                kept[f"layers.{new}.{part}.{kind}"] = cut.clone()
    return kept
