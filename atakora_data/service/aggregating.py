"""Aggregates: never over a record or a value that the caller may not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from atakora_data.authorization.access import Access
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.errors import InvalidLimit, InvalidSelection, QueryTooExpensive, perhaps_one_of
from atakora_data.query.aggregate import Aggregation, Function, Measure, Row
from atakora_data.query.aggregate_evaluate import run
from atakora_data.query.filter import EVERYTHING, FieldRef
from atakora_data.query.page import OrderKey, Query
from atakora_data.registry.entity import FieldModel, FieldType, Operation, TypeName
from atakora_data.service.commands import Aggregate
from atakora_data.service.crossing import guarded_field
from atakora_data.service.filtering import readable_filter
from atakora_data.service.reading import SCAN_BUDGET, require_within_budget
from atakora_data.storage.port import EntityStore, Record, Target

MAX_GROUPS = 8
"""By how many fields an aggregate may group."""

MAX_MEASURES = 32
"""How many sums, averages, minima and maxima one aggregate may ask for."""

DEFAULT_LIMIT = 100
"""How many groups an answer may have, unless asked for more."""

MAX_LIMIT = 1000
"""How many groups an answer may have at most."""


class AggregatePlan(Struct, frozen=True):
    """What to ask of a store, and how its rows are called: the terms of groups and of measures."""

    aggregation: Aggregation
    groups: tuple[str, ...]
    measures: tuple[tuple[str, str], ...]


def plan_aggregate(access: Access, command: Aggregate) -> AggregatePlan:
    """The plan; InvalidSelection, InvalidFilter, InvalidLimit or QueryTooExpensive for what cannot be meant."""
    asked = {"sum": command.sum, "avg": command.avg, "min": command.min, "max": command.max}
    measures = [(word, term) for word, terms in asked.items() for term in dict.fromkeys(terms)]
    groups = tuple(dict.fromkeys(command.group_by))
    _check_size(groups, measures)
    wanted = readable_filter(access, command.filter)
    aggregation = Aggregation(
        (Measure(Function.COUNT), *(Measure(Function(word), _measured(access, word, term)) for word, term in measures)),
        wanted,
        tuple(_grouped(access, term) for term in groups),
        _limit(command.limit) + 1,
    )
    return AggregatePlan(aggregation, groups, tuple(measures))


async def aggregate(
    store: EntityStore, target: Target, access: Access, plan: AggregatePlan, custom: CustomContext
) -> list[dict[str, Any]]:
    """The items of the answer, one a group; QueryTooExpensive when there are more than the limit."""
    if access.is_exact(Operation.READ):
        rows = await store.aggregate(target, plan.aggregation)
    else:
        rows = await _in_memory(store, target, access, plan.aggregation, custom)
    limit = plan.aggregation.limit - 1
    if len(rows) > limit:
        raise QueryTooExpensive(
            f"There are more than {limit} groups.", hint=f"Narrow the filter, or set a limit up to {MAX_LIMIT}."
        )
    return [_item(plan, row) for row in rows]


async def _in_memory(
    store: EntityStore, target: Target, access: Access, aggregation: Aggregation, custom: CustomContext
) -> list[Row]:
    """Over the records that a rule which is a function allows: each candidate has to be read and asked about."""
    order = (OrderKey(access.entity.primary_key.ref()),)
    found = await store.select(target, Query(aggregation.filter, order, SCAN_BUDGET + 1))
    require_within_budget(found, f"An aggregate of {access.entity.name}")
    allowed = [record for record in found if await access.allows(Operation.READ, record, custom)]
    visible = [await _masked(access, record, custom) for record in allowed]
    return run(_unguarded(aggregation), visible)


async def _masked(access: Access, record: Record, custom: CustomContext) -> Record:
    return record if access.always_readable else await access.reveal(record, custom)


def _unguarded(aggregation: Aggregation) -> Aggregation:
    """The same over records from which hidden fields are gone, and which match already."""
    measures = tuple(
        Measure(each.function, None if each.field is None else each.field.unguarded) for each in aggregation.measures
    )
    groups = tuple(field.unguarded for field in aggregation.groups)
    return Aggregation(measures, EVERYTHING, groups, aggregation.limit)


def _item(plan: AggregatePlan, row: Row) -> dict[str, Any]:
    count, *results = row.results
    item: dict[str, Any] = {"group": dict(zip(plan.groups, row.group, strict=True)), "count": count}
    for (word, term), result in zip(plan.measures, results, strict=True):
        item.setdefault(word, {})[term] = result
    return item


def _check_size(groups: Sequence[str], measures: Sequence[tuple[str, str]]) -> None:
    if len(groups) > MAX_GROUPS:
        raise QueryTooExpensive(f"groupBy names {len(groups)} fields; at most {MAX_GROUPS} are allowed.")
    if len(measures) > MAX_MEASURES:
        raise QueryTooExpensive(
            f"The aggregate asks for {len(measures)} results; at most {MAX_MEASURES} are allowed.",
            hint="Ask in several requests.",
        )


def _limit(limit: int | None) -> int:
    if limit is None:
        return DEFAULT_LIMIT
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MAX_LIMIT:
        raise InvalidLimit(f"limit is {limit}; an aggregate allows 1 to {MAX_LIMIT} groups.")
    return limit


def _grouped(access: Access, term: str) -> FieldRef:
    field, ref = _field(access, term)
    if not field.type.is_scalar:
        raise InvalidSelection(
            f"{access.entity.name}.{term} has the type {field.type.name}, by which nothing is grouped.",
            hint="Group by a field with a single value.",
        )
    return ref


def _measured(access: Access, word: str, term: str) -> FieldRef:
    field, ref = _field(access, term)
    if word in ("sum", "avg") and not field.type.is_number:
        raise InvalidSelection(
            f"{access.entity.name}.{term} has the type {field.type.name}; {word} takes numbers.",
            hint=perhaps_one_of(term, _numeric(access)),
        )
    if not field.type.is_scalar or field.type.name is TypeName.BOOLEAN:
        raise InvalidSelection(f"{access.entity.name}.{term} has the type {field.type.name}, which has no order.")
    return ref


def _numeric(access: Access) -> list[str]:
    return [name for name, field in access.entity.fields.items() if field.type.is_number]


def _field(access: Access, term: str) -> tuple[FieldModel, FieldRef]:
    """The field that the term names, and what may be read of it."""
    entity = access.entity
    fields: Mapping[str, FieldModel] = entity.fields
    *parents, last = term.split(".")
    for parent in parents:
        around: FieldType | None = fields[parent].type if parent in fields else None
        if around is None or around.object is None:
            raise InvalidSelection(
                f"{entity.name} has no nested object `{parent[:100]}`.", hint=perhaps_one_of(parent[:100], fields)
            )
        fields = around.object.fields
    found = fields.get(last)
    if found is None:
        raise InvalidSelection(
            f"{entity.name} has no field `{term[:100]}` to aggregate.", hint=perhaps_one_of(last[:100], fields)
        )
    return found, guarded_field(found.ref(*parents), access)
