"""Cosmos DB and memory are two readings of the same query, in every partition strategy."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atakora_data.query import aggregate_evaluate
from atakora_data.query.aggregate import Aggregation, Function, Measure
from atakora_data.query.evaluate import read
from atakora_data.query.filter import Compare, Filter, Operator, all_of
from atakora_data.query.page import Order, Query
from atakora_data.query.sort import position, run
from atakora_data.storage.port import Children, Insert, Record, Target
from tests.storage.cosmos.things import STRATEGIES, Opened, opened
from tests.storage.models import METADATA, ids
from tests.storage.worlds import new_tenant
from tests.support.strategies import FIELDS, ID, filters, orders, record_lists

in_many_ways = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors, HealthCheck.too_slow],
)
"""One store serves all examples: each has a tenant of its own."""

chances = st.integers(0, 2**32).map(random.Random)


@pytest_asyncio.fixture(params=list(STRATEGIES))
async def things(request: pytest.FixtureRequest) -> AsyncIterator[Opened]:
    """A store on a server that holds nothing."""
    async with opened(STRATEGIES[request.param]) as found:
        yield found


@pytest_asyncio.fixture(params=["by_entity", "by_id"])
async def some_things(request: pytest.FixtureRequest) -> AsyncIterator[Opened]:
    """A store of one logical partition, and one of many."""
    async with opened(STRATEGIES[request.param]) as found:
        yield found


@in_many_ways
@given(record_lists(), filters(), orders(), st.integers(1, 4), st.none() | chances)
async def test_every_page_is_what_memory_says(
    things: Opened, records: list[Record], filter: Filter, order: Order, limit: int, chance: random.Random | None
) -> None:
    """Any filter, order and page; walking pages yields each record once, also of an older schema's documents."""
    target = await stored(things, records)
    if chance is not None:
        aged(things, target, chance)
    whole = run(Query(filter, order, 100), records)
    assert ids(whole) == ids(await things.store.select(target, Query(filter, order, 100)))  # type: ignore[arg-type]  # mappings
    assert len(whole) == await things.store.count(target, filter)
    walked, after = list[Record](), None
    while page := await things.store.select(target, Query(filter, order, limit, after)):
        walked += page
        after = position(order, page[-1])
    assert ids(whole) == ids(walked)  # type: ignore[arg-type]  # mappings


@in_many_ways
@given(record_lists(12), filters(1), orders(), st.integers(1, 3), st.data())
async def test_children_are_what_memory_says(
    some_things: Opened, records: list[Record], filter: Filter, order: Order, limit: int, data: st.DataObject
) -> None:
    """Each parent's page and count, by any field, after any position."""
    target = await stored(some_things, records)
    key = data.draw(st.sampled_from([ID, FIELDS["text"], FIELDS["when"], FIELDS["inner text"]]))
    start = data.draw(st.sampled_from([None, *records]))
    query = Query(filter, order, limit, None if start is None else position(order, start))
    parents = (*sorted({read(key, record) for record in records} - {None}), "nobody")
    found = await some_things.store.select_children(target, Children(key, parents, query))
    counts = await some_things.store.count_children(target, Children(key, parents, query))
    for parent in parents:
        mine = all_of(filter, Compare(key, Operator.EQ, parent))
        expected = run(Query(mine, order, limit, query.after), records)
        assert ids(expected) == ids(found.get(parent, []))  # type: ignore[arg-type]  # mappings
        assert len(run(Query(mine, order, 100), records)) == counts.get(parent, 0)


@st.composite
def aggregations(draw: st.DrawFn) -> Aggregation:
    """Some measures of scalar fields, by up to two groups."""
    scalar = ["text", "number", "flag", "price", "when", "inner text", "inner number"]
    numeric = ["number", "price", "inner number"]
    measures = []
    for _ in range(draw(st.integers(1, 3))):
        function = draw(st.sampled_from(list(Function)))
        field = FIELDS[draw(st.sampled_from(numeric if function in (Function.SUM, Function.AVG) else scalar))]
        measures.append(Measure(function, None if function is Function.COUNT and draw(st.booleans()) else field))
    groups = draw(st.lists(st.sampled_from(scalar), max_size=2, unique=True))
    return Aggregation(
        tuple(measures), draw(filters(1)), tuple(FIELDS[name] for name in groups), draw(st.integers(1, 5))
    )


@in_many_ways
@given(record_lists(), aggregations())
async def test_aggregations_are_what_memory_says(
    some_things: Opened, records: list[Record], aggregation: Aggregation
) -> None:
    """To the last digit, and with the same types."""
    target = await stored(some_things, records)
    expected = aggregate_evaluate.run(aggregation, records)
    assert repr(expected) == repr(await some_things.store.aggregate(target, aggregation))


@in_many_ways
@given(record_lists())
async def test_records_come_back_as_they_were(things: Opened, records: list[Record]) -> None:
    """By every way of reading, whatever they hold: `1.0` is no `1`."""
    target = await stored(things, records)
    found = await things.store.get_many(target, ids(records))
    for record in records:
        document = await things.store.get(target, record["id"])
        assert document is not None
        etag = document.record["_etag"]
        assert repr(_sorted({**record, "_etag": etag})) == repr(_sorted(document.record))
        assert document.record == found[record["id"]]


def _sorted(record: Record) -> list[tuple[str, Any]]:
    return sorted(record.items())


async def stored(things: Opened, records: Iterable[Record]) -> Target:
    """Store the records; the target they are in."""
    target = Target("Thing", new_tenant())
    await things.store.apply([Insert(target, record["id"], record, METADATA) for record in records])
    return target


def aged(things: Opened, target: Target, chance: random.Random) -> None:
    """Make documents of an older schema of some: it had some fields not yet that are null now, nor all decimals."""
    paths = [path for container in things.server.containers.values() for path in container.paths]
    for document in things.server.documents("things"):
        if document["tenantId"] == target.tenant and chance.random() < 0.5:
            document["_shape"] = "0"
            absent = [name for name in FIELDS if document.get(name, 0) is None and f"/{name}" not in paths]
            for name in absent:
                if chance.random() < 0.7:
                    del document[name]
            if document["_keys"]["price"] is None:
                del document["_keys"]["price"]
