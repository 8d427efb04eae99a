"""Filters as Cosmos SQL over documents called `c`.

A condition that meets an absent value may be undefined, which a WHERE takes for false, and so do AND and OR; only `NOT`
would not, and so it asks for `?? false`: logic has two values. All values are parameters.
"""

from __future__ import annotations

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Not, Operator, Some
from atakora_data.storage.cosmos.questions import QUESTIONS, Parameters, expression, quoted


def condition(filter: Filter, params: Parameters) -> str:
    """The filter as SQL that is never true where it does not hold; it adds its parameters."""
    if isinstance(filter, Compare):
        return _compare(filter, params)
    if isinstance(filter, Not):
        return _negation(filter.item, params)
    if isinstance(filter, Some):
        msg = f"Cosmos DB cannot join {filter.link.target}: put a StepwiseStore around its store."
        raise TypeError(msg)
    if not filter.items:
        return "true" if isinstance(filter, And) else "false"
    parts = [condition(item, params) for item in filter.items]
    return "(" + (" AND " if isinstance(filter, And) else " OR ").join(parts) + ")"


def _negation(item: Filter, params: Parameters) -> str:
    if isinstance(item, Compare) and item.operator is Operator.IS_NULL:
        return _present(item.field, params)
    return f"(NOT ({condition(item, params)} ?? false))"


def _present(field: FieldRef, params: Parameters) -> str:
    value = expression(field)
    known = f"IS_ARRAY({quoted(field.path)})" if field.size else f"IS_DEFINED({value}) AND NOT IS_NULL({value})"
    return f"({known})" if field.guard is None else f"({condition(field.guard, params)} AND {known})"


def _compare(compare: Compare, params: Parameters) -> str:
    """Where the guard does not hold the field is null: so nothing holds but IS_NULL."""
    field, ask = compare.field, QUESTIONS[compare.operator]
    if field.guard is None:
        return ask(field, compare.value, params)
    if compare.operator is Operator.IS_NULL:
        return f"({_negation(field.guard, params)} OR {ask(field, compare.value, params)})"
    return f"({condition(field.guard, params)} AND {ask(field, compare.value, params)})"


__all__ = ["Parameters", "condition", "expression", "quoted"]
