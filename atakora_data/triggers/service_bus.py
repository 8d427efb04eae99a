"""The topic trigger: each event becomes the messages of those who are subscribed to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import azure.functions as func

from atakora_data.events.port import TOPIC

FUNCTION_NAME: Final = "fan_out"
SUBSCRIPTION: Final = "fan-out"
HUB: Final = "atakora"

FanOutText: TypeAlias = Callable[[bytes], Awaitable[str | None]]
"""Makes SignalR messages, as a JSON array, of the body of an event; None when it is for nobody."""


def add_fan_out_trigger(app: func.FunctionApp, fan_out: FanOutText) -> None:
    """Let the function app answer events of the topic, those of one record one after the other.

    What `fan_out` raises gives the message back: it is delivered again, and set aside after some deliveries.
    """

    @app.function_name(FUNCTION_NAME)
    @app.service_bus_topic_trigger(
        arg_name="message",
        connection="SERVICE_BUS",
        topic_name=TOPIC,
        subscription_name=SUBSCRIPTION,
        is_sessions_enabled=True,
    )
    @app.generic_output_binding(
        arg_name="messages",
        type="signalR",
        hubName=HUB,
        connectionStringSetting="AzureSignalRConnectionString",
    )
    async def tell(message: func.ServiceBusMessage, messages: func.Out[str]) -> None:
        text = await fan_out(message.get_body())
        if text is not None:
            messages.set(text)
