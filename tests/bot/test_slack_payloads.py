from __future__ import annotations

import json
from typing import Any

import pytest

from bot.blocks.modals import Modal
from bot.slack import payloads
from bot.slack.payloads import Talk
from bot.talk import Errand, Job, Press, Verb
from tests.bot import slack_payloads as slack
from tests.bot.slack_payloads import ASKED_AT, CHANNEL, DIRECT, HOOK, TEAM, THREAD, TRIGGER, USER
from tests.bot.webapi import BOT

ASKED = "what did Ilse Varga say about the harbour?"
GRID: dict[str, Any] = {
    "team_id": None,
    "enterprise_id": "E0GROUP",
    "authorizations": [
        {"enterprise_id": "E0GROUP", "team_id": None, "user_id": BOT, "is_bot": True, "is_enterprise_install": True}
    ],
}


def test_a_mention_asks_in_a_thread_under_it() -> None:
    assert payloads.mention(slack.envelope(slack.mention())) == Job(
        key="Ev0QUESTION",
        errand=Errand.ASK,
        team=TEAM,
        user=USER,
        channel=CHANNEL,
        thread=ASKED_AT,
        message=ASKED_AT,
        text=ASKED,
    )


def test_a_mention_in_a_thread_stays_there() -> None:
    job = payloads.mention(slack.envelope(slack.mention(thread_ts=THREAD)))

    assert job is not None
    assert (job.thread, job.message) == (THREAD, ASKED_AT)


@pytest.mark.parametrize(
    "changed",
    [
        {"bot_id": "B0OTHER"},
        {"subtype": "bot_message", "user": None},
        {"subtype": "message_changed"},
        {"edited": {"user": USER, "ts": ASKED_AT}},
        {"hidden": True},
        {"user": "USLACKBOT"},
        {"user": None},
        {"channel": DIRECT},
    ],
)
def test_a_mention_by_no_person_or_in_a_direct_message_is_left_alone(changed: dict[str, Any]) -> None:
    assert payloads.mention(slack.envelope(slack.mention(**changed))) is None


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_mention_with_a_file_or_also_sent_to_the_channel_asks(subtype: str) -> None:
    assert payloads.mention(slack.envelope(slack.mention(subtype=subtype))) is not None


def test_a_mention_without_words_asks_nothing() -> None:
    job = payloads.mention(slack.envelope(slack.mention(f"<@{BOT}>")))

    assert job is not None
    assert job.text == ""


def test_a_direct_message_asks() -> None:
    assert payloads.message(slack.envelope(slack.direct("who said &lt;that&gt;?"))) == Job(
        key="Ev0QUESTION",
        errand=Errand.ASK,
        team=TEAM,
        user=USER,
        channel=DIRECT,
        thread=ASKED_AT,
        message=ASKED_AT,
        text="who said <that>?",
        direct=True,
    )


def test_a_direct_message_in_a_thread_stays_there_and_may_name_the_bot() -> None:
    job = payloads.message(slack.envelope(slack.direct(f"<@{BOT}> only Meridian", thread_ts=THREAD)))

    assert job is not None
    assert (job.thread, job.text) == (THREAD, "only Meridian")


def test_a_message_in_a_channels_thread_may_be_a_follow_up() -> None:
    job = payloads.message(slack.envelope(slack.message(thread_ts=THREAD)))

    assert job is not None
    assert (job.direct, job.channel, job.thread, job.message) == (False, CHANNEL, THREAD, ASKED_AT)
    assert job.text == "and what did she say in June?"


@pytest.mark.parametrize(
    "event",
    [
        slack.message(),
        slack.message(thread_ts=ASKED_AT),
        slack.message(f"<@{BOT}> and in June?", thread_ts=THREAD),
        slack.message(thread_ts=THREAD, bot_id="B0ONRECORD"),
        slack.message(thread_ts=THREAD, subtype="message_deleted", hidden=True),
        slack.direct(subtype="message_changed"),
        slack.direct(subtype="assistant_app_thread"),
        slack.direct(bot_id="B0ONRECORD", user=BOT),
    ],
)
def test_other_messages_are_left_alone(event: dict[str, Any]) -> None:
    assert payloads.message(slack.envelope(event)) is None


