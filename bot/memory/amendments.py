"""What was shown, and what became of it, as JSON, and back: in the answer log and in jobs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime
from typing import Any

from bot.talk import Amendment, Became, Shown


def shown_to_json(shown: Iterable[Shown]) -> str:
    """Paragraphs that are shown as one line of JSON, in ASCII."""
    return json.dumps([astuple(one) for one in shown])


def shown_from_json(line: str) -> tuple[Shown, ...]:
    """The paragraphs that a line stands for, also one that was written before there were marks."""
    return tuple(map(_shown, json.loads(line)))


def to_json(amendments: Iterable[Amendment]) -> str:
    """Amendments as one line of JSON, in ASCII."""
    return json.dumps(
        [[one.place, one.became.value, one.at.isoformat(), astuple(one.before), one.reason] for one in amendments]
    )


def from_json(line: str) -> tuple[Amendment, ...]:
    """The amendments that a line stands for."""
    return tuple(
        Amendment(
            place=place,
            became=Became(became),
            at=datetime.fromisoformat(at),
            before=_shown(before),
            reason=reason,
        )
        for place, became, at, before, reason in json.loads(line)
    )


def _shown(told: list[Any]) -> Shown:
    article, version, paragraph, fingerprint, *rest = told
    span, start, marks = (*rest, None, None, None)[:3]
    return Shown(
        article,
        version,
        paragraph,
        fingerprint,
        tuple(span) if span else None,
        start,
        tuple((first, last) for first, last in marks or ()),
    )
