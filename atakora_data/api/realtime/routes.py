"""The routes of real time; what answers them is imported with the first request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.router import Methods, lazily


class Door(Protocol):
    """Who answers: each of these is a handler."""

    async def negotiate(self, request: Request) -> Response:
        """Where to connect."""

    async def register(self, request: Request) -> Response:
        """A new subscription."""

    async def renew(self, request: Request) -> Response:
        """A subscription that lives longer."""

    async def end(self, request: Request) -> Response:
        """The end of a subscription."""


def realtime_routes(make: Callable[[], Door]) -> Mapping[str, Methods]:
    """The routes, by path. make: the door, on its first request."""
    made: list[Door] = []

    def door() -> Door:
        if not made:
            made.append(make())
        return made[0]

    return {
        "realtime/negotiate": {"POST": lazily(lambda: door().negotiate)},
        "realtime/subscriptions": {"POST": lazily(lambda: door().register)},
        "realtime/subscriptions/{id}": {
            "PUT": lazily(lambda: door().renew),
            "DELETE": lazily(lambda: door().end),
        },
    }
