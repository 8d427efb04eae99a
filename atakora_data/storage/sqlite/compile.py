"""Filters and orders as SQL over documents that are JSON text in one column.

Positive conditions may be NULL, which a WHERE takes for false; `Not` is `IS NOT TRUE`, so logic stays two-valued.
All values are parameters: the text depends on the shape of the filter only, and statements are prepared once.
The connection must know the functions of `functions.py`, and documents are written by orjson.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Not, Operator, Some
from atakora_data.query.page import Order
from atakora_data.storage.sqlite.questions import QUESTIONS, expression


class Sql(NamedTuple):
    """A piece of SQL and the values of its `?`, in order."""

    text: str
    params: tuple[Any, ...]


Related: TypeAlias = Callable[[Some, list[Any]], str]
"""What is asked of related records as SQL, with the parameters to add to: `scopes.py` knows where they lie."""


class Place(NamedTuple):
    """Where a document stands in a statement: its column, and who tells of the records that it leads to."""

    body: str
    related: Related


def alone(asked: Some, _params: list[Any]) -> str:
    """For documents without others beside them: nothing can be asked of related records."""
    msg = f"Whether a document has some {asked.link.target} cannot be told from the document alone."
    raise TypeError(msg)


def compile_filter(filter: Filter, body: str = "body") -> Sql:
    """The condition of a WHERE, over the documents in the column `body`."""
    params: list[Any] = []
    return Sql(condition(filter, Place(body, alone), params), tuple(params))


def compile_order(order: Order, body: str = "body") -> Sql:
    """What follows ORDER BY: SQLite puts nulls first when ascending and last when descending by itself."""
    params: list[Any] = []
    place = Place(body, alone)
    keys = [value(key.field, place, params) + (" DESC" if key.descending else "") for key in order]
    return Sql(", ".join(keys), tuple(params))


def value(field: FieldRef, place: Place, params: list[Any]) -> str:
    """The field as whoever asks sees it: null where its guard does not hold."""
    if field.guard is None:
        return expression(field, place.body)
    return f"CASE WHEN {condition(field.guard, place, params)} THEN {expression(field, place.body)} END"


def condition(filter: Filter, place: Place, params: list[Any]) -> str:
    """The filter as SQL that is never true where it does not hold; it adds its parameters."""
    if isinstance(filter, Compare):
        return _compare(filter, place, params)
    if isinstance(filter, Not):
        return _negation(filter.item, place, params)
    if isinstance(filter, Some):
        return place.related(filter, params)
    if not filter.items:
        return "1" if isinstance(filter, And) else "0"
    parts = [condition(item, place, params) for item in _deepest_first(filter.items)]
    return "(" + (" AND " if isinstance(filter, And) else " OR ").join(parts) + ")"


def _deepest_first(items: tuple[Filter, ...]) -> Sequence[Filter]:
    """The parser of SQLite keeps what stands before a parenthesis on a stack of 100: deep items go to the front."""
    if all(isinstance(item, Compare) for item in items[1:]):
        return items
    return sorted(items, key=_depth, reverse=True)


_SUBQUERY = 9
"""How many places on that stack a subquery takes."""


def _depth(filter: Filter) -> int:
    if isinstance(filter, Compare):
        return 0
    if isinstance(filter, Not):
        return 1 + _depth(filter.item)
    if isinstance(filter, Some):
        return _SUBQUERY + _depth(filter.filter)
    return 1 + max(map(_depth, filter.items), default=0)


def _negation(item: Filter, place: Place, params: list[Any]) -> str:
    if isinstance(item, Compare) and item.operator is Operator.IS_NULL:
        return _present(item.field, place, params)
    return f"({condition(item, place, params)} IS NOT TRUE)"


def _present(field: FieldRef, place: Place, params: list[Any]) -> str:
    """Minus infinity comes before every value but null: other than by IS NOT NULL, an index is sought by it."""
    guard = "" if field.guard is None else f"{condition(field.guard, place, params)} AND "
    return f"({guard}{expression(field, place.body)}>=-9e999)"


def _compare(compare: Compare, place: Place, params: list[Any]) -> str:
    """Where the guard does not hold the field is null: so nothing holds but IS_NULL."""
    field, ask = compare.field, QUESTIONS[compare.operator]
    if field.guard is None:
        return ask(field, compare.value, place.body, params)
    guard = condition(field.guard, place, params)
    asked = ask(field, compare.value, place.body, params)
    return f"({guard} IS NOT TRUE OR {asked})" if compare.operator is Operator.IS_NULL else f"({guard} AND {asked})"


__all__ = ["Place", "Related", "Sql", "compile_filter", "compile_order", "condition", "expression", "value"]
