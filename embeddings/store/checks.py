"""What an entry must be before it is written; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np

from embeddings.news import Quotation, Span, Status
from embeddings.store import Entry, Placement, Vector

_UNIT_TOLERANCE = 1e-2


def check_entry(entry: Entry, dimension: int) -> None:
    """Refuse an entry whose parts do not fit one another."""
    served = entry.placement in (Placement.SERVE, Placement.REVIVE)
    article_id, expected = entry.article.id, len(entry.article.paragraphs) if served else 0
    if entry.placement is Placement.REVIVE and entry.article.status is not Status.USABLE:
        raise ValueError(f"{article_id}: only a usable version can be revived")
    if len(entry.words) != expected:
        raise ValueError(f"{article_id}: {len(entry.words)} texts of words for {expected} paragraphs")
    if not set(entry.ordinals) <= set(range(1, expected + 1)):
        raise ValueError(f"{article_id}: vectors for paragraphs that are not there")
    if len(entry.sentences) not in (0, len(entry.ordinals)):
        raise ValueError(f"{article_id}: sentences of {len(entry.sentences)} windows of {len(entry.ordinals)}")
    _check_vectors(article_id, entry.vectors, entry.ordinals, dimension)
    _check_quotations(entry)


def _check_vectors(article_id: str, vectors: Vector, ordinals: Sequence[int], dimension: int) -> None:
    """Refuse vectors that are not one unit row of the right length for each ordinal."""
    if not len(ordinals) and not vectors.size:
        return
    if vectors.shape != (len(ordinals), dimension):
        raise ValueError(f"{article_id}: vectors of shape {vectors.shape}, not {(len(ordinals), dimension)}")
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=_UNIT_TOLERANCE):
        raise ValueError(f"{article_id}: vectors that are not of unit length")


def _check_quotations(entry: Entry) -> None:
    """Refuse quotations whose words are not in the text, or begin in none of its paragraphs that are searched."""
    article_id, text = entry.article.id, entry.article.text
    paragraphs = sorted(entry.article.paragraphs if entry.words else (), key=lambda one: one.start)
    starts, ends = [one.start for one in paragraphs], [*accumulate((one.end for one in paragraphs), max)]
    for quotation in entry.quotations:
        if not quotation.content or any(span.start >= span.end for span in quotation.content):
            raise ValueError(f"{article_id}: a quotation without words")
        if not all(0 <= span.start <= span.end <= len(text) for span in _places(quotation)):
            raise ValueError(f"{article_id}: a quotation that points outside the text")
        before = bisect_right(starts, quotation.span.start)
        if not before or quotation.span.start >= ends[before - 1]:
            raise ValueError(f"{article_id}: a quotation that begins in no paragraph")


def _places(quotation: Quotation) -> Iterator[Span]:
    """Every place that a quotation points at."""
    yield from quotation.content
    yield from (span for speaker in quotation.speakers for span in (speaker.mention, speaker.proof))
    yield from (span for span in (quotation.cue, *(hop.proof for hop in quotation.chain)) if span)
