"""What an event did to a record: how the record was, and how it is."""

from __future__ import annotations

import logging

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.events.event import EntityEvent
from atakora_data.storage.feed import Journal
from atakora_data.storage.port import EntityStore, JournalEntry, Record

_log = logging.getLogger(__name__)


class RecordChange(Struct, frozen=True):
    """One event with both states of its record. before: None when it was created. after: None when it was deleted.

    Of an event that is not whole both are None: nobody knows its record any more.
    """

    event: EntityEvent
    before: Record | None
    after: Record | None

    @classmethod
    def of(cls, event: EntityEvent) -> RecordChange:
        """The change that an event tells."""
        record = event.entry.record
        if not event.is_whole:
            return cls(event, None, None)
        match event.entry.operation:
            case "created":
                return cls(event, None, record)
            case "deleted":
                return cls(event, record, None)
        return cls(event, {**record, **event.entry.before}, record)


async def completed(event: EntityEvent, journal: Journal, store: EntityStore) -> EntityEvent:
    """The event with the record that its message was too small for: of the journal, else as it is now, if it is known.

    StoreUnavailable: it cannot be looked up now.
    """
    if event.is_whole:
        return event
    entry = await journal.entry(event.target, event.id, event.entry.version, event.position)
    entry = await _of_now(event, store) if entry is None else entry
    if entry is None:
        _log.error(
            "The record of %s is not kept any more: it is told with the id alone.",
            event.message_id,
            extra={"tenant": event.target.tenant},
        )
        return event
    return replace(event, entry=entry, is_whole=True)


async def _of_now(event: EntityEvent, store: EntityStore) -> JournalEntry | None:
    """The entry with the record as it is stored, unless it is gone or another one than that which was changed."""
    found = await store.get(event.target, event.id)
    if found is None or event.entry.operation == "deleted" or found.record["_version"] < event.entry.version:
        return None
    return replace(event.entry, record={name: value for name, value in found.record.items() if name != "_etag"})
