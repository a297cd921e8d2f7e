"""The hands that words came through are those that text and metadata prove, nearest to the speaker first.

Sentences are marked up: ``[[content]]``, ``{cue}``, ``<mention>``, one of each for every quotation.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datelines import opening
from embeddings.news import Article, Attribution, Dateline, Hop, Named, Nature, Role, Span
from embeddings.paragraphs import paragraphs
from embeddings.provenance import Provenance, chains
from embeddings.provenance.mastheads import same
from embeddings.provenance.media import Form, media
from tools.evaluate_chains import GOLD, SOURCES, Judged, is_party, judge

SENTENCES = Path(__file__).parents[1] / "data" / "chain_sentences.jsonl"
DATELINE = "PORT ORR, May 3 (Norvik) -- "
_MARKS = re.compile(r"\[\[|\]\]|[{}<>]")
_OPENS = {"[[": "content", "{": "cue", "<": "mention", "]]": "content", "}": "cue", ">": "mention"}

Speakers = Sequence[tuple[str, str]]


def unmarked(marked: str) -> tuple[str, list[Attribution]]:
    """The plain text and the attributions marked in it."""
    text, at = "", 0
    places: dict[str, list[int]] = {"content": [], "cue": [], "mention": []}
    for mark in _MARKS.finditer(marked):
        text += marked[at : mark.start()]
        at = mark.end()
        places[_OPENS[mark.group()]].append(len(text))
    spans = {kind: [Span(*pair) for pair in zip(ends[::2], ends[1::2], strict=True)] for kind, ends in places.items()}
    found = zip(spans["content"], spans["cue"], spans["mention"], strict=True)
    return text + marked[at:], [Attribution(content=(c,), cue=q, mention=m) for c, q, m in found]


def story(text: str, fields: Mapping[str, Any] | None = None) -> Article:
    start = opening(text)
    agency = start.dateline.agency if start.dateline else None
    plain = Article(id="story", text=text, paragraphs=paragraphs(text), dateline=start.dateline, outlet=agency)
    return replace(plain, **(fields or {}))


def told(marked: str, speakers: Speakers, fields: Mapping[str, Any] | None = None) -> list[Provenance]:
    text, attributions = unmarked(marked)
    namings = [
        (Named(name=name, nature=Nature(nature), mention=one.mention, proof=one.mention),)
        for (name, nature), one in zip(speakers, attributions, strict=True)
        if one.mention
    ]
    return chains(story(text, fields), attributions, namings)


def parties(provenance: Provenance) -> list[str]:
    return [hop.party for hop in provenance.hops]


def cases() -> list[Any]:
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    return [
        pytest.param(case, id=_MARKS.sub("", case["marked"])[len(DATELINE) :][:60]) for case in map(json.loads, lines)
    ]


@pytest.mark.parametrize("case", cases())
def test_sentences(case: dict[str, Any]) -> None:
    found = told(case["marked"], case["speakers"])
    got = [parties(one) for one in found]
    assert [len(one) for one in got] == [len(one) for one in case["chains"]], got
    assert all(is_party(*pair) for one in zip(case["chains"], got, strict=True) for pair in zip(*one, strict=True)), got


def gold(source: str) -> list[Judged]:
    judged = list(judge(source))
    if not judged:
        missing = f"NOT TESTED: the articles of {source} are missing; put the shared folder beside the checkout"
        pytest.fail(missing) if os.environ.get("CI") or source == "sample" else pytest.skip(missing)
    return judged


@pytest.mark.parametrize("source", SOURCES)
def test_gold_chains(source: str) -> None:
    judged = gold(source)
    wrong = [(one.article.id, one.gold["chain"], one.found) for one in judged if not one.whole]
    assert 1 - len(wrong) / len(judged) >= 0.95, wrong
    assert sum(one.nearest for one in judged) / len(judged) >= 0.97
    assert [one.gold["content"] for one in judged if one.narrated != one.gold["narrated"]] == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_hop_of_a_gold_chain_is_proven(source: str) -> None:
    for one in gold(source):
        for hop in one.hops:
            assert (hop.proof is None) != (hop.field is None)
            if hop.proof:
                assert 0 <= hop.proof.start < hop.proof.end <= len(one.article.text)
            else:
                assert getattr(one.article, hop.field or "")


def test_gold_of_our_own_is_of_every_depth_and_names_its_words() -> None:
    lines = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    ours = [line for line in lines if line["source"] == "sample"]
    assert len(ours) >= 40
    assert {len(line["chain"]) for line in ours} >= {1, 2, 3, 4}
    assert all("starts" not in line for line in lines if line["source"] != "sample")
    copy = {one.article.id: one.article.text for one in judge("sample")}
    for line in ours:
        start = line["content"][0][0]
        assert " ".join(copy[line["article"]][start : start + 200].split()).startswith(line["starts"][:40])


def test_a_hop_shows_the_words_that_prove_it_and_its_part() -> None:
    marked = DATELINE + (
        "<Ada Lunt> {said} [[the mine was safe]], Yonhap news agency reported quoting the Orr Central News Agency"
        " (OCNA)."
    )
    (found,) = told(marked, [("Ada Lunt", "person")], {"carriers": ("FEED",)})
    text, _ = unmarked(marked)
    medium, agency, outlet, carrier = found.hops
    assert (medium.party, medium.role) == ("Orr Central News Agency (OCNA)", Role.MEDIUM)
    assert medium.proof
    assert medium.proof.cut(text) == "Yonhap news agency reported quoting the Orr Central News Agency (OCNA)"
    assert (agency.party, agency.role) == ("Yonhap", Role.AGENCY)
    assert outlet == Hop("Norvik", Role.AGENCY, proof=Span(0, len(DATELINE) - 1))
    assert carrier == Hop("FEED", Role.CARRIER, field="carriers")


def test_an_agency_that_has_it_from_another_stands_behind_every_later_word_of_it() -> None:
    marked = DATELINE + (
        "<The road> {is} [[open]], Kyodo reported citing the Orr Central News Agency (OCNA).\n\n"
        "<Mayor Tor Lind> {said} [[it was a long winter]], the OCNA said.\n\n"
        "<The OCNA> {said} [[forty men were thanked]]."
    )
    _, mayor, agency = told(marked, [("road", "group"), ("Tor Lind", "person"), ("OCNA", "medium")])
    assert parties(mayor) == ["Orr Central News Agency (OCNA)", "Kyodo", "Norvik"]
    assert parties(agency) == ["Kyodo", "Norvik"]
    assert agency.hops[0].role is Role.AGENCY


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"outlet": "The Orr Mercury"}, ["Norvik", "The Orr Mercury"]),
        ({"outlet": "Norvik News Agency"}, ["Norvik News Agency"]),
        ({"outlet": "The Orr Mercury", "carriers": ("FEED", "RELAY")}, ["Norvik", "The Orr Mercury", "FEED", "RELAY"]),
    ],
)
def test_the_end_of_a_chain_is_dateline_and_metadata(fields: dict[str, Any], expected: list[str]) -> None:
    (found,) = told(DATELINE + "<Lunt> {said} [[no]].", [("Ada Lunt", "person")], fields)
    assert parties(found) == expected


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("From SRN", ["SRN", "The Orr Mercury"]),
        ("Associated Press", ["Associated Press", "The Orr Mercury"]),
        ("The Orr Mercury", ["The Orr Mercury"]),
        ("Hew Sandrell", ["The Orr Mercury"]),
        (None, ["The Orr Mercury"]),
    ],
)
def test_an_agency_in_the_byline_is_a_hop(byline: str | None, expected: list[str]) -> None:
    (found,) = told("<Lunt> {said} [[no]].", [("Ada Lunt", "person")], {"byline": byline, "outlet": "The Orr Mercury"})
    assert parties(found) == expected
    assert expected[0] == "The Orr Mercury" or found.hops[0].field == "byline"


def test_a_dateline_below_a_printed_headline_names_the_agency() -> None:
    marked = "Mine closes\n\n" + DATELINE + "<Lunt> {said} [[no]]."
    (found,) = told(marked, [("Ada Lunt", "person")])
    assert parties(found) == ["Norvik"]
    assert found.hops[0].proof == Span(len("Mine closes\n\n"), len("Mine closes\n\n" + DATELINE) - 1)


def test_a_place_that_a_field_names_hides_no_agency_in_the_text() -> None:
    marked = "Mine closes\n\n" + DATELINE + "<Lunt> {said} [[no]]."
    (found,) = told(marked, [("Ada Lunt", "person")], {"dateline": Dateline(Span(0, 0), "Port Orr"), "outlet": "Feed"})
    assert parties(found) == ["Norvik", "Feed"]


@pytest.mark.parametrize(
    ("marked", "nature", "narrated"),
    [
        ('<Kim> "{stressed} [[that the dam must be finished]]", the KCNA said.', "person", True),
        ('<He> "highly {praised} [[the builders]]", according to state media.', "person", True),
        ("<Kim> {stressed} [[that the dam must be finished]], the KCNA said.", "person", False),
        ('<Kim> {said} [["we stressed that it must be finished"]], the KCNA said.', "person", False),
        ('<The statement> "{stressed} [[that the dam must be finished]]", the KCNA said.', "document", False),
        ('<Kim> "{stressed} [[that the dam must be finished]]" in a speech.', "person", False),
        ('<He> "{praised} [[the builders]]", he told Reuters.', "person", False),
        ('[["I stressed it,"]] <Kim> {told} KCNA.', "person", False),
    ],
)
def test_what_a_medium_tells_between_marks_is_narrated(marked: str, nature: str, narrated: bool) -> None:
    (found,) = told(DATELINE + marked, [("Kim Jong Un", nature)])
    assert found.narrated is narrated


def test_speaker_and_verb_inside_what_a_medium_says_are_narrated() -> None:
    text = DATELINE + '"Kim stressed the need for walnuts," the KCNA said.'
    whole = Span(text.index("Kim"), text.index(',"'))
    kim, verb = Span(whole.start, whole.start + 3), Span(whole.start + 4, whole.start + 12)
    agency = Span(text.index("the KCNA"), text.index(" said."))
    attributions = [
        Attribution(content=(whole,), cue=Span(agency.end + 1, agency.end + 5), mention=agency),
        Attribution(content=(Span(verb.end + 1, whole.end),), cue=verb, mention=kim),
    ]
    namings = [
        (Named(name="KCNA", nature=Nature.MEDIUM, mention=agency, proof=agency),),
        (Named(name="Kim", nature=Nature.PERSON, mention=kim, proof=kim),),
    ]
    spoken, told_of = chains(story(text), attributions, namings)
    assert (parties(spoken), spoken.narrated) == (["Norvik"], False)
    assert (parties(told_of), told_of.narrated) == (["KCNA", "Norvik"], True)


def test_words_without_a_speaker_have_the_end_of_the_chain() -> None:
    text = DATELINE + '"Nobody knows," it was said.'
    (found,) = chains(story(text), [Attribution(content=(Span(29, 41),), cue=None, mention=None)], [()])
    assert parties(found) == ["Norvik"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KCNA", "Korean Central News Agency"),
        ("Korean Central News Agency (KCNA)", "KCNA"),
        ("Yonhap", "Yonhap News Agency"),
        ("AP", "The Associated Press"),
        ("SRN", "Sarrow Regional News"),
        ("the Ledger", "The Port Averel Ledger"),
        ("Ostrel", "Ostrel Newswire"),
    ],
)
def test_two_forms_of_one_medium(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("New York Post", "Washington Post"),
        ("KCNA", "Yonhap"),
        ("Fox News", "Sky News"),
        ("Orr News Agency", "Kryl News Agency"),
        ("Times of India", "Times of Israel"),
    ],
)
def test_two_media_with_a_noun_in_common(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("It was the Orr Gazette that asked.", "Orr Gazette", Form.NAME),
        ("She told broadcaster Kanava about it.", "Kanava", Form.NAME),
        ("The Norvik news agency had it first.", "Norvik", Form.NAME),
        ("He spoke to the St. Orr Post-Dispatch.", "St. Orr Post-Dispatch", Form.NAME),
        ("It was on Radio Kryl at noon.", "Radio Kryl", Form.NAME),
        ("Kryl state media reported it.", "Kryl state media", Form.GENERIC),
        ("He said so on X.", "X", Form.PLATFORM),
        ("She tweeted it.", "Twitter", Form.PLATFORM),
        ("It spread on the social network Skerry.", "Skerry", Form.PLATFORM),
    ],
)
def test_media_are_found(text: str, name: str, form: Form) -> None:
    assert [(one.name, one.form) for one in media(text)] == [(name, form)]


@pytest.mark.parametrize(
    "text",
    [
        "The Averene Maritime Agency said so.",
        "People said they were hungry.",
        "Mayor Bloomberg said no, and Bloomberg left.",
        "In that Time of Fortune, Science was young.",
        "He plans to post it.",
        "",
    ],
)
def test_what_is_no_medium(text: str) -> None:
    assert media(text) == []


_PIECES = st.sampled_from(
    'Kim| said |KCNA|the |Reuters| reported|, citing |"|“we”|\n\n|. |told |statement |according to |on X|tweeted'
    "| Gazette|(AP)|the paper |the agency |news agency ".split("|")
)


@given(st.lists(_PIECES, min_size=1, max_size=30).map("".join), st.data())
def test_whatever_stands_there_hops_are_places_in_it(text: str, data: st.DataObject) -> None:
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 9)).map(
        lambda a: Span(a[0], min(len(text), sum(a)))
    )
    attributions = data.draw(
        st.lists(st.builds(Attribution, content=spans.map(lambda span: (span,)), cue=spans, mention=spans), max_size=4)
    )
    namings = [
        (Named(name=one.mention.cut(text) or "x", nature=Nature.PERSON, mention=one.mention, proof=one.mention),)
        for one in attributions
        if one.mention
    ]
    article = story(text)
    found = chains(article, attributions, namings)
    assert len(found) == len(attributions)
    for provenance in found:
        assert [hop for hop in provenance.hops if hop.proof is None and hop.field is None] == []
        assert all(hop.proof is None or 0 <= hop.proof.start < hop.proof.end <= len(text) for hop in provenance.hops)
        names = parties(provenance)
        assert all(not same(one, other) for one, other in pairwise(names))
    assert found == chains(article, attributions, namings)
