"""Many questions, or many articles, a JSON line each: what a batch run reads."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from embeddings.errors import BadQuestion, UnreadableInput
from embeddings.fields import moment
from embeddings.news import Article
from embeddings.readers import jsonl


@dataclass(frozen=True, slots=True)
class Query:
    """One question of a batch, with the day on which it is asked where it is given."""

    id: str
    text: str
    asked: date | None


def queries(batch: str) -> Iterator[Query]:
    """The questions in a file, or of standard input for "-"; raises BadQuestion naming a line that is none."""
    for number, line in enumerate(_lines(batch), start=1):
        if line.strip():
            yield _query(line, number)


def _lines(batch: str) -> Iterator[str]:
    try:
        with sys.stdin if batch == "-" else Path(batch).open(encoding="utf-8") as lines:
            yield from lines
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestion(f"cannot read the questions in {batch} ({error}): give JSON lines in UTF-8") from error


def _query(line: str, number: int) -> Query:
    try:
        query = json.loads(line)
        asked = date.fromisoformat(query["asked"][:10]) if query.get("asked") else None
        if not isinstance(query["query"], str):
            raise TypeError("the query is not a text")
        return Query(str(query["id"]), query["query"], asked)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadQuestion(
            f'line {number} is no question ({error!r}): give {{"id", "query", "asked"?}} on each line'
        ) from error


def articles(batch: str) -> Iterator[Article | UnreadableInput]:
    """The articles in a file, or of standard input for "-", their texts as they stand; a bad line comes as an error."""
    place = "standard input" if batch == "-" else batch
    try:
        with sys.stdin.buffer if batch == "-" else Path(batch).open("rb") as stream:
            for here, line in jsonl.lines(stream, place=place):
                yield line if isinstance(line, UnreadableInput) else _article(line, here)
    except OSError as error:
        raise BadQuestion(f"cannot read the articles in {batch} ({error}): give JSON lines in UTF-8") from error


def _article(line: str, place: str) -> Article | UnreadableInput:
    """The article of a line {"id", "title", "date", "text"}, with "source" and "language" where it has them."""
    try:
        values = jsonl.record(line, place=place)
        kept = {name: values.get(name) for name in ("title", "text", "source", "language")}
        named = {"id": _id(values.get("id")), "published": _day(values.get("date"))}
        return jsonl.article(kept | named, place=place)
    except UnreadableInput as error:
        return error


def _id(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _day(value: object) -> object:
    # It settles the year of a dateline, no more: one that cannot be read spoils nothing.
    try:
        moment(str(value))
    except ValueError:
        return None
    return value
