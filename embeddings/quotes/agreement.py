"""What the rules and the tagger find, made one; pure.

The rules read marks to the letter, so what stands wholly between marks is theirs to tell, with who says it; and where
a medium quotes somebody ("the agency quoted Orr as saying"), they credit the words to whom they belong, while the
tagger has learnt to credit the medium. All else is the tagger's, which tells where indirect speech ends better than
they do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.news import Attribution, Kind, Span
from embeddings.quotes.cues import VERBS
from embeddings.quotes.marks import Run, kind_of
from embeddings.quotes.reports import QUOTING

_WORD = re.compile(r"\w+|:")


def agreed(
    told: Sequence[Attribution], ruled: Sequence[Attribution], tagged: Sequence[Attribution], runs: Sequence[Run]
) -> list[Attribution]:
    """The attributions of both, in order, without those that tell the same words twice.

    ``told`` are those of the rules that are settled.
    """
    left = [one for one in tagged if not any(_overlap(one, other) for other in told)]
    known = [*told, *(_with_whole_mention(one, ruled) for one in left)]
    missed = [one for one in ruled if _holds_marks(one, runs) and not any(_overlap(one, other) for other in known)]
    return sorted([*known, *missed], key=lambda one: one.content[0])


def _with_whole_mention(one: Attribution, ruled: Sequence[Attribution]) -> Attribution:
    """The attribution with its speaker's whole noun phrase, where the tagger's breaks off: "Orr and", not "Pell"."""
    whole = (other.mention for other in ruled if one.cue and other.cue and _touch(one.cue, other.cue))
    for mention in whole:
        if one.mention and mention and mention.start <= one.mention.start and one.mention.end < mention.end:
            return replace(one, mention=mention)
    return one


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def settled(text: str, ruled: Sequence[Attribution], runs: Sequence[Run]) -> list[Attribution]:
    """What the rules have found that the tagger is not asked about."""
    return [one for one in ruled if _is_relayed(text, one) or kind_of(text, one.content, runs) is Kind.DIRECT]


_REST = 3


def open_paragraphs(
    text: str, paragraphs: Sequence[Span], told: Sequence[Attribution], runs: Sequence[Run]
) -> list[Span]:
    """The paragraphs that may report something and hold more than what is settled and a few words around it."""
    covered = bytearray(len(text))
    for one in told:
        for span in (*one.content, *filter(None, (one.cue, one.mention))):
            covered[span.start : span.end] = b"\x01" * (span.end - span.start)
    marked = bytearray(len(text))
    for run in runs:
        marked[run.outer.start : run.outer.end] = b"\x01" * (run.outer.end - run.outer.start)
    found = []
    for paragraph in paragraphs:
        words = list(_WORD.finditer(text, *paragraph))
        if sum(not covered[word.start()] for word in words) > _REST and (
            any(marked[paragraph.start : paragraph.end]) or any(_reports(word.group()) for word in words)
        ):
            found.append(paragraph)
    return found


def _reports(word: str) -> bool:
    return word == ":" or word.lower() in VERBS or word.lower() == "according"


def _is_relayed(text: str, one: Attribution) -> bool:
    return one.cue is not None and one.cue.cut(text).lower() in QUOTING


def _overlap(one: Attribution, other: Attribution) -> bool:
    return any(_touch(a, b) for a in one.content for b in other.content)


def _holds_marks(one: Attribution, runs: Sequence[Run]) -> bool:
    """Whether some stretch between marks lies whole in the content."""
    return any(part.start <= run.outer.start and run.outer.end <= part.end for part in one.content for run in runs)
