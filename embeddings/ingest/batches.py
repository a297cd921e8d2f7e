"""Readings into batches: not too many articles, not too many characters, and no article twice; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from embeddings.errors import UnreadableInput
from embeddings.ingest.deciding import Batch, Reading
from embeddings.lifecycle import ids_of
from embeddings.news import Article, Notice, Status

ARTICLES = 32
"""Articles prepared together and then written, each in a transaction of its own."""
CHARACTERS = 250_000
"""So many characters end a batch, unless one article alone has more: what a batch takes in memory has a bound."""


class Gathering:
    """Batches in which no article stands twice, so that each is judged by what is on file before it.

    An order is a batch of its own: it may be about any article, by another name or nearly its id.
    """

    def __init__(self) -> None:
        self._readings: list[Reading] = []
        self._ids: set[str] = set()
        self._characters = 0

    def add(self, reading: Reading) -> Iterator[Batch]:
        """Take a reading in; the batches that are full by it."""
        named = concerned((reading,))
        alone = not isinstance(reading, UnreadableInput) and _is_order(reading)
        if self._readings and (alone or not self._ids.isdisjoint(named) or self._is_full(reading)):
            yield self.rest()
        self._readings.append(reading)
        self._ids |= named
        self._characters += characters(reading)
        if alone or len(self._readings) >= ARTICLES or self._characters >= CHARACTERS:
            yield self.rest()

    def _is_full(self, reading: Reading) -> bool:
        return self._characters + characters(reading) > CHARACTERS

    def rest(self) -> Batch:
        """What was gathered and is no whole batch; nothing is left."""
        batch = tuple(self._readings)
        self._readings, self._ids, self._characters = [], set(), 0
        return batch


def _is_order(reading: Article | Notice) -> bool:
    return isinstance(reading, Notice) or reading.status is Status.CANCELED


def characters(reading: Reading) -> int:
    """How long the text of a reading is."""
    return len(reading.text) if isinstance(reading, Article) else 0


def concerned(batch: Batch) -> set[str]:
    """The ids under which anything may be on file that these readings concern, as far as they say so."""
    articles = {id for one in batch if isinstance(one, Article) for id in ids_of(one)}
    return articles | {one.target for one in batch if isinstance(one, Notice) and one.target}


def bounded(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Articles in their order, some at a time."""
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) >= ARTICLES or sum(map(characters, batch)) >= CHARACTERS:
            yield batch
            batch = []
    if batch:
        yield batch
