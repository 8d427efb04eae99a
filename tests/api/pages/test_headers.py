"""The pages as the app serves them, in a real browser: with all their headers, and nothing more allowed than needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.api.graphql.serving import served
from tests.support.app import running

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def opened(browser: Browser, folder: Path, path: str) -> AsyncIterator[tuple[Page, list[str], str]]:
    """A page of the sample app, what the browser complained about, and where the app is."""
    async with running(folder, schemas=ROOT / "schemas") as client, served(client.application) as url:
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{url}/{path}")
        yield page, complaints, url
        await page.close()


@pytest.mark.parametrize("path", ["docs", "graphql"])
async def test_a_page_works_within_its_policy(browser: Browser, tmp_path: Path, path: str) -> None:
    """It shows what the app described, and the browser refused nothing."""
    async with opened(browser, tmp_path, path) as (page, complaints, _):
        await expect(page.get_by_text("Post").first).to_be_visible()
        assert [] == complaints


@pytest.mark.parametrize("path", ["docs", "graphql"])
async def test_a_page_runs_and_loads_nothing_else(browser: Browser, tmp_path: Path, path: str) -> None:
    """No script or markup that found its way in, no request to another host, no form."""
    async with opened(browser, tmp_path, path) as (page, _, url):
        elsewhere = url.replace("127.0.0.1", "localhost")
        told = await page.evaluate(ATTACKS, elsewhere)
    assert dict.fromkeys(("markup", "script", "handler", "eval", "fetch", "image", "base"), False) == told["done"]
    assert {"base-uri", "connect-src", "img-src", "require-trusted-types-for"} <= set(told["violated"])


@pytest.mark.parametrize("path", ["docs", "graphql", "posts"])
async def test_nothing_is_shown_in_a_frame(browser: Browser, tmp_path: Path, path: str) -> None:
    """Not even on a page of the same host: what is clicked there would be clicked here."""
    async with opened(browser, tmp_path, "docs") as (page, _, url):
        around = f"{url}/around"
        html = f"<iframe src='{url}/{path}'></iframe>"
        await page.route(around, lambda route: route.fulfill(body=html, content_type="text/html"))
        await page.goto(around)
        assert "chrome-error://chromewebdata/" == page.frames[-1].url


ATTACKS = """
async (elsewhere) => {
  const violated = new Set(), done = {};
  document.addEventListener("securitypolicyviolation", (event) => violated.add(event.effectiveDirective));
  const works = (attack) => { try { attack(); return true; } catch { return false; } };
  done.markup = works(() => { document.body.innerHTML = "<b>x</b>"; });
  done.script = works(() => {
    const script = document.createElement("script");
    script.text = "window.harmed = 1";
    document.body.append(script);
  });
  const element = document.createElement("p");
  works(() => element.setAttribute("onclick", "window.harmed = 1"));
  element.click();
  done.handler = window.harmed !== undefined;
  done.eval = await new Promise((told) => setTimeout(() => told(works(() => (0, eval)("1")))));
  done.fetch = await fetch(elsewhere + "/health").then(() => true, () => false);
  done.image = await new Promise((told) => {
    const image = new Image();
    image.onload = () => told(true);
    image.onerror = () => told(false);
    image.src = elsewhere + "/image.png";
  });
  const base = document.createElement("base");
  base.href = elsewhere + "/";
  document.head.append(base);
  done.base = document.baseURI === base.href;
  await new Promise((told) => setTimeout(told, 20));
  return { done, violated: [...violated].sort() };
}
"""
