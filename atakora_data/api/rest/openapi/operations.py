"""The paths of one entity: each operation with its parameters, bodies and answers."""

from __future__ import annotations

from typing import Any

from atakora_data.api.http.content import JSON, MERGE_PATCH
from atakora_data.api.rest.openapi.examples import example_input
from atakora_data.api.rest.openapi.links import link_paths, related_operation
from atakora_data.api.rest.openapi.many import aggregate_path, create_operation, many_operations
from atakora_data.api.rest.openapi.parameters import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    ONLY_CREATE,
    id_parameter,
    list_parameters,
    selection_parameters,
)
from atakora_data.api.rest.openapi.pieces import (
    body_of,
    head,
    headers_of,
    json_answer,
    record_response,
    sentences,
)
from atakora_data.api.rest.openapi.problems import problem_responses
from atakora_data.api.rest.openapi.types import reference
from atakora_data.api.rest.openapi.words import rule_in_words
from atakora_data.api.rest.openapi.writes import settable
from atakora_data.registry.entity import ActionModel, EntityModel, Operation
from atakora_data.registry.registry import Registry


def entity_paths(registry: Registry, entity: EntityModel) -> dict[str, Any]:
    """The paths of an entity; an operation it does not offer is left out, and a path without any."""
    root, relations = f"/{entity.collection}", entity.relations.items()
    return {
        path: item
        for path, item in {
            root: _collection(entity),
            f"{root}/aggregate": aggregate_path(entity),
            f"{root}/{{id}}": _record(entity),
            **{f"{root}/{{id}}/{name}": related_operation(registry, entity, each) for name, each in relations},
            **{f"{root}/{{id}}/{name}": _action(entity, each) for name, each in entity.actions.items()},
            **{f"{root}/{{id}}/{path}": item for path, item in link_paths(registry, entity).items()},
        }.items()
        if len(item) > ("parameters" in item)
    }


def _collection(entity: EntityModel) -> dict[str, Any]:
    offered = {
        "list": (
            "get",
            {
                **head(entity, "list", f"List {entity.collection}", Operation.READ),
                "parameters": list_parameters(entity),
                "responses": {
                    "200": json_answer("A page of records.", reference(f"{entity.name}.Page")),
                    **problem_responses("list"),
                },
            },
        ),
        "create": ("post", create_operation(entity)),
        **many_operations(entity),
    }
    return _offered(entity, offered)


def _record(entity: EntityModel) -> dict[str, Any]:
    chosen = selection_parameters(entity)
    written = record_response(entity, "The record as it is now.")
    offered = {
        "get": (
            "get",
            {
                **head(entity, "get", f"Read a {entity.name}", Operation.READ),
                "parameters": [*chosen, IF_NONE_MATCH, IF_MATCH],
                "responses": {
                    "200": record_response(entity, "The record."),
                    "304": {"description": "What you have still holds.", "headers": headers_of("ETag")},
                    **problem_responses("get"),
                },
            },
        ),
        "update": (
            "patch",
            {
                **head(entity, "update", f"Change a {entity.name}", Operation.UPDATE),
                "parameters": [*chosen, IF_MATCH],
                "requestBody": body_of(f"{entity.name}.Update", MERGE_PATCH, JSON),
                "responses": {"200": written, **problem_responses("update")},
            },
        ),
        "replace": (
            "put",
            {
                **head(entity, "replace", f"Replace or create a {entity.name}", None),
                "description": sentences(
                    f"Replacing: {rule_in_words(entity.rules.get(Operation.UPDATE))}",
                    f"Creating, when there is none: {rule_in_words(entity.rules.get(Operation.CREATE))}",
                ),
                "parameters": [*chosen, IF_MATCH, ONLY_CREATE],
                "requestBody": body_of(f"{entity.name}.Replace", JSON, example=example_input(settable(entity))),
                "responses": {
                    "200": written,
                    "201": record_response(entity, "There was none; this is the new one.", is_new=True),
                    **problem_responses("replace"),
                },
            },
        ),
        "delete": (
            "delete",
            {
                **head(entity, "delete", f"Delete a {entity.name}", Operation.DELETE),
                "parameters": [IF_MATCH],
                "responses": {"204": {"description": "It is gone."}, **problem_responses("delete")},
            },
        ),
    }
    return {"parameters": [id_parameter(entity)], **_offered(entity, offered)}


def _action(entity: EntityModel, action: ActionModel) -> dict[str, Any]:
    operation: dict[str, Any] = {
        **head(entity, action.wire, f"{action.wire} a {entity.name}", Operation.UPDATE),
        "parameters": [*selection_parameters(entity), IF_MATCH, IDEMPOTENCY_KEY],
    }
    rule = entity.rules.get(Operation.UPDATE) if action.rule is None else action.rule
    operation["description"] = sentences(action.description, rule_in_words(rule))
    if action.parameters:
        is_required = any(field.required for field in action.parameters.values())
        body = body_of(f"{entity.name}.{action.wire}", JSON, example=example_input(action.parameters))
        operation["requestBody"] = {**body, "required": is_required}
    operation["responses"] = {
        "200": record_response(entity, "The record as the action left it."),
        **problem_responses("act"),
    }
    return {"parameters": [id_parameter(entity)], "post": operation}


def _offered(entity: EntityModel, offered: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {method: operation for name, (method, operation) in offered.items() if name in entity.operations}
