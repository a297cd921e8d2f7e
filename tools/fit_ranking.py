"""Fits ``embeddings/ranking.json`` on the shared question sets; run again until it stays the same."""

from __future__ import annotations

import json
from pathlib import Path

from embeddings.rank import EVIDENCE, FIGURES, Weights
from tools.datasets import NAMES, ROOT, archive_of, question_set
from tools.fitting import (
    Asked,
    More,
    best_threshold,
    collect,
    fit_evidence,
    fit_figures,
    later_groups,
    small_groups,
    with_figures,
)

PLACE = ROOT / "embeddings" / "ranking.json"


def main() -> None:
    """Collect, fit, write, print."""
    weights = Weights.shipped()
    sets, more = collected(weights)
    weights = fit_evidence(sets, more, with_figures(fit_figures(sets)))
    stored = {
        "made_by": "make fit",
        "figures": dict(zip(FIGURES, weights.figures, strict=True)),
        "evidence": dict(zip(EVIDENCE, weights.evidence, strict=True)),
        "threshold": best_threshold(sets, weights),
    }
    text = json.dumps(stored, indent=1) + "\n"
    print(text)
    Path(PLACE).write_text(text, encoding="utf-8")


def collected(weights: Weights) -> tuple[list[list[Asked]], More]:
    """Both sets, the dated ones asked again when their stories are old, and small archives."""
    sets, old = [], []
    for name in NAMES:
        questions = question_set(name)
        with archive_of(questions) as archive:
            sets.append(collect(questions, archive, weights))
            old += later_groups(questions, archive, weights)
    return sets, More(old, small_groups(weights))


if __name__ == "__main__":
    main()
