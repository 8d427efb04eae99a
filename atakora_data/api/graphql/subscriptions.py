"""GraphQL subscriptions: what a document asks to be told, and the response for one record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLError, OperationType
from graphql.execution.values import get_argument_values

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.documents import InvalidDocument
from atakora_data.api.graphql.execution import Engine, Operation, Prepared
from atakora_data.api.graphql.planning import RootField
from atakora_data.api.graphql.problems import document_error
from atakora_data.errors import InvalidSubscription, Violation
from atakora_data.realtime.port import Asked
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import Selection
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService
from atakora_data.storage.port import Record

_TAKEN = frozenset({OperationType.SUBSCRIPTION})
_UNKNOWN = "_etag"
"""The journal is written before the store gives a record its etag."""


class Subscriptions:
    """Understands the subscriptions of one registry: a `realtime.port.GraphQLSubscriptions`."""

    def __init__(self, registry: Registry, service: EntityService, engine: Engine) -> None:
        self._registry = registry
        self._service = service
        self._engine = engine
        self._operations = {
            name: operation for each in registry for name, operation in naming.subscription_fields(each).items()
        }

    def read(self, query: str, variables: Mapping[str, Any], context: RequestContext) -> Asked:
        """What the document asks for; InvalidSubscription tells all that is wrong with it."""
        try:
            prepared = self._prepare(query, variables, context)
            root, selection = _root(prepared)
            arguments = get_argument_values(root.field, root.node, prepared.variables)
        except InvalidDocument as error:
            raise _refusal(error.errors, context) from error
        except GraphQLError as error:
            raise _refusal([error], context) from error
        entity, filter = root.call.entity, arguments.get("filter")
        entities = frozenset({entity.name, *_selected(self._registry, entity, selection)})
        entities |= {*_asked(self._registry, entity, filter)}
        return Asked(entity.name, self._operations[root.node.name.value], filter, entities)

    async def run(
        self, query: str, variables: Mapping[str, Any], record: Record | None, context: RequestContext
    ) -> dict[str, Any]:
        """The response with this record below the root field."""
        prepared = self._prepare(query, variables, context)
        root, selection = _root(prepared)
        shown = None
        if record is not None:
            shown = await self._service.present(root.call.entity.name, record, selection, context)
        return self._engine.answer(prepared, {root.key: shown}, context)

    async def gone(self, query: str, variables: Mapping[str, Any], id: str, context: RequestContext) -> dict[str, Any]:
        """The response for a record of which no more than the id may be told."""
        prepared = self._prepare(query, variables, context)
        root, selection = _root(prepared)
        is_deletion = self._operations[root.node.name.value] == "deleted"
        is_bare = not selection.relations and (selection.fields or frozenset()) <= {"id"}
        shown = {"id": id} if is_deletion and is_bare else None
        return self._engine.answer(prepared, {root.key: shown}, context)

    def _prepare(self, query: str, variables: Mapping[str, Any], context: RequestContext) -> Prepared:
        return self._engine.prepare(Operation(query, None, variables), _TAKEN, context)


def _root(prepared: Prepared) -> tuple[RootField, Selection]:
    """The one root field, and what is selected of its record; InvalidSubscription: that cannot be told."""
    [root] = prepared.plan.fields
    if isinstance(root.look, Exception):
        raise InvalidSubscription(root.look.detail, hint=root.look.hint)
    selection = root.look.selection
    if _UNKNOWN in (selection.fields or ()):
        raise InvalidSubscription(
            f"Events do not tell the {_UNKNOWN} of a record.", hint="Select _version, or read the record by its id."
        )
    return root, selection


def _selected(registry: Registry, entity: EntityModel, selection: Selection) -> Iterator[str]:
    """All entities that a selection leads to, by relations, their filters and their orders."""
    for each in selection.relations:
        relation = entity.relations[each.relation]
        yield from relation.all_targets
        if relation.junction:
            yield relation.junction
        for name in relation.all_targets:
            target = registry[name]
            yield from _selected(registry, target, (each.selections or {}).get(name, each.selection))
            yield from _asked(registry, target, each.filter)
            for term in each.order_by:
                yield from _ordered(registry, target, term.removeprefix("-").split("."))


def _asked(registry: Registry, entity: EntityModel, filter: Any) -> Iterator[str]:
    """All entities that a filter asks about. What is not a relation leads nowhere, or to conditions of the same."""
    if isinstance(filter, list | tuple):
        for each in filter:
            yield from _asked(registry, entity, each)
    if not isinstance(filter, Mapping):
        return
    for name, value in filter.items():
        relation = entity.relations.get(name)
        if relation is None:
            yield from _asked(registry, entity, value)
            continue
        yield from relation.all_targets
        if relation.junction:
            yield relation.junction
        for target in relation.all_targets:
            yield from _asked(registry, registry[target], value)


def _ordered(registry: Registry, entity: EntityModel, path: list[str]) -> Iterator[str]:
    """All entities that an order goes through."""
    relation = entity.relations.get(path[0])
    if relation is None:
        return
    for target in relation.all_targets:
        yield target
        yield from _ordered(registry, registry[target], path[1:])


def _refusal(errors: list[GraphQLError], context: RequestContext) -> InvalidSubscription:
    told = [document_error(each, context) for each in errors]
    violations = [Violation("/query", f"{_place(each)}{each['message']}", "graphql") for each in told]
    return InvalidSubscription("The document is not a valid subscription.", errors=violations)


def _place(error: Mapping[str, Any]) -> str:
    places = error.get("locations")
    return f"line {places[0]['line']}, column {places[0]['column']}: " if places else ""
