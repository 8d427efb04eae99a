"""The hub in one piece: what the local host serves below `/signalr`, and sends through."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from atakora_data.api.http.correlation import correlation_id
from atakora_data.api.http.message import Request
from atakora_data.api.http.problem import problem
from atakora_data.devhost.answer import Answer
from atakora_data.devhost.hub.bounds import Bounds
from atakora_data.devhost.hub.clients import Clients
from atakora_data.devhost.hub.connection import Connection
from atakora_data.devhost.hub.connections import Connections
from atakora_data.devhost.hub.postman import Postman
from atakora_data.devhost.hub.rest import Rest
from atakora_data.devhost.server import Serve
from atakora_data.errors import NotFound, RealtimeUnavailable, RequestError
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.signalr.tokens import LOCAL_ENDPOINT
from atakora_data.service.context import RequestContext

_BELOW: Final = f"{LOCAL_ENDPOINT}/"
_ALLOWED_HEADERS: Final = "authorization, x-requested-with, x-signalr-user-agent, content-type"


class SignalRHub:
    """Serves stock SignalR clients and the REST interface of the service, and sends what the app hands it.

    Sending never waits for a client: one that reads too slowly is let go, and asks later for what it missed.
    key: the access key that signs the tokens of clients and of the app.
    """

    def __init__(self, key: str, bounds: Bounds | None = None) -> None:
        bounds = bounds or Bounds()
        self._is_closed = False
        self._connections = Connections()
        self._postman = Postman(self._connections, bounds.all_waiting_bytes)
        self._clients = Clients(key, self._connections, bounds)
        self._rest = Rest(key, self._connections, self._postman, bounds)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request below `/signalr`; whoever is refused is told why, as a problem in JSON."""
        if request.method == "OPTIONS":
            return _with_origin(request, Answer(204, _preflight()))
        try:
            return _with_origin(request, await self._answer(request))
        except RequestError as error:
            return _with_origin(request, _refusal(request, error))

    async def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Send `{target, arguments, connectionId | userId | groupName}`, as the output binding of Azure takes them."""
        await self._postman.send(messages)

    async def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Send deliveries in this order."""
        await self._postman.send([each.message() for each in deliveries])

    def connected(self) -> tuple[Connection, ...]:
        """Who listens now."""
        return self._connections.all()

    async def close(self) -> None:
        """Tell all clients to come again later, and let nobody in. What is told goes out while the server winds up."""
        self._is_closed = True
        self._clients.end_all()
        await asyncio.sleep(0)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._is_closed:
            raise RealtimeUnavailable("The hub stops.")
        match request.raw_path.partition("?")[0].removeprefix(_BELOW).split("/"):
            case ["client", "negotiate"]:
                return await self._clients.negotiate(request)
            case ["client"] | ["client", ""]:
                return await self._clients.connect(request)
            case ["api", "hubs", _, _, *_] as segments:
                return await self._rest(request, segments[2:])
            case _:
                raise NotFound("The hub has no such path.", hint="POST /api/realtime/negotiate tells where it is.")


def beside(hub: SignalRHub | None, serve: Serve) -> Serve:
    """Answer what lies below `/signalr` by the hub if there is one, and everything else as before."""
    if hub is None:
        return serve

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return await (hub(request) if request.raw_path.startswith(_BELOW) else serve(request))

    return answer


def _refusal(request: web.BaseRequest, error: RequestError) -> Answer:
    context = RequestContext(correlation_id=correlation_id({}))
    told = problem(error, Request(request.method, (), url=request.raw_path, context=context))
    answer = Answer(told.status, told.headers.items(), told.body)
    if request.body_exists:
        answer.force_close()
    return answer


def _with_origin(request: web.BaseRequest, answer: web.StreamResponse) -> web.StreamResponse:
    """Let pages of any origin ask, as the service does: a token is asked for in any case, and no cookie counts."""
    origin = request.headers.get("Origin")
    if origin is not None and isinstance(answer, Answer):
        answer.add("Access-Control-Allow-Origin", origin)
        answer.add("Access-Control-Allow-Credentials", "true")
        answer.add("Vary", "Origin")
    return answer


def _preflight() -> list[tuple[str, str]]:
    return [
        ("Access-Control-Allow-Methods", "GET, POST"),
        ("Access-Control-Allow-Headers", _ALLOWED_HEADERS),
        ("Access-Control-Max-Age", "600"),
    ]
