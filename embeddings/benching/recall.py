"""How many of the nearest the index of vectors finds, how fast, and what it costs: by archive size and by filter.

Up to as many windows as there are real vectors, these are taken; beyond that each is taken again and again, turned
towards the difference of two others so that its cosine with the first is .8 to .95: copies then lie as near to one
another, and in the same directions, as paragraphs on one subject do.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from embeddings.errors import BadSettings, StoreError
from embeddings.store import Vector
from embeddings.store.embedded import require_archive
from embeddings.store.index import Allowed, Index
from embeddings.store.rows import DATABASE, Rows
from embeddings.store.searched import FOLDER
from embeddings.store.vectors import Ids, Mask

FILE = "recall.json"
NEAREST = 10
QUESTIONS = 100

_ARTICLE = 36
"""How many windows an article has where nobody knows."""

_GROWTH = (0.7, 0.95, 0.999)
"""When files are written while the archive grows: it is measured with several, and with something in memory."""

_CHUNK = 20_000
_SEED = 11


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of filter: what share of the windows it lets through, and how the index did under it.

    ``processor_ms`` is the median of what a question takes of a core, whatever else the machine does.
    """

    filter: str
    share: float
    recall: float
    processor_ms: float
    p50_ms: float
    p95_ms: float
    candidates: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of ``onrecord bench recall``; of so many windows, ``real`` are vectors of text and the others copies."""

    windows: int
    real: int
    questions: int
    exact: bool
    segments: int
    build_seconds: float
    open_seconds: float
    bytes_a_window: float
    peak_mb: float
    kinds: tuple[Kind, ...]


class Windows:
    """So many windows, kept as the rows keep them (a byte a dimension), in a file of their own."""

    position = "1:bench"

    def __init__(self, real: NDArray[np.float16], count: int, folder: Path) -> None:
        self.count = count
        self._codes = np.memmap(folder / "codes", np.int8, "w+", shape=(count, real.shape[1]))
        self._scales = np.zeros(count, dtype=np.float32)
        for start in range(0, count, _CHUNK):
            made = _made(real, start, min(start + _CHUNK, count))
            scales = np.abs(made).max(axis=1) / 127
            self._codes[start : start + _CHUNK] = np.rint(made / scales[:, None])
            self._scales[start : start + _CHUNK] = scales

    def at(self, places: Ids | slice) -> Vector:
        """The vectors at these places; window ids count from 1, places from 0."""
        return np.asarray(self._codes[places].astype(np.float32) * self._scales[places][:, None], dtype=np.float32)

    def vectors(self, first: int, last: int) -> Iterator[tuple[Ids, Vector]]:
        """As the rows give them."""
        for start in range(first - 1, min(last, self.count), _CHUNK):
            end = min(start + _CHUNK, last, self.count)
            yield np.arange(start + 1, end + 1), self.at(slice(start, end))


def measure(real: NDArray[np.float16], asked: NDArray[np.float16], *, windows: int, threads: int = 1) -> Measured:
    """Build an index of so many windows and ask it each question, up to QUESTIONS, under each kind of filter."""
    questions = asked[:QUESTIONS].astype(np.float32)
    with TemporaryDirectory(prefix="onrecord-recall-") as name:
        folder = Path(name)
        rows = Windows(real, windows, folder)
        before = perf_counter()
        _grow(folder, rows, real.shape[1], threads)
        built = perf_counter() - before
        index = Index(folder / FOLDER, encoder="bench", dimension=real.shape[1], threads=threads)
        before = perf_counter()
        index.refresh(lambda _: True)
        for ids, vectors in rows.vectors(index.last + 1, windows):
            index.add(ids, vectors)
        opened = perf_counter() - before
        # Of a small archive some kinds of filter leave nothing to be found.
        masks = {kind: mask for kind, mask in _masks(real, windows).items() if mask is None or mask.any()}
        truths = _truths(rows, questions, masks)
        kinds = tuple(
            _asked(index, rows, questions, truths[kind], kind=kind, mask=mask) for kind, mask in masks.items()
        )
        shape = index.describe()
        return Measured(
            windows=windows,
            real=min(windows, len(real)),
            questions=len(questions),
            exact=shape.exact,
            segments=shape.segments,
            build_seconds=built,
            open_seconds=opened,
            bytes_a_window=shape.size / max(index.last, 1),
            peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            kinds=kinds,
        )


def of_archive(folder: Path) -> NDArray[np.float16]:
    """The vectors of all that is searched in the archive in this folder, a row each; raises StoreError."""
    require_archive(folder)
    rows = Rows.reading(folder / DATABASE)
    try:
        encoding = rows.encoding()
        dimension = encoding.dimension if encoding else 0
        every = rows.windows.vectors(1, rows.windows.last(), dimension=dimension)
        found = [vectors.astype(np.float16) for _, vectors in every]
    finally:
        rows.close()
    if not found:
        raise StoreError(f"nothing is searched in {folder}: `onrecord ingest PATH` first")
    return np.concatenate(found)


def of_file(path: Path) -> NDArray[np.float16]:
    """Vectors of unit length, a row each, from a file of NumPy's."""
    try:
        found = np.load(path)
    except (OSError, ValueError) as error:
        raise BadSettings(f"{path} cannot be read ({error}): give an .npy file with a vector in each row") from error
    if found.ndim != 2 or not len(found):
        raise BadSettings(f"{path} holds no rows of vectors: give an .npy file with a vector in each row")
    return np.asarray(found, dtype=np.float16)


