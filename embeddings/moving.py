"""Moving an archive from one engine to another as it stands, and the proof that both hold the same.

Nothing is encoded again: every article goes over with its versions, its vectors and its quotations. The proof reads
both archives once more, article by article, and compares what they give out, not what was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from embeddings.errors import ArchivesDiffer, StoreError
from embeddings.news import Paragraphs
from embeddings.store import Description, Dossier, Entry, Logbook, Store
from embeddings.store.codes import packed


class Stage(StrEnum):
    """What is being done."""

    MOVING = "moving"
    PROVING = "proving"


@dataclass(frozen=True, slots=True)
class Progress:
    """So many of ``total`` articles are moved, or proven to be the same."""

    stage: Stage
    articles: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What both archives hold; ``digest`` is SHA-256, in hexadecimal digits, over all of it."""

    articles: int
    versions: int
    paragraphs: int
    vectors: int
    digest: str


Told = Callable[[Progress], None]


def moved(source: Store, target: Store, *, progress: Told) -> Moved:
    """Everything on file in the source is in the target, which held nothing, or a part of this; proven.

    Nobody writes to the source meanwhile. Raises ArchivesDiffer where the proof fails, and StoreError.
    """
    with source.changing():
        counts = source.describe()
        if not _is_there(target, counts):
            target.restore(_told(source.dossiers(), progress, Stage.MOVING, counts.articles), source.logbook())
        return _proven(source, target, progress)


def compared(source: Store, target: Store, *, progress: Told) -> Moved:
    """What both archives hold. Nobody writes to the source meanwhile. Raises ArchivesDiffer, and StoreError."""
    with source.changing():
        return _proven(source, target, progress)


def _is_there(target: Store, counts: Description) -> bool:
    """Whether the target already holds as much: a move that was broken off before its proof had ended."""
    try:
        return bool(counts.articles) and _counted(target.describe()) == _counted(counts)
    except StoreError:
        # A move into it has begun, and not ended.
        return False


def _told(dossiers: Iterable[Dossier], progress: Told, stage: Stage, total: int) -> Iterator[Dossier]:
    for count, dossier in enumerate(dossiers, 1):
        yield dossier
        progress(Progress(stage, count, total))


# The proof.


def _proven(source: Store, target: Store, progress: Told) -> Moved:
    """What both give out, compared article by article in the order in which they come."""
    counts = source.describe()
    whole = hashlib.sha256(_same_logbook(source.logbook(), target.logbook()))
    theirs = _told(source.dossiers(), progress, Stage.PROVING, counts.articles)
    for one, other in zip_longest(theirs, target.dossiers()):
        whole.update(_same_dossier(one, other))
    _check_counts(counts, target.describe())
    return Moved(
        articles=counts.articles,
        versions=counts.versions,
        paragraphs=counts.paragraphs,
        vectors=counts.vectors,
        digest=whole.hexdigest(),
    )


def _same_logbook(one: Logbook, other: Logbook) -> bytes:
    """The digest of both."""
    parts, others = _plain(one), _plain(other)
    if name := _first_difference(parts, others):
        raise _differ(f"their {name.replace('_', ' ')}")
    whole = hashlib.sha256()
    for part in parts.values():
        # A long list is written entry by entry, which spares the memory that the whole of it would take.
        for entry in part if isinstance(part, tuple) else (part,):
            whole.update(_written(entry).encode())
    return whole.digest()


def _same_dossier(one: Dossier | None, other: Dossier | None) -> bytes:
    """The digest of both."""
    if one is None or other is None or one.id != other.id:
        first, second = (each.id if each else "nothing" for each in (one, other))
        raise _differ(f"their articles: where one has {first}, the other has {second}")
    parts, others = _parts(one), _parts(other)
    written = _written(parts)
    if written != _written(others):
        raise _differ(f"article {one.id}, in its {_first_difference(parts, others)}")
    return hashlib.sha256(written.encode()).digest()


def _check_counts(one: Description, other: Description) -> None:
    if name := _first_difference(_counted(one), _counted(other)):
        raise _differ(f"how many {name} they count")


_COUNTED = ("articles", "versions", "paragraphs", "vectors", "quotations", "withdrawn")


def _counted(description: Description) -> dict[str, int]:
    return {name: getattr(description, name) for name in _COUNTED}


def _first_difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    return next((name for name in one if _written(one[name]) != _written(other[name])), None)


def _differ(where: str) -> ArchivesDiffer:
    return ArchivesDiffer(
        f"the two archives differ in {where}: to have the same in both, delete the target, and run `onrecord migrate`"
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a dossier is made of
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Paragraphs):
        return tuple(value)
    return {name: getattr(value, name) for name in value.__slots__}


_written = json.JSONEncoder(default=_plain, sort_keys=True, separators=(",", ":")).encode
"""As JSON, in which equal things are written alike; half a surrogate pair is escaped."""


def _parts(dossier: Dossier) -> dict[str, Any]:
    """All of an article by the names that a message may give, in the form in which engines agree."""
    return {
        "id": dossier.id,
        "other ids": sorted(dossier.aliases),
        "handles": sorted(dossier.handles),
        "versions": dossier.versions,
        "searched version": dossier.entry.article.fingerprint if dossier.entry else None,
        **(_searched(dossier.entry) if dossier.entry else {}),
    }


def _searched(entry: Entry) -> dict[str, Any]:
    """What is searched. Its words are left out: each engine makes them of the text by the one analyser."""
    # As whole numbers, which every engine gives back the same, whatever it keeps; of one paragraph in any order.
    codes = [row.hex() for row in packed(entry.vectors)] if len(entry.vectors) else []
    digests: Sequence[int | None] = entry.digests or [None] * len(codes)
    of_sentences = [each.hex() for each in entry.sentences or [b""] * len(codes)]
    return {
        "vectors": sorted(zip(entry.ordinals, codes, digests, of_sentences, strict=True)),
        "quotations": sorted(map(_written, entry.quotations)),
        "signature": entry.signature.tolist(),
    }
