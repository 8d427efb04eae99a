"""One side of the comparison: what a registry publishes, or what was generated from one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.api.rest.openapi.document import openapi_document
from atakora_data.codegen.infra import containers_of
from atakora_data.errors import SettingsError
from atakora_data.registry.registry import Registry

FILES: Final = ("openapi.json", "schema.graphql", "graphql.json", "containers.json")
"""What `generate` and `infra` write that can be compared."""


class Side(Struct, frozen=True):
    """What is known of it; None where that cannot be told."""

    openapi: Mapping[str, Any] | None = None
    sdl: str | None = None
    containers: Mapping[str, Mapping[str, Any]] | None = None
    registry: Registry | None = None


def side_of(registry: Registry) -> Side:
    """All that the registry publishes. SchemaError: Cosmos DB cannot have such a container."""
    return Side(
        openapi=json.loads(json.dumps(openapi_document(registry))),
        sdl=print_sdl(registry),
        containers=_by_name(containers_of(registry, "")["containers"]),
        registry=registry,
    )


def side_from(files: Mapping[str, str]) -> Side:
    """What generated files say, by their names. SettingsError: one of them is broken."""
    openapi = _json(files, "openapi.json")
    gateway = _json(files, "graphql.json")
    containers = _json(files, "containers.json")
    return Side(
        openapi=openapi,
        sdl=files.get("schema.graphql", None if gateway is None else gateway.get("sdl")),
        containers=None if containers is None else _by_name(containers.get("containers", ())),
    )


def _json(files: Mapping[str, str], name: str) -> Any:
    if name not in files:
        return None
    try:
        found = json.loads(files[name])
    except ValueError as error:
        raise SettingsError(f"{name} is not JSON: {error}. Generate it anew.") from error
    if not isinstance(found, dict):
        raise SettingsError(f"{name} is not what was generated. Generate it anew.")
    return found


def _by_name(containers: Any) -> dict[str, Mapping[str, Any]]:
    try:
        return {each["name"]: each for each in containers}
    except (LookupError, TypeError) as error:
        raise SettingsError("containers.json is not what was generated. Generate it anew.") from error
