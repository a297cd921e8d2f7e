"""What the documents show is what the program does."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.cli import app

ROOT = Path(__file__).parents[1]
PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("sample/*.md")))
COMMANDS = typer.main.get_group(app).commands
OWN = {"--help"}


def test_every_example_of_the_library_page_runs_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "docs" / "library.md"), module_relative=False)
    assert (result.failed, result.attempted > 20) == (0, True)


def told(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands(text: str) -> Iterator[list[str]]:
    """The words of every ``onrecord`` command that is printed by itself, or a line in a block."""
    for block in re.findall(r"^ *```(?:sh|console)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        for line in re.findall(r"^(?:\$ )?onrecord (.*)$", block, re.MULTILINE):
            yield shlex.split(line, comments=True)
    for said in re.findall(r"`onrecord ([^`\n]+)`", text):
        yield said.replace('"', "").split()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_there_with_the_options_that_it_is_given(page: Path) -> None:
    for name, *arguments in commands(told(page)):
        if name.startswith("-"):
            assert name in OWN
            continue
        known = {option for parameter in COMMANDS[name].params for option in parameter.opts} | OWN
        assert {one for one in arguments if one.startswith("--")} <= known, (name, arguments)


def test_commands_are_found_in_the_documents() -> None:
    assert {name for page in PAGES for name, *_ in commands(told(page))} >= set(COMMANDS) - {"extract"}


def anchors(page: Path) -> set[str]:
    """What the headings of a page can be linked to by."""
    titles = re.findall(r"^#+ (.+)$", told(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", told(page)):
        if "://" not in target:
            path, _, heading = target.partition("#")
            linked = (page.parent / path).resolve() if path else page
            assert linked.exists(), target
            assert not heading or heading in anchors(linked), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_figure_is_left_to_fill_in(page: Path) -> None:
    assert "{{" not in told(page)
