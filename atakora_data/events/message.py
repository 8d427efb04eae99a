"""An entity event as a message of the topic, and back."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import orjson

from atakora_data.events.event import EntityEvent
from atakora_data.storage.port import JournalEntry, Target

LARGEST_BODY: Final = 240 * 1024
"""In bytes: a message with its properties may have 256 KB in the standard tier of Service Bus."""


class TopicMessage(NamedTuple):
    """What a topic carries. properties: what filters of topic subscriptions may go by."""

    message_id: str
    session_id: str
    subject: str
    body: bytes
    properties: dict[str, str]


def to_message(event: EntityEvent) -> TopicMessage:
    """The message of an event. Of one that is too large the record is left out, but for its id."""
    properties = {
        "tenantId": event.target.tenant,
        "userId": event.entry.by or "",
        "entityType": event.target.entity,
        "operation": event.entry.operation,
    }
    return TopicMessage(event.message_id, event.session_id, event.subject, _fitting(_body(event)), properties)


def from_message(body: bytes) -> EntityEvent:
    """The event that a message's body tells. KeyError, TypeError, ValueError: it is not one that we wrote."""
    told = orjson.loads(body)
    entry = JournalEntry(
        operation=told["operation"],
        version=told["version"],
        at=told["timestamp"],
        by=told["userId"],
        changed=tuple(told["changedFields"]),
        record=told["record"],
        before=told["previous"],
    )
    target = Target(told["entityType"], told["tenantId"])
    return EntityEvent(target, told["id"], entry, told["position"], not told.get("isTruncated", False))


def _body(event: EntityEvent) -> dict[str, Any]:
    entry = event.entry
    return {
        "operation": entry.operation,
        "entityType": event.target.entity,
        "id": event.id,
        "record": entry.record,
        "changedFields": entry.changed,
        "version": entry.version,
        "timestamp": entry.at,
        "tenantId": event.target.tenant,
        "userId": entry.by,
        "position": event.position,
        "previous": entry.before,
    }


def _fitting(body: dict[str, Any]) -> bytes:
    text = orjson.dumps(body)
    if len(text) <= LARGEST_BODY:
        return text
    return orjson.dumps({**body, "record": {"id": body["id"]}, "previous": {}, "isTruncated": True})
