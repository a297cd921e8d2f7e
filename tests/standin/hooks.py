"""Response URLs: five uses in half an hour, to answer, replace or delete in place of a person's command or press."""

from __future__ import annotations

from typing import Any

from tests.standin.caller import Refusal
from tests.standin.chat import post, whisper
from tests.standin.checks import checked_message, checked_metadata, unfurls
from tests.standin.state import Hook, State
from tests.standin.workspace import Message, with_ids

JSON = dict[str, Any]
_KNOWN = frozenset(
    """text blocks attachments response_type replace_original delete_original thread_ts metadata unfurl_links
    unfurl_media""".split()
)


def use(state: State, path: str, params: JSON) -> None:
    """Do what is asked at a response URL; raises Refusal."""
    hook = state.hooks.get(path)
    if hook is None:
        raise Refusal("no_service")
    if state.clock.now() - hook.at > state.rules.response_url_seconds:
        raise Refusal("expired_url")
    if hook.used >= state.rules.response_url_uses:
        raise Refusal("used_url")
    strange = set(params) - _KNOWN
    if strange:
        state.journal.frown("argument", f"a response URL knows no {', '.join(sorted(strange))}")
    answer(state, hook, params)
    hook.used += 1


def answer(state: State, hook: Hook, params: JSON) -> None:
    """Answer a command or a press, as a response URL or the acknowledgement itself does."""
    if params.get("replace_original") or params.get("delete_original"):
        _replace(state, hook.message, params)
        return
    text, blocks = checked_message(params)
    metadata = checked_metadata(params)
    kind, thread = params.get("response_type") or "ephemeral", _thread(hook, params)
    if kind == "in_channel":
        if unfurls(params, blocks):
            state.journal.frown("unfurls", f"a message with links in {hook.channel} leaves unfurling on")
        post(state, hook.channel, text, blocks, thread=thread, metadata=metadata)
    elif kind == "ephemeral":
        whisper(state, hook.channel, hook.person, text, blocks, thread=thread)
    else:
        raise Refusal("invalid_arguments", f"response_type: {kind}")


def _replace(state: State, original: Message | None, params: JSON) -> None:
    """Put something, or nothing, in the place of the message that the press was on."""
    if original is None or original.deleted or not original.bot:
        raise Refusal("no_original", "there is no message of the bot's that could be replaced or deleted")
    if params.get("delete_original"):
        original.deleted = True
        return
    text, blocks = checked_message(params)
    original.metadata = checked_metadata(params) or original.metadata
    original.text, original.blocks, original.edited = text, with_ids(blocks), state.tick()


def _thread(hook: Hook, params: JSON) -> str | None:
    thread = params.get("thread_ts")
    if thread and thread not in hook.channel.messages:
        raise Refusal("thread_not_found")
    return str(thread) if thread else None
