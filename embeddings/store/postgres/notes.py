"""What people have to decide, and what they have said about names."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from embeddings.news import Alert, Concern, Judgement
from embeddings.store.packing import bytes_of, microseconds, moment_of, text_of
from embeddings.store.postgres.connection import Query, Row, Session


def alert(session: Session, alerts: Iterable[Alert]) -> None:
    """Write alerts down; the same words of the same articles once."""
    for one in alerts:
        session.run(
            "INSERT INTO alerts (concern, articles, words, at) SELECT %(concern)s, %(articles)s, %(words)s, %(at)s "
            "WHERE NOT EXISTS (SELECT 1 FROM alerts WHERE concern = %(concern)s AND md5(articles) = md5(%(articles)s) "
            "AND md5(words) = md5(%(words)s))",
            {
                "concern": one.concern.value,
                "articles": json.dumps(one.articles),
                "words": json.dumps(one.words),
                "at": microseconds(one.at),
            },
        )


def alerts(session: Session, after: int, *, settled: bool) -> list[Alert]:
    """Those numbered above ``after``, the oldest first."""
    rows = session.rows(
        "SELECT number, concern, articles, words, at, settled FROM alerts "
        "WHERE number > %(after)s AND (settled IS NULL OR %(settled)s) ORDER BY number",
        {"after": after, "settled": settled},
    )
    return [
        Alert(
            number=number,
            concern=Concern(concern),
            articles=tuple(json.loads(articles)),
            words=json.loads(words),
            at=moment_of(at),
            settled=None if done is None else moment_of(done),
        )
        for number, concern, articles, words, at, done in rows
    ]


def settle(session: Session, number: int, at: datetime) -> bool:
    """Note that a person has decided."""
    return bool(
        session.run(
            "UPDATE alerts SET settled = %(at)s WHERE number = %(number)s AND settled IS NULL",
            {"number": number, "at": microseconds(at)},
        )
    )


def judge(session: Session, judgements: Iterable[Judgement]) -> None:
    """Remember these in order; a new word on a pair of names replaces the old one."""
    for each in judgements:
        one, other = sorted((bytes_of(each.one), bytes_of(each.other)))
        pair = {"one": one, "other": other, "same": each.same}
        session.run("DELETE FROM judgements WHERE one = %(one)s AND other = %(other)s", pair)
        session.run("INSERT INTO judgements (one, other, same) VALUES (%(one)s, %(other)s, %(same)s)", pair)


JUDGEMENTS: Query = ("SELECT one, other, same FROM judgements ORDER BY row", {})


def judgements(rows: Sequence[Row]) -> tuple[Judgement, ...]:
    """What people have said about names, oldest first; the names of each in the order of their letters."""
    return tuple(Judgement(text_of(one), text_of(other), same) for one, other, same in rows)


def arrived(session: Session, outlets: Collection[str], at: datetime) -> None:
    """Remember when articles of these outlets were taken in; the latest counts."""
    session.run(
        "UPDATE standing SET position = position + 1, last_ingest = greatest(last_ingest, %(at)s::timestamptz)",
        {"at": at},
    )
    session.run(
        "INSERT INTO arrivals AS a (outlet, at) SELECT outlet, %(at)s FROM unnest(%(outlets)s::bytea[]) AS outlet "
        "ON CONFLICT (outlet) DO UPDATE SET at = greatest(a.at, excluded.at)",
        {"at": microseconds(at), "outlets": sorted(bytes_of(outlet) for outlet in outlets)},
    )
