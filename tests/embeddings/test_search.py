"""From question to answer over the plain store: exact words, honest near misses, nothing that may not be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import Vectors
from embeddings.encoder.hashing import HashingEncoder
from embeddings.errors import BadQuestion
from embeddings.ingest.encoding import encoded, search_entry, texts_of
from embeddings.ingest.pace import Pace
from embeddings.news import Answer, Article, Filters, Found, NotOnFile, Passage, Span, Viewer
from embeddings.paragraphs import paragraphs, sentences, windows
from embeddings.rank import Weights
from embeddings.search import Search
from embeddings.store import Awaited, Candidates, Entry
from tests.fakes import NOON, NOW, ColonExtractor, MemoryStore, article, taken_in

AT = datetime(2026, 10, 16, tzinfo=UTC)

HOUR = timedelta(hours=1)
ENCODER = HashingEncoder()


def search_over(*articles: Article, threshold: float = 0.0) -> Search:
    store = MemoryStore(encoder=ENCODER.name, dimension=ENCODER.dimension)
    taken_in(articles, encoder=ENCODER, store=store, clock=lambda: AT)
    return Search(encoder=ENCODER, store=store, weights=Weights.shipped(), threshold=threshold)


def asked(search: Search, text: str, *, filters: Filters = NOW, limit: int = 5, marked: int = 5) -> Answer:
    return search.ask(text, filters=filters, asked=None, limit=limit, marked=marked)


def shown(answer: Answer) -> tuple[Passage, ...]:
    return answer.passages if isinstance(answer, Found) else answer.near_misses


def ids(answer: Answer) -> list[str]:
    return [passage.article.id for passage in shown(answer)]


# The exact words.

_WORDS = st.sampled_from(
    "the crane fell on Pier Seven. “Run,” she said! Dr. Olm… 5.4 tonnes? naïve \U0001f5de it’s".split()
)
_PARAGRAPHS = st.lists(_WORDS, min_size=1, max_size=12).map(" ".join)
_COPY = st.tuples(st.sampled_from(["", "\n", "  "]), st.lists(_PARAGRAPHS, min_size=1, max_size=5)).map(
    lambda parts: parts[0] + "\n\n".join(parts[1]) + parts[0]
)


@given(st.lists(_COPY, min_size=1, max_size=4), st.sampled_from([0.0, 1.0]))
def test_a_passage_is_the_very_words_on_file_and_its_mark_one_of_their_sentences(
    texts: Sequence[str], threshold: float
) -> None:
    articles = [Article(id=str(n), text=text, paragraphs=paragraphs(text)) for n, text in enumerate(texts)]
    on_file = {one.id: one for one in articles}
    answer = asked(search_over(*articles, threshold=threshold), "Did the crane fall on Pier Seven?", marked=3)
    assert shown(answer)
    for place, passage in enumerate(shown(answer)):
        original, paragraph = on_file[passage.article.id], passage.paragraph
        assert passage.article == original
        assert paragraph in original.paragraphs
        assert passage.text == original.text[paragraph.start : paragraph.end]
        assert len(passage.marks) == (1 if place < 3 else 0)
        assert set(passage.marks) <= set(sentences(original.text, paragraph.span))


def test_the_mark_is_the_sentence_that_answers() -> None:
    text = "It rained all day. The crane fell on the quay. Nobody spoke."
    answer = asked(search_over(article("a", "An opening.", text)), "When did the crane fall on the quay?")
    best = shown(answer)[0]
    assert [mark.cut(best.article.text) for mark in best.marks] == ["The crane fell on the quay."]


class Rereading(HashingEncoder):
    """Remembers which texts had to be read for their sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.reread: list[str] = []

    def spans(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Vectors]:
        self.reread += texts
        return super().spans(texts, spans)


def test_what_is_known_of_sentences_is_read_once_and_what_is_not_is_read_again() -> None:
    text = "It rained all day. The crane fell on the quay. Nobody spoke."
    opening = " ".join(f"Sentence {n} speaks of nothing but the crane." for n in range(60))
    search, encoder = search_over(article("a", "A crane alone.", text, opening)), Rereading()
    search = replace(search, encoder=encoder)
    marks = [passage.marks for passage in shown(asked(search, "When did the crane fall on the quay?"))]
    assert encoder.reread == [opening]

    assert isinstance(search.store, MemoryStore)
    [entry] = [one.entry for one in search.store.dossiers() if one.entry]
    search.store.put([replace(entry, sentences=())])
    encoder.reread.clear()
    assert [passage.marks for passage in shown(asked(search, "When did the crane fall on the quay?"))] == marks
    assert sorted(encoder.reread) == sorted([opening, text])