def test_without_knowing_the_bot_no_message_that_mentions_anybody_is_a_follow_up() -> None:
    event = slack.message("and <@U0NORA>?", thread_ts=THREAD)

    assert payloads.message(slack.envelope(event)) is not None
    assert payloads.message(slack.envelope(event, authorizations=[])) is None


@pytest.mark.parametrize(
    ("event", "around", "external"),
    [
        ({}, {}, False),
        ({}, {"is_ext_shared_channel": True}, True),
        ({"user_team": "T0ELSEWHERE"}, {}, True),
        ({"source_team": "T0ELSEWHERE"}, {}, True),
        ({"user_team": TEAM, "source_team": TEAM}, {}, False),
        ({"user_team": "T0SISTER"}, GRID, False),
        ({"user_team": "T0SISTER"}, {**GRID, "is_ext_shared_channel": True}, True),
    ],
)
def test_what_comes_from_outside_is_known(event: dict[str, Any], around: dict[str, Any], external: bool) -> None:
    job = payloads.mention(slack.envelope(slack.mention(**event), **around))

    assert job is not None
    assert job.external is external


def test_an_organisation_stands_for_its_workspaces() -> None:
    job = payloads.mention(slack.envelope(slack.mention(), **GRID))

    assert job is not None
    assert (job.team, job.enterprise) == ("E0GROUP", "E0GROUP")


def test_the_workspace_that_the_bot_is_installed_in_counts() -> None:
    job = payloads.mention(slack.envelope(slack.mention(), team_id="T0SENDER"))

    assert job is not None
    assert job.team == TEAM


def test_a_payload_of_no_workspace_is_an_error() -> None:
    body = slack.envelope(slack.mention(), team_id=None, authorizations=[])

    with pytest.raises(ValueError, match="neither a workspace"):
        payloads.mention(body)


HOME = {"type": "app_home_opened", "user": USER, "channel": DIRECT, "tab": "home", "event_ts": ASKED_AT}


def test_the_home_page_is_shown_to_whoever_opens_it() -> None:
    assert payloads.home(slack.envelope(HOME)) == Job(
        key="Ev0QUESTION", errand=Errand.HOME, team=TEAM, user=USER, channel=DIRECT, direct=True
    )
    assert payloads.talk(slack.envelope(HOME)) is None


def test_the_agent_view_begins_a_talk() -> None:
    opened = slack.envelope({**HOME, "tab": "messages"})

    assert payloads.home(opened) is None
    assert payloads.talk(opened) == Talk(team=TEAM, enterprise=None, channel=DIRECT, thread=None)


def test_an_assistants_thread_begins_a_talk() -> None:
    began = {
        "type": "assistant_thread_started",
        "assistant_thread": {"user_id": USER, "context": {}, "channel_id": DIRECT, "thread_ts": THREAD},
        "event_ts": ASKED_AT,
    }

    assert payloads.talk(slack.envelope(began)) == Talk(team=TEAM, enterprise=None, channel=DIRECT, thread=THREAD)


@pytest.mark.parametrize(
    ("name", "text", "errand", "left"),
    [
        ("/ask", " who said &quot;never&quot; &amp; when? ", Errand.ASK, "who said &quot;never&quot; & when?"),
        ("/quotes", "Ilse Varga about the harbour", Errand.QUOTES, "Ilse Varga about the harbour"),
        ("/onrecord", "", Errand.HELP, ""),
        ("/onrecord", "help", Errand.HELP, "help"),
        ("/onrecord", "dance", Errand.HELP, "dance"),
        ("/onrecord", "Status", Errand.STATUS, ""),
    ],
)
def test_commands_are_answered_privately(name: str, text: str, errand: Errand, left: str) -> None:
    assert payloads.command(slack.command(name, text)) == Job(
        key=f"command:{TRIGGER}",
        errand=errand,
        team=TEAM,
        user=USER,
        channel=CHANNEL,
        text=left,
        respond=HOOK,
    )


def test_a_command_in_a_direct_message_may_be_one_of_two_people() -> None:
    job = payloads.command(slack.command("/ask", "what?", channel_id="D0TWOOFUS", channel_name="directmessage"))

    assert (job.channel, job.direct) == ("D0TWOOFUS", False)


