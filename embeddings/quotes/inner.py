"""Whose words a medium passes on: the attribution inside what an agency or a paper is credited with; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.news import Attribution, Span
from embeddings.quotes import subjects
from embeddings.quotes.clauses import Sentence, tokens
from embeddings.quotes.cues import VERBS, Form
from embeddings.quotes.marks import Run
from embeddings.quotes.reports import reports
from embeddings.quotes.rules import RulesFinder, confidence

_LEADING = frozenset("T,C")
"""What may stand before the subject: "that", a comma, "and"."""
_OPENING_VERB = re.compile(r"(?:(?:also|again|further|\w+ly)\s+)?(?P<verb>\w+)\s")
_FINITE = (Form.PAST, Form.THIRD)
_NARRATION = 0.8
"""How often a verb right behind the opening mark tells what the subject before it said: read one by one, too rare to
count."""


def retold(text: str, content: Span, sentence: Span, runs: Sequence[Run]) -> list[Attribution]:
    """All that others are said to have said, where ``content`` is what a medium or a document tells in a sentence."""
    inside = _outermost(sentence, runs)
    found = [one for one in RulesFinder().find(text, [sentence], inside) if one.mention is not None]
    told = inner(text, content, runs)
    return [told, *(one for one in found if one.cue != told.cue)] if told else found


def inner(text: str, content: Span, runs: Sequence[Run]) -> Attribution | None:
    """Who is said to have said it, where ``content`` is "Orr stressed "firm support" for the pact" and the like.

    None unless marks stand inside the content and its subject, right at its beginning, has a reporting verb.
    """
    inside = _outermost(content, runs)
    if not inside:
        return None
    sentence = tokens(text, content, inside)
    told = _told(sentence, inside[0])
    if told:
        return told
    for report in reports(sentence):
        mention = report.mention
        if mention is None or not report.content or not set(sentence.tags[: mention[0]]) <= _LEADING:
            return None
        if sentence.tags[mention[0]] in "TRQ" or "Q" not in sentence.tags[report.cue[1] :]:
            return None
        end = len(sentence.tags.rstrip("."))
        said = sentence.span(report.content[0][0], max(report.content[-1][1], end))
        if said.start < sentence.spans[report.cue[1] - 1].end:
            return None
        return Attribution(
            content=(said,),
            cue=sentence.span(*report.cue),
            mention=sentence.span(*mention),
            confidence=confidence(report.rule),
        )
    return None


def _told(sentence: Sentence, run: Run) -> Attribution | None:
    """What somebody did with words, told between marks: ``Orr "reaffirmed that the road is closed" in his speech``."""
    at = sentence.tags.find("Q")
    verb = _OPENING_VERB.match(sentence.text, *run.inner)
    if at < 1 or verb is None or not any(cue.form in _FINITE for cue in VERBS.get(verb.group("verb").lower(), ())):
        return None
    mention = subjects.before(sentence, at, 0)
    if mention is None or mention[1] != at or not set(sentence.tags[: mention[0]]) <= _LEADING:
        return None
    return Attribution(
        content=(run.outer,),
        cue=Span(*verb.span("verb")),
        mention=sentence.span(*mention),
        confidence=_NARRATION,
    )


def _outermost(content: Span, runs: Sequence[Run]) -> list[Run]:
    """The stretches between marks that lie inside ``content``, without those that lie inside another."""
    found: list[Run] = []
    for run in runs:
        lies_inside = content.start <= run.outer.start and run.outer.end <= content.end
        whole = run.inner.start <= content.start + 1 and run.inner.end >= content.end - 1
        if lies_inside and not whole and not (found and run.outer.start < found[-1].outer.end):
            found.append(run)
    return found
