from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import messages
from bot.citations import Citable, citable, cite
from bot.desk import SIZE, Desk, Policy, Reply
from bot.memory import open_memory
from bot.talk import Citing, Errand, Job, Person, Press, Verb
from embeddings import (
    Article,
    Dateline,
    Hop,
    Kind,
    Nature,
    Passage,
    Quotation,
    Quoted,
    Role,
    Settings,
    Span,
    open_archive,
)
from tests.bot import generated as made
from tests.bot.reading import quoted
from tests.fakes import article, named, quotation, span_of

CRANE = article(
    "pel-1",
    "PORT ELLERY (CPA) - The crane stays shut, Ada Merrow told the Quay Post.",
    "“It stays shut,” she said. “For good.”",
    headline="Crane stays shut",
    byline="By Maria Ortiz",
    outlet="The Ledger",
    carriers=("Meridian Feed",),
    published=date(2026, 9, 14),
    url="https://ledger.example/a/1",
    dateline=Dateline(Span(0, 19), place="PORT ELLERY", agency="CPA"),
)
ADA = named(CRANE, "Ada Merrow")
CHAIN = (
    Hop("Quay Post", Role.MEDIUM),
    Hop("CPA", Role.AGENCY),
    Hop("Ledger", Role.OUTLET),
    Hop("Meridian Feed", Role.CARRIER),
)
SHUT = quotation(CRANE, ["“It stays shut,”", "“For good.”"], ADA, chain=CHAIN)
TOLD = replace(quotation(CRANE, "The crane stays shut", ADA, chain=CHAIN), kind=Kind.INDIRECT)
BARE = article("pel-2", "The crane stays shut.")


def passage(one: Article, ordinal: int, *quotations: Quotation) -> Passage:
    return Passage(article=one, paragraph=one.paragraphs[ordinal - 1], score=0.0, quotations=quotations)


def shown(one: Quotation, *, ordinal: int = 2) -> Citable:
    return citable(passage(CRANE, ordinal, TOLD, SHUT, one), one.span)


def bare(one: Article) -> Citable:
    return Citable(article=one, paragraph=1, parts=())


@pytest.mark.parametrize(
    ("citing", "source"),
    [
        (
            Citing.AP,
            "Ada Merrow, as quoted by Quay Post, quoted by CPA, quoted by Ledger, carried by Meridian Feed, "
            "in “Crane stays shut,” by Maria Ortiz, Sept. 14, 2026, paragraph 2. https://ledger.example/a/1",
        ),
        (
            Citing.REUTERS,
            "Ada Merrow, as quoted by Quay Post, quoted by CPA, quoted by Ledger, carried by Meridian Feed, "
            "on Sept 14, 2026, in “Crane stays shut,” paragraph 2. https://ledger.example/a/1",
        ),
        (
            Citing.CHICAGO,
            "Ada Merrow, quoted by Quay Post, quoted by CPA, quoted in Maria Ortiz, “Crane stays shut,” The Ledger, "
            "carried by Meridian Feed, September 14, 2026, para. 2, accessed October 16, 2026, "
            "https://ledger.example/a/1.",
        ),
    ],
)
def test_a_direct_quotation_is_its_speakers_with_the_hands_that_it_came_through(citing: Citing, source: str) -> None:
    cited = cite(shown(SHUT), citing=citing, accessed=date(2026, 10, 16))
    assert cited == f"“It stays shut,” … “For good.”\n{source}"


@pytest.mark.parametrize(
    ("citing", "source"),
    [
        (
            Citing.AP,
            "CPA, published by The Ledger, carried by Meridian Feed, citing Quay Post, "
            "in “Crane stays shut,” by Maria Ortiz, Sept. 14, 2026, paragraph 1. https://ledger.example/a/1",
        ),
        (
            Citing.REUTERS,
            "CPA, published by The Ledger, carried by Meridian Feed, citing Quay Post, on Sept 14, 2026, "
            "in “Crane stays shut,” paragraph 1. https://ledger.example/a/1",
        ),
        (
            Citing.CHICAGO,
            "Maria Ortiz, “Crane stays shut,” The Ledger, filed by CPA, citing Quay Post, carried by Meridian Feed, "
            "September 14, 2026, para. 1, accessed October 16, 2026, https://ledger.example/a/1.",
        ),
    ],
)
def test_an_indirect_one_is_the_articles_without_marks_and_without_a_speaker(citing: Citing, source: str) -> None:
    cited = cite(shown(TOLD, ordinal=1), citing=citing, accessed=date(2026, 10, 16))
    assert cited == f"The crane stays shut\n{source}"


@pytest.mark.parametrize("citing", Citing)
@pytest.mark.parametrize(
    "told",
    [
        TOLD,
        replace(SHUT, kind=Kind.MIXED),
        replace(SHUT, narrated=True),
        replace(SHUT, confidence=0.3),
        replace(SHUT, speakers=()),
        replace(SHUT, speakers=(replace(ADA, nature=Nature.UNNAMED),)),
    ],
    ids=("indirect", "mixed", "narrated", "unsure", "nobody", "unnamed"),
)
def test_nobody_is_given_words_that_are_not_surely_their_own(told: Quotation, citing: Citing) -> None:
    cited = cite(citable(passage(CRANE, 1, told), told.span), citing=citing)
    assert "Merrow" not in cited
    assert "quoted" not in cited
    assert "citing Quay Post" in cited
    words = messages.SPLIT.join(span.cut(CRANE.text) for span in told.content)
    assert cited.split("\n")[0] == words


@pytest.mark.parametrize("citing", Citing)
def test_a_paragraph_is_cited_as_it_is_printed(citing: Citing) -> None:
    for ordinal, text in ((1, CRANE.text.split("\n\n")[0]), (2, "“It stays shut,” she said. “For good.”")):
        cited = cite(citable(passage(CRANE, ordinal, TOLD, SHUT)), citing=citing)
        assert cited.startswith(f"{text}\n")
        assert "Merrow, " not in cited.removeprefix(text)


