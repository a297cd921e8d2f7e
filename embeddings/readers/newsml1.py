"""NewsML 1: news items with their nested components → Articles.

A news item's public identifier ends in its revision; the article's id is what stands before it, as in all versions.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from embeddings.drafts import Draft, article_of, lines
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.errors import UnreadableInput
from embeddings.fields import filed, gaps, rights
from embeddings.news import day_of
from embeddings.readers.pieces import Reading
from embeddings.readers.tree import Branch, byline, name_of

_MANAGED = "NewsManagement"
_EMBARGOED = "embargoed"
_BODY_ROLES = frozenset(["body", "main", "main text"])
_ASIDE_ROLES = frozenset("stylesheet headline subheadline contact logo caption photo picture video graphic".split())
_LINES_TO_EDITORS = ("advisory", "note", "embargo", "correction")
_TERMS = ("UsageType", "Geography", "Limitations", "StartDate", "EndDate")


def is_document(root: etree._Element) -> bool:
    """Whether the root is NewsML 1's."""
    return name_of(root) == "NewsML"


def read(root: etree._Element, *, place: str) -> Iterator[Reading]:
    """Every news item of a document."""
    envelope = Branch(root, place)
    sender = envelope.text("NewsEnvelope/SentFrom/Party@FormalName")
    items = list(envelope.all("NewsItem"))
    if not items:
        yield UnreadableInput(place, "NewsML without a news item: ask the provider for the stories themselves")
    for i, item in enumerate(items, start=1):
        yield _reading(Branch(item.element, place if len(items) == 1 else f"{place} item {i}"), sender)


def _reading(item: Branch, sender: str | None) -> Reading:
    try:
        return article_of(draft(item, sender))
    except UnreadableInput as error:
        return error


def draft(item: Branch, sender: str | None) -> Draft:
    """What a news item says, field by field; ``sender`` is who sent its envelope."""
    word = item.text(f"{_MANAGED}/Status@FormalName")
    status = None if (word or "").lower() == _EMBARGOED else word
    item = Branch(item.element, item.place, gaps(status))
    created = item.moment(f"{_MANAGED}/ThisRevisionCreated")
    slug = item.text("//NewsLines/SlugLine", "Identification/NameLabel")
    provider = item.text("//AdministrativeMetadata/Provider/Party@FormalName") or sender
    provider = provider or item.text("Identification/NewsIdentifier/ProviderId")
    outlet = item.text("//AdministrativeMetadata/Source/Party@FormalName") or provider
    holder = item.text("//RightsMetadata/Copyright/CopyrightHolder", "//UsageRights/RightsHolder")
    return Draft(
        id=_id(item),
        text=_body(item),
        place=item.place,
        version=item.number("Identification/NewsIdentifier/RevisionId"),
        created=item.instant(f"{_MANAGED}/ThisRevisionCreated"),
        status=status,
        embargo=_embargo(item, word),
        signals=tuple(f"instruction:{said}" for said in item.texts(f"{_MANAGED}/Instruction@FormalName")),
        headline=item.text("//NewsLines/HeadLine"),
        byline=_author(item),
        dateline=filed(item.text("//NewsLines/DateLine"), near=day_of(created)),
        outlet=outlet,
        carriers=(provider,) if provider and provider != outlet else (),
        provider=provider,
        published=item.moment(f"{_MANAGED}/FirstCreated") or created,
        language=item.text("//DescriptiveMetadata/Language@FormalName") or item.attribute("lang"),
        rights=rights(holder, item.text("//NewsLines/CopyrightLine")),
        usage=lines(*(said for rule in item.all("//UsageRights") for name in _TERMS for said in rule.texts(name))),
        note=_note(item),
        slug=slug,
        gaps=item.gaps,
    )


def _id(item: Branch) -> str:
    identifier = item.first("Identification/NewsIdentifier")
    if identifier is None:
        return ""
    revision = identifier.first("RevisionId")
    number = f":{revision.words}" if revision else ""
    update = revision.attribute("Update") if revision else ""
    public = identifier.text("PublicIdentifier")
    if public:
        return public.removesuffix(update).removesuffix(number) if update != "N" else public.removesuffix(number)
    parts = identifier.texts("ProviderId") + identifier.texts("DateId") + identifier.texts("NewsItemId")
    return ":".join(("urn:newsml", *parts)) if parts else ""


def _embargo(item: Branch, status: str | None) -> Embargo:
    if (status or "").lower() != _EMBARGOED:
        return NONE
    return declared(item.text(f"{_MANAGED}/StatusWillChange/DateAndTime"))


def _author(item: Branch) -> str | None:
    printed = item.text("//NewsLines/ByLine") or byline(item, "//body.head/byline")
    return printed or item.text("//AdministrativeMetadata/Creator/Party@FormalName")


def _note(item: Branch) -> str | None:
    """The lines that speak to editors."""
    said = (
        line.text("NewsLineText")
        for line in item.all("//NewsLines/NewsLine")
        if any(mark in (line.text("NewsLineType@FormalName") or "").lower() for mark in _LINES_TO_EDITORS)
    )
    return lines(*said)


def _body(item: Branch) -> str:
    """The words of the component that is the body, or of the first that is no headline, caption or picture."""
    components = [(role, part) for part in item.all("//NewsComponent") if (role := _role(part)) not in _ASIDE_ROLES]
    components.sort(key=lambda component: component[0] not in _BODY_ROLES)
    contents = (content for _, part in components for content in part.all("ContentItem") if _is_text(content))
    return next(filter(None, (_words(content) for content in contents)), "")


def _role(component: Branch) -> str:
    return (component.text("Role@FormalName") or "").lower()


def _is_text(content: Branch) -> bool:
    return (content.text("MediaType@FormalName") or "text").lower() == "text"


def _words(content: Branch) -> str:
    found = content.first("DataContent//body.content", "DataContent//body", "DataContent")
    return found.plain() if found else ""
