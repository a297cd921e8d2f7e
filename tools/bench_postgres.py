"""Prints what the archive on PostgreSQL does at a size: loading, disk, questions, recall, and what a replica costs.

    python -m tools.bench_postgres [--paragraphs 100000] [--vectors FILE.npy] [--server URL] [--folder DIR]

The archive is made as ``tools.bench_scale`` makes its own, loaded as ``onrecord migrate`` loads one, and asked beside
an embedded archive of the same articles: the last column is the server's figure over the embedded one's. Without
``--server`` a server of the tests' own is started, and a replica beside it. Trips are counted by a proxy that holds
whatever passes up for ten milliseconds each way, as a network between two countries does.

Recall is that of the ten nearest paragraphs, against all compared one by one; the overlap of words that of the forty
best by words with those of SQLite's FTS5 in the embedded archive.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from rich.console import Console
from rich.table import Table

from embeddings import Archive, Filters, Settings, open_archive
from embeddings.store import Dossier, Entry, Filed, Logbook
from embeddings.store.packing import article_handles
from embeddings.store.postgres import PostgresStore
from embeddings.store.postgres.filtering import condition
from embeddings.store.postgres.serving import printed
from embeddings.wiring import make_encoder
from embeddings.words import telling_words
from tests.servers import Primary, Runs, engine, new_primary, new_replica
from tests.servers.proxy import Proxy
from tools.bench_scale import (
    DAYS,
    FIRST_DAY,
    SPEAKER,
    TOGETHER,
    Corpus,
    Vectors,
    entries,
    percentiles,
    settings_for,
    vectors_file,
    writer,
)
from tools.datasets import asked_on, question_set

QUESTIONS = 30
WARMING = 10
"""So many are asked before, and not counted."""
PUT, AGAIN = 100, 10
"""So many articles are put into the live index, and so many one by one, each with a question after it."""
NEAREST, WANTED = 10, 40
DELAY = 0.01
"""Seconds that the proxy holds a packet up, each way."""
RELATIONS = """
    SELECT regexp_replace(relname, '_[0-9]+$', ''), sum(pg_relation_size(oid) + CASE WHEN reltoastrelid = 0 THEN 0
        ELSE pg_total_relation_size(reltoastrelid) END), sum(pg_indexes_size(oid))
    FROM pg_class WHERE relnamespace = 'archive'::regnamespace AND relkind = 'r' GROUP BY 1 ORDER BY 2 DESC
