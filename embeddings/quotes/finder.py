"""What finds attributions in a text: the interface that the rules and the trained tagger keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from embeddings.news import Attribution, Span
from embeddings.quotes.marks import Run


class Finder(Protocol):
    """Finds attributions; ``name`` tells one finder from another."""

    name: str

    def find(self, text: str, paragraphs: Sequence[Span], runs: Sequence[Run]) -> list[Attribution]:
        """All attributions of reported words, in order; ``runs`` are the stretches between quotation marks."""
