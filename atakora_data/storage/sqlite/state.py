"""The app's own values in the embedded store: one table, beside those of the records."""

# ruff: noqa: S608 - the only name in the statements is the table's

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

import orjson

from atakora_data.errors import AlreadyExists, PreconditionFailed
from atakora_data.storage.port import Keep
from atakora_data.storage.state import NEW, State, StateChanges

T = TypeVar("T")

STATE: Final = "atakora:state"
"""The table; its name is no container's."""

_REMEMBERED: Final = 60 * 60
"""For so many seconds a removal is told to those who read on from a position."""

_NAME: Final = f'"{STATE}"'

TABLES: Final = (
    (
        f"CREATE TABLE IF NOT EXISTS {_NAME} (position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, "
        "partition TEXT NOT NULL, id TEXT NOT NULL, etag TEXT NOT NULL, expires REAL NOT NULL, value TEXT, "
        "UNIQUE (kind, partition, id))"
    ),
    f'CREATE INDEX IF NOT EXISTS "state:expires" ON {_NAME}(expires)',
)
"""The statements that make it where it is missing. A row without a value was removed."""

_PUT: Final = f"INSERT OR REPLACE INTO {_NAME}(kind, partition, id, etag, expires, value) VALUES(?, ?, ?, ?, ?, ?)"
_ETAG: Final = f"SELECT etag FROM {_NAME} WHERE kind=? AND partition=? AND id=? AND expires > ? AND value IS NOT NULL"
_READ: Final = f"SELECT partition, id, etag, expires, value FROM {_NAME} WHERE kind=? AND partition=? AND expires > ?"
_CHANGED: Final = f"{_READ} AND position > ? ORDER BY position"
_LAST: Final = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name=?"
_FORGET: Final = f"DELETE FROM {_NAME} WHERE expires <= ?"


class SqliteFile(Protocol):
    """The file that the records are in."""

    async def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What the work answers, once it is committed."""

    def ask(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement that changes nothing."""


class SqliteStateStore:
    """A `StateStore` in the file of the records. clock: seconds since 1970."""

    def __init__(self, file: SqliteFile, *, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock

    async def get(self, kind: str, partition: str, id: str) -> State | None:
        """The value with this id."""
        found = self._states(f"{_READ} AND id=? AND value IS NOT NULL", kind, partition, id)
        return found[0] if found else None

    async def all(self, kind: str, partition: str) -> list[State]:
        """All values of the partition, by id."""
        return self._states(f"{_READ} AND value IS NOT NULL ORDER BY id", kind, partition)

    async def changes(self, kind: str, partition: str, since: str | None) -> StateChanges:
        """What was put or removed since a position."""
        [[last]] = self._file.ask(_LAST, (STATE,))  # read first: what comes meanwhile is told again, never missed
        rows = self._file.ask(_CHANGED, (kind, partition, self._clock(), int(since or 0)))
        removed = [row[1].decode() for row in rows if row[4] is None]
        return StateChanges([_state(row) for row in rows if row[4] is not None], removed, str(last))

    async def put(
        self, kind: str, partition: str, id: str, value: dict[str, Any], *, ttl: float, etag: str | None = None
    ) -> State:
        """Keep the value, if what is there is what is expected."""
        now = self._clock()
        state = State(partition, id, value, secrets.token_urlsafe(8), now + ttl)
        text = orjson.dumps(value).decode()

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(_FORGET, (now,))
            if etag is not None:
                _expect(connection.execute(_ETAG, (kind, partition, id, now)).fetchone(), etag, id)
            connection.execute(_PUT, (kind, partition, id, state.etag, state.expires, text))

        await self._file.transact(write)
        return state

    async def remove(self, kind: str, partition: str, id: str) -> bool:
        """Forget the value; that it was removed is remembered for an hour."""
        now = self._clock()

        def write(connection: sqlite3.Connection) -> bool:
            if connection.execute(_ETAG, (kind, partition, id, now)).fetchone() is None:
                return False
            connection.execute(_PUT, (kind, partition, id, secrets.token_urlsafe(8), now + _REMEMBERED, None))
            return True

        return await self._file.transact(write)

    def _states(self, statement: str, kind: str, partition: str, *more: str) -> list[State]:
        return [_state(row) for row in self._file.ask(statement, (kind, partition, self._clock(), *more))]


def keep(connection: sqlite3.Connection, keeping: Keep, now: float) -> None:
    """Keep the value within the transaction under way; its refusal is raised when one is kept."""
    place = (keeping.kind, keeping.partition, keeping.id)
    if connection.execute(_ETAG, (*place, now)).fetchone() is not None:
        raise keeping.refusal
    text = orjson.dumps(keeping.value).decode()
    connection.execute(_PUT, (*place, secrets.token_urlsafe(8), now + keeping.seconds, text))


def _expect(found: tuple[bytes] | None, etag: str, id: str) -> None:
    """Refuse when what is there is not what is expected."""
    if etag == NEW and found is not None:
        raise AlreadyExists(f"There is a `{id}` already.")
    if etag != NEW and (found is None or found[0].decode() != etag):
        raise PreconditionFailed(f"`{id}` has changed since it was read.", hint="Read it again.")


def _state(row: tuple[bytes, bytes, bytes, float, bytes]) -> State:
    partition, id, etag, expires, value = row
    return State(partition.decode(), id.decode(), orjson.loads(value), etag.decode(), expires)
