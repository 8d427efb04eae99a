"""From Python names and values to the wire form the service takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from atakora_data.authorization.principal import Principal
from atakora_data.errors import InvalidFilter, perhaps
from atakora_data.registry.entity import EntityModel, FieldModel
from atakora_data.schema.conditions import (
    AllConditions,
    AnyCondition,
    Condition,
    FieldCondition,
    NotCondition,
    PrincipalValue,
    RelatedCondition,
)

OPERATORS = {
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "lte",
    ">": "gt",
    ">=": "gte",
    "in": "in",
    "not in": "notIn",
}
"""Python's spellings of the public operators; the public names work as well."""


def wire_filter(entity: EntityModel, condition: Condition, principal: Principal) -> dict[str, Any]:
    """The condition as a client would send it as filter."""
    match condition:
        case AllConditions(items):
            return {"and": [wire_filter(entity, item, principal) for item in items]}
        case AnyCondition(items):
            return {"or": [wire_filter(entity, item, principal) for item in items]}
        case NotCondition(item):
            return {"not": wire_filter(entity, item, principal)}
        case RelatedCondition(path):
            raise InvalidFilter(f"Conditions through `{'.'.join(path)}` are not available yet.")
        case FieldCondition(path, operator, operand):
            if isinstance(operand, PrincipalValue):
                operand = _principal_value(operand, principal)
                if operand is None:
                    return {"or": []}
            nested: Any = {operator: wire_value(operand)}
            for name in reversed(wire_path(entity, path)):
                nested = {name: nested}
            return dict(nested)


def wire_path(entity: EntityModel, path: Sequence[str]) -> list[str]:
    """The wire names of a path of Python names; InvalidFilter offers the likely field."""
    fields: Mapping[str, FieldModel] = entity.fields
    names: list[str] = []
    for name in path:
        field = next((each for each in fields.values() if each.name == name), None)
        if field is None:
            raise InvalidFilter(
                f"{entity.name} has no field `{'.'.join(path)}`.",
                hint=perhaps(name, [each.name for each in fields.values()]),
            )
        names.append(field.wire)
        fields = field.type.object.fields if field.type.object is not None else {}
    return names


def wire_value(value: Any) -> Any:
    """A Python value as JSON data; nested models by their wire names."""
    match value:
        case Enum():
            return value.value
        case UUID() | Decimal():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case list() | tuple() | set() | frozenset():
            return [wire_value(item) for item in value]
        case dict():
            return {key: wire_value(item) for key, item in value.items()}
    dump = getattr(value, "model_dump", None)
    return value if dump is None else dump(mode="json", by_alias=True)


def _principal_value(value: PrincipalValue, principal: Principal) -> Any:
    if value.name.startswith("claim:"):
        return principal.claim(value.name.removeprefix("claim:"))
    return getattr(principal, value.name)
