"""Answers reads: by point reads where id and partition are known, else by as few queries as can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from atakora_data.query.aggregate import Aggregation, Row
from atakora_data.query.filter import Compare, Filter, Operator
from atakora_data.query.page import Query
from atakora_data.registry.registry import Registry
from atakora_data.storage.cosmos.asking import Asking, side_by_side
from atakora_data.storage.cosmos.counting import Counting
from atakora_data.storage.cosmos.documents import CosmosDocument, documents_of
from atakora_data.storage.cosmos.families import Families
from atakora_data.storage.cosmos.lookup import ContainerSource
from atakora_data.storage.cosmos.ordering import Orders
from atakora_data.storage.cosmos.paging import Pages
from atakora_data.storage.cosmos.scope import Scope
from atakora_data.storage.port import BY_ID, ID, Children, Document, Record, Target

_MOST_IDS: Final = 1000


class Reader:
    """Reads the records of all entities. What depends on an entity only is made ready once."""

    def __init__(self, registry: Registry, containers: ContainerSource) -> None:
        self._documents = documents_of(registry)
        placements = {name: each.placement for name, each in self._documents.items()}
        self._asking = Asking(containers, placements)
        orders = {model.name: Orders(model) for model in registry}
        self._pages = Pages(self._asking, self._documents, orders)
        self._counting = Counting(self._asking, self._documents)
        self._families = Families(self._pages, self._counting)

    async def get(self, target: Target, id: str) -> Document | None:
        """The record with this id."""
        documents = self._documents[target.entity]
        if not documents.can_hold(target, id):
            return None
        key = documents.placement.partition(target, id)
        if not documents.placement.is_whole(key):
            found = await self._found(target, [id])
            return documents.decode(target, found[0]) if found else None
        document = await self._asking.read(target.entity, key, documents.document_id(target, id))
        return documents.decode(target, document) if document and documents.holds(target, document) else None

    async def get_many(self, target: Target, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids, by id."""
        documents = self._documents[target.entity]
        wanted = [id for id in dict.fromkeys(ids) if documents.can_hold(target, id)]
        parts = [wanted[start : start + _MOST_IDS] for start in range(0, len(wanted), _MOST_IDS)]
        found = await side_by_side([self._found(target, part) for part in parts])
        records = [documents.record(target, each) for part in found for each in part]
        return {record["id"]: record for record in records}

    async def select(self, target: Target, query: Query) -> list[Record]:
        """One page."""
        return await self._pages.page(target, query)

    async def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """One page a parent."""
        return await self._families.select(target, children)

    async def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """How many records each parent has."""
        return await self._families.count(target, children)

    async def count(self, target: Target, filter: Filter) -> int:
        """How many records match."""
        return await self._counting.count(target, filter)

    async def any(self, target: Target, filter: Filter) -> bool:
        """Whether some record matches."""
        return await self._counting.any(target, filter)

    def statement(self, target: Target, filter: Filter) -> str:
        """How those that match are asked for."""
        return Scope(self._documents[target.entity], target, filter).ask("*", order=BY_ID).text

    async def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """The results of the aggregation."""
        return await self._counting.aggregate(target, aggregation)

    async def _found(self, target: Target, ids: Sequence[str]) -> list[CosmosDocument]:
        """The documents of records with these ids: read one by one where each has a partition of its own."""
        documents = self._documents[target.entity]
        placement = documents.placement
        if placement.is_whole(placement.partition(target)) or not placement.is_whole(
            placement.partition(target, ids[0])
        ):
            filter = Compare(ID, Operator.IN, tuple(ids))
            ask = Scope(documents, target, filter).ask("*")
            return await self._asking.query(replace(ask, is_lookup=True))
        places = [(placement.document_id(target, id), placement.partition(target, id)) for id in ids]
        found = await self._asking.read_many(target.entity, places)
        return [each for each in found if documents.holds(target, each)]
