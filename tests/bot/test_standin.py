"""The stand-in for Slack, tried with Slack's own SDK: what it refuses, with a good twin that it takes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

import pytest
from slack_bolt import App as Bolt
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook import WebhookClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.standin import Manifest, Rules, StandIn
from tests.standin.server import Server

JSON = dict[str, Any]
FAST = Rules(pace=0.001, posts_a_second=None, echoes=False)
HURRIED = replace(FAST, ack_seconds=0.5)
"""For tests that let the time for an acknowledgement pass."""
SECTION: JSON = {"type": "section", "text": {"type": "mrkdwn", "text": "The bridge is open.", "verbatim": True}}
BUTTONS: JSON = {
    "type": "actions",
    "block_id": "below",
    "elements": [
        {"type": "button", "action_id": "page", "value": "page|1|2", "text": {"type": "plain_text", "text": "More"}},
        {
            "type": "overflow",
            "action_id": "menu",
            "options": [
                {"text": {"type": "plain_text", "text": "Context"}, "value": "context|1|0"},
                {"text": {"type": "plain_text", "text": "Copy citation"}, "value": "cite|1|0"},
            ],
        },
    ],
}
THUMBS: JSON = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "rate",
            "positive_button": {"text": {"type": "plain_text", "text": "Useful"}, "value": "up"},
            "negative_button": {"text": {"type": "plain_text", "text": "Not useful"}, "value": "down"},
        }
    ],
}
REASON: JSON = {
    "type": "input",
    "block_id": "why",
    "label": {"type": "plain_text", "text": "Reason"},
    "element": {"type": "plain_text_input", "action_id": "reason"},
}


def modal(*blocks: JSON, title: str = "A reason") -> JSON:
    return {
        "type": "modal",
        "callback_id": "reason",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks) or [REASON],
    }


@pytest.fixture
def slack() -> Iterator[StandIn]:
    with StandIn(rules=FAST, manifest=Manifest()) as slack:
        yield slack


@pytest.fixture
def hurried() -> Iterator[StandIn]:
    with StandIn(rules=HURRIED, manifest=Manifest()) as slack:
        yield slack


@pytest.fixture
def client(slack: StandIn) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url)


def refused(call: Callable[[], object]) -> str:
    """Slack's word for why it refuses the call."""
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(cast(Any, caught.value.response)["error"])


def desk(slack: StandIn) -> str:
    return slack.workspace.channel("desk").id


class App:
    """An app that acknowledges what it hears, or does not."""

    def __init__(self, answer: Callable[[SocketModeRequest], object] | None = None) -> None:
        self.heard: list[SocketModeRequest] = []
        self.answer = answer or (lambda request: None)
        self.silent = False

    def __call__(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if not self.silent:
            payload = self.answer(request)
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, cast(Any, payload)))

    def events(self, kind: str) -> list[JSON]:
        """The payloads of events of a kind."""
        inner = [(one.payload, one.payload.get("event", {})) for one in list(self.heard)]
        return [payload for payload, event in inner if event.get("type") == kind]


@contextmanager
def connected(slack: StandIn, app: App, *, ping_interval: float = 5) -> Iterator[SocketModeClient]:
    """The app on a WebSocket of its own."""
    client = SocketModeClient(
        slack.app_token,
        web_client=WebClient(base_url=slack.api_url),
        ping_interval=ping_interval,
    )
    cast(Any, client.socket_mode_request_listeners).append(app)
    before = slack.sockets.opened
    client.connect()
    slack.wait_for(lambda: slack.sockets.opened > before, what="a connection")
    try:
        yield client
    finally:
        # The SDK waits seconds for a read and for its queue: a dropped connection and a last message end both.
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        client.closed = True
        slack.drop_connections()
        client.enqueue_message('{"type": "end"}')
        client.close()
        # A reconnection that was under way has left a connection behind.
        client.disconnect()


