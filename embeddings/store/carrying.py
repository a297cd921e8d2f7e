"""What the steps of the schema do that SQL alone cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import numpy as np

from embeddings.errors import StoreDamaged
from embeddings.store.codes import packed
from embeddings.store.fulltext import WordRows


def carry_searched(connection: sqlite3.Connection) -> None:
    """Schema 8: words and vectors of what is searched are kept anew, one serving at a time, under their old numbers."""
    words = WordRows(connection)
    for serving, paragraph in _servings(connection):
        texts = connection.execute(
            "SELECT headline, body, words FROM paragraphs JOIN passages ON passages.rowid = paragraphs.id "
            "WHERE serving = ? ORDER BY ordinal",
            (serving,),
        ).fetchall()
        if not texts:
            paragraph = words.last() + 1
        words.skip_to(paragraph)
        headline = texts[0][0] if texts else ""
        words.insert(serving, headline, [body for _, body, _ in texts])
        window, windows = _carry_windows(connection, serving)
        lengths = np.array([count for *_, count in texts], dtype="<u4").tobytes()
        connection.execute(
            "UPDATE servings SET first_paragraph = ?, paragraphs = ?, first_window = ?, windows = ?, headline = ?, "
            "lengths = ? WHERE id = ?",
            (paragraph, len(texts), window, windows, len(headline.split()), lengths, serving),
        )
    _keep_counting(connection, words)
    connection.execute("INSERT INTO new_quotations SELECT id, paragraph, kind, fields FROM quotations")
    connection.execute(
        "UPDATE servings SET quotations = (SELECT count(*) FROM quotations WHERE paragraph BETWEEN "
        "first_paragraph AND first_paragraph + paragraphs - 1)"
    )


def _servings(connection: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Every serving and its first paragraph, in the order of their numbers."""
    last = 0
    query = (
        "SELECT servings.id, min(paragraphs.id), max(paragraphs.id) - count(*) + 1 FROM servings "
        "LEFT JOIN paragraphs ON serving = servings.id WHERE servings.id > ? GROUP BY servings.id "
        "ORDER BY servings.id LIMIT 100"
    )
    while found := connection.execute(query, (last,)).fetchall():
        for serving, first, first_by_last in found:
            _check_in_a_row(first == first_by_last)
            yield serving, first or 0
        last = found[-1][0]


def _carry_windows(connection: sqlite3.Connection, serving: int) -> tuple[int, int]:
    """Keep a serving's vectors; the first window's number, and how many."""
    rows = connection.execute(
        "SELECT windows.id, paragraph, vector FROM paragraphs JOIN windows ON paragraph = paragraphs.id "
        "WHERE serving = ? ORDER BY windows.id",
        (serving,),
    ).fetchall()
    if not rows:
        return 0, 0
    halves = np.frombuffer(b"".join(vector for *_, vector in rows), dtype=np.float16).astype(np.float32)
    codes = packed(halves.reshape(len(rows), -1))
    connection.executemany(
        "INSERT INTO new_windows (id, paragraph, vector) VALUES (?, ?, ?)",
        ((window, paragraph, code) for (window, paragraph, _), code in zip(rows, codes, strict=True)),
    )
    _check_in_a_row(rows[-1][0] - rows[0][0] + 1 == len(rows))
    return rows[0][0], len(rows)


def _check_in_a_row(follow: bool) -> None:
    if not follow:
        raise StoreDamaged("the paragraphs of an article are not in a row: restore a backup, or make a new archive")


def _keep_counting(connection: sqlite3.Connection, words: WordRows) -> None:
    """No number that was given out before is given out again."""
    given = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
    words.skip_to(given.get("paragraphs", 0) + 1)
    for name in ("windows", "quotations"):
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (f"new_{name}",))
        connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (f"new_{name}", given.get(name, 0)))
