"""Asks Cosmos DB: point reads, and queries of one logical partition, of several, or of all of a container."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from msgspec import Struct

from atakora_data.errors import NotFound
from atakora_data.storage.charges import may_refuse, require_budget
from atakora_data.storage.cosmos.documents import CosmosDocument
from atakora_data.storage.cosmos.lookup import ContainerSource, sdk_key
from atakora_data.storage.cosmos.placement import PartitionKey, Placement
from atakora_data.storage.cosmos.retrying import patiently

MOST_AT_ONCE: Final = 8
"""How many requests one question sends side by side."""

_LARGEST_PAGE: Final = 1000
_ACROSS: Final = {"x-ms-documentdb-query-enablecrosspartition": "True"}

_T = TypeVar("_T")
_Where: TypeAlias = Mapping[str, Any]


class Ask(Struct, frozen=True):
    """A query. key: the values of the partition key that all have that can match, or the first of them, maybe none.

    most: how many results are expected at most, of each part of the container. is_lookup: it is for records by their
    ids, which goes through all parts where no id tells the part, whatever is declared.
    """

    entity: str
    text: str
    parameters: list[dict[str, Any]]
    key: PartitionKey
    most: int
    is_lookup: bool = False


class Asking:
    """Sends questions, again where that may help; no error of the SDK leaves it."""

    def __init__(self, containers: ContainerSource, placements: Mapping[str, Placement]) -> None:
        self._containers = containers
        self._placements = placements

    async def read(self, entity: str, key: PartitionKey, id: str) -> CosmosDocument | None:
        """The document with this id in the logical partition: one point read."""
        require_budget()

        async def read() -> CosmosDocument:
            container = await self._containers.of(entity)
            document: CosmosDocument = await container.read_item(id, partition_key=self._key(entity, key))
            return document

        try:
            return await patiently(read)
        except NotFound:
            return None

    async def read_many(self, entity: str, places: Sequence[tuple[str, PartitionKey]]) -> list[CosmosDocument]:
        """The documents with these ids in their logical partitions, in no order; no two of them have the same id."""
        require_budget()

        async def read() -> list[CosmosDocument]:
            container = await self._containers.of(entity)
            return list(await container.read_items([(id, self._key(entity, key)) for id, key in places]))

        return await patiently(read)

    async def query(self, ask: Ask) -> list[Any]:
        """All results, part after part: of several parts each has its own order and its own TOP."""
        parts = await side_by_side([self._part(ask, where) for where in await self._parts(ask)])
        return parts[0] if len(parts) == 1 else [each for part in parts for each in part]

    async def _part(self, ask: Ask, where: _Where) -> list[Any]:
        require_budget()

        async def query() -> list[Any]:
            container = await self._containers.of(ask.entity)
            size = min(ask.most, _LARGEST_PAGE)
            found = container.query_items(ask.text, parameters=ask.parameters, max_item_count=size, **where)
            return [each async for each in found]

        return await patiently(query)

    async def _parts(self, ask: Ask) -> list[_Where]:
        """What tells the SDK the part. The SDK's own way across partitions asks in vain first, and for a plan then."""
        if ask.key:
            return [{"partition_key": self._key(ask.entity, ask.key)}]
        if not ask.is_lookup and may_refuse():
            self._placements[ask.entity].require_crossing()

        async def ranges() -> list[_Where]:
            container = await self._containers.of(ask.entity)
            return [{"feed_range": each, "headers": _ACROSS} async for each in container.read_feed_ranges()]

        return await patiently(ranges)

    def _key(self, entity: str, key: PartitionKey) -> Any:
        """The key as the SDK takes it, or as much of it as is known."""
        return list(key) if len(self._placements[entity].paths) > 1 else sdk_key(key)


async def side_by_side(calls: Iterable[Awaitable[_T]]) -> list[_T]:
    """What the calls answer, in their order; at most `MOST_AT_ONCE` run at a time, and none after one has failed."""
    waiting = list(calls)
    if len(waiting) == 1:
        return [await waiting[0]]
    gate = asyncio.Semaphore(MOST_AT_ONCE)

    async def run(call: Awaitable[_T]) -> _T:
        async with gate:
            return await call

    tasks = [asyncio.ensure_future(run(call)) for call in waiting]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
