"""An entry of a JSON Feed (jsonfeed.org) → Article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from embeddings.drafts import Draft, article_of
from embeddings.errors import UnreadableInput
from embeddings.fields import Fields
from embeddings.markup import plain_text
from embeddings.news import Article
from embeddings.readers.pieces import Reading

_SUMMARY = "Summary only: the feed does not carry the full text."
_NO_ENTRY = "not a JSON object: have the feed made again"
_LONGEST_NAME = 200


def is_item(values: Mapping[str, object]) -> bool:
    """Whether a JSON object is such a feed."""
    version = values.get("version")
    return isinstance(version, str) and "jsonfeed.org/version/" in version


def articles(values: Mapping[str, object], *, place: str) -> Iterator[Reading]:
    """An article for every entry of the feed."""
    feed = Fields(values, place)
    for i, member in enumerate(feed.items("items"), start=1):
        here = f"{place} entry {_called(member) or i}"
        try:
            yield _article(Fields(member, here), feed) if isinstance(member, dict) else UnreadableInput(here, _NO_ENTRY)
        except UnreadableInput as error:
            yield error


def _called(member: object) -> str | None:
    """The entry's own name, by which it is told again wherever it stands in its feed."""
    values = member if isinstance(member, dict) else {}
    name = next((said for key in ("id", "url") if isinstance(said := values.get(key), str) and said), "")
    return name if name.isprintable() and len(name) <= _LONGEST_NAME else None


def _article(entry: Fields, feed: Fields) -> Article:
    text, whole = _body(entry)
    url = entry.text("url", "external_url")
    title = feed.text("title")
    return article_of(
        Draft(
            id=_id(entry, feed, url),
            text=text,
            place=entry.place,
            created=entry.instant("date_modified", "date_published"),
            headline=entry.text("title"),
            byline=", ".join(_authors(entry)) or ", ".join(_authors(feed)),
            outlet=title,
            provider=title,
            published=entry.moment("date_published", "date_modified"),
            language=entry.text("language") or feed.text("language"),
            url=url,
            note=None if whole else _SUMMARY,
        )
    )


def _id(entry: Fields, feed: Fields, url: str | None) -> str:
    """The entry's own id; one that is a bare number or word is told apart by the feed that gave it."""
    given = entry.text("id") or url or entry.refuse('no "id" and no "url": have the feed give one')
    home = feed.text("feed_url", "home_page_url")
    return given if ":" in given or not home else f"{home}#{given}"


def _body(entry: Fields) -> tuple[str, bool]:
    """The words, and whether they are the whole story and no summary."""
    if entry.copy("content_html").strip():
        try:
            return plain_text(entry.copy("content_html")), True
        except ValueError as error:
            entry.refuse(f'"content_html" has {error}: have it sent as plain text')
    text = entry.copy("content_text")
    summary = entry.copy("summary")
    return text or summary, bool(text.strip()) or not summary.strip()


def _authors(fields: Fields) -> Iterator[str]:
    """Names, from version 1.1's list or version 1's one author."""
    one = fields.values.get("author")
    for author in (*fields.records("authors"), Fields(one if isinstance(one, dict) else {}, fields.place)):
        name = author.text("name")
        if name:
            yield name
