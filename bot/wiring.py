"""Settings to a running bot: the only file that puts the parts together, so that all others are handed theirs.

What is heavy is imported where it is chosen: the command's other subcommands do without Slack.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

from bot.errors import BadSettings, BotError, MemoryBroken
from bot.settings import Mode, Settings
from embeddings import Archive, ArchiveError, open_archive

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.blocks import View
    from bot.desk import Desk
    from bot.follower import Follower
    from bot.ledger import Ledger
    from bot.memory import Memory
    from bot.slack.app import Installing
    from bot.slack.clients import Clients
    from bot.slack.socket import SocketIntake
    from bot.slack.web import Health
    from bot.talk import Job, Press
    from bot.worker import Roster, Workers

DRAIN = 25.0
"""Seconds that are left, after the order to stop, to answer what was accepted."""
_PROMPTS = 8
"""So many modals are opened at the same time."""
_STUCK = timedelta(minutes=10)
"""A job that has waited so long says that the workers do not get on."""
_LOOK_UP = 0.5
"""Seconds after which the order to stop is seen at the latest."""
_log = logging.getLogger(__name__)


@contextmanager
def open_bot_memory(settings: Settings) -> Iterator[Memory]:
    """The bot's memory at the address of the settings."""
    from bot.memory import open_memory

    with open_memory(settings.database) as memory:
        yield memory


@contextmanager
def open_ledger(settings: Settings) -> Iterator[Ledger]:
    """What that memory holds of answers, to be read."""
    from bot.ledger import Ledger

    with open_bot_memory(settings) as memory:
        yield Ledger(memory.answers)


def move_memory(source: str, target: str) -> Mapping[str, int]:
    """How many rows of each table went from one memory to another that held nothing; each an address, or a file.

    Raises MemoryBroken and BadSettings.
    """
    from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore as Installations
    from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore as States
    from sqlalchemy import MetaData

    from bot.memory.moving import address_of, move

    slack = MetaData()
    Installations.build_bots_table(slack, Installations.default_bots_table_name)
    Installations.build_installations_table(slack, Installations.default_installations_table_name)
    States.build_oauth_states_table(slack, States.default_table_name)
    return move(address_of(source), address_of(target), others=[slack])


def make_desk(settings: Settings, archive: Archive, memory: Memory) -> Desk:
    """The desk, by the policy of the settings."""
    from bot.desk import Desk, Policy

    policy = Policy(
        allow_guests=settings.allow_guests,
        allow_external=settings.allow_external,
        workspaces=settings.workspaces,
        stale_hours=settings.stale_hours,
        reports_channel=settings.reports_channel,
    )
    return Desk(archive=archive, memory=memory, policy=policy, clock=_now)


def converse(settings: Settings, console: Console, *, typed: TextIO | None = None) -> None:
    """The conversation in a terminal until it is ended, or until ``typed`` is; kept in memory as those in Slack are."""
    from bot.chat import Chat, line_reader, somebody_here

    # Whoever can read the files may ask, whatever workspace they are of.
    here = replace(settings, workspaces=frozenset())
    with open_archive(settings.archive) as archive, open_bot_memory(settings) as memory:
        if settings.retention_days:
            memory.answers.forget(_now() - timedelta(days=settings.retention_days))
            memory.database.sweep()
        chat = Chat(
            desk=make_desk(here, archive, memory),
            ask=line_reader(typed or sys.stdin, console),
            console=console,
            remember=memory.answers.record,
            person=somebody_here(),
            sources=lambda: archive.coverage().sources,
        )
        chat.run()


