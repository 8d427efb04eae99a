"""The records after a position, as a plain filter: so every store can page without a token of its own."""

from __future__ import annotations

from typing import Any

from atakora_data.query.filter import EVERYTHING, NOTHING, Compare, Filter, Operator, all_of, any_of, negate
from atakora_data.query.page import Order, OrderKey, Position


def after(order: Order, position: Position) -> Filter:
    """What comes strictly after the position in this order, which must be complete.

    It nests, and so grows by one level and two comparisons a key: beyond the first value, or at it and after the rest.
    """
    (key, *rest), (value, *values) = order, position
    beyond = _beyond(key, value)
    if not rest:
        return beyond
    deeper = all_of(_at(key, value), after(tuple(rest), tuple(values)))
    return all_of(_reached(key, value), any_of(beyond, deeper))


def _at(key: OrderKey, value: Any) -> Filter:
    return _is_null(key) if value is None else Compare(key.field, Operator.EQ, value)


def _beyond(key: OrderKey, value: Any) -> Filter:
    if value is None:
        return NOTHING if key.descending else negate(_is_null(key))
    if key.descending:
        return any_of(Compare(key.field, Operator.LT, value), _is_null(key))
    return Compare(key.field, Operator.GT, value)


def _reached(key: OrderKey, value: Any) -> Filter:
    """Redundant, but a bound that an index can seek."""
    if value is None:
        return _is_null(key) if key.descending else EVERYTHING
    return EVERYTHING if key.descending else Compare(key.field, Operator.GTE, value)


def _is_null(key: OrderKey) -> Filter:
    return Compare(key.field, Operator.IS_NULL, value=True)
