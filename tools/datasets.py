"""The shared question sets, read where they are: articles into an archive, questions with their evidence.

Their texts belong to others. They are looked for in ``../shared`` beside the checkout, or where ONRECORD_SHARED says.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from embeddings import Archive, Settings, open_archive

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".evaluation"
NAMES = ("rtqa", "mhrag_facts")


def shared() -> Path:
    """The shared folder; exits with what to do where it is missing."""
    folder = Path(os.environ.get("ONRECORD_SHARED") or ROOT.parent / "shared")
    if not (folder / "data" / "retrieval").is_dir():
        sys.exit(f"No question sets in {folder}: set ONRECORD_SHARED to the folder that holds data/retrieval.")
    return folder


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A set of questions over articles of its own."""

    name: str
    articles: Path
    queries: tuple[dict[str, Any], ...]

    @property
    def texts(self) -> dict[str, str]:
        """Each article's text by its id."""
        lines = self.articles.read_text(encoding="utf-8").splitlines()
        return {article["id"]: article["text"] for article in map(json.loads, lines)}


def question_set(name: str) -> QuestionSet:
    """One of NAMES."""
    folder = shared() / "data" / "retrieval" / name
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return QuestionSet(name, folder / "articles.jsonl", tuple(json.loads(line) for line in lines if line.strip()))


def small_sets() -> list[QuestionSet]:
    """Questions over a handful of articles: the project's own sample wire, and the user's two articles."""
    sample = _records(ROOT / "sample" / "questions.jsonl")
    seeds = [
        {"id": line["id"], "query": line["text"], "answerable": line["kind"] == "ask"}
        for line in _records(shared() / "data" / "seed_queries_dev.jsonl")
        if line["kind"] != "quotes"
    ]
    return [
        QuestionSet("sample", ROOT / "sample" / "wire", tuple(query | {"evidence": []} for query in sample)),
        QuestionSet("seeds", shared() / "seeds", tuple(query | {"evidence": []} for query in seeds)),
    ]


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def asked_on(query: dict[str, Any]) -> date | None:
    """The day of asking, where the set gives one."""
    return date.fromisoformat(query["asked"][:10]) if query.get("asked") else None


def archive_folder(name: str, encoder: str = "onnx-int8") -> Path:
    """Where this set's own archive is."""
    return WORK / f"{name}-{encoder}"


def archive_settings(name: str, encoder: str = "onnx-int8") -> Settings:
    """Settings whose archive is this set's own."""
    named = {"ONRECORD_ARCHIVE": str(archive_folder(name, encoder)), "ONRECORD_ENCODER": encoder}
    return Settings.from_environ(os.environ | named)


def archive_of(questions: QuestionSet, encoder: str = "onnx-int8") -> Archive:
    """The set's articles in an archive, ingested at the first call and kept for the next."""
    settings, folder = archive_settings(questions.name, encoder), archive_folder(questions.name, encoder)
    done = folder / ".complete"
    if not done.exists():
        print(f"Ingesting {questions.name} into {folder.relative_to(ROOT)} (once) …", file=sys.stderr)
        with open_archive(settings, writing=True) as archive:
            archive.ingest([questions.articles])
        done.touch()
    return open_archive(settings)


def scorer() -> ModuleType:
    """The shared scorer of question sets, as a module."""
    return module_at(shared() / "tools" / "score_retrieval.py")


@cache
def module_at(path: Path) -> ModuleType:
    """A script of the shared folder as a module, with what stands beside it to import."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} cannot be loaded: it must be the scorer that comes with the shared sets.")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module