def test_a_very_long_paragraph_is_found_by_its_last_words_and_shown_whole() -> None:
    opening = " ".join(f"Sentence {n} speaks of nothing but the weather." for n in range(60))
    long = article("long", f"{opening} Then the lighthouse keeper found the trumpet.")
    assert len(windows(long.text, long.paragraphs[0])) > 2
    others = [article(f"{n:02}", f"The mayor opened school {n}.") for n in range(60)]
    best = shown(asked(search_over(*others, long), "Who found the trumpet at the lighthouse?"))[0]
    assert (best.article.id, best.text) == ("long", long.text)
    assert [mark.cut(long.text) for mark in best.marks] == ["Then the lighthouse keeper found the trumpet."]


def test_the_same_words_elsewhere_are_named_and_not_repeated() -> None:
    words = "The dockers may refuse to work in gusts, the union said on Friday."
    search = search_over(article("a", words, outlet="SRN"), article("b", words, "More.", outlet="Ledger"))
    best = shown(asked(search, "May the dockers refuse to work in gusts?"))[0]
    assert (best.article.id, [other.id for other in best.also]) == ("a", ["b"])


class Overtaken(MemoryStore):
    """A store into which a correction is written just after the candidates were read."""

    correction: Entry | None = None

    def candidates(
        self, vector: Awaited, words: Sequence[str], phrases: Sequence[Sequence[str]], *, filters: Filters, limit: int
    ) -> Candidates:
        found = super().candidates(vector, words, phrases, filters=filters, limit=limit)
        if self.correction:
            self.put([self.correction])
        return found


SPOKEN = ("Rain fell.", "Olena Marsh: The pier will close in March.", "Olena Marsh: Ferries sail on.")


def test_passages_carry_the_quotations_that_begin_in_them() -> None:
    store = MemoryStore(encoder=ENCODER.name, dimension=ENCODER.dimension)
    taken_in([article("a", *SPOKEN)], encoder=ENCODER, extractor=ColonExtractor(), store=store, clock=lambda: AT)
    search = Search(encoder=ENCODER, store=store, weights=Weights.shipped(), threshold=0.0)
    found = shown(asked(search, "Will the pier close in March while ferries sail?"))
    said = {p.paragraph.ordinal: [one.span.cut(p.article.text) for one in p.quotations] for p in found}
    assert said == {1: [], 2: ["The pier will close in March."], 3: ["Ferries sail on."]}

    near = shown(asked(replace(search, threshold=1.0), "Will the pier close while ferries sail?", marked=1))
    assert [len(passage.quotations) for passage in near] == [1, 0, 0]


def test_the_quotations_of_a_correction_are_never_given_for_the_text_before_it() -> None:
    store = Overtaken(encoder=ENCODER.name, dimension=ENCODER.dimension)
    before, after = article("a", *SPOKEN, version=1), article("a", "Correction.", *SPOKEN[1:], version=2)
    taken_in([before], encoder=ENCODER, extractor=ColonExtractor(), store=store, clock=lambda: AT)
    search = Search(encoder=ENCODER, store=store, weights=Weights.shipped(), threshold=0.0)
    spans = {span for passage in shown(asked(search, "Will the pier close?")) for span in passage.quotations}
    assert spans

    extracted = ColonExtractor().extract(after)
    texts = texts_of(after)
    read = encoded([texts], ENCODER, known={}, store=None, pace=Pace(), stop=Event())
    store.correction = search_entry(after, texts, read, extracted, encoder=ENCODER)
    overtaken = shown(asked(search, "Will the pier close?"))
    assert {passage.article for passage in overtaken} == {before}
    assert [passage.quotations for passage in overtaken] == [(), (), ()]
    corrected = shown(asked(search, "Will the pier close?"))
    assert {passage.article for passage in corrected} == {after}
    assert sum(len(passage.quotations) for passage in corrected) == 2


def test_an_article_that_repeats_itself_does_not_name_itself() -> None:
    words = "The dockers may refuse to work in gusts, the union said on Friday."
    assert shown(asked(search_over(article("a", words, words)), "May the dockers refuse to work?"))[0].also == ()


# Answer or none.