def questions_from(real: NDArray[np.float16]) -> NDArray[np.float16]:
    """Questions where there are none: vectors from all over, turned."""
    draw = np.random.default_rng(_SEED)
    places = draw.integers(0, len(real), QUESTIONS)
    return _turned(real, real[places].astype(np.float32), draw).astype(np.float16)


def keep(folder: Path, measured: Measured) -> None:
    """Leave the measurement beside the archive's index, for ``last_measured``."""
    (folder / FOLDER).mkdir(exist_ok=True)
    (folder / FOLDER / FILE).write_text(json.dumps(asdict(measured)), encoding="utf-8")


def last_measured(folder: Path) -> tuple[float, int] | None:
    """The lowest recall of any kind of filter when it was last measured here, and of how many windows."""
    try:
        stored = json.loads((folder / FOLDER / FILE).read_text(encoding="utf-8"))
        return min(float(kind["recall"]) for kind in stored["kinds"]), int(stored["windows"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def table_of(measured: Measured) -> Table:
    """The measurement for people."""
    manner = "exact" if measured.exact else f"approximate, {measured.segments} files"
    title = (
        f"{measured.windows:,} windows ({measured.real:,} real), {manner}: built in {measured.build_seconds:.0f} s, "
        f"opened in {measured.open_seconds:.2f} s, {measured.bytes_a_window:.0f} bytes a window, "
        f"peak {measured.peak_mb:,.0f} MB"
    )
    table = Table(
        "filter", "lets through", f"recall@{NEAREST}", "processor ms", "p50 ms", "p95 ms", "candidates", title=title
    )
    for kind in measured.kinds:
        figures = (
            f"{kind.recall:.4f}",
            f"{kind.processor_ms:.2f}",
            f"{kind.p50_ms:.2f}",
            f"{kind.p95_ms:.2f}",
            f"{kind.candidates:.0f}",
        )
        table.add_row(kind.filter, f"{kind.share:.2%}", *figures)
    return table


def _made(real: NDArray[np.float16], start: int, end: int) -> Vector:
    places = np.arange(start, end)
    base = real[places % len(real)].astype(np.float32)
    copies = places >= len(real)
    if copies.any():
        base[copies] = _turned(real, base[copies], np.random.default_rng((_SEED, start)))
    return base


def _turned(real: NDArray[np.float16], base: Vector, draw: np.random.Generator) -> Vector:
    one, other = real[draw.integers(0, len(real), (2, len(base)))].astype(np.float32)
    away = one - other
    away -= (away * base).sum(axis=1, keepdims=True) * base
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    cosines = draw.uniform(0.8, 0.95, (len(base), 1)).astype(np.float32)
    return np.asarray(cosines * base + np.sqrt(1 - cosines**2) * away, dtype=np.float32)


def _grow(folder: Path, rows: Windows, dimension: int, threads: int) -> None:
    for share in _GROWTH:
        alive = Allowed.ranges(np.array([1]), np.array([int(rows.count * share) + 1]))
        index = Index(folder / FOLDER, encoder="bench", dimension=dimension, threads=threads)
        index.refresh(lambda _: True)
        while plan := index.overdue(alive):
            index.build(plan, rows, alive=alive)
            index.refresh(lambda _: True)


def _masks(real: NDArray[np.float16], windows: int) -> dict[str, Mask | None]:
    """Which windows each kind of filter lets through.

    Days go up with the ids, with some articles coming late; outlets are articles here and there; a speaker's are on
    one subject, so they all stand far from most questions.
    """
    draw = np.random.default_rng(_SEED)
    articles = np.arange(windows) // _ARTICLE
    count = int(articles[-1]) + 1
    day = (np.arange(count) + draw.normal(0, 0.01 * count, count))[articles] / count
    outlet = (draw.random(count) < 0.08)[articles]
    likeness = real.astype(np.float32) @ real[draw.integers(len(real))].astype(np.float32)
    subject = likeness >= np.quantile(likeness, 0.99)
    return {
        "none": None,
        "date 12 %": (day > 0.5) & (day < 0.62),
        "date 1 %": (day > 0.7) & (day < 0.71),
        "outlet": outlet,
        "speaker 1 %": subject[np.arange(windows) % len(real)],
        "date x outlet": (day > 0.5) & (day < 0.62) & outlet,
        "date x speaker": (day > 0.5) & (day < 0.62) & subject[np.arange(windows) % len(real)],
    }


def _truths(rows: Windows, questions: Vector, masks: dict[str, Mask | None]) -> dict[str, list[set[int]]]:
    """The nearest of each question under each filter, by comparing every window."""
    shape = (len(questions), NEAREST)
    best = {kind: (np.full(shape, -2, np.float32), np.zeros(shape, np.int64)) for kind in masks}
    for ids, vectors in rows.vectors(1, rows.count):
        scores = questions @ vectors.T
        for kind, mask in masks.items():
            chosen = np.arange(len(ids)) if mask is None else np.flatnonzero(mask[ids - 1])
            scored = np.concatenate([best[kind][0], scores[:, chosen]], axis=1)
            named = np.concatenate([best[kind][1], np.broadcast_to(ids[chosen], (len(questions), len(chosen)))], axis=1)
            top = np.argpartition(-scored, NEAREST - 1, axis=1)[:, :NEAREST]
            best[kind] = (np.take_along_axis(scored, top, 1), np.take_along_axis(named, top, 1))
    return {kind: [set(row.tolist()) - {0} for row in ids] for kind, (_, ids) in best.items()}


def _asked(
    index: Index, rows: Windows, questions: Vector, truths: list[set[int]], *, kind: str, mask: Mask | None
) -> Kind:
    allowed = None if mask is None else Allowed(np.packbits(np.concatenate([[False], mask]), bitorder="little"))
    seconds, busy, shares, sizes = [], [], [], []
    for question, truth in zip(questions, truths, strict=True):
        before, began = perf_counter(), thread_time()
        found = index.nearest(question, NEAREST, allowed=allowed)
        order = np.argsort(-(rows.at(found - 1) @ question), kind="stable")[:NEAREST]
        seconds.append(perf_counter() - before)
        busy.append(thread_time() - began)
        shares.append(len(truth & set(found[order].tolist())) / max(len(truth), 1))
        sizes.append(len(found))
    p50, p95 = (1000 * float(np.quantile(seconds, share)) for share in (0.5, 0.95))
    share = 1.0 if mask is None else float(mask.mean())
    return Kind(kind, share, float(np.mean(shares)), 1000 * float(np.median(busy)), p50, p95, float(np.mean(sizes)))
