"""Loads relations that lead to one record: belongs_to, has_one and polymorphic ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from atakora_data.authorization.access import Access
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.query.filter import Compare, Operator, all_of
from atakora_data.query.page import Query
from atakora_data.registry.entity import EntityModel, Operation, RelationKind, RelationModel
from atakora_data.service.commands import RelationSelection, Selection
from atakora_data.service.context import RequestContext
from atakora_data.service.crossing import guard, guarded_link, ways
from atakora_data.service.reading import read_page
from atakora_data.storage.port import BY_ID, ID, Children, EntityStore, Record, Target

Present: TypeAlias = Callable[[EntityModel, Sequence[Record], Selection], Awaitable[list[Record]]]
"""The answers for records that the caller may read, one level deeper."""


class ToOne(Struct, frozen=True):
    """Loads one relation for many parents."""

    access: Access
    relation: RelationModel
    wanted: RelationSelection
    context: RequestContext
    store: EntityStore
    custom_context: Callable[[RequestContext], CustomContext]
    present: Present

    async def load(self, keys: Sequence[Any]) -> Mapping[Hashable, Record]:
        """The answers by the parents' keys."""
        match self.relation.kind:
            case RelationKind.POLYMORPHIC:
                return await self._of_types(keys)
            case RelationKind.HAS_ONE:
                return await self._answers(self.relation.target, await self._children(keys))
        return await self._answers(self.relation.target, await self._by_id(self.relation.target, keys))

    async def _of_types(self, keys: Sequence[tuple[str, str]]) -> Mapping[Hashable, Record]:
        """The targets of each type with one round trip; each answer says its type."""
        found: dict[Hashable, Record] = {}
        for name in self.relation.targets:
            ids = [id for type, id in keys if type == name]
            if ids:
                answers = await self._answers(name, await self._by_id(name, ids))
                found.update({(name, id): {**answer, "_type": name} for id, answer in answers.items()})
        return found

    async def _answers(self, target: str, records: Mapping[Any, Record]) -> dict[Hashable, Record]:
        if not records:
            return {}
        selection = (self.wanted.selections or {}).get(target, self.wanted.selection)
        answers = await self.present(self.access.of(target).entity, list(records.values()), selection)
        return dict(zip(records, answers, strict=True))

    async def _by_id(self, target: str, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids that the caller may read."""
        access = self.access.of(target)
        if access.is_impossible(Operation.READ) or not ids:
            return {}
        scope = Target(target, self.context.tenant)
        if access.is_immediate(Operation.READ):
            found = await self.store.get_many(scope, ids)
            return {id: record for id, record in found.items() if access.allows_exactly(Operation.READ, record)}
        if access.is_exact(Operation.READ):
            wanted = all_of(Compare(ID, Operator.IN, tuple(ids)), access.predicate(Operation.READ))
            records = await self.store.select(scope, Query(wanted, BY_ID, len(ids)))
            return {record["id"]: record for record in records}
        found, custom = await self.store.get_many(scope, ids), self.custom_context(self.context)
        return {id: record for id, record in found.items() if await access.allows(Operation.READ, record, custom)}

    async def _children(self, ids: Sequence[str]) -> dict[str, Record]:
        """The one record of each parent that the caller may read."""
        (way,) = ways(self.access, self.relation)
        target = self.access.of(way.target.name)
        if target.is_impossible(Operation.READ) or not ids:
            return {}
        key = guarded_link(way.links[0], self.access, target).remote
        wanted = all_of(target.predicate(Operation.READ), guard(way.there, target))
        query = Query(wanted, BY_ID, 1)
        scope = Target(way.target.name, self.context.tenant)
        if target.is_exact(Operation.READ):
            found = await self.store.select_children(scope, Children(key, tuple(ids), query))
            return {id: records[0] for id, records in found.items() if records}
        custom = self.custom_context(self.context)
        pages = {
            id: await read_page(
                self.store, scope, target, Query(all_of(Compare(key, Operator.EQ, id), wanted), query.order, 1), custom
            )
            for id in ids
        }
        return {id: page.records[0] for id, page in pages.items() if page.records}
