"""The command ``onrecord``: arguments in, text or JSON out.

Exit statuses: 0 done, or answered; 1 not on file, or a feed is overdue; 2 wrong usage, a question that cannot be
asked, or a name that several speakers bear; 3 some input was rejected, or a feed could not be had, the rest is on file,
or extracted; 4 the archive, its model or its settings need mending.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from time import monotonic, process_time
from typing import Annotated, NoReturn

import typer
from dotenv import dotenv_values
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from embeddings import batch as batches
from embeddings import benching, records, reviewing, terminal
from embeddings.archive import LIKENESSES, SHOWN, Archive
from embeddings.errors import ArchiveError, BadQuestion, BadSettings, NotReleased, UnknownArticle, UnreadableInput
from embeddings.ingest import Pace, Receipt
from embeddings.inlets.feeds import Feed, Heard, feeds_in, is_overdue
from embeddings.inlets.fetching import Fetcher
from embeddings.inlets.polling import Memory, Polling
from embeddings.inlets.watching import Watch
from embeddings.moving import Progress as Step
from embeddings.moving import Stage, Told
from embeddings.news import Filters, Found, Kind, NotOnFile, Quoted, Speaker, WhichSpeaker
from embeddings.planning import plan
from embeddings.readers import read, size_of
from embeddings.readers.pieces import Reading
from embeddings.settings import Settings, placed
from embeddings.wiring import make_extractor, migrate, open_archive, reindex

NOT_ON_FILE, USAGE, PARTLY, BROKEN, STOPPED = 1, 2, 3, 4, 130
BATCH_PASSAGES = 10
GARBAGE_AFTER = 50_000
"""So many new objects, instead of 700, before a batch looks for garbage."""
SPEAKERS = 40
LONG = 10.0
"""Seconds from which on an ingest says where its time went."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Ask a newsroom's own archive; the answer is the exact words on file, or that nothing is.",
)
app.add_typer(benching.app, name="bench")
out = terminal.PrintingConsole(highlight=False, soft_wrap=False)
err = terminal.PrintingConsole(stderr=True, highlight=False)

