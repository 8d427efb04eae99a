"""How many requests reads take, where they go, what they refuse, and what becomes of errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace

from atakora_data.errors import QueryTooExpensive, RequestError, StoreUnavailable
from atakora_data.query.aggregate import Aggregation, Function, Measure
from atakora_data.query.filter import EVERYTHING, NOTHING, Compare, Filter, Operator, all_of
from atakora_data.query.page import OrderKey, Query
from atakora_data.storage.cosmos.counting import MOST_AGGREGATED
from atakora_data.storage.cosmos.families import MOST_CHILDREN
from atakora_data.storage.port import Children, Insert, Junction, Record, Target
from tests.storage.cosmos.server import Fault
from tests.storage.cosmos.things import STRATEGIES, Opened, opened
from tests.storage.models import METADATA, ids
from tests.support.strategies import FIELDS, ID

HOME = Target("Thing", "home")


@pytest_asyncio.fixture
async def things() -> AsyncIterator[Opened]:
    """A store of one logical partition, that has nothing left to find out about its documents."""
    async with opened(STRATEGIES["by_entity"]) as found:
        await stored(found)
        await found.store.select(HOME, ordered("number"))
        found.asked()
        yield found


@pytest_asyncio.fixture(params=list(STRATEGIES))
async def any_things(request: pytest.FixtureRequest) -> AsyncIterator[Opened]:
    """As `things`, partitioned in every way."""
    async with opened(STRATEGIES[request.param]) as found:
        await stored(found)
        await found.store.select(HOME, ordered("number"))
        found.asked()
        yield found


def thing(number: int, **fields: Any) -> Record:
    """A record."""
    return {"id": f"{number:03}", "text": f"t{number % 3}", "number": number, "when": f"w{number % 2}", **fields}


THIRTY = [thing(number) for number in range(30)]


async def stored(things: Opened, records: Sequence[Record] = ()) -> None:
    """Store the records, or thirty."""
    await things.store.apply([Insert(HOME, record["id"], record, METADATA) for record in records or THIRTY])


def ordered(*names: str, filter: Filter = EVERYTHING, limit: int = 10, after: tuple[Any, ...] | None = None) -> Query:
    """A query in this order, a leading `-` for descending."""
    keys = [OrderKey(FIELDS[name.removeprefix("-")], name.startswith("-")) for name in names]
    return Query(filter, (*keys, OrderKey(ID)), limit, after)


def is_one(name: str, value: Any) -> Filter:
    """That a field has this value."""
    return Compare(FIELDS[name], Operator.EQ, value)


@pytest.mark.parametrize(
    ("expected", "query"),
    [
        (1, ordered()),
        (1, ordered(after=("004",))),
        (1, ordered("text")),
        (1, ordered("-text", after=("t1", "004"))),
        (1, ordered("text", "-number")),
        (1, ordered("-number", filter=is_one("text", "t1"))),
        (1, ordered("number", filter=is_one("text", "t1"))),
        (1, ordered("-number")),
        (1, ordered("-number", after=(7, "007"))),
        (1, ordered("text", filter=is_one("text", "t1"))),
        (2, ordered("when")),
        (2, ordered("when", limit=20)),
        (2, ordered("when", "-number")),
        (3, ordered("when", "flag")),
        (0, ordered(filter=NOTHING)),
    ],
)
async def test_a_page_is_one_request(things: Opened, expected: int, query: Query) -> None:
    """By a declared index, or by a field that does not tie; else one more for each field that does."""
    await things.store.select(HOME, query)
    assert expected == len(things.asked())


async def test_a_point_read_is_one_request(things: Opened) -> None:
    """Also of a record that is not there; for an id that no document can have it is none."""
    assert await things.store.get(HOME, "001")
    assert await things.store.get(HOME, "none") is None
    assert ["GET", "GET"] == [sent.method for sent in things.asked()]
    assert [None, None] == [await things.store.get(HOME, id) for id in ("a/b", "~journal")]
    assert [] == things.asked()


async def test_a_record_whose_partition_is_unknown_is_looked_for() -> None:
    """Where its fields tell the partition, by one query in the part of the tenant."""
    async with opened(STRATEGIES["by_hierarchy of tenant and field"]) as things:
        await stored(things)
        things.asked()
        assert await things.store.get(HOME, "001")
        [sent] = things.asked()
        assert 'c["tenantId"]=@p2 AND c["id"] IN (@p0)' in sent.query


@pytest.mark.parametrize(("strategy", "most"), [("by_entity", 1), ("by_tenant", 1), ("by_hash", 2), ("by_id", 2)])
async def test_many_records_are_read_at_once(strategy: str, most: int) -> None:
    """By one request for each physical partition; what no document can be called is not asked for."""
    async with opened(STRATEGIES[strategy]) as things:
        await stored(things)
        things.asked()
        wanted = [f"{number:03}" for number in range(0, 30, 3)]
        assert set(wanted) == set(await things.store.get_many(HOME, [*wanted, "none", "a/b"]))
        assert most >= len(things.asked())
        assert {} == await things.store.get_many(HOME, ["a/b", ""])
        assert [] == things.asked()


async def test_what_the_filter_tells_of_the_partition_is_sent_and_said(any_things: Opened) -> None:
    """Entity and tenant are always said; with the id known, most strategies ask one partition."""
    await any_things.store.select(HOME, ordered(filter=Compare(ID, Operator.EQ, "001")))
    for sent in any_things.asked():
        assert {"Thing", "home"} <= {value for value in sent.values.values() if isinstance(value, str)}
        assert 'c["entityType"]=' in sent.query
        assert 'c["tenantId"]=' in sent.query


@pytest.mark.parametrize(
    ("strategy", "filter", "partition"),
    [
        ("by_entity", EVERYTHING, '["Thing"]'),
        ("by_tenant", EVERYTHING, '["home"]'),
        ("by_id", Compare(ID, Operator.EQ, "001"), '["001"]'),
        ("by_hierarchy of the tenant", EVERYTHING, '["home"]'),
        ("by_hierarchy of tenant and field", is_one("text", "t1"), '["home","t1"]'),
        ("by_hierarchy of fields", all_of(is_one("text", "t1"), is_one("flag", True)), '[true,"t1"]'),
    ],
)
async def test_a_known_partition_is_the_only_one_asked(strategy: str, filter: Filter, partition: str) -> None:
    """By one request, with the key in its header and in its text."""
    async with opened(STRATEGIES[strategy]) as things:
        await stored(things)
        things.asked()
        await things.store.select(HOME, ordered(filter=filter))
        [sent] = things.asked()
        assert partition == sent.partition


async def test_a_level_of_children_is_one_request(things: Opened) -> None:
    """However many parents there are; and so is their count."""
    children = Children(FIELDS["text"], ("t0", "t1", "t2", "none"), ordered("-number", limit=3))
    found = await things.store.select_children(HOME, children)
    assert {"t0": ["027", "024", "021"], "t1": ["028", "025", "022"], "t2": ["029", "026", "023"]} == {
        parent: ids(page) for parent, page in found.items()
    }
    assert 1 == len(things.asked())
    assert {"t0": 10, "t1": 10, "t2": 10} == await things.store.count_children(HOME, children)
    assert 1 == len(things.asked())


async def test_parents_of_very_many_are_asked_by_themselves(things: Opened) -> None:
    """Whoever has too few in what was read of all together; the others are answered by that."""
    crowd = [thing(number, text="crowd") for number in range(30, 30 + MOST_CHILDREN)]
    await stored(things, crowd)
    things.asked()
    children = Children(FIELDS["text"], ("crowd", "t0", "t1"), ordered("-number", limit=2))
    found = await things.store.select_children(HOME, children)
    assert [["1029", "1028"], ["027", "024"], ["028", "025"]] == [ids(found[parent]) for parent in children.values]
    assert 3 == len(things.asked())
    assert {"crowd": MOST_CHILDREN, "t0": 10, "t1": 10} == await things.store.count_children(HOME, children)
    assert 5 == len(things.asked())  # a page tells 1,000, and whether there are more a second one


async def test_counting_reads_no_record(things: Opened) -> None:
    """The server counts, with and without a filter or a field."""
    assert 10 == await things.store.count(HOME, is_one("text", "t1"))
    count = Aggregation((Measure(Function.COUNT, FIELDS["price"]),))
    assert [0] == [row.results[0] for row in await things.store.aggregate(HOME, count)]
    assert [True, True] == ["COUNT(1)" in sent.query for sent in things.asked()]
    assert 0 == await things.store.count(HOME, NOTHING)
    assert [] == things.asked()


async def test_an_aggregation_reads_what_it_adds_up(things: Opened) -> None:
    """Only the fields that it looks at, in one request."""
    summed = Aggregation((Measure(Function.SUM, FIELDS["number"]), Measure(Function.MAX, FIELDS["when"])))
    [row] = await things.store.aggregate(HOME, summed)
    assert (435, "w1") == row.results
    [sent] = things.asked()
    assert 'SELECT TOP @p0 VALUE {"id":c["id"],"_exact":c["_exact"],"number":c["number"],"when":c["when"]} FROM' in (
        sent.query
    )


async def test_an_aggregation_of_too_many_is_refused(things: Opened) -> None:
    """With the bound, and what can be done."""
    multiplied(things, MOST_AGGREGATED - 30)
    summed = Aggregation((Measure(Function.SUM, FIELDS["number"]),))
    assert await things.store.aggregate(HOME, summed)
    multiplied(things, 1)
    with pytest.raises(QueryTooExpensive, match="more than 20000 records") as caught:
        await things.store.aggregate(HOME, summed)
    assert "Narrow" in (caught.value.hint or "")
    assert MOST_AGGREGATED + 1 == await things.store.count(HOME)


def multiplied(things: Opened, number: int) -> None:
    """Put so many more documents on the server."""
    container = things.server.containers["things"]
    first, *others = container
    for added in range(number):
        container.keep({**deepcopy(first), "id": f"home~x{len(others) + added}"})


async def test_documents_of_an_older_schema_order_as_nulls(things: Opened) -> None:
    """Though the server orders what is absent apart from nulls, or not at all."""
    await stored(things, [thing(number, text=None) for number in range(30, 40)])
    for document in things.server.documents("things"):
        if document["text"] is None and document["number"] % 3:
            del document["text"]
            document["_shape"] = "older"
    async with opened(STRATEGIES["by_entity"]) as fresh:
        await fresh.store.count(HOME)
        for document in things.server.containers["things"]:
            fresh.server.containers["things"].keep(document)
        nulls = [f"{number:03}" for number in range(39, 29, -1)]
        assert nulls == ids(await fresh.store.select(HOME, ordered("text", "-number")))
        query = ordered("-text", "number", limit=100, after=("t0", 27, "027"))
        assert nulls[::-1] == ids(await fresh.store.select(HOME, query))


async def test_whether_documents_lack_a_field_is_asked_once() -> None:
    """For a target, whatever the order; an order by the id does not ask."""
    async with opened(STRATEGIES["by_entity"]) as things:
        await stored(things)
        things.asked()
        for names, expected in [((), 1), (("number",), 2), (("text",), 1), (("text", "-number"), 1)]:
            await things.store.select(HOME, ordered(*names))
            assert expected == len(things.asked())


async def test_no_error_of_the_sdk_is_seen(things: Opened) -> None:
    """Whatever the server answers, it is one of ours; what passes is asked again."""

    def broken(status: int, times: int) -> None:
        left = [Fault(status)] * times
        things.server.fault = lambda _: left.pop() if left else None

    asks: list[Callable[[], Awaitable[Any]]] = [
        lambda: things.store.get(HOME, "001"),
        lambda: things.store.get_many(HOME, ["001", "002"]),
        lambda: things.store.select(HOME, ordered()),
        lambda: things.store.count(HOME),
    ]
    for ask in asks:
        broken(503, 1)
        assert await ask()
        broken(401, 9)
        with pytest.raises(StoreUnavailable):
            await ask()
        broken(400, 9)
        with pytest.raises(RequestError):
            await ask()


async def test_one_failing_part_fails_the_question() -> None:
    """And leaves nothing running."""
    async with opened(STRATEGIES["by_id"]) as things:
        await stored(things)
        things.asked()
        things.server.fault = lambda sent: Fault(401) if sent.number % 2 else None
        with pytest.raises(StoreUnavailable):
            await things.store.count(HOME)


async def test_the_size_of_a_list_orders_nothing(things: Opened) -> None:
    """No index holds it; with the remedy."""
    size = replace(FIELDS["tags"], size=True)
    await stored(things, [thing(90, tags=["a"])])
    with pytest.raises(QueryTooExpensive, match="size of a list") as caught:
        await things.store.select(HOME, Query(EVERYTHING, (OrderKey(size), OrderKey(ID)), 100))
    assert "field of its own" in (caught.value.hint or "")


async def test_a_question_across_relations_is_refused(things: Opened) -> None:
    """It is put to a store around this one."""
    junction = Junction("Thing", FIELDS["text"], FIELDS["when"])
    with pytest.raises(TypeError, match="StepwiseStore"):
        await things.store.select_linked(HOME, Children(ID, ("1",), ordered(), junction))


async def test_internal_documents_are_never_seen(any_things: Opened) -> None:
    """Whatever they hold beside their type, no read finds them."""
    container = any_things.server.containers["things"]
    for document in list(container):
        for id, kind in [(f"~{document['id']}", "~journal"), (f"{document['id']}x", "~pending")]:
            container.keep({**deepcopy(document), "id": id, "entityType": kind}, beside=document)
    assert 30 == await any_things.store.count(HOME)
    assert 30 == len(await any_things.store.select(HOME, ordered("text", limit=100)))
    assert None is await any_things.store.get(HOME, "001x")
    assert {} == await any_things.store.get_many(HOME, ["001x"])
    assert {} == await any_things.store.get_many(HOME, ["001x", "002x"])
