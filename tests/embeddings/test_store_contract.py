"""Every store against the same cases; values are compared, not only their number."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.errors import ModelError
from embeddings.news import (
    Alert,
    Article,
    Concern,
    Dateline,
    Filters,
    Hop,
    Judgement,
    Kind,
    Named,
    NameUse,
    Nature,
    Paragraph,
    Quotation,
    Role,
    Span,
    Status,
    Viewer,
)
from embeddings.store import Candidates, Entry, Page, Placement, Store, Vector
from embeddings.store.codes import rounded
from embeddings.store.embedded import EmbeddedStore
from embeddings.store.postgres import PostgresStore
from embeddings.words import handles
from tests.fakes import (
    DIMENSION,
    NOON,
    NOW,
    MemoryStore,
    article,
    kept,
    named,
    none_at_all,
    quotation,
    served,
    span_of,
    vector,
    withdrawn,
)
from tests.servers import Primary, Replica
from tests.servers.shards import emptied, make_shards

HOUR = timedelta(hours=1)
NEAR = 5e-4
"""Some engines keep half a number's digits."""
GROUP = Viewer(embargo_group=True)


def embedded(folder: Path) -> EmbeddedStore:
    return EmbeddedStore(folder, encoder="fake", dimension=DIMENSION, writing=True)


def on_server(address: str, replica: str | None = None) -> PostgresStore:
    return PostgresStore(address, encoder="fake", dimension=DIMENSION, writing=True, replica=replica)


ON_SERVERS = ["postgres", "through a replica", "on three shards"]


@dataclass(frozen=True)
class Engine:
    """Opens the store of a test, the same one again and again, and makes it empty for the next."""

    open: Callable[[], Store]
    empty: Callable[[], None]


@pytest.fixture(scope="session")
def archives(request: pytest.FixtureRequest) -> Callable[[str], Engine]:
    """The engines on servers, each in a database that is made once."""

    @cache
    def made(name: str) -> Engine:
        primary: Primary = request.getfixturevalue("postgres")
        address = primary.fresh()
        on_server(address).close()
        if name == "on three shards":
            make_shards(address, [primary.fresh() for _ in range(3)], dimension=DIMENSION)
        if name != "through a replica":
            return Engine(partial(on_server, address), partial(emptied, address))
        replica: Replica = request.getfixturevalue("replica")

        def empty() -> None:
            emptied(address)
            replica.catch_up()

        return Engine(partial(on_server, address, replica.beside(address)), empty)

    return made


@pytest.fixture(params=["memory", "embedded", *ON_SERVERS])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """What opens the store of this test."""
    if request.param == "memory":
        return Engine(MemoryStore, lambda: None)
    if request.param == "embedded":
        folder = tmp_path / "archive"
        return Engine(partial(embedded, folder), partial(shutil.rmtree, folder, ignore_errors=True))
    made: Engine = request.getfixturevalue("archives")(request.param)
    made.empty()
    return made


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    made = engine.open()
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
    """The articles that are found, which must be those that coverage counts and those that are quoted."""
    asked = Filters(**{"at": NOON, **filters})  # type: ignore[arg-type]  # the cases below name real fields
    found = ask(store, "anything", "budget", filters=asked, phrase="budget")
    names = {item.article.id for item in found.items}
    assert found.coverage == store.coverage(asked) == store.names(asked).coverage
    assert found.coverage.articles == len(names)
    quoted = said(store, MAYOR, filters=asked)
    assert {one.article.id for one in quoted.statements} == names
    assert [use.quotations for use in store.names(asked).uses] == ([quoted.total] if quoted.total else [])
    return names


MAYOR = "The"
"""Who is credited with everything where it does not matter who."""


def with_words(one: Article) -> Entry:
    """The entry of an article that quotes the mayor on the budget."""
    return served(one, quotation(one, "budget", MAYOR))


def said(
    store: Store,
    *names: str,
    filters: Filters = NOW,
    kinds: Sequence[Kind] = (),
    about: str = "",
    limit: int = 100,
    offset: int = 0,
) -> Page:
    question = vector(about) if about else None
    return store.quotations(names, filters=filters, kinds=kinds, vector=question, limit=limit, offset=offset)


def words_of(page: Page) -> list[str]:
    return [" … ".join(statement.texts) for statement in page.statements]


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
    assert (store.names(NOW).uses, store.names(NOW).judgements) == ((), ())
    assert said(store, "Ruiz") == Page(statements=(), total=0)


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


