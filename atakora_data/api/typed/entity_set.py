"""The records of one entity, as this caller may reach them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic

from atakora_data.api.typed.including import Included, load, path_of, selection_of, targets_at, the_relation
from atakora_data.api.typed.query import EntityQuery
from atakora_data.api.typed.values import wire_input
from atakora_data.errors import InvalidSelection
from atakora_data.registry.entity import EntityModel, RelationKind
from atakora_data.schema.data import E, Relation
from atakora_data.service.commands import Create, CreateMany, Delete, Link, Put, Selection, Unlink, Update
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService


class EntityRecords(Generic[E]):
    """The records of one entity: `schema.data.EntitySet`. Records are typed instances."""

    def __init__(self, service: EntityService, entity: EntityModel, context: RequestContext) -> None:
        self._service = service
        self._entity = entity
        self._context = context
        self._selection: Selection = selection_of(service.registry, entity, Included())

    def query(self) -> EntityQuery[E]:
        """All records, to be narrowed by `where`, `order_by` and `limit`."""
        return EntityQuery(self._service, self._entity, self._context)

    async def get(self, id: Any, /) -> E | None:
        """The record with this id, or None when there is none the caller may read."""
        return await self.query().get(id)

    async def create(self, **values: Any) -> E:
        """Store a new record; values and relations go by Python names."""
        command = Create(self._entity.name, self._wire(values), self._selection)
        return self._load(await self._service.create(command, self._context))

    async def create_many(self, records: Iterable[Mapping[str, Any]], /) -> list[E]:
        """Store new records, all or none."""
        inputs = tuple(self._wire(each) for each in records)
        command = CreateMany(self._entity.name, inputs, self._selection)
        return [self._load(each) for each in await self._service.create_many(command, self._context)]

    async def update(self, id: Any, /, **changes: Any) -> E:
        """Change some fields of a record."""
        command = Update(self._entity.name, str(id), self._wire(changes), selection=self._selection)
        return self._load(await self._service.update(command, self._context))

    async def upsert(self, id: Any, /, **values: Any) -> E:
        """Replace the record, or create it when there is none with this id."""
        command = Put(self._entity.name, str(id), self._wire(values), selection=self._selection)
        record, _ = await self._service.put(command, self._context)
        return self._load(record)

    async def delete(self, id: Any, /) -> None:
        """Delete a record."""
        await self._service.delete(Delete(self._entity.name, str(id), selection=self._selection), self._context)

    async def link(self, id: Any, relation: Relation, target_id: Any, /, **through: Any) -> None:
        """Link a record to a target of its many-to-many relation, with the through fields of the link."""
        wire, junction = self._linkable(relation)
        fields = wire_input(self._service.registry, junction, through)
        await self._service.link(Link(self._entity.name, str(id), wire, str(target_id), fields), self._context)

    async def unlink(self, id: Any, relation: Relation, target_id: Any, /) -> None:
        """Take such a link away; the records at both ends stay."""
        wire, _ = self._linkable(relation)
        await self._service.unlink(Unlink(self._entity.name, str(id), wire, str(target_id)), self._context)

    def _linkable(self, relation: Relation) -> tuple[str, EntityModel]:
        """The wire name of a many-to-many relation of this entity, and its junction."""
        path = path_of(relation, self._entity)
        targets_at(self._service.registry, self._entity, path[:1])
        found = the_relation(self._service.registry, self._entity, path[:1])
        if len(path) > 1 or found.kind is not RelationKind.MANY_TO_MANY:
            raise InvalidSelection(
                f"`{'.'.join(path)}` of {self._entity.name} is no many-to-many relation.",
                hint=f"Write it with a record: update(id, {path[0]}=…).",
            )
        return found.wire, self._service.registry[found.junction]

    def _wire(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return wire_input(self._service.registry, self._entity, values)

    def _load(self, record: Mapping[str, Any]) -> E:
        loaded: E = load(self._service.registry, self._entity, record, Included())
        return loaded
