"""The paths that belong to no entity: description, pages, health, GraphQL and real time."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

import orjson

from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.api.http.router import Methods, lazily
from atakora_data.api.rest.description import OpenApiDoor
from atakora_data.registry.registry import Registry


def fixed_routes(
    registry: Registry,
    *,
    graphql: Callable[[], Handler],
    batch: Callable[[], Handler],
    check: Callable[[], Awaitable[None]],
    playground: bool,
    explain: Callable[[], Handler] | None = None,
    realtime: Mapping[str, Methods] | None = None,
    hub: Callable[[], str | None] = lambda: None,
) -> Mapping[str, Methods]:
    """The routes beside the collections.

    graphql, batch, explain: make the door, on its first request. check: raises when unwell. realtime: those of real
    time. explain, realtime: without it there is no such path.
    hub: tells where subscribers connect, unless it is here.
    """
    door = lazily(graphql)
    return {
        "openapi.json": {"GET": OpenApiDoor(registry, playground=playground, explain=explain is not None)},
        "docs": {"GET": _docs(hub)},
        "health": {"GET": _health(check)},
        "graphql": {"GET": door, "POST": door},
        "batch": {"POST": lazily(batch)},
        **({} if explain is None else {"explain": {"POST": lazily(explain)}}),
        **(realtime or {}),
    }


def _docs(hub: Callable[[], str | None]) -> Handler:
    async def docs(_request: Request) -> Response:
        from atakora_data.api import pages

        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": pages.docs_policy(hub())}
        return Response(200, headers, pages.docs_page())

    return docs


_SOUND_SECONDS = 1.0


def _health(check: Callable[[], Awaitable[None]]) -> Handler:
    """Health of the last second is told without asking the store again, however often somebody asks."""
    sound_until = 0.0

    async def health(_request: Request) -> Response:
        nonlocal sound_until
        if time.monotonic() >= sound_until:
            await check()
            sound_until = time.monotonic() + _SOUND_SECONDS
        return Response(200, {"Content-Type": "application/json"}, orjson.dumps({"status": "pass"}))

    return health