def test_arrivals_are_remembered_by_outlet_the_latest_of_each(store: Store) -> None:
    assert (store.describe().last_ingest, dict(store.describe().sources)) == (None, {})
    store.arrived(["Wire", "Tribune"], at=NOON)
    store.arrived(["L'Équipe"], at=(NOON + HOUR).astimezone(timezone(timedelta(hours=5))))
    store.arrived(["Tribune"], at=NOON - HOUR)
    store.arrived([], at=NOON + HOUR / 2)

    told = store.describe()
    assert told.last_ingest == NOON + HOUR
    assert told.sources == {"Wire": NOON, "Tribune": NOON, "L'Équipe": NOON + HOUR}
    assert (told.articles, told.last_write) == (0, None)
    store.arrived([], at=NOON + 2 * HOUR)
    assert store.describe().last_ingest == NOON + 2 * HOUR


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
    exact = sorted(((float(rounded(vector(t).reshape(1, -1))[0] @ question), t) for t in texts), reverse=True)

    found = ask(store, "a question", limit=5).items
    assert [item.article.paragraphs[item.ordinal - 1].span.cut(item.article.text) for item in found] == [
        text for _, text in exact[:5]
    ]
    assert [item.cosine for item in found] == pytest.approx([cosine for cosine, _ in exact[:5]], abs=NEAR)


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
    exact = rounded(vector("A zoning ordinance.").reshape(1, -1))[0] @ vector("Filler 3.")
    assert by_words[0].cosine == pytest.approx(float(exact), abs=NEAR)
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


def test_a_vector_may_be_made_when_it_is_needed_and_may_fail(store: Store) -> None:
    store.put([served(article("a", "Rain fell."))])

    def broken() -> Vector:
        raise ModelError("no model")

    with pytest.raises(ModelError, match="no model"):
        store.candidates(broken, ["rain"], [], filters=NOW, limit=1)
    found = store.candidates(lambda: vector("Rain fell."), ["rain"], [], filters=NOW, limit=1)
    assert found.items == store.candidates(vector("Rain fell."), ["rain"], [], filters=NOW, limit=1).items != ()


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
            with_words,
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
    store.put([with_words(article("a", "The budget passed.", embargoed_until=NOON, outlet="Secret Wire"))])

    assert ids(store, at=at, viewer=viewer) == ({"a"} if seen else set())
    assert store.coverage(Filters(at=at, viewer=viewer)).sources == ({"Secret Wire"} if seen else set())


def test_what_is_held_is_for_the_embargo_group_at_any_hour(store: Store) -> None:
    held = article("a", "The budget passed.", held=True, version=1)
    store.put([with_words(held)])
    assert ids(store, at=NOON + 10_000 * HOUR) == set()
    assert ids(store, viewer=GROUP) == {"a"}

    store.put([with_words(replace(held, held=False, version=2))])
    assert ids(store) == {"a"}


# Who said what.

TALKS = article(
    "talks",
    "“We shall sign,” said Olena Marsh, the harbour minister.",
    "She “may not” sign, and “never” alone, Wire One reported quoting Marsh.",
    "Piet Okoro and Olena Marsh said they would meet again.",
    outlet="Tribune",
    published=date(2026, 2, 1),
)
MARSH = named(TALKS, "Olena Marsh", "harbour minister")
SHE = named(TALKS, "Olena Marsh", "minister", mention="She")
OKORO = named(TALKS, "Piet Okoro")
SIGN = quotation(TALKS, "We shall sign,", MARSH, cue=span_of(TALKS, "said"), confidence=0.75)
NEVER = quotation(
    TALKS,
    ["may not", "never"],
    SHE,
    kind=Kind.MIXED,
    cue=span_of(TALKS, "reported"),
    chain=(Hop("Wire One", Role.AGENCY, proof=span_of(TALKS, "Wire One")), Hop("Tribune", Role.OUTLET, field="outlet")),
    narrated=True,
)
MEET = quotation(TALKS, "they would meet again", OKORO, MARSH, kind=Kind.INDIRECT)
EVERYTHING = served(TALKS, MEET, SIGN, NEVER)


def test_a_quotation_comes_back_as_it_went_in(store: Store) -> None:
    store.put([EVERYTHING])

    page = said(store, "Olena Marsh")
    assert [one.quotation for one in page.statements] == [SIGN, NEVER, MEET]
    assert words_of(page) == ["We shall sign,", "may not … never", "they would meet again"]
    assert {one.article for one in page.statements} == {TALKS}
    assert [one.paragraph.ordinal for one in page.statements] == [1, 2, 3]
    assert (page.total, store.describe().quotations) == (3, 3)


