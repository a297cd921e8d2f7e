"""FAISS: the two kinds of index that vectors are searched by, each vector known by its window's id.

The exact one compares the question with every vector, kept at half precision. The approximate one looks only into the
cells around the question and compares one bit a dimension (RaBitQ: Gao and Long, SIGMOD 2024, arXiv:2405.12497): what
it finds is a few hundred candidates that must be scored anew by the vectors themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss as faiss_library
import numpy as np
from numpy.typing import NDArray

from embeddings.store import Vector

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
Bits = NDArray[np.uint8]
Found = tuple[NDArray[np.float32], Ids]

# Its published types do not describe what its Python classes accept.
faiss: Any = faiss_library

OVERSAMPLE = 200
"""How many candidates make up for estimating by one bit: of a million the ten nearest are then among them (.995)."""

NARROW = 20
"""Where one in so many may be found, or fewer, they may all stand far from the question and close to one another: more
candidates and cells are then looked at."""
CROWDED = 0.6
"""To this power of how many they are, four times, are candidates then: the more, the more look alike by their bits."""
FAR = 4_000
"""If they are more than this, no fewer cells are looked into for it: however many, they stand together, and far off."""

SAMPLE = 40
"""How many vectors a cell is trained on."""

_ROUNDS = 8
_QUESTION_BITS = 4
_PIECES = 128
_SEED = 20

Pieces = Callable[[int, int], Iterator[tuple[Ids, Vector]]]


class Vectors:
    """An index over vectors: exact, or approximate by cells and codes; ``threads`` are for building it."""

    def __init__(self, index: object, *, threads: int) -> None:
        self._index: Any = index
        self._threads = threads

    @classmethod
    def exact(cls, dimension: int, *, threads: int) -> Vectors:
        """An empty one that finds exactly the nearest."""
        flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        return cls(faiss.IndexIDMap(flat), threads=threads)

    @classmethod
    def approximate(cls, sample: Vector, windows: int, *, threads: int) -> Vectors:
        """An empty one for so many windows, whose cells are found among the sample's vectors, one row each."""
        faiss.omp_set_num_threads(threads)
        dimension, cells = sample.shape[1], min(cells_for(windows), len(sample))
        means = faiss.Kmeans(
            dimension,
            cells,
            niter=_ROUNDS,
            spherical=True,
            min_points_per_centroid=1,
            max_points_per_centroid=SAMPLE,
            seed=_SEED,
        )
        means.train(sample)
        centres = faiss.IndexFlatIP(dimension)
        centres.add(means.centroids)
        index = faiss.IndexIVFRaBitQ(centres, dimension, cells, faiss.METRIC_INNER_PRODUCT)
        index.train(sample)
        return cls(index, threads=threads)

    @classmethod
    def read(cls, path: Path, *, threads: int) -> Vectors:
        """A file's, in memory, to be changed; raises RuntimeError."""
        return cls(faiss.read_index(str(path)), threads=threads)

    @classmethod
    def mapped(cls, path: Path, *, threads: int) -> Vectors:
        """A file's, to be searched: codes stay in the file, its pages shared by all who read it; RuntimeError."""
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        if isinstance(index, faiss.IndexIVF):
            # Or else every question starts 32 threads that touch the pages of its cells.
            faiss.downcast_InvertedLists(index.invlists).prefetch_nthread = 0
        return cls(index, threads=threads)

    def write(self, path: Path) -> None:
        """Write it into a file."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def is_exact(self) -> bool:
        """Whether what it finds are the nearest, in their order, but for rounding."""
        return isinstance(self._index, faiss.IndexIDMap)

    def add(self, ids: Ids, vectors: Vector) -> None:
        """Take in the vectors of these windows."""
        faiss.omp_set_num_threads(self._threads)
        if len(ids):
            found = np.ascontiguousarray(ids, dtype=np.int64)
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), found)

    def keep(self, bits: Bits) -> None:
        """Take out the windows whose bit is not set."""
        self._index.remove_ids(faiss.IDSelectorNot(_selector(bits)))

    def take_out(self, ids: Ids) -> int:
        """Take out these windows; returns how many of them there were."""
        return int(self._index.remove_ids(np.ascontiguousarray(ids, dtype=np.int64)))

    def take_out_to(self, last: int) -> None:
        """Take out the windows up to this id."""
        self._index.remove_ids(faiss.IDSelectorRange(0, last + 1))

    def coded(self) -> Vectors:
        """An approximate one of all that this exact one holds."""
        ids = np.array(faiss.vector_to_array(self._index.id_map), dtype=np.int64)
        vectors = np.asarray(self._index.index.reconstruct_n(0, len(ids)), dtype=np.float32)
        made = Vectors.approximate(vectors, len(ids), threads=self._threads)
        made.add(ids, vectors)
        return made

    def narrow(self, allowed: int) -> bool:
        """Whether so few may be found that they may be all of one kind."""
        return allowed * NARROW < len(self)

    def candidates(self, count: int, allowed: int, *, in_all: int) -> int:
        """How many to look for, that the nearest ``count`` be among them; as ``search`` has it."""
        if self.is_exact:
            return count
        least = max(2 * OVERSAMPLE, math.ceil(4 * in_all**CROWDED)) if self.narrow(allowed) else OVERSAMPLE
        return max(least, 2 * count)

    def search(self, vector: Vector, count: int, *, bits: Bits | None, allowed: int, in_all: int) -> Found:
        """The nearest ``count`` of the windows whose bits are set, best first: inner products, or estimates, and ids.

        ``allowed`` is how many of them are held here; fewer than ``count`` come back only when it is less. ``in_all``
        is how many there are elsewhere, too, among which the nearest are sought: the more, the nearer they stand.
        """
        count = min(count, allowed)
        if not count:
            return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
        # Threads that wait for one another at every question wait long on a machine that has other things to do.
        faiss.omp_set_num_threads(1)
        chosen = {} if bits is None else {"sel": _selector(bits)}
        if self.is_exact:
            return self._searched(vector, count, faiss.SearchParameters(**chosen))
        cells = int(self._index.nlist)
        for some in (probes(cells, in_all, narrow=self.narrow(allowed)), cells):
            found = self._searched(vector, count, _asked(some, chosen))
            if len(found[1]) == count:
                break
        return found

    def _searched(self, vector: Vector, count: int, asked: object) -> Found:
        question = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        scores, ids = self._index.search(question, count, params=asked)
        return scores[0][ids[0] >= 0], ids[0][ids[0] >= 0]


def cells_for(windows: int) -> int:
    """How many cells so many windows are spread over: twice their root, so that a cell holds half their root."""
    return max(1, min(round(2 * math.sqrt(windows)), windows // 8))


def sample_of(pieces: Pieces, first: int, last: int, windows: int) -> Vector:
    """Vectors from all over a range of ids that holds so many windows, enough to train on."""
    wanted = SAMPLE * cells_for(windows)
    if windows <= 2 * wanted:
        return np.concatenate([vectors for _, vectors in pieces(first, last)])[: 2 * wanted]
    step = (last - first + 1) / _PIECES
    width = math.ceil(step * wanted / windows)
    starts = [first + int(step * piece) for piece in range(_PIECES)]
    return np.concatenate([vectors for start in starts for _, vectors in pieces(start, min(start + width - 1, last))])


def probes(cells: int, allowed: int, *, narrow: bool = False) -> int:
    """How many cells are looked into: more, the fewer of the windows may be found, for the nearest are farther off.

    Fitted to what 97 of 100 and better took with a million windows in 1,024 and in 4,096 cells, and selections of
    1,000 to all of them (``onrecord bench recall`` measures what comes of it).
    """
    share: float = 5 / math.sqrt(cells) * (1_000_000 / (min(allowed, FAR) if narrow else allowed)) ** 0.3
    return max(1, min(cells, math.ceil(cells * share * (1.5 if narrow else 1))))


def _asked(cells: int, chosen: dict[str, object]) -> object:
    return faiss.IVFRaBitQSearchParameters(nprobe=cells, qb=_QUESTION_BITS, **chosen)


def _selector(bits: Bits) -> object:
    return faiss.IDSelectorBitmap(np.ascontiguousarray(bits))
