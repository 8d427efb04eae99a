"""The tables of the local topic: each message once for each topic subscription, and what is first in each session.

Everything here runs within a transaction that somebody else began. Text comes back as UTF-8 bytes.
"""

# ruff: noqa: S608 - the only names in the statements are those of the tables

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import orjson
from msgspec import Struct

from atakora_data.events.message import TopicMessage

Refusal: TypeAlias = tuple[str, str] | None
"""Why a message is never delivered: a reason in one word, and a description."""

MOST_DELIVERIES: Final = 10
"""A message that was received so often and never completed goes to the dead letters."""

TOO_MANY: Final = ("MaxDeliveryCountExceeded", f"It was received {MOST_DELIVERIES} times and never completed.")

_MESSAGES: Final = '"atakora:topic"'
_SESSIONS: Final = '"atakora:topic:sessions"'
_SUBSCRIPTIONS: Final = '"atakora:topic:subscriptions"'
_KNOWN: Final = '"atakora:topic:known"'

_TABLES: Final = (
    (
        f"CREATE TABLE IF NOT EXISTS {_MESSAGES} (position INTEGER PRIMARY KEY AUTOINCREMENT, "
        "subscription TEXT NOT NULL, session TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, "
        "body BLOB NOT NULL, properties TEXT NOT NULL, enqueued REAL NOT NULL, deliveries INTEGER NOT NULL DEFAULT 0, "
        "reason TEXT, description TEXT)"
    ),
    (f'CREATE INDEX IF NOT EXISTS "topic:order" ON {_MESSAGES}(subscription, session, position) WHERE reason IS NULL'),
    (
        f"CREATE TABLE IF NOT EXISTS {_SESSIONS} (subscription TEXT NOT NULL, session TEXT NOT NULL, "
        "head INTEGER NOT NULL, free REAL NOT NULL DEFAULT 0, lock TEXT NOT NULL DEFAULT '', "
        "PRIMARY KEY (subscription, session)) WITHOUT ROWID"
    ),
    f'CREATE INDEX IF NOT EXISTS "topic:heads" ON {_SESSIONS}(subscription, head)',
    f"CREATE TABLE IF NOT EXISTS {_SUBSCRIPTIONS} (name TEXT PRIMARY KEY) WITHOUT ROWID",
    f"CREATE TABLE IF NOT EXISTS {_KNOWN} (id TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID",
    f'CREATE INDEX IF NOT EXISTS "topic:until" ON {_KNOWN}(until)',
)

