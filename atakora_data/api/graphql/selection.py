"""Looks ahead: from the fields a query selects to what the service shall load, before anything is resolved.

A relation is loaded under `relation_key`, so that two aliases of it with different arguments do not meet.
Fragments, @skip, @include, aliases and repeated fields are merged as execution merges them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_argument_values

from atakora_data.api.graphql.naming import relations
from atakora_data.errors import InvalidOrder
from atakora_data.registry.entity import EntityModel, RelationModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import RelationSelection, Selection

_ITEMS = "items"
_CONDITIONS = {"include": True, "skip": False}
_Parent: TypeAlias = FieldNode | OperationDefinitionNode


class Look(NamedTuple):
    """What is selected of a record, or of each item of a page, and whether the page's count is wanted."""

    selection: Selection
    counts: bool = False


@dataclass(frozen=True, slots=True)
class LookAhead:
    """Reads selections of one operation. types: the object types by name, which know the arguments."""

    registry: Registry
    types: Mapping[str, Any]
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues

    def record(self, entity: EntityModel, nodes: Iterable[_Parent]) -> Selection:
        """What the nodes select of a record."""
        return self._select(entity, [("", nodes)])

    def page(self, entity: EntityModel, nodes: Iterable[_Parent]) -> Look:
        """What the nodes select of a page of records."""
        grouped = self.collect(nodes)
        names = {key: found[0].name.value for key, found in grouped.items()}
        items = [(key, found) for key, found in grouped.items() if names[key] == _ITEMS]
        return Look(self._select(entity, items), "count" in names.values())

    def _select(self, entity: EntityModel, views: Iterable[tuple[str, Iterable[_Parent]]]) -> Selection:
        """What several views of the same record select together; a view is named by its response key."""
        offered = relations(entity)
        fields: set[str] = set()
        wanted: list[RelationSelection] = []
        for view, nodes in views:
            for key, found in self.collect(nodes).items():
                name = found[0].name.value
                if name in offered:
                    wanted.append(self._relation(entity, offered[name], relation_key(key, view), found))
                elif not name.startswith("__"):
                    fields.add(name)
        return Selection(frozenset(fields), tuple(wanted))

    def _relation(
        self, entity: EntityModel, relation: RelationModel, key: str, nodes: Sequence[FieldNode]
    ) -> RelationSelection:
        target = self.registry[relation.target]
        if not relation.is_to_many:
            return RelationSelection(key, relation.wire, self.record(target, nodes))
        look = self.page(target, nodes)
        kind: GraphQLObjectType = self.types[entity.name]
        arguments = get_argument_values(kind.fields[relation.wire], nodes[0], self.variables)
        return RelationSelection(key, relation.wire, look.selection, count=look.counts, **page_arguments(arguments))

    def collect(self, nodes: Iterable[_Parent]) -> dict[str, list[FieldNode]]:
        """The fields below the nodes by response key, in the order execution sees them."""
        grouped: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for node in nodes:
            for each in self._flatten(node.selection_set, visited):
                grouped.setdefault(each.alias.value if each.alias else each.name.value, []).append(each)
        return grouped

    def _flatten(self, selections: SelectionSetNode | None, visited: set[str]) -> Iterator[FieldNode]:
        for each in selections.selections if selections else ():
            if each.directives and not self._is_included(each):
                continue
            if isinstance(each, FieldNode):
                yield each
            elif isinstance(each, InlineFragmentNode):
                yield from self._flatten(each.selection_set, visited)
            elif isinstance(each, FragmentSpreadNode) and each.name.value not in visited:
                visited.add(each.name.value)
                yield from self._flatten(self.fragments[each.name.value].selection_set, visited)

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


def relation_key(response_key: str, view: str) -> str:
    """Under which name a relation stands in the record. view: the response key of `items`, "" for a single record.

    Two views of one page share its records; whatever is not called `items` keeps its relations apart.
    """
    return f"@{response_key}" if view in ("", _ITEMS) else f"@{view}.{response_key}"


def page_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a list field as the service's commands call them."""
    return {
        "filter": arguments.get("filter"),
        "order_by": tuple(_order_term(entry) for entry in arguments.get("orderBy") or ()),
        "limit": arguments.get("limit"),
        "next_token": arguments.get("nextToken"),
    }


def _order_term(entry: Mapping[str, Any]) -> str:
    """`-publishedAt` for `{publishedAt: DESC}`, `metadata.views` for `{metadata: {views: ASC}}`."""
    path: list[str] = []
    value: Any = entry
    while isinstance(value, Mapping):
        if len(value) != 1:
            raise InvalidOrder(_ONE_FIELD)
        [(name, value)] = value.items()
        path.append(name)
    if value is None:
        raise InvalidOrder(_ONE_FIELD)
    return f"{'-' if value == 'DESC' else ''}{'.'.join(path)}"


_ONE_FIELD = "Each entry of orderBy names one field: [{publishedAt: DESC}, {title: ASC}]."
