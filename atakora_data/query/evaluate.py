"""Filters judged on records in memory: the oracle for every store, and what point reads are judged by."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Kind, Link, Not, Operator, Or, Some

Matcher: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Whether a record in wire form matches."""

Related: TypeAlias = Callable[[Some, Mapping[str, Any]], bool]
"""Whether what is asked of its related records holds for a record: only who has those records can tell."""


def matches(filter: Filter, record: Mapping[str, Any], related: Related | None = None) -> bool:
    """Whether the record matches the filter."""
    return matcher(filter, related)(record)


def matcher(filter: Filter, related: Related | None = None) -> Matcher:
    """The filter as a function, for judging many records.

    TypeError: it asks of related records, and there is no `related` to tell.
    """
    match filter:
        case And(items):
            return _all([matcher(item, related) for item in items])
        case Or(items):
            return _any([matcher(item, related) for item in items])
        case Not(item):
            inner = matcher(item, related)
            return lambda record: not inner(record)
        case Compare():
            return _comparison(filter, related)
        case Some():
            if related is None:
                msg = f"Whether a record has some {filter.link.target} cannot be told from the record alone."
                raise TypeError(msg)
            tell, asked = related, filter
            return lambda record: tell(asked, record)


def within(world: Mapping[str, Iterable[Mapping[str, Any]]]) -> Related:
    """Tells from all records there are, by entity: the slow way, which needs no store."""

    def related(asked: Some, record: Mapping[str, Any]) -> bool:
        matching = matcher(asked.filter, related)
        return any(matching(each) for each in relatives(asked.link, record, world, related))

    return related


def relatives(
    link: Link,
    record: Mapping[str, Any],
    world: Mapping[str, Iterable[Mapping[str, Any]]],
    related: Related | None = None,
) -> Iterator[Mapping[str, Any]]:
    """The records that the link leads to from this one."""
    value, remote = read(link.local, record, related), reader(link.remote, related)
    if value is not None:
        yield from (each for each in world.get(link.target, ()) if remote(each) == value)


def read(field: FieldRef, record: Mapping[str, Any], related: Related | None = None) -> Any:
    """The value a filter or an order sees: None when absent, or where the guard does not hold."""
    return reader(field, related)(record)


def reader(field: FieldRef, related: Related | None = None) -> Callable[[Mapping[str, Any]], Any]:
    """`read` as a function, for many records."""
    found = _path_reader(field.path)
    if field.size:
        found = _size_reader(found)
    if field.guard is None:
        return found
    guard = matcher(field.guard, related)
    return lambda record: found(record) if guard(record) else None


def _all(parts: list[Matcher]) -> Matcher:
    match parts:
        case [only]:
            return only
        case [one, other]:
            return lambda record: one(record) and other(record)
    return lambda record: all(part(record) for part in parts)


def _any(parts: list[Matcher]) -> Matcher:
    match parts:
        case [only]:
            return only
        case [one, other]:
            return lambda record: one(record) or other(record)
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
        return len(value) if isinstance(value, list) else None

    return size


def _comparison(compare: Compare, related: Related | None) -> Matcher:
    get = reader(compare.field, related)
    if compare.operator is Operator.IS_NULL:
        return lambda record: get(record) is None
    test = _test(compare)

    def holds(record: Mapping[str, Any]) -> bool:
        value = get(record)
        try:
            return value is not None and test(value)
        except (TypeError, AttributeError, ArithmeticError):
            return False  # a value of another type, from before the schema changed

    return holds


def comparable(kind: Kind | None, value: Any) -> Any:
    """The value as it compares: decimals by number, everything else by itself."""
    return Decimal(str(value)) if kind is Kind.DECIMAL and value is not None else value


def _test(compare: Compare) -> Callable[[Any], bool]:
    kind, item = (Kind.NUMBER, None) if compare.field.size else (compare.field.kind, compare.field.item)
    match compare.operator:
        case Operator.EQ if kind is Kind.LIST:
            return _list_equality(item, compare.value)
        case Operator.IN:
            options = frozenset(comparable(kind, each) for each in compare.value)
            return lambda value: comparable(kind, value) in options
        case Operator.HAS | Operator.HAS_ANY | Operator.HAS_ALL:
            return _list_test(compare.operator, item, compare.value)
    if compare.operator in _COMPARISONS:
        return _scalar_comparison(kind, _COMPARISONS[compare.operator], comparable(kind, compare.value))
    return _text_test(compare.operator, compare.value)


_COMPARISONS: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQ: operator.eq,
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
}


def _scalar_comparison(kind: Kind, holds: Callable[[Any, Any], bool], bound: Any) -> Callable[[Any], bool]:
    if kind is Kind.DECIMAL:
        return lambda value: holds(comparable(kind, value), bound)
    return lambda value: holds(value, bound)


def _list_equality(item: Kind | None, wanted: Sequence[Any]) -> Callable[[Any], bool]:
    elements = [comparable(item, each) for each in wanted]
    return lambda value: isinstance(value, list) and [comparable(item, each) for each in value] == elements


def _list_test(asked: Operator, item: Kind | None, wanted: Any) -> Callable[[Any], bool]:
    values = [wanted] if asked is Operator.HAS else wanted
    options = frozenset(comparable(item, each) for each in values)
    if asked is Operator.HAS_ALL:
        return lambda value: isinstance(value, list) and options <= {comparable(item, each) for each in value}
    return lambda value: isinstance(value, list) and any(comparable(item, each) in options for each in value)


def _text_test(asked: Operator, wanted: str) -> Callable[[Any], bool]:
    folded = wanted.casefold()
    match asked:
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
