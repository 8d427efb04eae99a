"""Lets graphql-core assemble answers: every resolver only picks from what was loaded, without asking anybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ariadne import SchemaBindable
from graphql import GraphQLNamedType, GraphQLResolveInfo, GraphQLSchema, is_object_type, is_union_type

from atakora_data.api.graphql.pages import pages
from atakora_data.api.graphql.selection import relation_key
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import THROUGH


class Resolvers(SchemaBindable):
    """Binds root fields, relations, edges and unions; all other fields are `pick`ed."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._pages = pages(registry)

    def bind_to_schema(self, schema: GraphQLSchema) -> None:
        """Give each field its resolver."""
        for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
            _bind(root, pick_result)
        for entity in self._registry:
            _bind(schema.get_type(entity.name), self._pick_relation, entity.relations)
        for name in self._pages.entities:
            _bind(schema.get_type(name), pick_items, ("edges",))
        for name in self._pages.edges:
            _bind(schema.get_type(name), pick_of_edge)
        for kind in schema.type_map.values():
            if is_union_type(kind):
                kind.resolve_type = pick_type

    def _pick_relation(self, source: Mapping[str, Any], info: GraphQLResolveInfo[None], **_arguments: Any) -> Any:
        """What was loaded for this response key; the arguments were used for loading."""
        return source.get(relation_key(str(info.path.key), self._pages.view_at(info.path.prev)))


def _bind(kind: GraphQLNamedType | None, resolver: Any, names: Collection[str] | None = None) -> None:
    if not is_object_type(kind):
        return
    for name, field in kind.fields.items():
        if names is None or name in names:
            field.resolve = resolver


def pick(source: Mapping[str, Any], info: GraphQLResolveInfo[None]) -> Any:
    """The field of a record: what the service left out is null."""
    return source.get(info.field_name)


def pick_result(results: Mapping[str, Any], info: GraphQLResolveInfo[None], **_arguments: Any) -> Any:
    """What the root field gave; an exception is raised here, so that it stands in the answer at its place."""
    result = results.get(str(info.path.key))
    if isinstance(result, Exception):
        raise result
    return result


def pick_items(page: Mapping[str, Any], _info: GraphQLResolveInfo[None]) -> Any:
    """The items of a page, each of which is its own edge."""
    return page["items"]


def pick_of_edge(item: Mapping[str, Any], info: GraphQLResolveInfo[None]) -> Any:
    """The record at the end of the edge, or a field of the link."""
    return item if info.field_name == "node" else item.get(THROUGH, {}).get(info.field_name)


def pick_type(record: Mapping[str, Any], *_asked: Any) -> str:
    """The type of a record that a polymorphic relation leads to."""
    return str(record["_type"])
