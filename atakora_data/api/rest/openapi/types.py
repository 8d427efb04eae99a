"""Field types as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.registry.entity import FieldModel, FieldType, ObjectType, TypeName

Schema = dict[str, Any]

_INT32 = 2**31
_EXACT = 2**53 - 1

_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?$"

_PLAIN: Mapping[TypeName, Schema] = {
    TypeName.STRING: {"type": "string"},
    TypeName.UUID: {"type": "string", "format": "uuid"},
    TypeName.INTEGER: {"type": "integer", "format": "int32", "minimum": -_INT32, "maximum": _INT32 - 1},
    TypeName.LONG: {"type": "integer", "format": "int64", "minimum": -_EXACT, "maximum": _EXACT},
    TypeName.FLOAT: {"type": "number", "format": "double"},
    TypeName.BOOLEAN: {"type": "boolean"},
    TypeName.DECIMAL: {"type": "string", "format": "decimal"},
    TypeName.DATETIME: {"type": "string", "format": "date-time"},
    TypeName.DATE: {"type": "string", "format": "date"},
    TypeName.TIME: {"type": "string", "format": "time-local", "pattern": _TIME},
}

_SENT: Mapping[TypeName, Schema] = {
    TypeName.DECIMAL: {
        "type": ["string", "integer"],
        "minimum": -(2**63),
        "maximum": 2**64 - 1,
        "pattern": r"^[+-]?[0-9]{1,190}(\.[0-9]{1,190})?([eE][+-]?[0-9]{1,2})?$",
    }
}
"""What differs in input: it takes more than answers carry, and promises less."""

TEXT_ID: Schema = {"minLength": 1, "maxLength": 255, "pattern": r"^[^/\\?#\x00-\x1f\x7f-\x9f]+$"}
"""What an id that is text must be."""

_NUMERIC_KEYWORDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


def reference(name: str) -> Schema:
    """The schema of this name among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Schema) -> Schema:
    """The same or null."""
    kind = schema.get("type")
    if kind is not None and "enum" not in schema:
        return {**schema, "type": [*([kind] if isinstance(kind, str) else kind), "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def type_schema(type: FieldType, suffix: str = "", constraints: Mapping[str, Any] | None = None) -> Schema:
    """The values of a type. suffix: the form of nested objects: empty as answered, `.Input` or `.Patch` as sent."""
    schema = {**_bare(type, suffix), **_fitting(type, constraints or {})}
    return nullable(schema) if type.nullable else schema


def _bare(type: FieldType, suffix: str) -> Schema:
    if type.enum is not None:
        return reference(type.enum.name)
    if type.name is TypeName.OBJECT and type.object is not None:
        return reference(type.object.name + suffix)
    if type.name is TypeName.LIST:
        whole = ".Input" if suffix else ""
        return {"type": "array", "items": {} if type.item is None else type_schema(type.item, whole)}
    if type.name is TypeName.MAP:
        return {"type": "object", "additionalProperties": _map_values(type.item, suffix)}
    return {**_PLAIN[type.name], **(_SENT.get(type.name, {}) if suffix else {})}


def _map_values(item: FieldType | None, suffix: str) -> Any:
    if item is None:
        return True
    values = type_schema(item, suffix)
    return nullable(values) if suffix == ".Patch" and not item.nullable else values


def _fitting(type: FieldType, constraints: Mapping[str, Any]) -> Schema:
    """The constraints that mean something in JSON: bounds of a decimal compare numbers, but it is a string there."""
    if type.name is not TypeName.DECIMAL:
        return dict(constraints)
    return {name: value for name, value in constraints.items() if name not in _NUMERIC_KEYWORDS}


def answered_field(field: FieldModel) -> Schema:
    """A field as answers carry it: without bounds, which hold for input."""
    schema = _described(type_schema(field.type), field.description)
    return {**schema, "readOnly": True} if field.read_only else schema


def input_field(field: FieldModel, suffix: str) -> Schema:
    """A field as input may set it."""
    is_text_id = field.primary_key and field.type.name is TypeName.STRING
    constraints = {**TEXT_ID, **field.constraints} if is_text_id else field.constraints
    schema = _described(type_schema(field.type, suffix, constraints), field.description)
    has_default = suffix == ".Input" and not field.required and field.default is not None
    return {**schema, "default": field.default} if has_default else schema


def answered_object(type: ObjectType) -> Schema:
    """A nested object as answers carry it: with all its fields."""
    properties = {name: answered_field(field) for name, field in type.fields.items()}
    return closed_object(properties, list(properties), type.description)


def input_object(type: ObjectType, suffix: str) -> Schema:
    """A nested object as input; as a patch it may name any of its fields."""
    properties = {name: input_field(field, suffix) for name, field in type.fields.items()}
    required = [name for name, field in type.fields.items() if field.required] if suffix == ".Input" else []
    return closed_object(properties, required, type.description)


def closed_object(properties: Mapping[str, Schema], required: list[str], description: str | None = None) -> Schema:
    """An object with these properties and no other."""
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    if required:
        schema["required"] = required
    return _described(schema, description)


def _described(schema: Schema, description: str | None) -> Schema:
    return {**schema, "description": description} if description else schema
