"""Opens the database file: every connection has the same functions, durability and patience."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from msgspec import Struct, field

from atakora_data.storage.sqlite import functions, totals

MEMORY = ":memory:"
"""The path of a database that is gone when the store stops."""

_STATEMENTS = 512
_BUSY_SECONDS = 5.0
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY")
_READER_CACHE_KIB = 16 * 1024
_WRITER_CACHE_KIB = 4 * 1024


class Session(Struct, frozen=True):
    """A connection that one thread at a time may use, while it holds the lock. Text comes back as UTF-8 bytes."""

    connection: sqlite3.Connection
    lock: threading.Lock = field(default_factory=threading.Lock)

    def close(self) -> None:
        """Close the connection, once nobody uses it any more."""
        with self.lock:
            self.connection.close()


def open_sessions(path: Path | str) -> tuple[Session, Session]:
    """One session to read with and one to write with; a database in memory has a single one for both."""
    if str(path) == MEMORY:
        only = _open(MEMORY, _READER_CACHE_KIB)
        return only, only
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    writer = _open(path, _WRITER_CACHE_KIB)
    try:
        return _open(path, _READER_CACHE_KIB), writer
    except BaseException:
        writer.close()
        raise


def _open(path: Path | str, cache_kib: int) -> Session:
    connection = sqlite3.connect(
        path,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA cache_size=-{cache_kib}")
        functions.register(connection)
        totals.register(connection)
    except BaseException:
        connection.close()
        raise
    connection.text_factory = bytes
    return Session(connection)