def test_names_are_counted_with_what_they_are_most_often_and_every_title(store: Store) -> None:
    other = article("b", "Olena Marsh Ltd. spoke. Olena Marsh spoke.")
    firm, owner = (named(other, "Olena Marsh", role, nature=Nature.GROUP) for role in ("builder", "owner"))
    store.put([EVERYTHING, served(other, quotation(other, "spoke", firm, owner))])

    uses = store.names(NOW).uses
    assert uses == (
        NameUse(
            name="Olena Marsh",
            nature=Nature.PERSON,
            roles=frozenset({"harbour minister", "minister", "builder", "owner"}),
            quotations=4,
        ),
        NameUse(name="Piet Okoro", nature=Nature.PERSON, quotations=1),
    )
    assert [said(store, use.name).total for use in uses] == [4, 1]


def test_one_statement_of_two_is_found_by_either_and_once_by_both(store: Store) -> None:
    store.put([EVERYTHING])

    assert words_of(said(store, "Piet Okoro")) == ["they would meet again"]
    assert said(store, "Piet Okoro", "Olena Marsh").total == 3
    assert said(store, "Nobody").total == said(store).total == 0
    assert said(store, "olena marsh").total == 0


def test_kinds_choose(store: Store) -> None:
    store.put([EVERYTHING])

    assert words_of(said(store, "Olena Marsh", kinds=[Kind.MIXED])) == ["may not … never"]
    assert said(store, "Olena Marsh", kinds=[Kind.DIRECT, Kind.INDIRECT]).total == 2


def test_what_nobody_is_credited_with_is_kept_and_found_under_no_name(store: Store) -> None:
    one = article("a", "It was said to be over.")
    store.put([served(one, quotation(one, "over"))])

    assert store.names(NOW).uses == ()
    assert store.describe().quotations == 1


def several_days(store: Store) -> list[str]:
    """Articles of several days, with two quotations each, served in the order that comes back."""
    dates = {
        "mid": date(2026, 1, 5),
        "none": None,
        "new": date(2026, 2, 1),
        "twin": date(2026, 1, 5),
        "old": date(1999, 1, 1),
    }
    for name, day in dates.items():
        one = article(name, f"Later {name}, said Ann Lee.", f"First {name}, said Ann Lee.", published=day)
        store.put([served(one, quotation(one, f"First {name}", "Ann Lee"), quotation(one, f"Later {name}", "Ann Lee"))])
    newest = ["new", "twin", "mid", "old", "none"]
    return [words for name in newest for words in (f"Later {name}", f"First {name}")]


def test_the_newest_come_first_and_within_an_article_as_printed(store: Store) -> None:
    expected = several_days(store)

    assert words_of(said(store, "Ann Lee")) == expected


def test_pages_follow_one_another(store: Store) -> None:
    expected = several_days(store)

    pages = [said(store, "Ann Lee", limit=4, offset=offset) for offset in (0, 4, 8, 12)]
    assert [words for page in pages for words in words_of(page)] == expected
    assert [len(page.statements) for page in pages] == [4, 4, 2, 0]
    assert {page.total for page in pages} == {10}


def test_a_vector_puts_the_nearest_paragraphs_first(store: Store) -> None:
    several_days(store)
    question = vector("First old, said Ann Lee.")

    page = said(store, "Ann Lee", about="First old, said Ann Lee.")
    assert words_of(page)[0] == "First old"
    assert page.statements[0].score == pytest.approx(1.0, abs=2e-3)
    for one in page.statements:
        paragraph = rounded(vector(one.paragraph.span.cut(one.article.text)).reshape(1, -1))[0]
        assert one.score == pytest.approx(float(paragraph @ question), abs=NEAR)
    assert [one.score for one in page.statements] == sorted((one.score for one in page.statements), reverse=True)
    assert words_of(said(store, "Ann Lee", about="First old, said Ann Lee.", limit=3, offset=4)) == words_of(page)[4:7]


def names_of(store: Store, filters: Filters = NOW) -> set[str]:
    return {use.name for use in store.names(filters).uses}


HIDDEN = article(
    "h", "“Sink it,” said Ida Frost, a diver.", outlet="Secret Wire", published=date(2026, 1, 1), version=1
)
SINK = quotation(HIDDEN, "Sink it,", named(HIDDEN, "Ida Frost", "diver"))


