"""The plan: it grows with what is asked, its figures follow from its constants, and the page shows what it prints."""

from __future__ import annotations

import json
import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from embeddings import planning
from embeddings.cli import app
from embeddings.errors import BadQuestion
from embeddings.planning import Constant, Engine, Plan, plan
from tools.plan_table import POINTS, plan_table

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "scale.md"
GROWING = ("shards", "machines", "memory in all", "text and indexes", "disk in all", "bot replicas", "connections")
"""What never becomes less when more is asked."""
UNITS = {"", "GB", "GB a shard", "GB a machine", "ms", "days", "hours", "at most", "paragraphs a processor"}

paragraphs = st.integers(1, 100_000_000_000)
questions = st.floats(0.001, 10_000)
replicas = st.integers(1, 1_000)


def planned(size: int, rate: float = 1.0, bots: int = 1) -> Plan:
    return plan(paragraphs=size, questions_per_second=rate, replicas=bots)


def grows(less: Plan, more: Plan) -> list[str]:
    """The figures that became less all the same, but for rounding."""
    # Of twice the shards each is asked for less, and may do with fewer copies of itself.
    fewer = {"disk in all"} if more["shards"] > less["shards"] else set()
    return [name for name in GROWING if name not in fewer and more[name] < less[name] * (1 - 1e-9)]


@given(paragraphs, paragraphs, questions, replicas)
def test_more_paragraphs_never_need_less(one: int, other: int, rate: float, bots: int) -> None:
    assert grows(planned(min(one, other), rate, bots), planned(max(one, other), rate, bots)) == []


@given(paragraphs, questions, questions, replicas)
def test_more_questions_never_need_less(size: int, one: float, other: float, bots: int) -> None:
    assert grows(planned(size, min(one, other), bots), planned(size, max(one, other), bots)) == []


@given(paragraphs, questions, replicas, replicas)
def test_more_replicas_never_need_less(size: int, rate: float, one: int, other: int) -> None:
    assert grows(planned(size, rate, min(one, other)), planned(size, rate, max(one, other))) == []


@given(paragraphs, questions, replicas)
def test_every_plan_can_be_lived_in(size: int, rate: float, bots: int) -> None:
    made = planned(size, rate, bots)
    assert made["machines"] >= 1
    assert made["processors a machine"] >= 1
    assert made["bot replicas"] >= bots
    assert made["working set"] <= planning.FULL.value * made["memory a machine"] * (1 + 1e-9)
    assert made["disk in all"] > made["text and indexes"]
    assert 0 < made["question, p50"] < made["question, p95"]
    assert {figure.unit for figure in made.figures} <= UNITS
    if made.engine is Engine.POSTGRES:
        assert made["machines a shard"] >= 3
        assert made["bot replicas"] >= 2
        assert made["shards"] == 2 ** (int(made["shards"]).bit_length() - 1)
        assert made["memory a machine"] <= planning.LARGEST.value


@given(paragraphs, questions, replicas)
def test_every_constant_of_a_formula_is_given_with_its_source(size: int, rate: float, bots: int) -> None:
    made = planned(size, rate, bots)
    known = {one.name for one in made.constants}
    for figure in made.figures:
        named = {one.name for one in vars(planning).values() if isinstance(one, Constant) and "_" in one.name}
        assert {name for name in named if re.search(rf"\b{name}\b", figure.formula)} <= known, figure.name
    assert all(one.source and one.unit for one in made.constants)


@pytest.mark.parametrize(
    ("size", "rate", "bots", "engine"),
    [
        (1_000_000, 1, 1, Engine.EMBEDDED),
        (10_000_000, 1, 1, Engine.EMBEDDED),
        (10_000_001, 1, 1, Engine.POSTGRES),
        (1_000, 1, 2, Engine.POSTGRES),
        (10_000_000, 10_000, 1, Engine.POSTGRES),
    ],
)
def test_one_machine_is_advised_as_long_as_it_will_do(size: int, rate: float, bots: int, engine: Engine) -> None:
    assert planned(size, rate, bots).engine is engine


@pytest.mark.parametrize(
    ("size", "shards", "terabytes"), [(10_000_000, 1, 0.0372), (100_000_000, 4, 0.372), (1_000_000_000, 32, 3.72)]
)
def test_the_sizes_of_the_design_come_out(size: int, shards: int, terabytes: float) -> None:
    made = planned(size, bots=3)
    assert made["shards"] == shards
    assert made["text and indexes"] == pytest.approx(1000 * terabytes)


def test_a_search_of_many_shards_is_as_late_as_the_slowest() -> None:
    one, four = planned(25_000_000, bots=3), planned(100_000_000, bots=3)
    assert (one["shards"], four["shards"]) == (1, 4)
    assert four["search"] == pytest.approx(one["search"])
    assert four["question, p50"] > one["question, p50"]
    assert four["question, p95"] > one["question, p95"]


@pytest.mark.parametrize(
    ("size", "rate", "bots", "option"),
    [
        (0, 1, 1, "--paragraphs"),
        (-5, 1, 1, "--paragraphs"),
        (10**12, 1, 1, "--paragraphs"),
        (1, 0, 1, "--questions-per-second"),
        (1, float("nan"), 1, "--questions-per-second"),
        (1, float("inf"), 1, "--questions-per-second"),
        (1, 1, 0, "--replicas"),
        (1, 1, 5_000, "--replicas"),
    ],
)
def test_nonsense_is_refused_with_what_to_give_instead(size: int, rate: float, bots: int, option: str) -> None:
    with pytest.raises(BadQuestion, match=f"{option} .* give a number from"):
        planned(size, rate, bots)


def test_a_plan_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        planning.ROW.value = 1.0  # type: ignore[misc]


# The command and the page


def command(*words: str) -> str:
    done = CliRunner().invoke(app, ["plan", *words], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_person_reads_every_figure_its_formula_and_its_sources() -> None:
    printed = command("--paragraphs", "100000000", "--questions-per-second", "20", "--replicas", "4")
    made = planned(100_000_000, 20, 4)
    assert "PostgreSQL" in printed
    for figure in made.figures:
        assert re.search(rf"^{re.escape(figure.name)} .*{re.escape(figure.formula)}", printed, re.MULTILINE)
    assert all(one.name in printed for one in made.constants)
    assert all(line in printed for line in made.advice)


def test_a_program_reads_the_same() -> None:
    told = json.loads(command("--paragraphs", "1000000", "--json"))
    made = planned(1_000_000)
    assert told["engine"] == "embedded"
    assert {one["name"]: one["value"] for one in told["figures"]} == {one.name: one.value for one in made.figures}
    assert [one["source"] for one in told["constants"]] == [one.source for one in made.constants]


def test_the_command_refuses_nonsense_as_wrong_usage() -> None:
    done = CliRunner().invoke(app, ["plan", "--paragraphs", "0"])
    assert (done.exit_code, "give a number" in done.stderr) == (2, True)


def test_the_page_shows_what_the_command_prints() -> None:
    # `python -m tools.plan_table` prints it anew.
    assert plan_table() in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("size", "rate", "bots"), POINTS)
def test_the_page_gives_the_command_of_each_column(size: int, rate: int, bots: int) -> None:
    words = f"onrecord plan --paragraphs {size} --questions-per-second {rate} --replicas {bots}"
    assert words in PAGE.read_text(encoding="utf-8")
    assert command(*words.split()[2:])
