"""Lets graphql-core assemble answers: every resolver only picks from what was loaded, without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ariadne import SchemaBindable
from graphql import GraphQLNamedType, GraphQLResolveInfo, GraphQLSchema, is_object_type

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.selection import relation_key
from atakora_data.registry.registry import Registry


class Resolvers(SchemaBindable):
    """Binds root fields to `pick_result` and relations to `pick_relation`; all other fields are `pick`ed."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def bind_to_schema(self, schema: GraphQLSchema) -> None:
        """Give each field its resolver."""
        for root in (schema.query_type, schema.mutation_type):
            _bind(root, pick_result)
        for entity in self._registry:
            _bind(schema.get_type(entity.name), pick_relation, naming.relations(entity))


def _bind(kind: GraphQLNamedType | None, resolver: Any, names: Mapping[str, Any] | None = None) -> None:
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


def pick_relation(source: Mapping[str, Any], info: GraphQLResolveInfo[None], **_arguments: Any) -> Any:
    """What was loaded for this response key; the arguments were used for loading."""
    above = info.path.prev
    view = above.prev.key if above and above.prev and isinstance(above.key, int) else ""
    return source.get(relation_key(str(info.path.key), str(view)))