def test_an_empty_archive_says_so() -> None:
    answer = asked(search_over(), "Did the crane fall?")
    assert isinstance(answer, NotOnFile)
    assert (answer.near_misses, answer.confidence, answer.coverage.articles) == ((), 0.0, 0)


@pytest.mark.parametrize(("threshold", "kind"), [(0.0, Found), (1.0, NotOnFile)])
def test_the_threshold_alone_decides_between_passages_and_near_misses(threshold: float, kind: type[Answer]) -> None:
    search = search_over(article("a", "The crane fell."), article("b", "Rain."), threshold=threshold)
    answer = asked(search, "Did the crane fall?")
    assert isinstance(answer, kind)
    assert ids(answer) == ["a", "b"]
    assert answer.confidence == asked(replace(search, threshold=0.5), "Did the crane fall?").confidence
    assert answer.coverage.articles == 2


def test_a_probability_on_the_threshold_answers() -> None:
    search = search_over(article("a", "The crane fell."))
    exact = asked(search, "Did the crane fall?").confidence
    assert isinstance(asked(replace(search, threshold=exact), "Did the crane fall?"), Found)


def test_an_empty_archive_answers_nothing_even_at_threshold_zero() -> None:
    assert isinstance(asked(search_over(threshold=0.0), "Did the crane fall?"), NotOnFile)


def test_no_more_than_the_limit() -> None:
    search = search_over(*(article(f"{n}", f"The crane fell {n} times by day {n}.") for n in range(9)))
    assert len(shown(asked(search, "Did the crane fall?", limit=3))) == 3


@pytest.mark.parametrize("question", ["", "  \n", "?!", "word " * 1_000])
def test_a_question_that_cannot_be_asked(question: str) -> None:
    with pytest.raises(BadQuestion, match="ask"):
        asked(search_over(article("a", "The crane fell.")), question)


# Who is asked.

LEDGER = article("l", "The harbour board met on Monday.", outlet="Ledger")
MERCURY = article("m", "The crane fell on the quay of Pier Seven.", outlet="Mercury")


def test_an_outlet_that_the_question_names_is_the_only_one_that_answers() -> None:
    answer = asked(search_over(LEDGER, MERCURY), "Did the crane fall on the quay, according to reports in the Ledger?")
    assert isinstance(answer, Found)
    assert (ids(answer), answer.coverage.articles) == (["l"], 1)


def test_near_misses_may_come_from_other_outlets_after_those_asked_for() -> None:
    search = search_over(LEDGER, MERCURY, threshold=1.0)
    answer = asked(search, "Did the crane fall on the quay, according to reports in the Ledger?")
    assert isinstance(answer, NotOnFile)
    assert ids(answer) == ["l", "m"]


def test_an_outlet_that_is_merely_mentioned_restricts_nothing() -> None:
    assert ids(asked(search_over(LEDGER, MERCURY), "Did the crane fall on the Ledger building?"))[0] == "m"


# Narrower than what is on file.

FELL = "How many were hurt when the crane fell at Pier Seven?"
CRANE = (
    article("s", "Two died and eleven were hurt when the crane fell at Pier Seven in October.", outlet="SRN"),
    article("c", "Eleven were hurt when a crane overturned at Pier Seven.", outlet="CPA"),
    article("t", "Two died and eleven were hurt when the crane fell at Pier Seven in October.", outlet="Tribune"),
    *(article(f"p{n}", f"The crane fell at Pier Seven, {word} said.", outlet="SRN") for n, word in enumerate("abcd")),
    article("rc", "Rain fell on the hills.", outlet="CPA"),
    article("rt", "Rain fell on the valleys.", outlet="Tribune"),
    article("k", "The honey of the ridge won a prize.", outlet="Courier", published=date(2026, 2, 1)),
)


class Counting(MemoryStore):
    """A store that counts how often it is asked for candidates."""

    searches = 0

    def candidates(
        self, vector: Awaited, words: Sequence[str], phrases: Sequence[Sequence[str]], *, filters: Filters, limit: int
    ) -> Candidates:
        self.searches += 1
        return super().candidates(vector, words, phrases, filters=filters, limit=limit)


def sure_from_everywhere(*articles: Article, question: str = FELL, filters: Filters = NOW) -> Search:
    """A search that answers from everywhere, only just."""
    search = search_over(*articles)
    return replace(search, threshold=asked(search, question, filters=filters).confidence)