def run_bot(settings: Settings, *, until: Event | None = None) -> bool:
    """Answer in Slack until SIGTERM or SIGINT, or until ``until`` is set; then finish what was accepted.

    Returns whether nothing was still being worked on when the time for that was over.
    """
    stop = until or _signalled()
    with ExitStack() as closing:
        bot = _assembled(settings, closing)
        bot.start()
        _log.info("answering, by %s; health on port %d", settings.slack.mode, bot.port())
        # A signal that comes just before a wait without an end would be seen at that end only.
        while not stop.wait(_LOOK_UP):
            pass
        _log.info("stopping: finishing what was accepted")
        left = bot.stop()
        _log.info("stopped; %d jobs are left for the next start", left)
        return bot.ended()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bot:
    """Everything that runs, to be started and stopped in order."""

    start: Callable[[], None]
    stop: Callable[[], int]
    ended: Callable[[], bool]
    port: Callable[[], int]


def _assembled(settings: Settings, closing: ExitStack) -> _Bot:
    from bot.amending import Amending
    from bot.follower import Follower, Following
    from bot.slack.app import build_app
    from bot.slack.courier import SlackCourier
    from bot.slack.embargo import EmbargoRoster
    from bot.slack.roster import SlackRoster
    from bot.slack.socket import SocketIntake
    from bot.slack.web import Health, WebServer, web_app
    from bot.worker import Shop, Workers

    _alone(settings.database, closing)
    archive = closing.enter_context(open_archive(settings.archive, writing=bool(settings.ingest_token)))
    memory = closing.enter_context(open_bot_memory(settings))
    # Counted before the first question, which is then as quick as the others.
    archive.coverage()
    installing = _installing(settings, memory)
    clients = _clients(settings, installing)
    roster: Roster = SlackRoster(clients, admins=settings.admins)
    if settings.embargo_group:
        roster = EmbargoRoster(roster, clients, ids=settings.embargo_group)
    desk = make_desk(settings, archive, memory)
    retention = timedelta(days=settings.retention_days) if settings.retention_days else None
    courier = SlackCourier(clients=clients)
    amending = Amending(archive=archive, memory=memory, freshness=desk.freshness, clock=_now)
    shop = Shop(
        desk=desk,
        following=amending,
        memory=memory,
        courier=courier,
        roster=roster,
        clock=_now,
        retention=retention,
    )
    workers = Workers(shop, count=settings.workers)
    team = next(iter(settings.workspaces)) if len(settings.workspaces) == 1 else ""
    following = Following(archive=archive, memory=memory, reports=settings.reports_channel, team=team)
    follower = Follower(following, workers.wake)
    prompts = closing.enter_context(ThreadPoolExecutor(_PROMPTS, thread_name_prefix="prompt"))
    app = build_app(
        settings,
        clients=clients,
        intake=_Intake(workers, memory, archive),
        views=_Views(desk, roster),
        prompts=prompts,
        installing=installing,
    )
    socket = SocketIntake(app, settings.slack) if settings.slack.mode is Mode.SOCKET else None
    pages = web_app(
        bolt=None if socket and not installing else app,
        health=_health(archive, memory, workers, follower, socket),
        alive=lambda: Health(sick=_sickness(workers, follower)),
        more=_pushing(settings, archive),
    )
    web = WebServer(pages, settings.host, settings.port)

    def start() -> None:
        workers.start()
        follower.start()
        web.start()
        if socket:
            socket.start()

    def stop() -> int:
        # Nothing new first, then what is begun; health stays to be seen until the end.
        if socket:
            socket.stop()
        else:
            web.stop()
        follower.stop()
        left = workers.drain(DRAIN)
        if socket:
            socket.close()
            web.stop()
        return left

    return _Bot(start=start, stop=stop, ended=lambda: workers.ended, port=lambda: web.port)


@dataclass(frozen=True, slots=True)
class _Intake:
    """What listeners need to know and to do."""

    workers: Workers
    memory: Memory
    archive: Archive

    def accept(self, job: Job) -> None:
        self.workers.accept(job)

    def started(self, team: str, channel: str, thread: str) -> bool:
        return self.memory.answers.started(team, channel, thread)

    def follow_ups(self, team: str, channel: str) -> bool:
        return self.memory.preferences.channel(team, channel).follow_ups

    def sources(self) -> frozenset[str]:
        try:
            return self.archive.coverage().sources
        except ArchiveError:
            # Whoever works on what was sent tries again, and says why not.
            return frozenset()


