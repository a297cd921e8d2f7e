"""Articles into the archive: decide, encode and extract what will be searched, write; and say what happened to each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event

from embeddings.encoder import Encoder
from embeddings.ingest.crew import Crew, Extracts, Hands, extracted
from embeddings.ingest.deciding import Reading
from embeddings.ingest.encoding import encoded, reindexed, search_entry, texts_of
from embeddings.ingest.pace import Pace, Stage
from embeddings.ingest.receipts import Incident, Progress, Receipt
from embeddings.ingest.run import Run
from embeddings.news import Article, Extraction
from embeddings.store import Placement, Store

__all__ = [
    "Extracts",
    "Hands",
    "Incident",
    "Ingest",
    "Pace",
    "Progress",
    "Reading",
    "Receipt",
    "Stage",
    "reindexed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """The one way into a store; the ``clock`` tells which embargoes are over, and when articles arrived.

    Without an ``extractor`` no quotations are looked for. ``hands`` help it where there is much to do.
    """

    encoder: Encoder
    extractor: Extracts | None
    store: Store
    clock: Callable[[], datetime]
    hands: Hands | None = None

    def take(
        self, readings: Iterable[Reading], *, progress: Progress | None = None, pace: Pace | None = None
    ) -> Receipt:
        """Take in all readings, batch by batch; ``progress`` is told after each batch is safely on file.

        Unreadable input becomes an incident and never stops the rest; a failing store does, with all that was
        written before it intact. ``pace`` learns where the time goes.
        """
        receipt, pace = Receipt(), pace or Pace()
        crew = Crew(self.extractor, self.hands, pace)
        with Run(encoder=self.encoder, store=self.store, clock=self.clock, crew=crew, pace=pace) as run:
            for taken in run.receipts(readings):
                receipt += taken
                if progress:
                    progress(receipt)
        return receipt

    def revive(self, article: Article) -> None:
        """Search this version again by a person's word, whatever kill or withholding is on file by now."""
        texts = texts_of(article)
        its = encoded([texts], self.encoder, known={}, store=self.store, pace=Pace(), stop=Event())
        found = extracted(self.extractor, article) if self.extractor else Extraction()
        entry = search_entry(article, texts, its, found, encoder=self.encoder)
        head = self.store.heads([article.id])[article.id]
        self.store.put([replace(entry, placement=Placement.REVIVE, generation=head.generation)])
