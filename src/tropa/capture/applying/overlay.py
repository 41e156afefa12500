"""What a trial run would have written so far, in a temporary file of its own that is gone with the process."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

_SCHEMA = """
CREATE TABLE entry (book TEXT, id INTEGER, data TEXT, PRIMARY KEY (book, id)) WITHOUT ROWID;
CREATE TABLE key (book TEXT, key TEXT, id INTEGER, PRIMARY KEY (book, key, id)) WITHOUT ROWID;
CREATE TABLE seen (base BLOB PRIMARY KEY, rows INTEGER) WITHOUT ROWID;
"""


class Overlay:
    """Rows of a trial run by book and key. Ids of rows that would be new are negative."""

    def __init__(self) -> None:
        # An empty name is a temporary database that goes to the disk when it outgrows its cache.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        self._last = 0

    def new_id(self) -> int:
        self._last -= 1
        return self._last

    def put(self, book: str, identifier: int, values: dict[str, Any], keys: Iterable[str]) -> None:
        self._db.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", (book, identifier, json.dumps(values)))
        self._db.executemany("INSERT OR IGNORE INTO key VALUES (?, ?, ?)", [(book, key, identifier) for key in keys])

    def ids(self, book: str, keys: Iterable[str]) -> set[int]:
        """Ids of what was put under one of the keys."""
        found: set[int] = set()
        for key in keys:
            found |= {row[0] for row in self._db.execute("SELECT id FROM key WHERE book = ? AND key = ?", (book, key))}
        return found

    def get(self, book: str, identifier: int) -> dict[str, Any] | None:
        row = self._db.execute("SELECT data FROM entry WHERE book = ? AND id = ?", (book, identifier)).fetchone()
        return None if row is None else json.loads(row[0])

    def count(self, base: bytes) -> int:
        """How many rows with this content came before; this one is counted."""
        row = self._db.execute(
            "INSERT INTO seen VALUES (?, 1) ON CONFLICT (base) DO UPDATE SET rows = rows + 1 RETURNING rows", (base,)
        ).fetchone()
        return int(row[0]) - 1

    def is_counted(self, base: bytes) -> bool:
        """Whether a row with this content came before."""
        return self._db.execute("SELECT 1 FROM seen WHERE base = ?", (base,)).fetchone() is not None

    def close(self) -> None:
        self._db.close()
