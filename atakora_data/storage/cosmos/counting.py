"""Counts and aggregations. The server counts; what must be exact is added up here, of the values that it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from msgspec.structs import replace

from atakora_data.errors import QueryTooExpensive
from atakora_data.query.aggregate import Aggregation, Function, Row
from atakora_data.query.aggregate_evaluate import run
from atakora_data.query.filter import (
    EVERYTHING,
    NOTHING,
    And,
    Compare,
    FieldRef,
    Filter,
    Not,
    Operator,
    Or,
    Some,
    all_of,
    negate,
)
from atakora_data.storage.cosmos.asking import Asking
from atakora_data.storage.cosmos.compile import expression, quoted
from atakora_data.storage.cosmos.documents import Documents, restored
from atakora_data.storage.cosmos.scope import Scope
from atakora_data.storage.port import ID, Record, Target

MOST_AGGREGATED: Final = 20_000
"""Of how many records one aggregation may read the values. Counting alone reads none, and has no bound."""


class Counting:
    """Counts the records of all entities, and works out aggregations of them."""

    def __init__(self, asking: Asking, documents: Mapping[str, Documents]) -> None:
        self._asking = asking
        self._documents = documents

    async def count(self, target: Target, filter: Filter) -> int:
        """How many records match."""
        if filter == NOTHING:
            return 0
        return sum(await self._asking.query(self._scope(target, filter).ask("VALUE COUNT(1)")))

    async def any(self, target: Target, filter: Filter) -> bool:
        """Whether some record matches."""
        if filter == NOTHING:
            return False
        return bool(await self._asking.query(self._scope(target, filter).ask('VALUE c["id"]', 1)))

    async def values(self, target: Target, filter: Filter, field: FieldRef, most: int) -> list[Any] | None:
        """The values of a field in all that match; None when they are more than so many."""
        if filter == NOTHING:
            return []
        found = await self._asking.query(self._scope(target, filter).ask(f"VALUE {expression(field)}", most + 1))
        if len(found) > most:
            return None
        placement = self._documents[target.entity].placement
        return [placement.record_id(target, each) for each in found] if field.path == ID.path else found

    async def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """The results of the aggregation."""
        counted = _counted(aggregation)
        if counted is not None:
            return [Row((), (await self.count(target, counted),))]
        records = await self._records(target, aggregation) if aggregation.filter != NOTHING else []
        return run(replace(aggregation, filter=EVERYTHING), records)

    async def _records(self, target: Target, aggregation: Aggregation) -> list[Record]:
        """Of all that match as much as the aggregation looks at."""
        names = sorted({field.path[0] for field in _fields(aggregation)})
        listed = ",".join([f"{orjson.dumps(name).decode()}:{quoted((name,))}" for name in ("id", "_exact", *names)])
        scope = self._scope(target, aggregation.filter)
        found = await self._asking.query(scope.ask(f"VALUE {{{listed}}}", MOST_AGGREGATED + 1))
        if len(found) > MOST_AGGREGATED:
            raise QueryTooExpensive(
                f"The aggregation is of more than {MOST_AGGREGATED} records.",
                hint="Narrow its filter; counting alone has no bound.",
            )
        placement = self._documents[target.entity].placement
        return [restored(each) | {"id": placement.record_id(target, each["id"])} for each in found]

    def _scope(self, target: Target, filter: Filter) -> Scope:
        return Scope(self._documents[target.entity], target, filter)


def _counted(aggregation: Aggregation) -> Filter | None:
    """What is to be counted, if that is all that is asked."""
    if aggregation.groups or len(aggregation.measures) != 1:
        return None
    [measure] = aggregation.measures
    if measure.function is not Function.COUNT:
        return None
    if measure.field is None:
        return aggregation.filter
    return all_of(aggregation.filter, negate(Compare(measure.field, Operator.IS_NULL, value=True)))


def _fields(aggregation: Aggregation) -> Iterator[FieldRef]:
    """All that are looked at once the records are found, also by guards."""
    for field in (*aggregation.groups, *(each.field for each in aggregation.measures if each.field is not None)):
        yield from _looked_at(field)


def _looked_at(field: FieldRef) -> Iterator[FieldRef]:
    yield field
    if field.guard is not None:
        yield from _compared(field.guard)


def _compared(filter: Filter) -> Iterator[FieldRef]:
    match filter:
        case And(items) | Or(items):
            for item in items:
                yield from _compared(item)
        case Not(item) | Some(_, item):
            yield from _compared(item)
        case Compare(field):
            yield from _looked_at(field)
