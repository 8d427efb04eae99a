"""The whole contract of stores, in every partition strategy, over the real SDK."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from atakora_data.schema.storage import Partition, by_entity, by_hash, by_hierarchy, by_id, by_tenant
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.store import CosmosEntityStore
from atakora_data.storage.port import EntityStore
from atakora_data.storage.stepwise import StepwiseStore
from tests.storage.contract import StoreContract
from tests.storage.cosmos.server import serving
from tests.storage.cosmos.writing import partitioned

pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")


class CosmosContract(StoreContract):
    """What stores keep, on Cosmos DB."""

    partition: Partition
    impossible_ids = frozenset({"ü/ö?#%", ".."})

    @pytest_asyncio.fixture
    async def store(self) -> AsyncIterator[EntityStore]:
        """A store on a server that holds nothing."""
        registry = partitioned(self.partition)
        async with serving() as server:
            account = Account(server.url, base64.b64encode(b"key").decode())
            store = StepwiseStore(
                CosmosEntityStore(registry, Containers(registry, account, "d", creates=True)), registry
            )
            await store.start()
            yield store
            await store.stop()


class TestByEntity(CosmosContract):
    """One logical partition an entity."""

    partition = by_entity()


class TestByTenant(CosmosContract):
    """One logical partition a tenant."""

    partition = by_tenant()


class TestByHash(CosmosContract):
    """Three for an entity in a tenant."""

    partition = by_hash(3)


class TestById(CosmosContract):
    """One for each record."""

    partition = by_id()


class TestByHierarchy(CosmosContract):
    """By tenant and a field."""

    partition = by_hierarchy("tenant_id", "status")
