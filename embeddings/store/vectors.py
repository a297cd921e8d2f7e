"""Vectors in memory behind FAISS, and the file that spares reading them from the rows at every start.

The file is derived: one that is missing, damaged or of another history is refused and made anew from the rows.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import faiss as faiss_library
import numpy as np
from numpy.typing import NDArray

from embeddings.store import Vector

FILE = "vectors.faiss"

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Its published types do not describe what its Python classes accept.
faiss: Any = faiss_library

_MAGIC = b"onrecord vectors 1\n"
_LENGTH = 8
_CHUNK = 1 << 20


class Generation(NamedTuple):
    """Which state of which archive a set of vectors is: where its journal stood, and whose vectors they are."""

    sequence: int
    stamp: str
    last_window: int
    encoder: str
    dimension: int


class VectorFileRefused(Exception):
    """The saved file is missing, damaged, or of a format that is not ours."""


class Vectors:
    """An exact inner-product index over half-precision vectors, each known by its window's id.

    Ids are added in ascending order, so a place in the index is a place in the sorted list of windows.
    """

    def __init__(self, dimension: int, *, threads: int = 1) -> None:
        flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._index = faiss.IndexIDMap(flat)
        self._flat = flat
        self._threads = threads

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def ids(self) -> Ids:
        """The windows' ids, by place."""
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def add(self, ids: Sequence[int], vectors: Vector) -> None:
        """Take in the vectors of new windows."""
        self._index.add_with_ids(np.ascontiguousarray(vectors), np.asarray(ids, dtype=np.int64))

    def remove(self, ids: Ids) -> None:
        """Forget these windows."""
        if len(ids):
            self._index.remove_ids(np.ascontiguousarray(ids, dtype=np.int64))

    def nearest(self, vector: Vector, count: int, *, allowed: Mask | None = None) -> Ids:
        """The places of the nearest windows, best first, among those allowed."""
        if not count or not len(self):
            return np.zeros(0, dtype=np.int64)
        faiss.omp_set_num_threads(self._threads)
        question = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if allowed is None:
            _, places = self._flat.search(question, count)
        else:
            bits = np.packbits(allowed, bitorder="little")
            chosen = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
            _, places = self._flat.search(question, count, params=chosen)
        return np.asarray(places[0][places[0] >= 0], dtype=np.int64)

    def at(self, places: Ids) -> Vector:
        """The vectors at these places."""
        return np.asarray(self._flat.reconstruct_batch(np.ascontiguousarray(places)), dtype=np.float32)

    def save(self, folder: Path, generation: Generation) -> None:
        """Write the file whole or not at all; the one before stays until the new one is safe."""
        draft = folder / f"{FILE}.{secrets.token_hex(8)}.tmp"
        try:
            faiss.write_index(self._index, str(draft))
            with draft.open("r+b") as file:
                digest = _digest(file, draft.stat().st_size)
                label = json.dumps({"digest": digest, **generation._asdict()}).encode()
                file.write(label + len(label).to_bytes(_LENGTH, "big") + _MAGIC)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(folder / FILE)
            _sync_folder(folder)
        finally:
            draft.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path, *, threads: int = 1) -> tuple[Vectors, Generation]:
        """The saved vectors and the state that they belong to."""
        path = folder / FILE
        try:
            generation = _checked(path)
            index = faiss.read_index(str(path))
        except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise VectorFileRefused(str(error)) from error
        vectors = cls(generation.dimension, threads=threads)
        vectors._index, vectors._flat = index, faiss.downcast_index(index.index)
        return vectors, generation


def sweep(folder: Path) -> None:
    """Clear away drafts that a crash left behind."""
    for draft in folder.glob(f"{FILE}.*.tmp"):
        draft.unlink(missing_ok=True)


def _checked(path: Path) -> Generation:
    """What the file's label says, once its contents have been compared with the label."""
    tail = _LENGTH + len(_MAGIC)
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - tail))
        end = file.read()
        body = size - tail - int.from_bytes(end[:_LENGTH], "big")
        if not end.endswith(_MAGIC) or body < 0:
            raise ValueError("not a file of ours, or cut short")
        file.seek(body)
        label = json.loads(file.read(size - tail - body))
        file.seek(0)
        if _digest(file, body) != label.pop("digest"):
            raise ValueError("contents do not match their checksum")
    return Generation(**label)


def _digest(file: BinaryIO, size: int) -> str:
    """The checksum of the next ``size`` bytes."""
    digest = hashlib.sha256()
    while size > 0 and (chunk := file.read(min(size, _CHUNK))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
