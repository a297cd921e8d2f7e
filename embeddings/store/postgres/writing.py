"""Entries into rows: one article at a time, by the only writer.

The large tables may stand on other servers, which no transaction spans. So what is new is written there first, under
a number that nobody looks for; then the small tables change, all at once, and point to it; then what is old is
deleted. Whoever dies in between leaves rows that nobody sees, and a note by which the next writer sweeps them away.
Without shards all of it is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from embeddings.news import Article
from embeddings.store import Entry, Placement
from embeddings.store.packing import (
    article_fields,
    article_handles,
    article_of,
    bytes_of,
    microseconds,
    packed,
    text_of,
)
from embeddings.store.postgres.connection import Row, Session
from embeddings.store.postgres.filtering import key
from embeddings.store.postgres.heads import OPENING
from embeddings.store.postgres.serving import Serving

_SERVED = ("paragraphs", "windows", "quotations", "credits")
WITHDRAWALS = 10_000
"""Of so many of the last writes it is known what they withdrew."""
_VERSION = "article, row, version, created, status, fingerprint, formerly, lifted, generation, fields, opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version to be filed under an article's row."""

    row: int
    article: Article
    generation: int
    lifted: bool = False
    formerly: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What putting an entry comes to: its article's row, its version's, the versions that are new, the serving.

    ``other`` is the row of an article that becomes one with this one, ``serving`` the number under which the version
    is searched from now on.
    """

    article: int
    known: bool
    row: int
    versions: Sequence[Version] = field(default_factory=tuple)
    other: int | None = None
    serving: int | None = None


class Writing:
    """Changes to one article at a time; nobody else writes meanwhile."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.serving = Serving(session)
        self._sharded = bool(
            session.value(
                "SELECT EXISTS (SELECT FROM pg_foreign_table WHERE ftrelid::regclass::text LIKE 'texts%%')", {}
            )
        )

    # In three steps.

    def put(self, entry: Entry) -> None:
        """Keep the version, and change what is searched as its placement says."""
        plan = self._plan(entry)
        concerned = [row for row in (plan.article, plan.other) if row is not None]
        self._begin(concerned)
        self._write_large(plan, entry)
        self._step()
        self._write_small(plan, entry)
        self._step()
        self._sweep(concerned)

    def _plan(self, entry: Entry) -> Plan:
        one = entry.article
        known = self.known_as(one.id, apart=entry.apart)
        if known is not None and (own := self._id_of(known)) != one.id:
            raise ValueError(f"{one.id}: leads to {own}")
        article = known if known is not None else self.next_article()
        other = self.known_as(entry.joins) if entry.joins is not None else None
        other = None if other == article else other
        row = self._session.value(
            "SELECT row FROM versions WHERE article = %(article)s AND fingerprint = %(fingerprint)s",
            {"article": article, "fingerprint": one.fingerprint},
        )
        versions = [] if row is not None else [self.new_version(one, entry.generation)]
        return Plan(
            article=article,
            known=known is not None,
            row=row if row is not None else versions[0].row,
            versions=[*versions, *(self._moved(other, one.id, entry.generation) if other is not None else ())],
            other=other,
            serving=self.serving.next() if entry.placement in (Placement.SERVE, Placement.REVIVE) else None,
        )

    def _moved(self, other: int, own: str, before: int) -> list[Version]:
        """The versions of another article as those of this one, older than this generation."""
        former = self._id_of(other)
        rows = self._session.rows(
            "SELECT v.version, status, fields, t.text, generation, lifted, coalesce(formerly, fingerprint) "
            "FROM versions v JOIN texts t ON t.article = v.article AND t.row = v.row "
            "WHERE v.article = %(other)s ORDER BY v.row",
            {"other": other},
        )
        newest = max(row[4] for row in rows)
        found = []
        for version, status, fields, text, generation, lifted, formerly in rows:
            one = article_of(former, version, status, fields, text)
            moved = replace(one, id=own, guid=one.guid or former)
            # New rows: what others remember of the old ones bears another id, and may stand on another shard.
            found.append(self.new_version(moved, generation + before - 1 - newest, lifted=lifted, formerly=formerly))
        return found

    def _begin(self, articles: Sequence[int]) -> None:
        """Remember whose rows are being written, where the transaction does not span them."""
        if self._sharded:
            self.note_unswept(articles)
            self._step()

    def note_unswept(self, articles: Sequence[int]) -> None:
        """Have the next writer sweep up behind these, unless it is done before."""
        self._session.run(
            "INSERT INTO unswept SELECT unnest(%(articles)s::bigint[]) ON CONFLICT DO NOTHING",
            {"articles": list(articles)},
        )

    def _step(self) -> None:
        """Have everything so far on file for good, before what builds on it."""
        if self._sharded:
            self._session.run("COMMIT")
            self._session.run("BEGIN")

    def _write_large(self, plan: Plan, entry: Entry) -> None:
        self.add_texts(plan.article, plan.versions)
        if plan.serving is not None:
            self.serving.write(plan.article, plan.serving, entry)

    def _write_small(self, plan: Plan, entry: Entry) -> None:
        self._file(plan, entry)
        if entry.placement is not Placement.KEEP:
            self.serving.withdraw(plan.article)
        if plan.serving is not None:
            self.serving.serve(plan.article, plan.row, plan.serving, entry)
        if plan.known and entry.placement is not Placement.KEEP:
            self._changed(plan.article)
        self.wrote()

    def _file(self, plan: Plan, entry: Entry) -> None:
        """Have the version on file, and all ids lead where they shall."""
        article = plan.article
        if entry.apart:
            self._session.run("DELETE FROM aliases WHERE id = %(id)s", {"id": bytes_of(entry.article.id)})
        if not plan.known:
            self.add_article(article, entry.article.id)
        if plan.other is not None:
            self.serving.withdraw(plan.other)
            self._changed(plan.other)
        self.add_versions(article, plan.versions)
        self.add_handles(article, article_handles(entry.article))
        if plan.other is not None:
            self._join(plan.other, article)
        self._lead_to(article, entry.article)
        if entry.placement is Placement.REVIVE:
            self._session.run("UPDATE versions SET lifted = true WHERE article = %(article)s", {"article": article})

    def _sweep(self, articles: Iterable[int]) -> None:
        """Delete what nobody sees any more of these articles."""
        for article in articles:
            of_it: dict[str, object] = {"article": article}
            serving = self._session.value("SELECT serving FROM servings WHERE article = %(article)s", of_it)
            rows = [row for (row,) in self._session.rows("SELECT row FROM versions WHERE article = %(article)s", of_it)]
            for table in _SERVED:
                self._session.run(
                    f"DELETE FROM {table} WHERE article = %(article)s AND serving <> %(serving)s",
                    {**of_it, "serving": serving or 0},
                )
            self._session.run(
                "DELETE FROM texts WHERE article = %(article)s AND row <> ALL(%(rows)s::bigint[])",
                {**of_it, "rows": rows},
            )
            self._session.run("DELETE FROM unswept WHERE article = %(article)s", of_it)

    def sweep(self) -> None:
        """Delete what a writer left behind that did not come to an end."""
        self._sweep([article for (article,) in self._session.rows("SELECT article FROM unswept")])

    def remove(self, article_ids: Iterable[str]) -> int:
        """Forget these articles; returns how many there were."""
        gone = []
        for article_id in article_ids:
            article = self.known_as(article_id)
            if article is not None:
                self._forget(article)
                gone.append(article)
        self.wrote()
        if self._sharded:
            self.note_unswept(gone)
        self._step()
        self._sweep(gone)
        return len(gone)

    def _forget(self, article: int) -> None:
        self._changed(article)
        self._forget_alerts(article)
        self.serving.withdraw(article)
        of_it = {"article": article}
        self.serving.count(versions=-self._session.run("DELETE FROM versions WHERE article = %(article)s", of_it))
        for table in ("aliases", "handles"):
            self._session.run(f"DELETE FROM {table} WHERE article = %(article)s", of_it)
        self._session.run("DELETE FROM articles WHERE row = %(article)s", of_it)

    def serve_again(self, entry: Entry) -> int | None:
        """Search the served version of this article by a new entry's words and vectors; its row if there is one.

        What was searched before has to be swept up when all is on file.
        """
        found = self._session.row(
            "SELECT s.article, s.version FROM servings s JOIN articles a ON a.row = s.article WHERE a.id = %(id)s",
            {"id": bytes_of(entry.article.id)},
        )
        if found is None:
            return None
        article, version = found
        serving = self.serving.next()
        self.serving.write(article, serving, entry)
        self.serving.withdraw(article)
        self.serving.serve(article, version, serving, entry)
        return int(article)

    # Articles, and every version of them.

    def known_as(self, article_id: str, *, apart: bool = False) -> int | None:
        """The row of the article that this id leads to; with ``apart`` of the one whose own it is."""
        alias = "NULL" if apart else "(SELECT a.article FROM aliases a WHERE a.id = %(id)s)"
        row = self._session.value(
            f"SELECT coalesce((SELECT row FROM articles WHERE id = %(id)s), {alias})", {"id": bytes_of(article_id)}
        )
        return None if row is None else int(row)

    def next_article(self) -> int:
        """The row of an article that is not on file yet."""
        return int(self._session.value("SELECT nextval('article_rows')"))

    def new_version(
        self, version: Article, generation: int, *, lifted: bool = False, formerly: str | None = None
    ) -> Version:
        """A version with a row of its own."""
        row = int(self._session.value("SELECT nextval('version_rows')"))
        return Version(row=row, article=version, generation=generation, lifted=lifted, formerly=formerly)

    def add_article(self, article: int, article_id: str) -> None:
        """File an article under its id."""
        self._session.run(
            "INSERT INTO articles (row, id) VALUES (%(row)s, %(id)s)", {"row": article, "id": bytes_of(article_id)}
        )

    def _id_of(self, article: int) -> str:
        return text_of(self._session.value("SELECT id FROM articles WHERE row = %(article)s", {"article": article}))

    def add_texts(self, article: int, versions: Iterable[Version]) -> None:
        """Write the texts of these versions."""
        # A broken feed may hold half a surrogate pair; what came in must come out.
        rows = [(article, one.row, bytes_of(one.article.text)) for one in versions]
        self._session.copy("texts", "article, row, text", rows)

    def add_versions(self, article: int, versions: Sequence[Version]) -> None:
        """Write all of these versions but their texts."""
        self._session.copy("versions", _VERSION, [_version(article, one) for one in versions])
        self.serving.count(versions=len(versions))

    def add_handles(self, article: int, handles: Iterable[str]) -> None:
        """Have orders find the article by these."""
        found = sorted(set(handles))
        self._session.run(
            "INSERT INTO handles (key, article, handle) "
            "SELECT one, %(article)s, other "
            "FROM unnest(%(keys)s::bigint[], %(handles)s::bytea[]) AS given (one, other) "
            "ON CONFLICT DO NOTHING",
            {"article": article, "keys": [key(one) for one in found], "handles": [bytes_of(one) for one in found]},
        )

    def _join(self, other: int, article: int) -> None:
        """Have everything that led to another article lead to this one, and forget that."""
        former = self._id_of(other)
        both = {"article": article, "other": other}
        self._session.run("UPDATE aliases SET article = %(article)s WHERE article = %(other)s", both)
        self._session.run(
            "INSERT INTO handles (key, article, handle) SELECT key, %(article)s, handle FROM handles "
            "WHERE article = %(other)s ON CONFLICT DO NOTHING",
            both,
        )
        self._session.run("DELETE FROM handles WHERE article = %(other)s", both)
        gone = self._session.run("DELETE FROM versions WHERE article = %(other)s", both)
        self.serving.count(versions=-gone)
        self._session.run("DELETE FROM articles WHERE row = %(other)s", both)
        self.add_aliases(article, [former])

    def _lead_to(self, article: int, version: Article) -> None:
        """Have the other ids that a version names lead to its article, unless they are another's."""
        named = dict.fromkeys(one for one in (version.guid, version.replaces) if one is not None)
        self.add_aliases(article, [one for one in named if self.known_as(one) is None])

    def add_aliases(self, article: int, ids: Sequence[str]) -> None:
        """Have these ids lead to the article."""
        for id in ids:
            self._session.run(
                "INSERT INTO aliases (id, article) VALUES (%(id)s, %(article)s)",
                {"id": bytes_of(id), "article": article},
            )

    def _changed(self, article: int) -> None:
        """Tell it under every id: what was shown of it may be known by one that it had before."""
        self._session.run(
            "INSERT INTO changes (article, at) SELECT id, %(at)s FROM ("
            "SELECT id, 0 AS place FROM articles WHERE row = %(article)s "
            "UNION ALL SELECT id, 1 FROM aliases WHERE article = %(article)s) AS ids ORDER BY place, id",
            {"article": article, "at": microseconds(datetime.now(UTC))},
        )

    def _forget_alerts(self, article: int) -> None:
        """Forget what is about the ids of this article and no others."""
        ids = self._session.rows(
            "SELECT id FROM articles WHERE row = %(article)s UNION ALL "
            "SELECT id FROM aliases WHERE article = %(article)s",
            {"article": article},
        )
        # JSON that spells every id in ASCII, as the column does.
        own = [packed(text_of(id)) for (id,) in ids]
        self._session.run(
            "DELETE FROM alerts WHERE articles <> '[]' AND NOT EXISTS ("
            "SELECT 1 FROM json_array_elements(articles::json) AS told (id) "
            "WHERE told.id::text <> ALL(%(own)s::text[]))",
            {"own": own},
        )

    def wrote(self) -> None:
        """Note the time of a write, and that there was one."""
        self._session.run(
            "UPDATE standing SET position = position + 1, last_write = clock_timestamp(), "
            "forgotten = greatest(forgotten, position - %(remembered)s)",
            {"remembered": WITHDRAWALS},
        )
        self._session.run("DELETE FROM withdrawals WHERE position <= (SELECT forgotten FROM standing)")

    def moved(self) -> None:
        """Note that there was a write, of something beside the articles."""
        self._session.run("UPDATE standing SET position = position + 1")


def _version(article: int, one: Version) -> Row:
    """The row of a version, as ``_VERSION`` has its columns."""
    version = one.article
    return (
        article,
        one.row,
        version.version,
        microseconds(version.version_created),
        version.status.value,
        version.fingerprint,
        one.formerly,
        one.lifted,
        one.generation,
        article_fields(version),
        bytes_of(version.text[:OPENING]),
    )
