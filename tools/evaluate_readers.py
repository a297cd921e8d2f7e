"""Prints how much of what the samples' manifest expects the readers give, by format and field, with every miss.

A miss that is understood has its reason in ``READER_MISSES.json`` beside this file, or a reason that is found by
looking. A miss without one makes the exit status 1. On web pages trafilatura alone is read in the same run.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import feedparser
from lxml import html
from rich.console import Console
from rich.table import Table
from trafilatura import bare_extraction
from trafilatura.settings import Document

from embeddings.fields import moment
from embeddings.readers import read
from tools.datasets import shared
from tools.expectations import ALIKE, Seen, check, known, line

UNDERSTOOD = Path(__file__).with_name("READER_MISSES.json")
PAGE_FIELDS = (
    "headline",
    "byline",
    "day",
    "date",
    "first_paragraph",
    "last_paragraph",
    "n_paragraphs",
    "must_contain",
    "must_not_contain",
    "article_body",
    "language",
)
_ASIDE = frozenset(["gold_version", "expect_expr"])
"""What the manifest says that is no expectation of a field."""
_HEADER = re.compile(rb"Header:[ \t]*([\w-]+)[ \t]*:[ \t]*([^\r\n]*)")
_NEEDS_CHARDET = re.compile(rb"SkipUnless:[^\n]*chardet")
_CALLS = frozenset(["len", "locals", "get", "has_key"])
console = Console(width=120, highlight=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A sample with what is expected of it."""

    path: str
    kind: str
    expected: Mapping[str, Any]
    file: Path

    def wanted(self) -> Iterator[tuple[str, Any]]:
        """Every field with what is expected of it."""
        for name, value in self.expected.items():
            if name not in _ASIDE:
                yield name, value
        if self.kind == "html" and self.expected.get("date"):
            yield "day", self.expected["date"]


@dataclass(frozen=True, slots=True)
class Miss:
    """An expectation that was not met, with the reason where one is known."""

    path: str
    field: str
    reason: str | None


def main() -> int:
    """Read every sample and print what came of it; 1 where a miss is not understood."""
    rows = list(_rows(shared() / "newsroom" / "samples"))
    understood = json.loads(UNDERSTOOD.read_text(encoding="utf-8"))
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    misses: list[Miss] = []
    seen_by_row = [(row, _seen(row)) for row in rows]
    for row, seen in seen_by_row:
        for name, score in _scores(row, seen):
            scores[row.kind, name].append(score)
            if score < (ALIKE if name == "article_body" else 1):
                misses.append(Miss(row.path, name, _reason(row, name, seen, understood)))
    _print_scores(scores)
    _print_pages([(row, seen) for row, seen in seen_by_row if row.kind == "html"])
    return _print_misses(misses, understood)


