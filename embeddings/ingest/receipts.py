"""What became of everything that was read, as a run gives it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from embeddings.errors import UnreadableInput
from embeddings.ingest.deciding import Decided, Judged, Reading
from embeddings.lifecycle import Outcome
from embeddings.news import Extraction, Notice

_NOTABLE = {Outcome.REJECTED, Outcome.KILLED, Outcome.WITHHELD, Outcome.HELD, Outcome.LATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One input that a person should know of: where it came from, what became of it, and why."""

    place: str
    article_id: str | None
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of everything that was read: each article is safely on file or named in ``incidents``.

    ``skipped`` counts the articles whose quotations were not looked for, by reason ("language 'fr'").
    """

    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    paragraphs: int = 0
    quotations: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()

    def __add__(self, other: Self) -> Receipt:
        return Receipt(
            outcomes=Counter(self.outcomes) + Counter(other.outcomes),
            paragraphs=self.paragraphs + other.paragraphs,
            quotations=self.quotations + other.quotations,
            skipped=Counter(self.skipped) + Counter(other.skipped),
            incidents=self.incidents + other.incidents,
        )

    @property
    def read(self) -> int:
        """How many articles and failures there were."""
        return sum(self.outcomes.values())

    @property
    def rejected(self) -> int:
        """How many of them were refused."""
        return self.outcomes.get(Outcome.REJECTED, 0)


Progress = Callable[[Receipt], None]


def happened(batch: Sequence[Reading], judged: Judged, found: Sequence[Extraction]) -> Receipt:
    """What became of one batch."""
    refused = [_refusal(reading) for reading in batch if isinstance(reading, UnreadableInput)]
    incidents = [*refused, *map(_unheeded, judged.lost), *map(_incident, judged.decided)]
    return Receipt(
        outcomes=Counter(incident.outcome for incident in incidents),
        paragraphs=sum(len(one.article.paragraphs) for one in judged.decided if one.served),
        quotations=sum(len(extraction.quotations) for extraction in found),
        skipped=Counter(extraction.skipped for extraction in found if extraction.skipped),
        incidents=tuple(incident for incident in incidents if incident.outcome in _NOTABLE),
    )


def _incident(one: Decided) -> Incident:
    article, verdict = one.article, one.verdict
    return Incident(place=article.origin, article_id=article.id, outcome=verdict.outcome, reason=verdict.reason)


def _refusal(error: UnreadableInput) -> Incident:
    return Incident(place=error.place, article_id=None, outcome=Outcome.REJECTED, reason=error.reason)


def _unheeded(notice: Notice) -> Incident:
    nothing = "an order about a story that is not found on file: look for it by hand; `onrecord review` lists it"
    return Incident(place=notice.origin, article_id=None, outcome=Outcome.REJECTED, reason=nothing)
