"""A real browser for the pages: found, or installed where that is possible, and cut off from every other host."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp.test_utils import BaseTestServer, TestServer
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from tests.api.pages.sample_app import SampleApp

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Visit:
    """One person with a fresh profile: the app, the pages opened, and everything that went wrong meanwhile."""

    def __init__(self, app: SampleApp, server: BaseTestServer, context: BrowserContext) -> None:
        self.app = app
        self.context = context
        self.origin = str(server.make_url("")).rstrip("/")
        self.requested: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.requested.append(request.url))
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _heard(self, message: ConsoleMessage) -> None:
        is_answer = message.text.startswith("Failed to load resource: the server responded")
        if message.type in {"error", "warning"} and not is_answer:
            self.complaints.append(message.text)

    async def open(self, path: str, *, width: int = 1280, height: int = 900) -> Page:
        """The page at this path below the app, in a window of this size."""
        page = await self.context.new_page()
        page.set_default_timeout(10_000)
        await page.set_viewport_size({"width": width, "height": height})
        await page.goto(self.origin + path)
        return page

    async def is_unharmed(self) -> bool:
        """Whether nothing that the app sent was ever run as a script."""
        return all([await page.evaluate("window.harmed === undefined") for page in self.context.pages])

    def foreign_requests(self) -> list[str]:
        """Requests to anything but the app itself."""
        return [url for url in self.requested if not url.startswith((f"{self.origin}/", "data:"))]


async def executable() -> str | None:
    """The browser on this machine; on a Debian where this may be done it is installed first. None: there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found or not shutil.which("apt-get") or os.geteuid() != 0:
        return found
    with (Path(tempfile.gettempdir()) / "chromium-install.lock").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if not shutil.which("chromium"):
            await _run("apt-get", "update", "-q")
            await _run("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-liberation")
    return shutil.which("chromium")


async def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    silent = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=silent, stderr=silent, env=environment)
    await process.wait()


@asynccontextmanager
async def launched(path: str) -> AsyncIterator[Browser]:
    """The browser without a window, for as long as the block lasts."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        await browser.close()


@asynccontextmanager
async def visiting(browser: Browser, app: SampleApp) -> AsyncIterator[Visit]:
    """A visit to this app."""
    async with TestServer(app.application(), host="127.0.0.1") as server:
        context = await browser.new_context(color_scheme="light")
        yield Visit(app, server, context)
        await context.close()
