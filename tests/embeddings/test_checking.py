"""From a pasted text to the words on file that are like it, over the plain store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.checking import Checking
from embeddings.encoder import Vectors
from embeddings.encoder.hashing import HashingEncoder
from embeddings.errors import BadQuestion
from embeddings.news import Article, Checked, Likeness, Viewer
from embeddings.pasted import sought
from tests.fakes import NOON, NOW, ColonExtractor, MemoryStore, article, taken_in

HOUR = timedelta(hours=1)
SPLIT = "“We wrote to the company in April,” said Nerys Dun, the union’s secretary, “and what came back was a receipt.”"
WIRE = (
    article(
        "pier",
        "Investigators began on Thursday to take apart the wreck of a gantry crane on Pier Seven.",
        SPLIT,
        "Olena Marsh: The pier will stay closed for at least three weeks, as long as the inquiry takes.",
        "The second sentence of the statement began here and it went on",
        "over the border of the paragraph until the harbour bell rang.",
        outlet="Tribune",
        published=date(2026, 2, 2),
    ),
    article("fish", "Herring quotas stay as they are, the ministry said.", "Nobody mended the nets.", outlet="Ledger"),
    article("held", "The minister of finance resigns over the harbour budget.", held=True, outlet="Secret"),
    article("soon", "The ferry company is sold to a whaling firm.", embargoed_until=NOON + HOUR),
)


def checking(*articles: Article, encoder: HashingEncoder | None = None) -> Checking:
    encoder = encoder or HashingEncoder()
    store = MemoryStore(encoder=encoder.name, dimension=encoder.dimension)
    taken_in(articles or WIRE, encoder=encoder, extractor=ColonExtractor(), store=store, clock=lambda: NOON)
    return Checking(encoder=encoder, store=store)


def check(text: str, *, over: Checking | None = None, limit: int = 3, **filters: Any) -> Checked:  # noqa: ANN401
    return (over or checking()).check(text, filters=replace(NOW, **filters), limit=limit)


def first(checked: Checked) -> Likeness:
    assert checked.likenesses
    return checked.likenesses[0]


def changes(checked: Checked) -> list[tuple[str, str]]:
    one = first(checked)
    text = one.passage.article.text
    return [(s.asked.cut(checked.asked), s.on_file.cut(text)) for s in one.steps if not s.same]


# Word for word.


@pytest.mark.parametrize(
    "pasted",
    [
        "The pier will stay closed for at least three weeks",
        "“THE PIER WILL STAY CLOSED… for at least three weeks!”",
        "hey, someone tweeted that Marsh said 'the pier will stay closed for at least three weeks' - true? 😳",
        "BREAKING:\nThe pier will stay closed for at least three weeks",
        "> The pier will stay closed for at least three weeks\ncan anybody confirm this?",
        "the pier will stay closed for at least three weeks https://social.example/1",
    ],
)
def test_the_same_words_are_found_whatever_stands_around_them(pasted: str) -> None:
    found = check(pasted)
    one = first(found)
    assert (one.exact, one.score) == (True, 1.0)
    assert one.text == "The pier will stay closed for at least three weeks"
    assert (one.passage.article.id, one.passage.paragraph.ordinal) == ("pier", 3)
    assert [mark.cut(one.passage.article.text) for mark in one.passage.marks] == [one.text]
    assert [said.speakers[0].name for said in one.passage.quotations] == ["Olena Marsh"]
    assert found.asked == pasted


@pytest.mark.parametrize("pasted", ["whaling", "Herring quotas", "“Herring quotas”", "nets"])
def test_few_words_are_found_where_all_of_them_stand(pasted: str) -> None:
    found = check(pasted, viewer=Viewer(embargo_group=True))
    assert first(found).exact


def test_a_part_of_what_stands_there_is_word_for_word_and_a_part_more_is_not() -> None:
    assert first(check("closed for at least three weeks")).exact
    more = check("“The pier will stay closed for at least three weeks and five days”")
    assert not first(more).exact
    assert changes(more)[-1][0] == "and five days"


# With a difference.


def test_a_wrong_word_is_shown_beside_the_one_on_file() -> None:
    found = check("“The pier will stay closed for at least five weeks, as long as the inquiry takes”")
    assert changes(found) == [("five", "three")]
    assert first(found).score == pytest.approx(15 / 16)


def test_words_left_out_and_put_in_are_shown() -> None:
    found = check("The pier will surely stay closed for three weeks, as long as the inquiry takes")
    assert changes(found) == [("surely", ""), ("", "at least")]


def test_a_quotation_that_the_article_splits_is_found_from_the_joined_one() -> None:
    found = check("“We wrote to the company in April, and what came back was a receipt.”")
    assert changes(found) == [("", "said Nerys Dun, the union’s secretary")]
    assert first(found).passage.paragraph.ordinal == 2


def test_the_same_split_is_word_for_word() -> None:
    assert first(check(SPLIT)).exact


def test_words_go_on_over_the_border_of_a_paragraph() -> None:
    one = first(check("the statement began here and it went on over the border of the paragraph"))
    assert one.exact
    assert one.passage.paragraph.ordinal == 4
    assert one.span.end > one.passage.paragraph.end
    assert one.passage.marks[0].end == one.passage.paragraph.end


def test_several_quotations_are_each_found_in_their_place() -> None:
    found = check("“Herring quotas stay as they are” and “what came back was a receipt” - who said that?")
    assert {(one.passage.article.id, one.exact) for one in found.likenesses} == {("fish", True), ("pier", True)}


def missing(checked: Checked) -> list[str]:
    return [span.cut(checked.asked) for span in checked.missing]


def test_each_quotation_has_its_verdict() -> None:
    pasted = "“Herring quotas stay as they are” and “we have enough vaccine for everybody” - who said that?"
    found = check(pasted)
    assert [(one.passage.article.id, one.exact) for one in found.likenesses] == [("fish", True)]
    assert missing(found) == ["we have enough vaccine for everybody"]
    assert missing(check("“we have enough vaccine for everybody” - who said that?")) == [
        "we have enough vaccine for everybody"
    ]


@pytest.mark.parametrize(
    "pasted",
    [
        "we have enough vaccine for everybody",
        "“reform” they say",
        "“Herring quotas stay as they were” - who said that?",
    ],
)
def test_nothing_is_missing_where_nothing_is_quoted_or_its_like_is_found(pasted: str) -> None:
    assert check(pasted).missing == ()


def test_a_quotation_that_a_cue_splits_is_not_missing_in_either_part() -> None:
    found = check("“We wrote to the company in April,” she said, “and what came back was a receipt.”")
    assert (missing(found), first(found).passage.paragraph.ordinal) == ([], 2)


def test_two_quotations_that_stand_near_each_other_are_not_taken_for_one() -> None:
    found = check("“Herring quotas stay as they are,” she wrote. “We will sell the lighthouse to whales.”")
    assert (first(found).exact, first(found).text) == (True, "Herring quotas stay as they are")
    assert missing(found) == ["We will sell the lighthouse to whales"]


def test_every_quotation_on_file_is_shown_however_few_places_are_asked_for() -> None:
    found = check("“Herring quotas stay as they are” and “what came back was a receipt” - who said that?", limit=1)
    assert {one.passage.article.id for one in found.likenesses} == {"fish", "pier"}


def test_the_same_quotation_twice_is_not_missing_once() -> None:
    found = check("“Herring quotas stay as they are” or “Herring quotas stay as they are” - who said that?")
    assert (len(found.likenesses), found.missing) == (1, ())


def test_a_quotation_is_not_lost_among_many_other_words_on_file() -> None:
    around = "Investigators began on Thursday to take apart the wreck of a gantry crane on Pier Seven"
    found = check(f"He said “Herring quotas stay as they are” while {around}")
    assert {one.passage.article.id for one in found.likenesses} == {"fish", "pier"}


def test_a_quotation_in_other_words_is_not_missing_beside_one_that_stands_on_file() -> None:
    claim = "officials left the catch limits for fishermen just where they were"
    pasted = f"“what came back was a receipt” and “{claim}” - who said that?"
    knowing = check(pasted, over=checking(*WIRE, encoder=Knowing()))
    assert {one.passage.article.id for one in knowing.likenesses} == {"fish", "pier"}
    assert (missing(knowing), missing(check(pasted))) == ([], [claim])


def test_a_quotation_goes_before_what_is_written_around_it() -> None:
    found = check("Investigators began on Thursday to take apart the wreck: “Herring quotas stay as they are”")
    assert first(found).passage.article.id == "fish"


def test_a_sentence_with_a_few_quoted_words_is_found_as_a_whole() -> None:
    one = first(check("Herring quotas “stay as they are”, the ministry said on Monday."))
    assert one.text == "Herring quotas stay as they are, the ministry said"
    assert one.steps[-1].same is False


def test_a_whole_article_is_found_as_it_stands() -> None:
    pier = WIRE[0]
    one = first(check("\n\n".join(p.span.cut(pier.text) for p in pier.paragraphs)))
    assert one.exact
    assert (one.span.start, one.span.end) == (0, len(pier.text) - 1)


# Several places.


def test_carriers_of_the_same_words_stand_beside_the_one_that_had_them_first() -> None:
    words = "The dockers may refuse to work in gusts, the union said on Friday."
    over = checking(
        article("late", words, published=date(2026, 2, 3)),
        article("early", "Dateline.", words, published=date(2026, 2, 1)),
        article("edited", words.replace("gusts", "storms"), published=date(2026, 2, 1)),
    )
    found = check("“The dockers may refuse to work in gusts, the union said on Friday”", over=over)
    assert [one.passage.article.id for one in found.likenesses] == ["early"]
    assert [other.id for other in first(found).passage.also] == ["late", "edited"]


def test_another_wording_is_another_place() -> None:
    over = checking(
        article("one", "The judgments of both councils on the present complicated state of the harbour are unanimous."),
        article("two", "Both councils' assessments of the current complex state of the harbour are identical."),
    )
    found = check("the judgments of both councils on the current complex state of the harbour are identical", over=over)
    assert {one.passage.article.id for one in found.likenesses} == {"one", "two"}
    assert not any(one.exact for one in found.likenesses)


def test_no_place_comes_twice_and_no_more_than_are_asked_for() -> None:
    over = checking(*(article(str(n), f"The pier will close in March, said councillor number {n}.") for n in range(6)))
    found = check("The pier will close in March", over=over, limit=2)
    assert len(found.likenesses) <= 2


# Nothing like it.


@pytest.mark.parametrize(
    "pasted",
    [
        "The moon is made of green cheese and the cow jumped over it",
        "“The king opened a museum of whales on Sunday”",
        "there is, as they say, nothing that will be said of it",
        "Olena Marsh",
    ],
)
def test_what_nothing_on_file_is_like_has_no_likeness(pasted: str) -> None:
    found = check(pasted, over=checking(WIRE[1]))
    assert found.likenesses == ()
    assert found.coverage.articles == 1


def test_an_empty_archive_has_nothing_like_it() -> None:
    encoder = HashingEncoder()
    empty = Checking(encoder=encoder, store=MemoryStore(dimension=encoder.dimension))
    assert check("The pier will close in March", over=empty).likenesses == ()


class Knowing(HashingEncoder):
    """An encoder to which two sentences mean the same."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        rows = super().passages(texts)
        for row, text in zip(rows, texts, strict=True):
            if "catch limits" in text or "Herring quotas" in text:
                row[:] = 0
                row[7] = 1
        return np.asarray(rows)


