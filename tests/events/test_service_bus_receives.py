"""Events received by the real Service Bus SDK from the broker: sessions, locks, settlement, dead letters, a kill."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from azure.servicebus import NEXT_AVAILABLE_SESSION
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver
from azure.servicebus.exceptions import (
    OperationTimeoutError,
    ServiceBusAuthenticationError,
    SessionCannotBeLockedError,
    SessionLockLostError,
)

from atakora_data.events.message import from_message
from tests.emulators.broker import Broker, serving
from tests.emulators.shelf import Shelf
from tests.events.test_service_bus_sends import event, publishing

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
"""The SDK forgets to close the sockets of connections that broke."""


@pytest.fixture
async def broker() -> AsyncIterator[Broker]:
    """A broker that listens, with events of two records: three of one, then one of the other."""
    async with serving() as found:
        await fill(found)
        yield found


async def fill(broker: Broker) -> None:
    """Publish three events of one record, then one of another."""
    publisher = publishing(broker)
    await publisher.publish([event("1", 1), event("1", 2), event("1", 3), event("2", 1)])
    await publisher.close()


@asynccontextmanager
async def receiving(
    broker: Broker, session: Any = NEXT_AVAILABLE_SESSION, *, wait: float = 5
) -> AsyncIterator[ServiceBusReceiver]:
    """A receiver of the subscription that holds a session. wait: seconds that it waits for one, and for a message."""
    async with (
        ServiceBusClient.from_connection_string(broker.connection_string, retry_total=0) as client,
        client.get_subscription_receiver(
            "entity-events", "fan-out", session_id=session, max_wait_time=wait
        ) as receiver,
    ):
        yield receiver


async def next_of(receiver: ServiceBusReceiver) -> Any:
    """The next message."""
    [message] = await receiver.receive_messages(max_message_count=1)
    return message


async def versions(receiver: ServiceBusReceiver, count: int) -> list[int]:
    """Receive and complete so many messages."""
    found = []
    for _ in range(count):
        message = await next_of(receiver)
        found.append(from_message(b"".join(message.body)).entry.version)
        await receiver.complete_message(message)
    return found


async def test_a_session_is_received_in_order_and_by_one_at_a_time(broker: Broker) -> None:
    """The next receiver gets the other record; when there is no more, it is told so; who asks for a held one, too."""
    async with receiving(broker) as first, receiving(broker) as second:
        assert [event("1").session_id, event("2").session_id] == [first.session.session_id, second.session.session_id]
        with pytest.raises(SessionCannotBeLockedError):
            async with receiving(broker, event("1").session_id):
                pass
        assert [1, 2, 3] == await versions(first, 3)
        assert [1] == await versions(second, 1)
    with pytest.raises(OperationTimeoutError):
        async with receiving(broker, wait=0.5):
            pass
    assert [] == broker.shelf.sessions()


async def test_what_is_given_back_comes_again(broker: Broker) -> None:
    """Abandoned it counts one delivery more; left alone when the session is given back, it does not."""
    async with receiving(broker) as receiver:
        message = await next_of(receiver)
        assert 0 == message.delivery_count
        await receiver.abandon_message(message)
        again = await next_of(receiver)
        assert (message.message_id, 1) == (again.message_id, again.delivery_count)
    async with receiving(broker) as receiver:
        left = await next_of(receiver)
        assert (message.message_id, 1) == (left.message_id, left.delivery_count)
        await receiver.complete_message(left)


async def test_what_fails_too_often_is_set_aside(broker: Broker) -> None:
    """After ten deliveries, or at once when the receiver says so; those behind it go on."""
    async with receiving(broker) as receiver:
        for _ in range(10):
            await receiver.abandon_message(await next_of(receiver))
        await receiver.dead_letter_message(await next_of(receiver), reason="odd")
        assert [3] == await versions(receiver, 1)
    ids = [event("1", version).message_id for version in (1, 2)]
    assert [(ids[0], "MaxDeliveryCountExceeded"), (ids[1], "odd")] == broker.shelf.dead()


async def test_a_lock_expires(broker: Broker) -> None:
    """What was received under it is somebody else's then, and counts one delivery more."""
    broker.sessions.lock_seconds = 0.5
    async with receiving(broker, event("1").session_id) as slow:
        message = await next_of(slow)
        broker.sessions.held[event("1").session_id] = (broker.sessions.held[event("1").session_id][0], 0.0)
        with pytest.raises(SessionLockLostError):
            await slow.complete_message(message)
        broker.sessions.lock_seconds = 30
        async with receiving(broker, event("1").session_id) as other:
            again = await next_of(other)
            assert (message.message_id, 1) == (again.message_id, again.delivery_count)


async def test_a_wrong_key_receives_nothing(broker: Broker) -> None:
    """The signature is checked."""
    broker.key = "d3Jvbmc="
    stranger = broker.connection_string
    broker.key = "dGhlIGtleSBvZiB0aGUgdGVzdHM="
    async with ServiceBusClient.from_connection_string(stranger, retry_total=0) as client:
        with pytest.raises(ServiceBusAuthenticationError):
            async with client.get_subscription_receiver(
                "entity-events", "fan-out", session_id=NEXT_AVAILABLE_SESSION, max_wait_time=2
            ):
                pass


async def test_a_broker_that_was_killed_goes_on(tmp_path: Path) -> None:
    """What it kept in its file, the known ids and the counts are as they were."""
    async with serving(shelf=Shelf(tmp_path / "broker.db")) as broker:
        await fill(broker)
        async with receiving(broker) as receiver:
            await receiver.complete_message(await next_of(receiver))
            await receiver.abandon_message(await next_of(receiver))
    async with serving(shelf=Shelf(tmp_path / "broker.db")) as broker:
        await fill(broker)
        async with receiving(broker) as receiver:
            message = await next_of(receiver)
            assert (event("1", 2).message_id, 1) == (message.message_id, message.delivery_count)
            await receiver.abandon_message(message)
            assert [2, 3] == await versions(receiver, 2)


def test_ids_are_known_for_a_while_only(tmp_path: Path) -> None:
    """Within the window what is sent again is dropped; behind it, it is kept again."""
    shelf = Shelf(tmp_path / "broker.db", window=600)
    assert (["a"], []) == (shelf.put([("a", "s", b"1"), ("a", "s", b"2")]), shelf.put([("a", "s", b"3")]))
    shelf.close()
    shelf = Shelf(tmp_path / "broker.db", window=0)
    assert ["a"] == shelf.put([("a", "s", b"4")])
    shelf.close()
