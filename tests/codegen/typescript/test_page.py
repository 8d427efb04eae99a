"""The client in a page of another origin, in headless Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from tests.api.pages.browser import executable, launched
from tests.clients.newspaper import Newspaper
from tests.codegen.typescript.workbench import Workbench

PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.mjs"></script><body></body>'


@asynccontextmanager
async def page_server(script: str) -> AsyncIterator[str]:
    """The page and its script; its URL."""

    async def serve(request: web.Request) -> web.Response:
        if request.path == "/page.mjs":
            return web.Response(text=script, content_type="text/javascript")
        return web.Response(text=PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/"))


async def test_a_page_reads_writes_and_hears(bench: Workbench, served: Newspaper) -> None:
    """Across origins: conditions, keys of POST requests, errors, pages, and a subscription over WebSockets."""
    path = await executable()
    if path is None:
        pytest.skip("no Chromium here, and it cannot be installed: apt-get install chromium")
    script = await bench.bundle("page", "--platform=browser")
    async with page_server(script) as url, launched(path) as browser:
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{url}#{quote(f'{served.api} {served.token()}')}")
        await expect(page).to_have_title("Done")
        await expect(page.locator("li")).to_have_count(3)
        lines = await page.locator("li").all_inner_texts()
        assert ["Hello by Alice in true, 1", "heard of Hello", "precondition_failed"] == sorted(lines)
        assert [] == complaints
