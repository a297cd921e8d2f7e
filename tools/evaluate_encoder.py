"""Prints how true the serving encoders are to sentence-transformers: cosines on the sample, retrieval on the sets.

Retrieval is first by the vectors alone, exact, so that nothing else helps or hides, then by the archive as it answers.
It is compared with the fp32 export, question by question: the first table shows that this is sentence-transformers,
only sooner. The first run takes half an hour; vectors are kept under .evaluation/vectors, and an interrupted run
carries on where it stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np
import onnxruntime
from rich.console import Console
from rich.table import Table

from embeddings import Article, Settings, open_archive
from embeddings.encoder import Encoder, Vectors
from embeddings.encoder.model import sha256_of
from embeddings.encoder.serving import WEIGHTS
from embeddings.news import Span
from embeddings.readers import read
from embeddings.records import batch_record
from embeddings.wiring import export_folder, make_encoder
from tools.datasets import NAMES, ROOT, WORK, QuestionSet, archive_settings, asked_on, question_set, scorer

ORIGINAL, REFERENCE, SERVING = "torch", "onnx-fp32", "onnx-int8"
COLUMNS = {"hit1": "Hit@1", "mrr10": "MRR@10", "rec10": "Recall@10"}
LIMIT, BLOCK = 10, 1024
Run = Sequence[Mapping[str, Any]]
Scored = dict[str, dict[str, Mapping[str, float]]]
"""For each encoder the figures of each question."""
console = Console(width=120, highlight=False)


@dataclass(frozen=True, slots=True)
class Passages:
    """Paragraphs with the articles that they stand in."""

    articles: Sequence[str]
    texts: Sequence[str]


def main() -> None:
    """The sample's cosines, then a table for each set."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sets", nargs="+", choices=NAMES, default=NAMES)
    chosen = options.parse_args()
    console.print(_cosines(passages_of(ROOT / "sample" / "wire").texts))
    together: dict[str, Scored] = {way: {SERVING: {}, REFERENCE: {}} for way in WAYS}
    for name in chosen.sets:
        questions = question_set(name)
        passages = passages_of(questions.articles)
        for way, answered in WAYS.items():
            scored = {encoder: _scored(questions, answered(questions, passages, encoder)) for encoder in together[way]}
            console.print(_compared(f"{name}, {len(passages.texts)} paragraphs, {way}", scored))
            for encoder, figures in scored.items():
                together[way][encoder] |= {f"{name} {id}": of_one for id, of_one in figures.items()}
    for way, scored in together.items():
        console.print(_compared(f"{' and '.join(chosen.sets)}, {way}", scored))


def passages_of(path: Path) -> Passages:
    """Every paragraph that a file or folder holds."""
    pairs = [(one.id, paragraph.span.cut(one.text)) for one in _articles(path) for paragraph in one.paragraphs]
    return Passages([article for article, _ in pairs], [text for _, text in pairs])


def _articles(path: Path) -> Iterator[Article]:
    return (one for one in read(path) if isinstance(one, Article))


def _settings(name: str) -> Settings:
    return Settings.from_environ(os.environ | {"ONRECORD_ENCODER": name})


def _cosines(texts: Sequence[str]) -> Table:
    """How near each export's vectors come to those of sentence-transformers."""
    true = make_encoder(_settings(ORIGINAL)).passages(texts)
    table = _table(f"The sample's {len(texts)} paragraphs: cosine to sentence-transformers", ["least", "mean"])
    for name in (SERVING, REFERENCE):
        cosines = np.sum(make_encoder(_settings(name)).passages(texts) * true, axis=1)
        table.add_row(name, f"{cosines.min():.5f}", f"{cosines.mean():.5f}")
    return table


def _compared(title: str, scored: Scored) -> Table:
    """What is found by each export's vectors, and the difference with its interval at 95 percent."""
    table = _table(f"{title}: {len(scored[SERVING])} answerable questions", list(COLUMNS.values()))
    for name, one in scored.items():
        means = (np.mean([figures[column] for figures in one.values()]) for column in COLUMNS)
        table.add_row(name, *(f"{100 * mean:.1f}" for mean in means))
    table.add_row("difference", *(difference(scored[SERVING], scored[REFERENCE], column) for column in COLUMNS))
    return table


