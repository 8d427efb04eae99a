"""Containers by the real SDK against both servers of the tests: made at a desk, only looked at in Azure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from atakora_data.errors import StoreUnavailable
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Storage, by_tenant
from atakora_data.storage.charges import charging
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from tests.storage.cosmos.server import serving
from tests.storage.models import POST, REGISTRY, USER
from tests.support.cosmosdb import KEY, MISSING, cosmosdb, has_node


@pytest_asyncio.fixture(
    params=["ours", pytest.param("independent", marks=pytest.mark.skipif(not has_node(), reason=MISSING))]
)
async def account(request: pytest.FixtureRequest) -> AsyncIterator[Account]:
    """An account that holds nothing yet."""
    if request.param == "ours":
        async with serving() as server:
            yield Account(server.url, KEY)
        return
    async with cosmosdb() as url:
        yield Account(url, KEY)


async def test_containers_are_made_on_demand_at_a_desk(account: Account) -> None:
    """Once, however many ask at the same time; each is as the registry needs it."""
    containers = Containers(REGISTRY, account, "blog", creates=True)
    try:
        found = await asyncio.gather(*(containers.of(name) for name in ("Post", "Post", "User", "Cat", "Dog")))
        assert ["posts", "posts", "users", "animals", "animals"] == [each.id for each in found]
        assert "atakora-internal" == (await containers.internal()).id
        properties = await found[0].read()
        assert ["/entityType"] == properties["partitionKey"]["paths"]
        assert [{"paths": ["/_unique/slug"]}] == properties["uniqueKeyPolicy"]["uniqueKeys"]
    finally:
        await containers.close()
        await containers.close()


async def test_in_azure_nothing_is_made(account: Account) -> None:
    """What is missing is told with the remedy, again and again until it is there."""
    deployed = Containers(REGISTRY, account, "blog", creates=False)
    at_a_desk = Containers(REGISTRY, account, "blog", creates=True)
    try:
        for _ in range(2):
            with pytest.raises(StoreUnavailable) as caught:
                await deployed.of("Post")
            assert (
                "The container posts in Azure Cosmos DB is not as the schema needs it: it does not exist."
                == caught.value.detail
            )
            assert caught.value.hint is not None
            assert "infra --containers" in caught.value.hint
        with pytest.raises(StoreUnavailable, match="atakora-internal"):
            await deployed.internal()
        await at_a_desk.of("Post")
        assert "posts" == (await deployed.of("Post")).id
    finally:
        await deployed.close()
        await at_a_desk.close()


async def test_what_cannot_be_changed_is_told(account: Account) -> None:
    """Another partition key, or a unique field that came later, takes another container, also at a desk."""
    first = Containers(Registry([POST, USER]), account, "blog", creates=True)
    slug = replace(POST.fields["slug"], unique=False)
    title = replace(POST.fields["title"], unique=True)
    later = replace(POST, fields={**POST.fields, "slug": slug, "title": title})
    moved = replace(USER, storage=Storage(partition=by_tenant()))
    second = Containers(Registry([later, moved]), account, "blog", creates=True)
    try:
        await asyncio.gather(first.of("Post"), first.of("User"))
        for name, said in [("Post", "no unique key /_unique/title"), ("User", "its partition key is /entityType")]:
            with pytest.raises(StoreUnavailable) as caught:
                await second.of(name)
            assert said in caught.value.detail
    finally:
        await first.close()
        await second.close()


async def test_what_requests_cost_is_noted(account: Account) -> None:
    """Every answer that names its charge counts for whoever asked."""
    containers = Containers(REGISTRY, account, "blog", creates=True)
    try:
        posts = await containers.of("Post")
        with charging() as charge:
            await posts.create_item({"id": "1", "entityType": "Post", "_unique": {"slug": "a"}})
            await posts.read_item("1", "Post")
        assert 2 <= charge.requests
        assert 0 < charge.units
    finally:
        await containers.close()
