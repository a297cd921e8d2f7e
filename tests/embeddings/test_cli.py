"""The command as it is typed: exit statuses, JSON for programs, advice instead of tracebacks."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from embeddings import Settings, open_archive
from embeddings.cli import app
from embeddings.inlets.feeds import feeds_in
from embeddings.lifecycle import Outcome
from embeddings.news import Article, Concern, Extraction, Hop, Kind, Nature, Role
from embeddings.store.embedded import LOCK
from tests.fakes import article, named, quotation

ROOT = Path(__file__).parents[2]
PARAGRAPHS = [
    "A gantry crane fell on the quay of Pier Seven on Wednesday, the fire service said.",
    "Two dockers were killed and eleven people were injured.",
    "“It went over like a tired man sitting down,” said a lashing worker.",
    "The other cranes on the pier were switched off.",
    "The freighter was towed to a berth in the outer harbour.",
    "The harbour minister was on her way to the port.",
    "The union called a meeting for the evening.",
    "Gusts of twenty-three metres a second had been measured.",
    "The operator of the pier spoke of a dark day.",
    "The police sealed the terminal until further notice.",
    "The inquiry may take until spring.",
    "School children left flowers at the gate.",
]
CRANE = {
    "id": "crane",
    "title": "Crane falls on Pier Seven",
    "source": "Harbour Ledger",
    "author": "Imke Tarrow",
    "published": "2026-09-16",
    "url": "https://ledger.example/crane",
    "language": "en",
    "version": 2,
    "text": "\n\n".join(PARAGRAPHS),
}
BANK = "date 2026-09-24\n\nPORT AVEREL, Sept. 24 (SRN) -- The central bank raised its rate to four percent, it said.\n"
QUESTION = "How many people were injured when the crane fell?"


class Command:
    """The command over one archive, in surroundings of its own."""

    def __init__(self, archive: Path, cache: Path) -> None:
        self.archive = archive
        self.environ = {
            "ONRECORD_ARCHIVE": str(archive),
            "ONRECORD_CACHE": str(cache),
            "ONRECORD_ENCODER": "onnx-int8",
            "ONRECORD_MODEL": "",
            "ONRECORD_THREADS": "2",
            "ONRECORD_THRESHOLD": "0",
            "ONRECORD_QUOTES": "rules",
            "COLUMNS": "200",
        }

    def __call__(self, *arguments: object, stdin: str | None = None, **environ: str) -> Result:
        result = CliRunner().invoke(app, [*map(str, arguments)], input=stdin, env=self.environ | environ)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def told(result: Result) -> str:
    """What was said on the side, without line breaks."""
    return " ".join(result.stderr.split())


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory, real_settings: Callable[[Path], Settings]) -> Path:
    """Two articles on file: one with all its metadata, one with a dateline and nothing else."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "crane.json").write_text(json.dumps(CRANE), encoding="utf-8")
    (folder / "bank.txt").write_text(BANK, encoding="utf-8")
    with open_archive(real_settings(folder / "archive"), writing=True) as opened:
        opened.ingest([folder / "crane.json", folder / "bank.txt"])
    return folder / "archive"


@pytest.fixture
def onrecord(archive: Path, cache: Path) -> Command:
    return Command(archive, cache)


@pytest.fixture
def elsewhere(tmp_path: Path, cache: Path) -> Command:
    """The command over an archive that is not there yet."""
    return Command(tmp_path / "archive", cache)


# Asking.


def test_an_answer_is_the_words_with_their_source(onrecord: Command) -> None:
    result = onrecord("ask", QUESTION)
    assert result.exit_code == 0
    assert PARAGRAPHS[1] in result.stdout
    source = next(line for line in result.stdout.splitlines() if "paragraph 2" in line)
    assert source.strip() == (
        "Crane falls on Pier Seven · Harbour Ledger · 16 September 2026 · Imke Tarrow · paragraph 2 · "
        "https://ledger.example/crane · [crane]"
    )
    assert "Searched 2 articles from Harbour Ledger, SRN, 16 September 2026 to 24 September 2026." in result.stdout


def test_without_headline_and_address_the_dateline_stands_for_the_source(onrecord: Command) -> None:
    result = onrecord("ask", "What did the central bank do to its rate?", "--outlet", "SRN")
    assert result.exit_code == 0
    source = next(line for line in result.stdout.splitlines() if "paragraph 1" in line)
    assert source.strip() == "PORT AVEREL, Sept. 24 (SRN) · SRN · 24 September 2026 · paragraph 1 · [bank.txt]"
    assert "None" not in result.stdout

    shown = onrecord("show", "bank.txt")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("outlet:")
    assert "None" not in shown.stdout


def test_an_answer_for_a_program(onrecord: Command) -> None:
    result = onrecord("ask", QUESTION, "--json", "--limit", 2)
    answer = json.loads(result.stdout)
    assert set(answer) == {"answered", "confidence", "passages", "near_misses", "searched"}
    assert (answer["answered"], answer["near_misses"], len(answer["passages"])) == (True, [], 2)
    assert 0 < answer["confidence"] < 1
    assert answer["searched"] == {
        "articles": 2,
        "outlets": {"Harbour Ledger": 1, "SRN": 1},
        "first": "2026-09-16",
        "last": "2026-09-24",
    }
    best = next(p for p in answer["passages"] if p["paragraph"] == 2)
    assert best["text"] == CRANE["text"][best["start"] : best["end"]] == PARAGRAPHS[1]  # type: ignore[index]
    assert best["marks"] == [[best["start"], best["end"]]]
    assert {
        key: best[key] for key in ("article_id", "version", "headline", "byline", "outlet", "published", "url")
    } == {
        "article_id": "crane",
        "version": 2,
        "headline": "Crane falls on Pier Seven",
        "byline": "Imke Tarrow",
        "outlet": "Harbour Ledger",
        "published": "2026-09-16",
        "url": "https://ledger.example/crane",
    }
    assert best["chain"] == [{"party": "Harbour Ledger", "role": "outlet", "proof": None, "field": "outlet"}]
    assert best["also"] == []


