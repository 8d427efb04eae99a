"""Aggregations over records in memory: the oracle for every store, and the way where a rule is a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from atakora_data.query.aggregate import Aggregation, Function, Measure, Row
from atakora_data.query.evaluate import Related, comparable, matcher, reader
from atakora_data.query.filter import FieldRef, Kind
from atakora_data.query.totals import Average, DecimalAverage, DecimalSum, Greatest, Least, Sum


def run(aggregation: Aggregation, records: Iterable[Mapping[str, Any]], related: Related | None = None) -> list[Row]:
    """What a store answers to the aggregation, done the slow way."""
    wanted = matcher(aggregation.filter, related)
    keys = [reader(field, related) for field in aggregation.groups]
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {} if keys else {(): []}
    for record in records:
        if wanted(record):
            values = [comparable(field.kind, key(record)) for field, key in zip(aggregation.groups, keys, strict=True)]
            groups.setdefault(tuple(values), []).append(record)
    ordered = sorted(groups, key=lambda group: [(value is not None, 0 if value is None else value) for value in group])
    return [_row(aggregation, groups[group], related) for group in ordered[: aggregation.limit if keys else None]]


def _row(aggregation: Aggregation, records: Sequence[Mapping[str, Any]], related: Related | None) -> Row:
    return Row(
        tuple(_shown(field, records, related) for field in aggregation.groups),
        tuple(_result(measure, records, related) for measure in aggregation.measures),
    )


def _shown(field: FieldRef, records: Sequence[Mapping[str, Any]], related: Related | None) -> Any:
    """The value of a group; of decimals that are equal but spelled differently, the first by spelling."""
    values = [value for value in map(reader(field, related), records) if value is not None]
    return min(values) if values else None


def _result(measure: Measure, records: Sequence[Mapping[str, Any]], related: Related | None) -> Any:
    field = measure.field
    if field is None:
        return len(records)
    values = [value for value in map(reader(field, related), records) if value is not None]
    if measure.function is Function.COUNT:
        return len(values)
    total = _TOTALS.get((field.kind is Kind.DECIMAL, measure.function))
    if total is not None:
        return _added_up(total(), values)
    return (min if measure.function is Function.MIN else max)(values, default=None)


_TOTALS: Final[Mapping[tuple[bool, Function], Callable[[], Any]]] = {
    (False, Function.SUM): Sum,
    (False, Function.AVG): Average,
    (True, Function.SUM): DecimalSum,
    (True, Function.AVG): DecimalAverage,
    (True, Function.MIN): Least,
    (True, Function.MAX): Greatest,
}
"""By whether it is of decimals; what is missing is found by comparing the values themselves."""


def _added_up(total: Any, values: Sequence[Any]) -> Any:
    for value in values:
        total.step(value)
    return total.finalize()
