"""Texts to what is searched: each distinct text is encoded once, and not at all where that is at hand already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event

import numpy as np

from embeddings.duplicates import signature
from embeddings.encoder import Encoder, Vectors, digest
from embeddings.ingest.batches import bounded
from embeddings.ingest.crew import Extracts, extracted
from embeddings.ingest.pace import Pace
from embeddings.news import Article, Extraction, Span
from embeddings.paragraphs import sentences, windows
from embeddings.sentence_codes import sentence_codes
from embeddings.store import Encoded, Entry, Placement, Store
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
    known: Mapping[int, Encoded],
    store: Store | None,
    pace: Pace,
    stop: Event,
) -> dict[int, Encoded]:
    """What every text is encoded to, by its digest: what is ``known`` of it, else what is on file, else anew.

    Raises Stopped soon after ``stop`` is set.
    """
    windows_ = [window for texts in all_texts for window in zip(texts.digests, texts.texts, strict=True)]
    distinct = dict(windows_)
    at_hand = {one: known[one] for one in distinct if one in known}
    missing = [one for one in distinct if one not in at_hand]
    if store is not None and missing:
        at_hand |= store.encoded(missing)
        missing = [one for one in missing if one not in at_hand]
    pace.texts(encoded=len(missing), taken=len(windows_) - len(missing))
    for start in range(0, len(missing), _AT_ONCE):
        if stop.is_set():
            raise Stopped
        some = missing[start : start + _AT_ONCE]
        at_hand |= zip(some, _encoded([distinct[one] for one in some], encoder), strict=True)
    return at_hand


def _encoded(texts: Sequence[str], encoder: Encoder) -> Iterator[Encoded]:
    vectors, of_sentences = encoder.read(texts, list(map(_several, texts)))
    for vector, rows in zip(vectors, of_sentences, strict=True):
        # Copied, so that one row does not keep in memory all that it was encoded together with.
        yield Encoded(vector.copy(), sentence_codes(rows))


def _several(text: str) -> Sequence[Span]:
    """The sentences of a text; none where it has only one, which is as near to a question as the text is."""
    found = sentences(text, Span(0, len(text)))
    return found if len(found) > 1 else ()


def search_entry(
    article: Article, texts: Texts, read: Mapping[int, Encoded], extraction: Extraction, *, encoder: Encoder
) -> Entry:
    """The entry that makes this version the one that is searched, with what its texts are encoded to, by digest."""
    paragraphs, headline = searched_words(article)
    of_each = [read[one] for one in texts.digests]
    return Entry(
        article=article,
        placement=Placement.SERVE,
        vectors=np.array([one.vector for one in of_each]) if of_each else no_vectors(encoder),
        ordinals=texts.ordinals,
        digests=texts.digests,
        sentences=[one.sentences for one in of_each],
        words=paragraphs,
        headline_words=headline,
        quotations=extraction.quotations,
        signature=signature(article.text),
    )


def reindexed(articles: Iterable[Article], encoder: Encoder, extractor: Extracts | None) -> Iterator[Entry]:
    """Entries with new vectors and quotations for articles that are on file.

    Nothing that they were encoded to is taken from there: it is another encoder's, or to be mended.
    """
    for batch in bounded(articles):
        texts = [texts_of(article) for article in batch]
        anew = encoded(texts, encoder, known={}, store=None, pace=Pace(), stop=Event())
        for article, its in zip(batch, texts, strict=True):
            found = extracted(extractor, article) if extractor else Extraction()
            yield search_entry(article, its, anew, found, encoder=encoder)


def no_vectors(encoder: Encoder) -> Vectors:
    """The rows of a version that is not searched."""
    return np.zeros((0, encoder.dimension), dtype=np.float32)
