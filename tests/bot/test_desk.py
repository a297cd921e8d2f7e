"""What the desk makes of jobs, over the sample wire: what is said to whom, and what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import messages
from bot.blocks import Message
from bot.blocks.modals import Field
from bot.desk import Desk, Home, Manner, Policy, Reply, answer_id
from bot.errors import BadCommand, Refused
from bot.memory import Memory, open_memory
from bot.talk import (
    Answered,
    Ask,
    ChannelSettings,
    Citing,
    Errand,
    Job,
    Narrowing,
    Person,
    PersonSettings,
    Press,
    QuotesBy,
    Room,
    Verb,
    place_of,
)
from embeddings import Archive, BadQuestion, Kind, Settings, open_archive

AT = datetime(2026, 10, 16, 9, tzinfo=UTC)
RUTH, ADA = Person(id="U1"), Person(id="U2", admin=True)
DESK, SHARED = Room(id="C1"), Room(id="C1", external=True)
CRANE = "How many people were injured when the crane fell at Pier Seven?"
LEDGER = "The Port Averel Ledger"


@pytest.fixture(scope="module")
def archive(wire: Settings) -> Iterator[Archive]:
    with open_archive(wire) as opened:
        yield opened


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with open_memory(f"sqlite:///{tmp_path / 'bot.db'}") as opened:
        yield opened


@pytest.fixture
def desk(archive: Archive, memory: Memory) -> Desk:
    return Desk(archive=archive, memory=memory, policy=Policy(), clock=lambda: AT)


class Talk:
    """Jobs of one person in one thread; whatever is answered is remembered, as the worker does."""

    def __init__(self, desk: Desk, *, person: Person = RUTH, room: Room | None = DESK) -> None:
        self.desk, self.person, self.room = desk, person, room
        self.jobs = 0

    def job(self, errand: Errand, text: str = "", **fields: Any) -> Job:  # noqa: ANN401 - any field of a job
        self.jobs += 1
        given: dict[str, Any] = {"thread": "1.0", "message": f"{self.jobs}.0", "channel": "C1"} | fields
        key = f"{self.person.id}-{self.jobs}"
        return Job(key=key, errand=errand, team="T1", user=self.person.id, text=text, **given)

    def do(self, errand: Errand, text: str = "", **fields: Any) -> Reply:  # noqa: ANN401
        reply = self.desk.answer(self.job(errand, text, **fields), person=self.person, room=self.room)
        assert isinstance(reply, Reply)
        if reply.answered is not None:
            ts = None if reply.manner.private else f"{self.jobs}.5"
            self.desk.memory.answers.record(replace(reply.answered, ts=ts))
        return reply

    def press(self, verb: Verb, reply: Reply, place: int = 0, **fields: Any) -> Reply:  # noqa: ANN401
        assert reply.answered is not None
        value = Press(verb, reply.answered.id, place).value
        return self.do(Errand.PRESSED, value=value, **fields)


def printed(reply: Reply) -> str:
    return json.dumps(reply.message.blocks, ensure_ascii=False)


def asked_of(reply: Reply) -> Any:  # noqa: ANN401 - a request
    assert reply.answered is not None
    return reply.answered.request


def test_a_mention_is_answered_for_everybody_and_a_command_for_one(desk: Desk) -> None:
    talk = Talk(desk)
    public = talk.do(Errand.ASK, CRANE)
    private = talk.do(Errand.ASK, CRANE, respond="https://hooks.example/1", thread=None)
    assert (public.manner, private.manner) == (Manner.POST, Manner.WHISPER)
    assert "<@U1>" in printed(public)
    assert messages.POST in printed(private)
    assert messages.POST not in printed(public)
    assert public.answered is not None
    assert public.answered.shown == public.message.shown != ()


def test_a_channel_may_want_its_answers_private_and_only_from_some_outlets(desk: Desk) -> None:
    desk.memory.preferences.set_channel("T1", "C1", ChannelSettings(private=True, outlets=(LEDGER,)))
    reply = Talk(desk).do(Errand.ASK, "What did Merrin Tolvane say about the warning?")
    assert reply.manner is Manner.WHISPER
    articles = [desk.archive.article(one.article) for one in reply.message.shown]
    assert articles
    assert all(LEDGER in (one.outlet, *one.carriers) for one in articles)
    with pytest.raises(Refused, match=LEDGER):
        Talk(desk).do(Errand.ASK, f"{CRANE} in:CPA")


def test_what_somebody_prefers_narrows_their_questions_and_the_answer_says_so(desk: Desk) -> None:
    narrowing = Narrowing(outlets=(LEDGER,), since=date(2026, 9, 1))
    desk.memory.preferences.set_person("T1", "U1", PersonSettings(narrowing=narrowing))
    reply = Talk(desk).do(Errand.QUOTES, "Merrin Tolvane", respond="https://hooks.example/1")
    assert asked_of(reply) == QuotesBy(name="Merrin Tolvane", narrowing=narrowing)
    assert LEDGER in printed(reply)
    own = Talk(desk).do(Errand.QUOTES, "Merrin Tolvane before 2026 in CPA", respond="https://hooks.example/1")
    assert asked_of(own).narrowing == Narrowing(outlets=("CPA",), before=date(2026, 1, 1))


def test_the_day_of_asking_is_the_askers_own(desk: Desk) -> None:
    late = replace(RUTH, utc_offset=15 * 3600)
    here = Talk(desk, person=late).do(Errand.QUOTES, "Merrin Tolvane on today", respond="https://hooks.example/1")
    assert asked_of(here).narrowing.since == date(2026, 10, 17)


def test_a_direct_message_goes_on_with_what_was_just_asked_and_not_with_what_was_long_ago(desk: Desk) -> None:
    talk = Talk(desk, room=None)
    talk.do(Errand.ASK, CRANE, channel="D1", thread="1.0", message="1.0", direct=True)
    soon = talk.do(Errand.ASK, "only CPA", channel="D1", thread="2.0", message="2.0", direct=True)
    assert asked_of(soon) == Ask(question=CRANE, narrowing=Narrowing(outlets=("CPA",)))
    later = replace(desk, clock=lambda: AT + timedelta(hours=2))
    fresh = Talk(later, room=None, person=RUTH)
    fresh.jobs = 10
    asked = fresh.do(Errand.ASK, "Who owns Pier Seven?", channel="D1", thread="3.0", message="3.0", direct=True)
    assert asked_of(asked).question == "Who owns Pier Seven?"


def test_more_in_words_is_the_next_page(desk: Desk) -> None:
    talk = Talk(desk)
    first = talk.do(Errand.ASK, "What happened at Pier Seven?")
    more = talk.do(Errand.ASK, "more please")
    assert set(more.message.shown).isdisjoint(first.message.shown)
    assert more.message.shown


def test_pages_take_the_place_of_the_message_and_come_back_the_same(desk: Desk) -> None:
    talk = Talk(desk)
    first = talk.do(Errand.ASK, "What happened at Pier Seven?")
    second = talk.press(Verb.PAGE, first, 1, message="1.5")
    assert (second.manner, second.answered and second.answered.id) == (Manner.UPDATE, answer_id("U1-1"))
    assert set(second.message.shown).isdisjoint(first.message.shown)
    back = talk.press(Verb.PAGE, first, 0, message="1.5")
    assert back.message.blocks == first.message.blocks


def test_near_misses_of_an_answer_for_all_are_for_who_wants_them(desk: Desk) -> None:
    talk = Talk(desk)
    nothing = talk.do(Errand.ASK, "What did Prime Minister Ottoline Varge say about the crane accident?")
    assert nothing.message.shown == ()
    near = Talk(desk, person=ADA).press(Verb.NEAR, nothing, message="1.5")
    assert near.manner is Manner.WHISPER
    assert near.message.shown


def test_a_choice_among_several_bearers_is_the_one_whose_button_was_pressed(desk: Desk) -> None:
    talk = Talk(desk)
    for name in ("Ewan Traskill", "Brida Traskill"):
        which = talk.do(Errand.QUOTES, "Traskill", respond="https://hooks.example/1")
        assert which.message.shown == ()
        chosen = talk.press(Verb.CHOOSE, which, place_of(name), respond="https://hooks.example/2", message=None)
        assert asked_of(chosen).name == name
        assert name in printed(chosen)
        assert chosen.message.shown
    which = talk.do(Errand.QUOTES, "Traskill", respond="https://hooks.example/1")
    with pytest.raises(BadCommand, match="Ask again"):
        talk.press(Verb.CHOOSE, which, place_of("Nobody Else"), respond="https://hooks.example/3", message=None)


def test_posting_a_private_answer_is_decided_anew_by_where_it_would_stand(desk: Desk) -> None:
    talk = Talk(desk)
    private = talk.do(Errand.ASK, CRANE, respond="https://hooks.example/1", thread=None)
    posted = talk.press(Verb.SHARE, private, respond="https://hooks.example/2", message=None, thread=None)
    assert (posted.manner, posted.message.shown) == (Manner.POST, private.message.shown)
    assert "<@U1>" in printed(posted)
    assert posted.aside is not None
    for room in (SHARED, Room(id="C1", known=False)):
        with pytest.raises(Refused):
            Talk(desk, room=room).press(Verb.SHARE, private, respond="https://hooks.example/3", message=None)


def test_more_by_the_speaker_of_a_passage(desk: Desk) -> None:
    talk = Talk(desk)
    quotes = talk.do(Errand.ASK, "What did Merrin Tolvane say about the fog signal?")
    more = talk.press(Verb.SPEAKER, quotes, 0, message="1.5")
    assert more.manner is Manner.WHISPER
    assert asked_of(more).name == "Merrin Tolvane"


@pytest.mark.parametrize("verb", [Verb.PAGE, Verb.NEAR, Verb.SHARE, Verb.CHOOSE, Verb.SPEAKER, Verb.AGAIN])
def test_an_answer_whose_question_is_forgotten_says_so(desk: Desk, verb: Verb) -> None:
    talk = Talk(desk)
    answer = talk.do(Errand.ASK, CRANE)
    desk.memory.answers.forget(AT + timedelta(days=1))
    with pytest.raises(BadCommand, match="too old"):
        talk.press(verb, answer, message="1.5")


def test_an_answer_that_is_not_known_says_so(desk: Desk) -> None:
    for verb in (Verb.PAGE, Verb.SPEAKER):
        with pytest.raises(BadCommand, match="too old"):
            Talk(desk).do(Errand.PRESSED, value=Press(verb, "NOSUCHANSWER", 1).value)


def test_another_persons_question_is_not_asked_again_from_home(desk: Desk) -> None:
    answer = Talk(desk).do(Errand.ASK, CRANE)
    with pytest.raises(BadCommand):
        Talk(desk, person=ADA).press(Verb.AGAIN, answer, channel=None, thread=None)


def narrowed(reply: Reply, **values: Any) -> str:  # noqa: ANN401 - what a modal holds
    assert reply.answered is not None
    press = Press(Verb.NARROW, reply.answered.id)
    return json.dumps({"press": press.value, "values": values})


def test_a_narrowing_modal_brings_a_new_answer_and_leaves_the_old_one(desk: Desk) -> None:
    talk = Talk(desk)
    answer = talk.do(Errand.ASK, CRANE)
    since = {Field.SINCE: {"input": {"type": "datepicker", "selected_date": "2026-09-18"}}}
    again = talk.do(Errand.NARROWED, value=narrowed(answer, **since))
    assert again.manner is Manner.POST
    assert asked_of(again).narrowing == Narrowing(since=date(2026, 9, 18))
    assert again.answered is not None
    assert answer.answered is not None
    assert again.answered.id != answer.answered.id


def test_a_report_is_kept_and_goes_to_the_channel_for_reports(desk: Desk) -> None:
    desk = replace(desk, policy=Policy(reports_channel="C9"))
    talk = Talk(desk)
    answer = talk.do(Errand.ASK, CRANE)
    assert answer.answered is not None
    wrong = {"words": {"input": {"type": "plain_text_input", "value": "The chief said it"}}}
    press = Press(Verb.REPORT, answer.answered.id, 1)
    reply = talk.do(Errand.REPORTED, value=json.dumps({"press": press.value, "values": wrong}))
    assert (reply.manner, reply.channel) == (Manner.POST, "C9")
    assert reply.aside is not None
    assert answer.message.shown[1].article in printed(reply)
    [kept] = desk.memory.answers.feedback()
    assert (kept.place, kept.user) == (1, "U1")


def test_a_channels_settings_are_kept_from_admins_only(desk: Desk) -> None:
    values = {
        Field.CITING: {"input": {"type": "radio_buttons", "selected_option": {"value": "Chicago"}}},
        Field.ANSWERS: {
            "input": {"type": "checkboxes", "selected_options": [{"value": "follow_ups"}, {"value": "private"}]}
        },
    }
    sent = json.dumps({"press": Press(Verb.SETTINGS, "").value, "values": values})
    preferences = desk.memory.preferences
    Talk(desk).do(Errand.SETTINGS, value=sent)
    assert preferences.person("T1", "U1").citing is Citing.CHICAGO
    assert preferences.channel("T1", "C1") == ChannelSettings()
    Talk(desk, person=ADA).do(Errand.SETTINGS, value=sent)
    assert preferences.channel("T1", "C1") != ChannelSettings()


def test_a_page_of_a_refused_person_says_why_and_shows_nothing(desk: Desk) -> None:
    talk = Talk(desk, person=Person(id="U3", guest=True), room=None)
    home = desk.answer(talk.job(Errand.HOME, channel=None, direct=True), person=talk.person, room=None)
    assert isinstance(home, Home)
    page = json.dumps(home.view)
    assert "guests" in page
    assert "Ledger" not in page


@pytest.mark.parametrize("errand", [Errand.ASK, Errand.QUOTES, Errand.SOURCE, Errand.STATUS, Errand.PRESSED])
def test_a_workspace_that_is_not_named_gets_nothing(desk: Desk, errand: Errand) -> None:
    closed = replace(desk, policy=Policy(workspaces=frozenset({"T9"})))
    with pytest.raises(Refused):
        Talk(closed).do(errand, CRANE)
    with pytest.raises(Refused):
        closed.view(Press(Verb.SETTINGS, ""), Talk(closed).job(errand), person=RUTH, room=DESK)
    opened = replace(desk, policy=Policy(workspaces=frozenset({"T1"})))
    assert Talk(opened).do(Errand.ASK, CRANE).message.shown


def test_a_changed_article_is_not_shown_under_the_old_place(desk: Desk) -> None:
    talk = Talk(desk)
    answer = talk.do(Errand.ASK, CRANE)
    assert answer.answered is not None
    shown = tuple(replace(one, fingerprint="0" * 64) for one in answer.answered.shown)
    desk.memory.answers.record(replace(answer.answered, shown=shown, ts="1.5"))
    for verb in (Verb.CONTEXT, Verb.CITE, Verb.REPORT):
        with pytest.raises(BadCommand, match="changed"):
            desk.view(Press(verb, answer.answered.id, 0), talk.job(Errand.PRESSED), person=RUTH, room=DESK)


def test_a_stale_archive_is_said_on_every_answer(desk: Desk) -> None:
    stale = replace(desk, policy=Policy(stale_hours=1), clock=lambda: datetime.now(UTC) + timedelta(hours=3))
    assert "out of date" in printed(Talk(stale).do(Errand.ASK, CRANE))
    fresh = replace(desk, policy=Policy(stale_hours=1), clock=lambda: datetime.now(UTC))
    assert "out of date" not in printed(Talk(fresh).do(Errand.ASK, CRANE))


def test_a_bare_mention_gets_help_and_an_empty_question_advice(desk: Desk) -> None:
    assert "/quotes" in printed(Talk(desk).do(Errand.ASK, "  "))
    with pytest.raises((BadCommand, BadQuestion)):
        Talk(desk).do(Errand.ASK, "in:CPA", thread="9.0", message="9.0")


@pytest.mark.parametrize("typed", ["help", "hi", "What can you do?", "/help", "/ask help", "/onrecord help"])
def test_words_for_help_bring_help_wherever_they_are_said(desk: Desk, typed: str) -> None:
    talk = Talk(desk)
    talk.do(Errand.ASK, CRANE)
    for where in ({"thread": "1.0"}, {"thread": "8.0", "message": "8.0"}, {"respond": "https://hooks.example/1"}):
        reply = talk.do(Errand.ASK, typed, **where)
        assert messages.HELP_TEXT in printed(reply)
        assert reply.answered is None


def test_quotes_explains_itself(desk: Desk) -> None:
    private = Talk(desk).do(Errand.QUOTES, "help", respond="https://hooks.example/1")
    public = Talk(desk).do(Errand.ASK, "/quotes help")
    assert (private.manner, public.manner) == (Manner.WHISPER, Manner.POST)
    assert private.message == public.message
    assert "kind:direct" in printed(private)


@pytest.mark.parametrize(
    "typed", ["/quotes merrin tolvane", "quotes merrin tolvane", "quotes by merrin tolvane", "merrin tolvane quotes"]
)
def test_a_command_in_a_message_is_that_command_for_everybody(desk: Desk, typed: str) -> None:
    talk = Talk(desk)
    talk.do(Errand.ASK, CRANE)
    reply = talk.do(Errand.ASK, typed)
    assert reply.manner is Manner.POST
    assert asked_of(reply) == QuotesBy(name="merrin tolvane")
    assert reply.message.shown
    about = talk.do(Errand.ASK, "and about the fog signal?")
    assert asked_of(about) == QuotesBy(name="merrin tolvane", about="the fog signal")
    assert asked_of(talk.do(Errand.ASK, "direct only")).kinds == (Kind.DIRECT,)


def test_the_archive_and_settings_can_be_asked_for_in_a_message(desk: Desk) -> None:
    assert messages.STATUS_TITLE in printed(Talk(desk).do(Errand.ASK, "/onrecord status"))
    assert messages.STATUS_TITLE in printed(Talk(desk).do(Errand.ASK, "status"))
    with pytest.raises(BadCommand, match="outside of a thread"):
        Talk(desk).do(Errand.ASK, "/onrecord settings")


def test_a_question_in_full_is_asked_as_it_stands_and_an_aside_keeps_the_topic(desk: Desk) -> None:
    talk = Talk(desk)
    talk.do(Errand.ASK, "What has been said about sanctions this month?")
    full = "What did the foreign minister say about the talks?"
    assert asked_of(talk.do(Errand.ASK, full)) == Ask(question=full)
    assert asked_of(talk.do(Errand.ASK, "trawler crew released?")) == Ask(question="trawler crew released?")
    assert asked_of(talk.do(Errand.ASK, "and why was it held?")) == Ask(question="Why was trawler crew held?")
    only = talk.do(Errand.ASK, "did tolvane resign? only ledger since sept")
    narrowing = Narrowing(outlets=(LEDGER,), since=date(2026, 9, 1))
    assert asked_of(only) == Ask(question="did tolvane resign?", narrowing=narrowing)
    assert (
        asked_of(talk.do(Errand.ASK, "and what did she say about fog?")).question == "What did tolvane say about fog?"
    )


def test_what_is_no_filter_is_said_and_not_searched(desk: Desk) -> None:
    for typed in ("fever lang:fr", "fever section:sport", "fever kind:direct"):
        with pytest.raises(BadCommand, match="There is no filter"):
            Talk(desk).do(Errand.ASK, typed)


def test_a_forgotten_answers_modal_carries_where_it_was_opened(desk: Desk) -> None:
    talk = Talk(desk)
    answer = talk.do(Errand.ASK, CRANE)
    assert answer.answered is not None
    job = talk.job(Errand.PRESSED, respond="https://hooks.example/7")
    view = desk.view(Press(Verb.NARROW, answer.answered.id), job, person=RUTH, room=DESK)
    left = json.loads(view["private_metadata"])
    assert (left["channel"], left["respond"]) == ("C1", "https://hooks.example/7")
    assert Press.read(left["press"]) == Press(Verb.NARROW, answer.answered.id)


def test_the_id_of_an_answer_belongs_to_its_job() -> None:
    assert answer_id("Ev1") == answer_id("Ev1") != answer_id("Ev2")


def test_a_message_remembers_what_it_shows(desk: Desk) -> None:
    reply = Talk(desk).do(Errand.ASK, CRANE)
    assert isinstance(reply.message, Message)
    first = reply.message.shown[0]
    article = desk.archive.article(first.article)
    assert (first.version, first.fingerprint) == (article.version, article.fingerprint)
    assert isinstance(reply.answered, Answered)
