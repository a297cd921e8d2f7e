"""What a web page says of itself in JSON-LD (schema.org) → the record of its article; pure.

Pages write it by template, so much of it is slightly broken: what can be mended without guessing is, the rest is left.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from embeddings.markup import plain_text

Record = Mapping[str, object]

MAX_SCRIPT = 2_000_000
"""Characters in one script; the longest story in it needs a tenth."""
MAX_WORDS = 2_000
"""Characters in a field of a line or two: a headline, a name, a licence."""

_MAX_RECORDS = 2_000
_KINDS = ("Article", "BlogPosting")
_PAGES = ("WebPage",)
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where a record may stand in another and still be this page's own; lists of related stories stand elsewhere."""

_WRAPPING = re.compile(
    r"\A[\s;]*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)?|"
    r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)?[\s;]*\Z"
)
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_MARKUP = re.compile(r"<[a-zA-Z/!]")


def article_record(scripts: Sequence[str], *, title: str | None = None) -> Record:
    """The record of the page's article, empty where none tells of one.

    ``title`` decides between several: the one whose headline it holds goes first.
    """
    records = list(_records(scripts))
    articles = [_whole(record, records) for record in records if _is(record, _KINDS)]
    if title and len(articles) > 1:
        shown = _letters(title)
        articles.sort(key=lambda record: _letters(words(record.get("headline")) or "-") not in shown)
    pages = [record for record in records if _is(record, _PAGES) and "datePublished" in record]
    return next(iter(articles), next(({"datePublished": page["datePublished"]} for page in pages), {}))


def words(value: object) -> str | None:
    """One line of plain words: entities read, markup left out together with what scripts hold."""
    value = next(iter(value), None) if isinstance(value, list) else value
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("text")
    if not isinstance(value, str):
        return None
    said = value[:MAX_WORDS]
    for _ in range(3):
        said = html.unescape(said)
        said = plain_text(said) if _MARKUP.search(said) else said
    return " ".join(said.split()) or None


def statements(value: object) -> tuple[str, ...]:
    """What comments say, one line each: of corrections, the words and not the name."""
    comments = (value if isinstance(value, list) else [value])[:50]
    found = (words((one.get("text") or one.get("name")) if isinstance(one, dict) else one) for one in comments)
    return tuple(dict.fromkeys(said for said in found if said))


def names(value: object) -> tuple[str, ...]:
    """The names of people and bodies, each once."""
    found = (words(one) for one in (value if isinstance(value, list) else [value])[:50])
    return tuple(dict.fromkeys(name for name in found if name))


def address(value: object) -> str | None:
    """The address that a field holds, by itself or as the id of a record."""
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value.strip()[:MAX_WORDS] or None if isinstance(value, str) else None


def _records(scripts: Sequence[str]) -> Iterator[Record]:
    """Every record that is about the page itself, in order."""
    waiting: list[object] = [_parsed(script) for script in reversed(scripts) if len(script) <= MAX_SCRIPT]
    for _ in range(_MAX_RECORDS):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value[:_MAX_RECORDS])
        elif isinstance(value, dict):
            yield value
            waiting += [value[name] for name in _WITHIN if isinstance(value.get(name), dict | list)]


def _parsed(script: str) -> object:
    """The value that a script spells, None where it is beyond mending."""
    bare = _WRAPPING.sub("", script)
    for attempt in (bare, _LAST_COMMA.sub("", bare)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _is(record: Record, kinds: tuple[str, ...]) -> bool:
    kind = record.get("@type")
    return any(isinstance(one, str) and one.endswith(kinds) for one in (kind if isinstance(kind, list) else [kind]))


def _whole(record: Record, records: Sequence[Record]) -> Record:
    """A record with the people and bodies that it only points to put in."""
    known = {one["@id"]: one for one in records if isinstance(one.get("@id"), str) and "name" in one}
    return {name: _resolved(value, known) for name, value in record.items()}


def _resolved(value: object, known: Mapping[object, Record]) -> object:
    if isinstance(value, list):
        return [_resolved(one, known) for one in value[:_MAX_RECORDS]]
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return known.get(value["@id"], value)
    return value


def _letters(said: str) -> str:
    return re.sub(r"\W+", "", said).lower()
