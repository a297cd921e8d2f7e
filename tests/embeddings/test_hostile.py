"""Input that is made to do harm is refused with a reason, in bounded memory, and leaves the archive as it was.

``docs/hostile.md`` says what is refused and where the bounds are.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from typer.testing import CliRunner

from bot.blocks.answers import answer_message
from bot.blocks.parts import plain
from bot.slack.plain import plain as shown
from bot.talk import Ask
from embeddings import Settings, open_archive
from embeddings.archive import Archive
from embeddings.cli import app
from embeddings.decoding import MAX_TEXT
from embeddings.drafts import Draft, article_of
from embeddings.errors import UnreadableInput
from embeddings.lifecycle import Outcome
from embeddings.news import Article, Found
from embeddings.readers import formats, read
from tests.bot.checkers import wrong_with
from tests.bot.invented import ALONE
from tests.bot.reading import all_text, markups
from tests.embeddings import hostile
from tests.embeddings.sound import readings
from tests.embeddings.test_readers_dispatch import FORMATS
from tests.embeddings.writer_process import archive_in
from tests.fakes import NOON

ROOT = Path(__file__).parents[2]
MOST_MEMORY = 1_500
"""Megabytes that reading anything may take, with the interpreter and its libraries."""
SMALL = dict(hostile.small_files())
SCRIPT = "<script>alert(1)</script> <!channel> <@U123> <https://evil.example|Bank> & *x* `y`"
WORDS = "The river Orl rose by a metre overnight, and the lower bridge was closed."


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("large")
    hostile.large_files(folder)
    yield folder
    for file in folder.iterdir():
        file.unlink()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with archive_in(tmp_path / "archive", lambda: NOON, writing=True) as opened:
        yield opened


@pytest.mark.parametrize("form", FORMATS)
def test_an_ordinary_reading_is_sound(form: str) -> None:
    assert [type(found) for found in readings(FORMATS[form][0])] == [Article]


@pytest.mark.parametrize("name", SMALL)
def test_what_is_made_to_do_harm_is_refused_in_one_line(name: str) -> None:
    found = readings(SMALL[name])
    assert found
    assert all(isinstance(one, UnreadableInput) for one in found), found


def test_nothing_is_written_beside_an_archive_that_is_read(tmp_path: Path) -> None:
    inside = tmp_path / "in" / "side"
    inside.mkdir(parents=True)
    for name in ("up.tar", "links.tar"):
        (inside / name).write_bytes(SMALL[name])
        assert all(isinstance(one, UnreadableInput) for one in read(inside / name))
    assert {file.name for file in tmp_path.rglob("*") if file.is_file()} == {"up.tar", "links.tar"}
    assert not Path(hostile.ABSOLUTE).exists()


@pytest.mark.parametrize(
    "document",
    [
        hostile.nitf('<!DOCTYPE nitf SYSTEM "file:///etc/passwd">', WORDS),
        hostile.nitf('<?xml-stylesheet href="file:///etc/passwd"?>', WORDS),
        hostile.nitf(
            "", f'{WORDS}<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
        ),
    ],
    ids=["DTD elsewhere", "stylesheet", "XInclude"],
)
def test_nothing_is_fetched_for_a_document(document: bytes) -> None:
    (found,) = readings(document)
    assert isinstance(found, Article)
    assert found.text == WORDS


def test_levels_of_html_end_in_words_or_in_a_refusal() -> None:
    levels = b"<div>" * 100_000 + WORDS.encode() + b"</div>" * 100_000
    (page,) = readings(b"<html><body>" + levels)
    assert isinstance(page, UnreadableInput)
    body = json.dumps({"uri": "a", "headline": "Rain", "body_xhtml": levels.decode()})
    (record,) = readings(body.encode())
    assert isinstance(record, UnreadableInput)
    tags = b"<html><body><p " + b" ".join(b"a%d" % i for i in range(100_000)) + b">" + WORDS.encode()
    readings(tags)


def test_utf_7_is_not_markup() -> None:
    printed = "+ADw-script+AD4-alert(1)+ADw-/script+AD4- It rained."
    (found,) = readings(printed.encode())
    assert isinstance(found, Article)
    assert found.text == printed


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("content", [WORDS, FORMATS["nitf"][0].decode(), FORMATS["ninjs"][0].decode()])
def test_utf_16_without_its_mark_is_read_rightly_or_not_at_all(content: str, encoding: str) -> None:
    for found in readings(content.encode(encoding)):
        assert isinstance(found, UnreadableInput) or (isinstance(found, Article) and WORDS in found.text)


def hostile_articles() -> Iterator[tuple[str, bytes]]:
    """The same hostile headline and byline in every format that has them."""
    words = escape(SCRIPT)
    yield "nitf", FORMATS["nitf"][0].decode().replace("Orl rises", words).encode()
    yield "newsml-g2", FORMATS["newsml-g2"][0].decode().replace("Orl rises", words).encode()
    yield "newsml-1", FORMATS["newsml-1"][0].decode().replace("Orl rises", words).encode()
    yield "html", FORMATS["html"][0].decode().replace("Orl rises", escape(SCRIPT, {'"': "&quot;"})).encode()
    yield "rss", FORMATS["rss"][0].decode().replace("Orl rises", escape(words)).encode()
    yield "mail", FORMATS["mail"][0].decode().replace("Orl rises", SCRIPT).encode()
    yield "ninjs", json.dumps({"uri": "a", "headline": SCRIPT, "byline": SCRIPT, "body_text": WORDS}).encode()
    record = {"id": "a", "title": SCRIPT, "author": SCRIPT, "source": SCRIPT, "note": SCRIPT, "rights": SCRIPT}
    yield "record", json.dumps(record | {"carriers": [SCRIPT], "text": f"{WORDS} {SCRIPT}"}).encode()


@pytest.mark.parametrize(
    ("form", "content"), list(hostile_articles()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_script_in_a_headline_is_words_in_slack(archive: Archive, form: str, content: bytes) -> None:
    (found,) = readings(content)
    assert isinstance(found, Article), found
    assert found.headline
    archive.ingest([found])
    answer = archive.ask("Which bridge on the Orl was closed?")
    assert isinstance(answer, Found)
    message = answer_message(Ask(question="Which bridge?"), answer, frame=ALONE)
    assert wrong_with(message) == []
    for markup in (message.text, *markups(message.blocks)):
        assert not any(sign in markup for sign in ("<!channel", "<@U", "<script", "<https://evil"))
    assert "∗x∗ ˋyˋ" in all_text(message.blocks)


def test_slack_shows_a_hostile_headline_as_it_is_printed() -> None:
    sent = plain(SCRIPT, 1_000)
    assert "<" not in sent
    assert shown(sent) == SCRIPT.replace("*", "∗").replace("`", "ˋ")


APART = """
import json, resource, sys
from pathlib import Path


