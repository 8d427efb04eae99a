"""Example input that the schema accepts, made from types and bounds alone; none where that is not enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.registry.entity import FieldModel, FieldType, TypeName

_FIXED: Mapping[TypeName, Any] = {
    TypeName.UUID: "5f0c8a52-6b7e-4c1d-9f3a-2d4b6e8f0a1c",
    TypeName.BOOLEAN: True,
    TypeName.DECIMAL: "12.50",
    TypeName.DATETIME: "2026-01-31T09:30:00Z",
    TypeName.DATE: "2026-01-31",
    TypeName.TIME: "09:30:00",
    TypeName.MAP: {},
}
_NUMBERS = (TypeName.INTEGER, TypeName.LONG, TypeName.FLOAT)


class _NoExample(Exception):  # control flow inside this file, never seen outside
    """The bounds of a field are more than can be met by construction."""


def example_input(fields: Mapping[str, FieldModel]) -> dict[str, Any] | None:
    """An object that sets every field but those with a default or the id; None when a field's bounds forbid it."""
    try:
        return {
            name: _value(field.wire, field.type, field.constraints)
            for name, field in fields.items()
            if _is_shown(field)
        }
    except _NoExample:
        return None


def _is_shown(field: FieldModel) -> bool:
    return field.required or (not field.primary_key and not field.owner and field.default is not None)


def _value(name: str, type: FieldType, constraints: Mapping[str, Any]) -> Any:
    if type.enum is not None:
        return type.enum.values[0]
    if "pattern" in constraints:
        raise _NoExample
    if type.name is TypeName.STRING:
        return _text(name, constraints)
    if type.name in _NUMBERS:
        return _number(constraints)
    if type.name is TypeName.OBJECT and type.object is not None:
        return {
            wire: _value(wire, field.type, field.constraints)
            for wire, field in type.object.fields.items()
            if field.required
        }
    if type.name is TypeName.LIST and type.item is not None:
        return _list(name, type.item, constraints)
    if type.name is TypeName.DECIMAL and constraints:
        raise _NoExample
    return _FIXED[type.name]


def _text(name: str, constraints: Mapping[str, Any]) -> str:
    """The name of the field, made as long as it must be."""
    text = "".join(f" {each.lower()}" if each.isupper() else each for each in name).capitalize()
    least, most = constraints.get("minLength", 0), constraints.get("maxLength")
    while len(text) < least:
        text = f"{text} {text}"
    return text if most is None else text[:most]


def _number(constraints: Mapping[str, Any]) -> Any:
    """The number nearest to 1 that lies between the bounds."""
    step = constraints.get("multipleOf", 1)
    value = step
    least = max(constraints.get("minimum", value), constraints.get("exclusiveMinimum", value - step) + step)
    most = min(constraints.get("maximum", least), constraints.get("exclusiveMaximum", least + step) - step)
    value = max(value, least) if most >= least else most
    if value % step or not _is_within(value, constraints):
        raise _NoExample
    return value


def _is_within(value: Any, constraints: Mapping[str, Any]) -> bool:
    return bool(
        value >= constraints.get("minimum", value)
        and value <= constraints.get("maximum", value)
        and value > constraints.get("exclusiveMinimum", value - 1)
        and value < constraints.get("exclusiveMaximum", value + 1)
    )


def _list(name: str, item: FieldType, constraints: Mapping[str, Any]) -> list[Any]:
    least = constraints.get("minItems", 0)
    if least > 1:
        raise _NoExample
    is_possible = constraints.get("maxItems", 1) > 0
    return [_value(name, item, {})] if is_possible and (least or item.name is TypeName.STRING) else []
