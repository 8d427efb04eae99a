"""What the deployment in `infra/` reads of the schemas: containers, what API Management offers, descriptions."""

from __future__ import annotations

import json
from typing import Any

from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.api.rest.openapi.document import openapi_document
from atakora_data.codegen.gateway import gateway_apis, gateway_scopes
from atakora_data.codegen.marks import mark
from atakora_data.registry.registry import Registry
from atakora_data.storage.cosmos.containers import container_specs

KIND = "infra"


def infra_files(registry: Registry, database: str) -> dict[str, str]:
    """`containers.json`, `gateway.json`, `graphql.json` and `openapi.json`; the same for the same registry.

    database: which one the containers are in. SchemaError: Cosmos DB cannot have such a container.
    """
    return {
        "containers.json": _json(containers_of(registry, database)),
        "gateway.json": _json({"scopes": gateway_scopes(registry), "apis": gateway_apis(registry)}),
        "graphql.json": _json({"sdl": print_sdl(registry)}),
        "openapi.json": _json(openapi_document(registry)),
    }


def containers_of(registry: Registry, database: str) -> dict[str, Any]:
    """The database, and what makes each of its containers. SchemaError: Cosmos DB cannot have such a container."""
    return {"database": database, "containers": [spec.to_json() for spec in container_specs(registry)]}


def _json(content: dict[str, Any]) -> str:
    return json.dumps({"x-generator": mark(KIND), **content}, indent=2, ensure_ascii=False) + "\n"
