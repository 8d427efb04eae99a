"""Which root field asks the service for what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from graphql import GraphQLSchema, is_non_null_type, is_object_type

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.selection import Look, page_arguments
from atakora_data.errors import Forbidden, NotFound
from atakora_data.registry.entity import ActionModel, EntityModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import Act, Create, Delete, Get, ListRecords, Selection, Update
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService
from atakora_data.storage.port import Record

Ask: TypeAlias = Callable[[Mapping[str, Any], Look, RequestContext], Awaitable[Any]]
"""Calls the service with a field's arguments and what is selected below it."""


class Call(NamedTuple):
    """What a root field does. is_page: whether it answers a page of the entity's records, or one."""

    entity: EntityModel
    ask: Ask
    is_page: bool = False


def calls(registry: Registry, service: EntityService, schema: GraphQLSchema) -> dict[str, Call]:
    """The calls of all root fields, by the name of the field."""
    return {
        name: call for entity in registry for name, call in _Calls(service, entity, _required(schema, entity)).all()
    }


@dataclass(frozen=True, slots=True)
class _Calls:
    """Makes the calls of one entity. required: the fields of its type that cannot be null."""

    service: EntityService
    entity: EntityModel
    required: frozenset[str]

    def all(self) -> Iterable[tuple[str, Call]]:
        entity = self.entity
        if "get" in entity.operations:
            yield naming.get_field(entity), Call(entity, self._get)
        if "list" in entity.operations:
            yield naming.list_field(entity), Call(entity, self._list, is_page=True)
        if "create" in entity.operations:
            yield naming.create_field(entity), Call(entity, self._create)
        if "update" in entity.operations and naming.updatable_fields(entity):
            yield naming.update_field(entity), Call(entity, self._update)
        if "delete" in entity.operations:
            yield naming.delete_field(entity), Call(entity, self._delete)
        for action in entity.actions.values():
            yield naming.action_field(entity, action), Call(entity, self._act(action))

    async def _get(self, arguments: Mapping[str, Any], look: Look, context: RequestContext) -> Record | None:
        try:
            return await self.service.get(Get(self.entity.name, arguments["id"], look.selection), context)
        except NotFound:
            return None

    async def _list(self, arguments: Mapping[str, Any], look: Look, context: RequestContext) -> dict[str, Any]:
        command = ListRecords(self.entity.name, look.selection, count=look.counts, **page_arguments(arguments))
        return await self.service.list(command, context)

    async def _create(self, arguments: Mapping[str, Any], look: Look, context: RequestContext) -> Record:
        command = Create(self.entity.name, arguments.get("input", {}), look.selection)
        return self._written(await self.service.create(command, context), look.selection)

    async def _update(self, arguments: Mapping[str, Any], look: Look, context: RequestContext) -> Record:
        name, etags = self.entity.name, _if_match(arguments)
        command = Update(name, arguments["id"], arguments["input"], etags, look.selection)
        return self._written(await self.service.update(command, context), look.selection)

    async def _delete(self, arguments: Mapping[str, Any], look: Look, context: RequestContext) -> Record:
        command = Delete(self.entity.name, arguments["id"], _if_match(arguments), look.selection)
        return self._written(await self.service.delete(command, context), look.selection)

    def _act(self, action: ActionModel) -> Ask:
        async def ask(arguments: Mapping[str, Any], look: Look, context: RequestContext) -> Record:
            input = {name: value for name, value in arguments.items() if name in action.parameters}
            etags = _if_match(arguments)
            command = Act(self.entity.name, arguments["id"], action.wire, input, etags, look.selection)
            return self._written(await self.service.act(command, context), look.selection)

        return ask

    def _written(self, record: Record, selection: Selection) -> Record:
        """The record, if it has all that cannot be null: a writer who may not read it gets only what it sent."""
        wanted = {name: name for name in selection.fields or ()}
        wanted.update((each.key, each.relation) for each in selection.relations)
        hidden = sorted(name for key, name in wanted.items() if name in self.required and key not in record)
        if hidden:
            raise Forbidden(
                f"The {self.entity.name} was written, but you may not read {', '.join(hidden)} of it.",
                hint="Select only id, _etag, _version and the fields you sent.",
            )
        return record


def _if_match(arguments: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The etag that must be current, with or without the quotes it has in an HTTP header; `*` stands for any."""
    given: str | None = arguments.get("ifMatch")
    return None if given is None else (given.strip().strip('"'),)


def _required(schema: GraphQLSchema, entity: EntityModel) -> frozenset[str]:
    kind = schema.get_type(entity.name)
    if not is_object_type(kind):
        return frozenset()
    return frozenset(name for name, field in kind.fields.items() if is_non_null_type(field.type))
