"""What an event did to a record: how the record was, and how it is."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from atakora_data.events.event import EntityEvent
from atakora_data.storage.feed import Journal
from atakora_data.storage.port import Record

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One event with both states of its record. before: None when it was created. after: None when it was deleted."""

    event: EntityEvent
    before: Record | None
    after: Record | None

    @classmethod
    def of(cls, event: EntityEvent) -> RecordChange:
        """The change that a whole event tells."""
        record = event.entry.record
        match event.entry.operation:
            case "created":
                return cls(event, None, record)
            case "deleted":
                return cls(event, record, None)
        return cls(event, {**record, **event.entry.before}, record)


async def completed(event: EntityEvent, journal: Journal) -> EntityEvent | None:
    """The event with its record, which the journal has if the message was too small for it; None: no longer."""
    if event.is_whole:
        return event
    entry = await journal.entry(event.target, event.id, event.entry.version, event.position)
    if entry is None:
        _log.error("The event %s is told to nobody: the journal does not have its record any more.", event.message_id)
        return None
    return replace(event, entry=entry, is_whole=True)
