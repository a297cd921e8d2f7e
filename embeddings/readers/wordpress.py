"""A post of the WordPress REST API (wp/v2) → Article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, timezone
from urllib.parse import urlsplit

from embeddings.drafts import Draft, article_of
from embeddings.embargoes import NONE, declared
from embeddings.fields import Fields, gaps
from embeddings.markup import plain_text
from embeddings.news import Article, Moment

_UNPUBLISHED = frozenset("private draft pending auto-draft inherit".split())
_STATUSES = {"publish": "usable", "future": "usable", "trash": "canceled"}
_QUARTER = timedelta(minutes=15)


def is_item(values: Mapping[str, object]) -> bool:
    """Whether a JSON object is a post: a title and a content, each with what the page shows."""
    return all(isinstance(part := values.get(name), dict) and "rendered" in part for name in ("title", "content"))


def article(values: Mapping[str, object], *, place: str) -> Article:
    """The article that a post holds.

    Its id is the post's guid, which WordPress never changes; the link gets another name when a post is trashed, and
    the kill would miss its article.
    """
    given = Fields(values, place)
    word = given.text("status") or "publish"
    status, note = _standing(values, word)
    fields = Fields(values, place, gaps(status))
    link = fields.text("link")
    return article_of(
        Draft(
            id=_rendered(given, "guid") or link or fields.refuse('no "guid" and no "link": have both exported'),
            text=_rendered(fields, "content"),
            place=place,
            created=fields.instant("modified_gmt"),
            status=status,
            embargo=declared(f"{fields.text('date_gmt') or ''}Z") if word == "future" else NONE,
            headline=_rendered(fields, "title"),
            byline=_author(fields),
            outlet=_host(link),
            published=_published(fields),
            url=link,
            note=note,
            slug=fields.text("slug"),
            gaps=fields.gaps,
        )
    )


def _host(link: str | None) -> str | None:
    try:
        return urlsplit(link or "").hostname
    except ValueError:
        return None


def _standing(values: Mapping[str, object], word: str) -> tuple[str, str | None]:
    """The status and a word on it, as WordPress names its own."""
    if word in _UNPUBLISHED:
        return "withheld", f'Not published: "{word}" in WordPress.'
    content = values.get("content")
    is_protected = values.get("password") or (isinstance(content, dict) and content.get("protected"))
    if is_protected and word != "trash":
        return "withheld", "Password-protected in WordPress."
    return _STATUSES.get(word, word), None


def _part(fields: Fields, name: str) -> Fields:
    value = fields.values.get(name)
    return Fields(value if isinstance(value, dict) else {}, f'{fields.place}, "{name}"', fields.gaps)


def _rendered(fields: Fields, name: str) -> str:
    part = _part(fields, name)
    try:
        return plain_text(part.copy("rendered"))
    except ValueError as error:
        part.miss(name, f'"{name}" has {error}: have its plain text exported')
        return ""


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
