from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import time

import pytest
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy import create_engine

from bot.errors import NotSent, TryLater
from bot.slack.clients import ManyWorkspaces, OneWorkspace
from tests.bot.webapi import Says, WebApi, refusing

Store = SQLAlchemyInstallationStore
HOUR = 3_600


@pytest.fixture
def api() -> Iterator[WebApi]:
    with WebApi().running() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    engine = create_engine(f"sqlite:///{tmp_path / 'installations.db'}")
    kept = Store(client_id="1.2", engine=engine)
    kept.create_tables()  # type: ignore[no-untyped-call]
    yield kept
    engine.dispose()


@pytest.fixture
def many(api: WebApi, store: Store) -> ManyWorkspaces:
    return ManyWorkspaces(api.slack(bot_token="", client_id="1.2", client_secret="shh"), store, timeout=2)


def installed(store: Store, *, team: str | None, enterprise: str | None = None, expires: int | None = None) -> None:
    installation = Installation(
        app_id="A0ONRECORD",
        user_id="U0BOSS",
        bot_token=f"xoxb-{team or enterprise}",
        bot_id="B1",
        bot_user_id="UB",
        team_id=team,
        enterprise_id=enterprise,
        is_enterprise_install=team is None,
        bot_refresh_token="xoxe-1" if expires else None,
        bot_token_expires_at=expires,
    )
    store.save(installation)


def test_one_token_serves_its_one_workspace(api: WebApi) -> None:
    one = OneWorkspace(api.slack())

    assert one.of("T1").token == one.reading("T1").token == "xoxb-1"
    assert one.of("T1").base_url == f"{api.root}/api/"


def test_sending_is_tried_once_and_asking_again(api: WebApi) -> None:
    one = OneWorkspace(api.slack())
    for method in ("chat.postMessage", "users.info"):
        api.says[method] = [Says({"ok": False, "error": "internal_error"}, status=500)]

    with pytest.raises(Exception, match="internal_error"):
        one.of("T1").chat_postMessage(channel="C1", text="x")
    assert one.reading("T1").users_info(user="U1")["ok"]


@pytest.mark.parametrize(("patience", "calls"), [("0", 2), ("60", 1)])
def test_asking_waits_a_moment_itself_and_no_longer(api: WebApi, patience: str, calls: int) -> None:
    late = Says({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": patience})
    api.says["users.info"] = [late]
    client = OneWorkspace(api.slack()).reading("T1")

    if calls == 1:
        with pytest.raises(Exception, match="ratelimited"):
            client.users_info(user="U1")
    else:
        client.users_info(user="U1")
    assert len(api.calls) == calls


def test_every_workspace_has_its_token(many: ManyWorkspaces, store: Store) -> None:
    installed(store, team="T1")
    installed(store, team="T2", enterprise="E1")

    assert many.of("T1").token == "xoxb-T1"
    assert many.of("T2", "E1").token == "xoxb-T2"


@pytest.mark.parametrize("team", ["T9", "E1"])
def test_an_organisations_token_serves_all_of_its_workspaces(many: ManyWorkspaces, store: Store, team: str) -> None:
    installed(store, team=None, enterprise="E1")

    assert many.of(team, "E1").token == "xoxb-E1"


def test_where_it_is_not_installed_it_says_so(many: ManyWorkspaces) -> None:
    with pytest.raises(NotSent, match="install it again"):
        many.of("T1")


def fresh(api: WebApi) -> None:
    renewed = {"access_token": "xoxe.xoxb-new", "refresh_token": "xoxe-2", "token_type": "bot", "expires_in": 43_200}
    api.says["oauth.v2.access"] = [Says({"ok": True, **renewed})]


def test_a_token_is_renewed_once_before_it_expires(many: ManyWorkspaces, store: Store, api: WebApi) -> None:
    installed(store, team="T1", expires=int(time()) + HOUR)
    fresh(api)

    with ThreadPoolExecutor(4) as threads:
        tokens = set(threads.map(lambda _: many.of("T1").token, range(8)))

    assert tokens == {"xoxe.xoxb-new"}
    (given,) = api.of("oauth.v2.access")
    assert (given["grant_type"], given["refresh_token"]) == ("refresh_token", "xoxe-1")
    kept = store.find_bot(enterprise_id=None, team_id="T1")
    assert isinstance(kept, Bot)
    assert (kept.bot_token, kept.bot_refresh_token) == ("xoxe.xoxb-new", "xoxe-2")


def test_a_token_that_is_good_for_long_is_left_alone(many: ManyWorkspaces, store: Store, api: WebApi) -> None:
    installed(store, team="T1", expires=int(time()) + 11 * HOUR)

    assert many.of("T1").token == "xoxb-T1"
    assert not api.calls


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        (refusing("invalid_refresh_token"), NotSent),
        (Says({"ok": False, "error": "ratelimited"}, status=429), TryLater),
        (Says(breaks=True), TryLater),
    ],
    ids=["refused", "busy", "broken"],
)
def test_a_token_that_cannot_be_renewed_is_said(
    many: ManyWorkspaces, store: Store, api: WebApi, said: Says, becomes: type[Exception]
) -> None:
    installed(store, team="T1", expires=int(time()) - HOUR)
    api.says["oauth.v2.access"] = [said]

    with pytest.raises(becomes):
        many.of("T1")
