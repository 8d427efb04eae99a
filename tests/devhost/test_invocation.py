"""Functions are called with what the Python worker would call them with, and their outputs are sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
import httpx
import pytest
from azure.functions.servicebus import ServiceBusMessage

from atakora_data.devhost.exchange import Exchange
from atakora_data.devhost.functions import Function
from atakora_data.devhost.invocation import document_list, invoke, service_bus_message
from atakora_data.devhost.server import serving
from atakora_data.events.message import TopicMessage
from atakora_data.events.topic_tables import Received
from tests.devhost.woken import functions_of, nowhere

RECEIVED = Received(
    subscription="fan-out",
    position=7,
    message=TopicMessage("Post:1:2:ab", "Post:1:ab", "Post.updated", b'{"id": "\xc3\xa9"}', {"tenantId": "t"}),
    deliveries=3,
    enqueued=1_700_000_000.25,
    locked_until=1_700_000_030,
    lock="0123",
)


def function(call: Callable[..., Awaitable[Any]], *outputs: str) -> Function:
    """A function with these outputs."""
    return Function(name="f", parameter="x", outputs=outputs, call=call)


def test_a_message_is_what_the_worker_makes_of_one() -> None:
    """Its own class, with body, ids, count and moments of the types that it gives them."""
    message = service_bus_message(RECEIVED)
    assert isinstance(message, ServiceBusMessage)
    assert b'{"id": "\xc3\xa9"}' == message.get_body()
    assert ("Post:1:2:ab", "Post:1:ab", "Post.updated") == (message.message_id, message.session_id, message.subject)
    assert (3, 7, "0123") == (message.delivery_count, message.sequence_number, message.lock_token)
    assert datetime(2023, 11, 14, 22, 13, 20, 250_000, UTC) == message.enqueued_time_utc
    assert datetime(2023, 11, 14, 22, 13, 50, tzinfo=UTC) == message.locked_until
    assert {"tenantId": "t"} == message.application_properties
    assert message.metadata is not None
    assert "Post:1:2:ab" == message.metadata["MessageId"]


def test_documents_are_what_the_worker_makes_of_them() -> None:
    """A list of documents that behave like dicts."""
    documents = document_list([{"id": "1"}, {"id": "2"}])
    assert isinstance(documents, func.DocumentList)
    assert [{"id": "1"}, {"id": "2"}] == [each.to_dict() for each in documents]


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (None, []),
        ("[]", []),
        ('{"target": "next"}', [{"target": "next"}]),
        (b'[{"target": "a"}, {"target": "b"}]', [{"target": "a"}, {"target": "b"}]),
    ],
)
async def test_outputs_are_sent(value: str | bytes | None, sent: list[dict[str, Any]]) -> None:
    """One message or an array of them, as text or bytes, set or returned; nothing when there is nothing."""
    got: list[dict[str, Any]] = []

    async def send(messages: list[dict[str, Any]]) -> None:
        got.extend(messages)

    async def sets(x: int, out: func.Out[Any]) -> None:
        out.set(value)
        assert value == out.get()

    async def returns(x: int) -> Any:
        return value

    await invoke(function(sets, "out"), 1, send)
    assert sent == got
    assert value == await invoke(function(returns, "$return"), 1, send)
    assert [*sent, *sent] == got


@pytest.mark.parametrize("value", [{"target": "next"}, "[1]", "3", "nonsense"])
async def test_an_output_that_is_no_message_fails(value: Any) -> None:
    """The function fails, as it would in Azure, and nothing is sent."""

    async def sets(x: int, out: func.Out[Any]) -> None:
        out.set(value)

    with pytest.raises((TypeError, ValueError)):
        await invoke(function(sets, "out"), 1, nowhere)


async def test_a_request_may_send_messages() -> None:
    """Outputs of HTTP functions are sent before they are answered; without a hub the request fails."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.function_name("tells")
    @app.route(route="tells")
    @app.generic_output_binding(arg_name="out", type="signalR", hubName="atakora")
    async def tells(req: func.HttpRequest, out: func.Out[str]) -> func.HttpResponse:
        out.set('{"target": "next", "arguments": []}')
        return func.HttpResponse("told")

    got: list[dict[str, Any]] = []

    async def send(messages: list[dict[str, Any]]) -> None:
        got.extend(messages)

    functions = functions_of(app).http
    async with serving(Exchange(functions, send), "127.0.0.1", 0) as url, httpx.AsyncClient() as web:
        assert "told" == (await web.get(f"{url}/api/tells")).text
    assert [{"target": "next", "arguments": []}] == got
    async with serving(Exchange(functions), "127.0.0.1", 0) as url, httpx.AsyncClient() as web:
        assert 500 == (await web.get(f"{url}/api/tells")).status_code
