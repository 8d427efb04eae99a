"""The whole contract of stores on the Cosmos DB account of the environment, in every partition strategy."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from azure.cosmos.aio import CosmosClient
from azure.cosmos.exceptions import CosmosResourceNotFoundError

from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Partition, by_entity, by_hash, by_hierarchy, by_id, by_tenant
from atakora_data.settings import Settings
from atakora_data.storage.cosmos.account import Account, account_of
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.lookup import sdk_key
from atakora_data.storage.cosmos.store import CosmosEntityStore
from atakora_data.storage.port import EntityStore
from atakora_data.storage.stepwise import StepwiseStore
from tests.storage.contract import StoreContract
from tests.storage.cosmos.writing import partitioned

pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")


@pytest.fixture(scope="module")
def account() -> Account:
    """The account, as an app of this environment would find it."""
    given = {name: value for name, value in os.environ.items() if name.startswith("COSMOS")}
    return account_of(Settings.from_environment(given).cosmos)


@pytest.fixture(scope="class")
def database(account: Account) -> Iterator[str]:
    """A database that nobody else has."""
    name = f"atakora-test-{uuid4()}"
    yield name
    asyncio.run(_delete(account, name))


class AzureContract(StoreContract):
    """What stores keep. The tests of a class share a database of their own, emptied for each and deleted at the end."""

    partition: Partition
    impossible_ids = frozenset({"ü/ö?#%", ".."})

    @pytest_asyncio.fixture
    async def store(self, account: Account, database: str) -> AsyncIterator[EntityStore]:
        """A store that holds nothing."""
        registry = partitioned(self.partition)
        containers = Containers(registry, account, database, creates=True)
        store = StepwiseStore(CosmosEntityStore(registry, containers), registry)
        await store.start()
        try:
            await _empty(registry, containers)
            yield store
        finally:
            await store.stop()


class TestByEntity(AzureContract):
    """One logical partition an entity."""

    partition = by_entity()


class TestByTenant(AzureContract):
    """One logical partition a tenant."""

    partition = by_tenant()


class TestByHash(AzureContract):
    """Three for an entity in a tenant."""

    partition = by_hash(3)


class TestById(AzureContract):
    """One for each record."""

    partition = by_id()


class TestByHierarchy(AzureContract):
    """By tenant and a field."""

    partition = by_hierarchy("tenant_id", "status")


async def _empty(registry: Registry, containers: Containers) -> None:
    """Delete all documents, the store's own among them."""
    entities = {each.container: each.name for each in registry}.values()
    found = [await containers.internal(), *[await containers.of(entity) for entity in entities]]
    await asyncio.gather(*[_clear(each) for each in found])


async def _clear(container: Any) -> None:
    paths = [path.removeprefix("/") for path in (await container.read())["partitionKey"]["paths"]]
    async for part in container.read_feed_ranges():
        documents = container.query_items("SELECT * FROM c", feed_range=part)
        for each in [document async for document in documents]:
            key = sdk_key(tuple(each.get(path) for path in paths))
            await container.delete_item(each["id"], partition_key=key)


async def _delete(account: Account, database: str) -> None:
    credential = account.credential()
    try:
        async with CosmosClient(account.endpoint, credential) as client:
            await client.delete_database(database)
    except CosmosResourceNotFoundError:
        return  # no test has made it
    finally:
        if not isinstance(credential, str):
            await credential.close()
