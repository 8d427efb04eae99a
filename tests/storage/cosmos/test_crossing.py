"""Entities that no question may go through all partitions of, and what is never refused."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from atakora_data.bootstrap import bootstrap
from atakora_data.errors import AlreadyExists, QueryTooExpensive
from atakora_data.query.filter import Compare, Operator
from atakora_data.query.page import Query
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Partition, Storage, by_hash, by_hierarchy
from atakora_data.settings import Settings
from atakora_data.storage.charges import charging, note_charge
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.store import CosmosEntityStore
from atakora_data.storage.port import ID, Absent, Insert, Remove, Replace, Target
from atakora_data.testing import Client
from tests.storage.cosmos.server import Server, serving
from tests.storage.cosmos.things import THING

HOME = Target("Thing", "home")
BY_TEXT = THING.fields["text"].ref()
ONE = {"id": "1", "text": "a"}
ACCOUNT_KEY = base64.b64encode(b"key").decode()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    """An account that holds nothing yet."""
    async with serving() as server:
        yield server


def store_of(server: Server, partition: Partition, *, crosses: bool, creates: bool = True) -> CosmosEntityStore:
    """A store of things."""
    registry = Registry([replace(THING, storage=Storage(partition=partition, cross_partition=crosses))])
    account = Account(server.url, ACCOUNT_KEY)
    return CosmosEntityStore(registry, Containers(registry, account, "d", creates=creates))


@pytest.mark.parametrize("partition", [by_hash(3), by_hierarchy("text")])
async def test_a_question_through_all_partitions_is_refused(server: Server, partition: Partition) -> None:
    """Lists and counts are; records by their ids are found, and a write checks what it must."""
    store = store_of(server, partition, crosses=False)
    try:
        await store.apply([Insert(HOME, "1", dict(ONE), {})])
        number = Compare(THING.fields["number"].ref(), Operator.EQ, 1)
        for ask in (store.select(HOME, Query(number, limit=5)), store.count(HOME, number)):
            with pytest.raises(QueryTooExpensive) as caught:
                await ask
            assert "goes through all partitions of Thing" in caught.value.detail
            assert caught.value.hint is not None
            assert "cross_partition=True" in caught.value.hint
        assert await store.get(HOME, "1")
        assert {"1"} == (await store.get_many(HOME, ["1", "2"])).keys()
        refusal = AlreadyExists("one is there")
        with pytest.raises(AlreadyExists, match="one is there"):
            await store.apply([Absent(HOME, Compare(BY_TEXT, Operator.IN, ("a", "b")), refusal)])
    finally:
        await store.stop()


async def test_a_question_that_names_its_partition_is_answered(server: Server) -> None:
    """By the fields of a hierarchy."""
    store = store_of(server, by_hierarchy("text"), crosses=False)
    try:
        await store.apply([Insert(HOME, "1", dict(ONE), {})])
        assert 1 == len(await store.select(HOME, Query(Compare(BY_TEXT, Operator.EQ, "a"), limit=5)))
    finally:
        await store.stop()


async def test_a_hierarchy_may_end_with_the_id(server: Server) -> None:
    """Then single records are read from their partition, and tenants do not see each other's."""
    store, away = store_of(server, by_hierarchy("tenant_id", "id"), crosses=True), Target("Thing", "away")
    try:
        [made, _] = await store.apply([Insert(HOME, "1", dict(ONE), {}), Insert(away, "1", {**ONE, "text": "b"}, {})])
        assert made is not None
        [changed] = await store.apply([Replace(HOME, "1", {**ONE, "text": "c"}, {}, made["_etag"])])
        assert changed is not None
        found = [await store.get(target, "1") for target in (HOME, away)]
        assert ["c", "b"] == [each.record["text"] for each in found if each]
        is_one = Compare(ID, Operator.EQ, "1")
        assert ["c"] == [each["text"] for each in await store.select(HOME, Query(is_one, limit=5))]
        await store.apply([Remove(HOME, "1", changed["_etag"])])
        assert await store.get(HOME, "1") is None
        assert await store.get(away, "1")
    finally:
        await store.stop()


async def test_no_budget_stops_a_write(server: Server) -> None:
    """Reads before it are refused; what it reads itself is not."""
    store = store_of(server, by_hash(3), crosses=True)
    try:
        with charging(budget=1):
            note_charge(2)
            with pytest.raises(QueryTooExpensive):
                await store.get(HOME, "1")
            check = Absent(HOME, Compare(BY_TEXT, Operator.EQ, "z"), AlreadyExists("taken"))
            assert [None] == await store.apply([check])
            [made] = await store.apply([Insert(HOME, "1", dict(ONE), {})])
        assert made is not None
    finally:
        await store.stop()


async def test_health_tells_of_any_container_that_is_missing(server: Server, tmp_path: Path) -> None:
    """By name and with what to do; once all are deployed it passes."""
    deployed = store_of(server, by_hash(3), crosses=False, creates=False)
    desk = store_of(server, by_hash(3), crosses=False)
    registry = Registry([THING])
    application = bootstrap(Settings(key_file=tmp_path / "key"), registry=registry, store=deployed)
    client = Client(application)
    try:
        answer = await client.get("health")
        assert (503, "store_unavailable") == (answer.status, answer.json["code"])
        assert "The container things in Azure Cosmos DB is not as the schema needs it" in answer.json["detail"]
        await desk.get(HOME, "1")
        assert 200 == (await client.get("health")).status
    finally:
        await application.stop()
        await desk.stop()
