"""The paths of relations: what they lead to, and the single links of a many-to-many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from atakora_data.api.http.content import JSON
from atakora_data.api.rest.offered import linking
from atakora_data.api.rest.openapi.examples import example_input
from atakora_data.api.rest.openapi.parameters import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    id_parameter,
    list_parameters,
    selection_of_any,
    selection_parameters,
)
from atakora_data.api.rest.openapi.pieces import body_of, head, headers_of, json_answer, sentences
from atakora_data.api.rest.openapi.problems import problem_responses
from atakora_data.api.rest.openapi.records import linked_record, related_page, related_record
from atakora_data.api.rest.openapi.types import closed_object, reference
from atakora_data.api.rest.openapi.writes import through_fields
from atakora_data.registry.entity import EntityModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry

_SEEN: Final = "What the caller may not read is not there."


def related_operation(registry: Registry, entity: EntityModel, relation: RelationModel) -> dict[str, Any]:
    """The path of a relation: a page, or one record."""
    targets = [registry[name] for name in relation.all_targets]
    told = head(entity, relation.wire, f"{relation.wire} of a {entity.name}", None)
    told["description"] = sentences(relation.description, _SEEN)
    if relation.is_to_many:
        parameters = list_parameters(targets[0])
        responses = {"200": json_answer("A page of records.", related_page(entity, relation))}
    else:
        parameters = [*selection_of_any(registry, targets), IF_NONE_MATCH, IF_MATCH]
        responses = _one("The record.", related_record(relation))
    answers = {**responses, **problem_responses("related")}
    return {"parameters": [id_parameter(entity)], "get": {**told, "parameters": parameters, "responses": answers}}


def link_paths(registry: Registry, entity: EntityModel) -> dict[str, Any]:
    """The paths of single links, below the path of a record."""
    many = [each for each in entity.relations.values() if each.kind is RelationKind.MANY_TO_MANY]
    return {f"{each.wire}/{{otherId}}": _link(registry, entity, each) for each in many}


def _link(registry: Registry, entity: EntityModel, relation: RelationModel) -> dict[str, Any]:
    target = registry[relation.target]
    return {
        "parameters": [id_parameter(entity), id_parameter(target, "otherId")],
        "get": _reading(registry, entity, relation),
        **dict(_changing(registry, entity, relation)),
    }


def _reading(registry: Registry, entity: EntityModel, relation: RelationModel) -> dict[str, Any]:
    target = registry[relation.target]
    return {
        **head(entity, f"{relation.wire}_get", f"One of the {relation.wire} of a {entity.name}", None),
        "description": _SEEN,
        "parameters": [*selection_parameters(target), IF_NONE_MATCH, IF_MATCH],
        "responses": {
            **_one("The linked record.", linked_record(entity, relation)),
            **problem_responses("get"),
        },
    }


def _changing(registry: Registry, entity: EntityModel, relation: RelationModel) -> Iterator[tuple[str, dict[str, Any]]]:
    """Linking, by either method, and unlinking, as far as they are offered."""
    offered, name = linking(registry, entity, relation), relation.wire
    if offered.link:
        told = _linking(registry, entity, relation)
        known = {"parameters": [IDEMPOTENCY_KEY]}
        yield "post", {**head(entity, f"{name}_link", f"Link one of the {name}", None), **known, **told}
        yield "put", {**head(entity, f"{name}_put", f"Link one of the {name}, the same as POST", None), **told}
    if offered.unlink:
        yield (
            "delete",
            {
                **head(entity, f"{name}_unlink", f"Unlink one of the {name}", None),
                "description": "Both records stay.",
                "responses": {"204": {"description": "They are not linked any more."}, **problem_responses("unlink")},
            },
        )


def _linking(registry: Registry, entity: EntityModel, relation: RelationModel) -> dict[str, Any]:
    fields = through_fields(registry, relation)
    told = reference(f"{entity.name}.{relation.wire}.Through") if relation.through else closed_object({}, [])
    required = any(field.required for field in fields.values())
    body = body_of(f"{entity.name}.{relation.wire}.Link", JSON, example=example_input(fields))
    return {
        "description": "The body holds what the link says of the two; what exists is changed to that.",
        **({"requestBody": {**body, "required": required}} if fields else {}),
        "responses": {
            "200": json_answer("They were linked before; what the link says is as sent now.", told),
            "201": {**json_answer("They are linked now.", told), "headers": headers_of("Location")},
            **problem_responses("link"),
        },
    }


def _one(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    unchanged = {"description": "What you have still holds.", "headers": headers_of("ETag")}
    return {"200": {**json_answer(description, schema), "headers": headers_of("ETag")}, "304": unchanged}
