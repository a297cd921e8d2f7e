"""Prints how many gold chains come out right: origin, every link, the whole chain, and what is told as narration.

The attributions are the gold ones, so that the chains are measured by themselves. Where the shared folder is missing,
only the project's own stories are counted.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from embeddings.news import Article, Attribution, Hop, Named, Nature, Span
from embeddings.provenance import chains
from embeddings.provenance.mastheads import same
from embeddings.readers import jsonl, read

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "data" / "chains.jsonl"
SOURCES = ("sample", "seeds", "polnear_dev")
console = Console(width=120, highlight=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """One gold quotation with the parties that it should have come through and the hops that were found."""

    gold: Mapping[str, Any]
    article: Article
    hops: tuple[Hop, ...]
    narrated: bool

    @property
    def found(self) -> list[str]:
        """The parties found, nearest to the speaker first."""
        return [hop.party for hop in self.hops]

    @property
    def whole(self) -> bool:
        """Whether every hop is there, in order, and no other."""
        wanted = self.gold["chain"]
        return len(wanted) == len(self.hops) and all(map(is_party, wanted, self.found))

    @property
    def nearest(self) -> bool:
        """Whether the words came from the right hand first: the first hop is right, or rightly missing."""
        return is_party(*[(chain or [""])[0] for chain in (self.gold["chain"], self.found)])

    @property
    def links(self) -> int:
        """How many of the gold hops are there."""
        return sum(any(is_party(wanted, found) for found in self.found) for wanted in self.gold["chain"])


def is_party(wanted: str, found: str) -> bool:
    """Whether two printed names mean the same party."""
    return wanted == found or bool(wanted and found and same(wanted, found))


def main() -> None:
    """The table, then every chain that is not right."""
    table = Table(box=None, header_style="bold")
    for heading in (
        "gold chains",
        "quotations",
        "two deep",
        "three deep",
        "origin",
        "links",
        "whole chain",
        "narration",
    ):
        table.add_column(heading, justify="left" if heading == "gold chains" else "right")
    everything: list[Judged] = []
    for source in SOURCES:
        judged = list(judge(source))
        everything += judged
        if judged:
            table.add_row(source, *_figures(judged))
    table.add_row("all", *_figures(everything), style="bold")
    console.print(table)
    for one in everything:
        if not one.whole:
            console.print(f"{one.article.id} {one.gold['content'][0]}: {one.gold['chain']} found as {one.found}")


def judge(source: str) -> Iterator[Judged]:
    """Every gold quotation of one source, where its articles are at hand."""
    by_article: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for gold in gold_lines():
        if gold["source"] == source:
            by_article[gold["article"]].append(gold)
    for article in articles(source):
        golds = by_article.get(article.id, [])
        attributions = [attribution(gold) for gold in golds]
        namings = [(named(gold, one),) for gold, one in zip(golds, attributions, strict=True)]
        for gold, found in zip(golds, chains(article, attributions, namings), strict=True):
            yield Judged(gold, article, found.hops, found.narrated)


def gold_lines() -> Iterator[Mapping[str, Any]]:
    """Every gold quotation."""
    yield from map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())


def gold_chains() -> Iterator[tuple[Mapping[str, Any], Article]]:
    """Every gold quotation whose article is at hand, with the article."""
    at_hand = {(source, article.id): article for source in SOURCES for article in articles(source)}
    for gold in gold_lines():
        if article := at_hand.get((gold["source"], gold["article"])):
            yield gold, article


def articles(source: str) -> Iterable[Article]:
    """The articles of a source; none where the shared folder is missing."""
    folder = Path(os.environ.get("ONRECORD_SHARED") or ROOT.parent / "shared")
    if source == "polnear_dev":
        path = folder / "data" / "quotes" / "polnear_dev.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        records = ({key: value for key, value in json.loads(line).items() if key in ("id", "text")} for line in lines)
        return [jsonl.article(record, place=str(path)) for record in records]
    path = ROOT / "sample" / "wire" if source == "sample" else folder / "seeds"
    return [found for found in read(path) if isinstance(found, Article)] if path.is_dir() else []


def attribution(gold: Mapping[str, Any]) -> Attribution:
    """The gold quotation as a finder would hand it on."""
    cue, mention = (Span(*gold[part]) if gold[part] else None for part in ("cue", "mention"))
    return Attribution(content=tuple(Span(*span) for span in gold["content"]), cue=cue, mention=mention)


def named(gold: Mapping[str, Any], given: Attribution) -> Named:
    """The gold speaker."""
    place = given.mention or given.content[0]
    return Named(name=gold["speaker"], nature=Nature(gold["nature"]), mention=place, proof=place)


def _figures(judged: list[Judged]) -> list[str]:
    count = len(judged)
    links = sum(len(one.gold["chain"]) for one in judged)
    return [
        str(count),
        *(str(sum(len(one.gold["chain"]) == deep for one in judged)) for deep in (2, 3)),
        _share(sum(one.nearest for one in judged), count),
        _share(sum(one.links for one in judged), links),
        _share(sum(one.whole for one in judged), count),
        _share(sum(one.narrated == one.gold["narrated"] for one in judged), count),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


if __name__ == "__main__":
    main()