def _rows(samples: Path) -> Iterator[Row]:
    for record in (samples / "MANIFEST.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(record)
        yield Row(row["path"], row["format"], row["expected"] or {}, samples / row["path"])


def _seen(row: Row) -> Seen:
    return Seen.of(list(read(row.file)))


def _scores(row: Row, seen: Seen) -> Iterator[tuple[str, float]]:
    """How far each expectation is met; "read" is that there came an article, a notice, or a word on why not."""
    yield "read", float(bool(seen.articles or seen.notices or seen.refusals))
    if "expect_expr" in row.expected:
        yield "expect_expr", float(_holds(row))
    for name, value in row.wanted():
        yield name, check(name, value, seen) if known(name) else 0.0


def _holds(row: Row) -> bool:
    """Whether feedparser finds in a feed what the feed's own comment says."""
    data = row.file.read_bytes()
    sent = {name.decode().lower(): value.decode().strip() for name, value in _HEADER.findall(data)}
    parsed = feedparser.parse(data, response_headers={"content-type": "application/xml"} | sent if sent else None)
    tree = ast.parse(row.expected["expect_expr"], mode="eval")
    if not all(map(_only_compares, ast.walk(tree))):
        sys.exit(f"{row.path}: an expression that does more than compare; look at it.")
    names: dict[str, Any] = {"__builtins__": {}, "len": len, "locals": lambda: parsed}
    return bool(eval(compile(tree, row.path, "eval"), names, parsed))


def _only_compares(node: ast.AST) -> bool:
    """Whether a part of an expression only looks at what a parser returned."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name | ast.Attribute) and _name(node.func) in _CALLS
    return not (isinstance(node, ast.Name | ast.Attribute) and _name(node).startswith("_"))


def _name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _reason(row: Row, name: str, seen: Seen, understood: Mapping[str, Mapping[str, str]]) -> str | None:
    """Why an expectation is not met: as written down, or as looking at the sample tells."""
    looked = {"n_paragraphs": _counted, "language": _unsaid, "expect_expr": _undetected}.get(name)
    return understood.get(row.path, {}).get(name) or (looked(row, seen) if looked else None)


def _counted(row: Row, seen: Seen) -> str | None:
    page = html.document_fromstring(row.file.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    headings = {line("".join(heading.itertext())) for heading in page.iter("h2", "h3", "h4", "h5", "h6")}
    without = [paragraph for paragraph in seen.paragraphs if paragraph not in headings]
    as_expected = len(without) == row.expected["n_paragraphs"]
    return "the sub-headings, which the page prints, are not counted by the manifest" if as_expected else None


def _unsaid(row: Row, seen: Seen) -> str | None:
    return None if seen.language else "the page names no language; it is told from the words when quotations are sought"


def _undetected(row: Row, seen: Seen) -> str | None:
    needs = _NEEDS_CHARDET.search(row.file.read_bytes())
    return "feedparser guesses this encoding only with chardet, which is not installed" if needs else None


def _alone(row: Row) -> Seen:
    """What trafilatura makes of a page by itself."""
    found = bare_extraction(row.file.read_bytes(), with_metadata=True, include_comments=False)
    if not isinstance(found, Document):
        return Seen()
    return Seen(
        headline=found.title,
        byline=found.author,
        published=moment(found.date) if found.date else None,
        language=found.language,
        paragraphs=[words for part in (found.text or "").split("\n") if (words := line(part))],
    )


def _print_scores(scores: Mapping[tuple[str, str], Sequence[float]]) -> None:
    table = Table("format", "field", "met", "of", "share")
    for (kind, name), found in sorted(scores.items()):
        table.add_row(kind, name, f"{sum(found):.4g}", str(len(found)), _percent(found))
    console.print(table)


def _print_pages(pages: Sequence[tuple[Row, Seen]]) -> None:
    table = Table("web pages", "of", "ours", "trafilatura alone")
    ours: dict[str, list[float]] = defaultdict(list)
    theirs: dict[str, list[float]] = defaultdict(list)
    for row, seen in pages:
        alone = _alone(row)
        for name, value in row.wanted():
            ours[name].append(check(name, value, seen))
            theirs[name].append(check(name, value, alone))
    for name in PAGE_FIELDS:
        table.add_row(name, str(len(ours[name])), _percent(ours[name]), _percent(theirs[name]))
    console.print(table)


def _percent(found: Sequence[float]) -> str:
    return f"{sum(found) / len(found):.1%}" if found else "-"


def _print_misses(misses: Sequence[Miss], understood: Mapping[str, Mapping[str, str]]) -> int:
    for miss in misses:
        console.print(f"{miss.path} · {miss.field}: {miss.reason or 'NOT UNDERSTOOD'}", soft_wrap=True)
    open_misses = [miss for miss in misses if not miss.reason]
    missed = {(miss.path, miss.field) for miss in misses}
    stale = [(path, name) for path, names in understood.items() for name in names if (path, name) not in missed]
    for path, name in stale:
        console.print(f"{path} · {name}: has a reason on file and is no miss any more; take it out", soft_wrap=True)
    console.print(f"{len(misses)} misses, {len(open_misses)} not understood, {len(stale)} reasons too many")
    return 1 if open_misses or stale else 0


if __name__ == "__main__":
    sys.exit(main())
