"""The topic of the local host: what Service Bus promises, in a file."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from atakora_data.errors import EventsUnavailable
from atakora_data.events.event import EntityEvent
from atakora_data.events.local_topic import DAYS, DUPLICATES_SECONDS, LARGEST_MESSAGE, LocalTopic
from atakora_data.events.message import TopicMessage, from_message
from atakora_data.events.topic_tables import MOST_DELIVERIES, Received
from atakora_data.registry.registry import Registry
from atakora_data.storage.port import JournalEntry, Target
from atakora_data.storage.sqlite.store import SqliteEntityStore

FAN_OUT = "fan-out"
PATIENCE_SECONDS = 10


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now


@asynccontextmanager
async def open_file(path: Path | str) -> AsyncIterator[SqliteEntityStore]:
    """A file that is open."""
    file = SqliteEntityStore(Registry([]), path)
    await file.start()
    try:
        yield file
    finally:
        await file.stop()


@asynccontextmanager
async def topic_in(path: Path | str, clock: Clock | None = None) -> AsyncIterator[LocalTopic]:
    """A topic with the subscription `fan-out`, whose abandoned messages do not rest."""
    async with open_file(path) as file:
        topic = LocalTopic(file, clock=clock, pause_seconds=0) if clock else LocalTopic(file, pause_seconds=0)
        await topic.subscribe(FAN_OUT)
        yield topic


@pytest.fixture
def clock() -> Clock:
    """The topic's clock."""
    return Clock()


@pytest.fixture
async def topic(tmp_path: Path, clock: Clock) -> AsyncIterator[LocalTopic]:
    """A topic in a file."""
    async with topic_in(tmp_path / "data.db", clock) as topic:
        yield topic


def event(id: str, version: int = 1, tenant: str = "") -> EntityEvent:
    """A change of a record."""
    entry = JournalEntry("updated", version, "2030-01-01T00:00:00Z", "alice", ("title",), {"id": id, "title": "né"})
    return EntityEvent(Target("Post", tenant), id, entry, str(version))


def message(id: str, session: str = "s", size: int = 1) -> TopicMessage:
    """A message with a body of so many bytes."""
    return TopicMessage(id, session, "Post.updated", b"x" * size, {"tenantId": ""})