def test_nothing_on_file_is_a_status_of_its_own_and_near_misses_are_shown_on_demand(onrecord: Command) -> None:
    plain = onrecord("ask", QUESTION, ONRECORD_THRESHOLD="1")
    assert plain.exit_code == 1
    assert "Not on file." in plain.stdout
    assert "Searched 2 articles" in plain.stdout
    assert PARAGRAPHS[1] not in plain.stdout

    near = onrecord("ask", QUESTION, "--near", ONRECORD_THRESHOLD="1")
    assert near.exit_code == 1
    assert "these are not answers" in near.stdout
    assert PARAGRAPHS[1] in near.stdout

    record = json.loads(onrecord("ask", QUESTION, "--json", ONRECORD_THRESHOLD="1").stdout)
    assert (record["answered"], record["passages"]) == (False, [])
    assert PARAGRAPHS[1] in [passage["text"] for passage in record["near_misses"]]


def test_filters_reach_the_search(onrecord: Command) -> None:
    def ids(*options: str) -> set[str]:
        record = json.loads(onrecord("ask", QUESTION, "--json", "--limit", 30, *options).stdout)
        return {passage["article_id"] for passage in record["passages"]}

    assert ids() == {"crane", "bank.txt"}
    assert ids("--outlet", "SRN") == ids("--since", "2026-09-17") == {"bank.txt"}
    assert ids("--before", "2026-09-17") == ids("--language", "en") == {"crane"}
    assert ids("--section", "Sport") == set()


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 10_000, "word " * 2_000, "caf\udce9 what"])
def test_a_question_that_cannot_be_asked_is_wrong_usage(onrecord: Command, question: str) -> None:
    result = onrecord("ask", question)
    assert result.exit_code == 2
    assert told(result).startswith("onrecord: ")
    assert result.stdout == ""


def test_no_question_at_all_is_wrong_usage(onrecord: Command) -> None:
    result = onrecord("ask")
    assert (result.exit_code, "There is no question" in told(result)) == (2, True)


@pytest.mark.parametrize("options", [["--limit", "0"], ["--since", "soon"], ["--asked", "2026-13-01"], ["--no-such"]])
def test_an_option_that_cannot_be_is_wrong_usage(onrecord: Command, options: list[str]) -> None:
    assert onrecord("ask", QUESTION, *options).exit_code == 2


# Many questions.

BATCH = [
    {"id": "z", "query": QUESTION},
    {"id": "a", "query": "What did the central bank do?", "asked": "2026-10-01"},
    {"id": 7, "query": "Who left flowers?", "asked": "2026-10-01T09:00:00Z"},
]


@pytest.mark.parametrize(("threshold", "abstained"), [("0", False), ("1", True)])
@pytest.mark.parametrize("way", ["file", "stdin"])
def test_a_batch_keeps_its_order_and_gives_ten_passages(
    onrecord: Command, tmp_path: Path, way: str, threshold: str, abstained: bool
) -> None:
    text = "\n\n".join(json.dumps(query) for query in BATCH)
    questions = tmp_path / "questions.jsonl"
    questions.write_text(text, encoding="utf-8")
    given, stdin = (questions, None) if way == "file" else ("-", text)
    result = onrecord("ask", "--batch", given, stdin=stdin, ONRECORD_THRESHOLD=threshold)
    assert result.exit_code == 0
    found = lines(result.stdout)
    assert [line["query_id"] for line in found] == ["z", "a", "7"]
    assert [(line["abstained"], len(line["passages"])) for line in found] == [(abstained, 10)] * 3
    assert set(found[0]) == {"query_id", "abstained", "confidence", "passages"}


def test_a_question_that_cannot_be_asked_does_not_stop_a_batch(onrecord: Command) -> None:
    stdin = "\n".join(json.dumps(query) for query in ({"id": "1", "query": "?"}, BATCH[0]))
    first, second = lines(onrecord("ask", "--batch", "-", stdin=stdin).stdout)
    assert (first["query_id"], first["abstained"], first["passages"]) == ("1", True, [])
    assert "ask one" in first["error"]
    assert len(second["passages"]) == 10


@pytest.mark.parametrize(
    "bad",
    ["{", "[]", "5", '{"id": "1"}', '{"query": "Who?"}', '{"id": "1", "query": "Who?", "asked": 5}', "[" * 10_000],
)
def test_a_malformed_line_is_named(onrecord: Command, bad: str) -> None:
    result = onrecord("ask", "--batch", "-", stdin=f"{json.dumps(BATCH[0])}\n{bad}\n")
    assert result.exit_code == 2
    assert [line["query_id"] for line in lines(result.stdout)] == ["z"]
    assert "line 2 is no question" in told(result)


def test_a_file_of_questions_that_cannot_be_read(onrecord: Command, tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "1", "query": "caf\xe9"}')
    for name in ("missing.jsonl", "latin.jsonl", "."):
        result = onrecord("ask", "--batch", tmp_path / name)
        assert (result.exit_code, "cannot read the questions" in told(result)) == (2, True)


# Looking.


def test_show_prints_an_article_with_its_paragraphs_numbered(onrecord: Command) -> None:
    result = onrecord("show", "crane")
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if line.startswith("  2  ")] == [f"  2  {PARAGRAPHS[1]}"]
    record = json.loads(onrecord("show", "crane", "--version", 2, "--json").stdout)
    assert (record["id"], record["text"], record["status"]) == ("crane", CRANE["text"], "usable")
    assert [record["text"][p["start"] : p["end"]] for p in record["paragraphs"]] == PARAGRAPHS


def test_show_lists_what_is_quoted_in_the_article(talking: Command) -> None:
    lines = [line.rstrip() for line in talking("show", "pier").stdout.splitlines()]
    assert lines[lines.index("4 quotations:") :] == [
        "4 quotations:",
        "",
        "▎ The pier will close, … and so will the quay",
        "  Olena Marsh · direct · paragraph 1",
        "",
        "▎ was not at all sorry",
        "  Meridian Agency’s words about Olena Marsh (“She”) · indirect · paragraph 2",
        "  came through Meridian Agency, Harbour Ledger",
        "",
        "▎ nobody had asked him",
        "  Piet Okoro · indirect · unsure · paragraph 3",
        "",
        "▎ they would vote against it",
        "  Olena Petrov and Piet Okoro · indirect · paragraph 4",
    ]
    record = json.loads(talking("show", "pier", "--json").stdout)
    assert [one["texts"][0] for one in record["quotations"]] == [
        "The pier will close,",
        SORRY,
        "nobody had asked him",
        "they would vote against it",
    ]
    assert [one["paragraph"] for one in record["quotations"]] == [1, 2, 3, 4]
    assert record["text"][slice(*record["quotations"][1]["speakers"][0]["mention"])] == "She"


