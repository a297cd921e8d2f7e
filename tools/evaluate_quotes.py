"""Prints how well quotations are found and credited, beside the peers; chains and names end to end; and reliability.

``python -m tools.evaluate_quotes [rules|tagger]``: both finders unless one is named. The gold is PolNeAR's development
half, scored by the shared scorer, and the project's own gold chains.
"""

from __future__ import annotations

import gc
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from embeddings import records
from embeddings.batch import articles
from embeddings.cli import GARBAGE_AFTER
from embeddings.news import Article, Nature, Quotation
from embeddings.quotes import SURE, Extractor
from embeddings.settings import FINDERS, Settings
from embeddings.wiring import make_extractor
from tools.datasets import module_at, shared
from tools.evaluate_chains import Judged, gold_chains, is_party

GOLD = "polnear_dev.jsonl"
ROWS = {
    "quoted spans exact": "1 direct spans exact",
    "spans + speaker": "1 direct spans + speaker (joint)",
    "direct ≥ .8": "2 content direct overlap",
    "mixed + indirect ≥ .8": "2 content mixed+indirect overlap",
    "all ≥ .8": "2 content all overlap",
    "tokens": "2 content tokens",
    "quote + speaker": "3 joint quote+speaker F1",
}
"""The peers' columns, by the scorer's names."""
NAMES = "4 name end-to-end recall (all gold with a name)"
console = Console(width=150, highlight=False)


@dataclass(frozen=True, slots=True)
class Extracted:
    """An article with what was found in it, and how long that took in CPU seconds."""

    article: Article
    quotations: tuple[Quotation, ...]
    seconds: float


def main() -> None:
    """The table, then what the finders' confidence is worth, then the chains."""
    finders = sys.argv[1:] or [finder for finder in FINDERS if finder != "off"]
    gold = {line["id"]: line for line in _lines(GOLD)}
    table = Table(title=f"{GOLD}: {len(gold)} articles, F1", title_justify="left")
    for column in ("system", *ROWS, "names end to end", "articles per CPU-s"):
        table.add_column(column, justify="left" if column == "system" else "right")
    runs = {finder: _run(finder) for finder in finders}
    for finder, run in runs.items():
        table.add_row(f"Onrecord, {finder}", *_figures(gold, run), style="bold")
    for row in _published():
        table.add_row(*row, style="dim")
    console.print(table)
    for finder, run in runs.items():
        _reliability(finder, gold, run)
        _chains(finder)


def _lines(name: str) -> list[dict[str, Any]]:
    path = shared() / "data" / "quotes" / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _extractor(finder: str) -> Extractor:
    made = make_extractor(Settings.from_environ({"ONRECORD_QUOTES": finder}))
    assert isinstance(made, Extractor)
    return made


def _run(finder: str) -> list[Extracted]:
    extractor = _extractor(finder)
    gc.set_threshold(GARBAGE_AFTER)  # as the command does
    found: list[Extracted] = []
    for article in articles(str(shared() / "data" / "quotes" / GOLD)):
        if not isinstance(article, Article):
            sys.exit(f"{article}: the gold cannot be read")
        if not found:
            extractor.extract(article)  # what is loaded once is no part of the rate
            gc.freeze()
        began = time.process_time()
        quotations = extractor.extract(article).quotations
        found.append(Extracted(article, quotations, time.process_time() - began))
    return found


def _figures(gold: Mapping[str, Any], run: Sequence[Extracted]) -> Iterator[str]:
    scorer = module_at(shared() / "tools" / "score_quotes.py")
    total: Counter[Any] = Counter()
    for one in run:
        total += scorer.score_article(gold[one.article.id], _predicted(one), False, None)
    scores, accuracies, _ = scorer.figures(total)
    for key in ROWS.values():
        yield f"{100 * scores[key][2]:.1f}"
    right, asked = accuracies[NAMES]
    yield f"{100 * right / asked:.1f}"
    yield f"{len(run) / sum(one.seconds for one in run):.0f}"


def _predicted(one: Extracted) -> dict[str, Any]:
    return {"id": one.article.id, "quotes": [records.quotation_record(found) for found in one.quotations]}


