"""Candidates to a ranking and a probability; pure.

A passage's score is a weighted sum of a few figures that can each be explained (``FIGURES``); the probability
that the question is answered at all is a logistic function of the best scores. The weights stand in
``ranking.json`` and are fitted by ``tools/fit_ranking.py`` on two unlike sets of questions at once (listwise
softmax: Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007). A figure that
does not help both sets is not here: late interaction over token vectors, answer types and a dozen others were
measured and left out.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from embeddings.credit import credits
from embeddings.dates import Days
from embeddings.news import Paragraph, Span
from embeddings.question import Question
from embeddings.store import Candidate, Candidates
from embeddings.words import words

Figures = NDArray[np.float64]

FIGURES = ("cosine", "bm25", "coverage", "neighbourhood", "time", "lead", "length", "siblings", "asks")
"""cosine: between the vectors of question and paragraph. bm25: BM25 of paragraph and headline over the weight
of the question's words. coverage: the share of that weight found in paragraph or headline. neighbourhood: the
same, the two paragraphs on either side included. time: nearness to the days asked about, else recency.
lead: among the first three paragraphs. length: words up to twenty, as a share of twenty. siblings: log(1 +
paragraphs of the same article among the best forty): a page that matches everywhere is about the topic and
answers nothing. asks: the paragraph is itself a question."""

TIME = FIGURES.index("time")
_NEIGHBOURHOOD, _SIBLINGS = FIGURES.index("neighbourhood"), FIGURES.index("siblings")
_K1, _B = 0.9, 0.3
_HEADLINE_WEIGHT = 0.5
_LEAD_PARAGRAPHS = 3
_FULL_LENGTH = 20
_NEIGHBOURS = 2
_CROWD = 40
"""Siblings are counted among so many of the best."""
_DEEP = 16
"""So many of the best have their neighbours read; for the others the paragraph speaks for itself."""
TOP = 3
"""So many of the best scores go into the probability."""
_FADE, _AHEAD = 60.0, 20.0
"""Days over which nearness fades after the days asked about (reports follow events), and before them."""
_PRESENT = 14
"""A range of days that ends so near the day of asking, as "this week" does, means what is recent."""
_ALIKE = 0.8
"""Jaccard similarity of word sets from which two passages are near enough the same."""
_USUAL_TIME = 0.8
_LONG = 14
_AKIN = 5
"""Letters that a name has at least when a longer word that begins with it is taken for its adjective."""
_GROUPED = 30
"""So many of the best are compared with one another; nobody reads further."""


EVIDENCE = ("constant", "relevance", "time", "small", "long", "names")
"""What the probability is made of. relevance: the mean score of the best three, time left out. time: their mean
time figure, and what most answers have where the day of asking is unknown. small: one over the square root of the
paragraphs on file, for among a handful no word is rare and every score is lower. long: whether the question has
more than fourteen telling words, as several questions in one have, of which no passage can hold all. names: the
share of the names in the question, by rarity, that stand in or beside the best passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What was fitted: a weight for each of FIGURES, and one for each of EVIDENCE.

    ``threshold`` is the least probability at which passages are shown as an answer.
    """

    figures: tuple[float, ...]
    evidence: tuple[float, ...]
    threshold: float

    @classmethod
    def shipped(cls) -> Weights:
        """The weights of ``ranking.json``."""
        stored = json.loads(resources.files("embeddings").joinpath("ranking.json").read_text(encoding="utf-8"))
        return cls(
            figures=tuple(float(stored["figures"][name]) for name in FIGURES),
            evidence=tuple(float(stored["evidence"][name]) for name in EVIDENCE),
            threshold=float(stored["threshold"]),
        )


@dataclass(frozen=True, slots=True)
class Ranked:
    """One candidate with its score and what the score is made of; ``alike`` are near-identical passages."""

    candidate: Candidate
    score: float
    figures: Figures
    alike: tuple[Candidate, ...] = ()

    @property
    def paragraph(self) -> Paragraph:
        """The paragraph that was found."""
        return self.candidate.article.paragraphs[self.candidate.ordinal - 1]

    @property
    def text(self) -> str:
        """Its exact words."""
        return self.paragraph.span.cut(self.candidate.article.text)

    @property
    def places(self) -> frozenset[tuple[str, int]]:
        """Where these words stand: here, and where they stand nearly the same."""
        return frozenset((each.article.id, each.ordinal) for each in (self.candidate, *self.alike))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates best first, the probability that the first few answer, and each question word's rarity."""

    ranked: tuple[Ranked, ...]
    confidence: float
    rarity: Mapping[str, float]