def test_an_answer_for_a_program_has_the_quotations_of_each_passage(talking: Command) -> None:
    record = json.loads(talking("ask", "Was Olena Marsh not at all sorry?", "--json").stdout)
    said = {passage["article_id"] + str(passage["paragraph"]): passage["quotations"] for passage in record["passages"]}
    assert [one["texts"] for one in said["pier2"]] == [[SORRY]]
    assert [hop["party"] for hop in said["pier2"][0]["chain"]] == ["Meridian Agency", "Harbour Ledger"]
    assert [one["texts"] for one in said["rain1"]] == [["Rain"]]


@pytest.mark.parametrize("arguments", [["nobody"], ["crane", "--version", "9"]])
def test_an_unknown_article_is_named(onrecord: Command, arguments: list[str]) -> None:
    result = onrecord("show", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"No article {arguments[0]!r}" in told(result)


def test_status_says_what_is_on_file(onrecord: Command) -> None:
    record = json.loads(onrecord("status", "--json").stdout)
    assert (record["articles"], record["versions"], record["withdrawn"]) == (2, 2, 0)
    assert (record["paragraphs"], record["vectors"], record["dimension"]) == (13, 13, 384)
    assert record["encoder"].endswith("/mean/int8")
    assert record["open_to_all"]["articles"] == 2
    printed = onrecord("status")
    assert printed.exit_code == 0
    assert "2 articles in 2 versions" in printed.stdout


def test_status_says_how_fresh_the_archive_is(onrecord: Command) -> None:
    record = json.loads(onrecord("status", "--json").stdout)
    moment = datetime.fromisoformat(record["last_ingest"])
    assert moment.tzinfo is not None
    assert record["sources"] == {"Harbour Ledger": record["last_ingest"], "SRN": record["last_ingest"]}
    printed = onrecord("status").stdout
    assert f"last ingest: {moment.isoformat(timespec='seconds')}" in printed
    assert f"{moment.isoformat(timespec='seconds')}  SRN" in printed


# Taking in.


def test_ingest_says_what_became_of_each_input(elsewhere: Command, tmp_path: Path) -> None:
    good, bad = tmp_path / "bank.txt", tmp_path / "empty.txt"
    good.write_text(BANK, encoding="utf-8")
    assert elsewhere("ingest", good).exit_code == 0
    bad.touch()
    result = elsewhere("ingest", good, bad)
    assert result.exit_code == 3
    assert "2 articles read: 1 unchanged, 1 rejected." in result.stdout
    assert "empty.txt" in result.stdout
    record = json.loads(elsewhere("ingest", bad, "--json").stdout)
    assert record["outcomes"] == {"rejected": 1}
    assert record["pace"]["texts"] == {"encoded": 0, "taken": 0}
    assert [(i["place"], i["article_id"], i["outcome"]) for i in record["incidents"]] == [(str(bad), None, "rejected")]


def test_input_that_is_not_there_is_wrong_usage_and_makes_no_archive(elsewhere: Command, tmp_path: Path) -> None:
    assert elsewhere("ingest", tmp_path / "missing").exit_code == 2
    assert not elsewhere.archive.exists()


# What needs mending.


@pytest.mark.parametrize("arguments", [["ask", "Who?"], ["status"], ["show", "a"], ["ask", "--batch", "-"]])
def test_a_missing_archive_says_how_to_make_one(elsewhere: Command, arguments: list[str]) -> None:
    result = elsewhere(*arguments)
    assert result.exit_code == 4
    assert "onrecord ingest" in told(result)
    assert not elsewhere.archive.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ONRECORD_ENCODER", "fast"),
        ("ONRECORD_THREADS", "0"),
        ("ONRECORD_PROCESSES", "many"),
        ("ONRECORD_THRESHOLD", "2"),
        ("ONRECORD_QUOTES", "loud"),
    ],
)
def test_a_setting_that_cannot_be_is_named(onrecord: Command, name: str, value: str) -> None:
    result = onrecord("status", **{name: value})
    assert result.exit_code == 4
    assert f"{name}={value}" in told(result)


def test_another_encoder_is_refused_until_the_archive_is_reindexed(elsewhere: Command, tmp_path: Path) -> None:
    (tmp_path / "bank.txt").write_text(BANK, encoding="utf-8")
    assert elsewhere("ingest", tmp_path / "bank.txt").exit_code == 0
    elsewhere.environ["ONRECORD_ENCODER"] = "onnx-fp32"
    for arguments in (["ask", "Who raised the rate?"], ["ingest", tmp_path / "bank.txt"]):
        refused = elsewhere(*arguments)
        assert (refused.exit_code, "onrecord reindex" in told(refused)) == (4, True)

    mended = elsewhere("reindex")
    assert (mended.exit_code, mended.stdout.strip()) == (0, "1 article encoded anew.")
    assert elsewhere("ask", "Who raised the rate?").exit_code == 0
    assert json.loads(elsewhere("status", "--json").stdout)["encoder"].endswith("/mean/fp32")
    assert elsewhere("ask", "Who?", ONRECORD_ENCODER="onnx-int8").exit_code == 4


