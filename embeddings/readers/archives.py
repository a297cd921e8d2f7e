"""ZIP, tar, gzip and bzip2 → what they hold, one member after the other, without unpacking anything to the disk.

What comes out of a file is bounded as a whole, however deep it is packed and whatever its headers promise.
"""

from __future__ import annotations

import bz2
import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Protocol, cast

from embeddings.errors import UnreadableInput

HEAD = 1 << 16
"""Bytes that are looked at to tell what something is."""
MAX_RATIO = 200
"""What may come out for every byte that went in: copy packs 3 to 10 times, a bomb a thousand times and more."""
MIN_ALLOWANCE = 64_000_000
"""What may come out of the smallest file."""
MAX_MEMBERS = 250_000
MAX_DIRECTORY = 16_000_000
"""Bytes in the directory of a ZIP, which has to be read whole."""
MAX_READ = 32_000_000
"""Bytes that are asked for at once; more is a header that lies about its length."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP, _BZIP2, _BZIP2_BLOCK = b"\x1f\x8b", b"BZh", b"1AY&SY"
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_LONGEST_END = 22 + 20 + 56 + (1 << 16)
_SEE_WIDE = 0xFFFFFFFF
_FILE_TYPE, _REGULAR_FILE = 0o170000, 0o100000
_METHODS = frozenset([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
"""Those that need little memory, whatever a header says."""
_OFFICE = frozenset(["[Content_Types].xml", "META-INF/container.xml", "mimetype"])
_FAULTS = (
    EOFError,
    OSError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the libraries let out on a file that is damaged, cut off, or packed in a way they do not know."""


class Source(Protocol):
    """Bytes that can be read."""

    def read(self, size: int = ..., /) -> bytes:
        """The next bytes, at most ``size`` of them."""


class Allowance:
    """What may still come out of one file; shared by everything that is packed into it."""

    def __init__(self, size: int) -> None:
        self.left = max(MIN_ALLOWANCE, MAX_RATIO * size)

    def spend(self, count: int, place: str) -> None:
        """Take ``count`` bytes off; raises UnreadableInput where there are none left."""
        self.left -= count
        if self.left < 0:
            raise UnreadableInput(place, f"unpacks to over {MAX_RATIO} times its size: unpack it and look at it")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a container, to be read before the next one is asked for."""

    name: str
    place: str
    stream: io.BufferedReader


class _Guarded(io.RawIOBase):
    """The bytes that come out of a container, counted where that is asked, and its library's errors in our words."""

    def __init__(self, source: Source, place: str, allowance: Allowance | None = None) -> None:
        self._source, self._place, self._allowance = source, place, allowance

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's buffer has no length
        """Fill ``buffer`` as far as there is anything to fill it with."""
        filled = 0
        while filled < len(buffer) and (piece := self._next(len(buffer) - filled)):
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)
        return filled

    def _next(self, size: int) -> bytes:
        try:
            piece = self._source.read(size)
        except _FAULTS as error:
            raise _damaged(self._place, error) from error
        if self._allowance:
            self._allowance.spend(len(piece), self._place)
        return piece


class _Forward:
    """A stream as the tar library wants it, without a way back and without the long reads that a header can ask for."""

    def __init__(self, stream: Source, place: str) -> None:
        self._stream, self._place, self._at = stream, place, 0

    def read(self, size: int) -> bytes:
        """The next bytes."""
        if not 0 <= size <= MAX_READ:
            raise UnreadableInput(self._place, "a header that lies about its length: have it packed again")
        piece = self._stream.read(size)
        self._at += len(piece)
        return piece

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._at

    def seek(self, offset: int) -> None:
        """Read up to a later place."""
        while self._at < offset and self.read(min(1 << 20, offset - self._at)):
            pass


def is_zip(head: bytes) -> bool:
    """Whether a file's first bytes are those of a ZIP, which has to be read from its end."""
    return head.startswith(_ZIP)


def is_container(head: bytes) -> bool:
    """Whether a file's first bytes are those of a ZIP or tar."""
    return is_zip(head) or _is_tar(head)


def is_packed(head: bytes) -> bool:
    """Whether a file's first bytes are those of gzip or bzip2."""
    return head.startswith(_GZIP) or (head.startswith(_BZIP2) and head[4:10] == _BZIP2_BLOCK)


def unpacked(stream: io.BufferedReader, allowance: Allowance, *, place: str) -> io.BufferedReader:
    """What is packed with gzip or bzip2, as a stream of its own."""
    if stream.peek(HEAD).startswith(_GZIP):
        return _guarded(gzip.GzipFile(fileobj=stream), place, allowance)
    return _guarded(bz2.BZ2File(stream), place, allowance)


