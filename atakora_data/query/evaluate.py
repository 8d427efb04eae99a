"""Filters judged on records in memory: the oracle for every store, and what point reads are judged by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Kind, Not, Operator, Or

Matcher: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Whether a record in wire form matches."""


def matches(filter: Filter, record: Mapping[str, Any]) -> bool:
    """Whether the record matches the filter."""
    return matcher(filter)(record)


def matcher(filter: Filter) -> Matcher:
    """The filter as a function, for judging many records."""
    match filter:
        case And(items):
            return _all([matcher(item) for item in items])
        case Or(items):
            return _any([matcher(item) for item in items])
        case Not(item):
            inner = matcher(item)
            return lambda record: not inner(record)
        case Compare():
            return _comparison(filter)


def read(field: FieldRef, record: Mapping[str, Any]) -> Any:
    """The value a filter or an order sees: None when absent, or where the guard does not hold."""
    return reader(field)(record)


def reader(field: FieldRef) -> Callable[[Mapping[str, Any]], Any]:
    """`read` as a function, for many records."""
    found = _path_reader(field.path)
    if field.size:
        found = _size_reader(found)
    if field.guard is None:
        return found
    guard = matcher(field.guard)
    return lambda record: found(record) if guard(record) else None


def _all(parts: list[Matcher]) -> Matcher:
    if len(parts) == 1:
        return parts[0]
    return lambda record: all(part(record) for part in parts)


def _any(parts: list[Matcher]) -> Matcher:
    if len(parts) == 1:
        return parts[0]
    return lambda record: any(part(record) for part in parts)


def _path_reader(path: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Any]:
    if len(path) == 1:
        [name] = path
        return lambda record: record.get(name)

    def found(record: Mapping[str, Any]) -> Any:
        value: Any = record
        for name in path:
            if not isinstance(value, Mapping):
                return None
            value = value.get(name)
        return value

    return found


def _size_reader(found: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    def size(record: Mapping[str, Any]) -> int | None:
        value = found(record)
        return None if value is None else len(value)

    return size


def _comparison(compare: Compare) -> Matcher:
    get = reader(compare.field)
    if compare.operator is Operator.IS_NULL:
        return lambda record: get(record) is None
    test = _test(compare)

    def holds(record: Mapping[str, Any]) -> bool:
        value = get(record)
        return value is not None and test(value)

    return holds


def comparable(kind: Kind | None, value: Any) -> Any:
    """The value as it compares: decimals by number, everything else by itself."""
    return Decimal(value) if kind is Kind.DECIMAL else value


def _test(compare: Compare) -> Callable[[Any], bool]:  # noqa: PLR0911 - one line an operator
    kind, item = (Kind.NUMBER, None) if compare.field.size else (compare.field.kind, compare.field.item)
    wanted = compare.value
    match compare.operator:
        case Operator.EQ if kind is Kind.LIST:
            elements = [comparable(item, each) for each in wanted]
            return lambda value: [comparable(item, each) for each in value] == elements
        case Operator.EQ:
            bound = comparable(kind, wanted)
            return lambda value: bool(comparable(kind, value) == bound)
        case Operator.IN:
            options = {comparable(kind, each) for each in wanted}
            return lambda value: comparable(kind, value) in options
        case Operator.GT | Operator.GTE | Operator.LT | Operator.LTE:
            return _ordering(kind, compare.operator, comparable(kind, wanted))
        case Operator.HAS:
            element = comparable(item, wanted)
            return lambda value: any(comparable(item, each) == element for each in value)
        case Operator.HAS_ANY:
            some = [comparable(item, each) for each in wanted]
            return lambda value: any(comparable(item, each) in some for each in value)
        case Operator.HAS_ALL:
            every = [comparable(item, each) for each in wanted]
            return lambda value: _has_all([comparable(item, each) for each in value], every)
        case _:
            return _text_test(compare.operator, wanted)


def _has_all(elements: list[Any], wanted: list[Any]) -> bool:
    return all(each in elements for each in wanted)


def _ordering(kind: Kind, operator: Operator, bound: Any) -> Callable[[Any], bool]:
    match operator:
        case Operator.GT:
            return lambda value: bool(comparable(kind, value) > bound)
        case Operator.GTE:
            return lambda value: bool(comparable(kind, value) >= bound)
        case Operator.LT:
            return lambda value: bool(comparable(kind, value) < bound)
        case _:
            return lambda value: bool(comparable(kind, value) <= bound)


def _text_test(operator: Operator, wanted: str) -> Callable[[Any], bool]:
    folded = wanted.casefold()
    match operator:
        case Operator.CONTAINS:
            return lambda value: wanted in value
        case Operator.BEGINS_WITH:
            return lambda value: bool(value.startswith(wanted))
        case Operator.ENDS_WITH:
            return lambda value: bool(value.endswith(wanted))
        case Operator.CONTAINS_IGNORE_CASE:
            return lambda value: folded in value.casefold()
        case Operator.BEGINS_WITH_IGNORE_CASE:
            return lambda value: bool(value.casefold().startswith(folded))
        case _:
            return lambda value: bool(value.casefold().endswith(folded))
