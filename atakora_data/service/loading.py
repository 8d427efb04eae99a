"""Loads relations level by level: one store round trip per relation and level, whatever the number of parents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from atakora_data.authorization.access import Access, Gatekeeper
from atakora_data.errors import InvalidCursor, InvalidSelection, perhaps_one_of
from atakora_data.query.cursor import CursorSigner
from atakora_data.query.filter import Compare, FieldRef, Operator, all_of
from atakora_data.query.page import Query
from atakora_data.registry.entity import EntityModel, Operation, RelationKind, RelationModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import RelationSelection, Selection
from atakora_data.service.context import RequestContext
from atakora_data.service.planning import Plan, plan_list, sign_cursor
from atakora_data.service.reading import Slice, count, cut, read_page
from atakora_data.service.shaping import is_hidden, shape, visible_part
from atakora_data.storage.port import Children, EntityStore, Record, Target

MAX_DEPTH = 8
"""How many relations deep one request may load."""


@dataclass(frozen=True, slots=True)
class Loader:
    """Turns stored records into answers, with the relations that were selected."""

    registry: Registry
    store: EntityStore
    gatekeeper: Gatekeeper
    signer: CursorSigner
    custom_context: Callable[[RequestContext], Any]

    async def present(
        self,
        entity: EntityModel,
        records: Sequence[Record],
        selection: Selection,
        context: RequestContext,
        depth: int = 0,
    ) -> list[Record]:
        """The answers for records the caller may read, in the same order."""
        access = self.gatekeeper.access(entity, context.principal)
        if access.always_readable:
            visible = list(records)
        else:
            custom = self.custom_context(context)
            visible = [await visible_part(access, record, custom) for record in records]
        answers = [shape(entity, record, part, selection) for record, part in zip(records, visible, strict=True)]
        if selection.relations and records:
            await self._attach(entity, records, visible, answers, selection, context, depth)
        return answers

    async def _attach(
        self,
        entity: EntityModel,
        records: Sequence[Record],
        visible: Sequence[Record],
        answers: list[Record],
        selection: Selection,
        context: RequestContext,
        depth: int,
    ) -> None:
        if depth >= MAX_DEPTH:
            raise InvalidSelection(f"Relations nest deeper than {MAX_DEPTH} levels.", hint="Ask in several requests.")
        keys = [
            self._parent_keys(find_relation(entity, each.relation), records, visible) for each in selection.relations
        ]
        results = (
            await asyncio.gather(
                *(
                    self._related(entity, each, values, context, depth)
                    for each, values in zip(selection.relations, keys, strict=True)
                )
            )
            if len(keys) > 1
            else [await self._related(entity, selection.relations[0], keys[0], context, depth)]
        )
        for wanted, values, (found, absent) in zip(selection.relations, keys, results, strict=True):
            for answer, value in zip(answers, values, strict=True):
                answer[wanted.key] = (found.get(value) if value is not None else None) or absent()

    def _parent_keys(
        self, relation: RelationModel, records: Sequence[Record], visible: Sequence[Record]
    ) -> list[str | None]:
        """What leads from each record to its relatives; a foreign key the caller may not read leads nowhere."""
        if relation.kind is not RelationKind.BELONGS_TO:
            return [record["id"] for record in records]
        name = relation.foreign_key
        return [
            None if record is not part and is_hidden(name, record, part) else record.get(name)
            for record, part in zip(records, visible, strict=True)
        ]

    async def _related(
        self,
        entity: EntityModel,
        wanted: RelationSelection,
        keys: list[str | None],
        context: RequestContext,
        depth: int,
    ) -> tuple[dict[str, Any], Callable[[], Any]]:
        relation = find_relation(entity, wanted.relation)
        values = tuple(dict.fromkeys(key for key in keys if key is not None))
        if relation.is_to_many:
            return await self._to_many(relation, wanted, values, context, depth), lambda: _empty_page(wanted)
        return await self._to_one(relation, wanted, values, context, depth), _nothing

    async def _to_one(
        self,
        relation: RelationModel,
        wanted: RelationSelection,
        values: tuple[str, ...],
        context: RequestContext,
        depth: int,
    ) -> dict[str, Record]:
        target = self.registry[relation.target]
        access = self.gatekeeper.access(target, context.principal)
        if access.is_impossible(Operation.READ) or not values:
            return {}
        found = await self.store.get_many(Target(target.name, context.tenant), values)
        allowed = await self._allowed(access, found, context)
        answers = await self.present(target, list(allowed.values()), wanted.selection, context, depth + 1)
        return dict(zip(allowed, answers, strict=True))

    async def _allowed(self, access: Access, found: dict[str, Record], context: RequestContext) -> dict[str, Record]:
        if access.is_exact(Operation.READ):
            return {id: record for id, record in found.items() if access.allows_exactly(Operation.READ, record)}
        custom = self.custom_context(context)
        return {id: record for id, record in found.items() if await access.allows(Operation.READ, record, custom)}

    async def _to_many(
        self,
        relation: RelationModel,
        wanted: RelationSelection,
        values: tuple[str, ...],
        context: RequestContext,
        depth: int,
    ) -> dict[str, Any]:
        target = self.registry[relation.target]
        access = self.gatekeeper.access(target, context.principal)
        if wanted.next_token is not None and len(values) > 1:
            raise InvalidCursor(
                f"The nextToken of `{wanted.relation}` belongs to one parent, but several are read.",
                hint="Read that parent by its id and continue its list there.",
            )
        parent = f"{relation.target}.{relation.foreign_key}={values[0] if len(values) == 1 else ''}"
        plan = plan_list(target, access, wanted, context, self.signer, parent=parent)
        if access.is_impossible(Operation.READ) or not values:
            return {}
        slices = await self._slices(target, relation, access, plan, values, context)
        counts = await self._counts(target, relation, access, plan, values, context) if wanted.count else None
        return await self._pages(target, relation, plan, slices, counts, wanted, context, depth)

    async def _slices(
        self,
        target: EntityModel,
        relation: RelationModel,
        access: Access,
        plan: Plan,
        values: tuple[str, ...],
        context: RequestContext,
    ) -> dict[str, Slice]:
        """Each parent's page. A rule that is a function is asked parent by parent, reading on as lists do."""
        scope = Target(target.name, context.tenant)
        if access.is_exact(Operation.READ):
            query = replace(plan.query, limit=plan.query.limit + 1)
            key = _key(target, relation, access)
            found = await self.store.select_children(scope, Children(key, values, query))
            return {value: cut(records, plan.query.limit) for value, records in found.items()}
        custom = self.custom_context(context)
        return {
            value: await read_page(
                self.store, scope, access, _below(_key(target, relation, access), plan.query, value), custom
            )
            for value in values
        }

    async def _counts(
        self,
        target: EntityModel,
        relation: RelationModel,
        access: Access,
        plan: Plan,
        values: tuple[str, ...],
        context: RequestContext,
    ) -> dict[str, int]:
        scope = Target(target.name, context.tenant)
        if access.is_exact(Operation.READ):
            key = _key(target, relation, access)
            return await self.store.count_children(scope, Children(key, values, plan.query))
        custom = self.custom_context(context)
        return {
            value: await count(
                self.store, scope, access, _below(_key(target, relation, access), plan.query, value), target, custom
            )
            for value in values
        }

    async def _pages(
        self,
        target: EntityModel,
        relation: RelationModel,
        plan: Plan,
        slices: dict[str, Slice],
        counts: dict[str, int] | None,
        wanted: RelationSelection,
        context: RequestContext,
        depth: int,
    ) -> dict[str, Any]:
        together = [record for part in slices.values() for record in part.records]
        answers = iter(await self.present(target, together, wanted.selection, context, depth + 1))
        pages: dict[str, Any] = {}
        for value, part in slices.items():
            page: dict[str, Any] = {
                "items": [next(answers) for _ in part.records],
                "nextToken": self._token(relation, plan, value, part.resume),
            }
            if counts is not None:
                page["count"] = counts.get(value, 0)
            pages[value] = page
        if counts is not None:
            for value, number in counts.items():
                pages.setdefault(value, {"items": [], "nextToken": None, "count": number})
        return pages

    def _token(self, relation: RelationModel, plan: Plan, value: str, last: Record | None) -> str | None:
        if last is None:
            return None
        scope = (*plan.cursor_scope[:-1], f"{relation.target}.{relation.foreign_key}={value}")
        return sign_cursor(self.signer, replace(plan, cursor_scope=scope), last)


def find_relation(entity: EntityModel, name: str) -> RelationModel:
    """The relation of this wire name; InvalidSelection offers the likely one."""
    relation = entity.relations.get(name)
    if relation is None:
        raise InvalidSelection(f"{entity.name} has no relation `{name}`.", hint=perhaps_one_of(name, entity.relations))
    return relation


def _key(target: EntityModel, relation: RelationModel, access: Access) -> FieldRef:
    """The foreign key of the children, as far as the caller may read it: a hidden one leads nowhere."""
    key = target.fields[relation.foreign_key].ref()
    return replace(key, guard=access.guarded(relation.foreign_key))


def _below(key: FieldRef, query: Query, value: str) -> Query:
    """The query restricted to the children of one parent."""
    return replace(query, filter=all_of(Compare(key, Operator.EQ, value), query.filter))


def _empty_page(wanted: RelationSelection) -> dict[str, Any]:
    page: dict[str, Any] = {"items": [], "nextToken": None}
    return {**page, "count": 0} if wanted.count else page


def _nothing() -> None:
    return None