@pytest.mark.parametrize("how", ["killed", "withheld", "removed", "embargoed", "held", "without quotations"])
def test_quotations_that_may_not_be_shown_are_found_in_no_way(store: Store, how: str) -> None:
    other = article("o", "“Lift it,” said Ida Frost.")
    store.put([served(HIDDEN, SINK), served(other, quotation(other, "Lift it,", "Ida Frost"))])
    frost = replace(NOW, speakers=frozenset({"Ida Frost"}))
    assert said(store, "Ida Frost").total == 2
    assert store.names(NOW).uses[0].roles == {"diver"}
    newer = replace(HIDDEN, version=2)
    hide = {
        "killed": withdrawn(replace(newer, status=Status.CANCELED)),
        "withheld": withdrawn(replace(newer, status=Status.WITHHELD)),
        "embargoed": served(replace(newer, embargoed_until=NOON + HOUR), SINK),
        "held": served(replace(newer, held=True), SINK),
        "without quotations": served(newer),
    }
    if how == "removed":
        store.remove(["h"])
    else:
        store.put([hide[how]])

    for filters in (NOW, frost, replace(NOW, outlets=frozenset({"Secret Wire"})), replace(NOW, since=date(1990, 1, 1))):
        assert "Sink it," not in words_of(said(store, "Ida Frost", filters=filters))
        assert "Sink it," not in words_of(said(store, "Ida Frost", filters=filters, about="Sink it"))
        assert said(store, "Ida Frost", filters=filters).total <= 1
        assert all(use.roles == frozenset() and use.quotations == 1 for use in store.names(filters).uses)
    assert {item.article.id for item in ask(store, filters=frost).items} == {"o"}
    assert store.coverage(frost).articles == 1
    if how in ("embargoed", "held"):
        assert "Sink it," in words_of(said(store, "Ida Frost", filters=replace(NOW, viewer=GROUP)))
    else:
        assert said(store, "Ida Frost", filters=replace(NOW, viewer=GROUP)).total == 1
        assert store.describe().quotations == 1


def test_a_correction_replaces_the_quotations(store: Store) -> None:
    first, second = article("a", "“Yes,” said Jan Roe.", version=1), article("a", "“No,” said Kim Doe.", version=2)
    store.put([served(first, quotation(first, "Yes,", "Jan Roe"))])
    store.put([served(second, quotation(second, "No,", "Kim Doe"))])

    assert names_of(store) == {"Kim Doe"}
    assert said(store, "Jan Roe").total == 0
    assert said(store, "Kim Doe").statements[0].article == second


def test_keeping_a_version_keeps_the_quotations(store: Store) -> None:
    store.put([EVERYTHING, kept(replace(TALKS, version=1))])

    assert said(store, "Olena Marsh").total == 3


def test_speakers_choose_the_articles_that_are_searched(store: Store) -> None:
    one, two = article("a", "“Yes,” said Jan Roe.", outlet="Tribune"), article("b", "“No,” said Kim Doe. Jan Roe left.")
    store.put([served(one, quotation(one, "Yes,", "Jan Roe")), served(two, quotation(two, "No,", "Kim Doe"))])

    def found(*names: str) -> set[str]:
        filters = replace(NOW, speakers=frozenset(names))
        articles = {item.article.id for item in ask(store, filters=filters).items}
        assert store.coverage(filters).articles == store.names(filters).coverage.articles == len(articles)
        return articles

    assert found("Jan Roe") == {"a"}
    assert found("Kim Doe") == {"b"}
    assert found("Jan Roe", "Kim Doe", "Nobody") == {"a", "b"}
    assert found("Nobody") == set()
    assert store.coverage(replace(NOW, speakers=frozenset({"Kim Doe"}))).sources == frozenset()
    assert names_of(store, replace(NOW, speakers=frozenset({"Kim Doe"}))) == {"Kim Doe"}
    assert said(store, "Jan Roe", filters=replace(NOW, speakers=frozenset({"Kim Doe"}))).total == 0


