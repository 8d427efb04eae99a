"""Which fields stand below a node, when fragments, @skip, @include and repeated fields are merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.values import VariableValues
from msgspec import Struct

Parent: TypeAlias = FieldNode | OperationDefinitionNode
"""What has fields below it."""

_CONDITIONS = {"include": True, "skip": False}


class Collector(Struct, frozen=True):
    """Collects fields as execution does. unions: the members of each; there are no interfaces."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues
    unions: Mapping[str, frozenset[str]]

    def collect(self, nodes: Iterable[Parent], kind: str | None = None) -> dict[str, list[FieldNode]]:
        """The fields below the nodes by response key, in the order execution sees them.

        kind: the type they are selected of, where that type may be in a union: only there a condition can fail.
        """
        grouped: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for node in nodes:
            for each in self._flatten(node.selection_set, kind, visited):
                grouped.setdefault(each.alias.value if each.alias else each.name.value, []).append(each)
        return grouped

    def _flatten(self, selections: SelectionSetNode | None, kind: str | None, visited: set[str]) -> Iterator[FieldNode]:
        for each in selections.selections if selections else ():
            if each.directives and not self._is_included(each):
                continue
            if isinstance(each, FieldNode):
                yield each
            elif isinstance(each, InlineFragmentNode):
                if self._holds(each.type_condition, kind):
                    yield from self._flatten(each.selection_set, kind, visited)
            elif isinstance(each, FragmentSpreadNode) and each.name.value not in visited:
                visited.add(each.name.value)
                fragment = self.fragments[each.name.value]
                if self._holds(fragment.type_condition, kind):
                    yield from self._flatten(fragment.selection_set, kind, visited)

    def _holds(self, condition: NamedTypeNode | None, kind: str | None) -> bool:
        if condition is None or kind is None:
            return True
        name = condition.name.value
        return name == kind or kind in self.unions.get(name, ())

    def _is_included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            name = directive.name.value
            if name in _CONDITIONS and self._condition(directive) is not _CONDITIONS[name]:
                return False
        return True

    def _condition(self, directive: DirectiveNode) -> bool:
        [argument] = directive.arguments or ()
        value = argument.value
        if isinstance(value, VariableNode):
            return bool(self.variables.coerced.get(value.name.value))
        return isinstance(value, BooleanValueNode) and value.value
