"""Prints how well the archive answers, beside the peers; writes the reliability plot.

What is fitted is shown twice: cross-validated in five folds (nothing is asked of a question that was fitted on),
and with the shipped weights.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from embeddings import Answer, Archive, Found, Settings, open_archive
from embeddings.rank import Weights
from embeddings.records import batch_record
from tools import peer
from tools.datasets import NAMES, ROOT, WORK, QuestionSet, archive_of, asked_on, question_set, scorer, shared
from tools.fitting import Asked, More, collect, fit_evidence, fit_figures, later_groups, small_groups, with_figures

FOLDS = 5
LIMIT = 10
COLUMNS = {
    "hit1": "Hit@1",
    "hit5": "Hit@5",
    "rec10": "Recall@10",
    "mrr10": "MRR@10",
    "ndcg10_art": "nDCG@10 art.",
    "abst_auroc": "AUROC",
}
console = Console(width=150, highlight=False)

Run = list[dict[str, Any]]


def main() -> None:
    """All tables, then the plot."""
    collected = {name: _collected(name) for name in NAMES}
    small = small_groups(Weights.shipped())
    chances: list[tuple[float, bool]] = []
    for name in NAMES:
        questions = question_set(name)
        with archive_of(questions) as archive:
            crossed, threshold_rows = _cross_validated(name, questions, archive, collected, small)
            chances += [
                (line["confidence"], query["answerable"])
                for line, query in zip(crossed, questions.queries, strict=True)
            ]
            table = _table(name)
            _row(table, "Onrecord, 5-fold", questions, crossed, style="bold")
            _row(table, "Onrecord, shipped weights", questions, _run(archive, questions))
            for label, theirs in _peer_runs(questions, archive):
                _row(table, f"{label}, this run", questions, theirs)
            for row in _published(name):
                table.add_row(*row, style="dim")
            console.print(table)
            console.print(*threshold_rows, sep="\n")
            _old_stories(questions, archive)
    _seeds()
    _reliability(chances)


@dataclass(frozen=True, slots=True)
class Collected:
    """A set's questions with their figures, and the same asked long after their day."""

    now: list[Asked]
    old: list[list[Asked]]


def _collected(name: str) -> Collected:
    questions, weights = question_set(name), Weights.shipped()
    with archive_of(questions) as archive:
        return Collected(collect(questions, archive, weights), later_groups(questions, archive, weights))


def _cross_validated(
    name: str,
    questions: QuestionSet,
    archive: Archive,
    collected: Mapping[str, Collected],
    small: Sequence[Sequence[Asked]],
) -> tuple[Run, list[str]]:
    """Each question answered by weights that never saw it; and how the shipped threshold does on them."""
    folds = {other: _folds(len(collected[other].now)) for other in collected}
    lines: dict[str, dict[str, Any]] = {}
    for fold in range(FOLDS):
        train = [_left(one.now, folds[other], fold) for other, one in collected.items()]
        old = [_left(group, folds[other], fold) for other, one in collected.items() for group in one.old]
        weights = fit_evidence(train, More(old, small), with_figures(fit_figures(train)))
        search = replace(archive.search, weights=weights, threshold=Weights.shipped().threshold)
        held_out = [query for query, of in zip(questions.queries, folds[name], strict=True) if of == fold]
        for line in _run(replace(archive, search=search), replace(questions, queries=tuple(held_out))):
            lines[line["query_id"]] = line
    run = [lines[str(query["id"])] for query in questions.queries]
    return run, _at_threshold(questions, run)


def _folds(size: int) -> np.ndarray:
    return np.random.default_rng(0).permutation(size) % FOLDS


def _left(group: Sequence[Asked], folds: np.ndarray, fold: int) -> list[Asked]:
    return [asked for asked, of in zip(group, folds, strict=True) if of != fold]


def _run(archive: Archive, questions: QuestionSet, *, later: int = 0) -> Run:
    return [batch_record(str(query["id"]), _answer(archive, query, later), most=LIMIT) for query in questions.queries]


def _answer(archive: Archive, query: Mapping[str, Any], later: int) -> Answer:
    asked = asked_on(dict(query))
    moved = asked + timedelta(days=later) if asked else None
    return archive.ask(query["query"], asked=moved, limit=LIMIT, marked=0)


def _score(questions: QuestionSet, run: Run) -> dict[str, float]:
    figures: dict[str, float] = scorer().score(list(questions.queries), run, questions.texts)[0]
    return figures


def _table(name: str) -> Table:
    table = Table(title=f"{name}: questions of the development half", title_justify="left")
    table.add_column("system")
    for title in (*COLUMNS.values(), "verbatim"):
        table.add_column(title, justify="right")
    return table


def _row(table: Table, label: str, questions: QuestionSet, run: Run, style: str = "") -> None:
    figures = _score(questions, run)
    cells = [f"{figures[column]:.3f}" for column in COLUMNS]
    table.add_row(label, *cells, f"{figures['verbatim_rate']:.4f}", style=style)