"""
EXACT = """
    SELECT article, serving, ordinal FROM windows WHERE {test} GROUP BY article, serving, ordinal
    ORDER BY min(vector::vector <#> %(vector)s::vector), article, serving, ordinal LIMIT %(limit)s
"""
console = Console(width=120, highlight=False)


@dataclass(frozen=True, slots=True)
class Sides:
    """The same articles on either engine, and the server's database."""

    url: str
    server: Archive
    embedded: Archive


def main() -> None:
    """Load, measure, print."""
    options = _options()
    with ExitStack() as stack:
        primary = None if options.server else stack.enter_context(_primary())
        url = options.server or primary.fresh()  # type: ignore[union-attr]  # one of the two is there
        table = Table(title=f"PostgreSQL, {options.paragraphs:,} paragraphs", title_justify="left")
        for title in ("", "PostgreSQL", "embedded", "ratio"):
            table.add_column(title, justify="right" if title else "left")
        _corpus()
        console.print("the articles are read", style="dim")
        if not _loaded(url):
            _load(table, url, options)
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not (folder / "archive.db").exists():
            _load_embedded(table, folder, options)
        server = stack.enter_context(open_archive(_on(url), writing=True))
        sides = Sides(url, server, stack.enter_context(open_archive(settings_for(folder), writing=True)))
        _questions(table, sides)
        _delayed(table, sides)
        _after_a_write(table, sides, options)
        _recall(table, sides)
        _put(table, sides, options)
        _disk(table, url, options.paragraphs)
        if primary is not None:
            _position_check(table, url, primary)
        console.print(table)


# Loading.


@contextmanager
def _primary() -> Iterator[Primary]:
    runs = Runs(engine())
    try:
        with new_primary(runs) as primary:
            primary.run("ALTER SYSTEM SET shared_buffers = '1GB'")
            primary.run("ALTER SYSTEM SET maintenance_work_mem = '1GB'")
            primary.stop()
            primary.start()
            yield primary
    finally:
        runs.close()


@cache
def _corpus() -> Corpus:
    return Corpus.read()


def _on(url: str) -> Settings:
    return Settings.from_environ({"ONRECORD_ARCHIVE": url, "ONRECORD_QUOTES": "off", "ONRECORD_THREADS": "2"})


def _entries(options: argparse.Namespace) -> Iterator[Entry]:
    """As many as have so many paragraphs, the same at every call."""
    done = 0
    for entry in entries(_corpus(), Vectors(vectors_file(options.vectors))):
        if done >= options.paragraphs:
            return
        done += len(entry.words)
        yield entry


def _loaded(url: str) -> bool:
    with psycopg.connect(url) as connection:
        [(table,)] = connection.execute("SELECT to_regclass('archive.servings')").fetchall()
        return bool(table and connection.execute("SELECT FROM archive.servings LIMIT 1").fetchall())


def _load(table: Table, url: str, options: argparse.Namespace) -> None:
    encoder = make_encoder(_on(url))
    book = Logbook(
        encoder=encoder.name,
        dimension=encoder.dimension,
        changes=(),
        alerts=(),
        judgements=(),
        arrivals={},
        last_ingest=None,
    )
    making = _Making(_entries(options))
    with PostgresStore(url, encoder=encoder.name, dimension=encoder.dimension, writing=True) as store:
        start = time.perf_counter()
        store.restore((_dossier(entry) for entry in making), book)
        end = time.perf_counter()
    copied = making.ended - start - making.took
    table.add_row("loaded, paragraphs/s", f"{making.paragraphs / copied:,.0f}")
    table.add_row("index and statistics, s", f"{end - making.ended:.1f}")
    console.print(f"loaded in {end - start:.0f} s", style="dim")


class _Making:
    """Entries on their way, with the time that making them takes."""

    def __init__(self, made: Iterator[Entry]) -> None:
        self._made, self.took, self.paragraphs, self.ended = made, 0.0, 0, 0.0

    def __iter__(self) -> Iterator[Entry]:
        while True:
            start = time.perf_counter()
            entry = next(self._made, None)
            self.ended = time.perf_counter()
            self.took += self.ended - start
            if entry is None:
                return
            self.paragraphs += len(entry.words)
            yield entry


def _dossier(entry: Entry) -> Dossier:
    one = entry.article
    handles = tuple(sorted(set(article_handles(one))))
    return Dossier(id=one.id, aliases=(), handles=handles, versions=(Filed(article=one),), entry=entry)


def _load_embedded(table: Table, folder: Path, options: argparse.Namespace) -> None:
    making = _Making(_entries(options))
    store, source = writer(folder), iter(making)
    start = time.perf_counter()
    while batch := list(islice(source, TOGETHER)):
        store.put(batch)
    store.close()
    took = time.perf_counter() - start
    table.add_row("put, paragraphs/s", "", f"{making.paragraphs / (took - making.took):,.0f}")
    console.print(f"embedded in {took:.0f} s", style="dim")


def _put(table: Table, sides: Sides, options: argparse.Namespace) -> None:
    """New articles into the live index."""
    made = list(islice(entries(_corpus(), Vectors(vectors_file(options.vectors))), PUT))
    added = [replace(each, article=replace(each.article, id=f"added {n}")) for n, each in enumerate(made)]
    start = time.perf_counter()
    sides.server.store.put(added)
    took = time.perf_counter() - start
    windows = sum(len(each.ordinals) for each in added)
    table.add_row("put into the live index, windows/s", f"{windows / took:,.0f}")
    table.add_row("  ms an article", f"{took / PUT * 1000:.1f}")


# Questions.


def _queries() -> list[dict[str, Any]]:
    return list(question_set("rtqa").queries[:QUESTIONS])


def _filters(archive: Archive) -> dict[str, Filters]:
    everything = archive.open_filters()
    outlets = archive.coverage().outlets
    wanted = sum(outlets.values()) / 8
    outlet = min(outlets, key=lambda name: abs(outlets[name] - wanted))
    middle, recent = FIRST_DAY + timedelta(days=DAYS // 2), FIRST_DAY + timedelta(days=DAYS - DAYS // 8)
    return {
        "none": everything,
        "days 1 %": replace(everything, since=middle, before=middle + timedelta(days=37)),
        "days 12 %": replace(everything, since=recent),
        "days 50 %": replace(everything, since=middle),
        f"outlet {outlets[outlet] / sum(outlets.values()):.0%}": replace(everything, outlets=frozenset({outlet})),
        "speaker 1 %": replace(everything, speakers=frozenset({SPEAKER})),
        "days 12 % of the outlet": replace(everything, since=recent, outlets=frozenset({outlet})),
    }


def _asking(archive: Archive, filters: Filters) -> list[Callable[[], object]]:
    return [
        lambda query=query: archive.ask(query["query"], asked=asked_on(query), filters=filters)  # type: ignore[misc]
        for query in _queries()
    ]


def _looking(archive: Archive, filters: Filters) -> list[Callable[[], object]]:
    asked = [(archive.search.encoder.question(one["query"]), telling_words(one["query"])) for one in _queries()]
    return [
        lambda vector=vector, words=words: archive.store.candidates(  # type: ignore[misc]
            vector, words, [words[:2]], filters=filters, limit=WANTED
        )
        for vector, words in asked
    ]


def _timed(steps: Sequence[Callable[[], object]]) -> list[float]:
    """The percentiles, after some that are not counted."""
    for step in steps[:WARMING]:
        step()
    times = []
    for step in steps:
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return percentiles(times)


def _row(table: Table, label: str, ours: Sequence[float], theirs: Sequence[float]) -> None:
    cells = [" / ".join(f"{each:.1f}" for each in side) for side in (ours, theirs)]
    table.add_row(label, *cells, " / ".join(f"{a / b:.2f}" for a, b in zip(ours, theirs, strict=True)))


def _questions(table: Table, sides: Sides) -> None:
    for name, filters in _filters(sides.server).items():
        for label, steps in (("candidates", _looking), ("whole question", _asking)):
            ours, theirs = (_timed(steps(side, filters)) for side in (sides.server, sides.embedded))
            _row(table, f"{label}, {name}: p50 / p95 ms", ours, theirs)


def _delayed(table: Table, sides: Sides) -> None:
    """What the trips to the server cost where it is not on the same machine, and how many a question takes."""
    with Proxy(sides.url, delay=DELAY) as proxy, open_archive(_on(proxy.url)) as far:
        for label, steps in (("candidates", _looking), ("whole question", _asking)):
            asked, before = steps(far, far.open_filters()), proxy.trips
            took = _timed(asked)
            trips = (proxy.trips - before) / (len(asked) + len(asked[:WARMING]))
            table.add_row(f"{label}, {2 * DELAY * 1000:.0f} ms a trip: p50 / p95 ms", "{:.1f} / {:.1f}".format(*took))
            table.add_row("  trips a question", f"{trips:.1f}")


def _after_a_write(table: Table, sides: Sides, options: argparse.Namespace) -> None:
    """What a question costs that is the first after a write."""
    made = islice(entries(_corpus(), Vectors(vectors_file(options.vectors))), 2 * AGAIN)
    added = iter([replace(each, article=replace(each.article, id=f"after {n}")) for n, each in enumerate(made)])
    for label in ("coverage", "names"):
        some = list(islice(added, AGAIN))
        ours, theirs = (percentiles(list(_first_after(side, label, some))) for side in (sides.server, sides.embedded))
        _row(table, f"{label} after a write: p50 / p95 ms", ours, theirs)


def _first_after(archive: Archive, label: str, some: Sequence[Entry]) -> Iterator[float]:
    filters = archive.open_filters()
    for entry in some:
        ask = getattr(archive.store, label)
        ask(filters)
        archive.store.put([entry])
        start = time.perf_counter()
        ask(filters)
        yield time.perf_counter() - start


# What is found.


def _recall(table: Table, sides: Sides) -> None:
    with psycopg.connect(sides.url) as connection:
        connection.execute("SET search_path = archive, public")
        connection.execute("SET enable_indexscan = off")
        for name, filters in _filters(sides.server).items():
            shares = [_share(connection, sides.server, query["query"], filters) for query in _queries()]
            table.add_row(f"recall@{NEAREST}, {name}: mean / least", f"{np.mean(shares):.3f} / {min(shares):.2f}")
    alike = [_alike(sides, query["query"]) for query in _queries()]
    table.add_row("the best by words, shared with FTS5's: mean / least", f"{np.mean(alike):.3f} / {min(alike):.2f}")


def _share(connection: psycopg.Connection[Any], archive: Archive, text: str, filters: Filters) -> float:
    """How much of the exactly nearest is found."""
    vector = archive.search.encoder.question(text)
    test, values = condition(filters)
    values |= {"vector": printed(vector), "limit": NEAREST}
    exact = connection.execute(
        f"SELECT a.id, ordinal FROM ({EXACT.format(test=test)}) AS near JOIN articles a ON a.row = article",
        values,
    ).fetchall()
    found = archive.store.candidates(vector, [], [], filters=filters, limit=WANTED).items[:NEAREST]
    near = {(one.article.id.encode(), one.ordinal) for one in found}
    return len(near & {tuple(row) for row in exact}) / max(len(exact), 1)


def _alike(sides: Sides, text: str) -> float:
    """How many of the best by words both engines share."""
    ours, theirs = (_best_by_words(side, text) for side in (sides.server, sides.embedded))
    return len(ours & theirs) / max(len(theirs), 1)


def _best_by_words(archive: Archive, text: str) -> set[tuple[str, int]]:
    vector, told = archive.search.encoder.question(text), telling_words(text)
    found = archive.store.candidates(vector, told, [], filters=archive.open_filters(), limit=WANTED).items
    return {(one.article.id, one.ordinal) for one in found if one.lexical > 0}


# Disk, and the replica.


def _disk(table: Table, url: str, paragraphs: int) -> None:
    with psycopg.connect(url) as connection:
        rows = connection.execute(RELATIONS).fetchall()
        index = connection.execute("SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relam = %s", [_hnsw(url)])
        [(vectors,)] = index.fetchall()
    table.add_row("disk, bytes a paragraph: rows + indexes", _bytes(rows, paragraphs))
    for name, size, indexes in rows[:8]:
        table.add_row(f"  {name}", f"{size / paragraphs:,.0f} + {indexes / paragraphs:,.0f}")
    table.add_row("  of which the index of the vectors", f"{vectors / paragraphs:,.0f}")


def _hnsw(url: str) -> int:
    with psycopg.connect(url) as connection:
        return int(connection.execute("SELECT oid::bigint FROM pg_am WHERE amname = 'hnsw'").fetchall()[0][0])


def _bytes(rows: Sequence[tuple[Any, ...]], paragraphs: int) -> str:
    return f"{sum(row[1] for row in rows) / paragraphs:,.0f} + {sum(row[2] for row in rows) / paragraphs:,.0f}"


def _position_check(table: Table, url: str, primary: Primary) -> None:
    """What it costs to ask the primary for the last write before the replica answers."""
    with new_replica(primary) as replica:
        settings = _on(url)
        behind = replace(settings, archive=replace(settings.archive, replica=replica.beside(url)))  # type: ignore[type-var]
        with open_archive(behind) as through:
            ours = _timed(_looking(through, through.open_filters()))
    with psycopg.connect(url, autocommit=True) as connection:
        check = _timed([lambda: connection.execute("SELECT position FROM archive.standing").fetchall()] * 100)
    table.add_row("candidates through the replica: p50 / p95 ms", "{:.1f} / {:.1f}".format(*ours))
    table.add_row("  the check of the position: p50 / p95 ms", "{:.2f} / {:.2f}".format(*check))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paragraphs", type=int, default=100_000)
    parser.add_argument("--vectors", type=Path, help="real vectors, one a row, of the configured encoder")
    parser.add_argument("--server", help="the address of a database that is empty, or that this has loaded before")
    parser.add_argument("--folder", type=Path, help="where the embedded archive is kept for another time")
    return parser.parse_args()


if __name__ == "__main__":
    main()
