"""Filters as JSON Schema: what each field can be asked."""

from __future__ import annotations

from collections.abc import Mapping

from atakora_data.api.rest.openapi.types import Schema, closed_object, nullable, reference, type_schema
from atakora_data.registry.entity import (
    EntityModel,
    FieldModel,
    FieldType,
    ObjectType,
    RelationModel,
    TypeName,
)
from atakora_data.registry.operators import operators_of
from atakora_data.registry.registry import Registry

_SCALARS = (
    TypeName.STRING,
    TypeName.UUID,
    TypeName.INTEGER,
    TypeName.LONG,
    TypeName.FLOAT,
    TypeName.BOOLEAN,
    TypeName.DECIMAL,
    TypeName.DATETIME,
    TypeName.DATE,
    TypeName.TIME,
)
_FLAG: Schema = {"type": "boolean"}


def filter_schemas(registry: Registry, entity: EntityModel) -> dict[str, Schema]:
    """The filters of an entity, of what its relations lead to, of its nested objects and enums, by component name."""
    name = f"{entity.name}.Filter"
    related: dict[str, Schema] = {}
    for relation in entity.relations.values():
        related |= _related(registry, relation)
    return {name: _of_entity(entity), **related, **_nested(entity.fields)}


def _of_entity(entity: EntityModel) -> Schema:
    asked = {**_questions(entity.fields), **{name: _crossing(each) for name, each in entity.relations.items()}}
    return _filter(f"{entity.name}.Filter", asked, f"Which {entity.name} records: every member must hold.")


def _crossing(relation: RelationModel) -> Schema:
    """What can be asked of the records that a relation leads to; only those the caller may read count."""
    if relation.targets:
        asked = {name: reference(f"{name}.Filter") for name in relation.targets}
        return closed_object({"isNull": _FLAG, **asked}, [], f"What holds of {relation.wire}, by its entity.")
    return reference(f"{relation.target}.{'Many' if relation.is_to_many else 'One'}.Filter")


def _related(registry: Registry, relation: RelationModel) -> dict[str, Schema]:
    if relation.targets:
        return {}
    name, asked = relation.target, reference(f"{relation.target}.Filter")
    if relation.is_to_many:
        some = closed_object({"some": asked, "every": asked, "none": asked}, [], f"What holds of several {name}.")
        return {f"{name}.Many.Filter": some}
    schema = _of_entity(registry[name])
    said = f"What holds of one {name}; `isNull` asks whether there is one."
    return {f"{name}.One.Filter": closed_object({"isNull": _FLAG, **schema["properties"]}, [], said)}


def _nested(fields: Mapping[str, FieldModel]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for field in fields.values():
        if field.type.enum is not None:
            found[f"{field.type.enum.name}.Filter"] = _operators(FieldType(field.type.name, enum=field.type.enum))
        if field.type.object is not None:
            found |= _object(field.type.object)
    return found


def _object(type: ObjectType) -> dict[str, Schema]:
    """The filter of a nested object; `isNull` asks of the object itself, so it does not stand inside and, or, not."""
    inside = f"{type.name}.Fields.Filter"
    schema = _filter(inside, _questions(type.fields), f"What holds in a {type.name}.")
    whole = {**schema, "properties": {"isNull": _FLAG, **schema["properties"]}}
    return {f"{type.name}.Filter": whole, inside: schema, **_nested(type.fields)}


def _filter(name: str, asked: Mapping[str, Schema], description: str) -> Schema:
    """An object of questions; and, or, not take filters of this name."""
    several: Schema = {"type": "array", "items": reference(name)}
    return closed_object({"and": several, "or": several, "not": reference(name), **asked}, [], description)


def _questions(fields: Mapping[str, FieldModel]) -> dict[str, Schema]:
    return {wire: _question(each.type) for wire, each in fields.items()}


def _question(type: FieldType) -> Schema:
    if type.enum is not None:
        return reference(f"{type.enum.name}.Filter")
    if type.name is TypeName.OBJECT and type.object is not None:
        return reference(f"{type.object.name}.Filter")
    return reference(_component(type.name)) if type.name in _SCALARS else _operators(type)


def _operators(type: FieldType) -> Schema:
    """An object of the operators that the type takes, each with its operand."""
    return closed_object({word: _operand(word, type) for word in operators_of(type)}, [])


def _operand(word: str, type: FieldType) -> Schema:
    if word in ("isNull", "isEmpty"):
        return _FLAG
    if word == "size":
        return {"anyOf": [_value(_SIZE), reference(_component(_SIZE.name))]}
    is_element = type.name is TypeName.LIST and word.startswith("contains")
    value = _value(type.item if is_element and type.item is not None else type)
    if word in ("in", "notIn", "containsAny", "containsAll"):
        return {"type": "array", "items": value}
    if word == "between":
        return {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    return nullable(value) if word in ("eq", "ne") else value


_SIZE = FieldType(TypeName.INTEGER)


def _value(type: FieldType) -> Schema:
    return type_schema(FieldType(type.name, item=type.item, enum=type.enum), ".Input")


def _component(name: TypeName) -> str:
    return f"Filter.{name.value.capitalize()}"


OPERATOR_SCHEMAS: dict[str, Schema] = {_component(name): _operators(FieldType(name)) for name in _SCALARS}
"""What the fields of each scalar type can be asked; the same for all entities."""
