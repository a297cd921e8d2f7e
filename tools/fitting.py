"""How the ranking's weights and its probability are fitted; pure but for reading the question sets.

Weights: listwise softmax (Cao et al., ICML 2007) over both sets at once, each with a temperature of its own, so
that the sets share the direction of the weights and neither's scale decides. Probability: logistic regression on
the figures of ``embeddings.rank.evidence``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from embeddings import Archive
from embeddings.question import Question
from embeddings.rank import EVIDENCE, FIGURES, TOP, Reading, Weights, evidence, figures, probability, read
from embeddings.store import Candidates
from tools.datasets import QuestionSet, archive_of, asked_on, scorer, small_sets

Array = NDArray[np.float64]
_RIDGE = 1e-2
_OLD = (365, 1100)
"""Days by which questions are also asked later, when their story is old: the probability must hold for them too."""
_OLD_SHARE = 0.1
_SMALL_SHARE = 0.2
"""What a question set of a small archive weighs, beside 1 for each of the two large ones."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its candidates' figures and which of them are evidence."""

    query: dict[str, Any]
    question: Question
    readings: Sequence[Reading]
    rows: Array
    candidates: Candidates
    gold: NDArray[np.bool_]

    @property
    def answerable(self) -> bool:
        """Whether the archive holds an answer."""
        return bool(self.query["answerable"])


def collect(questions: QuestionSet, archive: Archive, weights: Weights, *, later: int = 0) -> list[Asked]:
    """Every question's candidates and figures; asked ``later`` days after the day it was."""
    filters = archive.open_filters()
    search = archive.search
    collected = []
    for query in questions.queries:
        question = search.understand(query["query"], filters=filters, asked=_moved(asked_on(query), later))
        candidates = search.candidates(question, search.encoder.question(question.text), filters=filters)
        readings = read(question, candidates)
        rows = figures(question, readings, candidates, weights) if readings else np.zeros((0, len(FIGURES)))
        collected.append(Asked(query, question, readings, rows, candidates, _gold(query, readings)))
    return collected


def small_groups(weights: Weights) -> list[list[Asked]]:
    """The questions over small archives, which tell only whether there is an answer."""
    groups = []
    for questions in small_sets():
        with archive_of(questions) as archive:
            groups.append(collect(questions, archive, weights))
    return groups


def later_groups(questions: QuestionSet, archive: Archive, weights: Weights) -> list[list[Asked]]:
    """The questions asked long after their day; none where the set gives no day."""
    if not any(query.get("asked") for query in questions.queries):
        return []
    return [collect(questions, archive, weights, later=days) for days in _OLD]


def _moved(day: date | None, later: int) -> date | None:
    return day + timedelta(days=later) if day else None


def _gold(query: dict[str, Any], readings: Sequence[Reading]) -> NDArray[np.bool_]:
    score = scorer()
    wanted = [score.Ev(evidence) for evidence in query["evidence"]]
    return np.array([_is_evidence(score, wanted, reading) for reading in readings], dtype=bool)


def _is_evidence(score: ModuleType, wanted: Sequence[Any], reading: Reading) -> bool:
    article = reading.candidate.article
    tokens = score.toks(article.paragraphs[reading.candidate.ordinal - 1].span.cut(article.text))
    joined = " " + " ".join(tokens) + " "
    return any(score.covers(one, article.id, joined, len(tokens)) for one in wanted)


