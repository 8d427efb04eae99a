"""Aggregations as SQL, and their rows in wire form."""

# ruff: noqa: S608 - statements are made of the registry's names; every value is a parameter

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from atakora_data.query.aggregate import Aggregation, Function, Measure, Row
from atakora_data.query.filter import FieldRef, Kind
from atakora_data.storage.sqlite.compile import Sql
from atakora_data.storage.sqlite.scopes import Layout, Scope
from atakora_data.storage.sqlite.seeking import Count

_FUNCTIONS: Final[Mapping[Kind, Mapping[Function, str]]] = {
    Kind.NUMBER: {Function.SUM: "exact_sum", Function.AVG: "exact_avg"},
    Kind.DECIMAL: {
        Function.SUM: "decimal_sum",
        Function.AVG: "decimal_avg",
        Function.MIN: "decimal_min",
        Function.MAX: "decimal_max",
    },
}
"""Where SQLite's own functions are not exact: those of `totals.py`, which take decimals as they are spelled."""


class Aggregates:
    """The statements for the records of one entity."""

    def __init__(self, layout: Layout, entity: str, count: Count) -> None:
        self._layout = layout
        self._entity = entity
        self._count = count

    def statement(self, tenant: str, aggregation: Aggregation) -> Sql:
        """Rows of: how many records, what tells the groups apart, what is shown of each group, the results.

        The count names the tenant, so that it is the first parameter though guards may stand in front of the source.
        """
        scope = self._layout.scope(self._entity, self._layout.seeking(tenant, self._count))
        groups = aggregation.groups
        keys = [scope.value(field) for field in groups]
        shown = [_spelled(scope, "min", field) for field in groups]
        results = [_measured(scope, each) for each in aggregation.measures]
        columns, params = _listed([Sql("count(?1)", (tenant,)), *keys, *shown, *results])
        condition = scope.condition(aggregation.filter)
        text = f"SELECT {columns} FROM {scope.table} WHERE {scope.mine} AND {condition.text}"
        if not groups:
            return Sql(text, (*params, *condition.params))
        by = ",".join(str(2 + place) for place in range(len(groups)))
        return Sql(f"{text} GROUP BY {by} ORDER BY {by} LIMIT ?", (*params, *condition.params, aggregation.limit))


def answered(aggregation: Aggregation, row: Sequence[Any]) -> Row:
    """The row of a statement in wire form."""
    groups = len(aggregation.groups)
    keys, shown, results = row[1 : 1 + groups], row[1 + groups : 1 + 2 * groups], row[1 + 2 * groups :]
    return Row(
        tuple(
            None if key is None else _wire(field, value)
            for field, key, value in zip(aggregation.groups, keys, shown, strict=True)
        ),
        tuple(_result(measure, value) for measure, value in zip(aggregation.measures, results, strict=True)),
    )


def _measured(scope: Scope, measure: Measure) -> Sql:
    field, function = measure.field, measure.function
    if field is None:
        return Sql("count(*)", ())
    return _spelled(scope, _FUNCTIONS.get(_kind(field), {}).get(function, function.value), field)


def _spelled(scope: Scope, function: str, field: FieldRef) -> Sql:
    """The function of the values as they are in the documents, decimals included."""
    text, params = scope.value(replace(field, kind=Kind.STRING) if _kind(field) is Kind.DECIMAL else field)
    return Sql(f"{function}({text})", params)


def _result(measure: Measure, value: Any) -> Any:
    if measure.field is None or measure.function is Function.COUNT:
        return value
    if measure.function is Function.SUM and isinstance(value, bytes) and _kind(measure.field) is Kind.NUMBER:
        return int(value)
    return _wire(measure.field, value)


def _wire(field: FieldRef, value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    return bool(value) if _kind(field) is Kind.BOOLEAN and value is not None else value


def _kind(field: FieldRef) -> Kind:
    return Kind.NUMBER if field.size else field.kind


def _listed(columns: Iterable[Sql]) -> Sql:
    listed = list(columns)
    return Sql(",".join(each.text for each in listed), tuple(value for each in listed for value in each.params))


__all__ = ["Aggregates", "answered"]
