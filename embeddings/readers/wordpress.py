"""A post of the WordPress REST API (wp/v2) → Article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, timezone
from urllib.parse import urlsplit

from embeddings.drafts import Draft, article_of
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.fields import Fields
from embeddings.markup import plain_text
from embeddings.news import Article, Moment

_STATUSES = {"publish": "usable", "future": "usable", "trash": "canceled"}
_UNPUBLISHED = frozenset("private draft pending auto-draft inherit".split())
_QUARTER = timedelta(minutes=15)


def is_item(values: Mapping[str, object]) -> bool:
    """Whether a JSON object is a post: a title and a content, each with what the page shows."""
    return all(isinstance(part := values.get(name), dict) and "rendered" in part for name in ("title", "content"))


def article(values: Mapping[str, object], *, place: str) -> Article:
    """The article that a post holds.

    Its id is the post's guid, which WordPress never changes; the link gets another name when a post is trashed, and
    the kill would miss its article.
    """
    fields = Fields(values, place)
    link = fields.text("link")
    status, embargo, note = _standing(fields)
    return article_of(
        Draft(
            id=_rendered(fields, "guid") or link or fields.refuse('no "guid" and no "link": have both exported'),
            text=_rendered(fields, "content"),
            place=place,
            created=fields.instant("modified_gmt"),
            status=status,
            embargo=embargo,
            headline=_rendered(fields, "title"),
            byline=_author(fields),
            outlet=urlsplit(link or "").hostname,
            published=_published(fields),
            url=link,
            note=note,
            slug=fields.text("slug"),
        )
    )


def _standing(fields: Fields) -> tuple[str | None, Embargo, str | None]:
    """Status, embargo and a word on them, as WordPress names its own."""
    word = fields.text("status")
    if _part(fields, "content").values.get("protected") or fields.text("password"):
        return "withheld", NONE, "Password-protected in WordPress."
    if word in _UNPUBLISHED:
        return "withheld", NONE, f'Not published: "{word}" in WordPress.'
    embargo = declared(f"{fields.text('date_gmt') or ''}Z") if word == "future" else NONE
    return _STATUSES.get(word or "publish", word), embargo, None


def _part(fields: Fields, name: str) -> Fields:
    value = fields.values.get(name)
    return Fields(value if isinstance(value, dict) else {}, f'{fields.place}, "{name}"')


def _rendered(fields: Fields, name: str) -> str:
    part = _part(fields, name)
    try:
        return plain_text(part.copy("rendered"))
    except ValueError as error:
        part.refuse(f"{error}: have its plain text exported")


def _author(fields: Fields) -> str | None:
    """The names that come with the post where it was asked for with ``_embed``; else it has only a number."""
    authors = _part(fields, "_embedded").records("author")
    return ", ".join(name for author in authors if (name := author.text("name"))) or None


def _published(fields: Fields) -> Moment | None:
    """When it was published, in the site's own zone, which the two times that it gives tell together."""
    moment, local = fields.instant("date_gmt"), fields.instant("date")
    if moment is None or local is None:
        return moment
    offset = local - moment
    if offset % _QUARTER or abs(offset) > timedelta(hours=14):
        return moment
    return moment.astimezone(timezone(offset))
