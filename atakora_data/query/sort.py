"""Orders and pages in memory: the oracle for every store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from atakora_data.query.evaluate import comparable, matcher, read, relatives, within
from atakora_data.query.keyset import after
from atakora_data.query.page import Order, OrderKey, Position, Query

World: TypeAlias = Mapping[str, Iterable[Mapping[str, Any]]]
"""All records there are, by entity: what relations are followed in."""

_NO_WORLD: World = {}


def position(order: Order, record: Mapping[str, Any], world: World = _NO_WORLD) -> Position:
    """Where the record stands in this order: the values of its keys, as the caller sees them."""
    return tuple(_value(key, record, world) for key in order)


def sort(order: Order, records: Iterable[Mapping[str, Any]], world: World = _NO_WORLD) -> list[Mapping[str, Any]]:
    """The records in this order: by the last key first, as a stable sort allows."""
    ordered = list(records)
    for key in reversed(order):
        ordered.sort(key=lambda record, key=key: _rank(key, record, world), reverse=key.descending)  # type: ignore[misc]  # bound early
    return ordered


def run(query: Query, records: Iterable[Mapping[str, Any]], world: World = _NO_WORLD) -> list[Mapping[str, Any]]:
    """What a store answers to the query, done the slow way."""
    related = within(world)
    wanted = matcher(query.filter, related)
    following = matcher(after(query.order, query.after), related) if query.after is not None else None
    found = [record for record in records if wanted(record) and (following is None or following(record))]
    return sort(query.order, found, world)[: query.limit]


def _rank(key: OrderKey, record: Mapping[str, Any], world: World) -> tuple[bool, Any]:
    """Nulls rank lowest: first when ascending, last when descending."""
    value = _value(key, record, world)
    return (False, 0) if value is None else (True, comparable(key.field.kind, value))


def _value(key: OrderKey, record: Mapping[str, Any], world: World) -> Any:
    related = within(world)
    for hop in key.via:
        matching = matcher(hop.filter, related)
        found = next((each for each in relatives(hop.link, record, world, related) if matching(each)), None)
        if found is None:
            return None
        record = found
    return read(key.field, record, related)
