"""Serves an application on a real socket, and installs what judges it from outside."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from atakora_data.api.http.message import Request
from atakora_data.api.http.query import parse_path, parse_query
from atakora_data.application import Application

_ROOT = Path(__file__).parents[3]


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


def has_node() -> bool:
    """Whether node and npm are installed."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


async def node_modules(*packages: str) -> Path:
    """A folder in the user's cache in which these npm packages are installed, on first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "atakora-data" / "-".join(each.replace("@", "-").replace("/", "-") for each in packages)
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        await run("npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages)
        (folder / "installed").touch()
    return folder


async def run(*command: str) -> bytes:
    """What the command prints; what it complains about is raised."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=_ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    printed, complaints = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {complaints.decode(errors='replace')}")
    return printed