async def received(topic: LocalTopic, limit: int = 1, subscription: str = FAN_OUT) -> list[Received]:
    """What is there, or comes within some seconds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await topic.receive(subscription, limit)


async def drained(topic: LocalTopic, count: int, subscription: str = FAN_OUT) -> list[str]:
    """The ids of the next messages, each completed."""
    ids: list[str] = []
    while len(ids) < count:
        for each in await received(topic, 16, subscription):
            ids.append(each.message.message_id)
            assert await topic.complete(each)
    return ids


async def is_empty(topic: LocalTopic, subscription: str = FAN_OUT) -> bool:
    """Whether nothing can be received now: what is published next is received next."""
    await topic.enqueue([message("last", "last session")])
    [found] = await received(topic, 1, subscription)
    assert await topic.complete(found)
    return found.message.message_id == "last"


async def test_an_event_is_received_as_it_was_published(topic: LocalTopic) -> None:
    """Body, ids, subject and properties are those of the message."""
    await topic.publish([event("1", 3, "t")])
    [found] = await received(topic)
    expected = event("1", 3, "t")
    assert expected == from_message(found.message.body)
    assert expected.message_id == found.message.message_id
    assert expected.session_id == found.message.session_id
    assert "Post.updated" == found.message.subject
    assert "t" == found.message.properties["tenantId"]
    assert 1 == found.deliveries
    assert await topic.complete(found)
    assert await is_empty(topic)


async def test_the_messages_of_a_session_are_received_one_after_another(topic: LocalTopic) -> None:
    """The second one comes when the first is completed; those of other sessions do not wait for it."""
    await topic.publish([event("1", 1), event("1", 2), event("2", 1), event("1", 3)])
    first, other = await received(topic, 16)
    assert [("1", 1), ("2", 1)] == [_version(first), _version(other)]
    assert await topic.complete(first)
    [second] = await received(topic, 16)
    assert ("1", 2) == _version(second)
    assert await topic.complete(second)
    assert ("1", 3) == _version((await received(topic, 16))[0])


def _version(found: Received) -> tuple[str, int]:
    event = from_message(found.message.body)
    return event.id, event.entry.version


async def test_whoever_waits_is_woken(topic: LocalTopic) -> None:
    """A receiver that waits gets what is published, at once."""
    waiting = asyncio.create_task(received(topic))
    assert await is_idle(waiting)
    await topic.publish([event("1")])
    assert ("1", 1) == _version((await waiting)[0])


async def is_idle(task: asyncio.Task[list[Received]]) -> bool:
    """Whether the task waits, after it had some turns."""
    for _ in range(10):
        await asyncio.sleep(0)
    return not task.done()


async def test_each_subscription_gets_each_message(topic: LocalTopic) -> None:
    """One that comes later gets what is published after that."""
    await topic.publish([event("1")])
    await topic.subscribe("audit")
    await topic.publish([event("2")])
    assert [event("2").message_id] == await drained(topic, 1, "audit")
    assert [event("1").message_id, event("2").message_id] == await drained(topic, 2)


async def test_a_duplicate_is_dropped_for_ten_minutes(topic: LocalTopic, clock: Clock) -> None:
    """Within one batch, later, and after it was completed; a message is new again when ten minutes are over."""
    await topic.publish([event("1"), event("1")])
    await topic.publish([event("1")])
    assert [event("1").message_id] == await drained(topic, 1)
    clock.now += DUPLICATES_SECONDS - 1
    await topic.publish([event("1")])
    assert await is_empty(topic)
    clock.now += 1
    await topic.publish([event("1")])
    assert [event("1").message_id] == await drained(topic, 1)


async def test_an_abandoned_message_comes_again_before_those_behind_it(topic: LocalTopic) -> None:
    """The order of a session holds, and the deliveries are counted."""
    await topic.publish([event("1", 1), event("1", 2)])
    [first] = await received(topic)
    assert await topic.abandon(first)
    [again] = await received(topic)
    assert (("1", 1), 2) == (_version(again), again.deliveries)


async def test_an_abandoned_message_rests_longer_each_time(tmp_path: Path, clock: Clock) -> None:
    """Others are received meanwhile."""
    async with open_file(tmp_path / "data.db") as file:
        topic = LocalTopic(file, clock=clock, lock_seconds=60, pause_seconds=1)
        await topic.subscribe(FAN_OUT)
        await topic.enqueue([message("resting")])
        for seconds in (1, 2, 4):
            [found] = await received(topic)
            assert "resting" == found.message.message_id
            assert await topic.abandon(found)
            clock.now += seconds - 0.5
            await topic.enqueue([message(f"other {seconds}", f"other {seconds}")])
            assert [f"other {seconds}"] == await drained(topic, 1)
            clock.now += 0.5


async def test_what_always_fails_goes_to_the_dead_letters(topic: LocalTopic) -> None:
    """After ten deliveries the session goes on behind it, and the reason is told."""
    await topic.publish([event("1", 1), event("1", 2)])
    for number in range(MOST_DELIVERIES):
        [found] = await received(topic)
        assert (1, number + 1) == (_version(found)[1], found.deliveries)
        assert await topic.abandon(found)
    assert [event("1", 2).message_id] == await drained(topic, 1)
    [letter] = await topic.dead_letters(FAN_OUT)
    assert event("1", 1) == from_message(letter.message.body)
    assert (MOST_DELIVERIES, "MaxDeliveryCountExceeded") == (letter.deliveries, letter.reason)


async def test_what_ends_its_receivers_goes_to_the_dead_letters(topic: LocalTopic, clock: Clock) -> None:
    """Deliveries count also when nobody says a word about them."""
    await topic.publish([event("1", 1), event("1", 2)])
    for _ in range(MOST_DELIVERIES):
        assert ("1", 1) == _version((await received(topic))[0])
        clock.now += topic.lock_seconds
    assert [event("1", 2).message_id] == await drained(topic, 1)
    assert 1 == len(await topic.dead_letters(FAN_OUT))


async def test_a_message_is_set_aside_with_a_reason(topic: LocalTopic) -> None:
    """Its session goes on."""
    await topic.publish([event("1", 1), event("1", 2)])
    [found] = await received(topic)
    assert await topic.dead_letter(found, "Poison", "It cannot be read.")
    assert [event("1", 2).message_id] == await drained(topic, 1)
    [letter] = await topic.dead_letters(FAN_OUT)
    assert ("Poison", "It cannot be read.") == (letter.reason, letter.description)


async def test_a_lock_ends(topic: LocalTopic, clock: Clock) -> None:
    """Then another one receives the message, and who held it can settle it no more."""
    await topic.enqueue([message("a"), message("b")])
    [first] = await received(topic)
    clock.now += topic.lock_seconds
    [second] = await received(topic)
    assert "a" == second.message.message_id
    assert [False, False, False] == [
        await topic.complete(first),
        await topic.abandon(first),
        await topic.dead_letter(first, "Late", "Too late."),
    ]
    assert await topic.complete(second)
    assert ["b"] == await drained(topic, 1)


async def test_a_lock_is_renewed(topic: LocalTopic, clock: Clock) -> None:
    """Whoever renews it in time keeps the message."""
    await topic.enqueue([message("a")])
    [found] = await received(topic)
    for _ in range(3):
        clock.now += topic.lock_seconds - 1
        await topic.renew([found])
    assert await topic.complete(found)
    assert await is_empty(topic)


async def test_a_message_that_is_too_large_is_not_delivered(
    topic: LocalTopic, caplog: pytest.LogCaptureFixture
) -> None:
    """It blocks nothing, is told, and is found among the dead letters."""
    with caplog.at_level(logging.ERROR):
        await topic.enqueue([message("huge", size=LARGEST_MESSAGE), message("large", size=LARGEST_MESSAGE - 100)])
    assert ["large"] == await drained(topic, 1)
    [letter] = await topic.dead_letters(FAN_OUT)
    assert ("huge", "MessageSizeExceeded") == (letter.message.message_id, letter.reason)
    assert "huge" in caplog.text


async def test_messages_are_kept_for_some_days(topic: LocalTopic, clock: Clock) -> None:
    """What nobody received goes when a host starts; what is younger stays in order."""
    await topic.enqueue([message("old", "s"), message("old too", "t")])
    clock.now += 2
    await topic.enqueue([message("young", "s")])
    clock.now += DAYS * 24 * 60 * 60 - 1
    await topic.subscribe(FAN_OUT)
    assert ["young"] == await drained(topic, 1)
    assert await is_empty(topic)


async def test_messages_survive_a_restart(tmp_path: Path, clock: Clock) -> None:
    """What was not completed is received after it, and what is known stays known."""
    async with topic_in(tmp_path / "data.db", clock) as topic:
        await topic.enqueue([message("a", "a"), message("b", "b"), message("c", "c")])
        assert ["a"] == [each.message.message_id for each in await received(topic) if await topic.complete(each)]
        await received(topic)
    clock.now += topic.lock_seconds
    async with topic_in(tmp_path / "data.db", clock) as topic:
        await topic.enqueue([message("a", "a")])
        assert ["b", "c"] == await drained(topic, 2)
        assert await is_empty(topic)


async def test_two_processes_share_a_file(tmp_path: Path) -> None:
    """Each message is received once, those of a session in order, whoever publishes and receives."""
    async with topic_in(tmp_path / "data.db") as one, topic_in(tmp_path / "data.db") as two:
        found: list[Received] = []

        async def work(topic: LocalTopic) -> None:
            while len(found) < 60:
                for each in await topic.receive(FAN_OUT, 4):
                    found.append(each)
                    assert await topic.complete(each)

        workers = [asyncio.create_task(work(each)) for each in (one, two)]
        for version in range(1, 11):
            publisher = one if version % 2 else two
            await publisher.publish([event(str(id), version) for id in range(6)])
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
        for each in workers:
            each.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    for id in range(6):
        assert list(range(1, 11)) == [version for name, version in map(_version, found) if name == str(id)]


async def test_a_file_that_is_closed_is_told(tmp_path: Path) -> None:
    """Neither publishing nor receiving shows what the engine says."""
    async with topic_in(tmp_path / "data.db") as topic:
        pass
    with pytest.raises(EventsUnavailable):
        await topic.publish([event("1")])
    with pytest.raises(EventsUnavailable):
        await topic.receive(FAN_OUT)


async def test_it_is_used_again_after_it_was_closed() -> None:
    """In memory everything begins anew."""
    file = SqliteEntityStore(Registry([]), ":memory:")
    topic = LocalTopic(file)
    for _ in range(2):
        await file.start()
        await topic.subscribe(FAN_OUT)
        await topic.publish([event("1")])
        assert [event("1").message_id] == await drained(topic, 1)
        await topic.close()
        await file.stop()


def test_the_same_change_in_another_tenant_is_another_message() -> None:
    """Ids, versions and moments recur in tenants: none is taken for a duplicate of the other, or waits for it."""
    one, two = event("1", tenant="a"), event("1", tenant="b")
    assert one.entry.at == two.entry.at
    assert one.message_id != two.message_id
    assert one.session_id != two.session_id