HOLDER = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_while_somebody_else_writes_one_can_ask_but_not_write(onrecord: Command, tmp_path: Path) -> None:
    (tmp_path / "bank.txt").write_text(BANK, encoding="utf-8")
    command = [sys.executable, "-c", HOLDER, str(onrecord.archive / LOCK)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        try:
            for arguments in (["ingest", tmp_path / "bank.txt"], ["reindex"]):
                refused = onrecord(*arguments)
                assert (refused.exit_code, "somebody else has been writing" in told(refused)) == (4, True)
            assert onrecord("ask", QUESTION).exit_code == 0
        finally:
            holder.stdin.close()


def test_a_place_that_cannot_be_written_is_named(onrecord: Command, tmp_path: Path) -> None:
    (tmp_path / "bank.txt").write_text(BANK, encoding="utf-8")
    place = tmp_path / "bank.txt" / "archive"
    result = onrecord("ingest", "--archive", place, tmp_path / "bank.txt")
    assert result.exit_code == 4
    assert f"{place} cannot be written" in told(result)
    assert onrecord("ask", QUESTION, "--archive", place).exit_code == 4


STOPPABLE = (
    # Where the tests run in the background, they have it ignored, and so would this.
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from embeddings.cli import app; app(['ingest', '--archive', {archive!r}, '-'])"
)


def test_whoever_stops_an_ingest_is_told_that_nothing_is_lost(cache: Path, tmp_path: Path) -> None:
    archive = tmp_path / "stopped"
    with subprocess.Popen(
        [sys.executable, "-c", STOPPABLE.format(archive=str(archive))],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"ONRECORD_CACHE": str(cache)},
    ) as ingest:
        while not (archive / "archive.db").exists():
            assert ingest.poll() is None
            time.sleep(0.05)
        # It waits for more to come on standard input.
        ingest.send_signal(signal.SIGINT)
        assert ingest.stderr is not None
        said = " ".join(ingest.stderr.read().split())
        assert ingest.wait() == 130
    assert "stopped; what was written is on file, and the same command goes on from there" in said


def test_the_option_goes_before_the_variable(onrecord: Command, tmp_path: Path) -> None:
    result = onrecord("status", "--archive", tmp_path / "another")
    assert (result.exit_code, str(tmp_path / "another") in told(result)) == (4, True)


def test_the_module_is_the_command(onrecord: Command) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "embeddings", "status", "--json", "--archive", str(onrecord.archive)],
        cwd=ROOT,
        env=onrecord.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["articles"] == 2


# What may not be shown, and what is not there.


def test_what_is_killed_withheld_or_under_embargo_is_shown_for_audit_alone(elsewhere: Command, tmp_path: Path) -> None:
    story = {"id": "a", "title": "Quay", "published": "2026-09-16", "text": "The quay has sunk, the board said."}
    held = story | {"id": "b", "embargoed_until": "2031-01-15T06:00:00Z"}
    (tmp_path / "one.jsonl").write_text("\n".join(map(json.dumps, (story | {"version": 1}, held))), encoding="utf-8")
    kill = story | {"version": 2, "status": "canceled", "text": ""}
    (tmp_path / "two.jsonl").write_text(json.dumps(kill), encoding="utf-8")
    elsewhere("ingest", tmp_path / "one.jsonl", tmp_path / "two.jsonl")
    for name, reason in (("a", "killed"), ("b", "under embargo until 2031")):
        refused = elsewhere("show", name, "--version", 1) if name == "a" else elsewhere("show", name)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert reason in told(refused)
    audited = elsewhere("show", "a", "--version", 1, "--audit")
    assert (audited.exit_code, "The quay has sunk" in audited.stdout) == (0, True)


def test_an_outlet_that_is_not_on_file_is_an_error_that_names_those_alike(onrecord: Command) -> None:
    result = onrecord("ask", QUESTION, "--outlet", "Harbor Ledger")
    assert result.exit_code == 2
    assert "Harbour Ledger" in told(result)


def test_articles_come_from_standard_input_too(elsewhere: Command) -> None:
    result = elsewhere("ingest", "-", "--json", stdin=json.dumps(CRANE))
    assert (result.exit_code, json.loads(result.stdout)["outcomes"]) == (0, {"new": 1})


