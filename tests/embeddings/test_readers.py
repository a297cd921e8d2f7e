"""What is read becomes articles word for word; what cannot be read becomes an error that says what to do."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UnreadableInput
from embeddings.news import Article, Status
from embeddings.readers import read

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
STORY = " date 2026-01-01 FEED - CPA) Velmora, Dec 31 (CPA) It rained.\r\n\r\nThe river rose. \n"


def write(folder: Path, content: str | bytes | dict[str, Any], name: str = "a") -> Path:
    path = folder / name
    raw = json.dumps(content, indent=1) if isinstance(content, dict) else content
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return path


def article(path: Path) -> Article:
    (found,) = read(path)
    assert isinstance(found, Article), found
    return found


def refusal(path: Path) -> str:
    (found,) = read(path)
    assert isinstance(found, UnreadableInput), found
    return found.reason


def shared(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        message = f"the real samples are missing: put them at {path}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


# Plain text


def test_a_text_file_keeps_every_character_after_its_header(tmp_path: Path) -> None:
    found = article(write(tmp_path, STORY, "x.txt"))
    assert found.id == "x.txt"
    assert found.text == STORY.partition("2026-01-01 ")[2]
    assert [p.span.cut(found.text)[-11:] for p in found.paragraphs] == [" It rained.", "river rose."]
    assert (found.outlet, found.carriers, found.published) == ("CPA", ("FEED",), date(2025, 12, 31))
    assert found.dateline is not None
    assert found.dateline.span.cut(found.text) == "Velmora, Dec 31 (CPA)"
    assert (found.headline, found.url) == (None, None)


def test_text_without_header_or_dateline_is_taken(tmp_path: Path) -> None:
    found = article(write(tmp_path, "It rained."))
    assert (found.text, found.published, found.outlet) == ("It rained.", None, None)
    assert article(write(tmp_path, " date 2026-01-01 It rained.")).published == date(2026, 1, 1)


@pytest.mark.parametrize("text", ["[Editor's note] It rained.", "{Exclusive} It rained.", "[1] It rained."])
def test_brackets_do_not_make_json(tmp_path: Path, text: str) -> None:
    assert article(write(tmp_path, text)).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_that_are_sure(tmp_path: Path, encoding: str) -> None:
    text = "Le café est fermé à midi – « jamais », a dit Zoé. " * 3
    assert article(write(tmp_path, text.encode(encoding))).text == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" date 2026-01-01 \n", "no words"),
        (b" date 2026-13-01 It rained.", "no day"),
        (b"It r\xff\xfeined, they said, all day", "byte 4"),
        (b"good \xc3\xa9 and bad \xe9 together", "byte 16"),
        ("Привет, мир".encode("koi8-r"), "not UTF-8 (byte 0)"),
        (b"\xff\xfeI\x00t\xd8", "UTF-16"),
        (b"It rained\x00", "NUL"),
        (b"x" * 70_000 + b"\0", "NUL"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04...", "damaged"),
        (b"<?xml version='1.0'?><nitf/>", "no words"),
        (b"<?xml version='1.0'?><recipe/>", "<recipe>"),
        (b"<?xml version='1.0'?><recipe>", "broken XML"),
        (b"{\\rtf1 It rained.}", "rich text"),
        (b'{"uri": "a", "headline": ', "broken JSON"),
        (b"[" * 200_000, "nested"),
        (b'{"a":' * 200_000, "nested"),
        (b'{"name": "somebody"}', 'no "id"'),
        (b'{\n"name": "somebody"\n}', "no article"),
        (b"[\n{}\n]", "no article"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reason in refusal(write(tmp_path, content))


def test_a_paragraph_of_100_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.writelines(b"word " * 200_000 for _ in range(100))
    assert "5,000,000 characters" in refusal(path)


def test_a_text_just_over_the_limit_is_refused(tmp_path: Path) -> None:
    assert "5,000,000 characters" in refusal(write(tmp_path, "x" * 5_000_001))


@given(st.binary(max_size=200))
def test_no_bytes_whatever_stop_the_reading(content: bytes) -> None:
    for found in read(io.BytesIO(content)):
        assert isinstance(found, UnreadableInput) or (isinstance(found, Article) and found.text)


# Folders and streams


def test_a_folder_is_read_whole_in_order_without_hidden_files_and_loops(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name in ("z.txt", "a.txt", "b/c/d.txt", ".hidden", ".git/config"):
        write(tmp_path, "It rained.", name)
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    found = list(read(tmp_path))
    assert [f.id for f in found if isinstance(f, Article)] == ["a.txt", "z.txt", "b/c/d.txt"]
    assert [Path(f.place).name for f in found if isinstance(f, UnreadableInput)] == ["nowhere", "pipe"]


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"bad\xff.txt")
    path.write_text("It rained.")
    assert "lone surrogate" in refusal(path)


def test_a_missing_path_is_an_error_and_no_stop(tmp_path: Path) -> None:
    assert "check the path" in refusal(tmp_path / "missing.txt")


def test_streams_are_named_after_their_content() -> None:
    (one,), (same,), (other,) = (
        read(io.StringIO(STORY)),
        read(io.BytesIO(STORY.encode())),
        read(io.StringIO("It snowed.")),
    )
    assert isinstance(one, Article)
    assert isinstance(same, Article)
    assert isinstance(other, Article)
    assert one.id == same.id != other.id
    assert isinstance(next(read(io.StringIO("\ud800"))), UnreadableInput)


# JSON lines


def lines(folder: Path, *records: dict[str, Any] | str) -> list[Article | UnreadableInput]:
    rows = [r if isinstance(r, str) else json.dumps(r) for r in records]
    found = list(read(write(folder, "\n".join(rows), "rows.jsonl")))
    return [one for one in found if isinstance(one, Article | UnreadableInput)]


def one(folder: Path, **changed: object) -> Article | UnreadableInput:
    (found,) = lines(folder, {"id": "a", "text": "It rained.", **changed})
    return found


def test_a_record_in_full(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        title="Rain",
        url="https://a.example/1",
        source="The Ledger",
        author="Hew Orr",
        version=3,
        published="2026-09-15T05:00:00+02:00",
        status="usable",
        embargoed_until="2026-09-16T05:00:00",
        language="en",
        section="weather",
        rights="(c) Ledger",
        carriers=["Feed"],
        unknown=[1],
    )
    assert isinstance(found, Article)
    assert (found.headline, found.byline, found.outlet, found.carriers) == ("Rain", "Hew Orr", "The Ledger", ("Feed",))
    assert found.embargoed_until == datetime(2026, 9, 16, 5, tzinfo=UTC)
    assert (found.version, found.language, found.section, found.rights) == (3, "en", "weather", "(c) Ledger")
    assert found.day == date(2026, 9, 15)


def test_dates_stay_dates_and_naive_times_are_utc(tmp_path: Path) -> None:
    for printed, expected in (
        ("2026-09-15", date(2026, 9, 15)),
        ("2026-09-15T05:00", datetime(2026, 9, 15, 5, tzinfo=UTC)),
        (None, None),
    ):
        found = one(tmp_path, published=printed)
        assert isinstance(found, Article)
        assert found.published == expected


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"id": None}, 'give it an "id"'),
        ({"id": 7}, '"id" is a number'),
        ({"text": ""}, 'no "text"'),
        ({"text": ["a"]}, '"text" is a list'),
        ({"text": "a\0b"}, "NUL"),
        ({"title": "\ud800"}, "surrogate"),
        ({"published": "last Tuesday"}, '"published" is no date'),
        ({"published": "0001-01-01T00:00:00+05:00"}, '"published" is no date'),
        ({"version": "3"}, '"version" is not a whole number'),
        ({"version": True}, '"version" is not a whole number'),
        ({"version": 2**63}, '"version" is not a whole number'),
        ({"url": "javascript:alert(1)"}, "no web address"),
        ({"carriers": "Feed"}, '"carriers" is a text'),
        ({"embargo": "2026-09-16"}, "embargo must not be lost"),
        ({"embargoed_until": "2026-09-16"}, "no hour"),
        ({"embargoed_until": "soon"}, "no hour"),
    ],
)
def test_a_bad_record_says_what_to_do(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    found = one(tmp_path, **changed)
    assert isinstance(found, UnreadableInput)
    assert reason in str(found)
    assert "rows.jsonl line 1" in found.place


def test_status_words(tmp_path: Path) -> None:
    for word, expected in (("cancelled", Status.CANCELED), ("withheld", Status.WITHHELD), ("retired", Status.WITHHELD)):
        found = one(tmp_path, status=word, text="")
        assert isinstance(found, Article)
        assert (found.status, found.text, found.paragraphs) == (expected, "", ())
    assert isinstance(found, Article)
    assert "retired" in (found.note or "")


def test_bad_lines_never_stop_the_rest(tmp_path: Path) -> None:
    good = {"id": "good", "text": "It rained."}
    bad = ["{broken", '{"id": "a", "id": "b", "text": "x"}', '["a"]', '{"id": ' + "[" * 9999, "", "null", "NaN"]
    found = lines(tmp_path, good, *bad, good)
    assert [type(f) for f in found] == [Article, *[UnreadableInput] * 6, Article]
    assert [f.place.rpartition(" ")[2] for f in found if isinstance(f, UnreadableInput)] == [
        "2",
        "3",
        "4",
        "5",
        "7",
        "8",
    ]
    assert [type(f) for f in lines(tmp_path, '{"id": "a", "te', good, good)] == [UnreadableInput, Article, Article]


def test_a_line_of_100_megabytes_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    with path.open("wb") as file:
        file.write(b'{"id": "huge", "text": "')
        file.writelines(b"word " * 200_000 for _ in range(100))
        file.write(b'"}\n{"id": "good", "text": "It rained."}')
    huge, good = read(path)
    assert isinstance(huge, UnreadableInput)
    assert "longer than" in huge.reason
    assert isinstance(good, Article)


def test_a_byte_order_mark_and_ninjs_in_lines_are_no_trouble(tmp_path: Path) -> None:
    rows = '{"id": "a", "text": "It rained."}\n{"uri": "b", "body_text": "It rained."}'
    found = list(read(write(tmp_path, b"\xef\xbb\xbf" + rows.encode())))
    assert [f.id for f in found if isinstance(f, Article)] == ["a", "b"]


# ninjs


def item(folder: Path, **changed: object) -> Article:
    main = {"role": "main", "contentType": "text/plain", "value": "It rained.\n\nThe river rose."}
    given = {"uri": "urn:x:1", "versionCreated": "2026-09-16T07:00:00+02:00", "bodies": [main], **changed}
    return article(write(folder, {name: value for name, value in given.items() if value != "absent"}))


def test_an_item_in_full(tmp_path: Path) -> None:
    found = item(
        tmp_path,
        version="2",
        by="Jory Orr",
        language="en",
        edNote="A note.",
        copyrightHolder="Ostrel",
        usageTerms="Not for broadcast.",
        headlines=[{"role": "short", "value": "No"}, {"role": "main", "value": "Yes"}],
        infoSources=[
            {"name": "SRN", "role": "originator"},
            {"name": "CPA", "role": "quoted"},
            {"name": "The Mercury", "role": "publisher"},
        ],
        renditions=[
            {"href": "https://a.example/p.jpg", "contentType": "image/jpeg"},
            {"href": "https://a.example/1", "contentType": "text/html"},
        ],
    )
    assert (found.id, found.version, found.headline, found.byline) == ("urn:x:1", 2, "Yes", "Jory Orr")
    assert (found.outlet, found.carriers, found.url) == ("SRN", ("The Mercury",), "https://a.example/1")
    assert (found.rights, found.usage, found.note) == ("Ostrel", "Not for broadcast.", "A note.")
    assert found.version_created == datetime(2026, 9, 16, 5, tzinfo=UTC)


def test_markup_becomes_paragraphs(tmp_path: Path) -> None:
    markup = (
        "<div><h2>Rain</h2><p>It <b>rained</b>\n  &amp; rained.<br/>Again.</p><script>x()</script><ul><li>One</li></ul>"
    )
    found = item(tmp_path, bodies=[{"role": "main", "contentType": "text/html", "value": markup}])
    assert found.text == "Rain\n\nIt rained & rained.\nAgain.\n\nOne"
    nitf = "<nitf><body><body.head><hl1>No</hl1></body.head><body.content><p>Yes.</p></body.content></body></nitf>"
    assert item(tmp_path, bodies=[{"contentType": "text/vnd.IPTC.NITF", "value": nitf}]).text == "Yes."


def test_plain_text_is_chosen_before_markup_and_main_before_all(tmp_path: Path) -> None:
    html, plain = {"contentType": "text/html", "value": "<p>Html"}, {"contentType": "text/plain", "value": "Plain"}
    assert item(tmp_path, bodies=[html, plain]).text == "Plain"
    assert item(tmp_path, bodies=[plain, {**html, "role": "main"}]).text == "Html"
    assert item(tmp_path, bodies=[], body_xhtml="<p>Old").text == "Old"


def test_markup_made_to_choke_a_parser_is_refused(tmp_path: Path) -> None:
    assert "tags" in refusal(write(tmp_path, {"uri": "a", "body_html": "<div>" * 200_000}))


@pytest.mark.parametrize("value", [None, "", " ", "soon", "2026-09-16", "2026-09-16T05:00:00", 7, True])
def test_an_embargo_that_cannot_be_read_holds(tmp_path: Path, value: object) -> None:
    assert item(tmp_path, embargoedUntil=value).held
    assert item(tmp_path, embargoed=value).held


def test_embargoes_with_an_hour_and_in_notes(tmp_path: Path) -> None:
    hour = datetime(2026, 9, 16, 5, tzinfo=UTC)
    assert item(tmp_path, embargoedUntil="2026-09-16T07:00:00+02:00").embargoed_until == hour
    assert item(tmp_path, edNote="EMBARGOED until 2026-09-16T05:00:00Z").embargoed_until == hour
    assert item(tmp_path, edNote="Strictly under embargo until Tuesday").held
    assert not item(tmp_path, edNote="Embargo lifted. Names corrected.").held
    assert not item(tmp_path, embargoed=False).held


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("usable", "usable"),
        ("absent", "usable"),
        ("canceled", "canceled"),
        ("cancelled", "canceled"),
        ("withheld", "withheld"),
        ("stat:canceled", "canceled"),
        ("stat:withdrawn", "withheld"),
        ("live", "withheld"),
    ],
)
def test_an_unknown_status_is_withheld(tmp_path: Path, word: str, status: str) -> None:
    found = item(tmp_path, pubStatus=word)
    assert found.status == status
    assert (found.note is not None) == (word in ("stat:withdrawn", "live"))


def test_a_killed_item_has_no_text(tmp_path: Path) -> None:
    found = item(tmp_path, pubStatus="canceled", bodies=[{"role": "main", "value": ""}])
    assert (found.text, found.paragraphs, found.status) == ("", (), Status.CANCELED)


def test_a_repeated_field_that_decides_is_refused_and_others_pass(tmp_path: Path) -> None:
    body = '"uri": "a", "body_text": "x",\n'
    assert "stands twice" in refusal(write(tmp_path, "{" + body + '"pubstatus": "usable", "pubstatus": "canceled"}'))
    assert article(write(tmp_path, "{" + body + '"urgency": 1, "urgency": 2}')).id == "a"


def test_envelopes_and_lists_are_opened(tmp_path: Path) -> None:
    items = [{"uri": "a", "body_text": "x"}, {"name": "no article"}, {"uri": "b", "body_text": "y"}]
    for content in ({"item": items}, {"items": items}):
        found = list(read(write(tmp_path, content)))
        assert [type(f) for f in found] == [Article, UnreadableInput, Article]
    assert len(list(read(write(tmp_path, json.dumps(items))))) == 3


# Real copy


def test_the_first_two_seeds() -> None:
    one, two = read(shared("seeds"))
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert (one.outlet, one.published, one.carriers, len(one.paragraphs)) == ("Xinhua", date(2025, 7, 13), (), 9)
    assert (two.outlet, two.published, two.carriers, len(two.paragraphs)) == (
        "IANS",
        date(2025, 7, 13),
        ("MENAFN",),
        15,
    )
    assert two.text.startswith("MENAFN - IANS) Seoul, July 13 (IANS) North")


def expectations() -> Iterable[dict[str, Any]]:
    rows = map(json.loads, shared("newsroom", "samples", "MANIFEST.jsonl").read_text("utf-8").splitlines())
    return [row for row in rows if row["format"] == "ninjs"]


def test_real_ninjs_items_come_out_as_their_manifest_says() -> None:
    rows = list(expectations())
    assert len(rows) >= 20
    for row in rows:
        (found,) = read(shared("newsroom", "samples", *row["path"].split("/")))
        expected = row["expected"]
        if expected.get("valid") is False:
            assert isinstance(found, UnreadableInput)
            continue
        assert isinstance(found, Article), found
        assert_as_expected(found, expected)


def assert_as_expected(found: Article, expected: dict[str, Any]) -> None:
    said = {
        "headline": found.headline,
        "version": str(found.version),
        "source": found.outlet,
        "ednote": found.note,
        "uri": found.id,
    }
    for name, value in said.items():
        if name in expected and not expected[name].startswith("urn:ninjs.example.com"):  # rewritten by its CMS
            assert value == expected[name]
    assert expected.get("body_contains", "") in found.text
    assert expected.get("copyrightholder", "") in (found.rights or "")
    assert expected.get("pubstatus", "usable").startswith(found.status)
    for name, moment in (("versioncreated", found.version_created), ("embargoed", found.embargoed_until)):
        assert name not in expected or moment == datetime.fromisoformat(expected[name])


def test_the_sample_wire_is_read_without_a_loss() -> None:
    found = list(read(ROOT / "sample" / "wire"))
    articles = [f for f in found if isinstance(f, Article)]
    assert len(articles) == len(found) >= 48
    assert all(a.outlet and a.published for a in articles)
    assert {a.status for a in articles} == set(Status)
    text = [a for a in articles if a.id.endswith(".txt")]
    assert all(a.dateline and a.dateline.day and a.dateline.agency for a in text)
    assert [a.id[:3] for a in text if a.carriers == ("MERIDIAN FEED",)] == ["002", "004", "009", "013"]
