"""How many multiply-adds one core of this machine does in a second, in a model's own shapes: the limit of any encoder.

The weights lie in the cache and nothing but the product is done, so no encoder can get there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import process_time

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

Product = Callable[[], object]
Maker = Callable[[int, int, int], Product]
REPEATS = 12


def _torch(kind: torch.dtype) -> Maker:
    def made(rows: int, inputs: int, outputs: int) -> Product:
        left, right = torch.rand(rows, inputs).to(kind), torch.rand(outputs, inputs).to(kind).t()
        return lambda: torch.mm(left, right)

    return made


def _torch_int8(rows: int, inputs: int, outputs: int) -> Product:
    left = torch.randint(-127, 127, (rows, inputs), dtype=torch.int8)
    right = torch.randint(-127, 127, (outputs, inputs), dtype=torch.int8).t()
    return lambda: torch._int_mm(left, right)


def _onnx(operator: str, left: type[np.generic], right: type[np.generic], made_of: int) -> Maker:
    """Products by onnxruntime, with the weights packed beforehand as in the serving encoder."""

    def made(rows: int, inputs: int, outputs: int) -> Product:
        weights = numpy_helper.from_array(np.ones((inputs, outputs), dtype=right), "weights")
        taken = helper.make_tensor_value_info("rows", helper.np_dtype_to_tensor_dtype(np.dtype(left)), [rows, inputs])
        given = helper.make_tensor_value_info("product", made_of, [rows, outputs])
        node = helper.make_node(operator, ["rows", "weights"], ["product"])
        graph = helper.make_graph([node], "product", [taken], [given], [weights])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        bound = session.io_binding()
        bound.bind_cpu_input("rows", np.ones((rows, inputs), dtype=left))
        bound.bind_output("product", "cpu")
        return lambda: session.run_with_iobinding(bound)

    return made


MAKERS: Mapping[str, tuple[Maker, ...]] = {
    "fp32": (_torch(torch.float32), _onnx("MatMul", np.float32, np.float32, TensorProto.FLOAT)),
    "bf16": (_torch(torch.bfloat16),),
    "int8": (_torch_int8, _onnx("MatMulInteger", np.uint8, np.int8, TensorProto.INT32)),
}
"""Who is tried for each type of number; the quickest is the machine's limit."""


class Products:
    """All products of a model's shapes for a text of so many tokens, made ready to be timed."""

    def __init__(self, shapes: Mapping[tuple[int, int], int], *, tokens: int) -> None:
        self._made = {
            kind: [[(make(tokens, *shape), count) for shape, count in shapes.items()] for make in makers]
            for kind, makers in MAKERS.items()
        }
        self._multiply_adds = tokens * sum(inputs * outputs * n for (inputs, outputs), n in shapes.items())

    def rates(self) -> dict[str, float]:
        """Multiply-adds per second of one core, by type of number: each product's best of some repeats."""
        torch.set_num_threads(1)
        return {
            kind: max(
                self._multiply_adds / sum(count * _least_time(product) for product, count in products)
                for products in makers
            )
            for kind, makers in self._made.items()
        }


def _least_time(product: Product) -> float:
    least = float("inf")
    for _ in range(REPEATS):
        begun = process_time()
        product()
        least = min(least, process_time() - begun)
    return least
