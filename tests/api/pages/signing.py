"""Signing in to a page, as a person does."""

from __future__ import annotations

import base64
import json

from playwright.async_api import Page


def token(**claims: object) -> str:
    """A token with these claims, as far as a page reads it."""
    parts = [json.dumps({"alg": "HS256"}), json.dumps(claims), "signature"]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


async def sign_in(page: Page, text: str) -> None:
    """Sets the token through the box, as a person does."""
    await page.click("#token")
    await page.fill("#token-text", text)
    await page.get_by_role("button", name="Use this token").click()
