"""A news item of Ritzau, the Danish agency, in its own XML → Article."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml import etree

from embeddings.drafts import Draft, article_of
from embeddings.fields import gaps
from embeddings.readers.pieces import Reading
from embeddings.readers.tree import Branch, plain

_ZONE = ZoneInfo("Europe/Copenhagen")
"""The agency prints the time on its own clock."""


def is_document(root: etree._Element) -> bool:
    """Whether an XML document is an item of Ritzau's."""
    return bool(root.tag == "RBNews")


def read(root: etree._Element, *, place: str) -> Iterator[Reading]:
    """The one article that the document holds."""
    status = "canceled" if _is_set(Branch(root, place), "Annuleret") else None
    item = Branch(root, place, gaps(status))
    published = _moment(item)
    yield article_of(
        Draft(
            id=item.text("NewsID") or "",
            text=_body(item),
            place=place,
            version=item.number("version"),
            created=published,
            status=status,
            signals=("ritzau:correction",) if _is_set(item, "Korrektion") else (),
            headline=item.text("headline"),
            byline=item.text("byLine"),
            outlet=(item.text("origin") or "").strip("/"),
            provider="Ritzau",
            published=published,
            language="da",
            section=item.text("section"),
            note=item.text("TilRedaktionen"),
            slug=item.text("strapline"),
            replaces=item.text("replacedID", "Replaces"),
            gaps=item.gaps,
        )
    )


def _is_set(item: Branch, name: str) -> bool:
    return (item.text(name) or "").lower() == "true"


def _moment(item: Branch) -> datetime | None:
    printed = item.text("PublishDate")
    try:
        found = datetime.fromisoformat(printed) if printed else None
    except ValueError:
        item.miss("PublishDate", f"PublishDate is no date ({(printed or '')[:40]!a}): have it sent again")
        return None
    return found.replace(tzinfo=_ZONE) if found and not found.tzinfo else found


def _body(item: Branch) -> str:
    try:
        return plain(item.element.findtext("content") or "")
    except ValueError as error:
        item.miss("content", f"content with {error}: have it sent again")
        return ""
