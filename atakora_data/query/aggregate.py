"""Aggregates as plain frozen data: what is worked out of many records, maybe by groups."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from atakora_data.query.filter import EVERYTHING, FieldRef, Filter


class Function(StrEnum):
    """What is worked out. Null values count for nothing; without any value the result is null, that of COUNT is 0."""

    COUNT = "count"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


MEASURES = tuple(each.value for each in Function if each is not Function.COUNT)
"""The functions that are asked of fields, as clients write them."""


class Measure(Struct, frozen=True):
    """A function of a field's values; COUNT without a field counts the records.

    SUM of whole numbers is exact and whole, of decimals exact, as text; AVG is a float, of decimals a decimal with 28
    significant digits; MIN and MAX are values in wire form, by the order in which the field compares.
    """

    function: Function
    field: FieldRef | None = None


class Aggregation(Struct, frozen=True):
    """What is asked: over the records that match, for each group of equal values, every measure.

    Without groups there is exactly one row, also when nothing matches. With groups there are at most `limit` rows,
    ordered by the groups' values, each ascending with nulls first. The groups are scalar fields.
    """

    measures: tuple[Measure, ...]
    filter: Filter = EVERYTHING
    groups: tuple[FieldRef, ...] = ()
    limit: int = 100


class Row(NamedTuple):
    """One group: its values in wire form, and the results, both in the order in which they were asked."""

    group: tuple[Any, ...]
    results: tuple[Any, ...]
