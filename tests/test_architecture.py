"""What the documents and the layout promise, held against the code."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from dotenv import dotenv_values
from typer.main import get_command

import embeddings
from bot.settings import Settings
from embeddings import ArchiveError, errors
from embeddings.cli import app

ROOT = Path(__file__).parents[1]
ENGINES = {
    *("torch", "faiss", "onnxruntime", "sentence_transformers", "transformers"),
    *("slack_bolt", "slack_sdk", "sqlalchemy", "alembic", "starlette", "uvicorn"),
}


def loaded_by(module: str) -> set[str]:
    """Which libraries a fresh interpreter holds after importing this."""
    program = f"import json, sys, {module}; print(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["embeddings", "embeddings.cli", "bot.cli"])
def test_the_front_door_loads_no_engine(module: str) -> None:
    assert loaded_by(module) & ENGINES == set()
    assert "sqlite3" not in loaded_by(module)


def test_all_names_what_the_front_door_imports_and_nothing_else() -> None:
    tree = ast.parse((ROOT / "embeddings" / "__init__.py").read_text(encoding="utf-8"))
    imported = [
        name.asname or name.name for node in tree.body if isinstance(node, ast.ImportFrom) for name in node.names
    ]
    assert embeddings.__all__ == sorted(imported)
    assert all(hasattr(embeddings, name) for name in imported)


def error_tree(kind: type[Exception]) -> Iterator[type[Exception]]:
    """An error and all that descend from it in the package."""
    yield kind
    for child in kind.__subclasses__():
        if child.__module__.partition(".")[0] == "embeddings":
            yield from error_tree(child)


@pytest.fixture(scope="module")
def all_errors() -> list[type[Exception]]:
    for module in pkgutil.walk_packages(embeddings.__path__, "embeddings."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return list(error_tree(ArchiveError))


def test_every_error_is_exported(all_errors: list[type[Exception]]) -> None:
    assert {kind.__name__ for kind in all_errors} <= set(embeddings.__all__)


def test_the_drawing_of_the_error_tree_is_true(all_errors: list[type[Exception]]) -> None:
    assert errors.__doc__
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in errors.__doc__.splitlines():
        if match := re.match(r"([│ ]*(?:[├└]── )?)([A-Z]\w+)(?:\s{2,}\S|$)", line):
            depth = len(match.group(1)) // 4
            above[depth:] = [match.group(2)]
            drawn[match.group(2)] = above[depth - 1] if depth else "Exception"
    assert drawn == {kind.__name__: kind.__base__.__name__ for kind in all_errors if kind.__base__}
    # In the order of the file, each with a sentence.
    written = [name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)]
    assert list(drawn) == written
    assert all(kind.__doc__ for kind in all_errors)


class Asked(Mapping[str, str]):
    """An environment with nothing in it that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What .env.example sets once its lines are no comments any more."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    uncommented = tmp_path_factory.mktemp("example") / ".env"
    uncommented.write_text(re.sub(r"^#(?=(?:ONRECORD|SLACK)_\w+=)", "", text, flags=re.MULTILINE), encoding="utf-8")
    return {name: value or "" for name, value in dotenv_values(uncommented).items()}


def test_the_example_names_the_variables_that_are_read(example: dict[str, str]) -> None:
    environ = Asked()
    Settings.from_environ(environ)
    assert set(example) == environ.names


def test_the_example_shows_the_defaults(example: dict[str, str]) -> None:
    assert Settings.from_environ(example) == Settings.from_environ({})
    # What depends on the machine, on the weights or on the newsroom has no value to show.
    empty = {name for name, value in example.items() if not value}
    assert empty == {
        *("ONRECORD_THREADS", "ONRECORD_PROCESSES", "ONRECORD_CACHE", "ONRECORD_THRESHOLD", "ONRECORD_ARCHIVE_REPLICA"),
        *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
        *("ONRECORD_PUBLIC_URL", "ONRECORD_ADMINS", "ONRECORD_WORKSPACES", "ONRECORD_REPORTS_CHANNEL"),
        *("ONRECORD_EMBARGO_GROUP", "ONRECORD_INGEST_TOKEN"),
    }


def test_every_command_is_in_the_documents() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    commands = vars(get_command(app))["commands"]
    assert {"ingest", "ask"} <= set(commands)
    missing = {name for name in commands if not re.search(rf"onrecord {name}\b", text)}
    assert missing == set()


def test_every_module_is_in_the_distribution() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {
        init.parent.relative_to(ROOT) for top in ("bot", "embeddings") for init in (ROOT / top).rglob("__init__.py")
    }
    assert set(declared) == {".".join(folder.parts) for folder in folders}
