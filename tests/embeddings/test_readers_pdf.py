"""A PDF's text becomes paragraphs; a scan, a lock or a trap becomes an error that says what to do."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from embeddings.errors import UnreadableInput
from embeddings.news import Article
from embeddings.readers import pdf, read
from embeddings.readers.pieces import Piece

LINES = [
    "Ferry is late",
    "VELMORA, May 5 (CPA) - The ferry was late on Monday, and the harbour mas-",
    "ter waited. The centre-right party asked the harbour master what he knew of",
    "the well-known captain and of the centre-",
    "right party in a letter to him.",
    "It rained in the night, and the river rose until it stood at the doors of",
    "every house.",
]


def made(*pages: list[str], password: str | None = None, **told: str) -> bytes:
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        shown = b"".join(b"(" + line.encode("cp1252") + b") Tj T*\n" for line in lines)
        content = DecodedStreamObject()
        content.set_data(b"BT /F1 12 Tf 14 TL 50 800 Td\n" + shown + b"ET")
        page[NameObject("/Contents")] = writer._add_object(content)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
    writer.add_metadata({f"/{name}": value for name, value in told.items()})
    if password is not None:
        writer.encrypt(password, "owner", algorithm="RC4-128")
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def reading(data: bytes, at: datetime | None = None) -> Article | UnreadableInput:
    assert pdf.is_message(data)
    (found,) = pdf.read(Piece(data=data, name="a.pdf", place="a.pdf", at=at))
    assert isinstance(found, Article | UnreadableInput)
    return found


def article(data: bytes, at: datetime | None = None) -> Article:
    found = reading(data, at)
    assert isinstance(found, Article), found
    return found


def told(found: Article) -> list[str]:
    return [paragraph.span.cut(found.text) for paragraph in found.paragraphs]


def test_lines_become_paragraphs_and_hyphens_stay_where_nothing_speaks_against_them() -> None:
    found = article(made(LINES))
    assert told(found) == [
        "Ferry is late",
        "VELMORA, May 5 (CPA) - The ferry was late on Monday, and the harbour master waited. The centre-right party "
        "asked the harbour master what he knew of the well-known captain and of the centre-right party in a letter to "
        "him.",
        "It rained in the night, and the river rose until it stood at the doors of every house.",
    ]


def test_a_paragraph_goes_on_over_the_page_and_its_number() -> None:
    found = article(made([*LINES[:3], "2 / 3"], LINES[3:]))
    assert told(found) == told(article(made(LINES)))


def test_what_it_says_of_itself() -> None:
    facts = {"Title": "Ferry is late", "Author": "Ana Ruiz", "CreationDate": "D:20260506100000+02'00'"}
    found = article(made(LINES, **facts))
    assert (found.id, found.headline, found.byline) == ("a.pdf", "Ferry is late", "Ana Ruiz")
    assert found.version_created == found.published == datetime(2026, 5, 6, 8, tzinfo=UTC)
    later = article(made(LINES, **facts, ModDate="D:20260507"))
    assert later.version_created == datetime(2026, 5, 7, tzinfo=UTC)


def test_the_datelines_day_goes_before_the_files() -> None:
    found = article(made(LINES[1:]), at=datetime(2026, 5, 9, tzinfo=UTC))
    assert found.published == date(2026, 5, 5)
    assert found.outlet == "CPA"


@pytest.mark.parametrize("title", ["", "Untitled", "Microsoft Word - ferry", "ferry_v2.docx", "1234"])
def test_a_title_that_a_program_made_up_is_no_headline(title: str) -> None:
    assert article(made(LINES, Title=title)).headline is None


@pytest.mark.parametrize("printed", ["D:2026", "D:20261399", "yesterday", "D:00010101000000+14'00'"])
def test_a_time_that_is_none_is_left_out(printed: str) -> None:
    assert article(made(LINES, CreationDate=printed)).version_created is None


def test_a_scan_a_lock_and_too_many_pages_are_refused() -> None:
    for data, reason in (
        (made([]), "OCR"),
        (made(LINES, password="secret"), "encrypted"),
        (made(*[[]] * 401), "401 pages"),
    ):
        found = reading(data)
        assert isinstance(found, UnreadableInput)
        assert reason in found.reason


def test_a_lock_that_opens_without_a_password_is_none() -> None:
    assert told(article(made(LINES, password=""))) == told(article(made(LINES)))


def test_an_embargo_at_the_top_holds() -> None:
    assert article(made(["EMBARGOED UNTIL SUNDAY", *LINES])).held


def looped() -> bytes:
    """A page tree that is its own child."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
    return body + b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n9\n%%EOF"


def endless() -> bytes:
    """A table of references that comes before itself."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    at = str(len(body)).encode()
    return (
        body
        + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 3/Prev "
        + at
        + b">>\nstartxref\n"
        + at
        + b"\n%%EOF"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-",
        b"%PDF-1.7\n" + b"\0" * 1000,
        b"%PDF-1.7\n" + b"<<" * 100_000,
        b"%PDF-1.7\n" + b"[" * 100_000 + b"\nstartxref\n9\n%%EOF",
        looped(),
        endless(),
        made(LINES)[:400],
        made(LINES).replace(b"/Kids", b"/Sdik"),
        made(LINES).replace(b"/Length", b"/Lengthy"),
        made(LINES).replace(b"stream", b"steam!"),
    ],
    ids=range(10),
)
def test_a_damaged_or_malicious_pdf_ends_in_an_answer(data: bytes) -> None:
    found = reading(data)
    assert isinstance(found, UnreadableInput) or found.text


def test_a_pdf_larger_than_the_limit_is_refused() -> None:
    found = reading(b"%PDF-1.7\n" + bytes(pdf.MAX_PDF))
    assert isinstance(found, UnreadableInput)
    assert "bytes" in found.reason


def test_a_story_about_pdfs_is_none(tmp_path: Path) -> None:
    assert not pdf.is_message(b'"%PDF-1.7" begins every one of them.')
    path = tmp_path / "no-suffix"
    path.write_bytes(b"\r\n" + made(LINES))
    (found,) = read(path)
    assert isinstance(found, Article)
    assert (found.id, told(found)[0]) == ("no-suffix", "Ferry is late")
