"""How a library's database is laid out, step by step: `PRAGMA user_version` says how many steps it has taken.

A step that was ever released is never changed; what changes the layout is one more step at the end.
"""

from __future__ import annotations

import sqlite3

from descant.library.item import KINDS, LEVELS

APPLICATION = 0x64736361  # "dsca", in the database's header

_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        f"""CREATE TABLE item (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            content TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN ({_KINDS})),
            level INTEGER NOT NULL CHECK (level BETWEEN 0 AND {len(LEVELS) - 1}),
            duration REAL NOT NULL,
            title TEXT, artist TEXT, album TEXT, year INTEGER, genre TEXT, composer TEXT, source TEXT,
            tempo REAL, tempo_confidence REAL, key TEXT, key_confidence REAL, meter TEXT, loudness REAL,
            warnings TEXT NOT NULL DEFAULT '[]',
            recording INTEGER,
            compared INTEGER NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX item_recording ON item (recording)",
        """CREATE TABLE file (
            id INTEGER PRIMARY KEY,
            path BLOB NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            item INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE
        )""",
        "CREATE INDEX file_item ON file (item)",
        """CREATE TABLE failure (
            path BLOB PRIMARY KEY,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            level INTEGER NOT NULL,
            version TEXT NOT NULL,
            message TEXT NOT NULL
        )""",
        """CREATE TABLE instrument (
            item INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
            label TEXT NOT NULL,
            share REAL NOT NULL,
            PRIMARY KEY (item, label)
        )""",
        "CREATE TABLE space (name TEXT PRIMARY KEY, model TEXT NOT NULL, dimensions INTEGER NOT NULL)",
        # Clustered by space, since a search reads all vectors of one.
        """CREATE TABLE vector (
            space TEXT NOT NULL REFERENCES space (name) ON DELETE CASCADE,
            item INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
            data BLOB NOT NULL,
            PRIMARY KEY (space, item)
        ) WITHOUT ROWID""",
        "CREATE INDEX vector_item ON vector (item)",
        """CREATE TABLE fingerprint (
            item INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
            data BLOB NOT NULL
        )""",
        """CREATE TABLE melody (
            item INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            label TEXT NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY (item, number)
        )""",
        """CREATE TABLE analysis (
            item INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
            data BLOB NOT NULL
        )""",
        """CREATE VIRTUAL TABLE words USING fts5 (
            title, artist, album, genre, composer, place, tokenize = 'unicode61 remove_diacritics 2'
        )""",
        # What can be found: an item whose files are all gone is kept for when they come back, and is not found.
        """CREATE VIEW present AS
            SELECT id FROM item WHERE kind = 'tune' OR EXISTS (SELECT 1 FROM file WHERE file.item = item.id)""",
        # Goes up with every committed write, from a number that no other library is likely to have had.
        "CREATE TABLE change (number INTEGER NOT NULL)",
        f"INSERT INTO change VALUES (abs(random() % {1 << 52}))",
        """CREATE TRIGGER item_removed BEFORE DELETE ON item BEGIN
            DELETE FROM words WHERE rowid = old.id;
            UPDATE item SET recording = NULL, compared = 0 WHERE recording = old.id AND id <> old.id;
        END""",
    ),
)
NEWEST = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Take the steps that are missing, all of them or none."""
    (taken,) = connection.execute("PRAGMA user_version").fetchone()
    if taken == NEWEST:
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for step in MIGRATIONS[taken:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {NEWEST}")
