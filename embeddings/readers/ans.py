"""A story of Arc's ANS 0.10 → Article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from embeddings.drafts import Draft, article_of, lines
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.fields import Fields, gaps
from embeddings.markup import plain_text
from embeddings.news import Article

_VERSION = re.compile(r"0\.\d+")
_STATUSES = {"published": "usable", "unpublished": "withheld", "deleted": "canceled"}
_WORDS = frozenset(["text", "raw_html", "header", "blockquote", "code"])
_GROUPS = {"quote": "content_elements", "list": "items"}
_DEPTH = 8
"""Lists and quotations inside one another, more than any story has."""


def is_item(values: Mapping[str, object]) -> bool:
    """Whether a JSON object is an ANS document."""
    version = values.get("version")
    return isinstance(version, str) and _VERSION.match(version) is not None and isinstance(values.get("type"), str)


def article(values: Mapping[str, object], *, place: str, name: str) -> Article:
    """The article that a story holds; one without an id, as a draft may be, is called ``name``."""
    given = Fields(values, place)
    status = _status(given)
    fields = Fields(values, place, gaps(status))
    if fields.text("type") != "story":
        fields.refuse(f"an ANS {fields.text('type')}, not a story: leave it out")
    distributor = _part(fields, "distributor").text("name")
    owner = _part(fields, "owner").text("name")
    return article_of(
        Draft(
            id=given.text("_id") or name,
            text="\n\n".join(block for block in _blocks(fields, "content_elements", _DEPTH) if block.strip()),
            place=place,
            created=fields.instant("last_updated_date"),
            status=status,
            embargo=_embargo(fields),
            headline=_markup(_part(fields, "headlines"), "basic"),
            byline=", ".join(_authors(fields)) or None,
            outlet=distributor or next(_organisations(fields), None) or owner,
            provider=distributor,
            published=fields.moment("first_publish_date", "publish_date", "display_date", "created_date"),
            language=fields.text("language"),
            section=_part(_part(fields, "taxonomy"), "primary_section").text("name"),
            url=_url(fields),
            rights=fields.text("copyright"),
            note=fields.text("editor_note"),
            expires=_expires(fields),
            slug=fields.text("slug"),
            correction=lines(*_corrections(fields)),
            gaps=fields.gaps,
        )
    )


def _part(fields: Fields, name: str) -> Fields:
    value = fields.values.get(name)
    return Fields(value if isinstance(value, dict) else {}, f'{fields.place}, "{name}"', fields.gaps)


def _status(fields: Fields) -> str | None:
    """The story's own word; one that no edition carries is not published, whatever it says."""
    if _part(fields, "publishing").values.get("has_published_edition") is False:
        return "withheld"
    if _part(fields, "revision").values.get("published") is False:
        return "withheld"
    word = fields.text("status")
    return _STATUSES.get((word or "published").lower(), word)


def _embargo(fields: Fields) -> Embargo:
    restrictions = _part(fields, "content_restrictions")
    if "embargo" not in restrictions.values:
        return NONE
    embargo = _part(restrictions, "embargo")
    if embargo.values.get("active") is False:
        return NONE
    return declared(embargo.values.get("end_time"))


def _blocks(fields: Fields, name: str, depth: int) -> Iterator[str]:
    """The paragraphs of a body in order, without pictures, links to other stories and embedded posts."""
    if not depth:
        fields.miss(name, "lists nested too deeply to be a story: have it exported again")
        return
    for element in fields.records(name):
        kind = element.text("type") or ""
        if kind in _WORDS:
            yield _markup(element, "content") or ""
        elif kind in _GROUPS and element.text("subtype") != "pullquote":
            yield from _blocks(element, _GROUPS[kind], depth - 1)
            yield _markup(_part(element, "citation"), "content") or ""
        elif kind == "correction":
            yield element.text("text") or ""
        elif kind == "table":
            yield from _rows(element)


def _rows(table: Fields) -> Iterator[str]:
    for row in (table.values.get("header"), *table.items("rows")):
        cells = row if isinstance(row, list) else []
        yield " ".join(
            _markup(Fields(cell, table.place, table.gaps), "content") or "" for cell in cells if isinstance(cell, dict)
        )


def _markup(fields: Fields, name: str) -> str | None:
    try:
        return plain_text(fields.copy(name))
    except ValueError as error:
        fields.miss(name, f'"{name}" has {error}: have its plain text exported')
        return None


def _authors(fields: Fields) -> Iterator[str]:
    for author in _part(fields, "credits").records("by"):
        name = author.text("byline", "name")
        if name:
            yield name


def _organisations(fields: Fields) -> Iterator[str]:
    for author in _part(fields, "credits").records("by"):
        organisation = author.text("org")
        if organisation:
            yield organisation


def _url(fields: Fields) -> str | None:
    """Where it may be read; a path without its site does not say."""
    urls = (fields.text(name) or "" for name in ("canonical_url", "website_url", "short_url"))
    return next((url for url in urls if url.startswith("http")), None)


def _expires(fields: Fields) -> datetime | None:
    """When it is due to be taken off the site."""
    planned = _part(_part(fields, "publishing"), "scheduled_operations").records("unpublish_edition")
    return next((due for operation in planned if (due := operation.instant("operation_date"))), None)


def _corrections(fields: Fields) -> Iterator[str | None]:
    for correction in fields.records("corrections"):
        yield correction.text("text")
    for element in fields.records("content_elements"):
        if element.text("type") == "correction":
            yield element.text("text")