def members(stream: io.BufferedReader, allowance: Allowance, *, place: str) -> Iterator[Member | UnreadableInput]:
    """The files in a ZIP or tar; one that may not be read comes as an error in its place."""
    found = _zipped(stream, allowance, place) if is_zip(stream.peek(HEAD)) else _tarred(stream, place)
    try:
        for count, member in enumerate(found, start=1):
            if count > MAX_MEMBERS:
                raise UnreadableInput(place, f"more than {MAX_MEMBERS:,} files: have it packed in parts")
            yield member
            if allowance.left < 0:
                return
    except _FAULTS as error:
        yield _damaged(place, error)


def _guarded(source: Source, place: str, allowance: Allowance | None = None) -> io.BufferedReader:
    return io.BufferedReader(_Guarded(source, place, allowance), HEAD)


def _damaged(place: str, error: Exception) -> UnreadableInput:
    return UnreadableInput(place, f"damaged or cut off ({str(error)[:80] or type(error).__name__}): have it sent again")


def _is_tar(head: bytes) -> bool:
    """Whether the first block is a header with the right sum."""
    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "replace")
    except (tarfile.TarError, ValueError):
        return False
    return True


def _refusal(name: str) -> str | None:
    """Why a member's name is not trusted, if it is not."""
    path = _path(name)
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        return "a name that leads out of the archive: have it packed again"
    return None


def _is_hidden(name: str) -> bool:
    """Whether it is hidden, or one of the files that systems leave in archives."""
    return any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in _path(name).parts)


def _path(name: str) -> PurePosixPath:
    return PurePosixPath(name.replace("\\", "/"))


def _within(place: str, name: str) -> str:
    """A member's place, without what could give orders to a terminal."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in name[:200])
    return f"{place}, {shown}"


def _zipped(stream: BinaryIO, allowance: Allowance, place: str) -> Iterator[Member | UnreadableInput]:
    if _directory_size(stream) > MAX_DIRECTORY:
        raise UnreadableInput(place, f"a list of files of over {MAX_DIRECTORY:,} bytes: have it packed in parts")
    with zipfile.ZipFile(stream) as archive:
        if not _OFFICE.isdisjoint(archive.namelist()):
            raise UnreadableInput(place, "an office file or e-book: save it as plain text")
        for info in archive.infolist():
            if not info.is_dir() and not _is_hidden(info.filename):
                here = _within(place, info.filename)
                reason = _refusal(info.filename) or _zip_refusal(info)
                yield UnreadableInput(here, reason) if reason else _zip_member(archive, info, allowance, here)


def _zip_refusal(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & 1:
        return "encrypted: unpack it with its password first"
    if info.external_attr >> 16 & _FILE_TYPE not in (0, _REGULAR_FILE):
        return "a link or device: give the file itself"
    return None if info.compress_type in _METHODS else "packed in a way that is not read here: have it packed as usual"


def _zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance, place: str
) -> Member | UnreadableInput:
    try:
        source = archive.open(info)
    except _FAULTS as error:
        return _damaged(place, error)
    return Member(info.filename, place, _guarded(source, place, allowance))


def _directory_size(stream: BinaryIO) -> int:
    """Bytes in the list of a ZIP's files, as its last record tells; the library would read them all at once."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _LONGEST_END))
    tail = stream.read()
    stream.seek(0)
    plain, wide = tail.rfind(_END), tail.rfind(_END_64)
    sizes = [int.from_bytes(tail[plain + 12 : plain + 16], "little")] if plain >= 0 else []
    sizes += [int.from_bytes(tail[wide + 40 : wide + 48], "little")] if wide >= 0 else []
    return max((told for told in sizes if told != _SEE_WIDE), default=0)


def _tarred(stream: Source, place: str) -> Iterator[Member | UnreadableInput]:
    # What is in a tar is as long as it is there; only its holes are not, and those are refused.
    with tarfile.open(fileobj=cast(IO[bytes], _Forward(stream, place)), mode="r:") as archive:
        while info := archive.next():
            archive.members.clear()  # type: ignore[attr-defined]  # where it would keep every header; typeshed has it not
            if not info.isdir() and not _is_hidden(info.name):
                yield _tar_member(archive, info, _within(place, info.name))


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, place: str) -> Member | UnreadableInput:
    reason = _refusal(info.name)
    if reason:
        return UnreadableInput(place, reason)
    source = None if info.issparse() or not info.isreg() else archive.extractfile(info)
    if source is None:
        return UnreadableInput(place, "a link, a device or full of holes: give the file itself")
    return Member(info.name, place, _guarded(source, place))
