"""The live view of the docs page, in a real browser against a real hub."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.api.pages.browser import Visit, visiting
from tests.api.pages.live_app import LiveApp
from tests.api.pages.sample_document import HOSTILE
from tests.api.pages.signing import sign_in, token

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIVE = "/api/docs#/live"
SUBSCRIPTIONS = "/api/realtime/subscriptions"


@pytest_asyncio.fixture(loop_scope="session")
async def app() -> LiveApp:
    """The app that is watched."""
    return LiveApp()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, app: LiveApp) -> AsyncIterator[Visit]:
    """A visit to that app; afterwards nobody was harmed, nothing complained, nothing left the machine."""
    async with visiting(browser, app) as opened:
        yield opened
        await app.hub.close()
        assert await opened.is_unharmed()
        assert [] == opened.complaints
        assert [] == [url for url in opened.foreign_requests() if not url.startswith("ws://127.0.0.1:")]


async def watching(visit: Visit) -> Page:
    """The live view, watching posts as alice."""
    page = await visit.open(LIVE)
    await sign_in(page, token(sub="alice"))
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator(".live-state")).to_have_text("Watching as alice.")
    return page


async def test_changes_arrive_with_the_newest_on_top(visit: Visit, app: LiveApp) -> None:
    """Operation, id, changed fields and time stand in a line, the record below it."""
    page = await watching(visit)
    await app.change("created", id="1", title=HOSTILE)
    await app.change("updated", id="1", title="Second")
    await app.change("deleted", id="1")
    lines = page.locator(".change-line")
    await expect(lines).to_have_count(3)
    assert ["deleted", "updated", "created"] == await lines.locator(".method").all_inner_texts()
    await expect(lines.nth(1)).to_contain_text("1title")
    await page.get_by_text("Record").nth(1).click()
    await expect(page.locator(".change .json")).to_contain_text('"title": "Second"')
    await page.get_by_text("Record").nth(2).click()
    await expect(page.locator(".change .json").nth(1)).to_contain_text("<img src=x onerror=")


async def test_what_is_watched_is_asked_for(visit: Visit, app: LiveApp) -> None:
    """Entity, kinds of changes and filter stand in the registration; the address may name the entity."""
    page = await visit.open(f"{LIVE}/Post")
    await sign_in(page, token(sub="alice"))
    await page.get_by_label("updated").uncheck()
    await page.get_by_label("Filter").fill('{"title": {"eq": "ä"}}')
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator(".live-state")).to_have_text("Watching as alice.")
    wanted = {"entity": "Post", "operations": ["created", "deleted"], "filter": {"title": {"eq": "ä"}}}
    assert [{"session": "session-1", **wanted}] == app.of("POST", SUBSCRIPTIONS)


async def test_a_lost_connection_comes_back_to_where_it_was(visit: Visit, app: LiveApp) -> None:
    """The same session is connected to again, the old registration ended, and what was missed asked for."""
    page = await watching(visit)
    await app.change("created", id="1")
    await expect(page.locator(".change")).to_have_count(1)
    for each in app.hub.connected():
        each.end("Cut off by the test.")
    await app.is_asked("POST", SUBSCRIPTIONS, 2)
    await expect(page.locator(".live-state")).to_have_text("Watching as alice.")
    assert "at 1" == app.of("POST", SUBSCRIPTIONS)[1]["since"]
    assert [None] == app.of("DELETE", f"{SUBSCRIPTIONS}/s")
    assert [None] == app.of("POST", "/api/realtime/negotiate?session=session-1")
    await app.change("created", event="1", id="1")
    await app.change("created", id="2")
    await expect(page.locator(".change")).to_have_count(2)


async def test_stopping_ends_the_subscription(visit: Visit, app: LiveApp) -> None:
    """The button becomes Watch again; leaving the view and another token stop it as well."""
    page = await watching(visit)
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator(".live-state")).to_have_text("Stopped.")
    await app.is_asked("DELETE", f"{SUBSCRIPTIONS}/s", 1)
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator(".live-state")).to_have_text("Watching as alice.")
    await sign_in(page, token(sub="bob"))
    await expect(page.locator(".live-state")).to_have_text("Stopped.")
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator(".live-state")).to_have_text("Watching as bob.")
    await page.locator("#tree a", has_text="Post").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Post")
    await app.is_asked("DELETE", f"{SUBSCRIPTIONS}/s", 3)
    await page.get_by_role("link", name="Watch its changes").click()
    await expect(page.get_by_role("button", name="Watch")).to_be_visible()


async def test_a_refusal_is_told(visit: Visit, app: LiveApp) -> None:
    """Without a token, and for a registration that is wrong, the reason stands there and nothing is tried again."""
    page = await visit.open(LIVE)
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator(".live-state")).to_have_text("Real time needs a token.")
    app.refusal = {"detail": "Wrong.", "errors": [{"detail": "Post has no field x."}], "hint": "Look it up."}
    await sign_in(page, token(sub="alice"))
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator(".live-state")).to_have_text("Wrong. Post has no field x. Look it up.")
    await expect(page.get_by_role("button", name="Watch")).to_be_visible()
    await page.get_by_label("Filter").fill("{")
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator(".live-state")).to_contain_text("Not JSON yet")


async def test_a_subscription_is_renewed(visit: Visit, app: LiveApp) -> None:
    """Long before it ends, and as often as it takes."""
    app.lifetime = timedelta(seconds=2)
    await watching(visit)
    await app.is_asked("PUT", f"{SUBSCRIPTIONS}/s", 2)


async def test_an_api_without_real_time_has_no_live_view(visit: Visit, app: LiveApp) -> None:
    """The contents do not offer it, and its address says how to get there."""
    del app.document["paths"]["/realtime/subscriptions"]
    page = await visit.open(LIVE)
    await expect(page.locator("main")).to_contain_text("No entity of this API is in real time. realtime = True")
    await expect(page.locator("#tree a", has_text="Live")).to_have_count(0)