ArchiveOption = Annotated[
    str | None,
    typer.Option(
        "--archive",
        metavar="PLACE",
        help="The archive's folder, or its server's address (else ONRECORD_ARCHIVE, else ./archive).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
ArticleArgument = Annotated[str, typer.Argument(metavar="ARTICLE", help="An article's id, as source lines give it.")]
BecauseOption = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; kept with the article.")]
OutletOption = Annotated[list[str] | None, typer.Option(help="Only this outlet, agency or carrier; can be repeated.")]
SinceOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Published on this day or later.")]
BeforeOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Published before this day.")]
LanguageOption = Annotated[list[str] | None, typer.Option(help="Only this language (en, fr …); can be repeated.")]
SectionOption = Annotated[list[str] | None, typer.Option(help="Only this section; can be repeated.")]


@app.command("ingest")
def ingest_command(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Files, folders and archives; - is standard input.")
    ],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in articles of any format: files, folders and archives of them (.zip, .tar.gz)."""
    if not any(path == "-" or Path(path).exists() for path in paths):
        raise typer.BadParameter(f"there is no {' and no '.join(paths)}: give files or folders that exist")
    with _mended(), _resumable(), _opened(archive, writing=True) as opened:
        before, pace = len(opened.alerts()), Pace(total=_bytes_in(paths))
        receipt = opened.ingest(_sources(paths), pace=pace) if as_json else _ingest_visibly(opened, paths, pace)
        new = len(opened.alerts()) - before
    if new > 0:
        err.print(terminal.to_decide(new))
    if not as_json and pace.elapsed >= LONG:
        err.print(terminal.pace_line(receipt, pace))
    _end_with(receipt, as_json=as_json, pace=pace)


def _bytes_in(paths: Iterable[str]) -> int | None:
    """How much there is to read; standard input does not tell."""
    return None if "-" in paths else sum(size_of(Path(path)) for path in paths)


def _end_with(receipt: Receipt, *, as_json: bool, pace: Pace | None = None) -> NoReturn:
    if as_json:
        _print_json(records.receipt_record(receipt) | ({"pace": records.pace_record(pace)} if pace else {}))
    else:
        out.print(terminal.receipt_lines(receipt))
    raise typer.Exit(PARTLY if receipt.rejected else 0)


def _sources(paths: Iterable[str]) -> Iterator[Path | Reading]:
    for path in paths:
        if path == "-":
            yield from read(sys.stdin.buffer)
        else:
            yield Path(path)


def _ingest_visibly(opened: Archive, paths: Iterable[str], pace: Pace) -> Receipt:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("Reading and encoding …", total=None)

        def told(receipt: Receipt) -> None:
            bar.update(task, description=terminal.progress_words(receipt, pace))

        return opened.ingest(_sources(paths), progress=told, pace=pace)


@app.command("watch")
def watch_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where files are dropped.")],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    once: Annotated[bool, typer.Option("--once", help="Take in what lies there, and end.")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete what is on file instead of keeping it below .done.")
    ] = False,
) -> None:
    """Take in the files that are dropped into a folder, as they come; what is rejected goes to .quarantine there."""
    if not folder.is_dir():
        raise typer.BadParameter(f"there is no folder {folder}: make it, or name the one that the wire drops files in")

    def told(receipt: Receipt) -> None:
        _print_receipt(receipt, as_json=as_json)

    with _mended(), _until_stopped() as stop, _opened(archive, writing=True) as opened:
        if not (once or as_json):
            err.print(f"Watching {folder}; interrupt to stop.", style="dim", markup=False)
        receipt = Watch(folder, opened, stop=stop, told=told, warned=_warn, delete=delete).run(once=once)
    raise typer.Exit(PARTLY if once and receipt.rejected else 0)


@app.command("feeds")
def feeds_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The feeds to ask; docs/wire.md shows one.")],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    once: Annotated[bool, typer.Option("--once", help="Ask each feed once, and end.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Say when each was last heard of; exit status 1 if one is overdue.")
    ] = False,
) -> None:
    """Ask RSS and Atom feeds, news sitemaps and pages again and again, and take in what is new."""
    with _mended():
        feeds, settings = _feeds(file), _settings(archive)
        if status:
            _show_heartbeats(feeds, Memory.beside(settings.beside).read(), as_json=as_json)
        with _until_stopped() as stop, Fetcher(stop=stop) as fetcher, _opened(archive, writing=True) as opened:
            polling = Polling(
                feeds=feeds,
                desk=opened,
                fetcher=fetcher,
                memory=Memory.beside(settings.beside),
                told=lambda feed, receipt: _print_receipt(receipt, as_json=as_json, of=feed.name),
                warned=_warn,
            )
            receipt = polling.run(once=once)
    failing = any(polling.of(feed).problem for feed in feeds)
    raise typer.Exit(PARTLY if once and (receipt.rejected or failing) else 0)


def _feeds(file: Path) -> tuple[Feed, ...]:
    try:
        return feeds_in(file.read_text(encoding="utf-8"), place=str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{file} cannot be read ({error}): name a TOML file, as docs/wire.md shows") from error


def _show_heartbeats(feeds: Sequence[Feed], heard: Mapping[str, Heard], *, as_json: bool) -> NoReturn:
    at = datetime.now(UTC)
    if as_json:
        _print_json({"feeds": [reviewing.heartbeat_record(one, heard.get(one.url, Heard()), at=at) for one in feeds]})
    else:
        out.print(reviewing.heartbeat_lines(feeds, heard, at=at))
    raise typer.Exit(1 if any(is_overdue(one, heard.get(one.url, Heard()), at=at) for one in feeds) else 0)


@contextmanager
def _until_stopped() -> Iterator[Event]:
    """Set when SIGTERM or SIGINT comes; a second one ends the process at once."""
    stop = Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def told(number: int, frame: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, told)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _print_receipt(receipt: Receipt, *, as_json: bool, of: str | None = None) -> None:
    if as_json:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        _print_line({"at": at} | ({"feed": of} if of else {}) | records.receipt_record(receipt))
    else:
        out.print(f"{datetime.now():%H:%M:%S}" + (f" {of}" if of else ""), style="dim", markup=False)
        out.print(terminal.receipt_lines(receipt))
    # Whoever reads along through a pipe reads now, and what was printed is not lost with the process.
    sys.stdout.flush()


def _warn(said: str) -> None:
    err.print(f"onrecord: {said}", style="yellow", markup=False)


@app.command("kill")
def kill_command(
    article: ArticleArgument, because: BecauseOption, archive: ArchiveOption = None, as_json: JsonOption = False
) -> None:
    """Take every version of an article out of every answer, for ever unless somebody revives it."""
    with _mended(), _opened(archive, writing=True) as opened:
        _end_with(opened.kill(article, words=_reason(because)), as_json=as_json)


@app.command("withhold")
def withhold_command(
    article: ArticleArgument, because: BecauseOption, archive: ArchiveOption = None, as_json: JsonOption = False
) -> None:
    """Take an article out of every answer until a newer usable version comes."""
    with _mended(), _opened(archive, writing=True) as opened:
        _end_with(opened.withhold(article, words=_reason(because)), as_json=as_json)


def _reason(because: str) -> str:
    if not because.strip():
        raise typer.BadParameter("say why: --because 'a few words'; they are kept with the article")
    return because.strip()


@app.command("revive")
def revive_command(article: ArticleArgument, archive: ArchiveOption = None) -> None:
    """Let a killed or withheld article answer again, in its newest usable version."""
    with _mended(), _opened(archive, writing=True) as opened:
        revived = opened.revive(article)
    number = f" in version {revived.version}" if revived.version is not None else ""
    out.print(f"{article} is searched{number}.", markup=False)


@app.command("purge")
def purge_command(
    article: ArticleArgument,
    archive: ArchiveOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Forget an article, every version of it; nothing is left to be audited or revived."""
    if not yes:
        with _mended(), _opened(archive) as opened:
            opened.versions(article)
        typer.confirm(f"Forget every version of {article} for ever?", abort=True)
    with _mended(), _opened(archive, writing=True) as opened:
        if not opened.purge(article):
            raise UnknownArticle(f"No article {article!r} on file: answers give the ids in brackets")
    out.print(f"{article} is forgotten.", markup=False)


@app.command("review")
def review_command(
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided.")] = False,
    done: Annotated[list[int] | None, typer.Option(metavar="N", help="N is decided; can be repeated.")] = None,
) -> None:
    """List what a person has to decide: uncertain kills, unknown statuses, pages gone, copies of killed stories."""
    with _mended(), _opened(archive, writing=bool(done)) as opened:
        unknown = [number for number in done or () if not opened.settle(number)]
        if unknown:
            raise BadQuestion(f"nothing to decide under {unknown[0]}: `onrecord review` gives the numbers")
        alerts = opened.alerts(settled=everything)
    if as_json:
        _print_json({"alerts": [reviewing.alert_record(alert) for alert in alerts]})
    else:
        out.print(reviewing.alert_lines(alerts))


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
    article: ArticleArgument,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
    version: Annotated[int | None, typer.Option(help="That version, not the newest.")] = None,
    versions: Annotated[bool, typer.Option("--versions", help="List every version on file, the newest first.")] = False,
    audit: Annotated[bool, typer.Option("--audit", help="Show it even if killed, withheld or under embargo.")] = False,
) -> None:
    """Show one article as it is on file, its paragraphs numbered, and what is quoted in it."""
    with _mended(), _opened(archive) as opened:
        if versions:
            _show_versions(opened, article, as_json=as_json)
        found = opened.article(article, version=version, audit=audit)
        if audit and version is None and not found.text:
            # An order has no words of its own: whoever audits wants those that it took back, and why it did.
            taken_back = next((one for one in opened.versions(article) if one.text), found)
            found = replace(taken_back, status=found.status, note=found.note)
        statements = opened.statements(found)
    if as_json:
        _print_json(records.article_record(found, statements))
    else:
        out.print(terminal.article_lines(found, statements))


def _show_versions(opened: Archive, article: str, *, as_json: bool) -> NoReturn:
    found = opened.versions(article)
    try:
        searched = opened.article(article).fingerprint
    except NotReleased:
        searched = None
    if as_json:
        listed = [reviewing.version_record(one, searched=one.fingerprint == searched) for one in found]
        _print_json({"versions": listed})
    else:
        out.print(reviewing.version_lines(found, searched=searched))
    raise typer.Exit(0)


@app.command("status")
def status_command(archive: ArchiveOption = None, as_json: JsonOption = False) -> None:
    """Say what the archive holds and which encoder it belongs to."""
    with _mended(), _opened(archive) as opened:
        description, coverage = opened.status(), opened.coverage()
    recall = benching.last_recall(Path(description.location))
    if as_json:
        _print_json(records.status_record(description, coverage, recall))
    else:
        out.print(terminal.status_lines(description, coverage, recall))


@app.command("reindex")
def reindex_command(archive: ArchiveOption = None) -> None:
    """Encode everything and find all quotations anew; questions are answered from what was there meanwhile."""
    with _mended():
        count = reindex(_settings(archive))
    out.print(f"{terminal.counted(count, 'article')} encoded anew.")


@app.command("migrate")
def migrate_command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The archive: a folder, or a postgresql:// address.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Where to: the same, with nothing in it yet.")],
    as_json: JsonOption = False,
    check: Annotated[bool, typer.Option("--check", help="Move nothing, only compare the two.")] = False,
) -> None:
    """Move an archive to another engine without encoding anything again, and prove that both hold the same."""
    with _mended(), _resumable(), _paced() as told:
        done = migrate(source, target, check=check, progress=told)
    if as_json:
        _print_json(asdict(done))
    else:
        out.print(terminal.moved_lines(done))


