"""What is on file under an id, put together from the rows of many articles at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from embeddings.news import Status
from embeddings.store import Head
from embeddings.store.packing import bytes_of, moment_from, text_of
from embeddings.store.postgres.connection import Row, Session

NEWEST_FIRST = "v.generation DESC, v.version DESC NULLS LAST, v.created DESC NULLS LAST, v.row DESC"
"""Of versions ``v``."""
BINDING = "(v.status = 'usable' OR NOT v.lifted)"
"""A kill that a person has lifted is on file and counts no more."""

OPENING = 400
"""How many characters of a text tell it from another."""


class _Version(NamedTuple):
    article: int
    fingerprint: str
    version: int | None
    status: str
    generation: int
    lifted: bool
    fields: str
    opening: bytes

    @property
    def binds(self) -> bool:
        return self.status == Status.USABLE or not self.lifted


def known_as(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """The row of the article that each of these ids leads to; unknown ids are left out."""
    return leading_to(session.rows(KNOWN_AS, {"ids": [bytes_of(id) for id in ids]}))


KNOWN_AS = (
    "SELECT id, row, true FROM articles WHERE id = ANY(%(ids)s::bytea[]) "
    "UNION ALL SELECT id, article, false FROM aliases WHERE id = ANY(%(ids)s::bytea[])"
)


def leading_to(rows: Sequence[Row]) -> dict[str, int]:
    """The row of the article that each id leads to, from the rows of ``KNOWN_AS``."""
    # An article's own id goes before one that leads to another.
    return {text_of(id): row for id, row, _ in sorted(rows, key=lambda found: bool(found[2]))}


def heads(session: Session, ids: Sequence[str]) -> dict[str, Head]:
    """What is on file under these ids, in two trips to the server however many they are."""
    known = known_as(session, ids)
    if not known:
        return {}
    among = {"articles": sorted(set(known.values()))}
    own, others, versions, served = session.together(
        ("SELECT row, id FROM articles WHERE row = ANY(%(articles)s::bigint[])", among),
        ("SELECT article, id FROM aliases WHERE article = ANY(%(articles)s::bigint[])", among),
        (
            "SELECT article, fingerprint, version, status, generation, lifted, fields, opening "
            f"FROM versions v WHERE article = ANY(%(articles)s::bigint[]) ORDER BY article, {NEWEST_FIRST}",
            among,
        ),
        ("SELECT article FROM servings WHERE article = ANY(%(articles)s::bigint[])", among),
    )
    of_article = _grouped(versions)
    aliases: dict[int, list[str]] = defaultdict(list)
    for article, id in others:
        aliases[article].append(text_of(id))
    searched = {article for (article,) in served}
    found = {
        article: _head(text_of(id), aliases[article], of_article[article], served=article in searched)
        for article, id in own
    }
    return {id: found[known[id]] for id in ids if id in known}


def _grouped(rows: Sequence[Row]) -> Mapping[int, list[_Version]]:
    found: dict[int, list[_Version]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(_Version(*row))
    return found


def _head(own: str, aliases: Sequence[str], every: Sequence[_Version], *, served: bool) -> Head:
    """What the versions of one article, the newest first, say of it."""
    binding = [one for one in every if one.binds]
    fields = [json.loads(one.fields) for one in binding]
    all_fields = [json.loads(one.fields) for one in every]
    newest, ids = fields[0], frozenset((own, *aliases))
    killed = any(one.status == Status.CANCELED for one in binding)
    return Head(
        id=own,
        ids=ids,
        awaited=ids - {one.get("guid") or own for one in all_fields},
        superseded=frozenset(one["replaces"] for one in all_fields if one.get("replaces")),
        guid=newest.get("guid") or own,
        generation=binding[0].generation,
        newest=binding[0].fingerprint,
        killed=killed,
        let_in=any(one.lifted for one in every),
        provider=next((one["provider"] for one in fields if one.get("provider")), None),
        version=binding[0].version,
        version_created=moment_from(newest["version_created"]),
        status=Status.CANCELED if killed else Status(binding[0].status),
        fingerprints=frozenset(one.fingerprint for one in every),
        headline=next((one["headline"] for one in fields if one["headline"] is not None), None),
        opening=text_of(next((one.opening for one in every if one.opening), b"")),
        wordless=not binding[0].opening,
        served=served,
    )
