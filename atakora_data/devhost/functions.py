"""The functions of a function app, read from its own bindings: what `func start` would index."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import azure.functions as func

from atakora_data.devhost.routes import Route, compile_route
from atakora_data.errors import HostError

_ALL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class HttpFunction:
    """One function with an HTTP trigger. parameter: the name its request is passed by."""

    name: str
    route: Route
    methods: frozenset[str]
    parameter: str
    call: Callable[..., Awaitable[Any]]


def http_functions(app: func.FunctionRegister, prefix: str) -> list[HttpFunction]:
    """Read all functions, in the order in which the host tries them: by name, without regard to case.

    HostError: two share a name, or one cannot be served here: another trigger, a key, not `async`.
    """
    functions = [_http_function(each, prefix) for each in app.get_functions()]
    _refuse_twins(functions)
    return sorted(functions, key=lambda each: each.name.lower())


def _http_function(function: Any, prefix: str) -> HttpFunction:
    name = function.get_function_name()
    trigger = _trigger(name, [json.loads(each) for each in function.get_raw_bindings()])
    _refuse_key(name, trigger)
    call = function.get_user_function()
    if not inspect.iscoroutinefunction(call):
        raise HostError(f"The function {name} is not async; declare it with `async def`.")
    return HttpFunction(
        name=name,
        route=compile_route(prefix, trigger.get("route") or name),
        methods=frozenset(method.upper() for method in trigger.get("methods") or _ALL_METHODS),
        parameter=trigger["name"],
        call=call,
    )


def _trigger(name: str, bindings: Iterable[dict[str, Any]]) -> dict[str, Any]:
    trigger = next(each for each in bindings if each["type"].lower().endswith("trigger"))
    if trigger["type"].lower() != "httptrigger":
        raise HostError(
            f"The function {name} has the trigger {trigger['type']}; the local host serves httpTrigger only."
        )
    return trigger


def _refuse_key(name: str, trigger: dict[str, Any]) -> None:
    level = str(trigger.get("authLevel") or "function").lower()
    if level != "anonymous":
        raise HostError(
            f"The function {name} demands a {level} key, and the local host keeps none. "
            "Set auth_level=AuthLevel.ANONYMOUS; callers are known by their bearer tokens."
        )


def _refuse_twins(functions: Iterable[HttpFunction]) -> None:
    seen: set[str] = set()
    for each in functions:
        if each.name.lower() in seen:
            raise HostError(f"Two functions are called {each.name}. Give each its own name with @app.function_name.")
        seen.add(each.name.lower())
