"""Serves an application on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from atakora_data.api.http.message import Request
from atakora_data.api.http.query import parse_path, parse_query
from atakora_data.application import Application


@asynccontextmanager
async def served(application: Application) -> AsyncIterator[str]:
    """The application behind aiohttp on 127.0.0.1; the URL of `/api`."""

    async def handle(request: web.Request) -> web.Response:
        answer = await application.handle(
            Request(
                request.method,
                parse_path(request.rel_url.raw_path.removeprefix("/api")),
                parse_query(request.rel_url.raw_query_string),
                {name.lower(): value for name, value in request.headers.items()},
                await request.read(),
                str(request.url),
            )
        )
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    server = web.Application()
    server.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    finally:
        await runner.cleanup()
