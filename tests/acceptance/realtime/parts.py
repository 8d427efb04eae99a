"""The parts of real time in Azure, each to be run in a process of its own: writer, publisher, broker and fan-out.

Each is the app's own function and adapters; only what Azure itself does around them is written here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusReceivedMessage
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver
from azure.servicebus.exceptions import ServiceBusError
from msgspec.structs import replace

from atakora_data.authorization.principal import Principal
from atakora_data.devhost.background import running
from atakora_data.devhost.functions import Functions, TopicFunction, read_functions
from atakora_data.devhost.invocation import Send, invoke, service_bus_message
from atakora_data.devhost.parts import parts_of
from atakora_data.devhost.retry import RetryPolicy
from atakora_data.devhost.sending import sender
from atakora_data.events.message import TopicMessage
from atakora_data.events.service_bus import RETRIES, ServiceBusPublisher
from atakora_data.events.service_bus_account import service_bus_account
from atakora_data.events.topic_tables import Received
from atakora_data.service.commands import Put
from atakora_data.service.context import RequestContext
from atakora_data.settings import Settings
from atakora_data.triggers.app import create_function_app
from atakora_data.triggers.wiring import AtakoraFunctionApp
from tests.emulators.broker import serving
from tests.emulators.shelf import Shelf

BOB = RequestContext(Principal(id="bob"))
_RECEIVERS, _AT_ONCE = 8, 50
_WRITERS = 4
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where everything is. environ: the settings of the app. pause: between two writes.

    retries, retry_seconds: how often the SDK tries again, and how long the trigger waits before it calls again.
    """

    folder: Path
    port: int
    environ: dict[str, str]
    pause: float = 0.01
    retries: int = RETRIES
    retry_seconds: float = 0.1
    lock_seconds: float = 3.0

    @property
    def log(self) -> Path:
        """Where the publisher tells of its failures."""
        return self.folder / "publisher.txt"

    def app(self) -> AtakoraFunctionApp:
        """The function app."""
        found = create_function_app(Settings.from_environment(self.environ, project=self.folder))
        assert isinstance(found, AtakoraFunctionApp)
        return found


def write(place: Place, writes: int, records: int) -> None:
    """Create the records and change them, each in the order of its versions."""

    async def run() -> None:
        application = place.app().application
        await application.start()
        todo = iter(range(writes))

        async def writer() -> None:
            for number in todo:
                input = {"id": str(number % records), "text": str(number)}
                await application.service.put(Put("Note", input["id"], {"text": input["text"]}), BOB)
                await asyncio.sleep(place.pause * _WRITERS)

        await asyncio.gather(*(writer() for _ in range(_WRITERS)))
        await application.stop()

    _forever(run())


def publish(place: Place) -> None:
    """Call the change-feed functions with what the journal shows, as the trigger of Cosmos DB does."""

    async def run() -> None:
        app = place.app()
        _let_try_again(app, place.retries)
        feeds = read_functions(app, "api", place.environ).feeds
        quick = [replace(each, retry=RetryPolicy(place.retry_seconds, place.retry_seconds)) for each in feeds]
        await app.application.start()
        parts = parts_of(Functions([], list(quick), []), app.application, sender(app.application, None))
        for each in parts:
            await each.start()
        async with running(parts):
            await asyncio.Event().wait()

    _forever(run(), place.log)


def _let_try_again(app: AtakoraFunctionApp, retries: int) -> None:
    realtime, connection = app.application.realtime, app.application.settings.service_bus
    assert realtime is not None
    assert connection is not None
    realtime.make_publisher = lambda: ServiceBusPublisher(service_bus_account(connection), retries=retries)


def broker(place: Place) -> None:
    """Be Service Bus."""

    async def run() -> None:
        async with serving(place.port, Shelf(place.folder / "broker.db")) as found:
            found.sessions.lock_seconds = place.lock_seconds
            await asyncio.Event().wait()

    _forever(run())


def fan_out(place: Place) -> None:
    """Call the topic function with what the subscription holds, session by session, as the trigger does."""

    async def run() -> None:
        app = place.app()
        [function] = read_functions(app, "api", place.environ).topics
        await app.application.start()
        send = sender(app.application, None)
        await asyncio.gather(*(_receive(place, function, send) for _ in range(_RECEIVERS)))

    _forever(run())


async def _receive(place: Place, function: TopicFunction, send: Send) -> None:
    """Handle one session after the other; whatever goes wrong with one is logged, and its messages come again."""
    while True:
        client = ServiceBusClient.from_connection_string(place.environ["SERVICE_BUS"], retry_total=0)
        try:
            while True:
                receiver = client.get_subscription_receiver(
                    "entity-events", "fan-out", session_id=NEXT_AVAILABLE_SESSION, max_wait_time=5
                )
                try:
                    async with receiver:
                        await _handle_all(receiver, function, send)
                finally:
                    with suppress(ServiceBusError):
                        await receiver.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the host goes on
            _log.info("A session is left: %s", error)
            await asyncio.sleep(0.05)
        finally:
            with suppress(Exception):
                await client.close()


async def _handle_all(receiver: ServiceBusReceiver, function: TopicFunction, send: Send) -> None:
    for _ in range(_AT_ONCE):
        messages = await receiver.receive_messages(max_message_count=1, max_wait_time=0.02)
        if not messages:
            return
        for each in messages:
            await invoke(function, service_bus_message(_received(each)), send)
            await receiver.complete_message(each)


def _received(message: ServiceBusReceivedMessage) -> Received:
    """The message as the host hands it to the worker."""
    properties = {_text(name): _text(value) for name, value in (message.application_properties or {}).items()}
    body = b"".join(message.body)
    kept = TopicMessage(_text(message.message_id), _text(message.session_id), _text(message.subject), body, properties)
    return Received("fan-out", message.sequence_number or 0, kept, (message.delivery_count or 0) + 1, 0.0, 0.0, "")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _forever(work: Coroutine[Any, Any, None], log: Path | None = None) -> None:
    logging.basicConfig(level=logging.ERROR, filename=log)
    asyncio.run(work)
