"""The rows of full text: which paragraphs and headlines hold a word, and the words of what is searched.

SQLite's FTS5 keeps nothing but lists of numbers here. What a paragraph says stands in its article; its analysed
words are kept once a serving, compressed, for they are what the lists must be told when it goes. The lists of so many
paragraphs are a table of their own, a shelf, so that to forget one of them for good takes the same time however large
the archive has grown.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

SHELF = 1 << 19
"""So many numbers of paragraphs share a shelf."""

LAST = "last_paragraph"
"""The highest number that a paragraph has had so far, among what describes the whole: none is given twice."""

Numbers = NDArray[np.int64]

# All that is no space is part of a word: the analyser has taken words apart already.
_SIGNS = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum()).replace("'", "''")
_LISTS = """fts5 (words, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars '{}'")"""


def lists(name: str) -> tuple[str, str]:
    """What makes a table of lists, and the one that counts them."""
    signs = _SIGNS.replace('"', '""')
    return (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING {_LISTS.format(signs)}",
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {name}_count USING fts5vocab ({name}, 'row')",
    )


class WordRows:
    """The words of one connection; transactions are its owner's business."""

    def __init__(self, connection: sqlite3.Connection, *, shelf: int = SHELF) -> None:
        """``shelf`` is how many numbers share one; an archive keeps to what it began with."""
        self._connection = connection
        self._shelf = shelf

    # Writing.

    def insert(self, serving: int, headline: str, texts: Sequence[str]) -> int:
        """Keep the words of a serving's headline and of its paragraphs; returns the first paragraph's number."""
        first = self.last() + 1
        self.skip_to(first + len(texts))
        lines = [line.replace("\n", " ") for line in (headline, *texts)]
        kept = zlib.compress("\n".join(lines).encode())
        self._connection.execute("INSERT INTO words (serving, packed) VALUES (?, ?)", (serving, kept))
        self._connection.execute("INSERT INTO headlines (rowid, words) VALUES (?, ?)", (serving, lines[0]))
        for shelf, rows in self._shelved(enumerate(lines[1:], first)):
            self._connection.executemany(f"INSERT INTO {shelf} (rowid, words) VALUES (?, ?)", rows)
        return first

    def skip_to(self, paragraph: int) -> None:
        """No paragraph gets a number below this one from now on."""
        last = self.last()
        if paragraph - 1 <= last:
            return
        self._connection.execute("REPLACE INTO meta VALUES (?, ?)", (LAST, str(paragraph - 1)))
        for number in range(last // self._shelf + (last > 0), (paragraph - 1) // self._shelf + 1):
            for statement in lists(_shelf(number)):
                self._connection.execute(statement)

    def withdraw(self, serving: int, first: int) -> None:
        """Take a serving out of the lists; its words may stand on file, marked as gone, until ``forget``."""
        headline, *texts = self.of([serving])[serving]
        gone = "INSERT INTO {0} ({0}, rowid, words) VALUES ('delete', ?, ?)"
        self._connection.execute(gone.format("headlines"), (serving, headline))
        for shelf, rows in self._shelved(enumerate(texts, first)):
            self._connection.executemany(gone.format(shelf), rows)
        self._connection.execute("DELETE FROM words WHERE serving = ?", (serving,))

    def forget(self, paragraphs: Iterable[range]) -> None:
        """Leave nothing on file of the words of these paragraphs and their headlines, which are withdrawn."""
        numbered = ((each[0] // self._shelf, each[-1] // self._shelf) for each in paragraphs if each)
        shelves = {_shelf(number) for first, last in numbered for number in range(first, last + 1)}
        for name in sorted(shelves | {"headlines"}):
            # What is deleted is only marked, until lists are merged.
            self._connection.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")

    def _shelved(self, rows: Iterable[tuple[int, str]]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
        """The rows by the shelf that their numbers belong to."""
        for number, group in groupby(rows, key=lambda row: row[0] // self._shelf):
            yield _shelf(number), list(group)

    # Reading.

    def of(self, servings: Iterable[int]) -> dict[int, list[str]]:
        """For each of these servings the words of its headline, and of each of its paragraphs."""
        query = "SELECT serving, packed FROM words WHERE serving IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(query, (json.dumps(list(servings)),))
        return {serving: zlib.decompress(packed).decode().split("\n") for serving, packed in rows}

    def last(self) -> int:
        """The highest number that a paragraph has had so far."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (LAST,)).fetchone()
        return int(row[0]) if row else 0

    def shelves(self, after: int = 0) -> list[str]:
        """The shelves with paragraphs above this number, in order."""
        last = self.last()
        first = (after + 1) // self._shelf
        return [_shelf(number) for number in range(first, last // self._shelf + 1)] if last > after else []

    def holding(self, word: str, *, after: int = 0) -> Numbers:
        """The paragraphs above this number that hold the word, ascending."""
        found = [self._listed(shelf, word, after) for shelf in self.shelves(after)]
        return np.concatenate(found) if found else _NONE

    def up_to(self, most: int, word: str) -> tuple[Numbers | None, int]:
        """The paragraphs that hold the word, ascending, unless they are more than ``most``; and how many they are."""
        shelves = self.shelves()
        # Counting takes SQLite half as long as listing: both are done only where one shelf says that it pays.
        if shelves and self._count(shelves[0], word) * len(shelves) > most:
            count = sum(self._count(shelf, word) for shelf in shelves)
            if count > most:
                return None, count
        found = self.holding(word)
        return (None if len(found) > most else found), len(found)

    def heading(self, word: str, *, after: int = 0) -> Numbers:
        """The servings above this number whose headline has the word, ascending."""
        return self._listed("headlines", word, after)

    def _listed(self, name: str, word: str, after: int) -> Numbers:
        if not _sought(word):
            return _NONE
        # One long line of numbers comes out of SQLite several times sooner than as many rows.
        query = f"SELECT group_concat(rowid) FROM {name} WHERE {name} MATCH ? AND rowid > ?"
        line = self._connection.execute(query, (_quoted(word), after)).fetchone()[0]
        return np.fromstring(line, dtype=np.int64, sep=",") if line else _NONE

    def _count(self, shelf: str, word: str) -> int:
        row = self._connection.execute(f"SELECT doc FROM {shelf}_count WHERE term = ?", (word,)).fetchone()
        return int(row[0]) if row else 0

    def newest(self, words: Sequence[str], limit: int) -> Iterator[Numbers]:
        """The last so many paragraphs of each shelf that hold all of the words, the newest shelf first."""
        if not all(map(_sought, words)):
            return
        asked = " AND ".join(map(_quoted, words))
        for shelf in reversed(self.shelves()):
            query = f"SELECT rowid FROM {shelf} WHERE {shelf} MATCH ? ORDER BY rowid DESC LIMIT ?"
            rows = self._connection.execute(query, (asked, limit)).fetchall()
            yield np.array(rows, dtype=np.int64).reshape(-1)


_NONE: Numbers = np.zeros(0, dtype=np.int64)


def _shelf(number: int) -> str:
    return f"shelf_{number}"


def _sought(word: str) -> bool:
    """Whether it can be a word on file."""
    return bool(word) and not any(char.isspace() for char in word)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
