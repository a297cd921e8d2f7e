"""From a name to statements, over a plain store: who is meant, what they said, in which order, and for whom to see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from embeddings.encoder import Vectors
from embeddings.encoder.hashing import HashingEncoder
from embeddings.errors import BadQuestion
from embeddings.lookup import RERANKED, Lookup, Topic, ranked
from embeddings.news import (
    Article,
    Hop,
    Kind,
    NoSpeaker,
    Quotation,
    Quoted,
    Quotes,
    Role,
    Span,
    Statement,
    Viewer,
    WhichSpeaker,
)
from embeddings.store import Entry
from tests.fakes import NOON, NOW, ColonExtractor, MemoryStore, article, quotation, served, taken_in

HOUR = timedelta(hours=1)


def story(article_id: str, *texts: str, day: int = 1, **fields: Any) -> Article:  # noqa: ANN401 - any field
    return article(article_id, *texts, **{"published": date(2026, 2, day), "outlet": "Tribune"} | fields)


WIRE = (
    story("pier", "Olena Marsh: The pier will close in March.", "Rain fell.", "Olena Marsh: Ferries sail on.", day=1),
    story("fish", "Olena Marsh: Herring quotas stay as they are.", "Piet Okoro: Our nets are empty.", day=2),
    story("vote", "Olena Petrov: I shall vote against it.", day=3, outlet="Ledger"),
    story("soon", "Olena Marsh: The minister of finance resigns.", day=9, embargoed_until=NOON + HOUR),
    story("held", "Ida Frost: Nobody may know.", day=9, held=True),
)


@pytest.fixture
def lookup() -> Lookup:
    store = MemoryStore(dimension=256)
    taken_in(WIRE, encoder=HashingEncoder(), extractor=ColonExtractor(), store=store, clock=lambda: NOON)
    return Lookup(encoder=HashingEncoder(), store=store)


def quotes(lookup: Lookup, asked: str, **options: Any) -> Quotes:  # noqa: ANN401 - any option of quotes
    usual = {"about": None, "filters": NOW, "kinds": (), "limit": 10, "offset": 0}
    return lookup.quotes(asked, **usual | options)


def quoted(lookup: Lookup, asked: str, **options: Any) -> Quoted:  # noqa: ANN401 - any option of quotes
    found = quotes(lookup, asked, **options)
    assert isinstance(found, Quoted), found
    return found


def words_of(statements: Iterable[Statement]) -> list[str]:
    return [" … ".join(one.texts) for one in statements]


PIER, FERRIES = "The pier will close in March.", "Ferries sail on."
HERRING = "Herring quotas stay as they are."


# Who is meant.


@pytest.mark.parametrize("asked", ["Olena Marsh", "olena marsh", "  Olena   Marsh ", "Marsh"])
def test_a_name_finds_its_bearer_and_everything_on_file_newest_first(lookup: Lookup, asked: str) -> None:
    found = quoted(lookup, asked)

    assert (found.speaker.name, found.speaker.quotations, found.total) == ("Olena Marsh", 3, 3)
    assert words_of(found.statements) == [HERRING, PIER, FERRIES]
    assert found.coverage == lookup.store.coverage(NOW)


def test_a_name_that_two_bear_lists_both(lookup: Lookup) -> None:
    found = quotes(lookup, "Olena")

    assert isinstance(found, WhichSpeaker)
    assert (found.asked, {one.name for one in found.choices}) == ("Olena", {"Olena Marsh", "Olena Petrov"})


def test_filters_narrow_the_choice(lookup: Lookup) -> None:
    found = quoted(lookup, "Olena", filters=replace(NOW, outlets=frozenset({"Ledger"})))

    assert (found.speaker.name, found.speaker.quotations) == ("Olena Petrov", 1)
    assert found.coverage.articles == 1


def test_a_name_that_nobody_bears_gives_those_that_look_alike(lookup: Lookup) -> None:
    found = quotes(lookup, "Zebulon Qwerty")
    assert isinstance(found, NoSpeaker)
    assert (found.nearest, found.coverage.articles) == ((), 3)

    typo = quotes(lookup, "Piett Okoroh")
    assert isinstance(typo, Quoted | NoSpeaker)
    alike = (typo.speaker,) if isinstance(typo, Quoted) else typo.nearest
    assert "Piet Okoro" in {one.name for one in alike}


@pytest.mark.parametrize("asked", ["", "   ", "?", "“”"])
def test_no_name_is_no_question(lookup: Lookup, asked: str) -> None:
    with pytest.raises(BadQuestion, match="give a name"):
        quotes(lookup, asked)


# Who may see it.


def test_what_is_embargoed_counts_for_the_embargo_group_alone(lookup: Lookup) -> None:
    group = replace(NOW, viewer=Viewer(embargo_group=True))
    hour = replace(NOW, at=NOON + HOUR)

    assert quoted(lookup, "Olena Marsh").total == 3
    assert words_of(quoted(lookup, "Olena Marsh", filters=group).statements)[0].startswith("The minister")
    assert quoted(lookup, "Olena Marsh", filters=hour).total == 4
    assert isinstance(quotes(lookup, "Ida Frost"), NoSpeaker)
    assert isinstance(quotes(lookup, "Ida Frost", filters=hour), NoSpeaker)
    assert quoted(lookup, "Ida Frost", filters=group).total == 1
    assert "Ida Frost" not in {one.name for one in lookup.speakers(None, filters=hour)}


# In which order.


def test_pages_hold_every_statement_once(lookup: Lookup) -> None:
    pages = [quoted(lookup, "Marsh", limit=2, offset=offset) for offset in (0, 2, 4)]

    assert [words_of(page.statements) for page in pages] == [[HERRING, PIER], [FERRIES], []]
    assert {page.total for page in pages} == {3}


def test_about_puts_the_nearest_in_meaning_first(lookup: Lookup) -> None:
    for topic, first in (("ferries", FERRIES), ("herring quotas", HERRING), ("the closing of the pier", PIER)):
        found = quoted(lookup, "Marsh", about=topic)
        assert (words_of(found.statements)[0], found.about, found.total) == (first, topic, 3)
        assert [one.score for one in found.statements] == sorted((one.score for one in found.statements), reverse=True)


def test_a_statement_counts_for_its_own_words_more_than_for_its_paragraph() -> None:
    one = story("a", "Ann Lee: On fish, she said that quotas stay, and on trains that fares rise.")
    quotas, fares = quotation(one, "quotas stay", "Ann Lee"), quotation(one, "fares rise", "Ann Lee")
    lookup = holding(served(one, quotas, fares, dimension=256))

    assert words_of(quoted(lookup, "Ann Lee", about="fares").statements) == ["fares rise", "quotas stay"]
    assert words_of(quoted(lookup, "Ann Lee", about="quotas").statements) == ["quotas stay", "fares rise"]


class Fixed(HashingEncoder):
    """An encoder to which every span means the same, but one."""

    def __init__(self, likeness: str = "") -> None:
        super().__init__()
        self.likeness = likeness

    def spans(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Vectors]:
        return [self._rows(text, each) for text, each in zip(texts, spans, strict=True)]

    def _rows(self, text: str, spans: Sequence[Span]) -> Vectors:
        alike = [float(span.cut(text) == self.likeness) for span in spans]
        return np.array(alike, dtype=np.float32).reshape(-1, 1) * self.question("dismissal")


@pytest.mark.parametrize(
    ("encoder", "topic", "first"),
    [
        (Fixed("they let him go"), "dismissal", "they let him go"),
        (Fixed("she swims"), "dismissal", "she swims"),
        (Fixed(), "who swims", "she swims"),
        (Fixed(), "let go", "they let him go"),
        (Fixed(), "ferries", "fares rise"),
    ],
    ids=["meaning", "meaning too", "words", "words too", "words beside them"],
)
def test_meaning_and_words_both_count(encoder: Fixed, topic: str, first: str) -> None:
    one = story("a", "Ann Lee said that they let him go, and that she swims.", "On ferries, Ann Lee said fares rise.")
    said = [quotation(one, words, "Ann Lee") for words in ("they let him go", "she swims", "fares rise")]
    statements = [Statement(article=one, quotation=each) for each in said]

    assert words_of(ranked(statements, Topic.of(topic, encoder), encoder))[0] == first


def holding(*entries: Entry) -> Lookup:
    store = MemoryStore(dimension=256)
    store.put(entries)
    return Lookup(encoder=HashingEncoder(), store=store)


def test_words_that_run_over_paragraphs_are_placed_by_where_they_begin() -> None:
    one = story("a", "Ann Lee: The harbour is open.", "And the herring is back.")
    both = Quotation(content=(Span(9, len(one.text)),), kind=Kind.DIRECT, cue=None, speakers=())
    named = replace(both, speakers=quotation(one, "harbour", "Ann Lee").speakers)
    lookup = holding(served(one, named, dimension=256))

    (statement,) = quoted(lookup, "Ann Lee", about="harbour").statements
    assert (statement.texts, statement.paragraph.ordinal) == ((one.text[9:],), 1)
    assert statement.score > 1


def test_pages_by_meaning_hold_every_statement_once_too() -> None:
    many = [
        served(one, quotation(one, f"Word {n} holds", "Ann Lee"), dimension=256)
        for n in range(RERANKED + 15)
        for one in [story(f"a{n}", f"Word {n} holds, Ann Lee said.")]
    ]
    lookup = holding(*many)
    whole = words_of(quoted(lookup, "Ann Lee", about="word 7", limit=200).statements)
    pages = [quoted(lookup, "Ann Lee", about="word 7", limit=7, offset=offset) for offset in range(0, 63, 7)]

    assert whole[0] == "Word 7 holds"
    assert sorted(whole) == sorted(f"Word {n} holds" for n in range(RERANKED + 15))
    assert [words for page in pages for words in words_of(page.statements)] == whole
    assert {page.total for page in pages} == {RERANKED + 15}


@pytest.mark.parametrize("about", ["", "  ", "?!", "of the"])
def test_a_topic_without_words_is_no_question(lookup: Lookup, about: str) -> None:
    with pytest.raises(BadQuestion, match="what the quotations should be about"):
        quotes(lookup, "Marsh", about=about)


def test_kinds_choose_and_may_leave_nothing(lookup: Lookup) -> None:
    assert quoted(lookup, "Marsh", kinds=[Kind.INDIRECT]).total == 3
    none = quoted(lookup, "Marsh", kinds=[Kind.DIRECT])
    assert (none.total, none.statements) == (0, ())


def test_the_chain_comes_along() -> None:
    one = story("a", "Ann Lee said so.")
    chain = (Hop("Wire", Role.AGENCY, field="outlet"),)
    lookup = holding(served(one, quotation(one, "so", "Ann Lee", chain=chain, narrated=True), dimension=256))

    (statement,) = quoted(lookup, "Ann Lee").statements
    assert (statement.quotation.chain, statement.quotation.narrated, statement.article) == (chain, True, one)


# Everybody, and what people say about names.


def test_everybody_is_listed_most_quoted_first(lookup: Lookup) -> None:
    everybody = lookup.speakers(None, filters=NOW)
    assert [(one.name, one.quotations) for one in everybody] == [
        ("Olena Marsh", 3),
        ("Olena Petrov", 1),
        ("Piet Okoro", 1),
    ]
    assert [one.name for one in lookup.speakers("Marsh", filters=NOW)] == ["Olena Marsh"]
    assert {one.name for one in lookup.speakers("Olena", filters=NOW)} == {"Olena Marsh", "Olena Petrov"}


def test_two_names_can_be_made_one_speaker_and_two_again(lookup: Lookup) -> None:
    (one,) = lookup.judge("Olena Petrov", "Piet Okoro", same=True, filters=NOW)
    assert (set(one.names), one.quotations) == ({"Olena Petrov", "Piet Okoro"}, 2)
    assert quoted(lookup, "Piet Okoro").total == quoted(lookup, "Petrov").total == 2

    two = lookup.judge("Olena Petrov", "Piet Okoro", same=False, filters=NOW)
    assert {each.name for each in two} == {"Olena Petrov", "Piet Okoro"}
    assert quoted(lookup, "Piet Okoro").total == 1


def test_a_part_of_a_name_will_do_for_a_judgement_where_one_speaker_bears_it(lookup: Lookup) -> None:
    (one,) = lookup.judge("okoro", "Petrov", same=True, filters=NOW)
    assert one.names == {"Olena Petrov", "Piet Okoro"}


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("Zebulon Qwerty", "Olena Marsh", "is no speaker on file"),
        ("Olena", "Piet Okoro", "is several speakers: did you mean Olena Marsh, Olena Petrov"),
        ("Olena Marsh", "Marsh", "are one printed name"),
        ("Ida Frost", "Olena Marsh", "is no speaker on file"),
        ("", "Olena Marsh", "give a name"),
    ],
)
def test_a_judgement_needs_two_names_on_file(lookup: Lookup, one: str, other: str, message: str) -> None:
    with pytest.raises(BadQuestion, match=message):
        lookup.judge(one, other, same=True, filters=NOW)
    assert lookup.store.names(NOW).judgements == ()


def test_a_name_that_may_mean_several_is_one_speakers_when_it_is_meant_exactly_as_printed() -> None:
    wire = (
        story("one", "Olena: The first word.", day=1),
        story("two", "Olena Marsh: The second word.", day=2),
        story("three", "Olena Petrov: The third word.", day=3),
    )
    store = MemoryStore(dimension=256)
    taken_in(wire, encoder=HashingEncoder(), extractor=ColonExtractor(), store=store, clock=lambda: NOON)
    lookup = Lookup(encoder=HashingEncoder(), store=store)
    which = quotes(lookup, "Olena")
    assert isinstance(which, WhichSpeaker)
    for choice in which.choices:
        assert quoted(lookup, choice.name, exactly=True).speaker.names >= {choice.name}
    assert words_of(quoted(lookup, "Olena", exactly=True).statements) == ["The first word."]
    assert isinstance(quotes(lookup, "Nobody Such", exactly=True), NoSpeaker)
    hidden = quotes(lookup, "Olena", exactly=True, filters=replace(NOW, outlets=frozenset({"Ledger"})))
    assert isinstance(hidden, NoSpeaker)
