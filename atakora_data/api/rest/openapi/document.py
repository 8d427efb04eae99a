"""The whole description: paths, components and what holds for all of them."""

from __future__ import annotations

from typing import Any

from atakora_data.api.rest.openapi.batches import BATCH_SCHEMAS, BATCH_TAG, batch_path
from atakora_data.api.rest.openapi.explaining import EXPLAIN_TAG, explain_path, explain_schemas
from atakora_data.api.rest.openapi.filters import OPERATOR_SCHEMAS, filter_schemas
from atakora_data.api.rest.openapi.many import aggregate_schemas
from atakora_data.api.rest.openapi.operations import entity_paths
from atakora_data.api.rest.openapi.parameters import SHARED_PARAMETERS, entity_parameters
from atakora_data.api.rest.openapi.problems import PROBLEM_SCHEMA, VIOLATION_SCHEMA, problem_components
from atakora_data.api.rest.openapi.realtime import REALTIME_TAG, realtime_paths, realtime_schemas
from atakora_data.api.rest.openapi.records import nested_schemas, record_schemas, related_schemas
from atakora_data.api.rest.openapi.types import Schema
from atakora_data.api.rest.openapi.used import used_components
from atakora_data.api.rest.openapi.writes import input_schemas
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.registry import Registry

_ABOUT = """Lists, records and actions of the entities below.

Send `Authorization: Bearer <token>`; without it you are anonymous, and a bad token is refused. What you may not read
does not exist for you: a record is 404, a field is absent. Errors are `application/problem+json` with a stable `code`.
Every answer carries `X-Correlation-Id`; send one of your own to find the request again."""

_HEADERS: dict[str, Schema] = {
    "ETag": {"description": "Send it as If-Match or If-None-Match.", "schema": {"type": "string"}},
    "Location": {"description": "Where the new record is.", "schema": {"type": "string", "format": "uri-reference"}},
    "WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "string"}},
}


def openapi_document(
    registry: Registry,
    *,
    title: str = "Atakora Data",
    version: str = "1.0.0",
    server: str = "/api",
    playground: bool = False,
    explain: bool = False,
) -> dict[str, Any]:
    """OpenAPI 3.1 of every path that the entities have. Pure: the same registry gives the same document.

    playground: whether it points to the GraphQL playground. explain: whether rules are explained.
    """
    paths = {
        **{path: item for entity in _served(registry) for path, item in entity_paths(registry, entity).items()},
        "/batch": batch_path(registry),
        **realtime_paths(registry),
        **({"/explain": explain_path()} if explain else {}),
    }
    elsewhere = {"externalDocs": {"url": f"{server}/graphql", "description": "GraphQL playground"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": _ABOUT},
        "servers": [{"url": server}],
        **(elsewhere if playground else {}),
        "tags": [
            *(_tag(entity.name, entity.description) for entity in _served(registry)),
            *_shared_tags(registry, explain=explain),
        ],
        "security": [{}, {"bearer": []}],
        "paths": paths,
        "components": used_components(paths, _components(registry, explain=explain)),
    }


def _components(registry: Registry, *, explain: bool) -> dict[str, dict[str, Any]]:
    return {
        "schemas": _schemas(registry, explain=explain),
        "parameters": _parameters(registry),
        "responses": problem_components(realtime=bool(registry.realtime), explain=explain),
        "headers": _HEADERS,
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
    }


def _parameters(registry: Registry) -> dict[str, Schema]:
    own = {name: each for entity in _served(registry) for name, each in entity_parameters(registry, entity).items()}
    return {**SHARED_PARAMETERS, **own}


def _schemas(registry: Registry, *, explain: bool) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for entity in _served(registry):
        found |= record_schemas(entity) | related_schemas(registry, entity) | aggregate_schemas(entity)
        found |= input_schemas(registry, entity) | filter_schemas(registry, entity)
    for entity in registry:
        found |= nested_schemas(entity)
    shared = {
        **OPERATOR_SCHEMAS,
        **BATCH_SCHEMAS,
        **realtime_schemas(registry),
        **(explain_schemas(registry) if explain else {}),
        "Api.Problem": PROBLEM_SCHEMA,
        "Api.Violation": VIOLATION_SCHEMA,
    }
    return dict(sorted((found | shared).items()))


def _shared_tags(registry: Registry, *, explain: bool) -> list[dict[str, str]]:
    return [BATCH_TAG, *([REALTIME_TAG] if registry.realtime else []), *([EXPLAIN_TAG] if explain else [])]


def _served(registry: Registry) -> list[EntityModel]:
    """The entities that have paths: all but the junctions that the framework made."""
    return [entity for entity in registry if not entity.is_junction]


def _tag(name: str, description: str | None) -> dict[str, str]:
    return {"name": name, "description": description} if description else {"name": name}
