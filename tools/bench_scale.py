"""Prints how the embedded archive grows: time, memory and disk at several sizes, each measured in a process of its own.

    python -m tools.bench_scale [--sizes 10k,100k,1M,10M] [--vectors FILE.npy] [--folder DIR]

An archive of N paragraphs is made of the real articles of ``news_large.jsonl.gz``, over and over: every copy has an
id and a day of its own, and three in ten of its words are others that are about as frequent, so that words are as
rare as in real text. Vectors are those of real paragraphs with some noise, and their sentences' with more; without
``--vectors`` so many are encoded once and kept in ``.evaluation/``. Nothing is extracted: every fifth paragraph is
credited to somebody, one article in a hundred to ``SPEAKER``. All goes through ``EmbeddedStore.put``. An archive that
is there already is measured as it is.

Questions are rtqa's. Each figure is printed for the first time that a question is asked and for the second, with its
filters; ``store`` is the part of the archive alone, in processor time.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from embeddings import Archive, Article, Filters, Settings, open_archive
from embeddings.encoder import digest
from embeddings.news import Kind, Named, Nature, Paragraph, Quotation, Span, Status
from embeddings.paragraphs import sentences
from embeddings.readers import read
from embeddings.sentence_codes import sentence_codes
from embeddings.store import Entry, Placement
from embeddings.store.embedded import EmbeddedStore
from embeddings.wiring import make_encoder
from embeddings.words import telling_words, words
from tools.datasets import WORK, asked_on, question_set, shared

SPEAKER = "Ada Bench"
FIRST_DAY = date(2016, 1, 1)
DAYS = 3_650
ENCODED = 50_000
"""So many paragraphs are encoded where no vectors are given."""
TOGETHER = 64
BAND = 50
"""A word takes the place of one of so many that are about as frequent."""
CHANGED, PURGED = 100, 3
"""So many articles are added, replaced and killed, and so many of them purged."""
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
TEXT = {"versions"}
"""Tables that hold the articles themselves."""
FILTERS = {
    "none": {},
    "speaker 1 %": {"speakers": frozenset({SPEAKER})},
    "days 1 %": {"since": FIRST_DAY + timedelta(days=DAYS // 2), "before": FIRST_DAY + timedelta(days=DAYS // 2 + 37)},
    "days 12 %": {"since": FIRST_DAY + timedelta(days=DAYS - DAYS // 8)},
}
console = Console(width=150, highlight=False)


# What the archives are made of.


@dataclass(frozen=True, slots=True)
class Original:
    """A real article taken apart: the numbers of its words, and what stands between them."""

    article: Article
    paragraphs: tuple[tuple[np.ndarray, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Real articles, the words in them from the most frequent on, and what each is to the index."""

    originals: tuple[Original, ...]
    printed: np.ndarray
    analysed: np.ndarray

    @classmethod
    def read(cls) -> Corpus:
        """The articles of the larger real corpus."""
        source = shared() / "data" / "retrieval" / "news_large.jsonl.gz"
        articles = [one for one in read(source) if isinstance(one, Article) and one.paragraphs]
        counts = Counter(word for one in articles for word in WORD.findall(one.text))
        numbers = {word: number for number, (word, _) in enumerate(counts.most_common())}
        return cls(
            originals=tuple(Original(one, tuple(_apart(one, numbers))) for one in articles),
            printed=np.array(list(numbers), dtype=object),
            analysed=np.array([" ".join(words(word)) for word in numbers], dtype=object),
        )

    def swapped(self, copy: int) -> np.ndarray:
        """Which word stands for each in this copy."""
        chance = np.random.default_rng(copy)
        order = np.arange(len(self.printed))
        for start in range(0, len(order) if copy else 0, BAND):
            band = start + np.flatnonzero(chance.random(len(order[start : start + BAND])) < 0.3)
            order[band] = chance.permutation(band)
        return order


def _apart(article: Article, numbers: dict[str, int]) -> Iterator[tuple[np.ndarray, tuple[str, ...]]]:
    for paragraph in article.paragraphs:
        text = paragraph.span.cut(article.text)
        found = [match.span() for match in WORD.finditer(text)]
        edges = [0, *(edge for span in found for edge in span), len(text)]
        between = tuple(text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2))
        yield np.array([numbers[text[start:end]] for start, end in found], dtype=np.int64), between


