"""A SignalR service, as far as its REST interface goes: strict about paths, versions and tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web

KEY = "a-key-of-the-service-with-more-than-32-characters="
ENTRA = "an-entra-token"


@dataclass
class SignalRServer:
    """What was sent, by user, and what is to be answered first. connections: how many were opened."""

    endpoint: str = ""
    messages: list[tuple[str, Any]] = field(default_factory=list)
    faults: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: int = 0
    connections: set[Any] = field(default_factory=set)

    async def send(self, request: web.Request) -> web.Response:
        """`POST …/users/{user}/:send`."""
        fault = self._fault(request)
        if fault is not None:
            return fault
        body = await request.json()
        assert {"target", "arguments"} == body.keys()
        self.messages.append((request.match_info["user"], body))
        return web.Response(status=202)

    async def generate_token(self, request: web.Request) -> web.Response:
        """`POST …/:generateToken`."""
        fault = self._fault(request)
        if fault is not None:
            return fault
        claims = {"nameid": request.query["userId"], "minutes": request.query["minutesToExpire"]}
        return web.json_response({"token": jwt.encode(claims, KEY, "HS256")})

    def _fault(self, request: web.Request) -> web.Response | None:
        self.asked += 1
        self.connections.add(request.transport)
        if request.query.get("api-version") != "2022-06-01":
            return web.Response(status=400)
        if self.faults:
            status, headers = self.faults.pop(0)
            return web.Response(status=status, headers=headers)
        return None if self._is_genuine(request) else web.Response(status=401)

    def _is_genuine(self, request: web.Request) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return False
        if token == ENTRA:
            return True
        audience = f"{self.endpoint}{request.raw_path.partition('?')[0]}"
        try:
            jwt.decode(token, KEY, ["HS256"], audience=audience, options={"require": ["exp", "aud"]})
        except jwt.PyJWTError:
            return False
        return True


@asynccontextmanager
async def signalr_server() -> AsyncIterator[SignalRServer]:
    """The service, on a free port."""
    server, app = SignalRServer(), web.Application()
    app.router.add_post("/api/hubs/atakora/users/{user}/:send", server.send)
    app.router.add_post("/api/hubs/atakora/:generateToken", server.generate_token)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.endpoint = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()
