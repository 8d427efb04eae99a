"""Function apps with functions that changes and messages wake, and what they were called with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import azure.functions as func

from atakora_data.devhost.functions import FeedFunction, Functions, TopicFunction, read_functions
from atakora_data.events.event import EntityEvent
from atakora_data.events.message import from_message
from atakora_data.storage.feed import read_event

PATIENCE_SECONDS = 10
SETTINGS = {"CONTAINER": "posts"}


def app_with(
    feed: Callable[[func.DocumentList], Awaitable[None]] | None = None,
    topic: Callable[[func.ServiceBusMessage], Awaitable[str | None]] | None = None,
) -> func.FunctionApp:
    """A function app as the triggers of Azure make it. topic: what it answers goes to the hub."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    if feed is not None:
        handle = feed

        @app.function_name("change_feed")
        @app.retry(strategy="fixed_delay", max_retry_count="-1", delay_interval="00:00:00.01")
        @app.cosmos_db_trigger(
            arg_name="documents", connection="COSMOS", database_name="atakora", container_name="%CONTAINER%"
        )
        async def change_feed(documents: func.DocumentList) -> None:
            await handle(documents)

    if topic is not None:
        answer = topic

        @app.function_name("fan_out")
        @app.service_bus_topic_trigger(
            arg_name="message",
            connection="SERVICE_BUS",
            topic_name="entity-events",
            subscription_name="fan-out",
            is_sessions_enabled=True,
            cardinality="one",
        )
        @app.generic_output_binding(arg_name="messages", type="signalR", hubName="atakora")
        async def fan_out(message: func.ServiceBusMessage, messages: func.Out[str]) -> None:
            told = await answer(message)
            if told is not None:
                messages.set(told)

    return app


def functions_of(app: func.FunctionApp) -> Functions:
    """Its functions, as the local host reads them."""
    return read_functions(app, "api", SETTINGS)


def feed_function(feed: Callable[[func.DocumentList], Awaitable[None]]) -> FeedFunction:
    """One function with a Cosmos DB trigger."""
    return functions_of(app_with(feed)).feeds[0]


def topic_function(topic: Callable[[func.ServiceBusMessage], Awaitable[str | None]]) -> TopicFunction:
    """One function with a Service Bus trigger."""
    return functions_of(app_with(topic=topic)).topics[0]


def ids_in(documents: Sequence[Any]) -> list[str]:
    """The ids of the records that entries among the documents are about."""
    return [read_event(each).id for each in documents]


def event_in(message: func.ServiceBusMessage) -> EntityEvent:
    """The event that a message tells."""
    return from_message(message.get_body())


async def until(check: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not check():  # noqa: ASYNC110 - what is waited for rings no bell
            await asyncio.sleep(0.005)


async def nowhere(messages: list[dict[str, Any]]) -> None:
    """A hub that nobody should send to."""
    raise AssertionError(messages)