def peak():
    # What a process has used counts what its parent held when it made it; the mark of its memory does not.
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


from tests.embeddings.writer_process import archive_in
from tests.fakes import NOON

with archive_in(Path(sys.argv[1]), lambda: NOON, writing=True) as archive:
    before = archive.status()
    for file in sorted(Path(sys.argv[2]).iterdir()):
        receipt = archive.ingest([file])
        told = {
            "file": file.name,
            "read": receipt.read,
            "rejected": receipt.rejected,
            "reasons": sorted({one.reason for one in receipt.incidents}),
            "megabytes": peak() / 1024,
            "unchanged": archive.status() == before,
        }
        print(json.dumps(told))
"""


def test_files_of_any_size_are_refused_in_bounded_memory(large: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", APART, str(tmp_path / "archive"), str(large)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["file"] for one in told] == sorted(file.name for file in large.iterdir())
    for one in told:
        assert one["read"] == one["rejected"] > 0, one
        assert one["reasons"], one
        assert one["unchanged"], one
        assert one["megabytes"] < MOST_MEMORY, one


def test_the_command_says_what_it_refused_and_ends_with_3(
    large: Path, tmp_path: Path, cache: Path, real_settings: Callable[[Path], Settings]
) -> None:
    story = tmp_path / "story.txt"
    story.write_text(WORDS, encoding="utf-8")
    with open_archive(real_settings(tmp_path / "archive"), writing=True) as opened:
        opened.ingest([story])
        before = opened.status()
    refused = tmp_path / "refused"
    refused.mkdir()
    for name, content in SMALL.items():
        (refused / name).write_bytes(content)
    sources = [refused, large / "flat.zip", large / "holes.txt", large / "page.html"]
    environ = {"ONRECORD_CACHE": str(cache), "ONRECORD_ARCHIVE": str(tmp_path / "archive"), "ONRECORD_QUOTES": "off"}
    done = CliRunner().invoke(app, ["ingest", "--json", *map(str, sources)], env=environ)
    assert done.exit_code == 3, done.output
    receipt = json.loads(done.stdout)
    assert len(receipt["incidents"]) >= len(SMALL)
    assert all(one["outcome"] == Outcome.REJECTED and one["reason"] for one in receipt["incidents"])
    with open_archive(real_settings(tmp_path / "archive")) as opened:
        assert opened.status() == before


RIGHT_TO_LEFT = (
    "\u202eOrl\u202c \u200b\u200d\ufeff נהר עלה \U0001f469\u200d\U0001f52c\U0001f1eb\U0001f1f7 e\u0301 closed."
)
AWKWARD = {
    "one paragraph": f"The bridge over the Orl was closed{' ' + 'x' * 39}. " * (MAX_TEXT // 76),
    "one word": "x" * 1_000_000,
    "many paragraphs": "\n\n".join(f"Orl {i}" for i in range(30_000)),
    "letters": "\n\n".join("Orl bridge"[i % 10] for i in range(10_000)) + "\n\nThe bridge",
    "blanks": f"The bridge{' ' * 1_000_000}closed.{chr(10) * 1_000_000}It rained.",
    "right to left": "\n\n".join([RIGHT_TO_LEFT] * 5),
    "unseen": "\u200b" * 100_000 + "bridge",
    "marks": '"' * 100_000 + " bridge",
}


@pytest.mark.parametrize("kind", AWKWARD)
def test_awkward_words_are_kept_found_and_shown_exactly(archive: Archive, kind: str) -> None:
    headline = ("The bridge \u202e<b> " * 60_000).strip() if kind == "right to left" else None
    one = article_of(Draft(id="a", text=AWKWARD[kind], place="the test", headline=headline))
    assert archive.ingest([one]).outcomes == {Outcome.NEW: 1}
    kept = archive.article("a")
    assert (kept.text, kept.paragraphs, kept.headline) == (one.text, one.paragraphs, one.headline)
    answer = archive.ask("Was the bridge on the Orl closed?")
    passages = answer.passages if isinstance(answer, Found) else answer.near_misses
    assert passages
    for passage in passages:
        assert passage.paragraph in one.paragraphs
        assert passage.text == one.text[passage.paragraph.start : passage.paragraph.end]
        assert all(passage.paragraph.start <= mark.start < mark.end <= passage.paragraph.end for mark in passage.marks)
    assert wrong_with(answer_message(Ask(question="Was the bridge closed?"), answer, frame=ALONE)) == []


# What fuzzing and these files found, each as small as it can be.


def test_an_address_with_signs_that_no_address_has_is_left_out() -> None:
    for sign in ("\0", "\x1b", "\ud800", "\n"):
        draft = Draft(id="a", text=WORDS, place="the test", url=f"https://orl.example/{sign}1")
        assert article_of(draft).url is None


@pytest.mark.parametrize("day", ["Sept. 45", "99 September", "ſept. 24", "24 aprıl", "Sept. 0", "September 24 0000"])
def test_a_dateline_with_a_day_that_is_none_is_text(day: str) -> None:
    for dateline in (f"VELMORA, {day} (SRN) -- ", f"VELMORA {day} (SRN) - ", f"{day} (SRN) -- "):
        (found,) = readings(f"date 2026-09-24\n\n{dateline}{WORDS}".encode())
        assert isinstance(found, Article)
        assert WORDS in found.text
        assert found.published


def test_half_a_character_in_a_forms_dateline_is_refused() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@orl.example", "b@orl.example", "Rain"
    message["Message-ID"] = "<1@orl.example>"
    message.set_content(json.dumps({"headline": ["Rain"], "body": [WORDS], "dateline": ["Velmora\ud800"]}))
    (found,) = readings(message.as_bytes())
    assert isinstance(found, UnreadableInput)
    assert "half a character" in found.reason


def test_headers_that_take_their_parser_minutes_are_refused() -> None:
    part = b"--x\r\nContent-Disposition: attachment; filename=" + b'"' * 1_900 + b"\r\n\r\nrain\r\n"
    for content in (
        hostile.MAIL + b"Date: " + b'"' * 5_000 + b"\r\n\r\nIt rained.",
        hostile.MAIL + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 1_000 + b"--x--",
        hostile.MAIL.replace(b"Rain", b"Rain\r\n " * 1_000) + b"\r\nIt rained.",
        hostile.MAIL + b"X-Desk: a\rDate: " + b"." * 5_000 + b"\r\n\r\nIt rained.",
    ):
        (found,) = readings(content)
        assert isinstance(found, UnreadableInput)
        assert "headers of over" in found.reason


def test_a_feeds_own_element_may_bear_the_parsers_name_for_a_field() -> None:
    item = f"<item><links>x</links><title>Orl rises</title><description>{WORDS}</description></item>"
    (found,) = readings(f'<rss version="2.0"><channel><title>Orl Post</title>{item}</channel></rss>'.encode())
    assert isinstance(found, UnreadableInput)


def test_a_document_that_is_cut_off_is_no_copy() -> None:
    whole = FORMATS["newsml-g2"][0]
    for length in (len(whole) // 4, len(whole) // 2, len(whole) - 5):
        (found,) = readings(whole[:length])
        assert isinstance(found, UnreadableInput), found


def test_a_large_json_value_is_refused_and_lines_are_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_JSON", 1_000)
    (refused,) = read(io.BytesIO(json.dumps([{"id": "a", "text": WORDS}] * 20, indent=1).encode()))
    assert isinstance(refused, UnreadableInput)
    assert "JSON lines" in refused.reason
    lines = b'{"id": broken\n' + b"".join(b'{"id": "%d", "text": "It rained."}\n' % i for i in range(50))
    found = list(read(io.BytesIO(lines)))
    assert [type(one) for one in found] == [UnreadableInput] + [Article] * 50


def test_times_are_told_in_any_zone_there_is(archive: Archive) -> None:
    for said in (datetime.min, datetime.max):
        content = json.dumps({"id": str(said.year), "text": WORDS, "published": f"{said.isoformat()}+14:00"})
        for found in readings(content.encode()):
            archive.ingest([found])
