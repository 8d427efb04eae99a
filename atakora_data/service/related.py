"""Looks for related records in a store: for rules that cross relations, and for positions in orders that do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from atakora_data.authorization.relatives import crosses, holds
from atakora_data.query.evaluate import read
from atakora_data.query.filter import Compare, FieldRef, Filter, Link, Operator, all_of
from atakora_data.query.page import Hop, Order, OrderKey, Position, Query
from atakora_data.query.sort import position
from atakora_data.storage.port import BY_ID, ID, EntityStore, Record, Target


async def position_of(store: EntityStore, tenant: str, order: Order, record: Record) -> Position:
    """Where the record stands in an order, as the caller sees it; the store is asked only if it crosses relations."""
    if any(key.via or (key.field.guard is not None and crosses(key.field.guard)) for key in order):
        return await StoredRelatives(store, tenant).position(order, record)
    return position(order, record)


class StoredRelatives(Struct, frozen=True):
    """The related records that a store has, in one tenant. It is a `RelatedReader`."""

    store: EntityStore
    tenant: str

    async def exists(self, link: Link, value: Any, filter: Filter) -> bool:
        """Whether the link leads from a record with this value to one that matches the filter."""
        return await self.first(link, value, filter) is not None

    async def first(self, link: Link, value: Any, filter: Filter) -> Record | None:
        """The first record that matches, of those that the link leads to from a record with this value."""
        wanted = all_of(Compare(link.remote, Operator.EQ, value), filter)
        found = await self.store.select(Target(link.target, self.tenant), Query(wanted, BY_ID, 1))
        return found[0] if found else None

    async def matching(self, entity: str, ids: Sequence[str], filter: Filter) -> frozenset[str]:
        """The ids of those records that match, in one round trip."""
        if not ids:
            return frozenset()
        wanted = all_of(Compare(ID, Operator.IN, tuple(ids)), filter)
        found = await self.store.select(Target(entity, self.tenant), Query(wanted, BY_ID, len(ids)))
        return frozenset(record["id"] for record in found)

    async def position(self, order: Order, record: Mapping[str, Any]) -> Position:
        """Where the record stands in an order, as the caller sees it."""
        return tuple([await self._value(key, record) for key in order])

    async def _value(self, key: OrderKey, record: Mapping[str, Any]) -> Any:
        for hop in key.via:
            found = await self._follow(hop, record)
            if found is None:
                return None
            record = found
        return await self._read(key.field, record)

    async def _follow(self, hop: Hop, record: Mapping[str, Any]) -> Record | None:
        value = await self._read(hop.link.local, record)
        return None if value is None else await self.first(hop.link, value, hop.filter)

    async def _read(self, field: FieldRef, record: Mapping[str, Any]) -> Any:
        if field.guard is None:
            return read(field, record)
        if not await holds(field.guard, record, self):
            return None
        return read(field.unguarded, record)
