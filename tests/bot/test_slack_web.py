from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import yaml
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import create_engine

from bot.blocks import View
from bot.blocks.modals import Modal
from bot.errors import BadCommand, BadSettings
from bot.settings import Settings
from bot.slack.app import SCOPES, Installing, build_app
from bot.slack.clients import ManyWorkspaces, OneWorkspace
from bot.slack.web import LARGEST_BODY, Health, WebServer, web_app
from bot.talk import Errand, Job, Press, Verb
from tests.bot import slack_payloads as slack
from tests.bot.slack_payloads import CHANNEL, DIRECT, TEAM, THREAD, TRIGGER, USER
from tests.bot.webapi import BOT, DM, Says, WebApi, refusing

SECRET = "shh"
VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "In context"}, "blocks": []}


@dataclass
class Written:
    """An inbox in memory, which may refuse."""

    jobs: list[Job] = field(default_factory=list)
    broken: list[Exception] = field(default_factory=list)
    threads: set[tuple[str, str, str]] = field(default_factory=set)
    channels: set[tuple[str, str]] = field(default_factory=set)

    def accept(self, job: Job) -> None:
        if self.broken:
            raise self.broken.pop(0)
        self.jobs.append(job)

    def started(self, team: str, channel: str, thread: str) -> bool:
        return (team, channel, thread) in self.threads

    def follow_ups(self, team: str, channel: str) -> bool:
        return (team, channel) in self.channels

    def sources(self) -> frozenset[str]:
        return frozenset({"The Ledger", "Coastwire"})


@dataclass
class Modals:
    """Modals that are asked for, one like the other; or what goes wrong instead."""

    asked: list[tuple[Press, Job]] = field(default_factory=list)
    wrong: Exception | None = None

    def view(self, press: Press, job: Job) -> View:
        self.asked.append((press, job))
        if self.wrong is not None:
            raise self.wrong
        return VIEW


@dataclass(frozen=True)
class Got:
    """What a web server answered."""

    status: int
    text: str
    headers: Mapping[str, str]

    def json(self) -> Any:  # noqa: ANN401 - whatever it is
        return json.loads(self.text)


def http(method: str, url: str, content: bytes = b"", headers: Mapping[str, str] | None = None) -> Got:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body=content, headers=dict(headers or {}))
        response = connection.getresponse()
        return Got(response.status, response.read().decode(), dict(response.getheaders()))
    finally:
        connection.close()


@dataclass
class Bot:
    """The web server with everything behind it, and Slack before it."""

    api: WebApi
    port: int
    written: Written
    modals: Modals
    prompts: ThreadPoolExecutor
    health: list[Health]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def event(self, body: Mapping[str, Any], **how: Any) -> Got:  # noqa: ANN401 - as ``send`` takes it
        return self.send(json.dumps(body), "application/json", **how)

    def form(self, fields: Mapping[str, Any]) -> Got:
        return self.send(urlencode(fields), "application/x-www-form-urlencoded")

    def interact(self, body: Mapping[str, Any]) -> Got:
        return self.form({"payload": json.dumps(body)})

    def send(self, body: str, kind: str, *, secret: str = SECRET, at: float | None = None, **headers: str) -> Got:
        stamp = str(int(time() if at is None else at))
        signature = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}", "Content-Type": kind}
        return http("POST", self.url("/slack/events"), body.encode(), {**signed, **headers})

    def settled(self) -> None:
        """Wait until no modal is being opened."""
        self.prompts.shutdown()


def settings(api: WebApi, home: Path, **more: str) -> Settings:
    given = {
        "ONRECORD_ARCHIVE": str(home / "archive"),
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{api.root}/api/",
        **more,
    }
    return Settings.from_environ(given)