class Vectors:
    """Real vectors, each with some noise, one after another."""

    def __init__(self, path: Path) -> None:
        self._real = np.load(path, mmap_mode="r")
        self._chance = np.random.default_rng(7)
        self._place = 0

    def next(self, count: int) -> np.ndarray:
        """So many unit rows."""
        rows = self._real[(self._place + np.arange(count)) % len(self._real)].astype(np.float32)
        self._place += count
        return self._noisy(rows, 0.01)

    def about(self, row: np.ndarray, count: int) -> np.ndarray:
        """So many unit rows about this one."""
        return self._noisy(np.repeat(row.reshape(1, -1), count, axis=0), 0.03)

    def _noisy(self, rows: np.ndarray, much: float) -> np.ndarray:
        rows += self._chance.standard_normal(rows.shape, dtype=np.float32) * np.float32(much)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def entries(corpus: Corpus, vectors: Vectors) -> Iterator[Entry]:
    """Entries without end."""
    chance = random.Random(11)
    for copy in count():
        order = corpus.swapped(copy)
        printed, analysed = corpus.printed[order], corpus.analysed[order]
        for original in corpus.originals:
            yield _entry(original, copy, printed, analysed, vectors, chance)


def _entry(
    original: Original,
    copy: int,
    printed: np.ndarray,
    analysed: np.ndarray,
    vectors: Vectors,
    chance: random.Random,
) -> Entry:
    texts = [_joined(printed[numbers], between) for numbers, between in original.paragraphs]
    starts = np.cumsum([0, *(len(text) + 2 for text in texts)]).tolist()
    paragraphs = tuple(
        Paragraph(n, start, start + len(text)) for n, (start, text) in enumerate(zip(starts, texts, strict=False), 1)
    )
    one = original.article
    article = replace(
        one,
        id=f"{one.id}-{copy}",
        text="\n\n".join(texts),
        paragraphs=paragraphs,
        published=FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
        dateline=None,
        version=1,
    )
    headline, *_ = _lines([WORD.findall(one.headline or "")])
    rows = vectors.next(len(texts))
    return Entry(
        article=article,
        placement=Placement.SERVE,
        vectors=rows,
        sentences=[_sentences(text, row, vectors) for text, row in zip(texts, rows, strict=True)],
        ordinals=range(1, len(texts) + 1),
        digests=[digest(text) for text in texts],
        words=[" ".join(analysed[numbers]) for numbers, _ in original.paragraphs],
        headline_words=headline,
        quotations=list(_quotations(paragraphs, chance)),
        # Of texts that are no copies of one another.
        signature=np.frombuffer(chance.randbytes(4 * 256), dtype=np.uint32),
    )


def _sentences(text: str, row: np.ndarray, vectors: Vectors) -> bytes:
    """Codes for the sentences of a paragraph, if it has several: vectors somewhere about its own."""
    count = len(sentences(text, Span(0, len(text))))
    return sentence_codes(vectors.about(row, count)) if count > 1 else b""


def _joined(printed: np.ndarray, between: Sequence[str]) -> str:
    pieces = [""] * (2 * len(between) - 1)
    pieces[::2] = between
    pieces[1::2] = printed.tolist()
    return "".join(pieces)


def _lines(printed: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(words(" ".join(line))) for line in printed]


def _quotations(paragraphs: Sequence[Paragraph], chance: random.Random) -> Iterator[Quotation]:
    told = [SPEAKER] if chance.random() < 0.01 else []
    for paragraph in paragraphs[::5]:
        name = told.pop() if told else f"Person {int(chance.paretovariate(0.8)) % 50_000}"
        span = Span(paragraph.start, paragraph.end)
        if span.start < span.end:
            speaker = Named(name=name, nature=Nature.PERSON, mention=span, proof=span)
            yield Quotation(content=(span,), kind=Kind.INDIRECT, cue=None, speakers=(speaker,))


# Building.


def settings_for(folder: Path) -> Settings:
    """The settings of an archive in this folder."""
    return Settings.from_environ({"ONRECORD_ARCHIVE": str(folder), "ONRECORD_QUOTES": "off", "ONRECORD_THREADS": "2"})


def writer(folder: Path) -> EmbeddedStore:
    """The archive in this folder, to be written."""
    encoder = make_encoder(settings_for(folder))
    return EmbeddedStore(folder, encoder=encoder.name, dimension=encoder.dimension, writing=True, threads=2)


def build(folder: Path, paragraphs: int, vectors: Path) -> None:
    """Make an archive of so many paragraphs, and say how long each part took."""
    corpus = Corpus.read()
    endless = entries(corpus, Vectors(vectors))
    store = writer(folder)
    done, made, began, processor = 0, 0.0, time.perf_counter(), time.process_time()
    while done < paragraphs:
        start = time.perf_counter()
        batch = list(islice(endless, TOGETHER))
        made += time.perf_counter() - start
        store.put(batch)
        done += sum(len(entry.words) for entry in batch)
    written = time.perf_counter() - began - made
    start = time.perf_counter()
    store.close()
    told = {
        "paragraphs": done,
        "put": done / written,
        "put_cpu": done / (time.process_time() - processor),
        "close": time.perf_counter() - start,
    }
    (folder / "built.json").write_text(json.dumps(told))


