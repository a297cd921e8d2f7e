"""The command ``onrecord``: arguments in, text or JSON out.

Exit statuses: 0 done, or answered; 1 not on file; 2 wrong usage, a question that cannot be asked, or a name that
several speakers bear; 3 some input was rejected, the rest is on file, or extracted; 4 the archive, its model or its
settings need mending.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from time import process_time
from typing import Annotated, NoReturn

import typer
from dotenv import dotenv_values
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from embeddings import batch as batches
from embeddings import records, terminal
from embeddings.archive import LIKENESSES, SHOWN, Archive
from embeddings.errors import ArchiveError, BadQuestion, BadSettings, NotReleased, UnknownArticle, UnreadableInput
from embeddings.ingest import Receipt
from embeddings.news import Article, Filters, Found, Kind, NotOnFile, Quoted, Speaker, WhichSpeaker
from embeddings.readers import read
from embeddings.settings import Settings
from embeddings.wiring import make_extractor, open_archive, reindex

NOT_ON_FILE, USAGE, PARTLY, BROKEN = 1, 2, 3, 4
BATCH_PASSAGES = 10
GARBAGE_AFTER = 50_000
"""So many new objects, instead of 700, before a batch looks for garbage."""
SPEAKERS = 40

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Ask a newsroom's own archive; the answer is the exact words on file, or that nothing is.",
)
out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)

ArchiveOption = Annotated[
    Path | None,
    typer.Option("--archive", metavar="DIR", help="The archive's folder (else ONRECORD_ARCHIVE, else ./archive)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
OutletOption = Annotated[list[str] | None, typer.Option(help="Only this outlet, agency or carrier; can be repeated.")]
SinceOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Published on this day or later.")]
BeforeOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Published before this day.")]
LanguageOption = Annotated[list[str] | None, typer.Option(help="Only this language (en, fr …); can be repeated.")]
SectionOption = Annotated[list[str] | None, typer.Option(help="Only this section; can be repeated.")]


@app.command("ingest")
def ingest_command(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="Files and folders; - is standard input.")],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in articles: plain text, ninjs, JSON lines, or folders of them."""
    if not any(path == "-" or Path(path).exists() for path in paths):
        raise typer.BadParameter(f"there is no {' and no '.join(paths)}: give files or folders that exist")
    with _mended(), _opened(archive, writing=True) as opened:
        receipt = opened.ingest(_sources(paths)) if as_json else _ingest_visibly(opened, paths)
    _print_json(records.receipt_record(receipt)) if as_json else out.print(terminal.receipt_lines(receipt))
    raise typer.Exit(PARTLY if receipt.rejected else 0)


def _sources(paths: Iterable[str]) -> Iterator[Path | Article | UnreadableInput]:
    for path in paths:
        if path == "-":
            yield from read(sys.stdin.buffer)
        else:
            yield Path(path)


def _ingest_visibly(opened: Archive, paths: Iterable[str]) -> Receipt:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("Reading and encoding …", total=None)

        def told(receipt: Receipt) -> None:
            bar.update(
                task,
                description=f"{receipt.read:,} articles read, {receipt.paragraphs:,} paragraphs encoded and on file",
            )

        return opened.ingest(_sources(paths), progress=told)


@app.command("ask")
def ask_command(
    question: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="In plain words; quotation marks look for the exact phrase."),
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    batch: Annotated[
        str | None, typer.Option(metavar="FILE|-", help='Answer JSON lines {"id","query","asked"?}, ten passages each.')
    ] = None,
    asked: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of asking; today unless given.")
    ] = None,
    outlet: OutletOption = None,
    since: SinceOption = None,
    before: BeforeOption = None,
    language: LanguageOption = None,
    section: SectionOption = None,
    limit: Annotated[int, typer.Option(min=1, max=30, help="How many passages at most.")] = SHOWN,
    near: Annotated[bool, typer.Option("--near", help="Where nothing answers, show what came nearest.")] = False,
) -> None:
    """Answer from what is on file, word for word, or say that nothing is."""
    with _mended(), _opened(archive) as opened:
        filters = _filters(opened, outlet, language, section, since=since, before=before)
        if batch is not None:
            for record in _answered(opened, batch, filters, asked.date() if asked else None):
                _print_line(record)
            return
        day = asked.date() if asked else opened.clock().astimezone().date()
        answer = opened.ask(question or "", filters=filters, asked=day, limit=limit)
    if as_json:
        _print_json(records.answer_record(answer))
    else:
        out.print(terminal.answer_lines(question or "", answer))
        if near and isinstance(answer, NotOnFile):
            out.print(terminal.near_misses(answer))
    raise typer.Exit(0 if isinstance(answer, Found) else NOT_ON_FILE)


