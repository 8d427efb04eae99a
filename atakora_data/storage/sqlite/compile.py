"""Filters and orders as SQL over documents that are JSON text in one column.

Positive conditions may be NULL, which a WHERE takes for false; `Not` is `IS NOT TRUE`, so logic stays two-valued.
All values are parameters: the text depends on the shape of the filter only, and statements are prepared once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from atakora_data.query.decimals import decimal_key
from atakora_data.query.filter import And, Compare, FieldRef, Filter, Kind, Not, Operator, Or
from atakora_data.query.page import Order

_LAST_CODE_POINT = 0x10FFFF

_MANY = 16
"""From how many values on a list becomes one JSON parameter: longer lists need no new statement."""

_COMPARISONS = {
    Operator.EQ: "=",
    Operator.GT: ">",
    Operator.GTE: ">=",
    Operator.LT: "<",
    Operator.LTE: "<=",
}
_FOLDED = {
    Operator.CONTAINS_IGNORE_CASE: Operator.CONTAINS,
    Operator.BEGINS_WITH_IGNORE_CASE: Operator.BEGINS_WITH,
    Operator.ENDS_WITH_IGNORE_CASE: Operator.ENDS_WITH,
}


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
    keys = [_value(key.field, body, params) + (" DESC" if key.descending else "") for key in order]
    return Sql(", ".join(keys), tuple(params))


def expression(field: FieldRef, body: str = "body") -> str:
    """What queries and expression indexes call this field; the guard is not part of it."""
    path = "".join(f'."{name}"' for name in field.path)
    value = f"json_extract({body},'${path}')"
    if field.size:
        return f"json_array_length({value})"
    return f"decimal_key({value})" if field.kind is Kind.DECIMAL else value


def _filter(filter: Filter, body: str, params: list[Any]) -> str:
    match filter:
        case And(()):
            return "1"
        case Or(()):
            return "0"
        case And(items):
            return "(" + " AND ".join([_filter(item, body, params) for item in items]) + ")"
        case Or(items):
            return "(" + " OR ".join([_filter(item, body, params) for item in items]) + ")"
        case Not(item):
            return f"({_filter(item, body, params)} IS NOT TRUE)"
        case Compare():
            return _compare(filter, body, params)


def _value(field: FieldRef, body: str, params: list[Any]) -> str:
    text = expression(field, body)
    if field.guard is None:
        return text
    return f"CASE WHEN {_filter(field.guard, body, params)} THEN {text} END"


def _compare(compare: Compare, body: str, params: list[Any]) -> str:
    field, operator, wanted = compare.field, compare.operator, compare.value
    if operator in (Operator.HAS, Operator.HAS_ANY, Operator.HAS_ALL):
        return _list_test(field, operator, wanted, body, params)
    value = _value(field, body, params)
    if operator is Operator.IS_NULL:
        return f"({value} IS NULL)"
    if field.kind is Kind.LIST and not field.size:
        return _list_equality(field, value, wanted, body, params)
    if operator is Operator.IN:
        return f"({value} IN {_options([_bound(field, each) for each in wanted], params)})"
    sign = _COMPARISONS.get(operator)
    if sign is None:
        return _text_test(value, operator, wanted, body, params, field)
    params.append(_bound(field, wanted))
    return f"({value} {sign} ?)"


def _bound(field: FieldRef, value: Any) -> Any:
    return _scalar(None if field.size else field.kind, value)


def _scalar(kind: Kind | None, value: Any) -> Any:
    return decimal_key(value) if kind is Kind.DECIMAL else value


def _options(values: list[Any], params: list[Any]) -> str:
    if len(values) >= _MANY:
        params.append(orjson.dumps(values).decode())
        return "(SELECT value FROM json_each(?))"
    params.extend(values)
    return f"({','.join('?' * len(values))})"


def _list_equality(field: FieldRef, value: str, wanted: Any, body: str, params: list[Any]) -> str:
    """Element by element for decimals, whose spelling varies; else the canonical JSON texts are equal."""
    if field.item is Kind.DECIMAL:
        params.append(orjson.dumps([decimal_key(each) for each in wanted]).decode())
        keys = f"(SELECT json_group_array(decimal_key(value)) FROM (SELECT value FROM json_each({expression(field, body)}) ORDER BY key))"
        return f"({value} IS NOT NULL AND {keys} = ?)"
    params.append(orjson.dumps(wanted).decode())
    return f"({value} = ?)"


def _list_test(field: FieldRef, operator: Operator, wanted: Any, body: str, params: list[Any]) -> str:
    """Elements looked up in the array; a null list holds nothing."""
    if operator is Operator.HAS_ANY and not wanted:
        return "0"
    present = f"({_value(field, body, params)} IS NOT NULL"
    values = [wanted] if operator is Operator.HAS else list(wanted)
    bound = [_scalar(field.item, each) for each in values]
    element = "decimal_key(value)" if field.item is Kind.DECIMAL else "value"
    source = f"json_each({body},'$" + "".join(f'."{name}"' for name in field.path) + "')"
    if operator is Operator.HAS_ALL:
        tests = []
        for each in bound:
            params.append(each)
            tests.append(f" AND EXISTS (SELECT 1 FROM {source} WHERE {element} = ?)")
        return present + "".join(tests) + ")"
    return f"{present} AND EXISTS (SELECT 1 FROM {source} WHERE {element} IN {_options(bound, params)}))"


def _text_test(
    value: str, operator: Operator, wanted: str, body: str, params: list[Any], field: FieldRef
) -> str:
    folded = _FOLDED.get(operator)
    if folded is not None:
        return _text_test(f"casefold({value})", folded, wanted.casefold(), body, params, field)
    if operator is Operator.CONTAINS:
        params.append(wanted)
        return f"(instr({value},?)>0)"
    if operator is Operator.BEGINS_WITH:
        return _prefix_test(value, wanted, body, params, field)
    if not wanted:
        return f"({value} IS NOT NULL)"
    params.extend((-len(wanted), wanted))
    return f"(substr({value},?) = ?)"


def _prefix_test(value: str, prefix: str, body: str, params: list[Any], field: FieldRef) -> str:
    """A range that an index can seek: from the prefix up to the next string that does not begin with it."""
    params.append(prefix)
    end = _successor(prefix)
    if end is None:
        return f"({value} >= ?)"
    if field.guard is not None:
        _filter(field.guard, body, params)
    params.append(end)
    return f"({value} >= ? AND {value} < ?)"


def _successor(prefix: str) -> str | None:
    """The least string above all that begin with the prefix, None when there is none."""
    for index in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[index])
        if code < _LAST_CODE_POINT:
            following = 0xE000 if code + 1 == 0xD800 else code + 1
            return prefix[:index] + chr(following)
    return None
