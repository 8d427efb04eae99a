"""The executable schema: the SDL of the registry with our scalars and resolvers, put together by Ariadne."""

from __future__ import annotations

from ariadne import make_executable_schema
from graphql import GraphQLSchema, is_union_type

from atakora_data.api.graphql.resolvers import Resolvers
from atakora_data.api.graphql.scalars import scalars
from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.registry.registry import Registry


def build_schema(registry: Registry) -> GraphQLSchema:
    """The schema of all entities; its resolvers pick from what `loading.py` has loaded."""
    sdl = print_sdl(registry)
    return make_executable_schema(sdl, *scalars(sdl), Resolvers(registry))


def unions(schema: GraphQLSchema) -> dict[str, frozenset[str]]:
    """The members of each union, by name."""
    return {
        name: frozenset(each.name for each in kind.types)
        for name, kind in schema.type_map.items()
        if is_union_type(kind)
    }
