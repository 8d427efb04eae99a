"""Looks ahead: from the fields a query selects to what the service shall load, before anything is resolved.

A relation is loaded under `relation_key`, so that two aliases of it with different arguments do not meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLObjectType
from graphql.execution.values import get_argument_values
from msgspec import Struct

from atakora_data.api.graphql.collection import Collector, Parent
from atakora_data.errors import InvalidOrder
from atakora_data.registry.entity import EntityModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import RelationSelection, Selection


class Look(NamedTuple):
    """What is selected of a record, or of each of several.

    counts, continues: whether the count and the token of their page are wanted.
    measures: what is to be worked out of which fields, when that is asked instead.
    """

    selection: Selection
    counts: bool = False
    continues: bool = False
    measures: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class LookAhead(Struct, frozen=True):
    """Reads selections of one operation. types: the object types by name, which know the arguments."""

    registry: Registry
    types: Mapping[str, Any]
    collector: Collector

    def record(self, entity: EntityModel, nodes: Iterable[Parent]) -> Selection:
        """What the nodes select of a record."""
        return self._select(entity, [("", nodes)])

    def page(self, entity: EntityModel, nodes: Iterable[Parent]) -> Look:
        """What the nodes select of a page of records: its items, and the nodes of its edges, which are the same."""
        views: list[tuple[str, list[FieldNode]]] = []
        grouped = self.collector.collect(nodes)
        names = {found[0].name.value for found in grouped.values()}
        for key, found in grouped.items():
            match found[0].name.value:
                case "items":
                    views.append((key, found))
                case "edges":
                    views.extend((edge_view(key, each), below) for each, below in self._nodes(found))
        return Look(self._select(entity, views), "count" in names, "nextToken" in names)

    def _nodes(self, edges: Iterable[Parent]) -> Iterable[tuple[str, list[FieldNode]]]:
        for key, found in self.collector.collect(edges).items():
            if found[0].name.value == "node":
                yield key, found

    def _select(self, entity: EntityModel, views: Iterable[tuple[str, Iterable[Parent]]]) -> Selection:
        """What several views of the same record select together; a view is named by its response key."""
        fields: set[str] = set()
        wanted: list[RelationSelection] = []
        for view, nodes in views:
            for key, found in self.collector.collect(nodes, entity.name).items():
                name = found[0].name.value
                relation = entity.relations.get(name)
                if relation is not None:
                    wanted.append(self._relation(entity, relation, relation_key(key, view), found))
                elif not name.startswith("__"):
                    fields.add(name)
        return Selection(frozenset(fields), tuple(wanted))

    def _relation(
        self, entity: EntityModel, relation: RelationModel, key: str, nodes: Sequence[FieldNode]
    ) -> RelationSelection:
        if relation.kind is RelationKind.POLYMORPHIC:
            targets = {name: self.record(self.registry[name], nodes) for name in relation.targets}
            return RelationSelection(key, relation.wire, selections=targets)
        target = self.registry[relation.target]
        if not relation.is_to_many:
            return RelationSelection(key, relation.wire, self.record(target, nodes))
        look = self.page(target, nodes)
        kind: GraphQLObjectType = self.types[entity.name]
        arguments = get_argument_values(kind.fields[relation.wire], nodes[0], self.collector.variables)
        page = page_arguments(arguments)
        return RelationSelection(
            key, relation.wire, look.selection, count=look.counts, continues=look.continues, **page
        )


def relation_key(response_key: str, view: str) -> str:
    """Under which name a relation stands in the record.

    view: the response key of `items`, or what `edge_view` makes of those of `edges` and `node`; "" for a single record.
    Views of one page share its records; whatever is not called `items` keeps its relations apart.
    """
    return f"@{response_key}" if view in ("", "items") else f"@{view}.{response_key}"


def edge_view(edges_key: str, node_key: str) -> str:
    """The view of a page's records through its edges."""
    return f"{edges_key}.{node_key}"


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