def test_the_quotations_of_a_paragraph_are_those_that_begin_there(store: Store) -> None:
    entry = replace(EVERYTHING, quotations=[MEET, NEVER, quotation(TALKS, "meet", MARSH)])
    store.put([entry, served(article("b", "“Yes,” said Jan Roe."))])
    every = sorted(entry.quotations, key=lambda one: one.span)
    all_of_them = store.quotations_in([(TALKS, paragraph.ordinal) for paragraph in TALKS.paragraphs])

    assert [one for of_paragraph in all_of_them for one in of_paragraph] == every
    for paragraph, found in zip(TALKS.paragraphs, all_of_them, strict=True):
        assert list(found) == [one for one in every if paragraph.start <= one.span.start < paragraph.end]
    assert [len(found) for found in all_of_them] == [0, 1, 2]
    # In the order asked, as often as asked.
    last, first = len(TALKS.paragraphs), 1
    assert store.quotations_in([(TALKS, last), (TALKS, first), (TALKS, last)]) == [
        all_of_them[last - 1],
        all_of_them[0],
        all_of_them[last - 1],
    ]
    assert store.quotations_in([]) == []
    assert store.quotations_in([(article("b", "“Yes,” said Jan Roe."), 1), (TALKS, 99)]) == [(), ()]


@pytest.mark.parametrize("by", ["correction", "kill", "removal"])
def test_quotations_are_given_for_the_very_version_that_is_searched(store: Store, by: str) -> None:
    before = article("a", "“Yes,” said Jan Roe.", version=1)
    after = article("a", "Correction. “Yes,” said Jan Roe.", version=2)
    spoken, corrected = quotation(before, "Yes,", "Jan Roe"), quotation(after, "Yes,", "Jan Roe")
    store.put([served(before, spoken)])
    assert store.quotations_in([(before, 1), (after, 1)]) == [(spoken,), ()]

    if by == "correction":
        store.put([served(after, corrected)])
    elif by == "kill":
        store.put([withdrawn(replace(after, status=Status.CANCELED))])
    else:
        store.remove(["a"])
    assert store.quotations_in([(before, 1), (after, 1)]) == [(), (corrected,) if by == "correction" else ()]


@pytest.mark.parametrize("by", ["correction", "kill", "removal"])
def test_what_is_known_of_sentences_is_given_for_the_very_version_that_is_searched(store: Store, by: str) -> None:
    before, after = (article("a", "One. Two.", "Alone.", "Long.", version=n, note=str(n)) for n in (1, 2))
    entry = served(before)
    # The third paragraph was too long to be read at once.
    long = replace(
        entry,
        vectors=np.concatenate([entry.vectors, entry.vectors[-1:]]),
        ordinals=[1, 2, 3, 3],
        digests=[*entry.digests, 7],
        sentences=[b"\x00two", b"", b"two of its", b"and its third"],
    )
    store.put([served(article("z", "Before it. All."))])
    store.put([long])
    places = [(before, 1), (before, 2), (before, 3), (before, 4), (after, 1)]
    assert store.sentences(places) == [b"\x00two", b"", b"", b"", b""]
    assert store.sentences([]) == []
    assert [store.encoded([one])[one].sentences for one in long.digests[:2]] == [b"\x00two", b""]
    [dossier] = [one for one in store.dossiers() if one.id == "a"]
    assert dossier.entry is not None
    told = zip(dossier.entry.ordinals, dossier.entry.sentences, strict=True)
    assert sorted(told) == sorted(zip(long.ordinals, long.sentences, strict=True))

    if by == "correction":
        store.put([replace(served(after), sentences=[b"new", b"", b""])])
    elif by == "kill":
        store.put([withdrawn(replace(after, status=Status.CANCELED))])
    else:
        store.remove(["a"])
    assert store.sentences(places) == [b"", b"", b"", b"", b"new" if by == "correction" else b""]


def test_judgements_are_remembered_whatever_becomes_of_the_articles(store: Store) -> None:
    store.put([EVERYTHING])
    store.judge([Judgement("Olena Marsh", "O. Marsh", True), Judgement("A", "B", False)])
    store.judge([Judgement("B", "A", True)])
    store.remove(["talks"])

    assert store.names(NOW).judgements == (Judgement("O. Marsh", "Olena Marsh", True), Judgement("A", "B", True))
    store.judge([Judgement("O. Marsh", "Olena Marsh", False)])
    assert store.names(NOW).judgements == (Judgement("A", "B", True), Judgement("O. Marsh", "Olena Marsh", False))


def test_half_a_surrogate_pair_in_a_name_survives(store: Store) -> None:
    broken = article("a", "“Yes,” said Jan \ud83d.")
    store.put([served(broken, quotation(broken, "Yes,", "Jan \ud83d"))])
    store.judge([Judgement("Jan \ud83d", "Jan", True)])

    assert [use.name for use in store.names(NOW).uses] == ["Jan \ud83d"]
    assert said(store, "Jan \ud83d").statements[0].quotation.speakers[0].name == "Jan \ud83d"
    assert store.names(NOW).judgements == (Judgement("Jan", "Jan \ud83d", True),)


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


