"""Prints the table of docs/scale.md: what `onrecord plan` says for four sizes, the second on either engine."""

from __future__ import annotations

from embeddings.planning import Plan, plan
from embeddings.terminal import figure_told

POINTS = (
    (1_000_000, 1, 1),
    (10_000_000, 1, 1),
    (10_000_000, 5, 3),
    (100_000_000, 20, 4),
    (1_000_000_000, 50, 12),
)
"""Paragraphs, questions a second at the busiest time, replicas of the bot."""


def plan_table() -> str:
    """The table in Markdown, a column for each of POINTS, with a dash where a plan has no such figure."""
    plans = [plan(paragraphs=size, questions_per_second=rate, replicas=bots) for size, rate, bots in POINTS]
    names = dict.fromkeys(figure.name for one in reversed(plans) for figure in one.figures)
    rows = [
        ["", *(f"{size:,}" for size, _, _ in POINTS)],
        ["---"] * (len(POINTS) + 1),
        ["questions a second, replicas asked for", *(f"{rate}, {bots}" for _, rate, bots in POINTS)],
        ["engine", *(one.engine.value for one in plans)],
        *([name, *(_told(one, name) for one in plans)] for name in names),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _told(planned: Plan, name: str) -> str:
    return next((figure_told(figure) for figure in planned.figures if figure.name == name), "–")


if __name__ == "__main__":
    print(plan_table(), end="")
