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
from atakora_data.registry.registry import Registry

ETAG_SCHEMA: Schema = {"type": "string", "readOnly": True, "description": "Changes with every change of the record."}
VERSION_SCHEMA: Schema = {"type": "integer", "readOnly": True, "description": "Counts the changes, from 1."}


def record_schemas(entity: EntityModel) -> dict[str, Schema]:
    """The component schemas of one entity, filters excepted, by name."""
    name = entity.name
    return {
        name: _record(entity),
        f"{name}.Partial": _partial(entity),
        f"{name}.Page": _page(answered(entity)),
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
    return answered_by(entity.name)


def answered_by(name: str) -> Schema:
    """The same by the name of the entity."""
    return {"anyOf": [reference(name), reference(f"{name}.Partial")]}


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
        **{name: _relation(entity, each) for name, each in entity.relations.items()},
        "_etag": ETAG_SCHEMA,
        "_version": VERSION_SCHEMA,
    }


def _computed(computed: ComputedModel) -> Schema:
    schema = {**type_schema(computed.type), "readOnly": True}
    return {**schema, "description": computed.description} if computed.description else schema


def _relation(entity: EntityModel, relation: RelationModel) -> Schema:
    said = relation.description or f"Only with `include={relation.wire}`."
    if relation.is_to_many:
        return {"allOf": [related_page(entity, relation)], "readOnly": True, "description": said}
    return {**nullable(related_record(relation)), "readOnly": True, "description": said}


def related_record(relation: RelationModel) -> Schema:
    """The record that a to-one relation leads to; of a polymorphic one `_type` says of which entity it is."""
    if not relation.targets:
        return answered_by(relation.target)
    typed = {name: f"{name}.Typed" for name in relation.targets}
    mapping = {name: reference(each)["$ref"] for name, each in typed.items()}
    return {
        "oneOf": [reference(each) for each in typed.values()],
        "discriminator": {"propertyName": "_type", "mapping": mapping},
    }


def related_page(entity: EntityModel, relation: RelationModel) -> Schema:
    """A page of what a to-many relation leads to; the items of a many-to-many may carry their through fields."""
    return reference(f"{entity.name}.{relation.wire}.Page" if relation.through else f"{relation.target}.Page")


def related_schemas(registry: Registry, entity: EntityModel) -> dict[str, Schema]:
    """The component schemas of what the relations of an entity answer, where it is more than the record."""
    found: dict[str, Schema] = {}
    for relation in entity.relations.values():
        for name in relation.targets:
            found[f"{name}.Typed"] = _typed(registry[name])
        if relation.through:
            name = f"{entity.name}.{relation.wire}"
            item = _linked(registry[relation.target], reference(f"{name}.Through"))
            found |= {
                f"{name}.Through": _through(registry, relation),
                f"{name}.Item": item,
                f"{name}.Page": _page(reference(f"{name}.Item")),
            }
    return found


def linked_record(entity: EntityModel, relation: RelationModel) -> Schema:
    """One item of a many-to-many."""
    return reference(f"{entity.name}.{relation.wire}.Item") if relation.through else answered_by(relation.target)


def _through(registry: Registry, relation: RelationModel) -> Schema:
    """The through fields of a link, as answered."""
    junction = registry[relation.junction]
    fields = {name: junction.fields[name] for name in relation.through}
    always = [name for name in fields if name not in junction.field_read_rules]
    properties = {name: answered_field(field) for name, field in fields.items()}
    return closed_object(properties, always, f"What {relation.wire} says of each link.")


def _typed(entity: EntityModel) -> Schema:
    properties = {**_properties(entity), "_type": {"const": entity.name}}
    return closed_object(properties, ["_etag", "_version", "_type"], f"A {entity.name} among records of other kinds.")


def _linked(entity: EntityModel, through: Schema) -> Schema:
    said = f"A {entity.name} that is linked, with what the link says."
    return closed_object({**_properties(entity), "_through": through}, ["_etag", "_version", "_through"], said)


def _page(item: Schema) -> Schema:
    return closed_object(
        {
            "items": {"type": "array", "items": item},
            "nextToken": nullable({"type": "string", "description": "Send it to get the next page; null on the last."}),
            "count": {"type": "integer", "minimum": 0, "description": "Only with `count=true`."},
        },
        ["items", "nextToken"],
    )


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
