"""Every error of the bot's own. Each message says what to do next.

BotError
├── BadSettings      a setting that cannot be
├── BadCommand       words that cannot be understood; says what would work
├── Refused          this person may not ask this here
├── TryLater         Slack asks for patience; nothing was sent
├── Unsure           nobody knows whether the message was sent
├── NotSent          Slack refused the message for good
└── MemoryBroken     the bot's own database refuses
    └── MemoryUnreachable  its server is not there, or went away
"""

from __future__ import annotations

from traceback import walk_tb


class BotError(Exception):
    """Something that a person can mend; the message says how."""


class BadSettings(BotError):
    """A setting that cannot be."""


class BadCommand(BotError):
    """Words that cannot be understood; the message has an example of what would work."""


class Refused(BotError):
    """What is asked may not be answered to this person, or not here."""


class TryLater(BotError):
    """Slack asks for patience; nothing was sent."""

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Unsure(BotError):
    """The connection broke while a message was being sent: it may have been posted or not."""


class NotSent(BotError):
    """Slack refused the message for good; ``reason`` is Slack's own word for why."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class MemoryBroken(BotError):
    """The bot's own database refuses: not there, full, read-only, damaged, or written by a newer version."""


class MemoryUnreachable(MemoryBroken):
    """The server of the bot's own database is not there, or went away; trying again may do."""


def trail(error: BaseException) -> str:
    """Where an error comes from, for a log: no word of its own, which may hold what was asked or what is on file."""
    said = f": {error}" if isinstance(error, MemoryBroken) else ""
    frames = [
        f"{frame.f_code.co_filename}:{line} in {frame.f_code.co_name}" for frame, line in walk_tb(error.__traceback__)
    ]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    after = f"\nafter {trail(cause)}" if cause is not None else ""
    return "\n  ".join((f"{type(error).__name__}{said}", *frames)) + after
