from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.blocks import Message
from bot.errors import NotSent, TryLater, Unsure
from bot.slack.clients import OneWorkspace
from bot.slack.courier import EVENT_TYPE, SlackCourier
from bot.slack.gate import MOST_BLOCKS, MOST_CHARACTERS, passed
from bot.talk import Errand, Job
from tests.bot.webapi import BOT, DM, TS, Says, WebApi, refusing

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "“The harbour stays open.”"}}
ANSWER = Message(text="1 passage", blocks=(SECTION,))
CHANNEL, USER, ASKED_AT, THREAD = "C0NEWSROOM", "U0REPORTER", "1790000000.000100", "1789990000.000500"


@pytest.fixture
def api() -> Iterator[WebApi]:
    with WebApi().running() as running:
        yield running


@pytest.fixture
def courier(api: WebApi) -> SlackCourier:
    return SlackCourier(clients=OneWorkspace(api.slack(), timeout=1), timeout=1)


def job(**changed: Any) -> Job:  # noqa: ANN401 - any field of a job
    kept: dict[str, Any] = {"channel": CHANNEL, "thread": THREAD, "message": ASKED_AT}
    return Job(**{"key": "Ev1", "errand": Errand.ASK, "team": "T1", "user": USER, **kept, **changed})


def test_an_answer_is_posted_once_with_its_mark_and_without_previews(courier: SlackCourier, api: WebApi) -> None:
    assert courier.post(job(), ANSWER, answer="ABC") == TS

    (call,) = api.calls
    assert (call.method, call.token) == ("chat.postMessage", "xoxb-1")
    assert call.given == {
        "channel": CHANNEL,
        "thread_ts": THREAD,
        "text": "1 passage",
        "blocks": [SECTION],
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"answer": "ABC"}},
    }


def test_an_answer_from_the_home_page_goes_to_the_person(courier: SlackCourier, api: WebApi) -> None:
    courier.post(job(channel=None, thread=None, message=None, direct=True), ANSWER, answer="ABC")

    assert api.of("conversations.open") == [{"users": USER}]
    (given,) = api.of("chat.postMessage")
    assert given["channel"] == DM
    assert "thread_ts" not in given


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        (Says({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "7"}), TryLater),
        (Says("<html>down</html>", status=503), Unsure),
        (refusing("service_unavailable"), Unsure),
        (Says({"ok": False, "error": "internal_error"}, status=500), Unsure),
        (refusing("fatal_error"), Unsure),
        (Says("<html>down</html>", status=502), Unsure),
        (Says(breaks=True), Unsure),
        (Says(never=True), Unsure),
        (refusing("not_in_channel"), NotSent),
        (refusing("msg_too_long"), NotSent),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_post_that_fails_is_sent_once_only(
    courier: SlackCourier, api: WebApi, said: Says, becomes: type[Exception]
) -> None:
    api.says["chat.postMessage"] = [said]

    with pytest.raises(becomes):
        courier.post(job(), ANSWER, answer="ABC")
    assert len(api.calls) == 1


def test_nobody_home_is_tried_later() -> None:
    with WebApi().running() as gone:
        slack = gone.slack()

    with pytest.raises(TryLater):
        SlackCourier(clients=OneWorkspace(slack)).post(job(), ANSWER, answer="ABC")


def _message(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a message
    mark = {"event_type": EVENT_TYPE, "event_payload": {"answer": "ABC"}}
    return {"type": "message", "user": BOT, "ts": "3.0", "metadata": mark, **changed}


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (_message(), "3.0"),
        (_message(user="U0REPORTER"), None),
        (_message(metadata={"event_type": EVENT_TYPE, "event_payload": {"answer": "XYZ"}}), None),
        (_message(metadata={"event_type": "other", "event_payload": {"answer": "ABC"}}), None),
        (_message(metadata=None, blocks=[{"type": "actions", "elements": [{"value": "page|ABC|1"}]}]), "3.0"),
        (_message(metadata=None, blocks=[{"type": "actions", "elements": [{"value": "page|ABCD|1"}]}]), None),
    ],
)
def test_an_answer_is_found_by_its_mark(
    courier: SlackCourier, api: WebApi, there: dict[str, Any], found: str | None
) -> None:
    api.says["conversations.replies"] = [Says({"ok": True, "messages": [{"ts": "1.0", "user": USER}, there]})]

    assert courier.posted(job(), "ABC") == found
    (given,) = api.of("conversations.replies")
    assert (given["channel"], given["ts"], given["include_all_metadata"]) == (CHANNEL, THREAD, "1")


