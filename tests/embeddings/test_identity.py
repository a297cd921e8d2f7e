"""One speaker across articles: what is one in many spellings, and who must never be taken for another."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.identity import same, speakers
from embeddings.identity.printed import Form, parse
from embeddings.news import Judgement, NameUse, Nature, Speaker

PAIRS = Path(__file__).parents[1] / "data" / "name_pairs.jsonl"
PRECISION, RECALL = 0.99, 0.90


def use(name: str, quotations: int = 1, *, nature: Nature = Nature.PERSON, roles: Iterable[str] = ()) -> NameUse:
    return NameUse(name=name, nature=nature, roles=frozenset(roles), quotations=quotations)


def grouped(*names: str, nature: Nature = Nature.PERSON, judgements: Iterable[Judgement] = ()) -> set[frozenset[str]]:
    return {each.names for each in speakers([use(name, nature=nature) for name in names], judgements)}


def group(*names: str) -> frozenset[str]:
    return frozenset(names)


# Pairs.


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


def rates(pairs: Sequence[dict[str, Any]]) -> tuple[float, float]:
    told = [pair for pair in pairs if same(pair["one"], pair["other"])]
    right = sum(pair["same"] for pair in told)
    return right / len(told), right / sum(pair["same"] for pair in pairs)


@pytest.mark.parametrize("part", ["tuned on", "held out"])
def test_pairs_of_names(pairs: list[dict[str, Any]], part: str) -> None:
    chosen = [pair for pair in pairs if pair["held_out"] == (part == "held out")]
    assert len(chosen) >= 250
    precision, recall = rates(chosen)
    print(f"\n{len(chosen)} pairs {part}: precision {precision:.3f}, recall {recall:.3f}")  # noqa: T201
    assert precision >= PRECISION
    assert recall >= RECALL


def test_the_pairs_are_told_alike_from_either_side(pairs: list[dict[str, Any]]) -> None:
    assert [p for p in pairs if same(p["one"], p["other"]) != same(p["other"], p["one"])] == []


def test_the_pairs_hold_every_sort_and_no_pair_twice(pairs: list[dict[str, Any]]) -> None:
    assert {"transliteration", "same", "bodies", "shared", "bodies-apart", "loose"} == {pair["kind"] for pair in pairs}
    assert len({frozenset((p["one"], p["other"], str(p["one"] == p["other"]))) for p in pairs}) == len(pairs)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_printed_is_told_alike_from_either_side(one: str, other: str) -> None:
    assert same(one, other) == same(other, one)


WORDS = st.sampled_from(
    "the The of and for al- el-Sisi bin Abdel Kim Jong-un Lee (KCNA) Jr. III Gen. Prof. President's of, 's - & . J.D. X"
    " Ministry Foreign Russian spokesman López Nicolás von der Mohammed officials statement".split()
)


@given(st.lists(WORDS, max_size=7).map(" ".join), st.sampled_from([None, *Nature]))
def test_anything_put_together_of_the_words_of_names_can_be_taken_apart(printed: str, nature: Nature | None) -> None:
    name = parse(printed, nature)
    assert name.keys
    assert all(name.words)


def test_a_title_makes_a_whole_name_no_other(pairs: list[dict[str, Any]]) -> None:
    printed = [name for pair in pairs for name in (pair["one"], pair["other"])]
    people = [name for name in printed if parse(name).form is Form.FULL and not parse(name).title and "," not in name]
    assert len(people) > 300
    assert [name for name in people if parse(f"Prof. {name}", Nature.PERSON) != parse(name, Nature.PERSON)] == []


# Groups.


def test_spellings_titles_and_initials_are_one() -> None:
    names = ("Sergei Lavrov", "Sergey Lavrov", "Russian Foreign Minister Serguei Lavrov", "Sergei V. Lavrov")
    assert grouped(*names) == {group(*names)}


def test_a_surname_alone_stays_alone() -> None:
    assert grouped("Sergei Lavrov", "Lavrov", "Mr. Lavrov") == {
        group("Sergei Lavrov"),
        group("Lavrov"),
        group("Mr. Lavrov"),
    }


def test_a_name_that_fits_two_is_neither() -> None:
    assert grouped("George Bush", "George W. Bush", "George H. W. Bush") == {
        group("George Bush"),
        group("George W. Bush"),
        group("George H. W. Bush"),
    }
    assert grouped("George Bush", "George W. Bush") == {group("George Bush", "George W. Bush")}


def test_a_short_name_joins_the_only_full_one() -> None:
    assert grouped("Chris Marsh", "Christopher Marsh") == {group("Chris Marsh", "Christopher Marsh")}
    assert len(grouped("Chris Marsh", "Christopher Marsh", "Christine Marsh")) == 3


def test_undecided_names_go_together() -> None:
    found = grouped("Robert Orsk", "Bob Orsk", "Robert A. Orsk", "Robert B. Orsk")
    assert group("Robert A. Orsk") in found
    assert group("Robert B. Orsk") in found


def test_an_agency_and_its_letters_are_one_unless_two_share_them() -> None:
    agency = "Velmora Central News Agency"
    assert grouped(agency, "VCNA", nature=Nature.MEDIUM) == {group(agency, "VCNA")}
    other = "Vostok Coastal Naval Academy"
    assert grouped(agency, other, "VCNA", nature=Nature.GROUP) == {group(agency), group(other), group("VCNA")}


@pytest.mark.parametrize("nature", [Nature.DOCUMENT, Nature.GROUP])
def test_what_only_its_article_can_explain_is_never_one_with_another(nature: Nature) -> None:
    assert len(grouped("the statement", "a statement", "statement", nature=nature)) == 3


def test_whom_no_article_names_is_nobody() -> None:
    assert speakers([use("officials", 9, nature=Nature.UNNAMED), use("Ingrid Malmo")]) == [
        Speaker(name="Ingrid Malmo", nature=Nature.PERSON, quotations=1)
    ]


def test_several_people_are_not_the_last_of_them() -> None:
    assert group("Ingrid Malmo") in grouped("Ingrid Malmo", "Dunstan Pellow and Ingrid Malmo", "aides of Ingrid Malmo")


def test_a_speaker_adds_up_what_its_names_say() -> None:
    uses = [
        use("Ms. Ingrid Malmo", 5, roles=["police spokeswoman"]),
        use("Ingrid Malmo", 3, roles=["spokeswoman"]),
        use("INGRID MALMO", 4, roles=["spokeswoman"]),
    ]
    assert speakers(uses) == [
        Speaker(
            name="Ingrid Malmo",
            nature=Nature.PERSON,
            aliases=("Ms. Ingrid Malmo", "INGRID MALMO"),
            roles=("spokeswoman", "police spokeswoman"),
            quotations=12,
        )
    ]


def test_a_speaker_is_what_most_quotations_say_it_is() -> None:
    uses = [use("Orrin Post", 2, nature=Nature.GROUP), use("the Orrin Post", 3, nature=Nature.MEDIUM)]
    assert [(each.name, each.nature) for each in speakers(uses)] == [("Orrin Post", Nature.MEDIUM)]


def test_the_most_quoted_come_first() -> None:
    uses = [use("Ingrid Malmo", 2), use("Odo Farrow", 7), use("Anna Farrow", 2)]
    assert [each.name for each in speakers(uses)] == ["Odo Farrow", "Anna Farrow", "Ingrid Malmo"]


# What people have said.


def test_people_can_join_what_names_do_not_tell() -> None:
    said = Judgement("Ingrid Malmo", "Ingrid Tveit", same=True)
    assert grouped("Ingrid Malmo", "Ingrid Tveit", "Ms. Ingrid Tveit", judgements=[said]) == {
        group("Ingrid Malmo", "Ingrid Tveit", "Ms. Ingrid Tveit")
    }


def test_people_can_part_what_looks_alike() -> None:
    said = Judgement("Dr. Ingrid Malmo", "Ingrid Malmo", same=False)
    found = grouped("Dr. Ingrid Malmo", "Ingrid Malmo", "Ingrid A. Malmo", judgements=[said])
    assert not any({"Dr. Ingrid Malmo", "Ingrid Malmo"} <= names for names in found)


def test_the_last_word_on_two_names_counts_whichever_is_named_first() -> None:
    said = [Judgement("Odo Farrow", "Anna Orsk", same=True), Judgement("Anna Orsk", "Odo Farrow", same=False)]
    assert len(grouped("Odo Farrow", "Anna Orsk", judgements=said)) == 2
    assert len(grouped("Odo Farrow", "Anna Orsk", judgements=said[::-1])) == 1


def test_two_names_parted_by_hand_are_not_joined_through_a_third() -> None:
    names = ("Odo Farrow", "Anna Orsk", "Dunstan Pellow")
    said = [
        Judgement("Odo Farrow", "Anna Orsk", same=True),
        Judgement("Anna Orsk", "Dunstan Pellow", same=True),
        Judgement("Dunstan Pellow", "Odo Farrow", same=False),
    ]
    found = grouped(*names, judgements=said)
    assert not any({"Dunstan Pellow", "Odo Farrow"} <= each for each in found)


def test_somebody_unnamed_is_a_speaker_when_people_say_who_it_is() -> None:
    uses = [use("the harbour master", nature=Nature.UNNAMED), use("Odo Farrow", 2)]
    (found,) = speakers(uses, [Judgement("the harbour master", "Odo Farrow", same=True)])
    assert found.names == {"the harbour master", "Odo Farrow"}


def test_a_judgement_on_a_name_that_is_no_longer_on_file_changes_nothing() -> None:
    assert len(grouped("Odo Farrow", "Anna Orsk", judgements=[Judgement("Odo Farrow", "Gone", same=True)])) == 2


# However they come.

SOME = (
    "George Bush|George W. Bush|George H. W. Bush|Bill Orsk|William Orsk|Will Orsk|William A. Orsk|Müller|Jan Müller|"
    "Jan Mueller|Jan Muller|Kim Jong Un|Kim Jong-un|KCNA|Korean Central News Agency|Sergei Orlov|Sergey Orlov"
).split("|")


@given(
    st.permutations(SOME),
    st.lists(st.tuples(st.sampled_from(SOME), st.sampled_from(SOME), st.booleans()), max_size=4),
)
def test_the_order_of_arrival_changes_nothing(order: list[str], said: list[tuple[str, str, bool]]) -> None:
    pairs = {frozenset(each[:2]): Judgement(*each) for each in said if each[0] != each[1]}
    expected = speakers(map(use, SOME), pairs.values())
    assert speakers(map(use, order), reversed(pairs.values())) == expected
    assert sorted(name for each in expected for name in each.names) == sorted(SOME)
    for one, other in (sorted(pair) for pair, judgement in pairs.items() if not judgement.same):
        assert not any({one, other} <= each.names for each in expected)


def test_many_names_take_time_in_proportion() -> None:
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    surnames = [f"{one}{two}rin".capitalize() for one in syllables for two in syllables]
    uses = [use(f"{given} {surname}") for surname in surnames for given in ("Odo", "Anna P.", "Anna")]
    start = time.process_time()
    assert len(speakers(uses)) == 2 * len(surnames)
    assert time.process_time() - start < len(uses) / 1_000
