"""A mail's body becomes an article, its attachments go on to other readers, and no mail stops the rest."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UnreadableInput
from embeddings.news import Article
from embeddings.readers import mail, read
from embeddings.readers.pieces import Piece

SHARED = Path(__file__).resolve().parents[3] / "shared"
HEADERS = (
    "Received: by gull.example; Tue, 10 Mar 2026 14:17:14 -0700\r\n"
    "From: Ana Ruiz <ana@gull.example>\r\nTo: desk@gull.example\r\n"
    "Date: Tue, 10 Mar 2026 14:17:01 -0700\r\nMessage-ID: <1@gull.example>\r\nMIME-Version: 1.0\r\n"
)
PLAIN = "Content-Type: text/plain; charset=UTF-8\r\n\r\n"


def raw(body: str | bytes = "It rained.\r\n", *, headers: str = "", kind: str = PLAIN, subject: str = "Rain") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return f"{HEADERS}Subject: {subject}\r\n{headers}{kind}".encode("utf-8", "surrogateescape") + data


def all_of(data: bytes) -> list[Article | UnreadableInput | Piece]:
    found = list(mail.read(Piece(data=data, name="a.eml", place="a.eml")))
    assert all(isinstance(one, Article | UnreadableInput | Piece) for one in found)
    return found  # type: ignore[return-value]  # no mail gives a notice by itself


def one(data: bytes) -> Article:
    (found,) = all_of(data)
    assert isinstance(found, Article), found
    return found


def told(article: Article) -> list[str]:
    return [paragraph.span.cut(article.text) for paragraph in article.paragraphs]


def test_a_mail_in_full() -> None:
    data = b"      \r\n" + raw("VELMORA (CPA) - It rained.\r\n\r\nThe river rose.\r\n\r\n-- \r\nAna Ruiz, The Gull\r\n")
    assert mail.is_message(data)
    found = one(data)
    assert (found.id, found.headline, found.provider) == ("1@gull.example", "Rain", "Ana Ruiz")
    assert told(found) == ["VELMORA (CPA) - It rained.", "The river rose."]
    assert found.outlet == "CPA"
    assert found.published == found.version_created == datetime(2026, 3, 10, 21, 17, 1, tzinfo=UTC)
    assert found.published.isoformat() == "2026-03-10T14:17:01-07:00"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("subject", "headline"),
    [
        ("=?utf-8?Q?Caf=C3=A9_ferm=C3=A9?=", "Café fermé"),
        ("=?windows-1252?Q?Ana=92s_caf=E9?=", "Ana’s café"),
        ("=?windows-1252?Q?Ana’s_café?=", "Ana’s café"),
        ("Ana’s café", "Ana’s café"),
        ("=?utf-8?B?Um9t?= =?utf-8?B?YW4=?=", "Roman"),
        ("Rain\r\n and wind", "Rain and wind"),
        ("=?utf-8?Q?Rain=0ABcc:_all@gull.example?=", "Rain Bcc: all@gull.example"),
        ("=?x-nonsense?Q?Rain?=", "Rain"),
    ],
)
def test_the_subject_is_read_in_any_alphabet_and_stays_one_line(subject: str, headline: str) -> None:
    assert one(raw(subject=subject)).headline == headline


@pytest.mark.parametrize(
    "named", ["iso-8859-1", "Windows-1252", "us-ascii", "x-unknown", "zip", "unicode_escape", "utf-8"]
)
def test_a_body_in_a_western_alphabet_whatever_it_is_called(named: str) -> None:
    body = "Le café est fermé – « jamais », a dit Zoé. " * 3
    assert (
        one(raw(body.encode("cp1252"), kind=f"Content-Type: text/plain; charset={named}\r\n\r\n")).text == body.strip()
    )


def test_a_body_in_another_alphabet_and_one_in_none() -> None:
    kind = "Content-Type: text/plain; charset={}\r\n\r\n"
    assert one(raw("Идёт дождь.".encode("koi8-r"), kind=kind.format("koi8-r"))).text == "Идёт дождь."
    (refused,) = all_of(raw("Идёт дождь.".encode("koi8-r"), kind=kind.format("utf-8")))
    assert isinstance(refused, UnreadableInput)
    assert "not UTF-8" in refused.reason


def test_flowed_lines_are_joined() -> None:
    kind = "Content-Type: text/plain; format=flowed{}\r\n\r\n"
    body = "The river \r\nrose.\r\n\r\n From Velmora \r\nto Onsel.\r\n"
    assert told(one(raw(body, kind=kind.format("")))) == ["The river rose.", "From Velmora to Onsel."]
    assert told(one(raw("The ri \r\nver rose.", kind=kind.format("; delsp=yes")))) == ["The river rose."]


def test_wrapped_lines_are_joined_and_long_ones_are_paragraphs() -> None:
    wrapped = "The river rose in the night and the harbour master, who is a\r\npatient man, waited for the morning.\r\n"
    assert told(one(raw(wrapped))) == [wrapped.replace("\r\n", " ").strip()]
    long = ["The river rose in the night. " * 5, "It fell again.", "Nobody was hurt."]
    assert told(one(raw("\r\n".join(long)))) == [line.strip() for line in long]
    assert one(raw("Yes: 3\r\nNo: 4\r\n")).text == "Yes: 3\nNo: 4"


def test_the_plain_part_goes_before_the_html_and_html_is_read_where_it_is_alone() -> None:
    both = EmailMessage()
    both.set_content("It rained.")
    both.add_alternative("<p>It <b>poured</b>.</p><p>Again.</p>", subtype="html")
    assert one(HEADERS.encode() + bytes(both)).text == "It rained."
    only = raw("<p>It <b>poured</b>.</p><p>Again.</p><script>no()</script>", kind="Content-Type: text/html\r\n\r\n")
    assert told(one(only)) == ["It poured.", "Again."]


def test_attachments_go_on_and_pictures_do_not() -> None:
    message = EmailMessage()
    message.set_content("See what is attached.")
    message.add_attachment(b"{}", maintype="application", subtype="json", filename="../../etc/item.json")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    inner = EmailMessage()
    inner["From"], inner["Message-ID"] = "b@gull.example", "<2@gull.example>"
    inner.set_content("Inside.")
    message.add_attachment(inner)
    article, item, forwarded = all_of(HEADERS.encode() + bytes(message))
    assert isinstance(article, Article)
    assert article.text == "See what is attached."
    assert isinstance(item, Piece)
    assert (item.data, item.name, item.media) == (b"{}", "1@gull.example/item.json", "application/json")
    assert isinstance(forwarded, Piece)
    assert b"Inside." in forwarded.data


def test_what_is_attached_is_not_lost_to_a_body_that_cannot_be_read() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "wire@orl.example", "desk@orl.example", "Kill"
    message.set_content("<b>" * 30_000, subtype="html")
    message.add_attachment(b"{}", maintype="application", subtype="json", filename="item.json")
    refused, attached = all_of(message.as_bytes())
    assert isinstance(refused, UnreadableInput)
    assert "tags" in refused.reason
    assert isinstance(attached, Piece)


def test_what_is_attached_is_read_by_its_own_reader(tmp_path: Path) -> None:
    message = EmailMessage()
    message.set_content("")
    message.add_attachment(
        b'{"uri": "urn:a", "body_text": "It rained."}', maintype="application", subtype="octet-stream"
    )
    (tmp_path / "a").write_bytes(HEADERS.encode() + bytes(message))
    (found,) = read(tmp_path / "a")
    assert isinstance(found, Article)
    assert (found.id, found.text) == ("urn:a", "It rained.")


FORM = {
    "Headline": ["Ferry is late"],
    "Body": [
        "It rained. \nThe river rose and rose, and those who live by it say that it has never been so high in May, "
        "or in any other month.\nYes."
    ],
    "Dateline": ["VELMORA", ""],
    "Byline": [""],
    "Category": ["NEWS"],
    "Slugline": ["Ferry"],
    "Legal flag": ["LEGAL"],
    "Timestamp": ["5/5/2026 14:11:44"],
    "News Value": [1],
}


def test_a_form_is_read_by_its_fields() -> None:
    found = one(raw(json.dumps(FORM).replace("14:11", "\r\n14:11")))
    assert (found.headline, found.slug, found.section, found.byline) == ("Ferry is late", "Ferry", "NEWS", None)
    assert told(found)[0] == "It rained."
    assert found.note == "Legal flag: LEGAL"
    assert found.dateline
    assert found.dateline.place == "VELMORA"
    assert not found.held


def test_an_embargo_in_a_form_or_on_top_of_a_mail_holds() -> None:
    assert one(raw(json.dumps(FORM | {"Embargo": ["Sunday"]}))).held
    until = one(raw(json.dumps(FORM | {"Embargo until": ["2026-05-06T10:00:00+02:00"]}))).embargoed_until
    assert until == datetime(2026, 5, 6, 8, tzinfo=UTC)
    assert one(raw(subject="EMBARGOED until Sunday: Ferry report")).held
    assert one(raw("STRICTLY EMBARGOED: 0001 Sunday\r\n\r\nIt rained.")).held
    assert not one(raw(subject="Embargo on ferries ends")).held


def test_json_that_is_no_form_goes_on_and_braces_alone_are_copy() -> None:
    (found,) = all_of(raw('{"uri": "urn:a"}'))
    assert isinstance(found, Piece)
    assert found.media == "application/json"
    assert one(raw("{Exclusive} It rained. {Ends}")).text == "{Exclusive} It rained. {Ends}"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"It rained.",
        b"Subject: Rain\n\nIt rained.",
        b"To: all\nFrom: me\n\nIt rained.",
        b"From: here to there, a story",
    ],
)
def test_copy_that_only_looks_like_a_mail_is_none(data: bytes) -> None:
    assert not mail.is_message(data)


def nested(depth: int) -> bytes:
    opened = "".join(f"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n" for i in range(depth))
    return (HEADERS + opened + PLAIN + "It rained.").encode()


def forwarded(depth: int) -> bytes:
    return (HEADERS + "Content-Type: message/rfc822\r\n\r\n" * depth + PLAIN + "It rained.").encode()


@pytest.mark.parametrize("bomb", [nested(5000), forwarded(5000), nested(101)], ids=["parts", "forwards", "just over"])
def test_a_mail_of_parts_without_end_is_refused(bomb: bytes) -> None:
    (found,) = all_of(bomb)
    assert isinstance(found, UnreadableInput)
    assert "parts within parts" in found.reason


def test_a_mail_that_is_nested_a_little_is_read() -> None:
    assert one(nested(20)).text == "It rained."
    (inner,) = all_of(forwarded(2))
    assert isinstance(inner, Piece)


@pytest.mark.parametrize(
    "body",
    ["a" * 5_100_000, "a \r\n" * 400_000, "\r\n" * 2_000_000, "<p>" * 30_000, "It r\0ained.", ""],
    ids=lambda body: repr(body[:6]),
)
def test_bodies_that_no_story_has_end_in_an_answer(body: str) -> None:
    for kind in ("text/plain; format=flowed", "text/html"):
        (found,) = all_of(raw(body, kind=f"Content-Type: {kind}\r\n\r\n"))
        assert isinstance(found, Article | UnreadableInput)


@pytest.mark.parametrize(
    "headers",
    [
        "Date: never\r\n",
        "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: nonsense\r\n",
        "Content-Disposition: attachment; filename*=utf-8''%00%ff\r\n",
        "References: " + "<" * 5000 + "\r\n",
        "Sender: =?utf-8?B?////?=\r\n",
    ],
)
def test_odd_headers_end_in_an_answer(headers: str) -> None:
    assert all_of(raw(headers=headers))


@given(st.binary(max_size=300))
def test_any_bytes_after_the_first_headers_end_in_an_answer(noise: bytes) -> None:
    assert all(isinstance(found, Article | UnreadableInput | Piece) for found in all_of(HEADERS.encode() + noise))


def test_the_real_mails_are_read_as_their_makers_expect() -> None:
    folder = SHARED / "newsroom" / "samples"
    if not folder.exists():
        message = f"the real samples are missing: put them at {folder}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    rows = map(json.loads, (folder / "MANIFEST.jsonl").read_text("utf-8").splitlines())
    for row in (row for row in rows if row["format"] == "email"):
        data = (folder / row["path"]).read_bytes()
        assert mail.is_message(data)
        found = one(data)
        assert found.headline == row["expected"].get("headline", found.headline)
        assert "<" not in found.text
        if place := row["expected"].get("dateline"):
            assert found.dateline
            assert found.dateline.place == place.partition(",")[0]