def test_an_answer_is_found_on_a_later_page(courier: SlackCourier, api: WebApi) -> None:
    further = {"response_metadata": {"next_cursor": "more"}}
    api.says["conversations.replies"] = [
        Says({"ok": True, "messages": [{"ts": "1.0", "user": USER}], **further}),
        Says({"ok": True, "messages": [_message()]}),
    ]

    assert courier.posted(job(), "ABC") == "3.0"
    assert api.of("conversations.replies")[1]["cursor"] == "more"


def test_an_answer_outside_threads_is_looked_for_in_the_channel(courier: SlackCourier, api: WebApi) -> None:
    api.says["conversations.history"] = [Says({"ok": True, "messages": [_message()]})]

    assert courier.posted(job(thread=None, message=None), "ABC") == "3.0"
    assert not api.of("conversations.replies")


def test_looking_is_done_again_after_a_fault(courier: SlackCourier, api: WebApi) -> None:
    api.says["conversations.replies"] = [
        Says(breaks=True),
        Says({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "60"}),
    ]

    with pytest.raises(TryLater) as late:
        courier.posted(job(), "ABC")
    assert late.value.seconds == 60


def test_a_message_is_changed_in_its_place(courier: SlackCourier, api: WebApi) -> None:
    courier.update(job(), "3.0", ANSWER)

    (given,) = api.of("chat.update")
    assert (given["channel"], given["ts"], given["text"], given["blocks"]) == (CHANNEL, "3.0", "1 passage", [SECTION])


def test_what_cannot_be_changed_any_more_is_said(courier: SlackCourier, api: WebApi) -> None:
    api.says["chat.update"] = [refusing("edit_window_closed")]

    with pytest.raises(NotSent, match="ask again"):
        courier.update(job(), "3.0", ANSWER)


