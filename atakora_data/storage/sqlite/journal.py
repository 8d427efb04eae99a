"""The journal: what happened to records of realtime entities, written in the transaction that changes them."""

# ruff: noqa: S608 - the only name in the statements is the table's

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
from msgspec.structs import asdict

from atakora_data.errors import MalformedRequest, ValidationError
from atakora_data.storage.feed import EVENT, POSITION, FeedDocument, event_text
from atakora_data.storage.port import Journaled, JournalEntry, Target

JOURNAL: Final = "atakora:journal"
"""The table of the journal; its name is no container's."""

DAYS: Final = 7
"""How long entries are kept, at least."""

_EVERY: Final = 1000
_LONGEST_POSITION: Final = 18
_MOST_REWOUND: Final = 10_000
_NAME: Final = f'"{JOURNAL}"'

TABLE: Final = (
    f"CREATE TABLE IF NOT EXISTS {_NAME} (position INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL, "
    "tenant TEXT NOT NULL, id TEXT NOT NULL, written TEXT NOT NULL, entry TEXT NOT NULL)"
)
"""The statement that makes it where it is missing."""

_ADD: Final = f"INSERT INTO {_NAME}(entity, tenant, id, written, entry) VALUES(?, ?, ?, ?, ?)"
_OLDEST: Final = f"SELECT position FROM {_NAME} ORDER BY position LIMIT {2 * _EVERY}"
_FORGET: Final = f"DELETE FROM {_NAME} WHERE position IN ({_OLDEST}) AND written < ?"
_COLUMNS: Final = f"SELECT position, entity, tenant, id, entry FROM {_NAME}"
READ: Final = f"{_COLUMNS} WHERE position > ? ORDER BY position LIMIT ?"
"""The statement that reads entries, with a position and how many behind it."""

READ_TARGET: Final = f"{_COLUMNS} WHERE position > ? AND entity = ? AND tenant = ? ORDER BY position LIMIT ?"
"""The statement that reads entries of one target."""

_WRITTEN: Final = f"(SELECT written FROM {_NAME} WHERE position <= ?1 ORDER BY position DESC LIMIT 1)"
REWIND: Final = (
    f"SELECT min(position) FROM {_NAME} WHERE position <= ?1 AND position > ?1 - {_MOST_REWOUND} "
    f"AND julianday(written) >= julianday({_WRITTEN}, ?2)"
)
"""The statement that finds the first entry of the time before a position: of `-30 seconds`, say, 10,000 at most."""

READ_ONE: Final = f"{_COLUMNS} WHERE position = ?"
"""The statement that reads the entry at a position."""

LAST: Final = f"SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name='{JOURNAL}'"
"""The statement that tells the position of the last entry, also when it is no longer kept."""


class Journal:
    """Writes entries within the transaction under way. Now and then it drops those that are too old."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._until_forgetting = 0

    def add(self, target: Target, id: str, entry: JournalEntry) -> None:
        """Write one entry."""
        now = datetime.now(UTC)
        if self._until_forgetting == 0:
            self._connection.execute(_FORGET, ((now - timedelta(days=DAYS)).isoformat(),))
            self._until_forgetting = _EVERY
        self._until_forgetting -= 1
        self._connection.execute(_ADD, (*target, id, now.isoformat(), _encoded(entry)))


def journaled(position: int, entity: bytes, tenant: bytes, id: bytes, entry: bytes) -> Journaled:
    """The entry that a row of `READ` holds."""
    data = orjson.loads(entry)
    what = JournalEntry(**{**data, "changed": tuple(data["changed"])})
    return Journaled(str(position), Target(entity.decode(), tenant.decode()), id.decode(), what)


def document(found: Journaled) -> FeedDocument:
    """The entry as a change-feed trigger would get it."""
    text = event_text(found.target, found.id, found.entry)
    return {"id": f"~{found.id}:{found.position}", EVENT: text, POSITION: found.position}


def place(position: str) -> int:
    """The number that a position stands for; MalformedRequest when it is none of ours."""
    if not position.isascii() or not position.isdecimal() or len(position) > _LONGEST_POSITION:
        raise MalformedRequest("The position is not one of this store.", hint="Take the position of the last event.")
    return int(position)


def _encoded(entry: JournalEntry) -> str:
    try:
        return orjson.dumps(asdict(entry)).decode()
    except orjson.JSONEncodeError as error:
        raise ValidationError(f"The record cannot be stored as JSON: {error}.") from error
