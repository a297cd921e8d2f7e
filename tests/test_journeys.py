"""The sample wire through the front door with the real model: files in, questions, exact words out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from embeddings import (
    Answer,
    Archive,
    Filters,
    Found,
    NoSpeaker,
    NotOnFile,
    Outcome,
    Passage,
    Quoted,
    Settings,
    Statement,
    Viewer,
    open_archive,
)

SAMPLE = Path(__file__).parents[1] / "sample"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
UNANSWERABLE = [question for question in QUESTIONS if not question["answerable"]]
FORBIDDEN = sorted({words for question in QUESTIONS for words in question.get("never", ())})
TOP = 3
STORIES = sum(
    len(path.read_text(encoding="utf-8").splitlines()) if path.suffix == ".jsonl" else 1
    for path in (SAMPLE / "wire").iterdir()
)
NEW = STORIES - 4
"""All but a correction, a kill, a withheld story and one under embargo."""
SEARCHED = NEW - 1
"""The killed story was new once."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, real_settings: Callable[[Path], Settings]) -> Iterator[Archive]:
    settings = real_settings(tmp_path_factory.mktemp("journeys") / "archive")
    with open_archive(settings, writing=True) as writer:
        receipt = writer.ingest([SAMPLE / "wire"])
    assert receipt.outcomes == {
        Outcome.NEW: NEW,
        Outcome.CHANGED: 1,
        Outcome.KILLED: 1,
        Outcome.WITHHELD: 1,
        Outcome.HELD: 1,
    }
    assert receipt.quotations > 5 * NEW
    assert sum(receipt.skipped.values()) == 1  # the French story
    with open_archive(settings) as reader:
        yield reader


@pytest.fixture(scope="module")
def answers(archive: Archive) -> dict[str, Answer]:
    return {
        question["id"]: archive.ask(question["query"], asked=date.fromisoformat(question["asked"]))
        for question in QUESTIONS
    }


def shown(answer: Answer) -> Sequence[Passage]:
    return answer.passages if isinstance(answer, Found) else answer.near_misses


def found_in(answer: Answer, question: dict[str, Any]) -> list[bool]:
    """For each of the expected words, whether they stand in the first passages."""
    return [any(words in passage.text for passage in shown(answer)[:TOP]) for words in question["expect"]]


def test_the_questions_can_be_answered_from_the_files_that_they_name() -> None:
    copy = {
        path.name: path.read_text(encoding="utf-8").replace('\\"', '"') for path in sorted((SAMPLE / "wire").iterdir())
    }
    lines = [json.loads(line) for line in (SAMPLE / "wire" / "morning_file.jsonl").read_text("utf-8").splitlines()]
    copy |= {line["id"]: line["text"] for line in lines}
    for question in ANSWERABLE:
        text = "\n".join(copy[name] for name in question["articles"])
        assert question["expect"]
        if not any(name.startswith("104") for name in question["articles"]):  # whose words are HTML entities
            assert all(words in text for words in question["expect"]), question["id"]


# Quality, a little below what is measured: 15, 12 and 16 of the 16 answerable questions. Of the 8
# others 3 are refused: the rest ask for a detail that is missing from a story which is on file.


def test_the_expected_words_stand_in_the_first_passages(answers: dict[str, Answer]) -> None:
    missed = [question["id"] for question in ANSWERABLE if not any(found_in(answers[question["id"]], question))]
    assert len(missed) <= 2, missed


def test_where_several_wordings_are_expected_most_questions_get_all(answers: dict[str, Answer]) -> None:
    def complete(question: dict[str, Any]) -> bool:
        return (all if question["match"] == "all" else any)(found_in(answers[question["id"]], question))

    missed = [question["id"] for question in ANSWERABLE if not complete(question)]
    assert len(missed) <= 5, missed


def test_answerable_questions_are_answered(answers: dict[str, Answer]) -> None:
    abstained = [question["id"] for question in ANSWERABLE if isinstance(answers[question["id"]], NotOnFile)]
    assert len(abstained) <= 2, abstained


def test_unanswerable_questions_are_not_answered(answers: dict[str, Answer]) -> None:
    answered = [question["id"] for question in UNANSWERABLE if isinstance(answers[question["id"]], Found)]
    assert len(answered) <= 5, answered


# What holds without exception.