def test_one_path_that_is_missing_does_not_stop_the_others(elsewhere: Command, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(BANK, encoding="utf-8")
    result = elsewhere("ingest", tmp_path / "story.txt", tmp_path / "missing.txt", "--json")
    assert (result.exit_code, json.loads(result.stdout)["outcomes"]) == (3, {"new": 1, "rejected": 1})


# Who said what.

PIER = article(
    "pier",
    "“The pier will close,” said Olena Marsh, the harbour minister, “and so will the quay”.",
    "She was not at all sorry, the Meridian Agency reported.",
    "Piet Okoro said nobody had asked him.",
    "Olena Petrov and Piet Okoro said they would vote against it.",
    headline="The pier is to close",
    outlet="Harbour Ledger",
    published=date(2026, 9, 20),
    language="en",
)
RAIN = article("rain", "“Rain”, said Olena Marsh.", outlet="SRN", published=date(2026, 9, 25), language="en")
SHE = named(PIER, "Olena Marsh", mention="She")
SAID = {
    "pier": (
        quotation(
            PIER, ["The pier will close,", "and so will the quay"], named(PIER, "Olena Marsh", "harbour minister")
        ),
        quotation(
            PIER,
            "was not at all sorry",
            SHE,
            kind=Kind.INDIRECT,
            narrated=True,
            chain=(Hop("Meridian Agency", Role.AGENCY), Hop("Harbour Ledger", Role.OUTLET, field="outlet")),
        ),
        quotation(PIER, "nobody had asked him", "Piet Okoro", kind=Kind.INDIRECT, confidence=0.01),
        quotation(PIER, "they would vote against it", "Olena Petrov", "Piet Okoro", kind=Kind.INDIRECT),
    ),
    "rain": (quotation(RAIN, "Rain", named(RAIN, "Olena Marsh", nature=Nature.PERSON)),),
}


class Told:
    """An extractor that was told what is in each article."""

    def extract(self, one: Article) -> Extraction:
        return Extraction(quotations=SAID[one.id])


@pytest.fixture(scope="session")
def talks(tmp_path_factory: pytest.TempPathFactory, real_settings: Callable[[Path], Settings]) -> Path:
    """An archive with quotations whose every part is known."""
    folder = tmp_path_factory.mktemp("talks") / "archive"
    with open_archive(replace(real_settings(folder), quotes="off"), writing=True) as opened:
        replace(opened, intake=replace(opened.intake, extractor=Told())).ingest([PIER, RAIN])
    return folder


@pytest.fixture
def talking(talks: Path, cache: Path) -> Command:
    return Command(talks, cache)


@pytest.fixture
def judging(talks: Path, tmp_path: Path, cache: Path) -> Command:
    """The command over a copy, to be written to."""
    return Command(Path(shutil.copytree(talks, tmp_path / "copy")), cache)


def texts(result: Result) -> list[str]:
    return [" … ".join(one["texts"]) for one in json.loads(result.stdout)["statements"]]


CLOSE, SORRY = "The pier will close, … and so will the quay", "was not at all sorry"


def test_quotes_are_the_exact_words_with_who_said_them_and_where(talking: Command) -> None:
    result = talking("quotes", "marsh")
    assert result.exit_code == 0
    assert [line.rstrip() for line in result.stdout.splitlines()] == [
        "Olena Marsh, harbour minister",
        "",
        "▎ Rain",
        "  Olena Marsh · direct",
        "  SRN · 25 September 2026 · paragraph 1 · [rain]",
        "",
        "▎ The pier will close, … and so will the quay",
        "  Olena Marsh · direct",
        "  The pier is to close · Harbour Ledger · 20 September 2026 · paragraph 1 · [pier]",
        "",
        "▎ was not at all sorry",
        "  Meridian Agency’s words about Olena Marsh (“She”) · indirect",
        "  came through Meridian Agency, Harbour Ledger",
        "  The pier is to close · Harbour Ledger · 20 September 2026 · paragraph 2 · [pier]",
        "",
        "Rights unknown: internal reading only.",
        "3 statements, newest first. Searched 2 articles from Harbour Ledger, SRN, "
        "20 September 2026 to 25 September 2026.",
        "",
    ]


def test_what_is_not_sure_is_shown_as_unsure(talking: Command) -> None:
    lines = talking("quotes", "Okoro").stdout.splitlines()
    assert [line.strip() for line in lines if "· indirect" in line] == [
        "Piet Okoro · indirect · unsure",
        "Olena Petrov and Piet Okoro · indirect",
    ]


def test_quotes_for_a_program(talking: Command) -> None:
    record = json.loads(talking("quotes", "Olena Marsh", "--json", "--limit", 2, "--page", 2).stdout)
    assert set(record) == {"speaker", "about", "total", "statements", "choices", "nearest", "searched"}
    assert (record["total"], record["choices"], record["nearest"], record["about"]) == (3, [], [], None)
    assert record["speaker"] == {
        "name": "Olena Marsh",
        "nature": "person",
        "aliases": [],
        "roles": ["harbour minister"],
        "quotations": 3,
    }
    (statement,) = record["statements"]
    assert [PIER.text[start:end] for start, end in statement["content"]] == statement["texts"] == [SORRY]
    assert (statement["kind"], statement["narrated"], statement["sure"]) == ("indirect", True, True)
    assert [hop["party"] for hop in statement["chain"]] == ["Meridian Agency", "Harbour Ledger"]
    (speaker,) = statement["speakers"]
    assert (speaker["name"], PIER.text[slice(*speaker["mention"])]) == ("Olena Marsh", "She")
    assert (statement["article_id"], statement["paragraph"], statement["published"]) == ("pier", 2, "2026-09-20")


# The source of words.


def test_words_that_stand_there_are_shown_with_who_said_them(talking: Command) -> None:
    result = talking("check", "someone tweeted that she said “the PIER will close, and so will the quay” - true?")
    assert result.exit_code == 0
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines == [
        "▎ “The pier will close,” said Olena Marsh, the harbour minister, “and so will the quay”.",
        "  not word for word: 100% of the words stand there in order; [-asked for-] {+on file+}",
        "  The pier will close,” {+said Olena Marsh, the harbour minister+}, “and so will the quay",
        "  Olena Marsh · direct",
        "  The pier is to close · Harbour Ledger · 20 September 2026 · paragraph 1 · [pier]",
        "",
        "Rights unknown: internal reading only.",
        "Searched 2 articles from Harbour Ledger, SRN, 20 September 2026 to 25 September 2026.",
        "",
    ]
    assert "word for word" in talking("check", "nobody had asked him").stdout
    assert "[-" not in talking("check", "Nobody had asked him!").stdout


def test_a_wrong_word_and_one_too_many_stand_in_brackets(talking: Command) -> None:
    shown = talking(
        "check", "They would surely vote for it, said Olena Petrov and Piet Okoro said they would vote for it"
    )
    assert "vote [-for-] {+against+} it" in shown.stdout


def test_a_check_for_a_program(talking: Command) -> None:
    asked = "“they would vote against them”"
    record = json.loads(talking("check", "-", "--json", stdin=asked).stdout)
    assert set(record) == {"asked", "likenesses", "missing", "searched"}
    assert (record["asked"], record["missing"]) == (asked, [])
    (likeness,) = record["likenesses"]
    assert (likeness["exact"], likeness["score"]) == (False, 0.8)
    assert likeness["text"] == PIER.text[likeness["start"] : likeness["end"]] == "they would vote against it"
    assert [
        (asked[slice(*step["asked"])], PIER.text[slice(*step["on_file"])], step["same"]) for step in likeness["steps"]
    ] == [("they would vote against ", "they would vote against ", True), ("them", "it", False)]
    assert (likeness["passage"]["article_id"], likeness["passage"]["paragraph"]) == ("pier", 4)
    assert [one["texts"] for one in likeness["passage"]["quotations"]] == [["they would vote against it"]]


def test_each_quotation_has_its_verdict_and_who_is_wrongly_given_the_words_is_told(talking: Command) -> None:
    asked = "Olena Petrov said “the pier will close” and “the moon is a cheese of the mayor’s”"
    shown = " ".join(talking("check", asked).stdout.split())
    assert "▎ the moon is a cheese of the mayor’s" in shown.partition("Nothing on file is like these words of it:")[2]
    assert "this article does not give these words to Olena Petrov" in shown
    record = json.loads(talking("check", "-", "--json", stdin=asked).stdout)
    assert [asked[slice(*span)] for span in record["missing"]] == ["the moon is a cheese of the mayor’s"]
    assert [one["disputed"] for one in record["likenesses"]] == ["Olena Petrov"]
    right = talking("check", "Olena Marsh said “the pier will close”")
    assert "does not give" not in right.stdout


def test_nothing_like_it_is_not_on_file_and_nothing_to_look_for_is_wrong_usage(talking: Command) -> None:
    nothing = talking("check", "The moon is made of cheese, astronomers told a parliament")
    assert nothing.exit_code == 1
    assert "Nothing on file is like these words." in nothing.stdout
    assert "Searched 2 articles" in nothing.stdout
    elsewhere = talking("check", "nobody had asked him", "--outlet", "SRN")
    assert elsewhere.exit_code == 1
    refused = talking("check", "😳")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "There are no words to look for" in told(refused)
    assert talking("check", "nobody had asked him", "--outlet", "Nowhere").exit_code == 2


def test_options_narrow_the_quotes(talking: Command) -> None:
    def said(*options: object) -> list[str]:
        return texts(talking("quotes", "Olena Marsh", "--json", *options))

    assert said() == ["Rain", CLOSE, SORRY]
    assert said("--outlet", "SRN") == said("--since", "2026-09-21") == ["Rain"]
    assert said("--before", "2026-09-21") == said("--outlet", "Harbour Ledger") == [CLOSE, SORRY]
    assert said("--kind", "direct") == ["Rain", CLOSE]
    assert said("--kind", "indirect", "--kind", "mixed") == [SORRY]
    assert said("--limit", 1, "--page", 2) == [CLOSE]
    assert said("--language", "en", "--about", "closing a pier")[0] == CLOSE


def test_pages_say_where_they_stand(talking: Command) -> None:
    first = talking("quotes", "Olena Marsh", "--limit", 2)
    assert "Statements 1 to 2 of 3, newest first." in first.stdout
    beyond = talking("quotes", "Olena Marsh", "--page", 9)
    assert (beyond.exit_code, "None from 41 on: there are 3 statements" in beyond.stdout) == (0, True)
    about = talking("quotes", "Olena Marsh", "--about", "the pier")
    assert "3 statements, nearest to “the pier” first." in about.stdout


def test_a_name_of_several_is_answered_with_a_choice(talking: Command) -> None:
    result = talking("quotes", "Olena")
    assert result.exit_code == 2
    assert "2 speakers on file may be called Olena:" in result.stdout
    assert "     3  Olena Marsh, harbour minister" in result.stdout
    assert "     1  Olena Petrov" in result.stdout
    assert 'onrecord quotes "Olena Marsh"' in result.stdout
    record = json.loads(talking("quotes", "Olena", "--json").stdout)
    assert [one["name"] for one in record["choices"]] == ["Olena Marsh", "Olena Petrov"]
    assert (record["speaker"], record["statements"]) == (None, [])


def test_a_name_that_nobody_bears_is_not_on_file(talking: Command) -> None:
    result = talking("quotes", "Zebulon Qwerty")
    assert result.exit_code == 1
    assert "Nobody called Zebulon Qwerty is quoted." in result.stdout
    assert "Searched 2 articles" in result.stdout
    record = json.loads(talking("quotes", "Zebulon Qwerty", "--json").stdout)
    assert (record["speaker"], record["choices"], record["searched"]["articles"]) == (None, [], 2)


def test_nothing_of_a_kind_is_not_on_file(talking: Command) -> None:
    result = talking("quotes", "Okoro", "--kind", "direct")
    assert (result.exit_code, "No statements of that kind" in result.stdout) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["quotes", " "], "give a name"),
        (["quotes", "Marsh", "--about", "?"], "what the quotations should be about"),
        (["quotes", "Marsh", "--outlet", "Harbor Ledger"], "Harbour Ledger"),
        (["quotes", "Marsh", "--kind", "shouted"], "direct"),
        (["quotes", "Marsh", "--page", "0"], "--page"),
        (["quotes"], "NAME"),
        (["speakers", "--merge", "Marsh"], "onrecord speakers NAME --merge OTHER"),
        (["speakers", "Marsh", "--merge", "A", "--split", "B"], "one OTHER"),
        (["speakers", "Marsh", "--merge", "Zebulon Qwerty"], "no speaker on file"),
    ],
)
def test_quotes_and_speakers_say_what_is_wrong(talking: Command, arguments: list[str], advice: str) -> None:
    result = talking(*arguments)
    assert (result.exit_code, advice in told(result)) == (2, True)


