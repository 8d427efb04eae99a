"""Functions that changes and messages wake: what their bindings say, and what is refused."""

from __future__ import annotations

import azure.functions as func
import pytest

from atakora_data.devhost.functions import read_functions
from atakora_data.devhost.retry import RetryPolicy, read_policy
from atakora_data.errors import HostError
from tests.devhost.woken import app_with, functions_of


async def ignore(_: object) -> None:
    """Take anything and do nothing."""


def test_triggers_and_outputs_come_from_the_bindings() -> None:
    """Names in percent signs are those of settings."""
    found = functions_of(app_with(ignore, ignore))
    assert [("change_feed", "documents", "posts", ())] == [
        (each.name, each.parameter, each.container, each.outputs) for each in found.feeds
    ]
    assert [("fan_out", "message", "fan-out", ("messages",))] == [
        (each.name, each.parameter, each.subscription, each.outputs) for each in found.topics
    ]
    assert [] == found.http


def test_a_setting_that_is_not_set_is_named() -> None:
    """The host in Azure would not start the function either."""
    with pytest.raises(HostError, match="change_feed names the setting CONTAINER, which is not set"):
        read_functions(app_with(ignore), "api", {})


def test_a_function_that_would_lose_changes_is_refused() -> None:
    """Without a policy, or with one that ends, Azure goes on behind a batch that failed."""
    app = func.FunctionApp()

    @app.function_name("careless")
    @app.cosmos_db_trigger(arg_name="documents", connection="COSMOS", database_name="d", container_name="c")
    async def careless(documents: func.DocumentList) -> None:
        """Never runs."""

    with pytest.raises(HostError, match="careless does not retry without end"):
        functions_of(app)
    with pytest.raises(HostError, match="max_retry_count"):
        read_policy("five", {"strategy": "fixed_delay", "max_retry_count": "5", "delay_interval": "00:00:05"})


@pytest.mark.parametrize(
    ("settings", "pauses"),
    [
        ({"strategy": "fixed_delay", "delay_interval": "00:01:05"}, [65, 65, 65]),
        ({"strategy": "fixed_delay", "delay_interval": "1.00:00:00.5"}, [86400.5, 86400.5, 86400.5]),
        (
            {
                "strategy": "exponential_backoff",
                "minimum_interval": "00:00:02",
                "maximum_interval": "00:00:05",
            },
            [2, 4, 5],
        ),
    ],
)
def test_retry_policies_are_read(settings: dict[str, str], pauses: list[float]) -> None:
    """Both strategies, with intervals as .NET writes them."""
    policy = read_policy("f", {**settings, "max_retry_count": "-1"})
    assert pauses == [policy.pause(failures) for failures in (1, 2, 3)]
    assert pauses[-1] == policy.pause(10_000)


def test_an_interval_that_is_none_is_told() -> None:
    """With an example."""
    with pytest.raises(HostError, match="'soon', which is no interval such as 00:00:05"):
        read_policy("f", {"strategy": "fixed_delay", "max_retry_count": "-1", "delay_interval": "soon"})
    assert 1 == RetryPolicy(1, 1).pause(1)


@pytest.mark.parametrize("refused", ["queue", "many", "topic"])
def test_other_messages_are_refused(refused: str) -> None:
    """The local host has the topic of entity events, and hands over one message at a time."""
    app = func.FunctionApp()
    if refused == "queue":
        trigger = app.service_bus_queue_trigger(arg_name="message", connection="C", queue_name="q")
    else:
        trigger = app.service_bus_topic_trigger(
            arg_name="message",
            connection="C",
            topic_name="others" if refused == "topic" else "entity-events",
            subscription_name="s",
            cardinality="many" if refused == "many" else "one",
        )
    app.function_name("wanting")(trigger(ignore))
    with pytest.raises(HostError, match="wanting wants something else than one message of the topic entity-events"):
        functions_of(app)


def test_other_bindings_are_refused() -> None:
    """Nothing would ever be written by an output that is not served."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.function_name("copies")
    @app.route(route="copies")
    @app.queue_output(arg_name="copy", queue_name="q", connection="C")
    async def copies(req: func.HttpRequest, copy: func.Out[str]) -> func.HttpResponse:
        """Never runs."""
        return func.HttpResponse("")

    with pytest.raises(HostError, match="copies has the binding queue"):
        functions_of(app)