def test_every_passage_is_the_words_on_file_with_a_source(answers: dict[str, Answer], archive: Archive) -> None:
    for answer in answers.values():
        assert answer.coverage.articles == SEARCHED
        for passage in shown(answer):
            on_file = archive.article(passage.article.id)
            assert passage.article == on_file
            assert passage.text == on_file.text[passage.paragraph.start : passage.paragraph.end]
            assert on_file.outlet
            assert on_file.day
            assert all(passage.paragraph.start <= m.start < m.end <= passage.paragraph.end for m in passage.marks)


def everything_shown(archive: Archive, question: str, filters: Filters | None = None) -> list[Passage]:
    """All that any answer could show: the answer at threshold 0, and the near misses at 1."""
    both: list[Passage] = []
    for threshold in (0.0, 1.0):
        lax = replace(archive, search=replace(archive.search, threshold=threshold))
        both += shown(lax.ask(question, filters=filters, limit=100))
    return both


@pytest.mark.parametrize("question", [question["query"] for question in QUESTIONS])
def test_no_question_brings_out_what_may_not_be_shown(archive: Archive, question: str) -> None:
    passages = everything_shown(archive, question)
    assert passages
    assert [words for words in FORBIDDEN for passage in passages if words in passage.text] == []


WITHDRAWN = {
    "urn:newsml:ostrel.example:20260922:orvane-creditors": "We have run out of road and I prefer to say so",
    "urn:newsml:ostrel.example:20261007:trawler-crew": "The old one should not be at sea at all",
    "urn:newsml:ostrel.example:20261012:herring-review": "enough for the quarrel about the herring",
}


@pytest.mark.parametrize(("article_id", "words"), WITHDRAWN.items(), ids=["killed", "withheld", "embargoed"])
def test_withdrawn_words_are_nowhere_even_when_quoted(archive: Archive, article_id: str, words: str) -> None:
    passages = everything_shown(archive, f'Who said "{words}"?')
    assert passages
    for passage in passages:
        assert words not in passage.text
        assert article_id not in {passage.article.id, *(other.id for other in passage.also)}


def test_the_embargo_group_sees_what_is_embargoed_and_all_do_at_its_hour(archive: Archive) -> None:
    words = WITHDRAWN["urn:newsml:ostrel.example:20261012:herring-review"]
    hour = datetime(2031, 1, 15, 6, tzinfo=UTC)

    def said(filters: Filters) -> bool:
        return any(words in passage.text for passage in everything_shown(archive, f'Who said "{words}"?', filters))

    now = archive.open_filters()
    assert said(replace(now, viewer=Viewer(embargo_group=True)))
    assert said(replace(now, at=hour))
    assert not said(replace(now, at=hour.replace(hour=5, minute=59)))


def test_a_corrected_story_is_shown_in_its_second_version_only(archive: Archive) -> None:
    crane = "urn:newsml:ostrel.example:20260916:pier-seven-crane"
    passages = everything_shown(archive, "How many people did the falling gantry crane injure at Pier Seven?")
    assert {passage.article.version for passage in passages if passage.article.id == crane} == {2}
    assert "injuring 14" in archive.article(crane, version=1).text
    assert "injuring 11" in archive.article(crane).text


def test_an_exact_phrase_stands_first(archive: Archive) -> None:
    for passages in (shown(archive.ask('Who said "a good neighbour knocks"?')),):
        assert "a good neighbour knocks" in passages[0].text


def test_syndicated_copy_is_shown_once_and_names_the_others(archive: Archive) -> None:
    answer = archive.ask("What do the dockers demand after the accident?", limit=10)
    demand = "dockers may refuse to work in gusts of more than 20 metres a second"
    carrying = [passage for passage in shown(answer) if demand in passage.text]
    assert len(carrying) == 1
    assert len(carrying[0].also) == 2


def test_one_statement_in_two_wordings_stays_two_passages(archive: Archive) -> None:
    passages = everything_shown(archive, "What does the Lissal Bay statement say about outsiders in the strait?")
    texts = {passage.text for passage in passages}
    for wording in ("with one pair of eyes", "view the situation in the strait in exactly the same way"):
        assert any(wording in text for text in texts)


