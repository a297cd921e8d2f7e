"""Runs the peers in an environment of their own: builds each one's index over an archive's paragraphs, and asks it.

Both are given vectors that sentence-transformers made once from the packaged weights, so that a build costs what the
encoding cost, which is stated by itself, and what the peer then did. The vectors are kept for the next run.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embeddings import Archive, Settings
from embeddings.encoder.model import find_model
from tools.datasets import ROOT, WORK, QuestionSet

PYTHON = ROOT / ".venv" / "peer" / "bin" / "python"
PEERS = {"txtai": "txtai hybrid", "lancedb": "LanceDB hybrid"}
"""What each is called in the tables, by the name of its script."""


def installed() -> bool:
    """Whether the peers' environment is there."""
    return PYTHON.exists()


def encode(questions: QuestionSet, archive: Archive) -> dict[str, Any]:
    """The figures of encoding the archive's paragraphs, made anew where these are no longer the same."""
    folder = _folder(questions)
    paragraphs, figures = paragraphs_of(questions), folder / "encoding.json"
    told = _paragraphs(archive)
    if not figures.exists() or paragraphs.read_text(encoding="utf-8") != told:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        paragraphs.write_text(told, encoding="utf-8")
        made = figures_of([PYTHON, "-m", "tools.peer_encode", paragraphs, _model(), folder / "vectors.npy"])
        figures.write_text(json.dumps(made), encoding="utf-8")
    loaded: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    return loaded


def build(name: str, questions: QuestionSet) -> dict[str, Any]:
    """The figures of building one peer's index anew from the paragraphs and vectors that ``encode`` left."""
    folder = _folder(questions)
    shutil.rmtree(folder / name, ignore_errors=True)
    made = [paragraphs_of(questions), folder / "vectors.npy", _model(), folder / name]
    return figures_of([PYTHON, "-m", f"tools.peer_{name}", "build", *made])


def ask(
    name: str, questions: QuestionSet, *, threads: int | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures of asking every question, and the peer's run for the scorer; as it comes unless held to threads."""
    folder = _folder(questions)
    queries, run = questions.articles.parent / "queries.jsonl", folder / f"{name}.run.jsonl"
    command = [PYTHON, "-m", f"tools.peer_{name}", "ask", folder / name, paragraphs_of(questions), queries, run]
    figures = figures_of(command, threads=threads)
    return figures, records(run)


def paragraphs_of(questions: QuestionSet) -> Path:
    """The file of the paragraphs that ``encode`` left, one JSON line each."""
    return _folder(questions) / "paragraphs.jsonl"


def records(file: Path) -> list[dict[str, Any]]:
    """What a file of JSON lines holds."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def figures_of(
    command: Sequence[object], *, threads: int | None = None, environ: dict[str, str] | None = None
) -> dict[str, Any]:
    """What the last line that a command prints says, as JSON, and what it took, start and own processes included.

    That is ``seconds``, by the clock, and ``all_cpu_seconds``. ``threads`` holds the numeric libraries and LanceDB's
    own pools to so many.
    """
    pools = ("OMP_NUM_THREADS", "LANCE_CPU_THREADS", "LANCE_IO_THREADS") if threads else ()
    held = os.environ | dict.fromkeys(pools, str(threads)) | (environ or {})
    start, spent = time.perf_counter(), _spent_by_children()
    done = subprocess.run(list(map(str, command)), check=False, capture_output=True, text=True, cwd=ROOT, env=held)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures | {"seconds": time.perf_counter() - start, "all_cpu_seconds": _spent_by_children() - spent}


def _spent_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _model() -> Path:
    return find_model(Settings.from_environ({}).model).folder


def _folder(questions: QuestionSet) -> Path:
    return WORK / f"{questions.name}-peers"


def _paragraphs(archive: Archive) -> str:
    """Every paragraph that the archive searches, one JSON line each."""
    lines = (
        {"article_id": article.id, "text": paragraph.span.cut(article.text)}
        for article in archive.store.served()
        for paragraph in article.paragraphs
    )
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
