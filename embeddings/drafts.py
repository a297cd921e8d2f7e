"""What a reader found in a foreign record → an Article: the rules that are the same whatever the format; pure.

A reader maps fields and decides nothing. Here a status that nobody knows holds the article back, an embargo is found
wherever it stands, and what cannot be read of an order to kill or withhold does not stop it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from embeddings.corrections import told_in
from embeddings.datelines import Opening, opening
from embeddings.decoding import accepted
from embeddings.embargoes import NONE, Embargo, in_note
from embeddings.errors import UnreadableInput
from embeddings.fields import status_of
from embeddings.news import Article, Dateline, Moment, Status, day_of
from embeddings.paragraphs import paragraphs

_TOLD = re.compile(
    r"\b(?:correct(?:s|ed|ing|ion)|refile[sd]?|write-?thr[uo](?:ugh)?|clarif(?:ies|ied|ication)|"
    r"corrige[rz]?|rectificati(?:f|on)|korrigiert|korrektur|berichtigt)\b",
    re.IGNORECASE,
)
_HEADED = re.compile(r"\A\W*(?:corrected|correction|refile|clarification)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\0-\x1f\x7f\ud800-\udfff]*", re.IGNORECASE)


_NO_YEAR = 1600
"""Before there were newspapers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One record as its reader found it, each field as the format has it; "" and None say that it has none.

    ``id`` is the one that all versions share. ``text`` is plain, paragraphs apart by blank lines. ``status`` is the
    provider's word. ``signals`` are codes that say what kind of version it is ("sig:correction", "edStat:C").
    ``dateline`` is one that the format keeps outside the text. ``published`` is when the story was first published or
    written, ``created`` when this version was. ``gaps`` are the fields that could not be read.
    """

    id: str
    text: str
    place: str
    version: int | None = None
    created: datetime | None = None
    status: str | None = None
    embargo: Embargo = NONE
    signals: tuple[str, ...] = ()
    headline: str | None = None
    byline: str | None = None
    dateline: Dateline | None = None
    outlet: str | None = None
    carriers: tuple[str, ...] = ()
    provider: str | None = None
    published: Moment | None = None
    language: str | None = None
    section: str | None = None
    url: str | None = None
    rights: str | None = None
    usage: str | None = None
    note: str | None = None
    expires: datetime | None = None
    slug: str | None = None
    take: str | None = None
    number: str | None = None
    replaces: str | None = None
    correction: str | None = None
    gaps: Sequence[str] | None = None


def article_of(draft: Draft) -> Article:
    """The article that a draft describes; raises UnreadableInput for one that cannot be kept."""
    here = draft.place
    status, warning = status_of(draft.status)
    draft = draft if status is Status.USABLE else _without_unkeepable(draft)
    text = accepted(draft.text, place=here)
    if not text.strip() and status is Status.USABLE:
        raise UnreadableInput(here, "no words in it: ask the provider for the full item, or remove it")
    if not draft.id.strip():
        raise UnreadableInput(here, "no id: it needs one that stays the same in every version")
    embargo = draft.embargo if draft.embargo != NONE else in_note(draft.note)
    published = _believed(draft.published)
    start = opening(text, near=day_of(published))
    dateline = _dateline(start.dateline, draft.dateline)
    parts = paragraphs(text)
    return Article(
        id=accepted(draft.id, place=here).strip(),
        text=text,
        paragraphs=parts,
        version=draft.version,
        version_created=draft.created,
        status=status,
        embargoed_until=embargo.until,
        held=embargo.held,
        headline=_line(draft.headline, here),
        byline=_line(draft.byline, here),
        dateline=dateline,
        outlet=_line(draft.outlet, here) or (dateline.agency if dateline else None) or start.source,
        carriers=tuple(filter(None, (_line(one, here) for one in draft.carriers))) or start.carriers,
        provider=_line(draft.provider, here),
        published=published or _filed(start),
        language=_line(draft.language, here),
        section=_line(draft.section, here),
        url=_web(draft.url),
        rights=_said(draft.rights, here),
        usage=_said(draft.usage, here),
        note=lines(warning, embargo.warning, *_unread(draft), _said(draft.note, here)),
        expires=draft.expires,
        slug=_line(draft.slug, here),
        take=_line(draft.take, here),
        number=_line(draft.number, here),
        replaces=_line(draft.replaces, here),
        correction=_said(draft.correction, here) or _corrects(draft, lines(*told_in(text, parts))),
        origin=here,
    )


def _without_unkeepable(draft: Draft) -> Draft:
    """An order to kill or withhold without the words that nothing can keep: it needs no more than id and status."""
    said = {one.name: getattr(draft, one.name) for one in fields(draft) if one.name not in ("id", "place")}
    without: dict[str, Any] = {name: "" for name, words in said.items() if not _is_keepable(words)}
    return replace(draft, **without, gaps=[*(draft.gaps or ()), *without])


def _is_keepable(value: object) -> bool:
    try:
        accepted(value if isinstance(value, str) else "", place="")
    except UnreadableInput:
        return False
    return True


def _unread(draft: Draft) -> Iterator[str]:
    return (f'Its "{name[:40]}" could not be read.' for name in draft.gaps or ())


def lines(*said: str | None) -> str | None:
    """What was said, a line each; None where nothing was."""
    return "\n".join(dict.fromkeys(line for line in said if line)) or None


def _corrects(draft: Draft, told: str | None) -> str | None:
    """What tells that this version puts something right: a code, take, headline, note to editors, or the story itself.

    ``told`` is what the story says.
    """
    if any(signal.lower().endswith((":correction", "edstat:c")) for signal in draft.signals):
        return draft.note or draft.take or told or "Marked as a correction by its provider."
    for said in (draft.take, draft.slug):
        if said and _TOLD.search(said):
            return draft.note or said
    if draft.headline and _HEADED.search(draft.headline):
        return draft.note or draft.headline
    return draft.note if draft.note and _TOLD.search(draft.note) else told


def _dateline(printed: Dateline | None, given: Dateline | None) -> Dateline | None:
    """The dateline that stands in the text; what it leaves out is what the format says beside it."""
    if printed is None or given is None:
        return printed or given
    return replace(printed, place=printed.place or given.place, day=printed.day or given.day)


def _believed(moment: Moment | None) -> Moment | None:
    """The moment, unless it is what programs print where they know none: the year 1."""
    return moment if moment is not None and moment.year > _NO_YEAR else None


def _filed(start: Opening) -> Moment | None:
    return start.dateline.day if start.dateline else None


def _line(said: str | None, place: str) -> str | None:
    """One line of words, None where there are none."""
    return " ".join(accepted(said, place=place).split()) or None if said else None


def _said(said: str | None, place: str) -> str | None:
    return accepted(said, place=place).strip() or None if said else None


def _web(url: str | None) -> str | None:
    cleaned = (url or "").strip()
    return cleaned if _ADDRESS.fullmatch(cleaned) else None