_SUBSCRIBE: Final = f"INSERT OR IGNORE INTO {_SUBSCRIPTIONS}(name) VALUES(?)"
_SUBSCRIBED: Final = f"SELECT name FROM {_SUBSCRIPTIONS}"
_EXPIRE: Final = f"DELETE FROM {_MESSAGES} WHERE enqueued < ?"
_BEHEAD: Final = f"DELETE FROM {_SESSIONS} WHERE head NOT IN (SELECT position FROM {_MESSAGES})"
_CROWN: Final = (
    f"INSERT OR IGNORE INTO {_SESSIONS}(subscription, session, head) "
    f"SELECT subscription, session, min(position) FROM {_MESSAGES} WHERE reason IS NULL GROUP BY subscription, session"
)
_FORGET: Final = f"DELETE FROM {_KNOWN} WHERE until <= ?"
_KNOW: Final = f"INSERT OR IGNORE INTO {_KNOWN}(id, until) VALUES(?, ?)"
_ADD: Final = (
    f"INSERT INTO {_MESSAGES}(subscription, session, id, subject, body, properties, enqueued, reason, description) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_QUEUE: Final = f"INSERT OR IGNORE INTO {_SESSIONS}(subscription, session, head) VALUES(?, ?, ?)"
_FREE: Final = f"SELECT session, head FROM {_SESSIONS} WHERE subscription=? AND free <= ? ORDER BY head LIMIT ?"
_LOCK: Final = f"UPDATE {_SESSIONS} SET free=?, lock=? WHERE subscription=? AND session=?"
_COUNT: Final = (
    f"UPDATE {_MESSAGES} SET deliveries=deliveries+1 WHERE position=? "
    "RETURNING id, subject, body, properties, enqueued, deliveries"
)
_HELD: Final = f"SELECT 1 FROM {_SESSIONS} WHERE subscription=? AND session=? AND lock=?"
_REMOVE: Final = f"DELETE FROM {_MESSAGES} WHERE position=?"
_BURY: Final = f"UPDATE {_MESSAGES} SET reason=?, description=? WHERE position=?"
_NEXT: Final = f"SELECT min(position) FROM {_MESSAGES} WHERE subscription=? AND session=? AND reason IS NULL"
_LEAD: Final = f"UPDATE {_SESSIONS} SET head=?, free=0, lock='' WHERE subscription=? AND session=?"
_END: Final = f"DELETE FROM {_SESSIONS} WHERE subscription=? AND session=?"

EARLIEST: Final = f"SELECT min(free) FROM {_SESSIONS} WHERE subscription=?"
"""The statement that tells when the next message is free to be received; null when there is none."""

DEAD: Final = (
    "SELECT id, session, subject, body, properties, deliveries, reason, description "
    f"FROM {_MESSAGES} WHERE subscription=? AND reason IS NOT NULL ORDER BY position LIMIT ?"
)
"""The statement that reads dead letters."""


class Received(Struct, frozen=True):
    """A message that nobody else gets before its lock ends, nor any other one of its session.

    deliveries: how often it was received, this time included. enqueued, locked_until: seconds since 1970.
    """

    subscription: str
    position: int
    message: TopicMessage
    deliveries: int
    enqueued: float
    locked_until: float
    lock: str


class DeadLetter(Struct, frozen=True):
    """A message that is not delivered any more, and why."""

    message: TopicMessage
    deliveries: int
    reason: str
    description: str


def make(connection: sqlite3.Connection) -> None:
    """Make the tables where they are missing."""
    for statement in _TABLES:
        connection.execute(statement)


def subscribe(connection: sqlite3.Connection, name: str, oldest: float) -> None:
    """Keep messages for this subscription from now on, and drop all that are older than a moment."""
    connection.execute(_SUBSCRIBE, (name,))
    connection.execute(_EXPIRE, (oldest,))
    connection.execute(_BEHEAD)
    connection.execute(_CROWN)


def add(
    connection: sqlite3.Connection,
    messages: Iterable[tuple[TopicMessage, Refusal]],
    now: float,
    known_until: float,
) -> None:
    """Enqueue the messages that are not known yet, each with why it is never delivered, if it is not."""
    connection.execute(_FORGET, (now,))
    names = [name.decode() for (name,) in connection.execute(_SUBSCRIBED)]
    for each, refusal in messages:
        if connection.execute(_KNOW, (each.message_id, known_until)).rowcount:
            for name in names:
                _enqueue(connection, name, each, now, refusal)


def take(
    connection: sqlite3.Connection, subscription: str, limit: int, now: float, locked_until: float
) -> list[Received]:
    """Lock the first messages of so many sessions that are free, the one that waits longest first."""
    free = connection.execute(_FREE, (subscription, now, limit)).fetchall()
    taken = (_take_one(connection, subscription, session.decode(), head, locked_until) for session, head in free)
    return [each for each in taken if each is not None]


def complete(connection: sqlite3.Connection, received: Received) -> bool:
    """Remove the message; False when the lock was lost, and the message is received again or has been."""
    if not _is_held(connection, received):
        return False
    connection.execute(_REMOVE, (received.position,))
    _go_on(connection, received.subscription, received.message.session_id)
    return True


def abandon(connection: sqlite3.Connection, received: Received, free: float) -> bool:
    """Let the message be received again from a moment on; at the last delivery it goes to the dead letters."""
    if received.deliveries >= MOST_DELIVERIES:
        return bury(connection, received, *TOO_MANY)
    if not _is_held(connection, received):
        return False
    connection.execute(_LOCK, (free, "", received.subscription, received.message.session_id))
    return True


def bury(connection: sqlite3.Connection, received: Received, reason: str, description: str) -> bool:
    """Put the message among the dead letters; False when the lock was lost."""
    if not _is_held(connection, received):
        return False
    _bury(connection, received.subscription, received.message.session_id, received.position, (reason, description))
    return True


def renew(connection: sqlite3.Connection, received: Iterable[Received], locked_until: float) -> None:
    """Hold the locks that are still held for longer."""
    for each in received:
        if _is_held(connection, each):
            connection.execute(_LOCK, (locked_until, each.lock, each.subscription, each.message.session_id))


def dead_letter(row: tuple[Any, ...]) -> DeadLetter:
    """What a row of `DEAD` tells."""
    id, session, subject, body, properties, deliveries, reason, description = row
    message = TopicMessage(id.decode(), session.decode(), subject.decode(), body, orjson.loads(properties))
    return DeadLetter(message, deliveries, reason.decode(), description.decode())


def _enqueue(
    connection: sqlite3.Connection,
    subscription: str,
    message: TopicMessage,
    now: float,
    refusal: Refusal,
) -> None:
    id, session, subject, body, properties = message
    row = (subscription, session, id, subject, body, orjson.dumps(properties).decode(), now, *(refusal or (None, None)))
    position = connection.execute(_ADD, row).lastrowid
    if refusal is None:
        connection.execute(_QUEUE, (subscription, session, position))


def _take_one(
    connection: sqlite3.Connection, subscription: str, session: str, head: int, locked_until: float
) -> Received | None:
    id, subject, body, properties, enqueued, deliveries = connection.execute(_COUNT, (head,)).fetchone()
    if deliveries > MOST_DELIVERIES:  # whoever received it the last time ended without a word
        _bury(connection, subscription, session, head, TOO_MANY)
        return None
    lock = secrets.token_hex(16)
    connection.execute(_LOCK, (locked_until, lock, subscription, session))
    message = TopicMessage(id.decode(), session, subject.decode(), body, orjson.loads(properties))
    return Received(subscription, head, message, deliveries, enqueued, locked_until, lock)


def _is_held(connection: sqlite3.Connection, received: Received) -> bool:
    held = (received.subscription, received.message.session_id, received.lock)
    return connection.execute(_HELD, held).fetchone() is not None


def _bury(connection: sqlite3.Connection, subscription: str, session: str, position: int, why: tuple[str, str]) -> None:
    connection.execute(_BURY, (*why, position))
    _go_on(connection, subscription, session)


def _go_on(connection: sqlite3.Connection, subscription: str, session: str) -> None:
    """Let the next message of the session be received, or forget the session."""
    [head] = connection.execute(_NEXT, (subscription, session)).fetchone()
    if head is None:
        connection.execute(_END, (subscription, session))
    else:
        connection.execute(_LEAD, (head, subscription, session))
