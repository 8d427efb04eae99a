"""The description of explanations, where there is a door for them."""

from __future__ import annotations

from typing import Any

from atakora_data.api.http.content import JSON
from atakora_data.api.rest.openapi.pieces import json_answer
from atakora_data.api.rest.openapi.problems import problem_responses
from atakora_data.api.rest.openapi.types import Schema, closed_object, nullable, reference
from atakora_data.registry.registry import Registry

EXPLAIN_TAG = {"name": "Rules", "description": "Why a caller may do something or not."}

_ABOUT = """For administrators. Tells which rule decides, what the store is asked with, and what becomes of each field,
for a caller whom `as` or `principal` names, or for nobody. Nothing is changed, and no value of a record is told."""

_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_OUTCOME: Schema = {"type": ["boolean", "null"], "description": "Null: it depends on the record, or on the input."}
_FILTER: Schema = nullable({"type": "object", "description": "Null where no filter says it."})

_PRINCIPAL = closed_object(
    {
        "id": _TEXT,
        "name": _TEXT,
        "email": _TEXT,
        "roles": _TEXTS,
        "groups": _TEXTS,
        "scopes": _TEXTS,
        "claims": {"type": "object", "additionalProperties": True},
    },
    [],
    "The caller, as a token would name it.",
)
_RULE: Schema = {
    "type": "object",
    "properties": {
        "allowed": _OUTCOME,
        "rule": {"type": "string"},
        "reason": {"type": "string"},
        "parts": {"type": "array", "items": reference("Api.Ruling")},
    },
    "required": ["allowed", "rule"],
    "additionalProperties": False,
    "description": "A part of a rule in words, and what it comes to.",
}
_FIELD = closed_object({"read": reference("Api.Ruling"), "write": reference("Api.Ruling")}, ["read", "write"])
_PUSHED = closed_object(
    {
        "condition": {"type": "string"},
        "filter": _FILTER,
        "statement": {"type": ["string", "null"], "description": "As the engine is asked; every value a placeholder."},
    },
    ["condition", "filter", "statement"],
)


def explain_schemas(registry: Registry) -> dict[str, Schema]:
    """What is sent and answered."""
    asked: dict[str, Schema] = {
        "entity": {"type": "string", "enum": sorted(each.name for each in registry)},
        "operation": {**_TEXT, "description": "`create`, `read`, `update`, `delete`, or an action."},
        "id": {"type": ["string", "null"], "minLength": 1, "description": "The record; without it, any."},
        "as": {**_TEXT, "description": "The id of the caller."},
        "principal": reference("Api.Principal"),
    }
    question = closed_object(asked, ["entity", "operation"], "What is to be explained.")
    told: dict[str, Schema] = {
        "entity": {"type": "string"},
        "operation": {"type": "string"},
        "record": {"type": ["string", "null"]},
        "caller": closed_object({"id": _TEXT, "roles": _TEXTS, "groups": _TEXTS}, ["id", "roles", "groups"]),
        "allowed": _OUTCOME,
        "status": {"type": ["integer", "null"], "description": "The answer, as far as rules decide it."},
        "missingScopes": {**_TEXTS, "description": "If any, the token lacks them all, and needs one of them."},
        "rule": reference("Api.Ruling"),
        "condition": {"type": "string", "description": "The rule as a condition, in words."},
        "filter": _FILTER,
        "isExact": {"type": "boolean", "description": "Whether no function has a say beside the condition."},
        "readable": _OUTCOME,
        "pushed": nullable(_PUSHED),
        "fields": {"type": "object", "additionalProperties": _FIELD},
    }
    return {
        "Api.Question": {**question, "not": {"required": ["as", "principal"]}},
        "Api.Principal": _PRINCIPAL,
        "Api.Explanation": closed_object(told, list(told), "Why, and with what outcome."),
        "Api.Ruling": _RULE,
    }


def explain_path() -> dict[str, Any]:
    """The path of explanations."""
    return {
        "post": {
            "operationId": "explain",
            "tags": [EXPLAIN_TAG["name"]],
            "summary": "Explain a rule",
            "description": _ABOUT,
            "requestBody": {"required": True, "content": {JSON: {"schema": reference("Api.Question")}}},
            "responses": {
                "200": json_answer("What decides.", reference("Api.Explanation")),
                **problem_responses("explain"),
            },
        }
    }
