"""Questions that cross relations, for stores that cannot join: the inner questions are asked first.

A `Some` becomes a list: the records that match it are read, innermost first, and the values by which they are linked
take its place. An order over hops is made in memory, of all records that match. Both are bounded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

from msgspec.structs import replace

from atakora_data.errors import QueryTooExpensive
from atakora_data.query.aggregate import Aggregation
from atakora_data.query.evaluate import reader
from atakora_data.query.filter import (
    EVERYTHING,
    NOTHING,
    And,
    Compare,
    FieldRef,
    Filter,
    Link,
    Not,
    Operator,
    Or,
    Some,
    all_of,
    any_of,
    negate,
    somes,
)
from atakora_data.query.page import Hop, Order, OrderKey, Position, Query
from atakora_data.query.sort import run
from atakora_data.storage.port import Record

LONGEST_LIST = 1_000
"""How many values one list of a resolved filter has, and how many records one question to the store answers."""

MOST_RECORDS = 5_000
"""How many related records one question of a caller may read in all."""

Select: TypeAlias = Callable[[str, Query], Awaitable[list[Record]]]
"""A page of the records of an entity, in the tenant of the question; nothing in it crosses relations."""


def crosses(*parts: Filter | FieldRef | OrderKey) -> bool:
    """Whether any of these asks of related records."""
    return any(_crosses(part) for part in parts)


def _crosses(part: Filter | FieldRef | OrderKey) -> bool:
    match part:
        case OrderKey(field, _, via):
            return bool(via) or _crosses(field)
        case FieldRef():
            return part.guard is not None and _crosses(part.guard)
    return any(True for _ in somes(part))


class Resolver:
    """Resolves one question. keys: the primary keys, by entity."""

    def __init__(self, select: Select, keys: Mapping[str, FieldRef]) -> None:
        self._select = select
        self._keys = keys
        self._left = MOST_RECORDS

    async def filter(self, item: Filter) -> Filter:
        """The filter with lists in place of what it asks of related records."""
        match item:
            case And(items):
                return all_of(*[await self.filter(each) for each in items])
            case Or(items):
                return any_of(*[await self.filter(each) for each in items])
            case Not(inner):
                return negate(await self.filter(inner))
            case Compare(field):
                return item if field.guard is None else replace(item, field=await self.field(field))
            case Some():
                return await self._some(item)

    async def field(self, field: FieldRef) -> FieldRef:
        """The field, its guard resolved."""
        return field if field.guard is None else replace(field, guard=await self.filter(field.guard))

    async def query(self, query: Query, filter: Filter) -> Query:
        """The query with its filter resolved already, and no key that hops."""
        order = tuple([OrderKey(await self.field(key.field), key.descending) for key in query.order])
        return Query(filter, order, query.limit, query.after)

    async def aggregation(self, aggregation: Aggregation) -> Aggregation:
        """The aggregation, its filter and fields resolved."""
        measures = [
            each if each.field is None else replace(each, field=await self.field(each.field))
            for each in aggregation.measures
        ]
        groups = [await self.field(field) for field in aggregation.groups]
        filter = await self.filter(aggregation.filter)
        return replace(aggregation, filter=filter, measures=tuple(measures), groups=tuple(groups))

    async def read(self, entity: str, filter: Filter) -> list[Record]:
        """All records that match the resolved filter; QueryTooExpensive when that makes too many."""
        order, found, after = (OrderKey(self._keys[entity]),), list[Record](), None
        while filter != NOTHING:
            page = await self._select(entity, Query(filter, order, LONGEST_LIST, after))
            found += page
            self._spend(len(page))
            if len(page) < LONGEST_LIST:
                break
            after = (page[-1]["id"],)
        return found

    async def read_linked(self, entity: str, field: FieldRef, values: Iterable[Any], filter: Filter) -> list[Record]:
        """All records whose field has one of the values and that match; field and filter are resolved."""
        return [
            record for part in _parts(values) for record in await self.read(entity, all_of(filter, among(field, part)))
        ]

    async def sorting(self, order: Order, records: Sequence[Record]) -> Sorting:
        """How records, of which these are all, are ordered."""
        world: dict[str, list[Record]] = {}
        return Sorting(tuple([await self._key(key, records, world) for key in order]), world)

    async def _some(self, asked: Some) -> Filter:
        link, remote = asked.link, asked.link.remote.unguarded
        wanted = all_of(await self.filter(asked.filter), await self.seen(link.remote), present(remote))
        values = valued(remote, await self.read(link.target, wanted))
        local = await self.field(link.local)
        return any_of(*(among(local, part) for part in _parts(values)))

    async def _key(self, key: OrderKey, records: Sequence[Record], world: dict[str, list[Record]]) -> OrderKey:
        """The key over hops to what was read for it: `world` holds that under a name of its own for each hop."""
        via, here = list[Hop](), records
        for hop in key.via:
            local, remote = await self.field(hop.link.local), hop.link.remote.unguarded
            filter = all_of(await self.filter(hop.filter), await self.seen(hop.link.remote))
            here = await self.read_linked(hop.link.target, remote, valued(local, here), filter)
            name = f"{hop.link.target} {len(world)}"
            world[name] = list(here)
            via.append(Hop(Link(name, local, remote)))
        return OrderKey(await self.field(key.field), key.descending, tuple(via))

    async def seen(self, field: FieldRef) -> Filter:
        """Of which records the field is not hidden."""
        return EVERYTHING if field.guard is None else await self.filter(field.guard)

    def _spend(self, records: int) -> None:
        self._left -= records
        if self._left < 0:
            raise QueryTooExpensive(
                f"The question goes through more than {MOST_RECORDS} related records.",
                hint="Narrow the conditions on related records, order by a field of the record, or ask in steps.",
            )


class Sorting:
    """An order in memory, with the related records that it goes by."""

    def __init__(self, order: Order, world: Mapping[str, list[Record]]) -> None:
        self._order = order
        self._world = world

    def page(self, records: Iterable[Record], limit: int, after: Position | None) -> list[Record]:
        """The first of the records after the position."""
        return cast("list[Record]", run(Query(EVERYTHING, self._order, limit, after), records, self._world))


def present(field: FieldRef) -> Filter:
    """That the field is not null."""
    return negate(Compare(field, Operator.IS_NULL, value=True))


def valued(field: FieldRef, records: Iterable[Record]) -> list[Any]:
    """The values of a resolved field, without duplicates and null."""
    value = reader(field)
    return [each for each in dict.fromkeys(map(value, records)) if each is not None]


def among(field: FieldRef, values: tuple[Any, ...]) -> Filter:
    """That the field has one of the values."""
    return Compare(field, Operator.IN, values)


def _parts(values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    whole = tuple(values)
    return (whole[start : start + LONGEST_LIST] for start in range(0, len(whole), LONGEST_LIST))
