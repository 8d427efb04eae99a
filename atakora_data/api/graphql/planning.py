"""Plans an operation: which calls its root fields need, and how its answer is put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)

from atakora_data.api.graphql.aggregates import measures
from atakora_data.api.graphql.assembly import Compiler, Complete, Irregular
from atakora_data.api.graphql.calls import Call, Form, calls
from atakora_data.api.graphql.collection import Collector
from atakora_data.api.graphql.pages import pages
from atakora_data.api.graphql.selection import Look, LookAhead
from atakora_data.errors import MalformedRequest, RequestError
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import ALL
from atakora_data.service.entity_service import EntityService


class RootField(NamedTuple):
    """One root field of an operation: whom to call, and what is selected below; or why that cannot be told."""

    key: str
    call: Call
    field: GraphQLField
    node: FieldNode
    look: Look | RequestError


class Plan(NamedTuple):
    """What to load and what to make of it. assemble: None when only graphql-core can (introspection)."""

    fields: tuple[RootField, ...]
    is_serial: bool
    assemble: Complete | None


class Planner:
    """Plans operations on one schema."""

    def __init__(self, registry: Registry, service: EntityService, schema: GraphQLSchema) -> None:
        self._registry = registry
        self._schema = schema
        self._calls = calls(registry, service, schema)
        self._pages = pages(registry)

    def plan(self, operation: OperationDefinitionNode, collector: Collector) -> Plan:
        """The plan of a valid operation."""
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            raise TypeError(f"The schema has no {operation.operation.value}.")
        return Plan(
            tuple(self._fields(root, operation, collector)),
            operation.operation is OperationType.MUTATION,
            self._compile(root, operation, collector),
        )

    def _fields(
        self, root: GraphQLObjectType, operation: OperationDefinitionNode, collector: Collector
    ) -> Iterable[RootField]:
        ahead = LookAhead(self._registry, self._schema.type_map, collector)
        for key, nodes in collector.collect([operation]).items():
            name = nodes[0].name.value
            call = self._calls.get(name)
            if call is not None:
                yield RootField(key, call, root.fields[name], nodes[0], _look(ahead, call, nodes))

    def _compile(
        self, root: GraphQLObjectType, operation: OperationDefinitionNode, collector: Collector
    ) -> Complete | None:
        try:
            return Compiler(self._registry, collector, self._pages).results(root, operation)
        except Irregular:
            return None


def _look(ahead: LookAhead, call: Call, nodes: list[FieldNode]) -> Look | RequestError:
    try:
        match call.form:
            case Form.PAGE:
                return ahead.page(call.entity, nodes)
            case Form.AGGREGATES:
                return Look(ALL, measures=measures(ahead.collector, nodes))
        return Look(ahead.record(call.entity, nodes))
    except RequestError as error:
        return error
    except GraphQLError as error:
        return MalformedRequest(error.message)