def rank(question: Question, candidates: Candidates, weights: Weights) -> Ranking:
    """Score every candidate, best first; those that hold a quoted phrase exactly stand before all others."""
    readings = read(question, candidates)
    if not readings:
        return Ranking((), 0.0, {})
    rarity = rarities(question.words, candidates)
    rows = figures(question, readings, candidates, weights)
    scores = rows @ np.array(weights.figures)
    exact = [reading.holds(question.phrases) for reading in readings]
    spoken = _spoken(question, readings)
    order = sorted(range(len(scores)), key=lambda i: (not exact[i], not spoken[i], -scores[i], readings[i].place))
    ranked = [(Ranked(readings[i].candidate, float(scores[i]), rows[i]), readings[i]) for i in order]
    proof = evidence(question, rows[order[:TOP]], readings[order[0]], candidates, weights)
    sure = probability(proof, weights) if spoken[order[0]] else 0.0
    return Ranking(tuple(_grouped(ranked)), sure, rarity)


@dataclass(frozen=True, slots=True)
class Reading:
    """A candidate with its words, analysed once."""

    candidate: Candidate
    body: tuple[str, ...]
    words: frozenset[str]
    headline: frozenset[str]
    asks: bool

    @property
    def place(self) -> tuple[str, int]:
        """Which paragraph of which article."""
        return self.candidate.article.id, self.candidate.ordinal

    def holds(self, phrases: Sequence[tuple[str, ...]]) -> bool:
        """Whether one of the phrases stands here, word for word."""
        return any(
            self.body[i : i + len(phrase)] == phrase
            for phrase in phrases
            for i in range(len(self.body) - len(phrase) + 1)
        )


def read(question: Question, candidates: Candidates) -> list[Reading]:
    """The candidates with their words."""
    headlines = {c.article.id: frozenset(_words(c.article.headline or "")) for c in candidates.items}
    readings = []
    # One order whatever the engine's, so that equal scores are cut off alike.
    for candidate in sorted(candidates.items, key=lambda c: (c.article.id, c.ordinal)):
        article = candidate.article
        text = article.paragraphs[candidate.ordinal - 1].span.cut(article.text)
        body = _words(text)
        readings.append(Reading(candidate, body, frozenset(body), headlines[article.id], text.endswith("?")))
    return readings


def figures(question: Question, readings: Sequence[Reading], candidates: Candidates, weights: Weights) -> Figures:
    """One row of FIGURES for each reading: shape ``(readings, len(FIGURES))``."""
    rarity = rarities(question.words, candidates)
    rows = np.array([_shallow(question, reading, rarity, candidates.mean_words) for reading in readings])
    best = np.argsort(-(rows @ np.array(weights.figures)), kind="stable")
    crowd = Counter(readings[i].candidate.article.id for i in best[:_CROWD])
    rows[:, _SIBLINGS] = [math.log1p(crowd[reading.candidate.article.id]) for reading in readings]
    for i in best[:_DEEP]:
        rows[i, _NEIGHBOURHOOD] = _neighbourhood(readings[i], rarity)
    return rows


def evidence(question: Question, best: Figures, first: Reading, candidates: Candidates, weights: Weights) -> Figures:
    """What the probability is made of, from the figures of the best passages and the first of them: EVIDENCE."""
    timeless = np.array(weights.figures)
    timeless[TIME] = 0
    time = _USUAL_TIME if question.reference is None else float(np.mean(best[:, TIME]))
    long = float(len(question.words) > _LONG)
    named = _named(question.names, first, rarities(question.words, candidates))
    return np.array([1.0, np.mean(best @ timeless), time, 1 / math.sqrt(1 + candidates.paragraphs), long, named])


def probability(proof: Figures, weights: Weights) -> float:
    """The probability that the question is answered."""
    return 1 / (1 + math.exp(-float(proof @ np.array(weights.evidence))))


def _named(names: Sequence[str], reading: Reading, rarity: Mapping[str, float]) -> float:
    wanted = {name: rarity[name] for name in names if name in rarity}
    return _weight(_of(wanted, _near(reading)), wanted) / sum(wanted.values()) if wanted else 1.0


def _spoken(question: Question, readings: Sequence[Reading]) -> list[bool]:
    """Which passages may answer what somebody said: those that credit the speaker, on the topic, by every name."""
    if not question.speaker:
        return [True] * len(readings)
    return [_tells(question, reading) for reading in readings]


def _tells(question: Question, reading: Reading) -> bool:
    article, ordinal = reading.candidate.article, reading.candidate.ordinal
    ahead = article.paragraphs[max(0, ordinal - 1 - _NEIGHBOURS) : ordinal - 1]
    before = "\n".join(paragraph.span.cut(article.text) for paragraph in ahead)
    text = article.paragraphs[ordinal - 1].span.cut(article.text)
    english = article.language is None or article.language.startswith("en")
    if english and not credits(text, question.speaker, before=before):
        return False
    near = _near(reading)
    # The verbs of saying are known in English alone; elsewhere the speaker's name must do.
    others = set(question.names) - (question.speaker if english else frozenset())
    return all(_akin(name, near) for name in others) and (not question.topic or not question.topic.isdisjoint(near))


def _akin(name: str, near: set[str]) -> bool:
    # Ukraine and Ukrainian, Korea and Korean: one place.
    return name in near or (len(name) >= _AKIN and any(word.startswith(name) for word in near))


