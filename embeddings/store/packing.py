"""How articles and quotations are written into columns, and read out of them again: the same for every engine; pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from embeddings.news import (
    Article,
    Dateline,
    Hop,
    Kind,
    Moment,
    Named,
    NameUse,
    Nature,
    Paragraphs,
    Quotation,
    Role,
    Span,
    Status,
)
from embeddings.words import handles, id_handle

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(count: int) -> datetime:
    """The moment that ``microseconds`` made a number of."""
    return _EPOCH + timedelta(microseconds=count)


def microseconds(moment: datetime | None) -> int | None:
    """A moment as a whole number, for columns that are compared."""
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def article_handles(version: Article) -> Iterator[str]:
    """All that its article may be looked up by but its id as it is spelled."""
    yield from handles(version.slug, version.headline, version.number)
    yield id_handle(version.guid or version.id)


_SELDOM = ("guid", "provider", "slug", "take", "number", "replaces", "usage", "correction")
"""Fields that most versions do not have."""


def article_fields(article: Article) -> str:
    """All of an article but its id, number, status and text, as JSON."""
    line = article.dateline
    return json.dumps(
        {
            "paragraphs": [[p.ordinal, p.start, p.end] for p in article.paragraphs],
            "version_created": _printed(article.version_created),
            "embargoed_until": _printed(article.embargoed_until),
            "held": article.held,
            "headline": article.headline,
            "byline": article.byline,
            "dateline": None if line is None else [*line.span, line.place, _printed(line.day), line.agency],
            "outlet": article.outlet,
            "carriers": article.carriers,
            "published": _printed(article.published),
            "language": article.language,
            "section": article.section,
            "url": article.url,
            "rights": article.rights,
            "note": article.note,
            "origin": article.origin,
            **{name: value for name in _SELDOM if (value := getattr(article, name)) is not None},
            **({"expires": article.expires.isoformat()} if article.expires else {}),
        },
        separators=(",", ":"),
    )


def article_of(article_id: str, version: int | None, status: str, fields: str, text: bytes) -> Article:
    """The article that ``article_fields`` was made of."""
    stored = _stored(fields)
    stored["version_created"] = moment_from(stored["version_created"])
    stored["embargoed_until"] = moment_from(stored["embargoed_until"])
    stored["dateline"] = _dateline(stored["dateline"])
    stored["carriers"] = tuple(stored["carriers"])
    stored["published"] = _day_or_moment(stored["published"])
    stored["expires"] = moment_from(stored.get("expires"))
    return Article(id=article_id, version=version, status=Status(status), text=text_of(text), **stored)


_BEFORE, _OPENING, _CLOSING = '{"paragraphs":', "[[", "]]"


def _stored(fields: str) -> dict[str, Any]:
    """The fields by name, the paragraphs among them ready for use."""
    if not fields.startswith(_BEFORE + _OPENING):
        stored: dict[str, Any] = json.loads(fields)
        return stored | {"paragraphs": Paragraphs(json.dumps(stored["paragraphs"], separators=(",", ":")))}
    # They stand first and are most of it: they are read when they are looked at.
    end = fields.index(_CLOSING) + len(_CLOSING)
    rest: dict[str, Any] = json.loads("{" + fields[end + 1 :])
    return rest | {"paragraphs": Paragraphs(fields[len(_BEFORE) : end])}


def text_of(stored: bytes) -> str:
    """The text that ``bytes_of`` made bytes of."""
    return stored.decode("utf-8", "surrogatepass")


def _printed(moment: Moment | None) -> str | None:
    return None if moment is None else moment.isoformat()


def moment_from(printed: str | None) -> datetime | None:
    """A moment in its ISO form; None for None."""
    return None if printed is None else datetime.fromisoformat(printed)


def _day_or_moment(printed: str | None) -> Moment | None:
    return date.fromisoformat(printed) if printed and len(printed) == len("2026-01-31") else moment_from(printed)


def _dateline(stored: list[Any] | None) -> Dateline | None:
    if stored is None:
        return None
    start, end, place, day, agency = stored
    return Dateline(Span(start, end), place, None if day is None else date.fromisoformat(day), agency)


def name_use(name: str, rows: Sequence[tuple[bytes, str, str, int, int]]) -> NameUse:
    """One name, with the nature that it has most often and every title."""
    natures: Counter[str] = Counter()
    for _, nature, _, _, uses in rows:
        natures[nature] += uses
    return NameUse(
        name=name,
        nature=Nature(min(natures, key=lambda nature: (-natures[nature], nature))),
        roles=frozenset(role for row in rows for role in json.loads(row[2])),
        quotations=sum(row[3] for row in rows),
    )


def quotation_fields(quotation: Quotation) -> str:
    """All of a quotation but its kind and its speakers, as JSON; what is as usual is left out."""
    fields: dict[str, object] = {"content": quotation.content}
    if quotation.cue is not None:
        fields["cue"] = quotation.cue
    if quotation.chain:
        fields["chain"] = [(hop.party, hop.role.value, hop.proof, hop.field) for hop in quotation.chain]
    if quotation.narrated:
        fields["narrated"] = True
    if quotation.confidence != 1.0:
        fields["confidence"] = quotation.confidence
    return packed(fields)


def quotation_of(kind: str, fields: str, speakers: tuple[Named, ...]) -> Quotation:
    """The quotation that ``quotation_fields`` was made of."""
    stored = json.loads(fields)
    return Quotation(
        content=tuple(Span(*span) for span in stored["content"]),
        kind=Kind(kind),
        cue=_span(stored.get("cue")),
        speakers=speakers,
        chain=tuple(
            Hop(party, Role(role), _span(proof), field) for party, role, proof, field in stored.get("chain", ())
        ),
        narrated=stored.get("narrated", False),
        confidence=stored.get("confidence", 1.0),
    )


def named_of(name: bytes, nature: str, roles: str, spans: str) -> Named:
    """A speaker from the columns that it is kept in."""
    start, end, *proof = json.loads(spans)
    return Named(
        name=text_of(name),
        nature=Nature(nature),
        mention=Span(start, end),
        proof=Span(*proof),
        roles=tuple(json.loads(roles)),
    )


def _span(stored: Sequence[int] | None) -> Span | None:
    return None if stored is None else Span(*stored)


def packed(value: object) -> str:
    """As JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


def bytes_of(name: str) -> bytes:
    """A text as bytes."""
    # A broken feed may hold half a surrogate pair, which is no text to a database.
    return name.encode("utf-8", "surrogatepass")