def test_a_private_answer_goes_to_the_response_url(courier: SlackCourier, api: WebApi) -> None:
    courier.whisper(job(respond=api.hook, thread=None, message=None), ANSWER)

    (call,) = api.calls
    assert call.method == "hook"
    assert call.given == {
        "text": "1 passage",
        "blocks": [SECTION],
        "response_type": "ephemeral",
        "replace_original": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_a_private_answer_stays_in_its_thread(courier: SlackCourier, api: WebApi) -> None:
    courier.whisper(job(respond=api.hook, message=None), ANSWER)

    assert api.of("hook")[0]["thread_ts"] == THREAD


def test_a_private_answer_takes_the_place_of_another(courier: SlackCourier, api: WebApi) -> None:
    courier.replace(job(respond=api.hook, message=None), ANSWER)

    (given,) = api.of("hook")
    assert given["replace_original"] is True
    assert "thread_ts" not in given


@pytest.mark.parametrize(
    "said",
    [
        Says({"ok": False, "error": "used_url"}, status=404),
        Says({"ok": False, "error": "expired_url"}, status=404),
        Says("expired_url", status=410),
        Says("used_url", status=404),
        Says({"ok": False, "error": "used_url"}),
        Says("action_prohibited", status=403),
    ],
    ids=repr,
)
@pytest.mark.parametrize("way", ["whisper", "replace"])
def test_a_used_up_response_url_means_a_direct_message_and_never_the_channel(
    courier: SlackCourier, api: WebApi, said: Says, way: str
) -> None:
    api.says["hook"] = [said]

    getattr(courier, way)(job(respond=api.hook, message=None), ANSWER)

    assert [call.method for call in api.calls] == ["hook", "conversations.open", "chat.postMessage"]
    (given,) = api.of("chat.postMessage")
    assert given["channel"] == DM
    assert "thread_ts" not in given


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        (Says("slow down", status=429, headers={"Retry-After": "4"}), TryLater),
        (Says("oh no", status=500), TryLater),
        (Says(never=True), Unsure),
        (Says("invalid_blocks", status=400), NotSent),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_response_url_that_fails_is_no_reason_for_another_way(
    courier: SlackCourier, api: WebApi, said: Says, becomes: type[Exception]
) -> None:
    api.says["hook"] = [said]

    with pytest.raises(becomes):
        courier.whisper(job(respond=api.hook), ANSWER)
    assert [call.method for call in api.calls] == ["hook"]


def test_without_a_response_url_only_the_person_sees_it_in_the_channel(courier: SlackCourier, api: WebApi) -> None:
    courier.whisper(job(), ANSWER)

    (given,) = api.of("chat.postEphemeral")
    assert (given["channel"], given["user"], given["thread_ts"]) == (CHANNEL, USER, THREAD)


def test_in_a_thread_that_nobody_began_it_would_not_be_seen(courier: SlackCourier, api: WebApi) -> None:
    courier.whisper(job(thread=ASKED_AT), ANSWER)

    assert "thread_ts" not in api.of("chat.postEphemeral")[0]


@pytest.mark.parametrize("reason", ["user_not_in_channel", "channel_not_found", "not_in_channel", "is_archived"])
def test_who_cannot_be_told_in_the_channel_is_told_directly(courier: SlackCourier, api: WebApi, reason: str) -> None:
    api.says["chat.postEphemeral"] = [refusing(reason)]

    courier.whisper(job(), ANSWER)

    assert api.of("chat.postMessage")[0]["channel"] == DM


def test_what_slack_takes_nowhere_is_not_tried_elsewhere(courier: SlackCourier, api: WebApi) -> None:
    api.says["chat.postEphemeral"] = [refusing("invalid_blocks")]

    with pytest.raises(NotSent):
        courier.whisper(job(), ANSWER)
    assert not api.of("chat.postMessage")


def test_in_a_direct_message_everything_is_private(courier: SlackCourier, api: WebApi) -> None:
    courier.whisper(job(channel=DM, direct=True), ANSWER)

    (given,) = api.of("chat.postMessage")
    assert (given["channel"], given["thread_ts"]) == (DM, THREAD)
    assert [call.method for call in api.calls] == ["chat.postMessage"]


def test_from_the_home_page_the_person_is_told_directly(courier: SlackCourier, api: WebApi) -> None:
    courier.whisper(job(channel=None, thread=None, message=None, direct=True), ANSWER)

    assert api.of("chat.postMessage")[0]["channel"] == DM


def test_a_closed_door_is_said(courier: SlackCourier, api: WebApi) -> None:
    api.says["conversations.open"] = [refusing("cannot_dm_bot")]

    with pytest.raises(NotSent, match="under Apps"):
        courier.whisper(job(channel=None, thread=None), ANSWER)


def test_the_home_page_is_published(courier: SlackCourier, api: WebApi) -> None:
    courier.publish(job(), {"type": "home", "blocks": [SECTION]})

    assert api.of("views.publish") == [{"user_id": USER, "view": {"type": "home", "blocks": [SECTION]}}]


def test_a_status_is_shown_in_direct_messages_only(courier: SlackCourier, api: WebApi) -> None:
    courier.status(job(), "is looking")
    courier.status(job(channel=DM, direct=True), "is looking")

    assert api.of("assistant.threads.setStatus") == [{"channel_id": DM, "thread_ts": THREAD, "status": "is looking"}]


@pytest.mark.parametrize("said", [refusing("channel_not_supported"), Says(breaks=True), Says("oops", status=500)])
def test_a_status_that_cannot_be_shown_fails_nothing(courier: SlackCourier, api: WebApi, said: Says) -> None:
    api.says["assistant.threads.setStatus"] = [said]

    courier.status(job(channel=DM, direct=True), "is looking")
    assert len(api.calls) == 1


@pytest.mark.parametrize(
    "message",
    [
        Message(text="long", blocks=(SECTION,) * (MOST_BLOCKS + 1)),
        Message(text="long", blocks=({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_999}},) * 4),
    ],
    ids=["blocks", "characters"],
)
def test_what_slack_would_not_take_goes_out_as_a_notice(
    courier: SlackCourier, api: WebApi, caplog: pytest.LogCaptureFixture, message: Message
) -> None:
    with caplog.at_level(logging.ERROR):
        courier.post(job(), message, answer="ABC")

    (given,) = api.of("chat.postMessage")
    assert "Reference ABC" in given["text"]
    assert "blocks" not in given
    assert "ABC" in caplog.text


def test_what_slack_takes_passes_unchanged() -> None:
    full = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * (MOST_CHARACTERS // MOST_BLOCKS)}}
    message = Message(text="whole", blocks=(full,) * MOST_BLOCKS)

    assert passed(message, reference="ABC") == message


@pytest.mark.parametrize(
    ("text", "blocks", "length"), [("y" * 5_000, (SECTION,), 3_000), ("", (), None), (" ", (SECTION,), None)]
)
def test_a_notification_always_reads_something(text: str, blocks: tuple[Any, ...], length: int | None) -> None:
    sent = passed(Message(text=text, blocks=blocks), reference="ABC")

    assert sent.text.strip()
    assert length is None or len(sent.text) == length


def test_nothing_of_a_message_is_logged(courier: SlackCourier, api: WebApi, caplog: pytest.LogCaptureFixture) -> None:
    api.says["hook"] = [Says("used_url", status=404)]
    with caplog.at_level(logging.DEBUG):
        courier.whisper(job(respond=api.hook), ANSWER)

    assert "harbour" not in caplog.text
    assert "xoxb" not in caplog.text