def test_speakers_are_listed_with_all_that_is_known(talking: Command) -> None:
    result = talking("speakers")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "     3  Olena Marsh, harbour minister",
        "     2  Piet Okoro",
        "     1  Olena Petrov",
    ]
    assert "        and 2 more" in talking("speakers", "--limit", 1).stdout.splitlines()
    record = json.loads(talking("speakers", "marsh", "--json").stdout)
    assert (record["total"], [one["name"] for one in record["speakers"]]) == (1, ["Olena Marsh"])
    nobody = talking("speakers", "Zebulon Qwerty")
    assert (nobody.exit_code, nobody.stdout.strip()) == (1, "No such speaker on file.")


def test_speakers_merged_and_split_by_hand_stay_so(judging: Command) -> None:
    merged = judging("speakers", "Olena Petrov", "--merge", "Piet Okoro")
    assert merged.exit_code == 0
    assert {"Olena Petrov", "Piet Okoro"} == speakers_of(merged.stdout)
    assert json.loads(judging("quotes", "Piet Okoro", "--json").stdout)["total"] == 2
    assert json.loads(judging("quotes", "Petrov", "--json").stdout)["total"] == 2

    split = judging("speakers", "Olena Petrov", "--split", "Piet Okoro")
    assert split.exit_code == 0
    assert json.loads(judging("quotes", "Olena Petrov", "--json").stdout)["total"] == 1
    assert json.loads(judging("speakers", "--json").stdout)["total"] == 3


def speakers_of(printed: str) -> set[str]:
    """The names in one line of the list."""
    name, _, others = " ".join(printed.split()).partition(" ")[2].partition(" · also ")
    return {name, *others.split(", ")}


def test_show_status_and_reindex_know_of_quotations(judging: Command) -> None:
    assert json.loads(judging("status", "--json").stdout)["quotations"] == 5
    assert "quotations:  5" in judging("status").stdout
    assert judging("reindex", ONRECORD_QUOTES="off").exit_code == 0
    assert json.loads(judging("status", "--json").stdout)["quotations"] == 0
    assert "quotations:  none; `onrecord reindex` looks for them" in judging("status").stdout
    assert judging("quotes", "Marsh").exit_code == 1


# Articles in, quotations out.

