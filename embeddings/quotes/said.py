"""Whether what looks like a report is one, and whom it credits: nothing denied, no bare source, no question; pure."""

from __future__ import annotations

import re
from dataclasses import replace

from embeddings.news import Attribution, Span

_NEGATED = re.compile(r"\b(?:not(?! (?:only|just|merely)\b)|never)\b|n['’]t\b", re.IGNORECASE)
_ANONYMOUS = re.compile(r"(?:not to be (?:named|identified|quoted)|to remain anonymous|(?:for )?anonymity)\b")
_CITING = frozenset(("citing", "cites", "cited", "quoting"))
_CITATION_WORDS = 12
_SAYING = re.compile(r"\bsaying(?: that)?\s+\Z")
_QUOTING = re.compile(r"\b(?:quoting|citing)\s\Z")
_QUOTING_ROOM = 10
_ASKED = re.compile(r"(?:asked|pressed|questioned|quizzed)(?: about)?", re.IGNORECASE)
_PAUSE = re.compile(r",\s*(?:when )?\Z")


def is_said(text: str, one: Attribution) -> bool:
    """Whether somebody did say something: "did not mention the letter" and "asked not to be named" report no words."""
    denied = one.cue is not None and _NEGATED.search(one.cue.cut(text))
    return not (denied or _cites(text, one) or _ANONYMOUS.match(text, one.content[0].start))


def said_by(text: str, one: Attribution) -> Attribution:
    """The attribution without its source among the words, and without a speaker where it is what somebody was asked."""
    said = tuple(part for part in one.content if not _is_source(text, part))
    asked = one.mention is not None and _is_asked(text, one, one.mention)
    return replace(one, content=said or one.content, mention=None if asked else one.mention)


def _cites(text: str, one: Attribution) -> bool:
    """Whether it names where somebody has words from, and none of the words: "citing a statement of the day before"."""
    if one.cue is None or one.cue.cut(text).lower() not in _CITING or len(one.content) > 1:
        return False
    cited = one.content[0].cut(text)
    said = _SAYING.search(text, one.cue.end, one.content[0].start)
    return len(cited.split()) <= _CITATION_WORDS and not said and not cited.startswith(("that ", '"', "“"))


def _is_source(text: str, part: Span) -> bool:
    """Whether a part names whom the words are from: "…, the paper reported quoting the ministry"."""
    return _QUOTING.search(text, max(0, part.start - _QUOTING_ROOM), part.start) is not None


def _is_asked(text: str, one: Attribution, mention: Span) -> bool:
    """Whether the mention is of somebody who is asked: "Orr, asked about the vote, said"."""
    cued = one.cue is not None and _ASKED.fullmatch(text, *one.cue)
    return bool(one.cue and cued and _PAUSE.search(text, mention.end - 1, one.cue.start))
