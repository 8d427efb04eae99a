"""A server that answers as it is told, request by request, and keeps what it was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

Script = Iterable[tuple[int, dict[str, str], str]]
"""Status, headers and body of each answer in turn; a status of 0 cuts the connection."""


class FlakyServer:
    """asked: method, path and headers of each request, in order."""

    def __init__(self, script: Script) -> None:
        self._script = iter(script)
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.api = ""

    async def answer(self, request: web.Request) -> web.Response:
        """The next answer."""
        self.asked.append((request.method, request.path, dict(request.headers)))
        status, headers, body = next(self._script)
        if status == 0:
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=status or 500, headers=headers, text=body, content_type="application/json")


@asynccontextmanager
async def flaky(script: Script) -> AsyncIterator[FlakyServer]:
    """The server while it runs."""
    found = FlakyServer(script)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        found.api = str(server.make_url("/api"))
        yield found
