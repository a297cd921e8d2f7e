"""What the app is registered for at Slack: scopes, events, commands, shortcuts; read from its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

WHERE = Path(__file__).resolve().parents[2] / "deploy" / "slack-manifest.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The parts of an app's manifest that decide what it may do and what it is sent."""

    scopes: frozenset[str] = frozenset(
        """app_mentions:read assistant:write channels:history channels:read chat:write commands groups:history
        groups:read im:history im:read im:write users:read""".split()
    )
    events: frozenset[str] = frozenset(
        """app_mention message.channels message.groups message.im app_home_opened tokens_revoked
        app_uninstalled""".split()
    )
    commands: frozenset[str] = frozenset({"/quotes", "/ask", "/onrecord"})
    shortcuts: tuple[tuple[str, str, str], ...] = (("message", "find_source", "Find the source of this"),)
    """Type, callback id and name of each."""
    home: bool = True
    agent: bool = True
    assistant: bool = False
    rotates: bool = False

    @classmethod
    def read(cls, path: Path = WHERE) -> Manifest:
        """The manifest of the project, or a likely one where there is none yet."""
        if not path.exists():
            return cls()
        return cls.of(yaml.safe_load(path.read_text()))

    @classmethod
    def of(cls, content: dict[str, Any]) -> Manifest:
        """The parts that matter of a manifest as it is written."""
        features, settings = content.get("features", {}), content.get("settings", {})
        return cls(
            scopes=frozenset(content.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            commands=frozenset(one["command"] for one in features.get("slash_commands", ())),
            shortcuts=tuple((one["type"], one["callback_id"], one["name"]) for one in features.get("shortcuts", ())),
            home=bool(features.get("app_home", {}).get("home_tab_enabled")),
            agent="agent_view" in features,
            assistant="assistant_view" in features,
            rotates=bool(settings.get("token_rotation_enabled")),
        )

    def shortcut(self, name: str | None, *, kind: str = "message") -> str:
        """The callback id of the shortcut of that kind and name (None for the only one)."""
        fitting = [one for one in self.shortcuts if one[0] == kind and name in (None, one[1], one[2])]
        if len(fitting) != 1:
            raise LookupError(f"{len(fitting)} shortcuts fit {name!r}: {self.shortcuts}")
        return fitting[0][1]
