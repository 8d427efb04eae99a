"""The store for Azure Cosmos DB: the records of an entity are documents of a container."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from atakora_data.query.aggregate import Aggregation, Row
from atakora_data.query.filter import EVERYTHING, Filter
from atakora_data.query.page import Query
from atakora_data.registry.registry import Registry
from atakora_data.storage.charges import finishing
from atakora_data.storage.cosmos.keeping import keeping
from atakora_data.storage.cosmos.lookup import ContainerSource
from atakora_data.storage.cosmos.reader import Reader
from atakora_data.storage.cosmos.state import CosmosStateStore, StateContainers
from atakora_data.storage.cosmos.writer import CosmosWriter
from atakora_data.storage.port import Change, Children, Document, Keep, Linked, Record, Target


class Containers(ContainerSource, StateContainers, Protocol):
    """What connects, at the first question."""

    async def close(self) -> None:
        """Close the connections; may be called twice."""


class CosmosEntityStore:
    """An `EntityStore` in Azure Cosmos DB that is never asked across relations: `StepwiseStore` goes around it.

    Nothing connects before the first question.
    """

    def __init__(self, registry: Registry, containers: Containers) -> None:
        self._containers = containers
        self._reader = Reader(registry, containers)
        self._writer = CosmosWriter(registry, containers, self._reader.select)

    async def start(self) -> None:
        """Nothing: what the first question needs is made ready by it."""

    async def stop(self) -> None:
        """Close the connections."""
        await self._containers.close()

    async def get(self, target: Target, id: str) -> Document | None:
        """The record with this id, by one point read where the id tells the partition."""
        return await self._reader.get(target, id)

    async def get_many(self, target: Target, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids, by id."""
        return await self._reader.get_many(target, ids)

    async def select(self, target: Target, query: Query) -> list[Record]:
        """One page of the query."""
        return await self._reader.select(target, query)

    async def select_stored(self, target: Target, query: Query) -> dict[str, Record | bytes]:
        """One page of the query by id; the server's text is never the record's."""
        return {record["id"]: record for record in await self._reader.select(target, query)}

    async def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """One page for each parent, mostly in one request."""
        return await self._reader.select_children(target, children)

    async def select_children_stored(self, target: Target, children: Children) -> dict[str, list[Record] | bytes]:
        """One page for each parent; the server's text is never the record's."""
        return dict(await self._reader.select_children(target, children))

    async def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """How many records each parent has."""
        return await self._reader.count_children(target, children)

    async def select_linked(self, target: Target, children: Children) -> dict[str, list[Linked]]:
        """Never asked: Cosmos DB cannot join."""
        msg = f"Cosmos DB cannot join {target.entity} over {children.junction}: put a StepwiseStore around its store."
        raise TypeError(msg)

    async def count(self, target: Target, filter: Filter = EVERYTHING) -> int:
        """How many records match."""
        return await self._reader.count(target, filter)

    async def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """The results of the aggregation."""
        return await self._reader.aggregate(target, aggregation)

    def statement(self, target: Target, filter: Filter) -> str:
        """How those that match are asked for, values as `@p0`."""
        return self._reader.statement(target, filter)

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """All of the changes or none of them."""
        with finishing():
            keeps = [each for each in changes if isinstance(each, Keep)]
            if keeps:
                return await keeping(CosmosStateStore(self._containers), keeps, changes, self._writer.apply)
            return await self._writer.apply(changes) if changes else []
