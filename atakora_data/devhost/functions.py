"""The functions of a function app, read from its own bindings: what `func start` would index."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple

import azure.functions as func
from msgspec import Struct

from atakora_data.devhost.bindings import Bindings, read_bindings
from atakora_data.devhost.retry import RetryPolicy, read_policy
from atakora_data.devhost.routes import Route, compile_route
from atakora_data.errors import HostError
from atakora_data.events.port import TOPIC

_ALL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class Function(Struct, frozen=True, kw_only=True):
    """One function. parameter: the name by which it gets what starts it. outputs: those of its SignalR outputs."""

    name: str
    parameter: str
    outputs: tuple[str, ...] = ()
    call: Callable[..., Awaitable[Any]]


class HttpFunction(Function, Struct, frozen=True, kw_only=True):
    """One function with an HTTP trigger."""

    route: Route
    methods: frozenset[str]


class FeedFunction(Function, Struct, frozen=True, kw_only=True):
    """One function with a Cosmos DB trigger. container: whose changes it gets."""

    container: str
    retry: RetryPolicy


class TopicFunction(Function, Struct, frozen=True, kw_only=True):
    """One function with a Service Bus trigger. subscription: of the topic of entity events."""

    subscription: str


class Functions(NamedTuple):
    """The functions of an app by what starts them, each kind by name without regard to case."""

    http: list[HttpFunction]
    feeds: list[FeedFunction]
    topics: list[TopicFunction]


def read_functions(app: func.FunctionRegister, prefix: str, environ: Mapping[str, str]) -> Functions:
    """Read all functions. prefix: of all routes. environ: the settings that bindings may name.

    HostError: two share a name, or one cannot be served here: another trigger, a key, not `async`.
    """
    found = sorted((_function(each, prefix, environ) for each in app.get_functions()), key=_by_name)
    _refuse_twins(found)
    return Functions(
        [each for each in found if isinstance(each, HttpFunction)],
        [each for each in found if isinstance(each, FeedFunction)],
        [each for each in found if isinstance(each, TopicFunction)],
    )


def _function(function: Any, prefix: str, environ: Mapping[str, str]) -> Function:
    name = function.get_function_name()
    bindings = read_bindings(name, function.get_raw_bindings(), environ)
    call = function.get_user_function()
    match bindings.kind:
        case "httptrigger":
            found: Function = _http_function(name, bindings, call, prefix)
        case "cosmosdbtrigger":
            found = _feed_function(name, bindings, call, function.get_settings_dict("retry_policy"))
        case "servicebustrigger":
            found = _topic_function(name, bindings, call)
        case _:
            raise HostError(
                f"The function {name} has the trigger {bindings.trigger['type']}; "
                "the local host serves httpTrigger, cosmosDBTrigger and serviceBusTrigger only."
            )
    if not inspect.iscoroutinefunction(call):
        raise HostError(f"The function {name} is not async; declare it with `async def`.")
    return found


def _http_function(name: str, bindings: Bindings, call: Any, prefix: str) -> HttpFunction:
    trigger = bindings.trigger
    _refuse_key(name, trigger)
    return HttpFunction(
        name=name,
        parameter=trigger["name"],
        outputs=bindings.outputs,
        call=call,
        route=compile_route(prefix, trigger.get("route") or name),
        methods=frozenset(method.upper() for method in trigger.get("methods") or _ALL_METHODS),
    )


def _feed_function(name: str, bindings: Bindings, call: Any, retry: Mapping[str, str] | None) -> FeedFunction:
    return FeedFunction(
        name=name,
        parameter=bindings.trigger["name"],
        outputs=bindings.outputs,
        call=call,
        container=bindings.trigger["containerName"],
        retry=read_policy(name, retry),
    )


def _topic_function(name: str, bindings: Bindings, call: Any) -> TopicFunction:
    trigger = bindings.trigger
    if trigger.get("topicName") != TOPIC or str(trigger.get("cardinality") or "one").lower() != "one":
        raise HostError(
            f"The function {name} wants something else than one message of the topic {TOPIC} at a time; "
            "the local host has nothing else."
        )
    return TopicFunction(
        name=name,
        parameter=trigger["name"],
        outputs=bindings.outputs,
        call=call,
        subscription=trigger["subscriptionName"],
    )


def _refuse_key(name: str, trigger: Mapping[str, Any]) -> None:
    level = str(trigger.get("authLevel") or "function").lower()
    if level != "anonymous":
        raise HostError(
            f"The function {name} demands a {level} key, and the local host keeps none. "
            "Set auth_level=AuthLevel.ANONYMOUS; callers are known by their bearer tokens."
        )


def _refuse_twins(functions: Iterable[Function]) -> None:
    seen: set[str] = set()
    for each in functions:
        if each.name.lower() in seen:
            raise HostError(f"Two functions are called {each.name}. Give each its own name with @app.function_name.")
        seen.add(each.name.lower())


def _by_name(function: Function) -> str:
    return function.name.lower()
