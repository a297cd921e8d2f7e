"""What has to be known before words are used: rights, terms, corrections and expiry, beside the words and in full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.blocks import Frame, Message, View
from bot.blocks.answers import answer_message
from bot.blocks.modals import citation_view, context_view
from bot.blocks.quotations import quotes_message
from bot.blocks.sources import checked_message
from bot.citations import citable
from bot.talk import Ask, Citing, Freshness, QuotesBy, SourceOf
from embeddings import (
    Article,
    Checked,
    Coverage,
    Found,
    Likeness,
    Nature,
    NotOnFile,
    Passage,
    Quoted,
    Span,
    Speaker,
    Statement,
    Step,
)
from tests.bot.reading import all_text
from tests.fakes import article, quotation

AT = datetime(2026, 10, 16, 9, tzinfo=UTC)
FRAME = Frame(answer="ABC", freshness=Freshness(ingested=AT), at=AT)
COVERAGE = Coverage(articles=3, outlets={"Herald": 3}, sources=frozenset({"Herald"}), first=None, last=None)
UNKNOWN = "Rights unknown: internal reading only"
USAGE, HOLDER = "No use in Sarrow before noon.", "© Coastwire 2026"
WORDS = "The ferry stays in port, Ann Roe said."


def story(number: int, **fields: Any) -> Article:  # noqa: ANN401 - any field of an article
    return article(f"a{number}", WORDS, headline=f"Ferry {number}", outlet="Herald", **fields)


def passages(*articles: Article) -> tuple[Passage, ...]:
    return tuple(Passage(article=one, paragraph=one.paragraphs[0], score=0.0) for one in articles)


def answer(*articles: Article) -> Message:
    found = Found(passages=passages(*articles), confidence=0.9, coverage=COVERAGE)
    return answer_message(Ask(question="Where is the ferry?"), found, frame=FRAME)


def near(*articles: Article) -> Message:
    nothing = NotOnFile(near_misses=passages(*articles), confidence=0.1, coverage=COVERAGE)
    return answer_message(Ask(question="Where is the ferry?"), nothing, frame=replace(FRAME, near=True))


def quotes(*articles: Article) -> Message:
    said = tuple(
        Statement(article=one, quotation=quotation(one, "The ferry stays in port", "Ann Roe")) for one in articles
    )
    speaker = Speaker(name="Ann Roe", nature=Nature.PERSON, quotations=len(said))
    quoted = Quoted(speaker=speaker, statements=said, total=len(said), coverage=COVERAGE, about=None)
    return quotes_message(QuotesBy(name="Ann Roe"), quoted, frame=FRAME)


def source(*articles: Article) -> Message:
    whole = Span(0, len(WORDS))
    likenesses = tuple(
        Likeness(passage=one, span=whole, steps=(Step(whole, whole, same=True),), score=1.0)
        for one in passages(*articles)
    )
    checked = Checked(asked=WORDS, likenesses=likenesses, coverage=COVERAGE)
    return checked_message(SourceOf(text=WORDS), checked, frame=FRAME)


MESSAGES: list[Callable[..., Message]] = [answer, near, quotes, source]


def read(shown: Message | View) -> str:
    return all_text(shown.blocks if isinstance(shown, Message) else shown["blocks"])


def in_context(one: Article) -> str:
    return read(context_view(one, 1, at=AT))


@pytest.mark.parametrize("message", MESSAGES)
def test_terms_of_use_stand_beside_each_passage_that_has_some(message: Any) -> None:  # noqa: ANN401 - one of these
    said = read(message(story(1, usage=USAGE), story(2, rights=HOLDER), story(3, usage="Free for all.")))
    assert said.count(USAGE) == said.count("Free for all.") == 1
    assert UNKNOWN not in said
    assert (HOLDER in said) is (message is source)


@pytest.mark.parametrize("message", MESSAGES)
def test_unknown_rights_are_said_once_and_of_which_passages(message: Any) -> None:  # noqa: ANN401
    assert f"{UNKNOWN} (1, 3)" in read(message(story(1), story(2, usage=USAGE), story(3)))
    alone = read(message(story(1)))
    assert f"{UNKNOWN} (" not in alone
    # Where it is told in full, the passage has it, too.
    assert alone.count(UNKNOWN) == (2 if message is source else 1)


def test_passages_of_a_later_page_go_by_their_own_numbers() -> None:
    found = Found(passages=passages(*(story(number) for number in range(7))), confidence=0.9, coverage=COVERAGE)
    said = read(answer_message(Ask(question="Where is the ferry?"), found, frame=replace(FRAME, page=1)))
    assert f"{UNKNOWN} (6, 7)" in said


def test_the_context_has_it_in_full() -> None:
    said = in_context(story(1, usage=USAGE, rights=HOLDER))
    assert f"Usage: {USAGE}" in said
    assert f"Rights: {HOLDER}" in said
    assert UNKNOWN not in said
    assert UNKNOWN in in_context(story(1))


@pytest.mark.parametrize("message", MESSAGES)
def test_a_correction_is_told_and_in_the_context_in_the_providers_words(message: Any) -> None:  # noqa: ANN401
    corrected = story(1, correction="Corrects the port to Averel", usage=USAGE)
    assert "Corrected version" in read(message(corrected))
    assert "Corrected version" not in read(message(story(1)))
    assert "Corrected version*: Corrects the port to Averel" in in_context(corrected)


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize(("early", "told"), [(0, True), (1, False)])
def test_what_is_outdated_says_so_from_that_moment_on(message: Any, early: int, told: bool) -> None:  # noqa: ANN401
    one = story(1, expires=AT + timedelta(minutes=early))
    sign = f"Its provider took it for outdated after 16 October 2026, 09:0{early} UTC"
    assert (sign in read(message(one))) is (sign in in_context(one)) is told


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"embargoed_until": AT + timedelta(hours=1)}, "UNDER EMBARGO until 16 October 2026, 10:00 UTC"),
        ({"held": True}, "UNDER EMBARGO until it is released"),
        ({"held": True, "embargoed_until": AT}, "UNDER EMBARGO until it is released"),
        ({"embargoed_until": AT}, None),
        ({}, None),
    ],
)
def test_the_sign_of_an_embargo_stands_above_the_words(message: Any, fields: dict[str, Any], told: str | None) -> None:  # noqa: ANN401
    one = story(1, **fields)
    passage = Passage(article=one, paragraph=one.paragraphs[0], score=0.0)
    shows = [read(message(one)), in_context(one), read(citation_view(citable(passage), Citing.AP, at=AT))]
    for said in shows:
        if told is None:
            assert "EMBARGO" not in said
        else:
            # Words that were pasted to find their source come first.
            assert said.index(f"{told} — not for publication") < said.rindex("The ferry stays in port")
    # Each form that may be copied bears it.
    assert shows[2].count("EMBARGO") == (3 if told else 0)


def test_hostile_terms_stay_within_a_message_and_format_nothing() -> None:
    terms = "*<!channel>* " * 400
    worst = [story(number, usage=terms, rights=terms, correction=terms, expires=AT, held=True) for number in range(5)]
    shows: list[Message | View] = [message(*worst) for message in MESSAGES]
    for shown in (*shows, context_view(worst[0], 1, at=AT)):
        said = read(shown)
        assert "<!channel>" not in said
        assert len(said) < 10_400
        assert said.count("UNDER EMBARGO") == (5 if isinstance(shown, Message) else 1)
