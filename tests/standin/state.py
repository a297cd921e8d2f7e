"""Everything that the stand-in remembers, under the journal's one lock, and how it gives out ids and tokens."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.standin.faults import Faults
from tests.standin.journal import Journal
from tests.standin.manifest import Manifest
from tests.standin.rates import Rates
from tests.standin.rules import Clock, Rules
from tests.standin.workspace import Channel, Message, Person, Workspace, new_id, populated, words

JSON = dict[str, Any]


@dataclass(eq=False, kw_only=True)
class Grant:
    """A token and what it is good for; an app token has no workspace."""

    token: str
    scopes: frozenset[str]
    workspace: Workspace | None = None
    expires: float | None = None
    revoked: str | None = None
    """Slack's word for why it is no longer good."""


@dataclass(eq=False, kw_only=True)
class Trigger:
    """The right to open one modal for one person, for some seconds."""

    person: Person
    at: float
    view: View | None = None
    used: bool = False


@dataclass(eq=False, kw_only=True)
class View:
    """A modal or a home, as somebody sees it."""

    id: str
    person: Person
    body: JSON
    hash: str
    root: str
    previous: str | None = None
    open: bool = True
    errors: JSON = field(default_factory=dict)
    chosen: dict[tuple[str, str], JSON] = field(default_factory=dict)

    @property
    def blocks(self) -> list[JSON]:
        """Its blocks, with ids."""
        return list(self.body.get("blocks", ()))

    @property
    def said(self) -> str:
        """All its words, in reading order."""
        return words(self.blocks)


@dataclass(eq=False, kw_only=True)
class Hook:
    """A response URL: whose it is, where it leads, on which message it stands, how often it was used."""

    person: Person
    channel: Channel
    message: Message | None
    at: float
    used: int = 0


@dataclass(frozen=True, kw_only=True)
class Code:
    """What an OAuth code stands for."""

    workspace: Workspace
    person: Person
    scopes: frozenset[str]
    redirect_uri: str


@dataclass(eq=False, kw_only=True)
class State:
    """The whole of it; whoever reads or writes more than one field holds ``journal.changed``."""

    rules: Rules
    manifest: Manifest
    scopes: frozenset[str]
    clock: Clock = field(default_factory=Clock)
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    rates: Rates = field(default_factory=Rates)
    app: str = field(default_factory=lambda: new_id("A"))
    client_id: str = "1000000001.2000000002"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    url: str = ""
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    refreshes: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    """By person's id."""
    statuses: list[tuple[str, str, str]] = field(default_factory=list)
    """Channel id, thread and text of each status that was set."""
    prompts: dict[str, list[JSON]] = field(default_factory=dict)
    """The suggested prompts by channel id."""
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    answers: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Which message bears an answer's id, to tell answers that were given twice."""
    emit: Callable[[Workspace, JSON, bool], object] = lambda workspace, event, shared: None
    """Sends an event to the app; set by the one who delivers."""
    tickets: Callable[[], JSON] = dict
    """Gives out the address of a new WebSocket; set by the one who keeps them."""
    _last: int = 0
    _serial: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def settle(self, name: str, *, installed: bool = True) -> Workspace:
        """A new workspace with some people and channels."""
        workspace = populated(name, app=self.app)
        workspace.installed = installed
        self.workspaces[workspace.id] = workspace
        return workspace

    def grant(self, workspace: Workspace | None, scopes: frozenset[str], *, prefix: str) -> Grant:
        """A new token."""
        grant = Grant(token=f"{prefix}-{secrets.token_hex(12)}", scopes=scopes, workspace=workspace)
        self.grants[grant.token] = grant
        return grant

    def tick(self) -> str:
        """A ``ts`` that nothing else has, later than all before."""
        with self.journal.changed:
            self._last = max(self._last + 1, int(self.clock.now() * 1_000_000))
            return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def serial(self) -> int:
        """The next number."""
        return next(self._serial)

    def trigger(self, person: Person, view: View | None = None) -> str:
        """A new trigger id."""
        name = f"{self.serial()}.{int(self.clock.now())}.{secrets.token_hex(8)}"
        self.triggers[name] = Trigger(person=person, at=self.clock.now(), view=view)
        return name

    def hook(self, person: Person, channel: Channel, message: Message | None, *, kind: str) -> str:
        """A new response URL."""
        path = f"{kind}/{channel.workspace.id}/{self.serial()}/{secrets.token_hex(8)}"
        self.hooks[path] = Hook(person=person, channel=channel, message=message, at=self.clock.now())
        return f"{self.url}/{path}"

    def channel(self, id: str) -> Channel | None:
        """A channel of any workspace."""
        found = (one.channels.get(id) for one in self.workspaces.values())
        return next((one for one in found if one), None)
