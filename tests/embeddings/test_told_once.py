"""One copy under several mastheads is told once, naming those who carry it, and only whom the asker may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from embeddings import lookup as lookups
from embeddings.encoder.hashing import HashingEncoder
from embeddings.ingest import Ingest
from embeddings.lookup import Lookup
from embeddings.news import Article, Filters, Found, Passage, Quoted, Statement, Status, Viewer
from embeddings.rank import Weights
from embeddings.search import Search
from tests.fakes import NOON, NOW, ColonExtractor, MemoryStore, article

ENCODER = HashingEncoder()
GROUP = replace(NOW, viewer=Viewer(embargo_group=True))
STORY = (
    "The ferry Marigold ran aground on a sandbank off Harwick on Tuesday with 212 passengers on board.",
    "Two tugs from the naval yard pulled the vessel free shortly before the evening tide, the coastguard said.",
    "Olena Marsh: The captain had slept four hours in three days before he took the wheel.",
    "Divers found a tear of six metres in the hull, above the waterline, and closed it with steel plates.",
    "Passengers were brought ashore in lifeboats and spent the night in the gymnasium of a school.",
    "The shipping line cancelled all crossings until Friday and promised to refund every ticket in full.",
    "Piet Okoro: Our inspectors will read the logbook of the Marigold line by line this week.",
    "A similar accident in the same channel led to new buoys being laid eleven years ago.",
    "The harbour council meets on Thursday to decide whether pilots should be made compulsory again.",
)
EDITED = tuple(text.replace("shortly before", "just ahead of").replace("vessel", "ship") for text in STORY)
QUESTION = "How long had the captain slept before he took the wheel?"


def told(article_id: str, *texts: str, day: int = 3, **fields: Any) -> Article:  # noqa: ANN401 - any field
    return article(article_id, *texts, **{"published": date(2026, 2, day), "outlet": article_id.title()} | fields)


def holding(*articles: Article) -> MemoryStore:
    store = MemoryStore(encoder=ENCODER.name, dimension=ENCODER.dimension)
    Ingest(encoder=ENCODER, extractor=ColonExtractor(), store=store, clock=lambda: NOON).take(articles)
    return store


def passages(store: MemoryStore, question: str = QUESTION, *, filters: Filters = NOW) -> tuple[Passage, ...]:
    search = Search(encoder=ENCODER, store=store, weights=Weights.shipped(), threshold=0.0)
    answer = search.ask(question, filters=filters, asked=None, limit=5, marked=5)
    assert isinstance(answer, Found)
    return answer.passages


def quoted(store: MemoryStore, name: str = "Olena Marsh", **options: Any) -> Quoted:  # noqa: ANN401 - any option
    usual = {"about": None, "filters": NOW, "kinds": (), "limit": 10, "offset": 0}
    found = Lookup(encoder=ENCODER, store=store).quotes(name, **usual | options)
    assert isinstance(found, Quoted)
    return found


def carried(told: Passage | Statement) -> list[str]:
    return [each.id for each in told.also]


def saying(shown: Sequence[Passage], words: str) -> list[Passage]:
    return [passage for passage in shown if words in passage.text]


# In answers.


def test_a_passage_names_the_copies_that_carry_it_and_they_do_not_repeat_it() -> None:
    reworded = [text.replace("slept four", "slept just four").replace("before he", "when he") for text in EDITED]
    reworded = [text.replace("took the wheel", "took the helm") for text in reworded]
    store = holding(told("agency", *STORY), told("ledger", *EDITED), told("tribune", "Harwick, Tuesday.", *reworded))
    [best] = saying(passages(store), "The captain")
    assert sorted([best.article.id, *carried(best)]) == ["agency", "ledger", "tribune"]


def test_a_carrier_that_cut_the_words_is_not_named_for_them() -> None:
    store = holding(told("agency", *STORY), told("ledger", *EDITED[:6]))
    [found] = saying(passages(store, "Will inspectors read the logbook of the Marigold?"), "logbook")
    assert (found.article.id, carried(found)) == ("agency", [])
    [both] = saying(passages(store), "The captain")
    assert sorted([both.article.id, *carried(both)]) == ["agency", "ledger"]


def test_a_copy_with_another_number_speaks_for_itself() -> None:
    rewritten = [text.replace("212", "180").replace("on board", "aboard, officials said") for text in EDITED]
    store = holding(told("agency", *STORY), told("ledger", *rewritten))
    found = passages(store, "How many passengers were on the ferry Marigold?")
    assert {passage.article.id: carried(passage) for passage in saying(found, "ran aground")} == {
        "agency": [],
        "ledger": [],
    }


def test_who_may_not_see_a_carrier_does_not_hear_of_it() -> None:
    gone = told("ledger", *EDITED, status=Status.CANCELED, version=2)
    store = holding(
        told("agency", *STORY), told("tribune", *EDITED, held=True), told("ledger", *EDITED, version=1), gone
    )
    [public] = saying(passages(store), "The captain")
    assert (public.article.id, carried(public)) == ("agency", [])
    [insiders] = saying(passages(store, filters=GROUP), "The captain")
    assert sorted([insiders.article.id, *carried(insiders)]) == ["agency", "tribune"]


def test_other_words_about_the_same_are_no_repetition() -> None:
    other = ("The captain slept four hours in three days before he took the wheel of the tanker Bram.", "Rain fell.")
    found = passages(holding(told("agency", *STORY), told("ledger", *other)))
    assert {passage.article.id for passage in saying(found, "four hours")} == {"agency", "ledger"}


# In what a speaker said.

SLEPT = "The captain had slept four hours in three days before he took the wheel."
SAILS = "The Marigold sails again on Sunday."


def wire() -> MemoryStore:
    return holding(
        told("ledger", *EDITED, day=4),
        told("agency", *STORY, day=3),
        told("tribune", "Harwick.", *EDITED[:7], day=5),
        told("later", f"Olena Marsh: {SAILS}", day=6),
        told("before", "Olena Marsh: The Marigold has no sister ship.", day=1),
    )


def test_a_statement_that_copies_carry_is_the_one_first_published_and_names_the_others() -> None:
    found = quoted(wire())
    assert [(one.article.id, carried(one)) for one in found.statements] == [
        ("later", []),
        ("agency", ["ledger", "tribune"]),
        ("before", []),
    ]
    assert found.total == 3
    assert found.statements[1].texts == (SLEPT,)


def test_of_one_day_the_hour_decides_and_then_what_was_on_file_first() -> None:
    day = datetime(2026, 2, 3, 9, tzinfo=NOON.tzinfo)
    hours = (day + timedelta(hours=2), day, date(2026, 2, 3))
    store = holding(*(told(f"paper{n}", *STORY, published=moment) for n, moment in enumerate(hours)))
    [one] = quoted(store).statements
    assert (one.article.id, carried(one)) == ("paper1", ["paper0", "paper2"])
    [one] = quoted(holding(told("first", *STORY), told("second", *EDITED))).statements
    assert (one.article.id, carried(one)) == ("first", ["second"])


@pytest.mark.parametrize("about", [None, "the captain's sleep"])
@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize("among", [1, 2, 3, 4, 1_000])
def test_pages_hold_every_statement_once_and_as_many_as_the_total(
    about: str | None, limit: int, among: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "FOLDED", among)
    monkeypatch.setattr(lookups, "RERANKED", 2)
    store = wire()
    pages = [quoted(store, about=about, limit=limit, offset=offset) for offset in range(0, 8, limit)]
    statements = [one for page in pages for one in page.statements]
    assert {page.total for page in pages} == {len(statements)}
    told_of = [each for one in statements for each in (one.article.id, *carried(one))]
    assert sorted(told_of) == ["agency", "before", "later", "ledger", "tribune"]


def test_an_embargoed_original_is_the_embargo_groups_alone() -> None:
    store = holding(told("agency", *STORY, day=3, held=True), told("ledger", *EDITED, day=4))
    assert [(one.article.id, carried(one)) for one in quoted(store).statements] == [("ledger", [])]
    assert [(one.article.id, carried(one)) for one in quoted(store, filters=GROUP).statements] == [
        ("agency", ["ledger"])
    ]


@pytest.mark.parametrize("change", [("four", "five"), ("four", "4"), ("had slept", "had not slept")])
def test_a_copy_with_another_number_or_a_denial_has_a_statement_of_its_own(change: tuple[str, str]) -> None:
    store = holding(told("agency", *STORY, day=3), told("ledger", *(text.replace(*change) for text in STORY), day=4))
    assert [one.article.id for one in quoted(store).statements] == ["ledger", "agency"]


def test_a_copy_that_words_the_statement_a_little_otherwise_has_none_of_its_own() -> None:
    reworded = [text.replace("took the wheel", "took the helm") for text in STORY]
    [one] = quoted(holding(told("agency", *STORY, day=3), told("ledger", *reworded, day=4))).statements
    assert (one.article.id, carried(one)) == ("agency", ["ledger"])


def test_the_same_words_in_another_story_stand_for_themselves() -> None:
    store = holding(told("agency", *STORY, day=3), told("later", "Rain fell.", f"Olena Marsh: {SLEPT}", day=9))
    assert [one.article.id for one in quoted(store).statements] == ["later", "agency"]