def test_a_claim_in_other_words_is_found_by_its_meaning() -> None:
    encoder = Knowing()
    claim = "officials left the catch limits for fishermen just where they were"
    found = check(claim, over=checking(*WIRE, encoder=encoder))
    one = first(found)
    assert (one.passage.article.id, one.exact) == ("fish", False)
    assert one.text == "Herring quotas stay as they are, the ministry said"
    assert one.score < 0.5
    assert check(claim).likenesses == ()


# What may not be seen.


def test_what_is_under_embargo_is_like_nothing_but_for_the_embargo_group() -> None:
    for pasted in ("The minister of finance resigns", "The ferry company is sold to a whaling firm"):
        assert check(pasted).likenesses == ()
        assert first(check(pasted, viewer=Viewer(embargo_group=True))).exact
    assert first(check("The ferry company is sold to a whaling firm", at=NOON + HOUR)).exact


def test_filters_narrow_the_places() -> None:
    assert check("Herring quotas stay as they are", outlets=frozenset({"Tribune"})).likenesses == ()
    assert check("Herring quotas stay as they are", outlets=frozenset({"Ledger"})).likenesses


@pytest.mark.parametrize("pasted", ["", "😳", "x" * 20_001])
def test_what_cannot_be_looked_for_is_refused(pasted: str) -> None:
    with pytest.raises(BadQuestion):
        check(pasted)


# Whatever is pasted.

_WORDS = (
    "The pier will stay closed for three weeks “We wrote to Nerys in April” herring said the\n\nof 😳 … U.S. $5".split(
        " "
    )
)


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=40).map(" ".join))
def test_every_word_shown_stands_on_file_and_the_steps_tell_all_of_the_difference(pasted: str) -> None:
    on_file = {one.id: one for one in WIRE}
    try:
        found = check(pasted)
    except BadQuestion:
        return
    assert len(found.likenesses) <= max(3, len(sought(pasted).quoted))
    assert {span.cut(pasted) for span in found.missing} <= {piece.span.cut(pasted) for piece in sought(pasted).quoted}
    for one in found.likenesses:
        text = on_file[one.passage.article.id].text
        assert one.passage.article.text == text
        assert "".join(step.on_file.cut(text) for step in one.steps) == one.text
        assert "".join(step.asked.cut(pasted) for step in one.steps) in pasted
        assert 0 < one.score <= 1
        assert one.exact <= (one.score == 1)
        assert one.passage.paragraph.start <= one.span.start < one.passage.paragraph.end