PLAIN = (
    "  \u201cWe shall sign,\u201d said Olena Marsh, the harbour minister.\r\n\r\nShe said the ferry would sail on.\n"
)


def extracted(onrecord: Command, *records: object, **environ: str) -> Result:
    stdin = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in records)
    return onrecord("extract", "--batch", "-", stdin=stdin, **environ)


def test_extract_gives_places_in_the_text_exactly_as_given(elsewhere: Command) -> None:
    given = {"id": "a", "title": "Talks", "date": "2026-09-20", "text": PLAIN}
    result = extracted(elsewhere, given, given | {"id": 7, "date": "no date"})
    assert result.exit_code == 0
    first, second = lines(result.stdout)
    assert (first["id"], second["id"], first["quotes"]) == ("a", "7", second["quotes"])
    assert set(first) == {"id", "quotes", "seconds"}
    assert 0 < first["seconds"] < 5
    quote = first["quotes"][0]
    assert set(quote) == {"content", "kind", "cue", "speaker", "speaker_name", "chain", "confidence"}
    assert "We shall sign" in PLAIN[slice(*quote["content"][0])]
    assert (quote["kind"], PLAIN[slice(*quote["cue"][0])], quote["speaker_name"]) == ("direct", "said", "Olena Marsh")
    assert PLAIN[slice(*quote["speaker"][0])].startswith("Olena Marsh")
    assert quote["chain"][0] == "Olena Marsh"
    assert not elsewhere.archive.exists()


@pytest.mark.parametrize(
    "bad", ["{", "[]", "5", '{"id": "b"}', '{"text": "Words."}', '{"id": "b", "text": 5}', '"' + "[" * 10_000]
)
def test_a_bad_line_is_named_and_the_rest_goes_on(elsewhere: Command, bad: str) -> None:
    good = {"id": "a", "text": PLAIN}
    result = extracted(elsewhere, good, bad, "", good | {"id": "c"})
    assert result.exit_code == 3
    assert [line["id"] for line in lines(result.stdout)] == ["a", "c"]
    assert "standard input line 2" in told(result)


def test_extract_reads_a_file_and_names_one_that_it_cannot_read(elsewhere: Command, tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_bytes(json.dumps({"id": "a", "text": PLAIN}).encode() + b"\n{\xff}\n")
    result = elsewhere("extract", "--batch", tmp_path / "articles.jsonl")
    assert (result.exit_code, len(lines(result.stdout))) == (3, 1)
    assert "articles.jsonl line 2" in told(result)
    missing = elsewhere("extract", "--batch", tmp_path / "missing.jsonl")
    assert (missing.exit_code, "cannot read the articles" in told(missing)) == (2, True)


def test_extract_says_which_language_it_does_not_read(elsewhere: Command) -> None:
    text = "Le ministre du port a déclaré que le quai serait fermé au mois de mars et que les navires iraient ailleurs."
    (record,) = lines(extracted(elsewhere, {"id": "a", "text": text}).stdout)
    assert (record["quotes"], "fr" in record["skipped"]) == ([], True)


def test_extract_needs_something_that_finds_quotations(elsewhere: Command) -> None:
    result = extracted(elsewhere, {"id": "a", "text": PLAIN}, ONRECORD_QUOTES="off")
    assert (result.exit_code, "use tagger or rules" in told(result)) == (4, True)


def test_ingest_says_how_many_quotations_it_found_and_where_it_did_not_look(elsewhere: Command) -> None:
    french = (
        "Le ministre du port a déclaré que le quai serait fermé au mois de mars et que les navires iraient ailleurs."
    )
    stdin = "\n".join(json.dumps({"id": name, "text": text}) for name, text in (("a", PLAIN), ("b", french)))
    result = elsewhere("ingest", "-", stdin=stdin)
    assert result.exit_code == 0
    assert "quotations found." in result.stdout
    assert "no quotations looked for in 1 article" in result.stdout
    record = json.loads(elsewhere("ingest", "-", "--json", stdin=stdin).stdout)
    assert (record["quotations"], record["quotations_not_looked_for"]) == (0, {})
    assert json.loads(elsewhere("quotes", "Olena Marsh", "--json").stdout)["total"] == 2


# The desk's own word.


@pytest.fixture
def desk(elsewhere: Command) -> Command:
    """The command over an archive with one story in two versions, and nothing else."""
    first = CRANE | {"version": 1, "title": "Crane falls"}
    for version in (first, CRANE):
        assert elsewhere("ingest", "-", stdin=json.dumps(version)).exit_code == 0
    return elsewhere


def answered(command: Command) -> int:
    return command("ask", QUESTION).exit_code


def test_a_story_is_killed_by_hand_and_revived_by_hand(desk: Command) -> None:
    assert answered(desk) == 0
    killed = desk("kill", "crane", "--because", "The picture desk was hoaxed.")
    assert (killed.exit_code, "1 killed" in killed.stdout) == (0, True)
    assert answered(desk) == 1
    refused = desk("show", "crane")
    assert (refused.exit_code, "killed" in told(refused)) == (2, True)
    assert "The picture desk was hoaxed." in " ".join(desk("show", "crane", "--audit").stdout.split())
    revived = desk("revive", "crane")
    assert (revived.exit_code, revived.stdout) == (0, "crane is searched in version 2.\n")
    assert answered(desk) == 0


def test_a_story_is_withheld_by_hand_until_it_is_revived(desk: Command) -> None:
    record = json.loads(desk("withhold", "crane", "--because", "The lawyers are reading it.", "--json").stdout)
    assert record["outcomes"] == {"withheld": 1}
    assert answered(desk) == 1
    assert desk("revive", "crane").exit_code == 0
    assert answered(desk) == 0


def test_a_story_is_forgotten_only_when_somebody_says_so_twice(desk: Command) -> None:
    assert desk("purge", "crane", stdin="n\n").exit_code == 1
    assert desk("show", "crane").exit_code == 0
    assert desk("purge", "crane", stdin="y\n").exit_code == 0
    assert "No article 'crane' on file" in desk("purge", "crane").stderr
    gone = desk("purge", "crane", "--yes")
    assert (gone.exit_code, "on file" in told(gone)) == (2, True)
    assert answered(desk) == 1


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["kill", "nothing", "--because", "Why."], "answers give the ids"),
        (["withhold", "nothing", "--because", "Why."], "answers give the ids"),
        (["revive", "nothing"], "answers give the ids"),
        (["show", "nothing", "--versions"], "answers give the ids"),
        (["kill", "crane"], "--because"),
        (["kill", "crane", "--because", " "], "say why"),
        (["review", "--done", "99"], "onrecord review"),
        (["watch", "nowhere"], "there is no folder"),
    ],
)
def test_the_desk_is_told_what_is_wrong(desk: Command, arguments: list[str], advice: str) -> None:
    result = desk(*arguments)
    assert (result.exit_code, advice in told(result)) == (2, True)


