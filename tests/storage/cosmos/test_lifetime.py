"""Records of an entity with a lifetime vanish, whatever the partition strategy, and free what they held."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from atakora_data.errors import UniqueViolation
from atakora_data.query.filter import EVERYTHING
from atakora_data.query.page import OrderKey, Query
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Storage
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.store import CosmosEntityStore
from atakora_data.storage.cosmos.writer import CosmosWriter
from atakora_data.storage.port import ID
from tests.storage.contract import edited
from tests.storage.cosmos.server import serving
from tests.storage.cosmos.writing import STRATEGIES, Clock
from tests.storage.models import POSTS, REGISTRY, insert

EVERY = Query(EVERYTHING, (OrderKey(ID),), 10)


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_records_vanish_when_their_time_is_over(strategy: str) -> None:
    """No question finds them, their unique values are free, and a change begins a new life."""
    storage = Storage(partition=STRATEGIES[strategy], ttl=3600)
    registry = Registry([replace(each, storage=storage) if each.name == "Post" else each for each in REGISTRY])
    async with serving() as server:
        clock = server.clock = Clock()
        containers = Containers(registry, Account(server.url, "a2V5"), "d", creates=True)
        store = CosmosEntityStore(registry, containers)
        writer = CosmosWriter(registry, containers, store.select, clock=clock)
        [first, _] = [(await writer.apply([insert(id, slug=id)]))[0] for id in "12"]
        assert first is not None
        clock.now += 3000
        assert ["1", "2"] == [each["id"] for each in await store.select(POSTS, EVERY)]
        await writer.apply([edited(first, title="changed")])
        clock.now += 600
        assert ["1"] == [each["id"] for each in await store.select(POSTS, EVERY)]
        assert (None, 1) == (await store.get(POSTS, "2"), await store.count(POSTS))
        with pytest.raises(UniqueViolation):
            await writer.apply([insert("3", slug="1")])
        await writer.apply([insert("2", slug="2")])
        clock.now += 3600
        assert 0 == await store.count(POSTS)
        await store.stop()
