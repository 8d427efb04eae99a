"""The records after a position, as a plain filter: so every store can page without a token of its own."""

from __future__ import annotations

from typing import Any

from atakora_data.query.filter import (
    EVERYTHING,
    NOTHING,
    Compare,
    Filter,
    Operator,
    all_of,
    any_of,
    negate,
    some,
)
from atakora_data.query.page import Order, OrderKey, Position


def after(order: Order, position: Position) -> Filter:
    """What comes strictly after the position in this order, which must be complete.

    It nests, and so grows by one level and two comparisons a key: at the first value or beyond it, and either beyond
    or after the rest. The outer bound alone is what an index can seek.
    """
    following: Filter = NOTHING
    for key, value in reversed(list(zip(order, position, strict=True))):
        beyond = _beyond(key, value)
        following = beyond if following == NOTHING else all_of(_reached(key, value), any_of(beyond, following))
    return following


def _beyond(key: OrderKey, value: Any) -> Filter:
    if value is None:
        return NOTHING if key.descending else negate(is_null(key))
    if key.descending:
        return any_of(asked(key, Operator.LT, value), is_null(key))
    return asked(key, Operator.GT, value)


def _reached(key: OrderKey, value: Any) -> Filter:
    if value is None:
        return is_null(key) if key.descending else EVERYTHING
    if key.descending:
        return any_of(asked(key, Operator.LTE, value), is_null(key))
    return asked(key, Operator.GTE, value)


def asked(key: OrderKey, operator: Operator, value: Any) -> Filter:
    """What the key compares, on the record that its hops lead to; false where they lead nowhere."""
    found: Filter = Compare(key.field, operator, value)
    for hop in reversed(key.via):
        found = some(hop.link, all_of(hop.filter, found))
    return found


def is_null(key: OrderKey) -> Filter:
    """That the key is null, also because its hops lead nowhere."""
    if not key.via:
        return Compare(key.field, Operator.IS_NULL, value=True)
    present: Filter = negate(Compare(key.field, Operator.IS_NULL, value=True))
    for hop in reversed(key.via):
        present = some(hop.link, all_of(hop.filter, present))
    return negate(present)