class TestTokens:
    def test_a_token_is_asked_for(self, slack: StandIn) -> None:
        assert refused(lambda: WebClient(base_url=slack.api_url).auth_test()) == "not_authed"
        assert refused(lambda: WebClient("xoxb-invented", base_url=slack.api_url).auth_test()) == "invalid_auth"

    def test_the_good_token_is_told_whose_it_is(self, slack: StandIn, client: WebClient) -> None:
        answer = client.auth_test()
        assert answer["team_id"] == slack.workspace.id
        assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")

    def test_each_token_has_its_methods(self, slack: StandIn, client: WebClient) -> None:
        app = WebClient(slack.app_token, base_url=slack.api_url)
        assert refused(lambda: client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"
        assert refused(lambda: app.users_info(user="U1")) == "not_allowed_token_type"
        assert app.apps_connections_open(app_token=slack.app_token)["url"].startswith("ws://")

    def test_a_missing_scope_is_named(self) -> None:
        with StandIn(rules=FAST, scopes=frozenset({"channels:read"})) as slack:
            client = WebClient(slack.bot_token, base_url=slack.api_url)
            with pytest.raises(SlackApiError) as caught:
                client.chat_postMessage(channel=desk(slack), text="Good morning")
            response = cast(Any, caught.value.response)
            assert (response["error"], response["needed"]) == ("missing_scope", "chat:write")
            assert response["provided"] == "channels:read"
            assert client.conversations_info(channel=desk(slack))["ok"]

    def test_a_revoked_token_is_dead(self, client: WebClient) -> None:
        client.auth_revoke()
        assert refused(client.auth_test) == "token_revoked"

    def test_nobody_knows_an_invented_method(self, slack: StandIn, client: WebClient) -> None:
        assert refused(lambda: client.api_call("chat.shout")) == "unknown_method"
        assert [one.kind for one in slack.violations] == ["unknown_method"]


class TestPosting:
    def test_where_the_bot_may_post(self, slack: StandIn, client: WebClient) -> None:
        channel = slack.workspace.channel
        slack.workspace.open_channel("board", private=True, bot=False)
        for name, error in (("canteen", "not_in_channel"), ("morgue", "is_archived"), ("board", "channel_not_found")):
            closed = channel(name).id
            assert refused(partial(client.chat_postMessage, channel=closed, text="Hi")) == error
        assert refused(lambda: client.chat_postMessage(channel="C0", text="Hi")) == "channel_not_found"
        for name in ("desk", "sources", "partners"):
            client.chat_postMessage(channel=channel(name).id, text="Hi")
            assert [one.text for one in slack.messages(name)] == ["Hi"]

    @pytest.mark.parametrize(
        ("message", "error"),
        [
            ({}, "no_text"),
            ({"text": "x" * 4001}, "msg_too_long"),
            ({"text": "tea & cake"}, "unescaped_text"),
            ({"text": "<!channel> news"}, "unescaped_text"),
            ({"text": "f", "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
            ({"text": "f", "blocks": [SECTION] * 51}, "invalid_blocks"),
            ({"text": "f", "blocks": "[{"}, "invalid_blocks_format"),
            (
                {"text": "f", "blocks": [SECTION | {"text": SECTION["text"] | {"text": "x" * 2700}}] * 5},
                "msg_blocks_too_long",
            ),
            ({"text": "f", "metadata": {"event_type": "answer"}}, "invalid_metadata_format"),
            ({"text": "f", "metadata": {"event_type": "an answer", "event_payload": {}}}, "invalid_metadata_format"),
            ({"text": "f", "thread_ts": "1.000001"}, "thread_not_found"),
        ],
    )
    def test_what_may_be_posted(self, slack: StandIn, client: WebClient, message: JSON, error: str) -> None:
        def post(given: JSON) -> object:
            return client.api_call("chat.postMessage", json={"channel": desk(slack), **given})

        assert refused(lambda: post(message)) == error
        assert slack.messages("desk") == []
        assert [one.kind for one in slack.violations] == [error]
        metadata = {"event_type": "answer", "event_payload": {"answer": "a1"}}
        post({"text": "tea &amp; cake", "blocks": [SECTION], "metadata": metadata})
        assert [one.said for one in slack.messages("desk")] == ["The bridge is open."]

    def test_forms_and_json_are_read_alike(self, slack: StandIn, client: WebClient) -> None:
        params = {"channel": desk(slack), "text": "f", "blocks": json.dumps([SECTION]), "unfurl_links": False}
        client.api_call("chat.postMessage", params=params)
        assert slack.messages("desk")[0].said == "The bridge is open."

    def test_threads_hang_on_the_first_message(self, slack: StandIn, client: WebClient) -> None:
        asked = slack.people.mention("ruth", "desk", "Who opened it?")
        first = client.chat_postMessage(channel=desk(slack), text="Mayor Tamsin Oake", thread_ts=asked.ts)
        again = {"channel": desk(slack), "text": "Again", "thread_ts": first["ts"]}
        assert refused(lambda: client.api_call("chat.postMessage", json=again)) == "thread_not_found"
        assert [one.text for one in slack.messages("desk", thread=asked)] == ["Mayor Tamsin Oake"]

    def test_an_answer_is_given_once(self, slack: StandIn, client: WebClient) -> None:
        for answer in ("a1", "a2", "a1"):
            metadata = {"event_type": "answer", "event_payload": {"answer": answer}}
            client.chat_postMessage(channel=desk(slack), text="Here", metadata=metadata)
        assert [one.kind for one in slack.violations] == ["duplicate"]

    def test_links_are_not_unfolded(self, slack: StandIn, client: WebClient) -> None:
        blocks = [SECTION | {"text": SECTION["text"] | {"text": "<https://herald.example/1|Bridge opens>"}}]
        off = {"unfurl_links": False, "unfurl_media": False}
        client.chat_postMessage(channel=desk(slack), text="f", blocks=blocks, **cast(Any, off))
        assert slack.violations == []
        client.chat_postMessage(channel=desk(slack), text="f", blocks=blocks)
        assert [one.kind for one in slack.violations] == ["unfurls"]

    def test_an_argument_that_nobody_knows(self, slack: StandIn, client: WebClient) -> None:
        client.api_call("chat.postMessage", json={"channel": desk(slack), "text": "Hi", "thread": "1.0"})
        assert [one.kind for one in slack.violations] == ["argument"]

    def test_ephemeral_messages_are_seen_by_one(self, slack: StandIn, client: WebClient) -> None:
        ruth, xenia = slack.workspace.person("ruth"), slack.workspace.person("xenia")
        ts = client.chat_postEphemeral(channel=desk(slack), user=ruth.id, text="For you")["message_ts"]
        assert [one.text for one in slack.whispers("ruth")] == ["For you"]
        assert (slack.whispers("omar"), slack.messages("desk")) == ([], [])
        assert refused(lambda: client.chat_update(channel=desk(slack), ts=ts, text="No")) == "message_not_found"
        away = {"channel": desk(slack), "user": xenia.id, "text": "For you"}
        assert refused(lambda: client.api_call("chat.postEphemeral", json=away)) == "user_not_in_channel"


class TestChanging:
    def test_a_bot_changes_its_own_messages_only(self, slack: StandIn, client: WebClient) -> None:
        theirs = slack.people.say("ruth", "desk", "Good morning")
        mine = client.chat_postMessage(channel=desk(slack), text="Good morning", blocks=[SECTION])["ts"]
        assert refused(lambda: client.chat_update(channel=desk(slack), ts=theirs.ts, text="x")) == "cant_update_message"
        assert refused(lambda: client.chat_delete(channel=desk(slack), ts=theirs.ts)) == "cant_delete_message"
        assert refused(lambda: client.chat_update(channel=desk(slack), ts="1.0", text="x")) == "message_not_found"
        client.chat_update(channel=desk(slack), ts=mine, text="Good evening", blocks=[])
        assert [(one.text, one.blocks) for one in slack.messages("desk")] == [("Good evening", [])]
        assert client.chat_getPermalink(channel=desk(slack), message_ts=mine)["permalink"].startswith("https://")
        client.chat_delete(channel=desk(slack), ts=mine)
        assert slack.messages("desk") == []

    def test_the_window_for_editing_closes(self) -> None:
        with StandIn(rules=Rules(edit_window=60, echoes=False)) as slack:
            client = WebClient(slack.bot_token, base_url=slack.api_url)
            ts = client.chat_postMessage(channel=desk(slack), text="One")["ts"]
            client.chat_update(channel=desk(slack), ts=ts, text="Two")
            slack.clock.advance(61)
            assert refused(lambda: client.chat_update(channel=desk(slack), ts=ts, text="x")) == "edit_window_closed"


class TestLooking:
    def test_people_as_they_are(self, slack: StandIn, client: WebClient) -> None:
        def shown(name: str) -> JSON:
            return cast(JSON, client.users_info(user=slack.workspace.person(name).id)["user"])

        assert not any(shown("ruth")[flag] for flag in ("is_admin", "is_restricted", "is_bot"))
        assert shown("ada")["is_admin"]
        assert (shown("gil")["is_restricted"], shown("gil")["is_ultra_restricted"]) == (True, False)
        assert shown("lone")["is_ultra_restricted"]
        assert shown("xenia")["team_id"] != slack.workspace.id
        assert refused(lambda: client.users_info(user="U0")) == "user_not_found"

    def test_channels_as_they_are(self, slack: StandIn, client: WebClient) -> None:
        def shown(name: str) -> JSON:
            return cast(JSON, client.conversations_info(channel=slack.workspace.channel(name).id)["channel"])

        assert (shown("desk")["is_ext_shared"], shown("partners")["is_ext_shared"]) == (False, True)
        assert (shown("sources")["is_private"], shown("canteen")["is_member"]) == (True, False)
        opened = client.conversations_open(users=slack.workspace.person("ruth").id)["channel"]["id"]
        assert opened == slack.workspace.direct(slack.workspace.person("ruth")).id
        assert slack.workspace.person("ruth").id in client.conversations_members(channel=desk(slack))["members"]

    def test_a_thread_is_read_in_pages(self, slack: StandIn, client: WebClient) -> None:
        asked = slack.people.mention("ruth", "desk", "Who opened it?")
        metadata = {"event_type": "answer", "event_payload": {"answer": "a1"}}
        for number in range(4):
            client.chat_postMessage(
                channel=desk(slack), thread_ts=asked.ts, text=str(number), metadata=None if number else metadata
            )
        first = client.conversations_replies(channel=desk(slack), ts=asked.ts, limit=3, include_all_metadata=True)
        assert [one["text"] for one in first["messages"]] == [asked.text, "0", "1"]
        assert (first["messages"][0]["reply_count"], first["messages"][1]["metadata"]) == (4, metadata)
        cursor = first["response_metadata"]["next_cursor"]
        rest = client.conversations_replies(channel=desk(slack), ts=asked.ts, limit=3, cursor=cursor)
        assert [one["text"] for one in rest["messages"]] == ["2", "3"]
        bare = client.conversations_replies(channel=desk(slack), ts=asked.ts)
        assert all("metadata" not in one for one in bare["messages"])
        assert refused(lambda: client.conversations_replies(channel=desk(slack), ts="1.0")) == "thread_not_found"
        history = client.conversations_history(channel=desk(slack))["messages"]
        assert [one["ts"] for one in history] == [asked.ts]


class TestViews:
    def test_a_trigger_opens_one_modal_in_time(self, slack: StandIn, client: WebClient) -> None:
        app = App()
        with connected(slack, app):
            for _ in range(2):
                slack.people.command("ruth", "desk", "/ask", "Who opened it?").wait()
            used, late = (one.payload["trigger_id"] for one in app.heard)
            assert client.views_open(trigger_id=used, view=modal())["view"]["title"]["text"] == "A reason"
            assert refused(lambda: client.views_open(trigger_id=used, view=modal())) == "exchanged_trigger_id"
            slack.clock.advance(4)
            assert refused(lambda: client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
            assert refused(lambda: client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"
            long = modal(title="x" * 25)
            assert refused(lambda: client.views_open(trigger_id=late, view=long)) == "invalid_arguments"
            assert [view.body["title"]["text"] for view in slack.views("ruth")] == ["A reason"]

    def test_a_modal_is_filled_in_refused_and_sent(self, slack: StandIn, client: WebClient) -> None:
        answers: list[object] = [{"response_action": "errors", "errors": {"why": "Say more"}}, None]
        app = App(lambda request: answers.pop(0) if request.payload.get("type") == "view_submission" else None)
        with connected(slack, app):
            slack.people.command("ruth", "desk", "/ask", "x").wait()
            client.views_open(trigger_id=app.heard[0].payload["trigger_id"], view=modal())
            view = slack.views("ruth")[0]
            with pytest.raises(LookupError, match="'Reason' is required"):
                slack.people.submit("ruth", view)
            with pytest.raises(LookupError, match="Mood"):
                slack.people.submit("ruth", view, {"Reason": "no", "Mood": "good"})
            slack.people.submit("ruth", view, {"Reason": "no"}).wait()
            assert (view.errors, view.open) == ({"why": "Say more"}, True)
            slack.people.submit("ruth", view, {"Reason": "It is the wrong bridge"}).wait()
            assert slack.views("ruth") == []
        values = app.heard[-1].payload["view"]["state"]["values"]
        assert values == {"why": {"reason": {"type": "plain_text_input", "value": "It is the wrong bridge"}}}
        assert slack.violations == []

    def test_a_modal_is_updated_and_pushed_upon(self, slack: StandIn, client: WebClient) -> None:
        app = App()
        with connected(slack, app):
            slack.people.command("ruth", "desk", "/ask", "x").wait()
            trigger = app.heard[0].payload["trigger_id"]
            opened = client.views_open(trigger_id=trigger, view=modal(REASON, BUTTONS))["view"]
            client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal(BUTTONS, REASON, title="Two"))
            stale = {"view_id": opened["id"], "hash": opened["hash"], "view": modal()}
            assert refused(lambda: client.api_call("views.update", json=stale)) == "hash_conflict"
            assert refused(lambda: client.views_update(view_id="V0", view=modal())) == "not_found"
            view = slack.views("ruth")[0]
            slack.people.press("ruth", view, "More").wait()
            client.views_push(trigger_id=app.heard[-1].payload["trigger_id"], view=modal(title="On top"))
            assert [one.body["title"]["text"] for one in slack.views("ruth")] == ["Two", "On top"]

    def test_the_home_is_each_persons_own(self, slack: StandIn, client: WebClient) -> None:
        ruth, app = slack.workspace.person("ruth"), App()
        assert refused(lambda: client.views_publish(user_id=ruth.id, view=modal())) == "invalid_arguments"
        client.views_publish(user_id=ruth.id, view={"type": "home", "blocks": [SECTION, BUTTONS]})
        assert slack.homes[ruth].said.startswith("The bridge is open.")
        assert slack.home("omar") is None
        with connected(slack, app):
            slack.people.open_home("ruth")
            slack.people.open_pane("omar")
            slack.wait_for(lambda: len(app.events("app_home_opened")) == 2, what="two homes")
            tabs = {one["event"]["user"]: one["event"] for one in app.events("app_home_opened")}
            assert tabs[ruth.id]["view"]["type"] == "home"
            assert tabs[slack.workspace.person("omar").id]["tab"] == "messages"
            assert slack.people.press("ruth", slack.homes[ruth], "More").wait().acked

    def test_the_pane(self, slack: StandIn, client: WebClient) -> None:
        asked = slack.people.dm("ruth", "Who opened it?")
        there = {"channel_id": asked.channel.id, "thread_ts": asked.ts}
        client.assistant_threads_setStatus(**cast(Any, there), status="is looking")
        assert slack.statuses == [(asked.channel.id, asked.ts, "is looking")]
        client.chat_postMessage(channel=asked.channel.id, thread_ts=asked.ts, text="Mayor Oake")
        assert slack.statuses[-1] == (asked.channel.id, asked.ts, "")
        prompts = [{"title": "Ask", "message": "What did the mayor say?"}]
        client.assistant_threads_setSuggestedPrompts(**cast(Any, there), prompts=cast(Any, prompts))
        assert slack.prompts("ruth") == prompts
        five = {**there, "prompts": prompts * 5}
        method = "assistant.threads.setSuggestedPrompts"
        assert refused(lambda: client.api_call(method, json=five)) == "invalid_arguments"
        nowhere = {"channel_id": asked.channel.id, "thread_ts": "1.0", "status": "x"}
        assert refused(lambda: client.assistant_threads_setStatus(**cast(Any, nowhere))) == "invalid_thread_ts"


class TestResponseUrls:
    @staticmethod
    def url(slack: StandIn) -> str:
        app = App()
        with connected(slack, app):
            slack.people.command("ruth", "desk", "/quotes", "Tamsin Oake").wait()
        return str(app.heard[0].payload["response_url"])

    def test_five_uses(self, slack: StandIn) -> None:
        hook = WebhookClient(self.url(slack))
        for number in range(5):
            assert hook.send(text=f"Page {number}").status_code == 200
        sixth = hook.send(text="Page 5")
        assert (sixth.status_code, sixth.body) == (404, "used_url")
        assert [one.text for one in slack.whispers("ruth")] == [f"Page {number}" for number in range(5)]
        assert [one.kind for one in slack.violations] == ["used_url"]

    def test_half_an_hour(self, slack: StandIn) -> None:
        hook = WebhookClient(self.url(slack))
        slack.clock.advance(1790)
        assert hook.send(text="In time").body == "ok"
        slack.clock.advance(20)
        assert hook.send(text="Too late").body == "expired_url"

    def test_messages_are_looked_at(self, slack: StandIn) -> None:
        hook = WebhookClient(self.url(slack))
        assert hook.send(text="f", blocks=[{"type": "marquee"}]).body == "invalid_blocks"
        assert hook.send(text="f", replace_original=True).body == "no_original"
        assert hook.send(text="To all", response_type="in_channel").body == "ok"
        assert [one.text for one in slack.messages("desk")] == ["To all"]
        assert WebhookClient(f"{slack.url}/actions/T0/1/invented").send(text="f").status_code == 404

    def test_a_private_answer_is_replaced_and_deleted(self, slack: StandIn) -> None:
        app = App()
        WebhookClient(self.url(slack)).send(text="Page 1", blocks=[SECTION, BUTTONS])
        (page,) = slack.whispers("ruth")
        with connected(slack, app):
            slack.people.press("ruth", page, "More").wait()
            with pytest.raises(AssertionError, match="does not see"):
                slack.people.press("omar", page, "More")
        pressed = app.heard[0].payload
        assert pressed["container"]["is_ephemeral"]
        assert "message" not in pressed
        hook = WebhookClient(pressed["response_url"])
        assert hook.send(text="Page 2", replace_original=True).body == "ok"
        assert [one.text for one in slack.whispers("ruth")] == ["Page 2"]
        assert hook.send(delete_original=True).body == "ok"
        assert slack.whispers("ruth") == []


class TestRates:
    def test_so_many_posts_a_second_and_channel(self) -> None:
        with StandIn(rules=Rules(posts_a_second=0.1, post_burst=2, echoes=False)) as slack:
            client = WebClient(slack.bot_token, base_url=slack.api_url)
            for _ in range(2):
                client.chat_postMessage(channel=desk(slack), text="Hi")
            with pytest.raises(SlackApiError) as caught:
                client.chat_postMessage(channel=desk(slack), text="Hi")
            response = cast(Any, caught.value.response)
            assert (response.status_code, response.headers["Retry-After"]) == (429, "10")
            client.chat_postMessage(channel=slack.workspace.channel("sources").id, text="Hi")
            slack.clock.advance(5)
            assert refused(lambda: client.chat_postMessage(channel=desk(slack), text="Hi")) == "ratelimited"
            assert [one.kind for one in slack.violations] == ["impatient"]
            slack.clock.advance(6)
            client.chat_postMessage(channel=desk(slack), text="Hi")
            assert len(slack.messages("desk")) == 3

    def test_the_sdk_waits_as_it_is_told(self) -> None:
        with StandIn(rules=Rules(post_burst=1, echoes=False)) as slack:
            client = WebClient(slack.bot_token, base_url=slack.api_url)
            client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
            for _ in range(2):
                client.chat_postMessage(channel=desk(slack), text="Hi")
            assert [call.status for call in slack.called("chat.postMessage")] == [200, 429, 200]
            assert slack.violations == []

    def test_a_tier(self, slack: StandIn, client: WebClient) -> None:
        slack.state.rates.limit("conversations.history", a_minute=1)
        client.conversations_history(channel=desk(slack))
        assert refused(lambda: client.conversations_history(channel=desk(slack))) == "ratelimited"


class TestFaults:
    @pytest.mark.parametrize("after", [False, True])
    @pytest.mark.parametrize("kind", ["ratelimited", "error", "drop", "timeout", "fatal_error"])
    def test_before_and_after_the_effect(self, slack: StandIn, kind: str, after: bool) -> None:
        client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        fault = slack.faults.add("chat.postMessage", kind, after_effect=after, seconds=0.05)
        with pytest.raises((SlackApiError, OSError)):
            client.chat_postMessage(channel=desk(slack), text="First")
        assert [one.text for one in slack.messages("desk")] == (["First"] if after else [])
        client.chat_postMessage(channel=desk(slack), text="Second")
        assert (fault.met, slack.messages("desk")[-1].text) == (1, "Second")

    def test_only_where_it_is_meant(self, slack: StandIn, client: WebClient) -> None:
        slack.faults.add("chat.postMessage", "error", when=lambda params: params["text"] == "Bad")
        client.chat_postMessage(channel=desk(slack), text="Good")
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=desk(slack), text="Bad")
        assert cast(Any, caught.value.response).status_code == 503
        with pytest.raises(TypeError, match="colour"):
            slack.faults.add("chat.postMessage", "error", colour="red")

    def test_slow_is_not_broken(self, slack: StandIn, client: WebClient) -> None:
        slack.faults.add("*", "slow", seconds=0.05)
        assert client.auth_test()["ok"]

    def test_response_urls_too(self, slack: StandIn) -> None:
        hook = WebhookClient(TestResponseUrls.url(slack))
        slack.faults.add("response_url", "error", status=500)
        assert (hook.send(text="Page 1").status_code, slack.whispers("ruth")) == (500, [])
        assert hook.send(text="Page 1").status_code == 200


class TestSocketMode:
    def test_a_mention_comes_as_two_events(self, slack: StandIn) -> None:
        app = App()
        with connected(slack, app):
            asked = slack.people.mention("ruth", "desk", "Did Oake say <b> & more? https://herald.example/1")
            slack.wait_until_quiet()
        (mention,), (message,) = app.events("app_mention"), app.events("message")
        assert mention["event"]["ts"] == message["event"]["ts"] == asked.ts
        assert mention["event_id"] != message["event_id"]
        bot = slack.workspace.bot.id
        assert mention["event"]["text"] == (f"<@{bot}> Did Oake say &lt;b&gt; &amp; more? <https://herald.example/1>")
        assert mention["authorizations"][0]["user_id"] == bot
        assert (mention["is_ext_shared_channel"], mention["team_id"]) == (False, slack.workspace.id)
        assert len(slack.acks) == 2
        assert slack.violations == []

    def test_times_differ_and_grow(self, slack: StandIn) -> None:
        with ThreadPoolExecutor(8) as crowd:
            said = list(crowd.map(lambda number: slack.people.say("ruth", "desk", str(number)), range(200)))
        assert len({one.ts for one in said}) == 200
        stamps = [one.ts for one in slack.workspace.channel("desk").standing()]
        assert stamps == sorted(stamps)

    def test_where_the_bot_hears(self, slack: StandIn) -> None:
        app = App()
        with connected(slack, app):
            slack.people.mention("ruth", "canteen", "Are you there?")
            slack.people.mention("xenia", "partners", "Hello")
            slack.people.dm("omar", "Hello")
            slack.wait_until_quiet()
            assert len(app.heard) == 3
            (outside,) = app.events("app_mention")
            assert outside["is_ext_shared_channel"]
            assert outside["event"]["user_team"] == slack.workspace.person("xenia").team != slack.workspace.id
            direct = next(one for one in app.events("message") if one["event"]["channel_type"] == "im")
            assert direct["event"]["user"] == slack.workspace.person("omar").id
            with pytest.raises(AssertionError, match="gil is not in sources"):
                slack.people.say("gil", "sources", "Hello")

    def test_the_bot_hears_itself_as_in_slack(self) -> None:
        app = App()
        with StandIn(manifest=Manifest()) as slack, connected(slack, app):
            client = WebClient(slack.bot_token, base_url=slack.api_url)
            ts = client.chat_postMessage(channel=desk(slack), text="One")["ts"]
            client.chat_update(channel=desk(slack), ts=ts, text="Two")
            slack.wait_until_quiet()
            posted, changed = (one["event"] for one in sorted(app.events("message"), key=lambda one: one["event_id"]))
            assert posted["bot_id"] == slack.workspace.bot_id
            assert (changed["subtype"], changed["previous_message"]["text"]) == ("message_changed", "One")

    def test_events_without_subscription_or_scope_stay_away(self) -> None:
        app = App()
        deaf = Manifest(events=frozenset({"message.im"}), scopes=Manifest().scopes - {"im:history"})
        with StandIn(rules=FAST, manifest=deaf) as slack, connected(slack, app):
            slack.people.mention("ruth", "desk", "Hello")
            slack.people.dm("ruth", "Hello")
            slack.people.command("ruth", "desk", "/ask", "Hello").wait()
            assert [one.type for one in app.heard] == ["slash_commands"]

    def test_what_is_not_acknowledged_comes_again(self, hurried: StandIn) -> None:
        app = App()
        app.silent = True
        with connected(hurried, app):
            hurried.people.dm("ruth", "Hello")
            hurried.wait_for(lambda: len(app.heard) == 3, what="two redeliveries")
            app.silent = False
            hurried.wait_for(lambda: len(hurried.acks) == 1, what="an acknowledgement")
        assert [one.retry_attempt for one in app.heard] == [0, 1, 2, 3]
        assert [one.retry_reason for one in app.heard] == ["", *["http_timeout"] * 3]
        assert len({one.payload["event_id"] for one in app.heard}) == 1
        assert len({one.envelope_id for one in app.heard}) == 4
        assert [one.kind for one in hurried.violations] == ["unacknowledged"] * 3

    def test_what_is_never_acknowledged_is_lost(self, hurried: StandIn) -> None:
        app = App()
        app.silent = True
        with connected(hurried, app):
            hurried.people.dm("ruth", "Hello")
            lost = hurried.people.command("ruth", "desk", "/ask", "Hello").wait()
            hurried.wait_until_quiet()
        assert (lost.acked, len(lost.attempts)) == (False, 1)
        assert [one.kind for one in hurried.violations_but("unacknowledged")] == ["lost", "lost"]

    def test_a_late_acknowledgement_is_late(self, hurried: StandIn) -> None:
        app, held = App(), list[SocketModeRequest]()
        app.silent = True
        with connected(hurried, app) as client:
            hurried.people.command("ruth", "desk", "/ask", "Hello").wait()
            held += app.heard
            client.send_socket_mode_response(SocketModeResponse(held[0].envelope_id))
            hurried.wait_for(lambda: hurried.acks, what="the late one")
            client.send_socket_mode_response(SocketModeResponse(held[0].envelope_id))
            client.send_socket_mode_response(SocketModeResponse("invented"))
            hurried.wait_for(lambda: len(hurried.violations) == 5, what="what is frowned upon")
        assert hurried.acks[0].late
        assert hurried.acks[0].seconds > HURRIED.ack_seconds
        assert [one.kind for one in hurried.violations_but("unacknowledged", "lost")] == ["late", "ack", "ack"]

    def test_an_acknowledgement_may_get_lost(self, slack: StandIn) -> None:
        app = App()
        slack.office.ack_lost = lambda delivery, attempt: attempt == 0
        with connected(slack, app):
            slack.people.dm("ruth", "Hello")
            slack.wait_until_quiet()
        assert [one.retry_attempt for one in app.heard] == [0, 1]
        assert slack.violations == []

    def test_a_delivery_may_get_lost(self, slack: StandIn) -> None:
        app = App()
        slack.office.lost = lambda delivery, attempt: attempt == 0
        with connected(slack, app):
            slack.people.dm("ruth", "Hello")
            slack.wait_until_quiet()
        assert [one.retry_attempt for one in app.heard] == [1]

    def test_a_delivery_may_be_held_up(self, slack: StandIn) -> None:
        app = App()
        slack.office.delayed = lambda delivery, attempt: 0.1 if delivery.payload["event"]["text"] == "First" else 0.0
        with connected(slack, app):
            for text in ("First", "Second"):
                slack.people.dm("ruth", text)
            slack.wait_until_quiet()
        assert [one.payload["event"]["text"] for one in app.heard] == ["Second", "First"]

    def test_an_event_waits_for_an_app(self, slack: StandIn) -> None:
        app = App()
        slack.people.dm("ruth", "Is anybody there?")
        slack.wait_for(lambda: slack.violations, what="the first attempt")
        with connected(slack, app):
            slack.wait_until_quiet()
        assert app.heard[0].payload["event"]["text"] == "Is anybody there?"

    def test_an_acknowledgement_that_answers(self, slack: StandIn) -> None:
        answers: list[JSON] = [{"text": "Working on it"}, {"text": "f", "blocks": [{"type": "marquee"}]}]
        with connected(slack, App(lambda request: answers.pop(0))):
            slack.people.command("ruth", "desk", "/ask", "Hello").wait()
            assert [one.text for one in slack.whispers("ruth")] == ["Working on it"]
            slack.people.command("ruth", "desk", "/ask", "Hello").wait()
            assert [one.kind for one in slack.violations] == ["reply"]

    def test_each_envelope_to_one_of_several(self, slack: StandIn) -> None:
        apps = [App(), App()]
        with connected(slack, apps[0]), connected(slack, apps[1]):
            for number in range(40):
                slack.people.dm("ruth", str(number))
            slack.wait_until_quiet()
        assert len(apps[0].heard) + len(apps[1].heard) == 40
        assert all(app.heard for app in apps)

    def test_a_connection_is_refreshed(self, slack: StandIn) -> None:
        app = App()
        with connected(slack, app):
            slack.refresh_connections()
            slack.wait_for(lambda: slack.sockets.opened == 2 and len(slack.sockets.lines) == 1, what="a new one")
            slack.people.dm("ruth", "Still there?")
            slack.wait_until_quiet()
        assert [one.payload["event"]["text"] for one in app.heard] == ["Still there?"]
        assert slack.violations == []

    def test_a_connection_is_dropped(self, slack: StandIn) -> None:
        app = App()
        with connected(slack, app, ping_interval=0.5):
            slack.drop_connections()
            slack.wait_for(lambda: slack.sockets.opened >= 2, what="a new connection")
            slack.people.dm("ruth", "Still there?")
            slack.wait_until_quiet()
        assert len(app.heard) == 1

    def test_a_dead_peer_is_noticed(self, slack: StandIn) -> None:
        with connected(slack, App(), ping_interval=0.1):
            slack.stop_pongs()
            slack.wait_for(lambda: slack.sockets.opened >= 2, what="a new connection", timeout=20)
            slack.resume_pongs()

    def test_an_address_opens_one_connection(self, slack: StandIn) -> None:
        url = WebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)["url"]
        with connect(url) as socket:
            assert json.loads(socket.recv())["type"] == "hello"
        with pytest.raises(InvalidStatus, match="403"):
            connect(url)
        assert [one.kind for one in slack.violations] == ["ticket"]

    def test_not_more_connections_than_allowed(self) -> None:
        with StandIn(rules=Rules(connections=1)) as slack, connected(slack, App()):
            url = WebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)["url"]
            with connect(url) as second:
                assert json.loads(second.recv())["reason"] == "too_many_websockets"
            assert [one.kind for one in slack.violations] == ["connections"]

    def test_two_hundred_mentions(self, slack: StandIn) -> None:
        app = App()
        people = [slack.workspace.hire(f"reporter{number}") for number in range(50)]
        with connected(slack, app), ThreadPoolExecutor(50) as crowd:
            for _ in crowd.map(
                lambda number: slack.people.mention(people[number % 50], "desk", f"Question {number}?"), range(200)
            ):
                pass
            slack.wait_until_quiet(timeout=60)
        assert len(app.events("app_mention")) == len(app.events("message")) == 200
        assert len({ack.event_id for ack in slack.acks}) == 400


class TestPressing:
    @staticmethod
    def pressed(slack: StandIn, what: str, **how: Any) -> JSON:  # noqa: ANN401 - as press has it
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        asked = slack.people.mention("ruth", "desk", "Who opened it?")
        blocks = [SECTION, BUTTONS, THUMBS]
        client.chat_postMessage(channel=desk(slack), thread_ts=asked.ts, text="f", blocks=blocks)
        app = App()
        with connected(slack, app):
            slack.people.press("ruth", slack.messages("desk")[-1], what, **how).wait()
        return next(one.payload for one in app.heard if one.type == "interactive")

    @pytest.mark.parametrize(
        ("what", "kind", "value"),
        [
            ("More", "button", "page|1|2"),
            ("page", "button", "page|1|2"),
            ("Copy citation", "overflow", "cite|1|0"),
            ("context|1|0", "overflow", "context|1|0"),
            ("Not useful", "feedback_buttons", "down"),
        ],
    )
    def test_what_is_pressed(self, slack: StandIn, what: str, kind: str, value: str) -> None:
        payload = self.pressed(slack, what)
        (action,) = payload["actions"]
        assert (action["type"], action.get("value") or action["selected_option"]["value"]) == (kind, value)
        assert action["block_id"]
        answer = slack.messages("desk")[0]
        assert payload["container"] == {
            "type": "message",
            "message_ts": answer.ts,
            "channel_id": desk(slack),
            "is_ephemeral": False,
            "thread_ts": answer.thread,
        }
        assert payload["message"]["blocks"] == answer.blocks
        assert payload["response_url"].startswith(slack.url)

    def test_labels_are_listed(self, slack: StandIn) -> None:
        self.pressed(slack, "More")
        assert slack.labels(slack.messages("desk")[0]) == ["More", "Context", "Copy citation", "Useful", "Not useful"]

    def test_nothing_is_pressed_that_is_not_there(self, slack: StandIn) -> None:
        with pytest.raises(LookupError, match="0 are called 'Less'"):
            self.pressed(slack, "Less")

    def test_one_of_several(self, slack: StandIn, client: WebClient) -> None:
        client.chat_postMessage(channel=desk(slack), text="f", blocks=[BUTTONS, BUTTONS | {"block_id": "further"}])
        (message,) = slack.messages("desk")
        with pytest.raises(LookupError, match="2 are called 'More'"):
            slack.people.press("ruth", message, "More")
        app = App()
        with connected(slack, app):
            slack.people.press("ruth", message, "More", nth=1).wait()
        assert app.heard[0].payload["actions"][0]["block_id"] == "further"

    def test_a_choice_is_remembered(self, slack: StandIn, client: WebClient) -> None:
        options = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("AP", "Reuters")]
        select = {"type": "static_select", "action_id": "style", "options": options, "initial_option": options[0]}
        home = {"type": "home", "blocks": [{"type": "actions", "block_id": "citing", "elements": [select]}]}
        ruth, app = slack.workspace.person("ruth"), App()
        client.views_publish(user_id=ruth.id, view=home)
        with connected(slack, app):
            slack.people.press("ruth", slack.homes[ruth], "style", option="Reuters").wait()
        payload = app.heard[0].payload
        assert payload["actions"][0]["selected_option"]["value"] == "reuters"
        assert payload["view"]["state"]["values"]["citing"]["style"]["selected_option"]["value"] == "reuters"

    def test_a_shortcut_carries_the_message(self, slack: StandIn) -> None:
        said = slack.people.say("omar", "desk", "“The bridge is open,” said Oake.")
        app = App()
        with connected(slack, app):
            slack.people.shortcut("ruth", said).wait()
        payload = next(one.payload for one in app.heard if one.type == "interactive")
        assert (payload["type"], payload["callback_id"]) == ("message_action", "find_source")
        assert payload["message"]["text"] == said.text

    def test_only_commands_of_the_manifest(self, slack: StandIn) -> None:
        with pytest.raises(LookupError, match="/shout"):
            slack.people.command("ruth", "desk", "/shout")


