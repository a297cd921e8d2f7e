"""Makes hostile input cheaply: bombs whose parts are packed once and repeated, files that are mostly holes."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

MB = 1_000_000


def repeated(megabytes: int) -> bytes:
    """So many megabytes of one letter, packed with deflate: a block that stands alone, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b"a" * MB) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + packer.flush(zlib.Z_FINISH)


def gzip_bomb(megabytes: int) -> bytes:
    """A gzip file that comes out as so many megabytes; its sum at the end is wrong, and nobody should get there."""
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + repeated(megabytes) + bytes(8)


def zipped(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def raw_zip(members: Sequence[tuple[bytes, bytes, int]], *, entries: int | None = None, shift: int = 0) -> bytes:
    """A ZIP of members that are packed already: name, deflated bytes, and what its headers promise comes out.

    ``entries`` and ``shift`` are lies about how many there are and where the list of them begins.
    """
    body, listed = b"", b""
    for name, packed, size in members:
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(packed), size, len(name), 0)
        listed += b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + common + name + packed
    count = len(members) if entries is None else entries
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), len(body) + shift, 0)
    return body + listed + b"PK\x05\x06" + end


def overlapping_zip(copies: int, megabytes: int) -> bytes:
    """A ZIP in which every entry of the list points to the same bytes."""
    packed = repeated(megabytes)
    one = raw_zip([(b"a.txt", packed, megabytes * MB)])
    listed = one[one.index(b"PK\x01\x02") : one.rindex(b"PK\x05\x06")]
    body = one[: one.index(b"PK\x01\x02")]
    end = struct.pack("<HHHHIIH", 0, 0, copies, copies, len(listed) * copies, len(body), 0)
    return body + listed * copies + b"PK\x05\x06" + end