@pytest.mark.parametrize(("outlet", "only"), [("CPA", "c"), ("Tribune", "t")])
def test_what_answers_from_everywhere_answers_within_the_filters_as_surely(outlet: str, only: str) -> None:
    search = sure_from_everywhere(*CRANE)
    filters = replace(NOW, outlets=frozenset({outlet}))
    assert asked(replace(search, threshold=0.0), FELL, filters=filters).confidence < search.threshold
    answer = asked(search, FELL, filters=filters)
    assert isinstance(answer, Found)
    assert (ids(answer), answer.coverage.articles) == ([only], 2)
    assert answer.confidence == asked(search, FELL).confidence == search.threshold


@pytest.mark.parametrize("narrow", [{"outlets": frozenset({"Courier"})}, {"since": date(2026, 1, 1)}])
def test_what_comes_last_in_the_answer_from_everywhere_is_none_within_the_filters(narrow: dict[str, Any]) -> None:
    search = sure_from_everywhere(*CRANE)
    answer = asked(search, FELL, filters=replace(NOW, **narrow))
    assert isinstance(answer, NotOnFile)
    assert ids(answer) == ["k"]
    assert answer.confidence < search.threshold


def test_what_may_not_be_seen_makes_nothing_else_an_answer() -> None:
    group = Viewer(embargo_group=True)
    hidden = article("x", "Eleven were hurt when the crane fell at Pier Seven, all told.", outlet="SRN", held=True)
    search = sure_from_everywhere(CRANE[1], *CRANE[-3:], hidden, filters=replace(NOW, viewer=group))
    narrow = replace(NOW, outlets=frozenset({"CPA"}))
    assert isinstance(asked(search, FELL), NotOnFile)
    assert isinstance(asked(search, FELL, filters=narrow), NotOnFile)
    allowed = asked(search, FELL, filters=replace(narrow, viewer=group))
    assert isinstance(allowed, Found)
    assert ids(allowed)[0] == "c"


def test_what_somebody_else_says_is_no_answer_within_the_filters() -> None:
    said = article("s", "Olena Marsh said that the crane had been sound.", outlet="SRN")
    other = article("c", "The crane of Olena Marsh was painted on Monday.", outlet="CPA")
    question = "What did Olena Marsh say about the crane?"
    search = sure_from_everywhere(said, other, question=question)
    assert ids(asked(search, question)) == ["s", "c"]
    assert isinstance(asked(search, question, filters=replace(NOW, outlets=frozenset({"CPA"}))), NotOnFile)


@pytest.mark.parametrize(
    ("threshold", "outlets", "searches"), [(1.0, (), 1), (0.0, ("CPA",), 1), (1.0, ("CPA",), 2), (1.0, ("cpa",), 2)]
)
def test_the_question_is_asked_again_only_where_filters_leave_it_unanswered(
    threshold: float, outlets: tuple[str, ...], searches: int
) -> None:
    store = Counting(encoder=ENCODER.name, dimension=ENCODER.dimension)
    taken_in(CRANE, encoder=ENCODER, store=store, clock=lambda: AT)
    search = Search(encoder=ENCODER, store=store, weights=Weights.shipped(), threshold=threshold)
    asked(search, FELL, filters=replace(NOW, outlets=frozenset(outlets)))
    assert store.searches == searches


# Outlets by other names.


@pytest.mark.parametrize("outlet", ["The Port Averel Ledger", "port averel ledger", "the LEDGER", "averel ledger"])
def test_an_outlet_is_meant_by_any_form_of_its_name(outlet: str) -> None:
    there = article("l", "The crane fell.", outlet="The Port Averel Ledger")
    answer = asked(
        search_over(there, MERCURY), "Did the crane fall?", filters=replace(NOW, outlets=frozenset({outlet}))
    )
    assert ids(answer) == ["l"]


def test_an_outlet_on_file_is_known_whatever_the_days() -> None:
    answer = asked(
        search_over(replace(LEDGER, published=date(2026, 2, 1))),
        "Who met?",
        filters=replace(NOW, outlets=frozenset({"Ledger"}), since=date(2027, 1, 1)),
    )
    assert isinstance(answer, NotOnFile)
    assert (answer.near_misses, answer.coverage.articles) == ((), 0)


