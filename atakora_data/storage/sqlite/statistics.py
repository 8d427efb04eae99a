"""Keeps SQLite's statistics fresh, so that it picks the index that leaves the fewest records to look at."""

from __future__ import annotations

import contextlib
import sqlite3

_FIRST = 1_000
_GROWTH = 2
_LARGEST = 1_000_000


def look(connection: sqlite3.Connection) -> None:
    """Count afresh, within the transaction under way.

    Connections that are open read statistics again only when the schema changes: so their table is made anew.
    """
    connection.execute("DROP TABLE IF EXISTS sqlite_stat1")
    connection.execute("ANALYZE")


class Statistics:
    """Looks again after a thousand writes, then ever more rarely; it takes about a microsecond a record.

    Every record is looked at: a sample mistakes a tenant's records for one author's.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._written = 0
        self._due = _FIRST

    def note(self, writes: int) -> None:
        """Count the writes since the last look, and look when it is time."""
        self._written += writes
        if self._written >= self._due:
            self._written = 0
            self._due = min(self._due * _GROWTH, _LARGEST)
            with contextlib.suppress(sqlite3.Error):  # queries are right without it, only slower
                self._refresh()

    def _refresh(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            look(self._connection)
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
