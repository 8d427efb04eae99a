"""The description of batches."""

from __future__ import annotations

from typing import Any

from atakora_data.api.http.content import JSON
from atakora_data.api.http.problem import PROBLEM_TYPE
from atakora_data.api.rest.batch_operations import MAX_OPERATIONS, METHODS, PATH, WRITING
from atakora_data.api.rest.openapi.examples import example_input
from atakora_data.api.rest.openapi.parameters import IDEMPOTENCY_KEY
from atakora_data.api.rest.openapi.pieces import json_answer
from atakora_data.api.rest.openapi.problems import PROBLEM_SCHEMA, problem_responses
from atakora_data.api.rest.openapi.types import Schema, closed_object, reference
from atakora_data.api.rest.openapi.writes import settable
from atakora_data.registry.registry import Registry

BATCH_TAG = {"name": "Batch", "description": "Many operations in one request."}

_ABOUT = """Each operation goes the way it would go on its own, with the caller of the batch.

Without `atomic` they run one after the other, whatever becomes of each, and the answer is 200 with their results. With
`"atomic": true` all of them are written together or none: when one fails, the answer has its status and problem, its
index as `operation`, and the `results`, in which the others have the status 424. An atomic batch only writes."""

_HEADERS: Schema = {
    "type": "object",
    "description": "Headers of this operation alone, such as If-Match; never Authorization.",
    "propertyNames": {"not": {"pattern": "^[aA][uU][tT][hH][oO][rR][iI][zZ][aA][tT][iI][oO][nN]$"}},
    "additionalProperties": {"type": "string"},
}


def _operation(methods: tuple[str, ...]) -> Schema:
    return closed_object(
        {
            "method": {"type": "string", "enum": list(methods)},
            "path": {"type": "string", "pattern": PATH, "description": "Below /api, with the query if there is one."},
            "headers": _HEADERS,
            "body": {"description": "JSON, as the operation takes it; null is no body."},
        },
        ["method", "path"],
        "One operation of a batch.",
    )


def _batch(name: str, atomic: Schema, *required: str) -> Schema:
    operations = {"type": "array", "items": reference(name), "maxItems": MAX_OPERATIONS}
    return closed_object({"atomic": atomic, "operations": operations}, [*required, "operations"])


_RESULT = closed_object(
    {
        "status": {"type": "integer"},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "body": {"description": "JSON, or null where there is none."},
    },
    ["status", "headers", "body"],
    "What became of one operation.",
)

_RESULTS: Schema = {"type": "array", "items": reference("Api.Result")}

BATCH_SCHEMAS: dict[str, Schema] = {
    "Api.Operation": _operation(METHODS),
    "Api.Operation.Writing": _operation(WRITING),
    "Api.Result": _RESULT,
    "Api.Batch": {
        "anyOf": [
            _batch("Api.Operation", {"enum": [False], "default": False}),
            _batch("Api.Operation.Writing", {"enum": [True]}, "atomic"),
        ]
    },
    "Api.Results": closed_object({"results": _RESULTS}, ["results"], "In the order of the operations."),
    "Api.Batch.Problem": {
        **PROBLEM_SCHEMA,
        "description": "Why nothing of an atomic batch was written, or why a batch cannot be understood.",
        "properties": {
            **PROBLEM_SCHEMA["properties"],
            "operation": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "Which operation failed, counted from 0; null when it cannot be told.",
            },
            "results": _RESULTS,
        },
    },
}


def batch_path(registry: Registry) -> dict[str, Any]:
    """The path of batches."""
    body: dict[str, Any] = {"schema": reference("Api.Batch"), "example": _example(registry)}
    refused = {"description": "Nothing was written.", "content": {PROBLEM_TYPE: _PROBLEM}}
    return {
        "post": {
            "operationId": "batch",
            "tags": [BATCH_TAG["name"]],
            "summary": "Do several things at once",
            "description": _ABOUT,
            "parameters": [IDEMPOTENCY_KEY],
            "requestBody": {"required": True, "content": {JSON: body}},
            "responses": {
                "200": json_answer("What became of each operation.", reference("Api.Results")),
                **{status: refused if status != "500" else told for status, told in problem_responses("batch").items()},
            },
        }
    }


_PROBLEM = {"schema": reference("Api.Batch.Problem")}


def _example(registry: Registry) -> dict[str, Any]:
    """A batch of what there is to create."""
    made = [
        {"method": "POST", "path": f"/{entity.collection}", "body": input}
        for entity in registry
        if "create" in entity.operations and (input := example_input(settable(entity))) is not None
    ]
    return {"atomic": False, "operations": made[:1]}
