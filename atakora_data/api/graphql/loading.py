"""Loads what an operation asks for: each root field is one call of the service, with all that is selected below it.

Loading is apart from assembly: when it is done, `resolvers.py` only picks from the results.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from graphql import Executor, FieldNode, GraphQLError, GraphQLField, GraphQLSchema, OperationType
from graphql.execution.values import VariableValues, get_argument_values

from atakora_data.api.graphql.calls import Call, calls
from atakora_data.api.graphql.selection import Look, LookAhead
from atakora_data.errors import MalformedRequest, RequestError
from atakora_data.registry.registry import Registry
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService

Results: TypeAlias = dict[str, Any]
"""What the root fields gave, by response key: a record, a page, None, or the exception that was raised."""


class RootField(NamedTuple):
    """One root field of an operation: whom to call, and what is selected below; or why that cannot be told."""

    key: str
    call: Call
    field: GraphQLField
    node: FieldNode
    look: Look | RequestError


Plan: TypeAlias = tuple[RootField, ...]
"""The root fields to load, in order."""


class Loader:
    """Loads the root fields of operations."""

    def __init__(self, registry: Registry, service: EntityService, schema: GraphQLSchema) -> None:
        self._registry = registry
        self._schema = schema
        self._calls = calls(registry, service, schema)

    def plan(self, executor: Executor[Any]) -> Plan:
        """What to load for the operation; introspection is not loaded."""
        types, fragments = self._schema.type_map, executor.fragment_definitions
        return tuple(self._fields(executor, LookAhead(self._registry, types, fragments, executor.variable_values)))

    def _fields(self, executor: Executor[Any], ahead: LookAhead) -> Iterable[RootField]:
        kind = self._schema.get_root_type(executor.operation.operation)
        for key, nodes in ahead.collect([executor.operation]).items():
            name = nodes[0].name.value
            call = self._calls.get(name)
            if kind is not None and call is not None:
                yield RootField(key, call, kind.fields[name], nodes[0], _look(ahead, call, nodes))

    async def load(self, executor: Executor[Any], plan: Plan, context: RequestContext) -> Results:
        """The results of all root fields: queries at once, mutations one after the other until one fails."""
        variables = executor.variable_values
        if len(plan) == 1:
            return {plan[0].key: await _result(plan[0], variables, context)}
        if executor.operation.operation is OperationType.MUTATION:
            return await _one_by_one(plan, variables, context)
        found = await asyncio.gather(*(_result(each, variables, context) for each in plan))
        return {each.key: result for each, result in zip(plan, found, strict=True)}


async def _one_by_one(plan: Plan, variables: VariableValues, context: RequestContext) -> Results:
    """A failed mutation voids the whole answer, and so those behind it are not begun."""
    results: Results = {}
    for each in plan:
        result = results[each.key] = await _result(each, variables, context)
        if isinstance(result, Exception):
            break
    return results


async def _result(root: RootField, variables: VariableValues, context: RequestContext) -> Any:
    """What the field gives; whatever it raises is a result too, and stands in the answer as this field's error."""
    if isinstance(root.look, Exception):
        return root.look
    try:
        arguments = get_argument_values(root.field, root.node, variables)
        return await root.call.ask(arguments, root.look, context)
    except GraphQLError as error:
        return MalformedRequest(error.message)
    except Exception as error:  # noqa: BLE001 - told apart and logged where the answer is written
        return error


def _look(ahead: LookAhead, call: Call, nodes: list[FieldNode]) -> Look | RequestError:
    try:
        return ahead.page(call.entity, nodes) if call.is_page else Look(ahead.record(call.entity, nodes))
    except RequestError as error:
        return error
    except GraphQLError as error:
        return MalformedRequest(error.message)
