"""The shipped tagger: its files are what they should be, and it says so when they are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import embeddings.quotes
from embeddings.encoder.model import DEFAULT_MODEL, find_model
from embeddings.errors import ModelError
from embeddings.news import Span
from embeddings.paragraphs import paragraphs
from embeddings.quotes.marks import quoted
from embeddings.quotes.tagger import MANIFEST, WEIGHTS, TaggerFinder

TOKENIZER = find_model(DEFAULT_MODEL).folder / "tokenizer.json"
SHIPPED = Path(embeddings.quotes.__file__).parent
MOST_MEGABYTES = 30


def find(finder: TaggerFinder, text: str) -> list[tuple[str, str | None, str | None]]:
    spans = [paragraph.span for paragraph in paragraphs(text)]
    return [
        (
            " … ".join(part.cut(text) for part in one.content),
            one.cue.cut(text) if one.cue else None,
            one.mention.cut(text) if one.mention else None,
        )
        for one in finder.find(text, spans, quoted(text, spans))
    ]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in (WEIGHTS, MANIFEST):
        shutil.copyfile(SHIPPED / name, tmp_path / name)
    return tmp_path


def test_the_weights_are_small_enough_to_ship() -> None:
    assert (SHIPPED / WEIGHTS).stat().st_size < MOST_MEGABYTES * 1e6


def test_what_is_said_indirectly_is_found_with_its_cue_and_its_speaker() -> None:
    text = "Ann Orr said that the quay would stay closed until the winter. The board has not met since the spring."
    assert find(TaggerFinder(TOKENIZER), text) == [
        ("that the quay would stay closed until the winter", "said", "Ann Orr")
    ]


def test_the_same_text_gives_the_same_attributions() -> None:
    text = "The minister said the bridge was safe.\n\nCritics called it “a disgrace” and demanded that he resign."
    assert find(TaggerFinder(TOKENIZER), text) == find(TaggerFinder(TOKENIZER), text) != []


def test_damaged_weights_are_refused(copied: Path) -> None:
    (copied / WEIGHTS).write_bytes(b"no weights")
    with pytest.raises(ModelError, match=r"not the file that belongs here.*reinstall"):
        find(TaggerFinder(TOKENIZER, folder=copied), "Ann Orr said so.")


def test_another_models_tokenizer_is_refused(copied: Path, tmp_path: Path) -> None:
    other = tmp_path / "tokenizer.json"
    other.write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="not the file that belongs here"):
        find(TaggerFinder(other, folder=copied), "Ann Orr said so.")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", json.dumps({"sha256": "x"})])
def test_a_garbled_manifest_says_what_to_do(copied: Path, content: str) -> None:
    (copied / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="ONRECORD_QUOTES=rules"):
        TaggerFinder(TOKENIZER, folder=copied)


def test_missing_weights_say_what_to_do(copied: Path) -> None:
    (copied / WEIGHTS).unlink()
    with pytest.raises(ModelError, match="ONRECORD_QUOTES=rules"):
        find(TaggerFinder(TOKENIZER, folder=copied), "Ann Orr said so.")


def test_its_name_tells_the_weights() -> None:
    manifest = json.loads((SHIPPED / MANIFEST).read_text(encoding="utf-8"))
    assert TaggerFinder(TOKENIZER).name == f"tagger@{manifest['sha256'][:12]}"


def test_an_empty_text_holds_nothing() -> None:
    assert TaggerFinder(TOKENIZER).find("", [Span(0, 0)], ()) == []
