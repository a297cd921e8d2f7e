"""conversations.*, users.*, team, bots and auth: who and what there is."""

from __future__ import annotations

from typing import Any

from tests.standin import payloads
from tests.standin.caller import Caller, Method, Refusal
from tests.standin.workspace import Channel, Message

JSON = dict[str, Any]


def whose(caller: Caller) -> JSON:
    """Whose token it is."""
    workspace = caller.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.bot.name,
        "team_id": workspace.id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(caller: Caller) -> JSON:
    """The address of a new WebSocket."""
    caller.needs("connections:write")
    return caller.state.tickets()


def info(caller: Caller) -> JSON:
    """What is known of a channel."""
    channel = caller.channel(reads="read", inside=False)
    return {"channel": _described(channel)}


def _described(channel: Channel) -> JSON:
    workspace = channel.workspace
    described: JSON = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": False,
        "is_private": channel.kind != "channel",
        "is_archived": channel.archived,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "context_team_id": workspace.id,
        "shared_team_ids": [workspace.id],
        "created": 1,
    }
    if channel.kind == "im":
        return described | {"user": next(iter(channel.members - {workspace.bot.id}))}
    return described | {"name": channel.name, "is_member": workspace.bot.id in channel.members}


def open_direct(caller: Caller) -> JSON:
    """The direct messages with somebody."""
    caller.needs("im:write")
    names = caller.text("users", error="users_list_not_supplied").split(",")
    person = caller.workspace.people.get(names[0])
    if len(names) > 1 or person is None:
        raise Refusal("user_not_found")
    return {"channel": {"id": caller.workspace.direct(person).id}}


def replies(caller: Caller) -> JSON:
    """A thread, its first message included."""
    channel = caller.channel(reads="history")
    root = caller.message(channel, caller.text("ts", error="thread_not_found"), error="thread_not_found")
    thread = [one for one in channel.standing(thread=root.ts) if one is not root]
    first = payloads.stored(root) | ({"thread_ts": root.ts, "reply_count": len(thread)} if thread else {})
    page = _page(caller, [root, *thread])
    return page | {"messages": [first if one["ts"] == root.ts else one for one in page["messages"]]}


def history(caller: Caller) -> JSON:
    """What stands in a channel outside threads, newest first."""
    channel = caller.channel(reads="history")
    return _page(caller, [one for one in channel.standing() if one.thread in (None, one.ts)][::-1])


def _page(caller: Caller, messages: list[Message]) -> JSON:
    oldest, latest = float(caller.params.get("oldest") or 0), float(caller.params.get("latest") or "inf")
    both = caller.flag("inclusive")
    within = [
        one for one in messages if oldest < float(one.ts) < latest or (both and float(one.ts) in (oldest, latest))
    ]
    start, size = caller.number("cursor", 0), min(caller.number("limit", 100), 1000)
    shown = within[start : start + size]
    more = start + size < len(within)
    return {
        "messages": [payloads.stored(one, metadata=caller.flag("include_all_metadata")) for one in shown],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + size) if more else ""},
    }


def members(caller: Caller) -> JSON:
    """Who is in a channel."""
    channel = caller.channel(reads="read", inside=False)
    everybody = sorted(channel.members)
    start, size = caller.number("cursor", 0), min(caller.number("limit", 100), 1000)
    following = str(start + size) if start + size < len(everybody) else ""
    return {"members": everybody[start : start + size], "response_metadata": {"next_cursor": following}}


def user(caller: Caller) -> JSON:
    """Who somebody is."""
    caller.needs("users:read")
    return {"user": payloads.profile(caller.person())}


def group_members(caller: Caller) -> JSON:
    """Who is in a user group."""
    caller.needs("usergroups:read")
    group = caller.workspace.groups.get(caller.text("usergroup"))
    if group is None:
        raise Refusal("no_such_subteam")
    return {"users": sorted(group)}


def bot(caller: Caller) -> JSON:
    """The bot itself."""
    caller.needs("users:read")
    workspace = caller.workspace
    if caller.maybe("bot") not in (None, workspace.bot_id):
        raise Refusal("bot_not_found")
    return {"bot": payloads.bot_profile(workspace)}


def team(caller: Caller) -> JSON:
    """The workspace."""
    caller.needs("team:read")
    workspace = caller.workspace
    return {"team": {"id": workspace.id, "name": workspace.name, "domain": workspace.domain}}


def revoke(caller: Caller) -> JSON:
    """Give the token back."""
    if not caller.flag("test"):
        caller.grant.revoked = "token_revoked"
        caller.emit({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [caller.workspace.bot.id]}})
    return {"revoked": not caller.flag("test")}


METHODS: dict[str, Method] = {
    "auth.test": whose,
    "auth.revoke": revoke,
    "apps.connections.open": connections_open,
    "conversations.info": info,
    "conversations.open": open_direct,
    "conversations.replies": replies,
    "conversations.history": history,
    "conversations.members": members,
    "usergroups.users.list": group_members,
    "users.info": user,
    "bots.info": bot,
    "team.info": team,
}
