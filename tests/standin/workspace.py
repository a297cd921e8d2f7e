"""Who and what there is in a workspace: people, channels, messages; every word of it is invented."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

JSON = dict[str, Any]
_numbers = itertools.count(1)


def new_id(prefix: str) -> str:
    """An id such as Slack gives out."""
    return f"{prefix}0{next(_numbers):08d}"


class Standing(StrEnum):
    """What somebody is in the workspace."""

    MEMBER = "member"
    ADMIN = "admin"
    GUEST = "guest"
    """Of several channels."""
    LONE_GUEST = "lone guest"
    """Of one channel."""
    EXTERNAL = "external"
    """A member of another organisation, met in a shared channel."""
    BOT = "bot"


@dataclass(eq=False, kw_only=True)
class Person:
    """Somebody, or a bot; ``team`` is their own, which is not always the workspace where they are met."""

    id: str
    name: str
    team: str
    standing: Standing = Standing.MEMBER
    utc_offset: int = 3600
    workspace: Workspace

    def __str__(self) -> str:
        return self.name


@dataclass(eq=False, kw_only=True)
class Message:
    """A message as it stands now; ``whispered`` is the one who sees it, None when it is there for everybody."""

    ts: str
    channel: Channel
    author: Person
    text: str
    blocks: list[JSON] = field(default_factory=list)
    thread: str | None = None
    metadata: JSON | None = None
    bot: bool = False
    edited: str | None = None
    deleted: bool = False
    whispered: Person | None = None
    client_id: str = ""
    chosen: dict[tuple[str, str], JSON] = field(default_factory=dict)
    """What was picked in its inputs, by block id and action id."""

    @property
    def root(self) -> str:
        """The ``ts`` of the thread that a reply to it goes to."""
        return self.thread or self.ts

    @property
    def said(self) -> str:
        """All its words, in reading order; its own text where it has no blocks."""
        return words(self.blocks) if self.blocks else self.text


@dataclass(eq=False, kw_only=True)
class Channel:
    """A conversation; ``kind`` is Slack's: channel, group (private) or im."""

    id: str
    name: str
    kind: str = "channel"
    shared: bool = False
    archived: bool = False
    members: set[str] = field(default_factory=set)
    messages: dict[str, Message] = field(default_factory=dict)
    workspace: Workspace

    def __str__(self) -> str:
        return self.name

    def standing(self, *, thread: str | None = None) -> list[Message]:
        """What everybody sees, oldest first: all of it, or the replies in one thread."""
        seen = [one for one in self.messages.values() if not (one.deleted or one.whispered)]
        return [one for one in seen if thread is None or (one.thread == thread and one.ts != thread)]


@dataclass(eq=False, kw_only=True)
class Workspace:
    """One team with the app in it; ``installed`` is False before it is installed and after it was removed."""

    id: str
    name: str
    app: str
    bot_id: str
    installed: bool = True
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    """User groups: the ids of their members by the group's."""
    bot: Person = field(init=False)

    def __post_init__(self) -> None:
        self.bot = self.hire("onrecord", standing=Standing.BOT)

    @property
    def domain(self) -> str:
        """The first part of its address."""
        return self.name.lower().replace(" ", "-")

    def hire(
        self, name: str, *, standing: Standing | str = Standing.MEMBER, id: str | None = None, utc_offset: int = 3600
    ) -> Person:
        """A new person, who joins every public channel; guests none, and external people the shared ones."""
        standing = Standing(standing)
        team = new_id("T") if standing is Standing.EXTERNAL else self.id
        person = Person(
            id=id or new_id("U"), name=name, team=team, standing=standing, utc_offset=utc_offset, workspace=self
        )
        self.people[person.id] = person
        for channel in self.channels.values():
            if channel.kind == "channel" and _belongs(person, channel):
                channel.members.add(person.id)
        return person

    def open_channel(
        self, name: str, *, private: bool = False, shared: bool = False, archived: bool = False, bot: bool = True
    ) -> Channel:
        """A new channel with everybody in it who belongs there, and the bot unless it is left out."""
        kind = "group" if private else "channel"
        channel = Channel(id=new_id("C"), name=name, kind=kind, shared=shared, archived=archived, workspace=self)
        channel.members = {one.id for one in self.people.values() if one is not self.bot and _belongs(one, channel)}
        if bot:
            channel.members.add(self.bot.id)
        self.channels[channel.id] = channel
        return channel

    def form_group(self, *members: Person | str) -> str:
        """A new user group of these people; returns its id."""
        group = new_id("S")
        self.groups[group] = {self.person(one).id for one in members}
        return group

    def direct(self, person: Person) -> Channel:
        """The direct messages between the bot and a person."""
        both = {person.id, self.bot.id}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == both:
                return channel
        channel = Channel(id=new_id("D"), name="directmessage", kind="im", members=both, workspace=self)
        self.channels[channel.id] = channel
        return channel

    def person(self, who: Person | str) -> Person:
        """Somebody by name or id."""
        return who if isinstance(who, Person) else _one(self.people.values(), who)

    def channel(self, which: Channel | str) -> Channel:
        """A channel by name or id."""
        return which if isinstance(which, Channel) else _one(self.channels.values(), which)


def _belongs(person: Person, channel: Channel) -> bool:
    if person.standing is Standing.EXTERNAL:
        return channel.shared
    return person.standing in (Standing.MEMBER, Standing.ADMIN)


def _one(things: Any, wanted: str) -> Any:  # noqa: ANN401 - people or channels
    found = [one for one in things if wanted in (one.id, one.name)]
    if len(found) != 1:
        raise LookupError(f"{len(found)} are called {wanted!r}; there are {sorted(one.name for one in things)}")
    return found[0]


def populated(name: str, *, app: str) -> Workspace:
    """A newsroom to begin with: a few people and channels of every kind."""
    team = new_id("T")
    workspace = Workspace(id=team, name=name, app=app, bot_id=new_id("B"))
    for person, standing in (
        ("ruth", "member"),
        ("omar", "member"),
        ("ada", "admin"),
        ("gil", "guest"),
        ("lone", "lone guest"),
        ("xenia", "external"),
    ):
        workspace.hire(person, standing=standing)
    workspace.open_channel("desk")
    workspace.open_channel("sources", private=True)
    workspace.open_channel("partners", shared=True)
    workspace.open_channel("morgue", archived=True)
    workspace.open_channel("canteen", bot=False)
    workspace.channel("desk").members |= {workspace.person("gil").id, workspace.person("lone").id}
    return workspace


def interactive(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Every element that somebody can press or fill in, with its block."""
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def words(thing: Any) -> str:  # noqa: ANN401 - anything of Block Kit
    """All the text of blocks, in reading order, a line for each piece."""
    return "\n".join(_words(thing))


def _words(thing: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(thing, list):
        for one in thing:
            yield from _words(one)
    elif isinstance(thing, dict):
        if str(thing.get("type", "")).startswith("rich_text_") and thing["type"] != "rich_text_list":
            yield "".join(str(one.get("text", one.get("url", ""))) for one in thing.get("elements", ()))
            return
        if isinstance(thing.get("text"), str):
            yield thing["text"]
        for name, one in thing.items():
            if name not in ("style", "value"):
                yield from _words(one) if isinstance(one, dict | list) else ()


def with_ids(blocks: list[JSON]) -> list[JSON]:
    """The blocks as Slack keeps them: every one has an id."""
    return [block if block.get("block_id") else {**block, "block_id": new_id("b")} for block in blocks]
