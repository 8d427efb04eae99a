"""What a topic keeps for its one subscription, in a SQLite file: a broker that is killed loses nothing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

_TABLES = """
    CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, at REAL NOT NULL);
    CREATE TABLE IF NOT EXISTS message (
        position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, session TEXT NOT NULL, raw BLOB NOT NULL,
        at REAL NOT NULL, failures INTEGER NOT NULL DEFAULT 0, reason TEXT
    );
    CREATE INDEX IF NOT EXISTS waiting ON message (session, position) WHERE reason IS NULL;
"""


class Shelved(NamedTuple):
    """A message that waits. failures: how often it was given back, or its lock expired."""

    position: int
    id: str
    session: str
    raw: bytes
    at: float
    failures: int


class Shelf:
    """Messages in order. window: for how many seconds an id is known. most: deliveries before one is set aside."""

    def __init__(self, file: Path | str = ":memory:", *, window: float = 600.0, most: int = 10) -> None:
        self._window = window
        self._most = most
        self._file = sqlite3.connect(file, isolation_level=None)
        self._file.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_TABLES}")

    def put(self, messages: Collection[tuple[str, str, bytes]]) -> list[str]:
        """Keep messages, each of an id, a session and bytes; those whose ids are new."""
        now, new = time.time(), []
        self._file.execute("BEGIN IMMEDIATE")
        self._file.execute("DELETE FROM seen WHERE at <= ?", (now - self._window,))
        for id, session, raw in messages:
            if self._file.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (id, now)).rowcount:
                self._file.execute(
                    "INSERT INTO message (id, session, raw, at) VALUES (?, ?, ?, ?)", (id, session, raw, now)
                )
                new.append(id)
        self._file.execute("COMMIT")
        return new

    def sessions(self) -> list[str]:
        """Those with messages, the longest waiting first."""
        rows = self._file.execute(
            "SELECT session FROM message WHERE reason IS NULL GROUP BY session ORDER BY min(position)"
        )
        return [session for [session] in rows]

    def first(self, session: str, but: Collection[int]) -> Shelved | None:
        """The first message of a session that is not among these."""
        rows = self._file.execute(
            "SELECT position, id, session, raw, at, failures FROM message "
            "WHERE session = ? AND reason IS NULL ORDER BY position LIMIT ?",
            (session, len(but) + 1),
        ).fetchall()
        return next((Shelved(*row) for row in rows if row[0] not in but), None)

    def remove(self, position: int) -> None:
        """It is done."""
        self._file.execute("DELETE FROM message WHERE position = ?", (position,))

    def fail(self, position: int) -> None:
        """It was not done; after too many deliveries it is set aside."""
        self._file.execute("UPDATE message SET failures = failures + 1 WHERE position = ?", (position,))
        self._file.execute(
            "UPDATE message SET reason = 'MaxDeliveryCountExceeded' WHERE position = ? AND failures >= ?",
            (position, self._most),
        )

    def set_aside(self, position: int, reason: str) -> None:
        """Move it to the dead letters."""
        self._file.execute("UPDATE message SET reason = ? WHERE position = ?", (reason, position))

    def dead(self) -> list[tuple[str, str]]:
        """The ids that were set aside, with the reasons."""
        rows = self._file.execute("SELECT id, reason FROM message WHERE reason IS NOT NULL ORDER BY position")
        return [(id, reason) for id, reason in rows]

    def close(self) -> None:
        """Close the file."""
        self._file.close()