def difference(ours: Mapping[str, Mapping[str, float]], theirs: Mapping[str, Mapping[str, float]], column: str) -> str:
    """In points, with the interval that a paired bootstrap over the questions gives at 95 percent."""
    mean, low, high = (100 * figure for figure in scorer().boot(ours, theirs, column))
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})"


def _scored(questions: QuestionSet, run: Run) -> dict[str, Mapping[str, float]]:
    """Each answerable question's figures."""
    _, per_question = scorer().score(list(questions.queries), list(run))
    return dict(per_question)


def _by_vectors(questions: QuestionSet, passages: Passages, name: str) -> Run:
    encoder = Kept(name, passages.texts)
    asked = np.array([encoder.question(query["query"]) for query in questions.queries])
    found = nearest(encoder.passages(passages.texts), asked)
    return list(_run(questions, passages, found))


def _by_archive(questions: QuestionSet, passages: Passages, name: str) -> Run:
    with TemporaryDirectory(prefix="onrecord-encoder-") as folder:
        settings = replace(archive_settings(questions.name, name), archive=Path(folder), quotes="off")
        with open_archive(settings, writing=True) as archive:
            kept = Kept(name, passages.texts)
            replace(archive, intake=replace(archive.intake, encoder=kept)).ingest([questions.articles])
            return [
                batch_record(
                    str(query["id"]),
                    archive.ask(query["query"], asked=asked_on(query), limit=LIMIT, marked=0),
                    most=LIMIT,
                )
                for query in questions.queries
            ]


WAYS: Mapping[str, Callable[[QuestionSet, Passages, str], Run]] = {
    "by vectors alone": _by_vectors,
    "as the archive answers": _by_archive,
}
"""How a set's questions are answered with an encoder of this name."""


class Kept:
    """An encoder that makes the vectors of these texts once ever."""

    def __init__(self, name: str, texts: Sequence[str]) -> None:
        settings = _settings(name)
        self._encoder = make_encoder(settings)
        self.name, self.dimension, self.question = self._encoder.name, self._encoder.dimension, self._encoder.question
        known_by = [self.name, onnxruntime.__version__, sha256_of(_weights(settings))]
        self._known = dict(zip(texts, _kept(self._encoder, texts, known_by), strict=True))

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        return np.array(
            [self._known[text] if text in self._known else self._encoder.passages([text])[0] for text in texts]
        )

    def spans(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Sequence[Vectors]:
        """The text's own vector for each of its spans: nobody asks for marks here."""
        return [
            np.array([row] * len(each)).reshape(-1, self.dimension)
            for row, each in zip(self.passages(texts), spans, strict=True)
        ]

    def read(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, Sequence[Vectors]]:
        """What ``passages`` and ``spans`` give."""
        return self.passages(texts), self.spans(texts, spans)


def _weights(settings: Settings) -> Path:
    return export_folder(settings, settings.encoder.removeprefix("onnx-")) / WEIGHTS


def _kept(encoder: Encoder, texts: Sequence[str], known_by: Sequence[str]) -> Vectors:
    """The texts' vectors, from disk as far as they were encoded before."""
    (WORK / "vectors").mkdir(parents=True, exist_ok=True)
    blocks = []
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK]
        digest = hashlib.sha256("\0".join([*known_by, *block]).encode()).hexdigest()
        path = WORK / "vectors" / f"{digest[:32]}.npy"
        if not path.exists():
            partial = path.with_suffix(".partial.npy")
            np.save(partial, encoder.passages(block))
            partial.replace(path)
        blocks.append(np.load(path))
    return np.concatenate(blocks)


def nearest(vectors: Vectors, asked: Vectors) -> list[list[tuple[int, float]]]:
    """For each question the LIMIT nearest rows with their cosines, the nearest first; exact."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    scores, rows = index.search(asked, LIMIT)
    return [list(zip(map(int, row), map(float, score), strict=True)) for row, score in zip(rows, scores, strict=True)]


def _run(
    questions: QuestionSet, passages: Passages, found: list[list[tuple[int, float]]]
) -> Iterator[dict[str, object]]:
    for query, rows in zip(questions.queries, found, strict=True):
        yield {
            "query_id": query["id"],
            "abstained": False,
            "passages": [
                {"article_id": passages.articles[row], "text": passages.texts[row], "score": score}
                for row, score in rows
            ],
        }


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("encoder")
    for column in columns:
        table.add_column(column, justify="right")
    return table


if __name__ == "__main__":
    main()
