"""What the bot shows, as Block Kit: pure functions from the archive's answers to messages within Slack's limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.talk import Freshness, Shown

Block = Mapping[str, Any]
View = Mapping[str, Any]

UNTOLD = datetime.min.replace(tzinfo=UTC)
"""Stands for the moment where nobody says when it is: every embargo still holds then."""
MENU = "menu"
"""The action id of a ⋯ menu. All other action ids are a Verb, or begin with one and a dot where one row has two of it;
which one was pressed stands in the value, as a Press."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Slack takes it; ``text`` is what a notification reads, ``shown`` what of the archive is in it."""

    text: str
    blocks: tuple[Block, ...]
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around an answer: its id for the buttons, for whom it is, and which page of it this is.

    ``asker`` is the user id to name, None where only the asker sees it; ``sharer`` is who posted a private answer to
    the channel. ``page`` counts from 0. ``near`` opens the near misses. ``at`` is the moment that
    embargoes, and whether an article is outdated, are told by.
    """

    answer: str
    freshness: Freshness
    asker: str | None = None
    sharer: str | None = None
    private: bool = False
    page: int = 0
    near: bool = False
    at: datetime = UNTOLD
