"""The main jobs on the sample wire: ask, look up who said what, and see a correction and a kill change an answer."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
ARCHIVE = Path(".demo") / "archive"
ONRECORD = Path(sys.executable).with_name("onrecord")
EXPECTED = {0, 1}
"""Answered, or not on file."""
QUOTED = (("Merrin Tolvane",), ("Teshkal Ruvan", "--about", "the road over the pass"))
STORIES = ("01_ninjs.json", "04_anpa_1312.txt")
CHANGES = ("02_newsml_g2_correction.xml", "14_kill_advisory.txt")
CHANGING = ("urn:newsml:ostrel.example:20261014:sallow-causeway", "SRN:2026-10-15:av-cold-harrow-quarry")
ASKED_TWICE = (
    "How many cars were stranded on the Sallow causeway?",
    "How much was the quarry at Cold Harrow sold for?",
)
ASKED = "2026-10-16"
console = Console(highlight=False)


def main() -> int:
    """Every step through the command itself, as anybody would type it."""
    os.chdir(ROOT)
    console.print(Rule("Onrecord: the exact words on file, or nothing", style="cyan"))
    console.print(
        "The sample wire is invented: six weeks of copy with a correction, a kill and an embargo. Ingesting it;\n"
        "the very first run also prepares the language model, which takes some seconds.\n"
    )
    _forget(CHANGING)
    if status := next(filter(None, _steps()), 0):
        return status
    console.print(Rule("Your own archive next", style="cyan"))
    console.print("  onrecord ingest PATH…          files of any format, and folders of them")
    console.print("  onrecord watch DIR             what a wire drops into a folder")
    console.print('  onrecord ask "What did …?"     the answer, word for word')
    console.print("  onrecord quotes NAME           what somebody said, and who reported it")
    console.print("  onrecord review                what a person has to decide")
    console.print(
        f"with [bold]source {Path(sys.prefix).name}/bin/activate[/bold] first; `onrecord --help` lists everything."
    )
    return 0


def _steps() -> Iterator[int]:
    """Every step in order; what comes back is 0, or the exit status that nobody expected."""
    yield _run("ingest", "sample/wire")
    for question in _questions():
        yield _told("ask", question["query"], "--asked", question["asked"], "--limit", "2")
    for name, *options in QUOTED:
        yield _told("quotes", name, *options, "--limit", "2")
    console.print(Rule("Stories change: two that came in, a correction, and a kill by advisory", style="cyan"))
    for files in (STORIES, CHANGES):
        yield _run("ingest", *(f"sample/formats/{name}" for name in files))
        for twice in ASKED_TWICE:
            yield _told("ask", twice, "--asked", ASKED, "--limit", "1")


def _forget(articles: Iterable[str]) -> None:
    """What an earlier run changed is begun anew; without an archive there is nothing to forget."""
    for article in articles if ARCHIVE.exists() else ():
        subprocess.run(_command("purge", article, "--yes"), check=False, capture_output=True)


def _questions() -> list[dict[str, str]]:
    lines = (ROOT / "sample" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [question for question in map(json.loads, lines) if question.get("demo")]


def _told(*arguments: str) -> int:
    status = _run(*arguments)
    return 0 if status in EXPECTED else status


def _run(*arguments: str) -> int:
    command = _command(*arguments)
    console.print(f"[green]$[/green] onrecord {shlex.join(command[1:])}\n", markup=True)
    return subprocess.run(command, check=False).returncode


def _command(*arguments: str) -> list[str]:
    return [str(ONRECORD), *arguments, "--archive", str(ARCHIVE)]


if __name__ == "__main__":
    sys.exit(main())
