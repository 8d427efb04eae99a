"""The publisher of Azure Service Bus, where nobody answers: what fails is told, and nothing foreign leaves it."""

from __future__ import annotations

import asyncio
import socket

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.servicebus import exceptions

from atakora_data.errors import EventsUnavailable
from atakora_data.events.event import EntityEvent
from atakora_data.events.service_bus import ServiceBusPublisher, _unavailable
from atakora_data.events.service_bus_account import ServiceBusAccount
from atakora_data.storage.port import JournalEntry, Target

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
"""The SDK forgets to close the sockets of connections that broke."""

EVENT = EntityEvent(Target("Post"), "1", JournalEntry("created", 1, "2024-05-01T00:00:00Z", None, (), {"id": "1"}), "1")
SECRET = "c2VjcmV0IGtleSBvZiB0aGUgdGVzdHM="


def unreachable() -> ServiceBusAccount:
    """A namespace on a port where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    return ServiceBusAccount(f"127.0.0.1:{port}", "Root", SECRET, is_plain=True)


async def test_nothing_is_connected_before_the_first_event() -> None:
    """To publish no events, and to close twice what was never open, asks nobody."""
    publisher = ServiceBusPublisher(unreachable())
    await publisher.publish([])
    await publisher.close()
    await publisher.close()


async def test_a_namespace_that_does_not_answer_is_told() -> None:
    """Again and again, as the feed gives the events again; also to those who publish at the same time."""
    publisher = ServiceBusPublisher(unreachable(), retries=0)
    for _ in range(2):
        found = await asyncio.gather(*(publisher.publish([EVENT]) for _ in range(2)), return_exceptions=True)
        assert [EventsUnavailable] * 2 == [type(each) for each in found]
        assert "check SERVICE_BUS" in str(found[0])
        assert SECRET not in str(found[0])
    await publisher.close()


async def test_a_peer_that_hangs_up_is_told() -> None:
    """A connection that breaks before anything was said is a failure like any other."""

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        account = ServiceBusAccount(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", "Root", SECRET, is_plain=True)
        publisher = ServiceBusPublisher(account, retries=0, seconds=10)
        with pytest.raises(EventsUnavailable):
            await publisher.publish([EVENT])
        await publisher.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.ServiceBusAuthenticationError(message="x"), "does not accept this app. Check SERVICE_BUS"),
        (exceptions.ServiceBusAuthorizationError(message="x"), "does not accept this app. Check SERVICE_BUS"),
        (ClientAuthenticationError("x"), "does not accept this app"),
        (exceptions.MessagingEntityNotFoundError(message="x"), "has no topic entity-events. Make it: az servicebus"),
        (exceptions.MessageSizeExceededError(message="x"), "takes no message of this size"),
        (exceptions.ServiceBusServerBusyError(message="x"), "cannot be reached"),
        (exceptions.ServiceBusCommunicationError(message="x"), "cannot be reached"),
        (exceptions.MessagingEntityDisabledError(message="x"), "cannot be reached"),
        (exceptions.ServiceBusQuotaExceededError(message="x"), "cannot be reached"),
        (TimeoutError(), "cannot be reached"),
        (OSError("x"), "cannot be reached"),
    ],
)
def test_each_failure_is_told_with_its_remedy(error: Exception, words: str) -> None:
    """What the SDK raises is one of our errors, by what can be done about it; the key is never shown."""
    told = _unavailable(error, ServiceBusAccount("shop.servicebus.windows.net", "Root", SECRET))
    assert words in str(told)
    assert "shop.servicebus.windows.net" in str(told)
    assert SECRET not in str(told)


def test_an_identity_that_is_refused_is_told_which_role_it_lacks() -> None:
    """The remedy of a managed identity is a role assignment."""
    told = _unavailable(exceptions.ServiceBusAuthorizationError(message="x"), ServiceBusAccount("shop.example"))
    assert "Azure Service Bus Data Sender" in str(told)
