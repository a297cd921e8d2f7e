"""What the quotation tagger learns from: annotated articles with gold labels, other news with a teacher's figures.

The texts belong to others and are read where they are, in the shared folder.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from embeddings.encoder.model import DEFAULT_MODEL, find_model
from embeddings.paragraphs import paragraphs
from embeddings.quotes.lines import lines
from embeddings.quotes.marks import quoted
from embeddings.quotes.rules import RulesFinder
from embeddings.quotes.windows import AIM, CAPITAL, CAPITALS, LOWER, MIXED, SIGNS, Window, windows
from tools.datasets import shared

OUTSIDE, BEGIN, INSIDE = range(3)
NOTHING = -100
"""The label of what is not asked for."""
TAGGED, POINTED = ("content", "cue", "mention"), ("to_cue", "to_mention")
LABELS = (*TAGGED, *POINTED, "speech")

Labels = dict[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Example:
    """An annotated window."""

    window: Window
    labels: Labels


def tokenizer() -> Tokenizer:
    """The sentence encoder's own, neither padding nor cutting."""
    found = Tokenizer.from_file(str(find_model(DEFAULT_MODEL).folder / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def read_windows(text: str, pieces: Tokenizer, *, aim: int = AIM) -> list[Window]:
    """The text in windows, as the archive reads it."""
    spans = [line for paragraph in paragraphs(text) for line in lines(text, paragraph.span)]
    runs = quoted(text, spans)
    return windows(text, spans, runs, pieces, ruled=RulesFinder().find(text, spans, runs), aim=aim)


def annotated(split: str) -> list[dict[str, Any]]:
    """The articles of PolNeAR's ``train`` or ``dev``."""
    path = shared() / "data" / "quotes" / f"polnear_{split}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def examples(split: str) -> list[Example]:
    """Every window of a split with its labels."""
    pieces = tokenizer()
    return [
        Example(window, labels(article["quotes"], window))
        for article in annotated(split)
        for window in read_windows(article["text"], pieces)
    ]


def labels(quotes: Sequence[dict[str, Any]], window: Window) -> Labels:
    """Gold tags, arcs and kinds of cue for each piece; of quotations that overlap the longest is kept."""
    found = {name: np.zeros(len(window), dtype=np.int64) for name in TAGGED}
    found |= {name: np.full(len(window), NOTHING) for name in (*POINTED, "speech")}
    starts = np.array([span.start for span in window.spans])
    ends = np.array([span.end for span in window.spans])
    for quote in sorted(quotes, key=lambda quote: -_extent(quote["content"])):
        parts = (quote[part] or [] for part in ("content", "cue", "speaker"))
        content, cue, mention = (_places(spans, starts, ends) for spans in parts)
        cue_start = cue[0][0] if cue else 0
        for first, last in content:
            if _tag(found["content"], first, last):
                found["to_cue"][first:last] = cue_start
        if cue and _tag(found["cue"], *cue[0]):
            found["speech"][cue_start] = not quote.get("optional")
            found["to_mention"][cue_start] = mention[0][0] if mention else 0
        for first, last in mention[:1]:
            _tag(found["mention"], first, last)
    return found


def _extent(spans: Sequence[Sequence[int]]) -> int:
    return max(end for _, end in spans) - min(start for start, _ in spans)


def _places(
    spans: Sequence[Sequence[int]], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """The pieces that each span touches, half-open; spans of other windows are left out."""
    found = []
    for start, end in spans:
        if start >= ends[-1] or end <= starts[1]:
            continue
        touched = np.flatnonzero((starts < end) & (ends > start) & (ends > starts))
        if len(touched):
            found.append((int(touched[0]), int(touched[-1]) + 1))
    return found


def _tag(tags: NDArray[np.int64], first: int, last: int) -> bool:
    if tags[first:last].any():
        return False
    tags[first:last] = INSIDE
    tags[first] = BEGIN
    return True


@dataclass(frozen=True, slots=True)
class Silver:
    """A window with a teacher's tags ``(pieces, 10)`` and its likeliest arcs: places and chances ``(pieces, few)``."""

    window: Window
    tags: NDArray[np.float16]
    arcs: tuple[tuple[NDArray[np.int16], NDArray[np.float16]], ...]


ENGLISH_LETTERS = 0.9
LONGEST_ARTICLE = 9_000


def unlabelled(draw: random.Random) -> Iterator[Window]:
    """Windows of several lengths from the shared news articles, in the order of the file."""
    pieces = tokenizer()
    path = shared() / "data" / "retrieval" / "news_large.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"][:LONGEST_ARTICLE]
            if text and sum(map(str.isascii, text)) >= ENGLISH_LETTERS * len(text):
                yield from read_windows(text, pieces, aim=draw.choice((AIM // 2, AIM, AIM, AIM + 32)))


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one length: each tensor ``(windows, pieces)``."""

    ids: Tensor
    shapes: Tensor
    states: Tensor
    hints: Tensor
    mask: Tensor

    @property
    def input(self) -> tuple[Tensor, ...]:
        """What the network takes."""
        return self.ids, self.shapes, self.states, self.hints, self.mask


SHOUTED, FLAT = 0.03, 0.05
"""So often a window is read as if it were all in capitals, or without any: wires and social media are."""
UNRULED = 0.1
"""So often the rules are not told, so that the tagger reads for itself."""


def batch(found: Sequence[Window], draw: random.Random | None = None) -> Batch:
    """The windows side by side; with ``draw`` some of them lose their capitals, get nothing else, or lose the hints."""
    length = max(map(len, found))
    ids, shapes, states, told, mask = (torch.zeros(len(found), length, dtype=torch.long) for _ in range(5))
    shapes += SIGNS
    for row, window in enumerate(found):
        ids[row, : len(window)] = torch.tensor(window.ids)
        shapes[row, : len(window)] = torch.tensor(window.shapes)
        states[row, : len(window)] = torch.tensor(window.states)
        mask[row, : len(window)] = 1
        if not draw or draw.random() >= UNRULED:
            told[row, : len(window)] = torch.tensor(window.hints)
        if draw:
            _reshape(shapes[row, : len(window)], draw.random())
    return Batch(ids, shapes, states, told, mask)


def _reshape(shapes: Tensor, chance: float) -> None:
    if chance < SHOUTED:
        shapes[(shapes == LOWER) | (shapes == CAPITAL) | (shapes == MIXED)] = CAPITALS
    elif chance < FLAT:
        shapes[(shapes == CAPITAL) | (shapes == CAPITALS)] = LOWER


def gold(found: Sequence[Example]) -> dict[str, Tensor]:
    """The labels of a batch, each ``(windows, pieces)``."""
    length = max(len(example.window) for example in found)
    padded = {name: torch.full((len(found), length), NOTHING) for name in LABELS}
    for row, example in enumerate(found):
        for name, values in example.labels.items():
            padded[name][row, : len(values)] = torch.from_numpy(values)
    return padded


def soft(found: Sequence[Silver]) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """A teacher's figures side by side: tags ``(windows, pieces, 10)``, arcs ``(windows, pieces, pieces)``."""
    length = max(len(silver.window) for silver in found)
    tags = torch.zeros(len(found), length, found[0].tags.shape[1])
    to_cue, to_mention = (torch.zeros(len(found), length, length) for _ in range(2))
    for row, silver in enumerate(found):
        size = len(silver.window)
        tags[row, :size] = torch.from_numpy(silver.tags.astype(np.float32))
        for arcs, (places, chances) in zip((to_cue, to_mention), silver.arcs, strict=True):
            arcs[row, :size].scatter_(
                1, torch.from_numpy(places.astype(np.int64)), torch.from_numpy(chances.astype(np.float32))
            )
    return tags, (to_cue, to_mention)