def _filters(
    opened: Archive,
    outlet: list[str] | None,
    language: list[str] | None,
    section: list[str] | None,
    *,
    since: datetime | None,
    before: datetime | None,
) -> Filters:
    return replace(
        opened.open_filters(),
        outlets=frozenset(outlet or ()),
        languages=frozenset(language or ()),
        sections=frozenset(section or ()),
        since=since.date() if since else None,
        before=before.date() if before else None,
    )


def _answered(opened: Archive, batch: str, filters: Filters, day: date | None) -> Iterator[records.Record]:
    for query in batches.queries(batch):
        try:
            answer = opened.ask(query.text, filters=filters, asked=query.asked or day, limit=BATCH_PASSAGES, marked=0)
        except BadQuestion as error:
            yield {"query_id": query.id, "abstained": True, "confidence": 0.0, "passages": [], "error": str(error)}
        else:
            yield records.batch_record(query.id, answer, most=BATCH_PASSAGES)


@app.command("check")
def check_command(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="A quotation, a claim or a whole message; - is standard input.")
    ],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    outlet: OutletOption = None,
    since: SinceOption = None,
    before: BeforeOption = None,
    language: LanguageOption = None,
    section: SectionOption = None,
    limit: Annotated[int, typer.Option(min=1, max=30, help="How many places at most.")] = LIKENESSES,
) -> None:
    """Find the words on file that are most like a text, and show how they differ, word by word."""
    with _mended(), _opened(archive) as opened:
        filters = _filters(opened, outlet, language, section, since=since, before=before)
        checked = opened.check(_typed(text), filters=filters, limit=limit)
    if as_json:
        _print_json(records.checked_record(checked))
    else:
        out.print(terminal.checked_lines(checked))
    raise typer.Exit(0 if checked.likenesses else NOT_ON_FILE)


def _typed(text: str) -> str:
    # Bytes that are no text are for the archive to refuse, with a word on what to do.
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape") if text == "-" else text


@app.command("quotes")
def quotes_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who is quoted: a name, or a part of it.")],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    about: Annotated[str | None, typer.Option(metavar="TOPIC", help="What comes nearest in meaning first.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only words of this kind; can be repeated.")] = None,
    outlet: OutletOption = None,
    since: SinceOption = None,
    before: BeforeOption = None,
    language: LanguageOption = None,
    section: SectionOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many statements a page has.")] = SHOWN,
    page: Annotated[int, typer.Option(min=1, help="Which page of them.")] = 1,
) -> None:
    """Show what somebody is on file with, word for word, the newest first."""
    offset = (page - 1) * limit
    with _mended(), _opened(archive) as opened:
        filters = _filters(opened, outlet, language, section, since=since, before=before)
        quotes = opened.quotes(name, about=about, filters=filters, kinds=kind or (), limit=limit, offset=offset)
    if as_json:
        _print_json(records.quotes_record(quotes))
    else:
        out.print(terminal.quotes_lines(quotes, offset=offset))
    if isinstance(quotes, WhichSpeaker):
        raise typer.Exit(USAGE)
    raise typer.Exit(0 if isinstance(quotes, Quoted) and quotes.total else NOT_ON_FILE)


