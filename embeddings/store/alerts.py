"""Rows about what a person has to decide."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from embeddings.news import Alert, Concern
from embeddings.store.packing import microseconds, moment_of


class AlertRows:
    """Alerts, settled or not."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def insert(self, alerts: Iterable[Alert]) -> None:
        """Write alerts down; the same words of the same articles once."""
        self._connection.executemany(
            "INSERT INTO alerts (concern, articles, words, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            ((one.concern, json.dumps(one.articles), one.words, microseconds(one.at)) for one in alerts),
        )

    def restore(self, alerts: Iterable[Alert]) -> None:
        """Write alerts of another archive down, by the numbers that they have there, and whether they are settled."""
        self._connection.executemany(
            "INSERT INTO alerts (number, concern, articles, words, at, settled) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (
                    one.number,
                    one.concern,
                    json.dumps(one.articles),
                    one.words,
                    microseconds(one.at),
                    microseconds(one.settled),
                )
                for one in alerts
            ),
        )

    def all(self, after: int, *, settled: bool) -> list[Alert]:
        """Those numbered above ``after``, the oldest first."""
        rows = self._connection.execute(
            "SELECT number, concern, articles, words, at, settled FROM alerts "
            "WHERE number > ? AND (settled IS NULL OR ?) ORDER BY number",
            (after, settled),
        )
        return [
            Alert(
                number=number,
                concern=Concern(concern),
                articles=tuple(json.loads(articles)),
                words=words,
                at=moment_of(at),
                settled=None if done is None else moment_of(done),
            )
            for number, concern, articles, words, at, done in rows
        ]

    def forget(self, ids: Iterable[str]) -> None:
        """Forget what is about these ids and no others."""
        self._connection.execute(
            "DELETE FROM alerts WHERE json_array_length(articles) > 0 AND NOT EXISTS "
            "(SELECT 1 FROM json_each(articles) WHERE value NOT IN (SELECT value FROM json_each(?)))",
            (json.dumps(list(ids)),),
        )

    def settle(self, number: int, at: datetime) -> bool:
        """Note that a person has decided."""
        query = "UPDATE alerts SET settled = ? WHERE number = ? AND settled IS NULL"
        return self._connection.execute(query, (microseconds(at), number)).rowcount > 0
