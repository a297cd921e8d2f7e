"""Prints how often the sentence that is marked is the one that holds the answer, and what keeping its vector costs.

Measured on the evidence of rtqa's and mhrag_facts' questions, where it stands in a paragraph of several sentences and
exactly one of them has the answer's words: read by the model when asked, as kept in three bits a number, and the first
sentence for comparison. A paragraph's sentences are told apart and marked as ``Search`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from embeddings import Archive, Article
from embeddings.encoder import Vectors
from embeddings.news import Span
from embeddings.paragraphs import sentences
from embeddings.rank import Ranking, answering_sentence, rank
from embeddings.sentence_codes import sentence_codes, sentence_vectors
from tools.datasets import NAMES, QuestionSet, archive_of, asked_on, question_set

console = Console(width=120, highlight=False)


@dataclass(frozen=True, slots=True)
class Marked:
    """One paragraph of evidence: whether the mark is right each way, and the cosines both ways."""

    read: bool
    kept: bool
    first: bool
    same: bool
    errors: Vectors


def main() -> None:
    """A row for each set."""
    table = Table(title="The marked sentence holds the answer, of 100 paragraphs", title_justify="left")
    for title in (
        "set",
        "paragraphs",
        "read when asked",
        "kept",
        "the first",
        "same mark",
        "cosine off by (deviation)",
    ):
        table.add_column(title, justify="right")
    for name in NAMES:
        questions = question_set(name)
        with archive_of(questions) as archive:
            found = list(_marked(questions, archive))
        shares = [100 * np.mean([getattr(one, way) for one in found]) for way in ("read", "kept", "first", "same")]
        off = float(np.std(np.concatenate([one.errors for one in found])))
        table.add_row(name, str(len(found)), *(f"{share:.1f}" for share in shares), f"{off:.4f}")
    console.print(table)


def _marked(questions: QuestionSet, archive: Archive) -> Iterator[Marked]:
    articles = {one.id: one for one in archive.store.served()}
    for query in questions.queries:
        answer = str(query.get("answer") or "").casefold()
        if not query["answerable"] or not answer:
            continue
        texts = dict.fromkeys(text for evidence in query["evidence"] for text in _paragraphs(articles, evidence))
        right = [(text, *held) for text in texts if (held := _holding(text, answer))]
        if not right:
            continue
        vector, ranking = _asked(archive, query)
        for text, spans, holding in right:
            yield _one(archive, ranking, vector, text, spans, holding)


def _paragraphs(articles: Mapping[str, Article], evidence: Mapping[str, Any]) -> Iterator[str]:
    article = articles.get(evidence["article_id"])
    for paragraph in article.paragraphs if article else ():
        text = paragraph.span.cut(article.text) if article else ""
        if evidence["quote"] in text:
            yield text


def _holding(text: str, answer: str) -> tuple[Sequence[Span], int] | None:
    """The sentences of a text and which of them alone has the answer; nothing where there is none such."""
    spans = sentences(text, Span(0, len(text)))
    holding = [place for place, span in enumerate(spans) if answer in span.cut(text).casefold()]
    return (spans, holding[0]) if len(spans) > 1 and len(holding) == 1 else None


def _asked(archive: Archive, query: dict[str, Any]) -> tuple[Vectors, Ranking]:
    search, filters = archive.search, archive.open_filters()
    question = search.understand(query["query"], filters=filters, asked=asked_on(query))
    vector = search.encoder.question(question.text)
    return vector, rank(question, search.candidates(question, vector, filters=filters), search.weights)


def _one(archive: Archive, ranking: Ranking, vector: Vectors, text: str, spans: Sequence[Span], holding: int) -> Marked:
    [rows] = archive.search.encoder.spans([text], [spans])
    kept = sentence_vectors(sentence_codes(rows), rows.shape[1])
    marks = [answering_sentence(ranking, text, spans, one @ vector) for one in (rows, kept)]
    read_right, kept_right = (mark == spans[holding] for mark in marks)
    return Marked(
        read_right, kept_right, holding == 0, marks[0] == marks[1], np.asarray((kept - rows) @ vector, dtype=np.float32)
    )


if __name__ == "__main__":
    main()
