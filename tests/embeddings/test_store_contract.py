"""Every store against the same cases; values are compared, not only their number."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.news import Article, Dateline, Filters, Paragraph, Span, Status, Viewer
from embeddings.store import Candidates, Entry, Placement, Store
from embeddings.store.embedded import EmbeddedStore
from tests.fakes import DIMENSION, NOON, NOW, MemoryStore, article, kept, none_at_all, served, vector, withdrawn

HOUR = timedelta(hours=1)
GROUP = Viewer(embargo_group=True)


def embedded(folder: Path) -> EmbeddedStore:
    return EmbeddedStore(folder, encoder="fake", dimension=DIMENSION, writing=True)


@pytest.fixture(params=["memory", "embedded"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else embedded(tmp_path / "archive")
    yield made
    made.close()


def ask(
    store: Store, text: str = "anything", *words: str, filters: Filters = NOW, limit: int = 50, phrase: str = ""
) -> Candidates:
    phrases = [phrase.split()] if phrase else []
    return store.candidates(vector(text), words, phrases, filters=filters, limit=limit)


def places(found: Candidates) -> set[tuple[str, int]]:
    return {(item.article.id, item.ordinal) for item in found.items}


def ids(store: Store, **filters: object) -> set[str]:
    """The articles that are found, which must be those that coverage counts."""
    asked = Filters(**{"at": NOON, **filters})  # type: ignore[arg-type]  # the cases below name real fields
    found = ask(store, "anything", "budget", filters=asked, phrase="budget")
    names = {item.article.id for item in found.items}
    assert found.coverage == store.coverage(asked)
    assert found.coverage.articles == len(names)
    return names


# What is on file.


def test_an_empty_store_answers_with_nothing(store: Store) -> None:
    found = ask(store, "anything", "budget", phrase="city budget")

    assert list(found.items) == []
    assert found.frequencies == {"budget": 0}
    assert (found.paragraphs, found.mean_words) == (0, 0.0)
    assert (found.coverage.articles, found.coverage.first, found.coverage.last) == (0, None, None)
    assert dict(found.coverage.outlets) == {}
    assert found.coverage.sources == frozenset()
    assert store.heads(["a"]) == {}
    assert store.article("a") is None
    assert list(store.served()) == []
    assert store.remove(["a"]) == 0
    assert store.describe().encoder is None


def test_an_article_comes_back_as_it_went_in(store: Store) -> None:
    one = article(
        "a",
        "ROME (AP) — The budget “passed”.",
        "It's \U0001f5de news.",
        version=3,
        version_created=datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=2))),
        embargoed_until=NOON - HOUR,
        headline="Budget passes",
        byline="By A. Reporter",
        dateline=Dateline(Span(0, 11), "ROME", date(2026, 3, 1), "AP"),
        outlet="The Tribune",
        carriers=("Wire One", "Wire Two"),
        published=date(2026, 3, 1),
        language="en",
        section="politics",
        url="https://example.org/a",
        rights="© AP",
        note="Corrects spelling",
        origin="wire/a.json",
    )
    store.put([served(one)])

    assert store.article("a") == one
    assert list(store.served()) == [one]
    assert {item.article for item in ask(store).items} == {one}
    assert store.article("a", 3) == one
    assert store.article("a", 4) is None
    back = store.article("a")
    assert back is not None
    assert (back.origin, back.fingerprint) == ("wire/a.json", one.fingerprint)


def test_the_newest_version_goes_by_number_then_time_never_by_arrival(store: Store) -> None:
    late = article("a", "Two, later.", version=2, version_created=NOON + HOUR)
    store.put(
        map(
            kept,
            [late, article("a", "Two.", version=2, version_created=NOON), article("a", "Two, undated.", version=2)],
        )
    )
    store.put(map(kept, [article("a", "One.", version=1, version_created=NOON + 5 * HOUR), article("a", "None.")]))

    assert store.article("a") == late
    head = store.heads(["a", "unknown"])["a"]
    assert (head.version, head.version_created, head.opening) == (2, NOON + HOUR, "Two, later.")
    assert len(head.fingerprints) == 5
    assert not head.served


def test_a_head_opens_with_the_newest_text_there_is(store: Store) -> None:
    full = article("a", "x" * 500, version=1, headline="Fire")
    notice = Article(id="a", text="", paragraphs=(), version=2, status=Status.WITHHELD)
    store.put([served(full), withdrawn(notice)])

    head = store.heads(["a"])["a"]
    assert (head.opening, head.headline, head.status, head.served) == ("x" * 400, "Fire", Status.WITHHELD, False)


def test_a_kill_is_final(store: Store) -> None:
    store.put([withdrawn(article("a", "Kill.", version=2, status=Status.CANCELED))])
    store.put([kept(article("a", "Later.", version=3))])

    assert store.heads(["a"])["a"].status is Status.CANCELED
    assert store.heads(["a"])["a"].version == 3


def test_a_version_already_on_file_is_not_written_twice_but_still_placed(store: Store) -> None:
    one = article("a", "The budget passed.")
    store.put([served(one), served(one)])
    assert store.describe().versions == 1
    assert places(ask(store)) == {("a", 1)}

    store.put([withdrawn(one)])
    assert store.describe().versions == 1
    assert places(ask(store)) == set()

    store.put([served(one)])
    assert places(ask(store)) == {("a", 1)}


def test_describe_counts(store: Store) -> None:
    store.put(
        [served(article("a", "One.", "Two.")), served(article("b", "Three.")), kept(article("b", "Four.", version=2))]
    )
    store.put([withdrawn(article("a", "Gone.", version=2))])

    told = store.describe()
    assert (told.encoder, told.dimension) == ("fake", DIMENSION)
    assert (told.articles, told.versions, told.paragraphs, told.vectors, told.withdrawn) == (2, 4, 1, 1, 1)
    assert told.last_write is not None
    assert told.last_write.tzinfo is not None


# What is searched.


def test_a_correction_replaces_everything_that_was_searched(store: Store) -> None:
    store.put([served(article("a", "The mayor resigned.", "Crowds cheered.", version=1, headline="Shock"))])
    store.put([served(article("a", "The mayor did not resign.", version=2, headline="Correction"))])

    found = ask(store, "anything", "cheer", "shock", "mayor", phrase="mayor resign")
    assert places(found) == {("a", 1)}
    assert found.items[0].article.version == 2
    assert found.frequencies == {"cheer": 0, "shock": 0, "mayor": 1}
    assert (found.paragraphs, found.coverage.articles) == (1, 1)


def test_keeping_a_version_changes_nothing_that_is_searched(store: Store) -> None:
    store.put([served(article("a", "The budget passed.", version=2))])
    before = ask(store, "anything", "budget", "tax")
    store.put([kept(article("a", "The tax passed.", version=1))])

    assert ask(store, "anything", "budget", "tax") == before
    assert store.article("a", 1) is not None


@pytest.mark.parametrize("how", ["withdraw", "remove"])
def test_what_is_taken_out_is_found_in_no_way(store: Store, how: str) -> None:
    one = article("a", "The budget passed.", outlet="Tribune", published=date(2026, 1, 1))
    store.put([served(one), served(article("b", "Rain fell."))])
    assert ("a", 1) in places(ask(store, "The budget passed."))
    if how == "withdraw":
        store.put([withdrawn(replace(one, version=9))])
    else:
        assert store.remove(["a", "unknown"]) == 1

    found = ask(store, "The budget passed.", "budget", phrase="budget pass", filters=replace(NOW, viewer=GROUP))
    assert places(found) == {("b", 1)}
    assert found.frequencies == {"budget": 0}
    assert found.paragraphs == 1
    assert "Tribune" not in found.coverage.sources
    assert [one.id for one in store.served()] == ["b"]
    assert (store.article("a") is None) is (how == "remove")


def test_removed_articles_may_come_back(store: Store) -> None:
    one = article("a", "The budget passed.")
    store.put([served(one)])
    store.remove(["a"])
    store.put([served(one)])

    assert places(ask(store, "The budget passed.", "budget")) == {("a", 1)}


def test_the_nearest_come_by_cosine_exact_to_half_precision(store: Store) -> None:
    texts = [f"Paragraph number {n}." for n in range(40)]
    store.put(served(article(f"a{n}", *texts[n * 10 : n * 10 + 10])) for n in range(4))
    question = vector("a question")
    exact = sorted(
        ((float(vector(t).astype(np.float16).astype(np.float32) @ question), t) for t in texts), reverse=True
    )

    found = ask(store, "a question", limit=5).items
    assert [item.article.paragraphs[item.ordinal - 1].span.cut(item.article.text) for item in found] == [
        text for _, text in exact[:5]
    ]
    assert [item.cosine for item in found] == pytest.approx([cosine for cosine, _ in exact[:5]], abs=1e-6)


def test_the_best_window_stands_for_its_paragraph(store: Store) -> None:
    one = article("a", "Long.", "Short.", "Silent.")
    windows = np.array([vector("w1"), vector("question"), vector("w2"), vector("w3")])
    words = ["long", "short", "silent"]
    store.put([Entry(article=one, placement=Placement.SERVE, vectors=windows, ordinals=[2, 1, 1, 1], words=words)])

    found = ask(store, "question", limit=2).items
    assert {item.ordinal for item in found} == {1, 2}
    assert found[0].ordinal == 1
    assert found[0].cosine == pytest.approx(1.0, abs=2e-3)
    assert [(i.ordinal, i.cosine) for i in ask(store, "question", "silent").items if i.ordinal == 3] == [(3, 0.0)]


def test_what_matches_by_words_alone_has_its_cosine_too(store: Store) -> None:
    store.put(served(article(f"a{n}", f"Filler {n}.")) for n in range(20))
    store.put([served(article("x", "A zoning ordinance."))])
    by_words = [i for i in ask(store, "Filler 3.", "zone", limit=1).items if i.article.id == "x"]

    assert len(by_words) == 1
    exact = vector("A zoning ordinance.").astype(np.float16).astype(np.float32) @ vector("Filler 3.")
    assert by_words[0].cosine == pytest.approx(float(exact), abs=1e-6)
    assert by_words[0].lexical > 0


def test_word_scores_are_bm25_with_headlines_at_half(store: Store) -> None:
    reference = MemoryStore()
    entries = [
        served(article("a", "Budget talks on the budget.", "Rain.", headline="City hall")),
        served(article("b", "Talks went on and on about nothing much at all.", headline="Budget")),
        *[served(article(f"c{n}", f"Filler text {n}.")) for n in range(9)],
    ]
    store.put(entries)
    reference.put(entries)
    asked = ("budget", "talk", "unheard")

    score = {(i.article.id, i.ordinal): i.lexical for i in ask(store, "q", *asked).items}
    assert score == pytest.approx({(i.article.id, i.ordinal): i.lexical for i in ask(reference, "q", *asked).items})
    assert score["a", 1] > score["b", 1] > score["a", 2] == 0


def test_frequencies_count_paragraphs_by_their_text_only(store: Store) -> None:
    store.put([served(article("a", "Budget, budget.", "Tax.", headline="Levy")), served(article("b", "A budget tax."))])

    found = ask(store, "q", "budget", "tax", "levi", "unheard")
    assert found.frequencies == {"budget": 2, "tax": 2, "levi": 0, "unheard": 0}
    assert found.paragraphs == 3
    assert found.mean_words == pytest.approx((2 + 1 + 3) / 3)


def test_phrases_match_words_in_a_row_within_the_text(store: Store) -> None:
    store.put(served(article(f"a{n}", f"Filler {n}.")) for n in range(10))
    store.put(
        [
            served(article("hit", "He left the White House early.")),
            served(article("miss", "The house is white.", "House")),
        ]
    )
    store.put([served(article("title", "Nothing.", headline="White House"))])

    found = places(ask(store, "Filler 1.", limit=1, phrase="white hous"))
    assert ("hit", 1) in found
    assert not found & {("miss", 1), ("miss", 2), ("title", 1)}
    assert places(ask(store, "Filler 1.", limit=1)) == {("a1", 1)}
    both = store.candidates(vector("q"), [], [[], ["white", "hous"], ["filler", "7"]], filters=NOW, limit=1)
    assert {("hit", 1), ("a7", 1)} <= places(both)


@pytest.mark.parametrize("word", ['say"', "a OR b", "NEAR", "-", "*", "ночь", "東京", "𐐀", "body:x", "x'y"])
def test_words_are_never_read_as_a_query_language(store: Store, word: str) -> None:
    store.put([served(article("a", "Plain."))])

    assert places(ask(store, "Plain.", word, phrase=word)) == {("a", 1)}


@pytest.mark.parametrize("word", ["ночь", "東京", "straße", "naïve", "𐐀𐐁", "covid19", "ⅷ"])
def test_words_of_every_script_are_found(store: Store, word: str) -> None:
    entry = served(article("a", f"{word} and more"))
    store.put([entry])
    analysed = entry.words[0].split()[0]

    found = ask(store, "q", analysed, phrase=analysed)
    assert found.frequencies == {analysed: 1}
    assert found.items[0].lexical > 0


# Filters.


@pytest.fixture
def newsroom(store: Store) -> Store:
    """Four articles that differ in everything that a filter looks at."""
    ap = Dateline(Span(0, 4), "ROME", None, "AP")
    budget = ("The budget passed.", "The budget will rise.")
    store.put(
        map(
            served,
            [
                article("plain", *budget),
                article(
                    "ap",
                    *budget,
                    dateline=ap,
                    outlet="Tribune",
                    carriers=("Wire",),
                    published=date(2026, 1, 10),
                    language="en",
                    section="politics",
                ),
                article(
                    "it", *budget, outlet="Corriere", published=datetime(2026, 2, 1, 23, tzinfo=UTC), language="it"
                ),
                article("old", *budget, outlet="Tribune", published=date(2020, 5, 5), language="en", section="sport"),
            ],
        )
    )
    return store


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"plain", "ap", "it", "old"}),
        ({"outlets": {"Tribune"}}, {"ap", "old"}),
        ({"outlets": {"AP"}}, {"ap"}),
        ({"outlets": {"Wire", "Corriere"}}, {"ap", "it"}),
        ({"outlets": {"Nobody"}}, set()),
        ({"languages": {"en"}}, {"ap", "old"}),
        ({"languages": {"it", "fr"}}, {"it"}),
        ({"sections": {"politics", "sport"}}, {"ap", "old"}),
        ({"sections": {"opinion"}}, set()),
        ({"since": date(2026, 1, 10)}, {"ap", "it"}),
        ({"since": date(2026, 1, 11)}, {"it"}),
        ({"before": date(2026, 1, 10)}, {"old"}),
        ({"before": date(2026, 2, 1)}, {"ap", "old"}),
        ({"since": date(2020, 5, 5), "before": date(2020, 5, 6)}, {"old"}),
        ({"outlets": {"Tribune"}, "since": date(2026, 1, 1)}, {"ap"}),
        ({"outlets": {"Tribune"}, "sections": {"sport"}, "languages": {"en"}, "before": date(2021, 1, 1)}, {"old"}),
        ({"outlets": {"Corriere"}, "languages": {"en"}}, set()),
    ],
)
def test_filters_apply_to_every_way_of_finding(newsroom: Store, filters: dict[str, object], expected: set[str]) -> None:
    asked = {name: frozenset(value) if isinstance(value, set) else value for name, value in filters.items()}

    assert ids(newsroom, **asked) == expected


def test_a_narrow_filter_still_fills_the_list(store: Store) -> None:
    store.put(served(article(f"a{n}", "A budget.", f"Paragraph {n}.", outlet="Big")) for n in range(60))
    store.put(served(article(f"s{n}", "A budget.", f"Paragraph s{n}.", outlet="Small")) for n in range(4))

    found = ask(store, "A budget.", "budget", limit=3, filters=replace(NOW, outlets=frozenset({"Small"})))
    assert len(found.items) >= 3
    assert {item.article.outlet for item in found.items} == {"Small"}


def test_coverage_tells_what_was_searched(newsroom: Store) -> None:
    whole = newsroom.coverage(NOW)
    assert (whole.articles, whole.first, whole.last) == (4, date(2020, 5, 5), date(2026, 2, 1))
    assert dict(whole.outlets) == {"Tribune": 2, "Corriere": 1}
    assert whole.sources == {"Tribune", "Corriere", "AP", "Wire"}
    part = newsroom.coverage(replace(NOW, languages=frozenset({"it"})))
    assert (part.articles, dict(part.outlets), part.sources) == (1, {"Corriere": 1}, frozenset({"Corriere"}))


@pytest.mark.parametrize(
    ("at", "viewer", "seen"),
    [
        (NOON - HOUR, Viewer(), False),
        (NOON - timedelta(microseconds=1), Viewer(), False),
        (NOON, Viewer(), True),
        (NOON + HOUR, Viewer(), True),
        (NOON.astimezone(timezone(timedelta(hours=-5))), Viewer(), True),
        (NOON - HOUR, GROUP, True),
        (NOON, GROUP, True),
    ],
)
def test_an_embargo_ends_on_its_hour(store: Store, at: datetime, viewer: Viewer, seen: bool) -> None:
    store.put([served(article("a", "The budget passed.", embargoed_until=NOON, outlet="Secret Wire"))])

    assert ids(store, at=at, viewer=viewer) == ({"a"} if seen else set())
    assert store.coverage(Filters(at=at, viewer=viewer)).sources == ({"Secret Wire"} if seen else set())


def test_what_is_held_is_for_the_embargo_group_at_any_hour(store: Store) -> None:
    held = article("a", "The budget passed.", held=True, version=1)
    store.put([served(held)])
    assert ids(store, at=NOON + 10_000 * HOUR) == set()
    assert ids(store, viewer=GROUP) == {"a"}

    store.put([served(replace(held, held=False, version=2))])
    assert ids(store) == {"a"}


# Writing.


def test_what_came_before_a_failing_entry_stays(store: Store) -> None:
    def entries() -> Iterator[Entry]:
        yield served(article("a", "One."))
        yield served(article("b", "Two."))
        raise RuntimeError("the wire broke")

    with pytest.raises(RuntimeError, match="the wire broke"):
        store.put(entries())
    assert set(store.heads(["a", "b"])) == {"a", "b"}
    assert places(ask(store)) == {("a", 1), ("b", 1)}


def test_the_entries_may_ask_the_store_while_it_writes(store: Store) -> None:
    def entries() -> Iterator[Entry]:
        for n in range(3):
            assert len(store.heads([f"a{i}" for i in range(3)])) == n
            assert len(ask(store).items) == n
            yield served(article(f"a{n}", f"Text {n}."))

    store.put(entries())


# Properties.

texts = st.text(st.characters(codec="utf-8") | st.sampled_from("\n\r\0\"'“”\U0001f5de\U00010400e\u0301"), max_size=60)
names = st.none() | st.sampled_from(["AP", "Tribune", "Wire", "", "L'Équipe"])
zones = st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45))])
# A fold means nothing at a fixed offset, and ISO 8601 has no place for it.
moments = st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1), timezones=zones).map(lambda m: m.replace(fold=0))
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Any article, with paragraphs anywhere in any text."""
    text = draw(texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    line = st.builds(Dateline, st.just(Span(0, min(4, len(text)))), names, st.none() | days, names)
    return Article(
        id=draw(st.sampled_from(["a", "b", "c", "ü\U0001f5de"])),
        text=text,
        paragraphs=tuple(Paragraph(n, *span) for n, span in enumerate(spans, 1)),
        version=draw(st.none() | st.integers(0, 5)),
        version_created=draw(st.none() | moments),
        status=draw(st.sampled_from(Status)),
        embargoed_until=draw(st.none() | moments),
        held=draw(st.booleans()),
        headline=draw(st.none() | texts),
        byline=draw(st.none() | texts),
        dateline=draw(st.none() | line),
        outlet=draw(names),
        carriers=tuple(draw(st.lists(st.sampled_from(["AP", "Wire", "Reuters"]), max_size=2))),
        published=draw(st.none() | days | moments),
        language=draw(st.none() | st.sampled_from(["en", "it"])),
        section=draw(names),
        note=draw(st.none() | texts),
    )


@given(one=articles())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_article_survives_the_round_trip(store: Store, one: Article) -> None:
    store.put([served(one)])
    back = store.article(one.id, one.version)
    store.remove([one.id])

    assert back == one
    assert back.fingerprint == one.fingerprint
    assert [p.span.cut(back.text) for p in back.paragraphs] == [p.span.cut(one.text) for p in one.paragraphs]


def test_half_a_surrogate_pair_survives_too(store: Store) -> None:
    broken = article("a", "Broken \ud83d wire.", headline="\ud83d")
    store.put([served(broken)])

    assert store.article("a") == broken


entries = st.builds(lambda one, place: place(one), articles(), st.sampled_from([served, served, kept, withdrawn]))
filters = st.builds(
    Filters,
    at=moments,
    viewer=st.builds(Viewer, embargo_group=st.booleans()),
    outlets=st.frozensets(st.sampled_from(["AP", "Wire", "Tribune", "Nobody"]), max_size=2),
    languages=st.frozensets(st.sampled_from(["en", "it"]), max_size=1),
    since=st.none() | days,
    before=st.none() | days,
)


@given(
    steps=st.lists(entries | st.sampled_from(["a", "b", "c"]), max_size=8),
    questions=st.lists(filters, min_size=1, max_size=4),
    reopened=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_whatever_happens_both_stores_answer_alike(
    steps: list[Entry | str], questions: list[Filters], reopened: bool
) -> None:
    plain = MemoryStore()
    with tempfile.TemporaryDirectory() as folder:
        store = embedded(Path(folder))
        for step in steps:
            for each in (plain, store):
                each.remove([step]) if isinstance(step, str) else each.put([step])
            if not reopened:
                _compare(store, plain, questions[0])
        if reopened:
            store.close()
            store = embedded(Path(folder))
        for asked in questions:
            _compare(store, plain, asked)
        store.close()


def _compare(store: Store, plain: Store, filters: Filters) -> None:
    found, expected = (ask(each, "question", "e", "a", filters=filters, phrase="a") for each in (store, plain))
    assert places(found) == places(expected)
    assert found.coverage == expected.coverage
    assert (found.frequencies, found.paragraphs) == (expected.frequencies, expected.paragraphs)
    assert found.mean_words == pytest.approx(expected.mean_words)
    for values in ("cosine", "lexical"):
        assert {(i.article.id, i.ordinal): getattr(i, values) for i in found.items} == pytest.approx(
            {(i.article.id, i.ordinal): getattr(i, values) for i in expected.items}, abs=1e-5
        )
    known = ["a", "b", "c", "ü\U0001f5de"]
    assert store.heads(known) == plain.heads(known)
    assert [store.article(one) for one in known] == [plain.article(one) for one in known]
    assert {one.fingerprint for one in store.served()} == {one.fingerprint for one in plain.served()}


@pytest.mark.parametrize(
    "entry",
    [
        Entry(article=article("a", "One."), placement=Placement.SERVE, vectors=none_at_all()),
        replace(served(article("a", "One.")), vectors=np.ones((1, DIMENSION), np.float32)),
        replace(served(article("a", "One.")), vectors=vector("x", 5).reshape(1, -1)),
        replace(served(article("a", "One.")), ordinals=[2]),
    ],
    ids=["no words", "not unit length", "other dimension", "no such paragraph"],
)
def test_the_embedded_store_refuses_what_does_not_fit(tmp_path: Path, entry: Entry) -> None:
    with embedded(tmp_path) as store:
        with pytest.raises(ValueError, match=r"^a: "):
            store.put([entry])
        assert store.describe().articles == 0