# Copies, changes, and what a person has to decide.

PIER = (
    "The last pier on the northern shore will be pulled down before the summer, its owners said on Monday, because "
    "worms have eaten four of the eleven oak piles and no insurer will cover the pavilion. Visitors had climbed over "
    "the fence each Sunday to fish from the landing stage, where a boy broke an arm in August. The town had offered "
    "to buy the ironwork for a museum of bathing, yet could not raise the price that a scrap merchant bid in spring."
)


def copied(id: str, text: str = PIER, **fields: Any) -> Entry:  # noqa: ANN401 - any field of an article
    return served(article(id, text, **fields))


def test_copies_are_found_when_they_are_served_and_go_with_either(store: Store) -> None:
    store.put([copied("a"), copied("b", f"NORTHPORT (Wire) - {PIER}"), copied("c", "Rain fell on the budget.")])
    store.put([copied("d", held=True)])
    found = store.copies(["a", "b", "c", "nobody"], filters=NOW)
    assert {one: [copy.id for copy in copies] for one, copies in found.items()} == {
        "a": ["b"],
        "b": ["a"],
        "c": [],
        "nobody": [],
    }
    inside = store.copies(["a"], filters=replace(NOW, viewer=GROUP))
    assert [copy.id for copy in inside["a"]] == ["b", "d"]
    store.put([withdrawn(replace(article("b", PIER), version=2))])
    store.remove(["d"])
    assert store.copies(["a"], filters=replace(NOW, viewer=GROUP)) == {"a": ()}
    store.put([copied("a", "Other words altogether.", version=3), copied("e")])
    assert store.copies(["a", "e"], filters=NOW) == {"a": (), "e": ()}


def test_ids_that_a_version_names_lead_to_its_article(store: Store) -> None:
    store.put([served(article("a", "One.", replaces="older"))])
    store.put([replace(served(article("a", "Two.", guid="newer")), generation=1)])
    assert {head.id for head in store.heads(["a", "older", "newer"]).values()} == {"a"}
    assert store.heads(["older"])["older"].ids == {"a", "older", "newer"}
    for name in ("a", "older", "newer"):
        found = store.article(name)
        assert found is not None
        assert found.text == "Two."
    assert store.remove(["older"]) == 1
    assert store.heads(["a", "older", "newer"]) == {}


def test_what_comes_under_an_id_that_leads_to_another_article_is_refused(store: Store) -> None:
    store.put([served(article("a", "One.", replaces="older"))])
    with pytest.raises(ValueError, match="older: leads to a"):
        store.put([served(article("older", "Two."))])


def test_a_version_is_found_by_its_fingerprint(store: Store) -> None:
    first, second = article("a", "One."), article("a", "Two.")
    store.put([served(first), served(second)])
    assert store.article("a", fingerprint=first.fingerprint) == first
    assert store.article("a", fingerprint="none such") is None


def test_a_person_lifts_a_kill_and_what_was_withheld(store: Store) -> None:
    for status in (Status.CANCELED, Status.WITHHELD):
        one = article("a", "One.", version=1)
        store.put([served(one), withdrawn(article("a", version=2, status=status))])
        store.put([replace(served(one), placement=Placement.REVIVE)])
        head = store.heads(["a"])["a"]
        assert (head.status, head.killed, head.served, head.version) == (Status.USABLE, False, True, 1)
        assert store.article("a") == one
        assert len(store.versions("a")) == 2
        assert places(ask(store)) == {("a", 1)}
        store.put([withdrawn(article("a", version=3, status=status))])
        assert store.heads(["a"])["a"].status is status
        store.remove(["a"])


def test_changes_are_told_of_what_was_on_file_before(store: Store) -> None:
    store.put([served(article("a", "One.")), kept(article("b", "Two.")), served(article("b", "Three."))])
    store.put([withdrawn(article("a", status=Status.CANCELED)), kept(article("a", "Older.", version=0))])
    store.remove(["b", "nobody"])
    changes = store.changes(0, limit=10)
    assert [change.article for change in changes] == ["b", "a", "b"]
    assert [change.sequence for change in changes] == sorted({change.sequence for change in changes})
    assert [*store.changes(changes[0].sequence, limit=1)] == [changes[1]]
    assert [*store.changes(changes[-1].sequence, limit=9)] == []


