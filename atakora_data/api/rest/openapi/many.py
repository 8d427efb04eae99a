"""Operations over many records: bulk changes, and what is worked out of them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from atakora_data.api.http.content import JSON, MERGE_PATCH
from atakora_data.api.rest.openapi.examples import example_input
from atakora_data.api.rest.openapi.parameters import (
    IDEMPOTENCY_KEY,
    MAX_AFFECTED_PARAMETER,
    aggregate_parameters,
    filter_parameter,
    selection_parameters,
)
from atakora_data.api.rest.openapi.paths import scalar_paths
from atakora_data.api.rest.openapi.pieces import body_of, head, headers_of, json_answer
from atakora_data.api.rest.openapi.problems import problem_responses
from atakora_data.api.rest.openapi.records import answered
from atakora_data.api.rest.openapi.types import Schema, closed_object, nullable, reference, type_schema
from atakora_data.api.rest.openapi.writes import settable
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.service.bulk import MOST


def create_operation(entity: EntityModel) -> dict[str, Any]:
    """Creating one record, or several from an array."""
    one = reference(f"{entity.name}.Create")
    many = {"type": "array", "items": one, "maxItems": MOST}
    body = body_of(f"{entity.name}.Create", JSON, example=example_input(settable(entity)))
    body["content"][JSON]["schema"] = {"anyOf": [one, many]}
    created = {"anyOf": [answered(entity), _items(entity)]}
    return {
        **head(entity, "create", f"Create a {entity.name}, or several", Operation.CREATE),
        "parameters": [*selection_parameters(entity), IDEMPOTENCY_KEY],
        "requestBody": body,
        "responses": {
            "201": {
                **json_answer("The new record; of an array the new records, all or none.", created),
                "headers": headers_of("ETag", "Location"),
            },
            **problem_responses("create"),
        },
    }


def many_operations(entity: EntityModel) -> dict[str, tuple[str, dict[str, Any]]]:
    """Changing and deleting by a filter, by the operation that offers it."""
    parameters = [
        filter_parameter(entity, required=True),
        MAX_AFFECTED_PARAMETER,
        *selection_parameters(entity),
    ]
    changed = json_answer("The records, all or none.", _changed(entity))
    update = {
        **head(entity, "updateMany", f"Change all {entity.collection} that match", Operation.UPDATE),
        "parameters": parameters,
        "requestBody": body_of(f"{entity.name}.UpdateMany", MERGE_PATCH, JSON),
        "responses": {"200": changed, **problem_responses("updateMany")},
    }
    delete = {
        **head(entity, "deleteMany", f"Delete all {entity.collection} that match", Operation.DELETE),
        "parameters": parameters,
        "responses": {"200": changed, **problem_responses("deleteMany")},
    }
    return {"update": ("patch", update), "delete": ("delete", delete)}


def _items(entity: EntityModel) -> Schema:
    return closed_object({"items": {"type": "array", "items": answered(entity)}}, ["items"])


def _changed(entity: EntityModel) -> Schema:
    count = {"type": "integer", "minimum": 0, "description": "How many there are."}
    return closed_object({"items": {"type": "array", "items": answered(entity)}, "count": count}, ["items", "count"])


def aggregate_path(entity: EntityModel) -> dict[str, Any]:
    """The path of aggregates; empty where lists are not offered."""
    if "list" not in entity.operations:
        return {}
    told = head(entity, "aggregate", f"Count {entity.collection}, and work out sums and the like", Operation.READ)
    found = closed_object({"items": {"type": "array", "items": reference(f"{entity.name}.Aggregate")}}, ["items"])
    return {
        "get": {
            **told,
            "parameters": aggregate_parameters(entity),
            "responses": {"200": json_answer("One item for each group.", found), **problem_responses("aggregate")},
        }
    }


def aggregate_schemas(entity: EntityModel) -> dict[str, Schema]:
    """One group and what is worked out of its records; only what was asked for is there."""
    if "list" not in entity.operations:
        return {}
    scalars = dict(scalar_paths(entity.fields))
    numbers = [name for name, type in scalars.items() if type.is_number]
    values = {name: nullable(type_schema(replace(type, nullable=False))) for name, type in scalars.items()}
    worked_out: Schema = {"type": ["number", "string", "null"]}
    members = {
        "group": closed_object(values, []),
        "count": {"type": "integer", "minimum": 0, "description": "How many records there are."},
        "sum": closed_object(dict.fromkeys(numbers, worked_out), [], "Exact; of decimals a string."),
        "avg": closed_object(dict.fromkeys(numbers, worked_out), [], "Null without any value; of decimals a string."),
        "min": closed_object(values, []),
        "max": closed_object(values, []),
    }
    said = f"What is worked out of {entity.collection}: fields stand below their names, with dots into objects."
    return {f"{entity.name}.Aggregate": closed_object(members, ["group", "count"], said)}