@pytest.mark.parametrize(
    ("outlet", "told"), [("mercurry", r"did you mean Mercury\?"), ("post", "did you mean"), ("Secret", "did you mean")]
)
def test_an_outlet_that_is_not_on_file_is_refused(outlet: str, told: str) -> None:
    morning, evening = (article(f"{n}", "Rain.", outlet=f"{n} Post") for n in ("Morning", "Evening"))
    search = search_over(MERCURY, morning, evening, article("x", "Rain.", outlet="Secret", held=True))
    with pytest.raises(BadQuestion, match=told) as refused:
        asked(search, "Rain?", filters=replace(NOW, outlets=frozenset({outlet})))
    assert "Secret" not in str(refused.value).removeprefix("No outlet, agency or carrier 'Secret' on file")


def test_where_nothing_is_on_file_no_outlet_is_offered() -> None:
    with pytest.raises(BadQuestion, match="nothing is on file yet that names any"):
        asked(search_over(), "Rain?", filters=replace(NOW, outlets=frozenset({"Ledger"})))


# What may be seen.

GROUP = Viewer(embargo_group=True)
UNTIL = article("until", "The herring shrank to a third of the stock.", embargoed_until=NOON + HOUR, outlet="Ledger")
HELD = article("held", "The herring shrank to a fifth of the shoal.", held=True, outlet="Ledger")
FREE = article("free", "The herring swam about the bay.", outlet="Mercury")


@pytest.mark.parametrize("threshold", [0.0, 1.0])
@pytest.mark.parametrize("question", ["Has the herring shrunk?", "Has the herring shrunk, reports in the Ledger say?"])
@pytest.mark.parametrize(
    ("filters", "seen"),
    [
        (Filters(at=NOON), {"free"}),
        (Filters(at=NOON + HOUR - timedelta(microseconds=1)), {"free"}),
        (Filters(at=NOON + HOUR), {"free", "until"}),
        (Filters(at=NOON, viewer=GROUP), {"free", "until", "held"}),
    ],
)
def test_an_embargoed_article_stays_hidden_until_its_hour(
    filters: Filters, seen: set[str], question: str, threshold: float
) -> None:
    search = search_over(UNTIL, HELD, FREE, threshold=threshold)
    anybody = asked(search, "Has the herring shrunk?", filters=filters)
    assert set(ids(anybody)) == seen
    assert anybody.coverage.articles == len(seen)
    # Naming the outlet neither opens the embargo nor gives away that there is something.
    assert set(ids(asked(search, question, filters=filters))) <= seen


def test_the_embargoed_twin_of_a_public_passage_is_not_named_either() -> None:
    twin = replace(FREE, id="twin", held=True)
    search = search_over(FREE, twin)
    assert shown(asked(search, "Where did the herring swim?"))[0].also == ()
    group = asked(search, "Where did the herring swim?", filters=Filters(at=NOON, viewer=GROUP))
    assert [other.id for other in shown(group)[0].also] == ["twin"]


@pytest.mark.parametrize(
    ("filters", "seen"),
    [
        ({"outlets": frozenset({"Ledger"})}, {"one"}),
        ({"outlets": frozenset({"FEED"})}, {"two"}),
        ({"languages": frozenset({"fr"})}, {"two"}),
        ({"sections": frozenset({"Sport"})}, {"one"}),
        ({"since": date(2026, 2, 2)}, {"two"}),
        ({"before": date(2026, 2, 2)}, {"one"}),
    ],
)
@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_filters_hold_for_answers_and_near_misses(filters: dict[str, object], seen: set[str], threshold: float) -> None:
    one = article("one", "The crane fell.", outlet="Ledger", language="en", section="Sport", published=date(2026, 2, 1))
    two = article("two", "A crane fell too.", carriers=("FEED",), language="fr", published=date(2026, 2, 2))
    answer = asked(
        search_over(one, two, article("three", "Crane."), threshold=threshold),
        "Did the crane fall?",
        filters=replace(NOW, **filters),  # type: ignore[arg-type]  # the cases name real fields
    )
    assert set(ids(answer)) == seen
    assert answer.coverage.articles == 1


def test_the_day_of_asking_brings_recent_copy_first() -> None:
    old = article("a-old", "The crane fell on the quay on a Monday.", published=date(2024, 1, 1))
    new = article("b-new", "The crane of the harbour fell on the quay.", published=date(2026, 3, 1))
    search = search_over(old, new)
    fresh = search.ask("Did the crane fall on the quay?", filters=NOW, asked=date(2026, 3, 2), limit=5, marked=0)
    past = search.ask("Did the crane fall on the quay in January 2024?", filters=NOW, asked=None, limit=5, marked=0)
    assert (ids(fresh)[0], ids(past)[0]) == ("b-new", "a-old")
