"""Every error that the archive raises. Each message says what to do next.

ArchiveError
├── UnreadableInput       a file or record that cannot become an article
├── UnknownArticle        no article of that id on file
├── NotReleased           killed, withheld or under embargo
├── BadQuestion           a question that cannot be asked
├── ModelError            weights missing, damaged, or not the ones that were asked for
├── BadSettings           a setting that cannot be
└── StoreError
    ├── StoreLocked       somebody else is writing
    ├── StoreReadOnly     the folder or the database cannot be written
    ├── StoreFull         no room left on the device
    ├── StoreTooNew       written by a newer Onrecord
    ├── StoreDamaged      the rows themselves are broken
    ├── StoreUnreachable  the server is not there, or went away
    ├── EncoderMismatch   vectors of another encoder
    └── ArchivesDiffer    what was moved is not what was there
"""

from __future__ import annotations


class ArchiveError(Exception):
    """Something that the person at the keyboard can mend; the message says how."""


class UnreadableInput(ArchiveError):
    """A file or record that cannot become an article."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


class UnknownArticle(ArchiveError):
    """No article of that id on file."""


class NotReleased(ArchiveError):
    """Killed, withheld or under embargo: on file, and not to be shown."""


class BadQuestion(ArchiveError):
    """A question that cannot be asked."""


class ModelError(ArchiveError):
    """Weights missing, damaged, or not the ones that were asked for."""


class BadSettings(ArchiveError):
    """A setting that cannot be."""


class StoreError(ArchiveError):
    """The archive's storage refused."""


class StoreLocked(StoreError):
    """Somebody else is writing."""


class StoreReadOnly(StoreError):
    """The folder cannot be written."""


class StoreFull(StoreError):
    """No room left on the device; nothing was half-written."""


class StoreTooNew(StoreError):
    """Written by a newer Onrecord."""


class StoreDamaged(StoreError):
    """The rows themselves are broken."""


class StoreUnreachable(StoreError):
    """The archive's server is not there, or went away; nothing was half-written, and trying again may do."""


class EncoderMismatch(StoreError):
    """The archive's vectors were made by another encoder."""


class ArchivesDiffer(StoreError):
    """Two archives that were to hold the same do not."""
