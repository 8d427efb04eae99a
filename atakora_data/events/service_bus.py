"""Azure Service Bus as the place where events go; its SDK is imported with the first event."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from atakora_data.errors import EventsUnavailable
from atakora_data.events.event import EntityEvent
from atakora_data.events.message import TopicMessage, to_message
from atakora_data.events.port import TOPIC
from atakora_data.events.service_bus_account import ServiceBusAccount

RETRIES: Final = 3
"""How often the SDK connects and sends again, with growing pauses, before a call fails."""

SECONDS: Final = 60.0
"""How long one batch may take, all its retries included."""

_CLOSING_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class ServiceBusPublisher:
    """An `EventPublisher` that sends to the topic `entity-events` of a Service Bus namespace.

    One connection is kept, opened by the first call and again after a failure. Calls may be concurrent: they are sent
    one after the other, each in its order. Belongs to one event loop.
    make_credential: what asks Entra ID for tokens, of `azure.identity.aio`; unused where the account has a key.
    """

    def __init__(
        self,
        account: ServiceBusAccount,
        *,
        make_credential: Callable[[], Any] | None = None,
        retries: int = RETRIES,
        seconds: float = SECONDS,
    ) -> None:
        self._account = account
        self._make_credential = make_credential or (lambda: _identity(account.client_id))
        self._retries = retries
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._sender: Any = None
        self._opened: list[Any] = []

    async def publish(self, events: Sequence[EntityEvent]) -> None:
        """Send the events in order, as many at a time as fit. EventsUnavailable: some may have been sent."""
        if not events:
            return
        messages = [to_message(each) for each in events]
        async with self._turn:
            try:
                await self._send(messages)
            except BaseException as error:
                await self._release()  # what failed, or was cancelled half-way, is not trusted again
                if isinstance(error, Exception):
                    raise _unavailable(error, self._account) from error
                raise

    async def close(self) -> None:
        """Close the connection, once whoever is sending is done; the next event opens another."""
        async with self._turn:
            await self._release()

    async def _send(self, messages: Iterable[TopicMessage]) -> None:
        if self._sender is None:
            self._sender = self._open()
        batch: Any = None
        for message in [_sdk_message(each) for each in messages]:
            if batch is None:
                batch = await self._batch()
            if not _has_added(batch, message):
                await self._send_batch(batch)
                batch = await self._batch()
                batch.add_message(message)
        await self._send_batch(batch)

    async def _batch(self) -> Any:
        async with asyncio.timeout(self._seconds):  # it asks the service how large a batch may be
            return await self._sender.create_message_batch()

    async def _send_batch(self, batch: Any) -> None:
        async with asyncio.timeout(self._seconds):
            await self._sender.send_messages(batch)

    def _open(self) -> Any:
        from azure.servicebus.aio import ServiceBusClient

        account = self._account
        client = ServiceBusClient(
            account.namespace, self._credential(), retry_total=self._retries, use_tls=not account.is_plain
        )
        sender = client.get_topic_sender(TOPIC)
        self._opened[:0] = [sender, client]
        return sender

    def _credential(self) -> Any:
        if self._account.key is not None:
            from azure.core.credentials import AzureNamedKeyCredential

            return AzureNamedKeyCredential(self._account.key_name or "", self._account.key)
        credential = self._make_credential()
        self._opened.append(credential)
        return credential

    async def _release(self) -> None:
        opened, self._opened, self._sender = self._opened, [], None
        for each in opened:
            await _closed(each)


def _sdk_message(message: TopicMessage) -> Any:
    from azure.servicebus import ServiceBusMessage

    properties: dict[str | bytes, Any] = dict(message.properties.items())
    return ServiceBusMessage(
        message.body,
        message_id=message.message_id,
        session_id=message.session_id,
        subject=message.subject,
        content_type="application/json",
        application_properties=properties,
    )


def _has_added(batch: Any, message: Any) -> bool:
    """Add the message; False when the batch is full. One that no batch can hold is refused with the SDK's words."""
    from azure.servicebus.exceptions import MessageSizeExceededError

    try:
        batch.add_message(message)
    except MessageSizeExceededError:
        if not len(batch):
            raise
        return False
    return True


def _unavailable(error: Exception, account: ServiceBusAccount) -> EventsUnavailable:
    """What the failure means, and what to do about it."""
    from azure.core.exceptions import ClientAuthenticationError
    from azure.servicebus import exceptions

    found: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
        (
            (
                exceptions.ServiceBusAuthenticationError,
                exceptions.ServiceBusAuthorizationError,
                ClientAuthenticationError,
            ),
            "does not accept this app",
            _remedy(account),
        ),
        (
            (exceptions.MessagingEntityNotFoundError,),
            f"has no topic {TOPIC}",
            f"Make it: az servicebus topic create --name {TOPIC}, with duplicate detection and without partitioning.",
        ),
        (
            (exceptions.MessageSizeExceededError,),
            "takes no message of this size",
            "Let the topic take messages of 256 KB.",
        ),
    )
    for types, fault, hint in found:
        if isinstance(error, types):
            return EventsUnavailable(f"The Service Bus {account.namespace} {fault}. {hint}")
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    return EventsUnavailable(
        f"The Service Bus {account.namespace} cannot be reached; check SERVICE_BUS and the network: {reason}"
    )


def _remedy(account: ServiceBusAccount) -> str:
    if account.key is not None:
        return f"Check SERVICE_BUS: its SharedAccessKey must be current, and the policy {account.key_name} may send."
    return (
        "Give the app's identity the role Azure Service Bus Data Sender (and Data Receiver for the trigger), "
        "and check SERVICE_BUS__clientId."
    )


async def _closed(opened: Any) -> None:
    """Close it; one that cannot be closed is broken, and let go."""
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await opened.close()
    except Exception as error:  # noqa: BLE001 - the connection is gone, as it should be
        _log.debug("A connection to Service Bus was let go: %s", error)


def _identity(client_id: str | None) -> Any:
    from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

    if client_id is not None:
        return ManagedIdentityCredential(client_id=client_id)
    return DefaultAzureCredential(exclude_interactive_browser_credential=True)
