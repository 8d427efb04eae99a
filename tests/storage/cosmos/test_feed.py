"""The change feed and the entries of the journal in Cosmos DB, over the real SDK."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from atakora_data.errors import MalformedRequest, StoreUnavailable
from atakora_data.schema.storage import Partition
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.feed import CosmosJournal
from atakora_data.storage.cosmos.store import CosmosEntityStore
from atakora_data.storage.feed import EVENT, FeedDocument, read_event
from atakora_data.storage.port import Journaled, Record, Target
from tests.storage.cosmos.server import Fault, Sent, Server, serving
from tests.storage.cosmos.writing import STRATEGIES, partitioned
from tests.storage.journals import created, deleted, updated
from tests.storage.models import CATS, DOGS, POSTS, insert
from tests.storage.states import Clock

OTHER = Target("Post", "other")
FIRST = "0"


class World(NamedTuple):
    """A store and its journal on a server, whose clock stands until it is moved."""

    clock: Clock
    server: Server
    store: CosmosEntityStore
    journal: CosmosJournal

    async def put(self, *numbers: int, target: Target = POSTS) -> list[Record]:
        """Make posts."""
        found = await self.store.apply([created(str(each), target, slug=f"s{each}") for each in numbers])
        return [each for each in found if each is not None]

    async def change(self, record: Record, times: int) -> Record:
        """Update a post again and again."""
        for number in range(times):
            [changed] = await self.store.apply([updated(record, rank=number)])
            assert changed is not None
            record = changed
        return record

    async def read(self, after: str, limit: int, target: Target = POSTS) -> list[Journaled]:
        """All entries behind a position, page after page."""
        found: list[Journaled] = []
        while page := await self.journal.entries(target, after, limit):
            found += page
            after = page[-1].position
        return found


@asynccontextmanager
async def opened(partition: Partition) -> AsyncIterator[World]:
    """A world that holds nothing yet."""
    registry = partitioned(partition)
    async with serving() as server:
        server.clock = clock = Clock()
        account = Account(server.url, base64.b64encode(b"key").decode())
        containers = Containers(registry, account, "d", creates=True)
        store = CosmosEntityStore(registry, containers)
        yield World(clock, server, store, CosmosJournal(registry, containers, clock=clock))
        await store.stop()


@pytest.fixture(params=list(STRATEGIES))
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """One in every partition strategy."""
    async with opened(STRATEGIES[request.param]) as found:
        yield found


@pytest.fixture
async def plain() -> AsyncIterator[World]:
    """One in the simplest."""
    async with opened(STRATEGIES["by_entity"]) as found:
        yield found


def told(entries: Sequence[Journaled]) -> dict[str, list[int]]:
    """For each record its versions in the order in which each came first."""
    found: dict[str, list[int]] = {}
    for each in entries:
        versions = found.setdefault(each.id, [])
        if each.entry.version not in versions:
            versions.append(each.entry.version)
    return found


async def test_entries_are_those_of_the_target_in_order(world: World) -> None:
    """No other tenant's, no other entity's, though they share a container, and no records."""
    [first] = await world.put(1)
    await world.put(1, 2, target=OTHER)
    await world.store.apply([created("1", CATS, name="Rex"), created("1", DOGS, name="Rex"), insert("9", slug="9")])
    await world.store.apply([deleted(await world.change(first, 3))])
    entries = await world.read(FIRST, 100)
    assert ["created", *["updated"] * 3, "deleted"] == [each.entry.operation for each in entries]
    assert {("Post", "")} == {each.target for each in entries}
    assert {"1": [1], "2": [1]} == told(await world.read(FIRST, 100, OTHER))
    assert [("Cat", "")] == [each.target for each in await world.read(FIRST, 100, CATS)]
    assert [] == await world.read(FIRST, 100, Target("Post", "none"))


@pytest.mark.parametrize("limit", [3, 500])
async def test_every_entry_is_told_while_writers_race(world: World, limit: int) -> None:
    """At least once, those of one record in order, however small the pages; all in the same second."""
    records = await world.put(*range(6))
    found: list[Journaled] = []
    position = FIRST

    async def follow() -> None:
        nonlocal position
        page = await world.journal.entries(POSTS, position, limit)
        found.extend(page)
        position = page[-1].position if page else position

    writers = asyncio.gather(*(world.change(record, 8) for record in records))
    while not writers.done():
        await follow()
    await writers
    found += await world.read(position, limit)
    assert {str(number): list(range(1, 10)) for number in range(6)} == told(found)


async def test_entries_are_read_on_from_any_of_them(world: World) -> None:
    """From the position of each, as entries and as documents of the feed tell it, all later ones are told."""
    records = await world.put(1, 2)
    await asyncio.gather(*(world.change(record, 3) for record in records))
    entries = await world.read(FIRST, 3)
    for number, each in enumerate(entries):
        later = {(other.id, other.entry.version) for other in entries[number + 1 :]}
        for position in (each.position, each.position.partition(":")[0]):
            assert later <= {(other.id, other.entry.version) for other in await world.read(position, 3)}


async def test_what_is_long_past_is_not_read_again(world: World) -> None:
    """A position of today is read from today; one from before the journal's time is as good as the first."""
    clock, now = world.clock, int(world.clock.now)
    await world.put(1)
    clock.now += 60
    [second] = await world.put(2)
    await world.change(second, 1)
    assert {"2": [1, 2]} == told(await world.read(str(now + 60), 100))
    assert {"1": [1], "2": [1, 2]} == told(await world.read("1", 100))
    assert {"1": [1], "2": [1, 2]} == told(await world.read(str(now), 100))
    clock.now += 7 * 24 * 60 * 60
    assert [] == await world.read(FIRST, 100)


