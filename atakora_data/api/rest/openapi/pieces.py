"""What the descriptions of operations are put together from."""

from __future__ import annotations

from typing import Any

from atakora_data.api.http.content import JSON
from atakora_data.api.rest.openapi.records import answered
from atakora_data.api.rest.openapi.types import Schema, reference
from atakora_data.api.rest.openapi.words import rule_in_words
from atakora_data.registry.entity import EntityModel, Operation


def head(entity: EntityModel, verb: str, summary: str, operation: Operation | None) -> dict[str, Any]:
    """How an operation is called; whom its rule allows stands in its description."""
    head: dict[str, Any] = {"operationId": f"{entity.name}_{verb}", "tags": [entity.name], "summary": summary}
    if operation is not None:
        head["description"] = rule_in_words(entity.rules.get(operation))
    return head


def sentences(*texts: str | None) -> str:
    """Paragraphs of a description."""
    return "\n\n".join(text for text in texts if text)


def body_of(name: str, *types: str, example: dict[str, Any] | None = None) -> dict[str, Any]:
    """A body of this component, as any of these media types."""
    content: dict[str, Any] = {"schema": reference(name)}
    if example is not None:
        content["example"] = example
    return {"required": True, "content": dict.fromkeys(types, content)}


def json_answer(description: str, schema: Schema) -> dict[str, Any]:
    """An answer as JSON."""
    return {"description": description, "content": {JSON: {"schema": schema}}}


def record_response(entity: EntityModel, description: str, *, is_new: bool = False) -> dict[str, Any]:
    """One record in an answer, with its tag."""
    headers = headers_of("ETag", "Location") if is_new else headers_of("ETag")
    return {**json_answer(description, answered(entity)), "headers": headers}


def headers_of(*names: str) -> dict[str, Any]:
    """Headers of an answer, by the component that describes them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
