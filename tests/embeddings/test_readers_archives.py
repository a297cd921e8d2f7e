"""What is packed is read without unpacking it to the disk, within bounds that no header can move."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UnreadableInput
from embeddings.news import Article
from embeddings.readers import archives, read

STORY = b"It rained all night."


def zipped(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(files: Mapping[str, bytes], *links: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, kind in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return packed.getvalue()


def readings(folder: Path, content: bytes, name: str = "wire") -> list[Article | UnreadableInput]:
    path = folder / name
    path.write_bytes(content)
    found = list(read(path))
    assert all(isinstance(one, Article | UnreadableInput) for one in found)
    return [one for one in found if isinstance(one, Article | UnreadableInput)]


def ids(found: list[Article | UnreadableInput]) -> list[str]:
    return [one.id for one in found if isinstance(one, Article)]


def reasons(found: list[Article | UnreadableInput]) -> list[str]:
    return [one.reason for one in found if isinstance(one, UnreadableInput)]


FILES = {
    "b/one.txt": STORY,
    "two.json": json.dumps({"uri": "urn:orl:2", "body_text": "It snowed."}).encode(),
    ".hidden": STORY,
    "__MACOSX/._one.txt": b"\0\1",
}
PACKED = {
    "zip": zipped(FILES),
    "stored zip": zipped(FILES, method=zipfile.ZIP_STORED),
    "bzip2 zip": zipped(FILES, method=zipfile.ZIP_BZIP2),
    "tar": tarred(FILES),
    "tar.gz": gzip.compress(tarred(FILES)),
    "tar.bz2": bz2.compress(tarred(FILES)),
}


@pytest.mark.parametrize("kind", PACKED)
def test_an_archive_is_read_whole_in_order(tmp_path: Path, kind: str) -> None:
    found = readings(tmp_path, PACKED[kind])
    assert ids(found) == ["wire/b/one.txt", "urn:orl:2"]
    assert len(found) == 2
    assert all(isinstance(one, Article) and one.origin.startswith(f"{tmp_path}/wire, ") for one in found)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_packed_file_keeps_its_name(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert ids(readings(tmp_path, pack(STORY), "one.txt.gz")) == ["one.txt.gz"]


def test_json_lines_of_any_size_are_unpacked_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.gz"
    row = json.dumps({"id": "a", "text": "word " * 2_000}) + "\n"
    with gzip.open(path, "wt") as file:
        for _ in range(1_500):
            file.write(row)
    tracemalloc.start()
    count = sum(isinstance(one, Article) for one in read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1_500
    assert peak < 4_000_000


def test_names_that_lead_out_of_the_archive_are_refused(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "/etc/passwd", "..\\up.txt", "C:\\x.txt", "a/../../b.txt"]
    files = {**{name: STORY for name in names}, "good.txt": STORY}
    for content in (zipped(files), tarred(files)):
        found = readings(tmp_path, content)
        assert ids(found) == ["wire/good.txt"]
        assert ["leads out of the archive" in reason for reason in reasons(found)] == [True] * len(names)
    assert [path.name for path in tmp_path.rglob("*")] == ["wire"]


def test_a_name_gives_no_orders_to_a_terminal(tmp_path: Path) -> None:
    (found,) = readings(tmp_path, tarred({"a\x1b[2J\n.txt": b"\0"}))
    assert isinstance(found, UnreadableInput)
    assert found.place.endswith("wire, a?[2J?.txt")


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    found = readings(tmp_path, tarred({"good.txt": STORY}, *((f"link{i}", kind) for i, kind in enumerate(kinds))))
    assert ids(found) == ["wire/good.txt"]
    assert [reason.startswith("a link, a device") for reason in reasons(found)] == [True] * len(kinds)

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert reasons(readings(tmp_path, packed.getvalue())) == ["a link or device: give the file itself"]


def test_an_encrypted_member_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    content = bytearray(zipped({"secret.txt": STORY, "good.txt": STORY}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    found = readings(tmp_path, bytes(content))
    assert ids(found) == ["wire/good.txt"]
    assert "encrypted" in reasons(found)[0]


def test_a_packing_that_may_need_any_memory_is_refused(tmp_path: Path) -> None:
    assert "packed as usual" in reasons(readings(tmp_path, zipped({"a": STORY}, method=zipfile.ZIP_LZMA)))[0]


@pytest.mark.parametrize("marker", ["[Content_Types].xml", "mimetype", "META-INF/container.xml"])
def test_office_files_are_refused_as_what_they_are(tmp_path: Path, marker: str) -> None:
    (reason,) = reasons(readings(tmp_path, zipped({marker: b"x", "word/document.xml": b"<w/>"}), "story.docx"))
    assert "office file" in reason


def test_one_archive_may_hold_another_and_no_more(tmp_path: Path) -> None:
    inner = zipped({"a.txt": STORY})
    middle = zipped({"inner.zip": inner, "b.txt": STORY})
    assert ids(readings(tmp_path, middle)) == ["wire/inner.zip/a.txt", "wire/b.txt"]
    found = readings(tmp_path, gzip.compress(tarred({"middle.zip": middle, "c.txt": STORY})))
    assert ids(found) == ["wire/middle.zip/b.txt", "wire/c.txt"]
    assert reasons(found) == ["packed inside too many others: unpack it first"]
    often = STORY
    for _ in range(50):
        often = gzip.compress(often)
    assert reasons(readings(tmp_path, often)) == ["packed inside too many others: unpack it first"]


def bomb(line: bytes, megabytes: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        chunk = line * (1_000_000 // len(line))
        for _ in range(megabytes):
            file.write(chunk)
    return packed.getvalue()


def test_a_bomb_is_stopped_by_what_comes_out_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MIN_ALLOWANCE", 1_000_000)
    line = b'{"id": "a", "text": "' + b"rain " * 10_000 + b'"}\n'
    content = bomb(line, 60)
    found = readings(tmp_path, content)
    assert reasons(found) == [f"unpacks to over {archives.MAX_RATIO} times its size: unpack it and look at it"]
    assert 0 < len(ids(found)) * len(line) <= archives.MAX_RATIO * len(content) < 40_000_000


def test_a_bomb_of_many_members_is_stopped_at_the_first_that_is_too_much(tmp_path: Path) -> None:
    files = {f"{i}.txt": b"rain " * 4_200_000 for i in range(8)}
    found = readings(tmp_path, zipped(files))
    assert not ids(found)  # each is too long for one story
    assert "times its size" in reasons(found)[-1]
    assert len(found) < 6


def test_inner_archives_share_the_allowance_of_the_outer_one(tmp_path: Path) -> None:
    inner = zipped({"a.jsonl": b'{"id": "a", "text": "' + b"rain " * 6_000_000 + b'"}\n'})
    found = readings(tmp_path, zipped({f"{i}.zip": inner for i in range(10)}))
    assert "times its size" in reasons(found)[-1]
    assert len(found) < 6


def test_what_is_no_lines_is_held_in_memory_only_so_far(tmp_path: Path) -> None:
    path = tmp_path / "zeros"
    path.write_bytes(bomb(b"rain ", 200))
    tracemalloc.start()
    (found,) = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, UnreadableInput)
    assert peak < 60_000_000


def test_a_header_that_asks_for_gigabytes_gets_none(tmp_path: Path) -> None:
    info = tarfile.TarInfo("long")
    info.type, info.size = tarfile.XHDTYPE, 4_000_000_000
    header = info.tobuf(tarfile.GNU_FORMAT)
    for content in (header + bytes(10_000), gzip.compress(header + bytes(10_000))):
        assert reasons(readings(tmp_path, content)) == ["a header that lies about its length: have it packed again"]


def test_a_list_of_files_that_is_too_long_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"{i}.txt": STORY for i in range(50)}
    monkeypatch.setattr(archives, "MAX_MEMBERS", 20)
    for content in (zipped(many), tarred(many)):
        found = readings(tmp_path, content)
        assert len(ids(found)) == 20
        assert reasons(found) == ["more than 20 files: have it packed in parts"]
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 1_000)
    assert "list of files" in reasons(readings(tmp_path, zipped(many)))[0]


def test_damage_is_told_and_what_can_be_read_is_read(tmp_path: Path) -> None:
    content = bytearray(zipped({"bad.txt": os.urandom(2_000), "good.txt": STORY}))
    content[300:330] = bytes(30)
    found = readings(tmp_path, bytes(content))
    assert ids(found) == ["wire/good.txt"]
    assert "damaged" in reasons(found)[0]
    for whole in (
        gzip.compress(os.urandom(5_000)),
        gzip.compress(tarred({"a.txt": os.urandom(90_000)})),
        PACKED["zip"],
    ):
        assert "damaged" in reasons(readings(tmp_path, whole[:-40]))[-1]


@given(st.sampled_from(sorted(PACKED)), st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_no_damage_whatever_stops_the_reading(kind: str, at: int, damage: bytes) -> None:
    content = bytearray(PACKED[kind])
    at %= len(content)
    content[at : at + len(damage)] = damage
    for found in read(io.BytesIO(bytes(content))):
        assert isinstance(found, UnreadableInput | Article)
