"""Filters in words, for explanations and documents."""

from __future__ import annotations

from typing import Any

from atakora_data.query.filter import And, Compare, Filter, Not, Operator, Or, Parameter

_SIGNS = {Operator.EQ: "==", Operator.GT: ">", Operator.GTE: ">=", Operator.LT: "<", Operator.LTE: "<="}


def describe_filter(filter: Filter) -> str:
    """The filter as a person would write it: `status == "published" or authorId == principal.id`."""
    match filter:
        case And(()):
            return "always"
        case Or(()):
            return "never"
        case And(items):
            return " and ".join(_inside(item) for item in items)
        case Or(items):
            return " or ".join(_inside(item) for item in items)
        case Not(item):
            return f"not {_inside(item)}"
        case Compare():
            return _describe_compare(filter)


def _inside(item: Filter) -> str:
    text = describe_filter(item)
    return f"({text})" if isinstance(item, And | Or) and item.items else text


def _describe_compare(compare: Compare) -> str:
    name = ".".join(compare.field.path)
    if compare.field.size:
        name = f"size({name})"
    if compare.operator is Operator.IS_NULL:
        return f"{name} is null"
    return f"{name} {_SIGNS.get(compare.operator, compare.operator.value)} {_describe_value(compare.value)}"


def _describe_value(value: Any) -> str:
    if isinstance(value, Parameter):
        kind, _, claim = value.name.partition(":")
        return f"principal.claim({claim!r})" if kind == "claim" else f"principal.{value.name}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_describe_value(each) for each in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
