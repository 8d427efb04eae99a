"""Aggregations over records in memory: the oracle for every store, and the way where a rule is a function."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any

from atakora_data.query.aggregate import Aggregation, Function, Measure, Row
from atakora_data.query.evaluate import Related, comparable, matcher, reader
from atakora_data.query.filter import FieldRef, Kind

_EXACT = Context(prec=10_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_AVERAGE = Context(prec=28, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


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


def _result(  # noqa: PLR0911 - one a function
    measure: Measure, records: Sequence[Mapping[str, Any]], related: Related | None
) -> Any:
    if measure.field is None:
        return len(records)
    kind = measure.field.kind
    values = [value for value in map(reader(measure.field, related), records) if value is not None]
    match measure.function:
        case Function.COUNT:
            return len(values)
        case Function.MIN if values:
            return min(values, key=lambda value: (comparable(kind, value), value))
        case Function.MAX if values:
            highest = max(comparable(kind, value) for value in values)
            return min(value for value in values if comparable(kind, value) == highest)
        case Function.SUM if values:
            return _decimal_sum(values) if kind is Kind.DECIMAL else _sum(values)
        case Function.AVG if values:
            return _decimal_average(values) if kind is Kind.DECIMAL else _sum(values) / len(values)
    return None


def _sum(values: Sequence[int | float]) -> int | float:
    """Whole numbers add up exactly; with a float among them, the sum is rounded once, beyond all floats infinite."""
    if all(isinstance(value, int) for value in values):
        return sum(values)
    try:
        return math.fsum(values)
    except OverflowError:
        return math.inf if sum(values) > 0 else -math.inf


def _decimal_sum(values: Sequence[str]) -> str:
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, Decimal(value))
    return _spelled(total)


def _decimal_average(values: Sequence[str]) -> str:
    return _spelled(_AVERAGE.divide(Decimal(_decimal_sum(values)), Decimal(len(values))))


def _spelled(number: Decimal) -> str:
    text = format(number, "f")
    return text.removeprefix("-") if not number else text