def fit_figures(sets: Sequence[Sequence[Asked]]) -> Array:
    """One weight for each of FIGURES, from every question whose evidence is among its candidates."""
    scale = np.concatenate([asked.rows for one in sets for asked in one]).std(axis=0) + 1e-9
    lists = [[(a.rows / scale, a.gold) for a in one if a.gold.any()] for one in sets]
    size = len(FIGURES)

    def loss(values: Array) -> tuple[float, Array]:
        weights = values[:size]
        total = _RIDGE * float(weights @ weights)
        slope = np.concatenate([2 * _RIDGE * weights, np.zeros(len(lists))])
        for place, one in enumerate(lists):
            # The first set's temperature is 1: only the ratios are free.
            heat = float(np.exp(values[size + place])) if place else 1.0
            for rows, gold in one:
                scores = rows @ weights
                chance = np.exp(heat * (scores - scores.max()))
                hit = chance * gold
                total -= float(np.log(hit.sum() / chance.sum())) / len(one)
                push = (chance / chance.sum() - hit / hit.sum()) / len(one)
                slope[:size] += heat * (rows.T @ push)
                if place:
                    slope[size + place] += heat * float(push @ scores)
        return total, slope

    fitted = minimize(loss, np.zeros(size + len(lists)), jac=True, method="L-BFGS-B").x[:size]
    return np.asarray(fitted / scale)


def order(asked: Asked, weights: Weights) -> NDArray[np.int64]:
    """The candidates' places, best first."""
    exact = np.array([reading.holds(asked.question.phrases) for reading in asked.readings], dtype=bool)
    return np.lexsort((-(asked.rows @ np.array(weights.figures)), ~exact))


@dataclass(frozen=True, slots=True)
class More:
    """What else the probability must hold for: questions asked long after their story, and small archives."""

    old: Sequence[Sequence[Asked]]
    small: Sequence[Sequence[Asked]]


def fit_evidence(sets: Sequence[Sequence[Asked]], more: More, weights: Weights) -> Weights:
    """The weights with their logistic function fitted."""
    groups = [*((one, 1.0) for one in sets), *((one, _OLD_SHARE) for one in more.old)]
    groups += [([a for a in one if not a.question.speaker], _SMALL_SHARE) for one in more.small]
    table = np.array([proof(asked, weights) for group, _ in groups for asked in group])
    answered = np.array([asked.answerable for group, _ in groups for asked in group], dtype=float)
    share = np.array([share / len(group) for group, share in groups for _ in group])

    def loss(values: Array) -> tuple[float, Array]:
        logits = table @ values
        cost = np.logaddexp(0, logits) - answered * logits
        return float(share @ cost), table.T @ (share * (1 / (1 + np.exp(-logits)) - answered))

    fitted = minimize(loss, np.zeros(len(EVIDENCE)), jac=True, method="L-BFGS-B", options={"ftol": 1e-14}).x
    return replace(weights, evidence=tuple(round(float(weight), 3) for weight in fitted))


def proof(asked: Asked, weights: Weights) -> Array:
    """What the probability of this question is made of."""
    if not asked.readings:
        return np.zeros(len(EVIDENCE))
    best = order(asked, weights)[:TOP]
    return evidence(asked.question, asked.rows[best], asked.readings[best[0]], asked.candidates, weights)


def with_figures(fitted: Array) -> Weights:
    """Weights of ranking alone; the probability is still to be fitted."""
    return Weights(figures=tuple(round(float(weight), 3) for weight in fitted), evidence=(), threshold=0.5)


def confidences(group: Sequence[Asked], weights: Weights) -> Array:
    """Each question's probability of being answered."""
    return np.array([probability(proof(asked, weights), weights) if asked.readings else 0.0 for asked in group])


def best_threshold(sets: Sequence[Sequence[Asked]], weights: Weights) -> float:
    """Where the worst of all rates, wrong answers and needless abstentions on either set, is least bad."""
    chances = [confidences(one, weights) for one in sets]
    answerable = [np.array([asked.answerable for asked in one]) for one in sets]

    def worst(threshold: float) -> float:
        rates = (
            (np.mean(c[~y] >= threshold), np.mean(c[y] < threshold)) for c, y in zip(chances, answerable, strict=True)
        )
        return float(max(max(pair) for pair in rates))

    return min((round(float(x), 3) for x in np.linspace(0.3, 0.9, 121)), key=worst)
