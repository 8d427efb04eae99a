"""An app that grants every subscription, beside the hub of the local host: what it is asked is kept, in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from atakora_data.devhost.answer import Answer
from atakora_data.devhost.hub.hub import SignalRHub, beside
from atakora_data.devhost.server import serving
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.signalr.tokens import LOCAL_ENDPOINT, client_token, client_url
from tests.support.hub import KEY

PATIENCE_SECONDS = 20
_CORS = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Headers", "authorization, content-type"),
    ("Access-Control-Allow-Methods", "POST, PUT, DELETE"),
]


class GrantingApp:
    """early: is sent to a new subscription before its registration is answered. lifetime: of subscriptions.

    lost_sessions: those that have expired. refusal: what registrations are answered with instead.
    records: those that can be read, by their path.
    """

    def __init__(self) -> None:
        self.hub = SignalRHub(KEY)
        self.origin = ""
        self.asked: list[tuple[str, str, Any]] = []
        self.early: list[dict[str, Any]] = []
        self.lifetime = timedelta(minutes=15)
        self.lost_sessions: set[str] = set()
        self.refusal: dict[str, Any] | None = None
        self.records: dict[str, dict[str, Any]] = {}
        self.session = ""
        self.subscription = ""
        self._more = asyncio.Condition()

    @property
    def api(self) -> str:
        """Where it is."""
        return f"{self.origin}/api"

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, also of pages of another origin."""
        if request.method == "OPTIONS":
            return _told(200, {})
        what = request.path.removeprefix("/api/realtime/").partition("/")[0]
        body = json.loads(await request.text() or "null")
        self.asked.append((request.method, request.raw_path.removeprefix("/api/realtime/"), body))
        async with self._more:
            self._more.notify_all()
        if request.method == "GET":
            found = self.records.get(request.path)
            return _told(200, found) if found else _told(404, {"title": "Missing", "code": "not_found"})
        if what == "negotiate":
            return self._negotiate(request)
        if request.method == "POST":
            return await self._register(body)
        return _told(200, {}) if request.method == "DELETE" else _told(200, self._granted())

    async def tell(self, event: str, payload: dict[str, Any], *, subscription: str | None = None) -> None:
        """Send an event to the last subscription, or to this one."""
        argument = {"id": subscription or self.subscription, "position": f"at {event}", "event": event}
        await self.hub.deliver([Delivery(self.session, {**argument, "payload": payload})])

    async def is_asked(self, method: str, path: str, times: int = 1) -> list[Any]:
        """The bodies of what was asked so, as soon as it was asked so often."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._more:
            await self._more.wait_for(lambda: len(self._of(method, path)) >= times)
        return self._of(method, path)

    def _of(self, method: str, path: str) -> list[Any]:
        return [body for *how, body in self.asked if how == [method, path]]

    def cut(self) -> None:
        """End every connection."""
        for each in self.hub.connected():
            each.end("Cut by the test.")

    def _negotiate(self, request: web.BaseRequest) -> Answer:
        wanted = request.query.get("session")
        if wanted in self.lost_sessions:
            return _told(404, {"code": "not_found", "detail": "There is no such session."})
        self.session = wanted or f"session-{len(self.asked)}"
        token = client_token(KEY, LOCAL_ENDPOINT, self.session, 60)
        url = f"{self.origin}{client_url(LOCAL_ENDPOINT)}"
        return _told(200, {"url": url, "accessToken": token, "session": self.session})

    async def _register(self, body: Any) -> Answer:
        if self.refusal is not None:
            return _told(400, self.refusal)
        self.subscription = f"subscription-{len(self.asked)}"
        for number, payload in enumerate(self.early):
            await self.tell(f"early {number}", payload)
        return _told(201, self._granted())

    def _granted(self) -> dict[str, str]:
        return {"id": self.subscription, "expiresAt": (datetime.now(UTC) + self.lifetime).isoformat(), "position": "0"}


@asynccontextmanager
async def granting() -> AsyncIterator[GrantingApp]:
    """The app while it is served."""
    app = GrantingApp()
    async with serving(beside(app.hub, app.serve), "127.0.0.1", 0) as app.origin:
        try:
            yield app
        finally:
            await app.hub.close()


def _told(status: int, told: dict[str, Any]) -> Answer:
    return Answer(status, [("Content-Type", "application/json"), *_CORS], json.dumps(told).encode())
