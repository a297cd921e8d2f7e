"""Workspaces that install the app themselves: each has its own token, kept, renewed and forgotten; in both modes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from embeddings import Settings
from tests.ports import port_of, reserved_port
from tests.slack.conftest import MODES
from tests.slack.process import Bot
from tests.slack.test_journeys import CRANE, CRANE_WORDS, enough, quoted
from tests.standin import Message, Rules, StandIn, Workspace
from tests.standin.browser import Browser

Opening = Callable[..., Bot]
SHORT = Rules(pace=0.02, rotate_tokens=True, token_seconds=3_600)
"""Tokens so short that they are due for renewal as soon as they are given out."""
TABLES = ("slack_bots", "slack_installations")


@pytest.fixture(params=MODES)
def opening(request: pytest.FixtureRequest, wire: Settings, tmp_path: Path) -> Iterator[Opening]:
    """Starts a stand-in, and a bot for it that has no token, in either mode; both are stopped at the end."""
    with ExitStack() as ending:
        yield partial(_opened, ending, tmp_path, wire, mode=request.param)


@pytest.fixture
def opening_http(wire: Settings, tmp_path: Path) -> Iterator[Opening]:
    """The same over HTTP only, for what has nothing to do with how events come."""
    with ExitStack() as ending:
        yield partial(_opened, ending, tmp_path, wire, mode="http")


def _opened(
    ending: ExitStack,
    folder: Path,
    wire: Settings,
    *,
    mode: str,
    rules: Rules | None = None,
    workspaces: Callable[[StandIn], str] = lambda slack: "",
) -> Bot:
    slack, place = ending.enter_context(StandIn(rules=rules or Rules(pace=0.02))), ending.enter_context(reserved_port())
    environ = {
        **slack.oauth_environ,
        "ONRECORD_ARCHIVE": str(wire.archive),
        "ONRECORD_CACHE": str(wire.cache),
        "ONRECORD_STALE_HOURS": "0",
        "ONRECORD_PUBLIC_URL": f"http://127.0.0.1:{port_of(place)}",
        "ONRECORD_WORKSPACES": workspaces(slack),
    }
    if mode == "socket":
        environ["SLACK_APP_TOKEN"] = slack.app_token
    return ending.enter_context(Bot(slack=slack, folder=folder, environ=environ, place=place))


def installed(bot: Bot, workspace: Workspace) -> None:
    """Have an admin of the workspace install the app, who is told that it worked."""
    page = bot.slack.install(f"{bot.url}/slack/install", workspace)
    assert page.status == 200, page
    assert "/slack/oauth_redirect" in page.url
    assert "Thank you" in page.text


def ask(bot: Bot, workspace: Workspace, question: str = CRANE) -> Message:
    """Have Ruth of this workspace ask in its channel."""
    return bot.slack.people_of(workspace).mention("ruth", "desk", question)


def answered(bot: Bot, asked: Message, *, count: int = 1) -> Message:
    """The newest of so many answers in its thread, which is what is on file."""

    def answers() -> list[Message]:
        return enough(bot.slack.messages(asked.channel, thread=asked), count)

    found = bot.slack.wait_for(answers, what="an answer", timeout=30)
    assert len(found) == count
    assert CRANE_WORDS in quoted(found[-1])[0]
    return found[-1]


def well_behaved(bot: Bot, *but: str) -> None:
    """The bot runs, and nothing that Slack would frown upon has happened except what was provoked."""
    bot.slack.wait_until_quiet()
    assert bot.slack.violations_but(*but) == []
    bot.wait_until_ready()
    assert "Traceback" not in bot.log


def due(opening: Opening) -> tuple[Bot, Workspace]:
    """A bot, and a workspace whose token is due for renewal; the next one will not be for some hours."""
    bot = opening(rules=SHORT)
    workspace = bot.slack.add_workspace("The Quarry Gazette")
    installed(bot, workspace)
    bot.slack.state.rules = replace(SHORT, token_seconds=43_200)
    return bot, workspace


def dies(bot: Bot, token: str) -> None:
    """Slack takes this token no longer."""
    bot.slack.state.grants[token].revoked = "token_expired"


def tokens(bot: Bot, workspace: Workspace) -> list[str]:
    """The tokens that Slack has given out for a workspace, oldest first."""
    return [token for token, grant in bot.slack.state.grants.items() if grant.workspace is workspace]


def kept(bot: Bot) -> dict[str, set[str]]:
    """The tokens of each workspace, refresh tokens too, that the bot's database holds."""
    found: dict[str, set[str]] = {}
    with closing(sqlite3.connect(bot.folder / "bot.db")) as database:
        for table in TABLES:
            for row in database.execute(f"select team_id, bot_token, bot_refresh_token from {table}"):
                found.setdefault(row[0], set()).update(filter(None, row[1:]))
    return found


