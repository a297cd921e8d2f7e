"""A real archive that is made in a moment: words hashed into vectors, quotations by rules, and a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from embeddings import Archive, Article
from embeddings.checking import Checking
from embeddings.encoder.hashing import HashingEncoder
from embeddings.ingest import Ingest
from embeddings.lookup import Lookup
from embeddings.quotes import Extractor
from embeddings.quotes.rules import RulesFinder
from embeddings.rank import Weights
from embeddings.search import Search
from embeddings.store.embedded import EmbeddedStore
from tests.bot.memories import Clock
from tests.fakes import article

FILED = datetime(2031, 5, 6, 6, tzinfo=UTC)


@contextmanager
def small_archive(folder: Path, clock: Clock) -> Iterator[Archive]:
    """An archive to be written and asked, which finds something for every question."""
    encoder = HashingEncoder()
    store = EmbeddedStore(folder / "archive", encoder=encoder.name, dimension=encoder.dimension, writing=True)
    search = Search(encoder=encoder, store=store, weights=Weights.shipped(), threshold=0.0)
    with Archive(
        store=store,
        intake=Ingest(encoder=encoder, extractor=Extractor(RulesFinder()), store=store, clock=clock),
        search=search,
        lookup=Lookup(encoder=encoder, store=store),
        checking=Checking(encoder=encoder, store=store),
        clock=clock,
    ) as archive:
        yield archive


def story(article_id: str, version: int, *texts: str, **fields: Any) -> Article:  # noqa: ANN401 - any field
    """A version of an invented story, filed so many minutes after the first."""
    given: dict[str, Any] = {
        "headline": f"Headline of {article_id}",
        "outlet": "The Ledger",
        "published": date(2031, 5, 6),
        "language": "en",
        "version": version,
        "version_created": FILED + timedelta(minutes=version),
    }
    return article(article_id, *texts, **(given | fields))
