"""Which root field asks the service for what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple, TypeAlias

from graphql import GraphQLSchema, is_non_null_type, is_object_type
from msgspec import Struct

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.aggregates import nested
from atakora_data.api.graphql.offers import Offers
from atakora_data.api.graphql.selection import Look, page_arguments
from atakora_data.errors import Forbidden, NotFound
from atakora_data.registry.entity import ActionModel, EntityModel, RelationModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import (
    THROUGH,
    Act,
    Aggregate,
    Create,
    CreateMany,
    Delete,
    DeleteMany,
    Get,
    Link,
    ListRecords,
    Put,
    Selection,
    Unlink,
    Update,
    UpdateMany,
)
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService
from atakora_data.storage.port import Record

Arguments: TypeAlias = Mapping[str, Any]

Ask: TypeAlias = Callable[[Arguments, Look, RequestContext], Awaitable[Any]]
"""Calls the service with a field's arguments and what is selected below it."""


class Form(Enum):
    """What a root field answers: one or several records, a page of them, or what is worked out of them."""

    RECORDS = "records"
    PAGE = "page"
    AGGREGATES = "aggregates"


class Call(NamedTuple):
    """What a root field does, for records of which entity."""

    entity: EntityModel
    ask: Ask
    form: Form = Form.RECORDS


def calls(registry: Registry, service: EntityService, schema: GraphQLSchema) -> dict[str, Call]:
    """The calls of all root fields, by the name of the field."""
    return {
        name: call
        for entity in registry
        for name, call in _Calls(service, entity, Offers(registry), _required(schema, entity)).all()
        if _is_served(schema, name)
    }


