"""What the desk says of answers that time has overtaken, and where settings of people and of channels meet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk, Home, Manner, Policy
from bot.errors import BadCommand
from bot.memory import Memory, open_memory
from bot.slack.payloads import pressed, sent
from bot.talk import Ask, ChannelSettings, Errand, Narrowing, PersonSettings, Press, Verb
from embeddings import Archive, NotReleased, Settings, Status, open_archive
from tests.bot.test_desk import AT, CRANE, DESK, LEDGER, RUTH, Talk, asked_of, narrowed

CPA = "CPA"
PIER = "What happened at Pier Seven?"
WINDOWS = (Verb.CONTEXT, Verb.CITE, Verb.REPORT)


@pytest.fixture
def settings(wire: Settings, tmp_path: Path) -> Settings:
    """An archive of the test's own."""
    shutil.copytree(wire.beside, tmp_path / "archive")
    return replace(wire, archive=tmp_path / "archive")


@pytest.fixture
def archive(settings: Settings) -> Iterator[Archive]:
    with open_archive(settings) as opened:
        yield opened


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with open_memory(f"sqlite:///{tmp_path / 'bot.db'}") as opened:
        yield opened


@pytest.fixture
def desk(archive: Archive, memory: Memory) -> Desk:
    return Desk(archive=archive, memory=memory, policy=Policy(), clock=lambda: AT)


def taken_in(settings: Settings, article_id: str, **changes: Any) -> None:  # noqa: ANN401 - any field of an article
    """A later version of an article comes over the wire while the bot runs."""
    with open_archive(settings, writing=True) as writing:
        article = writing.article(article_id)
        later: dict[str, Any] = {
            "version": (article.version or 1) + 1,
            "version_created": datetime(2026, 10, 17, tzinfo=UTC),
        }
        writing.ingest([replace(article, **(later | changes))])


def test_words_that_were_corrected_since_are_neither_cited_nor_shown_as_those_on_file(
    desk: Desk, settings: Settings
) -> None:
    talk = Talk(desk)
    answer = talk.do(Errand.ASK, CRANE)
    assert answer.answered is not None
    taken_in(settings, answer.message.shown[0].article, note="CORRECTS the number of injured", headline="Corrected")
    for verb in WINDOWS:
        with pytest.raises(BadCommand, match="changed"):
            desk.view(Press(verb, answer.answered.id, 0), talk.job(Errand.PRESSED), person=RUTH, room=DESK)


def test_words_that_were_killed_since_are_shown_nowhere(desk: Desk, settings: Settings) -> None:
    talk = Talk(desk)
    answer = talk.do(Errand.ASK, CRANE)
    assert answer.answered is not None
    killed = answer.message.shown[0].article
    taken_in(settings, killed, status=Status.CANCELED)
    for verb in WINDOWS:
        with pytest.raises(NotReleased):
            desk.view(Press(verb, answer.answered.id, 0), talk.job(Errand.PRESSED), person=RUTH, room=DESK)
    with pytest.raises(NotReleased):
        talk.press(Verb.SPEAKER, answer, 0, message="1.5")
    for again in (talk.press(Verb.PAGE, answer, 0, message="1.5"), talk.do(Errand.ASK, CRANE)):
        assert killed not in {one.article for one in again.message.shown}


def test_a_menu_of_another_page_than_the_one_that_is_shown_brings_no_passage_of_that_one(desk: Desk) -> None:
    talk = Talk(desk)
    first = talk.do(Errand.ASK, PIER)
    assert first.answered is not None
    talk.press(Verb.PAGE, first, 1, message="1.5")
    for verb in WINDOWS:
        with pytest.raises(BadCommand, match="another page"):
            desk.view(Press(verb, first.answered.id, 0), talk.job(Errand.PRESSED), person=RUTH, room=DESK)


def test_outlets_that_somebody_prefers_are_no_reason_to_refuse_where_others_are_allowed(
    desk: Desk, memory: Memory
) -> None:
    memory.preferences.set_person("T1", "U1", PersonSettings(narrowing=Narrowing(outlets=(LEDGER,))))
    memory.preferences.set_channel("T1", "C1", ChannelSettings(outlets=(CPA,)))
    reply = Talk(desk).do(Errand.ASK, CRANE)
    assert asked_of(reply) == Ask(question=CRANE)
    assert {desk.archive.article(one.article).outlet or CPA for one in reply.message.shown} == {CPA}


def test_a_direct_talk_goes_on_though_something_was_asked_elsewhere_in_between(desk: Desk) -> None:
    talk = Talk(desk, room=None)
    talk.do(Errand.ASK, CRANE, channel="D1", thread="1.0", message="1.0", direct=True)
    talk.do(Errand.QUOTES, "Merrin Tolvane", respond="https://hooks.example/1", thread=None)
    soon = talk.do(Errand.ASK, "only CPA", channel="D1", thread="3.0", message="3.0", direct=True)
    assert asked_of(soon) == Ask(question=CRANE, narrowing=Narrowing(outlets=("CPA",)))


def test_narrowing_where_answers_are_private_is_private(desk: Desk, memory: Memory) -> None:
    talk = Talk(desk)
    answer = talk.do(Errand.ASK, CRANE)
    memory.preferences.set_channel("T1", "C1", ChannelSettings(private=True))
    since = {"since": {"input": {"type": "datepicker", "selected_date": "2026-09-01"}}}
    assert talk.do(Errand.NARROWED, value=narrowed(answer, **since)).manner is Manner.WHISPER


def test_what_is_done_in_a_window_belongs_to_the_workspace_where_it_was_opened(desk: Desk) -> None:
    """An organisation's own id in the payload would find none of the channel's settings."""
    talk = Talk(desk)
    answer = talk.do(Errand.ASK, CRANE)
    assert answer.answered is not None
    view = desk.view(Press(Verb.REPORT, answer.answered.id), talk.job(Errand.PRESSED), person=RUTH, room=DESK)
    shown = {**view, "id": "V1", "hash": "1", "app_installed_team_id": "E1", "state": {"values": {}}}
    job = sent({"type": "view_submission", "team": None, "user": {"id": "U1", "team_id": "T2"}, "view": shown})
    assert job is not None
    assert (job.team, job.channel) == ("T1", "C1")


def test_what_is_pressed_on_the_home_page_belongs_to_the_talk_with_its_owner(desk: Desk) -> None:
    talk = Talk(desk, room=None)
    answer = talk.do(Errand.ASK, CRANE)
    assert answer.answered is not None
    home = desk.answer(talk.job(Errand.HOME, channel="D1", thread=None, direct=True), person=RUTH, room=None)
    assert isinstance(home, Home)
    action = {"value": Press(Verb.AGAIN, answer.answered.id).value}
    page = json.loads(json.dumps(home.view)) | {"id": "V1", "type": "home"}
    found = pressed({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"}, "view": page, "actions": [action]})
    assert found is not None
    assert (found.job.team, found.job.channel, found.job.direct) == ("T1", "D1", True)
