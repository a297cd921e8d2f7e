"""Files, folders and streams → Articles; what cannot be read comes as an error in its place, never as a stop."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, BinaryIO

from embeddings.decoding import MAX_TEXT, decoded, foreign, is_wide
from embeddings.errors import UnreadableInput
from embeddings.fields import parse
from embeddings.news import Article
from embeddings.readers import jsonl, ninjs, text

Reading = Article | UnreadableInput

MAX_FILE = 200_000_000
"""Bytes in a file that must be read whole; JSON lines may be of any size."""

_HEAD = 1 << 16
_BYTES_A_CHARACTER = 4
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])")
_WHOLE_LINE = re.compile(r"^\{.*\}[ \t\r]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Input:
    """Bytes that can be read twice, with the names that articles and errors get from them."""

    stream: BinaryIO
    size: int
    article_id: str
    place: str


def read(source: Path | IO[str] | IO[bytes], *, name: str = "stdin") -> Iterator[Reading]:
    """Every article in a file, a folder (all of it, in order, without hidden files) or an open stream.

    The format is known by the content: ninjs, JSON lines or plain text. A text file's id is its path below the
    folder given, or its name; text from a stream is named after its own content.
    """
    if not isinstance(source, Path):
        yield from _read_stream(source, name)
    elif source.is_dir():
        for found in _files(source):
            yield from (found,) if isinstance(found, UnreadableInput) else _read_file(found, source)
    else:
        yield from _read_file(source, source.parent)


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


def _read_file(path: Path, folder: Path) -> Iterator[Reading]:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            yield UnreadableInput(_place(path), "no file: give a file, a folder, or the text itself on standard input")
            return
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            yield from _read_input(_Input(stream, size, path.relative_to(folder).as_posix(), _place(path)))
    except OSError as error:
        yield _refused(path, error)


def _place(path: Path) -> str:
    """A path that can be printed whatever its bytes are."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def _refused(path: Path, error: OSError) -> UnreadableInput:
    return UnreadableInput(_place(path), f"{error.strerror or error}: check the path and who may read it")


def _read_stream(source: IO[str] | IO[bytes], name: str) -> Iterator[Reading]:
    """A stream, copied aside first so that it can be looked at and then read."""
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as aside:
        while chunk := source.read(1 << 20):
            piece = chunk.encode("utf-8", errors="surrogatepass") if isinstance(chunk, str) else chunk
            digest.update(piece)
            aside.write(piece)
        size = aside.tell()
        aside.seek(0)
        yield from _read_input(_Input(aside, size, f"{name}-{digest.hexdigest()[:16]}", name))


def _read_input(given: _Input) -> Iterator[Reading]:
    head = given.stream.read(_HEAD)
    given.stream.seek(0)
    what = foreign(head)
    if what or not _shown(head).strip():
        yield UnreadableInput(given.place, what or "empty: remove it or put the story in")
    elif is_wide(head):
        yield from _read_wide(given)
    elif not _JSON.match(_shown(head)):
        yield _attempt(lambda: _text(given))
    elif _begins_with_a_record(head, given.place):
        yield from _read_lines(given)
    else:
        yield from _read_document(given)


def _shown(head: bytes) -> str:
    return head.decode("utf-8-sig", errors="replace")


def _read_wide(given: _Input) -> Iterator[Reading]:
    """UTF-16, turned into UTF-8 first."""
    try:
        data = decoded(_whole(given), place=given.place).encode()
    except UnreadableInput as error:
        yield error
    else:
        yield from _read_input(replace(given, stream=io.BytesIO(data), size=len(data)))


def _begins_with_a_record(head: bytes, place: str) -> bool:
    """Whether the first line is a JSON object by itself, or too long to tell."""
    line, newline, _ = _shown(head).lstrip().partition("\n")
    if not newline and len(head) == _HEAD:
        return line.startswith("{")
    try:
        return isinstance(parse(line, place=place), dict)
    except UnreadableInput:
        return False


def _whole(given: _Input) -> bytes:
    if given.size > MAX_FILE:
        raise UnreadableInput(given.place, f"over {MAX_FILE:,} bytes: split it, or write it as JSON lines")
    return given.stream.read()


def _text(given: _Input) -> Article:
    if given.size > MAX_TEXT * _BYTES_A_CHARACTER + _HEAD:
        raise UnreadableInput(given.place, f"more than {MAX_TEXT:,} characters: give each article a file of its own")
    content = decoded(_whole(given), place=given.place, western=True)
    return text.article(content, article_id=given.article_id, place=given.place)


def _read_lines(given: _Input) -> Iterator[Reading]:
    for place, line in jsonl.lines(given.stream, place=given.place):
        yield line if isinstance(line, UnreadableInput) else _attempt(_line_reader(line, place))


def _line_reader(line: str, place: str) -> Callable[[], Article]:
    return lambda: _article(jsonl.record(line, place=place), place)


def _read_document(given: _Input) -> Iterator[Reading]:
    """One JSON value over many lines; where it is none, lines of which the first is broken, or copy after all."""
    try:
        content = decoded(_whole(given), place=given.place)
        value = parse(content, place=given.place)
    except UnreadableInput as error:
        yield from _read_undocumented(given, error)
        return
    items = _items(value)
    for i, item in enumerate(items, start=1):
        place = given.place if len(items) == 1 else f"{given.place} item {i}"
        yield _attempt(_item_reader(item, place))


def _read_undocumented(given: _Input, error: UnreadableInput) -> Iterator[Reading]:
    given.stream.seek(0)
    if _WHOLE_LINE.search(_shown(given.stream.read(_HEAD))):
        given.stream.seek(0)
        yield from _read_lines(given)
    else:
        yield error


def _items(value: object) -> list[object]:
    """The members of a list or of an envelope around one, else the value alone."""
    if isinstance(value, dict) and not ninjs.is_item(value):
        value = next((value[name] for name in ("item", "items") if isinstance(value.get(name), list)), value)
    return value if isinstance(value, list) else [value]


def _item_reader(item: object, place: str) -> Callable[[], Article]:
    def read_item() -> Article:
        if not isinstance(item, dict) or not (ninjs.is_item(item) or "text" in item):
            raise UnreadableInput(place, 'JSON, but no article: give it a "uri" (ninjs) or an "id" and a "text"')
        return _article(item, place)

    return read_item


def _article(record: Mapping[str, object], place: str) -> Article:
    return ninjs.article(record, place=place) if ninjs.is_item(record) else jsonl.article(record, place=place)


def _attempt(reader: Callable[[], Article]) -> Reading:
    try:
        return reader()
    except UnreadableInput as error:
        return error
