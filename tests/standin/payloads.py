"""What Slack sends to an app, written out in full; pure functions of what there is."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.standin.state import State, View
from tests.standin.workspace import Channel, Message, Person, Standing, Workspace, interactive

JSON = dict[str, Any]
VERIFICATION = "verification-is-by-signature"
_ADDRESS = re.compile(r"(?<![<|])\bhttps?://[^\s<>|]+")
_MENTION = re.compile(r"<@([A-Z0-9]+)>")


def typed(text: str) -> str:
    """What somebody typed, as Slack hands it on: escaped, addresses in brackets."""
    return _ADDRESS.sub(lambda found: f"<{found[0]}>", html.escape(text, quote=False))


def rich(text: str) -> list[JSON]:
    """The blocks that Slack makes of an escaped text."""
    elements: list[JSON] = []
    for place, piece in enumerate(_MENTION.split(text)):
        if place % 2:
            elements.append({"type": "user", "user_id": piece})
        elif piece:
            elements.append({"type": "text", "text": html.unescape(piece)})
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]


def callback(state: State, workspace: Workspace, event: JSON, *, shared: bool) -> JSON:
    """The envelope around an event of the Events API."""
    serial = state.serial()
    return {
        "token": VERIFICATION,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": None,
        "api_app_id": state.app,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{serial:010d}",
        "event_time": int(state.clock.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.id,
                "user_id": workspace.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{serial:016x}",
    }


def stored(message: Message, *, metadata: bool = True) -> JSON:
    """A message as the Web API shows it."""
    payload: JSON = {
        "type": "message",
        "user": message.author.id,
        "ts": message.ts,
        "text": message.text,
        "team": message.author.team,
    }
    if message.bot:
        workspace = message.channel.workspace
        payload |= {"bot_id": workspace.bot_id, "app_id": workspace.app, "bot_profile": bot_profile(workspace)}
    else:
        payload |= {"client_msg_id": message.client_id}
    if message.blocks:
        payload["blocks"] = message.blocks
    if message.thread:
        payload |= {"thread_ts": message.thread}
        parent = message.channel.messages.get(message.thread)
        if parent and parent is not message:
            payload["parent_user_id"] = parent.author.id
    if message.metadata and metadata:
        payload["metadata"] = message.metadata
    if message.edited:
        payload["edited"] = {"user": message.author.id, "ts": message.edited}
    return payload


def bot_profile(workspace: Workspace) -> JSON:
    """The bot as its messages show it."""
    return {
        "id": workspace.bot_id,
        "app_id": workspace.app,
        "user_id": workspace.bot.id,
        "name": workspace.bot.name,
        "deleted": False,
        "updated": 1,
        "team_id": workspace.id,
    }


def message_event(message: Message) -> JSON:
    """The event that a message was posted."""
    channel = message.channel
    event = stored(message) | {"channel": channel.id, "event_ts": message.ts, "channel_type": channel.kind}
    if message.author.team != channel.workspace.id:
        event |= {"user_team": message.author.team, "source_team": message.author.team}
        event["user_profile"] = {"name": message.author.name, "team": message.author.team, "is_restricted": False}
    return event


def mention_event(message: Message) -> JSON:
    """The event that the bot was mentioned."""
    return {name: value for name, value in message_event(message).items() if name != "channel_type"} | {
        "type": "app_mention"
    }


def changed_event(message: Message, before: JSON, *, ts: str) -> JSON:
    """The event that a message was edited."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": stored(message),
        "previous_message": before,
        "channel": message.channel.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": message.channel.kind,
    }