def test_reading_the_wire_again_changes_nothing_but_how_fresh_it_is(
    archive: Archive, real_settings: Callable[[Path], Settings]
) -> None:
    before = archive.status()
    with open_archive(real_settings(Path(before.location)), writing=True) as writer:
        receipt = writer.ingest([SAMPLE / "wire"])
    # The first version of the killed story and of the corrected one are known too.
    assert receipt.outcomes == {Outcome.UNCHANGED: STORIES}
    after = archive.status()
    assert replace(after, last_ingest=before.last_ingest, sources=before.sources) == before
    assert after.last_ingest is not None
    assert before.last_ingest is not None
    assert after.last_ingest > before.last_ingest
    assert after.sources.keys() == before.sources.keys()
    assert min(after.sources.values()) >= before.last_ingest


# Who said what.


def everything_said(archive: Archive, filters: Filters | None = None) -> list[Statement]:
    """Every statement of every speaker who is on file for this viewer."""
    filters = filters or archive.open_filters()
    names = {name for speaker in archive.speakers(filters=filters) for name in speaker.names}
    page = archive.store.quotations(names, filters=filters, limit=100_000)
    assert page.total == len(page.statements)
    return list(page.statements)


def test_every_statement_is_the_words_on_file_with_a_speaker_and_a_source(archive: Archive) -> None:
    statements = everything_said(archive)
    assert len(statements) > 3 * SEARCHED
    for one in statements:
        on_file = archive.article(one.article.id)
        assert one.article == on_file
        assert one.texts == tuple(on_file.text[start:end] for start, end in one.quotation.content)
        assert all(text.strip() for text in one.texts)
        assert one.quotation.speakers
        assert all(speaker.mention.cut(on_file.text) for speaker in one.quotation.speakers)
        assert all(hop.proof is None or hop.proof.cut(on_file.text) for hop in one.quotation.chain)
        assert 0 <= one.quotation.confidence <= 1


def test_no_statement_brings_out_what_may_not_be_shown(archive: Archive) -> None:
    statements = everything_said(archive)
    said = " ".join(text for one in statements for text in one.texts)
    assert [words for words in (*FORBIDDEN, *WITHDRAWN.values()) if words in said] == []
    assert {one.article.id for one in statements} & set(WITHDRAWN) == set()


def test_speakers_of_withdrawn_stories_alone_are_on_nobodys_list(archive: Archive) -> None:
    everybody = archive.speakers()
    shown = {one.article.id for one in everything_said(archive)}
    names = {name for speaker in everybody for name in speaker.names}
    on_file = " ".join(archive.article(article_id).text for article_id in shown)
    assert [name for name in names if name not in on_file] == []


def test_statements_under_embargo_are_for_the_embargo_group_and_for_all_at_their_hour(archive: Archive) -> None:
    review = "urn:newsml:ostrel.example:20261012:herring-review"
    now, hour = archive.open_filters(), datetime(2031, 1, 15, 6, tzinfo=UTC)

    def told(filters: Filters) -> bool:
        return review in {one.article.id for one in everything_said(archive, filters)}

    assert not told(now)
    assert told(replace(now, viewer=Viewer(embargo_group=True)))
    assert told(replace(now, at=hour))
    assert not told(replace(now, at=hour.replace(hour=5, minute=59)))


def quoted(archive: Archive, name: str, about: str | None = None) -> Quoted:
    found = archive.quotes(name, about=about, limit=50)
    assert isinstance(found, Quoted), found
    return found


def test_a_surname_finds_what_a_minister_said_the_newest_first(archive: Archive) -> None:
    found = quoted(archive, "tolvane")
    assert (found.speaker.name, found.total == len(found.statements) > 5) == ("Merrin Tolvane", True)
    days = [one.article.day for one in found.statements]
    assert days == sorted(days, key=lambda day: day or date.min, reverse=True)
    assert all("Tolvane" in one.article.text for one in found.statements)


def test_about_puts_what_was_said_of_it_first(archive: Archive) -> None:
    crane = quoted(archive, "Merrin Tolvane", about="inspection of the cranes")
    assert any("crane" in text for text in crane.statements[0].texts)
    assert crane.total == quoted(archive, "Merrin Tolvane").total


def test_somebody_who_is_never_quoted_is_nobody(archive: Archive) -> None:
    found = archive.quotes("Zebulon Qwerty")
    assert isinstance(found, NoSpeaker)
    assert found.coverage.articles == SEARCHED
