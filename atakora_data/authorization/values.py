"""The caller's values, brought to the fields they are compared with.

A token says what it likes: a number where the field holds text, upper case where the field holds a UUID. A value that
the field could never hold counts as absent, so it equals nothing, and no store meets a value it cannot compare.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from atakora_data.authorization.principal import Principal
from atakora_data.query.filter import (
    Compare,
    FieldRef,
    Filter,
    Kind,
    Operator,
    Parameter,
    Some,
    some,
    substitute,
    transform,
)
from atakora_data.registry.conversion import canonical
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, TypeName

Fields = Mapping[str, FieldModel]
"""The fields of an entity, by wire name."""

Entities = Mapping[str, EntityModel]
"""The entities that rules may cross over to, by name."""

NO_ENTITIES: Final[Entities] = MappingProxyType({})

_BY_KIND: Final = {
    Kind.STRING: FieldType(TypeName.STRING),
    Kind.BOOLEAN: FieldType(TypeName.BOOLEAN),
    Kind.DECIMAL: FieldType(TypeName.DECIMAL),
}
_INT64: Final = range(-(2**63), 2**63)


def put_in(template: Filter, principal: Principal, fields: Fields, entities: Entities = NO_ENTITIES) -> Filter:
    """The filter with the caller's values in place of its parameters; what compares with an absent one never holds.

    entities: those whose records the filter asks about.
    """

    def fill(leaf: Compare) -> Filter:
        if not isinstance(leaf.value, Parameter):
            return leaf
        value = _fitting(leaf, _value_of(principal, leaf.value.name), _type_at(fields, leaf.field.path))
        return substitute(leaf, lambda _name: value)

    def cross(asked: Some) -> Filter:
        return some(asked.link, put_in(asked.filter, principal, entities[asked.link.target].fields, entities))

    return transform(template, fill, cross)


def own_id(principal: Principal, field: FieldRef, fields: Fields) -> Any:
    """The caller's id as the field would hold it, None when it cannot hold it or nobody is known to ask."""
    return _scalar(field.kind, principal.id, _type_at(fields, field.path))


def _value_of(principal: Principal, name: str) -> Any:
    kind, _, claim = name.partition(":")
    return principal.claim(claim) if kind == "claim" else getattr(principal, name)


def _type_at(fields: Fields, path: tuple[str, ...]) -> FieldType | None:
    found: FieldType | None = None
    for name in path:
        field = fields.get(name)
        if field is None:
            return None
        found = field.type
        fields = found.object.fields if found.object is not None else {}
    return found


def _fitting(leaf: Compare, value: Any, type: FieldType | None) -> Any:
    """The value in the form that the comparison takes, or None when it has none."""
    field, item = leaf.field, type.item if type is not None else None
    match leaf.operator:
        case Operator.IN:
            return _some(field.kind, value, type)
        case Operator.HAS:
            return _scalar(field.item, value, item)
        case Operator.HAS_ANY:
            return _some(field.item, value, item)
        case Operator.HAS_ALL:
            return _all(field.item, value, item)
        case Operator.EQ if field.kind is Kind.LIST:
            found = _all(field.item, value, item)
            return None if found is None else list(found)
    return _scalar(field.kind, value, type)


def _some(kind: Kind | None, values: Any, type: FieldType | None) -> tuple[Any, ...] | None:
    """Those of the values that fit; None for none."""
    return tuple(found for found in _each(kind, values, type) if found is not None) or None


def _all(kind: Kind | None, values: Any, type: FieldType | None) -> tuple[Any, ...] | None:
    """The values, if each of them fits."""
    found = _each(kind, values, type)
    return None if None in found or not isinstance(values, list | tuple) else tuple(found)


def _each(kind: Kind | None, values: Any, type: FieldType | None) -> list[Any]:
    return [_scalar(kind, each, type) for each in values] if isinstance(values, list | tuple) else []


def _scalar(kind: Kind | None, value: Any, type: FieldType | None) -> Any:
    if value is None or kind is None:
        return None
    if kind is Kind.NUMBER:
        return _number(value)
    if kind is Kind.DECIMAL and isinstance(value, float):
        value = repr(value)
    type = type or _BY_KIND.get(kind)
    if type is None or kind in (Kind.LIST, Kind.OBJECT):
        return None
    try:
        return canonical(type, value)
    except ValueError:
        return None


def _number(value: Any) -> int | float | None:
    """A finite number, of any size: a field of whole numbers may well be compared with 2.5."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and value in _INT64:
        return value
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
