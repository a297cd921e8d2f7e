"""Every figure of the ranking by hand, and what holds of any ranking whatever the figures are."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.dates import Days
from embeddings.news import Article, Coverage, Span
from embeddings.question import Question, understand
from embeddings.rank import EVIDENCE, FIGURES, Ranking, Weights, answering_sentence, nearness, rank, rarities
from embeddings.store import Candidate, Candidates
from tests.fakes import article

DAY = date(2026, 9, 16)
RARE, COMMON = math.log(22 / 3), math.log(22 / 9)
"""What a word weighs that stands in 1, and in 4, of 10 paragraphs: log(1 + 9.5 / 1.5), log(1 + 6.5 / 4.5)."""
FILLER = "alpha bravo delta kilo lima oscar papa romeo tango victor zulu yankee uniform foxtrot golf hotel".split()


def question(
    *words: str,
    names: Sequence[str] = (),
    phrases: Sequence[tuple[str, ...]] = (),
    about: Sequence[Days] = (),
    reference: date | None = None,
) -> Question:
    return replace(
        understand("crane", asked=None),
        words=words,
        names=tuple(names),
        phrases=tuple(phrases),
        about=tuple(about),
        reference=reference,
    )


CRANE = question("crane", "quay")


def candidates(*items: Candidate, mean_words: float = 4.0) -> Candidates:
    """An index of ten paragraphs, of which one holds "crane" and four hold "quay"."""
    nothing = Coverage(articles=0, outlets={}, sources=frozenset(), first=None, last=None)
    return Candidates(
        items=items, frequencies={"crane": 1, "quay": 4}, paragraphs=10, mean_words=mean_words, coverage=nothing
    )


def weights(**figures: float) -> Weights:
    """Weights of which only these are not zero."""
    return Weights(figures=_in_order(FIGURES, figures), evidence=_in_order(EVIDENCE, {"relevance": 1}), threshold=0.5)


def _in_order(names: Sequence[str], values: Mapping[str, float]) -> tuple[float, ...]:
    return tuple(values.get(name, 0.0) for name in names)


COSINE = weights(cosine=1)


def alone(text: str, ordinal: int = 1, cosine: float = 0.0, **fields: object) -> Candidate:
    """A paragraph at this place of an article of its own."""
    texts = [*FILLER[: ordinal - 1], text]
    return Candidate(article(text, *texts, **fields), ordinal, cosine, 0.0)


def figures_of(one: Candidate, asked: Question = CRANE, *, mean_words: float = 4.0) -> dict[str, float]:
    (ranked,) = rank(asked, candidates(one, mean_words=mean_words), COSINE).ranked
    return dict(zip(FIGURES, ranked.figures.tolist(), strict=True))


# The figures.


def test_a_word_weighs_by_its_rarity() -> None:
    assert rarities(["crane", "quay", "herring"], candidates()) == pytest.approx(
        {"crane": RARE, "quay": COMMON, "herring": math.log(22)}
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # At the mean length 0.9 × 1 stands below the bar, so a word that stands once counts as its rarity.
        ("crane on the quay", 1.0),
        ("crane alpha bravo delta", RARE / (RARE + COMMON)),
        ("crane crane alpha bravo", 2 * 1.9 / 2.9 * RARE / (RARE + COMMON)),
        # Twice the mean length: 0.9 × (0.7 + 0.3 × 2) = 1.17.
        ("crane alpha bravo delta kilo lima oscar papa", 1.9 / 2.17 * RARE / (RARE + COMMON)),
        ("alpha bravo delta kilo", 0.0),
    ],
)
def test_bm25_is_a_share_of_the_weight_of_the_question(text: str, expected: float) -> None:
    assert figures_of(alone(text))["bm25"] == pytest.approx(expected)


def test_a_headline_counts_for_half_in_bm25_and_in_full_in_coverage() -> None:
    found = figures_of(alone("alpha bravo delta quay", headline="Crane falls"))
    assert found["bm25"] == pytest.approx((COMMON + RARE / 2) / (RARE + COMMON))
    assert found["coverage"] == 1.0


def test_coverage_is_the_share_of_the_weight_and_counts_a_word_once() -> None:
    assert figures_of(alone("quay quay quay"))["coverage"] == pytest.approx(COMMON / (RARE + COMMON))


def test_a_question_of_function_words_has_no_weight_to_share() -> None:
    found = figures_of(alone("crane on the quay"), question())
    assert (found["bm25"], found["coverage"], found["neighbourhood"]) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("ordinal", "share"), [(1, 0), (2, COMMON), (3, RARE + COMMON), (6, RARE + COMMON), (7, RARE)])
def test_the_neighbourhood_is_two_paragraphs_on_either_side(ordinal: int, share: float) -> None:
    story = article("a", "alpha", "bravo", "delta", "quay", "crane", "kilo", "lima")
    found = figures_of(Candidate(story, ordinal, 0.0, 0.0))
    assert found["neighbourhood"] == pytest.approx(share / (RARE + COMMON))


def test_only_the_best_have_their_neighbours_read() -> None:
    stories = [article(f"{n:02}", f"alpha {n}", "crane on the quay") for n in range(18)]
    items = [Candidate(story, 1, 1 - n / 100, 0.0) for n, story in enumerate(stories)]
    found = rank(CRANE, candidates(*items), COSINE).ranked
    read = [one.figures[FIGURES.index("neighbourhood")] for one in found]
    assert read == [1.0] * 16 + [0.0] * 2


def test_siblings_are_counted_among_the_best_forty() -> None:
    crowd = article("crowd", *(f"alpha {n}" for n in range(39)))
    items = [Candidate(crowd, n + 1, 0.9, 0.0) for n in range(39)]
    items += [Candidate(article("one", "bravo"), 1, 0.5, 0.0), Candidate(article("late", "delta"), 1, 0.1, 0.0)]
    found = rank(CRANE, candidates(*items), COSINE).ranked
    counted = {one.candidate.article.id: one.figures[FIGURES.index("siblings")] for one in found}
    assert counted == pytest.approx({"crowd": math.log(40), "one": math.log(2), "late": 0.0})


@pytest.mark.parametrize(
    ("one", "figure", "expected"),
    [
        (alone("crane", ordinal=3), "lead", 1.0),
        (alone("crane", ordinal=4), "lead", 0.0),
        (alone(" ".join(FILLER[:10])), "length", 0.5),
        (alone("crane " * 25), "length", 1.0),
        (alone("Why did the crane fall?"), "asks", 1.0),
        (alone("Why? Because the crane fell."), "asks", 0.0),
        (alone("crane", cosine=0.25), "cosine", 0.25),
        (alone("crane", published=DAY), "time", 0.0),
    ],
)
def test_a_figure_of_the_paragraph_by_itself(one: Candidate, figure: str, expected: float) -> None:
    assert figures_of(one)[figure] == expected


def days_on(days: int) -> date:
    return DAY + timedelta(days=days)


SEPTEMBER = Days(date(2026, 9, 1), date(2026, 9, 30))
FADED, EARLY = math.exp(-1), 2 * math.exp(-1) - 1
"""Nearness 60 days after, and 20 days before."""


@pytest.mark.parametrize(
    ("about", "reference", "published", "expected"),
    [
        # Recency, where the question names no day.
        ((), DAY, DAY, 1.0),
        ((), DAY, days_on(-60), FADED),
        ((), DAY, days_on(20), EARLY),
        ((), None, DAY, 0.0),
        ((), DAY, None, 0.0),
        # A range of days.
        ((SEPTEMBER,), None, DAY, 1.0),
        ((SEPTEMBER,), None, date(2026, 9, 30) + timedelta(days=60), FADED),
        ((SEPTEMBER,), None, date(2026, 9, 1) - timedelta(days=20), EARLY),
        ((SEPTEMBER,), date(2027, 1, 1), None, 0.0),
        # Open to one side.
        ((Days(DAY, None),), None, days_on(900), 1.0),
        ((Days(DAY, None),), None, days_on(-20), EARLY),
        ((Days(None, DAY),), None, days_on(-900), 1.0),
        ((Days(None, DAY),), None, days_on(60), FADED),
        # The best of several.
        ((SEPTEMBER, Days(date(2025, 9, 1), date(2025, 9, 30))), None, date(2025, 9, 2), 1.0),
        # A range that ends less than 14 days before the day of asking, or later, means what is recent.
        ((Days(days_on(-20), days_on(-13)),), DAY, days_on(-60), FADED),
        ((Days(days_on(-20), days_on(3)),), DAY, days_on(-60), FADED),
        ((Days(days_on(-20), days_on(-14)),), DAY, days_on(-40), EARLY),
        # Beside a day that is past it says nothing.
        ((Days(days_on(-20), DAY), Days(days_on(-100), days_on(-100))), DAY, days_on(-40), FADED),
    ],
)
def test_nearness_to_the_days_asked_about_else_to_the_day_of_asking(
    about: Sequence[Days], reference: date | None, published: date | None, expected: float
) -> None:
    assert nearness(question(about=about, reference=reference), published) == pytest.approx(expected)


def test_the_figure_of_time_is_nearness() -> None:
    one = alone("crane", published=days_on(-60))
    assert figures_of(one, question("crane", reference=DAY))["time"] == pytest.approx(FADED)


# The order.


def test_a_quoted_phrase_goes_first_whatever_its_score() -> None:
    asked = question("crane", "port", phrases=[("a", "good", "crane")])
    near, exact = alone("A crane, and a good port", cosine=0.9), alone("It is A GOOD crane’s way.", cosine=-0.9)
    found = rank(asked, candidates(near, exact), COSINE)
    assert [one.candidate for one in found.ranked] == [exact, near]
    assert [one.score for one in found.ranked] == pytest.approx([-0.9, 0.9])


def test_the_score_is_the_weighted_sum_of_the_figures() -> None:
    found = rank(CRANE, candidates(alone("crane on the quay", cosine=0.5)), weights(cosine=2, bm25=3, siblings=-1))
    assert found.ranked[0].score == pytest.approx(2 * 0.5 + 3 * 1.0 - math.log(2))


def test_near_identical_passages_are_folded_into_the_best() -> None:
    ten = FILLER[:10]
    best = alone(" ".join([*ten[:9], "crane"]), cosine=0.9)
    # Nine words of eleven are shared, which is over four fifths; eight of twelve are not.
    twin = alone(" ".join([*ten[:9], "quay"]), cosine=0.8)
    other = alone(" ".join([*ten[:8], "quay", "storm"]), cosine=0.7)
    last = alone(" ".join([*ten[:9], "gull"]), cosine=0.1)
    found = rank(CRANE, candidates(last, other, twin, best), COSINE)
    assert [(one.candidate, one.alike) for one in found.ranked] == [(best, (twin, last)), (other, ())]


def test_passages_without_words_are_not_alike() -> None:
    found = rank(CRANE, candidates(alone("***"), alone("---")), COSINE)
    assert [one.alike for one in found.ranked] == [(), ()]


def test_equal_scores_are_ordered_by_article_and_paragraph() -> None:
    stories = [article("a", "alpha bravo", "delta kilo"), article("b", "lima oscar", "papa romeo")]
    items = [Candidate(story, paragraph, 0.5, 0.0) for story in reversed(stories) for paragraph in (2, 1)]
    found = rank(CRANE, candidates(*items), COSINE).ranked
    places = [(one.candidate.article.id, one.candidate.ordinal) for one in found]
    assert places == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


def test_nothing_gives_an_empty_ranking() -> None:
    assert rank(CRANE, candidates(), Weights.shipped()) == Ranking((), 0.0, {})


_TEXTS = st.lists(st.sampled_from([*FILLER[:6], "crane", "quay", "***"]), min_size=1, max_size=8).map(" ".join)
_STORIES = st.lists(st.lists(_TEXTS, min_size=1, max_size=4), max_size=10)


def _items(stories: list[list[str]], cosines: random.Random) -> list[Candidate]:
    articles: list[Article] = [article(f"{n:02}", *texts) for n, texts in enumerate(stories)]
    return [Candidate(a, p.ordinal, cosines.choice([0.0, 0.5, 0.7]), 0.0) for a in articles for p in a.paragraphs]


@given(_STORIES, st.randoms(use_true_random=False))
def test_ranking_neither_invents_nor_loses_a_candidate_and_knows_no_order_of_arrival(
    stories: list[list[str]], chance: random.Random
) -> None:
    items = _items(stories, chance)
    asked = question("crane", "quay", phrases=[("crane", "quay")], reference=DAY)
    found = rank(asked, candidates(*items), Weights.shipped())
    told = [place for one in found.ranked for place in (one.candidate, *one.alike)]
    assert Counter((c.article.id, c.ordinal) for c in told) == Counter((c.article.id, c.ordinal) for c in items)

    shuffled = chance.sample(items, len(items))
    again = rank(asked, candidates(*shuffled), Weights.shipped())
    assert [(r.candidate, r.alike) for r in again.ranked] == [(r.candidate, r.alike) for r in found.ranked]
    assert again.confidence == pytest.approx(found.confidence)


# The probability.


def logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def sure(one: Candidate, asked: Question, **evidence: float) -> float:
    """The probability that one passage answers, from this evidence alone."""
    # Time weighs much in the score, to show that it is left out of the relevance.
    fitted = replace(weights(cosine=2, time=100), evidence=_in_order(EVIDENCE, evidence))
    return rank(asked, candidates(one), fitted).confidence


def test_the_probability_is_the_logistic_function_of_relevance_and_time_apart() -> None:
    one = alone("crane", cosine=0.5, published=days_on(-60))
    found = sure(one, question("crane", reference=DAY), constant=-1, relevance=0.5, time=3)
    assert found == pytest.approx(logistic(-1 + 0.5 * 2 * 0.5 + 3 * FADED))


@pytest.mark.parametrize("about", [(), (SEPTEMBER,)])
def test_where_the_day_of_asking_is_unknown_a_constant_stands_in_for_time(about: Sequence[Days]) -> None:
    one = alone("crane", cosine=0.5, published=days_on(-60))
    found = sure(one, question("crane", about=about), constant=-1, relevance=0.5, time=3)
    assert found == pytest.approx(logistic(-1 + 0.5 + 3 * 0.8))


@pytest.mark.parametrize(
    ("names", "share"),
    [((), 1.0), (("crane",), 1.0), (("crane", "quay"), RARE / (RARE + COMMON)), (("quay",), 0.0)],
)
def test_the_names_of_the_question_must_stand_in_or_beside_the_best_passage(names: Sequence[str], share: float) -> None:
    story = article("a", "crane", "alpha", "bravo", "delta", "kilo", "quay")
    found = sure(Candidate(story, 3, 0.5, 0.0), question("crane", "quay", names=names), names=2)
    assert found == pytest.approx(logistic(2 * share))


def test_the_probability_comes_from_the_three_passages_that_stand_first() -> None:
    asked = question("crane", phrases=[("crane", "fell")])
    texts = ["crane fell", "alpha bravo", "delta kilo", "lima oscar"]
    items = [alone(text, cosine=cosine) for text, cosine in zip(texts, (-0.5, 0.9, 0.8, 0.7), strict=True)]
    assert rank(asked, candidates(*items), COSINE).confidence == pytest.approx(logistic((-0.5 + 0.9 + 0.8) / 3))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=5), st.floats(0.01, 1), st.sampled_from([None, DAY]))
def test_more_relevance_is_more_probable(cosines: list[float], more: float, reference: date | None) -> None:
    asked = question("crane", reference=reference)
    items = [alone(f"{FILLER[n]} crane", cosine=cosine) for n, cosine in enumerate(cosines)]
    nearer = [replace(item, cosine=item.cosine + more) for item in items]
    lower, higher = (rank(asked, candidates(*of), Weights.shipped()).confidence for of in (items, nearer))
    assert 0 < lower < higher < 1


def test_the_shipped_weights_are_those_of_the_figures_and_point_the_way_that_is_claimed() -> None:
    stored = json.loads(resources.files("embeddings").joinpath("ranking.json").read_text(encoding="utf-8"))
    shipped = Weights.shipped()
    assert set(stored["figures"]) == set(FIGURES)
    assert set(stored["evidence"]) == set(EVIDENCE)
    figures = dict(zip(FIGURES, shipped.figures, strict=True))
    evidence = dict(zip(EVIDENCE, shipped.evidence, strict=True))
    assert (figures, evidence, shipped.threshold) == (stored["figures"], stored["evidence"], stored["threshold"])
    assert {name for name, weight in figures.items() if weight < 0} == {"siblings", "asks"}
    assert {name for name, weight in figures.items() if weight == 0} == set()
    assert {name for name, weight in evidence.items() if weight <= 0} == {"constant"}
    assert 0 < shipped.threshold < 1


# The sentence that answers.

TEXT = "The quay was wet. The crane fell."
SENTENCES = (Span(0, 17), Span(18, 33))


@pytest.mark.parametrize(("cosines", "expected"), [([0.3, 0.3], 1), ([0.65, 0.3], 1), ([0.7, 0.3], 0)])
def test_the_answering_sentence_is_near_and_holds_the_rare_words(cosines: list[float], expected: int) -> None:
    # To the cosines come shares of the weight: 1 / 3.2 = 0.3125 and 2.2 / 3.2 = 0.6875, apart by 0.375.
    ranking = Ranking((), 0.0, {"crane": 2.2, "quay": 1.0})
    assert answering_sentence(ranking, TEXT, SENTENCES, np.array(cosines, np.float32)) == SENTENCES[expected]


def test_without_telling_words_the_cosine_alone_decides() -> None:
    assert answering_sentence(Ranking((), 0.0, {}), TEXT, SENTENCES, np.array([0.1, 0.2], np.float32)) == SENTENCES[1]