def vectors_file(given: Path | None) -> Path:
    """The vectors to build with: those given, or those of some real paragraphs, encoded at the first call."""
    path = given or WORK / "bench-scale-vectors.npy"
    if not path.exists():
        print(f"Encoding {ENCODED:,} paragraphs (once) …", file=sys.stderr)
        source = shared() / "data" / "retrieval" / "news_large.jsonl.gz"
        texts = (p.span.cut(one.text) for one in read(source) if isinstance(one, Article) for p in one.paragraphs)
        path.parent.mkdir(exist_ok=True)
        np.save(path, make_encoder(settings_for(WORK)).passages(list(islice(texts, ENCODED))).astype(np.float16))
    return path


# Measuring.


def memory() -> dict[str, float]:
    """What this process has in memory, in MB: of its own, mapped from files, and both."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    own, mapped, both = (int(lines[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile", "VmRSS"))
    return {"own": own, "mapped": mapped, "both": both}


def percentiles(times: Sequence[float]) -> list[float]:
    """The median and the 95th percentile, in milliseconds."""
    return [float(np.percentile(times, share)) * 1000 for share in (50, 95)]


def measure(folder: Path) -> dict[str, Any]:
    """Everything that is asked of an archive, in a fresh process."""
    start = time.perf_counter()
    archive = open_archive(settings_for(folder))
    archive.coverage()
    told: dict[str, Any] = {"open": time.perf_counter() - start, "opened": memory()}
    queries = question_set("rtqa").queries
    for name, narrowed in FILTERS.items():
        filters = replace(archive.open_filters(), **narrowed)  # type: ignore[arg-type]  # the table names real fields
        asked = queries if not narrowed else queries[:100]
        told[name] = [_asked(archive, asked, filters) for _ in range(2)]
    told["store"] = percentiles([_looked_up(archive, query) for query in queries[:100]])
    told["memory"] = memory()
    start = time.perf_counter()
    archive.store.names(archive.open_filters())
    told["names"] = time.perf_counter() - start
    start = time.perf_counter()
    archive.status()
    told["status"] = time.perf_counter() - start
    archive.close()
    return told


def _asked(archive: Archive, queries: Sequence[dict[str, Any]], filters: Filters) -> list[float]:
    """The percentiles of whole questions by the clock, then by the processor."""
    times, processor = [], []
    for query in queries:
        start, before = time.perf_counter(), time.process_time()
        archive.ask(query["query"], asked=asked_on(query), filters=filters)
        times.append(time.perf_counter() - start)
        processor.append(time.process_time() - before)
    return [*percentiles(times), *percentiles(processor)]


def _looked_up(archive: Archive, query: dict[str, Any]) -> float:
    vector = archive.search.encoder.question(query["query"])
    filters, told = archive.open_filters(), telling_words(query["query"])
    start = time.process_time()
    archive.store.candidates(vector, told, [], filters=filters, limit=40)
    return time.process_time() - start


def change(folder: Path, vectors: Path) -> dict[str, Any]:
    """How long it takes, in milliseconds an article, to add, replace, kill and purge some."""
    corpus = Corpus.read()
    some = islice(entries(Corpus(corpus.originals[:CHANGED], corpus.printed, corpus.analysed), Vectors(vectors)), 100)
    added = [replace(each, article=replace(each.article, id=f"new {n}")) for n, each in enumerate(some)]
    newer = [replace(each, article=replace(each.article, version=2)) for each in added]
    none = np.zeros((0, added[0].vectors.shape[1]), dtype=np.float32)
    killed = [
        Entry(
            article=replace(each.article, version=3, status=Status.CANCELED),
            placement=Placement.WITHDRAW,
            vectors=none,
        )
        for each in added
    ]
    with writer(folder) as store:
        steps = {"add": added, "replace": newer, "kill": killed}
        told = {name: _timed([partial(store.put, [each]) for each in step]) for name, step in steps.items()}
        return told | {"purge": _timed([partial(store.remove, [each.article.id]) for each in added[:PURGED]])}


def _timed(steps: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds a step, of the clock and of the processor."""
    start, processor = time.perf_counter(), time.process_time()
    for step in steps:
        step()
    took = time.perf_counter() - start, time.process_time() - processor
    return [each / len(steps) * 1000 for each in took]


