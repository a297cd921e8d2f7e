"""The command ``onrecord bench``: what this machine, this archive and this model are measured to do.

What measures is loaded when it is asked for: ``onrecord`` itself starts without the engines.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values
from rich.console import Console

from embeddings.errors import ArchiveError, BadSettings
from embeddings.settings import Settings

BROKEN = 4


def last_recall(archive: Path) -> tuple[float, int] | None:
    """The least recall@10 of any kind of filter that was last measured in this folder, and with how many windows."""
    # Its module loads FAISS, which no command needs at its start.
    from embeddings.benching.recall import last_measured

    return last_measured(archive)


app = typer.Typer(no_args_is_help=True, help="Measure this machine and what Onrecord makes of it.")


@app.command("encode")
def encode_command(
    texts: Annotated[int, typer.Option(min=1, metavar="N", help="How many paragraphs a round encodes.")] = 32,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Texts a second of the serving encoder, of sentence-transformers and of this machine at its limit."""
    from embeddings.benching import encode

    with mended():
        measured = encode.measure(settings(), texts=texts)
    typer.echo(json.dumps(asdict(measured), indent=2)) if as_json else Console().print(encode.table_of(measured))


@app.command("recall")
def recall_command(
    windows: Annotated[int | None, typer.Option(min=100, metavar="N", help="How many; else as many as real.")] = None,
    vectors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Real vectors (.npy), not the archive's.")
    ] = None,
    questions: Annotated[Path | None, typer.Option(metavar="FILE", help="Vectors of real questions (.npy).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """How many of the ten nearest the index finds under each kind of filter, how fast, and what it costs."""
    from embeddings.benching import recall

    with mended():
        chosen = settings()
        if vectors:
            real = recall.of_file(vectors)
        elif isinstance(chosen.archive, Path):
            real = recall.of_archive(chosen.archive)
        else:
            raise BadSettings("the archive is on a server, which has an index of its own: give vectors by --vectors")
        asked = recall.of_file(questions) if questions else recall.questions_from(real)
        measured = recall.measure(real, asked, windows=windows or len(real), threads=chosen.threads)
        if isinstance(chosen.archive, Path) and vectors is None and measured.windows <= len(real):
            recall.keep(chosen.archive, measured)
    typer.echo(json.dumps(asdict(measured), indent=2)) if as_json else Console().print(recall.table_of(measured))


def settings() -> Settings:
    """The settings, from the environment and from .env as everywhere."""
    return Settings.from_environ({name: value for name, value in dotenv_values(".env").items() if value} | os.environ)


@contextmanager
def mended() -> Iterator[None]:
    """Tell the person what to do about an error that they can mend, instead of a traceback."""
    try:
        yield
    except ArchiveError as error:
        typer.echo(f"onrecord: {error}", err=True)
        raise typer.Exit(BROKEN) from error
