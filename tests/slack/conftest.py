"""What journeys share: the sample wire in an archive, made once, and a bot in either mode for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from embeddings import Settings
from tests.slack.process import Bot
from tests.standin import Rules, StandIn

MODES = ("socket", "http")

Serving = Callable[..., Bot]


@pytest.fixture(scope="session", params=MODES)
def shared_slack(
    request: pytest.FixtureRequest, wire: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StandIn]:
    """One Slack for each mode, with a bot answering in it all the time."""
    with StandIn(rules=Rules(pace=0.02)) as slack:
        folder = tmp_path_factory.mktemp(f"bot-{request.param}")
        with Bot(slack=slack, folder=folder, environ=environ_of(wire, slack, request.param)):
            yield slack


@pytest.fixture
def slack(shared_slack: StandIn) -> StandIn:
    """Slack with new people and new channels, who have seen nothing yet."""
    workspace = shared_slack.workspace
    for person, standing in (
        ("ruth", "member"),
        ("omar", "member"),
        ("ada", "admin"),
        ("gil", "guest"),
        ("xenia", "external"),
    ):
        workspace.person(person).name += "-of-before"
        workspace.hire(person, standing=standing)
    for channel, bot in (("desk", True), ("canteen", False), ("desk-of-guests", True)):
        if any(one.name == channel for one in workspace.channels.values()):
            workspace.channel(channel).name += "-of-before"
        workspace.open_channel(channel, bot=bot)
    workspace.channel("desk-of-guests").members.add(workspace.person("gil").id)
    workspace.channel("partners").name += "-of-before"
    workspace.open_channel("partners", shared=True)
    shared_slack.faults.clear()
    shared_slack.state.journal.violations.clear()
    shared_slack.state.journal.calls.clear()
    return shared_slack


def environ_of(wire: Settings, slack: StandIn, mode: str, **more: str) -> dict[str, str]:
    """The environment of a bot for this Slack and this archive."""
    given = {
        **slack.environ,
        "ONRECORD_ARCHIVE": str(wire.archive),
        "ONRECORD_CACHE": str(wire.cache),
        "ONRECORD_STALE_HOURS": "0",
        **more,
    }
    if mode == "http":
        given.pop("SLACK_APP_TOKEN")
    return given


@pytest.fixture
def serving(wire: Settings, tmp_path: Path) -> Iterator[Serving]:
    """Starts a stand-in and a bot for it; both are stopped at the end."""
    with ExitStack() as closing:

        def serve(mode: str, *, rules: Rules | None = None, slack: StandIn | None = None, **environ: str) -> Bot:
            found = slack or closing.enter_context(StandIn(rules=rules or Rules(pace=0.02)))
            given = environ_of(wire, found, mode, **environ)
            folder = tmp_path / f"bot-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return closing.enter_context(Bot(slack=found, folder=folder, environ=given))

        yield serve
