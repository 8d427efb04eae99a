"""What every `EntityStore` keeps of relations: in any small world it answers what memory does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from atakora_data.errors import AlreadyExists, ValidationError
from atakora_data.query.aggregate import Aggregation, Function, Measure, Row
from atakora_data.query.evaluate import comparable, matcher, read, within
from atakora_data.query.filter import Compare, Filter, Kind, Link, Not, Operator, Some, all_of, any_of
from atakora_data.query.page import OrderKey, Query
from atakora_data.query.sort import position, run
from atakora_data.storage.port import Absent, Children, EntityStore, Insert, Record, Remove, Replace, Require, Target
from tests.storage.models import METADATA, ids, insert
from tests.storage.worlds import (
    ENTITIES,
    TO_MANY,
    TO_ONE,
    World,
    aggregations,
    children,
    filters,
    insertions,
    named,
    new_tenant,
    orders,
    worlds,
)

in_any_world = settings(
    max_examples=40,
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

    async def test_eight_relations_deep(self, store: EntityStore) -> None:
        """As many relations as may nest are followed, to-one and to-many, with conditions at every step."""
        chain = [person(str(n), mentorId=str(n + 1), name="a", age=n) for n in range(10)]
        await store.apply([*chain, person("10", name="a", age=10)])
        for link, expected in ((MENTOR, ["2"]), (MENTEES, ["10"])):
            for plain in (True, False):
                deep: Filter = holds("age", 10 if link is MENTOR else 2)
                for _ in range(8):
                    wanted = any_of(holds("name", "b"), Not(holds("age", 99)))
                    deep = Some(link, deep if plain else all_of(deep, wanted, holds("name", "a")))
                assert expected == ids(await store.select(PEOPLE, Query(deep, BY_ID)))

    async def test_what_is_required_must_be_there(self, store: EntityStore) -> None:
        """A record that is missing, in another tenant, or removed by a change before, refuses all of the changes."""
        [known] = await store.apply([person("1")])
        assert known is not None
        await store.apply([replace(person("2"), target=Target("Person", "other"))])
        new = person("3")
        assert [None, "3", None] == [
            record and record["id"] for record in await store.apply([required("1"), new, required("3")])
        ]
        for hopeless in (
            [required("2")],
            [Remove(PEOPLE, "1", known["_etag"]), required("1")],
            [required("4"), person("4")],
        ):
            with pytest.raises(ValidationError, match="leads nowhere") as caught:
                await store.apply([person("5"), *hopeless])
            assert caught.value is REFUSAL
            assert ["1", "3"] == ids(await store.select(PEOPLE, Query(order=BY_ID)))

    async def test_what_must_be_absent_is_not_there(self, store: EntityStore) -> None:
        """A record that matches, also across relations, or only since a change before, refuses all of the changes."""
        await store.apply([person("1", name="a"), replace(person("2", name="b"), target=Target("Person", "other"))])
        await store.apply([absent(holds("name", "b")), person("3", mentorId="1")])
        led = Some(MENTOR, holds("name", "a"))
        for hopeless in (
            [absent(holds("name", "a"))],
            [absent(led)],
            [person("4", name="c"), absent(holds("name", "c"))],
        ):
            with pytest.raises(ValidationError) as caught:
                await store.apply([person("5"), *hopeless])
            assert caught.value is REFUSAL
            assert ["1", "3"] == ids(await store.select(PEOPLE, Query(order=BY_ID)))

    async def test_the_order_of_requirements_counts(self, store: EntityStore) -> None:
        """What is made absent by a change before is absent, and may be made again after."""
        [known] = await store.apply([person("1", name="a")])
        assert known is not None
        gone = Remove(PEOPLE, "1", known["_etag"])
        await store.apply([gone, absent(holds("name", "a")), person("2", name="a"), required("2")])
        assert ["2"] == ids(await store.select(PEOPLE, Query(order=BY_ID)))

    async def test_two_records_are_linked_once(self, store: EntityStore) -> None:
        """A second link of the same two, inserted or changed into, exists already; nulls and other tenants do not."""
        first, second = await store.apply([placing("1", "b", "s"), placing("2", "b", "t")])
        assert first is not None
        assert second is not None
        moved = Replace(PLACINGS, "2", {**second, "shelfId": "s"}, METADATA, second["_etag"])
        for change in (placing("3", "b", "s"), moved):
            with pytest.raises(AlreadyExists):
                await store.apply([change])
        await store.apply([placing("3", "b", None), placing("4", "b", None), placing("5", "c", "s")])
        await store.apply([replace(placing("1", "b", "s"), target=Target("Placing", "other"))])
        await store.apply([Remove(PLACINGS, "1", first["_etag"]), moved])
        assert 4 == await store.count(PLACINGS)

    async def test_sums_are_exact(self, store: EntityStore) -> None:
        """Whole numbers add up beyond 64 bits, and decimals to the last digit."""
        largest, prices = 2**53 - 1, ["0.1", "0.2", "1000000000000000000000.000000000000000000001", "-0.3"]
        await store.apply([book(str(n), rank=largest) for n in range(1100)])
        await store.apply([book(f"p{n}", price=price) for n, price in enumerate(prices)])
        [row] = await store.aggregate(BOOKS, measured((Function.SUM, "rank"), (Function.SUM, "price")))
        assert (1100 * largest, "1000000000000000000000.000000000000000000001") == row.results
        [row] = await store.aggregate(BOOKS, measured((Function.AVG, "rank"), (Function.AVG, "price")))
        assert (float(largest), "250000000000000000000.0000000") == row.results
        [row] = await store.aggregate(BOOKS, measured((Function.MIN, "price"), (Function.MAX, "price")))
        assert ("-0.3", prices[2]) == row.results

    async def test_nothing_adds_up_to_null(self, store: EntityStore) -> None:
        """Without groups there is one row also of no records; with groups there is none."""
        asked = measured((Function.COUNT, None), *((function, "price") for function in Function))
        assert [Row((), (0, 0, None, None, None, None))] == await store.aggregate(BOOKS, asked)
        assert [] == await store.aggregate(BOOKS, replace(asked, groups=(named("Book", "open"),)))

    async def test_groups_come_in_order(self, store: EntityStore) -> None:
        """Nulls first, false before true, decimals by number whatever their spelling; the limit cuts the rest."""
        prices = ["10", "9.5", None, "9.50", "-1"]
        await store.apply([book(str(n), price=price, open=n > 2, title="T") for n, price in enumerate(prices)])
        await store.apply([book("5", title="t")])
        counted = measured((Function.COUNT, None))
        answers: dict[str, list[tuple[Any, int]]] = {
            "price": [(None, 2), ("-1", 1), ("9.5", 2), ("10", 1)],
            "open": [(None, 1), (False, 3), (True, 2)],
            "title": [("T", 5), ("t", 1)],
        }
        for wire, expected in answers.items():
            asked = replace(counted, groups=(named("Book", wire),))
            assert [Row((value,), (count,)) for value, count in expected] == await store.aggregate(BOOKS, asked)
            cut = await store.aggregate(BOOKS, replace(asked, limit=1))
            assert [Row((value,), (count,)) for value, count in expected[:1]] == cut

    async def test_conditions_hold_in_their_tenant(self, store: EntityStore) -> None:
        """What another tenant has is neither there nor in the way; what the own tenant has is both."""
        home, there = Target("Person", "home"), Target("Person", "there")
        await store.apply([insert("1", there, name="a")])
        first, second = await store.apply([insert(id, home, name=id) for id in ("1", "2")])
        assert first is not None
        assert second is not None
        await store.apply([Remove(home, "1", first["_etag"]), Absent(home, holds("name", "a"), REFUSAL)])
        for condition in (Require(home, "1", REFUSAL), Absent(home, holds("name", "2"), REFUSAL)):
            with pytest.raises(ValidationError):
                await store.apply([condition])
        await store.apply([Require(there, "1", REFUSAL), Absent(there, holds("name", "2"), REFUSAL)])
        gone = Absent(home, holds("name", "2"), REFUSAL)
        await store.apply([Require(home, "2", REFUSAL), Remove(home, "2", second["_etag"]), gone])
        assert ["1"] == ids(await store.select(there, Query(limit=10)))


PEOPLE, BOOKS, PLACINGS = Target("Person"), Target("Book"), Target("Placing")
REFUSAL = ValidationError("It leads nowhere.")
BY_ID = (OrderKey(named("Person", "id")),)
[MENTOR], MENTEES = TO_ONE["Person"], TO_MANY["Person"][0]


def person(id: str, **fields: Any) -> Insert:
    """The insertion of a person."""
    return insert(id, PEOPLE, **fields)


def book(id: str, **fields: Any) -> Insert:
    """The insertion of a book."""
    return insert(id, BOOKS, **fields)


def placing(id: str, book: str, shelf: str | None) -> Insert:
    """The insertion of a link from a book to a shelf."""
    return insert(id, PLACINGS, bookId=book, shelfId=shelf)


def holds(wire: str, value: Any) -> Filter:
    """That a field of a person has this value."""
    return Compare(named("Person", wire), Operator.EQ, value)


def required(id: str) -> Require:
    """That there is a person."""
    return Require(PEOPLE, id, REFUSAL)


def absent(filter: Filter) -> Absent:
    """That there is no such person."""
    return Absent(PEOPLE, filter, REFUSAL)


def measured(*measures: tuple[Function, str | None]) -> Aggregation:
    """An aggregation of books."""
    return Aggregation(
        tuple(Measure(function, None if wire is None else named("Book", wire)) for function, wire in measures)
    )


async def stored(store: EntityStore, world: World) -> str:
    """Store the world; the tenant it is in."""
    tenant = new_tenant()
    for insertion in insertions(world, tenant):
        await store.apply([insertion])
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
    for _, records in sorted(
        groups.items(), key=lambda item: [(known, 0 if value is None else value) for known, value in item[0]]
    ):
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
