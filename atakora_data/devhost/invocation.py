"""Calls functions as the Python worker does: with the worker's own types, and with what they put out sent on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

import azure.functions as func
import orjson
from azure.functions.meta import Datum
from azure.functions.servicebus import ServiceBusMessageInConverter

from atakora_data.devhost.functions import Function
from atakora_data.errors import RealtimeUnavailable
from atakora_data.events.topic_tables import Received
from atakora_data.storage.feed import FeedDocument

Send: TypeAlias = Callable[[list[dict[str, Any]]], Awaitable[None]]
"""Takes messages of a SignalR output: `{target, arguments}` with `userId`, `connectionId`, `groupName` or nobody."""

_RETURN = "$return"


class _Output(func.Out[Any]):
    """A value that a function may set."""

    def __init__(self) -> None:
        self._value: Any = None

    def set(self, val: Any) -> None:
        """Set it."""
        self._value = val

    def get(self) -> Any:
        """What was set last; None when nothing was."""
        return self._value


async def invoke(function: Function, argument: Any, send: Send) -> Any:
    """Call the function, send its messages, and give its answer; whatever it raises goes through.

    TypeError, ValueError: what it put out is not JSON text.
    """
    outputs = {name: _Output() for name in function.outputs if name != _RETURN}
    answer = await function.call(**{function.parameter: argument}, **outputs)
    values = [each.get() for each in outputs.values()]
    messages = [each for value in values for each in _messages(value)]
    if _RETURN in function.outputs:
        messages += _messages(answer)
    if messages:
        await send(messages)
    return answer


async def unreachable(messages: list[dict[str, Any]]) -> None:
    """Send nothing; RealtimeUnavailable."""
    raise RealtimeUnavailable(
        f"There is no hub for {len(messages)} messages.", hint="Mark an entity with realtime = True."
    )


def document_list(documents: Iterable[FeedDocument]) -> func.DocumentList:
    """Documents of a change feed, as the worker hands them over."""
    return func.DocumentList(func.Document.from_dict(each) for each in documents)


def service_bus_message(received: Received) -> func.ServiceBusMessage:
    """A message of a topic, as the worker hands it over."""
    message = received.message
    texts = {
        "MessageId": message.message_id,
        "SessionId": message.session_id,
        "Subject": message.subject,
        "Label": message.subject,
        "PartitionKey": message.session_id,
        "LockToken": received.lock,
        "EnqueuedTimeUtc": _moment(received.enqueued),
        "LockedUntil": _moment(received.locked_until),
    }
    values: dict[str, Any] = {
        "DeliveryCount": received.deliveries,
        "SequenceNumber": received.position,
        "EnqueuedSequenceNumber": received.position,
        "UserProperties": message.properties,
        "ApplicationProperties": message.properties,
    }
    metadata = {name: Datum(text, "string") for name, text in texts.items()}
    metadata |= {name: Datum(orjson.dumps(value).decode(), "json") for name, value in values.items()}
    return ServiceBusMessageInConverter.decode_single_message(Datum(message.body, "bytes"), trigger_metadata=metadata)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _messages(value: Any) -> list[dict[str, Any]]:
    """The messages that a value of an output holds: one, or an array of them, as JSON text."""
    if value is None:
        return []
    if not isinstance(value, str | bytes | bytearray):
        raise TypeError(f"A SignalR output takes JSON text, not {type(value).__name__}.")
    told = orjson.loads(value)
    messages = told if isinstance(told, list) else [told]
    if not all(isinstance(each, dict) for each in messages):
        raise ValueError("A SignalR output takes a JSON object, or an array of objects.")
    return messages
