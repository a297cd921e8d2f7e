"""What the rules and the tagger find, made one; pure.

The rules read marks to the letter, so what stands wholly between marks is theirs to tell, with who says it; and where
a medium quotes somebody ("the agency quoted Orr as saying"), they credit the words to whom they belong, while the
tagger has learnt to credit the medium. All else is the tagger's, which tells where indirect speech ends better than
they do.
"""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.news import Attribution, Kind
from embeddings.quotes.marks import Run, kind_of
from embeddings.quotes.reports import QUOTING


def agreed(
    text: str, ruled: Sequence[Attribution], tagged: Sequence[Attribution], runs: Sequence[Run]
) -> list[Attribution]:
    """The attributions of both, in order, without those that tell the same words twice."""
    told = [one for one in ruled if _is_relayed(text, one) or kind_of(text, one.content, runs) is Kind.DIRECT]
    known = [*told, *(one for one in tagged if not any(_overlap(one, other) for other in told))]
    missed = [one for one in ruled if _holds_marks(one, runs) and not any(_overlap(one, other) for other in known)]
    return sorted([*known, *missed], key=lambda one: one.content[0])


def _is_relayed(text: str, one: Attribution) -> bool:
    return one.cue is not None and one.cue.cut(text).lower() in QUOTING


def _overlap(one: Attribution, other: Attribution) -> bool:
    return any(a.start < b.end and b.start < a.end for a in one.content for b in other.content)


def _holds_marks(one: Attribution, runs: Sequence[Run]) -> bool:
    """Whether some stretch between marks lies whole in the content."""
    return any(part.start <= run.outer.start and run.outer.end <= part.end for part in one.content for run in runs)