@dataclass(frozen=True, slots=True)
class _Views:
    """The desk's modals, for whoever presses where they are."""

    desk: Desk
    roster: Roster

    def view(self, press: Press, job: Job) -> View:
        return self.desk.view(press, job, person=self.roster.person(job), room=self.roster.room(job))


def _installing(settings: Settings, memory: Memory) -> Installing | None:
    """Where installations are kept, in the bot's own database, when workspaces install the app themselves."""
    if not settings.slack.many_workspaces:
        return None
    from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
    from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

    from bot.slack.app import Installing

    engine = memory.database.engine
    installations = SQLAlchemyInstallationStore(client_id=settings.slack.client_id, engine=engine)
    states = SQLAlchemyOAuthStateStore(expiration_seconds=600, engine=engine)
    # One after the other where several bots start at once: the library looks first and makes tables then.
    with memory.database.alone() as connection:
        installations.metadata.create_all(connection)
        states.metadata.create_all(connection)
    return Installing(installations=installations, states=states)


def _clients(settings: Settings, installing: Installing | None) -> Clients:
    from bot.slack.clients import ManyWorkspaces, OneWorkspace

    if installing is None:
        one = OneWorkspace(settings.slack)
        one.check()
        return one
    return ManyWorkspaces(settings.slack, installing.installations)


def _pushing(settings: Settings, archive: Archive) -> Sequence[BaseRoute]:
    """The way in over HTTP, where there is a token for it."""
    from bot.push import Push

    if not settings.ingest_token:
        return ()
    return Push(archive, token=settings.ingest_token, limit=settings.ingest_limit_mb * 1_000_000).routes()


def _health(
    archive: Archive, memory: Memory, workers: Workers, follower: Follower, socket: SocketIntake | None
) -> Callable[[], Health]:
    from bot.slack.web import Health

    def health() -> Health:
        unready: dict[str, str] = {}
        if socket is not None and not socket.healthy():
            unready["slack"] = "no living connection to Slack: connecting anew"
        _try(unready, "archive", archive.coverage)
        _try(unready, "memory", lambda: _look_into(memory, unready))
        return Health(sick=_sickness(workers, follower), unready=unready)

    return health


def _look_into(memory: Memory, unready: dict[str, str]) -> None:
    memory.database.ping()
    oldest = memory.inbox.oldest()
    if oldest is not None and _now() - oldest > _STUCK:
        unready["inbox"] = f"the oldest job waits since {oldest.isoformat()}"


def _sickness(workers: Workers, follower: Follower) -> dict[str, str]:
    sick: dict[str, str] = {}
    if not workers.alive:
        sick["workers"] = "a worker has stopped: start the bot again"
    if not follower.alive:
        sick["follower"] = "corrections are not followed any more: start the bot again"
    return sick


def _try(wrong: dict[str, str], name: str, look: Callable[[], object]) -> None:
    try:
        look()
    except (BotError, ArchiveError) as error:
        wrong[name] = str(error)


def _alone(database: str, closing: ExitStack) -> None:
    """Hold a lock on a database that is a file: two bots on one would answer everything twice."""
    from filelock import FileLock, Timeout

    from bot.memory.database import file_of

    file = file_of(database)
    if file is None:
        return
    try:
        closing.enter_context(FileLock(f"{file}.lock", timeout=0))
    except Timeout as error:
        raise BadSettings(
            f"another bot runs with {file}: stop it, or set ONRECORD_DATABASE to a file of this one's own"
        ) from error
    except OSError as error:
        raise MemoryBroken(
            f"{file}.lock cannot be made ({error.strerror}): let the bot write in that folder, "
            "or name another file in ONRECORD_DATABASE"
        ) from error


def _signalled() -> Event:
    """Set when the process is told to stop."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # In a thread of its own: the one that is interrupted may hold the very lock that this takes.
        signal.signal(number, lambda *_: Thread(target=stop.set, daemon=True).start())
    return stop


def _now() -> datetime:
    return datetime.now(UTC)