def _at_threshold(questions: QuestionSet, run: Run) -> list[str]:
    answered = np.array([not line["abstained"] for line in run])
    answerable = np.array([query["answerable"] for query in questions.queries])
    return [
        f"At the shipped threshold ({Weights.shipped().threshold}), 5-fold: "
        f"{np.mean(answered[~answerable]):.1%} of the unanswerable questions answered, "
        f"{np.mean(~answered[answerable]):.1%} of the answerable ones not."
    ]


def _published(name: str) -> Iterable[list[str]]:
    """The peers' rows of the question sets' own README, under this table's columns."""
    text = (shared() / "data" / "retrieval" / "README.md").read_text(encoding="utf-8")
    section = text.split(f"## Peers on {name}", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    places = [next((i for i, title in enumerate(rows[0]) if _same(title, column)), None) for column in COLUMNS.values()]
    for row in rows[2:]:
        yield [re.sub(r":.*", "", row[0]), *(row[i] if i is not None else "" for i in places), ""]


def _same(title: str, column: str) -> bool:
    return column.split()[0] in title


def _peer_runs(questions: QuestionSet, archive: Archive) -> Iterable[tuple[str, Run]]:
    """Each peer's run over the archive's own paragraphs; none where their environment is missing."""
    if not peer.installed():
        console.print("The peers are not installed: `make evaluate` installs them.", style="yellow")
        return
    peer.encode(questions, archive)
    for name, label in peer.PEERS.items():
        peer.build(name, questions)
        yield label, peer.ask(name, questions)[1]


def _old_stories(questions: QuestionSet, archive: Archive) -> None:
    """The same questions asked when their stories are old."""
    if not any(query.get("asked") for query in questions.queries):
        return
    for later in (365, 1100):
        figures = _score(questions, _run(archive, questions, later=later))
        console.print(
            f"Asked {later} days later: Hit@1 {figures['hit1']:.3f}, Hit@5 {figures['hit5']:.3f}, "
            f"MRR@10 {figures['mrr10']:.3f}, answered {figures['answered']:.1%} of the answerable ones.",
            style="dim",
        )


def _seeds() -> None:
    """The user's own two articles: expected words in the top three, nothing unanswerable answered."""
    settings = replace(Settings.from_environ({}), archive=WORK / "seeds")
    with open_archive(settings, writing=True) as archive:
        archive.ingest([shared() / "seeds"])
        lines = (shared() / "data" / "seed_queries_dev.jsonl").read_text(encoding="utf-8").splitlines()
        queries = [json.loads(line) for line in lines]
        right, asked, wrong = 0, 0, 0
        for query in queries:
            answer = archive.ask(query["text"], limit=3)
            passages = answer.passages if isinstance(answer, Found) else answer.near_misses
            if query["kind"] == "ask":
                asked += 1
                found = [any(words in passage.text for passage in passages[:3]) for words in query["expect_substring"]]
                hit = (all if query["match"] == "all" else any)(found)
                right += hit
                if not hit or not isinstance(answer, Found):
                    found_as = f"{type(answer).__name__} {answer.confidence:.2f}"
                    console.print(f"  {query['id']}: in the top three {hit}, {found_as}: {query['text']}")
            elif query["kind"] == "unanswerable" and isinstance(answer, Found):
                wrong += 1
                console.print(f"  {query['id']} was answered ({answer.confidence:.2f}): {query['text']}", style="red")
    console.print(
        f"Seeds: expected words in the top three for {right} of {asked} questions; {wrong} unanswerable ones answered."
    )


def _reliability(chances: Sequence[tuple[float, bool]]) -> None:
    """How often questions of a given probability have an answer, printed and drawn."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    given, true = np.array([c for c, _ in chances]), np.array([y for _, y in chances])
    edges = np.linspace(0, 1, 11)
    bins = np.clip(np.digitize(given, edges) - 1, 0, 9)
    points = [
        (given[bins == b].mean(), true[bins == b].mean(), int((bins == b).sum()))
        for b in range(10)
        if (bins == b).any()
    ]
    error = sum(n * abs(p - t) for p, t, n in points) / len(given)
    brier = np.mean((given - true) ** 2)
    console.print(f"Reliability, both sets, 5-fold: expected calibration error {error:.3f}, Brier score {brier:.3f}.")
    figure, axes = plt.subplots(figsize=(4.5, 4.5))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    axes.scatter([p for p, _, _ in points], [t for _, t, _ in points], s=[8 + n for _, _, n in points])
    axes.set(
        xlabel="probability given", ylabel="share of questions with an answer on file", xlim=(0, 1), ylim=(0, 1.02)
    )
    place = ROOT / "docs" / "images" / "reliability.png"
    place.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(place, dpi=110, bbox_inches="tight")
    console.print(f"Drawn in {place.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
