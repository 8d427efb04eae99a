"""The sample app with an entity in real time: the hub of the local host, and subscriptions that are all granted."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from atakora_data.devhost.hub.hub import SignalRHub
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.signalr.tokens import LOCAL_ENDPOINT, client_token, client_url
from tests.api.pages.sample_app import SampleApp
from tests.support.hub import KEY

PATIENCE_SECONDS = 20


class LiveApp(SampleApp):
    """What was asked of real time is kept in `asked`. refusal: what a registration is answered with."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = SignalRHub(KEY)
        self.asked: list[tuple[str, str, Any]] = []
        self.refusal: dict[str, Any] | None = None
        self.lifetime = timedelta(minutes=15)
        self._sent = 0
        self._more = asyncio.Condition()
        self.document["paths"] |= _described()

    def application(self) -> web.Application:
        """The app, to be served."""
        app = super().application()
        app.router.add_route("*", "/signalr/{path:.*}", self.hub.__call__)
        app.router.add_post("/api/realtime/negotiate", self._negotiate)
        app.router.add_post("/api/realtime/subscriptions", self._register)
        app.router.add_put("/api/realtime/subscriptions/{id}", self._renew)
        app.router.add_delete("/api/realtime/subscriptions/{id}", self._end)
        return app

    async def change(self, operation: str, *, event: str | None = None, **record: Any) -> None:
        """Tell whoever watches that a post was changed."""
        self._sent += 1
        data = {"operation": operation, "entityType": "Post", "record": record, "timestamp": "2026-01-02T03:04:05Z"}
        if operation == "updated":
            data["changedFields"] = ["title"]
        event = event or str(self._sent)
        argument = {"id": "s", "position": f"at {self._sent}", "event": event, "payload": {"data": data}}
        await self.hub.deliver([Delivery("session-1", argument)])

    def of(self, method: str, path: str) -> list[Any]:
        """What was asked so, in order."""
        return [body for known, where, body in self.asked if (known, where) == (method, path)]

    async def is_asked(self, method: str, path: str, times: int) -> None:
        """Returns when it was asked so this many times."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._more:
            await self._more.wait_for(lambda: len(self.of(method, path)) >= times)

    async def _note(self, request: web.Request) -> Any:
        body = json.loads(await request.text() or "null")
        self.asked.append((request.method, request.path_qs, body))
        async with self._more:
            self._more.notify_all()
        return body

    async def _negotiate(self, request: web.Request) -> web.Response:
        await self._note(request)
        if "Authorization" not in request.headers:
            problem = {"code": "sign_in_required", "detail": "Real time needs a token."}
            return web.json_response(problem, status=401, content_type="application/problem+json")
        token = client_token(KEY, LOCAL_ENDPOINT, "session-1", 60)
        url = f"http://{request.host}{client_url(LOCAL_ENDPOINT)}"
        return web.json_response({"url": url, "accessToken": token, "session": "session-1"})

    async def _register(self, request: web.Request) -> web.Response:
        await self._note(request)
        if self.refusal is not None:
            return web.json_response(self.refusal, status=400, content_type="application/problem+json")
        return web.json_response(self._granted(), status=201)

    async def _renew(self, request: web.Request) -> web.Response:
        await self._note(request)
        return web.json_response(self._granted())

    async def _end(self, request: web.Request) -> web.Response:
        await self._note(request)
        return web.Response(status=204)

    def _granted(self) -> dict[str, str]:
        return {"id": "s", "expiresAt": (datetime.now(UTC) + self.lifetime).isoformat(), "position": "0"}


def _described() -> dict[str, Any]:
    entity = {"type": "object", "properties": {"entity": {"type": "string", "enum": ["Post"]}}}
    document = {"type": "object", "properties": {"query": {"type": "string"}}}
    body = {"content": {"application/json": {"schema": {"oneOf": [entity, document]}}}}
    operation = {"operationId": "subscribe", "tags": ["Real time"], "requestBody": body, "responses": {}}
    return {"/realtime/subscriptions": {"post": operation}}
