"""IPTC ninjs 3.x, with the names of 1.x and 2.x and of Superdesk's dialect → Articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from embeddings.drafts import Draft, article_of
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.fields import Fields, filed, gaps, rights
from embeddings.markup import plain_text
from embeddings.news import Article, day_of

_MARKS = frozenset(["uri", "guid", "versionCreated", "versioncreated", "pubStatus", "pubstatus", "bodies", "headlines"])
_CARRYING = frozenset(["publisher", "distributor", "carrier", "redistributor", "aggregator", "provider", "relay"])
_MENTIONED = frozenset(["quoted", "transcript", "cited", "contributor", "photographer"])
_EMBARGOES = ("embargoedUntil", "embargoeduntil", "embargoed")


def is_item(values: Mapping[str, object]) -> bool:
    """Whether a JSON object bears the marks of a ninjs item."""
    return not _MARKS.isdisjoint(values) and "text" not in values


def article(values: Mapping[str, object], *, place: str) -> Article:
    """The article that an item describes."""
    status = Fields(values, place).text("pubStatus", "pubstatus")
    return article_of(_draft(Fields(values, place, gaps(status)), status))


def _draft(fields: Fields, status: str | None) -> Draft:
    created = fields.instant("versionCreated", "versioncreated")
    published = fields.moment("firstPublished", "firstpublished", "firstCreated", "firstcreated") or created
    outlet, carriers = _hands(fields)
    holder = fields.text("copyrightHolder", "copyrightholder")
    return Draft(
        id=fields.text("uri", "guid") or fields.refuse('no "uri": give it the "uri" that all its versions share'),
        text=_body(fields),
        place=fields.place,
        version=_version(fields),
        created=created,
        status=status,
        embargo=_embargo(fields),
        signals=tuple(_signals(fields)),
        headline=_headline(fields),
        byline=fields.text("by", "byline"),
        dateline=filed(_words(fields, "located"), near=day_of(published)),
        outlet=outlet or holder,
        carriers=carriers,
        provider=_words(fields, "provider") or (carriers or (outlet or holder,))[-1],
        published=published,
        language=fields.text("language"),
        section=_section(fields),
        url=_url(fields),
        rights=rights(holder, fields.text("copyrightNotice", "copyrightnotice")),
        usage=fields.text("usageTerms", "usageterms"),
        note=fields.text("edNote", "ednote"),
        expires=fields.instant("expires"),
        slug=fields.text("slugline", "slug"),
        replaces=fields.text("evolvedFrom", "evolvedfrom"),
        gaps=fields.gaps,
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
        return plain_text(words)
    except ValueError as error:
        fields.miss(name, f'"{name}" has {error}: ask the provider for its plain text')
        return ""


def _embargo(fields: Fields) -> Embargo:
    """The embargo that the item declares, under any of its names."""
    for name in _EMBARGOES:
        if name in fields.values and fields.values[name] is not False:
            return declared(fields.values[name])
    return NONE


def _signals(fields: Fields) -> Iterator[str]:
    """Codes that say what kind of version it is, as texts or as objects."""
    for signal in fields.items("signals") if isinstance(fields.values.get("signals"), list) else ():
        values = signal if isinstance(signal, dict) else {"code": signal}
        found = (values.get(name) for name in ("code", "qcode", "uri", "literal", "name"))
        yield from (said for said in found if isinstance(said, str))


def _words(fields: Fields, name: str) -> str | None:
    """A name that is a text in some dialects and an object with a name in others."""
    value = fields.values.get(name)
    return Fields(value, fields.place, fields.gaps).text("name") if isinstance(value, dict) else fields.text(name)


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
    outlet = next(iter(origins + carried), None) or fields.text("source")
    return outlet, tuple(dict.fromkeys(name for name in carried if name != outlet))


def _sources(fields: Fields) -> Iterator[Fields]:
    for name in ("infoSources", "infosources", "infosource"):
        for source in fields.items(name):
            values = source if isinstance(source, dict) else {"name": source}
            yield Fields(values, f'{fields.place}, "{name}"', fields.gaps)


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
        fields = Fields({"renditions": list(value.values())}, fields.place, fields.gaps)
    return fields.records("renditions")
