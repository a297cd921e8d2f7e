"""The files of vectors, and the list that names them: whoever finds a file in the list finds it whole.

All of it is derived. A list or a file that is missing, damaged or of another archive is refused and made anew from
the rows. Nothing is ever written into a file that the list names.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

LIST = "segments.json"
SUFFIX = ".faiss"

_DRAFT = ".tmp"
_CHUNK = 1 << 20


class Refused(Exception):
    """A file that is missing, damaged, or of a format that is not ours."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A file with the vectors of all windows from ``first`` to ``last`` that were alive when it was made.

    ``trained`` is how many windows its cells were made for, 0 for an exact one, and ``position`` where the journal
    stood.
    """

    file: str
    first: int
    last: int
    windows: int
    trained: int
    position: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is made of, oldest windows first; ``generation`` is another one after every change."""

    encoder: str
    dimension: int
    generation: str = ""
    segments: tuple[Segment, ...] = ()


def signature(folder: Path) -> tuple[int, ...] | None:
    """What changes when the list does; nothing when there is none."""
    try:
        found = (folder / LIST).stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def listed(folder: Path) -> Manifest:
    """The list; raises Refused."""
    try:
        stored = json.loads((folder / LIST).read_text(encoding="utf-8"))
        if _digest_of(stored["index"]) != stored["digest"]:
            raise Refused(f"{LIST} does not match its checksum")
        index = stored["index"]
        return Manifest(**index | {"segments": tuple(Segment(**segment) for segment in index["segments"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{LIST}: {error}") from error


def publish(folder: Path, manifest: Manifest) -> None:
    """Put this list, as a generation of its own, in place of the one before."""
    index = asdict(manifest) | {"generation": secrets.token_hex(8)}
    draft = folder / f"{LIST}{_DRAFT}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"digest": _digest_of(index), "index": index}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / LIST)
    _sync(folder)


def written(folder: Path, write: Callable[[Path], None]) -> tuple[str, int, str]:
    """A new file as ``write`` makes it, safe on the disk: its name, its size and its checksum."""
    name = f"{secrets.token_hex(8)}{SUFFIX}"
    draft = folder / f"{name}{_DRAFT}"
    try:
        write(draft)
        digest = _digest(draft)
        with draft.open("r+b") as file:
            os.fsync(file.fileno())
        size = draft.stat().st_size
        draft.replace(folder / name)
    finally:
        draft.unlink(missing_ok=True)
    return name, size, digest


def check(folder: Path, segment: Segment, *, thoroughly: bool) -> Path:
    """Where the segment's file is, if it is the one that was written; raises Refused."""
    path = folder / segment.file
    try:
        if path.stat().st_size != segment.size or (thoroughly and _digest(path) != segment.digest):
            raise Refused(f"{segment.file} does not match its checksum")
    except OSError as error:
        raise Refused(f"{segment.file}: {error}") from error
    return path


def sweep(folder: Path, segments: Iterable[Segment]) -> None:
    """Clear away every file but these; one that somebody has open stays readable to them."""
    named = {segment.file for segment in segments}
    for path in (*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{_DRAFT}")):
        if path.name not in named:
            path.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _digest_of(index: object) -> str:
    return hashlib.sha256(json.dumps(index, sort_keys=True).encode()).hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
