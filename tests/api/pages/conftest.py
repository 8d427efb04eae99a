"""One browser for all tests of the pages; a fresh profile and a fresh app for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.api.pages.browser import Visit, executable, launched, visiting
from tests.api.pages.sample_app import SampleApp

Visiting = Callable[[SampleApp], AbstractAsyncContextManager[Visit]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser, or a skip that says why there is none."""
    path = await executable()
    if path is None:
        pytest.skip("no Chromium here, and it cannot be installed: apt-get install chromium")
    async with launched(path) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    """A visit to the sample app; afterwards nobody was harmed, nothing complained, nothing left the machine."""
    async with visiting(browser, SampleApp()) as opened:
        yield opened
        assert await opened.is_unharmed()
        assert [] == opened.complaints
        assert [] == opened.foreign_requests()
