"""NewsML-G2: news items, alone, many in a message, or in one with packages → Articles.

A package only refers to items; those that stand beside it in its message are read, those that do not cannot be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from embeddings.drafts import Draft, article_of, lines
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.errors import UnreadableInput
from embeddings.fields import filed, gaps, rights
from embeddings.news import Dateline, day_of
from embeddings.readers.pieces import Reading
from embeddings.readers.tree import Branch, byline, name_of, plain

_ROOTS = frozenset(["newsItem", "packageItem", "newsMessage", "conceptItem", "knowledgeItem", "planningItem"])
_BODIES = ("contentSet/inlineXML//body.content", "contentSet/inlineXML//body", "contentSet/inlineXML")
_DASH = "<endash>-</endash>"
_BY = re.compile(r"\A(By [A-Z][^\n.!?]{3,80})\n\n")
_REMARK = re.compile(r"\A\([^\n]+\)(?=\n\n)")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_LONGEST_TAKE = 100
_TAKE = re.compile(r"(?:, *(\d*\w* ?Ld[^,]*|[^,]*Write-?thr[^,]*)| *\(([^()]+)\))\Z", re.IGNORECASE)


def is_document(root: etree._Element) -> bool:
    """Whether the root is one of NewsML-G2."""
    return name_of(root) in _ROOTS


def read(root: etree._Element, *, place: str) -> Iterator[Reading]:
    """Every news item of a document."""
    items = list(Branch(root, place).all("itemSet/newsItem")) if name_of(root) != "newsItem" else [Branch(root, place)]
    if not items:
        yield UnreadableInput(place, "NewsML-G2 that only refers to stories: send the news items that it names")
    for i, item in enumerate(items, start=1):
        yield _reading(Branch(item.element, place if len(items) == 1 else f"{place} item {i}"))


def _reading(item: Branch) -> Reading:
    try:
        return article_of(draft(item))
    except UnreadableInput as error:
        return error


def draft(item: Branch) -> Draft:
    """What a news item says, field by field."""
    status = _code(item.text("itemMeta/pubStatus@qcode", "itemMeta/pubStatus@uri"))
    item = Branch(item.element, item.place, gaps(status))
    words = _body(item)
    named = _BY.match(words)
    text = words[named.end() :] if named else words
    first = item.moment("itemMeta/firstCreated", "contentMeta/contentCreated", "itemMeta/versionCreated")
    hands = _hands(item)
    slug = item.text("contentMeta/slugline")
    signals = item.texts("itemMeta/signal@qcode")
    return Draft(
        id=item.attribute("guid"),
        text=text,
        place=item.place,
        version=item.number("@version"),
        created=item.instant("itemMeta/versionCreated"),
        status=status,
        embargo=_embargo(item),
        signals=signals,
        headline=_headline(item),
        byline=item.text("contentMeta/by") or (named.group(1) if named else _author(item)),
        dateline=_dateline(item),
        outlet=next(iter(hands), None),
        carriers=hands[1:],
        provider=_party(item.first("itemMeta/provider")),
        published=first,
        language=item.text("contentMeta/language@tag") or item.attribute("lang"),
        url=_url(item),
        rights=rights(_party(item.first("rightsInfo/copyrightHolder")), item.text("rightsInfo/copyrightNotice")),
        usage=item.text("rightsInfo/usageTerms"),
        note=_note(item),
        expires=item.instant("itemMeta/expires", "contentMeta/expires"),
        slug=slug,
        take=_take(slug),
        replaces=_replaces(item),
        correction=_remark(text) if any(signal.endswith((":correction", "edStat:C")) for signal in signals) else None,
        gaps=item.gaps,
    )


def _code(qcode: str | None) -> str | None:
    """The last part of a QCode or concept URI, which is all that its scheme's owner lets us rely on."""
    # A code with nothing behind its scheme is not the same as none: as a status it is one that nobody knows.
    return re.split(r"[:/#]", qcode.rstrip("/#"))[-1] or qcode if qcode else None


def _party(party: Branch | None) -> str | None:
    if party is None:
        return None
    return party.text("name", "@literal") or _code(party.attribute("qcode")) or (party.words or None)


def _hands(item: Branch) -> tuple[str, ...]:
    """Whom the words came from, then everybody who passed them on, nearest to the event first."""
    hops = sorted(item.all("hopHistory/hop"), key=lambda hop: hop.number("@seq") or 0)
    passed = tuple(dict.fromkeys(filter(None, (_party(hop.first("party")) for hop in hops))))
    if passed:
        return passed
    sources = {source.attribute("role").lower(): _party(source) for source in item.all("contentMeta/infoSource")}
    original = next((name for role, name in sources.items() if role.endswith(("origprov", "source"))), None)
    source = original or next(iter(sources.values()), None)
    named = (
        source or item.text("contentMeta/creditline"),
        _party(item.first("itemMeta/provider")),
        _party(item.first("rightsInfo/copyrightHolder")),
    )
    names = [name for name in named if name]
    return tuple([name for name in names if not _HOST.fullmatch(name)] or names)[:1]


def _body(item: Branch) -> str:
    inline = (found for path in _BODIES for found in item.all(path))
    words = next((words for found in inline if (words := found.plain())), "") or _data(item)
    return words.replace(_DASH, "–")


def _data(item: Branch) -> str:
    for data in item.all("contentSet/inlineData"):
        if data.attribute("contenttype").startswith("text/") and not data.attribute("encoding"):
            try:
                return plain("".join(data.element.itertext()))
            except ValueError as error:
                item.miss("body", f"its body has {error}: ask the provider for its plain text")
    return ""


def _headline(item: Branch) -> str | None:
    main = (line for line in item.all("contentMeta/headline") if "sub" not in line.attribute("role").lower())
    said = next((line.words for line in main if line.words), None)
    return said or item.text("contentSet/inlineXML//hl1", "contentSet/inlineXML//title", "itemMeta/title")


def _author(item: Branch) -> str | None:
    """The byline of the body, or a creator with a name of more than one word: others are desks and initials."""
    names = item.texts("contentMeta/creator/name")
    return byline(item, "contentSet/inlineXML//byline") or next((name for name in names if " " in name), None)


def _dateline(item: Branch) -> Dateline | None:
    near = day_of(item.moment("itemMeta/versionCreated"))
    located = item.first("contentMeta/located")
    return filed(item.text("contentMeta/dateline"), near=near) or filed(_party(located), near=near)


def _embargo(item: Branch) -> Embargo:
    found = item.first("//embargoed")
    return declared(found.words) if found else NONE


def _note(item: Branch) -> str | None:
    return lines(*(line for note in item.all("itemMeta/edNote") for line in note.plain().splitlines()))


def _take(slug: str | None) -> str | None:
    found = _TAKE.search((slug or "")[-_LONGEST_TAKE:])
    return found.group(1) or found.group(2) if found else None


def _remark(text: str) -> str | None:
    """What the agency says in brackets, above its copy, that it put right."""
    found = _REMARK.match(text)
    return found.group() if found else None


def _replaces(item: Branch) -> str | None:
    """The item that this one took the place of, where it is another."""
    links = (link for link in item.all("itemMeta/link") if _code(link.attribute("rel")) == "evolvedFrom")
    others = (link.text("@residref", "@guidref", "@href") for link in links)
    return next((other for other in others if other and other != item.attribute("guid")), None)


def _url(item: Branch) -> str | None:
    pages = (page for page in item.all("contentSet/remoteContent") if "html" in page.attribute("contenttype"))
    return next((page.attribute("href") for page in pages), None)