def deleted_event(message: Message, *, ts: str) -> JSON:
    """The event that a message was deleted."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": stored(message),
        "channel": message.channel.id,
        "hidden": True,
        "deleted_ts": message.ts,
        "ts": ts,
        "event_ts": ts,
        "channel_type": message.channel.kind,
    }


def subscription(event: JSON) -> str:
    """The name under which an app subscribes to an event."""
    kinds = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
    return kinds[event["channel_type"]] if event["type"] == "message" else str(event["type"])


SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "member_joined_channel": "channels:read",
    "assistant_thread_started": "assistant:write",
}
"""The scope without which an event is not sent."""


def channel_words(channel: Channel) -> str:
    """How a command or an action names the channel."""
    return {"channel": channel.name, "group": "privategroup", "im": "directmessage"}[channel.kind]


def command(state: State, person: Person, channel: Channel, name: str, text: str) -> JSON:
    """A slash command; every value is a string, as in a form."""
    workspace = channel.workspace
    return {
        "token": VERIFICATION,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel_words(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": typed(text),
        "api_app_id": state.app,
        "is_enterprise_install": "false",
        "response_url": state.hook(person, channel, None, kind="commands"),
        "trigger_id": state.trigger(person),
    }


def _interaction(state: State, person: Person, kind: str, *, view: View | None = None) -> JSON:
    workspace = person.workspace
    return {
        "type": kind,
        "token": VERIFICATION,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team},
        "api_app_id": state.app,
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": state.trigger(person, view),
    }


def message_shortcut(state: State, person: Person, message: Message, callback_id: str) -> JSON:
    """A shortcut on a message."""
    channel = message.channel
    return _interaction(state, person, "message_action") | {
        "callback_id": callback_id,
        "action_ts": state.tick(),
        "message_ts": message.ts,
        "message": stored(message),
        "channel": {"id": channel.id, "name": channel_words(channel)},
        "response_url": state.hook(person, channel, message, kind="app"),
    }


def message_pressed(state: State, person: Person, message: Message, action: JSON) -> JSON:
    """A press on something in a message; of an ephemeral one Slack sends no more than where it stands."""
    channel = message.channel
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.whispered is not None,
    }
    if message.thread:
        container["thread_ts"] = message.thread
    payload = _interaction(state, person, "block_actions") | {
        "container": container,
        "channel": {"id": channel.id, "name": channel_words(channel)},
        "state": {"values": values_of(message.blocks, message.chosen)},
        "response_url": state.hook(person, channel, message, kind="actions"),
        "actions": [action],
    }
    return payload if message.whispered else payload | {"message": stored(message)}


def view_pressed(state: State, view: View, action: JSON) -> JSON:
    """A press on something in a modal or on the home."""
    return _interaction(state, view.person, "block_actions", view=view) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_payload(view),
        "actions": [action],
    }


def view_sent(state: State, view: View) -> JSON:
    """A modal that was submitted."""
    return _interaction(state, view.person, "view_submission", view=view) | {
        "view": view_payload(view),
        "response_urls": [],
    }


def view_closed(state: State, view: View) -> JSON:
    """A modal that was closed without being submitted."""
    return _interaction(state, view.person, "view_closed") | {"view": view_payload(view), "is_cleared": False}


def view_payload(view: View) -> JSON:
    """A view as interactions and the Web API show it."""
    workspace = view.person.workspace
    defaults = {"private_metadata": "", "callback_id": "", "external_id": "", "close": None, "submit": None}
    return {
        **defaults,
        "clear_on_close": False,
        "notify_on_close": False,
        **view.body,
        "id": view.id,
        "team_id": workspace.id,
        "hash": view.hash,
        "state": {"values": values_of(view.blocks, view.chosen)},
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": workspace.app,
        "app_installed_team_id": workspace.id,
        "bot_id": workspace.bot_id,
    }


_VALUES: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
}
"""Under what name an input tells its value, and what it begins with."""


def values_of(blocks: list[JSON], chosen: dict[tuple[str, str], JSON]) -> JSON:
    """The state of all inputs, by block id and action id."""
    values: JSON = {}
    for block, element in interactive(blocks):
        if element["type"] in _VALUES:
            at = (block["block_id"], element["action_id"])
            values.setdefault(at[0], {})[at[1]] = chosen.get(at) or _value(element, None)
    return values


def _value(element: JSON, given: Any) -> JSON:  # noqa: ANN401 - text, day, label or labels
    name, initial = _VALUES[element["type"]]
    value = element.get(initial, [] if name == "selected_options" else None) if given is None else given
    return {"type": element["type"], name: value}


def filled(element: JSON, given: Any) -> JSON:  # noqa: ANN401 - text, day, label or labels
    """What an input holds when it is filled in: options are named by their labels or values."""
    name, _ = _VALUES[element["type"]]
    if name == "selected_options":
        return _value(element, [option_of(element, one) for one in given])
    if name == "selected_option":
        return _value(element, option_of(element, given))
    return _value(element, str(given))


def option_of(element: JSON, wanted: str) -> JSON:
    """The option of that label or value."""
    options: list[JSON] = element["options"]
    for option in options:
        if wanted in (option["text"]["text"], option["value"]):
            return option
    raise LookupError(f"no option {wanted!r} among {[option['text']['text'] for option in options]}")


def profile(person: Person) -> JSON:
    """Somebody as users.info shows them."""
    standing = person.standing
    shown = {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "deleted": False,
        "real_name": person.name.title(),
        "tz": "Etc/GMT-1",
        "tz_label": "GMT+1",
        "tz_offset": person.utc_offset,
        "profile": {"real_name": person.name.title(), "display_name": person.name, "team": person.team},
        "is_admin": standing is Standing.ADMIN,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": standing in (Standing.GUEST, Standing.LONE_GUEST),
        "is_ultra_restricted": standing is Standing.LONE_GUEST,
        "is_bot": standing is Standing.BOT,
        "is_app_user": False,
        "updated": 1,
    }
    return shown | {"is_stranger": True} if standing is Standing.EXTERNAL else shown