def test_without_an_installation_it_runs_and_a_question_from_nowhere_harms_nothing(opening: Opening) -> None:
    bot = opening()
    stranger = bot.slack.add_workspace("The Quarry Gazette", installed=True)
    asked = ask(bot, stranger)
    bot.slack.wait_until_quiet()
    assert bot.slack.messages(asked.channel) == []
    assert kept(bot) == {}
    well_behaved(bot)


def test_each_workspace_is_answered_with_its_own_token_also_after_a_restart(opening: Opening) -> None:
    bot = opening()
    herald, gazette = (bot.slack.add_workspace(name) for name in ("The Harbour Herald", "The Quarry Gazette"))
    installed(bot, herald)
    answered(bot, ask(bot, herald))
    installed(bot, gazette)
    for asked in [ask(bot, workspace) for workspace in (gazette, herald)]:
        answered(bot, asked)
    bot.slack.wait_until_quiet()
    bot.kill()
    bot.start()
    for asked in [ask(bot, workspace) for workspace in (gazette, herald)]:
        answered(bot, asked)
    assert kept(bot) == {workspace.id: set(tokens(bot, workspace)) for workspace in (herald, gazette)}
    well_behaved(bot)


def test_every_way_of_asking_works_in_a_workspace_that_installed_the_app(opening: Opening) -> None:
    bot = opening()
    gazette = bot.slack.add_workspace("The Quarry Gazette")
    installed(bot, gazette)
    ruth, people = gazette.person("ruth"), bot.slack.people_of(gazette)
    people.dm(ruth, CRANE)
    assert CRANE_WORDS in bot.slack.wait_for(lambda: bot.slack.dms(ruth), what="an answer", timeout=30)[0].said
    people.command(ruth, "desk", "/ask", CRANE).wait()
    private = bot.slack.wait_for(lambda: bot.slack.whispers(ruth), what="a private answer", timeout=30)[0]
    people.press(ruth, private, "Show in context", nth=0).wait()
    bot.slack.wait_for(lambda: bot.slack.views(ruth), what="a modal", timeout=30)
    people.open_home(ruth)
    bot.slack.wait_for(lambda: bot.slack.home(ruth), what="a home page", timeout=30)
    well_behaved(bot)


def test_a_token_is_renewed_once_before_it_expires_however_many_ask(opening: Opening) -> None:
    bot, gazette = due(opening)
    [first] = tokens(bot, gazette)
    asked = [ask(bot, gazette) for _ in range(3)]
    asked += [bot.slack.people_of(gazette).mention("omar", "sources", CRANE) for _ in range(3)]
    for one in asked:
        answered(bot, one)
    assert len(tokens(bot, gazette)) == 2
    dies(bot, first)
    answered(bot, ask(bot, gazette))
    bot.slack.wait_until_quiet()
    bot.kill()
    bot.start()
    answered(bot, ask(bot, gazette))
    assert len(tokens(bot, gazette)) == 2
    well_behaved(bot)


def test_a_renewal_that_fails_is_tried_again_and_the_answer_comes(opening_http: Opening) -> None:
    bot, gazette = due(opening_http)
    faults = [bot.slack.faults.add("oauth.v2.access", kind) for kind in ("ratelimited", "drop", "error")]
    answered(bot, ask(bot, gazette))
    assert [fault.met for fault in faults] == [1, 1, 1]
    assert len(tokens(bot, gazette)) == 2
    well_behaved(bot)