def test_a_stretch_of_a_direct_quotation_is_its_speakers_between_marks_that_say_so() -> None:
    for words, told in (("stays shut,”", "“stays shut,”"), ("“For", "“For"), ("For good", "“For good”")):
        within = citable(passage(CRANE, 2, TOLD, SHUT), span_of(CRANE, words))
        assert cite(within, citing=Citing.AP).startswith(f"{told}\nAda Merrow, as quoted by")


def test_a_stretch_with_the_articles_own_words_in_it_is_the_articles() -> None:
    across = citable(passage(CRANE, 2, SHUT), span_of(CRANE, "shut,” she said. “For good"))
    assert across.speaker == ""
    assert cite(across, citing=Citing.AP).startswith("shut,” she said. “For good\nCPA, published by")


def test_an_agency_in_the_byline_is_named_once() -> None:
    one = replace(CRANE, byline="From CPA")
    said = replace(SHUT, chain=CHAIN[1:])
    cited = cite(citable(passage(one, 2, said), said.span), citing=Citing.CHICAGO)
    assert "Ada Merrow, quoted in CPA, “Crane stays shut,” The Ledger, carried by" in cited


def test_two_who_said_it_together_are_both_named() -> None:
    both = replace(SHUT, speakers=(ADA, replace(ADA, name="Bo Quill")))
    assert citable(passage(CRANE, 2, both), both.span).speaker == "Ada Merrow and Bo Quill"


@pytest.mark.parametrize(
    ("citing", "source"),
    [(Citing.AP, "paragraph 1."), (Citing.REUTERS, "paragraph 1."), (Citing.CHICAGO, "para. 1.")],
)
def test_what_is_not_on_file_is_left_out(citing: Citing, source: str) -> None:
    assert cite(citable(passage(BARE, 1)), citing=citing) == f"The crane stays shut.\n{source}"


@pytest.mark.parametrize(
    ("month", "ap", "reuters"),
    [(3, "March 1, 2026", "March 1, 2026"), (9, "Sept. 1, 2026", "Sept 1, 2026"), (12, "Dec. 1, 2026", "Dec 1, 2026")],
)
def test_months_are_shortened_as_each_form_has_it(month: int, ap: str, reuters: str) -> None:
    one = article("a", "Shut.", published=datetime(2026, month, 1, 23, tzinfo=UTC))
    assert ap in cite(bare(one), citing=Citing.AP)
    assert reuters in cite(bare(one), citing=Citing.REUTERS)


def test_no_comma_stands_beside_a_question_mark() -> None:
    one = article("a", "Shut.", headline="Will it lift?", outlet="The Ledger")
    assert cite(bare(one), citing=Citing.CHICAGO) == "“Will it lift?” The Ledger, para. 1."


@settings(deadline=None)
@given(made.citables(), st.sampled_from(Citing))
def test_the_words_stand_unchanged_and_nothing_is_none(words: Citable, citing: Citing) -> None:
    cited = cite(words, citing=citing)
    one = words.article
    told = [text for text in words.texts if text.strip()]
    assert all(text in cited for text in told)
    if not words.speaker:
        plain = messages.SPLIT.join(told)
        assert cited.startswith(f"{plain}\n") or not told
    chain = words.quotation.chain if words.quotation else ()
    names = [hop.party for hop in (*one.chain, *chain)]
    source = cited.rpartition("\n")[2]
    assert "None" not in source or "None" in f"{one.headline}{one.byline}{one.outlet}{one.url}{words.speaker}{names}"


# Over the sample wire: what is shown in a list of quotations is what is cited, and what is reported.


def test_what_is_listed_is_what_is_cited_and_reported(wire: Settings, tmp_path: Path) -> None:
    at, person = datetime(2026, 10, 16, 9, tzinfo=UTC), Person(id="U1")
    job = Job(key="1", errand=Errand.QUOTES, team="T1", user="U1", text="Merrin Tolvane")
    with open_archive(wire) as archive, open_memory(f"sqlite:///{tmp_path / 'bot.db'}") as memory:
        desk = Desk(archive=archive, memory=memory, policy=Policy(), clock=lambda: at)
        reply = desk.answer(job, person=person, room=None)
        assert isinstance(reply, Reply)
        assert reply.answered is not None
        memory.answers.record(reply.answered)
        kinds = set()
        listed = archive.quotes("Merrin Tolvane", limit=SIZE)
        assert isinstance(listed, Quoted)
        for place, statement in enumerate(listed.statements):
            kinds.add(statement.quotation.kind)
            cited, reported = (
                desk.view(Press(verb, reply.answered.id, place), job, person=person, room=None)
                for verb in (Verb.CITE, Verb.REPORT)
            )
            words = messages.SPLIT.join(statement.texts)
            assert ["".join(piece["text"] for piece in pieces) for pieces in quoted(reported)] == [words]
            forms = [one["elements"][1]["elements"][0]["text"] for one in cited["blocks"] if one["type"] == "rich_text"]
            assert len(forms) == 3
            for form in forms:
                told, source = form.split("\n")
                assert told == words
                assert ("Tolvane" in source) == (statement.quotation.kind is Kind.DIRECT)
                for hop in statement.quotation.chain:
                    assert hop.party in source or any(messages.same_party(hop.party, one) for one in _named(source))
        assert kinds >= {Kind.DIRECT, Kind.INDIRECT}


def _named(source: str) -> list[str]:
    return re.split(r",[”\s]+(?:(?:as )?(?:quoted|carried|published|filed) (?:by|in) |citing )?", source)