def disk(folder: Path) -> dict[str, int]:
    """Bytes of each table with its indexes, and of the other files; the shelves of words are one."""
    sizes: Counter[str] = Counter()
    connection = sqlite3.connect(folder / "archive.db")
    owners = dict(connection.execute("SELECT name, tbl_name FROM sqlite_master"))
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    # The pages of a table that is larger than 4 GB are counted right, their bytes are not.
    for name, pages in connection.execute("SELECT name, pageno FROM dbstat WHERE aggregate = TRUE"):
        table = re.sub(r"^(shelf|headlines).*", r"lists of words", owners.get(name, name))
        sizes["articles' text" if table in TEXT else table] += pages * page
    connection.close()
    sizes["index files"] = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file())
    return dict(sizes)


# Printing.


def main() -> None:
    """Build what is missing, measure all, print the curve."""
    options = _options()
    if options.measure:
        print(json.dumps(_PARTS[options.measure](options.folder, options.vectors)))
        return
    found: dict[int, dict[str, Any]] = {}
    for size in options.sizes:
        folder = options.folder / f"{size}"
        if not (folder / "built.json").exists():
            build(folder, size, vectors_file(options.vectors))
        found[size] = {"built": json.loads((folder / "built.json").read_text())}
        for part in _PARTS:
            found[size][part] = _apart_measured(part, folder, options.vectors)
    _print(found)
    (options.folder / "scale.json").write_text(json.dumps(found, indent=1))


_PARTS: dict[str, Callable[[Path, Path | None], Any]] = {
    "disk": lambda folder, _: disk(folder),
    "measure": lambda folder, _: measure(folder),
    "change": lambda folder, vectors: change(folder, vectors_file(vectors)),
}


def _apart_measured(part: str, folder: Path, vectors: Path | None) -> Any:  # noqa: ANN401 - what a part prints
    command = [sys.executable, "-m", "tools.bench_scale", "--measure", part, "--folder", str(folder)]
    given = ["--vectors", str(vectors)] if vectors else []
    run = subprocess.run([*command, *given], capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"{part} of {folder} failed:\n{run.stderr}")
    return json.loads(run.stdout.splitlines()[-1])


def _rows(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    built, measured, changed, sizes = one["built"], one["measure"], one["change"], one["disk"]
    paragraphs = built["paragraphs"]
    yield "put, paragraphs/s (a processor's second)", f"{built['put']:,.0f} ({built['put_cpu']:,.0f})"
    yield "close after building, s", f"{built['close']:.1f}"
    yield "open, s", f"{measured['open']:.2f}"
    for name in FILTERS:
        for which, told in zip(("first", "again"), measured[name], strict=True):
            label = f"question, filters {name}, {which}: p50 / p95 ms (processor)"
            yield label, "{:.1f} / {:.1f} ({:.1f} / {:.1f})".format(*told)
    yield "store alone, processor ms: p50 / p95", "{:.1f} / {:.1f}".format(*measured["store"])
    yield "memory MB: own + mapped", "{own:,.0f} + {mapped:,.0f}".format(**measured["memory"])
    yield "every name, s", f"{measured['names']:.2f}"
    yield "status, s", f"{measured['status']:.2f}"
    for name, took in changed.items():
        yield f"{name}, ms an article (processor)", "{:.1f} ({:.1f})".format(*took)
    text = sizes.pop("articles' text")
    yield "disk besides the text, bytes a paragraph", f"{sum(sizes.values()) / paragraphs:,.0f}"
    for name, size in sorted(sizes.items(), key=lambda each: -each[1])[:9]:
        yield f"  {name}", f"{size / paragraphs:,.0f}"
    yield "text, bytes a paragraph", f"{text / paragraphs:,.0f}"


def _print(found: dict[int, dict[str, Any]]) -> None:
    table = Table(title=f"The embedded archive as it grows ({datetime.now(UTC):%Y-%m-%d})", title_justify="left")
    table.add_column("")
    columns = {size: dict(_rows(one)) for size, one in found.items()}
    for one in found.values():
        table.add_column(f"{one['built']['paragraphs']:,}", justify="right")
    for label in dict.fromkeys(label for column in columns.values() for label in column):
        table.add_row(label, *(column.get(label, "") for column in columns.values()))
    console.print(table)


def _sizes(text: str) -> list[int]:
    scale = {"k": 1_000, "M": 1_000_000}
    return [int(float(each.rstrip("kM")) * scale.get(each[-1], 1)) for each in text.split(",")]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=_sizes, default=[10_000, 100_000], help="paragraphs, as 10k,100k,1M,10M")
    parser.add_argument("--vectors", type=Path, help="real vectors, one a row, of the configured encoder")
    parser.add_argument("--folder", type=Path, default=WORK / "scale", help="where the archives are kept")
    parser.add_argument("--measure", choices=("disk", "measure", "change"), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
