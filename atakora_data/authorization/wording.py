"""Filters in words, for explanations and documents."""

from __future__ import annotations

import json
from typing import Any, Final

from atakora_data.query.filter import And, Compare, Filter, Not, Operator, Or, Parameter, Some

_SIGNS: Final = {Operator.EQ: "==", Operator.GT: ">", Operator.GTE: ">=", Operator.LT: "<", Operator.LTE: "<="}
_DENIED: Final = {Operator.EQ: "!=", Operator.IN: "not in", Operator.IS_NULL: "is not null"}


def describe_filter(filter: Filter) -> str:  # noqa: PLR0911 - one line a form
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
        case Not(Compare(_, operator) as denied) if operator in _DENIED:
            return _describe_compare(denied, _DENIED[operator])
        case Not(item):
            return f"not {_inside(item)}"
        case Compare():
            return _describe_compare(filter, _sign(filter.operator))
        case Some(link, inner):
            return f"some {link.target} by {'.'.join(link.local.path)} has ({describe_filter(inner)})"


def _inside(item: Filter) -> str:
    text = describe_filter(item)
    return f"({text})" if isinstance(item, And | Or) and item.items else text


def _sign(operator: Operator) -> str:
    return "is null" if operator is Operator.IS_NULL else _SIGNS.get(operator, operator.value)


def _describe_compare(compare: Compare, sign: str) -> str:
    name = ".".join(compare.field.path)
    if compare.field.size:
        name = f"size({name})"
    return f"{name} {sign}" if compare.operator is Operator.IS_NULL else f"{name} {sign} {_value(compare.value)}"


def _value(value: Any) -> str:
    if isinstance(value, Parameter):
        kind, _, claim = value.name.partition(":")
        return f"principal.claim({claim!r})" if kind == "claim" else f"principal.{value.name}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_value(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)