def test_an_uninstalled_workspace_is_forgotten_and_hears_nothing_more(opening: Opening) -> None:
    bot = opening(rules=Rules(pace=0.02, rotate_tokens=True))
    herald, gazette = (bot.slack.add_workspace(name) for name in ("The Harbour Herald", "The Quarry Gazette"))
    for workspace in (herald, gazette):
        installed(bot, workspace)
        answered(bot, ask(bot, workspace))
        # Good for twelve hours, so there is nothing to renew yet.
        assert len(tokens(bot, workspace)) == 1
    bot.slack.people_of(gazette).uninstall()
    bot.slack.wait_until_quiet()
    assert set(kept(bot)) == {herald.id}
    # An event that was on its way when the app was removed.
    gazette.installed = True
    late = ask(bot, gazette)
    gazette.installed = False
    bot.slack.wait_until_quiet()
    answered(bot, ask(bot, herald))
    assert bot.slack.messages(late.channel, thread=late) == []
    well_behaved(bot)


def test_revoked_tokens_alone_are_forgotten_too(opening_http: Opening) -> None:
    bot = opening_http()
    gazette = bot.slack.add_workspace("The Quarry Gazette")
    installed(bot, gazette)
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [gazette.bot.id]}}
    bot.slack.state.emit(gazette, revoked, False)
    bot.slack.wait_until_quiet()
    assert kept(bot) == {}
    well_behaved(bot)


def test_a_workspace_that_comes_back_is_answered_with_its_new_token(opening_http: Opening) -> None:
    bot = opening_http()
    gazette = bot.slack.add_workspace("The Quarry Gazette")
    installed(bot, gazette)
    answered(bot, ask(bot, gazette))
    bot.slack.people_of(gazette).uninstall()
    bot.slack.wait_until_quiet()
    installed(bot, gazette)
    answered(bot, ask(bot, gazette))
    assert kept(bot) == {gazette.id: {tokens(bot, gazette)[-1]}}
    well_behaved(bot)


def test_a_second_installation_takes_the_place_of_the_first(opening_http: Opening) -> None:
    bot = opening_http()
    gazette = bot.slack.add_workspace("The Quarry Gazette")
    installed(bot, gazette)
    [first] = tokens(bot, gazette)
    installed(bot, gazette)
    dies(bot, first)
    answered(bot, ask(bot, gazette))
    well_behaved(bot)


def test_a_workspace_that_is_not_named_in_the_settings_gets_no_copy(opening: Opening) -> None:
    named: list[Workspace] = []

    def only_the_herald(slack: StandIn) -> str:
        named.append(slack.add_workspace("The Harbour Herald"))
        return named[0].id

    bot = opening(workspaces=only_the_herald)
    [herald], gazette = named, bot.slack.add_workspace("The Quarry Gazette")
    for workspace in (herald, gazette):
        installed(bot, workspace)
    answered(bot, ask(bot, herald))
    ruth, refused = gazette.person("ruth"), ask(bot, gazette)
    bot.slack.people_of(gazette).command(ruth, "desk", "/ask", CRANE).wait()
    bot.slack.people_of(gazette).dm(ruth, CRANE)

    def told() -> list[Message]:
        return enough([*bot.slack.whispers(ruth), *bot.slack.dms(ruth)], 3)

    assert all(CRANE_WORDS not in one.said for one in bot.slack.wait_for(told, what="refusals", timeout=30))
    assert bot.slack.messages(refused.channel) == []
    well_behaved(bot)


def test_an_installation_that_nobody_began_here_is_refused(opening_http: Opening) -> None:
    bot = opening_http()
    browser = Browser(bot.slack.url, bot.slack.workspace.id)
    for query in ("", "code=invented", "code=invented&state=invented", "error=access_denied"):
        page = browser.open(f"{bot.url}/slack/oauth_redirect?{query}")
        assert page.status < 500
        assert "Thank you" not in page.text
    assert kept(bot) == {}
    assert bot.slack.called("oauth.v2.access") == []
    well_behaved(bot)
