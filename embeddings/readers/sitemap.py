"""Sitemaps, plain and of news: they list pages and hold none of their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from embeddings.errors import UnreadableInput
from embeddings.fields import moment
from embeddings.news import Moment
from embeddings.readers.pieces import Reading

_ROOTS = frozenset(["urlset", "sitemapindex"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page that a sitemap lists, with what it tells of it; ``is_sitemap`` is one that lists pages in its turn."""

    url: str
    headline: str | None = None
    published: Moment | None = None
    changed: Moment | None = None
    language: str | None = None
    outlet: str | None = None
    is_sitemap: bool = False


def is_document(root: etree._Element) -> bool:
    """Whether an XML document is a sitemap, or a list of them."""
    return etree.QName(root).localname in _ROOTS


def read(root: etree._Element, *, place: str) -> Iterator[Reading]:
    """A refusal that says where a sitemap belongs: it has no words to take on file."""
    pages = len(locations(root))
    yield UnreadableInput(place, f"a sitemap, which lists {pages:,} pages: have them followed with `onrecord feeds`")


def locations(root: etree._Element) -> tuple[Listed, ...]:
    """The pages listed, in order; addresses that are not of the web are left out."""
    return tuple(_listed(root))


def _listed(root: etree._Element) -> Iterator[Listed]:
    for entry in root.iterfind("{*}*"):
        kind = etree.QName(entry).localname
        url = _says(entry, "loc") or ""
        if kind in ("url", "sitemap") and url.lower().startswith(("http://", "https://")):
            yield Listed(
                url=url,
                headline=_says(entry, "news/{*}title"),
                published=_moment(_says(entry, "news/{*}publication_date")),
                changed=_moment(_says(entry, "lastmod")),
                language=_says(entry, "news/{*}publication/{*}language"),
                outlet=_says(entry, "news/{*}publication/{*}name"),
                is_sitemap=kind == "sitemap",
            )


def _says(entry: etree._Element, path: str) -> str | None:
    return " ".join((entry.findtext(f"{{*}}{path}") or "").split()) or None


def _moment(printed: str | None) -> Moment | None:
    """A date or time; one that cannot be read is worth less than the page that it belongs to."""
    try:
        return moment(printed) if printed else None
    except ValueError:
        return None
