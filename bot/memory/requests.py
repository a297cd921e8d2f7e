"""Requests and narrowings as JSON, and back: how the database and the bot's own next version read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.talk import Ask, Narrowing, QuotesBy, Request, SourceOf
from embeddings import Kind


def to_json(request: Request) -> str:
    """A request as one line of JSON, in ASCII; equal requests give equal lines."""
    match request:
        case Ask():
            told: dict[str, Any] = {"ask": request.question}
        case QuotesBy():
            told = {
                "quotes": request.name,
                "about": request.about,
                "kinds": [kind.value for kind in request.kinds],
                "exactly": request.exactly,
            }
        case SourceOf():
            told = {"source": request.text}
    return json.dumps({**told, **_narrowed(request.narrowing)})


def from_json(line: str) -> Request:
    """The request that a line stands for; raises ValueError for anything else."""
    told: Any = json.loads(line)
    match told:
        case {"ask": str(question)}:
            return Ask(question=question, narrowing=_narrowing(told))
        case {"quotes": str(name), "about": about, "kinds": list(kinds), "exactly": bool(exactly)}:
            chosen = tuple(Kind(kind) for kind in kinds)
            return QuotesBy(name=name, about=about, kinds=chosen, exactly=exactly, narrowing=_narrowing(told))
        case {"source": str(text)}:
            return SourceOf(text=text, narrowing=_narrowing(told))
    raise ValueError("no request: it was written by another version")


def narrowing_to_json(narrowing: Narrowing) -> str:
    """A narrowing as one line of JSON, in ASCII."""
    return json.dumps(_narrowed(narrowing))


def narrowing_from_json(line: str) -> Narrowing:
    """The narrowing that a line stands for."""
    return _narrowing(json.loads(line))


def _narrowed(narrowing: Narrowing) -> dict[str, Any]:
    return {
        "outlets": list(narrowing.outlets),
        "since": narrowing.since.isoformat() if narrowing.since else None,
        "before": narrowing.before.isoformat() if narrowing.before else None,
    }


def _narrowing(told: Mapping[str, Any]) -> Narrowing:
    return Narrowing(
        outlets=tuple(told.get("outlets", ())), since=_day(told.get("since")), before=_day(told.get("before"))
    )


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
