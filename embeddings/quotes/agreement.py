"""What the rules and the tagger find, made one; pure.

The rules read marks to the letter, so what stands wholly between marks is theirs to tell, with who says it; and where
a medium quotes somebody ("the agency quoted Orr as saying"), they credit the words to whom they belong, while the
tagger has learnt to credit the medium. All else is the tagger's, which tells where indirect speech ends better than
they do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from embeddings.news import Attribution, Kind, Span
from embeddings.quotes.cues import VERBS
from embeddings.quotes.marks import Run, holds_run, kind_of
from embeddings.quotes.reports import QUOTING

_WORD = re.compile(r"\w+|:")


def agreed(
    told: Sequence[Attribution], ruled: Sequence[Attribution], tagged: Sequence[Attribution], runs: Sequence[Run]
) -> list[Attribution]:
    """The attributions of both, in order, without those that tell the same words twice.

    ``told`` are those of the rules that are settled.
    """
    told_places = _places(told)
    left = [one for one in tagged if not _meets(one, told_places)]
    cued = {place: one.mention for one in ruled if one.cue and one.mention for place in range(*one.cue)}
    known = [*told, *(_with_whole_mention(one, cued) for one in left)]
    places = _places(known)
    missed = [one for one in ruled if any(holds_run(part, runs) for part in one.content) and not _meets(one, places)]
    return sorted([*known, *missed], key=lambda one: one.content[0])


def _places(found: Sequence[Attribution]) -> set[int]:
    """Every place in what is said."""
    return {place for one in found for part in one.content for place in range(*part)}


def _meets(one: Attribution, places: set[int]) -> bool:
    return any(not places.isdisjoint(range(*part)) for part in one.content)


def _with_whole_mention(one: Attribution, cued: Mapping[int, Span]) -> Attribution:
    """The attribution with its speaker's whole noun phrase, where the tagger's breaks off: "Orr and", not "Pell".

    ``cued`` gives, for each place of the rules' cues, whom they credit.
    """
    for place in range(*one.cue) if one.cue else ():
        mention = cued.get(place)
        if one.mention and mention and mention.start <= one.mention.start and one.mention.end < mention.end:
            return replace(one, mention=mention)
    return one


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
