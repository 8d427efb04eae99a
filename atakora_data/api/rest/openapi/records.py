"""The shapes of an entity's records: as answered, in pages, and as input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from atakora_data.api.rest.openapi.types import (
    Schema,
    answered_field,
    answered_object,
    closed_object,
    input_field,
    input_object,
    nullable,
    reference,
    type_schema,
)
from atakora_data.registry.entity import (
    ComputedModel,
    EntityModel,
    EnumType,
    FieldModel,
    FieldType,
    ObjectType,
    RelationModel,
)

ETAG_SCHEMA: Schema = {"type": "string", "readOnly": True, "description": "Changes with every change of the record."}
VERSION_SCHEMA: Schema = {"type": "integer", "readOnly": True, "description": "Counts the changes, from 1."}


def record_schemas(entity: EntityModel) -> dict[str, Schema]:
    """The component schemas of one entity, filters excepted, by name."""
    name = entity.name
    return {
        name: _record(entity),
        f"{name}.Partial": _partial(entity),
        f"{name}.Page": _page(entity),
        **(_inputs(entity)),
        **{
            f"{name}.{action.wire}": closed_object(
                {wire: input_field(field, ".Input") for wire, field in action.parameters.items()},
                [wire for wire, field in action.parameters.items() if field.required],
                action.description,
            )
            for action in entity.actions.values()
            if action.parameters
        },
    }


def answered(entity: EntityModel) -> Schema:
    """A record in an answer: whole, or what `fields` and the rules leave of it."""
    return {"anyOf": [reference(entity.name), reference(f"{entity.name}.Partial")]}


def _record(entity: EntityModel) -> Schema:
    hidden = entity.field_read_rules.keys()
    always = [name for name in entity.fields if name not in hidden]
    always += [name for name, each in entity.computed.items() if not each.reads & hidden]
    return closed_object(_properties(entity), [*always, "_etag", "_version"], entity.description)


def _partial(entity: EntityModel) -> Schema:
    said = f"What `fields` selects, or the rules show, of a {entity.name}."
    return closed_object(_properties(entity), ["_etag", "_version"], said)


def _properties(entity: EntityModel) -> dict[str, Schema]:
    return {
        **{name: answered_field(field) for name, field in entity.fields.items()},
        **{name: _computed(each) for name, each in entity.computed.items()},
        **{name: _relation(each) for name, each in entity.relations.items()},
        "_etag": ETAG_SCHEMA,
        "_version": VERSION_SCHEMA,
    }


def _computed(computed: ComputedModel) -> Schema:
    schema = {**type_schema(computed.type), "readOnly": True}
    return {**schema, "description": computed.description} if computed.description else schema


def _relation(relation: RelationModel) -> Schema:
    said = relation.description or f"Only with `include={relation.wire}`."
    if relation.is_to_many:
        return {"allOf": [reference(f"{relation.target}.Page")], "readOnly": True, "description": said}
    target = {"anyOf": [reference(relation.target), reference(f"{relation.target}.Partial"), {"type": "null"}]}
    return {**target, "readOnly": True, "description": said}


def _page(entity: EntityModel) -> Schema:
    return closed_object(
        {
            "items": {"type": "array", "items": answered(entity)},
            "nextToken": nullable({"type": "string", "description": "Send it to get the next page; null on the last."}),
            "count": {"type": "integer", "minimum": 0, "description": "Only with `count=true`."},
        },
        ["items", "nextToken"],
    )


def _inputs(entity: EntityModel) -> dict[str, Schema]:
    name = entity.name
    fields = {wire: field for wire, field in entity.fields.items() if not field.read_only}
    required = [wire for wire, field in fields.items() if field.required]
    changeable = {wire: field for wire, field in fields.items() if not field.immutable and not field.primary_key}
    whole = {wire: input_field(field, ".Input") for wire, field in fields.items()}
    patch = {wire: input_field(field, ".Patch") for wire, field in changeable.items()}
    kinds = {
        "create": (f"{name}.Create", closed_object(whole, required, f"A new {name}.")),
        "replace": (
            f"{name}.Replace",
            closed_object(whole, _without_id(required), f"All of a {name}; the id may be repeated."),
        ),
        "update": (f"{name}.Update", closed_object(patch, [], f"Changes of a {name}, as JSON merge patch.")),
    }
    return dict(schema for kind, schema in kinds.items() if kind in entity.operations)


def _without_id(names: list[str]) -> list[str]:
    return [name for name in names if name != "id"]


def nested_schemas(entity: EntityModel) -> dict[str, Schema]:
    """The enums and nested objects that an entity's types name."""
    found: dict[str, Schema] = {}
    for type in _types(entity):
        for each in _walk(type):
            if each.enum is not None:
                found[each.enum.name] = _enum(each.enum)
            if each.object is not None:
                found.update(_forms(each.object))
    return found


def _forms(type: ObjectType) -> dict[str, Schema]:
    return {
        type.name: answered_object(type),
        f"{type.name}.Input": input_object(type, ".Input"),
        f"{type.name}.Patch": input_object(type, ".Patch"),
    }


def _types(entity: EntityModel) -> Iterator[FieldType]:
    fields: list[FieldModel | ComputedModel] = [*entity.fields.values(), *entity.computed.values()]
    for action in entity.actions.values():
        fields.extend(action.parameters.values())
    return (each.type for each in fields)


def _walk(type: FieldType) -> Iterator[FieldType]:
    yield type
    if type.item is not None:
        yield from _walk(type.item)
    if type.object is not None:
        for field in type.object.fields.values():
            yield from _walk(field.type)


def _enum(type: EnumType) -> dict[str, Any]:
    schema: Schema = {"type": "string", "enum": list(type.values)}
    return {**schema, "description": type.description} if type.description else schema
