"""The values of an operation's variables: by graphql-core, unless they are plain texts that need no coercion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLID,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    get_variable_values,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource

_MAX_ERRORS = 10


class Variables:
    """The variables of one operation."""

    __slots__ = ("_hide_suggestions", "_operation", "_schema", "_texts")

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode, *, hide_suggestions: bool) -> None:
        self._schema = schema
        self._operation = operation
        self._hide_suggestions = hide_suggestions
        self._texts = _texts(schema, operation)

    def values(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """What the variables stand for, or why what was given does not fit their types."""
        texts = self._texts
        if texts is not None and given.keys() == texts.keys() and {type(each) for each in given.values()} <= {str}:
            sources = {name: VariableValueSource(texts[name], value) for name, value in given.items()}
            return VariableValues(sources, dict(given))
        return get_variable_values(
            self._schema,
            self._operation.variable_definitions or (),
            dict(given),
            max_errors=_MAX_ERRORS,
            hide_suggestions=self._hide_suggestions,
        )


def _texts(schema: GraphQLSchema, operation: OperationDefinitionNode) -> dict[str, GraphQLVariableSignature] | None:
    """The variables by name if all of them are texts or ids, whose values are taken as they come."""
    signatures = [get_variable_signature(schema, each) for each in operation.variable_definitions or ()]
    found = {each.name: each for each in signatures if not isinstance(each, GraphQLError) and _is_text(each)}
    return found if len(found) == len(signatures) else None


def _is_text(signature: GraphQLVariableSignature) -> bool:
    kind = signature.type.of_type if isinstance(signature.type, GraphQLNonNull) else signature.type
    return kind in (GraphQLID, GraphQLString)
