"""Loads relations level by level: a fixed number of round trips per relation and level, however many the parents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import orjson
from msgspec import Struct

from atakora_data.authorization.access import Access, Gatekeeper
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.errors import InvalidSelection, perhaps_one_of
from atakora_data.query.cursor import CursorSigner
from atakora_data.registry.entity import EntityModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import RelationSelection, Selection
from atakora_data.service.context import RequestContext
from atakora_data.service.related import StoredRelatives
from atakora_data.service.shaping import Related, as_stored, is_hidden, shapes, visible_parts, with_relations
from atakora_data.service.to_many import ToMany
from atakora_data.service.to_one import ToOne
from atakora_data.storage.port import EntityStore, Record

MAX_DEPTH = 8
"""How many relations deep one request may load."""

_BY_FIELDS = frozenset({RelationKind.BELONGS_TO, RelationKind.POLYMORPHIC})
"""Relations whose way begins at other fields than the id."""


class Loader(Struct, frozen=True):
    """Turns stored records into answers, with the relations that were selected."""

    registry: Registry
    store: EntityStore
    gatekeeper: Gatekeeper
    signer: CursorSigner
    custom_context: Callable[[RequestContext], CustomContext]

    async def present(
        self,
        entity: EntityModel,
        records: Sequence[Record],
        selection: Selection,
        context: RequestContext,
        depth: int = 0,
        visible: Sequence[Record] | None = None,
    ) -> list[Record]:
        """The answers for records the caller may read, in the same order.

        visible: what the field rules left of each, where the records are gone and cannot be asked about any more.
        """
        access = self.gatekeeper.access(entity, context.principal)
        if visible is None:
            visible = await self._visible(access, records, context)
        answers = shapes(entity, records, visible, selection)
        if selection.relations and records:
            await self._attach(access, records, visible, answers, selection, context, depth)
        return answers

    async def _visible(self, access: Access, records: Sequence[Record], context: RequestContext) -> Sequence[Record]:
        if access.always_readable:
            return list(records)
        relatives = StoredRelatives(self.store, context.tenant)
        return await visible_parts(access, records, self.custom_context(context), relatives)

    async def as_stored(
        self, access: Access, records: Mapping[str, Record | bytes], selection: Selection, context: RequestContext
    ) -> Any:
        """As `present` where the answers are the records as they are stored (`is_as_stored`, `are_by_id`), for JSON.

        What is text stays text: relations are written at its end.
        """
        if not selection.relations or not records:
            return as_stored(access.entity, records.values())
        found = _relations(access.entity, selection)
        pages = await self._load(access, found, selection, [tuple(records)] * len(found), context, 0)
        related = [
            Related(wanted.key, part, _nothing(relation, wanted))
            for relation, wanted, part in zip(found, selection.relations, pages, strict=True)
        ]
        return with_relations(access.entity, records, related)

    async def _attach(
        self,
        access: Access,
        records: Sequence[Record],
        visible: Sequence[Record],
        answers: list[Record],
        selection: Selection,
        context: RequestContext,
        depth: int,
    ) -> None:
        found = _relations(access.entity, selection)
        keys = [_parent_keys(relation, records, visible) for relation in found]
        results = await self._load(access, found, selection, [_distinct(values) for values in keys], context, depth)
        for relation, wanted, values, related in zip(found, selection.relations, keys, results, strict=True):
            for answer, value in zip(answers, values, strict=True):
                page = related.get(value) or _nothing(relation, wanted)
                answer[wanted.key] = orjson.Fragment(page) if isinstance(page, bytes) else page

    async def _load(
        self,
        access: Access,
        relations: Sequence[RelationModel],
        selection: Selection,
        keys: Sequence[tuple[Any, ...]],
        context: RequestContext,
        depth: int,
    ) -> Sequence[Mapping[Hashable, Any]]:
        """What each relation leads to, by the parents' keys."""
        if depth >= MAX_DEPTH:
            raise InvalidSelection(f"Relations nest deeper than {MAX_DEPTH} levels.", hint="Ask in several requests.")
        loading = [
            self._related(access, relation, wanted, values, context, depth)
            for relation, wanted, values in zip(relations, selection.relations, keys, strict=True)
        ]
        return await asyncio.gather(*loading) if len(loading) > 1 else [await loading[0]]

    async def _related(
        self,
        access: Access,
        relation: RelationModel,
        wanted: RelationSelection,
        keys: tuple[Any, ...],
        context: RequestContext,
        depth: int,
    ) -> Mapping[Hashable, Any]:
        """What the relation leads to, by the parents' keys; those without are left out."""

        async def present(entity: EntityModel, records: Sequence[Record], selection: Selection) -> list[Record]:
            return await self.present(entity, records, selection, context, depth + 1)

        if relation.is_to_many:
            many = ToMany(access, relation, wanted, context, self.store, self.signer, self.custom_context, present)
            return await many.load(keys)
        return await ToOne(access, relation, wanted, context, self.store, self.custom_context, present).load(keys)


def find_relation(entity: EntityModel, name: str) -> RelationModel:
    """The relation of this wire name; InvalidSelection offers the likely one."""
    relation = entity.relations.get(name)
    if relation is None:
        raise InvalidSelection(f"{entity.name} has no relation `{name}`.", hint=perhaps_one_of(name, entity.relations))
    return relation


def are_by_id(entity: EntityModel, selection: Selection) -> bool:
    """Whether the records' ids lead to all that is selected beside them."""
    return all(relation.kind not in _BY_FIELDS for relation in _relations(entity, selection))


def _relations(entity: EntityModel, selection: Selection) -> list[RelationModel]:
    return [find_relation(entity, each.relation) for each in selection.relations]


def _parent_keys(relation: RelationModel, records: Sequence[Record], visible: Sequence[Record]) -> list[Any]:
    """What leads from each record to its relatives; a foreign key the caller may not read leads nowhere."""
    if relation.kind is RelationKind.BELONGS_TO:
        return _values(relation.foreign_key, records, visible)
    if relation.kind is RelationKind.POLYMORPHIC:
        types, ids = (_values(name, records, visible) for name in (relation.type_field, relation.foreign_key))
        return [None if None in key else key for key in zip(types, ids, strict=True)]
    return [record["id"] for record in records]


def _values(name: str, records: Sequence[Record], visible: Sequence[Record]) -> list[Any]:
    return [
        None if record is not part and is_hidden(name, record, part) else record.get(name)
        for record, part in zip(records, visible, strict=True)
    ]


def _distinct(keys: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(key for key in keys if key is not None))


def _nothing(relation: RelationModel, wanted: RelationSelection) -> dict[str, Any] | None:
    """What stands for a relation that leads nowhere."""
    if not relation.is_to_many:
        return None
    page: dict[str, Any] = {"items": [], "nextToken": None}
    return {**page, "count": 0} if wanted.count else page
