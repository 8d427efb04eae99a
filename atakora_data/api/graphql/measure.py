"""Measures what a query would cost, on its syntax tree: documents need not be valid, and may be hostile.

Complexity: each field counts 1; what is below the `items` or `edges` of a page counts `limit` times (the default of the
entity when none is given), what is below the groups of an aggregate likewise, below any other list of objects 5 times.
Each fragment is measured once per place it stands in, so that measuring stays cheap however fragments are nested.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from msgspec import Struct, field

from atakora_data.api.graphql.pages import Pages
from atakora_data.errors import InvalidLimit, MalformedRequest, QueryTooExpensive
from atakora_data.service.aggregating import DEFAULT_LIMIT, MAX_LIMIT

LONGEST_INT = 12
"""Digits of a literal beyond which it is no limit anyway."""

_LIST_WEIGHT = 5
_PAGED = ("items", "edges")
_INTROSPECTION = ("__schema", "__type")


class Measure(NamedTuple):
    """What a selection amounts to, with its fragments put in. fields: those directly in the braces."""

    depth: int = 0
    introspection_depth: int = 0
    aliases: int = 0
    fields: int = 0
    complexity: int = 0

    def beside(self, other: Measure) -> Measure:
        """Both selections in the same braces."""
        return Measure(
            max(self.depth, other.depth),
            max(self.introspection_depth, other.introspection_depth),
            self.aliases + other.aliases,
            self.fields + other.fields,
            self.complexity + other.complexity,
        )


_NONE = Measure()


class Place(NamedTuple):
    """Where a selection stands. kind: its type, None when unknown. page: the limit of the page it belongs to."""

    kind: GraphQLNamedType | None
    page: int = 1
    level: int = 0
    is_introspection: bool = False


class Walk(Struct):
    """One document being measured. deepest: how many braces nest."""

    schema: GraphQLSchema
    pages: Pages
    fragments: Mapping[str, FragmentDefinitionNode]
    deepest: int
    variables: Mapping[str, Any] = field(default_factory=dict)
    measured: dict[tuple[str, int, bool], Measure | None] = field(default_factory=dict)
    repeats: int = 0

    def start(self, variables: Mapping[str, Any]) -> None:
        """Begin with another operation."""
        self.variables = variables
        self.measured = {}
        self.repeats = 0

    def measure(self, selections: SelectionSetNode | None, place: Place) -> Measure:
        """What is selected there."""
        if selections is None:
            return _NONE
        self._count_repeats(selections)
        total = _NONE
        for each in selections.selections:
            total = total.beside(self._one(each, place))
        return total

    def _one(self, node: SelectionNode, place: Place) -> Measure:
        if place.level > self.deepest:
            raise QueryTooExpensive(
                f"The query nests more than {self.deepest} levels deep, fragments included (max_depth).",
                hint="Ask in several requests.",
            )
        if isinstance(node, FieldNode):
            return self._field(node, place)
        inner = place._replace(level=place.level + 1)
        if isinstance(node, FragmentSpreadNode):
            return self.fragment(node.name.value, inner)
        if not isinstance(node, InlineFragmentNode):
            return _NONE
        return self.measure(node.selection_set, inner._replace(kind=self._condition(node, place)))

    def fragment(self, name: str, place: Place) -> Measure:
        """What the fragment selects in that place, by the type it is on."""
        key = (name, place.page, place.is_introspection)
        if key not in self.measured:
            fragment = self.fragments.get(name)
            self.measured[key] = None
            inner = place._replace(kind=self._condition(fragment, place))
            self.measured[key] = self.measure(fragment.selection_set if fragment else None, inner)
        found = self.measured[key]
        if found is None:
            raise MalformedRequest(f"The fragment {name} contains itself.", hint="Fragments must not form a cycle.")
        return found

    def _condition(
        self, fragment: FragmentDefinitionNode | InlineFragmentNode | None, place: Place
    ) -> GraphQLNamedType | None:
        if fragment is None or fragment.type_condition is None:
            return place.kind
        return self.schema.get_type(fragment.type_condition.name.value)

    def _field(self, node: FieldNode, place: Place) -> Measure:
        name = node.name.value
        output = self._type_of(place.kind, name)
        kind = get_named_type(output) if output is not None else None
        is_introspection = place.is_introspection or name in _INTROSPECTION
        page = self._page(node, kind) if kind is not None else 1
        below = self.measure(node.selection_set, Place(kind, page, place.level + 1, is_introspection))
        return Measure(
            depth=0 if is_introspection else below.depth + 1,
            introspection_depth=below.introspection_depth + 1 if is_introspection else below.introspection_depth,
            aliases=below.aliases + (node.alias is not None),
            fields=1,
            complexity=1 + below.complexity * self._weight(name, output, place, page),
        )

    def _type_of(self, parent: GraphQLNamedType | None, name: str) -> GraphQLOutputType | None:
        if parent is None or not is_object_type(parent):
            return None
        found = self.schema.get_field(parent, name)
        return found.type if found is not None else None

    def _weight(self, name: str, output: GraphQLOutputType | None, place: Place, page: int) -> int:
        """How often what is below the field is there."""
        if place.kind is not None and place.kind.name in self.pages.entities and name in _PAGED:
            return place.page
        inner = output.of_type if is_non_null_type(output) else output
        if not is_list_type(inner):
            return 1
        return page if get_named_type(inner).name in self.pages.aggregates else _LIST_WEIGHT

    def _page(self, node: FieldNode, kind: GraphQLNamedType) -> int:
        """How many records or groups the field may answer, if it is a page or an aggregate."""
        entity = self.pages.entities.get(kind.name)
        if entity is not None:
            return self._limit(node, entity.name, entity.default_limit, entity.max_limit)
        if kind.name in self.pages.aggregates and _argument(node, "groupBy") is not None:
            return self._limit(node, "an aggregate", DEFAULT_LIMIT, MAX_LIMIT)
        return 1

    def _limit(self, node: FieldNode, who: str, default: int, most: int) -> int:
        given = _argument(node, "limit")
        value: Any = None
        if isinstance(given, IntValueNode):
            value = int(given.value[:LONGEST_INT])
        elif isinstance(given, VariableNode):
            value = self.variables.get(given.name.value)
        if not isinstance(value, int):
            return default
        if not 1 <= value <= most:
            raise InvalidLimit(f"limit is {value}; {who} allows 1 to {most}.")
        return value

    def _count_repeats(self, selections: SelectionSetNode) -> None:
        keys = [
            (each.alias or each.name).value if isinstance(each, FieldNode) else each.name.value
            for each in selections.selections
            if isinstance(each, FieldNode | FragmentSpreadNode)
        ]
        self.repeats += len(keys) - len(set(keys))


def _argument(node: FieldNode, name: str) -> ValueNode | None:
    return next((each.value for each in node.arguments or () if each.name.value == name), None)
