"""From a question to an answer: understood, looked up, ranked, and judged whether it is one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache

from embeddings.duplicates import repeats
from embeddings.encoder import Encoder, Vectors
from embeddings.errors import BadQuestion
from embeddings.news import Answer, Article, Filters, Found, NotOnFile, Passage, Span
from embeddings.paragraphs import sentences
from embeddings.question import Question, sources_named, understand
from embeddings.rank import Ranked, Ranking, Weights, answering_sentence, rank
from embeddings.sentence_codes import sentence_vectors
from embeddings.store import Awaited, Candidates, Store, made

CANDIDATES = 40
"""So many nearest by meaning, and so many by words, are ranked."""
SPARE = 20
"""So many passages beyond those that are shown may be copies of them."""
WIDER = 5
"""So many passages of the answer from everywhere answer under narrower filters, too."""


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
        What answers without the filters answers within them, with the probability that it has without them.
        Raises BadQuestion.
        """
        filters = on_file(filters, self.store)
        question = self.understand(text, filters=filters, asked=asked)
        # Not before the store has use for it: words are looked for meanwhile.
        vector = cache(lambda: self.encoder.question(question.text))
        candidates = self.candidates(question, vector, filters=filters)
        ranking = rank(question, candidates, self.weights)
        if not self._answers(ranking):
            ranking = self._of_wider(ranking, question, vector, filters=filters, asked=asked)
        passages = self._passages(ranking, vector, filters=filters, limit=limit, marked=marked)
        if self._answers(ranking):
            return Found(passages=passages, confidence=ranking.confidence, coverage=candidates.coverage)
        if question.outlets:
            passages = (*passages, *self._elsewhere(question, vector, filters, passages)[:limit])
        return NotOnFile(near_misses=passages, confidence=ranking.confidence, coverage=candidates.coverage)

    def understand(self, text: str, *, filters: Filters, asked: date | None) -> Question:
        """The question, read with the outlets and the newest day that the asker may see."""
        coverage = self.store.coverage(filters)
        return understand(text, asked=asked, outlets=coverage.sources, latest=coverage.last)

    def candidates(self, question: Question, vector: Awaited, *, filters: Filters) -> Candidates:
        """What the store holds on a question, among the outlets that it names."""
        return self.store.candidates(
            vector, question.words, question.phrases, filters=_narrowed(filters, question.outlets), limit=CANDIDATES
        )

    def _answers(self, ranking: Ranking) -> bool:
        return bool(ranking.ranked) and ranking.confidence >= self.threshold

    def _of_wider(
        self, ranking: Ranking, question: Question, vector: Awaited, *, filters: Filters, asked: date | None
    ) -> Ranking:
        """Those passages under the filters that answer without them, as sure as there; else all of them, as they are.

        Fewer articles, in which a word is less rare, make a passage no worse an answer.
        """
        anywhere = _anywhere(filters)
        # Sure of nothing: no passage under the filters credits the speaker who is asked for.
        if filters == anywhere or not ranking.confidence:
            return ranking
        same = self.understand(question.text, filters=anywhere, asked=asked)
        wider = rank(same, self.candidates(same, vector, filters=anywhere), self.weights)
        if not self._answers(wider):
            return ranking
        answering = {place for one in wider.ranked[:WIDER] for place in one.places}
        shared = tuple(one for one in ranking.ranked if not answering.isdisjoint(one.places))
        return replace(ranking, ranked=shared, confidence=wider.confidence) if shared else ranking

    def _elsewhere(
        self, question: Question, vector: Awaited, filters: Filters, seen: Sequence[Passage]
    ) -> list[Passage]:
        """What other outlets have, for a question whose own outlets hold no answer."""
        anywhere = replace(question, outlets=frozenset())
        ranking = rank(anywhere, self.candidates(anywhere, vector, filters=filters), self.weights)
        known = {_place(passage) for passage in seen}
        found = self._passages(ranking, vector, filters=filters, limit=CANDIDATES, marked=0)
        return [passage for passage in found if _place(passage) not in known]

    def _passages(
        self, ranking: Ranking, vector: Awaited, *, filters: Filters, limit: int, marked: int
    ) -> tuple[Passage, ...]:
        shown = self._told_once(ranking, filters=filters, limit=limit)
        first = [(one.candidate.article, one.candidate.ordinal) for one, _ in shown[:marked]]
        quotations = self.store.quotations_in(first) if first else ()
        marks = self._marks(ranking, [one for one, _ in shown[:marked]], made(vector))
        return tuple(
            Passage(
                article=one.candidate.article,
                paragraph=one.paragraph,
                score=one.score,
                marks=marks[place] if place < marked else (),
                also=also,
                quotations=quotations[place] if place < marked else (),
            )
            for place, (one, also) in enumerate(shown)
        )

    def _told_once(self, ranking: Ranking, *, filters: Filters, limit: int) -> list[tuple[Ranked, tuple[Article, ...]]]:
        """The best ``limit`` that repeat no better one of a copy, each with the other articles that carry its words."""
        nearest = {one.candidate.article.id for one in ranking.ranked[: limit + SPARE]}
        copies = self.store.copies(nearest, filters=filters) if nearest else {}
        told: list[tuple[Ranked, list[Article]]] = []
        for one in ranking.ranked:
            article = one.candidate.article
            before = next((also for better, also in told if _repeats(one, better, copies)), None)
            if before is not None:
                before.append(article)
            elif len(told) < limit:
                told.append((one, [*_others(one), *_carriers(one, copies.get(article.id, ()))]))
            else:
                break
        return [(one, _each_once(also, but=one.candidate.article.id)) for one, also in told]

    def _marks(self, ranking: Ranking, shown: Sequence[Ranked], vector: Vectors) -> list[tuple[Span, ...]]:
        """For each of these passages the sentence that answers; a passage of one sentence answers as a whole."""
        parts = [sentences(one.text, Span(0, len(one.text))) for one in shown]
        several = [place for place, spans in enumerate(parts) if len(spans) > 1]
        read = self._of_sentences([shown[place] for place in several], [parts[place] for place in several])
        for place, rows in zip(several, read, strict=True):
            parts[place] = (answering_sentence(ranking, shown[place].text, parts[place], rows @ vector),)
        starts = (one.paragraph.start for one in shown)
        return [
            tuple(Span(start + span.start, start + span.end) for span in spans)
            for start, spans in zip(starts, parts, strict=True)
        ]

    def _of_sentences(self, shown: Sequence[Ranked], parts: Sequence[Sequence[Span]]) -> list[Vectors]:
        """The vectors of each passage's sentences: those on file, or the passage is read once more."""
        kept = self.store.sentences([(one.candidate.article, one.candidate.ordinal) for one in shown])
        found = [sentence_vectors(codes, self.encoder.dimension) for codes in kept]
        # Kept before sentences were, or by one who tells sentences apart otherwise.
        unread = [place for place, rows in enumerate(found) if len(rows) != len(parts[place])]
        read = self.encoder.spans([shown[place].text for place in unread], [parts[place] for place in unread])
        for place, rows in zip(unread, read, strict=True):
            found[place] = rows
        return found


