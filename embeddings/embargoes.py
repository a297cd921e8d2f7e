"""Whether and until when a provider holds an article back, from fields and from notes to editors; pure.

What speaks of an embargo and cannot be understood holds the article: nothing is let out because it was not read.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from embeddings.fields import moment

_WORD = re.compile(
    r"\bembarg[oaó]|\bsperrfrist|\bsperrvermerk|\b(?:hold|not) for (?:release|publication)|\bnicht vor\b[^.]*\d"
    r"|\bne pas (?:publier|diffuser) avant|\bno (?:publicar|difundir) (?:antes|hasta)"
    r"|\bnon (?:pubblicare|diffondere) prima",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:no|not|without) (?:under )?(?:an )?embargo(?:ed)?"
    r"|\b(?:embargo|sperrfrist) (?:is |was |has been |ist |wurde |est )?"
    # "Embargo lifted at 10:00" may speak of an hour that is still to come.
    r"(?:lifted|over|expired|levé|levantado|aufgehoben|abgelaufen|rimosso|revocato)\b(?![^.\n]*\d)",
    re.IGNORECASE,
)
_ISO_TIME = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)")
_ZONE = re.compile(r"(?:Z|[+-]\d\d(?::?\d\d)?)\Z", re.IGNORECASE)


class Embargo(NamedTuple):
    """Held back ``until`` a moment, or ``held`` without one, with a word on why where that is not plain."""

    until: datetime | None = None
    held: bool = False
    warning: str | None = None


NONE = Embargo()


def declared(value: object) -> Embargo:
    """The embargo that a field declares, which is there: one that is empty or cannot be read holds."""
    printed = value.strip() if isinstance(value, str) else ""
    if not printed:
        return Embargo(held=True, warning="Held: an embargo without an hour.")
    try:
        until = moment(printed)
    except ValueError:
        until = None
    if isinstance(until, datetime) and _ZONE.search(printed):
        return Embargo(until=until)
    return Embargo(held=True, warning=f"Held: the embargo {printed[:40]!a} names no hour with a time zone.")


def in_note(note: str | None) -> Embargo:
    """The embargo that a note to editors speaks of, if it does."""
    if not note or not _WORD.search(_NOT.sub("", note)):
        return NONE
    hours = _ISO_TIME.findall(note)
    return declared(hours[0]) if len(hours) == 1 else Embargo(held=True, warning="Held: the note speaks of an embargo.")