def test_a_command_of_an_organisation_has_no_team() -> None:
    job = payloads.command(slack.command("/ask", "what?", team_id="", enterprise_id="E0GROUP"))

    assert (job.team, job.enterprise) == ("E0GROUP", "E0GROUP")


def test_without_a_trigger_the_words_make_the_key() -> None:
    one, same = (payloads.command(slack.command("/ask", "what?", trigger_id="")) for _ in range(2))
    other = payloads.command(slack.command("/ask", "who?", trigger_id=""))

    assert one.key == same.key != other.key


def test_settings_are_opened_at_once() -> None:
    wanted = payloads.settings_wanted(slack.command("/onrecord", " Settings "))

    assert wanted is not None
    assert (wanted.press, wanted.trigger.id) == (Press(Verb.SETTINGS, ""), TRIGGER)
    assert (wanted.job.channel, wanted.job.respond) == (CHANNEL, HOOK)
    assert payloads.settings_wanted(slack.command("/onrecord", "status")) is None
    for typed in ("setings", "settings please", "config"):
        assert payloads.settings_wanted(slack.command("/onrecord", typed)) is not None


@pytest.mark.parametrize("typed", ["status", "stauts", "Status?", "status please"])
def test_words_for_the_archives_state_are_read_kindly(typed: str) -> None:
    assert payloads.command(slack.command("/onrecord", typed)).errand is Errand.STATUS


def test_the_shortcut_takes_a_messages_words() -> None:
    chosen = {"type": "message", "user": "U0PAVEL", "ts": "1789.5", "text": "&gt; “The harbour stays open.”"}

    assert payloads.shortcut(slack.shortcut(chosen)) == Job(
        key=f"shortcut:{TRIGGER}",
        errand=Errand.SOURCE,
        team=TEAM,
        user=USER,
        channel=CHANNEL,
        message="1789.5",
        text="“The harbour stays open.”",
        respond=HOOK,
    )


def test_a_button_goes_on_where_it_stands() -> None:
    pressed = payloads.pressed(slack.button("page|ABC|2"))

    assert pressed is not None
    assert pressed.press == Press(Verb.PAGE, "ABC", 2)
    assert (pressed.opens, pressed.works) == (False, True)
    assert pressed.job == Job(
        key=f"press:{TRIGGER}",
        errand=Errand.PRESSED,
        team=TEAM,
        user=USER,
        channel=CHANNEL,
        thread=THREAD,
        message=ASKED_AT,
        value="page|ABC|2",
    )


def test_a_button_on_a_message_of_no_thread_begins_one() -> None:
    body = slack.button("page|ABC|1")
    del body["message"]["thread_ts"], body["container"]["thread_ts"]
    pressed = payloads.pressed(body)

    assert pressed is not None
    assert pressed.job.thread == ASKED_AT


def test_a_button_in_a_direct_message_is_one_with_the_bot() -> None:
    pressed = payloads.pressed(slack.button("page|ABC|1", channel={"id": DIRECT, "name": "directmessage"}))

    assert pressed is not None
    assert pressed.job.direct


@pytest.mark.parametrize("thread", [None, THREAD])
def test_a_button_on_a_private_answer_answers_privately(thread: str | None) -> None:
    pressed = payloads.pressed(slack.private_button("share|ABC|0", thread=thread))

    assert pressed is not None
    assert (pressed.job.respond, pressed.job.message, pressed.job.thread) == (HOOK, None, thread)
    assert (pressed.job.channel, pressed.job.direct) == (CHANNEL, False)


@pytest.mark.parametrize("verb", [Verb.CONTEXT, Verb.CITE, Verb.REPORT])
def test_the_menu_beside_a_passage_opens_a_modal(verb: Verb) -> None:
    pressed = payloads.pressed(slack.menu(f"{verb}|ABC|3"))

    assert pressed is not None
    assert pressed.press == Press(verb, "ABC", 3)
    assert (pressed.opens, pressed.works) == (True, False)
    assert (pressed.trigger.id, pressed.trigger.stacked) == (TRIGGER, False)


def test_the_menu_beside_a_passage_asks_for_the_speaker() -> None:
    pressed = payloads.pressed(slack.menu("speaker|ABC|3"))

    assert pressed is not None
    assert (pressed.opens, pressed.works, pressed.job.value) == (False, True, "speaker|ABC|3")