class _Calls(Struct, frozen=True):
    """Makes the calls of one entity. required: the fields of its type that cannot be null."""

    service: EntityService
    entity: EntityModel
    offers: Offers
    required: frozenset[str]

    def all(self) -> Iterable[tuple[str, Call]]:
        """Whatever the entity may have; the schema has those that its `operations` name."""
        entity = self.entity
        yield naming.get_field(entity), Call(entity, self._get)
        yield naming.list_field(entity), Call(entity, self._list, Form.PAGE)
        yield naming.aggregate_field(entity), Call(entity, self._aggregate, Form.AGGREGATES)
        yield naming.create_field(entity), Call(entity, self._create)
        yield naming.create_many_field(entity), Call(entity, self._create_many)
        yield naming.update_field(entity), Call(entity, self._update)
        yield naming.update_many_field(entity), Call(entity, self._update_many)
        yield naming.upsert_field(entity), Call(entity, self._upsert)
        yield naming.delete_field(entity), Call(entity, self._delete)
        yield naming.delete_many_field(entity), Call(entity, self._delete_many)
        for name in naming.subscription_fields(entity):
            yield name, Call(entity, _not_asked)
        for action in entity.actions.values():
            yield naming.action_field(entity, action), Call(entity, self._act(action))
        for relation in self.offers.linkable(entity):
            yield naming.link_field(entity, relation), Call(entity, self._link(relation))
        for relation in self.offers.unlinkable(entity):
            yield naming.unlink_field(entity, relation), Call(entity, self._unlink(relation))

    async def _get(self, arguments: Arguments, look: Look, context: RequestContext) -> Record | None:
        try:
            return await self.service.get(Get(self.entity.name, arguments["id"], look.selection), context)
        except NotFound:
            return None

    async def _list(self, arguments: Arguments, look: Look, context: RequestContext) -> dict[str, Any]:
        name, page = self.entity.name, page_arguments(arguments)
        command = ListRecords(name, look.selection, count=look.counts, continues=look.continues, **page)
        return await self.service.list(command, context)

    async def _aggregate(self, arguments: Arguments, look: Look, context: RequestContext) -> list[dict[str, Any]]:
        terms, asked = naming.group_terms(self.entity.fields), look.measures
        command = Aggregate(
            self.entity.name,
            arguments.get("filter"),
            tuple(terms[each] for each in arguments.get("groupBy") or ()),
            asked.get("sum", ()),
            asked.get("avg", ()),
            asked.get("min", ()),
            asked.get("max", ()),
            arguments.get("limit"),
        )
        return [nested(each) for each in await self.service.aggregate(command, context)]

    async def _create(self, arguments: Arguments, look: Look, context: RequestContext) -> Record:
        command = Create(self.entity.name, arguments.get("input", {}), look.selection)
        return self._written(await self.service.create(command, context), look.selection)

    async def _create_many(self, arguments: Arguments, look: Look, context: RequestContext) -> list[Record]:
        command = CreateMany(self.entity.name, tuple(arguments["input"]), look.selection)
        return self._all_written(await self.service.create_many(command, context), look.selection)

    async def _update(self, arguments: Arguments, look: Look, context: RequestContext) -> Record:
        name, etags = self.entity.name, _if_match(arguments)
        command = Update(name, arguments["id"], arguments["input"], etags, look.selection)
        return self._written(await self.service.update(command, context), look.selection)

    async def _update_many(self, arguments: Arguments, look: Look, context: RequestContext) -> list[Record]:
        name, filter, patch = self.entity.name, arguments["filter"], arguments["input"]
        command = UpdateMany(name, filter, patch, arguments.get("maxAffected"), look.selection)
        return self._all_written(await self.service.update_many(command, context), look.selection)

    async def _upsert(self, arguments: Arguments, look: Look, context: RequestContext) -> Record:
        name, etags = self.entity.name, _if_match(arguments)
        command = Put(name, arguments["id"], arguments["input"], etags, selection=look.selection)
        record, _ = await self.service.put(command, context)
        return self._written(record, look.selection)

    async def _delete(self, arguments: Arguments, look: Look, context: RequestContext) -> Record:
        command = Delete(self.entity.name, arguments["id"], _if_match(arguments), look.selection)
        return self._written(await self.service.delete(command, context), look.selection)

    async def _delete_many(self, arguments: Arguments, look: Look, context: RequestContext) -> list[Record]:
        name, limit = self.entity.name, arguments.get("maxAffected")
        command = DeleteMany(name, arguments["filter"], limit, look.selection)
        return self._all_written(await self.service.delete_many(command, context), look.selection)

    def _act(self, action: ActionModel) -> Ask:
        async def ask(arguments: Arguments, look: Look, context: RequestContext) -> Record:
            input = {name: value for name, value in arguments.items() if name in action.parameters}
            etags = _if_match(arguments)
            command = Act(self.entity.name, arguments["id"], action.wire, input, etags, look.selection)
            return self._written(await self.service.act(command, context), look.selection)

        return ask

    def _link(self, relation: RelationModel) -> Ask:
        async def ask(arguments: Arguments, look: Look, context: RequestContext) -> Record:
            name, id, through = self.entity.name, arguments["id"], arguments.get(THROUGH) or {}
            await self.service.link(Link(name, id, relation.wire, arguments[relation.far], through), context)
            return await self._linked(id, look, context)

        return ask

    def _unlink(self, relation: RelationModel) -> Ask:
        async def ask(arguments: Arguments, look: Look, context: RequestContext) -> Record:
            name, id = self.entity.name, arguments["id"]
            await self.service.unlink(Unlink(name, id, relation.wire, arguments[relation.far]), context)
            return await self._linked(id, look, context)

        return ask

    async def _linked(self, id: str, look: Look, context: RequestContext) -> Record:
        """The record whose links changed, which may be what keeps the caller from reading it now."""
        try:
            return await self.service.get(Get(self.entity.name, id, look.selection), context)
        except NotFound:
            return self._written({"id": id}, look.selection)

    def _all_written(self, records: Sequence[Record], selection: Selection) -> list[Record]:
        return [self._written(each, selection) for each in records]

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


async def _not_asked(_arguments: Arguments, _look: Look, _context: RequestContext) -> Any:
    """A subscription is told of records; it asks for none."""
    raise TypeError("Subscriptions are not loaded.")


def _if_match(arguments: Arguments) -> tuple[str, ...] | None:
    """The etag that must be current, with or without the quotes it has in an HTTP header; `*` stands for any."""
    given: str | None = arguments.get("ifMatch")
    return None if given is None else (given.strip().strip('"'),)


def _required(schema: GraphQLSchema, entity: EntityModel) -> frozenset[str]:
    kind = schema.get_type(entity.name)
    if not is_object_type(kind):
        return frozenset()
    return frozenset(name for name, field in kind.fields.items() if is_non_null_type(field.type))


def _is_served(schema: GraphQLSchema, name: str) -> bool:
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    return any(kind is not None and name in kind.fields for kind in roots)
