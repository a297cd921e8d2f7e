"""NITF 3: a story with its docdata → an Article, and a Notice where it gives orders about another document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from lxml import etree

from embeddings.drafts import Draft, article_of, lines
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.errors import UnreadableInput
from embeddings.fields import filed, gaps, status_of
from embeddings.news import Notice, Status, day_of
from embeddings.readers.pieces import Reading
from embeddings.readers.tree import Branch, byline, name_of

_DATA = "head/docdata"
_ISSUED = f"{_DATA}/date.issue@norm"
_RELEASED = f"{_DATA}/date.release@norm"
_OTHER = f"{_DATA}@management-doc-idref"
_OTHERS_STATUS = f"{_DATA}@management-idref-status"
_EMBARGOED = "embargoed"


def is_document(root: etree._Element) -> bool:
    """Whether the root is NITF's."""
    return name_of(root) == "nitf"


def read(root: etree._Element, *, place: str) -> Iterator[Reading]:
    """The order about another document, where there is one, and the article itself."""
    story = Branch(root, place)
    try:
        yield from _notices(story)
        yield article_of(draft(story))
    except UnreadableInput as error:
        yield error


def _notices(story: Branch) -> Iterator[Notice]:
    target, word = story.text(_OTHER), story.text(_OTHERS_STATUS)
    status = _status(word)
    story = Branch(story.element, story.place, gaps(status))
    if target and status is not Status.USABLE:
        yield Notice(
            status=status,
            words=_note(story) or f"{_headline(story) or target}: {word}",
            target=target,
            slug=_slug(story),
            headline=_headline(story),
            provider=next(reversed(_hands(story)), None),
            sent=story.instant(_ISSUED),
            origin=story.place,
        )


def _status(word: str | None) -> Status:
    """The status that an order gives another document; an embargo without an hour withholds it."""
    return Status.WITHHELD if (word or "").lower() == _EMBARGOED else status_of(word)[0]


def draft(story: Branch) -> Draft:
    """What a document says, field by field."""
    word = story.text(f"{_DATA}@management-status")
    status = None if (word or "").lower() == _EMBARGOED else word
    story = Branch(story.element, story.place, gaps(status))
    body = story.first("body/body.content", "//body.content")
    issued = story.moment(_ISSUED, "head/pubdata@date.publication")
    hands = _hands(story)
    return Draft(
        id=_id(story),
        text=body.plain() if body else "",
        place=story.place,
        version=None if story.text(f"{_DATA}/du-key@generation") else story.number(f"{_DATA}/du-key@version"),
        created=story.instant(_ISSUED, "head/pubdata@date.publication"),
        status=status,
        embargo=_embargo(story, word),
        signals=tuple("nitf:correction" for _ in story.all(f"{_DATA}/correction")),
        headline=_headline(story),
        byline=byline(story, "body/body.head/byline"),
        dateline=filed(story.text("body/body.head/dateline"), near=day_of(issued)),
        outlet=next(iter(hands), None),
        carriers=hands[1:],
        provider=next(reversed(hands), None),
        published=issued,
        language=story.attribute("lang") or story.text("body@lang", "@baselang"),
        section=story.text("head/pubdata@position.section"),
        url=story.text("head/pubdata@ex-ref"),
        rights=story.text(f"{_DATA}/doc.copyright@holder", f"{_DATA}/doc.rights@owner"),
        usage=_usage(story),
        note=_note(story),
        expires=story.instant(f"{_DATA}/date.expire@norm"),
        slug=_slug(story),
        take=_meta(story, "anpa-takekey"),
        replaces=_replaces(story),
        correction=story.text(f"{_DATA}/correction@info"),
        gaps=story.gaps,
    )


def _id(story: Branch) -> str:
    """The document's id; one that has none is known by who issued it, its headline and the day."""
    printed = story.text(f"{_DATA}/doc-id@id-string")
    if printed:
        return printed
    day = day_of(story.moment(_ISSUED))
    known = "\n".join(filter(None, (_headline(story), _slug(story), str(day) if day else None)))
    return f"{next(iter(_hands(story)), 'nitf')}:{hashlib.sha256(known.encode()).hexdigest()[:16]}" if known else ""


def _hands(story: Branch) -> tuple[str, ...]:
    """Whom the story came from, then everybody who passed it on, in the order of their levels."""
    trail = sorted(story.all(f"{_DATA}/del-list/from-src"), key=lambda source: source.number("@level-number") or 0)
    passed = tuple(dict.fromkeys(filter(None, (source.attribute("src-name") for source in trail))))
    issuer = (f"{_DATA}/doc-id@regsrc", "body/body.head/distributor", f"{_DATA}/doc.copyright@holder")
    return passed or tuple(filter(None, [story.text(*issuer)]))


def _headline(story: Branch) -> str | None:
    """The main headline; a title, as of copy without one, is taken without the number of its part."""
    title, part = story.text("head/title"), story.text(f"{_DATA}/series@series.part")
    if title and part:
        title = title.removeprefix(f"{part} ")
    return story.text("body/body.head/hedline/hl1", "//hedline/hl1") or title


def _slug(story: Branch) -> str | None:
    return story.text(f"{_DATA}/du-key@key") or _meta(story, "anpa-keyword")


def _meta(story: Branch, name: str) -> str | None:
    found = (meta.attribute("content") for meta in story.all("head/meta") if meta.attribute("name") == name)
    return next(filter(None, found), None)


def _note(story: Branch) -> str | None:
    """What is said to editors: messages, and notes above the copy."""
    notes = (line for note in story.all("body/body.head/note") for line in note.plain().splitlines())
    return lines(*story.texts(f"{_DATA}/ed-msg@info"), *notes)


def _embargo(story: Branch, status: str | None) -> Embargo:
    """Until its release, for what is marked as under embargo and for what is released after it was issued."""
    release, issued = story.text(_RELEASED), story.instant(_ISSUED)
    if (status or "").lower() == _EMBARGOED:
        return declared(release)
    if release and not (issued and (released := story.instant(_RELEASED)) and released <= issued):
        return declared(release)
    return NONE


def _usage(story: Branch) -> str | None:
    """What the rights allow, and for how long and where."""
    said = [line for rights in story.all(f"{_DATA}/doc.rights") for line in _terms(rights)]
    return lines(*said, *story.texts("body/body.head/rights"))


def _terms(rights: Branch) -> Iterator[str]:
    yield from filter(None, (rights.attribute(name) for name in ("type", "limitations")))
    for name in ("geography", "startdate", "enddate"):
        if rights.attribute(name):
            yield f"{name}: {rights.attribute(name)}"


def _replaces(story: Branch) -> str | None:
    """The document that this one updates or corrects; the id of all its versions, where it bears one of them."""
    if _status(story.text(_OTHERS_STATUS)) is Status.USABLE and (updated := story.text(_OTHER)):
        return updated
    family = _meta(story, "NTBID")
    if family and _id(story).startswith(f"{family}_"):
        return family
    return story.text(f"{_DATA}/correction@id-string")
