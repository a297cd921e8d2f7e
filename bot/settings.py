"""The bot's settings, read from the environment once; secrets print as stars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.errors import BadSettings
from embeddings import Server
from embeddings import Settings as ArchiveSettings

SLACK_API = "https://slack.com/api/"
LEAST_TOKEN = 16
"""Fewer characters of a token for pushing are guessed too easily."""
_MEMBER = re.compile(r"[USW][A-Z0-9]+")


class Secret(str):
    """A string that does not show itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('***')" if self else "Secret('')"


class Mode(StrEnum):
    """How events come from Slack."""

    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """What Slack gave out for this app, and where Slack is."""

    bot_token: Secret
    app_token: Secret
    signing_secret: Secret
    client_id: str
    client_secret: Secret
    api_url: str

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the app themselves (OAuth), instead of one token in the settings."""
        return bool(self.client_id and self.client_secret)

    @property
    def mode(self) -> Mode | None:
        """How events come, or None while the tokens for it are missing."""
        if not (self.bot_token or self.many_workspaces):
            return None
        if self.app_token:
            return Mode.SOCKET
        return Mode.HTTP if self.signing_secret else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the bot runs; ``stale_hours`` and ``retention_days`` are whole numbers, 0 for never.

    ``admins`` are user ids; ``workspaces`` are the ids of those that may ask, any where none is named.
    ``embargo_group`` are ids of users and of Slack's user groups, nobody where none is named. Without an
    ``ingest_token`` nothing can be pushed.
    """

    archive: ArchiveSettings
    slack: Slack
    database: str
    host: str
    port: int
    public_url: str
    workers: int
    retention_days: int
    stale_hours: int
    allow_guests: bool
    allow_external: bool
    admins: frozenset[str]
    workspaces: frozenset[str]
    reports_channel: str
    embargo_group: frozenset[str]
    ingest_token: Secret
    ingest_limit_mb: int

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read SLACK_* and ONRECORD_* variables; raises BadSettings naming the variable that cannot be."""
        archive = ArchiveSettings.from_environ(environ)
        return cls(
            archive=archive,
            slack=_slack(environ),
            database=environ.get("ONRECORD_DATABASE") or _beside(archive.archive),
            host=environ.get("ONRECORD_HOST") or "127.0.0.1",
            port=_number(environ, "ONRECORD_PORT", default=3000, most=65_535),
            public_url=(environ.get("ONRECORD_PUBLIC_URL") or "").rstrip("/"),
            workers=_number(environ, "ONRECORD_WORKERS", default=4, least=1, most=64),
            retention_days=_number(environ, "ONRECORD_RETENTION_DAYS", default=30),
            stale_hours=_number(environ, "ONRECORD_STALE_HOURS", default=24),
            allow_guests=_switch(environ, "ONRECORD_ALLOW_GUESTS"),
            allow_external=_switch(environ, "ONRECORD_ALLOW_EXTERNAL"),
            admins=_ids(environ, "ONRECORD_ADMINS"),
            workspaces=_ids(environ, "ONRECORD_WORKSPACES"),
            reports_channel=environ.get("ONRECORD_REPORTS_CHANNEL") or "",
            embargo_group=_embargo_group(environ),
            ingest_token=_ingest_token(environ),
            ingest_limit_mb=_number(environ, "ONRECORD_INGEST_LIMIT_MB", default=20, least=1, most=1_000),
        )


def _slack(environ: Mapping[str, str]) -> Slack:
    tokens = {name: (environ.get(f"SLACK_{name.upper()}") or "").strip() for name in ("bot_token", "app_token")}
    for name, prefix in (("bot_token", "xoxb-"), ("app_token", "xapp-")):
        if tokens[name] and not tokens[name].startswith(prefix):
            raise BadSettings(f"SLACK_{name.upper()} does not begin with {prefix}: docs/slack.md says where it stands")
    api_url = environ.get("SLACK_API_URL") or SLACK_API
    if not api_url.startswith(("https://", "http://")):
        raise BadSettings("SLACK_API_URL does not begin with https://: mend it, or leave it out for Slack itself")
    return Slack(
        bot_token=Secret(tokens["bot_token"]),
        app_token=Secret(tokens["app_token"]),
        signing_secret=Secret(environ.get("SLACK_SIGNING_SECRET") or ""),
        client_id=environ.get("SLACK_CLIENT_ID") or "",
        client_secret=Secret(environ.get("SLACK_CLIENT_SECRET") or ""),
        api_url=api_url if api_url.endswith("/") else f"{api_url}/",
    )


def _beside(archive: Path | Server) -> str:
    """The same database as the archive's, or a file beside its folder, which may be replaced or read-only."""
    if isinstance(archive, Server):
        return archive.url
    return f"sqlite:///{archive.parent / (archive.name + '.bot.db')}"


def _ids(environ: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset((environ.get(name) or "").replace(",", " ").split())


def _embargo_group(environ: Mapping[str, str]) -> frozenset[str]:
    ids = _ids(environ, "ONRECORD_EMBARGO_GROUP")
    for one in sorted(ids):
        if not _MEMBER.fullmatch(one):
            raise BadSettings(
                f"ONRECORD_EMBARGO_GROUP={one} is no id: give those of users (U… or W…) or of user groups (S…); "
                "docs/slack.md says where they stand"
            )
    return ids


def _ingest_token(environ: Mapping[str, str]) -> Secret:
    token = (environ.get("ONRECORD_INGEST_TOKEN") or "").strip()
    if token and len(token) < LEAST_TOKEN:
        raise BadSettings(
            f"ONRECORD_INGEST_TOKEN is shorter than {LEAST_TOKEN} characters: make a longer one, for instance with "
            "`openssl rand -hex 32`, or leave it out"
        )
    return Secret(token)


def _number(environ: Mapping[str, str], name: str, *, default: int, least: int = 0, most: int = 1_000_000) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or not least <= int(value) <= most:
        raise BadSettings(f"{name}={value} is not a number from {least:,} to {most:,}: mend it, or leave it out")
    return int(value)


_YES, _NO = frozenset({"1", "yes", "true", "on"}), frozenset({"", "0", "no", "false", "off"})


def _switch(environ: Mapping[str, str], name: str) -> bool:
    value = (environ.get(name) or "").strip().lower()
    if value not in _YES | _NO:
        raise BadSettings(f"{name}={value} is neither yes nor no: write one of these, or leave it out")
    return value in _YES
