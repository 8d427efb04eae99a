"""A page as consecutive ranges of its order: an index seeks to each, however many records tie or came before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from atakora_data.query.filter import And, Compare, Filter, Operator, negate
from atakora_data.query.keyset import asked, is_null
from atakora_data.query.page import Order, OrderKey, Position, Query


class Range(Struct, frozen=True):
    """Records between two positions. bounds: beside the filter of the query; order: what still varies inside."""

    bounds: tuple[Filter, ...]
    order: Order


def ranges(query: Query) -> list[Range]:
    """What follows the position, in order: first the records that tie in all keys but the last, then in fewer.

    Each holds equalities and one bound, where the condition as a whole would be an OR that no index can seek.
    Keys that the filter holds to one value order nothing and are left out.
    """
    held = _equalities(query.filter)
    if query.after is None:
        return [Range((), tuple(key for key in query.order if not _is_held(key, held)))]
    varying = [
        (key, value)
        for key, value in zip(query.order, query.after, strict=True)
        if key.via or not any(item.field == key.field and item.value == value for item in held)
    ]
    return list(_following(tuple(key for key, _ in varying), tuple(value for _, value in varying)))


def _following(order: Order, position: Position) -> Iterator[Range]:
    ties = [_tie(key, value) for key, value in zip(order, position, strict=True)]
    for depth in reversed(range(len(order))):
        key, value = order[depth], position[depth]
        before = tuple(ties[:depth])
        if value is None and not key.descending:
            yield Range((*before, negate(is_null(key))), order[depth:])
        if value is not None:
            beyond = Operator.LT if key.descending else Operator.GT
            yield Range((*before, asked(key, beyond, value)), order[depth:])
            if key.descending:
                yield Range((*before, is_null(key)), order[depth + 1 :])


def _tie(key: OrderKey, value: Any) -> Filter:
    return is_null(key) if value is None else asked(key, Operator.EQ, value)


def _equalities(filter: Filter) -> list[Compare]:
    items = filter.items if isinstance(filter, And) else (filter,)
    return [item for item in items if isinstance(item, Compare) and item.operator is Operator.EQ]


def _is_held(key: OrderKey, held: list[Compare]) -> bool:
    return not key.via and any(item.field == key.field for item in held)