@pytest.mark.parametrize(("place", "opens"), [(0, True), (1, False)])
def test_a_thumb_is_counted_and_only_one_down_asks_why(place: int, opens: bool) -> None:
    body = slack.button(f"rate|ABC|{place}")
    body["actions"][0] = {
        "type": "feedback_buttons",
        "action_id": "rate",
        "block_id": "under",
        "value": f"rate|ABC|{place}",
        "action_ts": "1790000009.5",
    }
    pressed = payloads.pressed(body)

    assert pressed is not None
    assert (pressed.opens, pressed.works) == (opens, True)
    assert (pressed.job.errand, json.loads(pressed.job.value)) == (Errand.RATED, {"press": f"rate|ABC|{place}"})


def test_a_button_on_the_home_page_answers_directly() -> None:
    pressed = payloads.pressed(slack.home_button("again|ABC|0"))

    assert pressed is not None
    assert (pressed.job.channel, pressed.job.direct, pressed.job.respond) == (None, True, None)
    assert (pressed.job.thread, pressed.job.message, pressed.trigger.stacked) == (None, None, False)


def test_a_button_in_a_modal_opens_on_top_and_remembers_where_from() -> None:
    body = slack.home_button("cite|ABC|0")
    left = {"press": "context|ABC|0", "channel": CHANNEL, "thread": THREAD, "respond": HOOK, "external": True}
    body["view"] |= {"type": "modal", "private_metadata": json.dumps(left)}
    pressed = payloads.pressed(body)

    assert pressed is not None
    assert pressed.trigger.stacked
    job = pressed.job
    assert (job.channel, job.thread, job.respond, job.external) == (CHANNEL, THREAD, HOOK, True)


@pytest.mark.parametrize("value", ["", "page", "page|ABC", "page|ABC|x", "dance|ABC|1", "https://gazette.example"])
def test_what_is_no_press_is_left_alone(value: str) -> None:
    assert payloads.pressed(slack.button(value)) is None


def test_a_link_button_has_no_value() -> None:
    body = slack.button("page|ABC|1")
    del body["actions"][0]["value"]

    assert payloads.pressed(body) is None


@pytest.mark.parametrize(
    ("modal", "errand"),
    [
        (Modal.NARROW, Errand.NARROWED),
        (Modal.REASON, Errand.RATED),
        (Modal.REPORT, Errand.REPORTED),
        (Modal.SETTINGS, Errand.SETTINGS),
    ],
)
def test_a_modal_goes_on_where_it_was_opened(modal: Modal, errand: Errand) -> None:
    values = {"since": {"since": {"type": "datepicker", "selected_date": "2026-06-01"}}}
    where = {"channel": CHANNEL, "thread": THREAD, "message": ASKED_AT, "respond": HOOK}
    left = {"press": "narrow|ABC|0", **where, "direct": False, "external": False}
    job = payloads.sent(slack.submission(modal, left=json.dumps(left), values=values))

    assert job is not None
    assert (job.key, job.errand, job.user) == ("sent:V0MODAL:1790000010.aBcD", errand, USER)
    assert {name: getattr(job, name) for name in where} == where
    assert json.loads(job.value) == {"press": "narrow|ABC|0", "values": values}


def test_a_modal_that_carries_nothing_is_still_read() -> None:
    job = payloads.sent(slack.submission(Modal.SETTINGS, left="", values={}))

    assert job is not None
    assert (job.channel, json.loads(job.value)) == (None, {"press": "", "values": {}})


def test_a_modal_of_somebody_elses_is_left_alone() -> None:
    assert payloads.sent(slack.submission("survey", left="", values={})) is None


def test_whoever_sends_a_modal_from_outside_is_known() -> None:
    body = slack.submission(Modal.NARROW, left="{}", values={})
    body["user"]["team_id"] = "T0ELSEWHERE"
    job = payloads.sent(body)

    assert job is not None
    assert job.external


def test_a_reference_holds_nothing_of_what_was_said() -> None:
    assert payloads.reference(slack.envelope(slack.mention())) == "Ev0QUESTION"
    assert "harbour" not in payloads.reference(slack.command("/ask", "harbour", trigger_id=""))
