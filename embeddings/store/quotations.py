"""The rows of quotations: what was said, the names that it is credited to, and what people said about names."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from embeddings.news import Judgement, Kind, Named, Quotation, Span
from embeddings.store.packing import bytes_of, named_of, packed, quotation_fields, quotation_of, text_of
from embeddings.store.schema import schema_of

FIRST_SCHEMA = 4
"""An archive of an older schema holds no quotations."""


class QuotationRows:
    """The quotations of one connection; transactions are its owner's business."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _all(self, query: str, *values: object) -> list[Any]:
        """The rows of a query; none from an archive that is older than quotations are."""
        if schema_of(self._connection) < FIRST_SCHEMA:
            return []
        return self._connection.execute(query, values).fetchall()

    # Writing.

    def insert(self, serving: int, paragraphs: Sequence[tuple[int, Span]], quotations: Iterable[Quotation]) -> None:
        """File these quotations, each under the paragraph (row and span) in which it begins."""
        following = iter(paragraphs)
        paragraph, span = 0, Span(0, 0)
        for quotation in sorted(quotations, key=lambda one: one.span):
            while quotation.span.start >= span.end:
                paragraph, span = next(following)
            cursor = self._connection.execute(
                "INSERT INTO quotations (paragraph, kind, fields) VALUES (?, ?, ?)",
                (paragraph, quotation.kind.value, quotation_fields(quotation)),
            )
            self._credit(int(cursor.lastrowid or 0), serving, quotation.speakers)

    def _credit(self, quotation: int, serving: int, speakers: Sequence[Named]) -> None:
        names = [speaker.name for speaker in speakers]
        self._connection.executemany(
            "INSERT INTO credits (name, quotation, place, serving, nature, roles, spans, again) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    bytes_of(speaker.name),
                    quotation,
                    place,
                    serving,
                    speaker.nature.value,
                    packed(speaker.roles),
                    packed([*speaker.mention, *speaker.proof]),
                    speaker.name in names[:place],
                )
                for place, speaker in enumerate(speakers)
            ),
        )

    def withdraw(self, first: int, last: int) -> None:
        """Forget the quotations of the paragraphs from the first to the last, both included."""
        begun = "(SELECT id FROM quotations WHERE paragraph BETWEEN ? AND ?)"
        self._connection.execute(f"DELETE FROM credits WHERE quotation IN {begun}", (first, last))
        self._connection.execute("DELETE FROM quotations WHERE paragraph BETWEEN ? AND ?", (first, last))

    def judge(self, judgements: Iterable[Judgement]) -> None:
        """Remember these in order; a new word on a pair of names replaces the old one."""
        self._connection.executemany(
            "REPLACE INTO judgements (one, other, same) VALUES (?, ?, ?)",
            ((*sorted((bytes_of(each.one), bytes_of(each.other))), each.same) for each in judgements),
        )

    # Reading.

    def judgements(self) -> tuple[Judgement, ...]:
        """What people have said about names, oldest first; the names of each in the order of their letters."""
        rows = self._all("SELECT one, other, same FROM judgements ORDER BY row")
        return tuple(Judgement(text_of(one), text_of(other), bool(same)) for one, other, same in rows)

    def newest(self) -> int:
        """The highest number of a quotation that is credited to somebody."""
        return int(self._all("SELECT coalesce(max(quotation), 0) FROM credits")[0][0])

    def credits(self, after: int) -> Iterator[tuple[bytes, str, str, int, int]]:
        """Name, nature, titles, serving, and whether the name stands there again, of each credit above this quotation.

        In no certain order.
        """
        # All of them are quicker read in the order in which they are kept.
        which = "WHERE quotation > ?" if after else "WHERE ? = 0"
        return self._connection.execute(f"SELECT name, nature, roles, serving, again FROM credits {which}", (after,))

    def quoting(self, names: Iterable[str]) -> list[int]:
        """The servings that quote one of these names."""
        asked = [bytes_of(name) for name in names]
        return [row[0] for row in self._all(f"SELECT DISTINCT serving FROM credits WHERE {_among(asked)}", *asked)]

    def credited(self, names: Iterable[str], kinds: Iterable[Kind]) -> list[tuple[int, int, int]]:
        """Quotation, serving and paragraph of all that is credited to one of these names; ids ascend as printed."""
        asked, wanted = [bytes_of(name) for name in names], [kind.value for kind in kinds]
        of_kind = f"AND {_among(wanted, 'kind')}" if wanted else ""
        query = (
            "SELECT DISTINCT quotation, serving, paragraph FROM credits JOIN quotations ON id = quotation "
            f"WHERE {_among(asked)} {of_kind} ORDER BY quotation"
        )
        return self._all(query, *asked, *wanted)

    def beginning_in(self, paragraphs: Collection[int]) -> dict[int, tuple[Quotation, ...]]:
        """The quotations that begin in each of these paragraphs, as printed; those without any are left out."""
        rows = self._all(
            "SELECT paragraph, id FROM quotations WHERE paragraph IN (SELECT value FROM json_each(?)) "
            "ORDER BY paragraph, id",
            packed(list(paragraphs)),
        )
        found = iter(self.quotations([row for _, row in rows]) if rows else ())
        return {
            paragraph: tuple(next(found) for _ in group) for paragraph, group in groupby(rows, key=lambda row: row[0])
        }

    def quotations(self, ids: Sequence[int]) -> list[Quotation]:
        """The quotations of these rows, in this order."""
        wanted = packed(list(ids))
        among = "IN (SELECT value FROM json_each(?))"
        speakers: dict[int, list[Named]] = defaultdict(list)
        for quotation, name, nature, roles, spans in self._all(
            f"SELECT quotation, name, nature, roles, spans FROM credits WHERE quotation {among} "
            "ORDER BY quotation, place",
            wanted,
        ):
            speakers[quotation].append(named_of(name, nature, roles, spans))
        found = {
            row: quotation_of(kind, fields, tuple(speakers[row]))
            for row, kind, fields in self._all(f"SELECT id, kind, fields FROM quotations WHERE id {among}", wanted)
        }
        return [found[row] for row in ids]


def _among(values: Sequence[object], column: str = "name") -> str:
    return f"{column} IN ({', '.join('?' * len(values))})"