@app.command("speakers")
def speakers_command(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Only those whom this name may mean.", show_default=False)
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    merge: Annotated[str | None, typer.Option(metavar="OTHER", help="NAME and OTHER are one speaker.")] = None,
    split: Annotated[str | None, typer.Option(metavar="OTHER", help="NAME and OTHER are two speakers.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many speakers at most.")] = SPEAKERS,
) -> None:
    """List who is quoted, with all printed names; say which names are one speaker's, and it is remembered."""
    if (merge or split) and (not name or (merge and split)):
        raise typer.BadParameter("give a NAME and one OTHER: onrecord speakers NAME --merge OTHER, or --split OTHER")
    with _mended(), _opened(archive, writing=bool(merge or split)) as opened:
        if name and merge:
            found: tuple[Speaker, ...] = (opened.merge_speakers(name, merge),)
        elif name and split:
            found = opened.split_speakers(name, split)
        else:
            found = opened.speakers(name)
    if as_json:
        _print_json({"total": len(found), "speakers": [records.speaker_record(one) for one in found[:limit]]})
    else:
        out.print(terminal.roll(found, most=limit))
    raise typer.Exit(0 if found else NOT_ON_FILE)


@app.command("extract")
def extract_command(
    batch: Annotated[str, typer.Option(metavar="FILE|-", help='Articles as JSON lines {"id","title","date","text"}.')],
) -> None:
    """Find the quotations of articles, a JSON line for each; no archive is read or written."""
    with _mended():
        extractor = make_extractor(_settings(None))
        if extractor is None:
            raise BadSettings("ONRECORD_QUOTES=off finds no quotations: use tagger or rules")
        refused = False
        # What is loaded by now stays; looking through it for garbage again and again costs a tenth of the rate.
        gc.freeze()
        gc.set_threshold(GARBAGE_AFTER)
        for reading in batches.articles(batch):
            if isinstance(reading, UnreadableInput):
                err.print(f"onrecord: {reading}", style="red", markup=False)
                refused = True
                continue
            started = process_time()
            extraction = extractor.extract(reading)
            _print_line(records.extraction_record(reading.id, extraction, seconds=process_time() - started))
    raise typer.Exit(PARTLY if refused else 0)


@app.command("show")
def show_command(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="An article's id, as source lines give it.")],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    version: Annotated[int | None, typer.Option(help="That version, not the newest.")] = None,
    audit: Annotated[bool, typer.Option("--audit", help="Show it even if killed, withheld or under embargo.")] = False,
) -> None:
    """Show one article as it is on file, its paragraphs numbered, and what is quoted in it."""
    with _mended(), _opened(archive) as opened:
        found = opened.article(article, version=version, audit=audit)
        statements = opened.statements(found)
    if as_json:
        _print_json(records.article_record(found, statements))
    else:
        out.print(terminal.article_lines(found, statements))


@app.command("status")
def status_command(archive: ArchiveOption = None, as_json: JsonOption = False) -> None:
    """Say what the archive holds and which encoder it belongs to."""
    with _mended(), _opened(archive) as opened:
        description, coverage = opened.status(), opened.coverage()
    if as_json:
        _print_json(records.status_record(description, coverage))
    else:
        out.print(terminal.status_lines(description, coverage))


@app.command("reindex")
def reindex_command(archive: ArchiveOption = None) -> None:
    """Encode everything and find all quotations anew; questions are answered from what was there meanwhile."""
    with _mended():
        count = reindex(_settings(archive))
    out.print(f"{terminal.counted(count, 'article')} encoded anew.")


@contextmanager
def _opened(archive: Path | None, *, writing: bool = False) -> Iterator[Archive]:
    with open_archive(_settings(archive), writing=writing) as opened:
        yield opened


def _settings(archive: Path | None) -> Settings:
    environ = {name: value for name, value in dotenv_values(".env").items() if value is not None} | dict(os.environ)
    settings = Settings.from_environ(environ)
    return replace(settings, archive=archive) if archive else settings


@contextmanager
def _mended() -> Iterator[None]:
    """Tell the person what to do about an error that they can mend, instead of a traceback."""
    try:
        yield
    except NotReleased as error:
        _fail(NotReleased(f"{error}; --audit shows it"), USAGE)
    except (BadQuestion, UnknownArticle) as error:
        _fail(error, USAGE)
    except ArchiveError as error:
        _fail(error, BROKEN)


def _fail(error: ArchiveError, status: int) -> NoReturn:
    err.print(f"onrecord: {error}", style="red", markup=False)
    raise typer.Exit(status) from error


def _print_json(record: records.Record) -> None:
    print(json.dumps(record, ensure_ascii=False, indent=2))


def _print_line(record: records.Record) -> None:
    print(json.dumps(record, ensure_ascii=False))
