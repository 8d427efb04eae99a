"""Filters as JSON Schema: what each field can be asked."""

from __future__ import annotations

from collections.abc import Mapping

from atakora_data.api.rest.openapi.types import Schema, closed_object, nullable, reference, type_schema
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, ObjectType, TypeName

_TEXT = ("contains", "notContains", "beginsWith", "endsWith")
_RANGE = ("gt", "gte", "lt", "lte")
_UNORDERED = (TypeName.BOOLEAN, TypeName.ENUM, TypeName.UUID)
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


def filter_schemas(entity: EntityModel) -> dict[str, Schema]:
    """The filter of an entity and those of its nested objects and enums, by component name."""
    name = f"{entity.name}.Filter"
    said = f"Which {entity.name} records: every member must hold."
    return {name: _filter(name, entity.fields, said), **_nested(entity.fields)}


def _nested(fields: Mapping[str, FieldModel]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for field in fields.values():
        if field.type.enum is not None:
            found[f"{field.type.enum.name}.Filter"] = _scalar(field.type)
        if field.type.object is not None:
            found |= _object(field.type.object)
    return found


def _object(type: ObjectType) -> dict[str, Schema]:
    name = f"{type.name}.Filter"
    schema = _filter(name, type.fields, f"What holds in a {type.name}.")
    schema["properties"] = {"isNull": _FLAG, **schema["properties"]}
    return {name: schema, **_nested(type.fields)}


def _filter(name: str, fields: Mapping[str, FieldModel], description: str) -> Schema:
    several: Schema = {"type": "array", "items": reference(name)}
    logic = {"and": several, "or": several, "not": reference(name)}
    return closed_object({**logic, **{wire: _question(each.type) for wire, each in fields.items()}}, [], description)


def _question(type: FieldType) -> Schema:
    if type.enum is not None:
        return reference(f"{type.enum.name}.Filter")
    if type.name is TypeName.OBJECT and type.object is not None:
        return reference(f"{type.object.name}.Filter")
    if type.name is TypeName.LIST:
        return _list(type.item)
    if type.name is TypeName.MAP:
        return closed_object({"isNull": _FLAG}, [])
    return reference(_component(type.name))


def _list(item: FieldType | None) -> Schema:
    sizes = {"size": reference(_component(TypeName.INTEGER)), "isEmpty": _FLAG, "isNull": _FLAG}
    if item is None or item.name in (TypeName.LIST, TypeName.OBJECT, TypeName.MAP):
        return closed_object(sizes, [])
    value = _value(item)
    several: Schema = {"type": "array", "items": value}
    return closed_object({"contains": value, "containsAny": several, "containsAll": several, **sizes}, [])


def _scalar(type: FieldType) -> Schema:
    value = _value(type)
    several: Schema = {"type": "array", "items": value}
    asked: dict[str, Schema] = {"eq": nullable(value), "ne": nullable(value), "in": several, "notIn": several}
    if type.name not in _UNORDERED:
        asked |= dict.fromkeys(_RANGE, value)
        asked["between"] = {**several, "minItems": 2, "maxItems": 2}
    if type.name is TypeName.STRING:
        asked |= dict.fromkeys(_TEXT, value)
        asked |= {f"{word}IgnoreCase": value for word in _TEXT}
    return closed_object({**asked, "isNull": _FLAG}, [])


def _value(type: FieldType) -> Schema:
    return type_schema(FieldType(type.name, enum=type.enum), ".Input")


def _component(name: TypeName) -> str:
    return f"Filter.{name.value.capitalize()}"


OPERATOR_SCHEMAS: dict[str, Schema] = {_component(name): _scalar(FieldType(name)) for name in _SCALARS}
"""What the fields of each scalar type can be asked; the same for all entities."""
