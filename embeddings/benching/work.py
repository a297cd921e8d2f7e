"""How much there is to multiply in a model: what one text costs at the least, whatever runs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx


@dataclass(frozen=True, slots=True)
class Work:
    """A transformer's matrix products: those with weights by their shape, and those of attention by their width.

    ``weights`` says how often a matrix of so many inputs and outputs stands in the model; ``attention`` is the sum,
    over the products of tokens with tokens, of the numbers that each token brings.
    """

    weights: Mapping[tuple[int, int], int]
    attention: int

    def multiply_adds(self, tokens: int) -> int:
        """Of one text of so many tokens; what is not a matrix product is not counted."""
        weights = sum(inputs * outputs * count for (inputs, outputs), count in self.weights.items())
        return tokens * weights + tokens * tokens * self.attention

    def mean(self, tokens: Sequence[int]) -> float:
        """Multiply-adds of a text, over texts of so many tokens each."""
        return sum(map(self.multiply_adds, tokens)) / len(tokens)


def work_of(weights: Path) -> Work:
    """The work in an exported fp32 model."""
    graph = onnx.load(weights).graph
    held = {one.name: tuple(one.dims) for one in graph.initializer}
    shapes = [held.get(node.input[1]) for node in graph.node if node.op_type in ("MatMul", "Gemm")]
    known = Counter((int(shape[0]), int(shape[1])) for shape in shapes if shape)
    width = next(iter(known))[0]
    return Work(known, attention=width * shapes.count(None))
