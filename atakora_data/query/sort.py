"""Orders and pages in memory: the oracle for every store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from atakora_data.query.evaluate import comparable, matcher, read
from atakora_data.query.keyset import after
from atakora_data.query.page import Order, OrderKey, Position, Query


def position(order: Order, record: Mapping[str, Any]) -> Position:
    """Where the record stands in this order: the values of its keys, as the caller sees them."""
    return tuple(read(key.field, record) for key in order)


def sort(order: Order, records: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The records in this order: by the last key first, as a stable sort allows."""
    ordered = list(records)
    for key in reversed(order):
        ordered.sort(key=lambda record, key=key: _rank(key, record), reverse=key.descending)  # type: ignore[misc]  # bound early
    return ordered


def run(query: Query, records: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What a store answers to the query, done the slow way."""
    wanted = matcher(query.filter)
    following = matcher(after(query.order, query.after)) if query.after is not None else None
    found = [record for record in records if wanted(record) and (following is None or following(record))]
    return sort(query.order, found)[: query.limit]


def _rank(key: OrderKey, record: Mapping[str, Any]) -> tuple[bool, Any]:
    """Nulls rank lowest: first when ascending, last when descending."""
    value = read(key.field, record)
    return (False, 0) if value is None else (True, comparable(key.field.kind, value))
