"""ANPA 1312 and IPTC 7901: the wire's words stay, its marks go, and every version of a story has one id."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UnreadableInput
from embeddings.news import Article, Notice
from embeddings.readers import anpa, iptc7901, read
from embeddings.readers.pieces import Piece, Reading
from embeddings.readers.wraps import unwrapped
from embeddings.takes import is_order, is_take, story_id, version_of

SHARED = Path(__file__).resolve().parents[3] / "shared"
COPY = (
    "\t   VELMORA (CPA) _ The ferry ``Halcyon'' was late on Monday, and the\r\n"
    "harbour master _ a patient man _ waited.\r\n \r\n"
    "\t   ``We wait,'' she said. \r\n\t   ___\r\n\t   Ana Ruiz contributed.\r\n"
)


def anpa_message(
    *,
    keywords: str = "BC-VE--Halcyon-Late     11-13 0120",
    kind: str = "\x13\x11",
    heading: str = "^BC-VE--Halcyon-Late,120<\r\n^Ferry is late<\r\n^By ANA RUIZ=\r\n^Associated Press=\r\n",
    copy: str = COPY,
    end: str = "\r\n\t   \x03CPA-WF-11-13-13 1509GMT<\r\n\r\n\x0c\r\n\x04",
    number: str = "2870",
) -> bytes:
    text = f"\x16\x16\x01W{number}\x1f_asian\r\nr i{kind} {keywords}\r\n\x02{heading}{copy}{end}"
    return text.encode("latin-1")


def dpa_message(
    *,
    slug: str = "Velmora/ferry/",
    heading: str = "Ferry is late =",
    copy: str = "Velmora (dpa) - The ferry was late on\r\nMonday.\r\n\r\nIt rained.\r\n",
    item: str = "dpa 0123",
    end: str = "\r\n\x03211432 GMT Nov 18\r\n\x7f\r\n\x04",
) -> bytes:
    return f"\x01eca0003 4 i 93  {item}\r\n\r\n{slug}\r\n\x02{heading}\r\n\r\n{copy}{end}".encode("latin-1")


def all_of(data: bytes, name: str = "a.txt", at: datetime | None = None) -> list[Reading]:
    reader = anpa if anpa.is_message(data) else iptc7901
    assert reader.is_message(data)
    return list(reader.read(Piece(data=data, name=name, place=name, at=at)))


def one(data: bytes, name: str = "a.txt", at: datetime | None = None) -> Article:
    (found,) = all_of(data, name, at)
    assert isinstance(found, Article), found
    return found


def told(article: Article) -> list[str]:
    return [paragraph.span.cut(article.text) for paragraph in article.paragraphs]


# ANPA 1312


def test_the_wires_words_stay_and_its_marks_go() -> None:
    found = one(anpa_message())
    assert told(found) == [
        "VELMORA (CPA) _ The ferry ``Halcyon'' was late on Monday, and the harbour master _ a patient man _ waited.",
        "``We wait,'' she said.",
        "Ana Ruiz contributed.",
    ]
    assert found.dateline
    assert (found.dateline.place, found.dateline.agency) == ("VELMORA", "CPA")
    assert found.dateline.span.cut(found.text) == "VELMORA (CPA) _"


def test_the_heading_is_read_field_by_field() -> None:
    heading = (
        "^BC-VE--Halcyon-Late, 1st Ld-Writethru,120< \r\n^Ferry is late< \r\n^AP Photo VEL101, VEL102<\r\n"
        "^Eds: Corrects the name of the ferry. With\r\nAP Photos.<\r\n^EDITOR'S NOTE _ One of two parts.<\r\n"
        "^The ferry was late, and the harbour master waited.<\r\n^By ANA RUIZ=\r\n^AP Business Writer=\r\n"
    )
    found = one(anpa_message(keywords="BC-VE--Halcyon-Late 1stLd-Writethru  11-13 0120", heading=heading))
    assert (found.headline, found.byline, found.slug) == ("Ferry is late", "By ANA RUIZ", "VE--Halcyon-Late")
    assert found.note == "Corrects the name of the ferry. With AP Photos.\nOne of two parts."
    assert found.correction == found.note
    assert (found.take, found.version) == ("1stLd-Writethru", 11)
    assert (found.provider, found.outlet, found.section) == ("CPA", "CPA", "international")
    assert found.version_created == found.published == datetime(2013, 11, 13, 15, 9, tzinfo=UTC)
    assert told(found)[0].startswith("VELMORA")


def test_lines_of_a_list_without_marks_at_their_ends_are_copy() -> None:
    found = one(
        anpa_message(heading="^*9006< ^AP-Top-Ferries,176<\r\n^Top news<\r\n^Ferry late\r\n^Pier shut\r\n", copy="")
    )
    assert (found.slug, found.headline, told(found)) == ("Top-Ferries", "Top news", ["Ferry late", "Pier shut"])


def test_a_table_keeps_its_rows() -> None:
    rows = "^LEAGUE=\r\n\x08^\x1f\x1e W\x1e \x1e L\r\n\x08Onsel\x10 Town\x1f\x1e 7\x1e \x1e 1{\r\n"
    rows += "\t   ___=\r\n^Sunday=\r\n"
    found = one(anpa_message(kind="\x14\x12", heading="^BC-Table<\r\n^Glance=\r\n", copy=rows))
    assert told(found) == ["LEAGUE\nW L\nOnsel Town 7 1{", "Sunday"]


def test_an_alert_has_neither_headline_nor_byline() -> None:
    keywords, heading = "BC-VE--CPANewsAlert   11-13 0358", "^BC-VE--CPANewsAlert,17<\r\n"
    first = one(anpa_message(keywords=keywords, heading=heading))
    other = one(anpa_message(keywords=keywords, heading=heading, number="2871"))
    assert (first.headline, first.byline) == (None, None)
    assert first.id != other.id


def test_a_message_without_an_end_is_kept_with_a_warning() -> None:
    found = one(anpa_message(end=""))
    assert found.note == "The message has no end (ETX): it may be cut short."
    assert told(found)[-1] == "Ana Ruiz contributed."
    assert found.published is None


def test_a_message_cut_in_its_header_is_refused() -> None:
    (found,) = all_of(anpa_message()[:30])
    assert isinstance(found, UnreadableInput)
    assert "no words" in found.reason


def test_one_file_holds_many_messages_and_a_broken_one_stops_nothing() -> None:
    bad = anpa_message(copy="\t   \x81\xff\x8d broken\r\n", number="0002")
    found = all_of(anpa_message(number="0001") + bad + anpa_message(number="0003", keywords="BC-Other 11-13 0001"))
    assert [type(one) for one in found] == [Article, UnreadableInput, Article]
    assert found[1].place == "a.txt message 2"  # type: ignore[union-attr]


def test_a_header_at_the_turn_of_the_year_is_of_the_old_one() -> None:
    found = one(anpa_message(keywords="BC-VE--Halcyon 12-31 0120", heading="", end="\x03CPA-WF-01-01-14 0010GMT<"))
    assert found.id == "CPA:2013-12-31:ve-halcyon"


def test_without_a_year_the_file_tells_stories_apart() -> None:
    undated = [one(anpa_message(end="\x03"), name=name).id for name in ("a", "b")]
    assert len(set(undated)) == 2
    assert one(anpa_message(end="\x03"), at=datetime(2026, 11, 14, tzinfo=UTC)).id == "anpa:2026-11-13:ve-halcyon-late"


def test_an_embargo_in_the_copy_or_the_note_holds() -> None:
    assert one(anpa_message(heading="^BC-A<\r\n^Eds: Embargoed until Sunday.<\r\n")).held
    assert one(anpa_message(copy="\t   EMBARGOED UNTIL 0001 GMT, SUNDAY\r\n" + COPY)).held
    assert not one(anpa_message(copy="\t   Embargo talks failed.\r\n")).held


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_accents_come_in_the_wires_alphabet(encoding: str) -> None:
    message = anpa_message(copy="").decode("latin-1").replace("Ferry is late", "Le café est fermé – à midi")
    found = one(message.replace("\x03", "\t   Le café est fermé à midi.\r\n\x03").encode(encoding))
    assert found.headline == "Le café est fermé – à midi"


# IPTC 7901


def test_dpas_message_in_full() -> None:
    heading = "REFILE\r\n1ST LEAD\r\nFerry is late in Velmora,\r\nharbour master says\r\nBy Ana Ruiz ="
    appendix = (
        "\r\n# Notebook\r\n\r\n## Refile\r\n\r\n"
        "## Note to editors\r\n- adds the harbour\r\nmaster\r\n- (c)2018 The Gull\r\n"
        "\r\n## Internet links\r\n- [Harbour](http://gull.example)\r\n\r\n* * * *\r\n"
        "The following information is not intended for publication\r\n\r\n## Note\r\n- Tel: 1234\r\n\r\ndpa ar mo\r\n"
    )
    copy = "Velmora (dpa) - The centre-\r\nright said the pre-\r\nand post-war ferry was late.\r\n\r\nIt rained.\r\n"
    found = one(dpa_message(heading=heading, copy=copy + appendix))
    assert told(found) == [
        "Velmora (dpa) - The centre-right said the pre- and post-war ferry was late.",
        "It rained.",
    ]
    assert (found.headline, found.byline) == ("Ferry is late in Velmora, harbour master says", "By Ana Ruiz")
    assert (found.take, found.version, found.slug) == ("REFILE 1ST LEAD", 12, "Velmora/ferry")
    assert found.note == "adds the harbour master\n(c)2018 The Gull"
    assert (found.correction, found.rights) == (found.note, "(c)2018 The Gull")
    assert (found.provider, found.outlet, found.section) == ("dpa", "dpa", "international")
    assert found.version_created == datetime(2018, 11, 21, 14, 32, tzinfo=UTC)


def test_a_label_alone_is_the_headline_and_initials_are_no_copy() -> None:
    found = one(dpa_message(heading="(Achtung)\r\nNews =", copy="It rained.\r\n\r\ndpa ar mo\r\n"))
    assert (found.take, found.headline, told(found)) == ("Achtung", "News", ["It rained."])
    assert told(one(dpa_message(copy="It rained.\r\n\r\nhe did so\r\n"))) == ["It rained.", "he did so"]


@pytest.mark.parametrize("end", ["\r\nNNNN\r\n", "\x03", "\x03991432 GMT Xyz 18", "\x03311432 GMT Feb 18"])
def test_a_message_may_end_without_its_time(end: str) -> None:
    found = one(dpa_message(end=end))
    assert (found.id, found.published, found.note) == ("dpa:velmora-ferry:0123", None, None)
    assert told(found)[-1] == "It rained."


def test_a_message_without_an_end_or_a_heading_says_so() -> None:
    found = one(dpa_message(heading="Ferry is late", end=""))
    assert found.headline is None
    assert "no end" in (found.note or "")


def test_another_service_is_its_own_provider() -> None:
    found = one(dpa_message(item=""))
    assert (found.provider, found.outlet) == ("eca", "dpa")


# Ids and versions


LEADS = [
    ("BC-VE--Halcyon-Late   11-13 0120", "^BC-VE--Halcyon-Late,120<\r\n"),
    ("BC-VE--Halcyon-Late REFILE  11-13 0120", "^BC-VE--Halcyon-Late, REFILE,120<\r\n"),
    ("BC-VE--Halcyon-Late 1stLd   11-13 0120", "^BC-VE--Halcyon-Late, 1st Ld,120<\r\n"),
    ("BC-VE--Halcyon-Late 2ndLd-Writethru   11-13 0120", "^BC-VE--Halcyon-Late, 2nd Ld-Writethru,120<\r\n"),
    ("BC-VE--Halcyon-Late 3rdLd   11-13 0120", "^BC-VE--Halcyon-Late, 3rd Ld,120<\r\n"),
]


def test_leads_of_a_story_share_its_id_and_ascend() -> None:
    found = [
        one(anpa_message(keywords=keywords, heading=heading, number=f"{i:04}"))
        for i, (keywords, heading) in enumerate(LEADS)
    ]
    assert {each.id for each in found} == {"CPA:2013-11-13:ve-halcyon-late"}
    versions = [each.version or 0 for each in found]
    assert versions == sorted(set(versions))


def test_refiles_and_leads_of_dpa_share_the_storys_id_and_ascend() -> None:
    headings = ["Ferry late =", "REFILE\r\nFerry late =", "1ST LEAD\r\nFerry late =", "2ND LEAD\r\nFerry late ="]
    found = [one(dpa_message(heading=heading, item=f"dpa {i:04}")) for i, heading in enumerate(headings)]
    assert {each.id for each in found} == {"dpa:2018-11-21:velmora-ferry"}
    assert [each.version for each in found] == [1, 2, 11, 21]


def test_stories_of_another_slug_day_or_agency_have_another_id() -> None:
    ids = {
        one(message).id
        for message in (
            anpa_message(),
            anpa_message(heading="^BC-VE--Halcyon-Sunk,120<\r\n"),
            anpa_message(keywords="BC-VE--Halcyon-Late 11-12 0120"),
            anpa_message(end="\x03XPA-WF-11-13-13 1509GMT<"),
            dpa_message(),
            dpa_message(slug="Velmora/pier/"),
            dpa_message(end="\x03221432 GMT Nov 18"),
        )
    }
    assert len(ids) == 7


@pytest.mark.parametrize("take", ["1st Add", "2ndAdd", "1st Insert", "Sub", "Take 2", "KILL", "BULLETIN KILL", "HOLD"])
def test_what_is_no_version_of_a_story_does_not_take_its_place(take: str) -> None:
    story = story_id("CPA", date(2026, 1, 2), "VE--Halcyon", take=None, number="1")
    assert story == "CPA:2026-01-02:ve-halcyon"
    assert story_id("CPA", date(2026, 1, 2), "VE--Halcyon", take=take, number="2") == f"{story}:2"


@pytest.mark.parametrize(
    ("take", "version"),
    [
        (None, 1),
        ("EXTRA", 1),
        ("REFILE", 2),
        ("CORRECTED", 2),
        ("Writethru", 2),
        ("1st Ld-Writethru", 11),
        ("2ndLd", 21),
        ("REFILE 1ST LEAD", 12),
        ("10th Ld", 101),
        ("UPDATE 3", 31),
        ("LEAD", 11),
    ],
)
def test_the_number_of_a_version(take: str | None, version: int) -> None:
    assert version_of(take) == version


def test_takes_are_told_from_headlines() -> None:
    assert all(map(is_take, ["REFILE", "1ST LEAD", "EXTRA", "(Achtung)", "KILL KILL KILL", "2nd Lead"]))
    assert not any(map(is_take, ["Ferry takes the lead", "POLICE KILL TWO", "Extra ferries", "Hold the line", ""]))
    assert is_order("BULLETIN KILL")
    assert not is_order("kill the ferry")


def test_orders_go_out_beside_the_story(tmp_path: Path) -> None:
    heading = "HOLD HOLD HOLD ''''' ="
    order = dpa_message(
        heading=heading, copy='Please hold item dpa 123 "Ferry is late". There is doubt.\r\n', item="dpa 0130"
    )
    (tmp_path / "a").write_bytes(order)
    notice, itself = read(tmp_path / "a")
    assert isinstance(notice, Notice)
    assert isinstance(itself, Article)
    assert (notice.slug, notice.headline, notice.provider) == ("Velmora/ferry", "Ferry is late", "dpa")
    assert (itself.id, itself.status) == ("dpa:2018-11-21:velmora-ferry:0130", notice.status)


# Hostile input


MESSAGES: list[Callable[..., bytes]] = [anpa_message, dpa_message]


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize(
    "copy",
    [
        "a" * 5_100_000,
        "^" * 2_000_000,
        "^BC-a, " + "b" * 2_000_000 + ",c",
        "x -\r\n" * 500_000,
        "\t   a\r\n" * 400_000,
        "<" * 2_000_000,
        ", a" * 900_000,
        " " * 4_000_000,
    ],
    ids=lambda copy: repr(copy[:9]),
)
def test_megabytes_of_anything_end_in_an_answer(message: Callable[..., bytes], copy: str) -> None:
    (found,) = all_of(message(copy=copy, heading=""))
    assert isinstance(found, Article | UnreadableInput)


@given(st.binary(max_size=400))
def test_any_bytes_after_a_header_end_in_an_answer(noise: bytes) -> None:
    for data in (b"\x16\x16\x01W2870\x1f_\r\n" + noise, b"\x01eca0003 4 i 93  dpa 0123\r\n" + noise):
        assert all(isinstance(found, Article | UnreadableInput) for found in all_of(data))


@pytest.mark.parametrize("data", [b"", b"\x16\x16", b"\x01", b"It rained.", b"\x00" * 500, b"\x01W28\x1f", b"{}"])
def test_what_is_no_message_is_not_taken_for_one(data: bytes) -> None:
    assert not anpa.is_message(data)
    assert not iptc7901.is_message(data)


def test_lines_are_joined_with_one_space() -> None:
    assert unwrapped([" It ", "rained.", "", "Again."]) == "It rained. Again."
    assert unwrapped(["fer\u00ad", "ry"]) == "ferry"
    assert unwrapped(["a 7-", "year-old", "Anglo-", "French"]) == "a 7-year-old Anglo- French"


# The real samples


def samples(kind: str) -> list[dict[str, object]]:
    manifest = SHARED / "newsroom" / "samples" / "MANIFEST.jsonl"
    if not manifest.exists():
        message = f"the real samples are missing: put them at {manifest.parent}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    rows = map(json.loads, manifest.read_text("utf-8").splitlines())
    return [row for row in rows if row["format"] == kind]


@pytest.mark.parametrize("kind", ["anpa1312", "iptc7901"])
def test_the_real_wires_are_read_as_their_makers_expect(kind: str) -> None:
    for row in samples(kind):
        found = one((SHARED / "newsroom" / "samples" / str(row["path"])).read_bytes())
        expected = row["expected"]
        assert isinstance(expected, dict)
        assert found.headline == expected.get("headline", found.headline)
        assert found.byline == expected.get("byline", found.byline)
        assert found.take == expected.get("take_key", found.take)
        assert expected.get("ednote", "") in (found.note or "")
        assert expected.get("body_contains", "") in found.text
        assert found.text.startswith(expected.get("body_starts", ""))
        assert expected.get("slugline", "").replace(" ", "") in (found.slug or "").replace(" ", "")
        assert not any(char in found.text for char in "\r\t\x03\x08\x1e\x1f")
