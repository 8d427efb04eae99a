"""Reads pages: always full, however many records the rules hide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from msgspec import Struct
from msgspec.structs import replace

from atakora_data.authorization.access import Access
from atakora_data.errors import QueryTooExpensive
from atakora_data.query.page import OrderKey, Query
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.service.related import position_of
from atakora_data.storage.port import EntityStore, Record, Target

SCAN_BUDGET = 2000
"""How many records a list whose rule is a function may read to fill one page, or to count."""

_SCAN_BATCH = 100


class Slice(Struct, frozen=True):
    """Records of one page. resume: the record after which to go on when more may follow, None at the end.

    It is the last of the page, except where the budget was spent: then it may be one that the caller may not read.
    """

    records: list[Record]
    resume: Record | None


class StoredSlice(Struct, frozen=True):
    """As `Slice`, with records by id, as JSON text where the store has them so."""

    records: dict[str, Record | bytes]
    resume: Record | None


async def read_page(store: EntityStore, target: Target, access: Access, query: Query, custom: Any) -> Slice:
    """One page of the query, whose filter carries the row rule already."""
    if access.is_exact(Operation.READ):
        found = await store.select(target, replace(query, limit=query.limit + 1))
        return cut(found, query.limit)
    return await _scan(store, target, access, query, custom)


async def read_stored_page(store: EntityStore, target: Target, query: Query) -> StoredSlice:
    """As `read_page` where the rule is exact, with records as the store has them."""
    found = await store.select_stored(target, replace(query, limit=query.limit + 1))
    if len(found) <= query.limit:
        return StoredSlice(found, None)
    found.popitem()
    last = found[next(reversed(found))]
    return StoredSlice(found, orjson.loads(last) if isinstance(last, bytes) else last)


def cut(found: list[Record], limit: int) -> Slice:
    """A page out of one record more than was asked for."""
    if len(found) <= limit:
        return Slice(found, None)
    del found[limit:]
    return Slice(found, found[-1])


async def _scan(store: EntityStore, target: Target, access: Access, query: Query, custom: Any) -> Slice:
    """Read on until the page is full, the records end, or the budget is spent; then the page says where to go on."""
    allowed: list[Record] = []
    after, read = query.after, 0
    while read < SCAN_BUDGET:
        batch = await store.select(target, replace(query, limit=_SCAN_BATCH, after=after))
        for record in batch:
            if await access.allows(Operation.READ, record, custom):
                if len(allowed) == query.limit:
                    return Slice(allowed, allowed[-1])
                allowed.append(record)
        if len(batch) < _SCAN_BATCH:
            return Slice(allowed, None)
        read += len(batch)
        after = await position_of(store, target.tenant, query.order, batch[-1])
    return Slice(allowed, batch[-1])


async def count(
    store: EntityStore, target: Target, access: Access, query: Query, entity: EntityModel, custom: Any
) -> int:
    """How many records the caller may read of those that match."""
    if access.is_exact(Operation.READ):
        return await store.count(target, query.filter)
    order = (OrderKey(entity.primary_key.ref()),)
    scan = Query(query.filter, order, SCAN_BUDGET + 1)
    records = await store.select(target, scan)
    require_within_budget(records, f"Counting {entity.name}", "Narrow the filter, or leave out the count.")
    return sum([await access.allows(Operation.READ, record, custom) for record in records])


def require_within_budget(candidates: Sequence[Record], purpose: str, hint: str = "Narrow the filter.") -> None:
    """Raise QueryTooExpensive when there are more candidates than a rule which is a function may be asked about."""
    if len(candidates) > SCAN_BUDGET:
        raise QueryTooExpensive(
            f"{purpose} reads every candidate, because a rule is a function; the budget is {SCAN_BUDGET}.", hint=hint
        )
