"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

from typing import Any

from tests.standin import payloads
from tests.standin.caller import Caller, Method, Refusal
from tests.standin.checks import checked_message, checked_metadata, unfurls
from tests.standin.state import State
from tests.standin.workspace import Channel, Message, Person, with_ids

JSON = dict[str, Any]
_KNOWN = frozenset(
    """channel text blocks attachments metadata thread_ts reply_broadcast unfurl_links unfurl_media mrkdwn parse
    link_names icon_emoji icon_url username ts user as_user token team_id markdown_text""".split()
)


def post_message(caller: Caller) -> JSON:
    """A message for everybody in a channel."""
    caller.needs("chat:write")
    _familiar(caller)
    channel = _open(caller, _addressed(caller))
    thread = _thread(caller, channel)
    text, blocks = checked_message(caller.params)
    metadata = checked_metadata(caller.params)
    if unfurls(caller.params, blocks):
        caller.frown("unfurls", f"a message with links in {channel} leaves unfurling on")
    message = post(caller.state, channel, text, blocks, thread=thread, metadata=metadata)
    return {"channel": channel.id, "ts": message.ts, "message": payloads.stored(message)}


def post(
    state: State, channel: Channel, text: str, blocks: list[JSON], *, thread: str | None, metadata: JSON | None
) -> Message:
    """Put a message of the bot's into a channel, where it hears of it itself."""
    author = channel.workspace.bot
    message = Message(
        ts=state.tick(),
        channel=channel,
        author=author,
        text=text,
        blocks=with_ids(blocks),
        thread=thread,
        metadata=metadata,
        bot=True,
    )
    channel.messages[message.ts] = message
    _once(state, message)
    if thread:
        state.statuses.append((channel.id, thread, ""))
    if state.rules.echoes:
        state.emit(channel.workspace, payloads.message_event(message), channel.shared)
    return message


def _once(state: State, message: Message) -> None:
    """Frown upon an answer's id that was posted before in the same place."""
    payload = (message.metadata or {}).get("event_payload", {})
    answer = next((str(payload[name]) for name in ("answer", "answer_id", "id") if name in payload), None)
    if answer is None:
        return
    place = (message.channel.id, message.thread or "", str((message.metadata or {})["event_type"]), answer)
    first = state.answers.setdefault(place, message.ts)
    if first != message.ts:
        state.journal.frown(
            "duplicate", f"answer {answer} was posted twice in {message.channel}: {first}, {message.ts}"
        )


def post_ephemeral(caller: Caller) -> JSON:
    """A message that one person sees."""
    caller.needs("chat:write")
    _familiar(caller)
    channel = _open(caller, caller.channel())
    person = caller.person()
    if person.id not in channel.members:
        raise Refusal("user_not_in_channel")
    thread = _thread(caller, channel)
    text, blocks = checked_message(caller.params)
    message = whisper(caller.state, channel, person, text, blocks, thread=thread)
    return {"message_ts": message.ts}


def whisper(
    state: State, channel: Channel, person: Person, text: str, blocks: list[JSON], *, thread: str | None
) -> Message:
    """Put a message into a channel that one person sees."""
    message = Message(
        ts=state.tick(),
        channel=channel,
        author=channel.workspace.bot,
        text=text,
        blocks=with_ids(blocks),
        thread=thread,
        bot=True,
        whispered=person,
    )
    channel.messages[message.ts] = message
    return message


def update(caller: Caller) -> JSON:
    """Change a message of the bot's own; blocks that are not given stay."""
    caller.needs("chat:write")
    _familiar(caller)
    message = _own(caller, "cant_update_message")
    window = caller.state.rules.edit_window
    if window is not None and caller.state.clock.now() - float(message.ts) > window:
        raise Refusal("edit_window_closed")
    text, blocks = checked_message(caller.params)
    metadata = checked_metadata(caller.params)
    before = payloads.stored(message)
    message.text, message.edited = text, caller.state.tick()
    message.blocks = with_ids(blocks) if "blocks" in caller.params else message.blocks
    message.metadata = metadata or message.metadata
    if caller.state.rules.echoes:
        caller.emit(payloads.changed_event(message, before, ts=caller.state.tick()), shared=message.channel.shared)
    return {"channel": message.channel.id, "ts": message.ts, "text": text, "message": payloads.stored(message)}


def delete(caller: Caller) -> JSON:
    """Take back a message of the bot's own."""
    caller.needs("chat:write")
    message = _own(caller, "cant_delete_message")
    message.deleted = True
    if caller.state.rules.echoes:
        caller.emit(payloads.deleted_event(message, ts=caller.state.tick()), shared=message.channel.shared)
    return {"channel": message.channel.id, "ts": message.ts}


def permalink(caller: Caller) -> JSON:
    """The address of a message."""
    channel = caller.channel(inside=False)
    message = caller.message(channel, caller.text("message_ts", error="message_not_found"))
    host = f"https://{caller.workspace.domain}.slack.com"
    return {"channel": channel.id, "permalink": f"{host}/archives/{channel.id}/p{message.ts.replace('.', '')}"}


def _own(caller: Caller, error: str) -> Message:
    channel = _open(caller, caller.channel())
    message = caller.message(channel, caller.text("ts", error="message_not_found"))
    if not message.bot:
        raise Refusal(error)
    return message


def _addressed(caller: Caller) -> Channel:
    """The channel of a post, which may name a person instead."""
    person = caller.workspace.people.get(str(caller.params.get("channel")))
    if person:
        return caller.workspace.direct(person)
    return caller.channel(inside="chat:write.public" not in caller.grant.scopes)


def _open(caller: Caller, channel: Channel) -> Channel:
    if channel.archived:
        raise Refusal("is_archived")
    return channel


def _thread(caller: Caller, channel: Channel) -> str | None:
    thread = caller.maybe("thread_ts")
    if thread is None:
        return None
    root = caller.message(channel, thread, error="thread_not_found")
    if root.thread and root.thread != root.ts:
        raise Refusal("thread_not_found", f"{thread} in {channel} is a reply, and threads hang on the first message")
    return thread


def _familiar(caller: Caller) -> None:
    strange = set(caller.params) - _KNOWN
    if strange:
        caller.frown("argument", f"{caller.method} knows no {', '.join(sorted(strange))}")


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
}
