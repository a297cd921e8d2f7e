"""From a question to an answer: understood, looked up, ranked, and judged whether it is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from embeddings.encoder import Encoder, Vectors
from embeddings.errors import BadQuestion
from embeddings.news import Answer, Article, Filters, Found, NotOnFile, Passage, Span
from embeddings.paragraphs import sentences
from embeddings.question import Question, understand
from embeddings.rank import Ranked, Ranking, Weights, answering_sentence, rank
from embeddings.store import Candidates, Store

CANDIDATES = 40
"""So many nearest by meaning, and so many by words, are ranked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How an archive answers: its encoder, its store, the ranking's weights, and the least probability."""

    encoder: Encoder
    store: Store
    weights: Weights
    threshold: float

    def ask(self, text: str, *, filters: Filters, asked: date | None, limit: int, marked: int) -> Answer:
        """The best ``limit`` passages, or that nothing is on file.

        The first ``marked`` get their answering sentence and their quotations.
        ``asked`` is the day of asking, None when it is not known: it settles "last week" and what is recent.
        Raises BadQuestion.
        """
        question = self.understand(text, filters=filters, asked=asked)
        vector = self.encoder.question(question.text)
        candidates = self.candidates(question, vector, filters=filters)
        ranking = rank(question, candidates, self.weights)
        passages = self._passages(ranking, vector, limit=limit, marked=marked)
        answered = bool(passages) and ranking.confidence >= self.threshold
        if answered:
            return Found(passages=passages, confidence=ranking.confidence, coverage=candidates.coverage)
        if question.outlets:
            passages = (*passages, *self._elsewhere(question, vector, filters, passages)[:limit])
        return NotOnFile(near_misses=passages, confidence=ranking.confidence, coverage=candidates.coverage)

    def understand(self, text: str, *, filters: Filters, asked: date | None) -> Question:
        """The question, read with the outlets and the newest day that the asker may see."""
        check_outlets(filters, self.store)
        coverage = self.store.coverage(filters)
        return understand(text, asked=asked, outlets=coverage.sources, latest=coverage.last)

    def candidates(self, question: Question, vector: Vectors, *, filters: Filters) -> Candidates:
        """What the store holds on a question, among the outlets that it names."""
        return self.store.candidates(
            vector, question.words, question.phrases, filters=_narrowed(filters, question.outlets), limit=CANDIDATES
        )

    def _elsewhere(
        self, question: Question, vector: Vectors, filters: Filters, seen: Sequence[Passage]
    ) -> list[Passage]:
        """What other outlets have, for a question whose own outlets hold no answer."""
        anywhere = replace(question, outlets=frozenset())
        ranking = rank(anywhere, self.candidates(anywhere, vector, filters=filters), self.weights)
        known = {_place(passage) for passage in seen}
        found = self._passages(ranking, vector, limit=CANDIDATES, marked=0)
        return [passage for passage in found if _place(passage) not in known]

    def _passages(self, ranking: Ranking, vector: Vectors, *, limit: int, marked: int) -> tuple[Passage, ...]:
        shown = ranking.ranked[:limit]
        first = [(one.candidate.article, one.candidate.ordinal) for one in shown[:marked]]
        quotations = self.store.quotations_in(first) if first else ()
        return tuple(
            Passage(
                article=one.candidate.article,
                paragraph=one.paragraph,
                score=one.score,
                marks=self._marks(ranking, one, vector) if place < marked else (),
                also=_others(one),
                quotations=quotations[place] if place < marked else (),
            )
            for place, one in enumerate(shown)
        )

    def _marks(self, ranking: Ranking, one: Ranked, vector: Vectors) -> tuple[Span, ...]:
        text, start = one.text, one.paragraph.start
        spans = sentences(text, Span(0, len(text)))
        if len(spans) > 1:
            spans = (answering_sentence(ranking, text, spans, self.encoder.spans(text, spans) @ vector),)
        return tuple(Span(start + span.start, start + span.end) for span in spans)


def check_outlets(filters: Filters, store: Store) -> None:
    """Raise BadQuestion for an outlet that is not on file, naming those alike."""
    if not filters.outlets:
        return
    sources = store.coverage(replace(filters, outlets=frozenset())).sources
    for outlet in sorted(filters.outlets - sources):
        alike = get_close_matches(outlet, sources, n=3, cutoff=0.4) or sorted(sources)[:5]
        raise BadQuestion(f"No outlet, agency or carrier {outlet!r} on file: did you mean {', '.join(alike)}?")


def _narrowed(filters: Filters, outlets: frozenset[str]) -> Filters:
    # The names come from the coverage of these same filters, so an outlet that is not allowed cannot be named.
    return replace(filters, outlets=outlets) if outlets else filters


def _place(passage: Passage) -> tuple[str, int]:
    return passage.article.id, passage.paragraph.ordinal


def _others(one: Ranked) -> tuple[Article, ...]:
    """The other articles that carry these words, each once."""
    carried = {twin.article.id: twin.article for twin in one.alike if twin.article.id != one.candidate.article.id}
    return tuple(carried.values())
