"""What a group of subscribers sees of a change: judged by the rules of now, on the record as it was and as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from atakora_data.authorization.relatives import crosses, holds, surely_holds
from atakora_data.query.evaluate import matches
from atakora_data.query.filter import Filter
from atakora_data.realtime.change import RecordChange
from atakora_data.realtime.groups import Group
from atakora_data.realtime.port import GraphQLSubscriptions
from atakora_data.service.commands import ALL
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService
from atakora_data.service.related import StoredRelatives
from atakora_data.storage.port import EntityStore, Record

Payload = dict[str, Any]
"""A GraphQL response: `{data, errors?, extensions?}`."""


class Views(Struct, frozen=True):
    """Makes payloads. graphql: makes the runner of documents when one is met."""

    service: EntityService
    store: EntityStore
    graphql: Callable[[], GraphQLSubscriptions]

    async def payload(self, group: Group, change: RecordChange) -> Payload | None:
        """What the members of the group are told of the change; None when it is none of theirs."""
        if change.event.is_whole:
            return await self._judged(group, change)
        return await self._truncated(group, change) if group.sees_all else None

    async def _judged(self, group: Group, change: RecordChange) -> Payload | None:
        """What the rules of now and the filter leave of a change whose record is known."""
        operation, operations = change.event.entry.operation, group.first.operations
        if change.after is not None and await self._sees(group, change, change.after):
            return await self._told(group, change, change.after) if operation in operations else None
        if change.before is None or not operations & {"updated", "deleted"}:
            return None
        if operation == "deleted" and "deleted" not in operations:
            return None
        if not await self._sees(group, change, change.before):
            return None
        if operation == "deleted":
            return await self._told(group, change, change.before)
        return await self._gone(group, change)

    async def _sees(self, group: Group, change: RecordChange, record: Record) -> bool:
        """Whether the members may read the record, and ask for it."""
        context = group.context
        if not await self.service.may_read(change.event.target.entity, record, context):
            return False
        return await self._matches(change.event.target.entity, group.filter, record, context)

    async def _matches(self, entity: str, filter: Filter, record: Record, context: RequestContext) -> bool:
        if not crosses(filter):
            return matches(filter, record)
        relatives = StoredRelatives(self.store, context.tenant)
        if not await holds(filter, record, relatives):
            return False
        return not await self.service.is_gone(entity, record, context) or await surely_holds(filter, record, relatives)

    async def _told(self, group: Group, change: RecordChange, record: Record) -> Payload:
        """The change with the record as the members may see it."""
        first, context, event = group.first, group.context, change.event
        if first.query is not None:
            return await self.graphql().run(first.query, first.variables, record, context)
        shown = await self.service.present(event.target.entity, record, ALL, context)
        return {
            "data": {
                "operation": event.entry.operation,
                "entityType": event.target.entity,
                "record": shown,
                "changedFields": [name for name in event.entry.changed if name in shown],
                "version": event.entry.version,
                "timestamp": event.entry.at,
            }
        }

    async def _gone(self, group: Group, change: RecordChange) -> Payload:
        """That the record has left what the members see: no more than its id."""
        first, event = group.first, change.event
        if first.query is None:
            told = {"operation": "deleted", "entityType": event.target.entity, "record": {"id": event.id}}
            return {"data": {**told, "timestamp": event.entry.at}}
        nothing = await self.graphql().gone(first.query, first.variables, event.id, group.context)
        return {**nothing, "extensions": {"removed": {"entityType": event.target.entity, "id": event.id}}}

    async def _truncated(self, group: Group, change: RecordChange) -> Payload | None:
        """The change of a record that is not known any more, for members who see every record: no more than its id."""
        first, event = group.first, change.event
        if event.entry.operation not in first.operations:
            return None
        if first.query is None:
            told = {"operation": event.entry.operation, "entityType": event.target.entity, "record": {"id": event.id}}
            entry = {"changedFields": [], "version": event.entry.version, "timestamp": event.entry.at}
            return {"data": {**told, **entry, "isTruncated": True}}
        nothing = await self.graphql().gone(first.query, first.variables, event.id, group.context)
        return {**nothing, "extensions": {"truncated": {"entityType": event.target.entity, "id": event.id}}}
