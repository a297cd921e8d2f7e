"""Files, folders, streams and pieces → Articles; what cannot be read comes as an error in its place, never a stop.

The formats are loaded when something is read: their parsers take most of a second, which whoever only asks is spared.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from embeddings.advisories import notice_of
from embeddings.errors import UnreadableInput
from embeddings.news import Article, Status
from embeddings.readers.archives import Allowance
from embeddings.readers.pieces import Piece, Reading

Passed = Callable[[int], None]
"""Told how many more bytes of the input have been read; a reader that goes back tells a negative number."""


def read(
    source: Path | IO[str] | IO[bytes] | Piece, *, name: str = "stdin", passed: Passed | None = None
) -> Iterator[Reading]:
    """Every article in a file, a folder (all of it, in order, without hidden files), an open stream or a piece.

    The format is known by the content. A text file's id is its path below the folder given, or its name; text from a
    stream is named after its own content. An advisory gives its order first and then itself, which is not for readers.
    Of files and folders ``passed`` is told, and in the end as much as ``size_of`` says.
    """
    for reading in _read(source, name, passed or _nobody):
        notice = notice_of(reading) if isinstance(reading, Article) else None
        if notice and isinstance(reading, Article):
            yield notice
            yield replace(reading, status=Status.WITHHELD, slug=None, number=None)
        else:
            yield reading


def size_of(path: Path) -> int:
    """How many bytes there are to read in a file, or in the files of a folder."""
    files = _files(path) if path.is_dir() else (path,)
    return sum(_bytes_in(file) for file in files if isinstance(file, Path))


def _bytes_in(path: Path) -> int:
    try:
        found = path.stat()
    except OSError:
        # Whoever reads it says so.
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _nobody(count: int) -> None:
    """Whoever does not ask is not told."""


def _read(source: Path | IO[str] | IO[bytes] | Piece, name: str, passed: Passed) -> Iterator[Reading]:
    if isinstance(source, Piece):
        yield from _read_piece(source)
    elif not isinstance(source, Path):
        yield from _read_stream(source, name)
    elif source.is_dir():
        for found in _files(source):
            yield from (found,) if isinstance(found, UnreadableInput) else _read_file(found, source, passed)
    else:
        yield from _read_file(source, source.parent, passed)


def _read_piece(piece: Piece) -> Iterator[Reading]:
    from embeddings.readers.formats import given, readings

    yield from readings(given(piece))


def _files(folder: Path) -> Iterator[Path | UnreadableInput]:
    """The files below ``folder``, each folder once however many links lead to it."""
    failures: list[OSError] = []
    seen = {folder.resolve()}
    for here, folders, names in os.walk(folder, followlinks=True, onerror=failures.append):
        yield from (_refused(Path(failure.filename), failure) for failure in failures)
        failures.clear()
        folders[:] = sorted(name for name in folders if not name.startswith(".") and _is_new(Path(here, name), seen))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(here, name)
    yield from (_refused(Path(failure.filename), failure) for failure in failures)


def _is_new(folder: Path, seen: set[Path]) -> bool:
    real = folder.resolve()
    if real in seen:
        return False
    seen.add(real)
    return True


def _read_file(path: Path, folder: Path, passed: Passed) -> Iterator[Reading]:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            yield UnreadableInput(_place(path), "no file: give a file, a folder, or the text itself on standard input")
            return
        with path.open("rb", buffering=0) as stream:
            so_far = 0
            for reading in _read_open(stream, path.relative_to(folder).as_posix(), _place(path)):
                before, so_far = so_far, stream.tell()
                passed(so_far - before)
                yield reading
        passed(found.st_size - so_far)
    except OSError as error:
        yield _refused(path, error)


def _place(path: Path) -> str:
    """A path that can be printed whatever its bytes are."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def _refused(path: Path, error: OSError) -> UnreadableInput:
    return UnreadableInput(_place(path), f"{error.strerror or error}: check the path and who may read it")


def _read_stream(source: IO[str] | IO[bytes], name: str) -> Iterator[Reading]:
    """A stream, copied aside first so that it can be named after what is in it."""
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as aside:
        while chunk := source.read(1 << 20):
            data = chunk.encode("utf-8", errors="surrogatepass") if isinstance(chunk, str) else chunk
            digest.update(data)
            aside.write(data)
        aside.seek(0)
        with open(aside.fileno(), "rb", buffering=0, closefd=False) as stream:
            yield from _read_open(stream, f"{name}-{digest.hexdigest()[:16]}", name)


def _read_open(file: io.FileIO, name: str, place: str) -> Iterator[Reading]:
    from embeddings.readers.formats import Given, looked_into, readings

    size = os.fstat(file.fileno()).st_size
    with looked_into(file) as stream:
        yield from readings(Given(stream=stream, size=size, allowance=Allowance(size), name=name, place=place))