def _published() -> Iterator[list[str]]:
    """The peers' rows of the corpora's own README."""
    text = (shared() / "data" / "quotes" / "README.md").read_text(encoding="utf-8")
    section = text.split("## Peers on polnear_dev", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip().strip("*") for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    for row in rows[2:]:
        named = re.search(r"best peer (\d+\.\d)", text) if row[0].startswith("BBC Citron retrained") else None
        yield [*row[:8], named.group(1) if named else "", row[8]]


def _reliability(finder: str, gold: Mapping[str, Any], run: Sequence[Extracted]) -> None:
    """How often quotations of a given confidence have the right words and speaker, beliefs left out."""
    scorer = module_at(shared() / "tools" / "score_quotes.py")
    judged = [pair for one in run for pair in _judged(scorer, gold[one.article.id], one)]
    given, right = np.array([confidence for confidence, _ in judged]), np.array([right for _, right in judged])
    edges = np.linspace(0, 1, 11)
    bins = np.clip(np.digitize(given, edges) - 1, 0, 9)
    cells = [
        f"{edges[b]:.1f}–{edges[b + 1]:.1f}: {right[bins == b].mean():.0%} of {int((bins == b).sum())}"
        for b in range(10)
        if (bins == b).any()
    ]
    error = sum(abs(given[bins == b].mean() - right[bins == b].mean()) * (bins == b).sum() for b in set(bins.tolist()))
    console.print(f"{finder}: right by confidence: {', '.join(cells)}.")
    sure = given >= SURE
    console.print(
        f"Expected calibration error {error / len(given):.3f}. Shown as unsure (under {SURE}): {np.mean(~sure):.0%}, "
        f"of which {right[~sure].mean():.0%} are right, against {right[sure].mean():.0%} of the others."
    )


def _judged(scorer: Any, gold: Mapping[str, Any], one: Extracted) -> Iterator[tuple[float, bool]]:  # noqa: ANN401
    text = gold["text"]
    asked = [(scorer.content_words(text, quote["content"]), quote) for quote in gold["quotes"]]
    for found in one.quotations:
        words = scorer.content_words(text, found.content)
        near = [(scorer.symmetric(theirs, words), quote) for theirs, quote in asked]
        overlap, best = max(near, key=lambda pair: pair[0], default=(0.0, None))
        if any(quote.get("optional") and len(words & theirs) >= len(words) / 2 for theirs, quote in asked):
            continue
        right = best is not None and overlap >= scorer.OVERLAP and _credited(scorer, text, best, found)
        yield found.confidence, right


def _credited(scorer: Any, text: str, gold: Mapping[str, Any], found: Quotation) -> bool:  # noqa: ANN401
    mention = [found.speakers[0].mention] if found.speakers else None
    agrees = scorer.speaker(text, gold, {"speaker": mention})
    return agrees is None or bool(agrees[0])


FOUND = 0.5
"""A gold quotation is found where at least this share of the words is shared, and the speaker's name is right."""


def _chains(finder: str) -> None:
    """The gold chains from nothing but the articles: quotation, speaker and every hop."""
    scorer = module_at(shared() / "tools" / "score_quotes.py")
    extractor = _extractor(finder)
    counts: Counter[str] = Counter()
    extracted: dict[str, tuple[Quotation, ...]] = {}
    for gold, article in gold_chains():
        if article.id not in extracted:
            extracted[article.id] = extractor.extract(article).quotations
        counts["gold"] += 1
        best = _nearest(scorer, article.text, gold["content"], gold["speaker"], extracted[article.id])
        if best is None:
            continue
        counts["found"] += 1
        counts["origin"] += _is_named(scorer, gold["speaker"], best)
        counts["whole"] += Judged(gold, article, best.chain, best.narrated).whole
    console.print(
        f"{finder}: gold chains end to end: {counts['found']} of {counts['gold']} quotations found; of these the "
        f"origin is right in {counts['origin'] / counts['found']:.0%}, the whole chain in "
        f"{counts['whole'] / counts['found']:.0%}."
    )


def _nearest(
    scorer: Any,  # noqa: ANN401
    text: str,
    content: Sequence[Sequence[int]],
    speaker: str,
    found: Sequence[Quotation],
) -> Quotation | None:
    """The quotation that shares most words with the content; among equals the one of this speaker."""
    words = scorer.content_words(text, content)
    near = [(scorer.symmetric(words, scorer.content_words(text, one.content)), one) for one in found]
    good = [(overlap, _is_named(scorer, speaker, one), one) for overlap, one in near if overlap >= FOUND]
    return max(good, key=lambda one: (one[1], one[0]))[2] if good else None


def _is_named(scorer: Any, speaker: str, found: Quotation) -> bool:  # noqa: ANN401
    """Whether a speaker is the gold one: by name, acronym, or a description that holds all words of the gold's."""
    wanted = set(scorer.norm_name(speaker))
    return any(
        scorer.same_name(speaker, named.name, (), True)
        or is_party(speaker, named.name)
        or (named.nature is not Nature.PERSON and wanted <= set(scorer.norm_name(named.name)))
        for named in found.speakers
    )


if __name__ == "__main__":
    main()
