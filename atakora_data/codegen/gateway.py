"""What API Management is told: the operations of each entity, and which of their answers are the same for everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from atakora_data.api.rest.openapi.document import openapi_document
from atakora_data.authorization.access import Access, Gatekeeper
from atakora_data.authorization.principal import ANONYMOUS
from atakora_data.authorization.scopes import needed
from atakora_data.registry.entity import Operation
from atakora_data.registry.registry import Registry

_METHODS = ("get", "post", "put", "patch", "delete")


def gateway_apis(registry: Registry) -> list[dict[str, Any]]:
    """By entity its operations, in the order of the OpenAPI description: name, method, template, parameters, isCached.

    What an anonymous caller gets may be kept for other anonymous callers: for nobody else is anything kept.
    """
    paths: Mapping[str, Mapping[str, Any]] = openapi_document(registry)["paths"]
    everybodys = open_entities(registry)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in paths.items():
        for method in _METHODS:
            if method in item:
                tag = item[method]["tags"][0]
                groups.setdefault(tag, []).append(_operation(path, method, item[method], everybodys))
    return [{"name": name, "operations": operations} for name, operations in groups.items()]


def gateway_scopes(registry: Registry) -> list[str]:
    """Every scope that counts for something here, in alphabetical order; see docs/identity.md."""
    entities = (entity for entity in registry if not entity.is_junction)
    return sorted({scope for entity in entities for operation in Operation for scope in needed(entity, operation)})


def open_entities(registry: Registry) -> frozenset[str]:
    """The entities that anonymous callers may read, all of them alike: no function has a say in what they get.

    What relations lead to is part of an answer, so that it counts as well, however far away it is.
    """
    gatekeeper = Gatekeeper(registry.entities)
    accesses = {entity.name: gatekeeper.access(entity, ANONYMOUS) for entity in registry}
    closed = {name for name, access in accesses.items() if access.is_impossible(Operation.READ)}
    judged = {name for name, access in accesses.items() if name not in closed and not _is_uniform(access)}
    return frozenset(name for name in accesses.keys() - closed if not _reachable(registry, name, closed) & judged)


def _is_uniform(access: Access) -> bool:
    return access.is_exact(Operation.READ) and access.masks_exactly


def _reachable(registry: Registry, start: str, closed: Collection[str]) -> set[str]:
    """The entity and all that relations lead to, where anybody may go on."""
    found, ahead = set[str](), [start]
    while ahead:
        name = ahead.pop()
        if name not in found and name not in closed:
            found.add(name)
            ahead += [target for each in registry[name].relations.values() for target in each.all_targets]
    return found


def _operation(path: str, method: str, operation: Mapping[str, Any], everybodys: Collection[str]) -> dict[str, Any]:
    return {
        "name": operation["operationId"],
        "displayName": operation.get("summary", operation["operationId"]),
        "method": method.upper(),
        "urlTemplate": path,
        "templateParameters": [{"name": name, "type": "string", "required": True} for name in _placeholders(path)],
        "isCached": method == "get" and operation["tags"][0] in everybodys,
    }


def _placeholders(path: str) -> Iterator[str]:
    for part in path.split("/"):
        if part.startswith("{"):
            yield part.strip("{}")
