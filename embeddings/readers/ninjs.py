"""IPTC ninjs 3.x, with the names of 1.x and 2.x and of Superdesk's dialect → Articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from embeddings.datelines import opening
from embeddings.decoding import accepted
from embeddings.fields import Fields, moment, status_of
from embeddings.markup import plain_text
from embeddings.news import Article, Status, day_of
from embeddings.paragraphs import paragraphs

_MARKS = frozenset(["uri", "guid", "versionCreated", "versioncreated", "pubStatus", "pubstatus", "bodies", "headlines"])
_CARRYING = frozenset(["publisher", "distributor", "carrier", "redistributor", "aggregator", "provider", "relay"])
_MENTIONED = frozenset(["quoted", "transcript", "cited", "contributor", "photographer"])
_EMBARGOES = ("embargoedUntil", "embargoeduntil", "embargoed")
_EMBARGO_WORD = re.compile(r"\bembargo|\bsperrfrist|\bsperrvermerk", re.IGNORECASE)
_NO_EMBARGO = re.compile(
    r"\b(?:no|not|without) (?:under )?(?:an )?embargo(?:ed)?|\bembargo (?:is |was |has been )?(?:lifted|over|expired)",
    re.IGNORECASE,
)
_ISO_TIME = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)")
_ZONE = re.compile(r"(?:Z|[+-]\d\d(?::?\d\d)?)\Z", re.IGNORECASE)


def is_item(values: Mapping[str, object]) -> bool:
    """Whether a JSON object bears the marks of a ninjs item."""
    return not _MARKS.isdisjoint(values) and "text" not in values


def article(values: Mapping[str, object], *, place: str) -> Article:
    """The article that an item describes."""
    fields = Fields(values, place)
    status, warning = status_of(fields.text("pubStatus", "pubstatus"))
    headline = _headline(fields)
    text = _body(fields)
    if not text.strip() and status is Status.USABLE:
        fields.refuse("no body: ask the provider for the full item, or remove it")
    created = fields.instant("versionCreated", "versioncreated")
    published = fields.moment("firstPublished", "firstpublished", "firstCreated", "firstcreated") or created
    embargo = _embargo(fields)
    start = opening(text, near=day_of(published))
    outlet, carriers = _hands(fields)
    return Article(
        id=fields.text("uri", "guid") or fields.refuse('no "uri": give it the "uri" that all its versions share'),
        text=text,
        paragraphs=paragraphs(text),
        version=_version(fields),
        version_created=created,
        status=status,
        embargoed_until=embargo.until,
        held=embargo.held,
        headline=headline,
        byline=fields.text("by", "byline"),
        dateline=start.dateline,
        outlet=outlet or (start.dateline.agency if start.dateline else None) or start.source,
        carriers=carriers or start.carriers,
        published=published,
        language=fields.text("language"),
        section=_section(fields),
        url=_url(fields),
        rights=_rights(fields),
        note=_lines(warning, embargo.warning, fields.text("edNote", "ednote")),
        origin=place,
    )


def _version(fields: Fields) -> int | None:
    """The version as a number; one that is no number leaves the order to the version's time."""
    value = fields.values.get("version")
    if not isinstance(value, str):
        return fields.number("version")
    digits = value.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def _headline(fields: Fields) -> str | None:
    choices = [choice for choice in fields.records("headlines") if choice.text("value")]
    main = [choice for choice in choices if choice.text("role") == "main"]
    for choice in main + choices:
        return _plain(choice, "value", markup=_is_markup(choice)).strip()
    return fields.text("headline", "title")


def _body(fields: Fields) -> str:
    """The main body, plain text before markup; a description where the item has no body at all."""
    for listed, prefix in (("bodies", "body"), ("descriptions", "description")):
        choices = sorted(fields.records(listed), key=_preference)
        for choice in choices:
            if choice.copy("value").strip():
                return _plain(choice, "value", markup=_is_markup(choice))
        for kind in ("text", "xhtml", "html"):
            if fields.copy(f"{prefix}_{kind}").strip():
                return _plain(fields, f"{prefix}_{kind}", markup=kind != "text")
    return ""


def _preference(choice: Fields) -> tuple[bool, bool]:
    return choice.text("role") != "main", _is_markup(choice)


