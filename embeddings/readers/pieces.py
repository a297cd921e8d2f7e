"""What readers are handed, and what they hand back; no reader knows another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from embeddings.errors import UnreadableInput
from embeddings.news import Article, Notice

Reading = Article | Notice | UnreadableInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes that may hold articles, and what is known of where they come from.

    ``name`` is the id of an article whose format has none, ``place`` names it in errors. ``url`` and ``at`` are where
    and when it was fetched, ``media`` the media type that came with it.
    """

    data: bytes
    name: str
    place: str
    url: str | None = None
    at: datetime | None = None
    media: str | None = None
