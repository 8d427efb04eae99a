"""Aggregates over Python names, with results in Python values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from atakora_data.api.typed.names import Found, find
from atakora_data.errors import InvalidSelection
from atakora_data.query.aggregate import MEASURES
from atakora_data.registry.entity import EntityModel, TypeName
from atakora_data.registry.registry import Registry
from atakora_data.schema.conditions import FieldPath, names_of
from atakora_data.schema.data import FieldName, Group
from atakora_data.service.commands import Aggregate

Asked = Mapping[str, FieldName | Sequence[FieldName]]
"""What is asked, by the words of `Query.aggregate`."""


def command_of(
    registry: Registry, entity: EntityModel, filter: Mapping[str, Any] | None, limit: int | None, asked: Asked
) -> Aggregate:
    """What the service is asked."""
    wires = {
        word: tuple(".".join(_found(registry, entity, path).wires) for path in _paths(fields))
        for word, fields in asked.items()
    }
    return Aggregate(entity.name, filter, limit=limit, **wires)


def as_groups(registry: Registry, entity: EntityModel, items: Sequence[Mapping[str, Any]], asked: Asked) -> list[Group]:
    """The answer by Python names, with values of the fields' types."""
    found = {
        word: {".".join(path): _found(registry, entity, path) for path in _paths(fields)}
        for word, fields in asked.items()
    }
    return [
        Group(
            {name: _typed(entity, each, _value(item["group"], each)) for name, each in found["group_by"].items()},
            item["count"],
            **{
                word: {
                    name: _result(entity, word, each, _value(item[word], each)) for name, each in found[word].items()
                }
                for word in MEASURES
                if found[word]
            },
        )
        for item in items
    ]


def _paths(fields: FieldName | Sequence[FieldName]) -> list[tuple[str, ...]]:
    listed = (fields,) if isinstance(fields, str | FieldPath) else fields
    return [names_of(each) if isinstance(each, FieldPath) else tuple(each.split(".")) for each in listed]


def _found(registry: Registry, entity: EntityModel, path: tuple[str, ...]) -> Found:
    found = find(registry, entity, path, InvalidSelection)
    if found.field is None:
        raise InvalidSelection(f"`{'.'.join(path)}` of {entity.name} leads to records; it is no field.")
    return found


def _value(values: Mapping[str, Any], found: Found) -> Any:
    """What stands under the wire names."""
    return values.get(".".join(found.wires))


def _result(entity: EntityModel, word: str, found: Found, value: Any) -> Any:
    if word in ("min", "max"):
        return _typed(entity, found, value)
    is_decimal = found.field is not None and found.field.type.name is TypeName.DECIMAL
    return Decimal(value) if is_decimal and value is not None else value


def _typed(entity: EntityModel, found: Found, value: Any) -> Any:
    """A value in wire form as the instance that holds it would have it."""
    if value is None:
        return None
    read = entity.codec.load(found.nested(value))
    for name in found.names:
        read = getattr(read, name)
    return read
