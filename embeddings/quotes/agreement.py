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
from itertools import pairwise

from embeddings.news import Attribution, Kind, Span
from embeddings.quotes.cues import VERBS
from embeddings.quotes.decoding import HOLE
from embeddings.quotes.marks import Run, holds_run, kind_of
from embeddings.quotes.reports import QUOTING

_LABELLED = re.compile(r"\s*:")
_WORD = re.compile(r"\w+|:")


def agreed(
    text: str,
    told: Sequence[Attribution],
    ruled: Sequence[Attribution],
    tagged: Sequence[Attribution],
    runs: Sequence[Run],
) -> list[Attribution]:
    """The attributions of both, in order, without those that tell the same words twice.

    ``told`` are those of the rules that are settled.
    """
    told_places = _places(told)
    left = [one for one in _continued(ruled, tagged, runs) if not _meets(one, told_places)]
    cued = {place: one for one in ruled if one.cue and one.mention for place in range(*one.cue)}
    whole = (_with_whole_mention(_from_that(text, one, cued), cued) for one in _parted(text, left))
    known = [*told, *(_doubted(text, one, runs) for one in whole)]
    places = _places(known)
    missed = [one for one in ruled if any(holds_run(part, runs) for part in one.content) and not _meets(one, places)]
    return sorted([*known, *missed], key=lambda one: one.content[0])


def _continued(ruled: Sequence[Attribution], tagged: Sequence[Attribution], runs: Sequence[Run]) -> list[Attribution]:
    """What is tagged, with words between marks that go on given to whoever spoke last, as the rules tell it."""
    owners = {
        place: one.cue
        for one in ruled
        if one.cue and one.mention
        for part in one.content[1:]
        if part.start > one.cue.end and holds_run(part, runs)
        for place in range(*part)
    }
    strays = [
        (one, part) for one in tagged for part in one.content if _is_anothers(owners.get(part.start), one.cue, part)
    ]
    found = []
    for one in tagged:
        own = [part for part in one.content if (one, part) not in strays]
        given = [part for _, part in strays if one.cue and one.cue.meets(owners[part.start])]
        if own:
            found.append(replace(one, content=tuple(sorted({*own, *given}))))
    return found


def _is_anothers(owner: Span | None, cue: Span | None, part: Span) -> bool:
    """Whether a later cue than its own stands before a part and owns it."""
    return owner is not None and cue is not None and cue.end <= owner.start and owner.end <= part.start


def _places(found: Sequence[Attribution]) -> set[int]:
    """Every place in what is said."""
    return {place for one in found for part in one.content for place in range(*part)}


def _meets(one: Attribution, places: set[int]) -> bool:
    return any(not places.isdisjoint(range(*part)) for part in one.content)


def _parted(text: str, tagged: Sequence[Attribution]) -> list[Attribution]:
    """What is tagged, without the next one's cue at its end: "she was ill", not "she was ill told"."""
    cues = {one.cue.end: one.cue for one in tagged if one.cue}
    found = []
    for one in tagged:
        last = one.content[-1]
        cue = cues.get(last.end)
        if cue is not None and cue != one.cue and last.start < cue.start:
            last = Span(last.start, last.start + len(text[last.start : cue.start].rstrip()))
        found.append(replace(one, content=(*one.content[:-1], last)))
    return found


def _doubted(text: str, one: Attribution, runs: Sequence[Run]) -> Attribution:
    """The attribution, less sure where words of it seem to be missing, or to be another sentence's."""
    if _has_hole(text, one) or _breaks_off(text, one) or _strays(text, one, runs):
        return replace(one, confidence=one.confidence * _MISSING)
    return one


def _has_hole(text: str, one: Attribution) -> bool:
    credit = [span for span in (one.cue, one.mention) if span]
    holes = (Span(before.end, after.start) for before, after in pairwise(one.content))
    return any(len(hole.cut(text).split()) > HOLE and not any(map(hole.meets, credit)) for hole in holes)


def _breaks_off(text: str, one: Attribution) -> bool:
    """Whether the words end in the midst of a phrase, or before the verb that they lead to."""
    last = one.content[-1]
    after_cue = one.cue is not None and one.cue.end <= last.start
    led_to = after_cue and _GOES_ON.match(text, last.end)
    return bool(led_to or _BROKEN_OFF.search(last.cut(text)) or text[: one.content[0].end].endswith(" of"))


def _strays(text: str, one: Attribution, runs: Sequence[Run]) -> bool:
    """Whether words without marks stand in a sentence after the one with the cue."""
    cue = one.cue
    return cue is not None and any(
        _SENTENCE_ENDS.search(text, cue.end, part.start) is not None and not holds_run(part, runs)
        for part in one.content[1:]
        if part.start > cue.end
    )


_MISSING = 0.6
"""How much of their confidence such spans keep: on the development articles two in three were wrong."""
_BROKEN_OFF = re.compile(
    r"(?:\b(?:of|in|on|at|for|with|by|from|the|an?|and|or|where|which|who|that|as|is|are|was|were)|['’]s)\Z"
)
_GOES_ON = re.compile(r",? (?:will|would|is|was|are|were|has|had|have|can|could|may|might|must|should)\b")
_SENTENCE_ENDS = re.compile(r"[.!?][\"”’']*\s+[A-Z“\"]?|\n")


def _from_that(text: str, one: Attribution, cued: Mapping[int, Attribution]) -> Attribution:
    """The attribution from "that" on, where the tagger takes in words before it: "said after the vote that …"."""
    rule = cued.get(one.cue.start) if one.cue else None
    if rule is None or one.cue is None:
        return one
    said, start = rule.content[0], one.content[0].start
    if one.cue.end <= start < said.start < one.content[0].end and text.startswith("that ", said.start):
        return replace(one, content=(Span(said.start, one.content[0].end), *one.content[1:]))
    return one


def _with_whole_mention(one: Attribution, cued: Mapping[int, Attribution]) -> Attribution:
    """The attribution with its speaker's whole noun phrase, where the tagger's breaks off: "Orr and", not "Pell".

    ``cued`` gives, for each place of the rules' cues, what they find.
    """
    for place in range(*one.cue) if one.cue else ():
        mention = cued[place].mention if place in cued else None
        if one.mention and mention and mention.start <= one.mention.start and one.mention.end < mention.end:
            return replace(one, mention=mention)
    return one


def settled(text: str, ruled: Sequence[Attribution], runs: Sequence[Run]) -> list[Attribution]:
    """What the rules have found that the tagger is not asked about."""
    turns = _turns(text, ruled)
    return [
        one
        for one in ruled
        if _is_relayed(text, one) or one in turns or kind_of(text, one.content, runs) is Kind.DIRECT
    ]


def _turns(text: str, ruled: Sequence[Attribution]) -> list[Attribution]:
    """The turns of a transcript: lines that begin with a name and a colon, one after another."""
    labelled = [
        one for one in ruled if one.mention and one.cue and _LABELLED.fullmatch(text, one.mention.end, one.cue.end)
    ]
    following = [(one, other) for one, other in pairwise(labelled) if _is_next(text, one, other)]
    return [one for one in labelled if any(one in pair for pair in following)]


def _is_next(text: str, one: Attribution, other: Attribution) -> bool:
    return other.mention is not None and not text[one.content[-1].end : other.mention.start].strip(' \n\r\t"”.')


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
