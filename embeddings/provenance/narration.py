"""Whether words between quotation marks are a medium's own words about the speaker; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.news import Named, Nature, Span
from embeddings.provenance.lineage import Credit

_VERBS = (
    "reaffirm|affirm|stress|emphasi[sz]|express|declar|confirm|reiterat|not|voic|underlin|underscor|convey|prais|support|"
    "back|pledg|vow|promis|condemn|denounc|warn|claim|stat|assert|announc|agree|discuss|exchang|appreciat|recall|recogni[sz]|"
    "congratulat|thank|wish|hope|highlight|point|call|accus|blam|criticis|criticiz|welcom|reject|den|insist|explain|argu|"
    "share|extend|propos|urg|demand|request|appeal|describ|assess|evaluat|hail|laud|commend|offer|oppos|admit|admir|regret|"
    "outlin|mention|remark|report|inform|instruct|order|show|shar|deplor|applaud|salut|renew|repeat|advis|answer|repl"
)
_NARRATES = re.compile(
    rf"(?:(?:also|again|further|once more|\w+ly|has|had|have|was|is)\s+){{0,3}}(?:{_VERBS})(?:ed|d|es|s|ied|ies)\b"
    r"|(?:said|says|told|tells|made it clear|made clear|gave|spoke|held|took note)\b",
    re.IGNORECASE,
)
_OPENED = re.compile(r"[^.;:,\"“”„«‘’'`]{0,60}(?:[\"“„«‘`]+|(?<=\s)'+)")
"""From the speaker to the mark that opens, past a few words and no other clause."""
_OPENING = "\"“„«‘'`"
_FIRST_PERSON = re.compile("(?:I|[Ww]e|[Mm]y|[Oo]ur|me|us)")


def is_narrated(text: str, credit: Credit, *, by_media: Sequence[Span], reported: bool) -> bool:
    """Whether the marks open on what the speaker did, told in the third person, instead of on the speaker's words.

    Only a medium or a document narrates: ``by_media`` is what such speakers say between marks, ``reported`` says that
    a medium reported the words.
    """
    if not credit.speakers or any(_narrates(one) for one in credit.speakers):
        return False
    return (reported and _opens_on_verb(text, credit)) or _is_told_within(text, credit, by_media)


def said_by_media(text: str, credits: Sequence[Credit]) -> list[Span]:
    """What media and documents say between quotation marks."""
    return [
        span
        for credit in credits
        if any(_narrates(one) for one in credit.speakers)
        for span in credit.given.content
        if text[span.start] in _OPENING or text[span.start - 1 : span.start] in tuple(_OPENING)
    ]


def _narrates(speaker: Named) -> bool:
    return speaker.nature in (Nature.MEDIUM, Nature.DOCUMENT)


def _opens_on_verb(text: str, credit: Credit) -> bool:
    """``Kim "reaffirmed that …"``: the mark stands between subject and verb."""
    mention, cue = credit.given.mention, credit.given.cue
    opening = _OPENED.match(text, mention.end) if mention else None
    verb = _NARRATES.match(text, opening.end()) if opening else None
    if opening is None or verb is None:
        return False
    return opening.end() <= cue.start < verb.end() if cue else credit.given.content[0].start < verb.end()


def _is_told_within(text: str, credit: Credit, by_media: Sequence[Span]) -> bool:
    """``"Kim reaffirmed that …," KCNA said``: speaker and verb stand inside what a medium says between marks."""
    mention, cue = credit.given.mention, credit.given.cue
    if mention is None or cue is None or _FIRST_PERSON.fullmatch(mention.cut(text)):
        return False
    start, end = min(mention.start, cue.start), max(mention.end, cue.end)
    return any(span.start <= start and end <= span.end for span in by_media)
