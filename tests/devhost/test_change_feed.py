"""The change feed of the local host: each change reaches its function, in order, until the function succeeds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import azure.functions as func
import pytest

from atakora_data.devhost.background import running
from atakora_data.devhost.change_feed import LARGEST_BATCH, FeedPart
from atakora_data.devhost.functions import FeedFunction
from atakora_data.devhost.lease import Lease
from atakora_data.errors import StoreUnavailable
from atakora_data.storage.feed import Feed
from atakora_data.storage.sqlite.state import SqliteStateStore
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.devhost.woken import PATIENCE_SECONDS, feed_function, ids_in, nowhere, until
from tests.storage.files import started
from tests.storage.journals import created
from tests.storage.models import CATS, REGISTRY


class Reader:
    """A function that notes the ids it gets, unless it fails. pause: how long it takes, in seconds."""

    def __init__(self, failures: int = 0) -> None:
        self.batches: list[list[str]] = []
        self.failures = failures
        self.pause = 0.0
        self.calls = 0

    @property
    def ids(self) -> list[str]:
        """All ids, in order."""
        return [id for batch in self.batches for id in batch]

    async def __call__(self, documents: func.DocumentList) -> None:
        """Take a batch."""
        self.calls += 1
        await asyncio.sleep(self.pause)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not now")
        self.batches.append(ids_in(documents))


def part(store: SqliteEntityStore, function: FeedFunction, feed: SqliteEntityStore | None = None) -> FeedPart:
    """A part that serves the function."""
    lease = Lease(SqliteStateStore(store), function.container, function.name)
    return FeedPart(function, feed or store, lease, nowhere)


@asynccontextmanager
async def reading(store: SqliteEntityStore, reader: Reader) -> AsyncIterator[None]:
    """The reader at work."""
    served = part(store, feed_function(reader))
    await served.start()
    async with running([served]):
        yield


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteEntityStore]:
    """A store in a file."""
    async with started(tmp_path / "data.db") as store:
        yield store


async def test_changes_reach_the_function_in_order(store: SqliteEntityStore) -> None:
    """From the first start on: what was before is not told, nor what other containers hold."""
    reader = Reader()
    await store.apply([created("before")])
    async with reading(store, reader):
        for number in range(20):
            await store.apply([created(str(number)), created(f"cat {number}", CATS)])
        await until(lambda: len(reader.ids) == 20)
    assert [str(number) for number in range(20)] == reader.ids


async def test_many_changes_come_in_batches(store: SqliteEntityStore) -> None:
    """No batch is larger than in Azure, and none waits for the next change."""
    reader = Reader()
    async with reading(store, reader):
        await store.apply([created(str(number)) for number in range(2 * LARGEST_BATCH + 1)])
        await until(lambda: len(reader.ids) == 2 * LARGEST_BATCH + 1)
    assert LARGEST_BATCH >= max(len(batch) for batch in reader.batches)


async def test_a_function_that_fails_gets_the_same_changes_again(
    store: SqliteEntityStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is skipped, whatever came meanwhile, and each failure is told."""
    reader = Reader(failures=3)
    async with reading(store, reader):
        await store.apply([created("1")])
        await until(lambda: reader.failures < 3)
        await store.apply([created("2")])
        await until(lambda: len(reader.ids) == 2)
    assert ["1", "2"] == reader.ids
    assert 3 == caplog.text.count("The function change_feed failed")


async def test_a_restart_goes_on_behind_what_was_handed_over(tmp_path: Path) -> None:
    """What came while nobody read is told, and nothing twice; what failed before is told again."""
    reader = Reader()
    async with started(tmp_path / "data.db") as store:
        async with reading(store, reader):
            await store.apply([created("1")])
            await until(lambda: reader.ids == ["1"])
            reader.failures = 1_000_000
            await store.apply([created("2")])
            await until(lambda: reader.failures < 1_000_000)
        await store.apply([created("3")])
    reader.failures = 0
    async with started(tmp_path / "data.db") as store, reading(store, reader):
        await until(lambda: len(reader.ids) == 3)
    assert ["1", "2", "3"] == reader.ids


async def test_a_batch_under_way_is_finished_before_the_end(store: SqliteEntityStore) -> None:
    """Then it is not handed over again."""
    reader = Reader()
    reader.pause = 0.2
    async with reading(store, reader):
        await store.apply([created("1")])
        await store.apply([created("2")])
        await until(lambda: reader.calls > 0)
    finished = reader.ids
    async with reading(store, reader):
        await until(lambda: len(reader.ids) == 2)
    assert ["1"] == finished[:1]
    assert ["1", "2"] == reader.ids


async def test_changes_of_another_process_are_noticed(tmp_path: Path) -> None:
    """Nobody rings there, so it looks now and then."""
    reader = Reader()
    async with (
        started(tmp_path / "data.db") as store,
        started(tmp_path / "data.db") as other,
        reading(store, reader),
    ):
        await other.apply([created("1")])
        await until(lambda: reader.ids == ["1"])


async def test_two_hosts_share_the_work(tmp_path: Path) -> None:
    """Each change reaches one of them at least, in order; who comes late goes on where the other one is."""
    one, two = Reader(), Reader()
    async with (
        started(tmp_path / "data.db") as first,
        started(tmp_path / "data.db") as second,
        reading(first, one),
        reading(second, two),
    ):
        for number in range(40):
            await (first if number % 2 else second).apply([created(str(number))])
        await until(lambda: len({*one.ids, *two.ids}) == 40)
        await second.apply([created("last")])
        await until(lambda: "last" in {*one.ids, *two.ids})
        await is_at_the_end(first)
    for reader in (one, two):
        numbers = list(dict.fromkeys(int(id) for id in reader.ids if id != "last"))
        assert sorted(numbers) == numbers


async def is_at_the_end(store: SqliteEntityStore) -> None:
    """Returns when the lease is behind all changes: whoever was told of the last one may have been late to say so."""
    lease = Lease(SqliteStateStore(store), "posts", "change_feed")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await store.end("posts") != await lease.look():  # noqa: ASYNC110 - a lease rings no bell
            await asyncio.sleep(0.005)


class Flaky(SqliteEntityStore):
    """A store whose feed cannot be read twice."""

    failures = 2

    async def feed(self, container: str, after: str | None, limit: int) -> Feed:
        """What changed, from the third time on."""
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("Not now.")
        return await super().feed(container, after, limit)


async def test_a_feed_that_cannot_be_read_is_asked_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The part is not gone after a fault; it says so and goes on."""
    reader, store = Reader(), Flaky(REGISTRY, tmp_path / "data.db")
    await store.start()
    with caplog.at_level(logging.ERROR):
        async with reading(store, reader):
            await store.apply([created("1")])
            await until(lambda: reader.ids == ["1"])
    await store.stop()
    assert "The change feed of posts for change_feed failed; it goes on in a moment." in caplog.text


async def test_a_wake_up_takes_no_time(store: SqliteEntityStore) -> None:
    """A change of this process is handed over long before the next look."""
    reader, loop = Reader(), asyncio.get_running_loop()
    async with reading(store, reader):
        delays = []
        for number in range(20):
            begun = loop.time()
            await store.apply([created(str(number))])
            await until(lambda expected=number + 1: len(reader.ids) == expected)  # type: ignore[misc]
            delays.append(loop.time() - begun)
    assert 0.25 > sorted(delays)[10]
