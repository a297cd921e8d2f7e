"""What a desk calls a version of a story ("1stLd-Writethru", "REFILE 1ST LEAD") → its number, and the story's id; pure.

ANPA 1312 and IPTC 7901 have no id. Agencies repeat the slug word for word on every lead of a story, so the id is
``provider:day:slug``: a lead, writethru, refile or correction of the same day comes under the same one, with a higher
version. The message's own number is added where the slug does not name one story: alerts, which share theirs; adds,
inserts and orders to kill or hold, which are no version of it; and messages without a slug or a day.

Leads count by tens: the story is 1, its refile 2, the first lead 11, a refile of that 12. Two of one number go by
their times. A lead that is filed after midnight, or under another slug, is taken for another story, and two stories
that a desk files on one day under one slug for one: that much is lost without an id.
"""

from __future__ import annotations

import re
from datetime import date

_LEAD = re.compile(
    r"(?:(?P<number>\d{1,2})(?:st|nd|rd|th|\.)?[ -]?)?(?:ld|lead|update|upd)\b(?: (?P<after>\d{1,2})\b)?", re.I
)
_AGAIN = re.compile(r"refile|correct|write-?thr|clarif|fixes|\brepeat", re.I)
_PART = re.compile(r"\b(?:\d{1,2}(?:st|nd|rd|th)[ -]?)?(?:adds?|inserts?|subs?|take)\b|sidebar", re.I)
_SHARED = re.compile(r"alert|newsnow|\bflash\b|digest|advisory|\Aadv\b", re.I)
_ORDER = re.compile(
    r"(?P<what>kill(?:ed)?|withdrawn|withheld|withhold|hold|effacement obligatoire|zurückgezogen)", re.I
)
_BESIDE_AN_ORDER = re.compile(
    r"bulletin|mandatory|urgent|story|item|notice|advisory|attention|editors?|eds|on|achtung|bitte|meldung|news", re.I
)
_TAKE_WORDS = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|\.)?|first|second|third|last|news|lead|ld|refile[sd]?|correct(?:ion|ed|s)|extra|urgent|alert|"
    r"flash|bulletin|update|repeat|roundup|preview|feature|analysis|background|profile|factbox|interview|commentary|"
    r"eil|eilmeldung|korrektur|berichtigung|zusammenfassung|überblick|neu|write-?thr[uo](?:ugh)?|add|insert|sub|take|"
    r"embargo(?:ed)?|sperrfrist",
    re.I,
)
_WORD = re.compile(r"[\w.'’-]+")
_APART = re.compile(r"[\W_]+")


def is_take(line: str) -> bool:
    """Whether a line of a heading names the version rather than the story: "REFILE", "1ST LEAD", "(Achtung)"."""
    if line.startswith("(") and line.endswith(")"):
        return True
    said = _WORD.findall(line)
    return is_order(line) or (bool(said) and all(_TAKE_WORDS.fullmatch(word) for word in said))


def is_order(line: str | None) -> bool:
    """Whether a line says nothing but that a story is killed, withdrawn or held: "KILL KILL KILL", "BULLETIN KILL"."""
    said = _ORDER.sub(" ", line or "")
    rest = re.findall(r"\w+", said)
    return said != (line or "") and len(rest) < 6 and all(_BESIDE_AN_ORDER.fullmatch(word) for word in rest)


def version_of(take: str | None) -> int:
    """The version's number among those of its story."""
    lead = _LEAD.search(take or "")
    number = int(lead["number"] or lead["after"] or 1) if lead else 0
    return number * 10 + (2 if _is_again(take or "", lead) else 1)


def _is_again(take: str, lead: re.Match[str] | None) -> bool:
    """Whether it is another form of what it follows; "1st Ld-Writethru" is the first lead itself."""
    again = _AGAIN.search(take)
    return again is not None and not (lead and again.group().lower().startswith("write"))


def story_id(provider: str, day: date | None, slug: str | None, *, take: str | None, number: str) -> str:
    """The id that all versions of a story share; ``number`` is the message's own, for what has no better name."""
    alone = is_order(take) or _PART.search(take or "") or _SHARED.search(slug or "") or not slug or day is None
    parts = provider, day.isoformat() if day else None, _folded(slug), number if alone else None
    return ":".join(part for part in parts if part)


def is_composed(article_id: str, slug: str | None) -> bool:
    """Whether an id is made of a slug, which promises less than an id that a provider gave."""
    return bool(slug) and f":{_folded(slug)}" in article_id


def _folded(slug: str | None) -> str:
    return _APART.sub("-", (slug or "").casefold()).strip("-")