class Listener:
    """An app that is delivered to over HTTP; ``status`` and ``delay`` say how it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], str]] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.body: bytes = b""
        self.hold = threading.Event()
        self.hold.set()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                listener.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                listener.hold.wait(5)
                asked = json.loads(body) if body.startswith("{") else {}
                content = str(asked.get("challenge", "")).encode() or listener.body
                self.send_response(listener.statuses.pop(0) if listener.statuses else 200)
                for name, value in {"Content-Length": str(len(content)), **listener.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=lambda: listener.server.serve_forever(poll_interval=0.02))
    thread.start()
    yield listener
    listener.hold.set()
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()


class TestHttpDelivery:
    def test_everything_is_signed(self, slack: StandIn, listener: Listener) -> None:
        slack.deliver_to(listener.url)
        said = slack.people.mention("ruth", "desk", "Who opened it? “Oake”, née Ünal")
        slack.people.command("ruth", "desk", "/quotes", "Tamsin Oake").wait()
        slack.people.shortcut("ruth", said).wait()
        slack.wait_until_quiet()
        assert len(listener.heard) == 5
        verifier = SignatureVerifier(slack.state.signing_secret)
        assert all(verifier.is_valid_request(body, headers) for headers, body in listener.heard)
        headers, body = listener.heard[1]
        assert not verifier.is_valid_request(body + " ", headers)
        bodies = [body for _, body in listener.heard]
        command = next(parse_qs(body) for body in bodies if body.startswith("token"))
        assert (command["command"], command["text"]) == (["/quotes"], ["Tamsin Oake"])
        action = next(json.loads(parse_qs(body)["payload"][0]) for body in bodies if body.startswith("payload"))
        assert action["message"]["ts"] == said.ts
        assert {ack.via for ack in slack.acks} == {"http"}

    def test_the_challenge_has_to_come_back(self, slack: StandIn, listener: Listener) -> None:
        listener.statuses = [500]
        with pytest.raises(AssertionError, match="challenge"):
            slack.deliver_to(listener.url)

    def test_failures_come_again(self, slack: StandIn, listener: Listener) -> None:
        slack.deliver_to(listener.url)
        listener.statuses = [500, 404]
        slack.people.dm("ruth", "Hello")
        slack.wait_until_quiet()
        retries = [headers.get("x-slack-retry-num") for headers, _ in listener.heard[1:]]
        assert retries == [None, "1", "2"]
        assert listener.heard[2][0]["x-slack-retry-reason"] == "http_error"
        assert [ack.attempt for ack in slack.acks] == [2]

    def test_silence_comes_again(self, hurried: StandIn, listener: Listener) -> None:
        hurried.deliver_to(listener.url)
        listener.hold.clear()
        hurried.people.dm("ruth", "Hello")
        hurried.wait_for(lambda: hurried.violations, what="a time-out")
        listener.hold.set()
        hurried.wait_until_quiet()
        assert listener.heard[2][0]["x-slack-retry-reason"] == "http_timeout"

    def test_who_wants_no_more_gets_no_more(self, slack: StandIn, listener: Listener) -> None:
        slack.deliver_to(listener.url)
        listener.statuses, listener.headers = [500], {"X-Slack-No-Retry": "1"}
        slack.people.dm("ruth", "Hello")
        slack.wait_until_quiet()
        assert len(listener.heard) == 2
        assert [one.kind for one in slack.violations] == ["unacknowledged", "lost"]

    def test_nobody_listens(self, slack: StandIn, listener: Listener) -> None:
        slack.deliver_to("http://127.0.0.1:9/slack/events", verify=False)
        given_up = slack.people.command("ruth", "desk", "/ask", "Hello").wait()
        assert given_up.attempts[0].reason == "connection_failed"

    def test_an_answer_in_the_acknowledgement(self, slack: StandIn, listener: Listener) -> None:
        slack.deliver_to(listener.url)
        listener.body = b"Working on it"
        slack.people.command("ruth", "desk", "/ask", "Hello").wait()
        assert [one.text for one in slack.whispers("ruth")] == ["Working on it"]


class TestOAuth:
    @staticmethod
    def code(slack: StandIn, scope: str = "chat:write") -> str:
        query = f"client_id={slack.state.client_id}&scope={scope}&state=s1&redirect_uri={slack.url}/nowhere"
        page = slack.install(f"{slack.url}/oauth/v2/authorize?{query}")
        return parse_qs(page.url.partition("?")[2])["code"][0] if "code" in page.url else page.text

    def test_a_code_is_good_once(self, slack: StandIn) -> None:
        client = WebClient(base_url=slack.api_url)
        secrets = {"client_id": slack.state.client_id, "client_secret": slack.state.client_secret}
        code = self.code(slack)
        wrong = secrets | {"client_secret": "guessed"}
        assert refused(lambda: client.oauth_v2_access(**wrong, code=code)) == "bad_client_secret"
        granted = client.oauth_v2_access(**secrets, code=code)
        assert (granted["team"]["id"], granted["scope"]) == (slack.workspace.id, "chat:write")
        assert WebClient(granted["access_token"], base_url=slack.api_url).auth_test()["ok"]
        assert refused(lambda: client.oauth_v2_access(**secrets, code=code)) == "invalid_code"
        assert self.code(slack, "admin").startswith("invalid_scope")

    def test_tokens_rotate(self) -> None:
        with StandIn(rules=Rules(rotate_tokens=True)) as slack:
            client = WebClient(base_url=slack.api_url)
            secrets = {"client_id": slack.state.client_id, "client_secret": slack.state.client_secret}
            granted = client.oauth_v2_access(**secrets, code=self.code(slack))
            old = WebClient(granted["access_token"], base_url=slack.api_url)
            slack.clock.advance(granted["expires_in"] + 1)
            assert refused(old.auth_test) == "token_expired"
            refresh = {**secrets, "grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
            renewed = client.oauth_v2_access(**refresh)
            assert WebClient(renewed["access_token"], base_url=slack.api_url).auth_test()["ok"]
            assert refused(lambda: client.oauth_v2_access(**refresh)) == "invalid_refresh_token"

    def test_an_app_is_removed(self, slack: StandIn, client: WebClient) -> None:
        app = App()
        with connected(slack, app):
            slack.people.uninstall()
            slack.wait_until_quiet()
        assert {one.payload["event"]["type"] for one in app.heard} == {"tokens_revoked", "app_uninstalled"}
        assert refused(client.auth_test) == "account_inactive"

    def test_bolt_is_installed_in_a_second_workspace(self, slack: StandIn, tmp_path: Path) -> None:
        second = slack.add_workspace("The Invented Courier")
        with bolt(slack, tmp_path) as url:
            page = slack.install(f"{url}/slack/install", second)
            assert page.status == 200
            slack.deliver_to(f"{url}/slack/events")
            people = slack.people_of(second)
            people.dm("omar", "Hello")
            answers = slack.wait_for(lambda: slack.dms(second.person("omar")), what="an answer")
            slack.wait_until_quiet()
        assert [one.said for one in answers] == ["Hello to you"]
        assert slack.dms(slack.workspace.person("omar")) == []
        assert slack.violations == []


@contextmanager
def bolt(slack: StandIn, folder: Path) -> Iterator[str]:
    """An app of Slack's own framework that workspaces install, and its address."""
    app = Bolt(
        signing_secret=slack.state.signing_secret,
        client=WebClient(base_url=slack.api_url),
        oauth_settings=OAuthSettings(
            client_id=slack.state.client_id,
            client_secret=slack.state.client_secret,
            scopes=sorted(slack.scopes),
            installation_store=FileInstallationStore(base_dir=str(folder)),
            state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(folder)),
        ),
    )
    assert app.oauth_flow is not None
    app.oauth_flow._client = WebClient(base_url=slack.api_url)
    app.event("message")(lambda say: say("Hello to you"))
    handler = SlackRequestHandler(app)

    async def serve(request: Request) -> Response:
        return await handler.handle(request)

    server = Server(Starlette(routes=[Route("/{rest:path}", serve, methods=["GET", "POST"])]), ping_seconds=5)
    url = f"http://127.0.0.1:{server.port}"
    app.oauth_flow.settings.redirect_uri = f"{url}/slack/oauth_redirect"
    app.oauth_flow.settings.authorize_url_generator.redirect_uri = f"{url}/slack/oauth_redirect"
    server.start()
    try:
        yield url
    finally:
        server.close()