def test_what_a_person_has_to_decide_is_told_once_and_settled_once(store: Store) -> None:
    one = Alert(concern=Concern.TERMS, articles=("a", "b"), words="No archive.", at=NOON)
    other = replace(one, concern=Concern.GONE_FROM_SOURCE)
    store.alert([one, other, replace(one, at=NOON + HOUR)])
    first, second = store.alerts()
    assert replace(first, number=0) == one
    assert replace(second, number=0) == other
    assert [*store.alerts(after=first.number)] == [second]
    assert store.settle(first.number, at=NOON + HOUR)
    assert not store.settle(first.number, at=NOON)
    assert not store.settle(99, at=NOON)
    assert [*store.alerts()] == [second]
    assert [*store.alerts(settled=True)] == [replace(first, settled=NOON + HOUR), second]


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
        guid=draw(st.none() | st.sampled_from(["other", "another"])),
        provider=draw(names),
        slug=draw(st.none() | st.sampled_from(["Crane", "cr-ane", "Tern"])),
        take=draw(st.none() | texts),
        number=draw(st.none() | st.sampled_from(["0012", "dpa 13"])),
        replaces=draw(st.none() | st.sampled_from(["other", "another"])),
        expires=draw(st.none() | moments),
        usage=draw(st.none() | texts),
        correction=draw(st.none() | texts),
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


def spans(text: str) -> st.SearchStrategy[Span]:
    places = st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True)
    return places.map(lambda both: Span(*sorted(both)))


@st.composite
def quotations(draw: st.DrawFn, one: Article) -> list[Quotation]:
    """Any quotations of an article, each of which begins in one of its paragraphs."""
    starts = [place for p in one.paragraphs for place in range(p.start, p.end)]
    somewhere = spans(one.text)
    hops = st.builds(Hop, texts, st.sampled_from(Role), st.none() | somewhere, st.none() | texts)
    people = st.builds(
        Named,
        name=st.sampled_from(["Ann Lee", "Lee", "", "ü\U0001f5de"]) | texts,
        nature=st.sampled_from(Nature),
        mention=somewhere,
        proof=somewhere,
        roles=st.lists(texts, max_size=2).map(tuple),
    )

    def quoted(start: int, ends: list[int]) -> Quotation:
        bounds = sorted({start, *(end for end in ends if end > start), start + 1})
        return Quotation(
            content=tuple(Span(*both) for both in zip(bounds[::2], bounds[1::2], strict=False)),
            kind=draw(st.sampled_from(Kind)),
            cue=draw(st.none() | somewhere),
            speakers=tuple(draw(st.lists(people, max_size=3))),
            chain=tuple(draw(st.lists(hops, max_size=2))),
            narrated=draw(st.booleans()),
            confidence=draw(st.just(1.0) | st.floats(0, 1)),
        )

    chosen = draw(st.lists(st.sampled_from(starts), max_size=4)) if starts else []
    return [quoted(start, draw(st.lists(st.integers(0, len(one.text)), max_size=3))) for start in chosen]


@given(data=st.data(), one=articles())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_quotation_survives_the_round_trip(store: Store, data: st.DataObject, one: Article) -> None:
    one = replace(one, held=False, embargoed_until=None)
    given_ = data.draw(quotations(one))
    store.put([served(one, *given_)])
    names = [speaker.name for each in given_ for speaker in each.speakers]
    back = said(store, *names)
    printed = store.quotations_in([(one, paragraph.ordinal) for paragraph in one.paragraphs])
    store.remove([one.id])

    assert [each for of_one in printed for each in of_one] == sorted(given_, key=lambda each: each.span)
    expected = sorted((each for each in given_ if each.speakers), key=lambda each: each.span)
    assert [statement.quotation for statement in back.statements] == expected
    assert {statement.article for statement in back.statements} <= {one}
    assert store.names(NOW).uses == ()
    assert store.describe().quotations == 0


def test_half_a_surrogate_pair_survives_too(store: Store) -> None:
    broken = article("a", "Broken \ud83d wire.", headline="\ud83d")
    store.put([served(broken)])

    assert store.article("a") == broken


def revived(one: Article) -> Entry:
    """The entry by which a person has this version searched again."""
    return replace(served(replace(one, status=Status.USABLE)), placement=Placement.REVIVE)


@st.composite
def searched(draw: st.DrawFn) -> Entry:
    """An entry that makes any article searched, with any quotations."""
    one = draw(articles())
    return served(one, *draw(quotations(one)))