def nearness(question: Question, day: date | None) -> float:
    """How well a day of publication suits the question, from -1 to 1; 0 when nothing is known."""
    if day is None:
        return 0.0
    about = [days for days in question.about if not _present(days, question.reference)]
    if about:
        return max(_suits(day, days) for days in about)
    if question.reference is None:
        return 0.0
    age = (question.reference - day).days
    return _fading(age) if age >= 0 else _untimely(-age)


def _present(days: Days, reference: date | None) -> bool:
    return bool(reference and days.last and (reference - days.last).days < _PRESENT)


def _suits(day: date, days: Days) -> float:
    """Reports follow what they report, so a later day fades slowly and an earlier one soon counts against."""
    late = days.last is not None and day > days.last
    return _fading(days.distance(day)) if late else _untimely(days.distance(day))


def _fading(days: int) -> float:
    return math.exp(-days / _FADE)


def _untimely(days: int) -> float:
    return 2 * math.exp(-days / _AHEAD) - 1


def rarities(question_words: Sequence[str], candidates: Candidates) -> dict[str, float]:
    """Inverse document frequency of each word of the question, as BM25 has it."""
    total = candidates.paragraphs
    counts = ((word, candidates.frequencies.get(word, 0)) for word in question_words)
    return {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in counts}


def _shallow(question: Question, reading: Reading, rarity: Mapping[str, float], mean_words: float) -> list[float]:
    candidate = reading.candidate
    total = sum(rarity.values()) or 1.0
    found = _weight((word for word in rarity if word in reading.words or word in reading.headline), rarity) / total
    bm25 = _bm25(reading, rarity, mean_words) + _HEADLINE_WEIGHT * _weight(_of(rarity, reading.headline), rarity)
    time = nearness(question, candidate.article.day)
    lead = float(candidate.ordinal <= _LEAD_PARAGRAPHS)
    length = min(1.0, len(reading.body) / _FULL_LENGTH)
    return [candidate.cosine, bm25 / total, found, found, time, lead, length, 0.0, float(reading.asks)]


def _bm25(reading: Reading, rarity: Mapping[str, float], mean_words: float) -> float:
    length = _K1 * (1 - _B + _B * len(reading.body) / max(mean_words, 1.0))
    counts = ((word, reading.body.count(word)) for word in _of(rarity, reading.words))
    return sum(rarity[word] * n * (_K1 + 1) / (n + length) for word, n in counts)


def _of(rarity: Mapping[str, float], present: Collection[str]) -> Iterator[str]:
    """The question's words that are present, always in one order."""
    return filter(present.__contains__, rarity)


def _weight(words: Iterable[str], rarity: Mapping[str, float]) -> float:
    """How much these words, each of which the question has, tell together."""
    return math.fsum(map(rarity.__getitem__, words))


def _neighbourhood(reading: Reading, rarity: Mapping[str, float]) -> float:
    return _weight(_of(rarity, _near(reading)), rarity) / (sum(rarity.values()) or 1.0)


def _near(reading: Reading) -> set[str]:
    """The words of the headline, the paragraph, and its neighbours on either side."""
    article, ordinal = reading.candidate.article, reading.candidate.ordinal
    near = set(reading.headline)
    for paragraph in article.paragraphs[max(0, ordinal - 1 - _NEIGHBOURS) : ordinal + _NEIGHBOURS]:
        near.update(_words(paragraph.span.cut(article.text)))
    return near


@lru_cache(maxsize=1 << 14)
def _words(paragraph: str) -> tuple[str, ...]:
    # The same paragraphs come up again and again: what is asked is what is in the news.
    return tuple(words(paragraph))


def _grouped(ranked: Sequence[tuple[Ranked, Reading]]) -> list[Ranked]:
    """Fold passages whose words are nearly the same into the best of them."""
    kept: list[tuple[Ranked, int]] = []
    # A bit for each word makes sets of them that are compared twenty times sooner.
    numbers: dict[str, int] = {}
    for one, reading in ranked[:_GROUPED]:
        own = sum(1 << numbers.setdefault(word, len(numbers)) for word in reading.words)
        twin = next((i for i, (_, other) in enumerate(kept) if _jaccard(own, other) >= _ALIKE), None)
        if twin is None:
            kept.append((one, own))
        else:
            best, other = kept[twin]
            kept[twin] = (replace(best, alike=(*best.alike, one.candidate)), other)
    return [one for one, _ in kept] + [one for one, _ in ranked[_GROUPED:]]


def _jaccard(one: int, other: int) -> float:
    shared = (one & other).bit_count()
    return shared / (one | other).bit_count() if shared else 0.0


def answering_sentence(ranking: Ranking, text: str, sentences: Sequence[Span], cosines: NDArray[np.float32]) -> Span:
    """The sentence that answers: its cosine in context plus its share of the question's words.

    Where one sentence of a paragraph holds the answer: 70 % right, the first sentence 57 % (``tools.evaluate_marks``).
    """
    total = sum(ranking.rarity.values()) or 1.0
    shares = [_weight(_of(ranking.rarity, set(words(span.cut(text)))), ranking.rarity) / total for span in sentences]
    return sentences[int(np.argmax(cosines + np.array(shares)))]
