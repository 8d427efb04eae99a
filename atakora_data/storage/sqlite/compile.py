"""Filters and orders as SQL over documents that are JSON text in one column.

Positive conditions may be NULL, which a WHERE takes for false; `Not` is `IS NOT TRUE`, so logic stays two-valued.
All values are parameters: the text depends on the shape of the filter only, and statements are prepared once.
The connection must know the functions of `functions.py`, and documents are written by orjson.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Not, Operator
from atakora_data.query.page import Order
from atakora_data.storage.sqlite.questions import QUESTIONS, expression


class Sql(NamedTuple):
    """A piece of SQL and the values of its `?`, in order."""

    text: str
    params: tuple[Any, ...]


def compile_filter(filter: Filter, body: str = "body") -> Sql:
    """The condition of a WHERE, over the documents in the column `body`."""
    params: list[Any] = []
    return Sql(_filter(filter, body, params), tuple(params))


def compile_order(order: Order, body: str = "body") -> Sql:
    """What follows ORDER BY: SQLite puts nulls first when ascending and last when descending by itself."""
    params: list[Any] = []
    keys = [_sort_key(key.field, body, params) + (" DESC" if key.descending else "") for key in order]
    return Sql(", ".join(keys), tuple(params))


def _sort_key(field: FieldRef, body: str, params: list[Any]) -> str:
    if field.guard is None:
        return expression(field, body)
    return f"CASE WHEN {_filter(field.guard, body, params)} THEN {expression(field, body)} END"


def _filter(filter: Filter, body: str, params: list[Any]) -> str:
    if isinstance(filter, Compare):
        return _compare(filter, body, params)
    if isinstance(filter, Not):
        return _negation(filter.item, body, params)
    if not filter.items:
        return "1" if isinstance(filter, And) else "0"
    parts = [_filter(item, body, params) for item in _deepest_first(filter.items)]
    return "(" + (" AND " if isinstance(filter, And) else " OR ").join(parts) + ")"


def _deepest_first(items: tuple[Filter, ...]) -> Sequence[Filter]:
    """The parser of SQLite keeps what stands before a parenthesis on a stack of 100: deep items go to the front."""
    if all(isinstance(item, Compare) for item in items[1:]):
        return items
    return sorted(items, key=_depth, reverse=True)


def _depth(filter: Filter) -> int:
    if isinstance(filter, Compare):
        return 0
    if isinstance(filter, Not):
        return 1 + _depth(filter.item)
    return 1 + max(map(_depth, filter.items), default=0)


def _negation(item: Filter, body: str, params: list[Any]) -> str:
    if isinstance(item, Compare) and item.operator is Operator.IS_NULL:
        return _present(item.field, body, params)
    return f"({_filter(item, body, params)} IS NOT TRUE)"


def _present(field: FieldRef, body: str, params: list[Any]) -> str:
    """Minus infinity comes before every value but null: other than by IS NOT NULL, an index is sought by it."""
    guard = "" if field.guard is None else f"{_filter(field.guard, body, params)} AND "
    return f"({guard}{expression(field, body)}>=-9e999)"


def _compare(compare: Compare, body: str, params: list[Any]) -> str:
    """Where the guard does not hold the field is null: so nothing holds but IS_NULL."""
    field, ask = compare.field, QUESTIONS[compare.operator]
    if field.guard is None:
        return ask(field, compare.value, body, params)
    guard = _filter(field.guard, body, params)
    asked = ask(field, compare.value, body, params)
    return f"({guard} IS NOT TRUE OR {asked})" if compare.operator is Operator.IS_NULL else f"({guard} AND {asked})"


__all__ = ["Sql", "compile_filter", "compile_order", "expression"]
