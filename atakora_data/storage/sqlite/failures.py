"""What goes wrong in SQLite, as errors of the store port: no error of the engine leaves the adapter."""

from __future__ import annotations

import re
import sqlite3
from typing import NamedTuple

from atakora_data.errors import (
    AlreadyExists,
    BodyTooLarge,
    MalformedRequest,
    QueryTooExpensive,
    RequestError,
    StoreUnavailable,
    UniqueViolation,
)
from atakora_data.storage.sqlite.indexes import unique_fields


class _Failure(NamedTuple):
    detail: str
    hint: str


_DAMAGED = _Failure(
    "The database file is damaged, or is no database.",
    "Restore the file from a backup, or name another one in ATAKORA_DATA.",
)
_LOCKED = _Failure(
    "The database is locked by another process.",
    "Try again; if it lasts, stop the process that holds the file.",
)
_READONLY = _Failure("The database cannot be written.", "Let the app write to the file and to the folder it lies in.")
_INTERRUPTED = _Failure("The operation was interrupted.", "Try again.")
_FAILURES = {
    sqlite3.SQLITE_PERM: _READONLY,
    sqlite3.SQLITE_ABORT: _INTERRUPTED,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_NOMEM: _Failure("The store is out of memory.", "Give the app more memory."),
    sqlite3.SQLITE_READONLY: _READONLY,
    sqlite3.SQLITE_INTERRUPT: _INTERRUPTED,
    sqlite3.SQLITE_IOERR: _Failure("The disk failed to read or write.", "Check the disk and its file system."),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_FULL: _Failure("The disk is full.", "Free some space, then try again."),
    sqlite3.SQLITE_CANTOPEN: _Failure(
        "The database file cannot be opened.", "Check that ATAKORA_DATA names a file in a folder the app may write to."
    ),
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_UNKNOWN = _Failure("The store failed.", "Try again; if it lasts, check the database file: PRAGMA integrity_check.")
_LIMITS = ("parser stack overflow", "Expression tree is too large", "too many SQL variables", "too many terms")
_INDEX = re.compile(r"index '(.+)'")


def closed() -> StoreUnavailable:
    """The error of a store that was not started, or has stopped."""
    return StoreUnavailable("The store is closed.", hint="Start it first.")


def mapped(error: Exception) -> RequestError:
    """The port's error for one that the engine, the binding of a value to it, or the file system, raised."""
    if isinstance(error, OverflowError | UnicodeEncodeError):
        return MalformedRequest("A value cannot be stored: a whole number beyond 64 bits, or text that is no Unicode.")
    unknown = sqlite3.SQLITE_CANTOPEN if isinstance(error, OSError) else sqlite3.SQLITE_ERROR
    primary = getattr(error, "sqlite_errorcode", unknown) & 0xFF
    if primary == sqlite3.SQLITE_TOOBIG:
        return BodyTooLarge("The record is larger than the store can hold.", hint="Split it.")
    if any(limit in str(error) for limit in _LIMITS):
        return QueryTooExpensive("The filter is larger than the store can take.", hint="Use fewer conditions.")
    detail, hint = _FAILURES.get(primary, _UNKNOWN)
    return StoreUnavailable(detail, hint=hint)


def violated(error: sqlite3.IntegrityError) -> RequestError | None:
    """What unique field or pair of them the error is about, None when it is about something else."""
    found = _INDEX.search(str(error))
    match unique_fields(found[1]) if found else None:
        case (entity, (field,)):
            return UniqueViolation(entity, field)
        case (entity, fields):
            detail = f"Another {entity} links the same records: it has the same {' and '.join(fields)}."
            return AlreadyExists(detail, hint="Two records are linked once: change the link that there is.")
    return None
