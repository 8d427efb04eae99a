"""Which orders the server can make: by one field always, by several where the container has the index for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec.structs import replace

from atakora_data.query.evaluate import reader
from atakora_data.query.filter import FieldRef, Kind
from atakora_data.query.page import Order, OrderKey
from atakora_data.registry.entity import EntityModel
from atakora_data.storage.cosmos.documents import decimal_shadow
from atakora_data.storage.cosmos.facts import Facts
from atakora_data.storage.cosmos.questions import sort_path
from atakora_data.storage.port import BY_ID, ID, Record

Rank: TypeAlias = tuple[int, Any]
"""What stands for a value in comparisons."""


def composites(model: EntityModel) -> tuple[Order, ...]:
    """The orders by several fields that the container has composite indexes for: those declared, ended by the id.

    The id ascends in every order that is asked for, so that each declared one and its reverse have an index.
    """
    declared = [tuple(OrderKey(k.field, k.descending) for k in each.keys) for each in model.indexes]
    return tuple(dict.fromkeys(_complete(each) for order in declared for each in (order, _reversed(order))))


def composite_paths(order: Order) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """The index for such an order: where documents hold each value, and whether it descends."""
    return tuple((sort_path(key.field), key.descending) for key in order)


class Orders:
    """What orders of one entity the server makes at once."""

    def __init__(self, model: EntityModel) -> None:
        self._composites = [each for order in composites(model) for each in (order, _reversed(order))]

    def served(self, facts: Facts, order: Order) -> Order | None:
        """By what the server is to order: the keys that vary, maybe behind some that are held."""
        if len(order) < 2:  # noqa: PLR2004 - any single field has an index
            return order if all(key.field.guard is None for key in order) else None
        fields = [each.field for each in facts.held]
        return next((each for each in self._composites if order in _behind(each, fields)), None)


def _behind(composite: Order, fields: list[FieldRef]) -> Iterator[Order]:
    """What the composite orders by, where these fields are held."""
    for start, key in enumerate(composite):
        yield composite[start:]
        if key.field not in fields:
            return


def _complete(order: Order) -> Order:
    """Up to the id, which is put behind if it is missing."""
    for place, key in enumerate(order):
        if key.field.path == ID.path:
            return order[: place + 1]
    return (*order, *BY_ID)


def _reversed(order: Order) -> Order:
    return tuple(replace(key, descending=not key.descending) for key in order)


def ranked(order: Order, records: list[Record]) -> list[Record]:
    """The records in this order, as the server makes it."""
    for key in reversed(order):
        records.sort(key=ranking(key), reverse=key.descending)
    return records


def ranking(key: OrderKey) -> Callable[[Mapping[str, Any]], Rank]:
    """By what records are ordered: nulls first, then by type, so that no document of an older schema breaks it."""
    value, is_decimal = reader(key.field), key.field.kind is Kind.DECIMAL
    if is_decimal:
        return lambda record: _rank(decimal_shadow(value(record)))
    return lambda record: _rank(value(record))


def _rank(value: Any) -> Rank:
    match value:
        case None:
            return 0, 0
        case bool():
            return 1, value
        case int() | float():
            return 2, value
        case str():
            return 3, value
    return 4, 0
