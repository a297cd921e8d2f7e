"""One call to the Web API as a method sees it: who calls, with what, and how it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.standin.state import Grant, State, View
from tests.standin.workspace import Channel, Message, Person, Workspace

JSON = dict[str, Any]


class Refusal(Exception):
    """Slack's no: its word for why, and what else it says."""

    def __init__(self, error: str, *messages: str, **more: Any) -> None:  # noqa: ANN401 - whatever Slack adds
        super().__init__(error)
        self.error = error
        self.more: JSON = dict(more)
        if messages:
            self.more["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in messages]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The state, the token's grant and the parameters of one call."""

    state: State
    grant: Grant
    method: str
    params: JSON

    @property
    def workspace(self) -> Workspace:
        """The workspace that the token is good for."""
        if self.grant.workspace is None:
            raise Refusal("not_allowed_token_type")
        return self.grant.workspace

    def text(self, name: str, *, error: str = "invalid_arguments") -> str:
        """A parameter that has to be there."""
        value = self.params.get(name)
        if value is None or value == "":
            raise Refusal(error, f"missing required field: {name}")
        return str(value)

    def maybe(self, name: str) -> str | None:
        """A parameter that may be missing."""
        value = self.params.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str) -> bool:
        """A yes or no, as forms and JSON write it."""
        return str(self.params.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.params.get(name) or default)
        except ValueError:
            raise Refusal("invalid_arguments", f"{name} is no number") from None

    def structured(self, name: str, *, error: str = "invalid_arguments") -> Any:  # noqa: ANN401 - JSON
        """A parameter that is JSON, written as such or as a string."""
        return structured(self.params, name, error=error)

    def needs(self, *scopes: str) -> None:
        """Refuse a token that has none of these scopes."""
        need(self.grant, *scopes)

    def channel(self, *, reads: str | None = None, inside: bool = True) -> Channel:
        """The channel of the call, if the bot may know it; ``reads`` is the kind of scope for it, as in "history"."""
        channel = self.workspace.channels.get(self.text("channel", error="channel_not_found"))
        bot = self.workspace.bot.id
        if channel is None or (channel.kind != "channel" and bot not in channel.members):
            raise Refusal("channel_not_found")
        if reads:
            self.needs({"channel": "channels", "group": "groups", "im": "im"}[channel.kind] + f":{reads}")
        if inside and bot not in channel.members:
            raise Refusal("not_in_channel")
        return channel

    def person(self, name: str = "user", *, error: str = "user_not_found") -> Person:
        """The person of the call."""
        person = self.workspace.people.get(self.text(name, error=error))
        if person is None:
            raise Refusal(error)
        return person

    def message(self, channel: Channel, ts: str | None, *, error: str = "message_not_found") -> Message:
        """A message that stands in the channel."""
        message = channel.messages.get(ts or "")
        if message is None or message.deleted:
            raise Refusal(error)
        if message.whispered:
            raise Refusal(error, "it is an ephemeral message, which Slack lets nobody touch")
        return message

    def frown(self, kind: str, what: str) -> None:
        """Keep a violation."""
        self.state.journal.frown(kind, what)

    def emit(self, event: JSON, *, shared: bool = False) -> None:
        """Send an event to the app."""
        self.state.emit(self.workspace, event, shared)

    def trigger_view(self) -> tuple[Person, View | None]:
        """Whom the trigger id lets open a modal, and from which view; it is used up by this."""
        trigger = self.state.triggers.get(self.text("trigger_id", error="invalid_trigger_id"))
        if trigger is None or trigger.person.workspace is not self.workspace:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self.state.clock.now() - trigger.at > self.state.rules.trigger_seconds:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger.person, trigger.view


Method = Callable[[Caller], JSON]


def need(grant: Grant, *scopes: str) -> None:
    """Refuse a grant that has none of these scopes."""
    if not grant.scopes.intersection(scopes):
        raise Refusal("missing_scope", needed=scopes[0], provided=",".join(sorted(grant.scopes)))


def structured(params: JSON, name: str, *, error: str = "invalid_arguments") -> Any:  # noqa: ANN401 - JSON
    """A parameter that is JSON, written as such or as a string."""
    value = params.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refusal(error, f"{name} is no JSON") from None
