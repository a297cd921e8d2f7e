"""Texts to what is searched: each distinct text is encoded once, and not at all where its vector is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Event

import numpy as np

from embeddings.duplicates import signature
from embeddings.encoder import Encoder, Vectors, digest
from embeddings.ingest.batches import bounded
from embeddings.ingest.crew import Extracts
from embeddings.ingest.pace import Pace
from embeddings.news import Article, Extraction
from embeddings.paragraphs import windows
from embeddings.store import Entry, Placement, Store, Vector
from embeddings.words import searched_words

_AT_ONCE = 256
"""Texts that are encoded together: so many that none waits for long, and a run that is stopped ends soon."""


class Stopped(Exception):
    """Whoever asked for this wants it no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The windows of an article that are encoded: each one's text and digest, and the paragraph that it stands in."""

    ordinals: tuple[int, ...]
    digests: tuple[int, ...]
    texts: tuple[str, ...]


def texts_of(article: Article) -> Texts:
    """The windows of an article, in order."""
    cut = [(p.ordinal, window.cut(article.text)) for p in article.paragraphs for window in windows(article.text, p)]
    texts = tuple(text for _, text in cut)
    return Texts(ordinals=tuple(ordinal for ordinal, _ in cut), digests=tuple(map(digest, texts)), texts=texts)


def encoded(
    all_texts: Iterable[Texts],
    encoder: Encoder,
    *,
    known: Mapping[int, Vector],
    store: Store | None,
    pace: Pace,
    stop: Event,
) -> dict[int, Vector]:
    """The vector of every text by its digest: the ``known`` one, else the one on file, else a new one.

    Raises Stopped soon after ``stop`` is set.
    """
    windows_ = [window for texts in all_texts for window in zip(texts.digests, texts.texts, strict=True)]
    distinct = dict(windows_)
    # Copied, so that one row does not keep in memory all that it was encoded together with.
    at_hand = {one: known[one].copy() for one in distinct if one in known}
    missing = [one for one in distinct if one not in at_hand]
    if store is not None and missing:
        at_hand |= store.encoded(missing)
        missing = [one for one in missing if one not in at_hand]
    pace.texts(encoded=len(missing), taken=len(windows_) - len(missing))
    for start in range(0, len(missing), _AT_ONCE):
        if stop.is_set():
            raise Stopped
        some = missing[start : start + _AT_ONCE]
        at_hand |= zip(some, encoder.passages([distinct[one] for one in some]), strict=True)
    return at_hand


def vectors_of(texts: Texts, vectors: Mapping[int, Vector], encoder: Encoder) -> Vectors:
    """A row for each window: shape ``(windows, dimension)``."""
    rows = np.zeros((len(texts.digests), encoder.dimension), dtype=np.float32)
    for row, one in zip(rows, texts.digests, strict=True):
        row[:] = vectors[one]
    return rows


def search_entry(article: Article, texts: Texts, vectors: Vectors, extraction: Extraction) -> Entry:
    """The entry that makes this version the one that is searched; ``vectors`` has a row for each of the ``texts``."""
    paragraphs, headline = searched_words(article)
    return Entry(
        article=article,
        placement=Placement.SERVE,
        vectors=vectors,
        ordinals=texts.ordinals,
        digests=texts.digests,
        words=paragraphs,
        headline_words=headline,
        quotations=extraction.quotations,
        signature=signature(article.text),
    )


def reindexed(articles: Iterable[Article], encoder: Encoder, extractor: Extracts | None) -> Iterator[Entry]:
    """Entries with new vectors and quotations for articles that are on file.

    No vector is taken from there: they are another encoder's, or to be mended.
    """
    for batch in bounded(articles):
        texts = [texts_of(article) for article in batch]
        vectors = encoded(texts, encoder, known={}, store=None, pace=Pace(), stop=Event())
        for article, its in zip(batch, texts, strict=True):
            found = extractor.extract(article) if extractor else Extraction()
            yield search_entry(article, its, vectors_of(its, vectors, encoder), found)


def no_vectors(encoder: Encoder) -> Vectors:
    """The rows of a version that is not searched."""
    return np.zeros((0, encoder.dimension), dtype=np.float32)
