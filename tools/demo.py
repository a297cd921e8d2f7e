"""The two main jobs on the sample wire: ask five questions, look up who said what, and say what to do next."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
ARCHIVE = Path(".demo") / "archive"
ONRECORD = Path(sys.executable).with_name("onrecord")
EXPECTED = {0, 1}
"""Answered, or not on file."""
QUOTED = (("Merrin Tolvane",), ("Teshkal Ruvan", "--about", "the road over the pass"))
console = Console(highlight=False)


def main() -> int:
    """Every step through the command itself, as anybody would type it."""
    os.chdir(ROOT)
    console.print(Rule("Onrecord: the exact words on file, or nothing", style="cyan"))
    console.print(
        "The sample wire is invented: six weeks of copy with a correction, a kill and an embargo. Ingesting it;\n"
        "the very first run also prepares the language model, which takes some seconds.\n"
    )
    if status := _run("ingest", "sample/wire", "--archive", str(ARCHIVE)):
        return status
    for question in _questions():
        status = _run("ask", question["query"], "--asked", question["asked"], "--limit", "2", "--archive", str(ARCHIVE))
        if status not in EXPECTED:
            return status
    for name, *options in QUOTED:
        status = _run("quotes", name, *options, "--limit", "2", "--archive", str(ARCHIVE))
        if status not in EXPECTED:
            return status
    console.print(Rule("Your own archive next", style="cyan"))
    console.print("  onrecord ingest PATH…          plain text, ninjs, JSON lines, or folders of them")
    console.print('  onrecord ask "What did …?"     the answer, word for word')
    console.print("  onrecord quotes NAME           what somebody said, who reported it, and through whom it came")
    console.print(
        f"with [bold]source {Path(sys.prefix).name}/bin/activate[/bold] first; `onrecord --help` lists everything."
    )
    return 0


def _questions() -> list[dict[str, str]]:
    lines = (ROOT / "sample" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [question for question in map(json.loads, lines) if question.get("demo")]


def _run(*arguments: str) -> int:
    console.print(f"[green]$[/green] onrecord {shlex.join(arguments)}\n", markup=True)
    return subprocess.run([str(ONRECORD), *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
