"""Which types of the schema are pages and edges, and where their values stand in what the service answers.

The service answers a page with `items`; its edges are the same items, of which each holds its link under `_through`.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql.pyutils import Path
from msgspec import Struct

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.selection import edge_view
from atakora_data.registry.entity import EntityModel, RelationKind
from atakora_data.registry.registry import Registry


class Pages(Struct, frozen=True):
    """The pages of one schema.

    entities: what each is a page of, by the name of its type. edges, aggregates: names of types.
    """

    entities: Mapping[str, EntityModel]
    edges: frozenset[str]
    aggregates: frozenset[str]

    def has_edge(self, kind: str) -> bool:
        """Whether the type is an edge."""
        return kind in self.edges

    def source(self, kind: str, name: str) -> str:
        """Under which name the value of a field stands."""
        return "items" if name == "edges" and kind in self.entities else name

    def view(self, kind: str, name: str, key: str, above: str) -> str:
        """Which view the records below a field are, as `relation_key` takes it. above: the view of its parent."""
        if kind in self.entities and name in ("items", "edges"):
            return key
        return edge_view(above, key) if kind in self.edges and name == "node" else ""

    def view_at(self, path: Path | None) -> str:
        """Which view the record at this place of an answer is."""
        if path is None or path.prev is None:
            return ""
        if isinstance(path.key, int):
            return str(path.prev.key) if path.prev.typename in self.entities else ""
        if path.typename in self.edges and path.prev.prev is not None:
            return edge_view(str(path.prev.prev.key), path.key)
        return ""


def pages(registry: Registry) -> Pages:
    """The pages of a registry's schema."""
    entities = {f"{each.name}Connection": each for each in registry}
    edges: set[str] = set()
    for entity in registry:
        for relation in entity.relations.values():
            if relation.kind is RelationKind.MANY_TO_MANY:
                entities[naming.connection(entity, relation)] = registry[relation.target]
                edges.add(naming.edge(entity, relation))
    return Pages(entities, frozenset(edges), frozenset(f"{each.name}Aggregate" for each in registry))