@contextmanager
def _paced() -> Iterator[Told]:
    """Shows how far a move has come, on standard error, for as long as it lasts."""
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=err, transient=True) as bar:
        task, began = bar.add_task("Opening …", total=None), dict[Stage, float]()

        def told(moving: Step) -> None:
            seconds = monotonic() - began.setdefault(moving.stage, monotonic())
            bar.update(task, description=terminal.moving_line(moving, seconds))

        yield told


@app.command("plan")
def plan_command(
    paragraphs: Annotated[int, typer.Option(help="How many paragraphs are to be searched.")],
    questions_per_second: Annotated[float, typer.Option(help="How many questions come at the busiest time.")] = 1.0,
    replicas: Annotated[int, typer.Option(help="How many processes of the bot are to answer.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Work out which engine, machines, memory and disk an archive of a size needs, and how late answers are."""
    with _mended():
        planned = plan(paragraphs=paragraphs, questions_per_second=questions_per_second, replicas=replicas)
    if as_json:
        _print_json(asdict(planned) | {"constants": [asdict(one) for one in planned.constants]})
    else:
        out.print(terminal.plan_lines(planned))


@contextmanager
def _opened(archive: str | None, *, writing: bool = False) -> Iterator[Archive]:
    with open_archive(_settings(archive), writing=writing) as opened:
        yield opened


def _settings(archive: str | None) -> Settings:
    environ = {name: value for name, value in dotenv_values(".env").items() if value is not None} | dict(os.environ)
    settings = Settings.from_environ(environ)
    return replace(settings, archive=placed(archive)) if archive else settings


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


@contextmanager
def _resumable() -> Iterator[None]:
    """Tell whoever stops a long command that nothing is lost by it."""
    try:
        yield
    except KeyboardInterrupt:
        _warn("stopped; what was written is on file, and the same command goes on from there")
        raise typer.Exit(STOPPED) from None


def _fail(error: ArchiveError, status: int) -> NoReturn:
    err.print(f"onrecord: {error}", style="red", markup=False)
    raise typer.Exit(status) from error


def _print_json(record: records.Record) -> None:
    print(json.dumps(record, ensure_ascii=False, indent=2))


def _print_line(record: records.Record) -> None:
    print(json.dumps(record, ensure_ascii=False))
