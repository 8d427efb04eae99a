"""What the server below the real SDK promises, asked by the SDK: lifetimes, changes, hierarchies, offers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from azure.cosmos import PartitionKey
from azure.cosmos.aio import CosmosClient, DatabaseProxy
from azure.cosmos.exceptions import CosmosHttpResponseError
from msgspec.structs import replace

from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Storage, Throughput, autoscale, manual
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from tests.storage.cosmos.server import Server, serving
from tests.storage.cosmos.writing import Clock
from tests.storage.models import POST


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    """A server that holds nothing, and whose clock stands."""
    async with serving() as server:
        server.clock = Clock()
        yield server


@pytest_asyncio.fixture
async def database(server: Server) -> AsyncIterator[DatabaseProxy]:
    """Its database."""
    async with CosmosClient(server.url, "a2V5") as client:
        yield client.get_database_client("d")


def later(server: Server, seconds: float) -> None:
    """Let time pass."""
    assert isinstance(server.clock, Clock)
    server.clock.now += seconds


async def ids(found: Any) -> list[str]:
    """The ids of an answer, page by page."""
    return [each["id"] async for each in found]


@pytest.mark.parametrize(
    ("default", "own", "lives"),
    [
        (None, 5, (True, True, True)),
        (-1, None, (True, True, True)),
        (-1, 5, (True, False, False)),
        (10, None, (True, True, False)),
        (10, 5, (True, False, False)),
        (10, -1, (True, True, True)),
        (10, 60, (True, True, True)),
    ],
)
async def test_a_document_lives_as_long_as_it_says(
    server: Server, database: DatabaseProxy, default: int | None, own: int | None, lives: tuple[bool, ...]
) -> None:
    """Its own time to live beats the container's; where that has none, nothing expires. Seen after 0, 5 and 10 s."""
    key = PartitionKey("/p")
    posts = await database.create_container("posts", key, default_ttl=default)
    await posts.create_item({"id": "1", "p": "a", **({} if own is None else {"ttl": own})})
    seen = []
    for _ in range(3):
        seen.append(["1"] == await ids(posts.query_items("SELECT * FROM c", partition_key="a")))
        later(server, 5)
    assert lives == tuple(seen)


async def test_a_change_begins_a_new_life(server: Server, database: DatabaseProxy) -> None:
    """What expired frees its id and its unique values."""
    unique: dict[str, Any] = {"uniqueKeys": [{"paths": ["/u"]}]}
    posts = await database.create_container("posts", PartitionKey("/p"), default_ttl=10, unique_key_policy=unique)
    await posts.create_item({"id": "1", "p": "a", "u": "x"})
    later(server, 9)
    await posts.upsert_item({"id": "1", "p": "a", "u": "x", "changed": True})
    later(server, 9)
    assert (await posts.read_item("1", "a"))["changed"]
    with pytest.raises(CosmosHttpResponseError):
        await posts.create_item({"id": "2", "p": "a", "u": "x"})
    later(server, 1)
    await posts.create_item({"id": "2", "p": "a", "u": "x"})
    assert ["2"] == await ids(posts.query_items("SELECT * FROM c", partition_key="a"))
    for wrong in (0, -2, "5", 1.5):
        with pytest.raises(CosmosHttpResponseError):
            await posts.create_item({"id": "3", "p": "a", "u": "y", "ttl": wrong})


async def test_the_feed_shows_the_latest_versions_in_order(database: DatabaseProxy) -> None:
    """From the beginning, then from where it was left; a document once, removed ones never."""
    posts = await database.create_container("posts", PartitionKey("/p"))
    for id in "1234":
        await posts.create_item({"id": id, "p": "a"})
    await posts.replace_item("1", {"id": "1", "p": "a", "changed": True})
    await posts.delete_item("3", "a")
    first = posts.query_items_change_feed(start_time="Beginning", partition_key="a", max_item_count=2)
    assert ["2", "4", "1"] == await ids(first)
    token = posts.client_connection.last_response_headers["etag"]
    assert [] == await ids(posts.query_items_change_feed(continuation=token))
    await posts.create_item({"id": "5", "p": "a"})
    await posts.create_item({"id": "6", "p": "b"})
    after = [each async for each in posts.query_items_change_feed(continuation=token)]
    assert ["5"] == [each["id"] for each in after]
    assert all(each["_lsn"] for each in after)


