"""The paths of one entity: each operation with its parameters, bodies and answers."""

from __future__ import annotations

from typing import Any

from atakora_data.api.http.content import JSON, MERGE_PATCH
from atakora_data.api.rest.openapi.examples import example_input
from atakora_data.api.rest.openapi.parameters import (
    IF_MATCH,
    IF_NONE_MATCH,
    ONLY_CREATE,
    id_parameter,
    list_parameters,
    selection_parameters,
)
from atakora_data.api.rest.openapi.problems import problem_responses
from atakora_data.api.rest.openapi.records import answered
from atakora_data.api.rest.openapi.types import Schema, reference
from atakora_data.api.rest.openapi.words import rule_in_words
from atakora_data.registry.entity import ActionModel, EntityModel, FieldModel, Operation, RelationModel
from atakora_data.registry.registry import Registry


def entity_paths(registry: Registry, entity: EntityModel) -> dict[str, Any]:
    """The paths of an entity; an operation it does not offer is left out, and a path without any."""
    root = f"/{entity.collection}"
    return {
        path: item
        for path, item in {
            root: _collection(registry, entity),
            f"{root}/{{id}}": _record(registry, entity),
            **{f"{root}/{{id}}/{each.wire}": _related(registry, entity, each) for each in entity.relations.values()},
            **{f"{root}/{{id}}/{each.wire}": _action(registry, entity, each) for each in entity.actions.values()},
        }.items()
        if len(item) > ("parameters" in item)
    }


def _collection(registry: Registry, entity: EntityModel) -> dict[str, Any]:
    offered = {
        "list": (
            "get",
            {
                **_head(entity, "list", f"List {entity.collection}", Operation.READ),
                "parameters": list_parameters(registry, entity),
                "responses": {
                    "200": _json("A page of records.", reference(f"{entity.name}.Page")),
                    **problem_responses("list"),
                },
            },
        ),
        "create": (
            "post",
            {
                **_head(entity, "create", f"Create a {entity.name}", Operation.CREATE),
                "parameters": selection_parameters(registry, entity),
                "requestBody": _body(f"{entity.name}.Create", JSON, example=example_input(_settable(entity))),
                "responses": {
                    "201": _record_response(entity, "The new record.", is_new=True),
                    **problem_responses("create"),
                },
            },
        ),
    }
    return _offered(entity, offered)


def _record(registry: Registry, entity: EntityModel) -> dict[str, Any]:
    chosen = selection_parameters(registry, entity)
    written = _record_response(entity, "The record as it is now.")
    offered = {
        "get": (
            "get",
            {
                **_head(entity, "get", f"Read a {entity.name}", Operation.READ),
                "parameters": [*chosen, IF_NONE_MATCH, IF_MATCH],
                "responses": {
                    "200": _record_response(entity, "The record."),
                    "304": {"description": "What you have still holds.", "headers": _headers("ETag")},
                    **problem_responses("get"),
                },
            },
        ),
        "update": (
            "patch",
            {
                **_head(entity, "update", f"Change a {entity.name}", Operation.UPDATE),
                "parameters": [*chosen, IF_MATCH],
                "requestBody": _body(f"{entity.name}.Update", MERGE_PATCH, JSON),
                "responses": {"200": written, **problem_responses("update")},
            },
        ),
        "replace": (
            "put",
            {
                **_head(entity, "replace", f"Replace or create a {entity.name}", None),
                "description": _sentences(
                    f"Replacing: {rule_in_words(entity.rules.get(Operation.UPDATE))}",
                    f"Creating, when there is none: {rule_in_words(entity.rules.get(Operation.CREATE))}",
                ),
                "parameters": [*chosen, IF_MATCH, ONLY_CREATE],
                "requestBody": _body(f"{entity.name}.Replace", JSON, example=example_input(_settable(entity))),
                "responses": {
                    "200": written,
                    "201": _record_response(entity, "There was none; this is the new one.", is_new=True),
                    **problem_responses("replace"),
                },
            },
        ),
        "delete": (
            "delete",
            {
                **_head(entity, "delete", f"Delete a {entity.name}", Operation.DELETE),
                "parameters": [IF_MATCH],
                "responses": {"204": {"description": "It is gone."}, **problem_responses("delete")},
            },
        ),
    }
    return {"parameters": [id_parameter(entity)], **_offered(entity, offered)}


def _related(registry: Registry, entity: EntityModel, relation: RelationModel) -> dict[str, Any]:
    target = registry[relation.target]
    head = _head(entity, relation.wire, f"{relation.wire} of a {entity.name}", None)
    if relation.description:
        head["description"] = relation.description
    if relation.is_to_many:
        parameters = list_parameters(registry, target)
        found = _json("A page of records.", reference(f"{target.name}.Page"))
        responses = {"200": found}
    else:
        parameters = [*selection_parameters(registry, target), IF_NONE_MATCH, IF_MATCH]
        unchanged = {"description": "What you have still holds.", "headers": _headers("ETag")}
        responses = {"200": _record_response(target, "The record."), "304": unchanged}
    return {
        "parameters": [id_parameter(entity)],
        "get": {**head, "parameters": parameters, "responses": {**responses, **problem_responses("related")}},
    }


def _action(registry: Registry, entity: EntityModel, action: ActionModel) -> dict[str, Any]:
    operation: dict[str, Any] = {
        **_head(entity, action.wire, f"{action.wire} a {entity.name}", Operation.UPDATE),
        "parameters": [*selection_parameters(registry, entity), IF_MATCH],
    }
    rule = entity.rules.get(Operation.UPDATE) if action.rule is None else action.rule
    operation["description"] = _sentences(action.description, rule_in_words(rule))
    if action.parameters:
        is_required = any(field.required for field in action.parameters.values())
        body = _body(f"{entity.name}.{action.wire}", JSON, example=example_input(action.parameters))
        operation["requestBody"] = {**body, "required": is_required}
    operation["responses"] = {
        "200": _record_response(entity, "The record as the action left it."),
        **problem_responses("act"),
    }
    return {"parameters": [id_parameter(entity)], "post": operation}


def _offered(entity: EntityModel, offered: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {method: operation for name, (method, operation) in offered.items() if name in entity.operations}


def _head(entity: EntityModel, verb: str, summary: str, operation: Operation | None) -> dict[str, Any]:
    head: dict[str, Any] = {"operationId": f"{entity.name}_{verb}", "tags": [entity.name], "summary": summary}
    if operation is not None:
        head["description"] = rule_in_words(entity.rules.get(operation))
    return head


def _sentences(*texts: str | None) -> str:
    return "\n\n".join(text for text in texts if text)


def _body(name: str, *types: str, example: dict[str, Any] | None = None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": reference(name)}
    if example is not None:
        content["example"] = example
    return {"required": True, "content": dict.fromkeys(types, content)}


def _settable(entity: EntityModel) -> dict[str, FieldModel]:
    return {name: field for name, field in entity.fields.items() if not field.read_only}


def _json(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _record_response(entity: EntityModel, description: str, *, is_new: bool = False) -> dict[str, Any]:
    headers = _headers("ETag", "Location") if is_new else _headers("ETag")
    return {**_json(description, answered(entity)), "headers": headers}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
