"""The stand-in as tests use it: a server, the people in front of it, and everything that has happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, TypeVar

from tests.standin import app, payloads
from tests.standin.browser import Browser, Page
from tests.standin.delivery import EVENT, Carrier, Delivery, Office
from tests.standin.faults import Faults
from tests.standin.http_delivery import Post
from tests.standin.journal import Ack, Call, Violation
from tests.standin.manifest import Manifest
from tests.standin.people import People, Where, Who
from tests.standin.pressing import pressables
from tests.standin.rules import Clock, Rules
from tests.standin.server import Server
from tests.standin.socketmode import Sockets
from tests.standin.state import State, View
from tests.standin.workspace import Message, Person, Workspace

JSON = dict[str, Any]
T = TypeVar("T")
_ALWAYS = frozenset({"tokens_revoked", "app_uninstalled"})


class StandIn:
    """Slack, on a free port of this machine, from ``with`` to its end; by default over Socket Mode.

    ``people`` act, ``messages``, ``whispers``, ``views`` and ``homes`` are what they see, ``calls`` and ``acks`` what
    the app did, ``violations`` what it should not have done. ``faults``, ``office``, ``sockets`` and ``clock`` make
    trouble.
    """

    def __init__(
        self, *, rules: Rules | None = None, manifest: Manifest | None = None, scopes: frozenset[str] | None = None
    ) -> None:
        self.manifest = manifest or Manifest.read()
        self.scopes = self.manifest.scopes if scopes is None else scopes
        self.state = State(rules=rules or Rules(), manifest=self.manifest, scopes=self.scopes)
        self.sockets = Sockets(self.state)
        self.office = Office(self.state.rules, self.state.journal)
        self.server = Server(app.build(self.state, self.sockets), ping_seconds=self.state.rules.ping_seconds)
        self.state.url = self.url = f"http://127.0.0.1:{self.server.port}"
        self.state.emit, self.state.tickets = self._emit, self.sockets.ticket
        self.workspace = self.state.settle("The Invented Herald")
        self.people = self.people_of(self.workspace)
        self.bot_token = self.state.grant(self.workspace, self.scopes, prefix="xoxb").token
        self.app_token = self.state.grant(None, frozenset({"connections:write"}), prefix="xapp").token
        self._post: Post | None = None

    def __enter__(self) -> StandIn:
        self.server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server and every delivery."""
        self.run(self.office.close())
        self.server.close()
        if self._post:
            self._post.close()

    # How to reach it.

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL has to be."""
        return f"{self.url}/api/"

    @property
    def environ(self) -> dict[str, str]:
        """The environment of the app in Socket Mode; without SLACK_APP_TOKEN it is HTTP."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.state.signing_secret,
        }

    @property
    def oauth_environ(self) -> dict[str, str]:
        """The environment of an app that workspaces install themselves: over HTTP, with no token yet."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_SIGNING_SECRET": self.state.signing_secret,
            "SLACK_CLIENT_ID": self.state.client_id,
            "SLACK_CLIENT_SECRET": self.state.client_secret,
        }

    def deliver_to(self, address: str, *, verify: bool = True) -> None:
        """Deliver by signed HTTP to the app's address from now on, after it has answered Slack's challenge."""
        post = Post(self.state, address)
        if verify:
            post.verify()
        self._post, old = post, self._post
        if old:
            old.close()

    def add_workspace(self, name: str, *, installed: bool = False) -> Workspace:
        """Another workspace, where the app is not installed yet."""
        return self.state.settle(name, installed=installed)

    def people_of(self, workspace: Workspace) -> People:
        """The people of a workspace."""
        return People(state=self.state, workspace=workspace, send=self._send)

    def install(self, url: str, workspace: Workspace | None = None) -> Page:
        """Have an admin install the app, beginning at its own page for that."""
        return Browser(self.url, (workspace or self.workspace).id).install(url)

    # What happened.

    @property
    def faults(self) -> Faults:
        """Trouble for the Web API and response URLs."""
        return self.state.faults

    @property
    def clock(self) -> Clock:
        """The time of day in Slack."""
        return self.state.clock

    @property
    def calls(self) -> list[Call]:
        """Every call so far, oldest first."""
        with self.state.journal.changed:
            return list(self.state.journal.calls)

    def called(self, method: str) -> list[Call]:
        """The calls of one method; "response_url" for these."""
        return [call for call in self.calls if call.method == method]

    @property
    def acks(self) -> list[Ack]:
        """Every acknowledgement so far."""
        with self.state.journal.changed:
            return list(self.state.journal.acks)

    @property
    def violations(self) -> list[Violation]:
        """Everything that Slack would frown upon, with calls that it refused for good."""
        with self.state.journal.changed:
            return list(self.state.journal.violations)

    def violations_but(self, *kinds: str) -> list[Violation]:
        """The violations that are not of these kinds, for tests that provoke some."""
        return [one for one in self.violations if one.kind not in kinds]

    def messages(self, where: Where, thread: Message | str | None = None) -> list[Message]:
        """What the bot has said to everybody: in the whole channel, threads included, or in one thread."""
        channel = self.workspace.channel(where)
        root = thread.root if isinstance(thread, Message) else thread
        with self.state.journal.changed:
            return [one for one in channel.standing(thread=root) if one.bot]

    def dms(self, who: Who, thread: Message | str | None = None) -> list[Message]:
        """What the bot has said to somebody directly."""
        person = self._person(who)
        return self.messages(person.workspace.direct(person), thread)

    def labels(self, on: Message | View) -> list[str]:
        """What is written on everything that can be pressed there, from top to bottom."""
        return [one.label for one in pressables(on.blocks)]

    def whispers(self, who: Who) -> list[Message]:
        """The ephemeral messages that somebody sees, oldest first."""
        person = self._person(who)
        with self.state.journal.changed:
            return [
                one
                for channel in person.workspace.channels.values()
                for one in channel.messages.values()
                if one.whispered is person and not one.deleted
            ]

    def views(self, who: Who) -> list[View]:
        """The modals that somebody has open, the topmost last."""
        person = self._person(who)
        with self.state.journal.changed:
            return [one for one in self.state.views.values() if one.person is person and one.open]

    @property
    def homes(self) -> dict[Person, View]:
        """The home of everybody for whom one was published."""
        with self.state.journal.changed:
            return {view.person: view for view in self.state.homes.values()}

    def home(self, who: Who) -> View | None:
        """The home of one person."""
        return self.homes.get(self._person(who))

    @property
    def statuses(self) -> list[tuple[str, str, str]]:
        """Channel id, thread and text of each status; an answer in the thread takes it away, as an empty text."""
        with self.state.journal.changed:
            return list(self.state.statuses)

    def prompts(self, who: Who) -> list[JSON]:
        """The prompts that somebody is offered in the pane."""
        person = self._person(who)
        return self.state.prompts.get(person.workspace.direct(person).id, [])

    def _person(self, who: Who) -> Person:
        return self.workspace.person(who)

    # Waiting, and trouble on the way.

    def wait_for(self, condition: Callable[[], T], *, what: str, timeout: float = 10.0) -> T:
        """Whatever true value the condition comes to, looked at again upon everything that happens."""
        return self.state.journal.wait_for(condition, what=what, timeout=timeout)

    def wait_until_connected(self, connections: int = 1, *, timeout: float = 60.0) -> None:
        """Wait for so many WebSockets."""
        self.wait_for(lambda: len(self.sockets.ready) >= connections, what="a WebSocket", timeout=timeout)

    def wait_until_quiet(self, *, timeout: float = 10.0) -> None:
        """Wait until everything that was sent to the app is acknowledged or given up."""
        self.wait_for(lambda: not self.office.under_way, what="the end of all deliveries", timeout=timeout)

    def refresh_connections(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect, as Slack does every few hours ("warning" comes some seconds before)."""
        self.run(self.sockets.refresh(reason))

    def drop_connections(self) -> None:
        """Break every WebSocket without a word."""
        self.run(self.sockets.drop())

    def stop_pongs(self) -> None:
        """Leave pings unanswered, as a dead peer does."""
        self.run(self.sockets.deafen(True))

    def resume_pongs(self) -> None:
        """Answer pings again."""
        self.run(self.sockets.deafen(False))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something on the server's loop and wait for it."""
        asyncio.run_coroutine_threadsafe(work, self.server.loop).result(timeout=15)

    def _way(self) -> Carrier:
        return self._post or self.sockets

    def _send(self, kind: str, payload: JSON, about: str, answered: Callable[[Any], None]) -> Delivery:
        delivery = Delivery(kind=kind, payload=payload, about=about, journal=self.state.journal, answered=answered)
        with self.state.journal.changed:
            self.office.under_way.add(delivery)
        self.server.spawn(self.office.deliver(delivery, self._way))
        return delivery

    def _emit(self, workspace: Workspace, event: JSON, shared: bool) -> Delivery | None:
        """Send an event if the app is there, subscribed to it and allowed to hear it."""
        name = payloads.subscription(event)
        scope = payloads.SCOPES.get(name)
        if not workspace.installed or name not in self.manifest.events | _ALWAYS:
            return None
        if scope and scope not in self.scopes:
            return None
        payload = payloads.callback(self.state, workspace, event, shared=shared)
        ts = event.get("ts") or event.get("event_ts") or ""
        return self._send(EVENT, payload, f"{name} {payload['event_id']} of {ts}", lambda reply: None)
