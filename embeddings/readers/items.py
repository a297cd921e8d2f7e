"""A JSON value → the articles in it: which record is of which format, alone, in a list or in an envelope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeGuard

from embeddings.errors import UnreadableInput
from embeddings.readers import ans, ap, jsonfeed, jsonl, ninjs, wordpress
from embeddings.readers.pieces import Reading

_NO_ARTICLE = 'JSON, but no article: give it a "uri" (ninjs) or an "id" and a "text"'
_ENVELOPES = ("item", "items", "data")


def readings(value: object, *, place: str, name: str) -> Iterator[Reading]:
    """The articles in a JSON document; one without an id is called ``name``."""
    items = _opened(value)
    for i, item in enumerate(items, start=1):
        here, called = (place, name) if len(items) == 1 else (f"{place} item {i}", f"{name}#{i}")
        if is_record(item) and (_is_known(item) or "text" in item):
            yield from _safely(item, here, called)
        else:
            yield UnreadableInput(here, _NO_ARTICLE)


def line(values: Mapping[str, object], *, place: str, name: str) -> Iterator[Reading]:
    """The articles in one line, which is a record or a whole document without line breaks."""
    items = _opened(values)
    if items == [values]:
        yield from _safely(values, place, name)
    else:
        yield from readings(values, place=place, name=name)


def is_record(value: object) -> TypeGuard[dict[str, object]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def _is_known(values: Mapping[str, object]) -> bool:
    return any(form.is_item(values) for form in (ans, ap, wordpress, jsonfeed, ninjs))


def _opened(value: object) -> list[object]:
    """The members of a list, or what an envelope holds, else the value alone."""
    if isinstance(value, list):
        return [item for member in value for item in _enclosed(member)]
    return _enclosed(value)


def _enclosed(value: object) -> list[object]:
    if not is_record(value) or (_is_known(value) and not _holds_results(value)) or "text" in value:
        return [value]
    if _holds_results(value):
        return list(_list(value["content_elements"]))
    inside = next((value[name] for name in _ENVELOPES if isinstance(value.get(name), list | dict)), None)
    if inside is None:
        return [value]
    return [inside] if is_record(inside) and _is_known(inside) else _deeper(inside)


def _deeper(inside: object) -> list[object]:
    """What a second envelope holds: a feed's page wraps its list, and every item in it."""
    if isinstance(inside, list):
        return [_unwrapped(member) for member in inside]
    found = inside.get("items", inside.get("item")) if is_record(inside) else None
    return [_unwrapped(member) for member in _list(found)] if isinstance(found, list) else [_unwrapped(inside)]


def _unwrapped(member: object) -> object:
    return member["item"] if is_record(member) and is_record(member.get("item")) and not _is_known(member) else member


def _holds_results(value: Mapping[str, object]) -> bool:
    """Whether it is a page of search results of Arc's content API."""
    return value.get("type") == "results" and isinstance(value.get("content_elements"), list)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _safely(values: Mapping[str, object], place: str, name: str) -> Iterator[Reading]:
    try:
        yield from _read(values, place, name)
    except UnreadableInput as error:
        yield error


def _read(values: Mapping[str, object], place: str, name: str) -> Iterator[Reading]:
    if jsonfeed.is_item(values):
        yield from jsonfeed.articles(values, place=place)
    elif ans.is_item(values):
        yield ans.article(values, place=place, name=name)
    else:
        known = (form for form in (ap, wordpress, ninjs) if form.is_item(values))
        yield next(known, jsonl).article(values, place=place)
