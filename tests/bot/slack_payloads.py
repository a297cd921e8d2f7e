"""What Slack sends, as its documentation shows it, about people and places that do not exist."""

from __future__ import annotations

from typing import Any

from tests.bot.webapi import BOT

Body = dict[str, Any]

TEAM, USER, CHANNEL, DIRECT = "T0HARBOUR", "U0REPORTER", "C0NEWSROOM", "D0DIRECT1"
ASKED_AT, THREAD = "1790000000.000100", "1789990000.000500"
TRIGGER = "13345224609.738474920.8088930838d88f008e0"
HOOK = "https://hooks.slack.com/actions/T0HARBOUR/1/abc"


def envelope(event: Body, **changed: object) -> Body:
    return {
        "token": "verification",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": "A0ONRECORD",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0QUESTION",
        "event_time": 1790000000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-eyJldCI6",
        **changed,
    }


def mention(text: str = f"<@{BOT}> what did Ilse Varga say about the harbour?", **changed: object) -> Body:
    return {
        "user": USER,
        "type": "app_mention",
        "ts": ASKED_AT,
        "client_msg_id": "8d0c1f2e-1111-2222-3333-444455556666",
        "text": text,
        "team": TEAM,
        "channel": CHANNEL,
        "event_ts": ASKED_AT,
        **changed,
    }


def message(text: str = "and what did she say in June?", **changed: object) -> Body:
    return {
        "user": USER,
        "type": "message",
        "ts": ASKED_AT,
        "client_msg_id": "8d0c1f2e-1111-2222-3333-444455556667",
        "text": text,
        "team": TEAM,
        "channel": CHANNEL,
        "channel_type": "channel",
        "event_ts": ASKED_AT,
        **changed,
    }


def direct(text: str = "what did Ilse Varga say?", **changed: object) -> Body:
    return message(text, **{"channel": DIRECT, "channel_type": "im", **changed})


def command(name: str, text: str = "", **changed: object) -> Body:
    return {
        "token": "verification",
        "team_id": TEAM,
        "team_domain": "harbour-gazette",
        "channel_id": CHANNEL,
        "channel_name": "newsroom",
        "user_id": USER,
        "user_name": "nora",
        "command": name,
        "text": text,
        "api_app_id": "A0ONRECORD",
        "is_enterprise_install": "false",
        "response_url": HOOK,
        "trigger_id": TRIGGER,
        **changed,
    }


def _interaction(kind: str, **more: object) -> Body:
    return {
        "type": kind,
        "user": {"id": USER, "username": "nora", "name": "nora", "team_id": TEAM},
        "api_app_id": "A0ONRECORD",
        "token": "verification",
        "team": {"id": TEAM, "domain": "harbour-gazette"},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": TRIGGER,
        **more,
    }


def shortcut(chosen: Body, **changed: object) -> Body:
    return _interaction(
        "message_action",
        callback_id="find_source",
        action_ts="1790000005.12",
        response_url=HOOK,
        channel={"id": CHANNEL, "name": "newsroom"},
        message_ts=chosen.get("ts", ASKED_AT),
        message=chosen,
        **changed,
    )


def button(value: str, **changed: object) -> Body:
    """A button on the bot's answer in a thread."""
    return _interaction(
        "block_actions",
        **{
            "container": {
                "type": "message",
                "message_ts": ASKED_AT,
                "channel_id": CHANNEL,
                "is_ephemeral": False,
                "thread_ts": THREAD,
            },
            "channel": {"id": CHANNEL, "name": "newsroom"},
            "message": {
                "type": "message",
                "user": BOT,
                "bot_id": "B0ONRECORD",
                "ts": ASKED_AT,
                "thread_ts": THREAD,
                "text": "2 passages",
                "blocks": [],
            },
            "response_url": HOOK,
            "actions": [
                {
                    "action_id": value.split("|")[0],
                    "block_id": "under",
                    "text": {"type": "plain_text", "text": "More passages"},
                    "value": value,
                    "type": "button",
                    "action_ts": "1790000009.5",
                }
            ],
            **changed,
        },
    )


def private_button(value: str, *, thread: str | None = None) -> Body:
    """A button on an answer that only its asker sees: Slack sends no message with it."""
    pressed = button(value)
    del pressed["message"]
    pressed["container"] = {
        "type": "message",
        "message_ts": ASKED_AT,
        "channel_id": CHANNEL,
        "is_ephemeral": True,
        **({"thread_ts": thread} if thread else {}),
    }
    return pressed


def menu(value: str) -> Body:
    """An entry of the menu beside a passage."""
    pressed = button(value)
    pressed["actions"] = [
        {
            "type": "overflow",
            "action_id": "passage",
            "block_id": "passage-1",
            "selected_option": {"text": {"type": "plain_text", "text": "Show in context"}, "value": value},
            "action_ts": "1790000009.5",
        }
    ]
    return pressed


def home_button(value: str) -> Body:
    """A button on the home page: no channel, no message, no response URL."""
    pressed = button(value)
    for name in ("channel", "message", "response_url"):
        del pressed[name]
    pressed["container"] = {"type": "view", "view_id": "V0HOME"}
    pressed["view"] = {"id": "V0HOME", "team_id": TEAM, "type": "home", "private_metadata": "", "callback_id": ""}
    return pressed


def submission(callback_id: str, *, left: str, values: Body, **changed: object) -> Body:
    return _interaction(
        "view_submission",
        **{
            "view": {
                "id": "V0MODAL",
                "team_id": TEAM,
                "type": "modal",
                "callback_id": callback_id,
                "private_metadata": left,
                "hash": "1790000010.aBcD",
                "state": {"values": values},
                "app_installed_team_id": TEAM,
                "blocks": [],
            },
            "response_urls": [],
            **changed,
        },
    )
