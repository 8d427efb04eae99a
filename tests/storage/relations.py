"""What every `EntityStore` keeps of relations: in any small world it answers what memory does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atakora_data.query.aggregate import Aggregation, Function, Row
from atakora_data.query.evaluate import comparable, matcher, read, within
from atakora_data.query.filter import Compare, Filter, Kind, Link, Operator, Some, all_of
from atakora_data.query.page import Query
from atakora_data.query.sort import position, run
from atakora_data.storage.port import Children, EntityStore, Record, Target
from tests.storage.models import ids
from tests.storage.worlds import (
    ENTITIES,
    World,
    aggregations,
    children,
    filters,
    insertions,
    new_tenant,
    orders,
    worlds,
)

in_any_world = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors, HealthCheck.too_slow],
)
"""One store serves all examples: each has a tenant of its own, and so proves that tenants do not see each other."""


class RelationsContract:
    """Everything that is expected of a store when questions cross relations."""

    @in_any_world
    @given(worlds, st.data())
    async def test_pages_that_cross_relations(self, store: EntityStore, world: World, data: st.DataObject) -> None:
        """Any filter and order, walked page by page, yields what memory says, and the count says how many."""
        entity = data.draw(ENTITIES)
        filter, order = data.draw(filters(entity)), data.draw(orders(entity))
        limit = data.draw(st.integers(1, 4))
        target = Target(entity, await stored(store, world))
        whole = run(Query(filter, order, 100), world[entity], world)
        assert ids_of(whole) == ids(await walked(store, target, Query(filter, order, limit), world))
        assert ids_of(whole) == ids(await store.select(target, Query(filter, order, 100)))
        assert len(whole) == await store.count(target, filter)

    @in_any_world
    @given(worlds, st.data())
    async def test_children_that_cross_relations(self, store: EntityStore, world: World, data: st.DataObject) -> None:
        """Each parent's page and count are what memory says, by a key or over a junction, after any position."""
        entity = data.draw(ENTITIES)
        asked, filter, order = data.draw(children(entity)), data.draw(filters(entity, 2)), data.draw(orders(entity))
        start = data.draw(st.sampled_from([None, *world[entity]]))
        after = None if start is None else position(order, start, world)
        query = Query(filter, order, data.draw(st.integers(1, 3)), after)
        target = Target(entity, await stored(store, world))
        found = await store.select_children(target, replace(asked, query=query))
        stored_pages = await store.select_children_stored(target, replace(asked, query=query))
        assert found == {parent: parsed(page) for parent, page in stored_pages.items()}
        counts = await store.count_children(target, replace(asked, query=query))
        for parent in asked.values:
            mine = all_of(is_child(asked, parent), filter)
            assert ids_of(run(replace(query, filter=mine), world[entity], world)) == ids(found.get(parent, []))
            assert len(run(Query(mine, order, 100), world[entity], world)) == counts.get(parent, 0)

    @in_any_world
    @given(worlds, st.data())
    async def test_children_with_what_links_them(self, store: EntityStore, world: World, data: st.DataObject) -> None:
        """Over a junction each child comes with the one record that links it to its parent."""
        entity = data.draw(st.sampled_from(["Book", "Shelf"]))
        asked = data.draw(children(entity).filter(lambda each: each.junction is not None))
        asked = replace(asked, query=Query(data.draw(filters(entity, 1)), data.draw(orders(entity)), 2))
        target = Target(entity, await stored(store, world))
        found = await store.select_linked(target, asked)
        assert await store.select_children(target, asked) == {
            parent: [record for record, _ in pairs] for parent, pairs in found.items()
        }
        assert asked.junction is not None
        linking, related = matcher(asked.junction.filter, within(world)), within(world)
        for parent, pairs in found.items():
            for record, link in pairs:
                ends = (read(asked.junction.near, link, related), read(asked.junction.far, link, related))
                assert (parent, record["id"], True) == (*ends, linking(link))

    @in_any_world
    @given(worlds, st.data())
    async def test_aggregations(self, store: EntityStore, world: World, data: st.DataObject) -> None:
        """Counts, sums, averages and extremes by groups are what Python works out; what is hidden counts as null."""
        entity = data.draw(ENTITIES)
        aggregation = data.draw(aggregations(entity))
        target = Target(entity, await stored(store, world))
        expected, found = worked_out(aggregation, world, entity), await store.aggregate(target, aggregation)
        assert [(row, types(row)) for row in expected] == [(row, types(row)) for row in found]


async def stored(store: EntityStore, world: World) -> str:
    """Store the world; the tenant it is in."""
    tenant = new_tenant()
    await store.apply(insertions(world, tenant))
    return tenant


async def walked(store: EntityStore, target: Target, query: Query, world: World) -> list[Record]:
    """All pages put together."""
    found: list[Record] = []
    while page := await store.select(target, query):
        found += page
        query = replace(query, after=position(query.order, page[-1], world))
    return found


def parsed(page: list[Record] | bytes) -> list[Record]:
    """The records of a page that may have come as text."""
    records: list[Record] = orjson.loads(page) if isinstance(page, bytes) else page
    return records


def ids_of(records: Any) -> list[str]:
    """The ids of the records."""
    return [record["id"] for record in records]


def is_child(asked: Children, parent: str) -> Filter:
    """That a record is a child of this parent."""
    if asked.junction is None:
        return Compare(asked.key, Operator.EQ, parent)
    linking = all_of(asked.junction.filter, Compare(asked.junction.near, Operator.EQ, parent))
    return Some(Link(asked.junction.entity, asked.key, asked.junction.far), linking)


def types(row: Row) -> list[type]:
    """The types of all values: true is not one."""
    return [type(value) for value in (*row.group, *row.results)]


def worked_out(aggregation: Aggregation, world: World, entity: str) -> list[Row]:
    """The aggregation done the slow way."""
    related = within(world)
    matching = matcher(aggregation.filter, related)
    groups: dict[tuple[Any, ...], list[Record]] = {} if aggregation.groups else {(): []}
    for record in filter(matching, world[entity]):
        values = [comparable(field.kind, read(field, record, related)) for field in aggregation.groups]
        groups.setdefault(tuple((value is not None, value) for value in values), []).append(record)
    rows = []
    for _, records in sorted(groups.items(), key=lambda item: [(known, value or 0) for known, value in item[0]]):
        shown = tuple(
            least([read(field, each, related) for each in records], field.kind) for field in aggregation.groups
        )
        results = []
        for function, field in ((each.function, each.field) for each in aggregation.measures):
            if field is None:
                results.append(len(records))
                continue
            values = [value for each in records if (value := read(field, each, related)) is not None]
            results.append(result(function, field.kind, values))
        rows.append(Row(shown, tuple(results)))
    return rows[: aggregation.limit]


def result(function: Function, kind: Kind, values: list[Any]) -> Any:
    """What a function makes of the values."""
    if function is Function.COUNT:
        return len(values)
    if not values:
        return None
    numbers = [comparable(kind, value) for value in values] if kind in (Kind.DECIMAL, Kind.NUMBER) else []
    match function:
        case Function.MIN:
            return least(values, kind)
        case Function.MAX:
            return next(value for value in sorted(values, key=str) if comparable(kind, value) == max(numbers or values))
        case Function.SUM:
            found = sum(numbers)
        case _:
            found = sum(numbers) / len(numbers)
    return format(found, "f") if isinstance(found, Decimal) else found


def least(values: list[Any], kind: Kind) -> Any:
    """The least value; of several spellings of a number the first."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return min(known, key=lambda value: (comparable(kind, value), str(value)))
