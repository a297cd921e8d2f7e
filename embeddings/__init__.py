"""The archive: articles in, exact attributed passages out.

>>> from embeddings import Settings, open_archive
>>> with open_archive(Settings.from_environ({"ONRECORD_ARCHIVE": "archive"})) as archive:  # doctest: +SKIP
...     answer = archive.ask("What did Lavrov say about Ukraine?")
...     quotes = archive.quotes("Lavrov", about="Ukraine")
"""

from embeddings.archive import Archive
from embeddings.errors import (
    ArchiveError,
    BadQuestion,
    BadSettings,
    EncoderMismatch,
    ModelError,
    NotReleased,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreTooNew,
    UnknownArticle,
    UnreadableInput,
)
from embeddings.ingest import Incident, Receipt
from embeddings.lifecycle import Outcome
from embeddings.news import (
    Answer,
    Article,
    Coverage,
    Dateline,
    Filters,
    Found,
    Hop,
    Kind,
    Named,
    Nature,
    NoSpeaker,
    NotOnFile,
    Paragraph,
    Passage,
    Quotation,
    Quoted,
    Quotes,
    Role,
    Span,
    Speaker,
    Statement,
    Status,
    Viewer,
    WhichSpeaker,
)
from embeddings.settings import Settings
from embeddings.store import Description
from embeddings.wiring import open_archive, reindex

__all__ = [
    "Answer",
    "Archive",
    "ArchiveError",
    "Article",
    "BadQuestion",
    "BadSettings",
    "Coverage",
    "Dateline",
    "Description",
    "EncoderMismatch",
    "Filters",
    "Found",
    "Hop",
    "Incident",
    "Kind",
    "ModelError",
    "Named",
    "Nature",
    "NoSpeaker",
    "NotOnFile",
    "NotReleased",
    "Outcome",
    "Paragraph",
    "Passage",
    "Quotation",
    "Quoted",
    "Quotes",
    "Receipt",
    "Role",
    "Settings",
    "Span",
    "Speaker",
    "Statement",
    "Status",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreLocked",
    "StoreReadOnly",
    "StoreTooNew",
    "UnknownArticle",
    "UnreadableInput",
    "Viewer",
    "WhichSpeaker",
    "open_archive",
    "reindex",
]
