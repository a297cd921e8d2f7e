"""views.* and assistant.threads.*: modals, the home and the agent's pane."""

from __future__ import annotations

from typing import Any

from tests.standin import payloads
from tests.standin.caller import Caller, Method, Refusal
from tests.standin.checks import checked_view
from tests.standin.state import State, View
from tests.standin.workspace import Channel, Person, interactive, new_id, with_ids

JSON = dict[str, Any]
_DEEPEST = 3


def open_view(caller: Caller) -> JSON:
    """A modal for the person whose trigger it is."""
    body = checked_view(caller.params, kind="modal")
    person, _ = caller.trigger_view()
    return _shown(add_view(caller.state, person, body, below=None))


def push_view(caller: Caller) -> JSON:
    """A modal on top of the one that the trigger comes from."""
    body = checked_view(caller.params, kind="modal")
    person, below = caller.trigger_view()
    if below is None or below.body.get("type") != "modal" or not below.open:
        raise Refusal("invalid_arguments", "the trigger comes from no modal, so that there is nothing to push onto")
    return _shown(add_view(caller.state, person, body, below=below))


def add_view(state: State, person: Person, body: JSON, *, below: View | None) -> View:
    """A new modal for somebody; at most three lie on each other."""
    stack = [one for one in state.views.values() if below and one.open and one.root == below.root]
    if len(stack) >= _DEEPEST:
        raise Refusal("push_limit_reached")
    if below is None:
        for view in state.views.values():
            view.open = view.open and view.person is not person
    id = new_id("V")
    view = View(
        id=id,
        person=person,
        body=body | {"blocks": with_ids(body["blocks"])},
        hash=_hash(state),
        root=below.root if below else id,
        previous=below.id if below else None,
    )
    state.views[id] = view
    return view


def update_view(caller: Caller) -> JSON:
    """Another content for a modal that is open."""
    body = checked_view(caller.params, kind="modal")
    external = caller.maybe("external_id")
    fitting = (one for one in caller.state.views.values() if one.body.get("external_id") == external)
    view = next(fitting, None) if external else caller.state.views.get(caller.text("view_id"))
    if view is None or not view.open:
        raise Refusal("not_found")
    _fresh(caller, view)
    replace_view(caller.state, view, body)
    return _shown(view)


def replace_view(state: State, view: View, body: JSON) -> None:
    """Change what a view shows; inputs of the same ids keep what was filled in."""
    view.body = body | {"blocks": with_ids(body["blocks"])}
    view.hash, view.errors = _hash(state), {}
    there = {(block["block_id"], element["action_id"]) for block, element in interactive(view.blocks)}
    view.chosen = {at: value for at, value in view.chosen.items() if at in there}


def publish(caller: Caller) -> JSON:
    """The home of one person."""
    person = caller.person("user_id", error="user_not_found")
    body = checked_view(caller.params, kind="home")
    if not caller.state.manifest.home:
        raise Refusal("not_enabled")
    view = caller.state.homes.get(person.id)
    if view is None:
        id = new_id("V")
        view = View(id=id, person=person, body={}, hash="", root=id)
        caller.state.homes[person.id] = view
    else:
        _fresh(caller, view)
    replace_view(caller.state, view, body)
    return _shown(view)


def _fresh(caller: Caller, view: View) -> None:
    if caller.maybe("hash") not in (None, view.hash):
        raise Refusal("hash_conflict")


def _hash(state: State) -> str:
    return f"{int(state.clock.now())}.{state.serial():08x}"


def _shown(view: View) -> JSON:
    return {"view": payloads.view_payload(view)}


def set_status(caller: Caller) -> JSON:
    """What the bot is doing, shown in a thread until it answers; an empty text takes it away."""
    caller.needs("chat:write", "assistant:write")
    channel = _pane(caller)
    thread = _thread(caller, channel)
    if "status" not in caller.params:
        raise Refusal("invalid_arguments", "missing required field: status")
    loading = caller.structured("loading_messages") or []
    if len(loading) > 10:
        raise Refusal("invalid_arguments", "loading_messages: more than 10")
    caller.state.statuses.append((channel.id, thread, str(caller.params["status"] or "")))
    return {}


def set_prompts(caller: Caller) -> JSON:
    """The prompts that somebody sees before they ask."""
    caller.needs("assistant:write")
    channel = _pane(caller)
    if caller.maybe("thread_ts") or not caller.state.manifest.agent:
        _thread(caller, channel)
    prompts = caller.structured("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
        raise Refusal("invalid_arguments", "prompts: 1 to 4 of them")
    for prompt in prompts:
        if not isinstance(prompt, dict) or set(prompt) != {"title", "message"} or not all(prompt.values()):
            raise Refusal("invalid_arguments", f"prompts: title and message, not {prompt}")
    caller.state.prompts[channel.id] = prompts
    return {}


def set_title(caller: Caller) -> JSON:
    """The title of a thread in the pane."""
    caller.needs("assistant:write")
    channel = _pane(caller)
    caller.state.titles[channel.id, _thread(caller, channel)] = caller.text("title")
    return {}


def _pane(caller: Caller) -> Channel:
    channel = caller.workspace.channels.get(caller.text("channel_id", error="channel_not_found"))
    if channel is None or caller.workspace.bot.id not in channel.members:
        raise Refusal("channel_not_found")
    return channel


def _thread(caller: Caller, channel: Channel) -> str:
    return caller.message(channel, caller.text("thread_ts", error="invalid_thread_ts"), error="invalid_thread_ts").ts


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish,
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "assistant.threads.setTitle": set_title,
}