@contextmanager
def serving(api: WebApi, chosen: Settings, installing: Installing | None = None) -> Iterator[Bot]:
    written, modals, health = Written(), Modals(), [Health()]
    clients = ManyWorkspaces(chosen.slack, installing.installations) if installing else OneWorkspace(chosen.slack)
    with ThreadPoolExecutor(2) as prompts:
        app = build_app(chosen, clients=clients, intake=written, views=modals, prompts=prompts, installing=installing)
        server = WebServer(web_app(bolt=app, health=lambda: health[-1]), "127.0.0.1", 0)
        server.start()
        try:
            yield Bot(api, server.port, written, modals, prompts, health)
        finally:
            server.stop()


@pytest.fixture
def api() -> Iterator[WebApi]:
    with WebApi().running() as running:
        yield running


@pytest.fixture
def bot(api: WebApi, tmp_path: Path) -> Iterator[Bot]:
    with serving(api, settings(api, tmp_path)) as running:
        yield running


def test_a_question_is_written_down_and_acknowledged_without_asking_slack_anything(bot: Bot) -> None:
    response = bot.event(slack.envelope(slack.mention()))

    assert (response.status, response.text) == (200, "")
    (job,) = bot.written.jobs
    assert (job.key, job.errand, job.channel) == ("Ev0QUESTION", Errand.ASK, CHANNEL)
    assert not bot.api.calls


def test_slack_is_answered_that_the_address_is_right(bot: Bot) -> None:
    response = bot.event({"type": "url_verification", "challenge": "3eZbrw1a", "token": "verification"})

    assert response.json() == {"challenge": "3eZbrw1a"}


@pytest.mark.parametrize(
    "how",
    [{"secret": "guessed"}, {"at": time() - 6 * 60}, {"X-Slack-Signature": "v0=00"}, {"X-Slack-Signature": ""}],
    ids=["secret", "stale", "wrong", "empty"],
)
def test_what_slack_did_not_sign_is_refused(bot: Bot, how: dict[str, Any]) -> None:
    response = bot.event(slack.envelope(slack.mention()), **how)

    assert response.status == 401
    assert not bot.written.jobs


def test_what_bears_no_signature_at_all_is_refused(bot: Bot) -> None:
    content = json.dumps(slack.envelope(slack.mention())).encode()
    response = http("POST", bot.url("/slack/events"), content, {"Content-Type": "application/json"})

    assert response.status == 401
    assert not bot.written.jobs


def test_without_a_secret_nobody_can_sign(api: WebApi, tmp_path: Path) -> None:
    with serving(api, settings(api, tmp_path, SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN="xapp-1")) as bot:
        body = json.dumps(slack.envelope(slack.mention()))
        assert bot.send(body, "application/json", secret="").status == 401
        assert not bot.written.jobs


