"""Runs the peer in its own environment: builds its index over an archive's paragraphs, asks it, reads its run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embeddings import Archive, Settings
from embeddings.encoder.model import find_model
from tools.datasets import ROOT, WORK, QuestionSet

PYTHON = ROOT / ".venv" / "peer" / "bin" / "python"
_SCRIPT = ROOT / "tools" / "peer_txtai.py"


def installed() -> bool:
    """Whether the peer's environment is there."""
    return PYTHON.exists()


def build(questions: QuestionSet, archive: Archive, *, anew: bool) -> dict[str, Any]:
    """The figures of building the peer's index, made anew or as they were when it was made."""
    folder = _folder(questions)
    figures = folder / "build.json"
    if anew or not figures.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _write_paragraphs(archive, folder / "paragraphs.jsonl")
        model = find_model(Settings.from_environ({}).model).folder
        built = figures_of([PYTHON, _SCRIPT, "build", folder / "paragraphs.jsonl", model, folder / "index"])
        figures.write_text(json.dumps(built), encoding="utf-8")
    loaded: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    return loaded


def ask(questions: QuestionSet, *, threads: int | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures of asking every question, and the peer's run for the scorer; as it comes unless held to threads."""
    folder = _folder(questions)
    queries, run = questions.articles.parent / "queries.jsonl", folder / "run.jsonl"
    command = [PYTHON, _SCRIPT, "ask", folder / "index", folder / "paragraphs.jsonl", queries, run]
    figures = figures_of(command, threads=threads)
    return figures, [json.loads(line) for line in run.read_text(encoding="utf-8").splitlines()]


def figures_of(command: Sequence[object], *, threads: int | None = None) -> dict[str, Any]:
    """What the last line that a command prints says, as JSON; ``threads`` holds numeric libraries to so many."""
    environ = os.environ | ({"OMP_NUM_THREADS": str(threads)} if threads else {})
    words = list(map(str, command))
    quiet = subprocess.DEVNULL
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=quiet, text=True, cwd=ROOT, env=environ)
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def _folder(questions: QuestionSet) -> Path:
    return WORK / f"{questions.name}-txtai"


def _write_paragraphs(archive: Archive, place: Path) -> None:
    """Every paragraph that the archive searches, one JSON line each."""
    with place.open("w", encoding="utf-8") as file:
        for article in archive.store.served():
            for paragraph in article.paragraphs:
                line = {"article_id": article.id, "text": paragraph.span.cut(article.text)}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
