"""What people do in Slack: write, mention, type commands, press buttons, fill in modals."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.standin import hooks, payloads, pressing
from tests.standin.caller import Refusal
from tests.standin.checks import checked_view
from tests.standin.delivery import COMMAND, INTERACTION, Delivery
from tests.standin.state import Hook, State, View
from tests.standin.surfaces import add_view, replace_view
from tests.standin.workspace import Channel, Message, Person, Workspace, interactive

JSON = dict[str, Any]
Who = Person | str
Where = Channel | str
Picked = str | list[str] | None


@dataclass(eq=False, kw_only=True)
class People:
    """The people of one workspace; persons and channels are given as such or by name.

    What goes to the app and comes back at once is a Delivery: ``.wait()`` for its acknowledgement.
    """

    state: State
    workspace: Workspace
    send: Callable[[str, JSON, str, Callable[[Any], None]], Delivery]
    """Takes kind, payload, a name for it, and what to do with the app's answer."""

    def say(self, who: Who, where: Where, text: str, thread: Message | str | None = None) -> Message:
        """Write in a channel, as typed; "@onrecord" in it mentions the bot."""
        person, channel = self.workspace.person(who), self.workspace.channel(where)
        mention = f"<@{self.workspace.bot.id}>"
        with self.state.journal.changed:
            self._inside(person, channel)
            message = Message(
                ts=self.state.tick(),
                channel=channel,
                author=person,
                text=payloads.typed(text).replace(f"@{self.workspace.bot.name}", mention),
                thread=thread.root if isinstance(thread, Message) else thread,
                client_id=str(uuid.uuid4()),
            )
            message.blocks = payloads.rich(message.text)
            channel.messages[message.ts] = message
            events = [payloads.message_event(message)]
            if mention in message.text and channel.kind != "im":
                events.insert(self.state.serial() % 2, payloads.mention_event(message))
            self._hear(channel, *events)
        return message

    def mention(self, who: Who, where: Where, text: str, thread: Message | str | None = None) -> Message:
        """Ask the bot in a channel by its name."""
        return self.say(who, where, f"@{self.workspace.bot.name} {text}", thread)

    def dm(self, who: Who, text: str, thread: Message | str | None = None) -> Message:
        """Write to the bot directly."""
        return self.say(who, self.workspace.direct(self.workspace.person(who)), text, thread)

    def edit(self, message: Message, text: str) -> Message:
        """Change one's own message."""
        with self.state.journal.changed:
            before = payloads.stored(message)
            message.text, message.edited = payloads.typed(text), self.state.tick()
            message.blocks = payloads.rich(message.text)
            self._hear(message.channel, payloads.changed_event(message, before, ts=self.state.tick()))
        return message

    def remove(self, message: Message) -> None:
        """Delete one's own message."""
        with self.state.journal.changed:
            message.deleted = True
            self._hear(message.channel, payloads.deleted_event(message, ts=self.state.tick()))

    def command(self, who: Who, where: Where, command: str, text: str = "") -> Delivery:
        """Type a slash command."""
        person, channel = self.workspace.person(who), self.workspace.channel(where)
        if command not in self.state.manifest.commands:
            raise LookupError(f"{command} is not among the commands of the manifest")
        with self.state.journal.changed:
            self._inside(person, channel)
            payload = payloads.command(self.state, person, channel, command, text)
            answered = self._answering(Hook(person=person, channel=channel, message=None, at=self.state.clock.now()))
        return self.send(COMMAND, payload, f"{command} {text}".strip(), answered)

    def command_dm(self, who: Who, command: str, text: str = "") -> Delivery:
        """Type a slash command in the direct messages with the bot."""
        return self.command(who, self.workspace.direct(self.workspace.person(who)), command, text)

    def _answering(self, hook: Hook) -> Callable[[Any], None]:
        """What an acknowledgement that says something becomes: a message."""

        def answered(reply: Any) -> None:  # noqa: ANN401 - text or JSON, as the app pleases
            if not reply:
                return
            try:
                hooks.answer(self.state, hook, {"text": reply} if isinstance(reply, str) else reply)
            except Refusal as no:
                self.state.journal.frown("reply", f"an acknowledgement holds no message: {no.error} {no.more}")

        return answered

    def shortcut(self, who: Who, message: Message, name: str | None = None) -> Delivery:
        """Choose a shortcut in the menu of a message."""
        person = self.workspace.person(who)
        callback_id = self.state.manifest.shortcut(name)
        with self.state.journal.changed:
            self._inside(person, message.channel)
            payload = payloads.message_shortcut(self.state, person, message, callback_id)
        return self.send(INTERACTION, payload, f"the shortcut {callback_id}", lambda reply: None)

    def press(
        self, who: Who, on: Message | View, what: str, *, nth: int | None = None, option: Picked = None
    ) -> Delivery:
        """Press a button, a menu entry or a thumb, named by its label, value or action id.

        Where several bear the name, ``nth`` says which. ``option`` is what is picked in a select or date picker.
        """
        person = self.workspace.person(who)
        with self.state.journal.changed:
            self._sees(person, on)
            found = pressing.find(on.blocks, what, nth=nth)
            action = pressing.chosen(found, option)
            if option is not None:
                kept = payloads.filled(found.element, option)
                on.chosen[action["block_id"], action["action_id"]] = kept
            action = action | {"action_ts": self.state.tick()}
            if isinstance(on, View):
                payload = payloads.view_pressed(self.state, on, action)
            else:
                payload = payloads.message_pressed(self.state, person, on, action)
        return self.send(INTERACTION, payload, f"the press on {found.label!r}", lambda reply: None)

    def _sees(self, person: Person, on: Message | View) -> None:
        if isinstance(on, View):
            assert on.person is person, f"{person} does not see the view of {on.person}"
            assert on.open, "the view is closed"
            return
        self._inside(person, on.channel)
        assert not on.deleted, "the message is deleted"
        assert on.whispered in (None, person), f"{person} does not see what was whispered to {on.whispered}"

    def submit(self, who: Who, view: View, values: Mapping[str, Any] | None = None) -> Delivery:
        """Fill in a modal, each input named by its label, block id or action id, and send it."""
        person = self.workspace.person(who)
        with self.state.journal.changed:
            self._sees(person, view)
            left = dict(values or {})
            for block, element in interactive(view.blocks):
                _fill(view, block, element, left)
            if left:
                raise LookupError(f"the modal asks for no {', '.join(left)}")
            payload = payloads.view_sent(self.state, view)
        title = view.body.get("title", {}).get("text", "")
        return self.send(INTERACTION, payload, f"the modal {title!r}", lambda reply: self._sent(view, reply))

    def _sent(self, view: View, reply: Any) -> None:  # noqa: ANN401 - text or JSON, as the app pleases
        """What an app may answer to a modal: nothing, errors, another view, or that all be closed."""
        answer = reply if isinstance(reply, dict) else {}
        action = answer.get("response_action")
        try:
            if action == "errors":
                self._errors(view, answer.get("errors") or {})
            elif action == "update":
                replace_view(self.state, view, checked_view(answer, kind="modal"))
            elif action == "push":
                add_view(self.state, view.person, checked_view(answer, kind="modal"), below=view)
            elif action == "clear":
                for other in self.state.views.values():
                    other.open = other.open and other.root != view.root
            elif action is None and not reply:
                view.open = False
            else:
                self.state.journal.frown("reply", f"a modal cannot be answered with {reply!r}")
        except Refusal as no:
            self.state.journal.frown("reply", f"the answer to a modal is no view: {no.error} {no.more}")

    def _errors(self, view: View, errors: JSON) -> None:
        asked = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not errors or not set(errors) <= asked:
            self.state.journal.frown("reply", f"errors for {sorted(errors)} where {sorted(asked)} are asked")
        view.errors = errors

    def close(self, who: Who, view: View) -> Delivery | None:
        """Close a modal without sending it; the app hears of it only where it asked to."""
        self._sees(self.workspace.person(who), view)
        view.open = False
        if not view.body.get("notify_on_close"):
            return None
        payload = payloads.view_closed(self.state, view)
        return self.send(INTERACTION, payload, "a closed modal", lambda reply: None)

    def open_home(self, who: Who, tab: str = "home") -> None:
        """Open the app's home."""
        person = self.workspace.person(who)
        with self.state.journal.changed:
            event: JSON = {
                "type": "app_home_opened",
                "user": person.id,
                "channel": self.workspace.direct(person).id,
                "tab": tab,
                "event_ts": self.state.tick(),
            }
            if tab == "home" and person.id in self.state.homes:
                event["view"] = payloads.view_payload(self.state.homes[person.id])
            self.state.emit(self.workspace, event, False)

    def open_pane(self, who: Who) -> None:
        """Open the agent's pane, which is the messages tab; for older apps also a new thread of the assistant."""
        person = self.workspace.person(who)
        self.open_home(person, "messages")
        if self.state.manifest.assistant:
            self.state.emit(self.workspace, self._assistant_thread(person), False)

    def _assistant_thread(self, person: Person) -> JSON:
        channel, ts = self.workspace.direct(person), self.state.tick()
        root = Message(ts=ts, channel=channel, author=self.workspace.bot, text="New thread", thread=ts)
        channel.messages[ts] = root
        return {
            "type": "assistant_thread_started",
            "assistant_thread": {
                "user_id": person.id,
                "context": {},
                "channel_id": channel.id,
                "thread_ts": ts,
            },
            "event_ts": self.state.tick(),
        }

    def invite_bot(self, who: Who, where: Where) -> None:
        """Bring the bot into a channel."""
        person, channel = self.workspace.person(who), self.workspace.channel(where)
        with self.state.journal.changed:
            channel.members.add(self.workspace.bot.id)
            event = {
                "type": "member_joined_channel",
                "user": self.workspace.bot.id,
                "channel": channel.id,
                "channel_type": channel.id[0],
                "team": self.workspace.id,
                "inviter": person.id,
                "event_ts": self.state.tick(),
            }
            self.state.emit(self.workspace, event, channel.shared)

    def uninstall(self) -> None:
        """Remove the app from the workspace: its tokens die, and it is told."""
        with self.state.journal.changed:
            for grant in self.state.grants.values():
                if grant.workspace is self.workspace:
                    grant.revoked = "account_inactive"
            bots = [self.workspace.bot.id]
            self.state.emit(self.workspace, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": bots}}, False)
            self.state.emit(self.workspace, {"type": "app_uninstalled"}, False)
            self.workspace.installed = False

    def _inside(self, person: Person, channel: Channel) -> None:
        assert person.id in channel.members, f"{person} is not in {channel}"
        assert not channel.archived, f"{channel} is archived"

    def _hear(self, channel: Channel, *events: JSON) -> None:
        """The app hears of a channel only as a member."""
        if self.workspace.bot.id in channel.members:
            for event in events:
                self.state.emit(self.workspace, event, channel.shared)


def _fill(view: View, block: JSON, element: JSON, left: dict[str, Any]) -> None:
    """Fill in one input with what is left under one of its names; a required one may not stay empty."""
    if block["type"] != "input":
        return
    at = (block["block_id"], element["action_id"])
    for name in (block["label"]["text"], *at):
        if name in left:
            view.chosen[at] = payloads.filled(element, left.pop(name))
            break
    value = payloads.values_of([block], view.chosen)[at[0]][at[1]]
    empty = not any(given for key, given in value.items() if key != "type")
    if empty and not block.get("optional"):
        raise LookupError(f"Slack would not send the modal: {block['label']['text']!r} is required")
    longest = element.get("max_length")
    if longest and len(str(value.get("value") or "")) > longest:
        raise LookupError(f"Slack would not take more than {longest} characters for {block['label']['text']!r}")
