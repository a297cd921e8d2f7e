"""What Slack sends, read once: events, commands, shortcuts, buttons and modals to our own words; pure.

A function returns None for what is not meant for the bot, or not from a person: nothing of it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.blocks.modals import Modal, problems, unchanged
from bot.orders import Topic, order
from bot.slack.plain import addressed, mentions, plain, words
from bot.talk import Errand, Job, Press, Verb

Payload = Mapping[str, Any]

FIND_SOURCE = "find_source"
"""The callback id of the message shortcut "Find the source of this"."""

_SAID_BY_PEOPLE = frozenset({None, "file_share", "thread_broadcast"})
_NOBODY = frozenset({"USLACKBOT"})
_COMMANDS = {"/ask": Errand.ASK, "/quotes": Errand.QUOTES}
_SENT = {
    Modal.NARROW: Errand.NARROWED,
    Modal.REASON: Errand.RATED,
    Modal.REPORT: Errand.REPORTED,
    Modal.SETTINGS: Errand.SETTINGS,
}
_OPENING = frozenset({Verb.CONTEXT, Verb.CITE, Verb.NARROW, Verb.REPORT, Verb.SETTINGS})
_LEFT_BEHIND = ("channel", "thread", "message", "respond", "direct", "external")
"""What a modal carries along of the job that opened it."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What Slack opens a modal for, within three seconds; ``stacked`` is on top of another modal."""

    id: str
    stacked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button that was pressed, the job that it makes, and what a modal may be opened for."""

    press: Press
    job: Job
    trigger: Trigger

    @property
    def opens(self) -> bool:
        """Whether it opens a modal."""
        return self.press.verb in _OPENING or (self.press.verb is Verb.RATE and self.press.place == 0)

    @property
    def works(self) -> bool:
        """Whether there is something to do besides opening a modal."""
        return self.press.verb not in _OPENING


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A talk in the agent view that begins, where prompts may be suggested."""

    team: str
    enterprise: str | None
    channel: str
    thread: str | None


def mention(body: Payload) -> Job | None:
    """A question to the bot in a channel; direct messages come as messages of their own."""
    event = body["event"]
    if not _by_person(event) or _is_direct(event):
        return None
    text = addressed(event.get("text") or "", bot=_bot(body))
    return _said(body, text=text, thread=event.get("thread_ts") or event["ts"])


def message(body: Payload) -> Job | None:
    """A direct message, or one in a channel's thread that may be a follow-up and does not mention the bot."""
    event, bot = body["event"], _bot(body)
    if not _by_person(event):
        return None
    text, thread = event.get("text") or "", event.get("thread_ts")
    if _is_direct(event):
        return _said(body, text=addressed(text, bot=bot) if bot else plain(text), thread=thread or event["ts"])
    if thread in (None, event["ts"]) or mentions(text, bot):
        return None
    return _said(body, text=plain(text), thread=thread)


def home(body: Payload) -> Job | None:
    """Somebody who opened the home page."""
    event = body["event"]
    if event.get("tab") != "home":
        return None
    return Job(
        key=body["event_id"],
        errand=Errand.HOME,
        team=_team(body),
        enterprise=_enterprise(body),
        user=event["user"],
        channel=event.get("channel"),
        direct=True,
    )


def talk(body: Payload) -> Talk | None:
    """The agent view that somebody opened, as an event of either kind tells."""
    event = body["event"]
    opened = event.get("assistant_thread") or (event if event.get("tab") == "messages" else {})
    channel = opened.get("channel_id") or opened.get("channel")
    if channel is None:
        return None
    return Talk(team=_team(body), enterprise=_enterprise(body), channel=channel, thread=opened.get("thread_ts"))


def command(body: Payload) -> Job:
    """A slash command; its answer is private."""
    text = plain(body.get("text") or "")
    errand = _COMMANDS.get(body["command"], Errand.HELP)
    if errand is Errand.HELP:
        errand, text = (Errand.STATUS, "") if order(text).topic is Topic.STATUS else (Errand.HELP, text)
    return Job(
        key=_key("command", body),
        errand=errand,
        team=_team(body),
        enterprise=_enterprise(body),
        user=body["user_id"],
        channel=body.get("channel_id"),
        text=text.strip(),
        respond=body.get("response_url"),
        external=_from_outside(body, None),
    )


def settings_wanted(body: Payload) -> Pressed | None:
    """``/onrecord settings``, which opens a modal at once."""
    if order(plain(body.get("text") or "")).topic is not Topic.SETTINGS:
        return None
    press = Press(Verb.SETTINGS, "")
    return Pressed(press=press, job=command(body), trigger=Trigger(body["trigger_id"]))


def shortcut(body: Payload) -> Job:
    """A message whose source is looked for; the answer goes to the person alone."""
    chosen = body.get("message") or {}
    return Job(
        key=_key("shortcut", body),
        errand=Errand.SOURCE,
        team=_team(body),
        enterprise=_enterprise(body),
        user=body["user"]["id"],
        channel=(body.get("channel") or {}).get("id"),
        thread=chosen.get("thread_ts"),
        message=body.get("message_ts") or chosen.get("ts"),
        text=words(chosen),
        respond=body.get("response_url"),
        external=_from_outside(body, body["user"].get("team_id")),
    )


