"""The shape of the database: numbered steps, each applied once, in a transaction of its own, and recorded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from embeddings.errors import StoreTooNew
from embeddings.store.carrying import carry_searched
from embeddings.store.fulltext import lists


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from a schema to the next; what ``carry`` does comes after the statements, and ``clear`` last."""

    number: int
    name: str
    statements: tuple[str, ...]
    carry: Callable[[sqlite3.Connection], None] | None = None
    clear: tuple[str, ...] = ()


MIGRATIONS = (
    Migration(
        1,
        "articles and every version of them",
        (
            "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
            "CREATE TABLE articles (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE)",
            """
            CREATE TABLE versions (
                row INTEGER PRIMARY KEY AUTOINCREMENT,
                article INTEGER NOT NULL REFERENCES articles,
                version INTEGER,
                created INTEGER,
                status TEXT NOT NULL,
                fingerprint TEXT NOT NULL,
                fields TEXT NOT NULL,
                text BLOB NOT NULL,
                UNIQUE (article, fingerprint)
            )
            """,
        ),
    ),
    Migration(
        2,
        "what is searched",
        (
            """
            CREATE TABLE servings (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                article INTEGER NOT NULL UNIQUE REFERENCES articles,
                version INTEGER NOT NULL REFERENCES versions,
                day INTEGER,
                embargo INTEGER,
                held INTEGER NOT NULL,
                outlet TEXT,
                parties TEXT NOT NULL,
                language TEXT,
                section TEXT
            )
            """,
            """
            CREATE TABLE paragraphs (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                serving INTEGER NOT NULL REFERENCES servings,
                ordinal INTEGER NOT NULL,
                words INTEGER NOT NULL
            )
            """,
            "CREATE INDEX paragraphs_of_serving ON paragraphs (serving)",
            """
            CREATE TABLE windows (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                paragraph INTEGER NOT NULL REFERENCES paragraphs,
                vector BLOB NOT NULL
            )
            """,
            "CREATE INDEX windows_of_paragraph ON windows (paragraph)",
            "CREATE VIRTUAL TABLE passages USING fts5 (headline, body, tokenize = 'ascii')",
            "CREATE VIRTUAL TABLE vocabulary USING fts5vocab (passages, 'col')",
        ),
    ),
    Migration(
        3,
        "a journal of what came and went, for readers to catch up",
        (
            """
            CREATE TABLE journal (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                serving INTEGER NOT NULL,
                change TEXT NOT NULL,
                stamp TEXT NOT NULL
            )
            """,
        ),
    ),
    Migration(
        4,
        "who said what, and which names are one speaker's",
        (
            """
            CREATE TABLE quotations (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                paragraph INTEGER NOT NULL REFERENCES paragraphs,
                kind TEXT NOT NULL,
                fields TEXT NOT NULL
            )
            """,
            "CREATE INDEX quotations_of_paragraph ON quotations (paragraph)",
            # The key keeps each name's credits together: they are looked up, and counted, by name.
            """
            CREATE TABLE credits (
                name BLOB NOT NULL,
                quotation INTEGER NOT NULL REFERENCES quotations,
                place INTEGER NOT NULL,
                serving INTEGER NOT NULL,
                nature TEXT NOT NULL,
                roles TEXT NOT NULL,
                spans TEXT NOT NULL,
                again INTEGER NOT NULL,
                PRIMARY KEY (name, quotation, place)
            ) WITHOUT ROWID
            """,
            "CREATE INDEX credits_of_quotation ON credits (quotation)",
            """
            CREATE TABLE judgements (
                row INTEGER PRIMARY KEY AUTOINCREMENT,
                one BLOB NOT NULL,
                other BLOB NOT NULL,
                same INTEGER NOT NULL,
                UNIQUE (one, other)
            )
            """,
        ),
    ),
    Migration(
        5,
        "when articles last arrived, and from which outlet",
        (
            "CREATE TABLE arrivals (outlet TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
            # Until the next run the last write is the nearest that is known.
            "REPLACE INTO meta SELECT 'last_ingest', value FROM meta WHERE name = 'last_write'",
        ),
    ),
    Migration(
        6,
        "stories under several ids, copies of them, what changed, and what a person has to decide",
        (
            # Versions that came under different ids are ordered by this before their numbers.
            "ALTER TABLE versions ADD COLUMN generation INTEGER NOT NULL DEFAULT 0",
            # By which an order that has no id finds its story.
            """
            CREATE TABLE handles (
                handle TEXT NOT NULL,
                article INTEGER NOT NULL REFERENCES articles,
                PRIMARY KEY (handle, article)
            ) WITHOUT ROWID
            """,
            "CREATE INDEX handles_of_article ON handles (article)",
            # Kills and the like in rows up to this one were lifted by a person.
            "ALTER TABLE articles ADD COLUMN revived INTEGER NOT NULL DEFAULT 0",
            "CREATE TABLE aliases (id TEXT PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles) WITHOUT ROWID",
            "CREATE INDEX aliases_of_article ON aliases (article)",
            "CREATE TABLE signatures (serving INTEGER PRIMARY KEY, signature BLOB NOT NULL)",
            """
            CREATE TABLE bands (band BLOB NOT NULL, serving INTEGER NOT NULL, PRIMARY KEY (band, serving)) WITHOUT ROWID
            """,
            "CREATE INDEX bands_of_serving ON bands (serving)",
            # Each pair stands twice, once from either side.
            """
            CREATE TABLE copies (
                one INTEGER NOT NULL,
                other INTEGER NOT NULL,
                PRIMARY KEY (one, other)
            ) WITHOUT ROWID
            """,
            """
            CREATE TABLE changes (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                article TEXT NOT NULL,
                at INTEGER NOT NULL
            )
            """,
            """
            CREATE TABLE alerts (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                concern TEXT NOT NULL,
                articles TEXT NOT NULL,
                words TEXT NOT NULL,
                at INTEGER NOT NULL,
                settled INTEGER,
                UNIQUE (concern, articles, words)
            )
            """,
        ),
    ),
    Migration(
        7,
        "stories that turn out to be one, and what a person has lifted, version by version",
        (
            "ALTER TABLE versions ADD COLUMN lifted INTEGER NOT NULL DEFAULT 0",
            "UPDATE versions SET lifted = row <= (SELECT revived FROM articles WHERE articles.row = article)",
            "ALTER TABLE articles DROP COLUMN revived",
            # The fingerprint that it had under another article's id: what was shown is known by that.
            "ALTER TABLE versions ADD COLUMN formerly TEXT",
        ),
    ),
    Migration(
        8,
        "what is searched, in the room that ten million paragraphs have",
        (
            # An article's paragraphs and windows are ranges of numbers.
            "ALTER TABLE servings ADD COLUMN first_paragraph INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE servings ADD COLUMN paragraphs INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE servings ADD COLUMN first_window INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE servings ADD COLUMN windows INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE servings ADD COLUMN quotations INTEGER NOT NULL DEFAULT 0",
            # How many words the headline has, and each paragraph.
            "ALTER TABLE servings ADD COLUMN headline INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE servings ADD COLUMN lengths BLOB NOT NULL DEFAULT ''",
            # What was once searched, by numbers: something of it may be left where files are put in order seldom.
            """
            CREATE TABLE traces (
                article INTEGER NOT NULL,
                id INTEGER NOT NULL,
                first_paragraph INTEGER NOT NULL,
                paragraphs INTEGER NOT NULL,
                first_window INTEGER NOT NULL,
                windows INTEGER NOT NULL,
                PRIMARY KEY (article, id)
            ) WITHOUT ROWID
            """,
            "CREATE TABLE words (serving INTEGER PRIMARY KEY, packed BLOB NOT NULL)",
            *lists("headlines"),
            """
            CREATE TABLE new_windows (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                paragraph INTEGER NOT NULL,
                vector BLOB NOT NULL,
                digest INTEGER
            )
            """,
            """
            CREATE TABLE new_quotations (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                paragraph INTEGER NOT NULL,
                kind TEXT NOT NULL,
                fields TEXT NOT NULL
            )
            """,
        ),
        carry=carry_searched,
        clear=(
            "DROP TABLE windows",
            "ALTER TABLE new_windows RENAME TO windows",
            "CREATE INDEX windows_of_digest ON windows (digest) WHERE digest IS NOT NULL",
            "DROP TABLE quotations",
            "ALTER TABLE new_quotations RENAME TO quotations",
            "CREATE INDEX quotations_of_paragraph ON quotations (paragraph)",
            "DROP TABLE paragraphs",
            "DROP TABLE vocabulary",
            "DROP TABLE passages",
            # The keys are worked out from the signature.
            "DROP INDEX bands_of_serving",
        ),
    ),
    Migration(
        9,
        "what is known of sentences, so that a question need not have them read again",
        # Of what is on file already nothing is known: it is read when somebody asks.
        ("CREATE TABLE sentences (window INTEGER PRIMARY KEY, codes BLOB NOT NULL)",),
    ),
)
NEWEST = MIGRATIONS[-1].number


def schema_of(connection: sqlite3.Connection) -> int:
    """The number of the last step applied; 0 for a database without any."""
    query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'"
    if not connection.execute(query).fetchone()[0]:
        return 0
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()[0])


def check_known(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """The schema on file, unless a newer Onrecord wrote it."""
    found, known = schema_of(connection), migrations[-1].number
    if found > known:
        raise StoreTooNew(
            f"this archive was written by a newer Onrecord (schema {found}, this one knows {known}): "
            "upgrade with `pip install -U onrecord`"
        )
    return found


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Apply the steps that are missing."""
    found = check_known(connection, migrations)
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL)"
    )
    for migration in migrations:
        if migration.number > found:
            _apply(connection, migration)


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    applied = datetime.now(UTC).isoformat()
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in migration.statements:
            connection.execute(statement)
        if migration.carry:
            migration.carry(connection)
        for statement in migration.clear:
            connection.execute(statement)
        connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", (migration.number, migration.name, applied))
        connection.execute("COMMIT")
    finally:
        # A failing statement may already have ended the transaction by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
