"""What the journal says of a change."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from atakora_data.storage.port import Change, Insert, JournalEntry, Record, Remove, Replace

CREATED, UPDATED, DELETED = "created", "updated", "deleted"
"""The operations of entries."""

_BOOKKEEPING = frozenset({"_etag", "_version"})


def journaling(change: Change, before: Record | None, who: str | None) -> Change:
    """The change with its entry. before: the record that it alters or removes."""
    match change:
        case Insert(record=record):
            return replace(change, journal=_entry(CREATED, record, {}, _moment(change), who))
        case Replace(record=record):
            return replace(change, journal=_entry(UPDATED, record, before or {}, _moment(change), who))
        case Remove() if before is not None:
            return replace(change, journal=_last(before, who))
    return change


def _entry(operation: str, record: Record, before: Record, at: str, who: str | None) -> JournalEntry:
    changed = tuple(name for name, value in record.items() if name not in _BOOKKEEPING and before.get(name) != value)
    was = {name: before.get(name) for name in changed} if before else {}
    return JournalEntry(operation, int(record["_version"]), at, who, changed, _shown(record), was)


def _last(record: Record, who: str | None) -> JournalEntry:
    return JournalEntry(DELETED, int(record["_version"]) + 1, now(), who, (), _shown(record))


def _shown(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "_etag"}


def _moment(change: Insert | Replace) -> str:
    return str(change.metadata["updatedAt"])


def now() -> str:
    """The moment, in UTC with microseconds, as text that orders as time does."""
    return datetime.now(UTC).isoformat("T", "microseconds").replace("+00:00", "Z")
