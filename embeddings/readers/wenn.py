"""The showbusiness feed of WENN, Atom with the stories in elements of its own → Articles."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from embeddings.drafts import Draft, article_of
from embeddings.errors import UnreadableInput
from embeddings.fields import gaps
from embeddings.news import Article
from embeddings.readers.pieces import Reading
from embeddings.readers.tree import Branch

_MANAGED = "{http://feed.wenn.com/xmlns/2010/03/wenn_nm}NewsManagement"


def is_document(root: etree._Element) -> bool:
    """Whether an XML document is a feed of WENN's."""
    return root.find(_MANAGED) is not None


def read(root: etree._Element, *, place: str) -> Iterator[Reading]:
    """An article for every entry of the feed."""
    for i, entry in enumerate(Branch(root, place).all("entry"), start=1):
        try:
            yield _article(Branch(entry.element, f"{place} entry {i}"))
        except UnreadableInput as error:
            yield error


def _article(entry: Branch) -> Article:
    word = (entry.text("NewsManagement/publishing_status") or "").lower()
    status = "usable" if word == "published" else word
    entry = Branch(entry.element, entry.place, gaps(status))
    story = entry.first("ContentMetadata")
    return article_of(
        Draft(
            id=entry.text("NewsManagement/original_article_id", "id") or "",
            text=_body(entry),
            place=entry.place,
            created=entry.instant("NewsManagement/updated", "updated"),
            status=status,
            headline=entry.text("title"),
            outlet="WENN",
            provider="WENN",
            published=entry.moment("NewsManagement/published", "updated"),
            language=story.attribute("lang") if story else None,
            section=entry.text("NewsManagement/feedarticle_section"),
            slug=entry.text("ContentMetadata/slug"),
            gaps=entry.gaps,
        )
    )


def _body(entry: Branch) -> str:
    """The first line and what follows it, as typed; the feed's own content where there is neither."""
    for paths in (("ContentMetadata/first_line", "ContentMetadata/body"), ("content",)):
        parts = [found.element.text or "" for path in paths if (found := entry.first(path))]
        if any(map(str.strip, parts)):
            return "\n\n".join(parts)
    return ""
