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
from embeddings.identity.countries import is_place
from embeddings.ingest import Incident, Receipt
from embeddings.lifecycle import Outcome
from embeddings.news import (
    Answer,
    Article,
    Checked,
    Coverage,
    Dateline,
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
    Statement,
    Status,
    Step,
    Viewer,
    WhichSpeaker,
)
from embeddings.settings import Settings
from embeddings.store import Description
from embeddings.wiring import open_archive, reindex

# ONNX Runtime reports its use to its maker unless told not to. No engine is loaded yet.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = [
    "Answer",
    "Archive",
    "ArchiveError",
    "Article",
    "BadQuestion",
    "BadSettings",
    "Checked",
    "Coverage",
    "DatedWords",
    "Dateline",
    "Days",
    "Description",
    "EncoderMismatch",
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
    "Step",
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
    "dated_words",
    "is_place",
    "open_archive",
    "reindex",
]
