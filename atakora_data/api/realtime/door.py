"""The paths of real time: `POST /realtime/negotiate`, and subscriptions as a collection of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin

import orjson

from atakora_data.api.http.content import JSON, BodyReader
from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.problem import path_of
from atakora_data.api.realtime.reading import read_no_parameters, read_nothing, read_registration, read_session
from atakora_data.realtime.positions import Positions
from atakora_data.realtime.subscription import Subscription
from atakora_data.realtime.subscriptions import Subscriptions


class RealtimeDoor:
    """Translates between HTTP and `Subscriptions`. positions: seals those that callers are told."""

    def __init__(self, subscriptions: Subscriptions, body: BodyReader, positions: Positions) -> None:
        self._subscriptions = subscriptions
        self._positions = positions
        self._body = body

    async def negotiate(self, request: Request) -> Response:
        """Where to connect, as stock clients take it: what they do not know, such as `session`, they pass over."""
        session = read_session(request)
        read_nothing(self._body.read_optional(request))
        found = await self._subscriptions.negotiate(session, request.context)
        url = urljoin(request.url, found.access.url)
        return _answered(200, {"url": url, "accessToken": found.access.token, "session": found.session})

    async def register(self, request: Request) -> Response:
        """A new subscription, once all that was missed is sent."""
        read_no_parameters(request)
        asked = read_registration(self._body.read(request))
        since = None if asked.since is None else self._positions.opened(asked.since)
        made, position = await self._subscriptions.register(asked.wanted, asked.session, since, request.context)
        response = _answered(201, {**_told(made), "position": self._positions.sealed(position)})
        response.headers["Location"] = f"{path_of(request).rstrip('/')}/{quote(made.id, safe='')}"
        return response

    async def renew(self, request: Request) -> Response:
        """The subscription, with the time until which it lives now."""
        self._read_nothing(request)
        return _answered(200, _told(await self._subscriptions.renew(request.path[-1], request.context)))

    async def end(self, request: Request) -> Response:
        """Nothing, once it has ended."""
        self._read_nothing(request)
        await self._subscriptions.end(request.path[-1], request.context)
        return Response(204)

    def _read_nothing(self, request: Request) -> None:
        read_no_parameters(request)
        read_nothing(self._body.read_optional(request))


def _told(subscription: Subscription) -> dict[str, Any]:
    expires = datetime.fromtimestamp(subscription.expires, UTC).isoformat(timespec="milliseconds")
    return {"id": subscription.id, "expiresAt": expires.replace("+00:00", "Z")}


def _answered(status: int, told: dict[str, Any]) -> Response:
    return Response(status, {"Content-Type": JSON}, orjson.dumps(told))