def test_every_version_is_listed_the_newest_first(desk: Command) -> None:
    listed = desk("show", "crane", "--versions").stdout
    assert [line.split()[:2] for line in listed.splitlines() if line.startswith("version")] == [
        ["version", "2"],
        ["version", "1"],
    ]
    assert listed.count("searched") == 1
    first, second = json.loads(desk("show", "crane", "--versions", "--json").stdout)["versions"]
    assert (first["version"], first["searched"], second["version"], second["searched"]) == (2, True, 1, False)
    assert (first["headline"], second["headline"]) == (CRANE["title"], "Crane falls")
    desk("kill", "crane", "--because", "Wrong.")
    killed = json.loads(desk("show", "crane", "--versions", "--json").stdout)["versions"]
    assert [one["searched"] for one in killed] == [False] * 3
    assert killed[0]["status"] == "canceled"


def test_what_a_person_has_to_decide_is_listed_until_it_is_decided(desk: Command) -> None:
    assert desk("review").stdout.strip() == "Nothing to decide."
    desk("ingest", "-", stdin=json.dumps({"id": "odd", "status": "stat:pulled", "text": "Rain fell on the quay."}))
    (alert,) = json.loads(desk("review", "--json").stdout)["alerts"]
    assert (alert["concern"], alert["articles"], alert["settled"]) == ("unknown status", ["odd"], None)
    shown = desk("review").stdout
    assert f"{alert['number']}  unknown status" in shown
    assert "[odd]" in shown
    assert desk("review", "--done", alert["number"]).stdout.strip() == "Nothing to decide."
    (settled,) = json.loads(desk("review", "--all", "--json").stdout)["alerts"]
    assert settled["settled"]
    assert desk("review", "--done", alert["number"]).exit_code == 2


# Files as they are dropped.


def test_a_folder_is_taken_in_once(elsewhere: Command, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "crane.json").write_text(json.dumps(CRANE), encoding="utf-8")
    result = elsewhere("watch", drop, "--once", "--json")
    assert result.exit_code == 0
    (receipt,) = lines(result.stdout)
    assert (receipt["outcomes"], sorted(receipt)[0]) == ({"new": 1}, "at")
    (drop / "bad.json").write_text('{"id": 5', encoding="utf-8")
    partly = elsewhere("watch", drop, "--once")
    assert (partly.exit_code, "1 rejected" in partly.stdout) == (3, True)
    assert (drop / ".quarantine" / "bad.json.reason.txt").exists()
    assert elsewhere("watch", drop, "--once").stdout == ""


def test_several_ways_in_write_to_one_archive_at_the_same_time(elsewhere: Command, tmp_path: Path) -> None:
    commands = []
    for name in ("a", "b", "c"):
        records = [{"id": f"{name}{number}", "text": f"Rain fell on pier {name}{number}."} for number in range(40)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        arguments = [str(Path(sys.executable).with_name("onrecord")), "ingest", f"{name}.jsonl", "--json"]
        commands.append(
            subprocess.Popen(
                arguments, cwd=tmp_path, env=dict(os.environ) | elsewhere.environ, stdout=subprocess.PIPE, text=True
            )
        )
    outcomes = [json.loads(command.communicate()[0])["outcomes"] for command in commands]
    assert outcomes == [{"new": 40}] * 3
    assert json.loads(elsewhere("status", "--json").stdout)["articles"] == 120


# Feeds.


def test_a_file_of_feeds_that_cannot_be_read_is_told(elsewhere: Command, tmp_path: Path) -> None:
    missing = elsewhere("feeds", tmp_path / "feeds.toml")
    assert (missing.exit_code, "docs/wire.md" in told(missing)) == (4, True)
    (tmp_path / "feeds.toml").write_text("[[feed]]\nurl = 5\n", encoding="utf-8")
    wrong = elsewhere("feeds", tmp_path / "feeds.toml", "--status")
    assert (wrong.exit_code, "url has to be" in told(wrong)) == (4, True)


def test_a_feed_that_cannot_be_had_is_overdue(elsewhere: Command, tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text('[[feed]]\nurl = "http://127.0.0.1:1/rss"\nname = "Ledger"\n', encoding="utf-8")
    once = elsewhere("feeds", file, "--once")
    assert (once.exit_code, "Ledger:" in told(once)) == (3, True)
    status = elsewhere("feeds", file, "--status")
    assert (status.exit_code, "Ledger  overdue" in status.stdout, "fetched:   never" in status.stdout) == (
        1,
        True,
        True,
    )
    (heartbeat,) = json.loads(elsewhere("feeds", file, "--status", "--json").stdout)["feeds"]
    assert (heartbeat["overdue"], heartbeat["failures"], heartbeat["fetched"]) == (True, 1, None)


# The page on the wire.


WIRE = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^(?:\$ )?(onrecord .+)$", WIRE, re.MULTILINE)


@pytest.mark.parametrize("line", SHOWN)
def test_every_command_on_the_page_can_be_typed(line: str) -> None:
    _, name, *arguments = shlex.split(line.partition(" <")[0], comments=True)
    with vars(get_command(app))["commands"][name].make_context(name, arguments):
        pass


def test_the_page_shows_a_file_of_feeds_that_can_be_read() -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", WIRE, re.DOTALL)
    assert len(feeds_in(shown, place="docs/wire.md")) > 1


def test_the_page_tells_every_outcome_and_every_concern() -> None:
    assert [outcome.value for outcome in Outcome if f"| `{outcome.value}` |" not in WIRE] == []
    assert [concern.value for concern in Concern if f"| {concern.value} |" not in WIRE] == []
