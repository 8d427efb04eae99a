"""The two pages people look at: the API reference and the GraphQL playground.

Each is written as small files and served as one response: styles and scripts are put inside when the page is first
asked for. The policies allow exactly those, and requests to the app itself: nothing else is ever loaded or run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

_FOLDER = Path(__file__).parent
_STYLES = re.compile(r'(?:<link rel="stylesheet" href="[\w.]+">\s*)+')
_SCRIPTS = re.compile(r'(?:<script src="[\w.]+"></script>\s*)+')
_FILE = re.compile(r'"([\w.]+\.(?:css|js))"')
_POLICIES = {"DOCS_POLICY": "docs.html", "PLAYGROUND_POLICY": "playground.html"}


class _Page(NamedTuple):
    body: bytes
    policy: str


def docs_page() -> bytes:
    """The API reference as HTML in UTF-8; it reads `openapi.json` beside it. Serve it with `DOCS_POLICY`."""
    return _page("docs.html").body


def docs_policy(hub: str | None = None) -> str:
    """`DOCS_POLICY`, which also lets the live view connect to a hub elsewhere. hub: such as `https://name.service.net`."""
    policy = _page("docs.html").policy
    if hub is None:
        return policy
    parts = urlsplit(hub)
    address = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    return policy.replace("connect-src 'self'", f"connect-src 'self' {address}")


def playground_page() -> bytes:
    """The GraphQL playground as HTML in UTF-8; it posts to its own URL. Serve it with `PLAYGROUND_POLICY`."""
    return _page("playground.html").body


def __getattr__(name: str) -> str:
    """`DOCS_POLICY` and `PLAYGROUND_POLICY`: the Content-Security-Policy of each page, made when first asked for."""
    if name not in _POLICIES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _page(_POLICIES[name]).policy


@cache
def _page(name: str) -> _Page:
    """The page with everything inside, and the policy that fits it to the byte."""
    html = (_FOLDER / name).read_text("utf-8")
    style, script = _contents(_STYLES, html), _contents(_SCRIPTS, html)
    html = _STYLES.sub(lambda _: f"<style>{style}</style>\n", html)
    html = _SCRIPTS.sub(lambda _: f"<script>{script}</script>\n", html)
    return _Page(html.encode(), _policy(style, script))


def _contents(block: re.Pattern[str], html: str) -> str:
    """The text of all files that the block of tags names, in their order."""
    found = block.search(html)
    names = _FILE.findall(found[0]) if found else []
    return "\n".join((_FOLDER / name).read_text("utf-8") for name in names)


def _policy(style: str, script: str) -> str:
    """Only this style and this script, only requests to the same origin, and no way to turn text into markup."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_source(script)}",
            f"style-src {_source(style)}",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _source(text: str) -> str:
    """The CSP source expression that allows one inline block."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
