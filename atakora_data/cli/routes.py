"""`routes`: what the app answers, as REST paths and as GraphQL operations."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import asdict

from atakora_data.cli.options import add_json, add_schemas, read_settings
from atakora_data.registry.registry import Registry

FIXED = (
    ("GET, POST", "/graphql", "GraphQL; in a browser, a playground"),
    ("GET", "/docs", "a page that describes the REST API"),
    ("GET", "/openapi.json", "the same as OpenAPI 3.1"),
    ("GET", "/health", "whether the app can answer"),
)
"""The paths that do not depend on the schemas; a test asks each of them."""

_METHODS = ("get", "post", "put", "patch", "delete")


class Rest(Struct, frozen=True):
    """One method of one path below the prefix."""

    method: str
    path: str
    summary: str


class GraphQL(Struct, frozen=True):
    """One root field with its arguments and type. kind: `query` or `mutation`."""

    kind: str
    signature: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_schemas(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print all routes, the same ones that the OpenAPI document and the GraphQL schema describe."""
    settings = read_settings(args)
    from atakora_data.registry.loader import load_registry

    registry = load_registry(settings.schemas)
    rest, graphql = [*_rest(registry), *_fixed()], list(_graphql(registry))
    print(_as_json(rest, graphql) if args.json else "\n".join([*_rest_lines(rest), "", *_graphql_lines(graphql)]))
    return 0


def _rest(registry: Registry) -> Iterator[Rest]:
    from atakora_data.api.rest.openapi.document import openapi_document

    for path, item in openapi_document(registry)["paths"].items():
        for method in _METHODS:
            if method in item:
                yield Rest(method.upper(), path, item[method].get("summary", ""))


def _fixed() -> Iterator[Rest]:
    return (Rest(methods, path, summary) for methods, path, summary in FIXED)


def _graphql(registry: Registry) -> Iterator[GraphQL]:
    from graphql import ObjectTypeDefinitionNode, parse, print_ast

    from atakora_data.api.graphql.sdl import print_sdl

    for node in parse(print_sdl(registry)).definitions:
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value in {"Query", "Mutation", "Subscription"}:
            for each in node.fields or ():
                arguments = ", ".join(f"{name.name.value}: {print_ast(name.type)}" for name in each.arguments or ())
                called = f"{each.name.value}({arguments})" if arguments else each.name.value
                yield GraphQL(node.name.value.lower(), f"{called}: {print_ast(each.type)}")


def _as_json(rest: Sequence[Rest], graphql: Sequence[GraphQL]) -> str:
    import json

    found = {"rest": [asdict(each) for each in rest], "graphql": [asdict(each) for each in graphql]}
    return json.dumps(found, indent=2, ensure_ascii=False)


def _rest_lines(rest: Sequence[Rest]) -> list[str]:
    wide = max(len(each.path) for each in rest)
    return ["REST, below /api", *(f"  {each.method:<9}  {each.path:<{wide}}  {each.summary}" for each in rest)]


def _graphql_lines(graphql: Sequence[GraphQL]) -> list[str]:
    return ["GraphQL, at /api/graphql", *(f"  {each.kind:<12}  {each.signature}" for each in graphql)]