def tar_of(*members: tuple[str, bytes, str], content: bytes = b"It rained.") -> bytes:
    """A tar of members: name, kind and where it links to."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, kind, link in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, link
            info.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def nested_zip(depth: int, copies: int) -> bytes:
    """A ZIP of ZIPs of ZIPs, a gigabyte of one letter in each at the bottom."""
    inside = raw_zip([(b"0.txt", repeated(1_000), 1_000 * MB)])
    for _ in range(depth):
        inside = zipped({f"{i}.zip": inside for i in range(copies)})
    return inside


def sparse(path: Path, beginning: bytes, *, size: int = 200 * MB) -> None:
    """A file of that size which takes no room: its beginning, and a hole."""
    with path.open("wb") as file:
        file.write(beginning)
        file.truncate(size)


def filled(path: Path, beginning: bytes, unit: bytes, end: bytes = b"", *, size: int = 200 * MB) -> None:
    """A file of about that size: the unit again and again between beginning and end."""
    chunk = unit * (MB // len(unit))
    with path.open("wb") as file:
        file.write(beginning)
        for _ in range(size // len(chunk)):
            file.write(chunk)
        file.write(end)


MAIL = b"From: Desk <a@orl.example>\r\nTo: b@orl.example\r\nSubject: Rain\r\nMessage-ID: <1@orl.example>\r\n"


def large_files(folder: Path) -> None:
    """Files that are too large for what they are, or only just not, by what they are."""
    sparse(folder / "holes.txt", b"The river Orl rose by a metre overnight.\n")
    filled(folder / "one-line.json", b'{"id": "a", "text": "', b"rain ", b'"}\n')
    filled(folder / "wide.txt", b"\xff\xfe", "rain ".encode("utf-16-le"), size=190 * MB)
    filled(folder / "long.txt", b"", b"The river Orl rose by a metre overnight. ", size=30 * MB)
    filled(folder / "story.xml", b"<nitf><body><body.content><p>", b"It rained. ", b"</p></body.content></body></nitf>")
    filled(folder / "tags.xml", b"<nitf>", b"<a/>", b"</nitf>", size=19 * MB)
    filled(folder / "page.html", b"<html>", b"<")
    filled(folder / "page-within.html", b"<html><body>", b"<", size=4 * MB)
    filled(folder / "pretty.json", b'[\n{"id": "a",\n"x": [', b"{},", b"0]}\n]")
    filled(folder / "line.json", b'{"id": "a", "x": [', b"{},", b"0]}\n", size=31 * MB)
    filled(folder / "mail.eml", MAIL + b"\r\n", b"It rained all night on the river.\r\n")
    filled(folder / "feed.xml", b"<rss><channel><title>", b"It rained. ", b"</title></channel></rss>", size=25 * MB)
    (folder / "flat.zip").write_bytes(raw_zip([(b"%d.txt" % i, repeated(2_000), 2_000 * MB) for i in range(5)]))
    (folder / "nested.zip").write_bytes(nested_zip(depth=2, copies=16))
    (folder / "two-deep.zip").write_bytes(nested_zip(depth=1, copies=16))
    (folder / "same-bytes.zip").write_bytes(overlapping_zip(copies=2_000, megabytes=30))
    (folder / "lies.zip").write_bytes(raw_zip([(b"a.jsonl", repeated(3_000), 100)]))
    (folder / "lines.gz").write_bytes(gzip_bomb(10_000))
    (folder / "markup.gz").write_bytes(gzip.compress(b"<html>" + b"<" * (60 * MB), 1))


def small_files() -> Iterator[tuple[str, bytes]]:
    """Files that are small and made to do harm."""
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    yield "laughs.xml", f'<!DOCTYPE nitf [<!ENTITY a0 "ha">{laughs}]><nitf>&a9;</nitf>'.encode()
    blow_up = f'<!DOCTYPE nitf [<!ENTITY a "{"a" * 100_000}">]><nitf>{"&a;" * 100_000}</nitf>'
    yield "blow-up.xml", blow_up.encode()
    yield "outside.xml", nitf(XXE, "&x;")
    yield "parameter.xml", nitf('<!DOCTYPE nitf [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>', "It rained.")
    yield "outside-feed.xml", f"{XXE}<rss><channel><item><title>&x;</title></item></channel></rss>".encode()
    yield "levels.xml", b"<nitf>" + b"<p>" * 100_000 + b"rain" + b"</p>" * 100_000 + b"</nitf>"
    yield "levels.json", b'[{"a":\n' + b"[" * 100_000
    yield "levels.jsonl", b'{"id": "a", "text": ' + b'{"a":' * 100_000 + b"\n"
    yield "attributes.xml", b"<nitf " + b" ".join(b'a%d=""' % i for i in range(1_000_000)) + b"/>"
    yield "twice.xml", b"<nitf " + b"a='' " * 100_000 + b"/>"
    yield "cut-off.xml", nitf("", "It rained.")[:-40]
    yield "utf-7.xml", b'<?xml version="1.0" encoding="utf-7"?>+ADw-nitf+AD4-'
    yield "ebcdic.xml", '<?xml version="1.0" encoding="cp037"?><nitf/>'.encode("cp037")
    yield "unknown.xml", b'<?xml version="1.0" encoding="x-none"?><nitf/>'
    yield "wide-by-word.xml", b'<?xml version="1.0" encoding="utf-16"?><nitf>\xff\xfe\xfd</nitf>'
    yield "half.json", b'{"id": "a", "text": "\\ud800 rain"}'
    yield "nul.json", b'{"id": "a", "text": "a\\u0000b"}'
    yield "nul.xml", nitf("", "a&#0;b")
    yield "half.xml", nitf("", "a&#xD800;b")
    yield "raw-half.txt", b"The river \xed\xa0\x80 rose."
    yield "odd.txt", "rain".encode("utf-16") + b"\xd8"
    yield "often.gz", gzip.compress(gzip.compress(gzip.compress(b"It rained.")))
    yield "far.zip", raw_zip([(b"a.txt", repeated(1), MB)], shift=10 * MB)
    yield "many.zip", raw_zip([(b"a.txt", repeated(1), MB)], entries=60_000)
    yield "up.tar", tar_of(("../../out.txt", tarfile.REGTYPE, ""), (ABSOLUTE, tarfile.REGTYPE, ""))
    yield "links.tar", tar_of(*((f"{i}.txt", kind, "/etc/passwd") for i, kind in enumerate(LINKS)))
    yield "mail.eml", MAIL + b"From: " + b'"' * 40_000 + b"\r\n\r\nIt rained."
    yield "warc", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999999\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"


ABSOLUTE = "/onrecord-hostile.txt"
LINKS = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
XXE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def nitf(prolog: str, words: str) -> bytes:
    """A NITF document with these words, after this prolog."""
    body = f"<body><body.content><p>{words}</p></body.content></body>"
    return f'{prolog}<nitf><head><docdata><doc-id id-string="a"/></docdata></head>{body}</nitf>'.encode()
