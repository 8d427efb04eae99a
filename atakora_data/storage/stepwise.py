"""A store for engines that cannot join: it answers what crosses relations in several questions to one that need not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import NamedTuple

from msgspec.structs import replace

from atakora_data.query.aggregate import Aggregation, Row
from atakora_data.query.evaluate import read
from atakora_data.query.filter import EVERYTHING, FieldRef, Filter, all_of
from atakora_data.query.page import Query
from atakora_data.registry.registry import Registry
from atakora_data.storage.port import (
    Absent,
    Change,
    Children,
    Document,
    EntityStore,
    Junction,
    Linked,
    Record,
    Target,
)
from atakora_data.storage.resolving import Resolver, crosses, present, valued
from atakora_data.storage.statements import tells


class _Child(NamedTuple):
    """A record, and what links it to its parent, if there is something between."""

    record: Record
    link: Record


class StepwiseStore:
    """An `EntityStore` over one that is never asked across relations, nor over junctions.

    Limits as in `resolving.py`; beyond them it raises QueryTooExpensive. The steps of one question may see different
    moments, and what `Absent` asks of related records is looked up before the changes are made.
    """

    def __init__(self, store: EntityStore, registry: Registry) -> None:
        self._store = store
        self._keys = {model.name: model.primary_key.ref() for model in registry}

    async def start(self) -> None:
        """Open the store."""
        await self._store.start()

    async def stop(self) -> None:
        """Close the store."""
        await self._store.stop()

    async def get(self, target: Target, id: str) -> Document | None:
        """The record with this id."""
        return await self._store.get(target, id)

    async def get_many(self, target: Target, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids."""
        return await self._store.get_many(target, ids)

    async def select(self, target: Target, query: Query) -> list[Record]:
        """One page; for an order over hops all records that match are read."""
        if not _crosses(query):
            return await self._store.select(target, query)
        resolver = self._resolver(target)
        filter = await resolver.filter(query.filter)
        if not _hops(query):
            return await self._store.select(target, await resolver.query(query, filter))
        records = await resolver.read(target.entity, filter)
        sorting = await resolver.sorting(query.order, records)
        return sorting.page(records, query.limit, query.after)

    async def select_stored(self, target: Target, query: Query) -> dict[str, Record | bytes]:
        """One page by id, as it is stored if nothing crosses."""
        if _crosses(query):
            return {record["id"]: record for record in await self.select(target, query)}
        return await self._store.select_stored(target, query)

    async def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """One page for each parent; over a junction, or in an order over hops, all children are read."""
        if children.junction is None and not _hops(children.query):
            return await self._store.select_children(target, await self._resolved(target, children))
        pages = await self._pages(target, children)
        return {parent: [child.record for child in page] for parent, page in pages.items()}

    async def select_children_stored(self, target: Target, children: Children) -> dict[str, list[Record] | bytes]:
        """One page for each parent, as it is stored if nothing is between."""
        if children.junction is None and not _hops(children.query):
            return await self._store.select_children_stored(target, await self._resolved(target, children))
        return dict(await self.select_children(target, children))

    async def select_linked(self, target: Target, children: Children) -> dict[str, list[Linked]]:
        """One page for each parent, each record with its link."""
        pages = await self._pages(target, children)
        return {parent: [Linked(*child) for child in page] for parent, page in pages.items()}

    async def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """How many records each parent has."""
        if children.junction is None:
            return await self._store.count_children(target, await self._resolved(target, children))
        found = await self._children(
            self._resolver(target), target, replace(children, query=Query(children.query.filter))
        )
        return {parent: len(mine) for parent, mine in found.items()}

    async def count(self, target: Target, filter: Filter = EVERYTHING) -> int:
        """How many records match."""
        return await self._store.count(target, await self._resolver(target).filter(filter))

    async def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """The results of the aggregation."""
        return await self._store.aggregate(target, await self._resolver(target).aggregation(aggregation))

    def statement(self, target: Target, filter: Filter) -> str | None:
        """How those that match are asked for; None across relations, where one question follows from another."""
        return self._store.statement(target, filter) if not crosses(filter) and tells(self._store) else None

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """All of the changes or none."""
        return await self._store.apply([await self._settled(change) for change in changes])

    def _resolver(self, target: Target) -> Resolver:
        async def select(entity: str, query: Query) -> list[Record]:
            return await self._store.select(Target(entity, target.tenant), query)

        return Resolver(select, self._keys)

    async def _resolved(self, target: Target, children: Children) -> Children:
        resolver, query = self._resolver(target), children.query
        filter, key = await resolver.filter(query.filter), await resolver.field(children.key)
        return replace(children, key=key, query=await resolver.query(query, filter))

    async def _pages(self, target: Target, children: Children) -> dict[str, list[_Child]]:
        resolver, query = self._resolver(target), children.query
        found = await self._children(resolver, target, children)
        sorting = await resolver.sorting(query.order, [child.record for mine in found.values() for child in mine])
        pages = {}
        for parent, mine in found.items():
            links = {id(child.record): child.link for child in mine}
            page = sorting.page([child.record for child in mine], query.limit, query.after)
            pages[parent] = [_Child(deepcopy(record), links[id(record)]) for record in page]
        return pages

    async def _children(self, resolver: Resolver, target: Target, children: Children) -> dict[str, list[_Child]]:
        """All children of each parent."""
        key, filter = await resolver.field(children.key), await resolver.filter(children.query.filter)
        if children.junction is None:
            records = await resolver.read_linked(target.entity, key, children.values, filter)
            return _grouped((read(key, record), _Child(record, record)) for record in records)
        near, far, links = await self._links(resolver, children.junction, children.values)
        records = await resolver.read_linked(target.entity, key, valued(far, links), filter)
        ends = _grouped((read(key, record), _Child(record, record)) for record in records)
        return _grouped(
            (read(near, link), _Child(child.record, link)) for link in links for child in ends.get(read(far, link), ())
        )

    async def _links(
        self, resolver: Resolver, junction: Junction, parents: Sequence[str]
    ) -> tuple[FieldRef, FieldRef, list[Record]]:
        """The two ends of a junction as fields that ask nothing further, and its records that link the parents."""
        near, far = await resolver.field(junction.near), await resolver.field(junction.far)
        filter = all_of(await resolver.filter(junction.filter), present(far))
        return near, far, await resolver.read_linked(junction.entity, near, parents, filter)

    async def _settled(self, change: Change) -> Change:
        if not isinstance(change, Absent) or not crosses(change.filter):
            return change
        return replace(change, filter=await self._resolver(change.target).filter(change.filter))


def _crosses(query: Query) -> bool:
    return crosses(query.filter, *query.order)


def _hops(query: Query) -> bool:
    return any(key.via for key in query.order)


def _grouped(children: Iterable[tuple[str, _Child]]) -> dict[str, list[_Child]]:
    found: dict[str, list[_Child]] = {}
    for parent, child in children:
        found.setdefault(parent, []).append(child)
    return found
