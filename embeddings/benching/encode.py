"""What encoding costs on this machine, beside sentence-transformers and beside what the processor could do at most.

All that is measured is measured in turns, round after round, and the median of the rounds counts: on a machine that
others use too, each then has had the same good and bad moments. Rates per core are by processor time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter, process_time

import numpy as np
from rich.table import Table
from tokenizers import Tokenizer

from embeddings.benching.paragraphs import WORDS, paragraphs
from embeddings.benching.products import Products
from embeddings.benching.work import Work, work_of
from embeddings.encoder import Encoder, Vectors
from embeddings.encoder.serving import TOKENIZER, WEIGHTS
from embeddings.settings import Settings
from embeddings.wiring import export_folder, make_encoder

ROUNDS = 9
REFERENCE, EXACT = "torch", "onnx-fp32"
LIMIT_OF = {"onnx-int8": "int8", "onnx-fp32": "fp32", "torch": "fp32"}


@dataclass(frozen=True, slots=True)
class Limit:
    """What one core can multiply in a second with numbers of one type, and how many texts that would be."""

    multiply_adds_per_second: float
    texts_per_second: float


@dataclass(frozen=True, slots=True)
class Row:
    """How one encoder did: texts a second of one core's time and by the clock, and what that is of the limit.

    ``cosine_least`` and ``cosine_mean`` are between its vectors and those of sentence-transformers.
    """

    encoder: str
    threads: int
    texts_per_second_per_core: float
    texts_per_second: float
    share_of_limit: float
    times_sentence_transformers: float
    cosine_least: float
    cosine_mean: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of ``onrecord bench encode``; ``tokens`` and ``multiply_adds`` are a text's on average."""

    encoder: str
    texts: int
    words: int
    tokens: float
    multiply_adds: float
    limits: Mapping[str, Limit]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Lap:
    """The time that one encoder took for all texts: of the processor and by the clock, in seconds."""

    processor: float
    clock: float


Contestant = tuple[str, int]
"""An encoder by its name in the settings, and its threads."""


def measure(settings: Settings, *, texts: int) -> Measured:
    """Encode so many paragraphs by each encoder in turns; raises ModelError where a model cannot be had."""
    copy = paragraphs(texts)
    encoders = {one: _encoder(settings, *one) for one in contestants(settings.encoder, settings.threads)}
    vectors = {one: encoder.passages(copy) for one, encoder in encoders.items()}
    folder = export_folder(settings, EXACT.removeprefix("onnx-"))
    tokens, work = _tokens(str(folder / TOKENIZER), copy), work_of(folder / WEIGHTS)
    products = Products(work.weights, tokens=round(median(tokens)))
    laps: dict[Contestant, list[Lap]] = {one: [] for one in encoders}
    rates: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        rates.append(products.rates())
        for one, encoder in encoders.items():
            laps[one].append(_lap(encoder, copy))
    limits = limits_of(rates, work, tokens)
    return Measured(
        encoder=settings.encoder,
        texts=texts,
        words=WORDS,
        tokens=sum(tokens) / len(tokens),
        multiply_adds=work.mean(tokens),
        limits=limits,
        rows=rows_of(laps, vectors, limits),
    )


def contestants(encoder: str, threads: int, *, cores: int | None = None) -> list[Contestant]:
    """Who is measured: the settings' encoder, the fp32 export and the reference, with one thread and with all."""
    return list(
        dict.fromkeys(
            [(encoder, 1), (encoder, threads), (EXACT, 1), (REFERENCE, 1), (REFERENCE, cores or os.cpu_count() or 1)]
        )
    )


def limits_of(rates: Sequence[Mapping[str, float]], work: Work, tokens: Sequence[int]) -> dict[str, Limit]:
    """The median of the rounds, by type of number."""
    middle = {kind: median(one[kind] for one in rates) for kind in rates[0]}
    return {kind: Limit(rate, rate / work.mean(tokens)) for kind, rate in middle.items()}


def rows_of(
    laps: Mapping[Contestant, Sequence[Lap]], vectors: Mapping[Contestant, Vectors], limits: Mapping[str, Limit]
) -> list[Row]:
    """Each encoder's row; the quickest reference per core is what the others are compared with."""
    per_core = {one: len(vectors[one]) / median(lap.processor for lap in taken) for one, taken in laps.items()}
    reference = max(rate for (encoder, _), rate in per_core.items() if encoder == REFERENCE)
    true = vectors[REFERENCE, 1]
    return [
        Row(
            encoder=encoder,
            threads=threads,
            texts_per_second_per_core=rate,
            texts_per_second=len(true) / median(lap.clock for lap in laps[encoder, threads]),
            share_of_limit=rate / limits[LIMIT_OF[encoder]].texts_per_second,
            times_sentence_transformers=rate / reference,
            cosine_least=float(np.min(cosines := np.sum(vectors[encoder, threads] * true, axis=1))),
            cosine_mean=float(np.mean(cosines)),
        )
        for (encoder, threads), rate in per_core.items()
    ]


def table_of(measured: Measured) -> Table:
    """The rows as a table, with what they were measured on above it and the machine's limits below."""
    title = (
        f"{measured.texts} paragraphs of {measured.words} words, {measured.tokens:.1f} tokens and "
        f"{measured.multiply_adds / 1e6:,.0f} million multiply-adds each; medians of {ROUNDS} rounds"
    )
    limits = (
        f"{kind}: {limit.multiply_adds_per_second / 1e9:.0f} thousand million multiply-adds, "
        f"{limit.texts_per_second:.0f} texts a second"
        for kind, limit in measured.limits.items()
    )
    caption = "\n".join(["The reference is sentence-transformers. The limit of one core in these shapes:", *limits])
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left")
    # Two lines a heading: the whole fits a terminal of 80 columns.
    table.add_column("encoder,\nthreads")
    for heading in ("texts/s\nper core", "texts/s", "of the\nlimit", "× ref.", "cosine\nleast", "\nmean"):
        table.add_column(heading, justify="right")
    for row in measured.rows:
        table.add_row(
            f"{'reference' if row.encoder == REFERENCE else row.encoder}, {row.threads}",
            f"{row.texts_per_second_per_core:.1f}",
            f"{row.texts_per_second:.1f}",
            f"{row.share_of_limit:.0%} of {LIMIT_OF[row.encoder]}",
            f"{row.times_sentence_transformers:.2f}",
            f"{row.cosine_least:.4f}",
            f"{row.cosine_mean:.4f}",
        )
    return table


def _encoder(settings: Settings, encoder: str, threads: int) -> Encoder:
    return make_encoder(replace(settings, encoder=encoder, threads=threads))


def _tokens(tokenizer: str, texts: Sequence[str]) -> list[int]:
    reading = Tokenizer.from_file(tokenizer)
    reading.no_padding()
    return [len(reading.encode(text).ids) for text in texts]


def _lap(encoder: Encoder, texts: Sequence[str]) -> Lap:
    processor, clock = process_time(), perf_counter()
    encoder.passages(texts)
    return Lap(process_time() - processor, perf_counter() - clock)