def on_file(filters: Filters, store: Store) -> Filters:
    """The filters with each outlet as it is on file; raises BadQuestion for one that is not, naming those alike."""
    if not filters.outlets:
        return filters
    sources = store.coverage(_anywhere(filters)).sources
    named = {outlet: sources_named(outlet, sources) for outlet in sorted(filters.outlets)}
    for outlet, meant in named.items():
        if not meant:
            raise BadQuestion(f"No outlet, agency or carrier {outlet!r} on file: {_instead(outlet, sources)}")
    return replace(filters, outlets=frozenset().union(*named.values()))


def _instead(outlet: str, sources: Collection[str]) -> str:
    if not sources:
        return "nothing is on file yet that names any"
    by_form = {source.casefold(): source for source in sorted(sources)}
    alike = get_close_matches(outlet.casefold(), by_form, n=3, cutoff=0.4) or sorted(by_form)[:5]
    return f"did you mean {', '.join(by_form[form] for form in alike)}?"


def _anywhere(filters: Filters) -> Filters:
    """Everything that this viewer may see at this moment."""
    return Filters(at=filters.at, viewer=filters.viewer)


def _narrowed(filters: Filters, outlets: frozenset[str]) -> Filters:
    # The names come from the coverage of these same filters, so an outlet that is not allowed cannot be named.
    return replace(filters, outlets=outlets) if outlets else filters


def _place(passage: Passage) -> tuple[str, int]:
    return passage.article.id, passage.paragraph.ordinal


def _others(one: Ranked) -> Iterator[Article]:
    """The articles of the near-identical passages that were found with it."""
    return (twin.article for twin in one.alike)


def _carriers(one: Ranked, copies: Sequence[Article]) -> Iterator[Article]:
    """The copies of its article that did not cut its words."""
    return (copy for copy in copies if any(repeats(one.text, p.span.cut(copy.text)) for p in copy.paragraphs))


def _repeats(one: Ranked, better: Ranked, copies: Mapping[str, Sequence[Article]]) -> bool:
    """Whether a passage of a copy says what a better one has said."""
    carrying = {copy.id for copy in copies.get(better.candidate.article.id, ())}
    return one.candidate.article.id in carrying and repeats(one.text, better.text)


def _each_once(articles: Sequence[Article], *, but: str) -> tuple[Article, ...]:
    by_id = {article.id: article for article in articles if article.id != but}
    return tuple(by_id.values())
