"""What people and channels prefer."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select

from bot.memory.database import Database, keep
from bot.memory.requests import narrowing_from_json, narrowing_to_json
from bot.memory.schema import channels, people
from bot.talk import ChannelSettings, Citing, PersonSettings


@dataclass(frozen=True, slots=True)
class Preferences:
    """Settings by person and by channel; whoever has set nothing has the defaults."""

    database: Database

    def person(self, team: str, user: str) -> PersonSettings:
        """What a person has set."""
        query = select(people.c.citing, people.c.narrowing).where(people.c.team == team, people.c.user_id == user)
        with self.database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return PersonSettings()
        return PersonSettings(citing=Citing(row.citing), narrowing=narrowing_from_json(row.narrowing))

    def set_person(self, team: str, user: str, settings: PersonSettings) -> None:
        """Keep what a person prefers from now on."""
        values = {"citing": settings.citing.value, "narrowing": narrowing_to_json(settings.narrowing)}
        with self.database.writing() as connection:
            keep(connection, people, key={"team": team, "user_id": user}, values=values)

    def channel(self, team: str, channel: str) -> ChannelSettings:
        """How the bot behaves in a channel."""
        query = select(channels).where(channels.c.team == team, channels.c.channel == channel)
        with self.database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return ChannelSettings()
        return ChannelSettings(follow_ups=row.follow_ups, private=row.private, outlets=tuple(json.loads(row.outlets)))

    def set_channel(self, team: str, channel: str, settings: ChannelSettings) -> None:
        """Keep how the bot behaves in a channel from now on."""
        values = {
            "follow_ups": settings.follow_ups,
            "private": settings.private,
            "outlets": json.dumps(settings.outlets),
        }
        with self.database.writing() as connection:
            keep(connection, channels, key={"team": team, "channel": channel}, values=values)
