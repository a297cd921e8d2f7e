"""The archive: articles in, exact attributed passages out.

>>> from embeddings import Settings, open_archive
>>> with open_archive(Settings.from_environ({"ONRECORD_ARCHIVE": "archive"})) as archive:  # doctest: +SKIP
...     answer = archive.ask("What did Lavrov say about Ukraine?")
...     quotes = archive.quotes("Lavrov", about="Ukraine")
"""

import os

from embeddings.archive import Archive
from embeddings.dates import DatedWords, Days, dated_words
from embeddings.errors import (
    ArchiveError,
    ArchivesDiffer,
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
    StoreUnreachable,
    UnknownArticle,
    UnreadableInput,
)
from embeddings.identity.countries import is_place
from embeddings.ingest import Incident, Pace, Receipt
from embeddings.lifecycle import Outcome
from embeddings.news import (
    Alert,
    Answer,
    Article,
    Barred,
    Change,
    Checked,
    Concern,
    Corrected,
    Coverage,
    Dateline,
    Fate,
    Filters,
    Found,
    Hop,
    Kind,
    Likeness,
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
    Stands,
    Statement,
    Status,
    Step,
    Viewer,
    WhichSpeaker,
    Withdrawn,
)
from embeddings.readers.pieces import Piece
from embeddings.records import receipt_record
from embeddings.settings import Server, Settings
from embeddings.store import Description
from embeddings.wiring import open_archive, reindex

# ONNX Runtime reports its use to its maker unless told not to. No engine is loaded yet.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = [
    "Alert",
    "Answer",
    "Archive",
    "ArchiveError",
    "ArchivesDiffer",
    "Article",
    "BadQuestion",
    "BadSettings",
    "Barred",
    "Change",
    "Checked",
    "Concern",
    "Corrected",
    "Coverage",
    "DatedWords",
    "Dateline",
    "Days",
    "Description",
    "EncoderMismatch",
    "Fate",
    "Filters",
    "Found",
    "Hop",
    "Incident",
    "Kind",
    "Likeness",
    "ModelError",
    "Named",
    "Nature",
    "NoSpeaker",
    "NotOnFile",
    "NotReleased",
    "Outcome",
    "Pace",
    "Paragraph",
    "Passage",
    "Piece",
    "Quotation",
    "Quoted",
    "Quotes",
    "Receipt",
    "Role",
    "Server",
    "Settings",
    "Span",
    "Speaker",
    "Stands",
    "Statement",
    "Status",
    "Step",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreLocked",
    "StoreReadOnly",
    "StoreTooNew",
    "StoreUnreachable",
    "UnknownArticle",
    "UnreadableInput",
    "Viewer",
    "WhichSpeaker",
    "Withdrawn",
    "dated_words",
    "is_place",
    "open_archive",
    "receipt_record",
    "reindex",
]
