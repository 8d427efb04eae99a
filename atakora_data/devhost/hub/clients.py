"""The door for subscribers: negotiate, then a WebSocket that stays."""

from __future__ import annotations

import logging
import secrets
from typing import Final

import orjson
from aiohttp import web

from atakora_data.devhost.answer import Answer
from atakora_data.devhost.hub.access import Admission, admission
from atakora_data.devhost.hub.bounds import Bounds
from atakora_data.devhost.hub.connection import Connection
from atakora_data.devhost.hub.connections import Connections
from atakora_data.errors import MalformedRequest, MethodNotAllowed, RealtimeUnavailable

_log = logging.getLogger(__name__)

_TRANSPORTS: Final = [{"transport": "WebSockets", "transferFormats": ["Text"]}]
_VERSION: Final = 1
_EXPIRED: Final = "The token has expired. Negotiate again."


class Clients:
    """Lets subscribers in, and speaks with each until it leaves."""

    def __init__(self, key: str, connections: Connections, bounds: Bounds) -> None:
        self._key = key
        self._connections = connections
        self._bounds = bounds
        self._negotiated: dict[str, tuple[str, str]] = {}
        self._open: set[Connection] = set()

    async def negotiate(self, request: web.BaseRequest) -> web.StreamResponse:
        """Tell a client with a good token how to connect: over a WebSocket, which is all that is spoken here."""
        _expect(request, "POST")
        session = admission(self._key, request).session
        id, token = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        told = {"negotiateVersion": _VERSION, "connectionId": id, "connectionToken": token}
        if _version(request) < _VERSION:
            token = id
            told = {"connectionId": id}
        self._remember(token, session, id)
        return _json({**told, "availableTransports": _TRANSPORTS})

    async def connect(self, request: web.BaseRequest) -> web.StreamResponse:
        """Speak with a client until it leaves. The token decides: an `id` that was not negotiated counts as none."""
        _expect(request, "GET")
        admitted = admission(self._key, request)
        if len(self._open) >= self._bounds.connections:
            raise RealtimeUnavailable("The hub has as many connections as it takes.", retry_after=5)
        socket = _socket(request, self._bounds)
        connection = Connection(self._id(request, admitted), admitted.session, socket, request.transport, self._bounds)
        self._open.add(connection)
        try:
            await socket.prepare(request)
            await self._serve(connection, admitted)
        finally:
            self._open.discard(connection)
        return socket

    def end_all(self) -> None:
        """Tell everybody to come again later."""
        for each in self._open:
            each.end("The hub stops.")

    async def _serve(self, connection: Connection, admitted: Admission) -> None:
        if not await connection.shakes_hands():
            return
        connection.end_in(max(0.0, admitted.seconds), _EXPIRED)
        self._connections.add(connection)
        _log.debug("A subscriber is connected.")
        try:
            await connection.converse()
        finally:
            self._connections.remove(connection)

    def _remember(self, token: str, session: str, id: str) -> None:
        """Keep the id until its client connects; where too many never do, the oldest is forgotten."""
        if len(self._negotiated) >= self._bounds.negotiated:
            del self._negotiated[next(iter(self._negotiated))]
        self._negotiated[token] = (session, id)

    def _id(self, request: web.BaseRequest, admitted: Admission) -> str:
        session, id = self._negotiated.pop(request.query.get("id", ""), ("", ""))
        return id if session == admitted.session else secrets.token_urlsafe(16)


def _socket(request: web.BaseRequest, bounds: Bounds) -> web.WebSocketResponse:
    """A socket for this request. MalformedRequest: it does not ask for one."""
    socket = web.WebSocketResponse(
        max_msg_size=bounds.record_bytes, compress=False, timeout=bounds.farewell_seconds, protocols=()
    )
    if not socket.can_prepare(request):
        raise MalformedRequest("This is not a WebSocket handshake.", hint="Connect with a SignalR client.")
    return socket


def _version(request: web.BaseRequest) -> int:
    text = request.query.get("negotiateVersion", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 1 else 0


def _expect(request: web.BaseRequest, method: str) -> None:
    if request.method != method:
        raise MethodNotAllowed(request.method, request.path, [method])


def _json(told: object) -> Answer:
    return Answer(200, [("Content-Type", "application/json"), ("Cache-Control", "no-store")], orjson.dumps(told))
