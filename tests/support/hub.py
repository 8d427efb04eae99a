"""The hub of the local host on a free port, alone, and a client of its protocol that may misbehave."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from atakora_data.devhost.answer import Answer
from atakora_data.devhost.hub.bounds import Bounds
from atakora_data.devhost.hub.hub import SignalRHub, beside
from atakora_data.devhost.server import serving
from atakora_data.realtime.signalr.tokens import LOCAL_ENDPOINT, client_token, client_url, server_token

KEY = "an access key that only tests know, and long enough"
HANDSHAKE = '{"protocol":"json","version":1}\x1e'
API = "api-version=2022-06-01"
PATIENCE = 10


@dataclass(frozen=True)
class ServedHub:
    """A hub, where it is, and a session over HTTP to ask it."""

    hub: SignalRHub
    origin: str
    web: ClientSession

    @property
    def endpoint(self) -> str:
        """As in a connection string."""
        return f"{self.origin}{LOCAL_ENDPOINT}"

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.origin.rpartition(":")[2])

    def token(self, session: str = "alice", seconds: int = 60) -> str:
        """A token for a client."""
        return client_token(KEY, LOCAL_ENDPOINT, session, seconds)

    def url(self, token: str, hub: str = "atakora") -> str:
        """Where a client without negotiation connects."""
        return f"{self.endpoint}/client/?hub={hub}&access_token={token}"

    @asynccontextmanager
    async def client(self, session: str = "alice", *, seconds: int = 60) -> AsyncIterator[Client]:
        """A client that is connected."""
        async with self.web.ws_connect(self.url(self.token(session, seconds))) as socket:
            client = Client(socket)
            await socket.send_str(HANDSHAKE)
            assert {} == await client.next()
            yield client

    async def ask(self, method: str, path: str, body: Any = None, *, query: str = API, token: str | None = None) -> int:
        """The status that the REST interface answers."""
        url = f"{self.endpoint}/api/hubs/atakora/{path}"
        headers = {"Authorization": f"Bearer {server_token(KEY, url, 60) if token is None else token}"}
        async with self.web.request(method, f"{url}?{query}", json=body, headers=headers) as answer:
            return answer.status


class Client:
    """What a client got, record by record."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self._records: list[Any] = []

    async def next(self) -> Any:
        """The next record that is no ping; None when the connection is closed."""
        while True:
            while not self._records:
                async with asyncio.timeout(PATIENCE):
                    message = await self.socket.receive()
                if message.type is not WSMsgType.TEXT:
                    return None
                self._records = [json.loads(each) for each in message.data.split("\x1e") if each]
            record = self._records.pop(0)
            if record.get("type") != 6:
                return record

    async def arguments(self) -> list[Any]:
        """What the next call hands over."""
        return list((await self.next())["arguments"])


def to(target: str, *arguments: Any, **receiver: str) -> dict[str, Any]:
    """A message as the output binding takes it."""
    return {"target": target, "arguments": list(arguments), **receiver}


async def negotiating_app(request: web.BaseRequest) -> web.StreamResponse:
    """Answers to everything how to connect: as the session that the query names."""
    session = request.query.get("session", "alice")
    url = f"http://{request.headers['Host']}{client_url(LOCAL_ENDPOINT)}"
    told = {"url": url, "accessToken": client_token(KEY, LOCAL_ENDPOINT, session, 60), "session": session}
    return Answer(200, [("Content-Type", "application/json")], json.dumps(told).encode())


@asynccontextmanager
async def served_hub(bounds: Bounds | None = None, *, port: int = 0) -> AsyncIterator[ServedHub]:
    """A hub beside an app that tells everybody how to connect."""
    hub = SignalRHub(KEY, bounds)
    async with serving(beside(hub, negotiating_app), "127.0.0.1", port) as origin, ClientSession() as session:
        try:
            yield ServedHub(hub, origin, session)
        finally:
            await hub.close()