def _is_markup(choice: Fields) -> bool:
    kind = (choice.text("contentType", "contenttype") or "").lower()
    if not kind:
        role = (choice.text("role") or "").lower()
        return role in ("html", "xhtml", "nitf") or choice.copy("value").lstrip().lower().startswith(("<p", "<div"))
    return any(mark in kind for mark in ("html", "xml", "nitf"))


def _plain(fields: Fields, name: str, *, markup: bool) -> str:
    words = fields.copy(name)
    if not markup:
        return words
    try:
        return accepted(plain_text(words), place=fields.place)
    except ValueError as error:
        fields.refuse(f'"{name}" has {error}: ask the provider for its plain text')


class _Embargo(NamedTuple):
    until: datetime | None = None
    held: bool = False
    warning: str | None = None


def _embargo(fields: Fields) -> _Embargo:
    """The embargo that the item declares; one that cannot be read holds the item rather than letting it out."""
    for name in _EMBARGOES:
        if name in fields.values and fields.values[name] is not False:
            return _declared(fields.values[name])
    note = fields.text("edNote", "ednote") or ""
    if not _EMBARGO_WORD.search(_NO_EMBARGO.sub("", note)):
        return _Embargo()
    hours = _ISO_TIME.findall(note)
    if len(hours) == 1:
        return _declared(hours[0])
    return _Embargo(held=True, warning="Held: the note speaks of an embargo.")


def _declared(value: object) -> _Embargo:
    printed = value.strip() if isinstance(value, str) else ""
    if not printed:
        return _Embargo(held=True, warning="Held: an embargo without an hour.")
    try:
        until = moment(printed)
    except ValueError:
        until = None
    if isinstance(until, datetime) and _ZONE.search(printed):
        return _Embargo(until=until)
    return _Embargo(held=True, warning=f"Held: the embargo {printed[:40]!a} names no hour with a time zone.")


def _hands(fields: Fields) -> tuple[str | None, tuple[str, ...]]:
    """Who originated the item and who carried it on, nearest to the event first."""
    sources = [
        (name, role)
        for source in _sources(fields)
        if (name := source.text("name", "literal"))
        for role in [(source.text("role") or "").lower()]
    ]
    origins = [name for name, role in sources if role not in _CARRYING | _MENTIONED]
    carried = [name for name, role in sources if role in _CARRYING]
    outlet = next(iter(origins + carried), None) or fields.text("source", "copyrightHolder", "copyrightholder")
    return outlet, tuple(dict.fromkeys(name for name in carried if name != outlet))


def _sources(fields: Fields) -> Iterator[Fields]:
    for name in ("infoSources", "infosources", "infosource"):
        for source in fields.items(name):
            values = source if isinstance(source, dict) else {"name": source}
            yield Fields(values, f'{fields.place}, "{name}"')


def _section(fields: Fields) -> str | None:
    """The provider's service, as Superdesk names it; ninjs itself has no section."""
    return next((name for service in fields.records("service") if (name := service.text("name"))), None)


def _url(fields: Fields) -> str | None:
    return next((url for url in _addresses(fields) if url.lower().startswith(("http://", "https://"))), None)


def _addresses(fields: Fields) -> Iterator[str]:
    """Where the item may be read on the web, the likeliest first."""
    for rendition in _renditions(fields):
        kind = rendition.text("contentType", "contenttype", "mimetype") or ""
        if "html" in kind:
            yield rendition.text("href") or ""
    for name in ("altIds", "altids"):
        for other in fields.records(name):
            if (other.text("role") or "").lower() in ("url", "web", "link"):
                yield other.text("value", "id") or ""
    yield fields.text("url", "href") or ""


def _renditions(fields: Fields) -> Iterator[Fields]:
    value = fields.values.get("renditions")
    if isinstance(value, dict):
        fields = Fields({"renditions": list(value.values())}, fields.place)
    return fields.records("renditions")


def _rights(fields: Fields) -> str | None:
    holder = fields.text("copyrightNotice", "copyrightnotice", "copyrightHolder", "copyrightholder")
    return _lines(holder, fields.text("usageTerms", "usageterms"))


def _lines(*said: str | None) -> str | None:
    return "\n".join(line for line in said if line) or None
