"""From query text to an operation that may run: parsed, measured, validated; remembered by its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from msgspec import Struct

from atakora_data.api.graphql.limits import Limits, Meter
from atakora_data.api.graphql.variability import has_variable_limits, is_selection_fixed
from atakora_data.api.graphql.variables import Variables
from atakora_data.errors import QueryTooExpensive
from atakora_data.registry.registry import Registry

_REMEMBERED_CHARACTERS = 250_000
_MAX_ERRORS = 10
_NO_ROLES: frozenset[str] = frozenset()


class InvalidDocument(Exception):
    """The text is not a valid GraphQL document, or does not have the operation asked for."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


class Document(Struct, frozen=True):
    """A valid document.

    complexity: as it was measured. fixed: what was worked out of its operations by name; None when variables could
    change it. variables: those of its operations, by name, once they were asked for.
    """

    node: DocumentNode
    length: int
    complexity: int
    operations: Mapping[str | None, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    fixed: dict[str | None, Any] | None
    has_variable_limits: bool
    variables: dict[str | None, Variables]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation of this name, or the only one; InvalidDocument when there is no such one."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name) if name is not None else None
        if found is None:
            raise InvalidDocument([GraphQLError(self._explain(name))])
        return found

    def _explain(self, wanted: str | None) -> str:
        known = ", ".join(sorted(name for name in self.operations if name))
        if wanted is None:
            return f"The document has several operations; say in operationName which: {known}."
        return f"The document has no operation named {wanted!r}{f', only {known}' if known else ''}."


class Documents:
    """Reads query texts, each once as long as it is remembered."""

    def __init__(self, schema: GraphQLSchema, registry: Registry, limits: Limits, *, introspection: bool) -> None:
        self._schema = schema
        self._limits = limits
        self._meter = Meter(schema, registry, limits)
        self._introspection = introspection
        self._rules = specified_rules if introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
        self._known: LRUCache[str, Document] = LRUCache(_REMEMBERED_CHARACTERS, getsizeof=_size)

    def read(self, text: str, variables: Mapping[str, Any], roles: frozenset[str] = _NO_ROLES) -> Document:
        """The document of this text; InvalidDocument or QueryTooExpensive when it must not run. roles: the caller's."""
        found = self._known.get(text)
        if found is None:
            found = self._read(text, variables, roles)
            if len(text) <= self._known.maxsize:
                self._known[text] = found
        elif found.has_variable_limits:
            self._meter.check(found.node, variables, roles)
        else:
            self._meter.check_complexity(found.complexity, roles)
        return found

    def _read(self, text: str, variables: Mapping[str, Any], roles: frozenset[str]) -> Document:
        node = self._parse(text)
        complexity = self._meter.check(node, variables, roles)
        errors = validate(
            self._schema, node, self._rules, max_errors=_MAX_ERRORS, hide_suggestions=not self._introspection
        )
        if errors:
            raise InvalidDocument(errors)
        return _document(text, node, complexity)

    def _parse(self, text: str) -> DocumentNode:
        limits = self._limits
        if len(text) > limits.max_characters:
            raise QueryTooExpensive(
                f"The query has {len(text)} characters; the limit is {limits.max_characters} (max_characters).",
                hint="Send values as variables.",
            )
        try:
            return parse(
                text,
                max_lexical_tokens=limits.max_tokens,
                max_comments=limits.max_tokens,
                allow_empty_selection_sets=False,
            )
        except GraphQLError as error:
            if "nested too deeply" in error.message:
                raise QueryTooExpensive(
                    "The query nests too deep to be read.", hint="Ask in several requests, or send values as variables."
                ) from error
            if "Parsing aborted" in error.message:
                raise QueryTooExpensive(
                    f"The query has more than {limits.max_tokens} tokens (max_tokens).",
                    hint="Send values as variables, or ask in several requests.",
                ) from error
            raise InvalidDocument([error]) from error


def _document(text: str, node: DocumentNode, complexity: int) -> Document:
    return Document(
        node=node,
        length=len(text),
        complexity=complexity,
        operations={
            each.name.value if each.name else None: each
            for each in node.definitions
            if isinstance(each, OperationDefinitionNode)
        },
        fragments={each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)},
        fixed={} if is_selection_fixed(node) else None,
        has_variable_limits=has_variable_limits(node),
        variables={},
    )


def _size(document: Document) -> int:
    return document.length