def test_what_could_not_be_written_down_is_delivered_again(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.written.broken.append(RuntimeError("disk full while writing: what did Ilse Varga say"))
    question = slack.envelope(slack.mention())

    with caplog.at_level(logging.DEBUG):
        assert bot.event(question).status == 500
    assert bot.event(question, **{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"}).status == 200
    assert [job.key for job in bot.written.jobs] == ["Ev0QUESTION"]
    assert "Ev0QUESTION" in caplog.text
    assert "Varga" not in caplog.text


def test_a_command_that_could_not_be_written_down_says_so(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.written.broken.append(RuntimeError("disk full"))

    response = bot.form(slack.command("/ask", "what did Ilse Varga say?"))

    assert response.status == 200
    assert TRIGGER in response.text
    assert TRIGGER in caplog.text
    assert "Varga" not in caplog.text


@pytest.mark.parametrize(
    ("body", "status"), [("{", 400), ("x" * (LARGEST_BODY + 1), 413), ("\udcff", 400)], ids=["json", "size", "bytes"]
)
def test_what_cannot_be_read_is_refused(bot: Bot, body: str, status: int) -> None:
    content = body.encode(errors="surrogateescape")
    response = http("POST", bot.url("/slack/events"), content, {"Content-Type": "application/json"})

    assert response.status == status
    assert not bot.written.jobs


@pytest.mark.parametrize(
    ("event", "errands"),
    [
        (slack.direct(), [Errand.ASK]),
        (slack.message(), []),
        (slack.direct(bot_id="B0ONRECORD", user=BOT), []),
        (slack.direct(subtype="message_changed", message={"user": USER}), []),
        (slack.mention(channel=DIRECT), []),
        ({"type": "app_home_opened", "user": USER, "channel": DIRECT, "tab": "home"}, [Errand.HOME]),
        ({"type": "reaction_added", "user": USER, "item": {"channel": CHANNEL}}, []),
        ({"type": "assistant_thread_context_changed", "assistant_thread": {}}, []),
    ],
)
def test_only_what_is_meant_for_the_bot_is_written_down(bot: Bot, event: dict[str, Any], errands: list[Errand]) -> None:
    assert bot.event(slack.envelope(event)).status == 200
    assert [job.errand for job in bot.written.jobs] == errands


@pytest.mark.parametrize(
    ("text", "started", "wanted", "taken"),
    [
        ("and what did she say in June?", True, True, True),
        ("and what did she say in June?", False, True, False),
        ("and what did she say in June?", True, False, False),
        ("thanks, I have it", True, True, False),
        (f"<@{BOT}> and what did she say in June?", True, True, False),
    ],
)
def test_a_follow_up_needs_no_mention_where_the_channel_wants_that(
    bot: Bot, text: str, started: bool, wanted: bool, taken: bool
) -> None:
    if started:
        bot.written.threads.add((TEAM, CHANNEL, THREAD))
    if wanted:
        bot.written.channels.add((TEAM, CHANNEL))

    assert bot.event(slack.envelope(slack.message(text, thread_ts=THREAD))).status == 200
    assert bool(bot.written.jobs) is taken


def test_commands_are_acknowledged_with_nothing_and_answered_later(bot: Bot) -> None:
    for name, text in (("/ask", "what?"), ("/quotes", "Ilse Varga"), ("/onrecord", "status"), ("/onrecord", "")):
        response = bot.form(slack.command(name, text))
        assert (response.status, response.text) == (200, "")

    assert [job.errand for job in bot.written.jobs] == [Errand.ASK, Errand.QUOTES, Errand.STATUS, Errand.HELP]


def test_the_shortcut_is_written_down_and_others_are_not(bot: Bot) -> None:
    chosen = {"type": "message", "ts": "1789.5", "text": "“The harbour stays open.”"}

    assert bot.interact(slack.shortcut(chosen)).status == 200
    assert bot.interact(slack.shortcut(chosen) | {"callback_id": "other"}).status == 200
    assert [job.errand for job in bot.written.jobs] == [Errand.SOURCE]


def test_buttons_are_written_down(bot: Bot) -> None:
    for value in ("page|ABC|1", "share|ABC|0", "rate|ABC|1", "no press"):
        assert bot.interact(slack.button(value)).status == 200
    bot.settled()

    assert [job.errand for job in bot.written.jobs] == [Errand.PRESSED, Errand.PRESSED, Errand.RATED]
    assert not bot.modals.asked


@pytest.mark.parametrize("verb", [Verb.CONTEXT, Verb.CITE, Verb.REPORT])
def test_a_modal_is_opened_at_once(bot: Bot, verb: Verb) -> None:
    assert bot.interact(slack.menu(f"{verb}|ABC|2")).status == 200
    bot.settled()

    assert [press for press, _ in bot.modals.asked] == [Press(verb, "ABC", 2)]
    assert bot.api.of("views.open") == [{"trigger_id": TRIGGER, "view": VIEW}]
    assert not bot.written.jobs


def test_a_thumb_down_is_counted_and_asks_why(bot: Bot) -> None:
    assert bot.interact(slack.button("rate|ABC|0")).status == 200
    bot.settled()

    assert [job.errand for job in bot.written.jobs] == [Errand.RATED]
    assert len(bot.api.of("views.open")) == 1


DAYS = {"since": "2026-10-01", "until": "2026-09-01"}


def narrowed(*, others: str | None, **days: str) -> dict[str, Any]:
    picked = {name: {"input": {"type": "datepicker", "selected_date": day}} for name, day in days.items()}
    values = {**picked, "others": {"input": {"type": "plain_text_input", "value": others}}}
    return slack.submission("narrow", left=json.dumps({"press": "narrow|ABC|0"}), values=values)


@pytest.mark.parametrize(
    ("body", "field"),
    [(narrowed(others=None, **DAYS), "until"), (narrowed(others="the ledger\nQuay Post"), "others")],
)
def test_what_cannot_be_is_said_in_the_window_and_nothing_is_done(bot: Bot, body: dict[str, Any], field: str) -> None:
    response = bot.interact(body)
    told = json.loads(response.text)
    assert told["response_action"] == "errors"
    assert list(told["errors"]) == [field]
    assert not bot.written.jobs
    assert json.loads(bot.interact(narrowed(others="the ledger", since="2026-09-01")).text) == {
        "response_action": "clear"
    }
    assert [job.errand for job in bot.written.jobs] == [Errand.NARROWED]


def test_a_window_that_is_sent_as_it_opened_is_closed_and_nothing_is_done(bot: Bot) -> None:
    body = narrowed(others=None, since="2026-09-01")
    picker = {"type": "datepicker", "action_id": "input", "initial_date": "2026-09-01"}
    body["view"]["blocks"] = [{"type": "input", "block_id": "since", "element": picker}]
    assert json.loads(bot.interact(body).text) == {"response_action": "clear"}
    assert not bot.written.jobs


def test_a_modal_on_a_modal_is_put_on_top(bot: Bot) -> None:
    body = slack.home_button("cite|ABC|0")
    body["view"]["type"] = "modal"

    assert bot.interact(body).status == 200
    bot.settled()
    assert len(bot.api.of("views.push")) == 1


def test_settings_open_from_the_command(bot: Bot) -> None:
    response = bot.form(slack.command("/onrecord", "settings"))
    bot.settled()

    assert (response.status, response.text) == (200, "")
    assert bot.modals.asked[0][0] == Press(Verb.SETTINGS, "")
    assert not bot.written.jobs


def test_a_slow_modal_delays_no_acknowledgement(bot: Bot) -> None:
    go_on = Event()
    for _ in range(2):
        bot.prompts.submit(go_on.wait, 10)

    assert bot.interact(slack.menu("context|ABC|2")).status == 200
    assert not bot.modals.asked
    go_on.set()
    bot.settled()
    assert len(bot.api.of("views.open")) == 1


def test_why_there_is_no_modal_is_said_in_one(bot: Bot) -> None:
    bot.modals.wrong = BadCommand("That answer is too old to work with.")

    bot.interact(slack.menu("context|ABC|2"))
    bot.settled()
    (given,) = bot.api.of("views.open")
    assert "too old to work with" in json.dumps(given["view"])


def test_a_fault_of_ours_gives_a_reference_that_is_in_the_log(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.modals.wrong = ZeroDivisionError()

    bot.interact(slack.menu("context|ABC|2"))
    bot.settled()
    (given,) = bot.api.of("views.open")
    (record,) = [one for one in caplog.records if one.name == "bot.slack.opening"]
    assert str(record.args[0] if isinstance(record.args, tuple) else "") in json.dumps(given["view"])


@pytest.mark.parametrize("body", [slack.menu("context|ABC|2"), slack.home_button("settings||0")], ids=["menu", "home"])
def test_a_window_that_slack_does_not_show_is_said_to_the_person_alone(bot: Bot, body: dict[str, Any]) -> None:
    bot.api.says["views.open"] = [refusing("expired_trigger_id")]

    bot.interact(body)
    bot.settled()
    told = [*bot.api.of("chat.postEphemeral"), *bot.api.of("chat.postMessage")]
    assert [given.get("user") or given["channel"] for given in told] in ([USER], [DM])
    assert "Press the button once more" in told[0]["text"]


@pytest.mark.parametrize("modal", [Modal.NARROW, Modal.REASON, Modal.REPORT, Modal.SETTINGS])
def test_a_modal_that_is_sent_is_written_down_and_closed(bot: Bot, modal: Modal) -> None:
    response = bot.interact(slack.submission(modal, left=json.dumps({"press": "narrow|ABC|0"}), values={}))

    assert response.json() == {"response_action": "clear"}
    assert [json.loads(job.value)["press"] for job in bot.written.jobs] == ["narrow|ABC|0"]


def test_a_talk_that_begins_is_offered_four_questions(bot: Bot) -> None:
    opened = {"type": "app_home_opened", "user": USER, "channel": DIRECT, "tab": "messages"}
    assert bot.event(slack.envelope(opened)).status == 200
    bot.settled()

    (given,) = bot.api.of("assistant.threads.setSuggestedPrompts")
    assert given["channel_id"] == DIRECT
    assert "thread_ts" not in given
    assert len(given["prompts"]) == 4
    assert not bot.written.jobs


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_all_is_well(bot: Bot, path: str) -> None:
    response = http("GET", bot.url(path))

    assert (response.status, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("health", "alive", "ready"),
    [
        (Health(unready={"archive": "locked"}), 200, 503),
        (Health(sick={"workers": "stopped"}), 503, 503),
    ],
)
def test_what_is_wrong_is_said(bot: Bot, health: Health, alive: int, ready: int) -> None:
    bot.health.append(health)

    assert http("GET", bot.url("/healthz")).status == alive
    response = http("GET", bot.url("/readyz"))
    assert response.status == ready
    assert response.json()["reasons"] == {**health.sick, **health.unready}


def test_whether_it_lives_is_told_while_nobody_knows_whether_it_is_ready() -> None:
    asked, answered = Event(), Event()

    def slow() -> Health:
        asked.set()
        answered.wait(30)
        return Health(unready={"memory": "the server is gone"})

    server = WebServer(web_app(bolt=None, health=slow, alive=Health), "127.0.0.1", 0)
    server.start()
    with ThreadPoolExecutor(1) as waiting:
        try:
            ready = waiting.submit(http, "GET", f"http://127.0.0.1:{server.port}/readyz")
            assert asked.wait(10)
            assert http("GET", f"http://127.0.0.1:{server.port}/healthz").status == 200
            answered.set()
            assert ready.result().status == 503
        finally:
            answered.set()
            server.stop()


def test_in_socket_mode_there_is_only_health() -> None:
    server = WebServer(web_app(bolt=None, health=Health), "127.0.0.1", 0)
    server.start()
    try:
        assert http("GET", f"http://127.0.0.1:{server.port}/healthz").status == 200
        assert http("POST", f"http://127.0.0.1:{server.port}/slack/events", b"{}").status == 404
    finally:
        server.stop()
    assert not server.alive


def test_without_oauth_there_is_nothing_to_install(bot: Bot) -> None:
    assert http("GET", bot.url("/slack/install")).status == 404


def test_a_port_that_is_taken_is_said(bot: Bot) -> None:
    with pytest.raises(BadSettings, match="ONRECORD_PORT"):
        WebServer(web_app(bolt=None, health=Health), "127.0.0.1", bot.port).start()


def test_requests_that_were_begun_are_answered_before_the_server_is_gone(api: WebApi, tmp_path: Path) -> None:
    begun, go_on = Event(), Event()

    class Slow(Written):
        def accept(self, job: Job) -> None:
            begun.set()
            go_on.wait(10)
            super().accept(job)

    chosen, written = settings(api, tmp_path), Slow()
    with ThreadPoolExecutor(3) as threads:
        app = build_app(chosen, clients=OneWorkspace(chosen.slack), intake=written, views=Modals(), prompts=threads)
        server = WebServer(web_app(bolt=app, health=Health), "127.0.0.1", 0)
        server.start()
        bot = Bot(api, server.port, written, Modals(), threads, [])
        answered = threads.submit(bot.event, slack.envelope(slack.mention()))
        assert begun.wait(10)
        stopped = threads.submit(server.stop)
        go_on.set()
        stopped.result()

    assert answered.result().status == 200
    assert len(written.jobs) == 1


def test_many_at_once_are_all_taken(bot: Bot) -> None:
    def ask(number: int) -> int:
        return bot.event(slack.envelope(slack.mention(), event_id=f"Ev{number}")).status

    with ThreadPoolExecutor(16) as threads:
        assert set(threads.map(ask, range(64))) == {200}
    assert {job.key for job in bot.written.jobs} == {f"Ev{number}" for number in range(64)}


@pytest.fixture
def installing(tmp_path: Path) -> Iterator[Installing]:
    engine = create_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    installations = SQLAlchemyInstallationStore(client_id="1.2", engine=engine)
    states = SQLAlchemyOAuthStateStore(expiration_seconds=600, engine=engine)
    installations.metadata.create_all(engine)
    states.metadata.create_all(engine)
    yield Installing(installations=installations, states=states)
    engine.dispose()


@pytest.fixture
def many(api: WebApi, tmp_path: Path, installing: Installing) -> Iterator[Bot]:
    oauth = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "shh", "ONRECORD_PUBLIC_URL": "https://bot.example/"}
    with serving(api, settings(api, tmp_path, SLACK_BOT_TOKEN="", **oauth), installing) as running:
        yield running


def granted(api: WebApi) -> None:
    grant = {"access_token": "xoxb-2", "token_type": "bot", "scope": "chat:write", "bot_user_id": BOT}
    who = {"app_id": "A0ONRECORD", "team": {"id": TEAM, "name": "Gazette"}, "authed_user": {"id": USER}}
    api.says["oauth.v2.access"] = [Says({"ok": True, **grant, **who, "is_enterprise_install": False})]


def test_a_workspace_installs_the_app_and_leaves_again(many: Bot, installing: Installing) -> None:
    page = http("GET", many.url("/slack/install"))
    asked = parse_qs(urlsplit(page.text.split('href="')[2].split('"')[0].replace("&amp;", "&")).query)
    cookie = page.headers["set-cookie"].split(";")[0]
    assert asked["redirect_uri"] == ["https://bot.example/slack/oauth_redirect"]
    assert "chat:write" in asked["scope"][0].split(",")

    granted(many.api)
    there = many.url("/slack/oauth_redirect") + "?" + urlencode({"code": "c0de", "state": asked["state"][0]})
    assert http("GET", there).status == 400
    assert http("GET", there, headers={"Cookie": cookie}).status == 200
    kept = installing.installations.find_bot(enterprise_id=None, team_id=TEAM)
    assert kept is not None
    assert kept.bot_token == "xoxb-2"

    assert many.event(slack.envelope({"type": "app_uninstalled"})).status == 200
    assert installing.installations.find_bot(enterprise_id=None, team_id=TEAM) is None


def test_an_installation_asks_for_what_the_manifest_names() -> None:
    manifest = yaml.safe_load((Path(__file__).parents[2] / "deploy" / "slack-manifest.yaml").read_text("utf-8"))

    assert sorted(SCOPES) == sorted(manifest["oauth_config"]["scopes"]["bot"])


def test_revoked_tokens_are_forgotten(many: Bot, installing: Installing) -> None:
    installing.installations.save(
        Installation(app_id="A0ONRECORD", team_id=TEAM, user_id=USER, bot_token="xoxb-2", bot_user_id=BOT, bot_id="B1")
    )

    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}}
    assert many.event(slack.envelope(revoked)).status == 200
    assert installing.installations.find_bot(enterprise_id=None, team_id=TEAM) is None


def test_a_question_from_where_it_is_not_installed_is_still_taken(many: Bot) -> None:
    assert many.event(slack.envelope(slack.mention())).status == 200
    assert len(many.written.jobs) == 1
    assert not many.api.calls