async def test_the_feed_of_a_range_is_its_own(database: DatabaseProxy) -> None:
    """All ranges together are everything; from now on there is nothing yet."""
    posts = await database.create_container("posts", PartitionKey("/p"))
    for number in range(20):
        await posts.create_item({"id": str(number), "p": f"p{number}"})
    ranges = [each async for each in posts.read_feed_ranges()]
    parts = [await ids(posts.query_items_change_feed(start_time="Beginning", feed_range=each)) for each in ranges]
    assert 2 == len([part for part in parts if part])
    assert sorted(map(str, range(20))) == sorted(id for part in parts for id in part)
    for part in parts:
        assert part == sorted(part, key=int)
    assert sorted(map(str, range(20))) == sorted(await ids(posts.query_items_change_feed(start_time="Beginning")))
    assert [] == await ids(posts.query_items_change_feed(start_time="Now"))


async def test_the_feed_from_a_moment(server: Server, database: DatabaseProxy) -> None:
    """What changed after it; the account keeps no older versions."""
    posts = await database.create_container("posts", PartitionKey("/p"))
    await posts.create_item({"id": "1", "p": "a"})
    moment = datetime.fromtimestamp(server.clock(), UTC)
    later(server, 2)
    await posts.create_item({"id": "2", "p": "a"})
    assert ["2"] == await ids(posts.query_items_change_feed(start_time=moment, partition_key="a"))
    with pytest.raises(CosmosHttpResponseError):
        await ids(posts.query_items_change_feed(mode="AllVersionsAndDeletes", partition_key="a"))


async def test_what_changed_together_stays_together(database: DatabaseProxy) -> None:
    """A batch is on one page, however small pages are, and has one number."""
    posts = await database.create_container("posts", PartitionKey("/p"))
    await posts.create_item({"id": "0", "p": "a"})
    await posts.execute_item_batch([("create", ({"id": id, "p": "a"},)) for id in "123"], "a")
    await posts.create_item({"id": "4", "p": "a"})
    feed = posts.query_items_change_feed(start_time="Beginning", partition_key="a", max_item_count=1)
    pages = [[each["id"] async for each in page] async for page in feed.by_page()]
    assert [["0"], ["1", "2", "3"], ["4"]] == [page for page in pages if page]


async def test_a_prefix_finds_what_begins_so(database: DatabaseProxy) -> None:
    """Of a hierarchy, by what its first values hash to; a whole key is one logical partition."""
    posts = await database.create_container("posts", PartitionKey(["/t", "/u"]))
    for tenant in "abcdef":
        for user in "xy":
            await posts.create_item({"id": f"{tenant}{user}", "t": tenant, "u": user})
    for tenant in "abcdef":
        assert [f"{tenant}x", f"{tenant}y"] == sorted(
            await ids(posts.query_items("SELECT * FROM c", partition_key=[tenant]))
        )
        assert [f"{tenant}y"] == await ids(posts.query_items("SELECT * FROM c", partition_key=[tenant, "y"]))
        feed = posts.query_items_change_feed(start_time="Beginning", partition_key=[tenant])
        assert [f"{tenant}x", f"{tenant}y"] == sorted(await ids(feed))


async def test_pages_are_as_long_as_asked(database: DatabaseProxy) -> None:
    """And go on where the last one ended."""
    posts = await database.create_container("posts", PartitionKey("/p"))
    for id in "12345":
        await posts.create_item({"id": id, "p": "a"})
    found = posts.query_items("SELECT * FROM c", partition_key="a", max_item_count=2)
    assert [["1", "2"], ["3", "4"], ["5"]] == [[each["id"] async for each in page] async for page in found.by_page()]


@pytest.mark.parametrize(
    ("declared", "manually", "most"), [(autoscale(4000), None, 4000), (manual(500), 500, None), (None, None, None)]
)
async def test_containers_are_made_with_their_throughput(
    server: Server, declared: Throughput | None, manually: int | None, most: int | None
) -> None:
    """As declared; without it the account is serverless, or the database shares its own."""
    registry = Registry([replace(POST, storage=Storage(throughput=declared))])
    containers = Containers(registry, Account(server.url, "a2V5"), "d", creates=True)
    try:
        posts = await containers.of("Post")
        if declared is None:
            assert {} == server.containers["posts"].throughput
            return
        found = await posts.get_throughput()
        assert most == found.auto_scale_max_throughput
        if manually is not None:
            assert manually == found.offer_throughput
    finally:
        await containers.close()
