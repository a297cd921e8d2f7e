"""Where an ingest's time goes, how far it has come, and what is said of it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from time import sleep

import pytest

from embeddings import Settings
from embeddings.encoder.hashing import HashingEncoder
from embeddings.errors import BadSettings
from embeddings.ingest import Ingest, Pace, Receipt, Stage
from embeddings.lifecycle import Outcome
from embeddings.readers import read, size_of
from embeddings.records import pace_record
from embeddings.terminal import duration, pace_line, progress_words
from tests.fakes import NOON, ColonExtractor, MemoryStore, article


def test_every_stage_of_a_run_is_counted() -> None:
    pace, store = Pace(), MemoryStore()
    stories = [article(str(n), f"Ann Lee: Story {n}.", "The same words.") for n in range(100)]
    Ingest(encoder=HashingEncoder(), extractor=ColonExtractor(), store=store, clock=lambda: NOON).take(
        stories, pace=pace
    )
    assert all(pace.seconds[stage] > 0 for stage in Stage)
    assert sum(pace.shares.values()) == pytest.approx(1)
    assert (pace.encoded, pace.taken) == (101, 99)
    record = json.loads(json.dumps(pace_record(pace)))
    assert set(record["stages"]) == {stage.value for stage in Stage}
    assert record["texts"] == {"encoded": 101, "taken": 99}
    assert record["seconds"] >= record["waited"] >= 0


def test_what_is_left_is_told_only_where_it_can_be_known() -> None:
    assert Pace().left is None
    pace = Pace(total=100)
    assert pace.left is None
    sleep(0.05)
    pace.passed(20)
    assert pace.left == pytest.approx(4 * pace.elapsed, rel=0.2)
    pace.passed(80)
    assert pace.left is None


def packed(kind: str, stories: bytes) -> bytes:
    if kind == "gz":
        return gzip.compress(stories)
    if kind == "zip":
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(3):
                archive.writestr(f"{n}.jsonl", stories.replace(b'"id": "', b'"id": "%d' % n))
        return file.getvalue()
    return stories


@pytest.mark.parametrize("kind", ["jsonl", "gz", "zip", "txt", "empty"])
def test_all_bytes_of_a_file_are_passed_once_it_is_read(kind: str, tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"id": f"s{n}", "text": f"Story {n} of the harbour. " * 40}) for n in range(400))
    whole = {"txt": b"Rain fell on the pier.", "empty": b""}.get(kind) or packed(kind, lines.encode())
    path = tmp_path / f"stories.{kind}"
    path.write_bytes(b"" if kind == "empty" else whole)
    counts: list[int] = []
    readings = list(read(path, passed=counts.append))
    assert readings
    assert sum(counts) == size_of(path) == path.stat().st_size
    if kind == "jsonl":
        so_far = [sum(counts[:n]) for n in range(0, len(counts), 40)]
        assert so_far == sorted(so_far)
        assert so_far[5] < size_of(path)


def test_of_a_folder_all_that_is_read_counts(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.txt").write_text("Rain fell on the pier.", encoding="utf-8")
    (tmp_path / "deep" / "b.txt").write_text("Snow fell on the quay.", encoding="utf-8")
    (tmp_path / ".hidden").write_text("Nothing to read.", encoding="utf-8")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    counts: list[int] = []
    assert len(list(read(tmp_path, passed=counts.append))) == 3
    assert sum(counts) == size_of(tmp_path) == 44
    assert size_of(tmp_path / "nowhere") == 0


def test_progress_says_how_long_the_rest_will_take() -> None:
    pace = Pace(total=100)
    sleep(0.01)
    receipt = Receipt(outcomes={Outcome.NEW: 1_200}, paragraphs=3_400)
    said = progress_words(receipt, pace)
    assert said.startswith("1,200 articles on file, 3,400 paragraphs encoded, ")
    assert "left" not in said
    pace.passed(1)
    assert progress_words(receipt, pace).endswith(" left")


def test_the_stages_are_told_with_the_greatest_first() -> None:
    pace = Pace()
    for stage, seconds in ((Stage.ENCODING, 6.0), (Stage.EXTRACTING, 3.0), (Stage.WRITING, 1.0)):
        pace.add(stage, seconds)
    said = pace_line(Receipt(outcomes={Outcome.NEW: 2}, paragraphs=20), pace).plain
    assert said.endswith("Of the work: encoding 60%, looking for quotations 30%, writing 10%.")


@pytest.mark.parametrize(
    ("seconds", "said"), [(9.6, "10 s"), (60, "1 min 00 s"), (754, "12 min 34 s"), (7_500, "2 h 05 min")]
)
def test_seconds_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_how_many_processes_help_is_a_setting() -> None:
    assert 1 <= Settings.from_environ({}).processes <= 8
    assert [Settings.from_environ({"ONRECORD_PROCESSES": n}).processes for n in ("0", "3")] == [0, 3]
    for wrong in ("-1", "many", "257"):
        with pytest.raises(BadSettings, match="ONRECORD_PROCESSES"):
            Settings.from_environ({"ONRECORD_PROCESSES": wrong})
