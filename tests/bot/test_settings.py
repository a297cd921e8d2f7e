"""The bot's settings: what is read, what is refused, and that no secret prints; test_architecture has .env.example."""

from __future__ import annotations

import os
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadSettings
from bot.settings import SLACK_API, Mode, Secret, Settings
from embeddings import BadSettings as BadArchiveSettings

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-porridge", "SLACK_APP_TOKEN": "xapp-1-A1-marmalade"}
SECRETS = TOKENS | {"SLACK_SIGNING_SECRET": "0badc0ffee", "SLACK_CLIENT_ID": "12.34", "SLACK_CLIENT_SECRET": "kippers"}


@pytest.mark.parametrize("name", [name for name in SECRETS if name != "SLACK_CLIENT_ID"])
def test_secrets_do_not_print(name: str) -> None:
    settings = Settings.from_environ(SECRETS)
    assert SECRETS[name] not in repr(settings)
    assert SECRETS[name] not in f"{settings} {settings.slack!r}"
    assert SECRETS[name] in {str(getattr(settings.slack, field.name)) for field in fields(settings.slack)}


def test_a_secret_shows_whether_there_is_one() -> None:
    assert (repr(Secret("kippers")), repr(Secret(""))) == ("Secret('***')", "Secret('')")


@pytest.mark.parametrize(
    ("given_", "mode"),
    [
        ({}, None),
        ({"SLACK_APP_TOKEN": "xapp-1"}, None),
        ({"SLACK_SIGNING_SECRET": "s"}, None),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, None),
        (TOKENS, Mode.SOCKET),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, Mode.HTTP),
        (TOKENS | {"SLACK_SIGNING_SECRET": "s"}, Mode.SOCKET),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_SIGNING_SECRET": "s"}, None),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c", "SLACK_SIGNING_SECRET": "s"}, Mode.HTTP),
    ],
)
def test_how_events_come_follows_from_the_tokens(given_: dict[str, str], mode: Mode | None) -> None:
    assert Settings.from_environ(given_).slack.mode is mode


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-swapped"),
        ("SLACK_APP_TOKEN", "xoxb-1-swapped"),
        ("ONRECORD_PORT", "65536"),
        ("ONRECORD_PORT", "-1"),
        ("ONRECORD_PORT", "three"),
        ("ONRECORD_WORKERS", "0"),
        ("ONRECORD_WORKERS", "65"),
        ("ONRECORD_RETENTION_DAYS", "1.5"),
        ("ONRECORD_STALE_HOURS", "²"),
        ("ONRECORD_ALLOW_GUESTS", "perhaps"),
        ("ONRECORD_ALLOW_EXTERNAL", "2"),
        ("ONRECORD_QUOTES", "guesses"),
    ],
)
def test_what_cannot_be_names_its_variable(name: str, value: str) -> None:
    with pytest.raises((BadSettings, BadArchiveSettings), match=name):
        Settings.from_environ({name: value})


def test_a_refused_token_is_not_repeated() -> None:
    with pytest.raises(BadSettings) as refused:
        Settings.from_environ({"SLACK_BOT_TOKEN": "xapp-1-secret-in-the-wrong-place"})
    assert "wrong-place" not in str(refused.value)


@pytest.mark.parametrize(("value", "means"), [("yes", True), (" On ", True), ("1", True), ("", False), ("NO", False)])
def test_switches(value: str, means: bool) -> None:
    settings = Settings.from_environ({"ONRECORD_ALLOW_GUESTS": value, "ONRECORD_ALLOW_EXTERNAL": value})
    assert (settings.allow_guests, settings.allow_external) == (means, means)


def test_the_memory_stands_beside_the_archive_wherever_that_is() -> None:
    here = Settings.from_environ({}).database
    there = Settings.from_environ({"ONRECORD_ARCHIVE": f"{os.sep}data{os.sep}archive"}).database
    assert (here, there) == ("sqlite:///archive.bot.db", "sqlite:////data/archive.bot.db")
    assert Settings.from_environ({"ONRECORD_DATABASE": "sqlite://"}).database == "sqlite://"


@pytest.mark.parametrize("given_", ["https://slack.example/api", "https://slack.example/api/"])
def test_the_address_of_slack_ends_with_a_slash(given_: str) -> None:
    assert Settings.from_environ({"SLACK_API_URL": given_}).slack.api_url == "https://slack.example/api/"
    assert Settings.from_environ({}).slack.api_url == SLACK_API


@given(st.lists(st.from_regex(r"[UW][A-Z0-9]{8}", fullmatch=True)), st.sampled_from([",", " ", ", ", " ,\t"]))
def test_admins_come_with_commas_or_spaces(ids: list[str], between: str) -> None:
    assert Settings.from_environ({"ONRECORD_ADMINS": between.join(ids)}).admins == frozenset(ids)


@given(st.integers(0, 1_000_000))
def test_whole_numbers_are_read_back(number: int) -> None:
    settings = Settings.from_environ({"ONRECORD_RETENTION_DAYS": str(number), "ONRECORD_STALE_HOURS": str(number)})
    assert (settings.retention_days, settings.stale_hours) == (number, number)


def test_settings_cannot_be_changed() -> None:
    settings = Settings.from_environ({})
    assert is_dataclass(settings)
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize("name", sorted({*SECRETS, "SLACK_API_URL", "ONRECORD_PUBLIC_URL", "ONRECORD_ADMINS"}))
def test_an_empty_variable_is_none(name: str) -> None:
    assert Settings.from_environ({name: ""}) == Settings.from_environ({})