placed = st.builds(lambda one, place: place(one), articles(), st.sampled_from([served, kept, withdrawn, revived]))
entries = st.builds(lambda one, n: replace(one, generation=n), searched() | placed, st.integers(-1, 1))
filters = st.builds(
    Filters,
    at=moments,
    viewer=st.builds(Viewer, embargo_group=st.booleans()),
    outlets=st.frozensets(st.sampled_from(["AP", "Wire", "Tribune", "Nobody"]), max_size=2),
    languages=st.frozensets(st.sampled_from(["en", "it"]), max_size=1),
    speakers=st.frozensets(st.sampled_from(["Ann Lee", "Lee"]), max_size=1),
    since=st.none() | days,
    before=st.none() | days,
)


@given(
    steps=st.lists(entries | st.sampled_from(["a", "b", "c"]), max_size=8),
    questions=st.lists(filters, min_size=1, max_size=4),
    reopened=st.booleans(),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_both_stores_answer_alike(
    engine: Engine, steps: list[Entry | str], questions: list[Filters], reopened: bool
) -> None:
    engine.empty()
    plain, store = MemoryStore(), engine.open()
    for step in steps:
        for each in (plain, store):
            each.remove([step]) if isinstance(step, str) else each.put([step])
        if not reopened:
            _compare(store, plain, questions[0])
    if reopened and not isinstance(store, MemoryStore):
        store.close()
        store = engine.open()
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
            {(i.article.id, i.ordinal): getattr(i, values) for i in expected.items}, abs=NEAR
        )
    assert store.names(filters) == plain.names(filters)
    assert said(store, "Ann Lee", "Lee", filters=filters) == said(plain, "Ann Lee", "Lee", filters=filters)
    near, plainly = (said(each, "Ann Lee", filters=filters, kinds=[Kind.MIXED], about="e") for each in (store, plain))
    assert [one.quotation for one in near.statements] == [one.quotation for one in plainly.statements]
    assert [one.score for one in near.statements] == pytest.approx([one.score for one in plainly.statements], abs=NEAR)
    everywhere = [(one, paragraph.ordinal) for one in plain.served() for paragraph in one.paragraphs]
    assert store.quotations_in(everywhere) == plain.quotations_in(everywhere)
    known = ["a", "b", "c", "ü\U0001f5de", "other", "another"]
    assert store.heads(known) == plain.heads(known)
    assert [store.article(one) for one in known] == [plain.article(one) for one in known]
    assert [[*store.versions(one)] for one in known] == [[*plain.versions(one)] for one in known]
    for borne in (handles("CRANE", None, None), handles("tern", None, "0012")):
        assert [*store.bearing(borne)] == [*plain.bearing(borne)]
    changed, plainly_changed = (
        [(one.sequence, one.article) for one in each.changes(0, limit=99)] for each in (store, plain)
    )
    assert changed == plainly_changed
    assert {one.fingerprint for one in store.served()} == {one.fingerprint for one in plain.served()}


@pytest.mark.parametrize(
    "entry",
    [
        Entry(article=article("a", "One."), placement=Placement.SERVE, vectors=none_at_all()),
        replace(served(article("a", "One.")), vectors=np.ones((1, DIMENSION), np.float32)),
        replace(served(article("a", "One.")), vectors=vector("x", 5).reshape(1, -1)),
        replace(served(article("a", "One.")), ordinals=[2]),
        served(article("a", "One.", "Two."), Quotation(content=(Span(4, 7),), kind=Kind.DIRECT, cue=None, speakers=())),
        served(article("a", "One."), Quotation(content=(), kind=Kind.DIRECT, cue=None, speakers=())),
        served(article("a", "One."), Quotation(content=(Span(0, 5),), kind=Kind.DIRECT, cue=None, speakers=())),
        replace(kept(TALKS), article=replace(TALKS, id="a"), quotations=[SIGN]),
        replace(served(article("a", "One.", status=Status.WITHHELD)), placement=Placement.REVIVE),
    ],
    ids=[
        "no words",
        "not unit length",
        "other dimension",
        "no such paragraph",
        "quotation between paragraphs",
        "quotation without words",
        "quotation beyond the text",
        "quotation of what is not searched",
        "revived though not usable",
    ],
)
def test_the_embedded_store_refuses_what_does_not_fit(tmp_path: Path, entry: Entry) -> None:
    with embedded(tmp_path) as store:
        with pytest.raises(ValueError, match=r"^a: "):
            store.put([entry])
        assert store.describe().articles == 0