async def test_one_entry_is_found_by_id_and_version(world: World) -> None:
    """As long as it is kept; ids that look like the beginning of others are not taken for them."""
    [first, _] = await world.put(1, 2)
    await world.store.apply([created("1:2", slug="1:2")])
    changed = await world.change(first, 2)
    entries = {(each.id, each.entry.version): each for each in await world.read(FIRST, 100)}
    for (id, version), each in entries.items():
        for position in (each.position, FIRST):
            assert each.entry == await world.journal.entry(POSTS, id, version, position)
    await world.store.apply([deleted(changed)])
    assert await world.journal.entry(POSTS, "1", 4, FIRST) is not None
    assert await world.journal.entry(POSTS, "1", 5, FIRST) is None
    assert await world.journal.entry(OTHER, "1", 1, FIRST) is None


async def test_of_a_record_that_came_again_the_nearest_entry_is_found(plain: World) -> None:
    """Its versions begin anew."""
    now = int(plain.clock.now)
    [first] = await plain.put(1)
    await plain.store.apply([deleted(first)])
    plain.clock.now += 10
    await plain.store.apply([created("1", title="again")])
    titles = []
    for position in (str(now), str(now + 10)):
        entry = await plain.journal.entry(POSTS, "1", 1, position)
        assert entry is not None
        titles.append(entry.record.get("title"))
    assert [None, "again"] == titles


FOREIGN = base64.b64encode(b'{"v":"v2","containerRid":"x"}').decode()


@pytest.mark.parametrize(
    "position", ["", "x", "-1", "1:", "1:x", "1:e30=", "1:W10=", f"1:{FOREIGN}", "9" * 30, "\uff11"]
)
async def test_a_position_of_another_store_is_refused(plain: World, position: str) -> None:
    """With a hint, whatever it is."""
    await plain.put(1)
    with pytest.raises(MalformedRequest):
        await plain.journal.entries(POSTS, position, 10)


async def test_an_entry_that_cannot_be_read_stops_nothing(plain: World) -> None:
    """The others are told."""
    await plain.put(1, 2)
    for document in plain.server.documents("posts"):
        if document["id"].startswith("~1:"):
            document[EVENT] = '{"entity":"Post"}'
    assert {"2": [1]} == told(await plain.read(FIRST, 10))


async def feed(world: World, after: str | None, limit: int = 10) -> tuple[list[FeedDocument], str]:
    """All that the feed tells behind a position, and the position behind that."""
    found: list[FeedDocument] = []
    while True:
        page = await world.journal.feed("posts", after, limit)
        after = page.position
        found += page.documents
        if not page.documents:
            return found, after


async def test_the_feed_tells_all_documents_of_a_container(world: World) -> None:
    """From the first or from its end; records as they are now, and every entry, those of a record in order."""
    records = await world.put(1, 2, 3)
    end = await world.journal.end("posts")
    everything, position = await feed(world, None)
    assert 6 == len(everything)
    assert ([], position) == await feed(world, position)
    await asyncio.gather(*(world.change(record, 3) for record in records))
    for start in (end, position):
        documents, _ = await feed(world, start, limit=2)
        entries = [read_event(each) for each in documents if EVENT in each]
        assert {str(number): [2, 3, 4] for number in (1, 2, 3)} == told(entries)
        assert all(each.position.isdecimal() for each in entries)


async def test_a_feed_that_is_read_on_costs_one_request_a_range(plain: World) -> None:
    """Where nothing changed."""
    await plain.put(1)
    _, position = await feed(plain, None)
    plain.server.sent.clear()
    assert [] == (await plain.journal.feed("posts", position, 10)).documents
    assert ["FEED", "FEED"] == [each.method for each in plain.server.sent]


async def test_entries_in_one_partition_are_read_from_it_alone(plain: World) -> None:
    """Asked from a time on, the first answer tells the place, and the last that there are no more."""
    await plain.put(1, 2)
    plain.server.sent.clear()
    [*_, last] = await plain.journal.entries(POSTS, FIRST, 10)
    assert 3 == len(plain.server.sent)
    plain.server.sent.clear()
    assert [] == await plain.journal.entries(POSTS, last.position, 10)
    assert 1 == len(plain.server.sent)


async def test_what_passes_is_tried_again_and_what_stays_is_mapped(plain: World) -> None:
    """Nothing of the SDK leaves the journal."""
    await plain.put(1)
    end = await plain.journal.end("posts")
    number = len(plain.server.sent)
    plain.server.fault = lambda request: Fault(503) if request.number in (number + 1, number + 3) else None
    assert 1 == len(await plain.journal.entries(POSTS, FIRST, 10))

    def refusing(_: Sent) -> Fault:
        return Fault(403)

    plain.server.fault = refusing
    for call in (
        lambda: plain.journal.feed("posts", None, 10),
        lambda: plain.journal.feed("posts", end, 10),
        lambda: plain.journal.end("posts"),
        lambda: plain.journal.entries(POSTS, FIRST, 10),
        lambda: plain.journal.entry(POSTS, "1", 1, FIRST),
    ):
        with pytest.raises(StoreUnavailable):
            await call()


async def test_an_entry_holds_what_was_before(plain: World) -> None:
    """It comes back as it was given."""
    [first] = await plain.put(1)
    change = updated(first, title="new")
    assert change.journal is not None
    entry = replace(change.journal, before={"title": None})
    await plain.store.apply([replace(change, journal=entry)])
    assert entry == (await plain.read(FIRST, 10))[-1].entry