def pressed(body: Payload) -> Pressed | None:
    """A button, a menu entry or a thumb under an answer; None for anything that is no Press."""
    action = body["actions"][0]
    value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
    try:
        press = Press.read(value)
    except ValueError:
        return None
    rated = press.verb is Verb.RATE
    left = _left_behind(body.get("view") or {})
    job = Job(
        key=_key("press", body),
        errand=Errand.RATED if rated else Errand.PRESSED,
        team=left.get("team") or _team(body),
        enterprise=left.get("enterprise") or _enterprise(body),
        user=body["user"]["id"],
        value=json.dumps({"press": press.value}) if rated else press.value,
        **_pressed_where(body),
    )
    in_modal = (body.get("view") or {}).get("type") == "modal"
    return Pressed(press=press, job=job, trigger=Trigger(body.get("trigger_id") or "", stacked=in_modal))


def sent(body: Payload) -> Job | None:
    """A modal that was sent; it goes on where it was opened."""
    view = body["view"]
    errand = _SENT.get(view.get("callback_id"))
    if errand is None or (errand is Errand.NARROWED and unchanged(view)):
        return None
    left = _left_behind(view)
    where = {name: left[name] for name in _LEFT_BEHIND if name in left}
    outside = bool(left.get("external")) or _from_outside(body, body["user"].get("team_id"))
    return Job(
        key=f"sent:{view['id']}:{view.get('hash', '')}",
        errand=errand,
        team=left.get("team") or _team(body),
        enterprise=left.get("enterprise") or _enterprise(body),
        user=body["user"]["id"],
        value=json.dumps({"press": left.get("press", ""), "values": (view.get("state") or {}).get("values") or {}}),
        **{**where, "external": outside},
    )


def wrong(body: Payload, sources: Callable[[], frozenset[str]]) -> dict[str, str]:
    """What is wrong in a modal that was sent, for each input's block; ``sources`` are asked only where they matter."""
    view = body["view"]
    if view.get("callback_id") not in (Modal.NARROW, Modal.SETTINGS):
        return {}
    return problems((view.get("state") or {}).get("values") or {}, sources=sources())


def reference(body: Payload) -> str:
    """A word by which a payload can be found in the log; it holds nothing of what was said."""
    return str(body.get("event_id") or _key("payload", body))


def _said(body: Payload, *, text: str, thread: str) -> Job:
    event = body["event"]
    return Job(
        key=body["event_id"],
        errand=Errand.ASK,
        team=_team(body),
        enterprise=_enterprise(body),
        user=event["user"],
        channel=event["channel"],
        thread=thread,
        message=event["ts"],
        text=text,
        direct=_is_direct(event),
        external=_from_outside(body, event.get("user_team") or event.get("source_team")),
    )


def _pressed_where(body: Payload) -> dict[str, Any]:
    """Where a button stands: on a message, on one that only the person sees, on the home page, or in a modal."""
    view, container = body.get("view"), body.get("container") or {}
    outside = _from_outside(body, body["user"].get("team_id"))
    if view is not None:
        left = _left_behind(view)
        where = {name: left[name] for name in _LEFT_BEHIND if name in left}
        return {"direct": view.get("type") == "home", **where, "external": outside or bool(left.get("external"))}
    on, private = body.get("message") or {}, bool(container.get("is_ephemeral"))
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    ts = container.get("message_ts") or on.get("ts")
    thread = on.get("thread_ts") or container.get("thread_ts")
    return {
        "channel": channel,
        # The ts of a private message is no place to reply to.
        "thread": thread if private else thread or ts,
        "message": None if private else ts,
        "respond": body.get("response_url") if private else None,
        "direct": not private and (channel or "").startswith("D"),
        "external": outside,
    }


def _left_behind(view: Payload) -> dict[str, Any]:
    try:
        left = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return left if isinstance(left, dict) else {}


def _by_person(event: Payload) -> bool:
    """Whether a person said this now: no bot, no edit, no notice of Slack's."""
    if event.get("bot_id") or event.get("edited") or event.get("hidden"):
        return False
    return event.get("subtype") in _SAID_BY_PEOPLE and event.get("user") not in (None, *_NOBODY)


def _is_direct(event: Payload) -> bool:
    return event.get("channel_type") == "im" or str(event.get("channel") or "").startswith("D")


def _bot(body: Payload) -> str | None:
    """The bot's own user id, where the event says for whom it is delivered."""
    bots = [one.get("user_id") for one in body.get("authorizations") or () if one.get("is_bot")]
    return bots[0] if bots else None


def _team(body: Payload) -> str:
    """The workspace that the bot is installed in; the organisation, where it is installed in all of its workspaces."""
    granted = (body.get("authorizations") or [{}])[0]
    team, user, view = body.get("team") or {}, body.get("user"), body.get("view") or {}
    found = (
        view.get("app_installed_team_id")
        or team.get("id")
        or granted.get("team_id")
        or body.get("team_id")
        or (user.get("team_id") if isinstance(user, Mapping) else None)
        or _enterprise(body)
    )
    if not found:
        raise ValueError("a payload names neither a workspace nor an organisation")
    return str(found)


def _enterprise(body: Payload) -> str | None:
    granted = (body.get("authorizations") or [{}])[0]
    enterprise = body.get("enterprise") or {}
    return enterprise.get("id") or granted.get("enterprise_id") or body.get("enterprise_id") or None


def _from_outside(body: Payload, home: str | None) -> bool:
    """Whether the channel is shared with another organisation, or the person is of another workspace.

    In an organisation of many workspaces a colleague's workspace may well be another one: there the roster decides.
    """
    if body.get("is_ext_shared_channel"):
        return True
    return home is not None and _enterprise(body) is None and home != _team(body)


def _key(kind: str, body: Payload) -> str:
    """What stands for the id that Slack gives to events only."""
    trigger = body.get("trigger_id")
    if trigger:
        return f"{kind}:{trigger}"
    printed = json.dumps(body, sort_keys=True, default=str)
    return f"{kind}:{blake2b(printed.encode(), digest_size=16).hexdigest()}"
