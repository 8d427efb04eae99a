"""Real time in headless Chromium: `@microsoft/signalr` in a page of another origin, and our own docs page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from tests.api.pages.browser import executable, launched
from tests.api.pages.signing import sign_in
from tests.clients.granting import granting
from tests.clients.newspaper import Newspaper, programs

PAGE = Path(__file__).parent / "page.html"
MODULE = "export const { HubConnectionBuilder, LogLevel } = window.signalR;"


@asynccontextmanager
async def page_server(modules: Path) -> AsyncIterator[str]:
    """The page, the client from npm, and the program of the docs; its URL."""
    signalr = (modules / "node_modules" / "@microsoft" / "signalr" / "dist" / "browser" / "signalr.js").read_text()
    scripts = {"npm/signalr.js": signalr, "signalr-module.js": MODULE, "realtime.mjs": programs()["realtime.mjs"]}

    async def serve(request: web.Request) -> web.Response:
        found = scripts.get(request.match_info["path"])
        if found is None:
            return web.Response(text=PAGE.read_text(), content_type="text/html")
        return web.Response(text=found, content_type="text/javascript")

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/"))


async def test_a_page_hears_what_happens(modules: Path) -> None:
    """It connects across origins, shows events, and comes back when it was cut off."""
    path = await executable()
    if path is None:
        pytest.skip("no Chromium here, and it cannot be installed: apt-get install chromium")
    async with granting() as app, page_server(modules) as url, launched(path) as browser:
        page = await browser.new_page()
        await page.goto(f"{url}#{quote(f'{app.api} token')}")
        await expect(page).to_have_title("Listening")
        for id in ("1", "2"):
            await app.tell(id, {"data": {"operation": "created", "record": {"id": id}}})
        lines = page.locator("li")
        await expect(lines).to_have_text(["created 1", "created 2"])
        app.early = [{"data": {"operation": "deleted", "record": {"id": "1"}}}]
        app.cut()
        await expect(lines).to_have_text(["created 1", "created 2", "deleted 1"])


async def test_the_docs_page_shows_what_happens(newspaper: Newspaper) -> None:
    """The live view of a running app: sign in, press Watch, and a write appears."""
    path = await executable()
    if path is None:
        pytest.skip("no Chromium here, and it cannot be installed: apt-get install chromium")
    async with launched(path) as browser:
        page = await browser.new_page()
        await page.goto(f"{newspaper.api}/docs#/live/Post")
        await sign_in(page, newspaper.token())
        await page.get_by_role("button", name="Watch").click()
        await expect(page.locator(".live-state")).to_have_text("Watching as alice.")
        await newspaper.write("POST", "posts", id="1", title="Hello")
        await newspaper.write("DELETE", "posts/1")
        await expect(page.locator(".change-line .method")).to_have_text(["deleted", "created"])
        await page.get_by_text("Record").last.click()
        await expect(page.locator(".change .json")).to_contain_text('"title": "Hello"')
