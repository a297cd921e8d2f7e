"""The command ``onrecord``: the archive's subcommands, and those of the bot."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from dotenv import dotenv_values

from bot import messages
from bot.errors import BadSettings, BotError
from bot.settings import Settings
from bot.wiring import converse, move_memory, open_ledger, run_bot
from embeddings import ArchiveError
from embeddings.cli import BROKEN, USAGE, ArchiveOption, JsonOption, app, err, out

__all__ = ["app"]


@app.command("serve")
def serve_command(archive: ArchiveOption = None) -> None:
    """Answer in Slack until told to stop; SIGTERM finishes what was accepted first."""
    with _mended():
        settings = _settings(archive)
        if settings.slack.mode is None:
            out.print(messages.how_to_get_tokens(settings.slack), markup=False)
            raise typer.Exit(USAGE)
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        logging.getLogger("bot").setLevel(logging.INFO)
        ended = run_bot(settings)
    if not ended:
        # Python would break off threads in the middle of a library's work, which then aborts the process.
        logging.shutdown()
        os._exit(0)


@app.command("chat")
def chat_command(archive: ArchiveOption = None) -> None:
    """Talk to the archive as in Slack, in this terminal."""
    with _mended():
        converse(_settings(archive), out)


@app.command("feedback")
def feedback_command(archive: ArchiveOption = None, as_json: JsonOption = False) -> None:
    """List what people said of answers, and the quotations that they reported as wrong, the newest first."""
    with _mended(), open_ledger(_settings(archive)) as ledger:
        _print_json(ledger.feedback_records()) if as_json else out.print(ledger.feedback())


@app.command("audit")
def audit_command(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="An article's id, as source lines give it.")],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell which messages showed an article: which paragraphs of which version, to whom, where and when."""
    with _mended(), open_ledger(_settings(archive)) as ledger:
        _print_json(ledger.showing_records(article)) if as_json else out.print(ledger.showings(article))


@app.command("migrate-memory")
def migrate_memory_command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The bot's database: a file, or an address.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Where to: the same, with nothing in it yet.")],
    as_json: JsonOption = False,
) -> None:
    """Move what the bot remembers, with the log by which posted answers are corrected; stop the bot first."""
    with _mended():
        counts = move_memory(source, target)
    if as_json:
        print(json.dumps(counts, indent=2))
    else:
        out.print(messages.memory_moved(counts), markup=False)


def _print_json(records: Sequence[Mapping[str, Any]]) -> None:
    print(json.dumps(records, ensure_ascii=False, indent=2))


def _settings(archive: str | None) -> Settings:
    try:
        written = dotenv_values(".env")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f".env cannot be read ({type(error).__name__}): save it as plain text, or move it") from error
    environ = {name: value for name, value in written.items() if value is not None} | dict(os.environ)
    if archive is not None:
        environ["ONRECORD_ARCHIVE"] = archive
    return Settings.from_environ(environ)


@contextmanager
def _mended() -> Iterator[None]:
    """Tell the person what to do about an error that they can mend, instead of a traceback."""
    try:
        yield
    except (BotError, ArchiveError) as error:
        err.print(f"onrecord: {error}", style="red", markup=False)
        raise typer.Exit(BROKEN) from error
